/* Selectors: which columns a text such as "age,/^x_/,!3" means.
 *
 * Each kind of selector is a row: it says whether it understands a text and then which columns it
 * takes. Names come first, so a column called "3" or "@x" is never out of reach. */
#include "base/args.h"
#include "base/number.h"
#include "base/regex.h"
#include "data/table.h"

typedef struct selection {
    const tw_table *table;
    tw_arena *arena;
    int *columns; /* in the order named */
    size_t n;
    bool *taken; /* by column */
} selection;

typedef struct selector {
    tw_str text;
    bool name_only; /* stood in quotes */
    bool removes;
} selector;

static void apply(selection *s, size_t column, bool removes) {
    if (!removes && !s->taken[column])
        s->columns[s->n++] = (int)column;
    if (removes && s->taken[column]) {
        size_t at = 0;
        while (s->columns[at] != (int)column)
            at++;
        memmove(&s->columns[at], &s->columns[at + 1], (s->n - at - 1) * sizeof *s->columns);
        s->n--;
    }
    s->taken[column] = !removes;
}

static enum tw_rc none_found(const selector *sel, const char *what, tw_error *err) {
    if (sel->removes)
        return TW_OK;
    enum tw_rc rc =
        tw_fail(err, TW_EUNKNOWN_COLUMN,
                "'%.*s' selects nothing: no column %s; choose columns that the table has",
                TW_ARG(sel->text), what);
    return tw_error_column(err, rc, sel->text);
}

/* /regex/ */

static bool is_pattern(const selection *s, tw_str text) {
    (void)s;
    return text.n >= 2 && text.p[0] == '/' && text.p[text.n - 1] == '/';
}

static enum tw_rc take_pattern(selection *s, const selector *sel, tw_error *err) {
    tw_regex *re;
    enum tw_rc rc = tw_regex_new(tw_str_sub(sel->text, 1, sel->text.n - 1), 0, &re, err);
    if (rc)
        return rc;
    bool any = false;
    for (size_t i = 0; i < tw_table_width(s->table); i++)
        if (tw_regex_match(re, tw_str_c(tw_table_field(s->table, i)->name), NULL, NULL)) {
            apply(s, i, sel->removes);
            any = true;
        }
    tw_regex_free(re);
    return any ? TW_OK : none_found(sel, "has a name that matches", err);
}

/* :type */

static bool is_type(const selection *s, tw_str text) {
    (void)s;
    return text.n > 1 && text.p[0] == ':';
}

static enum tw_rc take_type(selection *s, const selector *sel, tw_error *err) {
    enum tw_type type;
    if (!tw_type_find(tw_str_sub(sel->text, 1, sel->text.n), &type))
        return tw_fail(err, TW_EUNKNOWN_NAME,
                       "unknown type '%.*s': types are boolean, integer, float, date, time, "
                       "datetime and text; choose one of them",
                       TW_ARG(sel->text));
    bool any = false;
    for (size_t i = 0; i < tw_table_width(s->table); i++)
        if (tw_table_field(s->table, i)->type == type) {
            apply(s, i, sel->removes);
            any = true;
        }
    return any ? TW_OK : none_found(sel, "is of that type", err);
}

/* @role */

static bool is_role(const selection *s, tw_str text) {
    (void)s;
    return text.n > 1 && text.p[0] == '@';
}

static enum tw_rc take_role(selection *s, const selector *sel, tw_error *err) {
    enum tw_role role;
    if (!tw_role_parse(tw_str_sub(sel->text, 1, sel->text.n), &role))
        return tw_fail(err, TW_EUNKNOWN_NAME,
                       "unknown role '%.*s': roles are id, entity, target, group, quasi, "
                       "sensitive, time, weight, split, text and ignore; choose one of them",
                       TW_ARG(sel->text));
    bool any = false;
    for (size_t i = 0; i < tw_table_width(s->table); i++)
        if (tw_table_field(s->table, i)->role == role) {
            apply(s, i, sel->removes);
            any = true;
        }
    return any ? TW_OK : none_found(sel, "has that role", err);
}

/* 3, 2-5 */

static bool parse_range(tw_str text, int64_t *from, int64_t *to) {
    size_t dash = tw_str_find_char(text, '-', 0);
    if (text.n == 0 || text.p[0] < '0' || text.p[0] > '9')
        return false;
    if (dash == SIZE_MAX)
        return tw_parse_i64(text, from) && tw_parse_i64(text, to);
    tw_str last = tw_str_sub(text, dash + 1, text.n);
    return last.n && last.p[0] >= '0' && last.p[0] <= '9' &&
           tw_parse_i64(tw_str_sub(text, 0, dash), from) && tw_parse_i64(last, to);
}

static bool is_range(const selection *s, tw_str text) {
    int64_t from, to;
    (void)s;
    return parse_range(text, &from, &to);
}

