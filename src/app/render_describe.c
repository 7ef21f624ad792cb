/* One column in full: its figures, its distribution as bars, its most frequent values and shapes, what is wrong in it. */
#include "app/render_impl.h"

#include <math.h>

#include "app/matrix.h"
#include "report/value.h"

enum { LABEL = 12, BAR = 30, BINS = 14, BARS_ROOM = 3, CLASS = 8 };

/* --- figures --- */

static void put_label(const char *label, tw_buf *out) {
    tw_cell_put(tw_str_c(label), LABEL, false, false, out);
}

static void put_plain(const tw_doc *column, const char *key, const char *label, tw_buf *out) {
    const tw_doc *value = tw_doc_get(column, key);
    if (tw_doc_kind(value) == TW_DOC_NULL)
        return;
    put_label(label, out);
    tw_render_value(value, out);
    tw_buf_char(out, '\n');
}

/* "348 empty, 105 'NA'" */
static void put_tokens(const tw_doc *tokens, tw_buf *out) {
    for (size_t i = 0; i < tw_doc_count(tokens); i++) {
        tw_str word = tw_doc_key(tokens, i);
        tw_buf_printf(out, "%s%lld ", i ? ", " : "  ", (long long)tw_doc_as_int(tw_doc_at(tokens, i), 0));
        if (word.n)
            tw_buf_printf(out, "'%.*s'", TW_ARG(word));
        else
            tw_buf_c(out, "empty");
    }
}

static void put_counts(const tw_doc *column, int64_t rows, tw_buf *out) {
    int64_t unreadable = tw_doc_as_int(tw_doc_get(column, "unreadable"), 0);
    put_label("missing", out);
    tw_render_missing(column, rows, out);
    put_tokens(tw_doc_get(column, "null_tokens"), out);
    tw_buf_char(out, '\n');
    if (unreadable) {
        put_label("unreadable", out);
        tw_render_count(unreadable, out);
        tw_buf_char(out, '\n');
    }
    put_label("distinct", out);
    tw_render_distinct(column, out);
    tw_buf_char(out, '\n');
}

static void put_figures(const tw_doc *column, tw_buf *out) {
    static const char *const plain[] = {"min", "max", "mean", "mad", "skew", "kurtosis", "sum", "zeros", "negatives", "entropy"};
    const tw_doc *lengths = tw_doc_get(column, "lengths");
    for (size_t i = 0; i < TW_COUNT(plain); i++) {
        put_plain(column, plain[i], plain[i], out);
        if (strcmp(plain[i], "mean") == 0 && tw_doc_kind(tw_doc_get(column, "sd")) != TW_DOC_NULL) {
            put_label("sd", out);
            tw_render_spread(column, out);
            tw_buf_char(out, '\n');
        }
    }
    if (tw_doc_count(lengths)) {
        put_label("lengths", out);
        tw_value_put(tw_doc_get(lengths, "min"), out);
        tw_buf_c(out, " to ");
        tw_value_put(tw_doc_get(lengths, "max"), out);
        tw_buf_c(out, " characters, mean ");
        tw_value_put(tw_doc_get(lengths, "mean"), out);
        tw_buf_char(out, '\n');
    }
}

/* The quantiles side by side, levels above them. */
static void put_quantiles(const tw_doc *quantiles, int width, tw_buf *out) {
    tw_matrix m;
    size_t n = tw_doc_count(quantiles);
    if (!n)
        return;
    tw_buf_c(out, "\nquantiles\n");
    if (tw_matrix_init(&m, n, 1)) {
        for (size_t i = 0; i < n; i++) {
            m.heads[i] = tw_doc_key(quantiles, i);
            tw_matrix_set(&m, 0, i, tw_doc_at(quantiles, i));
        }
        tw_matrix_put(&m, width, out);
    }
    tw_matrix_fini(&m);
}

/* --- bars --- */

static void put_bar(double share, tw_buf *bar) {
    static const char *const eighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
    int n = (int)ceil(share * BAR * 8);
    for (int i = 0; i < n / 8; i++)
        tw_buf_c(bar, "█");
    tw_buf_c(bar, eighths[n % 8]);
}

static void set_bar(tw_matrix *m, size_t row, size_t column, double share) {
    tw_buf bar;
    tw_buf_init(&bar, 4096);
    put_bar(share, &bar);
    tw_matrix_text(m, row, column, &bar, false);
    tw_buf_fini(&bar);
}

static double count_in(const tw_doc *counts, size_t from, size_t to) {
    double sum = 0;
    for (size_t i = from; i < to; i++)
        sum += tw_doc_as_number(tw_doc_at(counts, i), 0);
    return sum;
}

