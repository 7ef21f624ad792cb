/* The layout of a comparison: the scores between their lines, what a model learns from the other
 * table, privacy, then columns and pairs, worst first. Reads the document of `compare --json`. */
#include <math.h>

#include "report/page.h"

enum { MOST_CARDS = 60, MOST_PAIRS = 60, MOST_LEVELS = 10 };

static double figure(const tw_doc *map, const char *key) {
    return tw_doc_as_number(tw_doc_get(map, key), (double)NAN);
}

static void compare_lead(tw_page *p, const tw_doc *doc, const char *title, const char *other,
                         tw_str *head, tw_str *lead) {
    tw_str rows = tw_page_count(p, tw_doc_as_int(tw_doc_get(doc, "rows_real"), 0));
    tw_str others = tw_page_count(p, tw_doc_as_int(tw_doc_get(doc, "rows_other"), 0));
    tw_str name = tw_page_cut(p, tw_str_c(title ? title : "Comparison"), TW_PAGE_NAME);
    tw_str second = tw_page_cut(p, tw_str_c(other ? other : "the other table"), TW_PAGE_NAME);
    *head = tw_page_printf(p, "%.*s and %.*s", TW_ARG(name), TW_ARG(second));
    *lead = tw_page_printf(p,
                           "%.*s real rows compared with %.*s others; 1 is the same, 0 nothing "
                           "in common",
                           TW_ARG(rows), TW_ARG(others));
}

/* --- overview --- */

static tw_str score_text(tw_page *p, double score) {
    return tw_page_fixed(p, score, 4);
}

static void put_overview(tw_page *p, const tw_doc *doc) {
    const tw_doc *fidelity = tw_doc_get(doc, "fidelity"), *floor = tw_doc_get(doc, "floor");
    const tw_doc *ceiling = tw_doc_get(doc, "ceiling"), *privacy = tw_doc_get(doc, "privacy");
    double copies = figure(privacy, "copies"), dcr = figure(privacy, "dcr_share");
    tw_page_tile tiles[4] = {
        {.label = "Overall", .value = score_text(p, figure(doc, "overall"))},
        {.label = "Shapes of columns", .value = score_text(p, figure(fidelity, "shape"))},
        {.label = "Trends of pairs",
         .value = score_text(p, figure(fidelity, "trend")),
         .detail = tw_page_printf(p, "%.*s over strong pairs",
                                  TW_ARG(score_text(p, figure(fidelity, "trend_strong"))))},
        {.label = "Rows copied", .value = tw_page_share(p, copies)},
    };
    if (!isnan(dcr))
        tiles[3].detail = tw_page_printf(p, "closer to real than to hold-out: %.*s",
                                         TW_ARG(tw_page_share(p, dcr)));
    p->ops->tiles(p, tiles, TW_COUNT(tiles));
    tw_page_scale scales[] = {
        {"Shapes", figure(fidelity, "shape"), NAN, figure(ceiling, "shape")},
        {"Trends", figure(fidelity, "trend"), figure(floor, "trend"), figure(ceiling, "trend")},
    };
    p->ops->subheading(p, "Between floor and ceiling");
    p->ops->scales(p, scales, TW_COUNT(scales));
    p->ops->note(p, TW_STR("Floor: every column shuffled on its own, which keeps shapes and loses "
                           "trends. Ceiling: real rows held out; above it, rows were learnt by "
                           "heart."));
    const char *why = tw_doc_as_c(tw_doc_get(ceiling, "why"), NULL);
    if (why)
        p->ops->note(p, tw_page_printf(p, "No ceiling: %s.", why));
}

/* --- utility --- */

static bool has_utility(const tw_doc *doc) {
    return tw_doc_count(tw_doc_get(tw_doc_get(doc, "utility"), "real")) > 0;
}

/* A share is drawn, an error in the target's unit is not. */
static tw_page_cell utility_cell(tw_page *p, const tw_doc *map, const char *key) {
    double value = figure(map, key);
    if (strcmp(key, "rmse") == 0)
        return tw_page_plain(tw_page_number(p, value));
    return tw_page_barred(score_text(p, value), value);
}

