/* The stock of a dataset: what each column would be made from, and the one place where it is made.
 *
 * A filter, a sort or another type costs nothing until somebody looks at a column: then the source
 * is read once for all columns asked for, picks are gathered and conversions made. Recipes form a
 * short chain: a pick of a pick is one pick, a conversion of a conversion starts from the cells the
 * first one had. */
#include "data/lazy.h"

#include <pthread.h>
#include <time.h>

#include "base/clock.h"
#include "base/file.h"
#include "data/convert.h"
#include "data/window.h"

enum lazy_kind { LAZY_GIVEN, LAZY_SOURCE, LAZY_PICK, LAZY_CONVERT };

struct tw_lazy {
    uint32_t refs; /* under the stock's lock, like all but `ready` */
    enum lazy_kind kind;
    bool wanted; /* in the list of the thread that makes columns */
    _Atomic(tw_column *) ready;
    tw_named *now;     /* SOURCE, CONVERT: the reading */
    tw_lazy *from;     /* PICK: rows of; CONVERT: base */
    tw_row_list *rows; /* PICK: rows; CONVERT: origin */
    tw_lazy *old;      /* CONVERT */
    tw_named *was;     /* CONVERT */
    tw_marks *marks;   /* CONVERT */
    tw_lazy *next;     /* SOURCE: other readings of the column; dead ones: to be freed */
};

struct tw_stock {
    _Atomic uint32_t refs;
    tw_source *source;
    tw_windows *windows;
    pthread_mutex_t lock;
    pthread_cond_t idle;
    bool busy; /* a thread makes columns */
    size_t width;
    tw_lazy **readings; /* of each source column, those alive; not counted */
};

/* Rows */

tw_row_list *tw_row_list_take(int64_t *at, int64_t n) {
    tw_row_list *rows = at ? malloc(sizeof *rows) : NULL;
    if (!rows) {
        free(at);
        return NULL;
    }
    atomic_init(&rows->refs, 1);
    rows->n = n;
    rows->at = at;
    return rows;
}

tw_row_list *tw_row_list_new(int64_t n) {
    return tw_row_list_take(tw_realloc(NULL, (size_t)n, sizeof(int64_t)), n);
}

tw_row_list *tw_row_list_ref(tw_row_list *rows) {
    if (rows)
        atomic_fetch_add_explicit(&rows->refs, 1, memory_order_relaxed);
    return rows;
}

void tw_row_list_unref(tw_row_list *rows) {
    if (!rows || atomic_fetch_sub_explicit(&rows->refs, 1, memory_order_acq_rel) != 1)
        return;
    free(rows->at);
    free(rows);
}

tw_row_list *tw_row_list_compose(const tw_row_list *outer, const int64_t *inner, int64_t n) {
    tw_row_list *rows = tw_row_list_new(n);
    for (int64_t i = 0; rows && i < n; i++)
        rows->at[i] = outer && inner[i] >= 0 ? outer->at[inner[i]] : inner[i];
    return rows;
}

/* Stock */

static bool init_idle(pthread_cond_t *idle) {
    pthread_condattr_t attr;
    if (pthread_condattr_init(&attr))
        return false;
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    bool good = pthread_cond_init(idle, &attr) == 0;
    pthread_condattr_destroy(&attr);
    return good;
}

enum tw_rc tw_stock_new(tw_source *source, tw_stock **out, tw_error *err) {
    tw_stock *stock = tw_calloc(1, sizeof *stock);
    size_t width = source ? source->ops->width(source) : 0;
    tw_lazy **readings = tw_calloc(width, sizeof(tw_lazy *));
    tw_windows *windows = source ? tw_windows_new(source) : NULL;
    if (!stock || !readings || (source && !windows) || !init_idle(&stock->idle)) {
        tw_windows_free(windows);
        free(readings);
        free(stock);
        return tw_fail_memory(err);
    }
    stock->width = width;
    stock->readings = readings;
    pthread_mutex_init(&stock->lock, NULL);
    atomic_init(&stock->refs, 1);
    stock->source = source ? source->ops->ref(source) : NULL;
    stock->windows = windows;
    *out = stock;
    return TW_OK;
}

