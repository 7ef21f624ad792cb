/* The screen shared out: title, grid and pane, a line for messages and prompts, hints; popups over them.
 *
 * Small screens drop the hints first, then the title, then the message line, so that a cell is left at 1x1. */
#include "tui/workbench_impl.h"

#include "app/words.h"
#include "base/number.h"
#include "base/unicode.h"

enum { GRID_LEAST = 40, PLACE_LEAST = 60 };

/* " patients [+]  120 of 5,018 rows × 20 columns  2 selected" */
static int draw_size(tw_workbench *wb, tw_dataset *d, int y, int width, char shown[TW_NUMBER_MAX]) {
    bool exact = true;
    char rows[TW_NUMBER_MAX], selected[TW_NUMBER_MAX];
    const tw_view *v = tw_dataset_view(d);
    int64_t all = tw_dataset_rows(d, &exact);
    tw_format_grouped(rows, all);
    tw_format_grouped(shown, tw_view_rows(v));
    tw_format_grouped(selected, tw_view_selected(v));
    bool narrowed = exact && tw_view_rows(v) != all;
    int x = tw_cellgrid_printf(wb->grid, 0, y, width, TW_ROLE_TITLE, " %s%s  %s%s%s%s row%s × %zu column%s", tw_dataset_name(d),
                               tw_dataset_modified(d) ? " [+]" : "", narrowed ? shown : "", narrowed ? " of " : "", exact ? "" : "~", rows,
                               all == 1 ? "" : "s", tw_view_columns(v), tw_view_columns(v) == 1 ? "" : "s");
    size_t hidden = tw_dataset_width(d) - tw_view_columns(v);
    if (hidden && x < width)
        x += tw_cellgrid_printf(wb->grid, x, y, width - x, TW_ROLE_TITLE, " (%zu hidden)", hidden);
    if (tw_view_selected(v) && x < width)
        x += tw_cellgrid_printf(wb->grid, x, y, width - x, TW_ROLE_TITLE, "  %s selected", selected);
    if (tw_dataset_growing(d) && x < width)
        x += tw_cellgrid_printf(wb->grid, x, y, width - x, TW_ROLE_TITLE, "  still reading");
    if (!narrowed)
        memcpy(shown, rows, TW_NUMBER_MAX);
    return x;
}

static void draw_title(tw_workbench *wb, int y, int width) {
    tw_dataset *d = tw_session_dataset(wb->session);
    tw_cellgrid_fill(wb->grid, 0, y, width, 1, TW_ROLE_TITLE);
    if (!d) {
        tw_cellgrid_text(wb->grid, 0, y, width, TW_STR(" trowel"), TW_ROLE_TITLE, true);
        return;
    }
    char shown[TW_NUMBER_MAX], place[TW_NUMBER_MAX + 40];
    const tw_view *v = tw_dataset_view(d);
    int x = draw_size(wb, d, y, width, shown);
    int n = snprintf(place, sizeof place, " %s/%s ", tw_grouped(tw_view_cursor_row(v) + (tw_view_rows(v) > 0)).text, shown);
    int room = width >= PLACE_LEAST && x + n < width ? width - n : width; /* of long filters the end may be cut, not the place */
    for (size_t i = 0; i < tw_view_filters(v) && x + 4 < room; i++)
        x += tw_cellgrid_printf(wb->grid, x, y, room - x, TW_ROLE_TITLE, "%s%s", i ? " and " : "  where ", tw_view_filter(v, i));
    for (size_t i = 0; i < tw_view_sort_keys(v) && x + 4 < room; i++)
        x += tw_cellgrid_printf(wb->grid, x, y, room - x, TW_ROLE_TITLE, "%s%s%s", i ? "," : "  sorted by ",
                                tw_view_sort_key(v, i)->descending ? "-" : "", tw_view_sort_key(v, i)->column);
    if (x + n <= width)
        tw_cellgrid_text(wb->grid, width - n, y, n, tw_str_c(place), TW_ROLE_TITLE, false);
}

static int draw_jobs(tw_workbench *wb, int y, int width) {
    tw_job_info job;
    size_t n = tw_session_jobs(wb->session);
    if (wb->headless || n == 0 || !tw_session_job(wb->session, n - 1, &job)) /* frozen in scripts: timing is not repeatable */
        return 0;
    char text[160];
    int used = job.total ? snprintf(text, sizeof text, " %s %d%% (Ctrl-C stops) ", job.what ? job.what : job.line, (int)(100 * job.done / job.total))
                         : snprintf(text, sizeof text, " %s… (Ctrl-C stops) ", job.what ? job.what : job.line);
    used = TW_MIN(used, width);
    tw_cellgrid_text(wb->grid, width - used, y, used, tw_str_c(text), TW_ROLE_STATUS, false);
    return used;
}

/* The finding that marks the cell under the cursor. */
static bool finding_here(const tw_workbench *wb, size_t *number) {
    const tw_dataset *d = tw_session_dataset(wb->session);
    const tw_view *v = d ? tw_dataset_view(d) : NULL;
    if (!v || wb->pane_focused || tw_view_rows(v) == 0 || tw_view_columns(v) == 0)
        return false;
    size_t column = tw_view_column(v, tw_view_cursor_column(v));
    return tw_dataset_finding_at(d, column, tw_view_row(v, tw_view_cursor_row(v)), number);
}

