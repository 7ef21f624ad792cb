/* Each column gives its rows a small code (its factor, made whole by codes for missing and
 * unreadable cells); columns are folded in one after the other. A pair of codes is one whole
 * number, so folding is exact: a table of all pairs where there are few, else a radix sort of the
 * rows by pair. Nothing is compared as text more than once a column. */
#include "stat/grouping.h"

#include "base/hash.h"
#include "stat/order.h"
#include "stat/sort.h"

enum { DENSE_PAIRS = 1 << 20 };

typedef struct folding {
    size_t rows;
    uint32_t *ids, n;        /* groups so far */
    uint32_t *codes, levels; /* of the column looked at; the first one's are groups as they stand */
} folding;

/* --- codes of one column --- */

/* Unreadable cells get a code for each text, behind that of missing cells. */
static bool code_unreadable(const tw_column *column, uint32_t *codes, uint32_t *levels) {
    int64_t n = tw_column_unreadable_count(column);
    tw_hashmap *map = tw_hashmap_new((size_t)n);
    bool good = map != NULL;
    for (int64_t i = 0; good && i < n; i++) {
        tw_str text;
        int64_t row = tw_column_unreadable_row(column, (size_t)i, &text);
        uint32_t number = tw_hashmap_intern(map, text, NULL);
        good = number != UINT32_MAX;
        codes[row] = *levels + number;
    }
    *levels += good ? (uint32_t)tw_hashmap_count(map) : 0;
    tw_hashmap_free(map);
    return good;
}

static enum tw_rc code_column(const tw_column *column, uint32_t *codes, uint32_t *levels,
                              tw_task *task, tw_error *err) {
    const tw_factor *factor;
    enum tw_rc rc = tw_column_factor_task(column, 0, task, &factor, err);
    if (rc != TW_OK)
        return rc;
    for (size_t i = 0; i < (size_t)tw_column_rows(column); i++)
        codes[i] = TW_MIN(factor->codes[i], factor->levels); /* TW_NO_CODE: missing */
    *levels = factor->levels + 1;
    bool good = !tw_column_unreadable_count(column) || code_unreadable(column, codes, levels);
    return good ? TW_OK : tw_fail_memory(err);
}

/* --- two codes into one --- */

static bool fold_dense(folding *f, size_t pairs) {
    uint32_t *number = tw_calloc(pairs, sizeof *number), n = 0;
    for (size_t i = 0; number && i < f->rows; i++) {
        size_t pair = (size_t)f->ids[i] * f->levels + f->codes[i];
        if (!number[pair])
            number[pair] = ++n;
        f->ids[i] = number[pair] - 1;
    }
    f->n = n;
    free(number);
    return number != NULL;
}

static bool fold_sorted(folding *f) {
    uint64_t *pair = tw_calloc(f->rows, sizeof *pair);
    uint32_t *order = tw_calloc(f->rows, sizeof *order), n = 0;
    for (size_t i = 0; pair && i < f->rows; i++)
        pair[i] = (uint64_t)f->ids[i] * f->levels + f->codes[i];
    bool good = pair && order && tw_argsort_u64(pair, f->rows, order);
    for (size_t k = 0; good && k < f->rows; k++) {
        n += k > 0 && pair[order[k]] != pair[order[k - 1]];
        f->ids[order[k]] = n;
    }
    f->n = n + 1;
    free(pair);
    free(order);
    return good;
}

static bool fold(folding *f) {
    uint64_t pairs = (uint64_t)f->n * f->levels;
    return pairs <= DENSE_PAIRS ? fold_dense(f, (size_t)pairs) : fold_sorted(f);
}

/* --- the whole --- */

