/* The HTML writer. One page, one style, no script: the head's policy forbids everything but the
 * inline style, so that even a mistake in escaping could not run or fetch anything. Anchors are
 * numbers, never names of data. */
#include <math.h>

#include "report/html_chart.h"
#include "report/html_style.h"
#include "report/html_text.h"
#include "report/page.h"

static const char *tone_class(enum tw_tone tone) {
    static const char *const words[] = {
        [TW_TONE_PLAIN] = "plain",     [TW_TONE_GOOD] = "good",   [TW_TONE_STYLE] = "style",
        [TW_TONE_UNUSUAL] = "unusual", [TW_TONE_ERROR] = "error",
    };
    return words[tone];
}

static void put(tw_page *p, const char *before, tw_str text, const char *behind) {
    tw_buf_c(p->out, before);
    tw_html_text(p->out, text);
    tw_buf_c(p->out, behind);
}

static void html_begin(tw_page *p, tw_str title, tw_str lead, const char *const *parts, size_t n) {
    tw_buf_c(p->out, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                     "<meta http-equiv=\"Content-Security-Policy\" "
                     "content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
                     "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                     "<meta name=\"color-scheme\" content=\"light dark\">\n");
    put(p, "<title>", title, "</title>\n<style>\n");
    for (size_t i = 0; i < TW_COUNT(tw_html_style); i++)
        tw_buf_c(p->out, tw_html_style[i]);
    tw_buf_c(p->out, "</style>\n</head>\n<body>\n<header>\n");
    put(p, "<h1>", title, "</h1>\n");
    put(p, "<p>", lead, "</p>\n</header>\n<nav aria-label=\"Sections\">");
    for (size_t i = 0; i < n; i++) {
        tw_buf_printf(p->out, "<a href=\"#s%zu\">", i + 1);
        put(p, "", tw_str_c(parts[i]), "</a>");
    }
    tw_buf_c(p->out, "</nav>\n<main>\n");
}

static void html_end(tw_page *p) {
    tw_buf_c(p->out, "</main>\n");
    if (p->program)
        put(p, "<footer>Made by ", tw_str_c(p->program), "</footer>\n");
    tw_buf_c(p->out, "</body>\n</html>\n");
}

static void html_section(tw_page *p, const char *title) {
    tw_buf_printf(p->out, "<section id=\"s%zu\">\n", ++p->sections);
    put(p, "<h2>", tw_str_c(title), "</h2>\n");
}

static void html_section_end(tw_page *p) {
    tw_buf_c(p->out, "</section>\n");
}

static void html_subheading(tw_page *p, const char *title) {
    put(p, "<h3>", tw_str_c(title), "</h3>\n");
}

static void html_note(tw_page *p, tw_str text) {
    put(p, "<p class=\"note\">", text, "</p>\n");
}

static void html_tiles(tw_page *p, const tw_page_tile *tiles, size_t n) {
    tw_buf_c(p->out, "<dl class=\"tiles\">\n");
    for (size_t i = 0; i < n; i++) {
        tw_buf_printf(p->out, "<div class=\"%s\">", tone_class(tiles[i].tone));
        put(p, "<dt>", tw_str_c(tiles[i].label), "</dt>");
        put(p, "<dd>", tiles[i].value, "</dd>");
        if (tiles[i].detail.n)
            put(p, "<dd class=\"detail\">", tiles[i].detail, "</dd>");
        tw_buf_c(p->out, "</div>\n");
    }
    tw_buf_c(p->out, "</dl>\n");
}

static void put_pill(tw_page *p, const tw_page_pill *pill) {
    tw_buf_printf(p->out, "<span class=\"pill %s\">", tone_class(pill->tone));
    put(p, "", pill->text, "</span>");
}

/* A name, linked to its card where it has one. */
static void put_column(tw_page *p, tw_str name) {
    uint32_t number = p->cards_of ? tw_hashmap_find(p->cards_of, name) : UINT32_MAX;
    tw_str shown = tw_page_cut(p, name, TW_PAGE_NAME);
    if (number == UINT32_MAX) {
        put(p, "<bdi>", shown, "</bdi>");
        return;
    }
    tw_buf_printf(p->out, "<a href=\"#c%u\">", number + 1);
    put(p, "<bdi>", shown, "</bdi></a>");
}

enum { MOST_LINKS = 8 };

static void put_columns(tw_page *p, const tw_doc *names) {
    size_t n = tw_doc_count(names);
    for (size_t i = 0; i < n && i < MOST_LINKS; i++) {
        tw_buf_c(p->out, i ? ", " : "");
        put_column(p, tw_doc_as_text(tw_doc_at(names, i), TW_STR("")));
    }
    if (n > MOST_LINKS)
        tw_buf_printf(p->out, " and %zu more", n - MOST_LINKS);
    tw_buf_c(p->out, n ? " · " : "");
}

static void html_item(tw_page *p, const tw_page_item *item) {
    tw_buf_printf(p->out, "<article class=\"item %s\">", tone_class(item->pill.tone));
    put_pill(p, &item->pill);
    put(p, "<div><p>", item->text, "</p>\n<p class=\"meta\">");
    put_columns(p, item->columns);
    put(p, "", item->meta, "</p>");
    if (item->code.n) {
        tw_buf_c(p->out, "\n<pre><code>");
        tw_html_lines(p->out, item->code);
        tw_buf_c(p->out, "</code></pre>");
    }
    tw_buf_c(p->out, "</div></article>\n");
}

