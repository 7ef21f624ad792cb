/* Tables: laziness, origins, marks, texts, and drafts against a naive twin. */
#include "data/table.h"

#include "base/random.h"
#include "tests/data/fixture.h"
#include "tests/tap.h"

static tw_error err = TW_ERROR_INIT;

static void dumps(const tw_table *table, const char *want, const char *name) {
    tw_buf out;
    tw_buf_init(&out, TW_BUF_MAX);
    ok(fixture_dump(table, &out) && tw_str_eq_c(tw_buf_view(&out), want), "%s", name);
    if (!tw_str_eq_c(tw_buf_view(&out), want))
        printf("# got:\n%s", out.p);
    tw_buf_fini(&out);
}

static tw_column *integers(const int64_t *values, int64_t n) {
    tw_builder *b = NULL;
    tw_column *column = NULL;
    enum tw_rc rc = tw_builder_new(TW_INTEGER, NULL, &b, &err);
    for (int64_t i = 0; rc == TW_OK && i < n; i++)
        rc = tw_builder_i64(b, values[i], &err);
    if (rc || tw_builder_finish(b, &column, &err))
        TW_BUG("memory is out");
    tw_builder_free(b);
    return column;
}

static tw_column *texts(const char *const *values, int64_t n) {
    tw_builder *b = NULL;
    tw_column *column = NULL;
    enum tw_rc rc = tw_builder_new(TW_TEXT, NULL, &b, &err);
    for (int64_t i = 0; rc == TW_OK && i < n; i++)
        rc = values[i] ? tw_builder_text(b, tw_str_c(values[i]), &err)
                       : tw_builder_missing(b, 1, &err);
    if (rc || tw_builder_finish(b, &column, &err))
        TW_BUG("memory is out");
    tw_builder_free(b);
    return column;
}

static tw_draft *draft_of(const tw_table *table) {
    tw_draft *draft = NULL;
    if (tw_draft_new(table, &draft, &err))
        TW_BUG("memory is out");
    return draft;
}

static tw_table *commit(tw_draft *draft) {
    tw_table *table = NULL;
    if (tw_draft_commit(draft, &table, &err))
        TW_BUG(err.message);
    return table;
}

static tw_table *keep_rows(const tw_table *table, const int64_t *rows, int64_t n) {
    tw_draft *draft = draft_of(table);
    if (tw_draft_rows(draft, rows, n, NULL, &err))
        TW_BUG(err.message);
    return commit(draft);
}

static void set_type(tw_draft *draft, size_t column, const tw_table *table, enum tw_type type) {
    tw_field field = *tw_table_field(table, column);
    field.type = type;
    succeeds(tw_draft_field(draft, column, &field, &err), &err, "a new type is taken");
}

static enum tw_cell_state state_of(const tw_table *table, size_t column, int64_t row) {
    tw_buf out;
    enum tw_cell_state state = TW_VALUE;
    tw_buf_init(&out, TW_BUF_MAX);
    if (tw_table_text(table, column, row, &out, &state, &err))
        TW_BUG(err.message);
    tw_buf_fini(&out);
    return state;
}

#define PEOPLE "id,age:integer,city\n1,023,Oslo\n2,NA,\"Rome, \"\"old\"\"\"\n3,4O,\n4,40,Oslo\n"

static void test_source_table(void) {
    tw_table *t = fixture_table(PEOPLE);
    is_int(tw_table_width(t), 3, "three columns");
    is_int(tw_table_rows(t), 4, "four rows");
    dumps(t, "id,age,city\n1,023,Oslo\n2,NA,Rome, \"old\"\n3,4O,\n4,40,Oslo\n",
          "cells have the source's own text, unquoted");
    ok(!tw_table_is_loaded(t, 0) && fixture_loads(t) == 0, "texts load no column");
    ok(state_of(t, 1, 0) == TW_VALUE && state_of(t, 1, 1) == TW_MISSING &&
           state_of(t, 1, 2) == TW_UNREADABLE,
       "states without columns");
    ok(tw_table_parse(t, 1, TW_STR("NA")).state == TW_MISSING, "a typed null token is missing");
    succeeds(tw_table_need(t, (const int[]){1, 2}, 2, NULL, &err), &err, "need");
    ok(!tw_table_is_loaded(t, 0) && tw_table_is_loaded(t, 1), "only what was asked for is loaded");
    is_int(tw_column_cell(tw_table_column(t, 1), 0).i, 23, "a value");
    succeeds(tw_table_need(t, NULL, 0, NULL, &err), &err, "need all");
    is_int(fixture_loads(t), 2, "two scans, the second for the first column alone");
    ok(tw_table_origin_is_identity(t) && tw_table_origin(t, 3) == 3, "rows are the source's");
    tw_table_unref(t);
}

