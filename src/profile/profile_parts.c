/* What relates columns and rows: missingness, duplicates, keys, dependencies, relations,
 * associations.
 *
 * All of it works on the texts of the cells of all rows up to 2 million cells, above that (unless
 * full) on a seeded sample of 100 000 rows, fewer the wider the table. Pairs of columns grow with
 * the square of the width and dependencies faster, so each part has its limit; what a limit leaves
 * out is said in "left_out", a line each, and the document is not exact then. */
#include "profile/associate.h"
#include "profile/duplicate.h"
#include "profile/missingness.h"
#include "profile/pair.h"
#include "profile/profile_impl.h"
#include "profile/relation.h"
#include "profile/tane.h"

enum {
    FULL_CELLS = 2000000,
    SAMPLE_ROWS = 100000,
    SAMPLE_CELLS = 20000000,
    KEY_COLUMNS = 3,
    MOST_KEYS = 50,
    MOST_DEPENDENCIES = 20000 /* unless full */
};
static const uint64_t BUDGET = UINT64_C(3000000000); /* rows refined: some ten seconds */
#define APPROXIMATE_SCORE 0.6
#define APPROXIMATE_MU 0.25
#define APPROXIMATE_ERROR 0.15

typedef struct parts {
    tw_profile *profile;
    const tw_table *table;
    const tw_texts *t;
    tw_task *task;
    bool full;
    tw_doc *map, *left_out;
} parts;

static const char *name(const parts *p, size_t column) {
    return tw_table_field(p->table, column)->name;
}

static tw_doc *names_of(const parts *p, uint64_t set) {
    tw_doc *list = tw_doc_list();
    for (uint64_t rest = set; rest; rest &= rest - 1)
        tw_doc_add(list, tw_doc_c(name(p, (size_t)__builtin_ctzll(rest))));
    return list;
}

/* "associations: of the first 80 of 600 columns". */
static void only_the_first(const parts *p, const char *part, size_t taken, size_t columns) {
    if (taken < columns)
        tw_doc_add(p->left_out, tw_doc_printf("%s: only among the first %zu of %zu columns", part,
                                              taken, columns));
}

static bool has_gaps(const tw_texts_column *c) {
    for (uint32_t l = 0; l < c->levels; l++)
        if (c->states[l] == TW_MISSING)
            return true;
    return false;
}

/* Minimal keys of up to three columns without missing cells. */
static bool is_listed(const parts *p, uint64_t key) {
    bool whole = __builtin_popcountll(key) <= KEY_COLUMNS;
    for (uint64_t rest = key; whole && rest; rest &= rest - 1)
        whole = !has_gaps(&p->t->columns[__builtin_ctzll(rest)]);
    return whole;
}

static tw_doc *keys_doc(const parts *p, const tw_fds *fds) {
    tw_doc *list = tw_doc_list();
    size_t n = 0;
    for (size_t i = 0; i < fds->n_keys; i++)
        if (is_listed(p, fds->keys[i]) && n++ < MOST_KEYS)
            tw_doc_add(list, names_of(p, fds->keys[i]));
    if (n > MOST_KEYS)
        tw_doc_add(p->left_out, tw_doc_printf("keys: the first %d of %zu", (int)MOST_KEYS, n));
    return list;
}

static tw_doc *exact_doc(const parts *p, const tw_fds *fds) {
    tw_doc *list = tw_doc_list();
    for (size_t i = 0; i < fds->n; i++) {
        tw_doc *one = tw_doc_map();
        tw_doc_set(one, "lhs", names_of(p, fds->at[i].lhs));
        tw_doc_set(one, "rhs", tw_doc_c(name(p, (size_t)fds->at[i].rhs)));
        tw_doc_add(list, one);
    }
    return list;
}

