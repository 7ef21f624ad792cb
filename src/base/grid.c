/* The cell grid. A cell holds what curses can put into one: a spacing character and its marks.
 *
 * Text from files is hostile: controls would steer the terminal and bidirectional overrides would
 * rearrange the row, so controls are shown as a dot and invisible format characters are left out.
 * Emoji sequences are cut to their first emoji and variation selectors dropped, since terminals
 * disagree on their width, and a row that is one cell off is worse than a plainer heart. */
#include "base/grid.h"

#include "base/unicode.h"

enum { ELLIPSIS = 0x2026, MIDDLE_DOT = 0xB7, DOTTED_CIRCLE = 0x25CC, ZWJ = 0x200D };

struct tw_cellgrid {
    int width, height;
    tw_glyph *cells;
};

typedef struct role_row {
    const char *name;
    char letter;
} role_row;

static const role_row roles[] = {
#define X(id, name, letter) [TW_ROLE_##id] = {name, letter},
    TW_ROLE_LIST(X)
#undef X
};

bool tw_cellgrid_resize(tw_cellgrid *grid, int width, int height) {
    size_t n;
    width = TW_MAX(width, 0);
    height = TW_MAX(height, 0);
    if (!tw_mul((size_t)width, (size_t)height, &n))
        return false;
    tw_glyph *cells = tw_realloc(grid->cells, n ? n : 1, sizeof *cells);
    if (!cells)
        return false;
    memset(cells, 0, n * sizeof *cells); /* no halves of wide characters are left */
    *grid = (tw_cellgrid){width, height, cells};
    tw_cellgrid_clear(grid, TW_ROLE_TEXT);
    return true;
}

tw_cellgrid *tw_cellgrid_new(int width, int height) {
    tw_cellgrid *grid = tw_calloc(1, sizeof *grid);
    if (grid && tw_cellgrid_resize(grid, width, height))
        return grid;
    free(grid);
    return NULL;
}

void tw_cellgrid_free(tw_cellgrid *grid) {
    if (grid)
        free(grid->cells);
    free(grid);
}

int tw_cellgrid_width(const tw_cellgrid *grid) {
    return grid->width;
}

int tw_cellgrid_height(const tw_cellgrid *grid) {
    return grid->height;
}

/* x and y lie inside. */
static tw_glyph *inner_cell(const tw_cellgrid *grid, int x, int y) {
    return &grid->cells[(size_t)y * (size_t)grid->width + (size_t)x];
}

static tw_glyph *cell_at(const tw_cellgrid *grid, int x, int y) {
    if (x < 0 || y < 0 || x >= grid->width || y >= grid->height)
        return NULL;
    return inner_cell(grid, x, y);
}

const tw_glyph *tw_cellgrid_at(const tw_cellgrid *grid, int x, int y) {
    return cell_at(grid, x, y);
}

static void blank(tw_glyph *cell, enum tw_role_id role) {
    *cell = (tw_glyph){.role = (uint8_t)role, .width = 1};
}

void tw_cellgrid_clear(tw_cellgrid *grid, enum tw_role_id role) {
    tw_cellgrid_fill(grid, 0, 0, grid->width, grid->height, role);
}

/* Halves of wide characters that a write to (x, y) would leave become blanks. */
static void break_wide(tw_cellgrid *grid, int x, int y) {
    tw_glyph *cell = cell_at(grid, x, y), *next = cell_at(grid, x + 1, y);
    if (!cell)
        return;
    tw_glyph *left = cell->width == 0 ? cell_at(grid, x - 1, y) : NULL;
    if (left)
        blank(left, (enum tw_role_id)left->role);
    if (cell->width == 2 && next)
        blank(next, (enum tw_role_id)next->role);
}

static void put_blank(tw_cellgrid *grid, int x, int y, enum tw_role_id role) {
    tw_glyph *cell = cell_at(grid, x, y);
    if (!cell)
        return;
    break_wide(grid, x, y);
    blank(cell, role);
}

