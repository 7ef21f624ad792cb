/* From a table to a model: columns as generators see them, a bag of trees for each, and ids in the
 * place of rows.
 *
 * Trees are grown in parallel, each by itself. When one has been grown its leaves give up the rows:
 * donors of a number tree become places among the column's values, so that neighbours in a leaf
 * stand side by side; those of a class tree become levels or stages. Levels that too few rows have
 * become one nameless level before anything else is made of them. */
#include <math.h>

#include "base/hash.h"
#include "stat/sort.h"
#include "steps/synth/model.h"

typedef struct learner {
    const tw_synth_fit *how;
    const tw_step_env *env;
    tw_synth_columns columns;
    tw_synth_model *model;
    const uint8_t **bins; /* training bins by visiting order */
    bool *nominal;
    uint32_t **ids; /* [visit][row]: level, or place in values; NULL for text */
} learner;

static bool has_stage(const tw_synth_column *c) {
    return c->kind == TW_SYNTH_LEVELS || (c->kind == TW_SYNTH_NUMBER && c->stages);
}

/* --- levels and values as ids --- */

/* Whether a level may be handed out: any but a text that too few rows have. */
static bool is_fair(const tw_synth_column *c, uint32_t level, int64_t rare) {
    return c->field->type != TW_TEXT || c->factor->counts[level] >= rare;
}

/* Where no text has enough rows all of them are handed out, and the user hears of it. */
static int64_t bar_of(const learner *l, const tw_synth_column *c) {
    for (uint32_t level = 0; level < c->factor->levels; level++)
        if (is_fair(c, level, l->how->rare))
            return l->how->rare;
    if (c->factor->levels)
        tw_say(
            l->env->log, TW_WARNING,
            "synth_trees: no value of column '%s' stands in %lld rows, so all of them are handed "
            "out as they are; leave the column out if they are personal",
            c->field->name, (long long)l->how->rare);
    return 0;
}

static enum tw_rc make_levels(learner *l, size_t visit, tw_error *err) {
    const tw_synth_column *c = &l->columns.at[visit];
    const tw_factor *f = c->factor;
    tw_synth_part *p = &l->model->at[visit];
    int64_t rare = bar_of(l, c);
    uint32_t *id_of = tw_calloc(f->levels, sizeof *id_of);
    p->levels = tw_calloc(f->levels, sizeof *p->levels);
    p->ends = tw_calloc(f->levels, sizeof *p->ends);
    p->bins = tw_calloc(f->levels, sizeof *p->bins);
    l->ids[visit] = tw_calloc(l->columns.rows, sizeof *l->ids[visit]);
    if (!id_of || !p->levels || !p->ends || !p->bins || !l->ids[visit]) {
        free(id_of);
        return tw_fail_memory(err);
    }
    for (uint32_t level = 0; level < f->levels; level++) {
        id_of[level] = UINT32_MAX;
        if (!is_fair(c, level, rare))
            continue;
        id_of[level] = (uint32_t)p->n_levels;
        p->levels[p->n_levels] = tw_column_cell(c->cells, f->first[level]);
        p->ends[p->n_levels] =
            (uint32_t)(f->counts[level] + (p->n_levels ? p->ends[p->n_levels - 1] : 0));
        p->bins[p->n_levels++] = c->bins[f->first[level]];
    }
    for (size_t i = 0; i < l->columns.rows; i++) {
        uint32_t code = f->codes[i];
        uint32_t id = code == TW_NO_CODE ? (uint32_t)p->n_levels + 1 : id_of[code];
        l->ids[visit][i] = id == UINT32_MAX ? (uint32_t)p->n_levels : id;
    }
    free(id_of);
    return TW_OK;
}

static uint32_t place_of(const double *values, size_t n, double value) {
    size_t low = 0, high = n;
    while (low + 1 < high) {
        size_t middle = (low + high) / 2;
        if (values[middle] <= value)
            low = middle;
        else
            high = middle;
    }
    return (uint32_t)low;
}