static enum tw_rc take_range(selection *s, const selector *sel, tw_error *err) {
    int64_t from = 0, to = 0, width = (int64_t)tw_table_width(s->table);
    if (!parse_range(sel->text, &from, &to) || from < 1 || from > to || to > width) {
        enum tw_rc rc =
            tw_fail(err, TW_EUNKNOWN_COLUMN,
                    "no column '%.*s': columns are numbered from 1 to %lld; choose a number or "
                    "a range such as 2-5 inside that",
                    TW_ARG(sel->text), (long long)width);
        return tw_error_column(err, rc, sel->text);
    }
    for (int64_t i = from; i <= to; i++)
        apply(s, (size_t)(i - 1), sel->removes);
    return TW_OK;
}

typedef struct kind {
    bool (*understands)(const selection *s, tw_str text);
    enum tw_rc (*take)(selection *s, const selector *sel, tw_error *err);
} kind;

static const kind kinds[] = {
    {is_pattern, take_pattern},
    {is_type, take_type},
    {is_role, take_role},
    {is_range, take_range},
};

static enum tw_rc take(selection *s, const selector *sel, tw_error *err) {
    int column = tw_table_find(s->table, sel->text);
    for (size_t i = 0; column < 0 && !sel->name_only && i < TW_COUNT(kinds); i++)
        if (kinds[i].understands(s, sel->text))
            return kinds[i].take(s, sel, err);
    enum tw_rc rc = tw_table_require(s->table, sel->text, &column, err);
    if (rc == TW_OK)
        apply(s, (size_t)column, sel->removes);
    return rc;
}

static enum tw_rc select_all(const tw_table *table, const selector *selectors, size_t n,
                             tw_arena *arena, int **columns, size_t *count, tw_error *err) {
    size_t width = tw_table_width(table);
    selection s = {.table = table, .arena = arena};
    s.columns = tw_arena_alloc(arena, TW_MAX(width, 1), sizeof *s.columns);
    s.taken = tw_arena_alloc(arena, TW_MAX(width, 1), sizeof *s.taken);
    if (!s.columns || !s.taken)
        return tw_fail_memory(err);
    for (size_t i = 0; (n == 0 || selectors[0].removes) && i < width; i++)
        apply(&s, i, false);
    for (size_t i = 0; i < n; i++) {
        enum tw_rc rc = take(&s, &selectors[i], err);
        if (rc)
            return rc;
    }
    if (n && width && !s.n)
        return tw_fail(err, TW_EUNKNOWN_COLUMN,
                       "no column is left of those chosen; take away fewer");
    *columns = s.columns;
    *count = s.n;
    return TW_OK;
}

/* A leading "!" takes away, and what stands in quotes is a name, unless a column is called so. */
static enum tw_rc selector_of(const tw_table *table, tw_str text, tw_arena *arena, selector *out,
                              tw_error *err) {
    *out = (selector){.text = text};
    if (tw_table_find(table, text) >= 0)
        return TW_OK;
    out->removes = text.n > 1 && text.p[0] == '!';
    if (out->removes)
        out->text = tw_str_sub(text, 1, text.n);
    out->name_only =
        tw_selector_is_quoted(tw_str_trim(out->text)) && tw_table_find(table, out->text) < 0;
    if (out->name_only)
        out->text = tw_selector_unquote(tw_str_trim(out->text), arena);
    return out->text.p ? TW_OK : tw_fail_memory(err);
}

enum tw_rc tw_select_columns(const tw_table *table, const tw_str *selectors, size_t n,
                             tw_arena *arena, int **columns, size_t *count, tw_error *err) {
    selector *list = tw_arena_alloc(arena, TW_MAX(n, 1), sizeof *list);
    enum tw_rc rc = list ? TW_OK : tw_fail_memory(err);
    for (size_t i = 0; i < n && rc == TW_OK; i++)
        rc = selector_of(table, selectors[i], arena, &list[i], err);
    return rc == TW_OK ? select_all(table, list, n, arena, columns, count, err) : rc;
}

enum tw_rc tw_select_columns_text(const tw_table *table, tw_str text, tw_arena *arena,
                                  int **columns, size_t *count, tw_error *err) {
    if (tw_table_find(table, text) >= 0)
        return tw_select_columns(table, &text, 1, arena, columns, count, err);
    size_t n = 0;
    tw_str rest = text, part;
    while (tw_next_selector(&rest, &part))
        n++;
    tw_str *list = tw_arena_alloc(arena, n, sizeof *list);
    if (!list)
        return tw_fail_memory(err);
    rest = text;
    for (size_t i = 0; i < n && tw_next_selector(&rest, &part); i++)
        list[i] = tw_str_trim(part);
    bool all = tw_str_trim(text).n == 0;
    return tw_select_columns(table, list, all ? 0 : n, arena, columns, count, err);
}