static void test_rows(void) {
    tw_table *t = fixture_table(PEOPLE);
    tw_table *kept = keep_rows(t, (const int64_t[]){3, 1, 1}, 3);
    tw_table *again = keep_rows(kept, (const int64_t[]){2, 0}, 2);
    dumps(again, "id,age,city\n2,NA,Rome, \"old\"\n4,40,Oslo\n", "rows of rows");
    is_int(tw_table_origin(again, 1), 3, "origins follow");
    ok(!tw_table_origin_is_identity(again), "no longer the source's rows");
    is_int(fixture_loads(t), 0, "nothing was loaded");
    succeeds(tw_table_need(again, NULL, 0, NULL, &err), &err, "need of the last version");
    is_int(fixture_loads(t), 1, "one scan");
    succeeds(tw_table_need(t, NULL, 0, NULL, &err), &err, "need of the first version");
    succeeds(tw_table_need(kept, NULL, 0, NULL, &err), &err, "need of the second version");
    is_int(fixture_loads(t), 1, "versions share what was read");
    is_int(tw_column_cell(tw_table_column(again, 1), 1).i, 40, "cells follow");
    tw_draft *draft = draft_of(t);
    is_int(tw_draft_rows(draft, (const int64_t[]){4}, 1, NULL, &err), TW_EUSAGE, "a row too far");
    tw_draft_free(draft);
    tw_table_unref(kept);
    tw_table_unref(t);
    is_int(tw_column_cell(tw_table_column(again, 0), 0).i, 2, "a version outlives its base");
    tw_table_unref(again);
}

static tw_table *edited(const tw_table *t) {
    tw_column *ages = NULL;
    tw_cell cell = tw_cell_i64(TW_INTEGER, 41);
    if (tw_table_need(t, (const int[]){1}, 1, NULL, &err) ||
        tw_column_patch(tw_table_column(t, 1), (const int64_t[]){3}, &cell, 1, &ages, &err))
        TW_BUG(err.message);
    tw_draft *draft = draft_of(t);
    succeeds(tw_draft_set(draft, 1, ages, (const uint64_t[]){8}, 7, &err), &err, "set");
    return commit(draft);
}

static void test_marks(void) {
    tw_table *t = fixture_table(PEOPLE), *v = edited(t);
    dumps(v, "id,age,city\n1,023,Oslo\n2,NA,Rome, \"old\"\n3,4O,\n4,41,Oslo\n",
          "a changed cell is written, the others are the source's");
    is_int(tw_table_mark(v, 1, 3), 7, "its mark is the step");
    ok(tw_table_mark(v, 1, 0) == 0 && tw_table_has_marks(v, 1) && !tw_table_has_marks(v, 0),
       "others have none");
    tw_table *kept = keep_rows(v, (const int64_t[]){3, 0, 3}, 3);
    ok(tw_table_mark(kept, 1, 0) == 7 && tw_table_mark(kept, 1, 1) == 0 &&
           tw_table_mark(kept, 1, 2) == 7,
       "marks follow rows");
    tw_draft *draft = draft_of(v);
    set_type(draft, 1, v, TW_TEXT);
    tw_table *text = commit(draft);
    dumps(text, "id,age,city\n1,023,Oslo\n2,NA,Rome, \"old\"\n3,4O,\n4,41,Oslo\n",
          "the same texts as text");
    succeeds(tw_table_need(text, NULL, 0, NULL, &err), &err, "need");
    const tw_column *c = tw_table_column(text, 1);
    is_text(tw_column_cell(c, 0).text, "023", "an unchanged cell was read again from the source");
    is_text(tw_column_cell(c, 2).text, "4O", "what was unreadable is text now");
    is_text(tw_column_cell(c, 3).text, "41", "a changed one went through its text");
    ok(tw_column_cell(c, 1).state == TW_MISSING, "missing stays missing");
    tw_table_unref(text);
    tw_table_unref(kept);
    tw_table_unref(v);
    tw_table_unref(t);
}

