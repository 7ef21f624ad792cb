/* Row r of the result is column r % k of the table's row r / k, so nothing but the list of columns
 * has to be held. */
#include "data/melt.h"

#include "data/cell_texts.h"
#include "data/woven.h"

typedef struct melted {
    tw_woven woven;
    int64_t k;     /* melted columns */
    size_t n_ids;
    int *columns;  /* of the table: the others, then the melted ones */
} melted;

enum { TABLE, NAMES };

static const melted *self_of(const tw_woven *w) {
    return (const melted *)w;
}

static void melt_place(const tw_woven *w, size_t column, int64_t first, size_t n, int64_t *rows) {
    const melted *m = self_of(w);
    int64_t k = m->k, row = first / k, which = first % k, height = tw_table_rows(w->parts[TABLE]);
    bool id = column < m->n_ids, name = column == m->n_ids;
    for (size_t i = 0; i < n; i++) {
        rows[i] = id ? row : name ? which : which * height + row;
        if (++which == k) {
            which = 0;
            row++;
        }
    }
}

/* The texts of the table's rows [from, to]. */
static enum tw_rc read_rows(const melted *m, int64_t from, int64_t to, tw_arena *arena,
                            tw_str **texts, tw_error *err) {
    size_t n = (size_t)(to - from) + 1, width = m->n_ids + (size_t)m->k;
    int64_t *rows = tw_arena_alloc(arena, n, sizeof *rows);
    *texts = tw_arena_alloc(arena, n * width, sizeof **texts);
    if (!rows || !*texts)
        return tw_fail_memory(err);
    for (size_t i = 0; i < n; i++)
        rows[i] = from + (int64_t)i;
    return tw_table_texts(m->woven.parts[TABLE], m->columns, width, rows, n, arena, *texts, err);
}

static const char *name_of(const melted *m, size_t which) {
    return tw_table_field(m->woven.parts[TABLE], (size_t)m->columns[m->n_ids + which])->name;
}

static size_t bytes_of(const melted *m, const tw_str *texts, size_t n) {
    size_t bytes = tw_weft_room(texts, n);
    for (size_t i = 0; i < (size_t)m->k; i++)
        bytes += strlen(name_of(m, i));
    return bytes;
}

/* Cells of n rows, the first of them melted column `which` of the first record. A record's cells
 * are copied once; the rows that share them have the same spans. `cells` is scratch for a record. */
static void put_rows(const melted *m, const tw_str *texts, const tw_span *names, size_t which,
                     size_t n, tw_span *cells, tw_weft *weft) {
    size_t k = (size_t)m->k, n_ids = m->n_ids;
    bool fresh = true;
    for (size_t i = 0; i < n; i++) {
        tw_span *to = weft->cells;
        if (fresh)
            tw_weft_put_cells(weft, texts, n_ids + k, cells);
        memcpy(to, cells, n_ids * sizeof *to);
        to[n_ids] = names[which];
        to[n_ids + 1] = cells[n_ids + which];
        weft->cells += n_ids + 2;
        fresh = ++which == k;
        if (fresh) {
            which = 0;
            texts += n_ids + k;
        }
    }
}

static enum tw_rc melt_fetch(const tw_woven *w, int64_t first, size_t n, tw_arena *arena,
                             tw_batch *out, tw_error *err) {
    const melted *m = self_of(w);
    int64_t from = first / m->k, to = (first + (int64_t)n - 1) / m->k;
    size_t cells = (size_t)(to - from + 1) * (m->n_ids + (size_t)m->k), k = (size_t)m->k;
    tw_str *texts = NULL;
    tw_weft weft;
    tw_span *names = tw_arena_alloc(arena, k, sizeof *names);
    tw_span *record = tw_arena_alloc(arena, m->n_ids + k, sizeof *record);
    enum tw_rc rc = names && record ? read_rows(m, from, to, arena, &texts, err) : tw_fail_memory(err);
    if (rc == TW_OK)
        rc = tw_weft_begin(&weft, first, n, w->width, bytes_of(m, texts, cells), arena, out, err);
    if (rc != TW_OK)
        return rc;
    for (size_t i = 0; i < k; i++)
        names[i] = tw_weft_put(&weft, tw_str_c(name_of(m, i)));
    put_rows(m, texts, names, (size_t)(first % m->k), n, record, &weft);
    return TW_OK;
}

static const tw_woven_ops melt_ops = {.place = melt_place, .fetch = melt_fetch};

/* --- making one --- */