static void put_utility(tw_page *p, const tw_doc *doc) {
    static const tw_page_head heads[] = {{"Figure", false},
                                         {"Trained on real", true},
                                         {"Trained on other", true},
                                         {"Trained on both", true},
                                         {"Guessing", true}};
    static const char *const keys[] = {"real", "other", "both", "baseline"};
    const tw_doc *u = tw_doc_get(doc, "utility"), *real = tw_doc_get(u, "real");
    const char *note = tw_doc_as_c(tw_doc_get(u, "note"), NULL);
    tw_str target =
        tw_page_cut(p, tw_doc_as_text(tw_doc_get(u, "target"), TW_STR("")), TW_PAGE_NAME);
    p->ops->note(
        p, tw_page_printf(p,
                          "Boosted trees learn to predict %.*s (%s) from %.*s rows of each table "
                          "and are tested on the same %.*s real rows.",
                          TW_ARG(target), tw_doc_as_c(tw_doc_get(u, "task"), ""),
                          TW_ARG(tw_page_count(p, tw_doc_as_int(tw_doc_get(u, "train_rows"), 0))),
                          TW_ARG(tw_page_count(p, tw_doc_as_int(tw_doc_get(u, "test_rows"), 0)))));
    p->ops->table(p, heads, TW_COUNT(heads));
    for (size_t i = 0; i < tw_doc_count(real); i++) {
        tw_page_cell cells[TW_COUNT(heads)] = {tw_page_plain(tw_doc_key(real, i))};
        for (size_t k = 0; k < TW_COUNT(keys); k++)
            cells[k + 1] = utility_cell(p, tw_doc_get(u, keys[k]), tw_doc_key(real, i).p);
        p->ops->row(p, heads, cells, TW_COUNT(cells));
    }
    p->ops->table_end(p);
    if (note)
        p->ops->note(p, tw_str_c(note));
}

/* --- columns --- */

static void put_columns(tw_page *p, const tw_doc *doc) {
    static const tw_page_head heads[] = {
        {"Column", false},         {"Shape", true},       {"KS", true},
        {"Total variation", true}, {"Wasserstein", true}, {"Missing, real", true},
        {"Missing, other", true},
    };
    const tw_doc *columns = tw_doc_get(doc, "columns");
    p->ops->table(p, heads, TW_COUNT(heads));
    for (size_t i = 0; i < tw_doc_count(columns); i++) {
        const tw_doc *one = tw_doc_at(columns, i);
        double shape = figure(one, "shape");
        tw_page_cell cells[] = {
            tw_page_column(p, tw_doc_get(one, "name")),
            tw_page_barred(score_text(p, shape), shape),
            tw_page_plain(score_text(p, figure(one, "ks"))),
            tw_page_plain(score_text(p, figure(one, "tv"))),
            tw_page_plain(tw_page_number(p, figure(one, "wasserstein"))),
            tw_page_plain(tw_page_share(p, figure(one, "missing_real"))),
            tw_page_plain(tw_page_share(p, figure(one, "missing_other"))),
        };
        p->ops->row(p, heads, cells, TW_COUNT(cells));
    }
    p->ops->table_end(p);
}

/* --- side by side --- */

static bool has_chart(const tw_doc *column) {
    return tw_doc_get(column, "histogram") || tw_doc_get(column, "levels");
}

static bool has_charts(const tw_doc *doc) {
    const tw_doc *columns = tw_doc_get(doc, "columns");
    for (size_t i = 0; i < tw_doc_count(columns); i++)
        if (has_chart(tw_doc_at(columns, i)))
            return true;
    return false;
}

static void put_levels(tw_page *p, const tw_doc *levels) {
    tw_page_bar bars[MOST_LEVELS];
    size_t n = 0;
    for (size_t i = 0; i < tw_doc_count(levels) && n < MOST_LEVELS; i++) {
        const tw_doc *one = tw_doc_at(levels, i), *value = tw_doc_get(one, "value");
        double real = figure(one, "real"), other = figure(one, "other");
        tw_str name =
            tw_doc_kind(value) == TW_DOC_NULL ? TW_STR("(missing)") : tw_page_value(p, value);
        bars[n++] = (tw_page_bar){tw_page_cut(p, name, 60),
                                  tw_page_printf(p, "%.*s / %.*s", TW_ARG(tw_page_share(p, real)),
                                                 TW_ARG(tw_page_share(p, other))),
                                  real, other};
    }
    if (n)
        p->ops->bars(p, "Real / other", bars, n);
}

static void put_card(tw_page *p, const tw_doc *column) {
    const tw_doc *histogram = tw_doc_get(column, "histogram");
    tw_str name = tw_doc_as_text(tw_doc_get(column, "name"), TW_STR(""));
    tw_page_bins bins = {.name = tw_page_cut(p, name, TW_PAGE_NAME),
                         .edges = tw_doc_get(histogram, "edges"),
                         .counts = tw_doc_get(histogram, "real"),
                         .other = tw_doc_get(histogram, "other")};
    tw_page_pill pill = {
        tw_page_printf(p, "shape %.*s", TW_ARG(score_text(p, figure(column, "shape")))),
        TW_TONE_PLAIN};
    p->ops->card(p, name, &pill, 1);
    if (histogram)
        p->ops->bins(p, &bins);
    put_levels(p, tw_doc_get(column, "levels"));
    p->ops->card_end(p);
}

