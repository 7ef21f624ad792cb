/* From documents to arrays: numbers scaled to the range the references have, levels numbered as the references number them.
 * A level that no reference has gets a number of its own, a number beyond the range its nearer end. */
#include "steps/impute/knn_model.h"

#include <math.h>

#include "steps/impute/targets.h"
#include "steps/rewrite.h"
#include "steps/stored.h"

static double scaled(const tw_knn_column *c, double value) {
    return c->range > 0 ? (value - c->low) / c->range : isnan(value) ? value : 0;
}

/* A number beyond the references' range is as far as the end of it. */
static double bounded(double q) {
    return q < 0 ? 0 : q > 1 ? 1 : q;
}

static size_t source_of(const tw_knn_model *m, size_t i) {
    return m->from ? m->from[i] : i;
}

/* References drawn with replacement, a function of (seed, step, imputation). */
static enum tw_rc bootstrap(const tw_step_env *env, tw_knn_model *m, tw_error *err) {
    uint32_t *from = tw_arena_alloc(env->arena, m->references + 1, sizeof *from);
    tw_stream s = tw_stream_part(tw_step_stream(env, TW_STR("")), m->bootstrap);
    if (!from)
        return tw_fail_memory(err);
    for (size_t i = 0; i < m->references; i++)
        from[i] = (uint32_t)tw_draw_below(s, i, 0, m->references);
    m->from = from;
    return TW_OK;
}

static double number_of(enum tw_type type, const tw_doc *doc) {
    tw_cell cell = tw_stored_cell(type, doc);
    return cell.state == TW_VALUE ? tw_type_ops_of(type)->to_f64(&cell) : (double)NAN;
}

static enum tw_rc load_scale(const tw_knn_model *m, tw_knn_column *c, const tw_doc *cells, tw_error *err) {
    size_t references = m->references;
    c->value = tw_calloc(references, sizeof *c->value);
    c->place = tw_calloc(references, sizeof *c->place);
    if (!c->value || !c->place)
        return tw_fail_memory(err);
    double low = INFINITY, high = -INFINITY;
    for (size_t i = 0; i < references; i++) {
        c->value[i] = number_of(c->field->type, tw_doc_at(cells, source_of(m, i)));
        low = fmin(low, c->value[i]);
        high = fmax(high, c->value[i]);
    }
    c->low = low;
    c->range = isfinite(high - low) ? high - low : 0;
    for (size_t i = 0; i < references; i++) {
        c->known[i] = !isnan(c->value[i]);
        c->place[i] = isnan(c->value[i]) ? 0 : scaled(c, c->value[i]);
    }
    for (int64_t i = 0; i < m->rows; i++)
        c->query[i] = bounded(scaled(c, tw_column_number(c->cells, i)));
    return TW_OK;
}

/* Text that stands for a level in the look-up: values of one type are equal exactly when these are. */
static enum tw_rc level_text(const tw_cell *cell, tw_buf *text, tw_error *err) {
    static const tw_format plain = {.number = {'.', 0, -1}};
    tw_buf_clear(text);
    tw_cell_write(cell, &plain, text);
    return tw_buf_check(text, err);
}

static enum tw_rc number_levels(tw_knn_column *c, const tw_doc *levels, tw_arena *arena, tw_buf *text, tw_error *err) {
    c->numbers = tw_hashmap_new(tw_doc_count(levels));
    if (!c->numbers)
        return tw_fail_memory(err);
    for (size_t l = 0; l < tw_doc_count(levels); l++) {
        tw_cell cell = tw_stored_cell(c->field->type, tw_doc_at(levels, l));
        enum tw_rc rc = level_text(&cell, text, err);
        tw_str key = rc ? TW_STR("") : tw_arena_str(arena, tw_buf_view(text));
        if (rc || !key.p || tw_hashmap_intern(c->numbers, key, NULL) == UINT32_MAX)
            return rc ? rc : tw_fail_memory(err);
    }
    return TW_OK;
}

/* A level that no reference has differs from all of them: it gets a number of its own. */
static enum tw_rc load_levels(const tw_knn_model *m, tw_knn_column *c, const tw_doc *fitted, tw_arena *arena, tw_error *err) {
    const tw_doc *levels = tw_doc_get(fitted, "levels"), *cells = tw_doc_get(fitted, "cells");
    const tw_factor *factor;
    tw_buf text;
    tw_buf_init(&text, TW_BUF_MAX);
    c->level = tw_calloc(m->references, sizeof *c->level);
    enum tw_rc rc = c->level ? number_levels(c, levels, arena, &text, err) : tw_fail_memory(err);
    if (!rc)
        rc = tw_column_factor(c->cells, 0, &factor, err);
    double *number = rc ? NULL : tw_calloc(factor->levels, sizeof *number);
    if (!rc && !number)
        rc = tw_fail_memory(err);
    for (uint32_t l = 0; !rc && l < factor->levels; l++) {
        tw_cell cell = tw_column_cell(c->cells, factor->first[l]);
        rc = level_text(&cell, &text, err);
        uint32_t known = rc ? UINT32_MAX : tw_hashmap_find(c->numbers, tw_buf_view(&text));
        number[l] = known == UINT32_MAX ? (double)tw_doc_count(levels) : (double)known;
    }
    for (size_t i = 0; !rc && i < m->references; i++) {
        c->level[i] = (int32_t)tw_doc_as_int(tw_doc_at(cells, source_of(m, i)), -1);
        c->known[i] = c->level[i] >= 0;
    }
    for (int64_t i = 0; !rc && i < m->rows; i++)
        c->query[i] = factor->codes[i] == TW_NO_CODE ? (double)NAN : number[factor->codes[i]];
    free(number);
    tw_buf_fini(&text);
    return rc;
}