static void html_cards(tw_page *p, bool begin) {
    tw_buf_c(p->out, begin ? "<div class=\"cards\">\n" : "</div>\n");
}

/* The anchor of a name belongs to its first card. */
static void html_card(tw_page *p, tw_str title, const tw_page_pill *pills, size_t n) {
    uint32_t number = p->cards_of ? tw_hashmap_find(p->cards_of, title) : UINT32_MAX;
    tw_buf_c(p->out, "<article class=\"card\"");
    if (number == p->cards) {
        tw_buf_printf(p->out, " id=\"c%u\"", number + 1);
        p->cards++;
    }
    put(p, ">\n<h3><bdi>", tw_page_cut(p, title, 2 * TW_PAGE_NAME), "</bdi></h3>\n");
    tw_buf_c(p->out, n ? "<p class=\"pills\">" : "");
    for (size_t i = 0; i < n; i++)
        put_pill(p, &pills[i]);
    tw_buf_c(p->out, n ? "</p>\n" : "");
}

static void html_card_end(tw_page *p) {
    tw_buf_c(p->out, "</article>\n");
}

static void put_bar(tw_page *p, double share, double other) {
    long tenths = lround(1000 * fmin(fmax(share, 0), 1));
    tw_buf_printf(p->out, "<span class=\"bar\"><i style=\"width:%ld.%ld%%\"></i>", tenths / 10,
                  tenths % 10);
    if (!isnan(other)) {
        tenths = lround(1000 * fmin(fmax(other, 0), 1));
        tw_buf_printf(p->out, "<i class=\"two\" style=\"width:%ld.%ld%%\"></i>", tenths / 10,
                      tenths % 10);
    }
    tw_buf_c(p->out, "</span>");
}

static void html_facts(tw_page *p, const tw_page_fact *facts, size_t n) {
    tw_buf_c(p->out, "<dl class=\"facts\">\n");
    for (size_t i = 0; i < n; i++) {
        put(p, "<div><dt>", facts[i].label, "</dt>");
        put(p, "<dd>", facts[i].value, "");
        if (!isnan(facts[i].bar))
            put_bar(p, facts[i].bar, NAN);
        tw_buf_c(p->out, "</dd></div>\n");
    }
    tw_buf_c(p->out, "</dl>\n");
}

static void html_table(tw_page *p, const tw_page_head *heads, size_t n) {
    tw_buf_c(p->out, "<div class=\"wide\"><table>\n<thead><tr>");
    for (size_t i = 0; i < n; i++) {
        tw_buf_printf(p->out, "<th scope=\"col\"%s>", heads[i].number ? " class=\"num\"" : "");
        put(p, "", tw_str_c(heads[i].title), "</th>");
    }
    tw_buf_c(p->out, "</tr></thead>\n<tbody>\n");
}

static void html_row(tw_page *p, const tw_page_head *heads, const tw_page_cell *cells, size_t n) {
    tw_buf_c(p->out, "<tr>");
    for (size_t i = 0; i < n; i++) {
        tw_buf_c(p->out, heads[i].number ? "<td class=\"num\">" : "<td>");
        if (cells[i].bins)
            tw_html_spark(p->out, cells[i].bins);
        else if (cells[i].card)
            put_column(p, cells[i].text);
        else
            tw_html_text(p->out, cells[i].text);
        if (!isnan(cells[i].bar))
            put_bar(p, cells[i].bar, NAN);
        tw_buf_c(p->out, "</td>");
    }
    tw_buf_c(p->out, "</tr>\n");
}

static void html_table_end(tw_page *p) {
    tw_buf_c(p->out, "</tbody></table></div>\n");
}

static void html_bins(tw_page *p, const tw_page_bins *bins) {
    tw_html_bins(p->out, bins, p->dense);
}

static void html_bars(tw_page *p, const char *label, const tw_page_bar *bars, size_t n) {
    put(p, "<table class=\"bars\"><caption>", tw_str_c(label), "</caption>\n");
    for (size_t i = 0; i < n; i++) {
        put(p, "<tr><th scope=\"row\"><bdi>", bars[i].name, "</bdi></th><td>");
        put_bar(p, bars[i].share, bars[i].other);
        put(p, "</td><td class=\"num\">", bars[i].text, "</td></tr>\n");
    }
    tw_buf_c(p->out, "</table>\n");
}

static void html_heat(tw_page *p, const tw_str *names, const double *values, size_t n) {
    tw_html_heat(p->out, names, values, n);
}

static void html_scales(tw_page *p, const tw_page_scale *scales, size_t n) {
    for (size_t i = 0; i < n; i++)
        tw_html_scale(p->out, &scales[i]);
}

const tw_page_ops tw_page_html = {
    .begin = html_begin,
    .end = html_end,
    .section = html_section,
    .section_end = html_section_end,
    .subheading = html_subheading,
    .note = html_note,
    .tiles = html_tiles,
    .item = html_item,
    .cards = html_cards,
    .card = html_card,
    .card_end = html_card_end,
    .facts = html_facts,
    .table = html_table,
    .row = html_row,
    .table_end = html_table_end,
    .bins = html_bins,
    .bars = html_bars,
    .heat = html_heat,
    .scales = html_scales,
};
