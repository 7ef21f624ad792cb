/* Text from documents. Everything becomes a small matrix of texts first (a table, or a list of maps
 * turned into one), and one routine aligns it: numbers to the right, text to the left, cells cut
 * where the terminal ends. */
#include "app/render.h"

#include "base/arena.h"
#include "base/json.h"
#include "base/unicode.h"
#include "report/strongest.h"
#include "report/value.h"

enum { CELL_MAX = 60, GAP = 2, PAIRS_MAX = 30 };

static bool is_scalar(const tw_doc *doc) {
    return tw_doc_kind(doc) < TW_DOC_LIST;
}

static bool is_number(const tw_doc *doc) {
    return tw_doc_kind(doc) == TW_DOC_INT || tw_doc_kind(doc) == TW_DOC_NUMBER;
}

/* --- a matrix of texts --- */

typedef struct matrix {
    tw_arena arena;
    tw_str *heads, *cells;
    bool *right;
    size_t columns, rows;
} matrix;

static bool matrix_init(matrix *m, size_t columns, size_t rows) {
    *m = (matrix){.columns = columns, .rows = rows};
    tw_arena_init(&m->arena);
    m->heads = tw_arena_alloc(&m->arena, columns + 1, sizeof *m->heads);
    m->right = tw_arena_alloc(&m->arena, columns + 1, sizeof *m->right);
    m->cells = tw_arena_alloc(&m->arena, columns * rows + 1, sizeof *m->cells);
    for (size_t c = 0; m->right && c < columns; c++)
        m->right[c] = true;
    return m->heads && m->right && m->cells;
}

/* Line ends and other controls would break the lines of a table. */
static void flatten(char *text) {
    for (; *text; text++)
        if ((unsigned char)*text < ' ')
            *text = ' ';
}

static void matrix_set(matrix *m, size_t row, size_t column, const tw_doc *value) {
    tw_buf text;
    tw_buf_init(&text, TW_BUF_MAX);
    tw_value_put(value, &text);
    if (text.p)
        flatten(text.p);
    tw_str kept = tw_arena_str(&m->arena, tw_buf_view(&text));
    m->cells[row * m->columns + column] = kept.p ? kept : TW_STR("");
    m->right[column] &= is_number(value) || tw_doc_kind(value) == TW_DOC_NULL;
    tw_buf_fini(&text);
}

static size_t column_width(const matrix *m, size_t column, size_t most) {
    size_t width = tw_text_width(m->heads[column]);
    for (size_t r = 0; r < m->rows; r++)
        width = TW_MAX(width, tw_text_width(m->cells[r * m->columns + column]));
    return TW_MIN(width, most);
}

static void put_cell(tw_str text, size_t width, bool right, bool last, tw_buf *out) {
    size_t used = tw_text_width(text);
    if (used > width) {
        tw_str cut = tw_str_sub(text, 0, tw_text_fit(text, width ? width - 1 : 0, &used));
        tw_buf_str(out, cut);
        tw_buf_c(out, "…");
        used++;
    } else {
        tw_buf_fill(out, ' ', right ? width - used : 0);
        tw_buf_str(out, text);
    }
    if (!last)
        tw_buf_fill(out, ' ', (right || used > width ? 0 : width - used) + GAP);
}

/* Widths that fit: the last columns give way first, down to a handful of cells each. */
static void fit(size_t *widths, size_t n, size_t room) {
    size_t total = 0;
    for (size_t c = 0; c < n; c++)
        total += widths[c] + (c ? GAP : 0);
    for (size_t c = n; c-- > 0 && total > room;) {
        size_t least = TW_MIN(widths[c], (size_t)(c + 1 == n ? 12 : 8));
        size_t take = TW_MIN(widths[c] - least, total - room);
        widths[c] -= take;
        total -= take;
    }
}

