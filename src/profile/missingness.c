/* A pattern is counted by a hash of the columns missing in a row; its columns are read off its
 * first row. */
#include "profile/missingness.h"

#include <math.h>

#include "base/hash.h"
#include "stat/tally.h"

enum { PATTERNS = 20, RULES = 50, LEAST_ROWS = 5, MOST_LEVELS = 50 };
#define CONFIDENT 0.98
#define BY_CHANCE 1e-3

static bool is_missing(const tw_texts *t, size_t column, size_t row) {
    const tw_texts_column *c = &t->columns[column];
    return c->states[c->codes[row]] == TW_MISSING;
}

static const char *name(const tw_table *table, size_t column) {
    return tw_table_field(table, column)->name;
}

static enum tw_rc count_patterns(const tw_table *table, const tw_texts *t, tw_doc *list,
                                 tw_error *err) {
    tw_tally *tally = tw_tally_new(1 << 20, t->n);
    tw_tally_entry top[PATTERNS];
    bool good = tally != NULL;
    for (size_t i = 0; good && i < t->n; i++) {
        uint64_t key = 0;
        for (size_t c = 0; c < t->width; c++)
            if (is_missing(t, c, i))
                key = tw_mix64(key ^ (c + 1) * UINT64_C(0x9e3779b97f4a7c15));
        good = tw_tally_add(tally, key, (int64_t)i);
    }
    size_t n = good ? tw_tally_top(tally, PATTERNS, top) : 0;
    for (size_t k = 0; k < n; k++) {
        tw_doc *one = tw_doc_map(), *columns = tw_doc_list();
        for (size_t c = 0; c < t->width; c++)
            if (is_missing(t, c, (size_t)top[k].first))
                tw_doc_add(columns, tw_doc_c(name(table, c)));
        tw_doc_set(one, "columns", columns);
        tw_doc_set(one, "rows", tw_doc_int(top[k].count));
        tw_doc_add(list, one);
    }
    tw_tally_free(tally);
    return good ? TW_OK : tw_fail_memory(err);
}

typedef struct rule {
    const tw_table *table;
    const tw_texts *t;
    size_t then;     /* column that is missing */
    int64_t missing; /* rows in which it is */
    tw_doc *list;
} rule;

static void add_rule(const rule *r, tw_doc *condition, int64_t rows, int64_t hits) {
    double confidence = (double)hits / (double)rows, base = (double)r->missing / (double)r->t->n;
    bool chance = pow(base, (double)rows) > BY_CHANCE; /* that so many would be missing anyhow */
    bool useful =
        rows >= LEAST_ROWS && confidence >= CONFIDENT && !chance && tw_doc_count(r->list) < RULES;
    if (!useful) {
        tw_doc_free(condition);
        return;
    }
    tw_doc *one = tw_doc_map();
    tw_doc_set(one, "if", condition);
    tw_doc_set(one, "then", tw_doc_printf("%s is missing", name(r->table, r->then)));
    tw_doc_set(one, "confidence", tw_doc_number(confidence));
    tw_doc_set(one, "rows", tw_doc_int(rows));
    tw_doc_add(r->list, one);
}

/* How often `then` is missing at each level of another column. */
static enum tw_rc rules_of_column(const rule *r, size_t column, tw_error *err) {
    const tw_texts_column *c = &r->t->columns[column];
    int64_t *hits = tw_calloc(c->levels, sizeof *hits), gaps = 0, both = 0;
    if (!hits)
        return tw_fail_memory(err);
    for (size_t i = 0; i < r->t->n; i++)
        hits[c->codes[i]] += is_missing(r->t, r->then, i);
    for (uint32_t l = 0; l < c->levels; l++)
        if (c->states[l] == TW_MISSING) {
            gaps += c->counts[l];
            both += hits[l];
        } else if (c->levels <= MOST_LEVELS) {
            tw_str value = c->values[l];
            add_rule(r,
                     tw_doc_printf("%s = '%.*s'", name(r->table, column),
                                   (int)TW_MIN(value.n, (size_t)80), value.p),
                     c->counts[l], hits[l]);
        }
    if (gaps)
        add_rule(r, tw_doc_printf("%s is missing", name(r->table, column)), gaps, both);
    free(hits);
    return TW_OK;
}

static int64_t gaps_of(const tw_texts_column *c) {
    int64_t n = 0;
    for (uint32_t l = 0; l < c->levels; l++)
        n += c->states[l] == TW_MISSING ? c->counts[l] : 0;
    return n;
}

static enum tw_rc find_rules(const tw_table *table, const tw_texts *t, tw_task *task, tw_doc *list,
                             tw_error *err) {
    for (size_t then = 0; then < t->width; then++) {
        rule r = {table, t, then, gaps_of(&t->columns[then]), list};
        if (r.missing < LEAST_ROWS || r.missing == (int64_t)t->n)
            continue;
        for (size_t c = 0; c < t->width; c++) {
            bool telling =
                c != then && (t->columns[c].levels <= MOST_LEVELS || gaps_of(&t->columns[c]) > 0);
            enum tw_rc rc = telling ? rules_of_column(&r, c, err) : TW_OK;
            rc = rc ? rc : tw_task_check(task, err);
            if (rc)
                return rc;
        }
    }
    return TW_OK;
}

enum tw_rc tw_missingness(const tw_table *table, const tw_texts *texts, tw_task *task, tw_doc **out,
                          tw_error *err) {
    tw_doc *map = tw_doc_map(), *patterns = tw_doc_list(), *rules = tw_doc_list();
    enum tw_rc rc = map && patterns && rules ? count_patterns(table, texts, patterns, err)
                                             : tw_fail_memory(err);
    if (!rc)
        rc = find_rules(table, texts, task, rules, err);
    tw_doc_set(map, "patterns", patterns);
    tw_doc_set(map, "rules", rules);
    if (rc)
        tw_doc_free(map);
    else
        *out = map;
    return rc;
}
