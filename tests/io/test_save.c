/* Open and save gives the same bytes; an edit touches its cell only; rows and columns come and go
 * without harm. */
#include "../tap.h"
#include "io/source_csv.h"
#include "nasty.h"

static char in_path[256], out_path[256];

static tw_str read_out(void) {
    char *bytes = NULL;
    size_t n = 0;
    if (tw_file_read(out_path, (size_t)1 << 30, &bytes, &n, NULL) != TW_OK)
        return (tw_str){0};
    return (tw_str){bytes, n};
}

static void drop(tw_str s) {
    char *p;
    memcpy(&p, &s.p, sizeof p);
    free(p);
}

typedef struct opened {
    tw_opened *handle;
    tw_table *table;
} opened;

static bool open_bytes(tw_str bytes, opened *o) {
    tw_error err = TW_ERROR_INIT;
    bool good =
        tw_file_write(in_path, bytes, &err) == TW_OK &&
        tw_read_table(in_path, &TW_READ_DEFAULT, NULL, &o->handle, &o->table, &err) == TW_OK;
    if (!good)
        printf("# %s\n", err.message);
    return good;
}

static void close_opened(opened *o) {
    tw_table_unref(o->table);
    tw_opened_free(o->handle);
}

static bool saves_as(const tw_table *table, tw_str want) {
    tw_error err = TW_ERROR_INIT;
    if (tw_save_table(table, out_path, false, NULL, NULL, &err) != TW_OK) {
        printf("# %s\n", err.message);
        return false;
    }
    tw_str got = read_out();
    bool same = tw_str_eq(got, want);
    if (!same)
        printf("# got  %zu '%.*s'\n# want %zu '%.*s'\n", got.n, (int)TW_MIN(got.n, (size_t)400),
               got.p, want.n, (int)TW_MIN(want.n, (size_t)400), want.p);
    drop(got);
    return same;
}

static bool comes_back(tw_str bytes) {
    opened o;
    if (!open_bytes(bytes, &o))
        return false;
    bool same = saves_as(o.table, bytes);
    close_opened(&o);
    return same;
}

/* The table with one cell set to a text (as its column's type, or unreadable). */
static tw_table *edited(const tw_table *table, size_t column, int64_t row, tw_str text) {
    tw_draft *draft = NULL;
    tw_table *next = NULL;
    tw_column *cells = NULL;
    int c = (int)column;
    uint64_t *changed = tw_calloc((size_t)tw_table_rows(table) / 64 + 1, 8);
    const tw_field *field = tw_table_field(table, column);
    tw_cell cell = tw_cell_parse(field->type, &field->format, text);
    if (changed && tw_table_need(table, &c, 1, NULL, NULL) == TW_OK &&
        tw_column_patch(tw_table_column(table, column), &row, &cell, 1, &cells, NULL) == TW_OK &&
        tw_draft_new(table, &draft, NULL) == TW_OK) {
        tw_bit_set(changed, (size_t)row);
        if (tw_draft_set(draft, column, cells, changed, 1, NULL) != TW_OK ||
            tw_draft_commit(draft, &next, NULL) != TW_OK)
            next = NULL;
    }
    free(changed);
    return next;
}

/* A cell's place in the text, quotes included; padding of a short record stands at its end. */
typedef struct place {
    size_t from, to, record;
    bool repaired;
} place;

static bool find_cell(tw_source *source, int64_t row, size_t column, place *out) {
    tw_str text = tw_source_csv_of(source)->text;
    tw_arena arena;
    tw_arena_init(&arena);
    tw_batch b;
    bool good = source->ops->fetch(source, row, 1, &arena, &b, NULL) == TW_OK && b.rows == 1;
    if (good) {
        uint32_t cell = b.first[0] + (uint32_t)column;
        size_t base = (size_t)(b.base - text.p), at = base + b.cells[cell].at,
               end = at + b.cells[cell].n;
        bool quoted = b.flags[cell] & TW_CELL_QUOTED;
        *out = (place){.from = at - quoted,
                       .to = end + (quoted && end < text.n && text.p[end] == b.quote),
                       .record = base + b.records[0].at,
                       .repaired = b.flags[cell] & TW_CELL_REPAIRED};
    }
    tw_arena_fini(&arena);
    return good;
}

