/* Columns against a naive twin: a plain array of cells that goes through the same gathers, patches
 * and joins. */
#include "data/column.h"

#include "base/random.h"
#include "tests/tap.h"

#define CHUNK ((int64_t)TW_CHUNK_ROWS)

typedef struct twin {
    enum tw_type type;
    int64_t n;
    tw_cell *cells;
    tw_arena texts;
} twin;

static tw_error err = TW_ERROR_INIT;
static tw_rng rng;

static uint64_t below(uint64_t n) {
    return tw_rng_below(&rng, n);
}

static tw_str copy(twin *t, tw_str text) {
    tw_str kept = tw_arena_str(&t->texts, text);
    return kept.p ? kept : (tw_str){"", 0};
}

/* Cells of different spreads, so that every width, decimals, doubles, dictionaries and views come
 * up. */
enum spread { CONSTANT, BYTE, SHORT, WORD, WIDE, SECONDS, REAL, SPREADS };

static int64_t whole_of(enum spread spread) {
    int64_t sign = below(2) ? 1 : -1;
    switch (spread) {
    case CONSTANT:
        return -7;
    case BYTE:
        return 1000000 + (int64_t)below(256);
    case SHORT:
        return sign * (int64_t)below(30000);
    case WORD:
        return sign * (int64_t)below(2000000000);
    case SECONDS:
        return (int64_t)(below(4000000000) * 1000000);
    case WIDE:
    case REAL:
    case SPREADS:
        break;
    }
    return (int64_t)tw_rng_u64(&rng);
}

static double real_of(enum spread spread) {
    switch (spread) {
    case CONSTANT:
        return 0.5;
    case BYTE:
        return (double)below(256) / 100;
    case SHORT:
        return below(100) ? ((double)below(60000) - 30000) / 10 : -0.0;
    case WORD:
        return ((double)below(4000000) - 2000000) / 1000;
    case WIDE:
        return tw_rng_normal(&rng) * 1e12;
    case SECONDS:
        return below(50) ? (double)below(100) : below(2) ? -0.0 : 1e300;
    case REAL:
    case SPREADS:
        break;
    }
    return tw_rng_uniform(&rng);
}

static tw_str text_of(twin *t, enum spread spread) {
    static const uint64_t kinds[SPREADS] = {1, 200, 30000, 500000, UINT32_MAX, 3, 70000};
    char text[64];
    int n = snprintf(text, sizeof text, "t%llu", (unsigned long long)below(kinds[spread]));
    return below(40) ? copy(t, (tw_str){text, (size_t)n}) : (tw_str){"", 0};
}

static tw_cell random_cell(twin *t, enum spread spread) {
    uint64_t dice = below(20);
    if (dice == 0)
        return tw_cell_missing(t->type);
    if (dice == 1 && below(4) == 0)
        return tw_cell_unreadable(t->type, copy(t, below(2) ? TW_STR("N/A") : TW_STR("1,234")));
    if (t->type == TW_TEXT)
        return tw_cell_text(text_of(t, spread));
    if (t->type == TW_FLOAT)
        return tw_cell_f64(real_of(spread));
    if (t->type == TW_BOOLEAN)
        return tw_cell_i64(TW_BOOLEAN, (int64_t)below(2));
    return tw_cell_i64(t->type, whole_of(spread));
}

static twin twin_new(enum tw_type type, int64_t n) {
    twin t = {.type = type, .n = n, .cells = tw_calloc((size_t)n, sizeof(tw_cell))};
    tw_arena_init(&t.texts);
    return t;
}

static void twin_fini(twin *t) {
    free(t->cells);
    tw_arena_fini(&t->texts);
}

static twin twin_random(enum tw_type type, int64_t n, enum spread spread) {
    twin t = twin_new(type, n);
    for (int64_t i = 0; i < n; i++)
        t.cells[i] = random_cell(&t, spread);
    return t;
}

/* Texts are numbered from `at` on. */
static tw_column *column_at(const tw_cell *cells, enum tw_type type, int64_t n, uint64_t at) {
    tw_builder *b = NULL;
    tw_column *column = NULL;
    enum tw_rc rc = tw_builder_new(type, NULL, &b, &err);
    if (rc == TW_OK)
        tw_builder_begin_at(b, at);
    for (int64_t i = 0; rc == TW_OK && i < n; i++)
        rc = tw_builder_cell(b, &cells[i], &err);
    if (rc == TW_OK)
        rc = tw_builder_finish(b, &column, &err);
    tw_builder_free(b);
    return column;
}