tw_stock *tw_stock_ref(tw_stock *stock) {
    atomic_fetch_add_explicit(&stock->refs, 1, memory_order_relaxed);
    return stock;
}

void tw_stock_unref(tw_stock *stock) {
    if (!stock || atomic_fetch_sub_explicit(&stock->refs, 1, memory_order_acq_rel) != 1)
        return;
    tw_windows_free(stock->windows);
    if (stock->source)
        stock->source->ops->unref(stock->source);
    pthread_cond_destroy(&stock->idle);
    pthread_mutex_destroy(&stock->lock);
    free(stock->readings);
    free(stock);
}

tw_source *tw_stock_source(const tw_stock *stock) {
    return stock->source;
}

enum tw_rc tw_stock_text(tw_stock *stock, int64_t row, int column, tw_buf *out, tw_error *err) {
    return tw_windows_text(stock->windows, row, (size_t)column, out, err);
}

/* References. What dies under the lock is freed behind it. */

static void unlink_reading(tw_stock *stock, const tw_lazy *lazy) {
    tw_lazy **at = &stock->readings[lazy->now->field.source_column];
    while (*at != lazy)
        at = &(*at)->next;
    *at = lazy->next;
}

static void drop(tw_stock *stock, tw_lazy *lazy, tw_lazy **dead) {
    if (!lazy || --lazy->refs > 0)
        return;
    if (lazy->kind == LAZY_SOURCE)
        unlink_reading(stock, lazy);
    lazy->next = *dead;
    *dead = lazy;
    drop(stock, lazy->from, dead);
    drop(stock, lazy->old, dead);
}

static void lazy_free(tw_lazy *lazy) {
    tw_column_unref(atomic_load(&lazy->ready));
    tw_named_unref(lazy->now);
    tw_named_unref(lazy->was);
    tw_row_list_unref(lazy->rows);
    tw_marks_unref(lazy->marks);
    free(lazy);
}

static void free_dead(tw_lazy *dead) {
    while (dead) {
        tw_lazy *next = dead->next;
        lazy_free(dead);
        dead = next;
    }
}

void tw_lazy_ref_all(tw_stock *stock, tw_lazy *const *lazies, size_t n) {
    pthread_mutex_lock(&stock->lock);
    for (size_t i = 0; i < n; i++)
        lazies[i]->refs++;
    pthread_mutex_unlock(&stock->lock);
}

void tw_lazy_unref_all(tw_stock *stock, tw_lazy *const *lazies, size_t n) {
    tw_lazy *dead = NULL;
    pthread_mutex_lock(&stock->lock);
    for (size_t i = 0; i < n; i++)
        drop(stock, lazies[i], &dead);
    pthread_mutex_unlock(&stock->lock);
    free_dead(dead);
}

/* Makers */

static tw_lazy *lazy_new(enum lazy_kind kind) {
    tw_lazy *lazy = tw_calloc(1, sizeof *lazy);
    if (lazy) {
        lazy->refs = 1;
        lazy->kind = kind;
    }
    return lazy;
}

const tw_column *tw_lazy_ready(const tw_lazy *lazy) {
    return atomic_load_explicit(&lazy->ready, memory_order_acquire);
}

tw_lazy *tw_lazy_given(tw_column *column) {
    tw_lazy *lazy = lazy_new(LAZY_GIVEN);
    if (lazy)
        atomic_store(&lazy->ready, column);
    else
        tw_column_unref(column);
    return lazy;
}

static tw_lazy *find_reading(tw_lazy *lazy, const tw_field *reading) {
    while (lazy && !tw_reading_same(&lazy->now->field, reading))
        lazy = lazy->next;
    return lazy;
}

tw_lazy *tw_lazy_source(tw_stock *stock, const tw_field *reading) {
    tw_lazy *fresh = lazy_new(LAZY_SOURCE);
    tw_named *now = fresh ? tw_named_new(reading, reading->source_column) : NULL;
    if (!now) {
        free(fresh);
        return NULL;
    }
    fresh->now = now;
    pthread_mutex_lock(&stock->lock);
    tw_lazy **readings = &stock->readings[reading->source_column];
    tw_lazy *known = find_reading(*readings, reading);
    if (known) {
        known->refs++;
    } else {
        fresh->next = *readings;
        *readings = fresh;
    }
    pthread_mutex_unlock(&stock->lock);
    if (!known)
        return fresh;
    lazy_free(fresh);
    return known;
}