/* The other columns, then the melted ones. */
static enum tw_rc list_columns(melted *m, const int *columns, size_t n, tw_error *err) {
    const tw_table *table = m->woven.parts[TABLE];
    size_t width = tw_table_width(table);
    bool *melts = tw_arena_alloc(&m->woven.arena, width + 1, sizeof *melts);
    m->columns = tw_arena_alloc(&m->woven.arena, width + 1, sizeof *m->columns);
    if (!melts || !m->columns)
        return tw_fail_memory(err);
    for (size_t i = 0; i < n; i++)
        melts[columns[i]] = true;
    for (size_t c = 0; c < width; c++)
        if (!melts[c])
            m->columns[m->n_ids++] = (int)c;
    memcpy(m->columns + m->n_ids, columns, n * sizeof *columns);
    return TW_OK;
}

static bool add_ids(melted *m) {
    bool good = true;
    for (size_t c = 0; c < m->n_ids && good; c++) {
        tw_field field = *tw_table_field(m->woven.parts[TABLE], (size_t)m->columns[c]);
        field.role = TW_AS_NONE; /* an id stands in many rows now */
        good = tw_woven_column(&m->woven, c, &field, TABLE, m->columns[c]);
    }
    return good;
}

/* The column of values: all melted columns, put end to end. */
static bool add_values(melted *m, const tw_field *field) {
    size_t column = m->n_ids + 1, k = (size_t)m->k;
    tw_strand *strands = tw_arena_alloc(&m->woven.arena, k, sizeof *strands);
    if (!strands || !tw_woven_column(&m->woven, column, field, TABLE, m->columns[m->n_ids]))
        return false;
    for (size_t i = 0; i < k; i++)
        strands[i] = (tw_strand){TABLE, m->columns[m->n_ids + i]};
    m->woven.strands[column] = strands;
    m->woven.n_strands[column] = k;
    return true;
}

static enum tw_rc add_names(melted *m, const char *name, tw_error *err) {
    const tw_field field = {.name = name, .type = TW_TEXT, .format = TW_FORMAT_PLAIN};
    const char **names = tw_calloc((size_t)m->k, sizeof *names);
    for (size_t i = 0; names && i < (size_t)m->k; i++)
        names[i] = name_of(m, i);
    enum tw_rc rc =
        names ? tw_woven_names(&m->woven, names, (size_t)m->k, err) : tw_fail_memory(err);
    free(names);
    if (rc == TW_OK && !tw_woven_column(&m->woven, m->n_ids, &field, NAMES, 0))
        rc = tw_fail_memory(err);
    return rc;
}

static enum tw_rc add_columns(melted *m, const char *const names[2], tw_task *task, tw_error *err) {
    size_t k = (size_t)m->k;
    tw_field value;
    const tw_table **tables = tw_calloc(k, sizeof *tables);
    for (size_t i = 0; tables && i < k; i++)
        tables[i] = m->woven.parts[TABLE];
    enum tw_rc rc = tables ? tw_common_reading(tables, m->columns + m->n_ids, k, task, &value, err)
                           : tw_fail_memory(err);
    free(tables);
    if (rc != TW_OK)
        return rc;
    value.name = names[1];
    rc = add_names(m, names[0], err);
    return rc == TW_OK && !(add_ids(m) && add_values(m, &value)) ? tw_fail_memory(err) : rc;
}

static enum tw_rc check_name(const melted *m, const char *flag, const char *name, const char *other,
                             tw_error *err) {
    bool taken = strcmp(name, other) == 0;
    for (size_t c = 0; c < m->n_ids && !taken; c++)
        taken = strcmp(tw_table_field(m->woven.parts[TABLE], (size_t)m->columns[c])->name, name) == 0;
    if (!taken)
        return TW_OK;
    return tw_fail(err, TW_EUSAGE, "%s '%s': another column of the result is called so; choose a "
                   "name with %s", flag, name, flag);
}

enum tw_rc tw_table_melt(const tw_table *table, const int *columns, size_t n,
                         const char *const names[2], tw_task *task, tw_table **out, tw_error *err) {
    int64_t rows;
    tw_woven *w;
    if (n == 0)
        return tw_fail(err, TW_EUSAGE, "melt: no column is left to turn into rows; name at least one");
    if (__builtin_mul_overflow(tw_table_rows(table), (int64_t)n, &rows))
        return tw_fail(err, TW_ELIMIT, "melt: the result has more than 2^63 rows; name fewer columns");
    size_t width = tw_table_width(table) - n + 2;
    enum tw_rc rc = tw_woven_new(sizeof(melted), &melt_ops, table, width, rows, &w, err);
    if (rc != TW_OK)
        return rc;
    melted *m = (melted *)w;
    m->k = (int64_t)n;
    rc = list_columns(m, columns, n, err);
    if (rc == TW_OK)
        rc = check_name(m, "--name", names[0], names[1], err);
    if (rc == TW_OK)
        rc = check_name(m, "--value", names[1], names[0], err);
    if (rc == TW_OK)
        rc = add_columns(m, names, task, err);
    if (rc == TW_OK)
        return tw_woven_table(w, out, err);
    tw_source *source = &w->base;
    source->ops->unref(source);
    return rc;
}