static tw_column *column_of(const tw_cell *cells, enum tw_type type, int64_t n) {
    return column_at(cells, type, n, 0);
}

static bool same_cell(const tw_cell *a, const tw_cell *b) {
    if (a->state != b->state || a->type != b->type)
        return false;
    if (a->state == TW_MISSING)
        return true;
    if (a->state == TW_UNREADABLE || a->type == TW_TEXT)
        return tw_str_eq(a->text, b->text);
    return a->type == TW_FLOAT ? memcmp(&a->f, &b->f, sizeof a->f) == 0 : a->i == b->i;
}

static bool same_cells(const tw_column *column, const twin *t) {
    int64_t valid = 0, bad = 0;
    if (tw_column_rows(column) != t->n || tw_column_type(column) != t->type)
        return false;
    for (int64_t i = 0; i < t->n; i++) {
        tw_cell cell = tw_column_cell(column, i);
        if (!same_cell(&cell, &t->cells[i]))
            return false;
        valid += cell.state == TW_VALUE;
        if (cell.state == TW_UNREADABLE) {
            tw_str text;
            if (tw_column_unreadable_row(column, (size_t)bad, &text) != i ||
                !tw_str_eq(text, cell.text))
                return false;
            bad++;
        }
    }
    return tw_column_valid_count(column) == valid && tw_column_unreadable_count(column) == bad;
}

static bool chunk_numbers_agree(const tw_column *column, const twin *t, size_t k, void *scratch) {
    const uint64_t *validity = tw_column_validity(column, k);
    size_t rows = tw_column_chunk_rows(column, k);
    const double *f = tw_column_f64(column, k, scratch);
    for (size_t i = 0; i < rows; i++) {
        const tw_cell *cell = &t->cells[k * TW_CHUNK_ROWS + i];
        bool valid = cell->state == TW_VALUE;
        double want = valid ? tw_type_ops_of(t->type)->to_f64(cell) : (double)NAN;
        if ((valid ? memcmp(&f[i], &want, sizeof want) != 0 : !isnan(f[i])) ||
            (validity ? tw_bit_get(validity, i) : true) != valid)
            return false;
    }
    if (t->type == TW_FLOAT)
        return true;
    const int64_t *whole = tw_column_i64(column, k, scratch);
    for (size_t i = 0; i < rows; i++) {
        const tw_cell *cell = &t->cells[k * TW_CHUNK_ROWS + i];
        if (whole[i] != (cell->state == TW_VALUE ? cell->i : 0))
            return false;
    }
    return true;
}

static bool chunk_texts_agree(const tw_column *column, const twin *t, size_t k, void *scratch) {
    const tw_str *texts = tw_column_texts(column, k, scratch);
    for (size_t i = 0; i < tw_column_chunk_rows(column, k); i++) {
        const tw_cell *cell = &t->cells[k * TW_CHUNK_ROWS + i];
        if (cell->state != TW_VALUE ? texts[i].p != NULL : !tw_str_eq(texts[i], cell->text))
            return false;
    }
    return true;
}

static bool chunks_agree(const tw_column *column, const twin *t) {
    void *scratch = tw_calloc(TW_CHUNK_ROWS, sizeof(tw_str));
    bool good = true;
    for (size_t k = 0; good && k < tw_column_chunks(column); k++)
        good = t->type == TW_TEXT ? chunk_texts_agree(column, t, k, scratch)
                                  : chunk_numbers_agree(column, t, k, scratch);
    free(scratch);
    return good;
}

static bool factor_agrees(const tw_column *column, const twin *t) {
    const tw_factor *f;
    if (tw_column_factor(column, 0, &f, &err))
        return false;
    int64_t sum = 0;
    uint32_t seen = 0;
    for (uint32_t level = 0; level < f->levels; level++)
        sum += f->counts[level];
    for (int64_t i = 0; i < t->n; i++) {
        const tw_cell *cell = &t->cells[i];
        if ((f->codes[i] == TW_NO_CODE) != (cell->state != TW_VALUE))
            return false;
        if (f->codes[i] == TW_NO_CODE)
            continue;
        if (f->codes[i] > seen || (f->codes[i] == seen && f->first[seen++] != i))
            return false;
        if (!tw_cell_equal(cell, &t->cells[f->first[f->codes[i]]]))
            return false;
    }
    for (uint32_t level = 0; level + 1 < f->levels && level < 200; level++)
        if (tw_cell_equal(&t->cells[f->first[level]], &t->cells[f->first[level + 1]]))
            return false;
    return sum == tw_column_valid_count(column) && seen == f->levels;
}

