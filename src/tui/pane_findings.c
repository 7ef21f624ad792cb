/* Findings: one line each, most important first; Enter goes to the first cell, the list keeps its place. */
#include "base/number.h"
#include "tui/pane.h"
#include "tui/workbench.h"

typedef struct findings_pane {
    tw_pane pane;
    tw_doc *doc;
    const tw_doc *list;
    int64_t cursor, top;
} findings_pane;

static enum tw_role_id class_role(tw_str class) {
    return tw_str_eq_c(class, "error") ? TW_ROLE_FINDING_ERROR
                                       : tw_str_eq_c(class, "style") ? TW_ROLE_FINDING_STYLE : TW_ROLE_FINDING_UNUSUAL;
}

static void draw_one(const findings_pane *self, int64_t i, tw_cellgrid *grid, tw_rect area, int y, bool current) {
    const tw_doc *f = tw_doc_at(self->list, (size_t)i);
    tw_str class = tw_doc_as_text(tw_doc_get(f, "class"), TW_STR("?"));
    tw_str state = tw_doc_as_text(tw_doc_get(f, "state"), TW_STR(""));
    int x = tw_cellgrid_printf(grid, area.x, y, area.width, TW_ROLE_ROW_NUMBER, "%3lld ", (long long)i + 1);
    x += tw_cellgrid_printf(grid, area.x + x, y, TW_MIN(8, area.width - x), class_role(class), "%-7.*s", TW_ARG(class));
    x += 1;
    enum tw_role_id role = tw_str_eq_c(state, "silenced") ? TW_ROLE_DIM : TW_ROLE_TEXT;
    if (x < area.width)
        tw_cellgrid_text(grid, area.x + x, y, area.width - x, tw_doc_as_text(tw_doc_get(f, "message"), TW_STR("")), role, true);
    if (current)
        tw_cellgrid_role(grid, area.x, y, area.width, TW_ROLE_CURSOR);
}

/* Below the list: the whole message and what accepting would record. */
static void draw_detail(const findings_pane *self, tw_cellgrid *grid, tw_rect area) {
    const tw_doc *f = tw_doc_at(self->list, (size_t)self->cursor);
    tw_cellgrid_box(grid, area.x, area.y, area.width, 1, tw_doc_as_text(tw_doc_get(f, "kind"), TW_STR("")), TW_ROLE_BORDER);
    tw_str message = tw_doc_as_text(tw_doc_get(f, "message"), TW_STR(""));
    int used = tw_cellgrid_text(grid, area.x, area.y + 1, area.width, message, TW_ROLE_TEXT, false);
    (void)used;
    tw_str fix = tw_doc_as_text(tw_doc_get(f, "fix"), TW_STR(""));
    if (fix.n)
        tw_cellgrid_printf(grid, area.x, area.y + 2, area.width, TW_ROLE_GOOD, "accept: %.*s", TW_ARG(fix));
}

static void draw(tw_pane *pane, tw_workbench *wb, tw_cellgrid *grid, tw_rect area, bool focused) {
    (void)wb;
    findings_pane *self = (findings_pane *)pane;
    int64_t n = (int64_t)tw_doc_count(self->list);
    int detail = area.height >= 8 ? 3 : 0;
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
    tw_go_cursor(where, (int64_t)tw_doc_count(self->list), pane->page, &self->cursor);
}

static bool open(tw_pane *pane, tw_workbench *wb, tw_buf *out) {
    (void)wb;
    findings_pane *self = (findings_pane *)pane;
    if (tw_doc_count(self->list) == 0)
        return false;
    return tw_buf_printf(out, "finding %lld", (long long)self->cursor + 1);
}

static void pane_free(tw_pane *pane) {
    findings_pane *self = (findings_pane *)pane;
    tw_doc_free(self->doc);
    free(self);
}

static const tw_pane_ops ops = {.context = "findings", .draw = draw, .go = go, .open = open, .free = pane_free};

tw_pane *tw_findings_pane_new(tw_doc *doc) {
    findings_pane *self = tw_calloc(1, sizeof *self);
    if (!self) {
        tw_doc_free(doc);
        return NULL;
    }
    self->pane.ops = &ops;
    self->doc = doc;
    self->list = tw_doc_get(doc, "findings") ? tw_doc_get(doc, "findings") : doc;
    snprintf(self->pane.title, sizeof self->pane.title, "findings");
    return &self->pane;
}
