/* What relates columns, in a profile's report: associations as a heat map and a ranked list, keys
 * and dependencies, rules between columns, what is missing together. */
#include <math.h>

#include "report/profile_parts.h"
#include "report/strongest.h"

enum {
    HEAT_COLUMNS = 40,
    MOST_ASSOCIATIONS = 40,
    MOST_DEPENDENCIES = 25,
    MOST_RELATIONS = 60,
    MOST_PATTERNS = 20,
    MOST_NAMES = 12
};

/* --- associations --- */

/* The columns of the strongest pairs, as many as a screen bears, in the order of the table. */
static void put_heat(tw_page *p, const tw_strongest *all) {
    uint32_t columns = (uint32_t)tw_hashmap_count(all->names);
    bool *wanted = tw_arena_alloc(&p->texts, columns + 1, sizeof *wanted);
    size_t *slot = tw_arena_alloc(&p->texts, columns + 1, sizeof *slot), n = 0;
    tw_str names[HEAT_COLUMNS];
    double values[HEAT_COLUMNS * HEAT_COLUMNS];
    for (size_t i = 0; wanted && i < all->n && n + 2 <= HEAT_COLUMNS; i++) {
        n += (size_t)!wanted[all->at[i].a] + (size_t)!wanted[all->at[i].b];
        wanted[all->at[i].a] = wanted[all->at[i].b] = true;
    }
    p->out->failed = p->out->failed || !wanted || !slot;
    if (p->out->failed || n < 3)
        return;
    n = 0;
    for (uint32_t c = 0; c < columns; c++)
        if (wanted[c]) {
            names[n] = tw_page_cut(p, tw_hashmap_key(all->names, c), 24);
            slot[c] = n++;
        }
    for (size_t i = 0; i < n * n; i++)
        values[i] = NAN;
    for (size_t i = 0; i < all->n; i++) {
        const tw_strong_pair *one = &all->at[i];
        if (wanted[one->a] && wanted[one->b])
            values[slot[one->a] * n + slot[one->b]] = values[slot[one->b] * n + slot[one->a]] =
                one->strength;
    }
    p->ops->heat(p, names, values, n);
}

static void put_strongest(tw_page *p, const tw_strongest *all) {
    static const tw_page_head heads[] = {
        {"Column", false}, {"Column", false}, {"Measure", false}, {"Value", true}, {"Rows", true}};
    p->ops->table(p, heads, TW_COUNT(heads));
    for (size_t i = 0; i < all->n && i < MOST_ASSOCIATIONS; i++) {
        const tw_doc *one = all->at[i].one;
        double value = tw_doc_as_number(tw_doc_get(one, "value"), 0);
        tw_page_cell cells[] = {
            tw_page_column(p, tw_doc_get(one, "a")),
            tw_page_column(p, tw_doc_get(one, "b")),
            tw_page_plain(tw_page_value(p, tw_doc_get(one, "measure"))),
            tw_page_barred(tw_page_fixed(p, value, 3), all->at[i].strength),
            tw_page_plain(tw_page_count(p, tw_doc_as_int(tw_doc_get(one, "n"), 0))),
        };
        p->ops->row(p, heads, cells, TW_COUNT(cells));
    }
    p->ops->table_end(p);
    if (all->n > MOST_ASSOCIATIONS)
        p->ops->note(
            p, tw_page_printf(p, "%zu weaker pairs are left out.", all->n - MOST_ASSOCIATIONS));
}

void tw_report_associations(tw_page *p, const tw_doc *doc) {
    tw_strongest all;
    if (tw_strongest_gather(tw_doc_get(doc, "associations"), &all)) {
        p->ops->note(p, TW_STR("The strongest of Pearson, Spearman, Cramér's V and the correlation "
                               "ratio for each pair of columns; darker is stronger."));
        put_heat(p, &all);
        put_strongest(p, &all);
    } else {
        p->out->failed = true;
    }
    tw_strongest_fini(&all);
}

/* --- keys, dependencies, relations --- */