static enum tw_rc make_values(learner *l, size_t visit, tw_error *err) {
    const tw_synth_column *c = &l->columns.at[visit];
    tw_synth_part *p = &l->model->at[visit];
    size_t rows = l->columns.rows, n = 0;
    p->values = tw_calloc(rows, sizeof *p->values);
    l->ids[visit] = tw_calloc(rows, sizeof *l->ids[visit]);
    if (!p->values || !l->ids[visit])
        return tw_fail_memory(err);
    for (size_t i = 0; i < rows; i++)
        if (!isnan(c->values[i]))
            p->values[n++] = c->values[i];
    if (!tw_sort_f64(p->values, n))
        return tw_fail_memory(err);
    for (size_t i = 0; i < n; i++)
        if (p->n_values == 0 || p->values[i] > p->values[p->n_values - 1])
            p->values[p->n_values++] = p->values[i];
    for (size_t i = 0; i < rows; i++)
        l->ids[visit][i] = isnan(c->values[i]) ? 0 : place_of(p->values, p->n_values, c->values[i]);
    return TW_OK;
}

/* --- forms of unique texts --- */

/* "Ada-17" to "Aaa-00": what a text looks like, nothing of what it says. */
static void put_form(tw_str text, tw_buf *out) {
    for (size_t i = 0; i < text.n; i++) {
        unsigned char ch = (unsigned char)text.p[i];
        if (ch >= '0' && ch <= '9')
            tw_buf_char(out, '0');
        else if (ch >= 'A' && ch <= 'Z')
            tw_buf_char(out, 'A');
        else if ((ch >= 'a' && ch <= 'z') || ch >= 0xC0)
            tw_buf_char(out, 'a');
        else if (ch < 0x80)
            tw_buf_char(out, (char)ch);
    }
}

static enum tw_rc count_forms(const tw_synth_column *c, size_t rows, tw_arena *arena,
                              tw_hashmap *forms, tw_synth_part *p, tw_error *err) {
    tw_buf text;
    tw_buf_init(&text, TW_BUF_MAX);
    enum tw_rc rc = TW_OK;
    for (size_t i = 0; rc == TW_OK && i < rows; i++) {
        tw_cell cell = tw_column_cell(c->cells, (int64_t)i);
        if (cell.state != TW_VALUE) {
            p->missing++;
            continue;
        }
        tw_buf_clear(&text);
        put_form(cell.text, &text);
        uint32_t id = tw_hashmap_find(forms, tw_buf_view(&text));
        if (id == UINT32_MAX) {
            tw_str copy = tw_arena_str(arena, tw_buf_view(&text));
            id = copy.p ? tw_hashmap_intern(forms, copy, NULL) : UINT32_MAX;
        }
        rc = tw_buf_check(&text, err);
        if (rc == TW_OK && id == UINT32_MAX)
            rc = tw_fail_memory(err);
        if (rc == TW_OK)
            p->ends[id]++;
    }
    tw_buf_fini(&text);
    return rc;
}

static enum tw_rc make_forms(learner *l, size_t visit, tw_error *err) {
    const tw_synth_column *c = &l->columns.at[visit];
    tw_synth_part *p = &l->model->at[visit];
    tw_hashmap *forms = tw_hashmap_new(64);
    p->ends = tw_calloc(l->columns.rows, sizeof *p->ends);
    enum tw_rc rc = forms && p->ends ? TW_OK : tw_fail_memory(err);
    if (rc == TW_OK)
        rc = count_forms(c, l->columns.rows, l->env->arena, forms, p, err);
    if (rc == TW_OK) {
        p->n_levels = tw_hashmap_count(forms);
        p->levels = tw_calloc(p->n_levels, sizeof *p->levels);
        rc = p->levels ? TW_OK : tw_fail_memory(err);
    }
    for (size_t i = 0; rc == TW_OK && i < p->n_levels; i++)
        p->levels[i] = tw_cell_text(tw_hashmap_key(forms, (uint32_t)i));
    for (size_t i = 1; rc == TW_OK && i < p->n_levels; i++)
        p->ends[i] += p->ends[i - 1];
    tw_hashmap_free(forms);
    return rc;
}

/* --- parts --- */

static double *take(double **from) {
    double *taken = *from;
    *from = NULL;
    return taken;
}