static bool agrees(const tw_column *column, const twin *t) {
    return column && same_cells(column, t) && chunks_agree(column, t) && factor_agrees(column, t);
}

/* Each law takes a column and its twin and compares what becomes of both. */

static bool gather_law(const tw_column *column, const twin *t) {
    int64_t n = (int64_t)below((uint64_t)t->n * 2) + 1;
    int64_t *rows = tw_calloc((size_t)n, sizeof *rows);
    twin want = twin_new(t->type, n);
    int64_t run = 0;
    for (int64_t i = 0; i < n; i++) { /* single rows, runs, missing ones */
        bool jump = i == 0 || below(1000) == 0 || run + 1 >= t->n;
        run = jump ? (int64_t)below((uint64_t)t->n) : run + 1;
        rows[i] = below(50) ? run : -1;
        want.cells[i] = rows[i] < 0 ? tw_cell_missing(t->type) : t->cells[rows[i]];
    }
    tw_column *got = NULL;
    bool good = tw_column_gather(column, rows, n, NULL, &got, &err) == TW_OK && agrees(got, &want);
    tw_column_unref(got);
    twin_fini(&want);
    free(rows);
    return good;
}

static bool patch_law(const tw_column *column, const twin *t) {
    int64_t *rows = tw_calloc((size_t)t->n, sizeof *rows), n = 0;
    twin want = twin_new(t->type, t->n),
         with = twin_random(t->type, t->n, (enum spread)below(SPREADS));
    memcpy(want.cells, t->cells, (size_t)t->n * sizeof *want.cells);
    uint64_t every = below(4) ? 5000 : 3;
    for (int64_t i = 0; i < t->n; i++)
        if (below(every) == 0) {
            with.cells[n] = with.cells[i];
            want.cells[i] = with.cells[n];
            rows[n++] = i;
        }
    tw_column *got = NULL;
    bool good =
        tw_column_patch(column, rows, with.cells, n, &got, &err) == TW_OK && agrees(got, &want);
    tw_column_unref(got);
    twin_fini(&want);
    twin_fini(&with);
    free(rows);
    return good;
}

static bool concat_law(const tw_column *column, const twin *t) {
    twin more = twin_random(t->type, (int64_t)below(70000), (enum spread)below(SPREADS));
    twin want = twin_new(t->type, t->n + more.n);
    memcpy(want.cells, t->cells, (size_t)t->n * sizeof *want.cells);
    memcpy(want.cells + t->n, more.cells, (size_t)more.n * sizeof *want.cells);
    tw_column *b = column_of(more.cells, t->type, more.n), *got = NULL;
    bool good = b && tw_column_concat(column, b, &got, &err) == TW_OK && agrees(got, &want);
    tw_column_unref(got);
    tw_column_unref(b);
    twin_fini(&want);
    twin_fini(&more);
    return good;
}

/* Parts whose texts lie `apart`: all at one place, overlapping, or one behind the other. */
static bool join_apart(const twin *t, uint64_t apart) {
    size_t n = (size_t)(t->n / CHUNK) + 1;
    tw_column **parts = tw_calloc(n, sizeof *parts);
    for (size_t p = 0; p < n; p++) {
        int64_t from = (int64_t)p * CHUNK;
        parts[p] = column_at(t->cells + from, t->type, TW_MIN(t->n - from, CHUNK), p * apart);
    }
    tw_column *got = NULL;
    bool good = tw_column_join(t->type, parts, n, &got, &err) == TW_OK && agrees(got, t) &&
                patch_law(got, t);
    tw_column_unref(got);
    for (size_t p = 0; p < n; p++)
        tw_column_unref(parts[p]);
    free(parts);
    return good;
}

static bool join_law(const twin *t) {
    static const uint64_t apart[] = {0, 100, (uint64_t)1 << 30};
    return join_apart(t, apart[below(TW_COUNT(apart))]);
}