static size_t count_charts(const tw_doc *columns) {
    size_t n = 0;
    for (size_t i = 0; i < tw_doc_count(columns); i++)
        n += has_chart(tw_doc_at(columns, i));
    return n;
}

/* What comes behind the last one shown. */
static void put_rest(tw_page *p, const char *what, size_t n, size_t shown) {
    if (n > shown)
        p->ops->note(p, tw_page_printf(p, "%zu more %s; 'compare --json' has all.", n - shown, what));
}

static void put_charts(tw_page *p, const tw_doc *doc) {
    const tw_doc *columns = tw_doc_get(doc, "columns");
    size_t shown = 0;
    p->ops->note(p, TW_STR("Blue is the real table, orange the other, both as shares of their "
                           "rows; the worst column comes first."));
    p->ops->cards(p, true);
    for (size_t i = 0; i < tw_doc_count(columns) && shown < MOST_CARDS; i++) {
        const tw_doc *one = tw_doc_at(columns, i);
        if (!has_chart(one))
            continue;
        put_card(p, one);
        shown++;
    }
    p->ops->cards(p, false);
    put_rest(p, "columns are as near or nearer", count_charts(columns), MOST_CARDS);
}

/* --- pairs, privacy --- */

static bool has_pairs(const tw_doc *doc) {
    return tw_doc_count(tw_doc_get(doc, "pairs")) > 0;
}

static void put_pairs(tw_page *p, const tw_doc *doc) {
    static const tw_page_head heads[] = {{"Column", false},
                                         {"Column", false},
                                         {"Trend kept", true},
                                         {"Measure", false},
                                         {"Strength, real", true}};
    const tw_doc *pairs = tw_doc_get(doc, "pairs");
    p->ops->table(p, heads, TW_COUNT(heads));
    for (size_t i = 0; i < tw_doc_count(pairs) && i < MOST_PAIRS; i++) {
        const tw_doc *one = tw_doc_at(pairs, i);
        tw_page_cell cells[] = {
            tw_page_column(p, tw_doc_get(one, "a")),
            tw_page_column(p, tw_doc_get(one, "b")),
            tw_page_barred(score_text(p, figure(one, "trend")), figure(one, "trend")),
            tw_page_plain(tw_page_value(p, tw_doc_get(one, "measure"))),
            tw_page_plain(score_text(p, figure(one, "strength"))),
        };
        p->ops->row(p, heads, cells, TW_COUNT(cells));
    }
    p->ops->table_end(p);
    put_rest(p, "pairs fare as well or better", tw_doc_count(pairs), MOST_PAIRS);
    const char *why = tw_doc_as_c(tw_doc_get(doc, "why_pairs"), NULL);
    if (why)
        p->ops->note(p, tw_str_c(why));
}

static bool has_privacy(const tw_doc *doc) {
    return tw_doc_count(tw_doc_get(doc, "privacy")) > 0;
}

static void put_privacy(tw_page *p, const tw_doc *doc) {
    const tw_doc *privacy = tw_doc_get(doc, "privacy");
    const char *why = tw_doc_as_c(tw_doc_get(privacy, "why"), NULL);
    tw_page_fact facts[] = {
        {TW_STR("rows copied"), tw_page_share(p, figure(privacy, "copies")), NAN},
        {TW_STR("hold-out rows that stand in the real table"),
         tw_page_share(p, figure(privacy, "copies_holdout")), NAN},
        {TW_STR("closer to a real than to a hold-out row"),
         tw_page_share(p, figure(privacy, "dcr_share")), NAN},
    };
    p->ops->facts(p, facts, TW_COUNT(facts));
    if (why)
        p->ops->note(p, tw_str_c(why));
    p->ops->note(p, TW_STR("Half is ideal for the last figure. Passing it is no proof of "
                           "privacy."));
}

static bool always(const tw_doc *doc) {
    (void)doc;
    return true;
}

static const tw_report_part parts[] = {
    {"Overview", always, put_overview}, {"Utility", has_utility, put_utility},
    {"Columns", always, put_columns},   {"Side by side", has_charts, put_charts},
    {"Pairs", has_pairs, put_pairs},    {"Privacy", has_privacy, put_privacy},
    {"Left out", tw_page_has_left_out, tw_page_left_out},
};

const tw_report_layout tw_report_compare = {.view = "compare",
                                            .lead = compare_lead,
                                            .parts = parts,
                                            .n = TW_COUNT(parts),
                                            .has_card = has_chart,
                                            .most_cards = MOST_CARDS};
