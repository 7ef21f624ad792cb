/* The grid: rows and columns of the current dataset, ready or still being read.
 *
 * Cells of the visible window are fetched as text, widths follow from what is visible (or what the user chose), numbers
 * stand to the right. Nothing is computed here: marks and findings are asked from the dataset cell by cell. */
#include "tui/pane.h"

#include "base/unicode.h"
#include "tui/workbench.h"

enum { NARROWEST = 3, COLUMNS_MAX = 512, HEAD_ROWS = 50, CELL_BYTES = 1 << 16 /* more are never in sight */ };

typedef struct shown_column {
    size_t k;      /* view column */
    size_t column; /* of the table */
    int x, width;
    bool cut;      /* narrower than it wants to be */
} shown_column;

typedef struct grid_pane {
    tw_pane pane;
    shown_column columns[COLUMNS_MAX]; /* at the last draw, for clicks */
    size_t n;
} grid_pane;

typedef struct painting {
    tw_dataset *dataset;
    tw_view *view;
    tw_cellgrid *grid;
    tw_rect area;
    bool focused;
    int numbers; /* width of the row number column */
    shown_column *columns;
    size_t n;
    int widest;          /* of automatic widths */
    tw_str null_text;    /* stands for an empty cell */
    tw_buf text;
} painting;

static const char *type_mark(enum tw_type type) {
    static const char *const marks[TW_TYPE_COUNT] = {
        [TW_BOOLEAN] = "?", [TW_INTEGER] = "#", [TW_FLOAT] = "%", [TW_DATE] = "@", [TW_TIME] = "@", [TW_DATETIME] = "@", [TW_TEXT] = "~",
    };
    return marks[type];
}

static bool is_right(enum tw_type type) {
    return tw_type_ops_of(type)->is_number;
}

static int64_t rows_shown(const tw_view *view, int64_t top, int height) {
    int64_t left = tw_view_rows(view) - top;
    return left < height ? (left < 0 ? 0 : left) : height;
}

/* A row that cannot be read (file cut short) shows as blank; the error is the session's to tell. */
static tw_str cell_text(painting *p, size_t column, int64_t row, enum tw_cell_state *state) {
    tw_buf_clear(&p->text);
    if (tw_dataset_shown(p->dataset, column, row, &p->text, state, NULL) != TW_OK) {
        *state = TW_MISSING;
        tw_buf_clear(&p->text);
    }
    return tw_buf_view(&p->text);
}

/* As the grid paints it: a control character takes a cell. */
static size_t painted_width(tw_str text) {
    size_t width = tw_text_width(text);
    for (size_t i = 0; i < text.n; i++)
        width += (unsigned char)text.p[i] < ' ' || text.p[i] == 127;
    return width;
}

static size_t widest_of(painting *p, size_t column, int64_t row, size_t widest) {
    enum tw_cell_state state;
    return TW_MAX(widest, painted_width(cell_text(p, column, row, &state)));
}

/* As wide as the name, the file's first rows and those in sight need: the first rows keep it steady while scrolling. */
static int automatic_width(painting *p, size_t column) {
    const tw_field *field = tw_dataset_field(p->dataset, column);
    size_t widest = tw_text_width(tw_str_c(field->name)) + 2, most = (size_t)p->widest;
    int64_t top = tw_view_top(p->view), n = rows_shown(p->view, top, p->area.height - 1);
    bool exact;
    int64_t head = TW_MIN(tw_dataset_rows(p->dataset, &exact), (int64_t)HEAD_ROWS);
    for (int64_t row = 0; row < head && widest < most; row++)
        widest = widest_of(p, column, row, widest);
    for (int64_t i = 0; i < n && widest < most; i++)
        widest = widest_of(p, column, tw_view_row(p->view, top + i), widest);
    return TW_MAX((int)TW_MIN(widest, most), (int)NARROWEST);
}

