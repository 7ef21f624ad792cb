/* Preparing columns for comparison: match by name, give both sides one set of levels, bin numbers by the real side's edges.
 *
 * Bins are ten quantile bins of the real values in which a frequent value gets an edge of its own, because edges taken
 * from each side (or equal widths) hide differences. Text columns in which more than half the values differ carry no
 * distribution to compare and are marked as skipped. */
#include "compare/matched.h"

#include <math.h>

#include "base/hash.h"
#include "base/random.h"
#include "stat/select.h"
#include "stat/sort.h"

enum { BINS = 10 };

static bool is_number(enum tw_type type) {
    return tw_type_ops_of(type)->is_ordered_scale && type != TW_BOOLEAN;
}

static enum tw_rc take_values(tw_matched_column *c, size_t side, const tw_column *column, tw_error *err) {
    size_t rows = (size_t)tw_column_rows(column), kept = 0;
    c->values[side] = tw_calloc(rows, sizeof(double));
    c->sorted[side] = tw_calloc(rows, sizeof(double));
    if (!c->values[side] || !c->sorted[side])
        return tw_fail_memory(err);
    tw_column_copy_f64(column, c->values[side]);
    for (size_t i = 0; i < rows; i++)
        if (!isnan(c->values[side][i]))
            c->sorted[side][kept++] = c->values[side][i];
    c->n_values[side] = kept;
    return tw_sort_f64(c->sorted[side], kept) ? TW_OK : tw_fail_memory(err);
}

/* Ascending distinct upper edges of at most BINS bins of the real values. */
static size_t bin_edges(const tw_matched_column *c, double edges[BINS]) {
    size_t n = c->n_values[0], count = 0;
    for (size_t b = 1; b < BINS && n > 0; b++) {
        double edge = c->sorted[0][TW_MIN(n - 1, n * b / BINS)];
        if (count == 0 || edge > edges[count - 1])
            edges[count++] = edge;
    }
    return count;
}

static uint32_t bin_of(double value, const double *edges, size_t n) {
    if (isnan(value))
        return 0;
    uint32_t bin = 1;
    for (size_t i = 0; i < n && value > edges[i]; i++)
        bin++;
    return bin;
}

static enum tw_rc bin_values(tw_matched_column *c, size_t sides, const size_t *rows, tw_error *err) {
    double edges[BINS];
    size_t n = bin_edges(c, edges);
    c->levels = (uint32_t)n + 2;
    for (size_t s = 0; s < sides; s++) {
        c->codes[s] = tw_calloc(rows[s], sizeof(uint32_t));
        if (!c->codes[s])
            return tw_fail_memory(err);
        for (size_t i = 0; i < rows[s]; i++)
            c->codes[s][i] = bin_of(c->values[s][i], edges, n);
    }
    return TW_OK;
}

/* Levels of one side's factor as codes from 1 in the shared map, by their text. */
static enum tw_rc code_side(tw_matched_column *c, size_t side, const tw_table *table, size_t column, tw_hashmap *levels,
                            tw_arena *texts, tw_error *err) {
    const tw_column *cells = tw_table_column(table, column);
    const tw_factor *f = NULL;
    enum tw_rc rc = tw_column_factor(cells, 0, &f, err);
    if (rc)
        return rc;
    size_t rows = (size_t)tw_column_rows(cells);
    uint32_t *code_of = tw_calloc(f->levels, sizeof *code_of);
    c->codes[side] = tw_calloc(rows, sizeof(uint32_t));
    tw_buf text;
    tw_buf_init(&text, TW_BUF_MAX);
    for (uint32_t level = 0; code_of && level < f->levels; level++) {
        tw_cell cell = tw_column_cell(cells, f->first[level]);
        tw_buf_clear(&text);
        tw_str copy = {0};
        if (tw_cell_write(&cell, &TW_FORMAT_PLAIN, &text))
            copy = tw_arena_str(texts, tw_buf_view(&text));
        uint32_t number = copy.p ? tw_hashmap_intern(levels, copy, NULL) : UINT32_MAX;
        if (number == UINT32_MAX)
            rc = tw_fail_memory(err);
        code_of[level] = number + 1;
    }
    tw_buf_fini(&text);
    if (!code_of || !c->codes[side])
        rc = tw_fail_memory(err);
    for (size_t i = 0; !rc && i < rows; i++)
        c->codes[side][i] = f->codes[i] == TW_NO_CODE ? 0 : code_of[f->codes[i]];
    free(code_of);
    return rc;
}

/* The map borrows the arena's bytes: the texts stay for as long as the column. */
static bool keep_texts(tw_matched_column *c, const tw_hashmap *levels) {
    c->texts = tw_arena_alloc(&c->arena, c->levels, sizeof *c->texts);
    for (uint32_t code = 1; c->texts && code < c->levels; code++)
        c->texts[code] = tw_hashmap_key(levels, code - 1);
    return c->texts != NULL;
}

