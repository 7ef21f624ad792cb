/* Fuzzy choice: characters in order, rewarded at word starts and in runs, shorter texts first among equals. */
#include "tui/popup.h"

#include <ctype.h>
#include <strings.h>

#include "base/unicode.h"

enum { MOST_ROWS = 12 };

typedef struct strip {
    int x, y, width;
} strip;

void tw_popup_init(tw_popup *popup, const char *title) {
    *popup = (tw_popup){0};
    tw_arena_init(&popup->arena);
    snprintf(popup->title, sizeof popup->title, "%s", title);
}

void tw_popup_fini(tw_popup *popup) {
    tw_arena_fini(&popup->arena);
    free(popup->items);
    free(popup->shown);
    *popup = (tw_popup){0};
}

bool tw_popup_add(tw_popup *popup, tw_str text, tw_str hint) {
    if (popup->n == popup->max) {
        size_t wanted = popup->max ? 2 * popup->max : 32;
        tw_popup_item *items = tw_realloc(popup->items, wanted, sizeof *items);
        size_t *shown = items ? tw_realloc(popup->shown, wanted, sizeof *shown) : NULL;
        if (items)
            popup->items = items;
        if (!shown)
            return false;
        popup->shown = shown;
        popup->max = wanted;
    }
    tw_popup_item *item = &popup->items[popup->n];
    item->text = tw_arena_str(&popup->arena, text);
    item->hint = tw_arena_str(&popup->arena, hint.p ? hint : TW_STR(""));
    item->score = 0;
    if (!item->text.p || !item->hint.p)
        return false;
    popup->shown[popup->n_shown++] = popup->n++;
    return true;
}

static bool starts_word(tw_str text, size_t i) {
    return i == 0 || !isalnum((unsigned char)text.p[i - 1]);
}

/* -1 = the characters do not occur in order. */
static int score_of(tw_str text, const char *filter) {
    int score = 0;
    size_t at = 0, last = SIZE_MAX;
    for (const char *f = filter; *f; f++) {
        while (at < text.n && tolower((unsigned char)text.p[at]) != tolower((unsigned char)*f))
            at++;
        if (at == text.n)
            return -1;
        score += 1 + (starts_word(text, at) ? 8 : 0) + (last != SIZE_MAX && at == last + 1 ? 5 : 0) + (at == 0 ? 6 : 0);
        last = at++;
    }
    return score;
}

/* Hints are sentences: letters strewn over them are no match, a piece of three letters is, and their last word. */
static bool holds(tw_str hint, const char *filter) {
    size_t n = strlen(filter);
    if (n && hint.n > n && hint.p[hint.n - n - 1] == ' ' && memcmp(hint.p + hint.n - n, filter, n) == 0)
        return true;
    for (size_t i = 0; n > 2 && i + n <= hint.n; i++)
        if (strncasecmp(hint.p + i, filter, n) == 0)
            return true;
    return false;
}

static bool goes_before(const tw_popup *popup, size_t a, size_t b) {
    const tw_popup_item *x = &popup->items[a], *y = &popup->items[b];
    if (x->score != y->score)
        return x->score > y->score;
    if (popup->filter[0] && x->text.n != y->text.n)
        return x->text.n < y->text.n;
    return a < b;
}

void tw_popup_filter(tw_popup *popup, const char *filter) {
    snprintf(popup->filter, sizeof popup->filter, "%s", filter);
    popup->n_shown = popup->cursor = popup->top = 0;
    for (size_t i = 0; i < popup->n; i++) {
        tw_popup_item *item = &popup->items[i];
        int text = score_of(item->text, filter);
        item->score = text >= 0 ? text + 1 : holds(item->hint, filter) ? 0 : -1;
        if (item->score < 0)
            continue;
        size_t at = popup->n_shown++;
        while (at > 0 && goes_before(popup, i, popup->shown[at - 1])) {
            popup->shown[at] = popup->shown[at - 1];
            at--;
        }
        popup->shown[at] = i;
    }
}

void tw_popup_move(tw_popup *popup, int step) {
    if (popup->n_shown == 0)
        return;
    size_t n = popup->n_shown;
    popup->cursor = (popup->cursor + n + (size_t)(step + (int)n)) % n;
}

const tw_popup_item *tw_popup_current(const tw_popup *popup) {
    return popup->cursor < popup->n_shown ? &popup->items[popup->shown[popup->cursor]] : NULL;
}

/* Cells of the widest text shown, so that hints stand below each other. */
static int text_column(const tw_popup *popup, int width) {
    size_t widest = 0;
    for (size_t i = 0; i < popup->n_shown; i++)
        widest = TW_MAX(widest, tw_text_width(popup->items[popup->shown[i]].text));
    return (int)TW_MIN(widest, (size_t)TW_MAX(width - 2, 0));
}

static void draw_item(const tw_popup *popup, size_t i, tw_cellgrid *grid, strip at, int texts) {
    const tw_popup_item *item = &popup->items[popup->shown[i]];
    enum tw_role_id role = i == popup->cursor ? TW_ROLE_POPUP_CURRENT : TW_ROLE_POPUP;
    tw_cellgrid_fill(grid, at.x, at.y, at.width, 1, role);
    tw_cellgrid_text(grid, at.x + 1, at.y, TW_MIN(texts, at.width - 2), item->text, role, false);
    int room = at.width - texts - 4;
    if (room > 4)
        tw_cellgrid_text(grid, at.x + texts + 3, at.y, room, item->hint, role, false);
}

void tw_popup_draw(tw_popup *popup, tw_cellgrid *grid, int x, int bottom, int width, bool with_filter) {
    int rows = (int)TW_MIN(popup->n_shown, (size_t)MOST_ROWS), extra = with_filter ? 1 : 0;
    rows = TW_MIN(rows, bottom + 1 - extra);
    if (rows < 0)
        return;
    if (popup->cursor < popup->top)
        popup->top = popup->cursor;
    if (rows > 0 && popup->cursor >= popup->top + (size_t)rows)
        popup->top = popup->cursor - (size_t)rows + 1;
    int y = bottom - rows - extra + 1;
    if (with_filter) {
        tw_cellgrid_fill(grid, x, y, width, 1, TW_ROLE_STRONG);
        tw_cellgrid_printf(grid, x, y++, width, TW_ROLE_STRONG, " %s: %s", popup->title, popup->filter);
    }
    int texts = text_column(popup, width);
    for (int i = 0; i < rows; i++)
        draw_item(popup, popup->top + (size_t)i, grid, (strip){x, y + i, width}, texts);
}
