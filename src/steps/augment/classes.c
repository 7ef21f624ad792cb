/* Which rows give new rows is a matter of random draws keyed by the row itself, so that the same row is chosen wherever it
 * stands. Rounds over a whole class come before a random part of it: drawing with replacement would weigh rows unequally
 * for nothing. */
#include "steps/augment/classes.h"

#include <math.h>

enum { MOST_CLASSES = 1000 };

static enum tw_rc find_target(const tw_step_env *env, const tw_table *in, tw_str target, int *column, tw_error *err) {
    if (target.n) {
        int *columns;
        size_t n;
        enum tw_rc rc = tw_select_columns(in, &target, 1, env->arena, &columns, &n, err);
        if (rc)
            return rc;
        *column = columns[0];
        return n == 1 ? TW_OK : tw_fail(err, TW_EUSAGE, "%.*s: target '%.*s' names %zu columns; name one", TW_ARG(env->id),
                                        TW_ARG(target), n);
    }
    for (size_t i = 0; i < tw_table_width(in); i++)
        if (tw_table_field(in, i)->role == TW_AS_TARGET) {
            *column = (int)i;
            return TW_OK;
        }
    return tw_fail(err, TW_EUSAGE, "%.*s: no target is named and no column has the role target; give target", TW_ARG(env->id));
}

/* A row that the split column keeps for judging. */
static bool is_held_out(const tw_column *split, int64_t row) {
    static const char *const words[] = {"test", "valid", "validation", "val", "holdout", "hold-out"};
    tw_cell cell = tw_column_cell(split, row);
    for (size_t i = 0; i < TW_COUNT(words); i++)
        if (cell.state == TW_VALUE && cell.type == TW_TEXT && tw_str_eq_nocase(tw_str_trim(cell.text), tw_str_c(words[i])))
            return true;
    return false;
}

static const tw_column *split_column(const tw_table *in) {
    for (size_t i = 0; i < tw_table_width(in); i++)
        if (tw_table_field(in, i)->role == TW_AS_SPLIT)
            return tw_table_column(in, i);
    return NULL;
}

static void sort_rows(const tw_table *in, tw_classes *c) {
    const tw_column *split = split_column(in);
    for (int pass = 0; pass < 2; pass++) {
        for (int64_t row = 0; row < tw_table_rows(in); row++) {
            uint32_t code = c->factor->codes[row];
            if (code == TW_NO_CODE || (split && is_held_out(split, row)))
                continue;
            if (pass == 0)
                c->start[code + 2]++;
            else
                c->rows[c->start[code + 1]++] = row;
        }
        for (size_t k = 2; pass == 0 && k < c->n + 2; k++)
            c->start[k] += c->start[k - 1];
    }
}

enum tw_rc tw_classes_make(const tw_step_env *env, const tw_table *in, tw_str target, tw_classes *out, tw_error *err) {
    enum tw_rc rc = find_target(env, in, target, &out->target, err);
    if (!rc)
        rc = tw_table_need(in, NULL, 0, env->task, err);
    if (!rc)
        rc = tw_column_factor(tw_table_column(in, (size_t)out->target), 0, &out->factor, err);
    if (rc)
        return rc;
    const char *name = tw_table_field(in, (size_t)out->target)->name;
    out->n = out->factor->levels;
    if (out->n < 2)
        return tw_fail(err, TW_EDATA, "%.*s: target '%s' has %zu class%s; balancing needs two or more", TW_ARG(env->id), name,
                       out->n, out->n == 1 ? "" : "es");
    if (out->n > MOST_CLASSES)
        return tw_fail(err, TW_EDATA, "%.*s: target '%s' has %zu different values, too many for classes; bin it first or name another",
                       TW_ARG(env->id), name, out->n);
    out->start = tw_arena_alloc(env->arena, out->n + 2, sizeof *out->start);
    out->rows = tw_arena_alloc(env->arena, (size_t)tw_table_rows(in), sizeof *out->rows);
    if (!out->start || !out->rows)
        return tw_fail_memory(err);
    sort_rows(in, out);
    out->largest = 0;
    for (size_t at = 0; at < out->n; at++)
        out->largest = TW_MAX(out->largest, tw_class_size(out, at));
    out->stream = tw_step_stream(env, tw_str_c(name));
    return TW_OK;
}

