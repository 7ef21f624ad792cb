/* Texts of pages: everything a layout shows is made here, cut to a length that a page can bear. */
#include "report/page.h"

#include <math.h>
#include <stdarg.h>

#include "base/number.h"
#include "base/unicode.h"
#include "report/value.h"

static tw_str keep(tw_page *p, tw_str text) {
    tw_str kept = tw_arena_str(&p->texts, text);
    if (kept.p)
        return kept;
    p->out->failed = true;
    return TW_STR("");
}

/* Hands a scratch buffer's text to the page. */
static tw_str take(tw_page *p, tw_buf *scratch) {
    tw_str kept = keep(p, tw_buf_view(scratch));
    p->out->failed = p->out->failed || scratch->failed;
    tw_buf_fini(scratch);
    return kept;
}

/* The width is asked of a front part only: a cell may hold megabytes. */
tw_str tw_page_cut(tw_page *p, tw_str text, size_t columns) {
    size_t width;
    tw_str front = tw_str_sub(text, 0, TW_MIN(text.n, 16 * columns));
    size_t fits = tw_text_fit(front, columns, &width);
    if (fits == text.n)
        return text;
    tw_buf scratch;
    tw_buf_init(&scratch, TW_BUF_MAX);
    tw_buf_add(&scratch, text.p, fits);
    tw_buf_c(&scratch, "…");
    return take(p, &scratch);
}

tw_str tw_page_value(tw_page *p, const tw_doc *value) {
    if (tw_doc_kind(value) == TW_DOC_TEXT)
        return tw_page_cut(p, tw_doc_as_text(value, TW_STR("")), TW_PAGE_TEXT);
    tw_buf scratch;
    tw_buf_init(&scratch, TW_BUF_MAX);
    tw_value_put(value, &scratch);
    return tw_page_cut(p, take(p, &scratch), TW_PAGE_TEXT);
}

tw_str tw_page_number(tw_page *p, double value) {
    tw_buf scratch;
    tw_buf_init(&scratch, TW_BUF_MAX);
    tw_value_put_number(value, &scratch);
    return take(p, &scratch);
}

tw_str tw_page_fixed(tw_page *p, double value, int decimals) {
    tw_buf scratch;
    tw_buf_init(&scratch, TW_BUF_MAX);
    tw_value_put_fixed(value, decimals, &scratch);
    return take(p, &scratch);
}

tw_str tw_page_count(tw_page *p, int64_t n) {
    char text[TW_NUMBER_MAX];
    size_t length = tw_format_grouped(text, n);
    return keep(p, (tw_str){text, length});
}

tw_str tw_page_share(tw_page *p, double share) {
    tw_buf scratch;
    tw_buf_init(&scratch, TW_BUF_MAX);
    tw_value_put_share(share, &scratch);
    return take(p, &scratch);
}

tw_str tw_page_printf(tw_page *p, const char *fmt, ...) {
    tw_buf scratch;
    va_list args;
    tw_buf_init(&scratch, TW_BUF_MAX);
    va_start(args, fmt);
    tw_buf_vprintf(&scratch, fmt, args);
    va_end(args);
    return take(p, &scratch);
}

tw_str tw_page_names(tw_page *p, const tw_doc *list, size_t most) {
    tw_buf scratch;
    size_t n = tw_doc_count(list);
    tw_buf_init(&scratch, TW_BUF_MAX);
    for (size_t i = 0; i < n && i < most; i++) {
        tw_buf_c(&scratch, i ? ", " : "");
        tw_buf_str(&scratch, tw_page_cut(p, tw_page_value(p, tw_doc_at(list, i)), TW_PAGE_NAME));
    }
    if (n > most)
        tw_buf_printf(&scratch, " and %zu more", n - most);
    return take(p, &scratch);
}

tw_page_cell tw_page_plain(tw_str text) {
    return (tw_page_cell){.text = text, .bar = NAN};
}

tw_page_cell tw_page_barred(tw_str text, double share) {
    return (tw_page_cell){.text = text, .bar = share};
}

tw_page_cell tw_page_column(tw_page *p, const tw_doc *name) {
    (void)p;
    return (tw_page_cell){.text = tw_doc_as_text(name, TW_STR("")), .bar = NAN, .card = true};
}

bool tw_page_has_left_out(const tw_doc *doc) {
    return tw_doc_count(tw_doc_get(doc, "left_out")) > 0;
}

void tw_page_left_out(tw_page *p, const tw_doc *doc) {
    const tw_doc *list = tw_doc_get(doc, "left_out");
    p->ops->note(p, TW_STR("A limit, or the data, kept these out of the figures above:"));
    for (size_t i = 0; i < tw_doc_count(list); i++)
        p->ops->note(p, tw_page_value(p, tw_doc_at(list, i)));
}
