/* Growing trees: a histogram for each predictor of each node, the best cut along its bins, a stable partition.
 *
 * Rows keep their order inside a node, counts are whole numbers and sums run in row order, so a tree is the same on every
 * machine. Bins unseen at a node follow the larger child (categories) or the cut (numbers). */
#include "stat/tree.h"

#include <math.h>

#include "base/bitmap.h"

enum { MAX_CLASSES = 256, DEFAULT_DEPTH = 30, POWER_ITERATIONS = 12 };

typedef struct split {
    double gain;
    int32_t predictor;
    uint64_t goes_left[4];
    size_t n_left;
} split;

typedef struct grower {
    const tw_tree_data *data;
    const tw_tree_options *options;
    tw_tree *tree;
    size_t nodes_max;
    uint32_t *scratch;     /* rows, for the partition */
    uint32_t *counts;      /* [bin] */
    double *sums;          /* [bin]: sum of y */
    uint32_t *by_class;    /* [bin][class] */
    double *left, *right;  /* [class] counts beside a cut */
    double *direction;     /* [class] */
    uint32_t *drawn;       /* predictors in the order drawn */
    tw_rng rng;
    double min_gain;
} grower;

typedef struct slot { /* a present bin and where it stands in the order of cuts */
    uint8_t bin;
    double key;
} slot;

/* --- histograms --- */

TW_KERNEL static void histogram_sums(const uint8_t *restrict bins, const double *restrict y, const uint32_t *restrict rows,
                                     size_t n, uint32_t *restrict counts, double *restrict sums) {
    for (size_t i = 0; i < n; i++) {
        uint32_t row = rows[i];
        counts[bins[row]]++;
        sums[bins[row]] += y[row];
    }
}

static void histogram_classes(const uint8_t *restrict bins, const uint32_t *restrict classes, const uint32_t *restrict rows,
                              size_t n, uint32_t n_classes, uint32_t *restrict counts, uint32_t *restrict by_class) {
    for (size_t i = 0; i < n; i++) {
        uint32_t row = rows[i];
        counts[bins[row]]++;
        by_class[(size_t)bins[row] * n_classes + classes[row]]++;
    }
}

static size_t present_bins(const grower *g, slot *out) {
    size_t n = 0;
    for (size_t b = 0; b < TW_BINS; b++)
        if (g->counts[b])
            out[n++] = (slot){(uint8_t)b, (double)b};
    return n;
}

static void clear_histogram(grower *g, const slot *slots, size_t n) {
    for (size_t i = 0; i < n; i++) {
        g->counts[slots[i].bin] = 0;
        g->sums[slots[i].bin] = 0;
        if (!g->data->y)
            memset(&g->by_class[(size_t)slots[i].bin * g->data->n_classes], 0, g->data->n_classes * sizeof *g->by_class);
    }
}

/* --- ordering the levels of a categorical predictor --- */

static int by_key(const void *a, const void *b) {
    const slot *x = a, *y = b;
    if (x->key < y->key)
        return -1;
    return x->key > y->key ? 1 : (int)x->bin - (int)y->bin;
}

/* Deviation of a level's class shares from the node's, projected on the direction. */
static double project(const grower *g, uint8_t bin, const double *total, double n) {
    const uint32_t *c = &g->by_class[(size_t)bin * g->data->n_classes];
    double sum = 0, share = 1.0 / g->counts[bin];
    for (uint32_t k = 0; k < g->data->n_classes; k++)
        sum += (c[k] * share - total[k] / n) * g->direction[k];
    return sum;
}

/* First principal component of the class shares of the levels, weighted by their size, by power iteration. */
static void principal_direction(grower *g, const slot *slots, size_t n_slots, const double *total, double n) {
    uint32_t classes = g->data->n_classes;
    for (uint32_t k = 0; k < classes; k++)
        g->direction[k] = total[k] + k; /* any start that is not orthogonal to all */
    for (int round = 0; round < POWER_ITERATIONS; round++) {
        double *next = g->left;
        memset(next, 0, classes * sizeof *next);
        for (size_t i = 0; i < n_slots; i++) {
            const uint32_t *c = &g->by_class[(size_t)slots[i].bin * classes];
            double size = g->counts[slots[i].bin], weight = project(g, slots[i].bin, total, n);
            for (uint32_t k = 0; k < classes; k++)
                next[k] += weight * (c[k] - size * total[k] / n);
        }
        double norm = 0;
        for (uint32_t k = 0; k < classes; k++)
            norm += next[k] * next[k];
        if (norm <= 0)
            return;
        norm = 1 / sqrt(norm);
        for (uint32_t k = 0; k < classes; k++)
            g->direction[k] = next[k] * norm;
    }
}

