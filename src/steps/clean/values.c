/* map_values and to_missing: cells named by their text.
 *
 * A cell is looked up by the text it shows: a value as its column writes it, an unreadable cell as it stands, a missing one
 * as "". Numbers and dates are also looked up by value, so that "-999" finds -999.0. */
#include "steps/clean/cells.h"

#include "base/hash.h"
#include "steps/clean/tokens.h"

typedef struct map_args {
    tw_str_list cols;
    const tw_doc *map;
    tw_str when;
} map_args;

typedef struct missing_args {
    tw_str_list cols, values;
    tw_str when;
} missing_args;

/* Texts to find, with their place in `to`; and for each column the cells they mean there. */
typedef struct lookup {
    const tw_table *table;
    tw_hashmap *keys;
    tw_str *from, *to; /* to NULL: missing */
    size_t n;
    tw_cell *cells; /* of the keys, as cells of the column looked at: n for each of width columns */
} lookup;

enum { NONE = -1 };

/* Number of the key that names the cell. */
static int find(const lookup *l, size_t column, const tw_cell *in, tw_buf *scratch) {
    tw_str text = in->text;
    if (in->state == TW_MISSING) {
        text = TW_STR("");
    } else if (in->state == TW_VALUE && in->type != TW_TEXT) {
        tw_cell_write(in, &tw_table_field(l->table, column)->format, scratch);
        text = tw_buf_view(scratch);
    }
    uint32_t at = tw_hashmap_find(l->keys, text);
    if (at != UINT32_MAX)
        return (int)at;
    bool by_value = in->state == TW_VALUE && in->type != TW_TEXT;
    for (size_t i = 0; by_value && i < l->n; i++)
        if (l->cells[column * l->n + i].state == TW_VALUE && tw_cell_equal(&l->cells[column * l->n + i], in))
            return (int)i;
    return NONE;
}

static bool map_cell(const void *ctx, size_t column, const tw_cell *in, tw_buf *scratch, tw_cell *out) {
    const lookup *l = ctx;
    int at = find(l, column, in, scratch);
    if (at == NONE)
        return false;
    tw_str to = l->to ? l->to[at] : TW_STR("");
    *out = to.n ? tw_table_parse(l->table, column, to) : tw_cell_missing(in->type);
    return true;
}

static void fini_lookup(lookup *l) {
    tw_hashmap_free(l->keys);
}

/* Keys in the arena; cells of every column that is looked at. */
static enum tw_rc init_lookup(lookup *l, const tw_step_env *env, const int *columns, size_t n_columns, tw_error *err) {
    static const tw_format plain = {.number = {'.', 0, -1}};
    size_t width = tw_table_width(l->table), count;
    l->keys = tw_hashmap_new(l->n);
    if (!tw_mul(width, l->n, &count) || !(l->cells = tw_arena_alloc(env->arena, count, sizeof *l->cells)) || !l->keys)
        return tw_fail_memory(err);
    for (size_t i = 0; i < l->n; i++) {
        bool added;
        if (tw_hashmap_intern(l->keys, l->from[i], &added) == UINT32_MAX)
            return tw_fail_memory(err);
        if (!added)
            return tw_fail(err, TW_EUSAGE, "'%.*s' is named twice; name each value once", TW_ARG(l->from[i]));
        for (size_t k = 0; k < n_columns; k++) {
            const tw_field *field = tw_table_field(l->table, (size_t)columns[k]);
            tw_cell *cell = &l->cells[(size_t)columns[k] * l->n + i];
            *cell = tw_cell_parse(field->type, &plain, l->from[i]);
            if (cell->state != TW_VALUE)
                *cell = tw_cell_parse(field->type, &field->format, l->from[i]);
        }
    }
    return TW_OK;
}