/* The record at a place of the text, read anew: is this the text of its cell? */
static bool reads_as(const tw_source_csv *source, tw_str text, size_t record, size_t column,
                     tw_str want) {
    tw_csv_cells cells;
    tw_csv_cells_init(&cells);
    tw_buf got;
    tw_buf_init(&got, TW_BUF_MAX);
    size_t next = 0;
    bool good =
        tw_csv_scan(&source->rules, text, record, text.n, 1, &cells, &next, NULL) == TW_OK &&
        cells.rows == 1 && column < cells.n;
    if (good) {
        tw_str cell = {text.p + cells.cells[column].at, cells.cells[column].n};
        if (cells.flags[column] & TW_CELL_DOUBLED)
            tw_csv_unescape(cell, source->rules.quote, source->rules.escape, &got);
        else
            tw_buf_str(&got, cell);
        good = tw_str_eq(tw_buf_view(&got), want);
        if (!good)
            printf("# cell reads '%.*s', not '%.*s'\n", TW_ARG(tw_buf_view(&got)), TW_ARG(want));
    }
    tw_buf_fini(&got);
    tw_csv_cells_fini(&cells);
    return good;
}

/* Bytes around the cell are as before. */
static bool touches_only(tw_str before, tw_str after, size_t from, size_t to) {
    size_t tail = before.n - to;
    return after.n >= from + tail && memcmp(before.p, after.p, from) == 0 &&
           memcmp(before.p + to, after.p + after.n - tail, tail) == 0;
}

static void every_nasty_file_comes_back(void) {
    for (size_t i = 0; i < TW_COUNT(nasties); i++)
        ok(comes_back(nasties[i].bytes), "comes back: %s", nasties[i].name);
    uint64_t state = 11;
    int bad = 0;
    for (int i = 0; i < 1500 && bad == 0; i++) {
        tw_buf file;
        tw_buf_init(&file, TW_BUF_MAX);
        nasty_file(&state, &file);
        bad += !comes_back(tw_buf_view(&file));
        if (bad)
            printf("# file %d: '%.*s'\n", i, (int)file.n, file.p);
        tw_buf_fini(&file);
    }
    ok(bad == 0, "1500 random files come back");
}

static void encodings_come_back(void) {
    static const struct {
        const char *name, *mark;
        size_t n;
    } marks[] = {{"utf-16le", "\xFF\xFE", 2}, {"utf-16be", "\xFE\xFF", 2}};
    for (size_t m = 0; m < TW_COUNT(marks); m++) {
        tw_dialect d = {0};
        bool good = tw_encoding_set(&d, tw_str_c(marks[m].name), NULL) == TW_OK;
        for (size_t i = 0; i < TW_COUNT(nasties) && good; i++) {
            tw_buf bytes;
            tw_buf_init(&bytes, TW_BUF_MAX);
            tw_buf_add(&bytes, marks[m].mark, marks[m].n);
            good = tw_encode(&d, nasties[i].bytes, &bytes, NULL) == TW_OK;
            good = good && comes_back(tw_buf_view(&bytes));
            tw_buf_char(&bytes, 'x'); /* half a character at the end */
            good = good && comes_back(tw_buf_view(&bytes));
            if (!good)
                printf("# %s\n", nasties[i].name);
            tw_buf_fini(&bytes);
        }
        ok(good, "all of them in %s", marks[m].name);
    }
}

static void long_cells_come_back(void) {
    tw_buf file;
    tw_buf_init(&file, TW_BUF_MAX);
    tw_buf_c(&file, "id,text\n");
    for (int i = 0; i < 5; i++) {
        tw_buf_printf(&file, "%d,\"", i);
        for (int k = 0; k < 100000; k++)
            tw_buf_c(&file, k % 1000 ? "lorem,ips" : "line\n,\"\"q");
        tw_buf_c(&file, "\"\n");
    }
    ok(comes_back(tw_buf_view(&file)), "fields of a megabyte come back");
    tw_buf_fini(&file);
}

/* Save `next`, which differs from the file in one cell; the rest stays, and the cell reads back. */
static bool check_edit(const opened *o, const tw_table *next, size_t column, int64_t row) {
    tw_source *source = tw_table_source(o->table);
    const tw_source_csv *csv = tw_source_csv_of(source);
    tw_error err = TW_ERROR_INIT;
    place at;
    enum tw_rc rc = tw_save_table(next, out_path, false, NULL, NULL, &err);
    if (rc == TW_EOUTPUT && csv->rules.quote == '\0')
        return true; /* a file without quotes cannot hold it, and says so */
    if (rc != TW_OK || !find_cell(source, row, column, &at)) {
        printf("# %s\n", err.message);
        return false;
    }
    tw_str file = read_out(), after = tw_str_sub(file, csv->sniffed.dialect.bom ? 3 : 0, file.n);
    bool good = touches_only(csv->text, after, at.from, at.to);
    if (!good)
        printf("# row %lld column %zu: '%.*s'\n", (long long)row, column,
               (int)TW_MIN(after.n, (size_t)600), after.p);
    enum tw_cell_state state;
    tw_buf want;
    tw_buf_init(&want, TW_BUF_MAX);
    good = good && tw_table_text(next, column, row, &want, &state, &err) == TW_OK;
    if (good && !at.repaired)
        good = reads_as(csv, after, at.record, column, tw_buf_view(&want));
    tw_buf_fini(&want);
    drop(file);
    return good;
}