static void test_append(void) {
    tw_table *t = fixture_loaded(PEOPLE);
    tw_column *more[] = {integers((const int64_t[]){5, 6}, 2),
                         integers((const int64_t[]){50, 60}, 2),
                         texts((const char *const[]){"Bern", NULL}, 2)};
    tw_draft *draft = draft_of(t);
    succeeds(tw_draft_append(draft, more, 2, NULL, &err), &err, "append");
    tw_table *v = commit(draft);
    dumps(v, "id,age,city\n1,023,Oslo\n2,NA,Rome, \"old\"\n3,4O,\n4,40,Oslo\n5,50,Bern\n6,60,\n",
          "new rows follow");
    ok(tw_table_origin(v, 3) == 3 && tw_table_origin(v, 4) == -1 && tw_table_origin(v, 5) == -2,
       "their origins");
    is_int(tw_table_new_rows(v), 2, "two were made");
    draft = draft_of(v);
    set_type(draft, 1, v, TW_TEXT);
    tw_table *text = commit(draft);
    tw_table *part = keep_rows(text, (const int64_t[]){5, 0}, 2);
    succeeds(tw_table_need(part, NULL, 0, NULL, &err), &err, "need");
    is_text(tw_column_cell(tw_table_column(part, 1), 0).text, "60",
            "a new row's cell went through its text");
    is_text(tw_column_cell(tw_table_column(part, 1), 1).text, "023", "an old one was read again");
    tw_table_unref(part);
    tw_table_unref(text);
    tw_table_unref(v);
    tw_table_unref(t);
}

static void test_from_nothing(void) {
    tw_draft *draft = draft_of(NULL);
    tw_field a = {.name = "a", .type = TW_INTEGER, .format = TW_FORMAT_PLAIN};
    tw_field b = {.name = "b", .type = TW_TEXT, .format = TW_FORMAT_PLAIN};
    succeeds(tw_draft_add(draft, &a, integers((const int64_t[]){1, 2, 3}, 3), &err), &err, "add");
    succeeds(tw_draft_add(draft, &b, texts((const char *const[]){"7", "x", NULL}, 3), &err), &err,
             "add");
    is_int(tw_draft_add(draft, &a, integers((const int64_t[]){1}, 1), &err), TW_EDATA,
           "too few rows");
    succeeds(tw_draft_move(draft, 1, 0, &err), &err, "move");
    tw_table *t = commit(draft);
    dumps(t, "b,a\n7,1\nx,2\n,3\n", "a table from nothing");
    ok(tw_table_origin(t, 0) == -1 && tw_table_origin(t, 2) == -3, "all its rows are new");
    ok(!tw_table_source(t) && !tw_table_origin_is_identity(t), "it has no source");
    draft = draft_of(t);
    set_type(draft, 0, t, TW_INTEGER);
    tw_table *v = keep_rows(t, (const int64_t[]){2, 0}, 2), *w = commit(draft);
    dumps(w, "b,a\n7,1\nx,2\n,3\n", "a converted cell has a text before it was needed");
    ok(state_of(w, 0, 1) == TW_UNREADABLE && state_of(w, 0, 2) == TW_MISSING, "and a state");
    succeeds(tw_table_need(w, NULL, 0, NULL, &err), &err, "need converts");
    is_int(tw_column_cell(tw_table_column(w, 0), 0).i, 7, "a text became a number");
    ok(tw_column_unreadable_count(tw_table_column(w, 0)) == 1, "another one is unreadable");
    is_int(tw_table_origin(v, 0), -3, "origins follow");
    dumps(v, "b,a\n,3\n7,1\n", "picked texts");
    tw_table_unref(w);
    tw_table_unref(v);
    tw_table_unref(t);
}

static void test_reading(void) {
    tw_table *t = fixture_table("x:integer\n\"1,234\"\n5\n");
    ok(state_of(t, 0, 0) == TW_UNREADABLE, "1,234 is no plain integer");
    tw_field field = *tw_table_field(t, 0);
    field.format.number.thousands = ',';
    tw_draft *draft = draft_of(t);
    succeeds(tw_draft_field(draft, 0, &field, &err), &err, "another reading");
    tw_table *v = commit(draft);
    succeeds(tw_table_need(v, NULL, 0, NULL, &err), &err, "need");
    is_int(tw_column_cell(tw_table_column(v, 0), 0).i, 1234, "the source was read again");
    succeeds(tw_table_need(t, NULL, 0, NULL, &err), &err, "need");
    ok(tw_column_unreadable_count(tw_table_column(t, 0)) == 1,
       "the first version keeps its reading");
    field.name = "renamed";
    field.format.number.decimals = 2;
    draft = draft_of(v);
    succeeds(tw_draft_field(draft, 0, &field, &err), &err, "a name and decimals");
    tw_table *w = commit(draft);
    ok(tw_table_is_loaded(w, 0), "are no other reading");
    is_text(tw_str_c(tw_table_field(w, 0)->name), "renamed", "the name");
    tw_table_unref(w);
    tw_table_unref(v);
    tw_table_unref(t);
}