/* Why the cell under the cursor is marked. */
static void draw_reason(tw_workbench *wb, int y, int width) {
    size_t number = 0;
    if (!finding_here(wb, &number))
        return;
    const char *message = tw_dataset_finding_message(tw_session_dataset(wb->session), number);
    tw_cellgrid_printf(wb->grid, 0, y, width, TW_ROLE_DIM, "%zu: %s", number + 1, message ? message : "");
}

/* What does not fit into the line covers rows above it, as many as it needs and there are. */
static void draw_said(tw_workbench *wb, int y, int width) {
    tw_str text = tw_str_c(wb->message);
    int whole = tw_cellgrid_width(wb->grid);
    int lines = 1 + (int)(tw_text_width(text) / (size_t)TW_MAX(whole, 1));
    if ((int)tw_text_width(text) <= width || y < 2)
        lines = 1;
    lines = TW_MIN(lines, y);
    for (int above = lines - 1; above > 0; above--) {
        size_t used, cut = tw_text_fit(text, (size_t)whole, &used);
        tw_cellgrid_text(wb->grid, 0, y - above, whole, tw_str_sub(text, 0, cut), wb->message_role, true);
        text = tw_str_sub(text, cut, text.n);
    }
    tw_cellgrid_text(wb->grid, 0, y, width, text, wb->message_role, true);
}

static void draw_message(tw_workbench *wb, int y, int width) {
    wb->cursor_x = -1;
    if (wb->mode == TW_MODE_PROMPT) {
        tw_prompt_draw(wb->prompt, wb->grid, 0, y, width, &wb->cursor_x);
        wb->cursor_y = y;
        return;
    }
    int room = width - draw_jobs(wb, y, width);
    if (wb->mode == TW_MODE_QUESTION)
        tw_cellgrid_text(wb->grid, 0, y, room, tw_str_c(wb->question.text), TW_ROLE_STRONG, true);
    else if (wb->message[0])
        draw_said(wb, y, room);
    else
        draw_reason(wb, y, room);
}

/* Only what would do something here and now is offered. */
static bool is_offered(const tw_workbench *wb, const tw_hint *hint) {
    tw_str name, rest;
    tw_line_split(tw_str_c(hint->line), &name, &rest);
    const tw_command *c = tw_session_command(wb->session, name);
    bool opens = !tw_str_eq_c(name, "open-it") || tw_workbench_focus(wb)->ops->open;
    size_t number;
    if ((tw_str_eq_c(name, "accept") || tw_str_eq_c(name, "silence")) && !rest.n && !finding_here(wb, &number))
        return false;
    bool here = !hint->context || strcmp(hint->context, tw_workbench_focus(wb)->ops->context) == 0;
    bool data = !hint->needs_data || tw_session_dataset(wb->session);
    return c && opens && here && data && tw_command_available(wb->session, c, NULL);
}

static const char *keys_in_mode(enum tw_mode mode) {
    static const char *const texts[] = {
        [TW_MODE_KEYS] = "", [TW_MODE_PROMPT] = "<Enter> run  <Tab> complete  <Up> earlier  <Esc> leave",
        [TW_MODE_PALETTE] = "<Enter> take  <Up> <Down> choose  <Esc> leave", [TW_MODE_QUESTION] = "y yes  n no",
    };
    return texts[mode];
}

static void draw_hints(tw_workbench *wb, int y, int width) {
    if (wb->mode != TW_MODE_KEYS) {
        tw_cellgrid_text(wb->grid, 0, y, width, tw_str_c(keys_in_mode(wb->mode)), TW_ROLE_HINT, false);
        return;
    }
    if (wb->pending[0]) {
        tw_cellgrid_printf(wb->grid, 0, y, width, TW_ROLE_HINT_KEY, "%s…", wb->pending);
        return;
    }
    int x = 0;
    for (size_t i = 0; i < tw_hints_count; i++) {
        const char *keys = tw_session_keys_of(wb->session, tw_workbench_focus(wb)->ops->context, tw_hints[i].line);
        if (!keys || x + (int)strlen(keys) + (int)strlen(tw_hints[i].word) + 3 > width || !is_offered(wb, &tw_hints[i]))
            continue;
        x += tw_cellgrid_text(wb->grid, x, y, width - x, tw_str_c(keys), TW_ROLE_HINT_KEY, false) + 1;
        x += tw_cellgrid_text(wb->grid, x, y, width - x, tw_str_c(tw_hints[i].word), TW_ROLE_HINT, false) + 2;
    }
}

/* True: the pane on top can show all it has while the grid keeps a part worth seeing. */
static bool fits_beside(const tw_workbench *wb, int width) {
    return wb->panes[wb->n_panes - 1]->wanted <= width - GRID_LEAST - 1;
}

static int pane_width(const tw_workbench *wb, int width) {
    int half = width / 2;
    return fits_beside(wb, width) ? TW_MAX(half, wb->panes[wb->n_panes - 1]->wanted) : half;
}