static bool edit_is_local(tw_str bytes, uint64_t *state, int *edits) {
    static const char *const texts[] = {"7",          "new", "a,b;c\td|e", "say \"hi\"",
                                        "two\nlines", "",    "it's"};
    opened o;
    if (!open_bytes(bytes, &o))
        return false;
    size_t width = tw_table_width(o.table);
    int64_t rows = tw_table_rows(o.table);
    bool good = true;
    if (width && rows && tw_opened_dialect(o.handle)->encoding == TW_UTF8) {
        size_t column = nasty_random(state) % width;
        int64_t row = (int64_t)(nasty_random(state) % (uint64_t)rows);
        tw_table *next =
            edited(o.table, column, row, tw_str_c(texts[nasty_random(state) % TW_COUNT(texts)]));
        good = next && check_edit(&o, next, column, row);
        tw_table_unref(next);
        ++*edits;
    }
    close_opened(&o);
    return good;
}

static void an_edit_touches_its_cell_only(void) {
    uint64_t state = 5;
    int bad = 0, edits = 0;
    for (size_t i = 0; i < TW_COUNT(nasties); i++) {
        bool good = true;
        for (int k = 0; k < 12 && good; k++)
            good = edit_is_local(nasties[i].bytes, &state, &edits);
        ok(good, "an edit is local: %s", nasties[i].name);
    }
    for (int i = 0; i < 1200 && bad == 0; i++) {
        tw_buf file;
        tw_buf_init(&file, TW_BUF_MAX);
        nasty_file(&state, &file);
        bad += !edit_is_local(tw_buf_view(&file), &state, &edits);
        if (bad)
            printf("# file %d: '%.*s'\n", i, (int)file.n, file.p);
        tw_buf_fini(&file);
    }
    ok(bad == 0, "edits in random files are local");
    printf("# %d edits\n", edits);
}

/* Rows of the table in another order or number. */
static tw_table *with_rows(const tw_table *table, const int64_t *rows, int64_t n) {
    tw_draft *draft = NULL;
    tw_table *next = NULL;
    if (tw_draft_new(table, &draft, NULL) != TW_OK)
        return NULL;
    if (tw_draft_rows(draft, rows, n, NULL, NULL) != TW_OK) {
        tw_draft_free(draft);
        return NULL;
    }
    return tw_draft_commit(draft, &next, NULL) == TW_OK ? next : NULL;
}

static void rows_come_and_go(void) {
    opened o;
    if (!open_bytes(TW_STR("# note\n\nid,name\r\n1,\"ann\"\r\n2,bob\r\n3,cid"), &o))
        return;
    static const int64_t turned[] = {2, 0, 1}, first[] = {0};
    tw_table *t = with_rows(o.table, turned, 3);
    ok(t && saves_as(t, TW_STR("# note\n\nid,name\r\n3,cid\r\n1,\"ann\"\r\n2,bob")),
       "sorted: line ends stay between records, none at the end");
    tw_table_unref(t);
    t = with_rows(o.table, first, 1);
    ok(t && saves_as(t, TW_STR("# note\n\nid,name\r\n1,\"ann\"")), "filtered");
    tw_table_unref(t);
    t = with_rows(o.table, NULL, 0);
    ok(t && saves_as(t, TW_STR("# note\n\nid,name")), "no rows left");
    tw_table_unref(t);
    close_opened(&o);
}

static tw_column *text_column(const char *const *texts, size_t n, enum tw_type type) {
    tw_builder *b = NULL;
    tw_column *out = NULL;
    bool good = tw_builder_new(type, NULL, &b, NULL) == TW_OK;
    for (size_t i = 0; i < n && good; i++) {
        tw_format plain = TW_FORMAT_PLAIN;
        tw_cell cell = tw_cell_parse(type, &plain, tw_str_c(texts[i]));
        good = tw_builder_cell(b, &cell, NULL) == TW_OK;
    }
    if (!good || tw_builder_finish(b, &out, NULL) != TW_OK)
        out = NULL;
    tw_builder_free(b);
    return out;
}