static void laws(enum tw_type type, int64_t n, enum spread spread) {
    twin t = twin_random(type, n, spread);
    tw_column *column = column_of(t.cells, type, n);
    const char *name = tw_type_name(type);
    long long rows = (long long)n;
    ok(agrees(column, &t), "%s, %lld rows, spread %d: cells, chunks, factor", name, rows,
       (int)spread);
    ok(gather_law(column, &t), "%s, %lld rows, spread %d: gather", name, rows, (int)spread);
    ok(patch_law(column, &t), "%s, %lld rows, spread %d: patch", name, rows, (int)spread);
    ok(concat_law(column, &t), "%s, %lld rows, spread %d: concat", name, rows, (int)spread);
    ok(join_law(&t), "%s, %lld rows, spread %d: join", name, rows, (int)spread);
    tw_column_unref(column);
    twin_fini(&t);
}

static void test_laws(void) {
    static const int64_t sizes[] = {1, 1000, 65535, 65536, 65537, 140000};
    static const enum tw_type types[] = {TW_BOOLEAN, TW_INTEGER, TW_FLOAT, TW_DATETIME, TW_TEXT};
    for (size_t s = 0; s < TW_COUNT(sizes); s++)
        for (size_t k = 0; k < TW_COUNT(types); k++)
            for (int spread = 0; spread < SPREADS; spread++)
                if (sizes[s] < 2000 || (size_t)spread % 3 == (s + k) % 3)
                    laws(types[k], sizes[s], (enum spread)spread);
}

/* A cell of 16 MiB and more has a record of its own, in a heap as in a mapping. */
static void test_long_cells(void) {
    enum { LONG = 17 << 20 };
    char *bytes = tw_calloc(LONG + 8, 1);
    memset(bytes, 'x', LONG);
    memcpy(bytes + LONG, "short", 5);
    tw_mapping *mapping = NULL;
    tw_column *parts[2] = {NULL, NULL}, *both = NULL, *patched = NULL, *picked = NULL;
    succeeds(tw_mapping_take(bytes, LONG + 8, &mapping, &err), &err, "a mapping");
    tw_str text = tw_mapping_bytes(mapping), small = tw_str_sub(text, LONG, LONG + 5);
    text.n = LONG;
    tw_cell cells[] = {tw_cell_text(text), tw_cell_text(small), tw_cell_unreadable(TW_TEXT, text)};
    for (int i = 0; i < 2; i++) {
        tw_builder *b = NULL;
        enum tw_rc rc = tw_builder_new(TW_TEXT, i ? mapping : NULL, &b, &err);
        for (int k = 0; rc == TW_OK && k < 3; k++)
            rc = tw_builder_cell(b, &cells[k], &err);
        if (rc == TW_OK)
            rc = tw_builder_finish(b, &parts[i], &err);
        tw_builder_free(b);
    }
    size_t copied = tw_column_bytes(parts[0]), mapped = tw_column_bytes(parts[1]);
    ok(copied > 2 * (size_t)LONG && mapped < 5000, "mapped text is not copied");
    tw_mapping_unref(mapping);
    succeeds(tw_column_concat(parts[1], parts[0], &both, &err), &err, "concat");
    succeeds(tw_column_patch(both, (const int64_t[]){1}, &cells[0], 1, &patched, &err), &err,
             "patch");
    succeeds(tw_column_gather(patched, (const int64_t[]){5, 1, 4, 0}, 4, NULL, &picked, &err), &err,
             "gather");
    tw_column_unref(both);
    tw_column_unref(patched);
    tw_cell got[4];
    for (int i = 0; i < 4; i++)
        got[i] = tw_column_cell(picked, i);
    ok(got[0].state == TW_UNREADABLE && got[0].text.n == LONG && got[0].text.p[LONG - 1] == 'x',
       "unreadable");
    ok(tw_str_eq(got[1].text, got[3].text) && got[1].text.n == LONG, "patched equals mapped");
    is_text(got[2].text, "short", "a short neighbour");
    tw_column_unref(parts[0]);
    tw_column_unref(parts[1]);
    tw_column_unref(picked);
}

/* A thousand edits, each a version: all keep their texts, and the last one is not a thousand
 * blocks. */
