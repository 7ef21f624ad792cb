/* The trees of stat/tree know squared error only; boosting needs no more: gradients are the target
 * of a regression tree, and its leaves are then set anew from gradients and curvatures.
 *
 * Scores, gradients and curvatures are kept by output (one, or one for each class of three or more)
 * and row; sums run in row order. */
#include "stat/boost.h"

#include <math.h>

typedef struct grown {
    tw_tree tree;
    double *leaves; /* by node */
} grown;

struct tw_boost {
    size_t outputs; /* 1 for numbers and two classes */
    uint32_t n_classes;
    size_t rounds; /* grown so far */
    double *start; /* by output */
    grown *trees;  /* [round][output] */
};

typedef struct fit {
    const tw_tree_data *data;
    tw_tree_options options;
    double rate;
    tw_boost *model;
    uint32_t *rows;
    double *scores, *gradients, *curvatures; /* [output][row] */
    tw_task *task;
} fit;

static double sigmoid(double x) {
    return 1 / (1 + exp(-x));
}

/* --- gradients --- */

static void gradients_of_numbers(fit *f) {
    for (size_t i = 0; i < f->data->rows; i++) {
        f->gradients[i] = f->data->y[i] - f->scores[i];
        f->curvatures[i] = 1;
    }
}

static void gradients_of_two(fit *f) {
    for (size_t i = 0; i < f->data->rows; i++) {
        double p = sigmoid(f->scores[i]);
        f->gradients[i] = (f->data->classes[i] == 1 ? 1 : 0) - p;
        f->curvatures[i] = p * (1 - p);
    }
}

/* exp of the scores less the greatest, over their sum. */
static void softmax(const double *scores, size_t stride, size_t n, double *out) {
    double most = -INFINITY, sum = 0;
    for (size_t k = 0; k < n; k++)
        most = fmax(most, scores[k * stride]);
    for (size_t k = 0; k < n; k++) {
        out[k] = exp(scores[k * stride] - most);
        sum += out[k];
    }
    for (size_t k = 0; k < n; k++)
        out[k] /= sum;
}

/* Friedman's K/(K-1) stands in the curvature. */
static void gradients_of_many(fit *f) {
    size_t n = f->data->rows, classes = f->data->n_classes;
    double chance[256], scale = (double)classes / (double)(classes - 1);
    for (size_t i = 0; i < n; i++) {
        softmax(f->scores + i, n, classes, chance);
        for (size_t k = 0; k < classes; k++) {
            f->gradients[k * n + i] = (f->data->classes[i] == k ? 1 : 0) - chance[k];
            f->curvatures[k * n + i] = scale * chance[k] * (1 - chance[k]);
        }
    }
}

static void set_gradients(fit *f) {
    if (f->data->y)
        gradients_of_numbers(f);
    else if (f->model->outputs == 1)
        gradients_of_two(f);
    else
        gradients_of_many(f);
}

/* --- one tree --- */

/* A Newton step for each leaf; the step is taken on the scores of its rows. */
static enum tw_rc set_leaves(const fit *f, size_t output, grown *g, tw_error *err) {
    size_t n = f->data->rows;
    const double *gradients = f->gradients + output * n, *curvatures = f->curvatures + output * n;
    double *scores = f->scores + output * n;
    g->leaves = tw_calloc(g->tree.n_nodes, sizeof *g->leaves);
    if (!g->leaves)
        return tw_fail_memory(err);
    for (size_t at = 0; at < g->tree.n_nodes; at++) {
        const tw_tree_node *node = &g->tree.nodes[at];
        const uint32_t *rows = g->tree.rows + node->begin;
        double gradient = 0, curvature = 0;
        if (node->predictor >= 0)
            continue;
        for (uint32_t i = 0; i < node->count; i++) {
            gradient += gradients[rows[i]];
            curvature += curvatures[rows[i]];
        }
        g->leaves[at] = f->rate * gradient / fmax(curvature, 1e-10);
        for (uint32_t i = 0; i < node->count; i++)
            scores[rows[i]] += g->leaves[at];
    }
    return TW_OK;
}

/* The rows of a tree are needed for its leaves only. */
static enum tw_rc grow_one(void *ctx, size_t output, size_t worker, tw_error *err) {
    (void)worker;
    const fit *f = ctx;
    tw_tree_data data = *f->data;
    grown *g = &f->model->trees[f->model->rounds * f->model->outputs + output];
    data.y = f->gradients + output * data.rows;
    data.classes = NULL;
    enum tw_rc rc = tw_tree_grow(&data, f->rows, data.rows, &f->options, f->task, &g->tree, err);
    if (rc == TW_OK)
        rc = set_leaves(f, output, g, err);
    free(g->tree.rows);
    g->tree.rows = NULL;
    return rc;
}

/* --- a fit --- */