/* --- choosing --- */

typedef struct ranked {
    uint64_t draw;
    int64_t row;
} ranked;

static int by_draw(const void *a, const void *b) {
    const ranked *x = a, *y = b;
    if (x->draw != y->draw)
        return x->draw < y->draw ? -1 : 1;
    return x->row < y->row ? -1 : 1;
}

static int by_row(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

enum tw_rc tw_classes_choose(const tw_classes *c, const tw_step_env *env, const tw_table *in, size_t at, uint64_t round,
                             int64_t n, int64_t *chosen, tw_error *err) {
    int64_t size = tw_class_size(c, at);
    const int64_t *rows = c->rows + c->start[at];
    ranked *order = tw_calloc((size_t)size, sizeof *order);
    if (!order)
        return tw_fail_memory(err);
    for (int64_t i = 0; i < size; i++)
        order[i] = (ranked){tw_draw_u64(c->stream, tw_step_row_key(env, in, rows[i]), round), rows[i]};
    qsort(order, (size_t)size, sizeof *order, by_draw);
    for (int64_t i = 0; i < n; i++)
        chosen[i] = order[i].row;
    free(order);
    qsort(chosen, (size_t)n, sizeof *chosen, by_row);
    return TW_OK;
}

/* New rows of one class, `missing` of them. */
static enum tw_rc class_donors(const tw_classes *c, const tw_step_env *env, const tw_table *in, size_t at, int64_t missing,
                               tw_donor *donors, tw_error *err) {
    int64_t size = tw_class_size(c, at), rounds = missing / size, rest = missing % size;
    for (int64_t r = 0; r < rounds; r++)
        for (int64_t i = 0; i < size; i++)
            *donors++ = (tw_donor){c->rows[c->start[at] + i], (uint64_t)r, at};
    int64_t *chosen = tw_calloc((size_t)rest, sizeof *chosen);
    enum tw_rc rc = chosen ? tw_classes_choose(c, env, in, at, (uint64_t)rounds, rest, chosen, err) : tw_fail_memory(err);
    for (int64_t i = 0; !rc && i < rest; i++)
        *donors++ = (tw_donor){chosen[i], (uint64_t)rounds, at};
    free(chosen);
    return rc;
}

enum tw_rc tw_classes_donors(const tw_classes *c, const tw_step_env *env, const tw_table *in, double ratio,
                             tw_donor **donors, int64_t *n, tw_error *err) {
    int64_t wanted = llrint(ratio * (double)c->largest), at_end = 0;
    *n = 0;
    for (size_t at = 0; at < c->n; at++)
        if (tw_class_size(c, at) > 0)
            *n += TW_MAX(wanted - tw_class_size(c, at), 0);
    *donors = tw_arena_alloc(env->arena, (size_t)*n + 1, sizeof **donors);
    enum tw_rc rc = *donors ? TW_OK : tw_fail_memory(err);
    for (size_t at = 0; !rc && at < c->n; at++) {
        int64_t missing = tw_class_size(c, at) > 0 ? TW_MAX(wanted - tw_class_size(c, at), 0) : 0;
        if (missing)
            rc = class_donors(c, env, in, at, missing, *donors + at_end, err);
        at_end += missing;
    }
    if (!rc && *n == 0)
        tw_say(env->log, TW_NOTE, "%.*s: no class is smaller than %g times the largest; nothing is added", TW_ARG(env->id), ratio);
    return rc;
}

tw_doc *tw_classes_doc(const tw_classes *c, const tw_table *in, const int64_t *after) {
    tw_doc *map = tw_doc_map();
    tw_buf name;
    tw_buf_init(&name, TW_BUF_MAX);
    for (size_t at = 0; at < c->n; at++) {
        tw_cell cell = tw_column_cell(tw_table_column(in, (size_t)c->target), c->factor->first[at]);
        tw_buf_clear(&name);
        tw_cell_write(&cell, &tw_table_field(in, (size_t)c->target)->format, &name);
        tw_doc *figures = tw_doc_map();
        tw_doc_set(figures, "before", tw_doc_int(tw_class_size(c, at)));
        tw_doc_set(figures, "after", tw_doc_int(after[at]));
        tw_doc_set_str(map, tw_buf_view(&name), figures);
    }
    tw_buf_fini(&name);
    return map;
}

/* --- appending --- */

/* Cells of one of the marks: for `old` rows of the table, then for the n new ones. */
static enum tw_rc mark_cells(enum tw_type type, const tw_donor *donors, int64_t old, int64_t n, tw_column **out, tw_error *err) {
    tw_builder *b = NULL;
    enum tw_rc rc = tw_builder_new(type, NULL, &b, err);
    for (int64_t i = 0; !rc && i < old; i++)
        rc = type == TW_BOOLEAN ? tw_builder_i64(b, 0, err) : tw_builder_missing(b, 1, err);
    for (int64_t i = 0; !rc && i < n; i++)
        rc = tw_builder_i64(b, type == TW_BOOLEAN ? 1 : donors[i].row + 1, err);
    if (!rc)
        rc = tw_builder_finish(b, out, err);
    tw_builder_free(b);
    return rc;
}

static const struct mark {
    const char *name;
    enum tw_type type;
} all_marks[] = {{"__synthetic", TW_BOOLEAN}, {"__donor", TW_INTEGER}};

/* Marks that an earlier step left are continued: their new cells replace the donors' copies. */
static enum tw_rc continue_marks(const tw_table *in, tw_column **cells, const tw_donor *donors, int64_t n, tw_error *err) {
    enum tw_rc rc = TW_OK;
    for (size_t m = 0; !rc && m < TW_COUNT(all_marks); m++) {
        int column = tw_table_find(in, tw_str_c(all_marks[m].name));
        if (column < 0 || tw_table_field(in, (size_t)column)->type != all_marks[m].type)
            continue;
        tw_column *made = NULL;
        rc = mark_cells(all_marks[m].type, donors, 0, n, &made, err);
        if (rc)
            return rc;
        tw_column_unref(cells[column]);
        cells[column] = made;
    }
    return rc;
}

static enum tw_rc add_marks(const tw_table *in, tw_draft *draft, const tw_donor *donors, int64_t n, tw_error *err) {
    enum tw_rc rc = TW_OK;
    for (size_t m = 0; !rc && m < TW_COUNT(all_marks); m++) {
        if (tw_table_find(in, tw_str_c(all_marks[m].name)) >= 0)
            continue;
        tw_column *column = NULL;
        tw_field field = {.name = all_marks[m].name, .type = all_marks[m].type, .role = TW_AS_IGNORE,
                          .format = TW_FORMAT_PLAIN, .source_column = -1};
        rc = mark_cells(all_marks[m].type, donors, tw_table_rows(in), n, &column, err);
        if (!rc)
            rc = tw_draft_add(draft, &field, column, err);
    }
    return rc;
}

enum tw_rc tw_augment_append(const tw_step_env *env, const tw_table *in, tw_column **cells, const tw_donor *donors, int64_t n,
                             bool marks, tw_step_result *out, tw_error *err) {
    tw_draft *draft = NULL;
    enum tw_rc rc = marks ? continue_marks(in, cells, donors, n, err) : TW_OK;
    if (!rc)
        rc = tw_draft_new(in, &draft, err);
    if (rc) {
        for (size_t i = 0; i < tw_table_width(in); i++)
            tw_column_unref(cells[i]);
        return rc;
    }
    rc = tw_draft_append(draft, cells, n, env->task, err);
    if (!rc && marks)
        rc = add_marks(in, draft, donors, n, err);
    if (rc) {
        tw_draft_free(draft);
        return rc;
    }
    out->rows_added = n;
    return tw_draft_commit(draft, &out->table, err);
}
