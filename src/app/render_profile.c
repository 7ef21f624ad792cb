/* Profiles and findings as text. A profile's first table is what an analyst reads first, so it has
 * figures as people say them: shares of what is missing, estimates marked with "~", the form of a
 * distribution in a few blocks, long texts cut. */
#include "app/render_impl.h"

#include <math.h>

#include "app/matrix.h"
#include "base/number.h"
#include "base/unicode.h"
#include "report/strongest.h"
#include "report/value.h"

enum { TEXT_CELLS = 20, BLOCKS = 8, PAIRS_MAX = 30 };

/* --- figures of a column --- */

void tw_render_count(int64_t n, tw_buf *out) {
    char text[TW_NUMBER_MAX];
    tw_buf_add(out, text, tw_format_grouped(text, n));
}

static void put_word(const tw_doc *column, const char *key, tw_buf *out) {
    tw_buf_str(out, tw_doc_as_text(tw_doc_get(column, key), TW_STR("")));
}

void tw_render_missing(const tw_doc *column, int64_t rows, tw_buf *out) {
    int64_t n = tw_doc_as_int(tw_doc_get(column, "missing"), 0);
    tw_render_count(n, out);
    if (n) {
        tw_buf_c(out, " (");
        tw_value_put_share((double)n / (double)rows, out);
        tw_buf_c(out, ")");
    }
}

void tw_render_distinct(const tw_doc *column, tw_buf *out) {
    const tw_doc *distinct = tw_doc_get(column, "distinct");
    if (!tw_doc_as_bool(tw_doc_get(distinct, "exact"), true))
        tw_buf_c(out, "~");
    tw_render_count(tw_doc_as_int(tw_doc_get(distinct, "value"), 0), out);
}

/* Mean height of the bins that share block i. */
static double block_height(const tw_doc *counts, size_t i, size_t blocks) {
    size_t n = tw_doc_count(counts), from = i * n / blocks, to = (i + 1) * n / blocks;
    double sum = 0;
    for (size_t b = from; b < to; b++)
        sum += tw_doc_as_number(tw_doc_at(counts, b), 0);
    return sum / (double)(to - from);
}

/* The histogram as a row of blocks; where nothing is, a blank. */
static void put_histogram(const tw_doc *column, tw_buf *out) {
    static const char *const levels[] = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    const tw_doc *counts = tw_doc_get(tw_doc_get(column, "histogram"), "counts");
    size_t blocks = TW_MIN(tw_doc_count(counts), (size_t)BLOCKS);
    double highest = 0;
    for (size_t i = 0; i < blocks; i++)
        highest = fmax(highest, block_height(counts, i, blocks));
    for (size_t i = 0; i < blocks && highest > 0; i++) {
        double share = block_height(counts, i, blocks) / highest;
        tw_buf_c(out, levels[(size_t)ceil(share * (double)(TW_COUNT(levels) - 1))]);
    }
}

static bool put_value(const tw_doc *value, tw_buf *out) {
    tw_buf whole;
    tw_buf_init(&whole, TW_BUF_MAX);
    tw_value_put(value, &whole);
    size_t width, fits = tw_text_fit(tw_buf_view(&whole), TEXT_CELLS, &width);
    if (fits < whole.n)
        fits = tw_text_fit(tw_buf_view(&whole), TEXT_CELLS - 1, &width);
    tw_buf_str(out, tw_str_sub(tw_buf_view(&whole), 0, fits));
    if (fits < whole.n)
        tw_buf_c(out, "…");
    out->failed |= whole.failed;
    tw_buf_fini(&whole);
    return tw_doc_kind(value) != TW_DOC_TEXT;
}

/* A spread of days or seconds in days, hours or seconds. */
void tw_render_spread(const tw_doc *column, tw_buf *out) {
    tw_str type = tw_doc_as_text(tw_doc_get(column, "type"), TW_STR(""));
    const tw_doc *sd = tw_doc_get(column, "sd");
    double value = tw_doc_as_number(sd, NAN);
    bool days = tw_str_eq_c(type, "date");
    bool seconds = tw_str_eq_c(type, "datetime") || tw_str_eq_c(type, "time");
    if ((!days && !seconds) || !isfinite(value)) {
        tw_value_put(sd, out);
        return;
    }
    double unit = days || value < 3600 ? 1 : value < 86400 ? 3600 : 86400;
    tw_value_put_number(value / unit, out);
    tw_buf_c(out, days || unit > 3600 ? " d" : unit > 1 ? " h" : " s");
}