/* Groups in the order of their first rows. */
static bool number_groups(const folding *f, tw_grouping *out) {
    uint32_t *number = tw_calloc(f->n, sizeof *number);
    out->first = tw_calloc(f->n, sizeof *out->first);
    out->count = tw_calloc(f->n, sizeof *out->count);
    bool good = number && out->first && out->count;
    for (size_t i = 0; good && i < f->rows; i++) {
        uint32_t *own = &number[f->ids[i]];
        if (!*own) {
            out->first[out->n] = (int64_t)i;
            *own = ++out->n;
        }
        f->ids[i] = *own - 1;
        out->count[f->ids[i]]++;
    }
    free(number);
    return good;
}

/* Rows by one column more. */
static enum tw_rc add_column(folding *f, const tw_column *column, bool first, tw_task *task,
                             tw_error *err) {
    if (first)
        return code_column(column, f->ids, &f->n, task, err);
    if (!f->codes && !(f->codes = tw_calloc(f->rows, sizeof *f->codes)))
        return tw_fail_memory(err);
    enum tw_rc rc = code_column(column, f->codes, &f->levels, task, err);
    return rc == TW_OK && f->rows && !fold(f) ? tw_fail_memory(err) : rc;
}

static enum tw_rc fold_columns(folding *f, const tw_table *table, const int *columns, size_t n,
                               tw_task *task, tw_error *err) {
    enum tw_rc rc = TW_OK;
    tw_task_begin(task, "grouping", n);
    for (size_t c = 0; c < n && rc == TW_OK; c++) {
        rc = add_column(f, tw_table_column(table, (size_t)columns[c]), c == 0, task, err);
        if (rc == TW_OK)
            rc = tw_task_check(task, err);
        tw_task_advance(task, 1);
    }
    return rc;
}

enum tw_rc tw_grouping_make(const tw_table *table, const int *columns, size_t n, tw_task *task,
                            tw_grouping *out, tw_error *err) {
    folding f = {.rows = (size_t)tw_table_rows(table), .n = 1};
    *out = (tw_grouping){0};
    if (f.rows > INT32_MAX)
        return tw_fail(err, TW_ELIMIT,
                       "too many rows: groups are made of up to %d; take fewer rows", INT32_MAX);
    f.ids = tw_calloc(f.rows, sizeof *f.ids);
    enum tw_rc rc = f.ids ? fold_columns(&f, table, columns, n, task, err) : tw_fail_memory(err);
    if (rc == TW_OK && !number_groups(&f, out))
        rc = tw_fail_memory(err);
    free(f.codes);
    out->of = f.ids;
    if (rc != TW_OK)
        tw_grouping_fini(out);
    return rc;
}

void tw_grouping_fini(tw_grouping *groups) {
    free(groups->of);
    free(groups->first);
    free(groups->count);
    *groups = (tw_grouping){0};
}

/* --- tables of groups --- */

enum tw_rc tw_grouping_add_empty(tw_grouping *groups, tw_error *err) {
    size_t n = (size_t)groups->n + 1;
    int64_t *first = tw_realloc(groups->first, n, sizeof *first);
    groups->first = first ? first : groups->first;
    int64_t *count = tw_realloc(groups->count, n, sizeof *count);
    groups->count = count ? count : groups->count;
    if (!first || !count)
        return tw_fail_memory(err);
    first[groups->n] = -1;
    count[groups->n++] = 0;
    return TW_OK;
}

enum tw_rc tw_grouping_keys(const tw_table *table, const int *columns, size_t n,
                            const int64_t *rows, int64_t n_rows, tw_task *task, tw_draft *draft,
                            tw_error *err) {
    enum tw_rc rc = TW_OK;
    for (size_t c = 0; rc == TW_OK && c < n; c++) {
        size_t number = (size_t)columns[c];
        tw_column *cells = NULL;
        tw_field field = *tw_table_field(table, number);
        field.role = TW_AS_NONE;
        field.format.null_word =
            NULL; /* an empty cell is the missing one, whatever the file says */
        rc = tw_column_gather(tw_table_column(table, number), rows, n_rows, task, &cells, err);
        if (rc == TW_OK)
            rc = tw_draft_add(draft, &field, cells, err);
    }
    return rc;
}

