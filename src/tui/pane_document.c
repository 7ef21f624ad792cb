/* Any document as lines of text with a cursor: laid out once by app/render.h, as on the command line; drawing copies the
 * visible lines. A table keeps its heading in sight, and its rows can be opened when a command is given for that. */
#include "app/render.h"
#include "app/words.h"
#include "base/arena.h"
#include "base/regex.h"
#include "base/unicode.h"
#include "tui/pane.h"
#include "tui/workbench.h"

enum { LINES_MAX = 200000, WIDTH_MAX = 4096 };

typedef struct document_pane {
    tw_pane pane;
    tw_arena arena;
    tw_str *lines;
    size_t n, max;
    int64_t cursor, top; /* among the lines below the heading */
    int shift;           /* columns scrolled to the right */
    int heading;         /* lines that stay: 1 for a table */
    const char *opens;   /* command that Enter runs with a cell of the row; NULL = none */
    size_t column;
    tw_doc *table;       /* kept when rows can be opened */
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
    self->pane.wanted = TW_MAX(self->pane.wanted, (int)TW_MIN(tw_text_width(copy), (size_t)WIDTH_MAX) + 1);
    return true;
}

static void add_lines(document_pane *self, tw_str text) {
    tw_str part;
    if (text.n && text.p[text.n - 1] == '\n')
        text.n--;
    while (tw_str_split(&text, '\n', &part))
        if (!add_line(self, part))
            return;
}

static tw_str shifted(tw_str text, int cells) {
    size_t width, at = cells > 0 ? tw_text_fit(text, (size_t)cells, &width) : 0;
    return tw_str_sub(text, at, text.n);
}

static int64_t lines_below(const document_pane *self) {
    return (int64_t)self->n - self->heading;
}

static void draw(tw_pane *pane, tw_workbench *wb, tw_cellgrid *grid, tw_rect area, bool focused) {
    (void)wb;
    document_pane *self = (document_pane *)pane;
    int heading = area.height > 1 ? self->heading : 0;
    int64_t n = lines_below(self);
    pane->page = area.height - heading;
    if (n <= 0)
        tw_cellgrid_text(grid, area.x, area.y, area.width, TW_STR("(nothing)"), TW_ROLE_DIM, false);
    else if (heading)
        tw_cellgrid_text(grid, area.x, area.y, area.width, shifted(self->lines[0], self->shift), TW_ROLE_STRONG, true);
    tw_go_window(self->cursor, n, pane->page, &self->top);
    for (int y = 0; y < pane->page && self->top + y < n; y++) {
        tw_str text = shifted(self->lines[self->heading + self->top + y], self->shift);
        bool current = focused && self->top + y == self->cursor;
        tw_cellgrid_text(grid, area.x, area.y + heading + y, area.width, text, current ? TW_ROLE_CURSOR : TW_ROLE_TEXT, true);
    }
}

static void go(tw_pane *pane, tw_workbench *wb, enum tw_go where) {
    (void)wb;
    document_pane *self = (document_pane *)pane;
    tw_go_cursor(where, lines_below(self), pane->page, &self->cursor, &self->top);
    if (where == TW_GO_RIGHT)
        self->shift += 8;
    if (where == TW_GO_LEFT)
        self->shift = TW_MAX(self->shift - 8, 0);
    if (where == TW_GO_FIRST_COLUMN)
        self->shift = 0;
}

/* An expression takes the rest of the line as it stands. */
static bool takes_expression(tw_workbench *wb, const char *name) {
    const tw_command *command = tw_session_command(tw_workbench_session(wb), tw_str_c(name));
    return command && command->n_params && command->params[0].kind == TW_PARAM_EXPR;
}

static bool open_row(tw_pane *pane, tw_workbench *wb, tw_buf *line) {
    const document_pane *self = (const document_pane *)pane;
    const tw_doc *cell = tw_doc_at(tw_doc_at(self->table, (size_t)self->cursor), self->column);
    if (!cell)
        return false;
    tw_buf_printf(line, "%s ", self->opens);
    if (tw_doc_kind(cell) == TW_DOC_INT)
        return tw_buf_printf(line, "%lld", (long long)tw_doc_as_int(cell, 0));
    tw_str text = tw_doc_as_text(cell, TW_STR(""));
    return takes_expression(wb, self->opens) ? tw_buf_str(line, text) : tw_word_quote(line, text);
}

static bool find(tw_pane *pane, const struct tw_regex *regex, bool back) {
    document_pane *self = (document_pane *)pane;
    int64_t n = lines_below(self), at = self->cursor;
    for (int64_t i = 0; i < n; i++) {
        at = (at + (back ? n - 1 : 1)) % n;
        if (!tw_regex_match(regex, self->lines[self->heading + at], NULL, NULL))
            continue;
        self->cursor = at;
        return true;
    }
    return false;
}

static void click(tw_pane *pane, tw_workbench *wb, int x, int y) {
    (void)wb, (void)x;
    document_pane *self = (document_pane *)pane;
    int64_t at = self->top + y - self->heading;
    self->cursor = TW_MAX(TW_MIN(at, lines_below(self) - 1), 0);
}

static void pane_free(tw_pane *pane) {
    document_pane *self = (document_pane *)pane;
    tw_doc_free(self->table);
    tw_arena_fini(&self->arena);
    free(self->lines);
    free(self);
}

static const tw_pane_ops ops = {.context = "document", .draw = draw, .go = go, .find = find, .click = click, .free = pane_free};
static const tw_pane_ops table_ops = {.context = "document", .draw = draw, .go = go, .open = open_row, .find = find, .click = click, .free = pane_free};

static document_pane *make(const char *view, const char *title, const tw_doc *doc) {
    document_pane *self = tw_calloc(1, sizeof *self);
    tw_buf text;
    if (!self)
        return NULL;
    self->pane.ops = &ops;
    tw_pane_set_title(&self->pane, title);
    tw_arena_init(&self->arena);
    tw_buf_init(&text, (size_t)1 << 30);
    if (tw_render_text(doc, view, 0, &text))
        add_lines(self, tw_buf_view(&text));
    tw_buf_fini(&text);
    self->heading = tw_doc_kind(doc) == TW_DOC_TABLE && self->n > 1;
    return self;
}

void tw_document_pane_succeed(tw_pane *newer, const tw_pane *older) {
    document_pane *to = (document_pane *)newer;
    const document_pane *from = (const document_pane *)older;
    to->top = from->top;
    to->shift = from->shift;
    to->cursor = TW_MAX(TW_MIN(from->cursor, lines_below(to) - 1), 0);
}

tw_pane *tw_document_pane_new(const char *view, const char *title, tw_doc *doc) {
    document_pane *self = make(view, title, doc);
    tw_doc_free(doc);
    return self ? &self->pane : NULL;
}

tw_pane *tw_table_pane_new(const char *title, const char *command, size_t column, tw_doc *table) {
    document_pane *self = make("document", title, table);
    if (!self) {
        tw_doc_free(table);
        return NULL;
    }
    self->pane.ops = &table_ops;
    self->opens = command;
    self->column = column;
    self->table = table;
    return &self->pane;
}
