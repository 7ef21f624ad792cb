/* A model as a document and back. Names, types, levels and edges stand there to be read; what comes
 * in thousands (donors, nodes, values, fingerprints) is packed.
 *
 * A document may come from a file that somebody made up, so reading believes nothing: every number
 * that will be used as an index is checked here, once, and drawing needs no checks. */
#include <math.h>

#include "base/packed.h"
#include "steps/stored.h"
#include "steps/synth/model.h"

enum { MODEL_VERSION = 1, NODE_WORDS = 12, ROWS_MAX = INT32_MAX };

static const char *const kinds[] = {"levels", "number", "text"}; /* enum tw_synth_kind */

/* --- writing --- */

static tw_doc *numbers_doc(const double *values, size_t n) {
    tw_doc *list = tw_doc_list();
    for (size_t i = 0; i < n; i++)
        tw_doc_add(list, tw_doc_number(values[i]));
    return list;
}

static tw_doc *levels_doc(const tw_synth_part *p) {
    tw_doc *list = tw_doc_list();
    for (size_t i = 0; i < p->n_levels; i++)
        tw_doc_add(list, tw_stored_doc(&p->levels[i]));
    return list;
}

static void put_node(const tw_tree_node *node, uint32_t words[NODE_WORDS]) {
    bool leaf = node->predictor < 0;
    words[0] = (uint32_t)(node->predictor + 1);
    words[1] = leaf ? 0 : node->left;
    words[2] = leaf ? node->begin : 0;
    words[3] = leaf ? node->count : 0;
    for (size_t k = 0; k < 4; k++) {
        words[4 + 2 * k] = leaf ? 0 : (uint32_t)node->goes_left[k];
        words[5 + 2 * k] = leaf ? 0 : (uint32_t)(node->goes_left[k] >> 32);
    }
}

static tw_doc *tree_doc(const tw_tree *tree) {
    tw_doc *doc = tw_doc_map();
    uint32_t *words = tw_calloc(tree->n_nodes, NODE_WORDS * sizeof *words);
    for (size_t i = 0; words && i < tree->n_nodes; i++)
        put_node(&tree->nodes[i], words + i * NODE_WORDS);
    if (doc) {
        tw_doc_set(doc, "nodes", words ? tw_packed_u32(words, tree->n_nodes * NODE_WORDS) : NULL);
        tw_doc_set(doc, "donors", tw_packed_u32(tree->rows, tree->n_rows));
    }
    free(words);
    return doc;
}

static tw_doc *trees_doc(const tw_tree *trees, size_t bag) {
    tw_doc *list = tw_doc_list();
    for (size_t i = 0; trees && i < bag; i++)
        tw_doc_add(list, tree_doc(&trees[i]));
    return list;
}

static void put_number(const tw_synth_part *p, tw_doc *doc) {
    size_t stages = p->n_stages > 2 ? p->n_stages - 2 : 0;
    tw_doc_set(doc, "unit", tw_doc_number(p->unit));
    tw_doc_set(doc, "stages", tw_doc_int(p->n_stages));
    tw_doc_set(doc, "stage_values", numbers_doc(p->stage_values, stages));
    tw_doc_set(doc, "atoms", numbers_doc(p->atoms, p->n_atoms));
    tw_doc_set(doc, "edges", numbers_doc(p->binner.edges, p->binner.n_edges));
    tw_doc_set(doc, "values", tw_packed_f64(p->values, p->n_values));
}

static void put_levels(const tw_synth_part *p, tw_doc *doc) {
    tw_doc *bins = tw_doc_list();
    for (size_t i = 0; p->bins && i < p->n_levels; i++)
        tw_doc_add(bins, tw_doc_int(p->bins[i]));
    tw_doc_set(doc, "levels", levels_doc(p));
    tw_doc_set(doc, "ends", tw_packed_u32(p->ends, p->n_levels));
    tw_doc_set(doc, "missing", tw_doc_int(p->missing));
    tw_doc_set(doc, "bins", bins);
}