static void put_keys(tw_page *p, const tw_doc *keys) {
    tw_str text = TW_STR("");
    size_t n = tw_doc_count(keys);
    for (size_t i = 0; i < n && i < MOST_NAMES; i++)
        text = tw_page_printf(p, "%.*s%s%.*s", TW_ARG(text), i ? "; " : "",
                              TW_ARG(tw_page_names(p, tw_doc_at(keys, i), MOST_NAMES)));
    if (n > MOST_NAMES)
        text = tw_page_printf(p, "%.*s; and %zu more", TW_ARG(text), n - MOST_NAMES);
    if (n)
        p->ops->note(p, tw_page_printf(p, "Keys, no two rows alike: %.*s.", TW_ARG(text)));
    else
        p->ops->note(p, TW_STR("No column or set of up to three columns is a key."));
}

/* Neighbours with one left side stand in one line. */
static void put_exact(tw_page *p, const tw_doc *list) {
    static const tw_page_head heads[] = {{"Equal values here", false},
                                         {"mean equal values here", false}};
    size_t n = tw_doc_count(list), lines = 0, i = 0;
    p->ops->table(p, heads, TW_COUNT(heads));
    while (i < n && lines < MOST_DEPENDENCIES) {
        const tw_doc *lhs = tw_doc_get(tw_doc_at(list, i), "lhs");
        tw_doc *right = tw_doc_list();
        for (; i < n && tw_doc_equal(tw_doc_get(tw_doc_at(list, i), "lhs"), lhs); i++)
            tw_doc_add(right, tw_doc_copy(tw_doc_get(tw_doc_at(list, i), "rhs")));
        tw_str left = tw_doc_count(lhs) ? tw_page_names(p, lhs, MOST_NAMES) : TW_STR("(constant)");
        tw_page_cell cells[] = {tw_page_plain(left),
                                tw_page_plain(tw_page_names(p, right, MOST_NAMES))};
        p->ops->row(p, heads, cells, TW_COUNT(cells));
        p->out->failed = p->out->failed || tw_doc_failed(right);
        tw_doc_free(right);
        lines++;
    }
    p->ops->table_end(p);
    if (i < n)
        p->ops->note(p, tw_page_printf(p, "%zu more dependencies are left out.", n - i));
}

static void put_approximate(tw_page *p, const tw_doc *list) {
    static const tw_page_head heads[] = {
        {"Column", false}, {"almost decides", false}, {"Rows against it", true}};
    p->ops->table(p, heads, TW_COUNT(heads));
    for (size_t i = 0; i < tw_doc_count(list) && i < MOST_DEPENDENCIES; i++) {
        const tw_doc *one = tw_doc_at(list, i);
        double error = tw_doc_as_number(tw_doc_get(one, "error"), (double)NAN);
        tw_page_cell cells[] = {
            tw_page_plain(tw_page_names(p, tw_doc_get(one, "lhs"), MOST_NAMES)),
            tw_page_column(p, tw_doc_get(one, "rhs")),
            tw_page_plain(tw_page_share(p, error)),
        };
        p->ops->row(p, heads, cells, TW_COUNT(cells));
    }
    p->ops->table_end(p);
}

static void put_relations(tw_page *p, const tw_doc *list) {
    static const tw_page_head heads[] = {
        {"Relation", false}, {"Columns", false}, {"Holds in", true}, {"Rows", true}};
    p->ops->table(p, heads, TW_COUNT(heads));
    for (size_t i = 0; i < tw_doc_count(list) && i < MOST_RELATIONS; i++) {
        const tw_doc *one = tw_doc_at(list, i);
        double holds = tw_doc_as_number(tw_doc_get(one, "holds"), (double)NAN);
        tw_page_cell cells[] = {
            tw_page_plain(tw_page_value(p, tw_doc_get(one, "kind"))),
            tw_page_plain(tw_page_names(p, tw_doc_get(one, "columns"), MOST_NAMES)),
            tw_page_plain(tw_page_share(p, holds)),
            tw_page_plain(tw_page_count(p, tw_doc_as_int(tw_doc_get(one, "n"), 0))),
        };
        p->ops->row(p, heads, cells, TW_COUNT(cells));
    }
    p->ops->table_end(p);
}

