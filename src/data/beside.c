/* a's rows ascend, so its texts are read along the file; b's are kept as text columns. A key that
 * takes cells of both is woven of two strands, a's column and b's put end to end. */
#include "data/beside.h"

#include "data/cell_texts.h"
#include "data/name_set.h"
#include "data/woven.h"

enum { A, B };
#define NONE UINT32_MAX

typedef struct from { /* where a column's cells come from: number in a's columns and b's texts */
    int a, b;         /* -1 = not from there */
} from;

typedef struct beside {
    tw_woven woven;
    uint32_t *rows[TW_WOVEN_PARTS];
    from *from;
    int *columns_a; /* 0, 1, 2 … */
    size_t width_a;
    tw_column **texts; /* of b's columns that are shown */
    int *columns_b;
    size_t n_texts;
} beside;

static const beside *self_of(const tw_woven *w) {
    return (const beside *)w;
}

static void beside_place(const tw_woven *w, size_t column, int64_t first, size_t n, int64_t *rows) {
    const beside *s = self_of(w);
    bool a = s->from[column].a >= 0, b = s->from[column].b >= 0;
    int64_t height = a ? tw_table_rows(w->parts[A]) : 0;
    const uint32_t *rows_a = s->rows[A] + first, *rows_b = s->rows[B] + first;
    for (size_t i = 0; i < n; i++) {
        if (a && rows_a[i] != NONE)
            rows[i] = rows_a[i];
        else
            rows[i] = b && rows_b[i] != NONE ? height + rows_b[i] : -1;
    }
}

static tw_str text_of_b(const beside *s, int text, uint32_t row) {
    return row == NONE ? TW_STR("") : tw_column_cell(s->texts[text], row).text;
}

static int64_t row_or_none(uint32_t row) {
    return row == NONE ? -1 : (int64_t)row;
}

static enum tw_rc read_a(const beside *s, int64_t first, size_t n, tw_arena *arena, tw_str **texts,
                         tw_error *err) {
    int64_t *rows = tw_arena_alloc(arena, n, sizeof *rows);
    *texts = tw_arena_alloc(arena, n * s->width_a, sizeof **texts);
    if (!rows || !*texts)
        return tw_fail_memory(err);
    for (size_t i = 0; i < n; i++)
        rows[i] = row_or_none(s->rows[A][first + (int64_t)i]);
    return tw_table_texts(s->woven.parts[A], s->columns_a, s->width_a, rows, n, arena, *texts, err);
}

/* The texts of b's rows. */
static tw_str *read_b(const beside *s, int64_t first, size_t n, tw_arena *arena) {
    tw_str *texts = tw_arena_alloc(arena, n * s->n_texts + 1, sizeof *texts);
    for (size_t i = 0; texts && i < n; i++)
        for (size_t k = 0; k < s->n_texts; k++)
            texts[i * s->n_texts + k] = text_of_b(s, (int)k, s->rows[B][first + (int64_t)i]);
    return texts;
}

typedef struct window {
    const beside *s;
    int64_t first;
    size_t n;
    const tw_str *texts[TW_WOVEN_PARTS];
} window;

static uint32_t row_of(const window *w, size_t part, size_t i) {
    return w->s->rows[part][w->first + (int64_t)i];
}

/* A row that a has: its cells, or those of the row before where that is the same one. */
static void put_a(const window *w, size_t i, tw_weft *weft) {
    size_t width = w->s->woven.width, width_a = w->s->width_a;
    if (i > 0 && row_of(w, A, i) == row_of(w, A, i - 1))
        memcpy(weft->cells, weft->cells - width, width_a * sizeof *weft->cells);
    else
        tw_weft_put_cells(weft, w->texts[A] + i * width_a, width_a, weft->cells);
}

static void put_rows(const window *w, tw_weft *weft) {
    const beside *s = w->s;
    for (size_t i = 0; i < w->n; i++) {
        bool a = row_of(w, A, i) != NONE;
        const tw_str *texts_b = w->texts[B] + i * s->n_texts;
        if (a)
            put_a(w, i, weft);
        for (size_t c = a ? s->width_a : 0; c < s->woven.width; c++)
            weft->cells[c] =
                tw_weft_put(weft, s->from[c].b >= 0 ? texts_b[s->from[c].b] : TW_STR(""));
        weft->cells += s->woven.width;
    }
}

static enum tw_rc beside_fetch(const tw_woven *w, int64_t first, size_t n, tw_arena *arena,
                               tw_batch *out, tw_error *err) {
    const beside *s = self_of(w);
    tw_str *texts = NULL;
    tw_weft weft;
    enum tw_rc rc = read_a(s, first, n, arena, &texts, err);
    window shown = {s, first, n, {texts, rc == TW_OK ? read_b(s, first, n, arena) : NULL}};
    if (rc == TW_OK && !shown.texts[B])
        rc = tw_fail_memory(err);
    if (rc != TW_OK)
        return rc;
    size_t bytes =
        tw_weft_room(texts, n * s->width_a) + tw_weft_room(shown.texts[B], n * s->n_texts);
    rc = tw_weft_begin(&weft, first, n, w->width, bytes, arena, out, err);
    if (rc == TW_OK)
        put_rows(&shown, &weft);
    return rc;
}

static void beside_fini(tw_woven *w) {
    beside *s = (beside *)w;
    for (size_t i = 0; s->texts && i < s->n_texts; i++)
        tw_column_unref(s->texts[i]);
    free(s->texts);
    free(s->rows[A]);
    free(s->rows[B]);
}