static void order_levels(grower *g, slot *slots, size_t n_slots, const double *total, double n) {
    uint32_t classes = g->data->n_classes;
    if (!g->data->y && classes > 2)
        principal_direction(g, slots, n_slots, total, n);
    for (size_t i = 0; i < n_slots; i++) {
        uint8_t bin = slots[i].bin;
        if (g->data->y)
            slots[i].key = g->sums[bin] / g->counts[bin];
        else if (classes == 2)
            slots[i].key = (double)g->by_class[(size_t)bin * 2 + 1] / g->counts[bin];
        else
            slots[i].key = project(g, bin, total, n);
    }
    qsort(slots, n_slots, sizeof *slots, by_key);
}

/* --- the best cut --- */

static void take_cut(grower *g, const slot *slots, size_t n_slots, size_t cut, int32_t predictor, double gain, size_t n_left,
                     size_t n, split *best) {
    *best = (split){.gain = gain, .predictor = predictor, .n_left = n_left};
    bool nominal = g->data->nominal[predictor];
    if (!nominal) { /* all bins up to the cut, seen or not */
        for (size_t b = 0; b <= slots[cut].bin; b++)
            tw_bit_set(best->goes_left, b);
        return;
    }
    bool unseen_left = n_left > n - n_left;
    for (size_t b = 0; b < TW_BINS && unseen_left; b++)
        tw_bit_set(best->goes_left, b);
    for (size_t i = 0; i < n_slots; i++)
        tw_bit_put(best->goes_left, slots[i].bin, i <= cut);
}

static void cut_numeric(grower *g, const slot *slots, size_t n_slots, int32_t predictor, double sum, size_t n, split *best) {
    double base = sum * sum / (double)n, left_sum = 0;
    size_t left = 0, least = g->options->min_leaf;
    for (size_t i = 0; i + 1 < n_slots; i++) {
        left += g->counts[slots[i].bin];
        left_sum += g->sums[slots[i].bin];
        if (left < least || n - left < least)
            continue;
        double right_sum = sum - left_sum;
        double gain = left_sum * left_sum / (double)left + right_sum * right_sum / (double)(n - left) - base;
        if (gain > best->gain)
            take_cut(g, slots, n_slots, i, predictor, gain, left, n, best);
    }
}

static void cut_classes(grower *g, const slot *slots, size_t n_slots, int32_t predictor, const double *total, size_t n,
                        split *best) {
    uint32_t classes = g->data->n_classes;
    size_t left = 0, least = g->options->min_leaf;
    double base = 0, left_squares = 0, right_squares = 0;
    for (uint32_t k = 0; k < classes; k++) {
        right_squares += total[k] * total[k];
        g->left[k] = 0;
        g->right[k] = total[k];
    }
    base = right_squares / (double)n;
    for (size_t i = 0; i + 1 < n_slots; i++) {
        const uint32_t *c = &g->by_class[(size_t)slots[i].bin * classes];
        for (uint32_t k = 0; k < classes; k++) {
            double moved = c[k];
            left_squares += moved * (2 * g->left[k] + moved);
            right_squares -= moved * (2 * g->right[k] - moved);
            g->left[k] += moved;
            g->right[k] -= moved;
        }
        left += g->counts[slots[i].bin];
        if (left < least || n - left < least)
            continue;
        double gain = left_squares / (double)left + right_squares / (double)(n - left) - base;
        if (gain > best->gain)
            take_cut(g, slots, n_slots, i, predictor, gain, left, n, best);
    }
}

/* total: sum of y in total[0], or counts by class. */
static void try_predictor(grower *g, int32_t predictor, const uint32_t *rows, size_t n, const double *total, split *best) {
    const tw_tree_data *d = g->data;
    slot slots[TW_BINS];
    if (d->y)
        histogram_sums(d->bins[predictor], d->y, rows, n, g->counts, g->sums);
    else
        histogram_classes(d->bins[predictor], d->classes, rows, n, d->n_classes, g->counts, g->by_class);
    size_t n_slots = present_bins(g, slots);
    if (n_slots > 1) {
        if (d->nominal[predictor])
            order_levels(g, slots, n_slots, total, (double)n);
        if (d->y)
            cut_numeric(g, slots, n_slots, predictor, total[0], n, best);
        else
            cut_classes(g, slots, n_slots, predictor, total, n, best);
    }
    clear_histogram(g, slots, n_slots);
}

