/* Themes: a role's colours and attributes, from text files `role = fg on bg bold…`.
 *
 * Colours are names of the 16 (black red … white, bright-red …, default) or #rrggbb with the name to fall back to behind a
 * slash: "#88c0d0/cyan". A role not named takes that of the part before its last dot, else "text". A value. */
#ifndef TW_TUI_THEME_H
#define TW_TUI_THEME_H

#include "base/grid.h"

enum { TW_STYLE_BOLD = 1, TW_STYLE_DIM = 2, TW_STYLE_REVERSE = 4, TW_STYLE_UNDERLINE = 8, TW_STYLE_ITALIC = 16 };
typedef struct tw_style {
    int32_t fg_rgb, bg_rgb; /* 0xrrggbb, -1 = use the named colour */
    int8_t fg, bg;          /* 0 to 15, -1 = the terminal's own */
    uint8_t attributes;
} tw_style;

typedef struct tw_theme {
    char name[32];
    tw_style styles[TW_ROLE_COUNT];
} tw_theme;

/* TW_EPARSE names the line. */
TW_NODISCARD enum tw_rc tw_theme_read(tw_str text, const char *name, tw_theme *out, tw_error *err);
/* A built-in theme ("dark", "light", "mono", "high-contrast") or NAME.theme in a directory (may be NULL).
 * TW_EUNKNOWN_NAME. */
TW_NODISCARD enum tw_rc tw_theme_find(tw_str name, const char *dir, tw_theme *out, tw_error *err);

#endif