static enum tw_rc approximate_doc(const parts *p, tw_doc **out, tw_error *err) {
    tw_pairs *pairs = &p->profile->pairs;
    enum tw_rc rc = tw_pairs_measure(p->t, p->task, pairs, err);
    if (rc)
        return rc;
    p->profile->pair_rows = p->t->n;
    tw_doc *list = tw_doc_list();
    for (size_t i = 0; i < pairs->n; i++) {
        const tw_pair *f = &pairs->at[i];
        bool near = f->error > 0 && f->error <= APPROXIMATE_ERROR &&
                    f->score >= APPROXIMATE_SCORE && f->mu >= APPROXIMATE_MU;
        if (!near)
            continue;
        tw_doc *one = tw_doc_map(), *lhs = tw_doc_list();
        tw_doc_add(lhs, tw_doc_c(name(p, (size_t)f->lhs)));
        tw_doc_set(one, "lhs", lhs);
        tw_doc_set(one, "rhs", tw_doc_c(name(p, (size_t)f->rhs)));
        tw_doc_set(one, "error", tw_doc_number(f->error));
        tw_doc_add(list, one);
    }
    if (pairs->left_out)
        tw_doc_add(
            p->left_out,
            tw_doc_printf("approximate dependencies: %zu pairs of columns were not looked at",
                          pairs->left_out));
    *out = list;
    return TW_OK;
}

/* The first 64 columns. */
static enum tw_rc find_exact(const parts *p, tw_fds *fds, tw_error *err) {
    const uint32_t *codes[TW_TANE_COLUMNS];
    uint32_t levels[TW_TANE_COLUMNS];
    size_t width = TW_MIN(p->t->width, (size_t)TW_TANE_COLUMNS);
    for (size_t c = 0; c < width; c++) {
        codes[c] = p->t->columns[c].codes;
        levels[c] = p->t->columns[c].levels;
    }
    return tw_tane(codes, levels, width, p->t->n, BUDGET, p->full ? SIZE_MAX : MOST_DEPENDENCIES,
                   p->task, fds, err);
}

static void say_incomplete(const parts *p, const tw_fds *fds) {
    int columns = TW_MAX(fds->largest - 1, 0);
    if (fds->full)
        tw_doc_add(p->left_out,
                   tw_doc_printf("exact dependencies: the list ends at %zu; all with left sides of "
                                 "%d or fewer columns are there; --full lists all",
                                 fds->n, columns));
    else if (!fds->complete)
        tw_doc_add(
            p->left_out,
            tw_doc_printf("exact dependencies: only left sides of %d or fewer columns", columns));
}

static enum tw_rc add_dependencies(const parts *p, tw_error *err) {
    tw_fds fds = {0};
    tw_doc *near = NULL, *map = tw_doc_map();
    enum tw_rc rc = find_exact(p, &fds, err);
    if (!rc)
        rc = approximate_doc(p, &near, err);
    if (!rc) {
        bool complete = fds.complete && p->t->width <= TW_TANE_COLUMNS;
        only_the_first(p, "keys and exact dependencies", TW_TANE_COLUMNS, p->t->width);
        say_incomplete(p, &fds);
        tw_doc_set(p->map, "keys", keys_doc(p, &fds));
        tw_doc_set(map, "exact", exact_doc(p, &fds));
        tw_doc_set(map, "approximate", near);
        tw_doc_set(map, "complete", tw_doc_bool(complete));
        if (!complete) /* left sides up to this many columns were looked at */
            tw_doc_set(map, "largest_lhs", tw_doc_int(TW_MAX(fds.largest - 1, 0)));
        tw_doc_set(p->map, "dependencies", map);
    } else {
        tw_doc_free(map);
    }
    tw_fds_fini(&fds);
    return rc;
}

static enum tw_rc add_duplicates(const parts *p, tw_error *err) {
    tw_duplicates d;
    enum tw_rc rc = tw_duplicates_find(p->t, true, p->task, &d, err);
    if (rc)
        return rc;
    tw_doc *map = tw_doc_map();
    tw_doc_set(map, "exact", tw_doc_int(d.exact));
    tw_doc_set(map, "near", tw_doc_int(d.near));
    tw_doc_set(p->map, "duplicates", map);
    tw_duplicates_fini(&d);
    return TW_OK;
}