/* Totals of the target in a node; true when it is pure. */
static bool node_total(const grower *g, const uint32_t *rows, size_t n, double *total) {
    const tw_tree_data *d = g->data;
    if (d->y) {
        bool pure = true;
        total[0] = 0;
        for (size_t i = 0; i < n; i++) {
            total[0] += d->y[rows[i]];
            pure = pure && tw_same_f64(d->y[rows[i]], d->y[rows[0]]);
        }
        return pure;
    }
    memset(total, 0, d->n_classes * sizeof *total);
    for (size_t i = 0; i < n; i++)
        total[d->classes[rows[i]]] += 1;
    return total[d->classes[rows[0]]] >= (double)n;
}

/* The first mtry entries of g->drawn are this node's predictors. */
static size_t draw_predictors(grower *g) {
    size_t all = g->data->n_predictors, wanted = g->options->mtry ? TW_MIN(g->options->mtry, all) : all;
    for (size_t i = 0; i < all; i++)
        g->drawn[i] = (uint32_t)i;
    for (size_t i = 0; i < wanted && wanted < all; i++) {
        size_t j = i + (size_t)tw_rng_below(&g->rng, all - i);
        uint32_t moved = g->drawn[i];
        g->drawn[i] = g->drawn[j];
        g->drawn[j] = moved;
    }
    return wanted;
}

static bool find_split(grower *g, const uint32_t *rows, size_t n, split *best) {
    double total[MAX_CLASSES];
    *best = (split){.gain = g->min_gain};
    if (n < 2 * g->options->min_leaf || node_total(g, rows, n, total))
        return false;
    size_t tried = draw_predictors(g);
    best->predictor = -1;
    for (size_t i = 0; i < tried; i++)
        try_predictor(g, (int32_t)g->drawn[i], rows, n, total, best);
    return best->predictor >= 0;
}

static void partition(grower *g, const split *s, uint32_t *rows, size_t n) {
    const uint8_t *bins = g->data->bins[s->predictor];
    size_t left = 0, right = 0;
    for (size_t i = 0; i < n; i++) {
        if (tw_bit_get(s->goes_left, bins[rows[i]]))
            rows[left++] = rows[i];
        else
            g->scratch[right++] = rows[i];
    }
    memcpy(rows + left, g->scratch, right * sizeof *rows);
}

static bool add_nodes(grower *g, size_t extra) {
    tw_tree *t = g->tree;
    if (t->n_nodes + extra > g->nodes_max) {
        size_t wanted = TW_MAX(2 * g->nodes_max, t->n_nodes + extra);
        tw_tree_node *more = tw_realloc(t->nodes, wanted, sizeof *more);
        if (!more)
            return false;
        t->nodes = more;
        g->nodes_max = wanted;
    }
    t->n_nodes += extra;
    return true;
}

static enum tw_rc split_node(grower *g, size_t at, int depth, bool *was_split, tw_error *err) {
    tw_tree_node *node = &g->tree->nodes[at];
    uint32_t *rows = g->tree->rows + node->begin;
    split best;
    *was_split = false;
    int deepest = g->options->max_depth ? g->options->max_depth : DEFAULT_DEPTH;
    if (depth >= deepest || !find_split(g, rows, node->count, &best))
        return TW_OK;
    partition(g, &best, rows, node->count);
    size_t left = g->tree->n_nodes;
    if (!add_nodes(g, 2))
        return tw_fail_memory(err);
    node = &g->tree->nodes[at];
    node->predictor = best.predictor;
    node->left = (uint32_t)left;
    memcpy(node->goes_left, best.goes_left, sizeof node->goes_left);
    uint32_t n_left = (uint32_t)best.n_left;
    g->tree->nodes[left] = (tw_tree_node){.predictor = -1, .begin = node->begin, .count = n_left};
    g->tree->nodes[left + 1] =
        (tw_tree_node){.predictor = -1, .begin = node->begin + n_left, .count = node->count - n_left};
    *was_split = true;
    return TW_OK;
}