static int number_width(int64_t rows) {
    int digits = 1;
    for (; rows >= 10; rows /= 10)
        digits++;
    return digits + 1;
}

static bool add_column(painting *p, size_t k, int *x) {
    int room = p->area.x + p->area.width - *x;
    if (room < 1 || p->n == COLUMNS_MAX)
        return false;
    size_t column = tw_view_column(p->view, k);
    int width = tw_view_width(p->view, k);
    if (width == 0)
        width = automatic_width(p, column);
    p->columns[p->n++] = (shown_column){k, column, *x, TW_MIN(width, room), width > room};
    *x += width + 1;
    return true;
}

/* Frozen columns first, then those from `left` on, as far as there is room. */
static void choose_columns(painting *p, size_t left) {
    size_t frozen = tw_view_frozen(p->view), n = tw_view_columns(p->view);
    int x = p->area.x + p->numbers;
    p->n = 0;
    for (size_t k = 0; k < frozen && k < n; k++)
        if (!add_column(p, k, &x))
            return;
    for (size_t k = TW_MAX(left, frozen); k < n; k++)
        if (!add_column(p, k, &x))
            return;
}

static bool is_whole(const painting *p, size_t k) {
    for (size_t i = 0; i < p->n; i++)
        if (p->columns[i].k == k)
            return i + 1 < p->n || p->n == 1 || !p->columns[i].cut;
    return false;
}

/* As many columns before `left` as there is room for while column k stays whole. */
static size_t widen(painting *p, size_t left, size_t k) {
    while (left > 0 && is_whole(p, k)) {
        choose_columns(p, left - 1);
        if (!is_whole(p, k)) {
            choose_columns(p, left);
            break;
        }
        left--;
    }
    return left;
}

/* Scroll sideways until the cursor's column is in sight; room behind the last column shows columns before the first. */
static void keep_column_in_sight(painting *p) {
    size_t cursor = tw_view_cursor_column(p->view), left = tw_view_left(p->view), n = tw_view_columns(p->view);
    left = TW_MIN(left, cursor);
    choose_columns(p, left);
    if (left < cursor && !is_whole(p, cursor)) {
        choose_columns(p, cursor);
        left = widen(p, cursor, cursor);
    }
    left = n ? widen(p, left, n - 1) : 0;
    tw_view_set_window(p->view, tw_view_top(p->view), left);
}

static void keep_row_in_sight(painting *p) {
    int64_t top = tw_view_top(p->view);
    tw_go_window(tw_view_cursor_row(p->view), tw_view_rows(p->view), p->area.height - 1, &top);
    tw_view_set_window(p->view, top, tw_view_left(p->view));
}

static const char *sort_mark(const tw_view *view, const char *name) {
    for (size_t i = 0; i < tw_view_sort_keys(view); i++)
        if (strcmp(tw_view_sort_key(view, i)->column, name) == 0)
            return tw_view_sort_key(view, i)->descending ? "↓" : "↑";
    return "";
}

static void draw_header(painting *p) {
    tw_cellgrid_fill(p->grid, p->area.x, p->area.y, p->area.width, 1, TW_ROLE_HEADER);
    for (size_t i = 0; i < p->n; i++) {
        const shown_column *c = &p->columns[i];
        const tw_field *field = tw_dataset_field(p->dataset, c->column);
        bool current = p->focused && c->k == tw_view_cursor_column(p->view);
        enum tw_role_id role = current ? TW_ROLE_HEADER_CURRENT : TW_ROLE_HEADER;
        int mark = c->width > 3 ? 1 : 0;
        tw_buf_clear(&p->text);
        tw_buf_printf(&p->text, "%s%s", field->name, sort_mark(p->view, field->name));
        tw_cellgrid_text(p->grid, c->x, p->area.y, c->width - mark, tw_buf_view(&p->text), role, true);
        if (mark)
            tw_cellgrid_text(p->grid, c->x + c->width - 1, p->area.y, 1, tw_str_c(type_mark(field->type)),
                             current ? role : TW_ROLE_HEADER_TYPE, true);
    }
}