static tw_doc *part_doc(const tw_synth_model *m, const tw_synth_part *p) {
    tw_doc *doc = tw_doc_map();
    if (!doc)
        return NULL;
    tw_doc_set(doc, "field", tw_field_doc(&p->field));
    tw_doc_set(doc, "column", tw_doc_int((int64_t)p->column));
    tw_doc_set(doc, "kind", tw_doc_c(kinds[p->kind]));
    if (p->kind == TW_SYNTH_NUMBER)
        put_number(p, doc);
    else
        put_levels(p, doc);
    tw_doc_set(doc, "stage_trees", trees_doc(p->stage, m->bag));
    tw_doc_set(doc, "value_trees", trees_doc(p->value, m->bag));
    return doc;
}

tw_doc *tw_synth_model_doc(const tw_synth_model *m) {
    tw_doc *doc = tw_doc_map(), *columns = tw_doc_list();
    for (size_t v = 0; columns && v < m->n; v++)
        tw_doc_add(columns, part_doc(m, &m->at[v]));
    if (!doc) {
        tw_doc_free(columns);
        return NULL;
    }
    tw_doc_set(doc, "model", tw_doc_int(MODEL_VERSION));
    tw_doc_set(doc, "contains_rows", tw_doc_bool(true));
    tw_doc_set(doc, "rows", tw_doc_int((int64_t)m->rows));
    tw_doc_set(doc, "bag", tw_doc_int((int64_t)m->bag));
    tw_doc_set(doc, "known", tw_packed_u64(m->known, m->n_known));
    tw_doc_set(doc, "columns", columns);
    return doc;
}

/* --- reading --- */

static enum tw_rc damaged(tw_error *err, const char *what) {
    return tw_fail(err, TW_EDAMAGED, "model: %s; make it again with synth --save", what);
}

/* Ascending finite numbers; what many numbers of a list may repeat, these may not. */
static enum tw_rc read_ascending(const tw_doc *list, double **out, size_t *n, tw_error *err) {
    *n = tw_doc_count(list);
    *out = tw_calloc(*n, sizeof **out);
    if (!*out)
        return tw_fail_memory(err);
    for (size_t i = 0; i < *n; i++) {
        (*out)[i] = tw_doc_as_number(tw_doc_at(list, i), NAN);
        if (!isfinite((*out)[i]) || (i && (*out)[i] <= (*out)[i - 1]))
            return damaged(err, "numbers are out of order");
    }
    return TW_OK;
}

static enum tw_rc read_number(const tw_doc *doc, tw_synth_part *p, tw_error *err) {
    const tw_doc *stages = tw_doc_get(doc, "stage_values");
    int64_t n_stages = tw_doc_as_int(tw_doc_get(doc, "stages"), -1);
    p->unit = tw_doc_as_number(tw_doc_get(doc, "unit"), NAN);
    size_t n = tw_doc_count(stages);
    if (!isfinite(p->unit) || p->unit < 0 || n_stages < 0 || n_stages == 1 || n_stages > TW_BINS ||
        n != (size_t)TW_MAX(n_stages - 2, INT64_C(0)))
        return damaged(err, "the stages of a number do not fit");
    p->n_stages = (uint32_t)n_stages;
    p->stage_values = tw_calloc(n, sizeof *p->stage_values);
    if (!p->stage_values)
        return tw_fail_memory(err);
    for (size_t i = 0; i < n; i++)
        p->stage_values[i] = tw_doc_as_number(tw_doc_at(stages, i), 0);
    enum tw_rc rc = read_ascending(tw_doc_get(doc, "atoms"), &p->atoms, &p->n_atoms, err);
    if (rc == TW_OK)
        rc = read_ascending(tw_doc_get(doc, "edges"), &p->binner.edges, &p->binner.n_edges, err);
    if (rc == TW_OK && p->binner.n_edges > TW_BINS - 2)
        rc = damaged(err, "a column has too many bins");
    if (rc == TW_OK)
        rc = tw_packed_read_f64(tw_doc_get(doc, "values"), &p->values, &p->n_values, err);
    for (size_t i = 0; rc == TW_OK && i < p->n_values; i++)
        if (!isfinite(p->values[i]) || (i && p->values[i] <= p->values[i - 1]))
            rc = damaged(err, "values are out of order");
    return rc;
}