/* Neighbouring bins share a line where there are many. */
static void put_histogram(const tw_doc *histogram, int width, tw_buf *out) {
    const tw_doc *edges = tw_doc_get(histogram, "edges"), *counts = tw_doc_get(histogram, "counts");
    size_t n = tw_doc_count(counts), each = (n + BINS - 1) / BINS, lines = each ? (n + each - 1) / each : 0;
    double highest = 0;
    tw_matrix m;
    for (size_t i = 0; i < lines; i++)
        highest = fmax(highest, count_in(counts, i * each, TW_MIN((i + 1) * each, n)));
    if (highest <= 0)
        return;
    tw_buf_c(out, "\ndistribution\n");
    if (tw_matrix_init(&m, BARS_ROOM + 1, lines)) {
        static const char *const heads[] = {"from", "to", "count", ""};
        for (size_t c = 0; c < TW_COUNT(heads); c++)
            m.heads[c] = tw_str_c(heads[c]);
        for (size_t i = 0; i < lines; i++) {
            size_t from = i * each, to = TW_MIN(from + each, n);
            double count = count_in(counts, from, to);
            tw_doc *number = tw_doc_int((int64_t)count);
            tw_matrix_set(&m, i, 0, tw_doc_at(edges, from));
            tw_matrix_set(&m, i, 1, tw_doc_at(edges, to));
            tw_matrix_set(&m, i, 2, number);
            set_bar(&m, i, BARS_ROOM, count / highest);
            tw_doc_free(number);
        }
        tw_matrix_put(&m, width, out);
    }
    tw_matrix_fini(&m);
}

/* Values or shapes with their counts and shares. */
static void put_top(const tw_doc *top, const char *key, int64_t rows, int width, const char *title, tw_buf *out) {
    const char *const heads[] = {key, "count", "share", ""};
    tw_matrix m;
    double highest = tw_doc_as_number(tw_doc_get(tw_doc_at(top, 0), "count"), 0);
    if (!tw_doc_count(top) || highest <= 0)
        return;
    tw_buf_printf(out, "\n%s\n", title);
    if (tw_matrix_init(&m, TW_COUNT(heads), tw_doc_count(top))) {
        for (size_t c = 0; c < TW_COUNT(heads); c++)
            m.heads[c] = tw_str_c(heads[c]);
        for (size_t i = 0; i < m.rows; i++) {
            const tw_doc *one = tw_doc_at(top, i), *count = tw_doc_get(one, "count");
            tw_buf text;
            tw_buf_init(&text, TW_BUF_MAX);
            tw_render_value(tw_doc_get(one, key), &text);
            tw_matrix_text(&m, i, 0, &text, tw_doc_kind(tw_doc_get(one, key)) != TW_DOC_TEXT);
            tw_buf_clear(&text);
            tw_value_put_share(tw_doc_as_number(count, 0) / (double)TW_MAX(rows, 1), &text);
            tw_matrix_text(&m, i, 2, &text, true);
            tw_buf_fini(&text);
            tw_matrix_set(&m, i, 1, count);
            set_bar(&m, i, BARS_ROOM, tw_doc_as_number(count, 0) / highest);
        }
        tw_matrix_put(&m, width, out);
    }
    tw_matrix_fini(&m);
}

/* Without numbers: those of the list of all findings are other ones. */
static void put_findings(const tw_doc *findings, int width, tw_buf *out) {
    if (tw_doc_count(findings))
        tw_buf_c(out, "\nwhat is wrong in it\n");
    for (size_t i = 0; i < tw_doc_count(findings); i++) {
        const tw_doc *f = tw_doc_at(findings, i);
        tw_cell_put(tw_doc_as_text(tw_doc_get(f, "class"), TW_STR("")), CLASS, false, false, out);
        tw_render_wrapped(tw_doc_as_text(tw_doc_get(f, "message"), TW_STR("")), CLASS + 2, width, out);
    }
}

void tw_render_describe(const tw_doc *doc, int width, tw_buf *out) {
    const tw_doc *column = tw_doc_at(tw_doc_get(doc, "columns"), 0);
    int64_t rows = tw_doc_as_int(tw_doc_get(doc, "rows"), 0);
    put_plain(column, "name", "column", out);
    put_plain(column, "type", "type", out);
    put_plain(column, "role", "role", out);
    put_plain(column, "semantic", "semantic", out);
    put_plain(column, "sorted", "sorted", out);
    put_label("rows", out);
    tw_render_count(rows, out);
    tw_buf_char(out, '\n');
    put_counts(column, rows, out);
    put_figures(column, out);
    put_quantiles(tw_doc_get(column, "quantiles"), width, out);
    put_histogram(tw_doc_get(column, "histogram"), width, out);
    put_top(tw_doc_get(column, "top"), "value", rows, width, "most frequent", out);
    put_top(tw_doc_get(column, "patterns"), "pattern", rows, width, "shapes", out);
    put_findings(tw_doc_get(doc, "findings"), width, out);
}
