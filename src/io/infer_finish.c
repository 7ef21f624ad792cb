/* All columns together: the user's types and roles by name, then each column's decision, with what
 * the dates of one column tell about the order of day and month in the others. */
#include "config.h"

#include "io/infer.h"

#include "base/args.h"
#include "io/infer_state.h"

/* "COL=WORD" to a column; names first, then a number from 1. */
static enum tw_rc split_option(const tw_infer *infer, const char *flag, tw_str text, size_t *column,
                               tw_str *word, tw_error *err) {
    size_t cut = text.n;
    while (cut > 0 && text.p[cut - 1] != '=')
        cut--;
    if (cut == 0)
        return tw_fail(err, TW_EUSAGE, "%s %.*s: it has no '='; write COLUMN=VALUE", flag,
                       TW_ARG(text));
    tw_str name = tw_str_sub(text, 0, cut - 1);
    *word = tw_str_sub(text, cut, text.n);
    int64_t number;
    for (*column = 0; *column < infer->width; ++*column)
        if (infer->names[*column].p && tw_str_eq(infer->names[*column], name))
            return TW_OK;
    tw_str digits = name.n > 1 && name.p[0] == 'c' ? tw_str_sub(name, 1, name.n) : name;
    if (tw_parse_i64(digits, &number) && number >= 1 && (uint64_t)number <= infer->width) {
        *column = (size_t)number - 1;
        return TW_OK;
    }
    return tw_fail(err, TW_EUNKNOWN_COLUMN,
                   "%s %.*s: no column is called so; see `trowel sniff` for the names", flag,
                   TW_ARG(name));
}

typedef struct overrides {
    enum tw_type *type;
    bool *forced;
    enum tw_role *role;
} overrides;

static enum tw_rc read_overrides(const tw_infer *infer, tw_arena *arena, overrides *out,
                                 tw_error *err) {
    size_t column, n = infer->width + 1;
    tw_str word;
    out->type = tw_arena_alloc(arena, n, sizeof *out->type);
    out->forced = tw_arena_alloc(arena, n, sizeof *out->forced);
    out->role = tw_arena_alloc(arena, n, sizeof *out->role);
    if (!out->type || !out->forced || !out->role)
        return tw_fail_memory(err);
    for (size_t i = 0; i < infer->options.n_types; i++) {
        enum tw_rc rc = split_option(infer, "--type", infer->options.types[i], &column, &word, err);
        if (rc != TW_OK)
            return rc;
        if (!tw_type_find(word, &out->type[column]))
            return tw_fail(
                err, TW_EUSAGE,
                "--type %.*s: no type is called so; boolean, integer, float, date, time, datetime "
                "and text are there",
                TW_ARG(word));
        out->forced[column] = true;
    }
    for (size_t i = 0; i < infer->options.n_roles; i++) {
        enum tw_rc rc = split_option(infer, "--role", infer->options.roles[i], &column, &word, err);
        if (rc != TW_OK)
            return rc;
        if (!tw_role_parse(word, &out->role[column]))
            return tw_fail(
                err, TW_EUSAGE,
                "--role %.*s: no role is called so; id, target, group, quasi, sensitive, time, "
                "weight, split, text, ignore are there",
                TW_ARG(word));
    }
    return TW_OK;
}

enum tw_rc tw_infer_finish(const tw_infer *infer, tw_arena *arena, tw_reading **out,
                           tw_error *err) {
    overrides given;
    enum tw_rc rc = read_overrides(infer, arena, &given, err);
    if (rc != TW_OK)
        return rc;
    *out = tw_arena_alloc(arena, infer->width + 1, sizeof **out);
    if (!*out)
        return tw_fail_memory(err);
    int day_first = 0;
    for (size_t c = 0; c < infer->width; c++)
        day_first += tw_column_day_first(&infer->columns[c]);
    for (size_t c = 0; c < infer->width; c++) {
        rc = tw_column_decide(infer, c, given.type[c], given.forced[c], day_first, arena,
                              &(*out)[c], err);
        if (rc != TW_OK)
            return rc;
        (*out)[c].role = given.role[c];
    }
    return TW_OK;
}