static enum tw_rc load_column(const tw_doc *fitted, const tw_step_env *env, const tw_table *in, tw_knn_model *m, tw_knn_column *c,
                              tw_error *err) {
    enum tw_rc rc = tw_rewrite_find(in, "impute_knn", tw_doc_as_text(tw_doc_get(fitted, "name"), TW_STR("")),
                                    tw_doc_as_text(tw_doc_get(fitted, "type"), TW_STR("")), &c->column, err);
    if (!rc)
        rc = tw_table_need(in, &c->column, 1, env->task, err);
    if (rc)
        return rc;
    c->field = tw_table_field(in, (size_t)c->column);
    c->cells = tw_table_column(in, (size_t)c->column);
    c->is_target = tw_doc_as_bool(tw_doc_get(fitted, "target"), false);
    c->is_with = tw_doc_as_bool(tw_doc_get(fitted, "with"), false);
    c->is_scale = tw_impute_is_scale(c->field->type);
    c->decimals = (int)tw_doc_as_int(tw_doc_get(fitted, "decimals"), -1);
    c->usual = tw_stored_cell(c->field->type, tw_doc_get(fitted, "usual"));
    c->known = tw_calloc(m->references, sizeof *c->known);
    c->query = tw_calloc((size_t)m->rows, sizeof *c->query);
    if (!c->known || !c->query)
        return tw_fail_memory(err);
    if (c->is_scale)
        return load_scale(m, c, tw_doc_get(fitted, "cells"), err);
    return load_levels(m, c, fitted, env->arena, err);
}

static enum tw_rc load_groups(const tw_doc *state, const tw_step_env *env, const tw_table *in, tw_knn_model *m, tw_error *err) {
    const tw_doc *names = tw_doc_get(state, "by"), *keys = tw_doc_get(state, "groups");
    int *by;
    size_t n;
    if (tw_doc_count(names) == 0)
        return TW_OK;
    enum tw_rc rc = tw_impute_find_by(names, env, in, &by, &n, err);
    if (rc)
        return rc;
    uint32_t *references = tw_arena_alloc(env->arena, m->references + 1, sizeof *references);
    uint32_t *rows = tw_arena_alloc(env->arena, (size_t)m->rows + 1, sizeof *rows);
    tw_hashmap *map = tw_hashmap_new(64);
    tw_buf key;
    tw_buf_init(&key, TW_BUF_MAX);
    rc = references && rows && map ? TW_OK : tw_fail_memory(err);
    for (size_t i = 0; !rc && i < m->references; i++)
        references[i] = tw_hashmap_intern(map, tw_doc_as_text(tw_doc_at(keys, source_of(m, i)), TW_STR("")), NULL);
    for (int64_t i = 0; !rc && i < m->rows; i++) {
        rc = tw_rewrite_key(in, by, n, i, &key, err);
        rows[i] = rc ? 0 : tw_hashmap_find(map, tw_buf_view(&key));
    }
    tw_buf_fini(&key);
    tw_hashmap_free(map);
    m->reference_group = references;
    m->query_group = rows;
    return rc;
}

enum tw_rc tw_knn_load(const tw_doc *state, const tw_step_env *env, const tw_table *in, tw_knn_model *m, tw_error *err) {
    const tw_doc *columns = tw_doc_get(state, "columns");
    m->references = (size_t)tw_doc_as_int(tw_doc_get(state, "references"), 0);
    m->rows = tw_table_rows(in);
    m->at = tw_arena_alloc(env->arena, tw_doc_count(columns) + 1, sizeof *m->at);
    if (!m->at)
        return tw_fail_memory(err);
    enum tw_rc rc = m->bootstrap && m->references ? bootstrap(env, m, err) : TW_OK;
    if (!rc)
        rc = load_groups(state, env, in, m, err);
    for (size_t i = 0; !rc && i < tw_doc_count(columns); i++)
        rc = load_column(tw_doc_at(columns, i), env, in, m, &m->at[m->n++], err);
    return rc;
}

void tw_knn_fini(tw_knn_model *m) {
    for (size_t i = 0; i < m->n; i++) {
        free(m->at[i].known);
        free(m->at[i].value);
        free(m->at[i].place);
        free(m->at[i].level);
        free(m->at[i].query);
        tw_hashmap_free(m->at[i].numbers);
    }
}