enum figure { NAME, TYPE, ROLE, SEMANTIC, MISSING, DISTINCT, HISTOGRAM, MIN, MEDIAN, MAX, MEAN, SD };

static const struct {
    const char *head;
    bool if_any; /* left out where no column has it */
} figures[] = {[NAME] = {"name", false},           [TYPE] = {"type", false},
               [ROLE] = {"role", true},            [SEMANTIC] = {"semantic", true},
               [MISSING] = {"missing", false},     [DISTINCT] = {"distinct", false},
               [HISTOGRAM] = {"histogram", true},  [MIN] = {"min", false},
               [MEDIAN] = {"median", true},        [MAX] = {"max", false},
               [MEAN] = {"mean", true},            [SD] = {"sd", true}};

/* Nothing put: the column has no such figure. True: a number, or what stands under numbers. */
static bool put_figure(enum figure figure, const tw_doc *column, int64_t rows, tw_buf *out) {
    const tw_doc *value = tw_doc_get(column, figures[figure].head);
    switch (figure) {
    case NAME:
    case TYPE:
    case ROLE:
    case SEMANTIC:
        put_word(column, figures[figure].head, out);
        return false;
    case MISSING:
        tw_render_missing(column, rows, out);
        return true;
    case DISTINCT:
        tw_render_distinct(column, out);
        return true;
    case HISTOGRAM:
        put_histogram(column, out);
        return false;
    case MEDIAN:
        value = tw_doc_get(tw_doc_get(column, "quantiles"), "0.5");
        break;
    case SD:
        if (tw_doc_kind(value) != TW_DOC_NULL)
            tw_render_spread(column, out);
        return true;
    case MIN:
    case MAX:
    case MEAN:
        break;
    }
    return tw_doc_kind(value) == TW_DOC_NULL || put_value(value, out);
}

static bool shows(enum figure figure, const tw_doc *columns, int64_t rows) {
    bool any = !figures[figure].if_any;
    for (size_t i = 0; i < tw_doc_count(columns) && !any; i++) {
        tw_buf text;
        tw_buf_init(&text, TW_BUF_MAX);
        put_figure(figure, tw_doc_at(columns, i), rows, &text);
        any = text.n > 0;
        tw_buf_fini(&text);
    }
    return any;
}

static void set_figure(tw_matrix *m, size_t row, size_t at, enum figure figure,
                       const tw_doc *column, int64_t rows) {
    tw_buf text;
    tw_buf_init(&text, TW_BUF_MAX);
    bool number = put_figure(figure, column, rows, &text);
    bool nothing = text.n == 0;
    if (nothing)
        tw_buf_c(&text, "-");
    tw_matrix_text(m, row, at, &text, number);
    tw_buf_fini(&text);
}

static void put_columns(const tw_doc *columns, int64_t rows, int width, tw_buf *out) {
    enum figure shown[TW_COUNT(figures)];
    size_t n = 0;
    for (size_t f = 0; f < TW_COUNT(figures); f++)
        if (shows((enum figure)f, columns, rows))
            shown[n++] = (enum figure)f;
    tw_matrix m;
    if (tw_matrix_init(&m, n, tw_doc_count(columns))) {
        for (size_t k = 0; k < n; k++)
            m.heads[k] = tw_str_c(figures[shown[k]].head);
        for (size_t r = 0; r < m.rows; r++)
            for (size_t k = 0; k < n; k++)
                set_figure(&m, r, k, shown[k], tw_doc_at(columns, r), rows);
        tw_matrix_put(&m, width, out);
    } else {
        out->failed = true;
    }
    tw_matrix_fini(&m);
}

/* --- the table's parts --- */

