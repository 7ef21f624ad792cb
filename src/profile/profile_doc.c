/* The document of `profile --json`: names and order as CLI.md has them.
 *
 * Figures of dates and times are written as ISO text, their spreads as days and seconds. What a
 * type does not have is null: text has no mean, dates have no sum. */
#include "profile/profile_impl.h"

#include <math.h>

static const double MICROS = 1e6;

typedef struct figures {
    bool sums;      /* sum, zeros, negatives make sense */
    bool quantiles; /* positions make sense */
    double spread;  /* what a spread is divided by: microseconds to seconds */
} figures;

static figures figures_of(enum tw_type type) {
    const tw_type_ops *ops = tw_type_ops_of(type);
    bool times = type == TW_TIME || type == TW_DATETIME;
    return (figures){ops->is_number || type == TW_BOOLEAN,
                     ops->is_ordered_scale && type != TW_BOOLEAN, times ? MICROS : 1};
}

/* A figure on the column's scale: a number, or the nearest date as ISO text. */
static tw_doc *position(enum tw_type type, double value) {
    const tw_type_ops *ops = tw_type_ops_of(type);
    tw_cell cell;
    if (isnan(value) || !ops->is_ordered_scale)
        return tw_doc_null();
    if (ops->is_number || type == TW_BOOLEAN)
        return tw_doc_number(value);
    return ops->from_f64(value, &cell) ? tw_cell_doc(&cell) : tw_doc_null();
}

static void set_number(tw_doc *map, const char *key, bool defined, double value) {
    tw_doc_set(map, key, defined && !isnan(value) ? tw_doc_number(value) : tw_doc_null());
}

static tw_doc *value_counts(const tw_value_count *at, size_t n, const char *key) {
    tw_doc *list = tw_doc_list();
    for (size_t i = 0; i < n; i++) {
        tw_doc *one = tw_doc_map();
        tw_doc_set(one, key, tw_cell_doc(&at[i].value));
        tw_doc_set(one, "count", tw_doc_int(at[i].count));
        tw_doc_add(list, one);
    }
    return list;
}

static tw_doc *null_tokens(const tw_column_profile *p) {
    tw_doc *map = tw_doc_map();
    for (size_t i = 0; i < p->n_null_tokens; i++)
        tw_doc_set_str(map, p->null_tokens[i].value.text, tw_doc_int(p->null_tokens[i].count));
    return map;
}

static tw_doc *distinct(const tw_column_profile *p) {
    tw_doc *map = tw_doc_map();
    tw_doc_set(map, "value", tw_doc_int(p->distinct));
    tw_doc_set(map, "exact", tw_doc_bool(p->distinct_exact));
    return map;
}

static tw_doc *quantiles(const tw_column_profile *p) {
    static const char *const names[TW_QUANTILES] = {"0.01", "0.05", "0.1",  "0.25", "0.5",
                                                    "0.75", "0.9",  "0.95", "0.99"};
    if (!figures_of(p->type).quantiles || isnan(p->min))
        return tw_doc_null();
    tw_doc *map = tw_doc_map();
    for (size_t i = 0; i < TW_QUANTILES; i++)
        tw_doc_set(map, names[i], position(p->type, p->quantiles[i]));
    return map;
}

static tw_doc *histogram(const tw_column_profile *p) {
    if (!p->histogram.n)
        return tw_doc_null();
    bool number = tw_type_ops_of(p->type)->is_number || p->type == TW_BOOLEAN;
    tw_doc *map = tw_doc_map(), *edges = tw_doc_list(), *counts = tw_doc_list();
    for (size_t i = 0; i <= p->histogram.n; i++) /* a bin of days begins with its first day */
        tw_doc_add(edges,
                   position(p->type, number ? p->histogram.edges[i] : ceil(p->histogram.edges[i])));
    for (size_t i = 0; i < p->histogram.n; i++)
        tw_doc_add(counts, tw_doc_int(p->histogram.counts[i]));
    tw_doc_set(map, "edges", edges);
    tw_doc_set(map, "counts", counts);
    return map;
}

static tw_doc *lengths(const tw_column_profile *p) {
    if (p->type != TW_TEXT || isnan(p->length_mean))
        return tw_doc_null();
    tw_doc *map = tw_doc_map();
    tw_doc_set(map, "min", tw_doc_int(p->length_min));
    tw_doc_set(map, "mean", tw_doc_number(p->length_mean));
    tw_doc_set(map, "max", tw_doc_int(p->length_max));
    return map;
}

static tw_doc *sorted(int way) {
    return way ? tw_doc_c(way > 0 ? "asc" : "desc") : tw_doc_null();
}

static tw_doc *word_or_null(const char *word) {
    return word && *word ? tw_doc_c(word) : tw_doc_null();
}

static tw_doc *column_doc(const tw_column_profile *p) {
    figures f = figures_of(p->type);
    tw_doc *map = tw_doc_map();
    tw_doc_set(map, "name", tw_doc_c(p->name));
    tw_doc_set(map, "type", tw_doc_c(tw_type_name(p->type)));
    if (p->decimals >= 0)
        tw_doc_set(map, "decimals", tw_doc_int(p->decimals));
    tw_doc_set(map, "role", word_or_null(tw_role_word(p->role)));
    tw_doc_set(map, "semantic", word_or_null(p->semantic));
    tw_doc_set(map, "sensitive", tw_doc_bool(p->sensitive));
    tw_doc_set(map, "missing", tw_doc_int(p->missing));
    tw_doc_set(map, "unreadable", tw_doc_int(p->unreadable));
    tw_doc_set(map, "null_tokens", null_tokens(p));
    tw_doc_set(map, "distinct", distinct(p));
    tw_doc_set(map, "min", tw_cell_doc(&p->min_cell));
    tw_doc_set(map, "max", tw_cell_doc(&p->max_cell));
    tw_doc_set(map, "mean", position(p->type, p->mean));
    set_number(map, "sd", true, p->sd / f.spread);
    set_number(map, "mad", true, p->mad / f.spread);
    set_number(map, "skew", true, p->skew);
    set_number(map, "kurtosis", true, p->kurtosis);
    set_number(map, "sum", f.sums, p->sum);
    tw_doc_set(map, "zeros", f.sums ? tw_doc_int(p->zeros) : tw_doc_null());
    tw_doc_set(map, "negatives", f.sums ? tw_doc_int(p->negatives) : tw_doc_null());
    tw_doc_set(map, "quantiles", quantiles(p));
    tw_doc_set(map, "histogram", histogram(p));
    tw_doc_set(map, "top", value_counts(p->top, p->n_top, "value"));
    tw_doc_set(map, "lengths", lengths(p));
    tw_doc_set(map, "patterns", value_counts(p->patterns, p->n_patterns, "pattern"));
    tw_doc_set(map, "sorted", sorted(p->sorted));
    set_number(map, "entropy", true, p->entropy);
    return map;
}

tw_doc *tw_profile_doc(const tw_profile *profile) {
    tw_doc *map = tw_doc_map(), *columns = tw_doc_list();
    tw_doc_set(map, "rows", tw_doc_int(profile->rows));
    tw_doc_set(map, "exact", tw_doc_bool(true));
    for (size_t i = 0; i < profile->width; i++)
        tw_doc_add(columns, column_doc(&profile->columns[i]));
    tw_doc_set(map, "columns", columns);
    for (size_t i = 0; i < tw_doc_count(profile->parts); i++)
        tw_doc_set_str(map, tw_doc_key(profile->parts, i),
                       tw_doc_copy(tw_doc_at(profile->parts, i)));
    return map;
}
