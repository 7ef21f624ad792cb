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
    X(LAST_COLUMN, "last-column") X(CENTER, "center")
enum tw_go {
#define X(id, word) TW_GO_##id,
    TW_GO_LIST(X)
#undef X
};

typedef struct tw_rect {
    int x, y, width, height;
} tw_rect;

typedef struct tw_pane_ops {
    const char *context; /* of key maps: "grid", "document", "findings", "plot" */
    void (*draw)(tw_pane *pane, tw_workbench *wb, tw_cellgrid *grid, tw_rect area, bool focused);
    void (*go)(tw_pane *pane, tw_workbench *wb, enum tw_go where);
    /* What Enter does: a command line to run, or false when there is nothing to open. May be NULL. */
    bool (*open)(tw_pane *pane, tw_workbench *wb, tw_buf *line);
    void (*free)(tw_pane *pane);
} tw_pane_ops;

struct tw_pane {
    const tw_pane_ops *ops;
    char title[96];
    int page; /* rows of content at the last draw */
};

/* The dataset's rows and columns. Never freed while the workbench lives. */
tw_pane *tw_grid_pane_new(void);
/* Any document as text; `view` is the command's and the title. Takes the document over. */
tw_pane *tw_document_pane_new(const char *view, tw_doc *doc);
/* Findings, most important first; takes the document over. */
tw_pane *tw_findings_pane_new(tw_doc *doc);
/* A chart; takes it over. */
struct tw_chart;
tw_pane *tw_plot_pane_new(const char *line, struct tw_chart *chart);

/* Move a cursor over n rows with `page` of them visible; keeps 0 <= *cursor < n. */
void tw_go_cursor(enum tw_go where, int64_t n, int page, int64_t *cursor);
/* First visible row so that the cursor is among `page` rows from *top. */
void tw_go_window(int64_t cursor, int64_t n, int page, int64_t *top);

#endif