/* A text for a number, boolean or text in the map. */
static enum tw_rc scalar(const tw_doc *node, tw_arena *arena, const char *who, tw_str *out, tw_error *err) {
    char text[TW_NUMBER_MAX];
    enum tw_doc_kind kind = tw_doc_kind(node);
    *out = TW_STR("");
    if (kind == TW_DOC_TEXT)
        *out = tw_doc_as_text(node, TW_STR(""));
    else if (kind == TW_DOC_INT)
        *out = tw_arena_str(arena, (tw_str){text, tw_format_i64(text, tw_doc_as_int(node, 0))});
    else if (kind == TW_DOC_NUMBER)
        *out = tw_arena_str(arena, (tw_str){text, tw_format_f64(text, tw_doc_as_number(node, 0))});
    else if (kind == TW_DOC_BOOL)
        *out = tw_doc_as_bool(node, false) ? TW_STR("true") : TW_STR("false");
    else if (kind != TW_DOC_NULL)
        return tw_fail(err, TW_EUSAGE, "%s: a value to put in is a list or table; write a text or a number", who);
    return out->p ? TW_OK : tw_fail_memory(err);
}

static enum tw_rc read_map(lookup *l, const tw_doc *map, const tw_step_env *env, tw_error *err) {
    bool list = tw_doc_kind(map) == TW_DOC_LIST; /* { "a", "b" }: 1 and 2 are the old values */
    if ((tw_doc_kind(map) != TW_DOC_MAP && !list) || !tw_doc_count(map))
        return tw_fail(err, TW_EUSAGE, "map_values: 'map' must say what becomes of which value; write map = { old = \"new\" }");
    l->n = tw_doc_count(map);
    l->from = tw_arena_alloc(env->arena, l->n, sizeof *l->from);
    l->to = tw_arena_alloc(env->arena, l->n, sizeof *l->to);
    if (!l->from || !l->to)
        return tw_fail_memory(err);
    for (size_t i = 0; i < l->n; i++) {
        char number[TW_NUMBER_MAX];
        l->from[i] = list ? tw_arena_str(env->arena, (tw_str){number, tw_format_i64(number, (int64_t)i + 1)}) : tw_doc_key(map, i);
        if (!l->from[i].p)
            return tw_fail_memory(err);
        enum tw_rc rc = scalar(tw_doc_at(map, i), env->arena, "map_values", &l->to[i], err);
        if (rc != TW_OK)
            return rc;
    }
    return TW_OK;
}

/* A value that the column cannot hold would make unreadable cells: refused before any is made. */
static enum tw_rc check_targets(const lookup *l, const int *columns, size_t n, tw_error *err) {
    for (size_t k = 0; k < n; k++) {
        const tw_field *field = tw_table_field(l->table, (size_t)columns[k]);
        for (size_t i = 0; i < l->n; i++)
            if (l->to[i].n && tw_table_parse(l->table, (size_t)columns[k], l->to[i]).state == TW_UNREADABLE)
                return tw_fail(err, TW_EUSAGE, "map_values: '%.*s' is no %s as column '%s' holds; write another value, or "
                               "set_type { cols = \"%s\", type = \"text\" } before it",
                               (int)TW_MIN(l->to[i].n, (size_t)64), l->to[i].p, tw_type_name(field->type), field->name,
                               field->name);
    }
    return TW_OK;
}

static enum tw_rc apply_map(const void *raw, const tw_doc *state, const tw_step_env *env, const tw_table *in,
                            tw_step_result *out, tw_error *err) {
    const map_args *args = raw;
    lookup l = {.table = in};
    int *columns;
    size_t n;
    (void)state;
    enum tw_rc rc = read_map(&l, args->map, env, err);
    if (rc == TW_OK)
        rc = tw_clean_text_columns(env, in, &args->cols, &columns, &n, err);
    if (rc != TW_OK)
        return rc;
    rc = init_lookup(&l, env, columns, n, err);
    if (rc == TW_OK)
        rc = check_targets(&l, columns, n, err);
    bool names_missing = rc == TW_OK && tw_hashmap_find(l.keys, TW_STR("")) != UINT32_MAX;
    unsigned missing = names_missing ? TW_SEES_MISSING : 0;
    const tw_cell_step step = {TW_SEES_VALUES | TW_SEES_UNREADABLE | missing, map_cell, &l, args->when};
    if (rc == TW_OK)
        rc = tw_clean_cells(env, in, columns, n, &step, out, err);
    fini_lookup(&l);
    return rc;
}

