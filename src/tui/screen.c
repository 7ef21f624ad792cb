/* ncurses as a painter: roles to colour pairs, glyphs to wide characters, nothing else of curses is used.
 *
 * Keys are read from the terminal as bytes (tui/keys.c), so keypad mode, getch and mouse of curses stay off. The tty may be
 * /dev/tty when stdin is data. Colours: the 256-colour cube where the terminal has it, else the 16 names, else attributes only. */
#include <ncurses.h>

#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "tui/screen.h"

#include "base/unicode.h"

struct tw_screen {
    SCREEN *screen;
    FILE *tty;
    int fd;
    bool colors, mouse, unicode;
    attr_t attributes[TW_ROLE_COUNT];
    short pairs[TW_ROLE_COUNT];
};

/* The nearest of xterm's 6 x 6 x 6 cube. */
static int cube_color(int32_t rgb) {
    int index = 16;
    for (int shift = 16, weight = 36; shift >= 0; shift -= 8, weight /= 6) {
        int level = (rgb >> shift) & 0xFF;
        index += weight * (level < 48 ? 0 : level < 115 ? 1 : (level - 35) / 40);
    }
    return index;
}

/* -1 = the terminal's own colour. */
static int color_of(int32_t rgb, int8_t named) {
    if (rgb >= 0 && COLORS >= 256)
        return cube_color(rgb);
    return named >= 8 && COLORS < 16 ? named - 8 : named;
}

static attr_t attribute_bits(uint8_t attributes) {
    attr_t bits = A_NORMAL;
    bits |= attributes & TW_STYLE_BOLD ? A_BOLD : 0;
    bits |= attributes & TW_STYLE_DIM ? A_DIM : 0;
    bits |= attributes & TW_STYLE_REVERSE ? A_REVERSE : 0;
    bits |= attributes & TW_STYLE_UNDERLINE ? A_UNDERLINE : 0;
    bits |= attributes & TW_STYLE_ITALIC ? A_ITALIC : 0;
    return bits;
}

/* Modes curses does not know: pasted text in brackets, presses and wheel with coordinates. */
static void send_modes(const tw_screen *s, bool on) {
    printf("\033[?2004%c", on ? 'h' : 'l');
    if (s->mouse)
        printf("\033[?1000%c\033[?1006%c", on ? 'h' : 'l', on ? 'h' : 'l');
    fflush(stdout);
}

void tw_screen_mouse(tw_screen *s, bool on) {
    if (s->mouse == on)
        return;
    send_modes(s, false);
    s->mouse = on;
    send_modes(s, true);
}

void tw_screen_theme(tw_screen *s, const tw_theme *theme) {
    for (int r = 0; r < TW_ROLE_COUNT; r++) {
        const tw_style *style = &theme->styles[r];
        s->attributes[r] = attribute_bits(style->attributes);
        s->pairs[r] = 0;
        if (!s->colors)
            continue;
        int pair = alloc_pair(color_of(style->fg_rgb, style->fg), color_of(style->bg_rgb, style->bg));
        s->pairs[r] = pair > 0 ? (short)pair : 0;
    }
}

/* True when wide characters can be sent. Where nobody chose a locale (containers, cron) the terminal is one for UTF-8 all
 * the same; LC_ALL=C is a choice. */
