/* A pane: something shown that knows how to draw itself on the cell grid and how to move in it.
 *
 * Each kind is one file with one ops struct. Keys are not handled here: the key map turns them into command lines, and
 * the few verbs that move a cursor or open what it stands on arrive through `go` and `open`. The workbench owns panes. */
#ifndef TW_TUI_PANE_H
#define TW_TUI_PANE_H

#include "app/session.h"
#include "base/grid.h"

typedef struct tw_workbench tw_workbench;
typedef struct tw_pane tw_pane;

/* What `go` takes, as words of the command. */
#define TW_GO_LIST(X)                                                                                                  \
    X(UP, "up") X(DOWN, "down") X(LEFT, "left") X(RIGHT, "right") X(PAGE_UP, "page-up") X(PAGE_DOWN, "page-down")       \
    X(HALF_UP, "half-up") X(HALF_DOWN, "half-down") X(TOP, "top") X(BOTTOM, "bottom") X(FIRST_COLUMN, "first-column")   \
    X(LAST_COLUMN, "last-column") X(CENTER, "center") X(WHEEL_UP, "wheel-up") X(WHEEL_DOWN, "wheel-down")
enum tw_go {
#define X(id, word) TW_GO_##id,
    TW_GO_LIST(X)
#undef X
};

typedef struct tw_rect {
    int x, y, width, height;
} tw_rect;

struct tw_regex;
typedef struct tw_pane_ops {
    const char *context; /* of key maps: "grid", "document", "findings", "plot" */
    void (*draw)(tw_pane *pane, tw_workbench *wb, tw_cellgrid *grid, tw_rect area, bool focused);
    void (*go)(tw_pane *pane, tw_workbench *wb, enum tw_go where);
    /* What Enter does: a command line to run, or false when there is nothing to open. May be NULL. */
    bool (*open)(tw_pane *pane, tw_workbench *wb, tw_buf *line);
    /* What the cursor stands on, for {item} in key maps. May be NULL. */
    void (*item)(const tw_pane *pane, tw_buf *out);
    /* Cursor to the next line (or, back, the one before) that matches, once around; false = none does. May be NULL. */
    bool (*find)(tw_pane *pane, const struct tw_regex *regex, bool back);
    /* Cursor to a cell of the area drawn last. May be NULL. */
    void (*click)(tw_pane *pane, tw_workbench *wb, int x, int y);
    void (*free)(tw_pane *pane);
} tw_pane_ops;

struct tw_pane {
    const tw_pane_ops *ops;
    char title[96];
    int page;   /* rows of content at the last draw */
    int wanted; /* width at which nothing is cut; 0 = any */
    const char *live; /* command whose result it shows and which is run again when that changes; NULL = none */
};

/* The dataset's rows and columns. Never freed while the workbench lives. */
tw_pane *tw_grid_pane_new(void);
/* Any document as text; `view` is the command's. Takes the document over. */
tw_pane *tw_document_pane_new(const char *view, const char *title, tw_doc *doc);
/* A table whose rows can be opened: Enter runs "COMMAND CELL" with the cell of `column` of the row. Takes the table over. */
tw_pane *tw_table_pane_new(const char *title, const char *command, size_t column, tw_doc *table);
/* A newer document in the place of an older one, scrolled as that was; both of the two kinds above. */
void tw_document_pane_succeed(tw_pane *newer, const tw_pane *older);
/* Findings, most important first; takes the document over. */
tw_pane *tw_findings_pane_new(tw_doc *doc);
/* A chart; takes it over. */
struct tw_chart;
tw_pane *tw_plot_pane_new(const char *line, struct tw_chart *chart);

/* Files opened lately and files of the current directory, to choose from; state_dir may be NULL. */
tw_pane *tw_files_pane_new(const char *state_dir);
/* Put a file at the front of those opened lately; quietly nothing without state_dir. */
void tw_files_remember(const char *state_dir, const char *path);

/* A command line as title, without its colon. */
void tw_pane_set_title(tw_pane *pane, const char *line);
/* Move a cursor over n rows with `page` of them visible, the first of them *top; keeps 0 <= *cursor < n. Pages turn both,
 * the wheel turns the window and takes the cursor along only at its edge. */
void tw_go_cursor(enum tw_go where, int64_t n, int page, int64_t *cursor, int64_t *top);
/* First visible row so that the cursor is among `page` rows from *top. */
void tw_go_window(int64_t cursor, int64_t n, int page, int64_t *top);

#endif
