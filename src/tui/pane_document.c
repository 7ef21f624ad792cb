/* Any document as lines of text with a cursor: laid out once by app/render.h, as on the command line; drawing copies the
 * visible lines. */
#include "app/render.h"
#include "base/arena.h"
#include "base/unicode.h"
#include "tui/pane.h"
#include "tui/workbench.h"

enum { LINES_MAX = 200000 };

typedef struct document_pane {
    tw_pane pane;
    tw_arena arena;
    tw_str *lines;
    size_t n, max;
    int64_t cursor, top;
    int shift; /* columns scrolled to the right */
} document_pane;

static bool add_line(document_pane *self, tw_str text) {
    if (self->n == self->max) {
        size_t wanted = self->max ? 2 * self->max : 64;
        tw_str *more = wanted <= LINES_MAX ? tw_realloc(self->lines, wanted, sizeof *more) : NULL;
        if (!more)
            return false;
        self->lines = more;
        self->max = wanted;
    }
    tw_str copy = tw_arena_str(&self->arena, text);
    if (!copy.p)
        return false;
    self->lines[self->n++] = copy;
    return true;
}

static void add_lines(document_pane *self, tw_str text) {
    tw_str part;
    while (tw_str_split(&text, '\n', &part))
        if (!add_line(self, part))
            return;
}

static tw_str shifted(tw_str text, int cells) {
    size_t width, at = cells > 0 ? tw_text_fit(text, (size_t)cells, &width) : 0;
    return tw_str_sub(text, at, text.n);
}

static void draw(tw_pane *pane, tw_workbench *wb, tw_cellgrid *grid, tw_rect area, bool focused) {
    (void)wb;
    document_pane *self = (document_pane *)pane;
    pane->page = area.height;
    tw_go_window(self->cursor, (int64_t)self->n, area.height, &self->top);
    for (int y = 0; y < area.height && self->top + y < (int64_t)self->n; y++) {
        tw_str text = shifted(self->lines[self->top + y], self->shift);
        bool current = focused && self->top + y == self->cursor;
        tw_cellgrid_text(grid, area.x, area.y + y, area.width, text, current ? TW_ROLE_CURSOR : TW_ROLE_TEXT, true);
    }
    if (self->n == 0)
        tw_cellgrid_text(grid, area.x, area.y, area.width, TW_STR("(nothing)"), TW_ROLE_DIM, false);
}

static void go(tw_pane *pane, tw_workbench *wb, enum tw_go where) {
    (void)wb;
    document_pane *self = (document_pane *)pane;
    tw_go_cursor(where, (int64_t)self->n, pane->page, &self->cursor);
    if (where == TW_GO_RIGHT)
        self->shift += 8;
    if (where == TW_GO_LEFT)
        self->shift = TW_MAX(self->shift - 8, 0);
    if (where == TW_GO_FIRST_COLUMN)
        self->shift = 0;
}

static void pane_free(tw_pane *pane) {
    document_pane *self = (document_pane *)pane;
    tw_arena_fini(&self->arena);
    free(self->lines);
    free(self);
}

static const tw_pane_ops ops = {.context = "document", .draw = draw, .go = go, .free = pane_free};

tw_pane *tw_document_pane_new(const char *view, tw_doc *doc) {
    document_pane *self = tw_calloc(1, sizeof *self);
    if (self) {
        self->pane.ops = &ops;
        snprintf(self->pane.title, sizeof self->pane.title, "%s", view);
        tw_arena_init(&self->arena);
        tw_buf text;
        tw_buf_init(&text, (size_t)1 << 30);
        if (tw_render_text(doc, view, 0, &text))
            add_lines(self, tw_buf_view(&text));
        tw_buf_fini(&text);
    }
    tw_doc_free(doc);
    return self ? &self->pane : NULL;
}