/* --- in order --- */

/* A table with one row for each group. */
static enum tw_rc make_keys(const tw_table *table, const int *columns, size_t n,
                            const tw_grouping *groups, tw_task *task, tw_table **out,
                            tw_error *err) {
    tw_draft *draft = NULL;
    enum tw_rc rc = tw_draft_new(NULL, &draft, err);
    if (rc == TW_OK)
        rc = tw_grouping_keys(table, columns, n, groups->first, groups->n, task, draft, err);
    if (rc == TW_OK)
        return tw_draft_commit(draft, out, err);
    tw_draft_free(draft);
    return rc;
}

/* Numbers of the groups in the order of their cells. Only the keys of groups are put into order,
 * for there may be many rows more. */
static enum tw_rc order_groups(const tw_table *table, const int *columns, size_t n,
                               const tw_grouping *groups, int64_t *order, tw_task *task,
                               tw_error *err) {
    tw_table *made = NULL;
    tw_order_key *keys = tw_calloc(n, sizeof *keys);
    enum tw_rc rc =
        keys ? make_keys(table, columns, n, groups, task, &made, err) : tw_fail_memory(err);
    for (size_t c = 0; rc == TW_OK && c < n; c++)
        keys[c].column = (int)c;
    for (uint32_t g = 0; g < groups->n; g++)
        order[g] = g;
    if (rc == TW_OK)
        rc = tw_order_rows(made, keys, n, order, groups->n, task, err);
    tw_table_unref(made);
    free(keys);
    return rc;
}

enum tw_rc tw_grouping_by_size(const tw_table *table, const int *columns, size_t n,
                               const tw_grouping *groups, uint32_t *order, tw_task *task,
                               tw_error *err) {
    int64_t *by_key = tw_calloc(groups->n, sizeof *by_key);
    uint64_t *size = tw_calloc(groups->n, sizeof *size);
    enum tw_rc rc = by_key && size ? order_groups(table, columns, n, groups, by_key, task, err)
                                   : tw_fail_memory(err);
    for (uint32_t g = 0; rc == TW_OK && g < groups->n; g++)
        size[g] = ~(uint64_t)groups->count[by_key[g]];
    if (rc == TW_OK && !tw_argsort_u64(size, groups->n, order)) /* stable */
        rc = tw_fail_memory(err);
    for (uint32_t g = 0; rc == TW_OK && g < groups->n; g++)
        order[g] = (uint32_t)by_key[order[g]];
    free(by_key);
    free(size);
    return rc;
}

/* The k-th group of now is the one numbered order[k] before. */
static bool renumber(tw_grouping *groups, size_t rows, const int64_t *order) {
    int64_t *first = tw_calloc(groups->n, sizeof *first),
            *count = tw_calloc(groups->n, sizeof *count);
    uint32_t *number = tw_calloc(groups->n, sizeof *number);
    bool good = first && count && number;
    for (uint32_t g = 0; good && g < groups->n; g++) {
        number[order[g]] = g;
        first[g] = groups->first[order[g]];
        count[g] = groups->count[order[g]];
    }
    for (size_t i = 0; good && i < rows; i++)
        groups->of[i] = number[groups->of[i]];
    if (good) {
        memcpy(groups->first, first, groups->n * sizeof *first);
        memcpy(groups->count, count, groups->n * sizeof *count);
    }
    free(first);
    free(count);
    free(number);
    return good;
}

enum tw_rc tw_grouping_sort(const tw_table *table, const int *columns, size_t n,
                            tw_grouping *groups, tw_task *task, tw_error *err) {
    int64_t *order = tw_calloc(groups->n, sizeof *order);
    enum tw_rc rc =
        order ? order_groups(table, columns, n, groups, order, task, err) : tw_fail_memory(err);
    if (rc == TW_OK && !renumber(groups, (size_t)tw_table_rows(table), order))
        rc = tw_fail_memory(err);
    free(order);
    return rc;
}