static enum tw_rc apply_missing(const void *raw, const tw_doc *state, const tw_step_env *env, const tw_table *in,
                                tw_step_result *out, tw_error *err) {
    const missing_args *args = raw;
    lookup l = {.table = in, .from = args->values.at, .n = args->values.n};
    int *columns;
    size_t n;
    (void)state;
    enum tw_rc rc = tw_step_columns(env, in, &args->cols, NULL, &columns, &n, err);
    if (rc != TW_OK)
        return rc;
    rc = init_lookup(&l, env, columns, n, err);
    const tw_cell_step step = {TW_SEES_VALUES | TW_SEES_UNREADABLE, map_cell, &l, args->when};
    if (rc == TW_OK)
        rc = tw_clean_cells(env, in, columns, n, &step, out, err);
    if (rc == TW_OK)
        rc = tw_clean_tokens(env, in, columns, n, l.keys, args->when, out, err);
    fini_lookup(&l);
    return rc;
}

// clang-format off
static const tw_param map_params[] = {
    {.name = "cols", .kind = TW_PARAM_COLUMNS, .offset = offsetof(map_args, cols), .flags = TW_PARAM_POSITIONAL, .help = "columns; none named: text columns and columns with unreadable cells"},
    {.name = "map", .kind = TW_PARAM_DOC, .offset = offsetof(map_args, map), .flags = TW_PARAM_REQUIRED, .help = "old value = new value; \"\" is missing, on both sides"},
    {.name = "when", .kind = TW_PARAM_EXPR, .offset = offsetof(map_args, when), .help = "only rows for which this expression is true"},
};
static const tw_param missing_params[] = {
    {.name = "cols", .kind = TW_PARAM_COLUMNS, .offset = offsetof(missing_args, cols), .flags = TW_PARAM_POSITIONAL, .help = "columns; none named: all"},
    {.name = "values", .kind = TW_PARAM_TEXTS, .offset = offsetof(missing_args, values), .flags = TW_PARAM_REQUIRED, .help = "values that mean missing"},
    {.name = "when", .kind = TW_PARAM_EXPR, .offset = offsetof(missing_args, when), .help = "only rows for which this expression is true"},
};

const tw_step_row tw_step_map_values = {
    .name = "map_values", .family = "clean", .summary = "write certain values as others",
    .method = "Whole cells are compared with the keys, as they are written and, for numbers and dates, by value; case and blanks "
              "count. All keys are looked up at once: a new value is not mapped again. A new value must be of the column's type.",
    .source = "", .params = map_params, .n_params = TW_COUNT(map_params), .args_size = sizeof(map_args),
    .flags = TW_STEP_ROW_LOCAL, .apply = apply_map,
    .example = "r:map_values { cols = \"sex\", map = { f = \"F\", female = \"F\", m = \"M\", male = \"M\" } }",
};
const tw_step_row tw_step_to_missing = {
    .name = "to_missing", .family = "clean", .summary = "make certain values missing",
    .method = "For codes such as -999, 999 or \"n/a\" that stand for nothing. Compared as in map_values; unreadable cells too. A null "
              "token that reads as missing already is written as an empty cell.",
    .source = "", .params = missing_params, .n_params = TW_COUNT(missing_params), .args_size = sizeof(missing_args),
    .flags = TW_STEP_ROW_LOCAL, .apply = apply_missing,
    .example = "r:to_missing { cols = \"systolic\", values = { \"999\" } }",
};
// clang-format on
