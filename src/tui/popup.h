/* A list one line of which is chosen, filtered as one types: the palette, completions, what can follow a prefix key.
 *
 * Items borrow from the popup's arena. A popup draws itself over what is below. */
#ifndef TW_TUI_POPUP_H
#define TW_TUI_POPUP_H

#include "base/arena.h"
#include "base/grid.h"

typedef struct tw_popup_item {
    tw_str text;   /* shown and taken */
    tw_str hint;   /* to the right: help, a key */
    int score;     /* of the filter; < 0 = not shown */
} tw_popup_item;

typedef struct tw_popup {
    tw_arena arena;
    char title[48];
    tw_popup_item *items;
    size_t n, max;
    size_t *shown; /* items in the order shown */
    size_t n_shown, cursor, top;
    char filter[128];
} tw_popup;

void tw_popup_init(tw_popup *popup, const char *title);
void tw_popup_fini(tw_popup *popup);
bool tw_popup_add(tw_popup *popup, tw_str text, tw_str hint);
/* Narrow to items that hold the filter's characters in order; best matches first. */
void tw_popup_filter(tw_popup *popup, const char *filter);
void tw_popup_move(tw_popup *popup, int step);
/* The item under the cursor; NULL when none is shown. */
const tw_popup_item *tw_popup_current(const tw_popup *popup);
/* Over the area, at its bottom edge, at most 12 items. */
void tw_popup_draw(tw_popup *popup, tw_cellgrid *grid, int x, int bottom, int width, bool with_filter);

#endif