static void put_matrix(const matrix *m, int width, tw_buf *out) {
    size_t *widths = tw_calloc(m->columns, sizeof *widths);
    if (!widths) {
        out->failed = true;
        return;
    }
    for (size_t c = 0; c < m->columns; c++)
        widths[c] = column_width(m, c, width > 0 ? CELL_MAX : SIZE_MAX);
    if (width > 0)
        fit(widths, m->columns, (size_t)width);
    for (size_t r = 0; r <= m->rows; r++) {
        for (size_t c = 0; c < m->columns; c++) {
            tw_str text = r ? m->cells[(r - 1) * m->columns + c] : m->heads[c];
            put_cell(text, widths[c], m->right[c] && m->rows, c + 1 == m->columns, out);
        }
        tw_buf_char(out, '\n');
    }
    free(widths);
}

/* --- tables and lists of maps --- */

static void put_table(const tw_doc *table, int width, tw_buf *out) {
    matrix m;
    size_t columns = tw_doc_columns(table);
    if (matrix_init(&m, columns, tw_doc_count(table))) {
        for (size_t c = 0; c < columns; c++)
            m.heads[c] = tw_doc_key(table, c);
        for (size_t r = 0; r < m.rows; r++)
            for (size_t c = 0; c < columns; c++)
                matrix_set(&m, r, c, tw_doc_at(tw_doc_at(table, r), c));
        put_matrix(&m, width, out);
    }
    tw_arena_fini(&m.arena);
}

/* Chosen keys of a list of maps as columns. */
static void put_maps(const tw_doc *list, const char *const *keys, size_t n, int width,
                     tw_buf *out) {
    matrix m;
    if (matrix_init(&m, n, tw_doc_count(list))) {
        for (size_t c = 0; c < n; c++)
            m.heads[c] = tw_str_c(keys[c]);
        for (size_t r = 0; r < m.rows; r++)
            for (size_t c = 0; c < n; c++)
                matrix_set(&m, r, c, tw_doc_get(tw_doc_at(list, r), keys[c]));
        put_matrix(&m, width, out);
    }
    tw_arena_fini(&m.arena);
}

enum { KEYS_MAX = 24 };

/* The keys of the first map that hold plain values there. */
static size_t scalar_keys(const tw_doc *list, const char **keys) {
    const tw_doc *first = tw_doc_at(list, 0);
    size_t n = 0;
    for (size_t i = 0; i < tw_doc_count(first) && n < KEYS_MAX; i++)
        if (is_scalar(tw_doc_at(first, i)))
            keys[n++] = tw_doc_key(first, i).p;
    return n;
}

/* --- by shape --- */

static void put_any(const tw_doc *doc, int width, tw_buf *out);

static void put_list(const tw_doc *list, int width, tw_buf *out) {
    const char *keys[KEYS_MAX];
    if (tw_doc_kind(tw_doc_at(list, 0)) == TW_DOC_MAP) {
        put_maps(list, keys, scalar_keys(list, keys), width, out);
        return;
    }
    for (size_t i = 0; i < tw_doc_count(list); i++) {
        tw_value_put(tw_doc_at(list, i), out);
        tw_buf_char(out, '\n');
    }
}

static bool is_short(const tw_doc *doc) {
    if (is_scalar(doc))
        return true;
    for (size_t i = 0; i < tw_doc_count(doc); i++)
        if (!is_scalar(tw_doc_at(doc, i)))
            return false;
    return tw_doc_kind(doc) != TW_DOC_TABLE && tw_doc_count(doc) <= 12;
}

/* A delimiter or line end is nothing to see: it stands as in JSON. */
static void put_value(const tw_doc *doc, tw_buf *out) {
    tw_str text = tw_doc_as_text(doc, TW_STR(""));
    if (text.n && !tw_str_trim(text).n)
        tw_json_write(out, doc, 0);
    else
        tw_value_put(doc, out);
}

