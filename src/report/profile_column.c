/* Columns in a profile's report: one line each in an index, then a card each with figures and a
 * chart. */
#include <math.h>

#include "report/profile_parts.h"

enum { MOST_TOP = 8, MOST_PATTERNS = 4, MOST_FACTS = 24, MOST_TOKENS = 6 };

static double share_of(int64_t part, int64_t all) {
    return all > 0 ? (double)part / (double)all : 0;
}

static tw_str distinct_text(tw_page *p, const tw_doc *column) {
    const tw_doc *distinct = tw_doc_get(column, "distinct");
    tw_str count = tw_page_count(p, tw_doc_as_int(tw_doc_get(distinct, "value"), 0));
    bool exact = tw_doc_as_bool(tw_doc_get(distinct, "exact"), true);
    return exact ? count : tw_page_printf(p, "about %.*s", TW_ARG(count));
}

static const tw_doc *median_of(const tw_doc *column) {
    return tw_doc_get(tw_doc_get(column, "quantiles"), "0.5");
}

/* Short enough for a cell of the index. */
static tw_str brief(tw_page *p, const tw_doc *value) {
    return tw_page_cut(p, tw_page_value(p, value), 18);
}

static void put_left_out(tw_page *p, size_t n, size_t most) {
    if (n > most)
        p->ops->note(p,
                     tw_page_printf(p, "%zu more columns are left out; 'profile --json' has all.",
                                    n - most));
}

/* --- index --- */

static const tw_page_head index_heads[] = {
    {"#", true},        {"Column", false}, {"Type", false},  {"Meaning", false}, {"Missing", true},
    {"Distinct", true}, {"Least", true},   {"Median", true}, {"Greatest", true}, {"Shape", false},
};

static void put_index_row(tw_page *p, const tw_doc *column, size_t number, int64_t rows) {
    int64_t missing = tw_doc_as_int(tw_doc_get(column, "missing"), 0);
    const tw_doc *semantic = tw_doc_get(column, "semantic");
    double share = share_of(missing, rows);
    tw_page_cell cells[] = {
        tw_page_plain(tw_page_count(p, (int64_t)number)),
        tw_page_column(p, tw_doc_get(column, "name")),
        tw_page_plain(tw_page_value(p, tw_doc_get(column, "type"))),
        tw_page_plain(tw_doc_as_text(semantic, TW_STR(""))),
        tw_page_barred(missing ? tw_page_share(p, share) : TW_STR("0"),
                       missing ? share : (double)NAN),
        tw_page_plain(distinct_text(p, column)),
        tw_page_plain(brief(p, tw_doc_get(column, "min"))),
        tw_page_plain(brief(p, median_of(column))),
        tw_page_plain(brief(p, tw_doc_get(column, "max"))),
        tw_page_plain(TW_STR("")),
    };
    cells[TW_COUNT(cells) - 1].bins = tw_doc_get(tw_doc_get(column, "histogram"), "counts");
    p->ops->row(p, index_heads, cells, TW_COUNT(cells));
}

void tw_report_column_index(tw_page *p, const tw_doc *doc) {
    const tw_doc *columns = tw_doc_get(doc, "columns");
    int64_t rows = tw_doc_as_int(tw_doc_get(doc, "rows"), 0);
    p->ops->table(p, index_heads, TW_COUNT(index_heads));
    for (size_t i = 0; i < tw_doc_count(columns) && i < TW_REPORT_LINES; i++)
        put_index_row(p, tw_doc_at(columns, i), i + 1, rows);
    p->ops->table_end(p);
    put_left_out(p, tw_doc_count(columns), TW_REPORT_LINES);
}

/* --- cards --- */

static size_t pills_of(tw_page *p, const tw_doc *column, tw_page_pill pills[5]) {
    static const char *const keys[] = {"type", "role", "semantic"};
    size_t n = 0;
    for (size_t i = 0; i < TW_COUNT(keys); i++) {
        tw_str word = tw_doc_as_text(tw_doc_get(column, keys[i]), TW_STR(""));
        if (word.n)
            pills[n++] = (tw_page_pill){word, TW_TONE_PLAIN};
    }
    if (tw_doc_as_bool(tw_doc_get(column, "sensitive"), false))
        pills[n++] = (tw_page_pill){TW_STR("sensitive"), TW_TONE_ERROR};
    const tw_doc *sorted = tw_doc_get(column, "sorted");
    if (tw_doc_kind(sorted) == TW_DOC_TEXT)
        pills[n++] =
            (tw_page_pill){tw_page_printf(p, "sorted %s", tw_doc_as_c(sorted, "")), TW_TONE_PLAIN};
    return n;
}

