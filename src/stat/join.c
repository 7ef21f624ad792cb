/* Each key column of b numbers its values; pairs of numbers are numbered again, so that a key of
 * several columns becomes one number and nothing is compared twice. Rows of a are looked up in what
 * b has, chunk by chunk and in parallel; texts that repeat are looked up once for each different
 * one. Values and unreadable texts have numbers of their own, even and odd. */
#include "stat/join.h"

#include "base/number.h"
#include "stat/word_map.h"

enum { A, B };
#define NO_KEY (UINT32_MAX - 1)  /* a missing cell: matches nothing */
#define NO_MATCH UINT32_MAX      /* a value that b does not have */

/* What one key column of b holds. */
typedef struct levels {
    tw_word_map words;  /* numbers and times */
    tw_hashmap *texts;
    tw_hashmap *bad;    /* unreadable ones */
    tw_word_map pairs;  /* number so far << 32 | number here */
    uint32_t *dict[TW_JOIN_SIDES]; /* number of each text in the column's dictionary; NULL = none */
} levels;

typedef struct joining {
    const tw_join_side *sides;
    size_t n_columns;
    levels *levels;
    uint32_t *keys[TW_JOIN_SIDES]; /* of each row, NO_KEY or NO_MATCH */
    uint32_t n_keys;
    uint32_t *start;  /* for each key: where its rows begin in `rows`; n_keys + 1 */
    uint32_t *rows;   /* of b with a key, by key */
    enum tw_join_kind kind;
    tw_task *task;
    void **scratch; /* a chunk of words or texts, one for each worker */
} joining;

/* --- numbers of values --- */

static bool levels_init(levels *l) {
    l->texts = tw_hashmap_new(64);
    l->bad = tw_hashmap_new(16);
    return tw_word_map_init(&l->words, 64) && tw_word_map_init(&l->pairs, 64) && l->texts && l->bad;
}

static void levels_fini(levels *l) {
    tw_word_map_fini(&l->words);
    tw_word_map_fini(&l->pairs);
    tw_hashmap_free(l->texts);
    tw_hashmap_free(l->bad);
    free(l->dict[A]);
    free(l->dict[B]);
}

static inline uint32_t code(uint32_t number, uint32_t bad) {
    return number == UINT32_MAX ? NO_MATCH : number * 2 + bad;
}

static inline uint32_t word_code(levels *l, uint64_t word, bool intern) {
    return code(intern ? tw_word_map_intern(&l->words, word) : tw_word_map_find(&l->words, word), 0);
}

static inline uint32_t text_code(levels *l, tw_str text, bool intern) {
    return code(intern ? tw_hashmap_intern(l->texts, text, NULL) : tw_hashmap_find(l->texts, text),
                0);
}

/* --- numbers of the cells of a chunk --- */

typedef struct slice {
    const tw_column *column;
    size_t chunk, n;
    bool intern;
    size_t side;
    void *scratch;
    uint32_t *codes; /* out: of the chunk's rows */
} slice;

static void code_wholes(levels *l, const slice *s) {
    const int64_t *values = tw_column_i64(s->column, s->chunk, s->scratch);
    for (size_t i = 0; i < s->n; i++)
        s->codes[i] = word_code(l, (uint64_t)values[i], s->intern);
}

static void code_doubles(levels *l, const slice *s) {
    const double *values = tw_column_f64(s->column, s->chunk, s->scratch);
    for (size_t i = 0; i < s->n; i++) {
        double value = values[i] == 0 ? 0 : values[i];
        uint64_t word;
        memcpy(&word, &value, sizeof word);
        s->codes[i] = word_code(l, word, s->intern);
    }
}

static void code_texts(levels *l, const slice *s) {
    const tw_str *texts = tw_column_texts(s->column, s->chunk, s->scratch);
    for (size_t i = 0; i < s->n; i++)
        s->codes[i] = texts[i].p ? text_code(l, texts[i], s->intern) : NO_KEY;
}

static void code_dictionary(levels *l, const slice *s) {
    const uint32_t *codes = tw_column_dict_codes(s->column, s->chunk, s->codes);
    for (size_t i = 0; i < s->n; i++)
        s->codes[i] = codes[i] == TW_NO_CODE ? NO_KEY : l->dict[s->side][codes[i]];
}

/* Cells that are no values have been given the numbers of 0 or NaN. */
static void drop_invalid(const slice *s) {
    const uint64_t *valid = tw_column_validity(s->column, s->chunk);
    for (size_t i = 0; valid && i < s->n; i++)
        if (!tw_bit_get(valid, i))
            s->codes[i] = NO_KEY;
}