static void put_map(const tw_doc *map, int width, tw_buf *out) {
    size_t label = 0;
    for (size_t i = 0; i < tw_doc_count(map); i++)
        if (is_short(tw_doc_at(map, i)))
            label = TW_MAX(label, tw_text_width(tw_doc_key(map, i)));
    for (size_t i = 0; i < tw_doc_count(map); i++) {
        if (!is_short(tw_doc_at(map, i)))
            continue;
        put_cell(tw_doc_key(map, i), label, false, false, out);
        put_value(tw_doc_at(map, i), out);
        tw_buf_char(out, '\n');
    }
    for (size_t i = 0; i < tw_doc_count(map); i++) {
        if (is_short(tw_doc_at(map, i)))
            continue;
        tw_buf_printf(out, "\n%.*s\n", TW_ARG(tw_doc_key(map, i)));
        put_any(tw_doc_at(map, i), width, out);
    }
}

static void put_any(const tw_doc *doc, int width, tw_buf *out) {
    if (tw_doc_kind(doc) == TW_DOC_TABLE)
        put_table(doc, width, out);
    else if (tw_doc_kind(doc) == TW_DOC_MAP)
        put_map(doc, width, out);
    else if (tw_doc_kind(doc) == TW_DOC_LIST)
        put_list(doc, width, out);
    else if (tw_doc_kind(doc) != TW_DOC_NULL) {
        tw_value_put(doc, out);
        tw_buf_char(out, '\n');
    }
}

/* --- layouts of their own --- */

static void render_count(const tw_doc *doc, int width, tw_buf *out) {
    (void)width;
    tw_value_put(tw_doc_get(doc, "rows"), out);
    tw_buf_char(out, '\n');
}

static void render_picture(const tw_doc *doc, int width, tw_buf *out) {
    const char *picture = tw_doc_as_c(tw_doc_get(doc, "picture"), NULL);
    if (picture)
        tw_buf_c(out, picture);
    else
        put_any(doc, width, out);
}

static void put_section(const tw_doc *doc, const char *key, const char *title, int width,
                        tw_buf *out) {
    const tw_doc *part = tw_doc_get(doc, key);
    if (!tw_doc_count(part))
        return;
    tw_buf_printf(out, "\n%s\n", title);
    put_any(part, width, out);
}

static void put_distinct(const tw_doc *columns, tw_doc *flat) {
    for (size_t i = 0; i < tw_doc_count(columns); i++) {
        const tw_doc *distinct = tw_doc_get(tw_doc_at(columns, i), "distinct");
        tw_doc *copy = tw_doc_copy(tw_doc_at(columns, i));
        const tw_doc *quantiles = tw_doc_get(copy, "quantiles");
        if (!copy)
            return;
        tw_doc *median = tw_doc_copy(tw_doc_get(quantiles, "0.5"));
        tw_doc_set(copy, "median", median ? median : tw_doc_null());
        tw_doc_set(copy, "distinct", tw_doc_copy(tw_doc_get(distinct, "value")));
        tw_doc_add(flat, copy);
    }
}

/* The strongest pairs; all of them would be a flood that hides what comes behind. */
static void put_associations(const tw_doc *associations, int width, tw_buf *out) {
    static const char *const keys[] = {"a", "b", "measure", "value", "n"};
    tw_strongest all;
    tw_doc *list = tw_doc_list();
    bool good = tw_strongest_gather(associations, &all) && list;
    size_t shown = TW_MIN(all.n, (size_t)PAIRS_MAX);
    for (size_t i = 0; i < shown && good; i++)
        good = tw_doc_add(list, tw_doc_copy(all.at[i].one));
    if (good && shown) {
        tw_buf_c(out, "\nassociations, the strongest first\n");
        put_maps(list, keys, TW_COUNT(keys), width, out);
        if (all.n > shown)
            tw_buf_printf(out, "%zu weaker pairs are left out\n", all.n - shown);
    }
    out->failed |= !good;
    tw_strongest_fini(&all);
    tw_doc_free(list);
}

