/* edit: one cell, by the number its row has in the source.
 *
 * Rows are numbered from 1 as people read them: row 17 is the 17th data row of the file, wherever sorting and filtering have
 * put it; in a table without a source it is the 17th row made; a negative number names a new row, -1 the first. `was` is
 * the text that stood there: when another one stands there now, or the row is gone, nothing is done and that is said. */
#include "steps/clean/cells.h"

typedef struct edit_args {
    int64_t row;
    tw_str col, was, to;
} edit_args;

/* Origin that the number names in this table. */
static int64_t origin_of(const edit_args *args, const tw_step_env *env, const tw_table *in) {
    if (args->row < 0)
        return args->row;
    return tw_table_source(in) ? args->row - 1 - env->row_offset : -args->row;
}

/* Row of the table with this origin, or -1. */
static int64_t find_row(const tw_table *in, int64_t origin) {
    int64_t rows = tw_table_rows(in);
    if (tw_table_origin_is_identity(in))
        return origin >= 0 && origin < rows ? origin : -1;
    for (int64_t row = 0; row < rows; row++)
        if (tw_table_origin(in, row) == origin)
            return row;
    return -1;
}

static enum tw_rc leave(const edit_args *args, const tw_step_env *env, const tw_table *in, const char *why, tw_str now,
                        tw_step_result *out, tw_error *err) {
    tw_say(env->log, TW_WARNING, "edit of row %lld, column '%.*s': left out, %s%.*s%s", (long long)args->row,
           TW_ARG(args->col), why, (int)TW_MIN(now.n, (size_t)64), now.p ? now.p : "", now.p ? "'" : "");
    out->summary = tw_doc_map();
    if (!out->summary || !tw_doc_set(out->summary, "skipped", tw_doc_int(1)))
        return tw_fail_memory(err);
    out->table = tw_table_ref(in);
    return TW_OK;
}

static enum tw_rc put(const edit_args *args, const tw_step_env *env, const tw_table *in, int column, int64_t row,
                      tw_step_result *out, tw_error *err) {
    tw_cell to = tw_table_parse(in, (size_t)column, args->to);
    tw_column *cells = NULL;
    tw_draft *draft = NULL;
    size_t words = tw_bitmap_words((size_t)tw_table_rows(in));
    uint64_t *changed = tw_calloc(words, sizeof *changed);
    enum tw_rc rc = changed ? tw_table_need(in, &column, 1, env->task, err) : tw_fail_memory(err);
    if (rc == TW_OK)
        rc = tw_column_patch(tw_table_column(in, (size_t)column), &row, &to, 1, &cells, err);
    if (rc == TW_OK) {
        tw_bit_set(changed, (size_t)row);
        rc = tw_draft_new(in, &draft, err);
    }
    if (rc == TW_OK)
        rc = tw_draft_set(draft, (size_t)column, cells, changed, env->number, err);
    else
        tw_column_unref(cells);
    if (rc == TW_OK) {
        out->cells_changed = 1;
        rc = tw_clean_commit(draft, out, err);
    } else {
        tw_draft_free(draft);
    }
    free(changed);
    return rc;
}

static enum tw_rc apply_edit(const void *raw, const tw_doc *state, const tw_step_env *env, const tw_table *in,
                             tw_step_result *out, tw_error *err) {
    const edit_args *args = raw;
    int column;
    enum tw_cell_state now_state;
    tw_buf now;
    (void)state;
    enum tw_rc rc = tw_table_require(in, args->col, &column, err);
    if (rc != TW_OK)
        return rc;
    if (!args->row)
        return tw_fail(err, TW_EUSAGE, "edit: row 0; rows are numbered from 1");
    int64_t row = find_row(in, origin_of(args, env, in));
    if (row < 0)
        return leave(args, env, in, "there is no such row", (tw_str){NULL, 0}, out, err);
    tw_buf_init(&now, TW_BUF_MAX);
    rc = tw_table_text(in, (size_t)column, row, &now, &now_state, err);
    bool empty = args->was.n == 0 && now_state == TW_MISSING;
    if (rc == TW_OK && args->was.p && !empty && !tw_str_eq(tw_buf_view(&now), args->was))
        rc = leave(args, env, in, "there stands '", tw_buf_view(&now).p ? tw_buf_view(&now) : TW_STR(""), out, err);
    else if (rc == TW_OK && tw_str_eq(tw_buf_view(&now), args->to))
        out->table = tw_table_ref(in);
    else if (rc == TW_OK)
        rc = put(args, env, in, column, row, out, err);
    tw_buf_fini(&now);
    return rc;
}

// clang-format off
static const tw_param params[] = {
    {.name = "row", .kind = TW_PARAM_INT, .offset = offsetof(edit_args, row), .min = -9e15, .max = 9e15, .flags = TW_PARAM_REQUIRED, .help = "row of the source, from 1; -1 is the first new row"},
    {.name = "col", .kind = TW_PARAM_COLUMN, .offset = offsetof(edit_args, col), .flags = TW_PARAM_REQUIRED, .help = "column"},
    {.name = "was", .kind = TW_PARAM_TEXT, .offset = offsetof(edit_args, was), .help = "what stands there; anything else is left alone"},
    {.name = "to", .kind = TW_PARAM_TEXT, .offset = offsetof(edit_args, to), .fallback = "", .help = "what to write; \"\" empties the cell"},
};

const tw_step_row tw_step_edit = {
    .name = "edit", .family = "clean", .summary = "write one cell",
    .method = "The cell is named by the row's number in the source, so that sorting and filtering before it do not matter. Where "
              "'was' is given and differs from what stands there the edit is left out and counted. A text that is not of the "
              "column's type is kept as it is and counts as unreadable.",
    .source = "", .params = params, .n_params = TW_COUNT(params), .args_size = sizeof(edit_args),
    .flags = TW_STEP_ROW_LOCAL, .apply = apply_edit,
    .example = "r:edit { row = 17, col = \"city\", to = \"Oslo\" }",
};
// clang-format on