static void test_names(void) {
    tw_table *t = fixture_table("age,height,age\n1,2,3\n");
    int column;
    is_int(tw_table_find(t, TW_STR("age")), 0, "the first of two names");
    is_int(tw_table_require(t, TW_STR("heigt"), &column, &err), TW_EUNKNOWN_COLUMN, "unknown name");
    ok(strstr(err.message, "'height'") != NULL, "the nearest name is shown: %s", err.message);
    tw_table_unref(t);
    tw_buf wide;
    tw_buf_init(&wide, TW_BUF_MAX);
    for (int i = 0; i < 10000; i++)
        tw_buf_printf(&wide, "%sc%d", i ? "," : "", i / 2);
    t = fixture_table(wide.p);
    bool good = true;
    for (int i = 0; i < 5000; i++) {
        char name[16];
        int n = snprintf(name, sizeof name, "c%d", i);
        good = good && tw_table_find(t, (tw_str){name, (size_t)n}) == 2 * i;
    }
    ok(good && tw_table_find(t, TW_STR("c5000")) == -1, "10,000 columns are found by name");
    tw_table_unref(t);
    tw_buf_fini(&wide);
}

/* Drafts against a twin: rows of {origin, cell texts, marks} changed in the obvious way. */

enum { MAX_ROWS = 400, COLUMNS = 3 };
typedef struct twin_row {
    int64_t origin;
    char text[COLUMNS][12];
    uint16_t mark[COLUMNS];
} twin_row;
typedef struct twin {
    twin_row rows[MAX_ROWS];
    int64_t n, made;
} twin;

static tw_rng rng;

static bool twin_agrees(const tw_table *t, const twin *w) {
    tw_buf out;
    tw_buf_init(&out, TW_BUF_MAX);
    bool good = tw_table_rows(t) == w->n && tw_table_new_rows(t) == w->made;
    for (int64_t row = 0; good && row < w->n; row++) {
        good = tw_table_origin(t, row) == w->rows[row].origin;
        for (size_t k = 0; good && k < COLUMNS; k++)
            good = tw_table_text(t, k, row, &out, NULL, &err) == TW_OK &&
                   tw_str_eq_c(tw_buf_view(&out), w->rows[row].text[k]) &&
                   tw_table_mark(t, k, row) == w->rows[row].mark[k];
    }
    tw_buf_fini(&out);
    return good;
}

static void twin_rows(tw_draft *draft, twin *w) {
    int64_t rows[MAX_ROWS], n = (int64_t)tw_rng_below(&rng, MAX_ROWS / 2) + 1;
    twin before = *w;
    for (int64_t i = 0; i < n; i++) {
        rows[i] = (int64_t)tw_rng_below(&rng, (uint64_t)w->n);
        w->rows[i] = before.rows[rows[i]];
    }
    w->n = n;
    if (tw_draft_rows(draft, rows, n, NULL, &err))
        TW_BUG(err.message);
}

static void twin_set(tw_draft *draft, const tw_table *t, twin *w, uint16_t step) {
    size_t k = (size_t)tw_rng_below(&rng, COLUMNS - 1);
    int64_t rows[MAX_ROWS], n = 0;
    uint64_t changed[MAX_ROWS / 64 + 1] = {0};
    tw_cell cells[MAX_ROWS];
    for (int64_t i = 0; i < w->n; i++)
        if (tw_rng_below(&rng, 5) == 0) {
            int64_t value = (int64_t)tw_rng_below(&rng, 100000);
            snprintf(w->rows[i].text[k], sizeof w->rows[i].text[k], "%lld", (long long)value);
            w->rows[i].mark[k] = step;
            tw_bit_set(changed, (size_t)i);
            cells[n] = k == 0 ? tw_cell_i64(TW_INTEGER, value)
                              : tw_cell_text(tw_str_c(w->rows[i].text[k]));
            rows[n++] = i;
        }
    tw_column *column;
    if (tw_table_need(t, (const int[]){(int)k}, 1, NULL, &err) ||
        tw_column_patch(tw_table_column(t, k), rows, cells, n, &column, &err) ||
        tw_draft_set(draft, k, column, changed, step, &err))
        TW_BUG(err.message);
}

static void twin_append(tw_draft *draft, twin *w) {
    const char *words[] = {"new", "rows"};
    tw_column *cells[] = {integers((const int64_t[]){12, 13}, 2), texts(words, 2), texts(words, 2)};
    for (int i = 0; i < 2; i++) {
        twin_row *row = &w->rows[w->n++];
        *row = (twin_row){.origin = -1 - w->made++};
        snprintf(row->text[0], sizeof row->text[0], "%d", 12 + i);
        snprintf(row->text[1], sizeof row->text[1], "%s", words[i]);
        snprintf(row->text[2], sizeof row->text[2], "%s", words[i]);
    }
    if (tw_draft_append(draft, cells, 2, NULL, &err))
        TW_BUG(err.message);
}