static enum tw_rc add_missingness(const parts *p, tw_error *err) {
    tw_doc *doc = NULL;
    enum tw_rc rc = tw_missingness(p->table, p->t, p->task, &doc, err);
    if (!rc)
        tw_doc_set(p->map, "missingness", doc);
    return rc;
}

static enum tw_rc add_relations(const parts *p, tw_error *err) {
    tw_doc *doc = NULL;
    size_t taken, columns;
    enum tw_rc rc = tw_relations(p->table, p->t, p->task, &doc, &taken, &columns, err);
    if (rc)
        return rc;
    tw_doc_set(p->map, "relations", doc);
    only_the_first(p, "relations", taken, columns);
    if (tw_doc_count(doc) == TW_RELATIONS_MOST)
        tw_doc_add(p->left_out, tw_doc_printf("relations: the list ends at %d", TW_RELATIONS_MOST));
    return rc;
}

static enum tw_rc add_associations(const parts *p, tw_error *err) {
    tw_doc *doc = NULL;
    size_t taken, columns;
    enum tw_rc rc = tw_associations(p->table, p->t, p->task, &doc, &taken, &columns, err);
    if (rc)
        return rc;
    tw_doc_set(p->map, "associations", doc);
    only_the_first(p, "associations", taken, columns);
    return rc;
}

/* Rows to look at; NULL with *n = 0: all of them. False: memory is out. */
static bool rows_to_read(const tw_table *table, bool full, int64_t **out, size_t *n) {
    size_t rows = (size_t)tw_table_rows(table), width = TW_MAX(tw_table_width(table), (size_t)1);
    *out = NULL;
    *n = 0;
    if (full || rows <= FULL_CELLS / width)
        return true;
    size_t want = TW_MIN((size_t)SAMPLE_ROWS, TW_MAX(SAMPLE_CELLS / width, (size_t)100));
    uint32_t *picked = tw_sample_rows(rows, want, 1, n);
    *out = picked ? tw_calloc(*n, sizeof **out) : NULL;
    for (size_t i = 0; *out && i < *n; i++)
        (*out)[i] = picked[i];
    free(picked);
    return *out != NULL;
}

/* The document is exact where all rows were read and nothing was left out. */
static void put_left_out(parts *p) {
    bool something = tw_doc_count(p->left_out) > 0;
    if (something || tw_doc_get(p->map, "rows_read"))
        tw_doc_set(p->map, "exact", tw_doc_bool(false));
    if (something)
        tw_doc_set(p->map, "left_out", p->left_out);
    else
        tw_doc_free(p->left_out);
}

enum tw_rc tw_profile_parts(tw_profile *profile, const tw_table *table, bool full, tw_task *task,
                            tw_error *err) {
    typedef enum tw_rc (*part_fn)(const parts *p, tw_error *err);
    static const part_fn all[] = {add_missingness, add_duplicates, add_dependencies, add_relations,
                                  add_associations};
    int64_t *rows;
    size_t n;
    tw_texts *texts = NULL;
    if (!rows_to_read(table, full, &rows, &n))
        return tw_fail_memory(err);
    enum tw_rc rc = tw_texts_load(table, NULL, 0, rows, n, task, &texts, err);
    parts p = {profile, table, texts, task, full, tw_doc_map(), tw_doc_list()};
    if (!rc && rows)
        tw_doc_set(p.map, "rows_read", tw_doc_int((int64_t)n));
    for (size_t i = 0; !rc && i < TW_COUNT(all); i++)
        rc = all[i](&p, err);
    put_left_out(&p);
    if (!rc && tw_doc_failed(p.map))
        rc = tw_fail_memory(err);
    tw_texts_free(texts);
    free(rows);
    if (rc)
        tw_doc_free(p.map);
    else
        profile->parts = p.map;
    return rc;
}
