/* What a report is made of: sections, tiles, cards, tables, charts. Layouts say what stands where
 * in these words; the two writers (html.c, markdown.c) say how it looks.
 *
 * All texts of these structs are plain: a writer escapes every one of them. Texts made by the
 * tw_page_* makers live as long as the page. When memory is out the buffer is marked as failed and
 * makers hand out empty texts, so a layout asks once, at its end. */
#ifndef TW_REPORT_PAGE_H
#define TW_REPORT_PAGE_H

#include "base/arena.h"
#include "base/doc.h"
#include "base/hash.h"

typedef struct tw_page tw_page;

enum tw_tone { TW_TONE_PLAIN, TW_TONE_GOOD, TW_TONE_STYLE, TW_TONE_UNUSUAL, TW_TONE_ERROR };

typedef struct tw_page_tile { /* one figure of an overview */
    const char *label;
    tw_str value, detail;
    enum tw_tone tone;
} tw_page_tile;

typedef struct tw_page_pill { /* a word in a rounded box */
    tw_str text;
    enum tw_tone tone;
} tw_page_pill;

typedef struct tw_page_fact {
    tw_str label, value;
    double bar; /* share drawn beside the value; NaN = none */
} tw_page_fact;

typedef struct tw_page_item { /* an entry of a ranked list */
    tw_page_pill pill;
    tw_str text, meta;
    tw_str code;           /* n = 0: none */
    const tw_doc *columns; /* names, linked to their cards; NULL */
} tw_page_item;

typedef struct tw_page_head {
    const char *title;
    bool number; /* stands to the right, digits of equal width */
} tw_page_head;

typedef struct tw_page_cell {
    tw_str text;
    double bar;         /* share drawn beside the text; NaN = none */
    const tw_doc *bins; /* a histogram's counts as a small picture; NULL */
    bool card;          /* the text names a column: link to its card */
} tw_page_cell;

typedef struct tw_page_bins { /* a histogram of one table or of two over each other */
    tw_str name;
    const tw_doc *edges, *counts;
    const tw_doc *other; /* shares of the second table; then counts are shares too. NULL = none */
} tw_page_bins;

typedef struct tw_page_bar { /* a level and how much of the whole it is */
    tw_str name, text;
    double share, other; /* other NaN = one table */
} tw_page_bar;

typedef struct tw_page_scale { /* a score from 0 to 1 between the lines it must be read between */
    const char *label;
    double score, floor, ceiling; /* NaN = not known */
} tw_page_scale;

typedef struct tw_page_ops {
    void (*begin)(tw_page *p, tw_str title, tw_str lead, const char *const *parts, size_t n);
    void (*end)(tw_page *p);
    void (*section)(tw_page *p, const char *title);
    void (*section_end)(tw_page *p);
    void (*subheading)(tw_page *p, const char *title);
    void (*note)(tw_page *p, tw_str text);
    void (*tiles)(tw_page *p, const tw_page_tile *tiles, size_t n);
    void (*item)(tw_page *p, const tw_page_item *item);
    void (*cards)(tw_page *p, bool begin);
    void (*card)(tw_page *p, tw_str title, const tw_page_pill *pills, size_t n);
    void (*card_end)(tw_page *p);
    void (*facts)(tw_page *p, const tw_page_fact *facts, size_t n);
    void (*table)(tw_page *p, const tw_page_head *heads, size_t n);
    void (*row)(tw_page *p, const tw_page_head *heads, const tw_page_cell *cells, size_t n);
    void (*table_end)(tw_page *p);
    void (*bins)(tw_page *p, const tw_page_bins *bins);
    void (*bars)(tw_page *p, const char *label, const tw_page_bar *bars, size_t n);
    void (*heat)(tw_page *p, const tw_str *names, const double *values, size_t n);
    void (*scales)(tw_page *p, const tw_page_scale *scales, size_t n);
} tw_page_ops;
extern const tw_page_ops tw_page_html, tw_page_markdown;

struct tw_page {
    const tw_page_ops *ops;
    tw_buf *out;
    tw_arena texts;
    tw_hashmap *cards_of; /* column name to the number of its card; NULL = no cards */
    size_t sections, cards;
    bool dense;          /* many charts: no label at each bar */
    const char *program; /* for the foot */
};

/* --- texts --- */

enum { TW_PAGE_TEXT = 120, TW_PAGE_NAME = 60 }; /* columns a value and a name may take */

/* A number or text as tw_value_put writes it, cut with "…" behind TW_PAGE_TEXT columns. */
tw_str tw_page_value(tw_page *p, const tw_doc *value);
tw_str tw_page_cut(tw_page *p, tw_str text, size_t columns);
tw_str tw_page_number(tw_page *p, double value);
tw_str tw_page_fixed(tw_page *p, double value, int decimals);
tw_str tw_page_count(tw_page *p, int64_t n); /* 12,345 */
tw_str tw_page_share(tw_page *p, double share);
tw_str tw_page_printf(tw_page *p, const char *fmt, ...) TW_PRINTF(2, 3);
/* "a, b, c": the first `most` texts of a list, then how many more there are. */
tw_str tw_page_names(tw_page *p, const tw_doc *list, size_t most);
/* Cells of tables. */
tw_page_cell tw_page_plain(tw_str text);
tw_page_cell tw_page_barred(tw_str text, double share);
tw_page_cell tw_page_column(tw_page *p, const tw_doc *name);

/* --- layouts --- */

/* The section every layout ends with, where the document has a list "left_out". */
bool tw_page_has_left_out(const tw_doc *doc);
void tw_page_left_out(tw_page *p, const tw_doc *doc);

typedef struct tw_report_layout tw_report_layout;
/* A section of a layout: left out where `shown` says no. */
typedef struct tw_report_part {
    const char *title;
    bool (*shown)(const tw_doc *doc);
    void (*put)(tw_page *p, const tw_doc *doc);
} tw_report_part;
struct tw_report_layout {
    const char *view;
    void (*lead)(tw_page *p, const tw_doc *doc, const char *title, const char *other, tw_str *head,
                 tw_str *lead);
    const tw_report_part *parts;
    size_t n;
    bool (*has_card)(const tw_doc *column); /* of the document's columns; NULL = none has */
    size_t most_cards;
};
extern const tw_report_layout tw_report_profile, tw_report_compare, tw_report_any;

#endif