/* Breadth first; depth of a node is kept beside it. */
static enum tw_rc grow_all(grower *g, size_t n, tw_task *task, tw_error *err) {
    size_t depth_max = 2 * n + 1;
    uint8_t *depth = tw_calloc(depth_max, 1);
    if (!depth || !add_nodes(g, 1)) {
        free(depth);
        return tw_fail_memory(err);
    }
    g->tree->nodes[0] = (tw_tree_node){.predictor = -1, .count = (uint32_t)n};
    enum tw_rc rc = TW_OK;
    for (size_t at = 0; !rc && at < g->tree->n_nodes; at++) {
        bool was_split;
        rc = at % 64 ? TW_OK : tw_task_check(task, err);
        if (!rc)
            rc = split_node(g, at, depth[at], &was_split, err);
        if (!rc && was_split) {
            size_t left = g->tree->nodes[at].left;
            depth[left] = depth[left + 1] = (uint8_t)TW_MIN(depth[at] + 1, 255);
        }
    }
    free(depth);
    return rc;
}

/* Impurity of the whole, to make min_gain a share of it. */
static double root_impurity(const grower *g, const uint32_t *rows, size_t n) {
    double total[MAX_CLASSES] = {0}, squares = 0;
    node_total(g, rows, n, total);
    if (g->data->y) {
        for (size_t i = 0; i < n; i++)
            squares += g->data->y[rows[i]] * g->data->y[rows[i]];
        return squares - total[0] * total[0] / (double)n;
    }
    for (uint32_t k = 0; k < g->data->n_classes; k++)
        squares += total[k] * total[k];
    return (double)n - squares / (double)n;
}

static bool make_scratch(grower *g, size_t n) {
    size_t classes = g->data->y ? 1 : g->data->n_classes;
    g->scratch = tw_calloc(n, sizeof *g->scratch);
    g->counts = tw_calloc(TW_BINS, sizeof *g->counts);
    g->sums = tw_calloc(TW_BINS, sizeof *g->sums);
    g->by_class = tw_calloc(TW_BINS * classes, sizeof *g->by_class);
    g->left = tw_calloc(classes, sizeof *g->left);
    g->right = tw_calloc(classes, sizeof *g->right);
    g->direction = tw_calloc(classes, sizeof *g->direction);
    g->drawn = tw_calloc(g->data->n_predictors, sizeof *g->drawn);
    return g->scratch && g->counts && g->sums && g->by_class && g->left && g->right && g->direction && g->drawn;
}

static void drop_scratch(grower *g) {
    free(g->scratch);
    free(g->counts);
    free(g->sums);
    free(g->by_class);
    free(g->left);
    free(g->right);
    free(g->direction);
    free(g->drawn);
}

enum tw_rc tw_tree_grow(const tw_tree_data *data, const uint32_t *rows, size_t n, const tw_tree_options *options, tw_task *task,
                        tw_tree *out, tw_error *err) {
    *out = (tw_tree){0};
    if (n == 0 || (!data->y && (data->n_classes == 0 || data->n_classes > MAX_CLASSES)))
        return tw_fail(err, TW_EDATA, "tree: nothing to learn from; give rows and at most %d classes", MAX_CLASSES);
    grower g = {.data = data, .options = options, .tree = out, .rng = options->rng};
    out->rows = tw_calloc(n, sizeof *out->rows);
    out->n_rows = n;
    enum tw_rc rc = out->rows && make_scratch(&g, n) ? TW_OK : tw_fail_memory(err);
    if (!rc) {
        memcpy(out->rows, rows, n * sizeof *rows);
        g.min_gain = (options->min_gain > 0 ? options->min_gain : 1e-8) * root_impurity(&g, out->rows, n);
        rc = grow_all(&g, n, task, err);
    }
    drop_scratch(&g);
    if (rc)
        tw_tree_fini(out);
    return rc;
}

void tw_tree_fini(tw_tree *tree) {
    free(tree->nodes);
    free(tree->rows);
    *tree = (tw_tree){0};
}

const tw_tree_node *tw_tree_leaf(const tw_tree *tree, const uint8_t *bins) {
    const tw_tree_node *node = tree->nodes;
    while (node->predictor >= 0)
        node = &tree->nodes[node->left + (tw_bit_get(node->goes_left, bins[node->predictor]) ? 0 : 1)];
    return node;
}

const tw_tree_node *tw_tree_leaf_of(const tw_tree *tree, const uint8_t *const *bins, size_t row) {
    const tw_tree_node *node = tree->nodes;
    while (node->predictor >= 0)
        node = &tree->nodes[node->left + (tw_bit_get(node->goes_left, bins[node->predictor][row]) ? 0 : 1)];
    return node;
}