static enum tw_role_id finding_role(int letter) {
    return letter == 'e' ? TW_ROLE_FINDING_ERROR : letter == 's' ? TW_ROLE_FINDING_STYLE : TW_ROLE_FINDING_UNUSUAL;
}

static enum tw_role_id cell_role(const painting *p, const shown_column *c, int64_t view_row, int64_t row,
                                 enum tw_cell_state state) {
    static const enum tw_role_id by_state[] = {[TW_VALUE] = TW_ROLE_TEXT, [TW_MISSING] = TW_ROLE_NULL, [TW_UNREADABLE] = TW_ROLE_UNREADABLE};
    const tw_table *table = tw_dataset_table(p->dataset);
    if (tw_view_is_selected(p->view, view_row))
        return TW_ROLE_SELECTED;
    if (table && tw_table_has_marks(table, c->column) && tw_table_mark(table, c->column, row))
        return TW_ROLE_CHANGED;
    size_t number;
    int letter = tw_dataset_finding_at(p->dataset, c->column, row, &number);
    if (letter)
        return finding_role(letter);
    enum tw_type type = tw_dataset_field(p->dataset, c->column)->type;
    return state == TW_VALUE && is_right(type) ? TW_ROLE_NUMBER : by_state[state];
}

static void draw_cell(painting *p, const shown_column *c, int64_t view_row, int64_t row, int y) {
    enum tw_cell_state state = TW_VALUE;
    tw_str text = cell_text(p, c->column, row, &state);
    enum tw_role_id role = cell_role(p, c, view_row, row, state);
    if (view_row == tw_view_cursor_row(p->view) && c->k == tw_view_cursor_column(p->view))
        role = p->focused ? TW_ROLE_CURSOR : TW_ROLE_MATCH;
    if (state == TW_MISSING && text.n == 0)
        text = p->null_text;
    int indent = 0;
    if (is_right(tw_dataset_field(p->dataset, c->column)->type)) {
        size_t width = tw_text_width(text);
        indent = width < (size_t)c->width ? c->width - (int)width : 0;
    }
    tw_cellgrid_fill(p->grid, c->x, y, c->width, 1, role);
    tw_cellgrid_text(p->grid, c->x + indent, y, c->width - indent, text, role, false);
}

static void draw_number(painting *p, int64_t row, int64_t shown, int y, enum tw_role_id role) {
    char text[24];
    snprintf(text, sizeof text, "%s%lld", tw_dataset_counted(p->dataset, row) ? "" : "~", (long long)shown);
    tw_cellgrid_printf(p->grid, p->area.x, y, p->numbers - 1, role, "%*s", p->numbers - 1, text);
}

static void draw_rows(painting *p) {
    int64_t top = tw_view_top(p->view), n = rows_shown(p->view, top, p->area.height - 1);
    for (int64_t i = 0; i < n; i++) {
        int y = p->area.y + 1 + (int)i;
        int64_t row = tw_view_row(p->view, top + i);
        /* the number alone marks the cursor's row: a move then sends tens of bytes, not two lines */
        enum tw_role_id number = top + i == tw_view_cursor_row(p->view) ? TW_ROLE_ROW_CURRENT : TW_ROLE_ROW_NUMBER;
        if (p->numbers)
            draw_number(p, row, top + i + 1, y, number);
        for (size_t c = 0; c < p->n; c++)
            draw_cell(p, &p->columns[c], top + i, row, y);
    }
}

static void draw_nothing(tw_cellgrid *grid, tw_rect area) {
    tw_cellgrid_text(grid, area.x, area.y, area.width, TW_STR("No dataset is open."), TW_ROLE_STRONG, false);
    if (area.height > 1)
        tw_cellgrid_text(grid, area.x, area.y + 1, area.width, TW_STR(":open FILE opens one, ? shows the keys, q leaves."),
                         TW_ROLE_DIM, false);
}