/* What the column knows of itself moves into the model. */
static enum tw_rc make_part(learner *l, size_t visit, tw_error *err) {
    tw_synth_column *c = &l->columns.at[visit];
    tw_synth_part *p = &l->model->at[visit];
    *p = (tw_synth_part){.column = c->column, .field = *c->field, .kind = c->kind};
    p->field.source_column = -1;
    if (c->kind == TW_SYNTH_TEXT)
        return make_forms(l, visit, err);
    if (c->kind == TW_SYNTH_LEVELS)
        return make_levels(l, visit, err);
    p->n_atoms = c->n_atoms;
    p->atoms = take(&c->atoms);
    p->stage_values = take(&c->stage_values);
    p->n_stages = c->stages ? c->n_stages : 0;
    p->unit = c->unit;
    p->binner = c->binner;
    c->binner = (tw_binner){0};
    return make_values(l, visit, err);
}

/* --- trees --- */

/* Rows a tree of the bag learns from: all, or a bootstrap of them; only those of the last stage for
 * number trees. */
static uint32_t *training_rows(const learner *l, const tw_synth_column *c, bool value_tree,
                               size_t tree, size_t *n) {
    uint32_t *rows = tw_calloc(l->columns.rows, sizeof *rows);
    tw_rng rng = tw_rng_make(tw_step_stream(l->env, tw_str_c(c->field->name)), UINT64_MAX - tree);
    *n = 0;
    for (size_t i = 0; rows && i < l->columns.rows; i++) {
        size_t row = l->how->bag > 1 ? (size_t)tw_rng_below(&rng, l->columns.rows) : i;
        if (value_tree && c->stages && c->stages[row] != c->n_stages - 1)
            continue;
        rows[(*n)++] = (uint32_t)row;
    }
    return rows;
}