/* What needs the whole width has it for as long as one reads there. */
static bool stands_alone(const tw_workbench *wb, int width) {
    return wb->pane_focused && !fits_beside(wb, width);
}

/* Wide screens: the pane stands to the right; tall ones: below; small ones, and panes as wide as the screen: alone. */
static void share_out(tw_workbench *wb, tw_rect body, tw_rect *grid, tw_rect *pane) {
    *grid = body;
    *pane = (tw_rect){0};
    if (wb->n_panes < 2 || (wb->zoomed && !wb->pane_focused))
        return;
    if (wb->zoomed || (body.width >= 110 && stands_alone(wb, body.width))) {
        grid->height = 0;
        *pane = body;
    } else if (body.width >= 110) {
        int width = pane_width(wb, body.width);
        grid->width = body.width - width - 1;
        *pane = (tw_rect){body.x + grid->width + 1, body.y, width, body.height};
    } else if (body.height >= 16) {
        grid->height = body.height * 2 / 5;
        *pane = (tw_rect){body.x, body.y + grid->height, body.width, body.height - grid->height};
    } else if (wb->pane_focused) {
        grid->height = 0;
        *pane = body;
    }
}

static void draw_pane(tw_workbench *wb, tw_rect area, bool beside) {
    tw_pane *pane = wb->panes[wb->n_panes - 1];
    if (beside)
        for (int y = 0; y < area.height; y++)
            tw_cellgrid_text(wb->grid, area.x - 1, area.y + y, 1, TW_STR("│"), TW_ROLE_BORDER, false);
    if (area.height > 3) {
        enum tw_role_id role = wb->pane_focused ? TW_ROLE_HEADER_CURRENT : TW_ROLE_HEADER;
        tw_cellgrid_printf(wb->grid, area.x, area.y, area.width, role, " %s", pane->title);
        area.y++;
        area.height--;
    }
    wb->pane_area = area;
    pane->ops->draw(pane, wb, wb->grid, area, wb->pane_focused);
}

static void draw_body(tw_workbench *wb, tw_rect body) {
    tw_rect grid, pane;
    share_out(wb, body, &grid, &pane);
    wb->grid_area = grid;
    wb->pane_area = pane;
    if (grid.height > 0)
        wb->panes[0]->ops->draw(wb->panes[0], wb, wb->grid, grid, !wb->pane_focused);
    if (pane.height > 0)
        draw_pane(wb, pane, pane.x > body.x);
}

/* A question with a document (what a save would do) shows it above the line that asks. */
static void draw_question(tw_workbench *wb, int bottom, int width) {
    if (!wb->question.doc || bottom < 3)
        return;
    tw_pane *pane = tw_document_pane_new("save", "save", tw_doc_copy(wb->question.doc));
    if (!pane)
        return;
    int lines = tw_doc_kind(wb->question.doc) == TW_DOC_MAP ? (int)tw_doc_count(wb->question.doc) : 10;
    int height = TW_MIN(bottom, TW_MIN(lines, 10));
    tw_cellgrid_fill(wb->grid, 0, bottom - height, width, height, TW_ROLE_POPUP);
    pane->ops->draw(pane, wb, wb->grid, (tw_rect){1, bottom - height, TW_MAX(width - 2, 1), height}, false);
    for (int y = bottom - height; y < bottom; y++)
        tw_cellgrid_role(wb->grid, 0, y, width, TW_ROLE_POPUP);
    pane->ops->free(pane);
}

tw_cellgrid *tw_workbench_paint(tw_workbench *wb) {
    int width = tw_cellgrid_width(wb->grid), height = tw_cellgrid_height(wb->grid);
    tw_cellgrid_clear(wb->grid, TW_ROLE_TEXT);
    bool wanted = tw_str_eq_c(tw_session_option(wb->session, "hints"), "true");
    int title = height >= 4, message = height >= 2, hints = height >= 6 && wanted;
    tw_rect body = {0, title, width, height - title - message - hints};
    if (title)
        draw_title(wb, 0, width);
    draw_body(wb, body);
    if (message)
        draw_message(wb, height - hints - 1, width);
    if (hints)
        draw_hints(wb, height - 1, width);
    int above = height - hints - message - 1;
    if (wb->headless && wb->pending[0] && !wb->following) /* no clock in scripts: shown at once */
        tw_workbench_list_following(wb);
    if (wb->mode == TW_MODE_PALETTE)
        tw_popup_draw(&wb->popup, wb->grid, 0, above, width, true);
    else if (wb->mode == TW_MODE_KEYS && wb->following)
        tw_popup_draw(&wb->popup, wb->grid, 0, above, width, false);
    else if (wb->completing && wb->popup.n_shown > 1)
        tw_popup_draw(&wb->popup, wb->grid, 0, above, width, false);
    else if (wb->mode == TW_MODE_QUESTION)
        draw_question(wb, above + 1, width);
    return wb->grid;
}

bool tw_workbench_cursor(const tw_workbench *wb, int *x, int *y) {
    *x = wb->cursor_x;
    *y = wb->cursor_y;
    return wb->cursor_x >= 0;
}
