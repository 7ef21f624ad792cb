/* A difference of two tables as lines: what changed in each row, as patches show it. */
#include "app/render_impl.h"

#include "base/json.h"

/* A value with all its digits, as small differences want to be seen. */
static void put_exact(const tw_doc *value, tw_buf *out) {
    if (tw_doc_kind(value) == TW_DOC_TEXT)
        tw_render_value(value, out);
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

void tw_render_diff(const tw_doc *doc, int width, tw_buf *out) {
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
