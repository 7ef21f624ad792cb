/* The list that narrows as one types. */
#include "tui/popup.h"

#include "tests/tap.h"

static void fill(tw_popup *popup, size_t n) {
    static const char *const names[] = {"profile", "prompt", "plot", "sort", "select-rows", "recipe-save", "save", "search"};
    tw_popup_init(popup, "command");
    for (size_t i = 0; i < n; i++) {
        char name[32];
        snprintf(name, sizeof name, i < TW_COUNT(names) ? "%s" : "%s%zu", names[i % TW_COUNT(names)], i);
        ok(tw_popup_add(popup, tw_str_c(name), TW_STR("what it does")), "an item");
    }
}

static tw_str first(tw_popup *popup, const char *filter) {
    tw_popup_filter(popup, filter);
    const tw_popup_item *item = tw_popup_current(popup);
    return item ? item->text : TW_STR("nothing");
}

static void filters(void) {
    tw_popup popup;
    fill(&popup, 8);
    is_text(first(&popup, ""), "profile", "without a filter the order is as given");
    is_text(first(&popup, "sa"), "save", "a word's beginning beats letters further in");
    is_text(first(&popup, "sr"), "select-rows", "beginnings of words count");
    is_text(first(&popup, "SORT"), "sort", "capitals are small letters");
    is_text(first(&popup, "zzz"), "nothing", "nothing matches");
    tw_popup_move(&popup, 1);
    ok(tw_popup_current(&popup) == NULL, "moving in an empty list is harmless");
    is_text(first(&popup, "does"), "plot", "the hint is searched too, shorter names first");
    is_text(first(&popup, "wds"), "nothing", "but not for letters strewn over it");
    tw_popup_fini(&popup);
}

static void moves(void) {
    tw_popup popup;
    fill(&popup, 3);
    tw_popup_move(&popup, -1);
    is_text(tw_popup_current(&popup)->text, "plot", "up from the first is the last");
    tw_popup_move(&popup, 1);
    is_text(tw_popup_current(&popup)->text, "profile", "down from the last is the first");
    tw_popup_fini(&popup);
}

/* At every size from nothing to large the popup stays inside, and the current item is in sight. */
static void draws(void) {
    tw_popup popup;
    tw_cellgrid *grid = tw_cellgrid_new(20, 6);
    fill(&popup, 40);
    for (int i = 0; i < 30; i++)
        tw_popup_move(&popup, 1);
    tw_popup_draw(&popup, grid, 0, 5, 20, true);
    tw_buf text;
    tw_buf_init(&text, 1 << 16);
    tw_cellgrid_dump(grid, false, &text);
    ok(text.p && strstr(text.p, "recipe") != NULL, "the list scrolls to the current item");
    tw_buf_fini(&text);
    for (int width = 1; width < 12; width++)
        for (int height = 1; height < 5; height++) {
            if (!tw_cellgrid_resize(grid, width, height))
                continue;
            tw_popup_draw(&popup, grid, 0, height - 1, width, true);
            tw_popup_draw(&popup, grid, 0, height - 1, width, false);
        }
    ok(true, "small sizes are drawn without leaving the grid");
    tw_cellgrid_free(grid);
    tw_popup_fini(&popup);
}

int main(void) {
    filters();
    moves();
    draws();
    return tap_done();
}