typedef struct fact_list {
    tw_page_fact at[MOST_FACTS];
    size_t n;
} fact_list;

static void add_fact(fact_list *list, const char *label, tw_str value, double bar) {
    if (list->n < MOST_FACTS)
        list->at[list->n++] = (tw_page_fact){tw_str_c(label), value, bar};
}

static void add_value(tw_page *p, fact_list *list, const char *label, const tw_doc *value) {
    if (tw_doc_kind(value) != TW_DOC_NULL)
        add_fact(list, label, tw_page_cut(p, tw_page_value(p, value), 40), NAN);
}

/* Zeros and negatives are told only where there are some. */
static void add_count(tw_page *p, fact_list *list, const char *label, const tw_doc *column,
                      const char *key, int64_t rows) {
    int64_t n = tw_doc_as_int(tw_doc_get(column, key), 0);
    if (n)
        add_fact(list, label,
                 tw_page_printf(p, "%.*s (%.*s)", TW_ARG(tw_page_count(p, n)),
                                TW_ARG(tw_page_share(p, share_of(n, rows)))),
                 NAN);
}

static tw_str missing_text(tw_page *p, const tw_doc *column, int64_t rows) {
    int64_t missing = tw_doc_as_int(tw_doc_get(column, "missing"), 0);
    if (!missing)
        return TW_STR("none");
    return tw_page_printf(p, "%.*s (%.*s)", TW_ARG(tw_page_count(p, missing)),
                          TW_ARG(tw_page_share(p, share_of(missing, rows))));
}

static tw_str token_text(tw_page *p, tw_str token) {
    return token.n ? tw_page_printf(p, "'%.*s'", TW_ARG(tw_page_cut(p, token, 20)))
                   : TW_STR("empty");
}

static void add_tokens(tw_page *p, fact_list *list, const tw_doc *tokens) {
    tw_str text = TW_STR("");
    for (size_t i = 0; i < tw_doc_count(tokens) && i < MOST_TOKENS; i++)
        text = tw_page_printf(p, "%.*s%s%.*s %.*s", TW_ARG(text), i ? ", " : "",
                              TW_ARG(token_text(p, tw_doc_key(tokens, i))),
                              TW_ARG(tw_page_value(p, tw_doc_at(tokens, i))));
    if (text.n)
        add_fact(list, "written as", text, NAN);
}

static void put_counts(tw_page *p, const tw_doc *column, int64_t rows, bool boolean) {
    fact_list list = {.n = 0};
    const tw_doc *lengths = tw_doc_get(column, "lengths");
    double mean = tw_doc_as_number(tw_doc_get(lengths, "mean"), 0);
    add_fact(&list, "missing", missing_text(p, column, rows), NAN);
    add_count(p, &list, "unreadable", column, "unreadable", rows);
    add_tokens(p, &list, tw_doc_get(column, "null_tokens"));
    add_fact(&list, "distinct", distinct_text(p, column), NAN);
    add_value(p, &list, "entropy, bits", tw_doc_get(column, "entropy"));
    if (!boolean)
        add_count(p, &list, "zeros", column, "zeros", rows);
    add_count(p, &list, "negatives", column, "negatives", rows);
    if (tw_doc_count(lengths))
        add_fact(&list, "length",
                 tw_page_printf(p, "%.*s to %.*s, mean %.*s",
                                TW_ARG(tw_page_value(p, tw_doc_get(lengths, "min"))),
                                TW_ARG(tw_page_value(p, tw_doc_get(lengths, "max"))),
                                TW_ARG(tw_page_number(p, round(10 * mean) / 10))),
                 NAN);
    p->ops->facts(p, list.at, list.n);
}

/* Spreads of dates are days, those of times seconds; other columns have their own unit. */
static tw_str spread_label(tw_page *p, const tw_doc *column, const char *word) {
    const char *type = tw_doc_as_c(tw_doc_get(column, "type"), "");
    const char *unit = strcmp(type, "date") == 0 ? "days" : strstr(type, "time") ? "seconds" : NULL;
    return unit ? tw_page_printf(p, "%s, %s", word, unit) : tw_str_c(word);
}

