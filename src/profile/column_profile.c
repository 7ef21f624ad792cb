/* What all types share: counting cells, distinct values, the most frequent ones.
 *
 * Counting is exact up to a million distinct values. Beyond, the frequent candidates come out of
 * the thinned tally and are counted again in a second pass, so that the counts shown are exact all
 * the same; only "distinct" is an estimate. */
#include "profile/column_profile.h"

#include <math.h>

#include "stat/distinct.h"
#include "stat/sort.h"

enum { CANDIDATES = 64, PROBED = 4096 };

const double tw_quantile_levels[TW_QUANTILES] = {0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99};

tw_cell tw_profile_keep_cell(const tw_column_work *work, int64_t row) {
    tw_cell cell = tw_column_cell(work->column, row);
    if (cell.text.p == NULL)
        return cell;
    cell.text = tw_arena_str(work->arena, cell.text);
    return cell.text.p ? cell : tw_cell_missing(cell.type);
}

enum tw_rc tw_profile_put_top(const tw_column_work *work, const tw_tally_entry *entries, size_t n,
                              tw_error *err) {
    tw_column_profile *p = work->out;
    p->n_top = TW_MIN(n, (size_t)TW_PROFILE_TOP);
    p->top = tw_arena_alloc(work->arena, TW_PROFILE_TOP, sizeof *p->top);
    if (!p->top)
        return tw_fail_memory(err);
    for (size_t i = 0; i < p->n_top; i++)
        p->top[i] =
            (tw_value_count){tw_profile_keep_cell(work, entries[i].first), entries[i].count};
    return TW_OK;
}

static enum tw_rc count_all(const tw_column_work *work, tw_key_source source, tw_tally *tally,
                            tw_error *err) {
    int64_t row = 0;
    for (size_t c = 0; c < tw_column_chunks(work->column); c++) {
        enum tw_rc rc = tw_task_check(work->task, err);
        if (rc)
            return rc;
        size_t n = tw_column_chunk_rows(work->column, c);
        if (!tw_tally_add_all(tally, source.keys(source.self, c),
                              tw_column_validity(work->column, c), n, row))
            return tw_fail_memory(err);
        row += (int64_t)n;
    }
    return TW_OK;
}

static bool is_set(const uint64_t *valid, size_t i) {
    return !valid || tw_bit_get(valid, i);
}

/* Index of key among n sorted ones, or SIZE_MAX. */
static size_t find_key(const uint64_t *sorted, size_t n, uint64_t key) {
    size_t lo = 0, hi = n;
    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        if (sorted[mid] < key)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < n && sorted[lo] == key ? lo : SIZE_MAX;
}

/* Exact counts of the candidates, which then stand in descending order of count. */
static enum tw_rc recount(const tw_column_work *work, tw_key_source source, tw_tally_entry *top,
                          size_t n, tw_error *err) {
    uint64_t sorted[CANDIDATES];
    tw_tally_entry found[CANDIDATES] = {0};
    for (size_t i = 0; i < n; i++) { /* insertion by key */
        size_t at = i;
        for (; at > 0 && sorted[at - 1] > top[i].key; at--)
            sorted[at] = sorted[at - 1];
        sorted[at] = top[i].key;
    }
    int64_t row = 0;
    for (size_t c = 0; c < tw_column_chunks(work->column); c++) {
        enum tw_rc rc = tw_task_check(work->task, err);
        if (rc)
            return rc;
        const uint64_t *keys = source.keys(source.self, c),
                       *valid = tw_column_validity(work->column, c);
        for (size_t i = 0; i < tw_column_chunk_rows(work->column, c); i++, row++) {
            size_t k = is_set(valid, i) ? find_key(sorted, n, keys[i]) : SIZE_MAX;
            if (k == SIZE_MAX)
                continue;
            if (!found[k].count++)
                found[k].first = row;
        }
    }
    for (size_t i = 0; i < n; i++) { /* insertion by count */
        size_t at = i;
        for (; at > 0 &&
               (top[at - 1].count < found[i].count ||
                (top[at - 1].count == found[i].count && top[at - 1].first > found[i].first));
             at--)
            top[at] = top[at - 1];
        top[at] = found[i];
    }
    return TW_OK;
}

bool tw_profile_mostly_new(const uint64_t *keys, const uint64_t *valid, size_t n) {
    tw_tally *t = tw_tally_new(PROBED, PROBED);
    size_t probed = TW_MIN(n, (size_t)PROBED);
    bool good = t && tw_tally_add_all(t, keys, valid, probed, 0);
    bool new =
        good &&tw_tally_total(t) > PROBED / 2 && tw_tally_distinct(t) * 20 > tw_tally_total(t) * 19;
    tw_tally_free(t);
    return new;
}