static void new_rows_follow_in_the_dialect(void) {
    opened o;
    if (!open_bytes(TW_STR("id;name\n1;\"ann\"\n2;\"bob\"\n3;\"cid\"\n"), &o))
        return;
    tw_draft *draft = NULL;
    tw_table *t = NULL;
    static const char *const ids[] = {"4", "5"}, *const names[] = {"d;e", "f\"g"};
    tw_error err = TW_ERROR_INIT;
    succeeds(tw_table_need(o.table, NULL, 0, NULL, &err), &err, "columns");
    tw_column *cells[] = {text_column(ids, 2, tw_table_field(o.table, 0)->type),
                          text_column(names, 2, tw_table_field(o.table, 1)->type)};
    succeeds(tw_draft_new(o.table, &draft, &err), &err, "draft");
    succeeds(tw_draft_append(draft, cells, 2, NULL, &err), &err, "append");
    succeeds(tw_draft_commit(draft, &t, &err), &err, "commit");
    ok(saves_as(t, TW_STR("id;name\n1;\"ann\"\n2;\"bob\"\n3;\"cid\"\n4;\"d;e\"\n5;\"f\"\"g\"\n")),
       "new rows are written as their neighbours are");
    tw_save_plan plan;
    succeeds(tw_save_plan_of(t, &plan, &err), &err, "plan");
    ok(plan.rows_new == 2 && plan.rows_copied == 3 && plan.cells_changed == 0,
       "the plan counts them");
    tw_table_unref(t);
    close_opened(&o);
}

static void columns_come_and_go(void) {
    opened o;
    if (!open_bytes(TW_STR("a,\"b\",c\n1,\"x\",2.50\n3,\"y,z\",4.00\n5,\"\"\n"), &o))
        return;
    tw_error err = TW_ERROR_INIT;
    tw_draft *draft = NULL;
    tw_table *t = NULL;
    succeeds(tw_draft_new(o.table, &draft, &err), &err, "draft");
    tw_field field = *tw_table_field(o.table, 1);
    field.name = "name, first";
    succeeds(tw_draft_field(draft, 1, &field, &err), &err, "rename");
    succeeds(tw_draft_commit(draft, &t, &err), &err, "commit");
    ok(saves_as(t, TW_STR("a,\"name, first\",c\n1,\"x\",2.50\n3,\"y,z\",4.00\n5,\"\"\n")),
       "a new name rewrites the header only");
    tw_table_unref(t);
    succeeds(tw_draft_new(o.table, &draft, &err), &err, "draft");
    succeeds(tw_draft_drop(draft, 0, &err), &err, "drop");
    succeeds(tw_draft_commit(draft, &t, &err), &err, "commit");
    ok(saves_as(t, TW_STR("\"b\",c\n\"x\",2.50\n\"y,z\",4.00\n\"\",\n")),
       "a dropped column leaves raw cells as they were");
    tw_save_plan plan;
    succeeds(tw_save_plan_of(t, &plan, &err), &err, "plan");
    is_int(plan.columns_dropped, 1, "the plan knows");
    tw_table_unref(t);
    close_opened(&o);
}

static void refuses_to_harm(void) {
    opened o;
    tw_error err = TW_ERROR_INIT;
    if (!open_bytes(TW_STR("a,b\n1,2\n3,4\n"), &o))
        return;
    ok(tw_save_table(o.table, in_path, false, NULL, NULL, &err) == TW_EUSAGE,
       "the file itself is not overwritten unasked");
    tw_table *t = edited(o.table, 0, 0, TW_STR("9"));
    succeeds(tw_save_table(t, in_path, true, NULL, NULL, &err), &err, "in place when told");
    t = (tw_table_unref(t), edited(o.table, 1, 1, TW_STR("8")));
    ok(saves_as(t, TW_STR("a,b\n1,2\n3,8\n")),
       "the table goes on after its file was replaced by itself");
    succeeds(tw_file_write(in_path, TW_STR("other,file\n"), &err), &err,
             "somebody else writes the file");
    ok(tw_save_table(t, in_path, true, NULL, NULL, &err) == TW_EINPUT && strstr(err.message, "changed"),
       "a file that changed underneath is not written over");
    ok(saves_as(t, TW_STR("a,b\n1,2\n3,8\n")), "but what was read of it can be saved elsewhere");
    tw_table_unref(t);
    close_opened(&o);
    if (!open_bytes(TW_STR("name\ncaf\xe9\nna\xefve\nfa\xe7"
                           "ade\n"),
                    &o))
        return;
    t = edited(o.table, 0, 1, TW_STR("5 \xe2\x82\xac \xc4\x80"));
    ok(tw_save_table(t, out_path, false, NULL, NULL, &err) == TW_EOUTPUT,
       "a character the encoding lacks is refused");
    tw_table_unref(t);
    close_opened(&o);
}

int main(void) {
    nasty_path("in.csv", in_path);
    nasty_path("out.csv", out_path);
    every_nasty_file_comes_back();
    encodings_come_back();
    long_cells_come_back();
    an_edit_touches_its_cell_only();
    rows_come_and_go();
    new_rows_follow_in_the_dialect();
    columns_come_and_go();
    refuses_to_harm();
    unlink(in_path);
    unlink(out_path);
    return tap_done();
}