static void draw(tw_pane *pane, tw_workbench *wb, tw_cellgrid *grid, tw_rect area, bool focused) {
    grid_pane *self = (grid_pane *)pane;
    tw_dataset *dataset = tw_session_dataset(tw_workbench_session(wb));
    pane->page = area.height - 1;
    if (!dataset) {
        draw_nothing(grid, area);
        return;
    }
    tw_session *session = tw_workbench_session(wb);
    painting p = {.dataset = dataset, .view = tw_dataset_view(dataset), .grid = grid, .area = area, .focused = focused, .columns = self->columns};
    p.widest = (int)tw_session_option_int(session, "max_width");
    p.null_text = tw_session_option(session, "null_text");
    if (p.null_text.n == 0)
        p.null_text = tw_workbench_ascii(wb) ? TW_STR("-") : TW_STR("∅");
    tw_buf_init_cut(&p.text, CELL_BYTES);
    p.numbers = area.width > 24 ? number_width(tw_view_rows(p.view)) : 0;
    p.numbers += p.numbers && !tw_dataset_counted(dataset, tw_view_rows(p.view) - 1); /* its ~ */
    keep_row_in_sight(&p);
    keep_column_in_sight(&p);
    draw_header(&p);
    draw_rows(&p);
    self->n = p.n;
    tw_buf_fini(&p.text);
}

static void go(tw_pane *pane, tw_workbench *wb, enum tw_go where) {
    tw_dataset *dataset = tw_session_dataset(tw_workbench_session(wb));
    if (!dataset)
        return;
    tw_view *view = tw_dataset_view(dataset);
    int64_t row = tw_view_cursor_row(view), top = tw_view_top(view);
    size_t column = tw_view_cursor_column(view), last = tw_view_columns(view) ? tw_view_columns(view) - 1 : 0;
    tw_go_cursor(where, tw_view_rows(view), pane->page, &row, &top);
    if (where == TW_GO_LEFT && column > 0)
        column--;
    if (where == TW_GO_RIGHT && column < last)
        column++;
    if (where == TW_GO_FIRST_COLUMN)
        column = 0;
    if (where == TW_GO_LAST_COLUMN)
        column = last;
    if (where == TW_GO_CENTER)
        top = TW_MAX(row - pane->page / 2, 0);
    tw_view_set_window(view, top, tw_view_left(view));
    tw_view_set_cursor(view, row, column);
}

static void click(tw_pane *pane, tw_workbench *wb, int x, int y) {
    grid_pane *self = (grid_pane *)pane;
    tw_dataset *dataset = tw_session_dataset(tw_workbench_session(wb));
    if (!dataset)
        return;
    tw_view *view = tw_dataset_view(dataset);
    size_t column = tw_view_cursor_column(view);
    for (size_t i = 0; i < self->n; i++)
        if (x >= self->columns[i].x)
            column = self->columns[i].k;
    int64_t row = y > 0 ? tw_view_top(view) + y - 1 : tw_view_cursor_row(view);
    tw_view_set_cursor(view, row, column);
}

/* Counts open the rows they stand for, any other row opens itself. */
static bool open(tw_pane *pane, tw_workbench *wb, tw_buf *line) {
    (void)pane;
    tw_session *session = tw_workbench_session(wb);
    const tw_command *behind = tw_session_command(session, TW_STR("behind"));
    if (!tw_session_dataset(session))
        return false;
    return tw_buf_c(line, behind && tw_command_available(session, behind, NULL) ? "behind" : "row");
}

static void pane_free(tw_pane *pane) {
    free(pane);
}

static const tw_pane_ops ops = {.context = "grid", .draw = draw, .go = go, .open = open, .click = click, .free = pane_free};

tw_pane *tw_grid_pane_new(void) {
    grid_pane *self = tw_calloc(1, sizeof *self);
    if (!self)
        return NULL;
    self->pane.ops = &ops;
    return &self->pane;
}
