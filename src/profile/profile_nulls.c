/* How missing cells are written: "" or a null token, counted for each column over all rows.
 *
 * A source usually knows from opening; a column without missing cells, or whose source takes no
 * token for missing, needs no look at the file either. The others share one pass over the source's
 * rows in slices, side by side, that touches missing cells only. Tables whose rows are not the
 * source's in order (filtered, sorted, edited) read the rows concerned through the texts of their
 * cells. */
#include "data/source.h"
#include "profile/profile_impl.h"
#include "profile/texts.h"

enum { SLICE = 65536, MOST_TOKENS = 16, LONGEST = 32 };

typedef struct token {
    char text[LONGEST];
    uint8_t n;
    int64_t count;
} token;

typedef struct token_set { /* of one column in one slice */
    token at[MOST_TOKENS];
    size_t n;
} token_set;

typedef struct count_job {
    const tw_table *table;
    const int *columns; /* those that may hold tokens */
    size_t n;
    token_set *sets; /* slices * n */
    tw_task *task;
} count_job;

static void count_token(token_set *set, tw_str text, int64_t times) {
    text.n = TW_MIN(text.n, (size_t)LONGEST);
    for (size_t i = 0; i < set->n; i++)
        if (set->at[i].n == text.n && memcmp(set->at[i].text, text.p, text.n) == 0) {
            set->at[i].count += times;
            return;
        }
    if (set->n == MOST_TOKENS)
        return;
    token *t = &set->at[set->n++];
    t->n = (uint8_t)text.n;
    t->count = times;
    if (text.n)
        memcpy(t->text, text.p, text.n);
}

static bool is_missing(const tw_column *column, int64_t row) {
    return !tw_column_is_value(column, row) && tw_column_cell(column, row).state == TW_MISSING;
}

static void count_batch(const count_job *job, const tw_batch *batch, int64_t first, size_t rows,
                        token_set *sets) {
    tw_buf scratch;
    tw_buf_init(&scratch, TW_BUF_MAX);
    for (size_t k = 0; k < job->n; k++) {
        const tw_column *column = tw_table_column(job->table, (size_t)job->columns[k]);
        size_t at = (size_t)tw_table_field(job->table, (size_t)job->columns[k])->source_column;
        for (size_t i = 0; i < rows; i++)
            if (is_missing(column, first + (int64_t)i))
                count_token(&sets[k], tw_batch_text(batch, batch->first[i] + at, &scratch), 1);
    }
    tw_buf_fini(&scratch);
}

static enum tw_rc count_source_slice(const count_job *job, int64_t first, size_t rows,
                                     token_set *sets, tw_error *err) {
    tw_source *source = tw_table_source(job->table);
    tw_arena arena;
    tw_batch batch = {.rows = 1};
    tw_arena_init(&arena);
    enum tw_rc rc = TW_OK;
    while (!rc && rows > 0 && batch.rows > 0) { /* rows of enormous texts come in smaller batches */
        tw_arena_reset(&arena);
        rc = source->ops->fetch(source, first, rows, &arena, &batch, err);
        if (rc)
            break;
        count_batch(job, &batch, first, batch.rows, sets);
        first += (int64_t)batch.rows;
        rows -= TW_MIN(batch.rows, rows);
    }
    tw_arena_fini(&arena);
    return rc;
}

/* Rows of the slice in which one of the columns is missing; how many. */
static size_t rows_concerned(const count_job *job, int64_t first, size_t rows, int64_t *out) {
    size_t n = 0;
    for (size_t i = 0; i < rows; i++) {
        bool missing = false;
        for (size_t k = 0; k < job->n && !missing; k++)
            missing = is_missing(tw_table_column(job->table, (size_t)job->columns[k]),
                                 first + (int64_t)i);
        if (missing)
            out[n++] = first + (int64_t)i;
    }
    return n;
}

static enum tw_rc count_other_slice(const count_job *job, int64_t first, size_t rows,
                                    token_set *sets, tw_error *err) {
    int64_t *picked = tw_calloc(rows, sizeof *picked);
    tw_texts *texts = NULL;
    size_t n = picked ? rows_concerned(job, first, rows, picked) : 0;
    enum tw_rc rc = picked ? TW_OK : tw_fail_memory(err);
    if (!rc && n)
        rc = tw_texts_load(job->table, job->columns, job->n, picked, n, NULL, &texts, err);
    for (size_t k = 0; texts && k < job->n; k++)
        for (uint32_t l = 0; l < texts->columns[k].levels; l++)
            if (texts->columns[k].states[l] == TW_MISSING)
                count_token(&sets[k], texts->columns[k].values[l], texts->columns[k].counts[l]);
    tw_texts_free(texts);
    free(picked);
    return rc;
}

static enum tw_rc count_slice(void *ctx, size_t slice, size_t worker, tw_error *err) {
    (void)worker;
    const count_job *job = ctx;
    int64_t first = (int64_t)slice * SLICE, left = tw_table_rows(job->table) - first;
    size_t rows = (size_t)TW_MIN(left, (int64_t)SLICE);
    bool plain = tw_table_origin_is_identity(job->table) && tw_table_source(job->table);
    for (size_t k = 0; k < job->n; k++)
        plain = plain && !tw_table_has_marks(job->table, (size_t)job->columns[k]);
    return plain ? count_source_slice(job, first, rows, job->sets + slice * job->n, err)
                 : count_other_slice(job, first, rows, job->sets + slice * job->n, err);
}

