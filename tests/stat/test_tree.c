/* Trees find the cut a person would make, keep their rows, and do not depend on how unseen bins are numbered. */
#include "stat/tree.h"

#include "../tap.h"

enum { ROWS = 400 };

typedef struct sample {
    double x[ROWS], y[ROWS];
    uint32_t code[ROWS], class[ROWS], rows[ROWS];
    uint8_t x_bin[ROWS], code_bin[ROWS];
} sample;

/* y jumps at x = 30 and by 5 for codes 1 and 3; class follows the code's parity and x. */
static void fill(sample *s) {
    tw_rng rng = tw_rng_make(tw_stream_make(7, TW_STR("test"), TW_STR("tree")), 0);
    for (uint32_t i = 0; i < ROWS; i++) {
        s->rows[i] = i;
        s->x[i] = (double)tw_rng_below(&rng, 100);
        s->code[i] = (uint32_t)tw_rng_below(&rng, 5);
        s->y[i] = (s->x[i] > 30 ? 100 : 0) + (s->code[i] % 2 ? 5 : 0);
        s->class[i] = s->code[i] == 4 ? 2 : s->code[i] % 2;
    }
}

static void bin(sample *s, tw_binner *x, tw_binner *code, tw_error *err) {
    succeeds(tw_binner_numbers(s->x, ROWS, 254, x, err), err, "numbers are binned");
    succeeds(tw_binner_codes(s->code, ROWS, 5, code, err), err, "codes are binned");
    for (size_t i = 0; i < ROWS; i++) {
        s->x_bin[i] = tw_bin_number(x, s->x[i]);
        s->code_bin[i] = tw_bin_code(code, s->code[i]);
    }
}

static double mean_of_leaf(const sample *s, const tw_tree *t, const tw_tree_node *leaf) {
    double sum = 0;
    for (uint32_t i = 0; i < leaf->count; i++)
        sum += s->y[t->rows[leaf->begin + i]];
    return sum / leaf->count;
}

int main(void) {
    tw_error err = TW_ERROR_INIT;
    static sample s;
    tw_binner x, code;
    fill(&s);
    bin(&s, &x, &code, &err);
    const uint8_t *bins[2] = {s.x_bin, s.code_bin};
    const bool nominal[2] = {false, true};

    tw_tree_data data = {.rows = ROWS, .n_predictors = 2, .bins = bins, .nominal = nominal, .y = s.y};
    tw_tree_options options = {.min_leaf = 5};
    tw_tree tree;
    succeeds(tw_tree_grow(&data, s.rows, ROWS, &options, NULL, &tree, &err), &err, "a regression tree grows");
    is_int(tree.nodes[0].predictor, 0, "the first cut is on the number that matters most");
    size_t wrong = 0, covered = 0;
    for (size_t i = 0; i < ROWS; i++)
        wrong += fabs(mean_of_leaf(&s, &tree, tw_tree_leaf_of(&tree, bins, i)) - s.y[i]) > 1e-9;
    is_int(wrong, 0, "every leaf holds one value of a target without noise");
    for (size_t k = 0; k < tree.n_nodes; k++)
        covered += tree.nodes[k].predictor < 0 ? tree.nodes[k].count : 0;
    is_int(covered, ROWS, "leaves share out all rows");
    is_int(tree.n_nodes, 7, "two cuts on codes below one on the number: nothing more to gain");
    tw_tree_fini(&tree);

    data.y = NULL;
    data.classes = s.class;
    data.n_classes = 3;
    succeeds(tw_tree_grow(&data, s.rows, ROWS, &options, NULL, &tree, &err), &err, "a classification tree grows");
    wrong = 0;
    for (size_t i = 0; i < ROWS; i++) {
        const tw_tree_node *leaf = tw_tree_leaf_of(&tree, bins, i);
        wrong += s.class[tree.rows[leaf->begin]] != s.class[i];
    }
    is_int(wrong, 0, "three classes of five levels are told apart by ordered level splits");
    tw_tree_fini(&tree);

    options.min_leaf = ROWS;
    succeeds(tw_tree_grow(&data, s.rows, ROWS, &options, NULL, &tree, &err), &err, "a tree that may not split grows");
    is_int(tree.n_nodes, 1, "and is one leaf");
    tw_tree_fini(&tree);
    is_int(tw_tree_grow(&data, s.rows, 0, &options, NULL, &tree, &err), TW_EDATA, "no rows: an error");

    is_int(tw_bin_number(&x, NAN), TW_BIN_MISSING, "missing has a bin of its own");
    is_int(tw_bin_number(&x, -1e9), 1, "values below the range fall into the first bin");
    is_int(tw_bin_code(&code, 77), TW_BIN_OTHER, "unknown codes share a bin");
    tw_binner_fini(&x);
    tw_binner_fini(&code);
    return tap_done();
}
