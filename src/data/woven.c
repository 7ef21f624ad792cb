/* Loading asks the parts for their columns in the reading wanted, in one go for as many columns as
 * can be read together (a column cannot be read in two ways at once), and gathers from them. So a
 * column that a part has made already is not read again, and texts are shared, not copied. */
#include "data/woven.h"

#include "data/stack.h"

enum { SLACK = 32 }; /* bytes behind the texts of a batch that may be read with them */

/* --- life --- */

static tw_woven *self_of(tw_source *source) {
    return (tw_woven *)source;
}

static const tw_woven *const_self(const tw_source *source) {
    return (const tw_woven *)source;
}

static size_t woven_width(const tw_source *source) {
    return const_self(source)->width;
}

static int64_t woven_rows(const tw_source *source) {
    return const_self(source)->rows;
}

static const tw_field *woven_field(const tw_source *source, size_t column) {
    return &const_self(source)->fields[column];
}

static const char *woven_path(const tw_source *source) {
    (void)source;
    return ""; /* it is no file */
}

static tw_source *woven_ref(tw_source *source) {
    atomic_fetch_add_explicit(&self_of(source)->refs, 1, memory_order_relaxed);
    return source;
}

static void woven_unref(tw_source *source) {
    tw_woven *w = self_of(source);
    if (atomic_fetch_sub_explicit(&w->refs, 1, memory_order_acq_rel) != 1)
        return;
    if (w->ops->fini)
        w->ops->fini(w);
    for (size_t p = 0; p < TW_WOVEN_PARTS; p++)
        tw_table_unref(w->parts[p]);
    tw_arena_fini(&w->arena);
    free(w);
}

static bool woven_is_null(const tw_source *source, size_t column, tw_str text) {
    const tw_woven *w = const_self(source);
    if (text.n == 0 || w->ops->is_null)
        return text.n == 0 || w->ops->is_null(w, column, text);
    for (size_t i = 0; i < w->n_strands[column]; i++) {
        const tw_strand *s = &w->strands[column][i];
        if (tw_table_parse(w->parts[s->part], (size_t)s->column, text).state == TW_MISSING)
            return true;
    }
    return false;
}

/* --- loading --- */

typedef struct loading {
    const tw_woven *w;
    const int *columns;
    const tw_field *fields;
    size_t n;
    tw_column **out;
    bool *taken;                             /* in this round */
    const tw_field **wanted[TW_WOVEN_PARTS]; /* for each column of a part: the reading, NULL = none */
    tw_table *typed[TW_WOVEN_PARTS];
    tw_column *joined; /* strands of `of` in reading `as`, put end to end */
    const tw_strand *of;
    const tw_field *as;
    tw_task *task;
} loading;

static const tw_strand *strands_of(const loading *l, size_t i, size_t *n) {
    *n = l->w->n_strands[l->columns[i]];
    return l->w->strands[l->columns[i]];
}

/* Want what column i is made of, unless another one of this round wants it otherwise. */
static bool take(loading *l, size_t i) {
    size_t n;
    const tw_strand *s = strands_of(l, i, &n);
    for (size_t k = 0; k < n; k++) {
        const tw_field *other = l->wanted[s[k].part][s[k].column];
        if (other == &l->fields[i])
            return true; /* the same strand again */
        if (other && !tw_reading_same(other, &l->fields[i]))
            return false;
    }
    for (size_t k = 0; k < n; k++)
        l->wanted[s[k].part][s[k].column] = &l->fields[i];
    return true;
}

/* Columns made of the same strands in the same reading as the one before: nothing new is wanted. */
static bool same_strands(const loading *l, size_t i, size_t before) {
    size_t n;
    return strands_of(l, i, &n) == strands_of(l, before, &n) &&
           tw_reading_same(&l->fields[i], &l->fields[before]);
}

static bool take_round(loading *l) {
    size_t last = SIZE_MAX;
    bool any = false;
    for (size_t p = 0; p < TW_WOVEN_PARTS; p++)
        if (l->wanted[p])
            memset(l->wanted[p], 0, tw_table_width(l->w->parts[p]) * sizeof *l->wanted[p]);
    for (size_t i = 0; i < l->n; i++) {
        l->taken[i] = !l->out[i] &&
                      ((last != SIZE_MAX && same_strands(l, i, last)) || take(l, i));
        last = l->taken[i] ? i : last;
        any |= l->taken[i];
    }
    return any;
}