/* The first unreadable cell at or behind a row. */
static int64_t first_bad(const tw_column *column, int64_t row) {
    int64_t low = 0, high = tw_column_unreadable_count(column);
    tw_str text;
    while (low < high) {
        int64_t middle = low + (high - low) / 2;
        if (tw_column_unreadable_row(column, (size_t)middle, &text) < row)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void code_unreadable(levels *l, const slice *s) {
    int64_t count = tw_column_unreadable_count(s->column);
    int64_t from = (int64_t)(s->chunk * TW_CHUNK_ROWS), row;
    tw_str text;
    for (int64_t i = count ? first_bad(s->column, from) : 0; i < count; i++) {
        row = tw_column_unreadable_row(s->column, (size_t)i, &text);
        if (row >= from + (int64_t)s->n)
            return;
        s->codes[row - from] = code(s->intern ? tw_hashmap_intern(l->bad, text, NULL)
                                              : tw_hashmap_find(l->bad, text),
                                    1);
    }
}

static void code_slice(levels *l, const slice *s) {
    enum tw_type type = tw_column_type(s->column);
    if (type == TW_TEXT && l->dict[s->side])
        code_dictionary(l, s);
    else if (type == TW_TEXT)
        code_texts(l, s);
    else if (type == TW_FLOAT)
        code_doubles(l, s);
    else
        code_wholes(l, s);
    drop_invalid(s);
    code_unreadable(l, s);
}

/* --- keys of rows --- */

static const tw_column *column_of(const joining *j, size_t side, size_t k) {
    return tw_table_column(j->sides[side].table, (size_t)j->sides[side].columns[k]);
}

/* Texts of a dictionary are numbered once. */
static bool code_entries(joining *j, size_t side) {
    for (size_t k = 0; k < j->n_columns; k++) {
        const tw_column *column = column_of(j, side, k);
        uint32_t n = tw_column_dict_size(column);
        if (tw_column_type(column) != TW_TEXT || n == 0)
            continue;
        uint32_t *codes = tw_calloc(n, sizeof *codes);
        for (uint32_t i = 0; codes && i < n; i++)
            codes[i] = text_code(&j->levels[k], tw_column_dict_text(column, i), side == B);
        j->levels[k].dict[side] = codes;
        if (!codes)
            return false;
    }
    return true;
}

/* Keys of a chunk's rows: the columns' numbers folded one after the other. */
static void key_slice(joining *j, size_t side, size_t chunk, void *scratch, uint32_t *codes) {
    uint32_t *keys = j->keys[side] + chunk * TW_CHUNK_ROWS;
    for (size_t k = 0; k < j->n_columns; k++) {
        levels *l = &j->levels[k];
        const tw_column *column = column_of(j, side, k);
        slice s = {.column = column,
                   .chunk = chunk,
                   .n = tw_column_chunk_rows(column, chunk),
                   .intern = side == B,
                   .side = side,
                   .scratch = scratch,
                   .codes = k ? codes : keys};
        code_slice(l, &s);
        for (size_t i = 0; k && i < s.n; i++) {
            uint64_t pair = (uint64_t)keys[i] << 32 | codes[i];
            if (keys[i] == NO_KEY || codes[i] == NO_KEY)
                keys[i] = NO_KEY;
            else if (keys[i] == NO_MATCH || codes[i] == NO_MATCH)
                keys[i] = NO_MATCH;
            else
                keys[i] = s.intern ? tw_word_map_intern(&l->pairs, pair)
                                   : tw_word_map_find(&l->pairs, pair);
        }
    }
}

enum { SCRATCH = TW_CHUNK_ROWS * (sizeof(tw_str) + sizeof(uint32_t)) };

static enum tw_rc key_chunk(joining *j, size_t side, size_t chunk, size_t worker, tw_error *err) {
    if (!j->scratch[worker])
        j->scratch[worker] = tw_calloc(SCRATCH, 1);
    if (!j->scratch[worker])
        return tw_fail_memory(err);
    char *scratch = j->scratch[worker];
    key_slice(j, side, chunk, scratch,
              (uint32_t *)(void *)(scratch + TW_CHUNK_ROWS * sizeof(tw_str)));
    tw_task_advance(j->task, 1);
    return TW_OK;
}

static enum tw_rc look_up_chunk(void *ctx, size_t chunk, size_t worker, tw_error *err) {
    return key_chunk(ctx, A, chunk, worker, err);
}

static bool make_keys(joining *j, size_t side) {
    j->keys[side] = tw_calloc((size_t)tw_table_rows(j->sides[side].table), sizeof **j->keys);
    return j->keys[side] && code_entries(j, side);
}

/* b's rows one chunk after the other, for they give the numbers. */
static enum tw_rc number_keys(joining *j, tw_error *err) {
    size_t chunks = tw_column_chunks(column_of(j, B, 0));
    enum tw_rc rc = make_keys(j, B) ? TW_OK : tw_fail_memory(err);
    for (size_t i = 0; i < chunks && rc == TW_OK; i++) {
        rc = key_chunk(j, B, i, 0, err);
        if (rc == TW_OK)
            rc = tw_task_check(j->task, err);
    }
    return rc;
}

static enum tw_rc look_up_keys(joining *j, tw_error *err) {
    if (!make_keys(j, A))
        return tw_fail_memory(err);
    return tw_parallel_for(j->task, tw_column_chunks(column_of(j, A, 0)), look_up_chunk, j, err);
}

/* b's rows by key; those whose number could not be given for want of memory have NO_MATCH. */
static enum tw_rc sort_rows(joining *j, tw_error *err) {
    size_t rows = (size_t)tw_table_rows(j->sides[B].table);
    const uint32_t *keys = j->keys[B];
    for (size_t i = 0; i < rows; i++) {
        if (keys[i] == NO_MATCH)
            return tw_fail_memory(err);
        if (keys[i] != NO_KEY)
            j->n_keys = TW_MAX(j->n_keys, keys[i] + 1);
    }
    j->start = tw_calloc((size_t)j->n_keys + 2, sizeof *j->start);
    j->rows = tw_calloc(rows, sizeof *j->rows);
    if (!j->start || !j->rows)
        return tw_fail_memory(err);
    for (size_t i = 0; i < rows; i++)
        if (keys[i] != NO_KEY)
            j->start[keys[i] + 2]++;
    for (size_t k = 2; k < (size_t)j->n_keys + 2; k++)
        j->start[k] += j->start[k - 1];
    for (size_t i = 0; i < rows; i++)
        if (keys[i] != NO_KEY)
            j->rows[j->start[keys[i] + 1]++] = (uint32_t)i;
    return TW_OK;
}

/* --- the result --- */

static inline uint32_t matches(const joining *j, uint32_t key) {
    return key >= j->n_keys ? 0 : j->start[key + 1] - j->start[key];
}

/* Now and then in a loop over rows. */
static inline bool stops(const joining *j, size_t row) {
    return row % TW_CHUNK_ROWS == 0 && tw_task_cancelled(j->task);
}

static void count_a(const joining *j, uint8_t *met, tw_join *out) {
    size_t rows = (size_t)tw_table_rows(j->sides[A].table);
    for (size_t i = 0; i < rows && !stops(j, i); i++) {
        uint32_t key = j->keys[A][i];
        out->missing[A] += key == NO_KEY;
        if (matches(j, key)) {
            met[key] = 1;
            out->matched[A]++;
        }
    }
}

/* Keys of rows that no row of a met become NO_MATCH. */
static void count_b(joining *j, const uint8_t *met, tw_join *out) {
    size_t rows = (size_t)tw_table_rows(j->sides[B].table);
    for (size_t i = 0; i < rows && !stops(j, i); i++) {
        uint32_t *key = &j->keys[B][i];
        out->missing[B] += *key == NO_KEY;
        if (*key < NO_KEY && met[*key])
            out->matched[B]++;
        else if (*key < NO_KEY)
            *key = NO_MATCH;
    }
}

static enum tw_rc count_met(joining *j, tw_join *out, tw_error *err) {
    uint8_t *met = tw_calloc(j->n_keys, 1);
    if (!met)
        return tw_fail_memory(err);
    count_a(j, met, out);
    count_b(j, met, out);
    free(met);
    return tw_task_check(j->task, err);
}

static inline bool keeps_alone(const joining *j) {
    return j->kind != TW_JOIN_INNER;
}

/* Rows of the result, UINT64_MAX where they cannot be counted. */
static uint64_t count_rows(const joining *j, const tw_join *join) {
    uint64_t n = 0;
    int64_t rows_a = tw_table_rows(j->sides[A].table);
    for (int64_t i = 0; j->kind != TW_JOIN_ANTI && i < rows_a; i++)
        n += matches(j, j->keys[A][i]); /* below 2^32 times 2^32 */
    n += keeps_alone(j) ? (uint64_t)(rows_a - join->matched[A]) : 0;
    if (j->kind == TW_JOIN_FULL)
        n += (uint64_t)(tw_table_rows(j->sides[B].table) - join->matched[B]);
    return n;
}

static inline int64_t put_row(tw_join *out, int64_t n, uint32_t a, uint32_t b) {
    out->rows[A][n] = a;
    out->rows[B][n] = b;
    return n + 1;
}

static enum tw_rc put_rows(const joining *j, tw_join *out, tw_error *err) {
    uint32_t rows_a = (uint32_t)tw_table_rows(j->sides[A].table);
    uint32_t rows_b = (uint32_t)tw_table_rows(j->sides[B].table);
    enum tw_rc rc = TW_OK;
    int64_t n = 0;
    for (uint32_t i = 0; i < rows_a && rc == TW_OK; i++) {
        uint32_t key = j->keys[A][i], count = matches(j, key);
        if (count == 0 && keeps_alone(j))
            n = put_row(out, n, i, UINT32_MAX);
        for (uint32_t k = 0; j->kind != TW_JOIN_ANTI && k < count; k++)
            n = put_row(out, n, i, j->rows[j->start[key] + k]);
        if (i % TW_CHUNK_ROWS == 0)
            rc = tw_task_check(j->task, err);
    }
    for (uint32_t i = 0; j->kind == TW_JOIN_FULL && i < rows_b; i++)
        if (j->keys[B][i] >= NO_KEY)
            n = put_row(out, n, UINT32_MAX, i);
    return rc;
}

static enum tw_rc make_rows(joining *j, int64_t most, tw_join *out, tw_error *err) {
    enum tw_rc rc = count_met(j, out, err);
    if (rc != TW_OK)
        return rc;
    uint64_t n = count_rows(j, out);
    if (n > (uint64_t)most)
        return tw_fail(err, TW_ELIMIT,
                       "join: the result would have %s rows, for keys stand in many rows of both "
                       "tables; the limit is %s (--max-rows); join by more columns, or drop rows "
                       "with the same key first",
                       tw_grouped((int64_t)TW_MIN(n, (uint64_t)INT64_MAX)).text,
                       tw_grouped(most).text);
    out->n = (int64_t)n;
    out->rows[A] = tw_calloc((size_t)n, sizeof *out->rows[A]);
    out->rows[B] = tw_calloc((size_t)n, sizeof *out->rows[B]);
    if (!out->rows[A] || !out->rows[B])
        return tw_fail_memory(err);
    return put_rows(j, out, err);
}

static enum tw_rc check_sides(const tw_join_side *sides, tw_error *err) {
    for (size_t s = 0; s < TW_JOIN_SIDES; s++)
        if (tw_table_rows(sides[s].table) > INT32_MAX)
            return tw_fail(err, TW_ELIMIT,
                           "too many rows: tables of up to %s are joined; take fewer rows",
                           tw_grouped(INT32_MAX).text);
    return TW_OK;
}

static enum tw_rc join_all(joining *j, int64_t most, tw_join *out, tw_error *err) {
    size_t workers = tw_pool_threads(j->task ? j->task->pool : NULL);
    j->levels = tw_calloc(j->n_columns, sizeof *j->levels);
    j->scratch = tw_calloc(workers, sizeof *j->scratch);
    bool good = j->levels && j->scratch;
    for (size_t k = 0; k < j->n_columns && good; k++)
        good = levels_init(&j->levels[k]);
    tw_task_begin(j->task, "joining",
                  tw_column_chunks(column_of(j, A, 0)) + tw_column_chunks(column_of(j, B, 0)));
    enum tw_rc rc = good ? number_keys(j, err) : tw_fail_memory(err);
    if (rc == TW_OK)
        rc = sort_rows(j, err);
    if (rc == TW_OK)
        rc = look_up_keys(j, err);
    if (rc == TW_OK)
        rc = make_rows(j, most, out, err);
    for (size_t k = 0; j->levels && k < j->n_columns; k++)
        levels_fini(&j->levels[k]);
    for (size_t w = 0; j->scratch && w < workers; w++)
        free(j->scratch[w]);
    free(j->scratch);
    return rc;
}

enum tw_rc tw_join_make(const tw_join_side sides[TW_JOIN_SIDES], size_t n_columns,
                        enum tw_join_kind kind, int64_t most, tw_task *task, tw_join *out,
                        tw_error *err) {
    joining j = {.sides = sides, .n_columns = n_columns, .kind = kind, .task = task};
    *out = (tw_join){0};
    enum tw_rc rc = check_sides(sides, err);
    if (rc == TW_OK)
        rc = join_all(&j, most, out, err);
    free(j.levels);
    free(j.keys[A]);
    free(j.keys[B]);
    free(j.start);
    free(j.rows);
    if (rc != TW_OK)
        tw_join_fini(out);
    return rc;
}

void tw_join_fini(tw_join *join) {
    free(join->rows[A]);
    free(join->rows[B]);
    *join = (tw_join){0};
}
