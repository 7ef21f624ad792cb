/* drop_rows: rows by the numbers they have in the source, as `edit` names them.
 *
 * The list is a text of numbers and ranges ("17,19-25") so that a recipe stays readable; sorted once, it is searched for
 * each row. Numbers of rows that are not there are let pass: a shard sees only its own. */
#include "steps/clean/cells.h"

#include "base/number.h"

typedef struct drop_rows_args {
    tw_str rows;
} drop_rows_args;

typedef struct range {
    int64_t from, to;
} range;

enum { MOST_RANGES = 1 << 20 };

/* "17", "-3", "19-25" */
static bool read_range(tw_str text, range *out) {
    text = tw_str_trim(text);
    size_t dash = text.n ? 1 : 0;
    while (dash < text.n && text.p[dash] != '-')
        dash++;
    if (!tw_parse_i64(tw_str_sub(text, 0, dash), &out->from))
        return false;
    out->to = out->from;
    return dash >= text.n || (tw_parse_i64(tw_str_sub(text, dash + 1, text.n), &out->to) && out->to >= out->from);
}

static int by_from(const void *a, const void *b) {
    const range *x = a, *y = b;
    return (x->from > y->from) - (x->from < y->from);
}

/* Sorted and without overlaps, so that one search decides. */
static size_t merge(range *list, size_t n) {
    size_t kept = 0;
    qsort(list, n, sizeof *list, by_from);
    for (size_t i = 0; i < n; i++) {
        if (kept && list[i].from <= list[kept - 1].to)
            list[kept - 1].to = TW_MAX(list[kept - 1].to, list[i].to);
        else
            list[kept++] = list[i];
    }
    return kept;
}

static enum tw_rc read_ranges(tw_str text, const tw_step_env *env, range **out, size_t *n, tw_error *err) {
    size_t room = 1;
    for (size_t i = 0; i < text.n; i++)
        room += text.p[i] == ',';
    *n = 0;
    if (room > MOST_RANGES)
        return tw_fail(err, TW_EUSAGE, "drop_rows: %zu numbers are too many; write a filter instead", room);
    *out = tw_arena_alloc(env->arena, room, sizeof **out);
    if (!*out)
        return tw_fail_memory(err);
    tw_str part;
    while (tw_str_split(&text, ',', &part)) {
        if (!read_range(part, &(*out)[*n]))
            return tw_fail(err, TW_EUSAGE, "drop_rows: '%.*s' is no row; write numbers and ranges, as in \"17,19-25\"",
                           (int)TW_MIN(part.n, (size_t)32), part.p);
        ++*n;
    }
    *n = merge(*out, *n);
    return TW_OK;
}

/* The row's number as people read it: from 1 in the source, new rows from -1 down. */
static int64_t number_of(const tw_step_env *env, const tw_table *in, int64_t row) {
    int64_t origin = tw_table_origin(in, row);
    if (origin >= 0)
        return origin + 1 + env->row_offset;
    return tw_table_source(in) ? origin : -origin;
}

static bool is_listed(const range *list, size_t n, int64_t number) {
    size_t low = 0, high = n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (list[middle].to < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low < n && list[low].from <= number;
}

static enum tw_rc apply(const void *raw, const tw_doc *state, const tw_step_env *env, const tw_table *in,
                        tw_step_result *out, tw_error *err) {
    const drop_rows_args *args = raw;
    range *list = NULL;
    size_t n;
    (void)state;
    enum tw_rc rc = read_ranges(args->rows, env, &list, &n, err);
    if (rc != TW_OK)
        return rc;
    int64_t rows = tw_table_rows(in), kept = 0, *left = tw_calloc((size_t)rows, sizeof *left);
    if (!left)
        return tw_fail_memory(err);
    for (int64_t row = 0; row < rows; row++)
        if (!is_listed(list, n, number_of(env, in, row)))
            left[kept++] = row;
    return tw_clean_keep_rows(env, in, left, kept, out, err);
}

// clang-format off
static const tw_param params[] = {
    {.name = "rows", .kind = TW_PARAM_TEXT, .offset = offsetof(drop_rows_args, rows), .flags = TW_PARAM_REQUIRED | TW_PARAM_POSITIONAL | TW_PARAM_DASH, .help = "numbers of rows of the source, from 1, and ranges of them, as in \"17,19-25\"; -1 is the first new row"},
};

const tw_step_row tw_step_drop_rows = {
    .name = "drop_rows", .family = "clean", .summary = "take rows out by their numbers",
    .method = "Rows are named by their numbers in the source, so that sorting and filtering before it do not matter. Numbers that "
              "are not there are let pass. Where a condition says which rows, filter says it better: it holds for new data too.",
    .source = "", .params = params, .n_params = TW_COUNT(params), .args_size = sizeof(drop_rows_args),
    .flags = TW_STEP_ROW_LOCAL | TW_STEP_CHANGES_ROWS, .apply = apply,
    .example = "r:drop_rows \"17,19-25\"",
};
// clang-format on