/* What a limit left out, a line each. */
static void put_left_out(const tw_doc *doc, tw_buf *out) {
    const tw_doc *list = tw_doc_get(doc, "left_out");
    if (tw_doc_count(list))
        tw_buf_c(out, "\nleft out\n");
    for (size_t i = 0; i < tw_doc_count(list); i++)
        tw_buf_printf(out, "%s\n", tw_doc_as_c(tw_doc_at(list, i), ""));
}

static void list_findings(const tw_doc *doc, tw_buf *out);

static void render_profile(const tw_doc *doc, int width, tw_buf *out) {
    static const char *const keys[] = {"name", "type",   "role", "semantic", "missing", "distinct",
                                       "min",  "median", "max",  "mean",     "sd"};
    tw_doc *flat = tw_doc_list();
    if (!flat) {
        out->failed = true;
        return;
    }
    put_distinct(tw_doc_get(doc, "columns"), flat);
    tw_buf_printf(out, "%lld rows, %zu columns\n\n",
                  (long long)tw_doc_as_int(tw_doc_get(doc, "rows"), 0), tw_doc_count(flat));
    put_maps(flat, keys, TW_COUNT(keys), width, out);
    tw_doc_free(flat);
    put_section(doc, "duplicates", "duplicate rows", width, out);
    put_associations(tw_doc_get(doc, "associations"), width, out);
    if (tw_doc_get(doc, "findings")) {
        tw_buf_c(out, "\nfindings\n");
        list_findings(doc, out);
    }
    put_left_out(doc, out);
}

/* Lines behind the first stand under it. */
static void put_indented(const char *text, size_t indent, tw_buf *out) {
    for (; *text; text++) {
        tw_buf_char(out, *text);
        if (*text == '\n')
            tw_buf_fill(out, ' ', indent);
    }
}

static void list_findings(const tw_doc *doc, tw_buf *out) {
    const tw_doc *list = tw_doc_get(doc, "findings");
    if (!tw_doc_count(list))
        tw_buf_c(out, "nothing found\n");
    for (size_t i = 0; i < tw_doc_count(list); i++) {
        const tw_doc *f = tw_doc_at(list, i);
        const char *verdict = tw_doc_as_c(tw_doc_get(f, "verdict"), "open");
        const char *fix = tw_doc_as_c(tw_doc_get(f, "fix"), NULL);
        tw_buf_printf(out, "%4zu  %-7s  %s", i + 1, tw_doc_as_c(tw_doc_get(f, "class"), ""),
                      tw_doc_as_c(tw_doc_get(f, "message"), ""));
        if (strcmp(verdict, "open") != 0)
            tw_buf_printf(out, " (%s)", verdict);
        if (fix) {
            tw_buf_c(out, "\n      fix: ");
            put_indented(fix, 11, out);
        }
        tw_buf_char(out, '\n');
    }
}

/* A line for each figure, a column for each model. */
static tw_doc *utility_rows(const tw_doc *utility, const char *const *keys, size_t n) {
    const tw_doc *real = tw_doc_get(utility, "real");
    tw_doc *rows = tw_doc_list();
    for (size_t i = 0; i < tw_doc_count(real); i++) {
        tw_doc *row = tw_doc_map();
        tw_doc_set(row, keys[0], tw_doc_text(tw_doc_key(real, i)));
        for (size_t k = 1; k < n; k++)
            tw_doc_set(
                row, keys[k],
                tw_doc_copy(tw_doc_get(tw_doc_get(utility, keys[k]), tw_doc_key(real, i).p)));
        tw_doc_add(rows, row);
    }
    return rows;
}