static void test_many_edits(void) {
    twin t = twin_random(TW_TEXT, 2000, WORD);
    tw_column *column = column_of(t.cells, TW_TEXT, t.n), *early = NULL;
    twin before = twin_new(TW_TEXT, t.n);
    for (int64_t i = 0; i < 1000; i++) {
        char text[32];
        int n = snprintf(text, sizeof text, "edit %d of a cell", (int)i);
        tw_column *next = NULL;
        int64_t row = (i * 7) % t.n;
        t.cells[row] = tw_cell_text(copy(&t, (tw_str){text, (size_t)n}));
        if (tw_column_patch(column, &row, &t.cells[row], 1, &next, &err))
            TW_BUG(err.message);
        tw_column_unref(column);
        column = next;
        if (i == 500) {
            early = tw_column_ref(column);
            memcpy(before.cells, t.cells, (size_t)t.n * sizeof *t.cells);
        }
    }
    ok(agrees(column, &t), "a thousand edits");
    ok(agrees(early, &before), "an early version is as it was");
    tw_column_unref(column);
    tw_column_unref(early);
    twin_fini(&before);
    twin_fini(&t);
}

static void test_dictionary(void) {
    twin t = twin_random(TW_TEXT, 70000, BYTE), unique = twin_random(TW_TEXT, 70000, WIDE);
    tw_column *column = column_of(t.cells, TW_TEXT, t.n),
              *views = column_of(unique.cells, TW_TEXT, t.n);
    uint32_t *codes = tw_calloc(TW_CHUNK_ROWS, sizeof *codes);
    bool good = true;
    for (size_t k = 0; k < tw_column_chunks(column); k++) {
        tw_column_dict_codes(column, k, codes);
        for (size_t i = 0; i < tw_column_chunk_rows(column, k); i++) {
            const tw_cell *cell = &t.cells[k * TW_CHUNK_ROWS + i];
            good = good && (cell->state == TW_VALUE
                                ? tw_str_eq(tw_column_dict_text(column, codes[i]), cell->text)
                                : codes[i] == TW_NO_CODE);
        }
    }
    ok(good && tw_column_dict_size(column) == 201, "codes of a dictionary");
    is_int(tw_column_dict_size(views), 0, "texts that differ have no dictionary");
    tw_task cancelled;
    tw_task_init(&cancelled, NULL, NULL);
    tw_task_cancel(&cancelled);
    is_int(tw_column_factor_task(column, 0, &cancelled, &(const tw_factor *){NULL}, &err),
           TW_ECANCEL, "a factor that is cancelled");
    is_int(tw_column_factor(column, 200, &(const tw_factor *){NULL}, &err), TW_ELIMIT,
           "too many levels");
    is_int(tw_column_factor(column, 201, &(const tw_factor *){NULL}, &err), TW_OK, "just as many");
    is_int(tw_column_factor(column, 7, &(const tw_factor *){NULL}, &err), TW_ELIMIT,
           "also when known");
    free(codes);
    tw_column_unref(column);
    tw_column_unref(views);
    twin_fini(&t);
    twin_fini(&unique);
}

/* Narrow storage keeps the memory promise: at most six bytes a cell on mixed data. */
static void test_memory(void) {
    static const struct {
        enum tw_type type;
        enum spread spread;
        int bytes;
        const char *name;
    } rows[] = {{TW_BOOLEAN, BYTE, 1, "booleans"},    {TW_INTEGER, BYTE, 1, "bytes"},
                {TW_INTEGER, SHORT, 2, "shorts"},     {TW_DATETIME, SECONDS, 4, "whole seconds"},
                {TW_FLOAT, WORD, 4, "decimals"},      {TW_FLOAT, REAL, 8, "doubles"},
                {TW_TEXT, BYTE, 1, "repeated words"}, {TW_TEXT, SHORT, 2, "many words"}};
    for (size_t i = 0; i < TW_COUNT(rows); i++) {
        twin t = twin_new(rows[i].type, 3 * CHUNK);
        for (int64_t k = 0; k < t.n; k++)
            do
                t.cells[k] = random_cell(&t, rows[i].spread);
            while (t.cells[k].state == TW_UNREADABLE);
        tw_column *column = column_of(t.cells, t.type, t.n);
        double each = (double)tw_column_bytes(column) / (double)t.n;
        double text = t.type == TW_TEXT ? 3.0 : 0.0; /* the entries themselves */
        ok(each < rows[i].bytes + 0.2 + text, "%s: %.2f bytes a cell", rows[i].name, each);
        tw_column_unref(column);
        twin_fini(&t);
    }
}

