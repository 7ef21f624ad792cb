/* The history tree. Nodes are kept for the session's life in one array; links are pointers up and
 * the youngest child down. Jumping re-points the youngest links on the way, so that undo and redo
 * afterwards move along the line just chosen. */
#include "app/history.h"

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

size_t tw_history_undo(tw_history *history, size_t steps) {
    size_t gone = 0;
    for (; gone < steps && history->at->parent; gone++)
        history->at = history->at->parent;
    return gone;
}

size_t tw_history_redo(tw_history *history, size_t steps) {
    size_t gone = 0;
    for (; gone < steps && history->at->youngest; gone++)
        history->at = history->at->youngest;
    return gone;
}

bool tw_history_jump(tw_history *history, size_t number) {
    if (number >= history->n)
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
