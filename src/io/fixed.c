/* One walk over a line finds the bytes of all fields; reading trims them, writing pads them. */
#include "io/fixed.h"

#include "base/unicode.h"

static bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

static bool is_line_end(char c) {
    return c == '\n' || c == '\r';
}

static bool begins_character(char c) {
    return ((unsigned char)c & 0xC0) != 0x80;
}

/* The border nearest to `at` with a blank beside it, behind `from`; `at` where there is none. */
static size_t free_border(tw_str line, size_t from, size_t at) {
    if (at == 0 || at >= line.n || is_blank(line.p[at]) || is_blank(line.p[at - 1]))
        return at;
    for (size_t d = 1; d < line.n; d++) {
        if (at >= from + d + 1 && is_blank(line.p[at - d - 1]))
            return at - d;
        if (at + d < line.n && is_blank(line.p[at + d]))
            return at + d;
        if (at < from + d + 1 && at + d >= line.n)
            break;
    }
    return at;
}

/* A walk over the fields of a line. */
typedef struct fields {
    const tw_csv_rules *rules;
    tw_str line;
    size_t next, at, character; /* field; its first byte; place of the walk */
    size_t walked;
} fields;

/* The bytes of the next field; what lies behind the line's end is empty. */
static tw_str next_field(fields *f) {
    size_t end = f->line.n, from = f->at;
    if (f->next < f->rules->n_cuts) {
        size_t want = f->rules->cuts[f->next];
        while (f->walked < f->line.n && f->character < want) {
            f->walked++;
            while (f->walked < f->line.n && !begins_character(f->line.p[f->walked]))
                f->walked++;
            f->character++;
        }
        end = TW_MAX(from, f->walked);
        if (f->character < want)
            end = f->line.n;
        else if (!f->rules->strict)
            end = free_border(f->line, from, end);
    }
    f->next++;
    f->at = end;
    return tw_str_sub(f->line, from, end);
}

static bool scan_line(const tw_csv_rules *rules, tw_str text, size_t at, size_t end,
                      tw_csv_cells *out) {
    fields f = {.rules = rules, .line = tw_str_sub(text, at, end)};
    bool good = true;
    for (size_t i = 0; i <= rules->n_cuts && good; i++) {
        tw_str field = next_field(&f);
        size_t from = 0, n = field.n;
        while (from < n && is_blank(field.p[from]))
            from++;
        while (n > from && is_blank(field.p[n - 1]))
            n--;
        size_t begin = (size_t)(field.p - text.p) + from;
        good = tw_csv_cells_add_cell(out, (tw_span){(uint32_t)begin, (uint32_t)(n - from)}, 0);
    }
    return good;
}

enum tw_rc tw_fixed_scan(const tw_csv_rules *rules, tw_str text, size_t at, size_t stop,
                         size_t max_rows, tw_csv_cells *out, size_t *next, tw_error *err) {
    if (text.n >= UINT32_MAX)
        return tw_fail(err, TW_ELIMIT, "cannot read a line: it is longer than 4 GB");
    stop = TW_MIN(stop, text.n);
    for (size_t rows = 0; rows < max_rows; rows++) {
        while (at < stop && is_line_end(text.p[at]))
            at++;
        if (at >= stop)
            break;
        size_t end = at;
        while (end < text.n && !is_line_end(text.p[end]))
            end++;
        size_t ends = end < text.n;
        ends += end + 1 < text.n && text.p[end] == '\r' && text.p[end + 1] == '\n';
        tw_span record = {(uint32_t)at, (uint32_t)(end - at)};
        if (!scan_line(rules, text, at, end, out) ||
            !tw_csv_cells_add_record(out, record, (uint8_t)ends))
            return tw_fail_memory(err);
        at = end + ends;
    }
    *next = at;
    return TW_OK;
}

/* --- writing --- */

/* Which side of its field a text stands at, from where the old one stood. */
static bool stands_right(tw_str old, bool otherwise) {
    size_t front = 0, behind = 0;
    while (front < old.n && is_blank(old.p[front]))
        front++;
    while (behind < old.n - front && is_blank(old.p[old.n - behind - 1]))
        behind++;
    return front == old.n || front == behind ? otherwise : front > behind;
}

static enum tw_rc fail_to_fit(tw_str text, size_t width, tw_error *err) {
    return tw_fail(err, TW_EOUTPUT,
                   "'%.*s' does not fit: its column is %zu characters wide; write to a .csv file, "
                   "or shorten it",
                   (int)TW_MIN(text.n, (size_t)60), text.p, width);
}

/* A replaced field: as wide as it was, with a blank left towards its neighbours. `ends`: the old line
 * ends in it. */
static enum tw_rc put_field(const tw_csv_rules *rules, size_t i, tw_str old, bool ends,
                            const tw_fixed_field *field, tw_buf *out, tw_error *err) {
    bool last = i == rules->n_cuts;
    size_t begin = i ? rules->cuts[i - 1] : 0, width = tw_utf8_length(old);
    size_t n = tw_utf8_length(field->text), so_far = tw_utf8_length(tw_buf_view(out));
    if (!last && ends)
        width = TW_MAX(width, (size_t)rules->cuts[i] - begin);
    size_t room = rules->strict || width == 0 ? width : width - 1;
    if (!last && n > room)
        return fail_to_fit(field->text, room, err);
    size_t pad = width > n ? width - n : 0, behind = last || rules->strict ? 0 : 1;
    bool right = stands_right(old, field->right);
    size_t trailing = 0;
    while (trailing < old.n && is_blank(old.p[old.n - trailing - 1]))
        trailing++;
    if (right && trailing < old.n)
        behind = TW_MIN(trailing, pad);
    size_t front = right && pad > behind ? pad - behind : 0;
    tw_buf_fill(out, ' ', (so_far < begin ? begin - so_far : 0) + front);
    tw_buf_str(out, field->text);
    if (!last)
        tw_buf_fill(out, ' ', pad - front);
    return TW_OK;
}

/* What was written must be read as it was meant. */
static enum tw_rc check_line(const tw_csv_rules *rules, const tw_fixed_field *given, tw_str line,
                             tw_error *err) {
    fields f = {.rules = rules, .line = line};
    for (size_t i = 0; i <= rules->n_cuts; i++) {
        tw_str read = tw_str_trim(next_field(&f));
        size_t width = rules->cuts[TW_MIN(i, (size_t)rules->n_cuts - 1)] - (i ? rules->cuts[i - 1] : 0);
        if (!given[i].kept && !tw_str_eq(read, given[i].text))
            return fail_to_fit(given[i].text, width, err);
    }
    return TW_OK;
}

enum tw_rc tw_fixed_line(const tw_csv_rules *rules, tw_str old, const tw_fixed_field *given,
                         tw_buf *out, tw_error *err) {
    fields f = {.rules = rules, .line = old};
    enum tw_rc rc = TW_OK;
    tw_buf_clear(out);
    for (size_t i = 0; i <= rules->n_cuts && rc == TW_OK; i++) {
        tw_str field = next_field(&f);
        if (given[i].kept)
            tw_buf_str(out, field);
        else
            rc = put_field(rules, i, field, f.at == old.n, &given[i], out, err);
    }
    if (rc == TW_OK)
        rc = tw_buf_check(out, err);
    return rc == TW_OK && rules->n_cuts ? check_line(rules, given, tw_buf_view(out), err) : rc;
}