static void twin_start(twin *w, tw_buf *csv) {
    *w = (twin){.n = 100};
    tw_buf_c(csv, "a:integer,b:text,c:text\n");
    for (int64_t i = 0; i < w->n; i++) {
        twin_row *row = &w->rows[i];
        row->origin = i;
        snprintf(row->text[0], sizeof row->text[0], "00%d", (int)i);
        snprintf(row->text[1], sizeof row->text[1], "b%d", (int)tw_rng_below(&rng, 9));
        snprintf(row->text[2], sizeof row->text[2], "%d", (int)tw_rng_below(&rng, 900));
        tw_buf_printf(csv, "%s,%s,%s\n", row->text[0], row->text[1], row->text[2]);
    }
}

static void test_drafts(void) {
    static twin w;
    bool good = true;
    for (int run = 0; good && run < 60; run++) {
        tw_buf csv;
        tw_buf_init(&csv, TW_BUF_MAX);
        twin_start(&w, &csv);
        tw_table *t = fixture_table(csv.p);
        for (uint16_t step = 1; good && step < 12; step++) {
            tw_draft *draft = draft_of(t);
            uint64_t what = tw_rng_below(&rng, 4);
            if (what == 0)
                twin_set(draft, t, &w, step);
            else if (what == 1 && w.n + 2 <= MAX_ROWS)
                twin_append(draft, &w);
            else
                twin_rows(draft, &w);
            tw_table *next = commit(draft);
            tw_table_unref(t);
            t = next;
            good = twin_agrees(t, &w);
        }
        tw_table_unref(t);
        tw_buf_fini(&csv);
    }
    ok(good, "drafts agree with their twin");
}

typedef struct crowd {
    tw_table *tables[4];
    _Atomic int bad;
} crowd;

static enum tw_rc one_of_crowd(void *ctx, size_t i, size_t worker, tw_error *e) {
    crowd *c = ctx;
    (void)worker;
    const tw_table *t = c->tables[i % 4];
    enum tw_rc rc = tw_table_need(t, (const int[]){(int)(i % 3)}, 1, NULL, e);
    const tw_factor *factor;
    if (rc == TW_OK)
        rc = tw_column_factor(tw_table_column(t, i % 3), 0, &factor, e);
    tw_buf out;
    tw_buf_init(&out, TW_BUF_MAX);
    if (rc == TW_OK)
        rc = tw_table_text(t, (i + 1) % 3, 0, &out, NULL, e);
    tw_buf_fini(&out);
    return rc;
}

static void test_threads(void) {
    tw_pool *pool = NULL;
    tw_task task;
    succeeds(tw_pool_new(4, &pool, &err), &err, "a pool");
    tw_task_init(&task, NULL, pool);
    crowd c = {.tables = {fixture_table(PEOPLE)}};
    c.tables[1] = keep_rows(c.tables[0], (const int64_t[]){2, 1, 0}, 3);
    c.tables[2] = keep_rows(c.tables[1], (const int64_t[]){2, 2}, 2);
    tw_draft *draft = draft_of(c.tables[2]);
    set_type(draft, 1, c.tables[2], TW_TEXT);
    c.tables[3] = commit(draft);
    succeeds(tw_parallel_for(&task, 200, one_of_crowd, &c, &err), &err,
             "many threads need the same columns");
    ok(fixture_loads(c.tables[0]) <= 4, "each reading was loaded once");
    for (int i = 0; i < 4; i++)
        tw_table_unref(c.tables[i]);
    tw_pool_free(pool);
}

static void test_cancel(void) {
    tw_task task;
    tw_task_init(&task, NULL, NULL);
    tw_task_cancel(&task);
    tw_table *t = fixture_table(PEOPLE);
    is_int(tw_table_need(t, NULL, 0, &task, &err), TW_ECANCEL, "a cancelled need");
    succeeds(tw_table_need(t, NULL, 0, NULL, &err), &err, "can be made up for");
    tw_table_unref(t);
}

int main(void) {
    rng = tw_rng_make(tw_stream_make(1, TW_STR("test"), TW_STR("table")), 0);
    test_source_table();
    test_rows();
    test_marks();
    test_append();
    test_from_nothing();
    test_reading();
    test_names();
    test_drafts();
    test_threads();
    test_cancel();
    return tap_done();
}
