/* The layout of a document without one of its own: plain values as facts, lists of maps and tables
 * as tables, whatever else under a heading of its own. */
#include <math.h>

#include "report/page.h"

enum { MOST_KEYS = 24, MOST_ROWS = 1000, DEEPEST = 4 };

static bool is_scalar(const tw_doc *doc) {
    return tw_doc_kind(doc) < TW_DOC_LIST;
}

static bool is_number(const tw_doc *doc) {
    return tw_doc_kind(doc) == TW_DOC_INT || tw_doc_kind(doc) == TW_DOC_NUMBER;
}

static void any_lead(tw_page *p, const tw_doc *doc, const char *title, const char *other,
                     tw_str *head, tw_str *lead) {
    (void)doc, (void)other;
    *head = tw_page_cut(p, tw_str_c(title ? title : "Report"), 2 * TW_PAGE_NAME);
    *lead = TW_STR("");
}

static void put_facts(tw_page *p, const tw_doc *map) {
    tw_page_fact facts[MOST_KEYS];
    size_t n = 0;
    for (size_t i = 0; i < tw_doc_count(map) && n < MOST_KEYS; i++)
        if (is_scalar(tw_doc_at(map, i)))
            facts[n++] =
                (tw_page_fact){tw_doc_key(map, i), tw_page_value(p, tw_doc_at(map, i)), NAN};
    if (n)
        p->ops->facts(p, facts, n);
}

/* Rows of a table, or the values of maps under the keys of the first. */
static void put_rows(tw_page *p, const tw_doc *list, const tw_page_head *heads, size_t n) {
    bool maps = tw_doc_kind(list) == TW_DOC_LIST;
    p->ops->table(p, heads, n);
    for (size_t r = 0; r < tw_doc_count(list) && r < MOST_ROWS; r++) {
        tw_page_cell cells[MOST_KEYS];
        const tw_doc *row = tw_doc_at(list, r);
        for (size_t c = 0; c < n; c++)
            cells[c] = tw_page_plain(
                tw_page_value(p, maps ? tw_doc_get(row, heads[c].title) : tw_doc_at(row, c)));
        p->ops->row(p, heads, cells, n);
    }
    p->ops->table_end(p);
    if (tw_doc_count(list) > MOST_ROWS)
        p->ops->note(
            p, tw_page_printf(p, "%zu more rows are left out.", tw_doc_count(list) - MOST_ROWS));
}

static void put_table(tw_page *p, const tw_doc *table) {
    tw_page_head heads[MOST_KEYS];
    size_t n = TW_MIN(tw_doc_columns(table), (size_t)MOST_KEYS);
    for (size_t c = 0; c < n; c++)
        heads[c] =
            (tw_page_head){tw_doc_key(table, c).p, is_number(tw_doc_at(tw_doc_at(table, 0), c))};
    put_rows(p, table, heads, n);
}

static void put_maps(tw_page *p, const tw_doc *list) {
    tw_page_head heads[MOST_KEYS];
    const tw_doc *first = tw_doc_at(list, 0);
    size_t n = 0;
    for (size_t i = 0; i < tw_doc_count(first) && n < MOST_KEYS; i++)
        if (is_scalar(tw_doc_at(first, i)))
            heads[n++] = (tw_page_head){tw_doc_key(first, i).p, is_number(tw_doc_at(first, i))};
    put_rows(p, list, heads, n);
}

static void put_any(tw_page *p, const tw_doc *doc, int depth) {
    if (tw_doc_kind(doc) == TW_DOC_TABLE) {
        put_table(p, doc);
    } else if (tw_doc_kind(doc) == TW_DOC_LIST && tw_doc_kind(tw_doc_at(doc, 0)) == TW_DOC_MAP) {
        put_maps(p, doc);
    } else if (tw_doc_kind(doc) == TW_DOC_LIST) {
        p->ops->note(p, tw_page_names(p, doc, MOST_ROWS));
    } else if (tw_doc_kind(doc) == TW_DOC_MAP && depth < DEEPEST) {
        put_facts(p, doc);
        for (size_t i = 0; i < tw_doc_count(doc); i++) {
            if (is_scalar(tw_doc_at(doc, i)) || !tw_doc_count(tw_doc_at(doc, i)))
                continue;
            p->ops->subheading(p, tw_doc_key(doc, i).p);
            put_any(p, tw_doc_at(doc, i), depth + 1);
        }
    } else {
        p->ops->note(p, tw_page_value(p, doc));
    }
}

static void put_all(tw_page *p, const tw_doc *doc) {
    put_any(p, doc, 0);
}

static bool always(const tw_doc *doc) {
    (void)doc;
    return true;
}

static const tw_report_part parts[] = {{"Result", always, put_all}};
const tw_report_layout tw_report_any = {.lead = any_lead, .parts = parts, .n = TW_COUNT(parts)};
