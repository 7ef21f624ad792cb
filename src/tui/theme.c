/* Reading theme files. The built-in ones are the files of themes/, compiled in, so that a screen always has one. */
#include "tui/theme.h"

#include "base/args.h"
#include "base/file.h"
#include "tui/themes_builtin.h"

static const char *const color_names[16] = {
    "black",        "red",        "green",        "yellow",        "blue",        "magenta",        "cyan",        "white",
    "bright-black", "bright-red", "bright-green", "bright-yellow", "bright-blue", "bright-magenta", "bright-cyan", "bright-white",
};

static const struct attribute_row {
    const char *name;
    uint8_t bit;
} attributes[] = {
    {"bold", TW_STYLE_BOLD},           {"dim", TW_STYLE_DIM},       {"reverse", TW_STYLE_REVERSE},
    {"underline", TW_STYLE_UNDERLINE}, {"italic", TW_STYLE_ITALIC},
};

static bool read_hex(tw_str word, int32_t *out) {
    int32_t value = 0;
    if (word.n != 7 || word.p[0] != '#')
        return false;
    for (size_t i = 1; i < 7; i++) {
        char c = word.p[i];
        int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
        if (digit < 0)
            return false;
        value = value * 16 + digit;
    }
    *out = value;
    return true;
}

static bool read_named(tw_str word, int8_t *out) {
    if (tw_str_eq_c(word, "default")) {
        *out = -1;
        return true;
    }
    for (int8_t i = 0; i < 16; i++)
        if (tw_str_eq_c(word, color_names[i])) {
            *out = i;
            return true;
        }
    return false;
}

/* "#88c0d0/cyan", "cyan", "default". */
static bool read_color(tw_str word, int32_t *rgb, int8_t *named) {
    tw_str front;
    *rgb = -1;
    if (word.n && word.p[0] == '#') {
        if (!tw_str_split(&word, '/', &front) || !read_hex(front, rgb))
            return false;
    }
    return read_named(word, named);
}

static bool read_attribute(tw_str word, tw_style *style) {
    for (size_t i = 0; i < TW_COUNT(attributes); i++)
        if (tw_str_eq_c(word, attributes[i].name)) {
            style->attributes |= attributes[i].bit;
            return true;
        }
    return false;
}

/* "FG [on BG] [attribute …]" */
static bool read_style(tw_str text, tw_style *out) {
    *out = (tw_style){.fg_rgb = -1, .bg_rgb = -1, .fg = -1, .bg = -1};
    tw_str word;
    bool background = false, foreground = false;
    while (tw_str_split(&text, ' ', &word)) {
        if (word.n == 0)
            continue;
        if (tw_str_eq_c(word, "on")) {
            background = true;
            continue;
        }
        if (background) {
            if (!read_color(word, &out->bg_rgb, &out->bg))
                return false;
            background = false;
            continue;
        }
        if (read_attribute(word, out))
            continue;
        if (foreground || !read_color(word, &out->fg_rgb, &out->fg))
            return false;
        foreground = true;
    }
    return !background;
}

static bool inherits(const char *role, tw_str parent) {
    tw_str name = tw_str_c(role);
    return tw_str_starts(name, parent) && name.n > parent.n && name.p[parent.n] == '.';
}

/* Give roles without a line of their own the style of the nearest role above, else of "text". */
static void fill_gaps(tw_theme *theme, const bool *given) {
    for (int r = 0; r < TW_ROLE_COUNT; r++) {
        if (given[r])
            continue;
        size_t best = 0;
        theme->styles[r] = theme->styles[TW_ROLE_TEXT];
        for (int p = 0; p < TW_ROLE_COUNT; p++) {
            tw_str parent = tw_str_c(tw_role_name((enum tw_role_id)p));
            if (given[p] && parent.n > best && inherits(tw_role_name((enum tw_role_id)r), parent)) {
                best = parent.n;
                theme->styles[r] = theme->styles[p];
            }
        }
    }
}

enum tw_rc tw_theme_read(tw_str text, const char *name, tw_theme *out, tw_error *err) {
    bool given[TW_ROLE_COUNT] = {false};
    *out = (tw_theme){0};
    snprintf(out->name, sizeof out->name, "%s", name);
    tw_str line;
    for (int number = 1; tw_str_split(&text, '\n', &line); number++) {
        line = tw_str_trim(line);
        if (line.n == 0 || line.p[0] == ';')
            continue;
        size_t equals = tw_str_find_char(line, '=', 0);
        enum tw_role_id role;
        if (equals == SIZE_MAX || !tw_role_find(tw_str_trim(tw_str_sub(line, 0, equals)), &role))
            return tw_fail(err, TW_EPARSE, "theme %s: line %d is not 'role = colour on colour attributes' with a known role; see themes/dark.theme", name, number);
        if (!read_style(tw_str_sub(line, equals + 1, line.n), &out->styles[role]))
            return tw_fail(err, TW_EPARSE, "theme %s: line %d has an unknown colour or attribute; use the 16 names or #rrggbb/name", name, number);
        given[role] = true;
    }
    fill_gaps(out, given);
    return TW_OK;
}

static const char *builtin_name(const void *unused, size_t i) {
    (void)unused;
    return i < tw_themes_builtin_count ? tw_themes_builtin[i].name : NULL;
}

enum tw_rc tw_theme_find(tw_str name, const char *dir, tw_theme *out, tw_error *err) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%.*s.theme", dir ? dir : "", TW_ARG(name));
    if (dir && tw_str_find_char(name, '/', 0) == SIZE_MAX && tw_file_exists(path)) {
        char *bytes = NULL;
        size_t n = 0;
        enum tw_rc rc = tw_file_read(path, 1 << 20, &bytes, &n, err);
        if (!rc)
            rc = tw_theme_read((tw_str){bytes, n}, path, out, err);
        free(bytes);
        return rc;
    }
    for (size_t i = 0; i < tw_themes_builtin_count; i++)
        if (tw_str_eq_c(name, tw_themes_builtin[i].name))
            return tw_theme_read(tw_str_c(tw_themes_builtin[i].text), tw_themes_builtin[i].name, out, err);
    const char *near = tw_nearest(name, builtin_name, NULL);
    return tw_fail(err, TW_EUNKNOWN_NAME, "theme: no theme '%.*s'; %s%s", TW_ARG(name),
                   near ? "did you mean " : "there are dark, light, mono, high-contrast", near ? near : "");
}