static enum tw_rc read_levels(const tw_doc *doc, size_t rows, tw_synth_part *p, tw_error *err) {
    const tw_doc *levels = tw_doc_get(doc, "levels"), *bins = tw_doc_get(doc, "bins");
    size_t n_counts, n = tw_doc_count(levels);
    int64_t missing = tw_doc_as_int(tw_doc_get(doc, "missing"), -1);
    enum tw_rc rc = tw_packed_read_u32(tw_doc_get(doc, "ends"), &p->ends, &n_counts, err);
    if (rc != TW_OK)
        return rc;
    size_t n_bins = p->kind == TW_SYNTH_LEVELS ? n : 0;
    if (n_counts != n || missing < 0 || missing > (int64_t)rows || tw_doc_count(bins) != n_bins)
        return damaged(err, "the levels of a column do not fit");
    p->missing = (uint32_t)missing;
    p->levels = tw_calloc(n, sizeof *p->levels);
    p->bins = tw_calloc(n, sizeof *p->bins);
    if (!p->levels || !p->bins)
        return tw_fail_memory(err);
    uint32_t end = 0;
    for (; p->n_levels < n; p->n_levels++) {
        size_t i = p->n_levels;
        int64_t bin = n_bins ? tw_doc_as_int(tw_doc_at(bins, i), -1) : 0;
        p->levels[i] = tw_stored_cell(p->field.type, tw_doc_at(levels, i));
        if (p->levels[i].state != TW_VALUE || bin < 0 || bin >= TW_BINS || p->ends[i] <= end)
            return damaged(err, "a level does not fit its column");
        p->bins[i] = (uint8_t)bin;
        end = p->ends[i];
    }
    if ((uint64_t)end + p->missing > rows)
        return damaged(err, "levels have more rows than there are");
    return TW_OK;
}

static enum tw_rc read_node(const uint32_t *words, size_t visit, tw_tree *tree, size_t i,
                            tw_error *err) {
    tw_tree_node *node = &tree->nodes[i];
    uint64_t end = (uint64_t)words[2] + words[3];
    bool leaf = words[0] == 0;
    if (leaf ? words[3] == 0 || end > tree->n_rows
             : words[0] > visit || words[1] <= i || (uint64_t)words[1] + 1 >= tree->n_nodes)
        return damaged(err, "a node of a tree leads nowhere");
    *node = (tw_tree_node){
        .predictor = (int32_t)words[0] - 1, .left = words[1], .begin = words[2], .count = words[3]};
    for (size_t k = 0; k < 4; k++)
        node->goes_left[k] = words[4 + 2 * k] | (uint64_t)words[5 + 2 * k] << 32;
    return TW_OK;
}

/* ids: donors are below. */
static enum tw_rc read_tree(const tw_doc *doc, size_t visit, size_t ids, tw_tree *tree,
                            tw_error *err) {
    uint32_t *words;
    size_t n;
    enum tw_rc rc = tw_packed_read_u32(tw_doc_get(doc, "donors"), &tree->rows, &tree->n_rows, err);
    for (size_t i = 0; rc == TW_OK && i < tree->n_rows; i++)
        if (tree->rows[i] >= ids)
            rc = damaged(err, "a donor is unknown");
    if (rc == TW_OK)
        rc = tw_packed_read_u32(tw_doc_get(doc, "nodes"), &words, &n, err);
    if (rc != TW_OK)
        return rc;
    tree->n_nodes = n / NODE_WORDS;
    tree->nodes = tw_calloc(tree->n_nodes, sizeof *tree->nodes);
    if (!tree->nodes)
        rc = tw_fail_memory(err);
    else if (n % NODE_WORDS || (n == 0) != (tree->n_rows == 0))
        rc = damaged(err, "a tree is cut short");
    for (size_t i = 0; rc == TW_OK && i < tree->n_nodes; i++)
        rc = read_node(words + i * NODE_WORDS, visit, tree, i, err);
    free(words);
    return rc;
}

static enum tw_rc read_trees(const tw_doc *list, size_t bag, size_t visit, size_t ids,
                             tw_tree **out, tw_error *err) {
    if (tw_doc_count(list) != bag)
        return damaged(err, "trees are missing");
    *out = tw_calloc(bag, sizeof **out);
    enum tw_rc rc = *out ? TW_OK : tw_fail_memory(err);
    for (size_t i = 0; rc == TW_OK && i < bag; i++)
        rc = read_tree(tw_doc_at(list, i), visit, ids, &(*out)[i], err);
    return rc;
}

