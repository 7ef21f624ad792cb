/* One row as lines: names to the left, the whole cell beside them, broken where the line ends; a note below it. */
#include "app/render_impl.h"

#include "app/matrix.h"
#include "base/unicode.h"

enum { WIDTH = 78, NAME_MOST = 32, LEAST = 20 };

/* One line of a cell, cut into pieces that fit; each further piece begins below the first. */
static void put_pieces(tw_str line, size_t indent, size_t room, bool *first, tw_buf *out) {
    do {
        size_t width, fits = tw_text_fit(line, room, &width), cut = fits;
        while (cut > 0 && fits < line.n && line.p[cut - 1] != ' ')
            cut--;
        cut = cut ? cut : TW_MAX(fits, TW_MIN(line.n, (size_t)1));
        if (!*first)
            tw_buf_fill(out, ' ', indent);
        tw_buf_str(out, tw_str_sub(line, 0, cut));
        tw_buf_char(out, '\n');
        *first = false;
        line = tw_str_sub(line, cut, line.n);
    } while (line.n);
}

/* Line ends break the line, other controls show as in the grid: no terminal obeys them. */
static void put_visible(tw_str text, tw_buf *out) {
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i], next = i + 1 < text.n ? (unsigned char)text.p[i + 1] : 0;
        bool high = c == 0xc2 && next >= 0x80 && next < 0xa0;
        if (c == '\r' && next == '\n')
            continue;
        if (c != '\n' && (c < ' ' || c == 0x7f || high))
            tw_buf_c(out, "·");
        else
            tw_buf_char(out, (char)c);
        i += high;
    }
}

void tw_render_wrapped(tw_str text, size_t indent, int width, tw_buf *out) {
    size_t whole = width > 0 ? (size_t)width : WIDTH, room = whole > indent + LEAST ? whole - indent : LEAST;
    tw_buf visible;
    tw_buf_init(&visible, TW_BUF_MAX);
    put_visible(text, &visible);
    tw_str rest = tw_buf_view(&visible), line;
    bool first = true;
    while (tw_str_split(&rest, '\n', &line))
        put_pieces(line, indent, room, &first, out);
    if (first)
        tw_buf_char(out, '\n');
    out->failed |= visible.failed;
    tw_buf_fini(&visible);
}

static size_t widest(const tw_doc *cells, const char *key, size_t most) {
    size_t width = 0;
    for (size_t i = 0; i < tw_doc_count(cells); i++)
        width = TW_MAX(width, tw_text_width(tw_doc_as_text(tw_doc_get(tw_doc_at(cells, i), key), TW_STR(""))));
    return TW_MIN(width, most);
}

static void put_cell(const tw_doc *cell, size_t names, size_t types, int width, tw_buf *out) {
    tw_str note = tw_doc_as_text(tw_doc_get(cell, "note"), TW_STR(""));
    tw_str text = tw_doc_as_text(tw_doc_get(cell, "text"), TW_STR(""));
    size_t indent = names + types + 4;
    tw_cell_put(tw_doc_as_text(tw_doc_get(cell, "column"), TW_STR("")), names, false, false, out);
    tw_cell_put(tw_doc_as_text(tw_doc_get(cell, "type"), TW_STR("")), types, false, false, out);
    if (text.n || !note.n)
        tw_render_wrapped(text, indent, width, out);
    if (!note.n)
        return;
    if (text.n)
        tw_buf_fill(out, ' ', indent);
    tw_buf_char(out, '(');
    tw_buf_str(out, note);
    tw_buf_c(out, ")\n");
}

void tw_render_row(const tw_doc *doc, int width, tw_buf *out) {
    const tw_doc *cells = tw_doc_get(doc, "cells");
    size_t names = widest(cells, "column", NAME_MOST), types = widest(cells, "type", NAME_MOST);
    for (size_t i = 0; i < tw_doc_count(cells); i++)
        put_cell(tw_doc_at(cells, i), names, types, width, out);
}