static void put_utility(const tw_doc *utility, int width, tw_buf *out) {
    static const char *const keys[] = {"figure", "real", "other", "both", "baseline"};
    tw_doc *facts = tw_doc_map(), *rows = utility_rows(utility, keys, TW_COUNT(keys));
    for (size_t i = 0; i < tw_doc_count(utility); i++)
        if (is_scalar(tw_doc_at(utility, i)))
            tw_doc_set_str(facts, tw_doc_key(utility, i), tw_doc_copy(tw_doc_at(utility, i)));
    out->failed = out->failed || tw_doc_failed(facts) || tw_doc_failed(rows);
    tw_buf_c(out, "\nutility\n");
    put_any(facts, width, out);
    if (tw_doc_count(rows)) {
        tw_buf_char(out, '\n');
        put_maps(rows, keys, TW_COUNT(keys), width, out);
    }
    tw_doc_free(facts);
    tw_doc_free(rows);
}

static void render_findings(const tw_doc *doc, int width, tw_buf *out) {
    (void)width;
    list_findings(doc, out);
    put_left_out(doc, out);
}

static void render_compare(const tw_doc *doc, int width, tw_buf *out) {
    static const char *const keys[] = {"name",        "shape",        "ks",           "tv",
                                       "wasserstein", "missing_real", "missing_other"};
    static const char *const pair_keys[] = {"a", "b", "trend"};
    tw_buf_c(out, "overall ");
    tw_value_put(tw_doc_get(doc, "overall"), out);
    tw_buf_c(out, "\n\n");
    put_maps(tw_doc_get(doc, "columns"), keys, TW_COUNT(keys), width, out);
    if (tw_doc_count(tw_doc_get(doc, "pairs"))) {
        tw_buf_char(out, '\n');
        put_maps(tw_doc_get(doc, "pairs"), pair_keys, TW_COUNT(pair_keys), width, out);
    }
    put_utility(tw_doc_get(doc, "utility"), width, out);
    static const char *const parts[] = {"fidelity", "privacy", "ceiling", "floor"};
    for (size_t i = 0; i < TW_COUNT(parts); i++)
        put_section(doc, parts[i], parts[i], width, out);
}

/* --- diff --- */

/* A value with all its digits, as small differences want to be seen. */
static void put_exact(const tw_doc *value, tw_buf *out) {
    if (tw_doc_kind(value) == TW_DOC_TEXT)
        put_value(value, out);
    else if (tw_doc_kind(value) == TW_DOC_NULL)
        tw_buf_c(out, "(missing)");
    else
        tw_json_write(out, value, 0);
}

/* A line of cells as they are in the files: what a terminal would obey is blanked. */
static void put_blanked(tw_buf *line, tw_buf *out) {
    for (size_t i = 0; i < line->n; i++)
        if (line->p[i] == '\0')
            line->p[i] = ' ';
    if (line->n)
        tw_blank_controls(line->p);
    tw_buf_str(out, tw_buf_view(line));
    tw_buf_char(out, '\n');
    out->failed |= line->failed;
    tw_buf_fini(line);
}

/* "row 3", "row 3 -> 4", counted from 1. */
static void put_places(const tw_doc *row, tw_buf *out) {
    int64_t a = tw_doc_as_int(tw_doc_get(row, "row_a"), -1);
    int64_t b = tw_doc_as_int(tw_doc_get(row, "row_b"), -1);
    tw_buf_printf(out, "row %lld", (long long)(a < 0 ? b : a) + 1);
    if (a >= 0 && b >= 0 && a != b)
        tw_buf_printf(out, " -> %lld", (long long)b + 1);
}