/* The part with its columns in the readings wanted, and those columns made. */
static enum tw_rc need_part(loading *l, size_t part, tw_error *err) {
    const tw_table *from = l->w->parts[part];
    size_t width = tw_table_width(from), n = 0;
    tw_draft *draft = NULL;
    int *needed = tw_calloc(width, sizeof *needed);
    enum tw_rc rc = needed ? tw_draft_new(from, &draft, err) : tw_fail_memory(err);
    for (size_t c = 0; c < width && rc == TW_OK; c++) {
        const tw_field *wanted = l->wanted[part][c];
        if (!wanted)
            continue;
        tw_field field = *tw_table_field(from, c);
        field.type = wanted->type;
        field.format = wanted->format;
        needed[n++] = (int)c;
        if (!tw_reading_same(&field, tw_table_field(from, c)))
            rc = tw_draft_field(draft, c, &field, err);
    }
    if (rc == TW_OK)
        rc = tw_draft_commit(draft, &l->typed[part], err);
    else
        tw_draft_free(draft);
    if (rc == TW_OK && n)
        rc = tw_table_need(l->typed[part], needed, n, l->task, err);
    free(needed);
    return rc;
}

static enum tw_rc join_strands(loading *l, size_t i, tw_error *err) {
    size_t n;
    const tw_strand *s = strands_of(l, i, &n);
    if (l->joined && l->of == s && tw_reading_same(l->as, &l->fields[i]))
        return TW_OK;
    tw_column_unref(l->joined);
    l->joined = NULL;
    l->of = s;
    l->as = &l->fields[i];
    tw_column **parts = tw_calloc(n, sizeof *parts);
    if (!parts)
        return tw_fail_memory(err);
    for (size_t k = 0; k < n; k++)
        parts[k] = (tw_column *)(uintptr_t)tw_table_column(l->typed[s[k].part], (size_t)s[k].column);
    enum tw_rc rc = TW_OK;
    if (n == 1)
        l->joined = tw_column_ref(parts[0]);
    else
        rc = tw_column_join(l->fields[i].type, parts, n, &l->joined, err);
    free(parts);
    return rc;
}

typedef struct placing {
    const tw_woven *w;
    size_t column;
} placing;

static void place(const void *ctx, int64_t first, size_t n, int64_t *rows) {
    const placing *p = ctx;
    p->w->ops->place(p->w, p->column, first, n, rows);
}

static enum tw_rc make_round(loading *l, tw_error *err) {
    enum tw_rc rc = TW_OK;
    for (size_t p = 0; p < TW_WOVEN_PARTS && rc == TW_OK; p++)
        if (l->w->parts[p])
            rc = need_part(l, p, err);
    for (size_t i = 0; i < l->n && rc == TW_OK; i++) {
        if (!l->taken[i])
            continue;
        placing by = {l->w, (size_t)l->columns[i]};
        rc = join_strands(l, i, err);
        if (rc == TW_OK)
            rc = tw_column_gather_by(l->joined, place, &by, l->w->rows, l->task, &l->out[i], err);
    }
    for (size_t p = 0; p < TW_WOVEN_PARTS; p++) {
        tw_table_unref(l->typed[p]);
        l->typed[p] = NULL;
    }
    return rc;
}

static enum tw_rc load_all(loading *l, tw_error *err) {
    enum tw_rc rc = TW_OK;
    l->taken = tw_calloc(l->n, sizeof *l->taken);
    bool good = l->taken != NULL;
    for (size_t p = 0; p < TW_WOVEN_PARTS; p++)
        if (l->w->parts[p]) {
            l->wanted[p] = tw_calloc(tw_table_width(l->w->parts[p]), sizeof *l->wanted[p]);
            good = good && l->wanted[p];
        }
    if (!good)
        return tw_fail_memory(err);
    while (rc == TW_OK && take_round(l))
        rc = make_round(l, err);
    return rc;
}

static enum tw_rc woven_load(tw_source *source, const int *columns, const tw_field *fields,
                             size_t n, tw_task *task, tw_column **out, tw_error *err) {
    loading l = {.w = self_of(source),
                 .columns = columns,
                 .fields = fields,
                 .n = n,
                 .out = tw_calloc(n, sizeof *out),
                 .task = task};
    enum tw_rc rc = l.out ? load_all(&l, err) : tw_fail_memory(err);
    for (size_t i = 0; l.out && i < n; i++) {
        if (rc == TW_OK)
            out[i] = l.out[i];
        else
            tw_column_unref(l.out[i]);
    }
    for (size_t p = 0; p < TW_WOVEN_PARTS; p++)
        free(l.wanted[p]);
    tw_column_unref(l.joined);
    free(l.taken);
    free(l.out);
    return rc;
}

/* --- texts --- */

static enum tw_rc woven_fetch(tw_source *source, int64_t first, size_t n, tw_arena *arena,
                              tw_batch *out, tw_error *err) {
    const tw_woven *w = self_of(source);
    enum tw_rc rc;
    n = (size_t)TW_MIN((int64_t)n, w->rows - first);
    for (;; n /= 2) {
        tw_error own = TW_ERROR_INIT;
        *out = (tw_batch){.first_row = first};
        rc = n ? w->ops->fetch(w, first, n, arena, out, &own) : TW_OK;
        if (rc != TW_ELIMIT || n <= 1) {
            if (rc != TW_OK && err)
                *err = own;
            return rc;
        }
    }
}