static int by_id(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

/* Rows become ids; in leaves of numbers they ascend. */
static void give_up_rows(tw_tree *tree, const uint32_t *ids, bool sorted) {
    for (size_t i = 0; i < tree->n_rows; i++)
        tree->rows[i] = ids[tree->rows[i]];
    for (size_t k = 0; sorted && k < tree->n_nodes; k++)
        if (tree->nodes[k].predictor < 0)
            qsort(tree->rows + tree->nodes[k].begin, tree->nodes[k].count, sizeof *tree->rows,
                  by_id);
}

static enum tw_rc grow(const learner *l, size_t visit, bool value_tree, size_t tree, tw_tree *out,
                       tw_error *err) {
    const tw_synth_column *c = &l->columns.at[visit];
    bool levels = c->kind == TW_SYNTH_LEVELS;
    tw_tree_data data = {
        .rows = l->columns.rows, .n_predictors = visit, .bins = l->bins, .nominal = l->nominal};
    if (value_tree) {
        data.y = c->score;
    } else {
        data.classes = levels ? c->classes : c->stages;
        data.n_classes = levels ? c->n_classes : c->n_stages;
    }
    tw_tree_options options = {.min_leaf = l->how->leaf};
    size_t n;
    uint32_t *rows = training_rows(l, c, value_tree, tree, &n);
    if (!rows)
        return tw_fail_memory(err);
    enum tw_rc rc = n ? tw_tree_grow(&data, rows, n, &options, l->env->task, out, err) : TW_OK;
    free(rows);
    if (rc == TW_OK && n)
        give_up_rows(out, value_tree || levels ? l->ids[visit] : c->stages, value_tree);
    return rc;
}

static enum tw_rc grow_item(void *ctx, size_t item, size_t worker, tw_error *err) {
    (void)worker;
    learner *l = ctx;
    size_t visit = item / l->how->bag, tree = item % l->how->bag;
    tw_synth_part *p = &l->model->at[visit];
    enum tw_rc rc = TW_OK;
    if (p->stage)
        rc = grow(l, visit, false, tree, &p->stage[tree], err);
    if (rc == TW_OK && p->value)
        rc = grow(l, visit, true, tree, &p->value[tree], err);
    tw_task_advance(l->env->task, 1);
    return rc;
}

static enum tw_rc grow_all(learner *l, tw_error *err) {
    size_t n = l->columns.n, bag = l->how->bag;
    l->bins = tw_calloc(n, sizeof *l->bins);
    l->nominal = tw_calloc(n, sizeof *l->nominal);
    if (!l->bins || !l->nominal)
        return tw_fail_memory(err);
    for (size_t v = 0; v < n; v++) {
        const tw_synth_column *c = &l->columns.at[v];
        tw_synth_part *p = &l->model->at[v];
        l->bins[v] = c->bins;
        l->nominal[v] = c->kind == TW_SYNTH_NUMBER ? p->binner.nominal : c->binner.nominal;
        if (has_stage(c) && !(p->stage = tw_calloc(bag, sizeof *p->stage)))
            return tw_fail_memory(err);
        if (c->kind == TW_SYNTH_NUMBER && !(p->value = tw_calloc(bag, sizeof *p->value)))
            return tw_fail_memory(err);
    }
    tw_task_begin(l->env->task, "growing trees", n * bag);
    return tw_parallel_for(l->env->task, n * bag, grow_item, l, err);
}

/* --- fingerprints --- */

static uint64_t hash_part(const tw_synth_part *p, size_t visit, tw_synth_drawn d) {
    uint64_t part = d.id;
    if (p->kind == TW_SYNTH_NUMBER) {
        double v = isnan(d.number) ? -1e300 : d.number + 0.0;
        memcpy(&part, &v, sizeof part);
    }
    return tw_mix64(part + visit * UINT64_C(0x9E3779B97F4A7C15));
}

uint64_t tw_synth_row_hash(const tw_synth_model *m, const tw_synth_drawn *row) {
    uint64_t h = 0;
    for (size_t v = 0; v < m->n; v++)
        if (m->at[v].kind != TW_SYNTH_TEXT)
            h = tw_mix64(h ^ hash_part(&m->at[v], v, row[v]));
    return h;
}

static int by_hash(const void *a, const void *b) {
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

static enum tw_rc know_rows(const learner *l, tw_error *err) {
    tw_synth_model *m = l->model;
    tw_synth_drawn *row = tw_calloc(m->n, sizeof *row);
    m->known = tw_calloc(m->rows, sizeof *m->known);
    if (!row || !m->known) {
        free(row);
        return tw_fail_memory(err);
    }
    for (size_t i = 0; i < m->rows; i++) {
        for (size_t v = 0; v < m->n; v++) {
            if (m->at[v].kind == TW_SYNTH_NUMBER)
                row[v].number = l->columns.at[v].values[i];
            else
                row[v].id = l->ids[v] ? l->ids[v][i] : 0;
        }
        m->known[m->n_known++] = tw_synth_row_hash(m, row);
    }
    free(row);
    qsort(m->known, m->n_known, sizeof *m->known, by_hash);
    return TW_OK;
}

static void drop(learner *l) {
    for (size_t v = 0; l->ids && v < l->columns.n; v++)
        free(l->ids[v]);
    free(l->ids);
    free(l->bins);
    free(l->nominal);
    tw_synth_columns_fini(&l->columns);
}

enum tw_rc tw_synth_learn(const tw_table *in, const tw_synth_fit *how, const tw_step_env *env,
                          tw_synth_model *out, tw_error *err) {
    learner l = {.how = how, .env = env, .model = out};
    *out = (tw_synth_model){.bag = how->bag};
    enum tw_rc rc = tw_synth_columns_make(in, how->rare, &l.columns, err);
    if (rc == TW_OK) {
        out->rows = l.columns.rows;
        out->at = tw_calloc(l.columns.n, sizeof *out->at);
        l.ids = tw_calloc(l.columns.n, sizeof *l.ids);
        rc = out->at && l.ids ? TW_OK : tw_fail_memory(err);
    }
    for (; rc == TW_OK && out->n < l.columns.n; out->n++)
        rc = make_part(&l, out->n, err);
    if (rc == TW_OK)
        rc = grow_all(&l, err);
    if (rc == TW_OK)
        rc = know_rows(&l, err);
    drop(&l);
    return rc;
}

static void trees_free(tw_tree *trees, size_t n) {
    for (size_t i = 0; trees && i < n; i++)
        tw_tree_fini(&trees[i]);
    free(trees);
}

void tw_synth_model_fini(tw_synth_model *m) {
    for (size_t v = 0; v < m->n; v++) {
        tw_synth_part *p = &m->at[v];
        free(p->levels);
        free(p->ends);
        free(p->bins);
        free(p->values);
        free(p->atoms);
        free(p->stage_values);
        tw_binner_fini(&p->binner);
        trees_free(p->stage, m->bag);
        trees_free(p->value, m->bag);
    }
    free(m->at);
    free(m->known);
    *m = (tw_synth_model){0};
}
