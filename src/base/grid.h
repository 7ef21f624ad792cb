/* The cell grid: what a screen shows, before any terminal. Text with a role per cell, no colours.
 *
 * Views paint into it, the TUI's painter blits it with ncurses, tests and --headless dump it. The
 * grid owns its cells. One thread at a time. Wide characters take two cells, the second marked as
 * continuation. Writes beyond the edges are clipped, never an error. */
#ifndef TW_BASE_GRID_H
#define TW_BASE_GRID_H

#include "base/buf.h"

/* Roles are rows of one list: number, name in themes, one letter in `screen --styles`. */
/* clang-format off */
#define TW_ROLE_LIST(X)                                                                                                 \
    X(TEXT, "text", '.') X(TITLE, "bar.title", 'T') X(STATUS, "bar.status", 'S') X(HINT, "bar.hint", 'H')               \
    X(HINT_KEY, "bar.hint.key", 'K') X(MESSAGE, "message", 'M') X(MESSAGE_ERROR, "message.error", 'E')                  \
    X(HEADER, "grid.header", 'h') X(HEADER_CURRENT, "grid.header.current", 'c') X(HEADER_TYPE, "grid.header.type", 't') \
    X(CURSOR, "cell.cursor", '#') X(ROW_CURRENT, "row.current", '-') X(SELECTED, "row.selected", '+')                   \
    X(NUMBER, "cell.number", '0') X(NULL, "cell.null", '_') X(UNREADABLE, "cell.unreadable", '?')                       \
    X(CHANGED, "cell.changed", '*') X(FINDING_ERROR, "cell.finding.error", '!')                                         \
    X(FINDING_STYLE, "cell.finding.style", '~') X(FINDING_UNUSUAL, "cell.finding.unusual", '^')                         \
    X(ROW_NUMBER, "row.number", 'n') X(BORDER, "border", '|') X(POPUP, "popup", 'p')                                    \
    X(POPUP_CURRENT, "popup.current", 'P') X(PROMPT, "prompt", ':') X(MATCH, "match", 'm') X(CHART, "chart", 'g')       \
    X(CHART_OTHER, "chart.other", 'G') X(AXIS, "chart.axis", 'a') X(GOOD, "score.good", 'y') X(BAD, "score.bad", 'x')   \
    X(DIM, "dim", 'd') X(STRONG, "strong", 'b')
/* clang-format on */

enum tw_role_id {
#define X(id, name, letter) TW_ROLE_##id,
    TW_ROLE_LIST(X)
#undef X
        TW_ROLE_COUNT
};

typedef struct tw_glyph {
    char text[24]; /* one grapheme cluster, UTF-8, terminated; "" = blank or continuation */
    uint8_t role;  /* enum tw_role_id */
    uint8_t width; /* 1 or 2; 0 = continuation of the cell to the left */
} tw_glyph;

typedef struct tw_cellgrid tw_cellgrid;
TW_NODISCARD tw_cellgrid *tw_cellgrid_new(int width, int height);
void tw_cellgrid_free(tw_cellgrid *grid);
bool tw_cellgrid_resize(tw_cellgrid *grid, int width, int height); /* clears */
int tw_cellgrid_width(const tw_cellgrid *grid);
int tw_cellgrid_height(const tw_cellgrid *grid);
const tw_glyph *tw_cellgrid_at(const tw_cellgrid *grid, int x, int y); /* NULL outside */
void tw_cellgrid_clear(tw_cellgrid *grid, enum tw_role_id role);
/* Text at (x, y) in at most `cells` columns, rest filled with blanks of the role when fill; control
 * characters are shown as U+00B7, a cut text ends in U+2026. Returns the cells used. */
int tw_cellgrid_text(tw_cellgrid *grid, int x, int y, int cells, tw_str text, enum tw_role_id role,
                     bool fill);
int tw_cellgrid_printf(tw_cellgrid *grid, int x, int y, int cells, enum tw_role_id role,
                       const char *fmt, ...) TW_PRINTF(6, 7);
void tw_cellgrid_fill(tw_cellgrid *grid, int x, int y, int width, int height, enum tw_role_id role);
/* Keep the text, change the role. */
void tw_cellgrid_role(tw_cellgrid *grid, int x, int y, int width, enum tw_role_id role);
void tw_cellgrid_box(tw_cellgrid *grid, int x, int y, int width, int height, tw_str title,
                     enum tw_role_id role);
const char *tw_role_name(enum tw_role_id role);
bool tw_role_find(tw_str name, enum tw_role_id *out);
/* The grid as lines of text (trailing blanks cut), or with styles as lines of role letters. */
bool tw_cellgrid_dump(const tw_cellgrid *grid, bool styles, tw_buf *out);

#endif