/* A glyph of 1 or 2 cells; a wide one that only half fits into the grid is a blank. */
static void put_glyph(tw_cellgrid *grid, int x, int y, const tw_glyph *glyph,
                      enum tw_role_id role) {
    tw_glyph *cell = cell_at(grid, x, y), *next = cell_at(grid, x + 1, y);
    put_blank(grid, x, y, role);
    if (glyph->width == 2)
        put_blank(grid, x + 1, y, role);
    if (!cell || (glyph->width == 2 && !next))
        return;
    *cell = *glyph;
    cell->role = (uint8_t)role;
    if (glyph->width == 2)
        next->width = 0;
}

static tw_glyph glyph_of(int32_t c) {
    tw_glyph glyph = {.width = (uint8_t)tw_char_width(c)};
    if (c != ' ')
        tw_utf8_encode(c, glyph.text);
    return glyph;
}

static void add_mark(tw_glyph *glyph, int32_t c) {
    char bytes[4];
    size_t have = strlen(glyph->text), n = tw_utf8_encode(c, bytes);
    if (have + n < sizeof glyph->text)
        memcpy(glyph->text + have, bytes, n);
}

/* Marks behind the base character at *i, and what continues an emoji, which is left out. */
static void take_marks(tw_glyph *glyph, int32_t base, tw_str text, size_t *i) {
    bool emoji = tw_char_joins(ZWJ, base);
    for (int32_t previous = base; *i < text.n;) {
        size_t after = *i;
        int32_t c = tw_utf8_next(text, &after);
        bool joins = tw_char_joins(previous, c);
        if (c < 0x80 || tw_char_is_control(c) || (!joins && tw_char_width(c) > 0))
            return;
        if (!joins && !tw_char_is_invisible(c) && !(emoji && c == ZWJ))
            add_mark(glyph, c);
        *i = after;
        previous = c;
    }
}

/* The next cell's worth of text; false when nothing visible is left. */
static bool next_glyph(tw_str text, size_t *i, tw_glyph *glyph) {
    while (*i < text.n) {
        int32_t c = tw_utf8_next(text, i);
        if (tw_char_is_invisible(c))
            continue;
        bool lone_mark = !tw_char_is_control(c) && tw_char_width(c) == 0;
        *glyph = glyph_of(tw_char_is_control(c) ? MIDDLE_DOT : lone_mark ? DOTTED_CIRCLE : c);
        if (lone_mark)
            add_mark(glyph, c);
        take_marks(glyph, c, text, i);
        return true;
    }
    return false;
}

static bool fits(tw_str text, int cells) {
    tw_glyph glyph;
    int used = 0;
    for (size_t i = 0; next_glyph(text, &i, &glyph);) {
        used += glyph.width;
        if (used > cells)
            return false;
    }
    return true;
}

int tw_cellgrid_text(tw_cellgrid *grid, int x, int y, int cells, tw_str text, enum tw_role_id role,
                     bool fill) {
    tw_glyph glyph;
    int used = 0;
    if (y < 0 || y >= grid->height || x >= grid->width || cells <= 0)
        return 0;
    if (cells > grid->width - TW_MAX(x, 0) && x >= 0)
        cells = grid->width - x;
    bool whole = fits(text, cells);
    int room = whole ? cells : cells - 1;
    for (size_t i = 0; next_glyph(text, &i, &glyph) && used + glyph.width <= room;
         used += glyph.width)
        put_glyph(grid, x + used, y, &glyph, role);
    if (!whole) {
        glyph = glyph_of(ELLIPSIS);
        put_glyph(grid, x + used++, y, &glyph, role);
    }
    for (int at = used; fill && at < cells; at++)
        put_blank(grid, x + at, y, role);
    return used;
}

int tw_cellgrid_printf(tw_cellgrid *grid, int x, int y, int cells, enum tw_role_id role,
                       const char *fmt, ...) {
    tw_buf text;
    va_list args;
    tw_buf_init(&text, (size_t)1 << 20);
    va_start(args, fmt);
    tw_buf_vprintf(&text, fmt, args);
    va_end(args);
    int used = tw_cellgrid_text(grid, x, y, cells, tw_buf_view(&text), role, false);
    tw_buf_fini(&text);
    return used;
}

