/* The files of themes/ as text; the .c is made from them by the build. */
#ifndef TW_TUI_THEMES_BUILTIN_H
#define TW_TUI_THEMES_BUILTIN_H

#include <stddef.h>

typedef struct tw_theme_text {
    const char *name, *text;
} tw_theme_text;
extern const tw_theme_text tw_themes_builtin[];
extern const size_t tw_themes_builtin_count;

#endif
