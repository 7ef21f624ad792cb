/* Findings: one line each, most important first; Enter goes from cell to cell, the list keeps its place. */
#include "base/regex.h"
#include "base/unicode.h"
#include "tui/pane.h"
#include "tui/workbench.h"

typedef struct findings_pane {
    tw_pane pane;
    tw_doc *doc;
    const tw_doc *list;
    const tw_dataset *dataset; /* whose they are; only compared */
    const void *stamp;
    int64_t cursor, top;
} findings_pane;

static enum tw_role_id class_role(tw_str class) {
    return tw_str_eq_c(class, "error") ? TW_ROLE_FINDING_ERROR
                                       : tw_str_eq_c(class, "style") ? TW_ROLE_FINDING_STYLE : TW_ROLE_FINDING_UNUSUAL;
}

static void draw_one(const findings_pane *self, int64_t i, tw_cellgrid *grid, tw_rect area, int y, bool current) {
    const tw_doc *f = tw_doc_at(self->list, (size_t)i);
    tw_str class = tw_doc_as_text(tw_doc_get(f, "class"), TW_STR("?"));
    tw_str verdict = tw_doc_as_text(tw_doc_get(f, "verdict"), TW_STR("open"));
    int x = tw_cellgrid_printf(grid, area.x, y, area.width, TW_ROLE_ROW_NUMBER, "%3lld ", (long long)i + 1);
    x += tw_cellgrid_printf(grid, area.x + x, y, TW_MIN(8, area.width - x), class_role(class), "%-7.*s", TW_ARG(class));
    x += 1;
    enum tw_role_id role = tw_str_eq_c(verdict, "open") ? TW_ROLE_TEXT : TW_ROLE_DIM;
    if (x < area.width && role == TW_ROLE_DIM)
        x += tw_cellgrid_printf(grid, area.x + x, y, area.width - x, role, "%.*s: ", TW_ARG(verdict));
    if (x < area.width)
        tw_cellgrid_text(grid, area.x + x, y, area.width - x, tw_doc_as_text(tw_doc_get(f, "message"), TW_STR("")), role, true);
    if (current)
        tw_cellgrid_role(grid, area.x, y, area.width, TW_ROLE_CURSOR);
}

/* Text over several lines, broken at blanks where there are any; the lines used. */
static int draw_wrapped(tw_cellgrid *grid, tw_rect area, tw_str text, enum tw_role_id role) {
    int y = 0;
    for (; y < area.height && text.n; y++) {
        size_t width, fits = tw_text_fit(text, (size_t)area.width, &width), cut = fits;
        while (fits < text.n && cut > 0 && text.p[cut - 1] != ' ')
            cut--;
        cut = cut && fits < text.n ? cut : fits;
        if (cut == 0)
            break;
        tw_cellgrid_text(grid, area.x, area.y + y, area.width, tw_str_sub(text, 0, cut), role, false);
        text = tw_str_sub(text, cut, text.n);
    }
    return y;
}

/* Below the list: the whole message and what accepting would record. */
static void draw_detail(const findings_pane *self, tw_cellgrid *grid, tw_rect area) {
    const tw_doc *f = tw_doc_at(self->list, (size_t)self->cursor);
    tw_cellgrid_printf(grid, area.x, area.y, area.width, TW_ROLE_HEADER, "%s  confidence %d %%", tw_doc_as_c(tw_doc_get(f, "kind"), ""),
                       (int)(100 * tw_doc_as_number(tw_doc_get(f, "confidence"), 0) + 0.5));
    tw_str fix = tw_doc_as_text(tw_doc_get(f, "fix"), TW_STR(""));
    tw_rect body = {area.x, area.y + 1, area.width, area.height - 1 - (fix.n ? 1 : 0)};
    int used = 1 + draw_wrapped(grid, body, tw_doc_as_text(tw_doc_get(f, "message"), TW_STR("")), TW_ROLE_TEXT);
    tw_buf text;
    tw_buf_init(&text, 1 << 16);
    if (fix.n && tw_buf_printf(&text, "accepting records %.*s", TW_ARG(fix)))
        (void)draw_wrapped(grid, (tw_rect){area.x, area.y + used, area.width, area.height - used}, tw_buf_view(&text), TW_ROLE_GOOD);
    tw_buf_fini(&text);
}