static void test_whole_numbers_from_doubles(void) {
    tw_builder *b = NULL;
    tw_column *column = NULL;
    enum tw_rc rc = tw_builder_new(TW_INTEGER, NULL, &b, &err);
    const double values[] = {2.5, -0.4, (double)NAN, 1e300};
    for (size_t i = 0; rc == TW_OK && i < TW_COUNT(values); i++)
        rc = tw_builder_f64(b, values[i], &err);
    if (rc == TW_OK)
        rc = tw_builder_finish(b, &column, &err);
    tw_builder_free(b);
    ok(rc == TW_OK && tw_column_cell(column, 0).i == 2 && tw_column_cell(column, 1).i == 0,
       "half to even");
    ok(!tw_column_is_value(column, 2) && !tw_column_is_value(column, 3),
       "NaN and what is too large are missing");
    double all[4];
    tw_column_copy_f64(column, all);
    ok(tw_same_f64(all[0], 2) && isnan(all[3]), "the column as doubles");
    tw_column_unref(column);
}

static void test_missing(void) {
    tw_column *column = NULL;
    succeeds(tw_column_missing(TW_TEXT, 10 * CHUNK + 5, &column, &err), &err, "all missing");
    ok(tw_column_rows(column) == 10 * CHUNK + 5 && tw_column_valid_count(column) == 0, "no value");
    ok(tw_column_bytes(column) < 40000, "one chunk stands for all");
    tw_cell cell = tw_cell_text(TW_STR("found"));
    tw_column *patched = NULL;
    succeeds(tw_column_patch(column, (const int64_t[]){CHUNK}, &cell, 1, &patched, &err), &err,
             "patch");
    is_text(tw_column_cell(patched, CHUNK).text, "found", "a cell in its second chunk");
    is_int(tw_column_dict_size(patched), 1, "one entry");
    tw_column_unref(patched);
    tw_column_unref(column);
}

typedef struct contest {
    const tw_column *column;
    const tw_factor *got[64];
} contest;

static enum tw_rc compete(void *ctx, size_t i, size_t worker, tw_error *e) {
    contest *c = ctx;
    (void)worker;
    return tw_column_factor(c->column, 0, &c->got[i], e);
}

static void test_threads(void) {
    tw_pool *pool = NULL;
    tw_task task;
    succeeds(tw_pool_new(4, &pool, &err), &err, "a pool");
    tw_task_init(&task, NULL, pool);
    twin t = twin_random(TW_TEXT, 200000, SHORT);
    tw_column *column = column_of(t.cells, t.type, t.n);
    contest c = {.column = column};
    succeeds(tw_parallel_for(&task, TW_COUNT(c.got), compete, &c, &err), &err,
             "many ask for the factor");
    bool same = true;
    for (size_t i = 1; i < TW_COUNT(c.got); i++)
        same = same && c.got[i] == c.got[0];
    ok(same && factor_agrees(column, &t), "and all get the same");
    int64_t *rows = tw_calloc((size_t)t.n, sizeof *rows);
    twin want = twin_new(t.type, t.n);
    for (int64_t i = 0; i < t.n; i++) {
        rows[i] = (int64_t)below((uint64_t)t.n);
        want.cells[i] = t.cells[rows[i]];
    }
    tw_column *picked = NULL;
    succeeds(tw_column_gather(column, rows, t.n, &task, &picked, &err), &err,
             "a gather on four threads");
    ok(agrees(picked, &want), "agrees with its twin");
    rows[7] = t.n;
    tw_column *none = NULL;
    is_int(tw_column_gather(column, rows, t.n, &task, &none, &err), TW_EUSAGE,
           "a row too far is refused");
    tw_column_unref(picked);
    tw_column_unref(column);
    free(rows);
    twin_fini(&want);
    twin_fini(&t);
    tw_pool_free(pool);
}

int main(void) {
    rng = tw_rng_make(tw_stream_make(20240229, TW_STR("test"), TW_STR("column")), 0);
    test_laws();
    test_long_cells();
    test_many_edits();
    test_dictionary();
    test_memory();
    test_whole_numbers_from_doubles();
    test_missing();
    test_threads();
    return tap_done();
}
