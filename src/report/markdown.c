/* The Markdown writer (CommonMark with GitHub's tables). It reads well as plain text too: figures
 * of a card stand on one line, histograms are a word of block characters, and what a table repeats
 * as a picture is left out.
 *
 * Every text is escaped by character, so no cell can become a link, a tag, a heading or a new
 * column of a table. */
#include <math.h>

#include "base/unicode.h"
#include "report/page.h"
#include "report/value.h"

/* --- text --- */

static bool is_mark(int32_t c) {
    return c < 128 && c > 0 && strchr("\\`*_{}[]|#~$", (char)c);
}

/* "://" and "www." would become links where bare addresses are linked. */
static bool starts_address(tw_str text, size_t behind) {
    tw_str before = tw_str_sub(text, 0, behind);
    return tw_str_ends(before, TW_STR(":/")) || tw_str_ends(before, TW_STR("www."));
}

static void put_text(tw_buf *out, tw_str text) {
    for (size_t i = 0; i < text.n;) {
        int32_t c = tw_utf8_next(text, &i);
        bool turns = (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
        if (c == '\n' || c == '\t' || c == '\r') {
            tw_buf_char(out, ' ');
            continue;
        }
        if (is_mark(c) || starts_address(text, i))
            tw_buf_char(out, '\\');
        if (c == '<' || c == '>' || c == '&')
            tw_buf_c(out, c == '<' ? "&lt;" : c == '>' ? "&gt;" : "&amp;");
        else
            tw_utf8_put(out, tw_char_is_control(c) || turns ? 0xFFFD : c);
    }
}

static void put(tw_page *p, const char *before, tw_str text, const char *behind) {
    tw_buf_c(p->out, before);
    put_text(p->out, text);
    tw_buf_c(p->out, behind);
}

static size_t longest_run(tw_str text, char c) {
    size_t best = 0, run = 0;
    for (size_t i = 0; i < text.n; i++) {
        run = text.p[i] == c ? run + 1 : 0;
        best = TW_MAX(best, run);
    }
    return best;
}

/* A fence longer than any in the code; each line stands under its list item. */
static void put_code(tw_page *p, tw_str code, const char *indent) {
    size_t fence = TW_MAX(longest_run(code, '`') + 1, (size_t)3);
    tw_str line;
    tw_buf_printf(p->out, "\n%s", indent);
    tw_buf_fill(p->out, '`', fence);
    tw_buf_c(p->out, "lua\n");
    while (tw_str_split(&code, '\n', &line)) {
        tw_buf_c(p->out, indent);
        for (size_t i = 0; i < line.n;) {
            int32_t c = tw_utf8_next(line, &i);
            tw_utf8_put(p->out, tw_char_is_control(c) ? 0xFFFD : c);
        }
        tw_buf_char(p->out, '\n');
    }
    tw_buf_c(p->out, indent);
    tw_buf_fill(p->out, '`', fence);
    tw_buf_char(p->out, '\n');
}

/* --- frame --- */

static void md_begin(tw_page *p, tw_str title, tw_str lead, const char *const *parts, size_t n) {
    (void)parts, (void)n;
    put(p, "# ", title, "\n");
    if (lead.n)
        put(p, "\n", lead, "\n");
}

static void md_end(tw_page *p) {
    if (p->program)
        put(p, "\nMade by ", tw_str_c(p->program), "\n");
}

static void md_section(tw_page *p, const char *title) {
    put(p, "\n## ", tw_str_c(title), "\n");
}

static void md_section_end(tw_page *p) {
    (void)p;
}

static void md_subheading(tw_page *p, const char *title) {
    put(p, "\n### ", tw_str_c(title), "\n");
}

static void md_note(tw_page *p, tw_str text) {
    put(p, "\n", text, "\n");
}

static void md_tiles(tw_page *p, const tw_page_tile *tiles, size_t n) {
    tw_buf_char(p->out, '\n');
    for (size_t i = 0; i < n; i++) {
        put(p, "- ", tw_str_c(tiles[i].label), ": ");
        put(p, "**", tiles[i].value, "**");
        if (tiles[i].detail.n)
            put(p, " (", tiles[i].detail, ")");
        tw_buf_char(p->out, '\n');
    }
}

static void md_item(tw_page *p, const tw_page_item *item) {
    put(p, "\n- **", item->pill.text, "** ");
    put(p, "", item->text, "\\\n  ");
    size_t n = tw_doc_count(item->columns);
    if (n)
        put(p, "", tw_page_names(p, item->columns, 8), " · ");
    put(p, "", item->meta, "\n");
    if (item->code.n)
        put_code(p, item->code, "  ");
}

/* --- cards --- */

static void md_cards(tw_page *p, bool begin) {
    (void)p, (void)begin;
}

static void md_card(tw_page *p, tw_str title, const tw_page_pill *pills, size_t n) {
    put(p, "\n### ", tw_page_cut(p, title, 2 * TW_PAGE_NAME), "\n");
    for (size_t i = 0; i < n; i++)
        put(p, i ? ", " : "\n", pills[i].text, i + 1 == n ? "\n" : "");
}

static void md_card_end(tw_page *p) {
    (void)p;
}

static void md_facts(tw_page *p, const tw_page_fact *facts, size_t n) {
    for (size_t i = 0; i < n; i++) {
        put(p, i ? " · " : "\n", facts[i].label, " ");
        put(p, "**", facts[i].value, "**");
    }
    tw_buf_char(p->out, '\n');
}

/* --- tables --- */

static void md_table(tw_page *p, const tw_page_head *heads, size_t n) {
    for (size_t i = 0; i < n; i++)
        put(p, i ? "| " : "\n| ", tw_str_c(heads[i].title), i + 1 == n ? " |\n" : " ");
    for (size_t i = 0; i < n; i++)
        tw_buf_printf(p->out, "|%s%s", heads[i].number ? "---:" : "---", i + 1 == n ? "|\n" : "");
}

static void put_blocks(tw_page *p, const tw_doc *counts) {
    static const char *const blocks[] = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    double peak = 0;
    size_t n = tw_doc_count(counts);
    for (size_t i = 0; i < n; i++)
        peak = fmax(peak, tw_doc_as_number(tw_doc_at(counts, i), 0));
    tw_buf_char(p->out, '`');
    for (size_t i = 0; i < n; i++) {
        double value = tw_doc_as_number(tw_doc_at(counts, i), 0);
        size_t level = value > 0 && peak > 0 ? (size_t)ceil(8 * value / peak) : 0;
        tw_buf_c(p->out, blocks[TW_MIN(level, (size_t)8)]);
    }
    tw_buf_char(p->out, '`');
}

static void md_row(tw_page *p, const tw_page_head *heads, const tw_page_cell *cells, size_t n) {
    (void)heads;
    for (size_t i = 0; i < n; i++) {
        tw_buf_c(p->out, "| ");
        if (tw_doc_count(cells[i].bins))
            put_blocks(p, cells[i].bins);
        else
            put_text(p->out, tw_page_cut(p, cells[i].text, TW_PAGE_TEXT));
        tw_buf_c(p->out, i + 1 == n ? " |\n" : " ");
    }
}

static void md_table_end(tw_page *p) {
    (void)p;
}

/* --- charts --- */

static void md_bins(tw_page *p, const tw_page_bins *bins) {
    size_t n = tw_doc_count(bins->counts);
    if (!n || tw_doc_count(bins->edges) != n + 1)
        return;
    tw_buf_char(p->out, '\n');
    put_blocks(p, bins->counts);
    if (bins->other) {
        tw_buf_c(p->out, " and ");
        put_blocks(p, bins->other);
    }
    put(p, " from ", tw_page_value(p, tw_doc_at(bins->edges, 0)), " to ");
    put(p, "", tw_page_value(p, tw_doc_at(bins->edges, n)), "\n");
}

static void md_bars(tw_page *p, const char *label, const tw_page_bar *bars, size_t n) {
    put(p, "\n| ", tw_str_c(label), " | |\n|---|---:|\n");
    for (size_t i = 0; i < n; i++) {
        put(p, "| ", bars[i].name, " | ");
        put(p, "", bars[i].text, " |\n");
    }
}

/* The table below it says the same in words. */
static void md_heat(tw_page *p, const tw_str *names, const double *values, size_t n) {
    (void)p, (void)names, (void)values, (void)n;
}

static void md_scales(tw_page *p, const tw_page_scale *scales, size_t n) {
    tw_buf_char(p->out, '\n');
    for (size_t i = 0; i < n; i++) {
        put(p, "- ", tw_str_c(scales[i].label), ": ");
        put(p, "**", tw_page_fixed(p, scales[i].score, 4), "**");
        put(p, ", floor ", tw_page_fixed(p, scales[i].floor, 4), "");
        put(p, ", ceiling ", tw_page_fixed(p, scales[i].ceiling, 4), "\n");
    }
}

const tw_page_ops tw_page_markdown = {
    .begin = md_begin,
    .end = md_end,
    .section = md_section,
    .section_end = md_section_end,
    .subheading = md_subheading,
    .note = md_note,
    .tiles = md_tiles,
    .item = md_item,
    .cards = md_cards,
    .card = md_card,
    .card_end = md_card_end,
    .facts = md_facts,
    .table = md_table,
    .row = md_row,
    .table_end = md_table_end,
    .bins = md_bins,
    .bars = md_bars,
    .heat = md_heat,
    .scales = md_scales,
};