enum tw_rc tw_weft_begin(tw_weft *weft, int64_t first, size_t n, size_t width, size_t bytes,
                         tw_arena *arena, tw_batch *out, tw_error *err) {
    if (bytes > TW_WEFT_MOST)
        return tw_fail(err, TW_ELIMIT,
                       "row %lld cannot be shown: its cells hold more than 1 GiB; take fewer columns",
                       (long long)first + 1);
    size_t all;
    if (!tw_mul(n, width, &all))
        return tw_fail_memory(err);
    char *base = tw_arena_alloc(arena, bytes + SLACK, 1);
    tw_span *cells = tw_arena_alloc(arena, all + 1, sizeof *cells);
    tw_span *records = tw_arena_alloc(arena, n + 1, sizeof *records);
    uint32_t *starts = tw_arena_alloc(arena, n + 1, sizeof *starts);
    uint8_t *flags = tw_arena_alloc(arena, all + n + 1, 1);
    if (!base || !cells || !records || !starts || !flags)
        return tw_fail_memory(err);
    for (size_t i = 0; i <= n; i++)
        starts[i] = (uint32_t)(i * width);
    *out = (tw_batch){.base = base,
                      .first_row = first,
                      .rows = n,
                      .records = records,
                      .ends = flags + all,
                      .first = starts,
                      .cells = cells,
                      .flags = flags,
                      .quote = '"',
                      .bytes = bytes + SLACK};
    *weft = (tw_weft){.batch = out, .base = base, .room = bytes, .cells = cells};
    return TW_OK;
}

tw_span tw_weft_put(tw_weft *weft, tw_str text) {
    tw_span span = {(uint32_t)weft->n, (uint32_t)text.n};
    if (text.n > weft->room - weft->n)
        TW_BUG("more text than was said");
    if (text.n)
        memcpy(weft->base + weft->n, text.p, text.n);
    weft->n += text.n;
    return span;
}

enum { MOST_BETWEEN = 3 }; /* quote, delimiter, quote */

size_t tw_weft_room(const tw_str *texts, size_t n) {
    size_t bytes = MOST_BETWEEN * n;
    for (size_t i = 0; i < n; i++)
        bytes += texts[i].n;
    return bytes;
}

void tw_weft_put_cells(tw_weft *weft, const tw_str *texts, size_t n, tw_span *out) {
    for (size_t i = 0, to; i < n; i = to) {
        uintptr_t from = (uintptr_t)texts[i].p, end = from + texts[i].n;
        for (to = i + 1; to < n && (uintptr_t)texts[to].p - end <= MOST_BETWEEN; to++)
            end = (uintptr_t)texts[to].p + texts[to].n;
        tw_span whole = tw_weft_put(weft, (tw_str){texts[i].p, end - from});
        for (size_t k = i; k < to; k++)
            out[k] = (tw_span){whole.at + (uint32_t)((uintptr_t)texts[k].p - from),
                               (uint32_t)texts[k].n};
    }
}

/* --- making one --- */

static const tw_source_ops woven_ops = {.width = woven_width,
                                        .rows = woven_rows,
                                        .field = woven_field,
                                        .load = woven_load,
                                        .fetch = woven_fetch,
                                        .is_null = woven_is_null,
                                        .path = woven_path,
                                        .ref = woven_ref,
                                        .unref = woven_unref};

enum tw_rc tw_woven_new(size_t size, const tw_woven_ops *ops, const tw_table *part, size_t width,
                        int64_t rows, tw_woven **out, tw_error *err) {
    tw_woven *w = tw_calloc(1, size);
    if (!w)
        return tw_fail_memory(err);
    w->base.ops = &woven_ops;
    atomic_init(&w->refs, 1);
    w->ops = ops;
    tw_arena_init(&w->arena);
    w->parts[0] = tw_table_ref(part);
    w->width = width;
    w->rows = rows;
    w->fields = tw_arena_alloc(&w->arena, width + 1, sizeof *w->fields);
    w->strands = tw_arena_alloc(&w->arena, width + 1, sizeof *w->strands);
    w->n_strands = tw_arena_alloc(&w->arena, width + 1, sizeof *w->n_strands);
    if (!w->fields || !w->strands || !w->n_strands) {
        woven_unref(&w->base);
        return tw_fail_memory(err);
    }
    *out = w;
    return TW_OK;
}

