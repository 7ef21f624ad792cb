/* Filling, placing and showing errors.
 *
 * A message often quotes the user's file: a column name, a cell, a path. It ends on a terminal, so
 * control characters (also the C1 row, which some terminals obey) are blanked when the message is
 * made, and a text that is too long is cut between characters. A message is formatted into a local
 * buffer first: callers may wrap an error by quoting its own message. */
#include "base/error.h"

#include <errno.h>
#include <stdarg.h>

static const struct {
    int status;
    const char *word;
} codes[] = {
#define X(code, status, word) {status, word},
    TW_RC_LIST(X)
#undef X
};

int tw_rc_status(enum tw_rc code) {
    return (size_t)code < TW_COUNT(codes) ? codes[code].status : 4;
}

const char *tw_rc_word(enum tw_rc code) {
    return (size_t)code < TW_COUNT(codes) ? codes[code].word : "unknown";
}

/* Drop a UTF-8 sequence that the end of the buffer cut in two. */
static void drop_cut_character(char *text, size_t n) {
    size_t back = 0;
    while (back < 4 && back < n && ((unsigned char)text[n - 1 - back] & 0xc0) == 0x80)
        back++;
    if (back == n || back == 4)
        return;
    unsigned char lead = (unsigned char)text[n - 1 - back];
    size_t want = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
    if (want > back + 1)
        text[n - 1 - back] = '\0';
}

void tw_blank_controls(char *text) {
    for (unsigned char *c = (unsigned char *)text; *c; c++) {
        if (*c < 0x20 || *c == 0x7f)
            *c = ' ';
        else if (*c == 0xc2 && c[1] >= 0x80 && c[1] < 0xa0)
            c[0] = c[1] = ' ';
    }
}

/* Copy text into a field of `size` bytes: cut between characters, without controls. */
static void set_field(char *field, size_t size, const char *text) {
    size_t n = strlen(text);
    bool cut = n >= size;
    n = cut ? size - 1 : n;
    memmove(field, text, n);
    field[n] = '\0';
    if (cut)
        drop_cut_character(field, n);
    tw_blank_controls(field);
}

static TW_PRINTF(3, 0) void fill(tw_error *err, enum tw_rc code, const char *fmt, va_list args) {
    char text[sizeof err->message + 8];
    int n = vsnprintf(text, sizeof text, fmt, args);
    err->code = code;
    err->file[0] = err->column[0] = '\0';
    err->row = -1;
    set_field(err->message, sizeof err->message, n < 0 ? "message could not be formatted" : text);
}

enum tw_rc tw_fail(tw_error *err, enum tw_rc code, const char *fmt, ...) {
    if (!err)
        return code;
    va_list args;
    va_start(args, fmt);
    fill(err, code, fmt, args);
    va_end(args);
    return code;
}

enum tw_rc tw_fail_errno(tw_error *err, enum tw_rc code, const char *what, const char *what_to_do) {
    const char *why = strerror(errno);
    if (!what_to_do)
        return tw_fail(err, code, "%s: %s", what, why);
    return tw_fail(err, code, "%s: %s; %s", what, why, what_to_do);
}

enum tw_rc tw_fail_memory(tw_error *err) {
    return tw_fail(
        err, TW_ENOMEM,
        "out of memory: the system gave no more; close other datasets or work on fewer rows");
}

enum tw_rc tw_error_place(tw_error *err, enum tw_rc code, const char *file, int64_t row,
                          const char *column) {
    if (!err || code == TW_OK)
        return code;
    if (file)
        set_field(err->file, sizeof err->file, file);
    if (row >= 0)
        err->row = row;
    if (column)
        set_field(err->column, sizeof err->column, column);
    return err->code;
}

enum tw_rc tw_error_column(tw_error *err, enum tw_rc code, tw_str column) {
    char name[sizeof err->column + 8]; /* longer than the field, so that it is cut there */
    snprintf(name, sizeof name, "%.*s", TW_ARG(column));
    return tw_error_place(err, code, NULL, -1, name);
}

/* "no column 'agee': …" names its column already. */
static bool says_column(const tw_error *err) {
    char quoted[sizeof err->column + 4];
    const char *why = strstr(err->message, ": ");
    snprintf(quoted, sizeof quoted, "'%s'", err->column);
    const char *at = strstr(err->message, quoted);
    return at && (!why || at < why);
}

/* "data.csv, row 3, column 'age'", or nothing. */
static void render_place(const tw_error *err, char *out, size_t size) {
    char row[32] = "";
    if (err->row >= 0)
        snprintf(row, sizeof row, "row %lld", (long long)err->row + 1);
    bool file = err->file[0], column = err->column[0] && !says_column(err);
    snprintf(out, size, "%s%s%s%s%s%s%s", err->file, file && row[0] ? ", " : "", row,
             column && (file || row[0]) ? ", " : "", column ? "column '" : "",
             column ? err->column : "", column ? "'" : "");
}

void tw_error_render(const tw_error *err, char *out, size_t size) {
    char place[sizeof err->file + sizeof err->column + 64];
    render_place(err, place, sizeof place);
    const char *why = strstr(err->message, ": ");
    int what = (int)(why ? (size_t)(why - err->message) : strlen(err->message));
    if (!place[0])
        snprintf(out, size, "%s", err->message);
    else
        snprintf(out, size, "%.*s in %s%s", what, err->message, place, why ? why : "");
}
