/* Drafts as steps use them. Patches share the chunks they do not touch, so that a step costs what it changes. */
#include "steps/rewrite.h"

enum tw_rc tw_rewrite_begin(tw_rewrite *w, const tw_step_env *env, const tw_table *in, tw_error *err) {
    *w = (tw_rewrite){.env = env, .in = in, .columns = tw_doc_map()};
    return tw_draft_new(in, &w->draft, err);
}

static void count(tw_rewrite *w, int column, int64_t n) {
    w->cells += n;
    tw_doc_set(w->columns, tw_table_field(w->in, (size_t)column)->name, tw_doc_int(n));
}

static uint64_t *bitmap_of(const tw_rewrite *w, const int64_t *rows, int64_t n) {
    uint64_t *map = tw_calloc(tw_bitmap_words((size_t)tw_table_rows(w->in)), sizeof *map);
    for (int64_t i = 0; map && i < n; i++)
        tw_bit_set(map, (size_t)rows[i]);
    return map;
}

enum tw_rc tw_rewrite_patch(tw_rewrite *w, int column, const int64_t *rows, const tw_cell *cells, int64_t n,
                            tw_error *err) {
    if (n == 0)
        return TW_OK;
    uint64_t *changed = bitmap_of(w, rows, n);
    if (!changed)
        return tw_fail_memory(err);
    tw_column *patched = NULL;
    enum tw_rc rc = tw_column_patch(tw_table_column(w->in, (size_t)column), rows, cells, n, &patched, err);
    if (!rc)
        rc = tw_draft_set(w->draft, (size_t)column, patched, changed, w->env->number, err);
    free(changed);
    if (!rc)
        count(w, column, n);
    return rc;
}

enum tw_rc tw_rewrite_column(tw_rewrite *w, int column, tw_column *cells, const uint64_t *changed, tw_error *err) {
    tw_field field = *tw_table_field(w->in, (size_t)column);
    if (field.type != tw_column_type(cells)) {
        field.type = tw_column_type(cells);
        field.format = TW_FORMAT_PLAIN;
        enum tw_rc rc = tw_draft_field(w->draft, (size_t)column, &field, err);
        if (rc) {
            tw_column_unref(cells);
            return rc;
        }
    }
    enum tw_rc rc = tw_draft_set(w->draft, (size_t)column, cells, changed, w->env->number, err);
    if (!rc)
        count(w, column, (int64_t)tw_bitmap_count(changed, (size_t)tw_table_rows(w->in)));
    return rc;
}

enum tw_rc tw_rewrite_finish(tw_rewrite *w, enum tw_rc rc, tw_step_result *out, tw_error *err) {
    if (rc)
        tw_draft_free(w->draft);
    else
        rc = tw_draft_commit(w->draft, &out->table, err);
    if (rc) {
        tw_doc_free(w->columns);
        return rc;
    }
    out->cells_changed = w->cells;
    out->summary = tw_doc_map();
    tw_doc_set(out->summary, "columns", w->columns);
    return TW_OK;
}

enum tw_rc tw_rewrite_find(const tw_table *in, const char *who, tw_str name, tw_str type, int *column, tw_error *err) {
    *column = tw_table_find(in, name);
    if (*column < 0) {
        enum tw_rc rc =
            tw_fail(err, TW_EMISSING_COLUMN, "%s: the table has no column '%.*s', which the step was fitted on; add it, or map another to it",
                    who, TW_ARG(name));
        return tw_error_column(err, rc, name);
    }
    const char *now = tw_type_name(tw_table_field(in, (size_t)*column)->type);
    if (type.n && !tw_str_eq_c(type, now))
        return tw_fail(err, TW_EDATA, "%s: column '%.*s' is %s, but the step was fitted on %.*s; set its type", who,
                       TW_ARG(name), now, TW_ARG(type));
    return TW_OK;
}

enum tw_rc tw_rewrite_holes(const tw_column *column, bool unreadable, tw_arena *arena, int64_t **rows, int64_t *n,
                            tw_error *err) {
    int64_t total = tw_column_rows(column), room = total - tw_column_valid_count(column);
    *n = 0;
    *rows = tw_arena_alloc(arena, (size_t)room + 1, sizeof **rows);
    if (!*rows)
        return tw_fail_memory(err);
    for (size_t chunk = 0; chunk < tw_column_chunks(column); chunk++) {
        const uint64_t *valid = tw_column_validity(column, chunk);
        size_t in_chunk = valid ? tw_column_chunk_rows(column, chunk) : 0;
        for (size_t i = 0; i < in_chunk; i++) {
            int64_t row = (int64_t)(chunk * TW_CHUNK_ROWS + i);
            if (!tw_bit_get(valid, i) && (unreadable || tw_column_cell(column, row).state == TW_MISSING))
                (*rows)[(*n)++] = row;
        }
    }
    return TW_OK;
}

enum tw_rc tw_rewrite_key(const tw_table *in, const int *columns, size_t n, int64_t row, tw_buf *out, tw_error *err) {
    static const tw_format plain = {.number = {'.', 0, -1}};
    tw_buf_clear(out);
    for (size_t i = 0; i < n; i++) {
        tw_cell cell = tw_column_cell(tw_table_column(in, (size_t)columns[i]), row);
        if (i)
            tw_buf_char(out, '\x1f');
        if (cell.state == TW_MISSING)
            tw_buf_char(out, '\x1e');
        else
            tw_cell_write(&cell, &plain, out);
    }
    return tw_buf_check(out, err);
}