void tw_report_dependencies(tw_page *p, const tw_doc *doc) {
    const tw_doc *dependencies = tw_doc_get(doc, "dependencies");
    const struct {
        const char *title;
        const tw_doc *list;
        void (*put)(tw_page *p, const tw_doc *list);
    } tables[] = {
        {"Exact dependencies", tw_doc_get(dependencies, "exact"), put_exact},
        {"Approximate dependencies", tw_doc_get(dependencies, "approximate"), put_approximate},
        {"Relations of numbers and dates", tw_doc_get(doc, "relations"), put_relations},
    };
    put_keys(p, tw_doc_get(doc, "keys"));
    for (size_t i = 0; i < TW_COUNT(tables); i++) {
        if (!tw_doc_count(tables[i].list))
            continue;
        p->ops->subheading(p, tables[i].title);
        tables[i].put(p, tables[i].list);
    }
    if (!tw_doc_as_bool(tw_doc_get(dependencies, "complete"), true))
        p->ops->note(p, TW_STR("The search stopped early: there may be more exact dependencies."));
}

/* --- missingness --- */

static void put_patterns(tw_page *p, const tw_doc *patterns, int64_t rows) {
    static const tw_page_head heads[] = {
        {"Missing together", false}, {"Rows", true}, {"Share", true}};
    size_t n = tw_doc_count(patterns);
    p->ops->table(p, heads, TW_COUNT(heads));
    for (size_t i = 0; i < n && i < MOST_PATTERNS; i++) {
        const tw_doc *one = tw_doc_at(patterns, i), *names = tw_doc_get(one, "columns");
        int64_t count = tw_doc_as_int(tw_doc_get(one, "rows"), 0);
        double share = rows > 0 ? (double)count / (double)rows : 0;
        tw_page_cell cells[] = {
            tw_page_plain(tw_doc_count(names) ? tw_page_names(p, names, MOST_NAMES)
                                              : TW_STR("nothing: the row is complete")),
            tw_page_plain(tw_page_count(p, count)),
            tw_page_barred(tw_page_share(p, share), share),
        };
        p->ops->row(p, heads, cells, TW_COUNT(cells));
    }
    p->ops->table_end(p);
    if (n > MOST_PATTERNS)
        p->ops->note(p, tw_page_printf(p, "%zu rarer patterns are left out.", n - MOST_PATTERNS));
}

static void put_rules(tw_page *p, const tw_doc *rules) {
    static const tw_page_head heads[] = {
        {"If", false}, {"then", false}, {"Confidence", true}, {"Rows", true}};
    p->ops->subheading(p, "Rules");
    p->ops->table(p, heads, TW_COUNT(heads));
    for (size_t i = 0; i < tw_doc_count(rules) && i < MOST_PATTERNS; i++) {
        const tw_doc *one = tw_doc_at(rules, i);
        double sure = tw_doc_as_number(tw_doc_get(one, "confidence"), (double)NAN);
        tw_page_cell cells[] = {
            tw_page_plain(tw_page_value(p, tw_doc_get(one, "if"))),
            tw_page_plain(tw_page_value(p, tw_doc_get(one, "then"))),
            tw_page_plain(tw_page_share(p, sure)),
            tw_page_plain(tw_page_count(p, tw_doc_as_int(tw_doc_get(one, "rows"), 0))),
        };
        p->ops->row(p, heads, cells, TW_COUNT(cells));
    }
    p->ops->table_end(p);
}

void tw_report_missingness(tw_page *p, const tw_doc *doc) {
    const tw_doc *missingness = tw_doc_get(doc, "missingness");
    const tw_doc *read = tw_doc_get(doc, "rows_read");
    int64_t rows = tw_doc_as_int(read ? read : tw_doc_get(doc, "rows"), 0);
    put_patterns(p, tw_doc_get(missingness, "patterns"), rows);
    if (tw_doc_count(tw_doc_get(missingness, "rules")))
        put_rules(p, tw_doc_get(missingness, "rules"));
}