bool tw_woven_column(tw_woven *w, size_t column, const tw_field *field, int part, int from) {
    tw_strand *strand = tw_arena_alloc(&w->arena, 1, sizeof *strand);
    tw_str name = tw_arena_str(&w->arena, tw_str_c(field->name));
    if (!strand || !name.p)
        return false;
    *strand = (tw_strand){part, from};
    w->fields[column] = *field;
    w->fields[column].name = name.p;
    w->fields[column].source_column = (int)column;
    w->strands[column] = strand;
    w->n_strands[column] = 1;
    return true;
}

enum tw_rc tw_woven_table(tw_woven *w, tw_table **out, tw_error *err) {
    enum tw_rc rc = tw_table_from_source(&w->base, out, err);
    woven_unref(&w->base);
    return rc;
}

enum tw_rc tw_woven_names(tw_woven *w, const char *const *names, size_t n, tw_error *err) {
    const tw_field field = {.name = "", .type = TW_TEXT, .format = TW_FORMAT_PLAIN};
    tw_builder *b = NULL;
    tw_draft *draft = NULL;
    tw_column *column = NULL;
    tw_table *table = NULL;
    enum tw_rc rc = tw_builder_new(TW_TEXT, NULL, &b, err);
    for (size_t i = 0; i < n && rc == TW_OK; i++)
        rc = names[i][0] ? tw_builder_text(b, tw_str_c(names[i]), err)
                         : tw_builder_missing(b, 1, err);
    if (rc == TW_OK)
        rc = tw_builder_finish(b, &column, err);
    tw_builder_free(b);
    if (rc == TW_OK && (rc = tw_draft_new(NULL, &draft, err)) != TW_OK)
        tw_column_unref(column);
    if (rc == TW_OK && (rc = tw_draft_add(draft, &field, column, err)) != TW_OK)
        tw_draft_free(draft);
    else if (rc == TW_OK)
        rc = tw_draft_commit(draft, &table, err);
    w->parts[1] = table;
    return rc;
}

/* --- a reading in common --- */

static bool all_read_alike(const tw_table *const *tables, const int *columns, size_t n,
                           tw_field *out) {
    for (size_t i = 0; i < n; i++) {
        const tw_field *field = tw_table_field(tables[i], (size_t)columns[i]);
        if (i == 0)
            *out = *field;
        else if (!tw_reading_same(out, field))
            return false;
        else if (out->format.number.decimals != field->format.number.decimals)
            out->format.number.decimals = -1;
    }
    return true;
}

/* The first of the columns that hold anything, where all of them read alike but for the type. */
static bool formats_agree(const tw_table *const *tables, const int *columns,
                          const enum tw_type *types, size_t n, enum tw_type common, tw_field *out) {
    bool first = true, same = true;
    for (size_t i = 0; i < n && same; i++) {
        if (types[i] == TW_TYPE_COUNT)
            continue;
        tw_field field = *tw_table_field(tables[i], (size_t)columns[i]);
        bool decimals = first || field.format.number.decimals == out->format.number.decimals;
        field.type = common;
        same = first || tw_reading_same(out, &field);
        if (first)
            *out = field;
        if (!decimals || types[i] != common)
            out->format.number.decimals = -1;
        first = false;
    }
    return same && !first;
}

/* Columns of one table are made in one go. */
static enum tw_rc need_runs(const tw_table *const *tables, const int *columns, size_t n,
                            tw_task *task, tw_error *err) {
    enum tw_rc rc = TW_OK;
    for (size_t i = 0, end; i < n && rc == TW_OK; i = end) {
        for (end = i + 1; end < n && tables[end] == tables[i];)
            end++;
        rc = tw_table_need(tables[i], &columns[i], end - i, task, err);
    }
    return rc;
}

enum tw_rc tw_common_reading(const tw_table *const *tables, const int *columns, size_t n,
                             tw_task *task, tw_field *out, tw_error *err) {
    *out = (tw_field){.type = TW_TEXT, .format = TW_FORMAT_PLAIN};
    enum tw_type *types = tw_calloc(n, sizeof *types);
    enum tw_rc rc = types ? TW_OK : tw_fail_memory(err);
    bool alike = all_read_alike(tables, columns, n, out);
    if (rc == TW_OK && !alike)
        rc = need_runs(tables, columns, n, task, err);
    for (size_t i = 0; i < n && rc == TW_OK && !alike; i++)
        types[i] = tw_type_seen(tables[i], (size_t)columns[i]);
    if (rc == TW_OK && !alike) {
        enum tw_type common = tw_common_type(types, n);
        if (common == TW_TEXT || !formats_agree(tables, columns, types, n, common, out))
            *out = (tw_field){.type = TW_TEXT, .format = TW_FORMAT_PLAIN};
    }
    free(types);
    out->name = NULL;
    out->role = TW_AS_NONE;
    out->source_column = -1;
    return rc;
}