static void start_numbers(const tw_tree_data *data, double *start) {
    double sum = 0;
    for (size_t i = 0; i < data->rows; i++)
        sum += data->y[i];
    start[0] = sum / (double)data->rows;
}

/* Log odds of two classes, logs of more; half a row is added so that none is infinite. */
static void start_classes(const tw_tree_data *data, size_t outputs, double *start) {
    double counts[256] = {0};
    for (size_t i = 0; i < data->rows; i++)
        counts[data->classes[i]] += 1;
    if (outputs == 1) {
        start[0] = log((counts[1] + 0.5) / (counts[0] + 0.5));
        return;
    }
    for (size_t k = 0; k < outputs; k++)
        start[k] = log((counts[k] + 0.5) / (double)data->rows);
}

static bool make_room(fit *f, size_t rounds) {
    size_t n = f->data->rows, outputs = f->model->outputs;
    f->rows = tw_calloc(n, sizeof *f->rows);
    f->scores = tw_calloc(n * outputs, sizeof *f->scores);
    f->gradients = tw_calloc(n * outputs, sizeof *f->gradients);
    f->curvatures = tw_calloc(n * outputs, sizeof *f->curvatures);
    f->model->start = tw_calloc(outputs, sizeof *f->model->start);
    f->model->trees = tw_calloc(rounds * outputs, sizeof *f->model->trees);
    return f->rows && f->scores && f->gradients && f->curvatures && f->model->start &&
           f->model->trees;
}

static enum tw_rc run(fit *f, size_t rounds, tw_error *err) {
    size_t n = f->data->rows, outputs = f->model->outputs;
    if (f->data->y)
        start_numbers(f->data, f->model->start);
    else
        start_classes(f->data, outputs, f->model->start);
    for (size_t i = 0; i < n; i++) {
        f->rows[i] = (uint32_t)i;
        for (size_t k = 0; k < outputs; k++)
            f->scores[k * n + i] = f->model->start[k];
    }
    enum tw_rc rc = TW_OK;
    while (rc == TW_OK && f->model->rounds < rounds) {
        set_gradients(f);
        rc = tw_parallel_for(f->task, outputs, grow_one, f, err);
        f->model->rounds++; /* also a failed round's trees are freed */
        tw_task_advance(f->task, 1);
    }
    return rc;
}

enum tw_rc tw_boost_fit(const tw_tree_data *data, const tw_boost_options *options, tw_task *task,
                        tw_boost **out, tw_error *err) {
    if (!data->rows || (!data->y && (data->n_classes < 2 || data->n_classes > 256)))
        return tw_fail(err, TW_EDATA, "boosting: nothing to learn; give rows and 2 to 256 classes");
    size_t rounds = options->rounds ? options->rounds : 100;
    fit f = {.data = data, .task = task, .rate = options->rate > 0 ? options->rate : 0.1};
    f.options = (tw_tree_options){.min_leaf = options->min_leaf ? options->min_leaf : 20,
                                  .max_depth = options->max_depth ? options->max_depth : 6};
    f.model = tw_calloc(1, sizeof *f.model);
    if (!f.model)
        return tw_fail_memory(err);
    f.model->n_classes = data->y ? 0 : data->n_classes;
    f.model->outputs = f.model->n_classes > 2 ? f.model->n_classes : 1;
    enum tw_rc rc = make_room(&f, rounds) ? run(&f, rounds, err) : tw_fail_memory(err);
    free(f.rows);
    free(f.scores);
    free(f.gradients);
    free(f.curvatures);
    if (rc == TW_OK)
        *out = f.model;
    else
        tw_boost_free(f.model);
    return rc;
}

void tw_boost_free(tw_boost *model) {
    if (!model)
        return;
    for (size_t i = 0; model->trees && i < model->rounds * model->outputs; i++) {
        tw_tree_fini(&model->trees[i].tree);
        free(model->trees[i].leaves);
    }
    free(model->trees);
    free(model->start);
    free(model);
}

/* --- asking --- */

size_t tw_boost_width(const tw_boost *model) {
    return model->n_classes ? model->n_classes : 1;
}

static double score_of(const tw_boost *m, size_t output, const uint8_t *const *bins, size_t row) {
    double score = m->start[output];
    for (size_t r = 0; r < m->rounds; r++) {
        const grown *g = &m->trees[r * m->outputs + output];
        score += g->leaves[tw_tree_leaf_of(&g->tree, bins, row) - g->tree.nodes];
    }
    return score;
}

void tw_boost_predict(const tw_boost *m, const uint8_t *const *bins, size_t row, double *out) {
    for (size_t k = 0; k < m->outputs; k++)
        out[k] = score_of(m, k, bins, row);
    if (m->n_classes > 2) {
        softmax(out, 1, m->n_classes, out);
    } else if (m->n_classes == 2) {
        out[1] = sigmoid(out[0]);
        out[0] = 1 - out[1];
    }
}
