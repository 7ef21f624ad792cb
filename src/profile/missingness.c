/* A pattern is counted by a hash of the columns missing in a row; its columns are read off its
 * first row. Which rows of a column are missing is a bitmap: whether two columns are missing
 * together costs a word for 64 rows, and what another column says where one is missing costs the
 * missing rows only. */
#include "profile/missingness.h"

#include <math.h>

#include "base/bitmap.h"
#include "base/hash.h"
#include "stat/tally.h"

enum { PATTERNS = 20, RULES = 50, LEAST_ROWS = 5, MOST_LEVELS = 50 };
#define CONFIDENT 0.98
#define BY_CHANCE 1e-3

typedef struct gaps {
    const tw_table *table;
    const tw_texts *t;
    uint64_t **missing; /* by column: bits of the rows; NULL = no row */
    int64_t *count;
    size_t words;
} gaps;

static const char *name(const gaps *g, size_t column) {
    return tw_table_field(g->table, column)->name;
}

static bool is_missing(const gaps *g, size_t column, size_t row) {
    return g->missing[column] && tw_bit_get(g->missing[column], row);
}

static int64_t gaps_of(const tw_texts_column *c) {
    int64_t n = 0;
    for (uint32_t l = 0; l < c->levels; l++)
        n += c->states[l] == TW_MISSING ? c->counts[l] : 0;
    return n;
}

static bool gaps_make(gaps *g) {
    size_t width = g->t->width;
    g->words = tw_bitmap_words(g->t->n);
    g->missing = tw_calloc(width, sizeof *g->missing);
    g->count = tw_calloc(width, sizeof *g->count);
    bool good = g->missing && g->count;
    for (size_t c = 0; good && c < width; c++) {
        const tw_texts_column *column = &g->t->columns[c];
        g->count[c] = gaps_of(column);
        if (!g->count[c])
            continue;
        g->missing[c] = tw_calloc(g->words, sizeof **g->missing);
        good = g->missing[c] != NULL;
        for (size_t i = 0; good && i < g->t->n; i++)
            if (column->states[column->codes[i]] == TW_MISSING)
                tw_bit_set(g->missing[c], i);
    }
    return good;
}

static void gaps_fini(gaps *g) {
    for (size_t c = 0; g->missing && c < g->t->width; c++)
        free(g->missing[c]);
    free(g->missing);
    free(g->count);
}

/* Rows in which the column is missing, ascending; how many. */
static size_t rows_of(const gaps *g, size_t column, uint32_t *rows) {
    size_t n = 0;
    for (size_t w = 0; g->missing[column] && w < g->words; w++)
        for (uint64_t rest = g->missing[column][w]; rest; rest &= rest - 1)
            rows[n++] = (uint32_t)(w * 64) + (uint32_t)__builtin_ctzll(rest);
    return n;
}

static bool count_keys(const gaps *g, tw_tally *tally) {
    size_t n = g->t->n;
    uint64_t *keys = tw_calloc(n, sizeof *keys);
    uint32_t *rows = tw_calloc(n, sizeof *rows);
    bool good = keys && rows;
    for (size_t c = 0; good && c < g->t->width; c++) {
        size_t missing = rows_of(g, c, rows);
        for (size_t i = 0; i < missing; i++)
            keys[rows[i]] = tw_mix64(keys[rows[i]] ^ (c + 1) * UINT64_C(0x9e3779b97f4a7c15));
    }
    good = good && tw_tally_add_all(tally, keys, NULL, n, 0);
    free(keys);
    free(rows);
    return good;
}

static enum tw_rc count_patterns(const gaps *g, tw_doc *list, tw_error *err) {
    tw_tally *tally = tw_tally_new(1 << 20, g->t->n);
    tw_tally_entry top[PATTERNS];
    bool good = tally && count_keys(g, tally);
    size_t n = good ? tw_tally_top(tally, PATTERNS, top) : 0;
    for (size_t k = 0; k < n; k++) {
        tw_doc *one = tw_doc_map(), *columns = tw_doc_list();
        for (size_t c = 0; c < g->t->width; c++)
            if (is_missing(g, c, (size_t)top[k].first))
                tw_doc_add(columns, tw_doc_c(name(g, c)));
        tw_doc_set(one, "columns", columns);
        tw_doc_set(one, "rows", tw_doc_int(top[k].count));
        tw_doc_add(list, one);
    }
    tw_tally_free(tally);
    return good ? TW_OK : tw_fail_memory(err);
}