void tw_pick_memo_fini(tw_pick_memo *memo) {
    for (size_t i = 0; i < memo->n; i++) {
        tw_row_list_unref(memo->from[i]);
        tw_row_list_unref(memo->to[i]);
    }
    free(memo->from);
    free(memo->to);
    *memo = (tw_pick_memo){0};
}

tw_row_list *tw_pick_memo_compose(tw_pick_memo *memo, tw_row_list *outer,
                                  const tw_row_list *inner) {
    for (size_t i = 0; i < memo->n; i++)
        if (memo->from[i] == outer)
            return memo->to[i];
    tw_row_list **from = tw_realloc(memo->from, memo->n + 1, sizeof(tw_row_list *));
    if (!from)
        return NULL;
    memo->from = from;
    tw_row_list **to = tw_realloc(memo->to, memo->n + 1, sizeof(tw_row_list *));
    if (!to)
        return NULL;
    memo->to = to;
    tw_row_list *rows = tw_row_list_compose(outer, inner->at, inner->n);
    if (!rows)
        return NULL;
    memo->from[memo->n] = tw_row_list_ref(outer);
    memo->to[memo->n++] = rows;
    return rows;
}

tw_lazy *tw_lazy_pick(tw_stock *stock, tw_lazy *from, tw_row_list *rows, tw_pick_memo *memo) {
    tw_lazy *lazy = lazy_new(LAZY_PICK);
    if (!lazy)
        return NULL;
    tw_row_list *outer = NULL;
    pthread_mutex_lock(&stock->lock);
    if (!tw_lazy_ready(from) && from->kind == LAZY_PICK) {
        outer = tw_row_list_ref(from->rows);
        from = from->from;
    }
    from->refs++;
    pthread_mutex_unlock(&stock->lock);
    lazy->from = from;
    lazy->rows = tw_row_list_ref(outer ? tw_pick_memo_compose(memo, outer, rows) : rows);
    tw_row_list_unref(outer);
    if (lazy->rows)
        return lazy;
    tw_lazy_unref_all(stock, &lazy, 1);
    return NULL;
}

tw_lazy *tw_lazy_convert(tw_stock *stock, tw_lazy *old, tw_named *was, tw_named *now, tw_lazy *base,
                         tw_marks *marks, tw_row_list *origin) {
    tw_lazy *lazy = lazy_new(LAZY_CONVERT);
    if (!lazy)
        return NULL;
    pthread_mutex_lock(&stock->lock);
    if (!tw_lazy_ready(old) && old->kind == LAZY_CONVERT) {
        was = old->was;
        old = old->old;
    }
    old->refs++;
    if (base)
        base->refs++;
    lazy->was = tw_named_ref(was);
    pthread_mutex_unlock(&stock->lock);
    lazy->old = old;
    lazy->from = base;
    lazy->now = tw_named_ref(now);
    lazy->marks = tw_marks_ref(marks);
    lazy->rows = tw_row_list_ref(origin);
    return lazy;
}

/* Making columns; by one thread at a time, which may then read recipes without the lock, for nobody
 * else changes them. */

static enum tw_rc wait_turn(tw_stock *stock, const tw_task *task, tw_error *err) {
    enum { PATIENCE_MICROS = 20000 };
    pthread_mutex_lock(&stock->lock);
    while (stock->busy && !tw_task_cancelled(task)) {
        int64_t until = tw_clock_monotonic(NULL) + PATIENCE_MICROS;
        struct timespec at = {until / 1000000, until % 1000000 * 1000};
        pthread_cond_timedwait(&stock->idle, &stock->lock, &at);
    }
    bool mine = !stock->busy;
    stock->busy = stock->busy || mine;
    pthread_mutex_unlock(&stock->lock);
    return mine ? TW_OK : tw_task_check(task, err);
}

