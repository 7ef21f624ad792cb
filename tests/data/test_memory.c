/* Memory runs out at every single allocation of a small session: each time an error, no crash,
 * nothing lost.
 *
 * The linker sends malloc and its kin through the counters below (Makefile.am). Run under a leak
 * checker this also shows that what was made before the failure is given back. */
#include "tests/data/fixture.h"
#include "tests/tap.h"

static long countdown = -1; /* allocations that still succeed; -1 = all */
static bool failed;

static bool runs_out(void) {
    if (countdown > 0)
        countdown--;
    else if (countdown == 0)
        failed = true;
    return countdown == 0 && failed;
}

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *old, size_t size);
void *__real_aligned_alloc(size_t alignment, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *old, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);

void *__wrap_malloc(size_t size) {
    return runs_out() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size) {
    return runs_out() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *old, size_t size) {
    return runs_out() ? NULL : __real_realloc(old, size);
}

void *__wrap_aligned_alloc(size_t alignment, size_t size) {
    return runs_out() ? NULL : __real_aligned_alloc(alignment, size);
}

typedef struct session {
    tw_table *read, *picked, *edited;
    tw_draft *draft;
    tw_column *column;
    tw_buf text;
    tw_arena arena;
    tw_error err;
} session;

static enum tw_rc commit(session *s, tw_table **out) {
    tw_draft *draft = s->draft;
    s->draft = NULL;
    return tw_draft_commit(draft, out, &s->err);
}

static enum tw_rc look(session *s, tw_source *source) {
    enum tw_rc rc = tw_table_from_source(source, &s->read, &s->err);
    if (rc == TW_OK)
        rc = tw_table_text(s->read, 1, 0, &s->text, NULL, &s->err);
    if (rc == TW_OK)
        rc = tw_draft_new(s->read, &s->draft, &s->err);
    if (rc == TW_OK)
        rc = tw_draft_rows(s->draft, (const int64_t[]){2, 0, 1, 1}, 4, NULL, &s->err);
    return rc ? rc : commit(s, &s->picked);
}

static enum tw_rc compute(session *s) {
    const tw_factor *factor;
    enum tw_rc rc = tw_table_need(s->picked, NULL, 0, NULL, &s->err);
    for (size_t i = 0; rc == TW_OK && i < 3; i++)
        rc = tw_column_factor(tw_table_column(s->picked, i), 0, &factor, &s->err);
    if (rc)
        return rc;
    tw_cell cell = tw_cell_text(TW_STR("new text"));
    return tw_column_patch(tw_table_column(s->picked, 2), (const int64_t[]){1}, &cell, 1,
                           &s->column, &s->err);
}

static enum tw_rc change(session *s) {
    tw_field number = *tw_table_field(s->picked, 1), text = *tw_table_field(s->picked, 2);
    tw_column *column = s->column;
    enum tw_rc rc = tw_draft_new(s->picked, &s->draft, &s->err);
    if (rc)
        return rc;
    s->column = NULL;
    rc = tw_draft_set(s->draft, 2, column, (const uint64_t[]){2}, 3, &s->err);
    number.type = TW_TEXT;
    text.type = TW_INTEGER;
    if (rc == TW_OK)
        rc = tw_draft_field(s->draft, 1, &number, &s->err);
    if (rc == TW_OK)
        rc = tw_draft_field(s->draft, 2, &text, &s->err);
    if (rc == TW_OK)
        rc = commit(s, &s->edited);
    if (rc == TW_OK)
        rc = tw_table_text(s->edited, 2, 1, &s->text, NULL, &s->err);
    return rc ? rc : tw_table_need(s->edited, NULL, 0, NULL, &s->err);
}

static enum tw_rc append(session *s) {
    tw_column *cells[3] = {NULL};
    enum tw_rc rc = tw_draft_new(s->edited, &s->draft, &s->err);
    for (size_t i = 0; rc == TW_OK && i < 3; i++)
        rc = tw_column_gather(tw_table_column(s->edited, i), (const int64_t[]){0, 3}, 2, NULL,
                              &cells[i], &s->err);
    if (rc == TW_OK)
        return tw_draft_append(s->draft, cells, 2, NULL, &s->err);
    for (size_t i = 0; i < 3; i++)
        tw_column_unref(cells[i]);
    return rc;
}

static enum tw_rc run(tw_source *source) {
    session s = {.err = TW_ERROR_INIT};
    int *columns;
    size_t n;
    tw_buf_init(&s.text, TW_BUF_MAX);
    tw_arena_init(&s.arena);
    enum tw_rc rc = look(&s, source);
    if (rc == TW_OK)
        rc = compute(&s);
    if (rc == TW_OK)
        rc = change(&s);
    if (rc == TW_OK)
        rc = append(&s);
    if (rc == TW_OK)
        rc = tw_select_columns_text(s.edited, TW_STR("'id',!:float,2"), &s.arena, &columns, &n,
                                    &s.err);
    tw_draft_free(s.draft);
    tw_column_unref(s.column);
    tw_table_unref(s.read);
    tw_table_unref(s.picked);
    tw_table_unref(s.edited);
    tw_buf_fini(&s.text);
    tw_arena_fini(&s.arena);
    return rc;
}

int main(void) {
    tw_source *source =
        fixture_source("id,age:integer,city:text\n1,023,Oslo\n2,NA,Rome\n3,4O,\"a \"\"b\"\"\"\n");
    is_int(run(source), TW_OK, "with enough memory all goes well");
    long at = 0;
    bool good = true;
    for (; good && at < 100000; at++) {
        countdown = at;
        failed = false;
        enum tw_rc rc = run(source);
        countdown = -1;
        if (!failed)
            break;
        good = rc == TW_ENOMEM;
    }
    ok(good, "every one of %ld allocations that fails gives an error", at);
    ok(at > 100, "there were enough of them");
    fixture_unref(source);
    return tap_done();
}