/* Clip [from, from + length) to [0, limit). */
static void clip(int from, int length, int limit, int *first, int *end) {
    int64_t stop = (int64_t)from + TW_MAX(length, 0);
    *first = TW_MAX(from, 0);
    *end = (int)TW_MIN(stop, (int64_t)limit);
}

void tw_cellgrid_fill(tw_cellgrid *grid, int x, int y, int width, int height,
                      enum tw_role_id role) {
    int left, right, top, bottom;
    clip(x, width, grid->width, &left, &right);
    clip(y, height, grid->height, &top, &bottom);
    for (int row = top; row < bottom && left < right; row++) {
        break_wide(grid, left, row);
        break_wide(grid, right - 1, row);
        for (int column = left; column < right; column++)
            blank(inner_cell(grid, column, row), role);
    }
}

void tw_cellgrid_role(tw_cellgrid *grid, int x, int y, int width, enum tw_role_id role) {
    int left, right;
    clip(x, width, grid->width, &left, &right);
    for (int column = left; y >= 0 && y < grid->height && column < right; column++)
        inner_cell(grid, column, y)->role = (uint8_t)role;
}

static void put_char(tw_cellgrid *grid, int x, int y, int32_t c, enum tw_role_id role) {
    tw_glyph glyph = glyph_of(c);
    put_glyph(grid, x, y, &glyph, role);
}

void tw_cellgrid_box(tw_cellgrid *grid, int x, int y, int width, int height, tw_str title,
                     enum tw_role_id role) {
    enum { ACROSS = 0x2500, DOWN = 0x2502, TOP_LEFT = 0x250C, TOP_RIGHT = 0x2510 };
    enum { BOTTOM_LEFT = 0x2514, BOTTOM_RIGHT = 0x2518 };
    if (width < 2 || height < 2)
        return;
    int right = x + width - 1, bottom = y + height - 1;
    for (int at = TW_MAX(x, 0); at < right && at < grid->width; at++) {
        put_char(grid, at, y, ACROSS, role);
        put_char(grid, at, bottom, ACROSS, role);
    }
    for (int at = TW_MAX(y, 0); at < bottom && at < grid->height; at++) {
        put_char(grid, x, at, DOWN, role);
        put_char(grid, right, at, DOWN, role);
    }
    put_char(grid, x, y, TOP_LEFT, role);
    put_char(grid, right, y, TOP_RIGHT, role);
    put_char(grid, x, bottom, BOTTOM_LEFT, role);
    put_char(grid, right, bottom, BOTTOM_RIGHT, role);
    if (title.n && width >= 6) {
        int used = tw_cellgrid_text(grid, x + 2, y, width - 5, title, role, false);
        put_blank(grid, x + 1, y, role);
        put_blank(grid, x + 2 + used, y, role);
    }
}

const char *tw_role_name(enum tw_role_id role) {
    return roles[role].name;
}

bool tw_role_find(tw_str name, enum tw_role_id *out) {
    for (size_t i = 0; i < TW_COUNT(roles); i++)
        if (tw_str_eq_c(name, roles[i].name)) {
            *out = (enum tw_role_id)i;
            return true;
        }
    return false;
}

static void dump_row(const tw_cellgrid *grid, int y, bool styles, tw_buf *out) {
    size_t end = out->n; /* behind the last cell that shows something */
    for (int x = 0; x < grid->width; x++) {
        const tw_glyph *cell = cell_at(grid, x, y);
        if (styles)
            tw_buf_char(out, roles[cell->role].letter);
        else if (cell->text[0])
            tw_buf_c(out, cell->text);
        else if (cell->width)
            tw_buf_char(out, ' ');
        if (styles || cell->text[0])
            end = out->n;
    }
    if (out->failed)
        return;
    out->n = end;
    tw_buf_char(out, '\n');
}

bool tw_cellgrid_dump(const tw_cellgrid *grid, bool styles, tw_buf *out) {
    for (int y = 0; y < grid->height; y++)
        dump_row(grid, y, styles, out);
    return !out->failed;
}
