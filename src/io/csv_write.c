/* Cells to text.
 *
 * What needs quotes is decided by what the tokeniser would make of the bare text: a delimiter, a
 * line end, a quote anywhere (RFC 4180 asks for it even where readers forgive it), blanks at the
 * edge where blanks delimit. */
#include "io/csv_write.h"

#include <csv.h>

#include "io/csv_find.h"

tw_csv_style tw_csv_style_of(const tw_dialect *dialect) {
    return (tw_csv_style){tw_csv_rules_of(dialect),
                          dialect->line_end[0] ? dialect->line_end : "\n"};
}

static bool holds_delimiter(const tw_csv_rules *rules, tw_str text) {
    return rules->delimiter_n &&
           tw_str_find(text, (tw_str){rules->delimiter, rules->delimiter_n}, 0) != SIZE_MAX;
}

/* Unused places of a set repeat the line feed. */
static bool holds_mark(const tw_csv_rules *rules, tw_str text) {
    const char *end = text.p + text.n;
    char delimiter = rules->delimiter_n == 1 ? rules->delimiter[0] : '\n';
    const tw_find4 marks = {{'\n', '\r', rules->quote ? rules->quote : '\n', delimiter}};
    return text.n && (tw_find4_next(text.p, end, &marks) < end ||
                      (rules->escape && memchr(text.p, rules->escape, text.n)));
}

/* Those of a style of one delimiter and no escape. */
static tw_find4 marks_of(const tw_csv_rules *rules) {
    return (tw_find4){{'\n', '\r', rules->quote ? rules->quote : '\n', rules->delimiter[0]}};
}

size_t tw_csv_bare(const tw_csv_style *style, tw_str text, size_t readable) {
    const tw_find4 marks = marks_of(&style->rules);
    size_t whole = (text.n + 15) & ~(size_t)15; /* the last few are looked at with what follows */
    const char *end = text.p + (whole <= readable ? whole : text.n);
    return TW_MIN((size_t)(tw_find4_next(text.p, end, &marks) - text.p), text.n);
}

size_t tw_csv_marks(const tw_csv_style *style, tw_str text, size_t readable) {
    const tw_find4 marks = marks_of(&style->rules);
    bool over = ((text.n + 15) & ~(size_t)15) <= readable;
    return tw_find4_count(text.p, text.p + text.n, over, &marks);
}

bool tw_csv_needs_quotes(const tw_csv_style *style, tw_str text) {
    const tw_csv_rules *rules = &style->rules;
    if (holds_mark(rules, text))
        return true;
    return (rules->runs && text.n == 0) || (rules->delimiter_n > 1 && holds_delimiter(rules, text));
}

static bool put_quoted(tw_buf *out, char quote, tw_str text) {
    size_t room = 2 * text.n + 2;
    if (!tw_buf_reserve(out, room))
        return false;
    out->n += csv_write2(out->p + out->n, room, text.n ? text.p : "", text.n, (unsigned char)quote);
    out->p[out->n] = '\0';
    return true;
}

/* Escape characters before quotes, escapes and, without quotes, delimiters. */
static bool put_escaped(tw_buf *out, const tw_csv_rules *rules, tw_str text) {
    if (rules->quote)
        tw_buf_char(out, rules->quote);
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        bool delimits = !rules->quote && rules->delimiter_n && c == rules->delimiter[0];
        if (c == rules->escape || (rules->quote && c == rules->quote) || delimits)
            tw_buf_char(out, rules->escape);
        tw_buf_char(out, c);
    }
    return rules->quote ? tw_buf_char(out, rules->quote) : !out->failed;
}

static bool holds_line_end(tw_str text) {
    return tw_str_find_char(text, '\n', 0) != SIZE_MAX ||
           tw_str_find_char(text, '\r', 0) != SIZE_MAX;
}

enum tw_rc tw_csv_put_cell(tw_buf *out, const tw_csv_style *style, tw_str text, bool quoted,
                           tw_error *err) {
    const tw_csv_rules *rules = &style->rules;
    if (!(quoted && rules->quote) && !tw_csv_needs_quotes(style, text))
        tw_buf_str(out, text);
    else if (rules->escape && (rules->quote || !holds_line_end(text)))
        put_escaped(out, rules, text);
    else if (rules->quote)
        put_quoted(out, rules->quote, text);
    else
        return tw_fail(
            err, TW_EOUTPUT,
            "cannot write '%.*s': it holds a delimiter or line end, and the file knows no quotes; "
            "use `convert` for a file with quotes",
            (int)TW_MIN(text.n, (size_t)40), text.p);
    return tw_buf_check(out, err);
}

bool tw_csv_put_delimiter(tw_buf *out, const tw_csv_style *style) {
    tw_buf_add(out, style->rules.delimiter, style->rules.delimiter_n);
    return style->rules.blank ? tw_buf_char(out, ' ') : !out->failed;
}