static bool take_locale(void) {
    const char *all = getenv("LC_ALL"), *now = setlocale(LC_CTYPE, "");
    bool chosen = (all && *all) || (now && strcmp(now, "C") != 0 && strcmp(now, "POSIX") != 0);
    if (!chosen)
        (void)setlocale(LC_CTYPE, "C.UTF-8");
    return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

static enum tw_rc open_tty(tw_screen *s, tw_error *err) {
    if (!isatty(STDOUT_FILENO))
        return tw_fail(err, TW_EUSAGE, "workbench: standard output is no terminal; use a subcommand (trowel help), --headless or --plain");
    s->fd = isatty(STDIN_FILENO) ? STDIN_FILENO : open("/dev/tty", O_RDWR | O_CLOEXEC);
    if (s->fd < 0)
        return tw_fail(err, TW_EUSAGE, "workbench: there is no terminal to read keys from; use a subcommand, --headless or --plain");
    s->tty = s->fd == STDIN_FILENO ? stdin : fdopen(s->fd, "r+");
    return s->tty ? TW_OK : tw_fail_errno(err, TW_EUSAGE, "workbench: the terminal cannot be opened", "use --plain");
}

enum tw_rc tw_screen_open(const tw_theme *theme, tw_screen **out, tw_error *err) {
    tw_screen *s = tw_calloc(1, sizeof *s);
    if (!s)
        return tw_fail_memory(err);
    s->fd = -1;
    enum tw_rc rc = open_tty(s, err);
    if (!rc) {
        s->unicode = take_locale();
        s->screen = newterm(NULL, stdout, s->tty);
        if (!s->screen)
            rc = tw_fail(err, TW_EUSAGE, "workbench: TERM names no known terminal; set TERM, or use --plain");
    }
    if (rc) {
        tw_screen_close(s);
        return rc;
    }
    raw();
    noecho();
    nonl();
    use_default_colors();
    s->colors = has_colors() && start_color() == OK;
    if (s->colors)
        use_default_colors();
    tw_screen_theme(s, theme);
    send_modes(s, true);
    *out = s;
    return TW_OK;
}

void tw_screen_close(tw_screen *s) {
    if (!s)
        return;
    if (s->screen) {
        send_modes(s, false);
        curs_set(1);
        endwin();
        delscreen(s->screen);
    }
    if (s->tty && s->tty != stdin)
        fclose(s->tty);
    free(s);
}

int tw_screen_fd(const tw_screen *s) {
    return s->fd;
}

void tw_screen_size(tw_screen *s, int *width, int *height) {
    struct winsize size;
    if (ioctl(s->fd, TIOCGWINSZ, &size) == 0 && size.ws_col && size.ws_row && (size.ws_col != COLS || size.ws_row != LINES))
        resizeterm(size.ws_row, size.ws_col);
    *width = COLS;
    *height = LINES;
}

/* Where the locale has no such characters: our own signs by what looks like them, those of data as question marks. */
static wchar_t plain_for(int32_t c) {
    static const struct {
        int32_t from, to;
        wchar_t plain;
    } likes[] = {{0x00A0, 0x00A0, L' '}, {0x00B7, 0x00B7, L'.'}, {0x00D7, 0x00D7, L'x'}, {0x2000, 0x200A, L' '},
                 {0x2026, 0x2026, L'~'}, {0x202F, 0x202F, L' '}, {0x2190, 0x2190, L'<'}, {0x2191, 0x2191, L'^'}, {0x2192, 0x2192, L'>'}, {0x2193, 0x2193, L'v'}, {0x2205, 0x2205, L'-'},
                 {0x2502, 0x2503, L'|'}, {0x2500, 0x257F, L'-'}, {0x2580, 0x259F, L'#'}, {0x2800, 0x28FF, L':'}};
    for (size_t i = 0; i < TW_COUNT(likes); i++)
        if (c >= likes[i].from && c <= likes[i].to)
            return likes[i].plain;
    return c < 0x7F ? (wchar_t)c : L'?';
}

static void put_plain(const tw_screen *s, const tw_glyph *g) {
    size_t at = 0;
    tw_str cluster = tw_str_c(g->text);
    wchar_t text[2] = {cluster.n ? plain_for(tw_utf8_next(cluster, &at)) : L' ', 0};
    cchar_t cell;
    setcchar(&cell, text, s->attributes[g->role], s->pairs[g->role], NULL);
    for (int i = 0; i < g->width; i++)
        add_wch(&cell);
}

/* A glyph's cluster as wide characters; curses keeps a base and up to five marks. */
static void put_glyph(const tw_screen *s, const tw_glyph *g) {
    wchar_t text[CCHARW_MAX + 1] = {0};
    tw_str cluster = tw_str_c(g->text);
    size_t at = 0, n = 0;
    if (!s->unicode) {
        put_plain(s, g);
        return;
    }
    while (at < cluster.n && n < CCHARW_MAX)
        text[n++] = (wchar_t)tw_utf8_next(cluster, &at);
    if (n == 0)
        text[n++] = L' ';
    cchar_t cell;
    setcchar(&cell, text, s->attributes[g->role], s->pairs[g->role], NULL);
    add_wch(&cell);
}

void tw_screen_paint(tw_screen *s, const tw_cellgrid *grid, int cursor_x, int cursor_y) {
    int width = TW_MIN(tw_cellgrid_width(grid), COLS), height = TW_MIN(tw_cellgrid_height(grid), LINES);
    for (int y = 0; y < height; y++) {
        move(y, 0);
        for (int x = 0; x < width; x++) {
            const tw_glyph *g = tw_cellgrid_at(grid, x, y);
            if (g->width == 0)
                continue;
            move(y, x);
            put_glyph(s, g);
        }
    }
    curs_set(cursor_x >= 0 ? 1 : 0);
    if (cursor_x >= 0)
        move(cursor_y, cursor_x);
    refresh();
}

void tw_screen_redraw(tw_screen *s) {
    (void)s;
    clearok(curscr, TRUE);
}

void tw_screen_suspend(tw_screen *s) {
    send_modes(s, false);
    curs_set(1);
    endwin();
    raise(SIGSTOP);
    refresh();
    send_modes(s, true);
    tw_screen_redraw(s);
}