static enum tw_rc gather_keys(const tw_column_work *work, tw_key_source source, uint64_t *keys,
                              uint32_t *rows, size_t *n, tw_error *err) {
    uint32_t row = 0;
    *n = 0;
    for (size_t c = 0; c < tw_column_chunks(work->column); c++) {
        enum tw_rc rc = tw_task_check(work->task, err);
        if (rc)
            return rc;
        const uint64_t *chunk = source.keys(source.self, c),
                       *valid = tw_column_validity(work->column, c);
        for (size_t i = 0; i < tw_column_chunk_rows(work->column, c); i++, row++) {
            keys[*n] = chunk[i];
            rows[*n] = row;
            *n += is_set(valid, i);
        }
    }
    return TW_OK;
}

static enum tw_rc count_spread(const tw_column_work *work, tw_key_source source, tw_error *err) {
    tw_column_profile *p = work->out;
    tw_tally_entry top[TW_PROFILE_TOP];
    tw_distinct counts = {0};
    size_t n = 0,
           room = (size_t)p->rows + 1; /* the last is written before it is known to be valid */
    uint64_t *keys = tw_calloc(room, sizeof *keys);
    uint32_t *rows = tw_calloc(room, sizeof *rows);
    enum tw_rc rc =
        keys && rows ? gather_keys(work, source, keys, rows, &n, err) : tw_fail_memory(err);
    if (!rc && !tw_distinct_count(keys, rows, n, TW_PROFILE_TOP, top, &counts))
        rc = tw_fail_memory(err);
    free(keys);
    free(rows);
    p->distinct = counts.distinct;
    p->distinct_exact = true;
    p->entropy = counts.entropy;
    return rc ? rc : tw_profile_put_top(work, top, counts.n_top, err);
}

enum tw_rc tw_profile_count(const tw_column_work *work, tw_key_source source, tw_tally *tally,
                            tw_error *err) {
    tw_tally_entry top[CANDIDATES];
    tw_column_profile *p = work->out;
    if (source.mostly_new && p->rows <= TW_PROFILE_SPREAD_ROWS)
        return count_spread(work, source, err);
    enum tw_rc rc = count_all(work, source, tally, err);
    if (rc)
        return rc;
    p->distinct = tw_tally_distinct(tally);
    p->distinct_exact = tw_tally_exact(tally);
    p->entropy = tw_tally_entropy(tally);
    size_t n = tw_tally_top(tally, p->distinct_exact ? TW_PROFILE_TOP : CANDIDATES, top);
    if (!p->distinct_exact)
        rc = recount(work, source, top, n, err);
    return rc ? rc : tw_profile_put_top(work, top, n, err);
}

static void set_undefined(tw_column_profile *p) {
    double *figures[] = {&p->min,  &p->max,      &p->mean, &p->sd,          &p->mad,
                         &p->skew, &p->kurtosis, &p->sum,  &p->length_mean, &p->entropy};
    for (size_t i = 0; i < TW_COUNT(figures); i++)
        *figures[i] = NAN;
    for (size_t i = 0; i < TW_QUANTILES; i++)
        p->quantiles[i] = NAN;
    p->min_cell = p->max_cell = tw_cell_missing(p->type);
    p->distinct_exact = true;
}

enum tw_rc tw_column_profile_fill(const tw_field *field, const tw_column *column, bool histogram,
                                  tw_arena *arena, tw_task *task, tw_column_profile *out,
                                  tw_error *err) {
    tw_column_work work = {column, arena, task, histogram, out};
    out->type = field->type;
    out->role = field->role;
    out->decimals = field->type == TW_FLOAT ? field->format.number.decimals : -1;
    out->name = tw_arena_str(arena, tw_str_c(field->name)).p;
    out->rows = tw_column_rows(work.column);
    out->unreadable = tw_column_unreadable_count(work.column);
    out->missing = out->rows - tw_column_valid_count(work.column) - out->unreadable;
    set_undefined(out);
    if (!out->name)
        return tw_fail_memory(err);
    if (out->rows > (int64_t)UINT32_MAX)
        return tw_fail(err, TW_ELIMIT,
                       "cannot profile %s: it has %lld rows, the most is 4294967295; profile a "
                       "slice or a sample",
                       out->name, (long long)out->rows);
    if (out->rows == out->missing + out->unreadable)
        return TW_OK;
    bool scale = tw_type_ops_of(out->type)->is_ordered_scale;
    return scale ? tw_profile_scale(&work, err) : tw_profile_text(&work, err);
}