static void put_difference(const tw_doc *row, tw_buf *to) {
    tw_buf text, *out = &text;
    const char *kind = tw_doc_as_c(tw_doc_get(row, "kind"), "");
    const tw_doc *key = tw_doc_get(row, "key"), *cells = tw_doc_get(row, "cells");
    int shown = 0;
    tw_buf_init(&text, TW_BUF_MAX);
    tw_buf_c(out, strcmp(kind, "added") == 0 ? "+ " : strcmp(kind, "removed") == 0 ? "- " : "~ ");
    put_places(row, out);
    for (size_t i = 0; i < tw_doc_count(key); i++) {
        tw_buf_printf(out, "%s%.*s=", i ? ", " : "  ", TW_ARG(tw_doc_key(key, i)));
        put_exact(tw_doc_at(key, i), out);
    }
    for (size_t i = 0; i < tw_doc_count(cells); i++) {
        const tw_doc *cell = tw_doc_at(cells, i), *a = tw_doc_get(cell, "a");
        const tw_doc *b = tw_doc_get(cell, "b");
        const char *name = tw_doc_as_c(tw_doc_get(cell, "column"), "");
        if (tw_doc_get(key, name))
            continue;
        tw_buf_printf(out, "%s%s: ", shown++ ? "; " : "  ", name);
        put_exact(a ? a : b, out);
        if (a && b) {
            tw_buf_c(out, " -> ");
            put_exact(b, out);
        }
    }
    put_blanked(&text, to);
}

static void put_names(const char *label, const tw_doc *names, tw_buf *to) {
    tw_buf text, *out = &text;
    if (!tw_doc_count(names))
        return;
    tw_buf_init(&text, TW_BUF_MAX);
    tw_buf_printf(out, "%s: ", label);
    for (size_t i = 0; i < tw_doc_count(names); i++) {
        const tw_doc *at = tw_doc_at(names, i), *cells = tw_doc_get(at, "cells");
        const tw_doc *name = cells ? tw_doc_get(at, "name") : at;
        tw_buf_printf(out, "%s%s", i ? ", " : "", tw_doc_as_c(name, ""));
        if (cells)
            tw_buf_printf(out, " %lld", (long long)tw_doc_as_int(cells, 0));
    }
    put_blanked(&text, to);
}

static void render_diff(const tw_doc *doc, int width, tw_buf *out) {
    static const char *const words[] = {"same", "changed", "added", "removed"};
    const tw_doc *rows = tw_doc_get(doc, "rows"), *list = tw_doc_get(doc, "differences");
    const tw_doc *columns = tw_doc_get(doc, "columns");
    int64_t differ = 0;
    (void)width;
    tw_buf_c(out, "rows: ");
    for (size_t i = 0; i < TW_COUNT(words); i++) {
        int64_t n = tw_doc_as_int(tw_doc_get(rows, words[i]), 0);
        tw_buf_printf(out, "%s%lld %s", i ? ", " : "", (long long)n, words[i]);
        differ += i ? n : 0;
    }
    tw_buf_char(out, '\n');
    put_names("cells changed", tw_doc_get(columns, "changed"), out);
    put_names("columns added", tw_doc_get(columns, "added"), out);
    put_names("columns removed", tw_doc_get(columns, "removed"), out);
    if (tw_doc_count(list))
        tw_buf_char(out, '\n');
    for (size_t i = 0; i < tw_doc_count(list); i++)
        put_difference(tw_doc_at(list, i), out);
    int64_t left = differ - (int64_t)tw_doc_count(list);
    if (left)
        tw_buf_printf(out, "and %lld more; -n lists more rows, --changes FILE all\n",
                      (long long)left);
}

static const struct {
    const char *view;
    void (*render)(const tw_doc *doc, int width, tw_buf *out);
} layouts[] = {{"count", render_count},     {"plot", render_picture},
               {"profile", render_profile}, {"findings", render_findings},
               {"compare", render_compare}, {"diff", render_diff}};

bool tw_render_text(const tw_doc *doc, const char *view, int width, tw_buf *out) {
    for (size_t i = 0; view && i < TW_COUNT(layouts); i++)
        if (strcmp(view, layouts[i].view) == 0 && tw_doc_kind(doc) == TW_DOC_MAP) {
            layouts[i].render(doc, width, out);
            return !out->failed;
        }
    put_any(doc, width, out);
    return !out->failed;
}