static enum tw_rc read_forests(const tw_doc *doc, size_t bag, size_t visit, tw_synth_part *p,
                               tw_error *err) {
    bool number = p->kind == TW_SYNTH_NUMBER, staged = number ? p->n_stages > 0 : true;
    enum tw_rc rc = TW_OK;
    if (p->kind == TW_SYNTH_TEXT)
        return TW_OK;
    if (staged)
        rc = read_trees(tw_doc_get(doc, "stage_trees"), bag, visit,
                        number ? p->n_stages : p->n_levels + 2, &p->stage, err);
    if (rc == TW_OK && number)
        rc = read_trees(tw_doc_get(doc, "value_trees"), bag, visit, p->n_values, &p->value, err);
    return rc;
}

static bool read_kind(const tw_doc *doc, enum tw_synth_kind *out) {
    tw_str word = tw_doc_as_text(tw_doc_get(doc, "kind"), TW_STR(""));
    for (size_t i = 0; i < TW_COUNT(kinds); i++)
        if (tw_str_eq_c(word, kinds[i])) {
            *out = (enum tw_synth_kind)i;
            return true;
        }
    return false;
}

static enum tw_rc read_part(const tw_doc *doc, size_t visit, tw_synth_model *m, tw_error *err) {
    tw_synth_part *p = &m->at[visit];
    int64_t column = tw_doc_as_int(tw_doc_get(doc, "column"), -1);
    size_t width = tw_doc_count(doc) ? m->n : 0;
    if (!tw_field_of_doc(tw_doc_get(doc, "field"), &p->field) || !read_kind(doc, &p->kind) ||
        column < 0 || (size_t)column >= width)
        return damaged(err, "a column is unknown");
    bool text = p->field.type == TW_TEXT;
    if (text ? p->kind == TW_SYNTH_NUMBER : p->kind == TW_SYNTH_TEXT)
        return damaged(err, "a column is of another kind than its type");
    p->column = (size_t)column;
    enum tw_rc rc =
        p->kind == TW_SYNTH_NUMBER ? read_number(doc, p, err) : read_levels(doc, m->rows, p, err);
    return rc == TW_OK ? read_forests(doc, m->bag, visit, p, err) : rc;
}

/* Every column of the table once. */
static enum tw_rc check_columns(const tw_synth_model *m, tw_error *err) {
    bool *seen = tw_calloc(m->n, sizeof *seen);
    enum tw_rc rc = seen ? TW_OK : tw_fail_memory(err);
    for (size_t v = 0; rc == TW_OK && v < m->n; v++) {
        if (seen[m->at[v].column])
            rc = damaged(err, "a column stands twice");
        seen[m->at[v].column] = true;
    }
    free(seen);
    return rc;
}

static enum tw_rc read_parts(const tw_doc *columns, tw_synth_model *m, tw_error *err) {
    size_t n = tw_doc_count(columns);
    m->at = tw_calloc(n, sizeof *m->at);
    if (!m->at)
        return tw_fail_memory(err);
    m->n = n;
    enum tw_rc rc = n ? TW_OK : damaged(err, "it has no columns");
    for (size_t v = 0; rc == TW_OK && v < n; v++)
        rc = read_part(tw_doc_at(columns, v), v, m, err);
    return rc == TW_OK ? check_columns(m, err) : rc;
}

enum tw_rc tw_synth_model_read(const tw_doc *doc, tw_synth_model *m, tw_error *err) {
    int64_t version = tw_doc_as_int(tw_doc_get(doc, "model"), 0);
    int64_t rows = tw_doc_as_int(tw_doc_get(doc, "rows"), 0);
    int64_t bag = tw_doc_as_int(tw_doc_get(doc, "bag"), 0);
    *m = (tw_synth_model){0};
    if (version != MODEL_VERSION)
        return tw_fail(err, TW_EVERSION,
                       "model: it has version %lld and this trowel reads %d; make it again",
                       (long long)version, MODEL_VERSION);
    if (rows < 1 || rows > ROWS_MAX || bag < 1 || bag > TW_BINS)
        return damaged(err, "it says nothing of its rows");
    m->rows = (size_t)rows;
    m->bag = (size_t)bag;
    enum tw_rc rc = tw_packed_read_u64(tw_doc_get(doc, "known"), &m->known, &m->n_known, err);
    if (rc == TW_OK)
        rc = read_parts(tw_doc_get(doc, "columns"), m, err);
    if (rc != TW_OK)
        tw_synth_model_fini(m);
    return rc;
}
