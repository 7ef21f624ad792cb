/* The history tree. Nodes are kept for the session's life in one array; links are pointers up and
 * the youngest child down. Jumping re-points the youngest links on the way, so that undo and redo
 * afterwards move along the line just chosen. */
#include "app/history.h"

#include "data/weigh.h"

enum { WEIGH_OFTEN = 256 };

static void free_node(tw_node *node) {
    if (!node)
        return;
    for (size_t i = 0; i < node->n_heads; i++)
        tw_state_unref(node->heads[i].state);
    free(node->heads);
    free(node->line);
    free(node);
}

static tw_node *new_node(tw_str line, const tw_head *heads, size_t n) {
    tw_node *node = tw_calloc(1, sizeof *node);
    if (!node)
        return NULL;
    node->line = tw_str_dup(line);
    node->heads = tw_calloc(n, sizeof *node->heads);
    if (!node->line || !node->heads) {
        free_node(node);
        return NULL;
    }
    for (size_t i = 0; i < n; i++)
        node->heads[i] = (tw_head){heads[i].dataset, tw_state_ref(heads[i].state)};
    node->n_heads = n;
    return node;
}

static bool append(tw_history *history, tw_node *node) {
    tw_node **nodes = tw_realloc(history->nodes, history->n + 1, sizeof(tw_node *));
    if (!nodes)
        return false;
    history->nodes = nodes;
    node->number = history->n;
    history->nodes[history->n++] = node;
    return true;
}

enum tw_rc tw_history_add(tw_history *history, tw_str line, const tw_head *heads, size_t n,
                          tw_dataset *current, tw_error *err) {
    tw_node *node = new_node(line, heads, n);
    if (!node || !append(history, node)) {
        free_node(node);
        return tw_fail_memory(err);
    }
    node->parent = history->at;
    node->current = current;
    if (history->at)
        history->at->youngest = node;
    history->at = node;
    return TW_OK;
}

enum tw_rc tw_history_init(tw_history *history, tw_error *err) {
    *history = (tw_history){0};
    return tw_history_add(history, TW_STR("start"), NULL, 0, NULL, err);
}

void tw_history_fini(tw_history *history) {
    for (size_t i = 0; i < history->n; i++)
        free_node(history->nodes[i]);
    free(history->nodes);
    *history = (tw_history){0};
}

/* --- memory --- */

static uint64_t weigh_rows(tw_weight *w, const tw_rows *rows) {
    return rows ? tw_weight_piece(w, rows, (uint64_t)rows->n * sizeof *rows->at) : 0;
}

static uint64_t weigh_state(tw_weight *w, const tw_state *state, const tw_state *like) {
    if (!state)
        return 0;
    return tw_weight_table(w, state->table, like ? like->table : NULL) +
           weigh_rows(w, state->view->rows) + weigh_rows(w, state->view->selected);
}

static uint64_t weigh_node(tw_weight *w, const tw_node *node, const tw_node *later) {
    uint64_t bytes = 0;
    for (size_t i = 0; i < node->n_heads; i++) {
        const tw_state *like = later ? tw_node_state(later, node->heads[i].dataset) : NULL;
        bytes += weigh_state(w, node->heads[i].state, like);
    }
    return bytes;
}

static void drop(tw_node *node) {
    for (size_t i = 0; i < node->n_heads; i++)
        tw_state_unref(node->heads[i].state);
    free(node->heads);
    node->heads = NULL;
    node->n_heads = 0;
    node->dropped = true;
}

/* From the youngest to the oldest; from the first on that is too much all are dropped. */
size_t tw_history_trim(tw_history *history, tw_state *const *kept, size_t n, uint64_t limit) {
    tw_weight *w = NULL;
    size_t dropped = 0;
    if (history->n - history->weighed >= 1 + history->n / WEIGH_OFTEN)
        w = tw_weight_new();
    if (!w)
        return 0;
    history->weighed = history->n;
    for (size_t i = 0; i < n; i++)
        weigh_state(w, kept[i], NULL);
    weigh_node(w, history->at, NULL);
    uint64_t bytes = 0;
    const tw_node *later = history->at;
    for (size_t i = history->n; i-- > 1;) { /* the start holds nothing */
        tw_node *node = history->nodes[i];
        if (node->dropped || node == history->at)
            continue;
        bytes += bytes > limit ? 0 : weigh_node(w, node, later);
        later = node;
        if (bytes <= limit)
            continue;
        drop(node);
        dropped++;
    }
    history->dropped += dropped;
    tw_weight_free(w);
    return dropped;
}

/* --- moving --- */

size_t tw_history_undo(tw_history *history, size_t steps) {
    size_t gone = 0;
    for (; gone < steps && history->at->parent && !history->at->parent->dropped; gone++)
        history->at = history->at->parent;
    return gone;
}

size_t tw_history_redo(tw_history *history, size_t steps) {
    size_t gone = 0;
    for (; gone < steps && history->at->youngest && !history->at->youngest->dropped; gone++)
        history->at = history->at->youngest;
    return gone;
}

bool tw_history_jump(tw_history *history, size_t number) {
    if (number >= history->n || history->nodes[number]->dropped)
        return false;
    history->at = history->nodes[number];
    for (tw_node *node = history->at; node->parent; node = node->parent)
        node->parent->youngest = node;
    return true;
}

tw_state *tw_node_state(const tw_node *node, const tw_dataset *dataset) {
    for (size_t i = 0; i < node->n_heads; i++)
        if (node->heads[i].dataset == dataset)
            return node->heads[i].state;
    return NULL;
}