static enum tw_rc code_levels(tw_matched_column *c, const tw_matched *m, const tw_table *const *tables, const int *at,
                              tw_error *err) {
    tw_hashmap *levels = tw_hashmap_new(64);
    enum tw_rc rc = levels ? TW_OK : tw_fail_memory(err);
    for (size_t s = 0; !rc && s < m->sides; s++)
        rc = code_side(c, s, tables[s], (size_t)at[s], levels, &c->arena, err);
    if (!rc) {
        c->levels = (uint32_t)tw_hashmap_count(levels) + 1;
        c->skipped = c->levels > 50 && c->levels > m->rows[0] / 2;
    }
    if (!rc && c->skipped)
        tw_arena_reset(&c->arena);
    else if (!rc && !keep_texts(c, levels))
        rc = tw_fail_memory(err);
    tw_hashmap_free(levels);
    return rc;
}

static enum tw_rc prepare(tw_matched *m, const tw_table *const *tables, const int *at, tw_task *task, tw_error *err) {
    tw_matched_column *c = &m->columns[m->n];
    tw_arena_init(&c->arena);
    c->name = tw_table_field(tables[0], (size_t)at[0])->name;
    c->type = tw_table_field(tables[0], (size_t)at[0])->type;
    c->numeric = true;
    m->n++;
    enum tw_rc rc = tw_task_check(task, err);
    for (size_t s = 0; !rc && s < m->sides; s++) {
        c->numeric = c->numeric && is_number(tw_table_field(tables[s], (size_t)at[s])->type);
        rc = tw_table_need(tables[s], &at[s], 1, task, err);
    }
    if (rc)
        return rc;
    if (!c->numeric)
        return code_levels(c, m, tables, at, err);
    for (size_t s = 0; !rc && s < m->sides; s++)
        rc = take_values(c, s, tw_table_column(tables[s], (size_t)at[s]), err);
    return rc ? rc : bin_values(c, m->sides, m->rows, err);
}

enum tw_rc tw_matched_make(const tw_table *const tables[TW_SIDES], tw_task *task, tw_matched *out, tw_error *err) {
    *out = (tw_matched){.sides = tables[2] ? 3 : 2};
    size_t width = tw_table_width(tables[0]);
    out->columns = tw_calloc(width, sizeof *out->columns);
    if (!out->columns)
        return tw_fail_memory(err);
    enum tw_rc rc = TW_OK;
    for (size_t s = 0; s < out->sides; s++) {
        out->rows[s] = (size_t)tw_table_rows(tables[s]);
        if (out->rows[s] == 0)
            rc = tw_fail(err, TW_EDATA, "compare: a table has no rows; give tables with data");
    }
    tw_task_begin(task, "comparing", width);
    for (size_t j = 0; !rc && j < width; j++) {
        int at[TW_SIDES] = {(int)j};
        bool shared = true;
        for (size_t s = 1; s < out->sides; s++) {
            at[s] = tw_table_find(tables[s], tw_str_c(tw_table_field(tables[0], j)->name));
            shared = shared && at[s] >= 0;
        }
        if (shared)
            rc = prepare(out, tables, at, task, err);
        tw_task_advance(task, 1);
    }
    if (!rc && out->n == 0)
        rc = tw_fail(err, TW_EDATA, "compare: the tables share no column name; rename the columns of one of them");
    if (rc)
        tw_matched_fini(out);
    return rc;
}

void tw_matched_fini(tw_matched *m) {
    for (size_t j = 0; j < m->n; j++) {
        for (size_t s = 0; s < TW_SIDES; s++) {
            free(m->columns[j].values[s]);
            free(m->columns[j].sorted[s]);
            free(m->columns[j].codes[s]);
        }
        tw_arena_fini(&m->columns[j].arena);
    }
    free(m->columns);
    *m = (tw_matched){0};
}

double tw_matched_missing(const tw_matched *m, size_t column, size_t side) {
    size_t missing = 0;
    for (size_t i = 0; i < m->rows[side]; i++)
        missing += m->columns[column].codes[side][i] == 0;
    return (double)missing / (double)m->rows[side];
}

uint64_t tw_matched_hash(const tw_matched *m, size_t side, size_t row) {
    uint64_t h = 0;
    for (size_t j = 0; j < m->n; j++) {
        const tw_matched_column *c = &m->columns[j];
        uint64_t part = c->codes[side][row];
        if (c->numeric && !isnan(c->values[side][row])) {
            double v = c->values[side][row] + 0.0;
            memcpy(&part, &v, sizeof part);
        }
        h = tw_mix64(h ^ tw_mix64(part + j));
    }
    return h;
}

int tw_matched_hash_order(const void *a, const void *b) {
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

tw_doc *tw_matched_level(const tw_matched_column *c, uint32_t code) {
    if (!code)
        return tw_doc_null();
    return c->type == TW_BOOLEAN ? tw_doc_bool(tw_str_eq_c(c->texts[code], "true")) : tw_doc_text(c->texts[code]);
}

uint32_t *tw_matched_order(const tw_matched *m, size_t side, uint64_t seed, const char *label) {
    size_t rows = m->rows[side];
    uint32_t *order = tw_calloc(rows, sizeof *order);
    if (!order)
        return NULL;
    for (size_t i = 0; i < rows; i++)
        order[i] = (uint32_t)i;
    tw_rng rng = tw_rng_make(tw_stream_make(seed, TW_STR("compare"), tw_str_c(label)), 0);
    tw_rng_shuffle(&rng, order, rows);
    return order;
}