static void end_turn(tw_stock *stock) {
    pthread_mutex_lock(&stock->lock);
    for (size_t i = 0; i < stock->width; i++)
        for (tw_lazy *lazy = stock->readings[i]; lazy; lazy = lazy->next)
            lazy->wanted = false;
    stock->busy = false;
    pthread_cond_broadcast(&stock->idle);
    pthread_mutex_unlock(&stock->lock);
}

/* Hand the column out and let go what it was made from. */
/* Takes the column over. One that was made of lost bytes is not shown to anybody: the guard fails. */
static void publish(tw_stock *stock, tw_lazy *lazy, tw_column *column) {
    tw_lazy *dead = NULL;
    if (tw_file_lost()) {
        tw_column_unref(column);
        return;
    }
    pthread_mutex_lock(&stock->lock);
    atomic_store_explicit(&lazy->ready, column, memory_order_release);
    tw_row_list *rows = lazy->rows;
    tw_marks *marks = lazy->marks;
    drop(stock, lazy->from, &dead);
    drop(stock, lazy->old, &dead);
    lazy->from = lazy->old = NULL;
    lazy->rows = NULL;
    lazy->marks = NULL;
    pthread_mutex_unlock(&stock->lock);
    tw_row_list_unref(rows);
    tw_marks_unref(marks);
    free_dead(dead);
}

typedef struct reading_list {
    tw_lazy **at;
    size_t n, room;
} reading_list;

/* Source columns that must be read before the lazy one can be made. */
static bool want_sources(reading_list *list, tw_lazy *lazy) {
    if (!lazy || tw_lazy_ready(lazy) || lazy->wanted)
        return true;
    if (lazy->kind != LAZY_SOURCE)
        return want_sources(list, lazy->from) && want_sources(list, lazy->old);
    if (list->n == list->room) {
        size_t room = list->room ? list->room * 2 : 16;
        tw_lazy **at = tw_realloc(list->at, room, sizeof(tw_lazy *));
        if (!at)
            return false;
        list->at = at;
        list->room = room;
    }
    lazy->wanted = true;
    list->at[list->n++] = lazy;
    return true;
}

static enum tw_rc read_sources(tw_stock *stock, const reading_list *list, tw_task *task,
                               tw_error *err) {
    if (list->n == 0)
        return TW_OK;
    int *columns = tw_calloc(list->n, sizeof *columns);
    tw_field *fields = tw_calloc(list->n, sizeof *fields);
    tw_column **made = tw_calloc(list->n, sizeof(tw_column *));
    enum tw_rc rc = columns && fields && made ? TW_OK : tw_fail_memory(err);
    if (rc == TW_OK) {
        for (size_t i = 0; i < list->n; i++) {
            fields[i] = list->at[i]->now->field;
            columns[i] = fields[i].source_column;
        }
        rc = stock->source->ops->load(stock->source, columns, fields, list->n, task, made, err);
    }
    for (size_t i = 0; rc == TW_OK && i < list->n; i++) {
        if (tw_column_type(made[i]) != fields[i].type)
            TW_BUG("a source gave a column of another type");
        publish(stock, list->at[i], made[i]);
    }
    free(columns);
    free(fields);
    free(made);
    return rc;
}

static enum tw_rc make(tw_stock *stock, tw_lazy *lazy, tw_task *task, tw_error *err);

static enum tw_rc make_picked(tw_lazy *lazy, tw_task *task, tw_column **out, tw_error *err) {
    return tw_column_gather(tw_lazy_ready(lazy->from), lazy->rows->at, lazy->rows->n, task, out,
                            err);
}

static enum tw_rc make_converted(tw_lazy *lazy, tw_task *task, tw_column **out, tw_error *err) {
    const tw_column *old = tw_lazy_ready(lazy->old);
    const tw_field *was = &lazy->was->field, *now = &lazy->now->field;
    if (!lazy->from)
        return tw_convert_column(old, was, now, task, out, err);
    return tw_convert_over(tw_lazy_ready(lazy->from), old, was, now, lazy->marks,
                           lazy->rows ? lazy->rows->at : NULL, task, out, err);
}

/* The recursion is as deep as the recipe: a few steps, since picks of picks and conversions of
 * conversions are one. */