static const tw_woven_ops beside_ops = {
    .place = beside_place, .fetch = beside_fetch, .fini = beside_fini};

/* --- making one --- */

static enum tw_rc load_texts(beside *s, tw_task *task, tw_error *err) {
    tw_column **texts = tw_calloc(s->n_texts, sizeof *texts);
    enum tw_rc rc = texts ? tw_table_text_columns(s->woven.parts[B], s->columns_b, s->n_texts, task,
                                                  texts, err)
                          : tw_fail_memory(err);
    if (rc == TW_OK)
        s->texts = texts;
    else
        free(texts);
    return rc;
}

/* A column whose texts are wanted of b; its number among them. */
static int want_text(beside *s, int column) {
    s->columns_b[s->n_texts] = column;
    return (int)s->n_texts++;
}

static bool add_a(beside *s) {
    tw_woven *w = &s->woven;
    bool good = true;
    for (size_t c = 0; c < s->width_a && good; c++) {
        s->columns_a[c] = (int)c;
        s->from[c] = (from){(int)c, -1};
        good = tw_woven_column(w, c, tw_table_field(w->parts[A], c), A, (int)c);
    }
    return good;
}

/* Columns of b under names of their own. */
static bool add_b(beside *s, const tw_beside *pairs, tw_name_set *names) {
    tw_woven *w = &s->woven;
    bool good = true;
    for (size_t i = 0; i < pairs->n && good; i++) {
        size_t c = s->width_a + i;
        tw_field field = *tw_table_field(pairs->b, (size_t)pairs->columns[i]);
        field.role = TW_AS_NONE;
        field.name = tw_name_set_take(names, field.name);
        s->from[c] = (from){-1, want_text(s, pairs->columns[i])};
        good = field.name && tw_woven_column(w, c, &field, B, pairs->columns[i]);
    }
    return good;
}

static enum tw_rc add_key(beside *s, int a, int b, tw_task *task, tw_error *err) {
    tw_woven *w = &s->woven;
    tw_field field;
    enum tw_rc rc = tw_common_reading((const tw_table *[]){w->parts[A], w->parts[B]},
                                      (int[]){a, b}, 2, task, &field, err);
    if (rc != TW_OK)
        return rc;
    tw_strand *strands = tw_arena_alloc(&w->arena, 2, sizeof *strands);
    field.name = w->fields[a].name;
    field.role = w->fields[a].role;
    if (!strands || !tw_woven_column(w, (size_t)a, &field, A, a))
        return tw_fail_memory(err);
    strands[0] = (tw_strand){A, a};
    strands[1] = (tw_strand){B, b};
    w->strands[a] = strands;
    w->n_strands[a] = 2;
    s->from[a].b = want_text(s, b);
    return TW_OK;
}

/* Names of a stay, also where two are the same. */
static enum tw_rc add_columns(beside *s, const tw_beside *pairs, tw_error *err) {
    tw_name_set *names = tw_name_set_new(s->woven.width, false, &s->woven.arena);
    bool good = names != NULL;
    for (size_t c = 0; c < s->width_a && good; c++)
        good = tw_name_set_has(names, tw_table_field(pairs->a, c)->name) ||
               tw_name_set_take(names, tw_table_field(pairs->a, c)->name);
    for (size_t i = 0; i < pairs->n && good; i++) {
        const char *name = tw_table_field(pairs->b, (size_t)pairs->columns[i])->name;
        good = tw_name_set_has(names, name) || tw_name_set_reserve(names, name);
    }
    good = good && add_a(s) && add_b(s, pairs, names);
    tw_name_set_free(names);
    return good ? TW_OK : tw_fail_memory(err);
}

static enum tw_rc fill(beside *s, const tw_beside *pairs, tw_task *task, tw_error *err) {
    tw_woven *w = &s->woven;
    size_t most_b = pairs->n + pairs->n_keys;
    w->parts[B] = tw_table_ref(pairs->b);
    s->width_a = tw_table_width(pairs->a);
    s->from = tw_arena_alloc(&w->arena, w->width + 1, sizeof *s->from);
    s->columns_a = tw_arena_alloc(&w->arena, s->width_a + 1, sizeof *s->columns_a);
    s->columns_b = tw_arena_alloc(&w->arena, most_b + 1, sizeof *s->columns_b);
    if (!s->from || !s->columns_a || !s->columns_b)
        return tw_fail_memory(err);
    enum tw_rc rc = add_columns(s, pairs, err);
    for (size_t k = 0; k < pairs->n_keys && rc == TW_OK; k++)
        rc = add_key(s, pairs->keys_a[k], pairs->keys_b[k], task, err);
    return rc == TW_OK ? load_texts(s, task, err) : rc;
}

enum tw_rc tw_table_beside(const tw_beside *pairs, tw_task *task, tw_table **out, tw_error *err) {
    tw_woven *w;
    size_t width = tw_table_width(pairs->a) + pairs->n;
    enum tw_rc rc =
        tw_woven_new(sizeof(beside), &beside_ops, pairs->a, width, pairs->rows, &w, err);
    if (rc != TW_OK) {
        free(pairs->rows_a);
        free(pairs->rows_b);
        return rc;
    }
    beside *s = (beside *)w;
    s->rows[A] = pairs->rows_a;
    s->rows[B] = pairs->rows_b;
    rc = fill(s, pairs, task, err);
    if (rc == TW_OK)
        return tw_woven_table(w, out, err);
    w->base.ops->unref(&w->base);
    return rc;
}