static void take_list(findings_pane *self, tw_doc *doc) {
    tw_doc_free(self->doc);
    self->doc = doc;
    self->list = tw_doc_get(doc, "findings") ? tw_doc_get(doc, "findings") : doc;
}

/* Verdicts change while the list is shown: accepted, silenced, undone. */
static void refresh(findings_pane *self, tw_workbench *wb) {
    const tw_dataset *d = tw_session_dataset(tw_workbench_session(wb));
    if (!self->dataset)
        self->dataset = d;
    tw_doc *doc = d && d == self->dataset ? tw_dataset_findings_doc(d, &self->stamp) : NULL;
    if (doc)
        take_list(self, doc);
}

static void draw(tw_pane *pane, tw_workbench *wb, tw_cellgrid *grid, tw_rect area, bool focused) {
    findings_pane *self = (findings_pane *)pane;
    refresh(self, wb);
    int64_t n = (int64_t)tw_doc_count(self->list);
    int detail = area.height >= 16 ? 7 : area.height >= 8 ? 3 : 0;
    pane->page = area.height - detail;
    tw_go_window(self->cursor, n, pane->page, &self->top);
    for (int y = 0; y < pane->page && self->top + y < n; y++)
        draw_one(self, self->top + y, grid, area, area.y + y, focused && self->top + y == self->cursor);
    if (n == 0)
        tw_cellgrid_text(grid, area.x, area.y, area.width, TW_STR("Nothing found."), TW_ROLE_GOOD, false);
    else if (detail)
        draw_detail(self, grid, (tw_rect){area.x, area.y + pane->page, area.width, detail});
}

static void go(tw_pane *pane, tw_workbench *wb, enum tw_go where) {
    (void)wb;
    findings_pane *self = (findings_pane *)pane;
    tw_go_cursor(where, (int64_t)tw_doc_count(self->list), pane->page, &self->cursor, &self->top);
}

static bool open(tw_pane *pane, tw_workbench *wb, tw_buf *out) {
    (void)wb;
    findings_pane *self = (findings_pane *)pane;
    if (tw_doc_count(self->list) == 0)
        return false;
    return tw_buf_printf(out, "finding %lld", (long long)self->cursor + 1);
}

static void item(const tw_pane *pane, tw_buf *out) {
    tw_buf_printf(out, "%lld", (long long)((const findings_pane *)pane)->cursor + 1);
}

static bool find(tw_pane *pane, const struct tw_regex *regex, bool back) {
    findings_pane *self = (findings_pane *)pane;
    int64_t n = (int64_t)tw_doc_count(self->list), at = self->cursor;
    for (int64_t i = 0; i < n; i++) {
        at = (at + (back ? n - 1 : 1)) % n;
        if (!tw_regex_match(regex, tw_doc_as_text(tw_doc_get(tw_doc_at(self->list, (size_t)at), "message"), TW_STR("")), NULL, NULL))
            continue;
        self->cursor = at;
        return true;
    }
    return false;
}

static void click(tw_pane *pane, tw_workbench *wb, int x, int y) {
    (void)wb, (void)x;
    findings_pane *self = (findings_pane *)pane;
    int64_t n = (int64_t)tw_doc_count(self->list);
    if (y < pane->page && self->top + y < n)
        self->cursor = self->top + y;
}

static void pane_free(tw_pane *pane) {
    findings_pane *self = (findings_pane *)pane;
    tw_doc_free(self->doc);
    free(self);
}

static const tw_pane_ops ops = {.context = "findings", .draw = draw, .go = go, .open = open, .item = item, .find = find, .click = click, .free = pane_free};

tw_pane *tw_findings_pane_new(tw_doc *doc) {
    findings_pane *self = tw_calloc(1, sizeof *self);
    if (!self) {
        tw_doc_free(doc);
        return NULL;
    }
    self->pane.ops = &ops;
    take_list(self, doc);
    snprintf(self->pane.title, sizeof self->pane.title, "findings");
    return &self->pane;
}
