/* Classification and regression trees on binned predictors (Breiman et al. 1984, splits from histograms).
 *
 * Numeric target: variance reduction; categorical target: Gini. A categorical predictor is split by ordering its levels on
 * the mean target, or on the first principal component of their class shares (Coppersmith, Hong, Hosking 1999). One
 * kernel for synthesis, imputation and detectors. A tree owns its nodes and its permuted row array; leaves are slices
 * of it. Immutable once grown; any thread may walk it. */
#ifndef TW_STAT_TREE_H
#define TW_STAT_TREE_H

#include "base/random.h"
#include "base/task.h"
#include "stat/binning.h"

typedef struct tw_tree_data {
    size_t rows;
    size_t n_predictors;
    const uint8_t *const *bins; /* [predictor][row] */
    const bool *nominal;        /* [predictor] */
    const double *y;            /* numeric target by row, or NULL */
    const uint32_t *classes;    /* categorical target by row below n_classes, when y is NULL */
    uint32_t n_classes;         /* at most 256 */
} tw_tree_data;

typedef struct tw_tree_options {
    size_t min_leaf; /* rows on each side of a split, at least 1 */
    int max_depth;   /* 0 = 30 */
    size_t mtry;     /* predictors drawn at each split, 0 = all */
    double min_gain; /* relative to the root's impurity; 0 = 1e-8 */
    tw_rng rng;      /* used when mtry < n_predictors */
} tw_tree_options;

typedef struct tw_tree_node {
    int32_t predictor;    /* -1 = leaf */
    uint32_t left;        /* right child = left + 1 */
    uint32_t begin, count; /* rows of the node: tree->rows[begin .. begin + count) */
    uint64_t goes_left[4]; /* by bin */
} tw_tree_node;

typedef struct tw_tree {
    tw_tree_node *nodes;
    size_t n_nodes;
    uint32_t *rows;
    size_t n_rows;
} tw_tree;

/* Grow on rows[0 .. n) (repeats allowed: a bootstrap). TW_ENOMEM, TW_ECANCEL. */
TW_NODISCARD enum tw_rc tw_tree_grow(const tw_tree_data *data, const uint32_t *rows, size_t n,
                                     const tw_tree_options *options, tw_task *task, tw_tree *out, tw_error *err);
void tw_tree_fini(tw_tree *tree);
/* The leaf of a row given as bins by predictor. */
const tw_tree_node *tw_tree_leaf(const tw_tree *tree, const uint8_t *bins);
/* The same for a row of the data the tree was grown on, or of a table binned alike. */
const tw_tree_node *tw_tree_leaf_of(const tw_tree *tree, const uint8_t *const *bins, size_t row);

#endif
