/* Picks the layout of a document and runs it with one of the two writers. */
#include "report/report.h"

#include "report/page.h"

enum { MOST_PARTS = 16, DENSE_COLUMNS = 100 };

static const tw_report_layout *layout_of(const tw_doc *doc, const char *view) {
    static const tw_report_layout *const layouts[] = {&tw_report_profile, &tw_report_compare};
    for (size_t i = 0; view && i < TW_COUNT(layouts); i++)
        if (strcmp(view, layouts[i]->view) == 0 && tw_doc_kind(doc) == TW_DOC_MAP)
            return layouts[i];
    return &tw_report_any;
}

/* Cards are numbered in the order in which the layout puts them; of equal names the first is
 * linked. */
static void number_cards(tw_page *p, const tw_report_layout *layout, const tw_doc *columns) {
    size_t n = layout->has_card ? tw_doc_count(columns) : 0, cards = 0;
    p->dense = n > DENSE_COLUMNS;
    p->cards_of = tw_hashmap_new(64);
    for (size_t i = 0; p->cards_of && i < n && cards < layout->most_cards; i++) {
        const tw_doc *column = tw_doc_at(columns, i);
        tw_str name = tw_doc_as_text(tw_doc_get(column, "name"), TW_STR(""));
        if (!layout->has_card(column))
            continue;
        cards++;
        if (tw_hashmap_intern(p->cards_of, name, NULL) == UINT32_MAX)
            p->out->failed = true;
    }
    p->out->failed = p->out->failed || !p->cards_of;
}

static void put_parts(tw_page *p, const tw_report_layout *layout, const tw_doc *doc, tw_str title,
                      tw_str lead) {
    const char *titles[MOST_PARTS];
    size_t n = 0;
    for (size_t i = 0; i < layout->n && n < MOST_PARTS; i++)
        if (layout->parts[i].shown(doc))
            titles[n++] = layout->parts[i].title;
    p->ops->begin(p, title, lead, titles, n);
    for (size_t i = 0; i < layout->n; i++) {
        if (!layout->parts[i].shown(doc))
            continue;
        p->ops->section(p, layout->parts[i].title);
        layout->parts[i].put(p, doc);
        p->ops->section_end(p);
    }
    p->ops->end(p);
}

static enum tw_rc render(const tw_page_ops *ops, const tw_doc *doc, const tw_report_info *info,
                         tw_buf *out, tw_error *err) {
    tw_page p = {.ops = ops, .out = out, .program = info->program};
    const tw_report_layout *layout = layout_of(doc, info->view);
    tw_str title, lead;
    tw_arena_init(&p.texts);
    number_cards(&p, layout, tw_doc_get(doc, "columns"));
    layout->lead(&p, doc, info->title, info->other, &title, &lead);
    put_parts(&p, layout, doc, title, lead);
    tw_hashmap_free(p.cards_of);
    tw_arena_fini(&p.texts);
    return tw_buf_check(out, err);
}

enum tw_rc tw_report_html(const tw_doc *doc, const tw_report_info *info, tw_buf *out,
                          tw_error *err) {
    return render(&tw_page_html, doc, info, out, err);
}

enum tw_rc tw_report_markdown(const tw_doc *doc, const tw_report_info *info, tw_buf *out,
                              tw_error *err) {
    return render(&tw_page_markdown, doc, info, out, err);
}