/* The strongest pairs; all of them would be a flood that hides what comes behind. */
static void put_associations(const tw_doc *associations, int width, tw_buf *out) {
    static const char *const keys[] = {"a", "b", "measure", "value", "n"};
    tw_strongest all;
    tw_doc *list = tw_doc_list();
    bool good = tw_strongest_gather(associations, &all) && list;
    size_t shown = TW_MIN(all.n, (size_t)PAIRS_MAX);
    for (size_t i = 0; i < shown && good; i++)
        good = tw_doc_add(list, tw_doc_copy(all.at[i].one));
    if (good && shown) {
        tw_buf_c(out, "\nassociations, the strongest first\n");
        tw_render_maps(list, keys, TW_COUNT(keys), width, out);
        if (all.n > shown)
            tw_buf_printf(out, "%zu weaker pairs are left out\n", all.n - shown);
    }
    out->failed |= !good;
    tw_strongest_fini(&all);
    tw_doc_free(list);
}

void tw_render_left_out(const tw_doc *doc, tw_buf *out) {
    const tw_doc *list = tw_doc_get(doc, "left_out");
    if (tw_doc_count(list))
        tw_buf_c(out, "\nleft out\n");
    for (size_t i = 0; i < tw_doc_count(list); i++)
        tw_buf_printf(out, "%s\n", tw_doc_as_c(tw_doc_at(list, i), ""));
}

/* --- findings --- */

/* Lines behind the first stand under it. */
static void put_indented(const char *text, size_t indent, tw_buf *out) {
    for (; *text; text++) {
        tw_buf_char(out, *text);
        if (*text == '\n')
            tw_buf_fill(out, ' ', indent);
    }
}

static void list_findings(const tw_doc *doc, tw_buf *out) {
    const tw_doc *list = tw_doc_get(doc, "findings");
    if (!tw_doc_count(list))
        tw_buf_c(out, "nothing found\n");
    for (size_t i = 0; i < tw_doc_count(list); i++) {
        const tw_doc *f = tw_doc_at(list, i);
        const char *verdict = tw_doc_as_c(tw_doc_get(f, "verdict"), "open");
        const char *fix = tw_doc_as_c(tw_doc_get(f, "fix"), NULL);
        tw_buf_printf(out, "%4zu  %-7s  %s", i + 1, tw_doc_as_c(tw_doc_get(f, "class"), ""),
                      tw_doc_as_c(tw_doc_get(f, "message"), ""));
        if (strcmp(verdict, "open") != 0)
            tw_buf_printf(out, " (%s)", verdict);
        if (fix) {
            tw_buf_c(out, "\n      fix: ");
            put_indented(fix, 11, out);
        }
        tw_buf_char(out, '\n');
    }
}

void tw_render_findings(const tw_doc *doc, int width, tw_buf *out) {
    (void)width;
    list_findings(doc, out);
    tw_render_left_out(doc, out);
}

/* --- a profile --- */

static void put_sample(const tw_doc *doc, tw_buf *out) {
    const tw_doc *read = tw_doc_get(doc, "rows_read");
    if (!read)
        return;
    tw_buf_c(out, "\nwhat follows: from a sample of ");
    tw_render_count(tw_doc_as_int(read, 0), out);
    tw_buf_c(out, " rows; --full reads all\n");
}

void tw_render_profile(const tw_doc *doc, int width, tw_buf *out) {
    const tw_doc *columns = tw_doc_get(doc, "columns");
    int64_t rows = tw_doc_as_int(tw_doc_get(doc, "rows"), 0);
    size_t n = tw_doc_count(columns);
    tw_render_count(rows, out);
    tw_buf_printf(out, " row%s, %zu column%s\n\n", rows == 1 ? "" : "s", n, n == 1 ? "" : "s");
    put_columns(columns, rows, width, out);
    put_sample(doc, out);
    tw_render_section(doc, "duplicates", "duplicate rows", width, out);
    put_associations(tw_doc_get(doc, "associations"), width, out);
    if (tw_doc_get(doc, "findings")) {
        tw_buf_c(out, "\nfindings\n");
        list_findings(doc, out);
    }
    tw_render_left_out(doc, out);
}