typedef struct rule {
    const gaps *g;
    size_t then;    /* column that is missing */
    uint32_t *rows; /* in which it is */
    size_t missing;
    tw_doc *list;
} rule;

static void add_rule(const rule *r, tw_doc *condition, int64_t rows, int64_t hits) {
    double confidence = (double)hits / (double)rows, base = (double)r->missing / (double)r->g->t->n;
    bool chance = pow(base, (double)rows) > BY_CHANCE; /* that so many would be missing anyhow */
    if (chance || tw_doc_count(r->list) >= RULES) {
        tw_doc_free(condition);
        return;
    }
    tw_doc *one = tw_doc_map();
    tw_doc_set(one, "if", condition);
    tw_doc_set(one, "then", tw_doc_printf("%s is missing", name(r->g, r->then)));
    tw_doc_set(one, "confidence", tw_doc_number(confidence));
    tw_doc_set(one, "rows", tw_doc_int(rows));
    tw_doc_add(r->list, one);
}

static bool is_rule(int64_t rows, int64_t hits) {
    return rows >= LEAST_ROWS && (double)hits / (double)rows >= CONFIDENT;
}

/* How often `then` is missing at each level of a column of few. */
static void rules_of_levels(const rule *r, size_t column) {
    const tw_texts_column *c = &r->g->t->columns[column];
    int64_t hits[MOST_LEVELS] = {0};
    for (size_t i = 0; i < r->missing; i++)
        hits[c->codes[r->rows[i]]]++;
    for (uint32_t l = 0; l < c->levels; l++) {
        tw_str value = c->values[l];
        if (c->states[l] != TW_MISSING && is_rule(c->counts[l], hits[l]))
            add_rule(r,
                     tw_doc_printf("%s = '%.*s'", name(r->g, column),
                                   (int)TW_MIN(value.n, (size_t)80), value.p),
                     c->counts[l], hits[l]);
    }
}

/* How often `then` is missing where another column is. */
static void rule_of_gaps(const rule *r, size_t column) {
    const uint64_t *a = r->g->missing[r->then], *b = r->g->missing[column];
    int64_t both = 0;
    for (size_t w = 0; w < r->g->words; w++)
        both += __builtin_popcountll(a[w] & b[w]);
    if (is_rule(r->g->count[column], both))
        add_rule(r, tw_doc_printf("%s is missing", name(r->g, column)), r->g->count[column], both);
}

static enum tw_rc rules_of(rule *r, tw_task *task, tw_error *err) {
    r->missing = rows_of(r->g, r->then, r->rows);
    for (size_t c = 0; c < r->g->t->width && tw_doc_count(r->list) < RULES; c++) {
        if (c == r->then)
            continue;
        if (r->g->t->columns[c].levels <= MOST_LEVELS)
            rules_of_levels(r, c);
        if (r->g->missing[c])
            rule_of_gaps(r, c);
    }
    return tw_task_check(task, err);
}

static enum tw_rc find_rules(const gaps *g, tw_task *task, tw_doc *list, tw_error *err) {
    rule r = {.g = g, .rows = tw_calloc(g->t->n, sizeof *r.rows), .list = list};
    enum tw_rc rc = r.rows ? TW_OK : tw_fail_memory(err);
    for (; !rc && r.then < g->t->width; r.then++)
        if (g->count[r.then] >= LEAST_ROWS && g->count[r.then] < (int64_t)g->t->n)
            rc = rules_of(&r, task, err);
    free(r.rows);
    return rc;
}

enum tw_rc tw_missingness(const tw_table *table, const tw_texts *texts, tw_task *task, tw_doc **out,
                          tw_error *err) {
    gaps g = {.table = table, .t = texts};
    tw_doc *map = tw_doc_map(), *patterns = tw_doc_list(), *rules = tw_doc_list();
    bool good = map && patterns && rules && gaps_make(&g);
    enum tw_rc rc = good ? count_patterns(&g, patterns, err) : tw_fail_memory(err);
    if (!rc)
        rc = find_rules(&g, task, rules, err);
    gaps_fini(&g);
    tw_doc_set(map, "patterns", patterns);
    tw_doc_set(map, "rules", rules);
    if (rc)
        tw_doc_free(map);
    else
        *out = map;
    return rc;
}
