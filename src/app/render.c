/* Text from documents. Everything becomes a small matrix of texts first (a table, or a list of maps
 * turned into one), and one routine aligns it: numbers to the right, text to the left, cells cut
 * where the terminal ends. */
#include "app/render_impl.h"

#include "app/matrix.h"
#include "base/json.h"
#include "base/unicode.h"
#include "report/value.h"

static bool is_scalar(const tw_doc *doc) {
    return tw_doc_kind(doc) < TW_DOC_LIST;
}

/* --- tables and lists of maps --- */

static void put_table(const tw_doc *table, int width, tw_buf *out) {
    tw_matrix m;
    size_t columns = tw_doc_columns(table);
    if (tw_matrix_init(&m, columns, tw_doc_count(table))) {
        for (size_t c = 0; c < columns; c++)
            m.heads[c] = tw_doc_key(table, c);
        for (size_t r = 0; r < m.rows; r++)
            for (size_t c = 0; c < columns; c++)
                tw_matrix_set(&m, r, c, tw_doc_at(tw_doc_at(table, r), c));
        tw_matrix_put(&m, width, out);
    }
    tw_matrix_fini(&m);
}

/* Chosen keys of a list of maps as columns. */
void tw_render_maps(const tw_doc *list, const char *const *keys, size_t n, int width,
                     tw_buf *out) {
    tw_matrix m;
    if (tw_matrix_init(&m, n, tw_doc_count(list))) {
        for (size_t c = 0; c < n; c++)
            m.heads[c] = tw_str_c(keys[c]);
        for (size_t r = 0; r < m.rows; r++)
            for (size_t c = 0; c < n; c++)
                tw_matrix_set(&m, r, c, tw_doc_get(tw_doc_at(list, r), keys[c]));
        tw_matrix_put(&m, width, out);
    }
    tw_matrix_fini(&m);
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
        tw_render_maps(list, keys, scalar_keys(list, keys), width, out);
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
void tw_render_value(const tw_doc *doc, tw_buf *out) {
    tw_str text = tw_doc_as_text(doc, TW_STR(""));
    if (text.n && !tw_str_trim(text).n)
        tw_json_write(out, doc, 0);
    else
        tw_value_put(doc, out);
}

static void put_lines(const tw_doc *map, bool wraps, int width, tw_buf *out) {
    size_t label = 0;
    for (size_t i = 0; i < tw_doc_count(map); i++)
        if (is_short(tw_doc_at(map, i)))
            label = TW_MAX(label, tw_text_width(tw_doc_key(map, i)));
    for (size_t i = 0; i < tw_doc_count(map); i++) {
        if (!is_short(tw_doc_at(map, i)))
            continue;
        const tw_doc *value = tw_doc_at(map, i);
        tw_cell_put(tw_doc_key(map, i), label, false, false, out);
        if (wraps && tw_doc_kind(value) == TW_DOC_TEXT) {
            tw_render_wrapped(tw_doc_as_text(value, TW_STR("")), label + 2, width, out);
            continue;
        }
        tw_render_value(value, out);
        tw_buf_char(out, '\n');
    }
    for (size_t i = 0; i < tw_doc_count(map); i++) {
        if (is_short(tw_doc_at(map, i)))
            continue;
        tw_buf_printf(out, "\n%.*s\n", TW_ARG(tw_doc_key(map, i)));
        put_any(tw_doc_at(map, i), width, out);
    }
}

static void put_map(const tw_doc *map, int width, tw_buf *out) {
    put_lines(map, false, width, out);
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

/* Paragraphs are read, not copied: they end where the line does. */
static void render_help(const tw_doc *doc, int width, tw_buf *out) {
    put_lines(doc, true, width, out);
}

static void render_rows_count(const tw_doc *doc, int width, tw_buf *out) {
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

void tw_render_section(const tw_doc *doc, const char *key, const char *title, int width,
                        tw_buf *out) {
    const tw_doc *part = tw_doc_get(doc, key);
    if (!tw_doc_count(part))
        return;
    tw_buf_printf(out, "\n%s\n", title);
    put_any(part, width, out);
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
        tw_render_maps(rows, keys, TW_COUNT(keys), width, out);
    }
    tw_doc_free(facts);
    tw_doc_free(rows);
}

static void render_compare(const tw_doc *doc, int width, tw_buf *out) {
    static const char *const keys[] = {"name",        "shape",        "ks",           "tv",
                                       "wasserstein", "missing_real", "missing_other"};
    static const char *const pair_keys[] = {"a", "b", "trend"};
    tw_buf_c(out, "overall ");
    tw_value_put(tw_doc_get(doc, "overall"), out);
    tw_buf_c(out, "\n\n");
    tw_render_maps(tw_doc_get(doc, "columns"), keys, TW_COUNT(keys), width, out);
    if (tw_doc_count(tw_doc_get(doc, "pairs"))) {
        tw_buf_char(out, '\n');
        tw_render_maps(tw_doc_get(doc, "pairs"), pair_keys, TW_COUNT(pair_keys), width, out);
    }
    put_utility(tw_doc_get(doc, "utility"), width, out);
    static const char *const parts[] = {"fidelity", "privacy", "ceiling", "floor"};
    for (size_t i = 0; i < TW_COUNT(parts); i++)
        tw_render_section(doc, parts[i], parts[i], width, out);
    tw_render_left_out(doc, out);
}

static const struct {
    const char *view;
    void (*render)(const tw_doc *doc, int width, tw_buf *out);
} layouts[] = {{"count", render_rows_count},     {"plot", render_picture},
               {"profile", tw_render_profile}, {"findings", tw_render_findings},
               {"compare", render_compare}, {"diff", tw_render_diff},
               {"help", render_help},       {"row", tw_render_row},       {"describe", tw_render_describe}};

bool tw_render_text(const tw_doc *doc, const char *view, int width, tw_buf *out) {
    for (size_t i = 0; view && i < TW_COUNT(layouts); i++)
        if (strcmp(view, layouts[i].view) == 0 && tw_doc_kind(doc) == TW_DOC_MAP) {
            layouts[i].render(doc, width, out);
            return !out->failed;
        }
    put_any(doc, width, out);
    return !out->failed;
}