static enum tw_rc make(tw_stock *stock, tw_lazy *lazy, tw_task *task, tw_error *err) {
    if (!lazy || tw_lazy_ready(lazy))
        return TW_OK;
    enum tw_rc rc = make(stock, lazy->from, task, err);
    if (rc == TW_OK)
        rc = make(stock, lazy->old, task, err);
    if (rc == TW_OK)
        rc = tw_task_check(task, err);
    if (rc)
        return rc;
    tw_column *column = NULL;
    rc = lazy->kind == LAZY_PICK ? make_picked(lazy, task, &column, err)
                                 : make_converted(lazy, task, &column, err);
    if (rc == TW_OK)
        publish(stock, lazy, column);
    return rc;
}

typedef struct order {
    tw_stock *stock;
    tw_lazy *const *lazies;
    size_t n;
    tw_task *task;
} order;

static enum tw_rc make_all(void *ctx, tw_error *err) {
    const order *o = ctx;
    reading_list list = {0};
    bool good = true;
    for (size_t i = 0; good && i < o->n; i++)
        good = want_sources(&list, o->lazies[i]);
    enum tw_rc rc = good ? read_sources(o->stock, &list, o->task, err) : tw_fail_memory(err);
    for (size_t i = 0; rc == TW_OK && i < o->n; i++)
        rc = make(o->stock, o->lazies[i], o->task, err);
    free(list.at);
    return rc;
}

/* Guarded, so that a file cut short under us does not leave the turn taken. */
enum tw_rc tw_stock_need(tw_stock *stock, tw_lazy *const *lazies, size_t n, tw_task *task,
                         tw_error *err) {
    size_t ready = 0;
    while (ready < n && tw_lazy_ready(lazies[ready]))
        ready++;
    if (ready == n)
        return TW_OK;
    enum tw_rc rc = wait_turn(stock, task, err);
    if (rc)
        return rc;
    order o = {stock, lazies, n, task};
    tw_task_mark before = tw_task_save(task);
    rc = tw_file_guard(make_all, &o, err);
    tw_task_restore(task, before);
    end_turn(stock);
    return rc;
}

/* Single cells */

static bool is_over(const tw_lazy *lazy, int64_t row) {
    return !lazy->from || tw_marks_get(lazy->marks, row) || (lazy->rows && lazy->rows->at[row] < 0);
}

static bool keep_text(tw_cell *cell, tw_buf *text) {
    if (cell->text.p == text->p && text->p)
        return true;
    tw_buf_clear(text);
    if (!tw_buf_str(text, cell->text))
        return false;
    cell->text = tw_buf_view(text);
    return true;
}

static bool peek(const tw_lazy *lazy, int64_t row, tw_buf *text, tw_cell *out) {
    const tw_column *column = tw_lazy_ready(lazy);
    if (column) {
        *out = tw_column_cell(column, row);
        return true;
    }
    if (lazy->kind == LAZY_SOURCE)
        TW_BUG("a cell of a source column is read from the source");
    if (lazy->kind == LAZY_PICK && lazy->rows->at[row] < 0) {
        *out = tw_cell_missing(TW_TEXT);
        return true;
    }
    if (lazy->kind == LAZY_PICK)
        return peek(lazy->from, lazy->rows->at[row], text, out);
    if (!is_over(lazy, row))
        return peek(lazy->from, row, text, out);
    tw_cell old;
    if (!peek(lazy->old, row, text, &old))
        return false;
    *out = tw_convert_cell(&old, &lazy->was->field, &lazy->now->field, text);
    return true;
}

typedef struct glance {
    const tw_lazy *lazy;
    int64_t row;
    tw_buf *text;
    tw_cell *out;
} glance;

static enum tw_rc look(void *ctx, tw_error *err) {
    const glance *g = ctx;
    bool good = peek(g->lazy, g->row, g->text, g->out) && keep_text(g->out, g->text);
    return good ? TW_OK : tw_fail_memory(err);
}

enum tw_rc tw_lazy_cell(tw_stock *stock, const tw_lazy *lazy, int64_t row, tw_buf *text,
                        tw_cell *out, tw_error *err) {
    glance g = {lazy, row, text, out};
    pthread_mutex_lock(&stock->lock);
    enum tw_rc rc = tw_file_guard(look, &g, err);
    pthread_mutex_unlock(&stock->lock);
    return rc;
}
