/* Chart specifications: "scatter(x, y, color=g)" to a parsed spec.
 *
 * Column names may stand in backquotes when they hold commas, blanks or brackets. What the columns are is decided by
 * chart.c, which has the table. */
#include "plot/chart.h"

static tw_str unquote(tw_str word) {
    word = tw_str_trim(word);
    if (word.n >= 2 && word.p[0] == '`' && word.p[word.n - 1] == '`')
        return tw_str_sub(word, 1, word.n - 1);
    return word;
}

/* Offset of the next `stop` outside backquotes, or text.n. */
static size_t until(tw_str text, size_t from, char stop) {
    bool quoted = false;
    for (size_t i = from; i < text.n; i++) {
        if (text.p[i] == '`')
            quoted = !quoted;
        else if (!quoted && text.p[i] == stop)
            return i;
    }
    return text.n;
}

static enum tw_rc take_option(tw_str key, tw_str value, tw_chart_spec *out, tw_error *err) {
    if (tw_str_eq_c(key, "by") || tw_str_eq_c(key, "color") || tw_str_eq_c(key, "colour")) {
        out->by = unquote(value);
        return TW_OK;
    }
    if (tw_str_eq_c(key, "bins")) {
        if (tw_parse_i64(tw_str_trim(value), &out->bins) && out->bins >= 1 && out->bins <= 1000)
            return TW_OK;
        return tw_fail(err, TW_EPARSE, "chart: bins is '%.*s'; write a number from 1 to 1000", TW_ARG(value));
    }
    return tw_fail(err, TW_EPARSE, "chart: no option '%.*s'; there are by, color, bins", TW_ARG(key));
}

static enum tw_rc take_argument(tw_str word, tw_chart_spec *out, tw_error *err) {
    size_t equals = until(word, 0, '=');
    if (equals < word.n)
        return take_option(tw_str_trim(tw_str_sub(word, 0, equals)), tw_str_sub(word, equals + 1, word.n), out, err);
    if (out->n_columns == TW_COUNT(out->columns))
        return tw_fail(err, TW_EPARSE, "chart: more than %zu columns; name fewer", TW_COUNT(out->columns));
    out->columns[out->n_columns++] = unquote(word);
    return TW_OK;
}

enum tw_rc tw_chart_spec_parse(tw_str text, tw_chart_spec *out, tw_error *err) {
    *out = (tw_chart_spec){0};
    text = tw_str_trim(text);
    size_t open = tw_str_find_char(text, '(', 0);
    if (open == SIZE_MAX || open == 0 || text.p[text.n - 1] != ')')
        return tw_fail(err, TW_EPARSE, "chart: '%.*s' is not of the form kind(column, …); write for instance hist(age)",
                       TW_ARG(text));
    out->kind = tw_str_trim(tw_str_sub(text, 0, open));
    tw_str inside = tw_str_sub(text, open + 1, text.n - 1);
    size_t at = 0;
    while (at < inside.n) {
        size_t end = until(inside, at, ',');
        tw_str word = tw_str_trim(tw_str_sub(inside, at, end));
        if (word.n == 0)
            return tw_fail(err, TW_EPARSE, "chart: an argument is empty in '%.*s'; take the comma away", TW_ARG(text));
        enum tw_rc rc = take_argument(word, out, err);
        if (rc)
            return rc;
        at = end + 1;
    }
    if (out->n_columns == 0)
        return tw_fail(err, TW_EPARSE, "chart: '%.*s' names no column; write for instance %.*s(age)", TW_ARG(text),
                       TW_ARG(out->kind));
    return TW_OK;
}