static void put_moments(tw_page *p, const tw_doc *column) {
    static const char *const figures[][2] = {{"mean", "mean"}, {"sum", "sum"},
                                             {"sd", "sd"},     {"mad", "mad"},
                                             {"skew", "skew"}, {"kurtosis", "kurtosis"}};
    fact_list list = {.n = 0};
    for (size_t i = 0; i < TW_COUNT(figures); i++) {
        bool spread = strcmp(figures[i][0], "sd") == 0 || strcmp(figures[i][0], "mad") == 0;
        size_t before = list.n;
        add_value(p, &list, figures[i][0], tw_doc_get(column, figures[i][1]));
        if (spread && list.n > before)
            list.at[before].label = spread_label(p, column, figures[i][0]);
    }
    if (list.n)
        p->ops->facts(p, list.at, list.n);
}

static void put_quantiles(tw_page *p, const tw_doc *column) {
    static const char *const rows[][2] = {
        {"5 %", "0.05"}, {"25 %", "0.25"}, {"median", "0.5"}, {"75 %", "0.75"}, {"95 %", "0.95"}};
    const tw_doc *quantiles = tw_doc_get(column, "quantiles");
    fact_list list = {.n = 0};
    if (!tw_doc_count(quantiles))
        return;
    add_value(p, &list, "least", tw_doc_get(column, "min"));
    for (size_t i = 0; i < TW_COUNT(rows); i++)
        add_value(p, &list, rows[i][0], tw_doc_get(quantiles, rows[i][1]));
    add_value(p, &list, "greatest", tw_doc_get(column, "max"));
    p->ops->facts(p, list.at, list.n);
}

/* values: list of maps with `key` and count. */
static void put_levels(tw_page *p, const char *label, const tw_doc *values, const char *key,
                       size_t most, int64_t rows) {
    tw_page_bar bars[MOST_TOP];
    size_t n = 0;
    for (size_t i = 0; i < tw_doc_count(values) && n < most; i++) {
        const tw_doc *one = tw_doc_at(values, i);
        int64_t count = tw_doc_as_int(tw_doc_get(one, "count"), 0);
        double share = share_of(count, rows);
        bars[n++] = (tw_page_bar){tw_page_cut(p, tw_page_value(p, tw_doc_get(one, key)), 60),
                                  tw_page_printf(p, "%.*s (%.*s)", TW_ARG(tw_page_count(p, count)),
                                                 TW_ARG(tw_page_share(p, share))),
                                  share, NAN};
    }
    if (n)
        p->ops->bars(p, label, bars, n);
}

/* A list in which no value stands out tells nothing. */
static bool tells_something(const tw_doc *top) {
    return tw_doc_as_int(tw_doc_get(tw_doc_at(top, 0), "count"), 0) > 1;
}

static void put_card(tw_page *p, const tw_doc *column, int64_t rows) {
    tw_page_pill pills[5];
    size_t n = pills_of(p, column, pills);
    const tw_doc *histogram = tw_doc_get(column, "histogram"), *top = tw_doc_get(column, "top");
    tw_str name = tw_doc_as_text(tw_doc_get(column, "name"), TW_STR(""));
    tw_page_bins bins = {.name = tw_page_cut(p, name, TW_PAGE_NAME),
                         .edges = tw_doc_get(histogram, "edges"),
                         .counts = tw_doc_get(histogram, "counts")};
    bool boolean = strcmp(tw_doc_as_c(tw_doc_get(column, "type"), ""), "boolean") == 0;
    bool chart = tw_doc_count(bins.counts) > 0 && !boolean;
    p->ops->card(p, name, pills, n);
    if (chart)
        p->ops->bins(p, &bins);
    put_counts(p, column, rows, boolean);
    if (!boolean)
        put_quantiles(p, column);
    if (!boolean)
        put_moments(p, column);
    if (tells_something(top))
        put_levels(p, "Most frequent", top, "value", chart ? 3 : MOST_TOP, rows);
    put_levels(p, "Shapes", tw_doc_get(column, "patterns"), "pattern", MOST_PATTERNS, rows);
    p->ops->card_end(p);
}

void tw_report_column_cards(tw_page *p, const tw_doc *doc) {
    const tw_doc *columns = tw_doc_get(doc, "columns");
    int64_t rows = tw_doc_as_int(tw_doc_get(doc, "rows"), 0);
    p->ops->cards(p, true);
    for (size_t i = 0; i < tw_doc_count(columns) && i < TW_REPORT_CARDS; i++)
        put_card(p, tw_doc_at(columns, i), rows);
    p->ops->cards(p, false);
    put_left_out(p, tw_doc_count(columns), TW_REPORT_CARDS);
}