/* Does the source take any of the usual tokens for missing in this column? */
static bool takes_tokens(const tw_table *table, size_t column) {
    static const char *const usual[] = {"NA",  "N/A", "n/a", "null", "NULL", "None",    "nan",
                                        "NaN", "-",   "?",   ".",    "--",   "missing", "unknown"};
    tw_source *source = tw_table_source(table);
    int at = tw_table_field(table, column)->source_column;
    if (!source || at < 0)
        return false;
    for (size_t i = 0; i < TW_COUNT(usual); i++)
        if (source->ops->is_null(source, (size_t)at, tw_str_c(usual[i])))
            return true;
    return false;
}

static enum tw_rc keep(tw_column_profile *p, tw_arena *arena, const token_set *set, tw_error *err) {
    p->null_tokens = tw_arena_alloc(arena, set->n, sizeof *p->null_tokens);
    if (!p->null_tokens)
        return tw_fail_memory(err);
    for (size_t i = 0; i < set->n; i++) {
        tw_str text = tw_arena_str(arena, (tw_str){set->at[i].text, set->at[i].n});
        if (!text.p)
            return tw_fail_memory(err);
        p->null_tokens[p->n_null_tokens++] = (tw_value_count){tw_cell_text(text), set->at[i].count};
    }
    return TW_OK;
}

/* Add up the slices in their order; most frequent first. */
static void merge(token_set *into, const token_set *part) {
    for (size_t i = 0; i < part->n; i++)
        count_token(into, (tw_str){part->at[i].text, part->at[i].n}, part->at[i].count);
}

static void rank(token_set *set) {
    for (size_t i = 1; i < set->n; i++) {
        token t = set->at[i];
        size_t at = i;
        for (; at > 0 && set->at[at - 1].count < t.count; at--)
            set->at[at] = set->at[at - 1];
        set->at[at] = t;
    }
}

static enum tw_rc count_all(count_job *job, tw_profile *profile, const size_t *profiled,
                            tw_error *err) {
    size_t slices = ((size_t)tw_table_rows(job->table) + SLICE - 1) / SLICE, size;
    job->sets = tw_mul(slices, job->n, &size) ? tw_calloc(size, sizeof *job->sets) : NULL;
    enum tw_rc rc =
        job->sets ? tw_parallel_for(job->task, slices, count_slice, job, err) : tw_fail_memory(err);
    for (size_t k = 0; !rc && k < job->n; k++) {
        for (size_t s = 1; s < slices; s++)
            merge(&job->sets[k], &job->sets[s * job->n + k]);
        rank(&job->sets[k]);
        rc =
            keep(&profile->columns[profiled[k]], &profile->arenas[profiled[k]], &job->sets[k], err);
    }
    free(job->sets);
    return rc;
}

/* What the source counted on opening, where the table's cells are still the source's: the sums must
 * agree. */
static bool known_tokens(const tw_table *table, size_t column, const tw_column_profile *p,
                         token_set *set) {
    tw_source *source = tw_table_source(table);
    int at = tw_table_field(table, column)->source_column;
    const tw_str *tokens;
    const int64_t *counts;
    int64_t empty;
    if (!source || at < 0 || !source->ops->null_counts || !tw_table_origin_is_identity(table) ||
        tw_table_rows(table) != source->ops->rows(source) || tw_table_has_marks(table, column))
        return false;
    size_t n = source->ops->null_counts(source, (size_t)at, &tokens, &counts, &empty);
    if (n > MOST_TOKENS)
        return false;
    int64_t sum = empty;
    *set = (token_set){0};
    if (empty)
        count_token(set, TW_STR(""), empty);
    for (size_t i = 0; i < n; i++) {
        sum += counts[i];
        if (counts[i])
            count_token(set, tokens[i], counts[i]);
    }
    rank(set);
    return sum == p->missing;
}

enum tw_rc tw_profile_null_tokens(tw_profile *profile, const tw_table *table, const int *numbers,
                                  tw_task *task, tw_error *err) {
    int *columns = tw_calloc(profile->width, sizeof *columns);
    size_t *profiled = tw_calloc(profile->width, sizeof *profiled);
    count_job job = {.table = table, .columns = columns, .task = task};
    enum tw_rc rc = columns && profiled ? TW_OK : tw_fail_memory(err);
    for (size_t i = 0; !rc && i < profile->width; i++) {
        tw_column_profile *p = &profile->columns[i];
        token_set known;
        if (!p->missing)
            continue;
        if (known_tokens(table, (size_t)numbers[i], p, &known)) {
            rc = keep(p, &profile->arenas[i], &known, err);
        } else if (takes_tokens(table, (size_t)numbers[i])) {
            columns[job.n] = numbers[i];
            profiled[job.n++] = i;
        } else {
            token_set empty = {.n = 1, .at = {{.count = p->missing}}};
            rc = keep(p, &profile->arenas[i], &empty, err);
        }
    }
    if (!rc && job.n)
        rc = count_all(&job, profile, profiled, err);
    free(columns);
    free(profiled);
    return rc;
}
