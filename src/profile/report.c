/* A finding being put together: cells pile up in a heap array; `done` sorts them by row, copies
 * everything into the list's arena and gives the finding its name. Equal texts are stored once,
 * since a column of units repeats a handful of them. */
#include "profile/findings_impl.h"

#include <math.h>

enum { QUOTED = 40 };

typedef struct pending {
    uint32_t index, column;
    tw_str suggestion;
    double confidence;
} pending;

struct tw_report {
    const tw_look *look;
    const tw_detector *self;
    tw_finding finding;
    pending *cells;
    size_t n, room;
    int *columns;
    size_t n_columns;
    char *message;
    tw_doc *evidence, *fix_args;
    bool failed, whole;
};

tw_report *tw_report_new(const tw_look *look, const tw_detector *self) {
    tw_report *r = tw_calloc(1, sizeof *r);
    if (!r)
        return NULL;
    r->look = look;
    r->self = self;
    r->evidence = tw_doc_map();
    r->finding = (tw_finding){.class = self->class,
                              .kind = self->kind,
                              .severity = self->severity,
                              .confidence = -1,
                              .count = -1};
    return r;
}

void tw_report_drop(tw_report *r) {
    if (!r)
        return;
    free(r->cells);
    free(r->columns);
    free(r->message);
    tw_doc_free(r->evidence);
    tw_doc_free(r->fix_args);
    free(r);
}

void tw_report_whole(tw_report *r) {
    r->whole = true;
}

void tw_report_column(tw_report *r, size_t column) {
    for (size_t i = 0; i < r->n_columns; i++)
        if (r->columns[i] == (int)column)
            return;
    if (r->whole)
        return;
    int *more = tw_realloc(r->columns, r->n_columns + 1, sizeof *more);
    r->failed = r->failed || !more;
    if (!more)
        return;
    r->columns = more;
    r->columns[r->n_columns++] = (int)column;
}

void tw_report_cell(tw_report *r, size_t index, size_t column, tw_str suggestion,
                    double confidence) {
    if (r->n == r->room) {
        size_t room = r->room ? r->room * 2 : 16;
        pending *more = tw_realloc(r->cells, room, sizeof *more);
        r->failed = r->failed || !more;
        if (!more)
            return;
        r->cells = more;
        r->room = room;
    }
    r->cells[r->n++] = (pending){(uint32_t)index, (uint32_t)column, suggestion, confidence};
    tw_report_column(r, column);
}

size_t tw_report_cells(const tw_report *r) {
    return r->n;
}

void tw_report_class(tw_report *r, enum tw_finding_class class) {
    r->finding.class = class;
}

void tw_report_confidence(tw_report *r, double confidence) {
    r->finding.confidence = confidence;
}

void tw_report_count(tw_report *r, int64_t count) {
    r->finding.count = count;
}

void tw_report_evidence(tw_report *r, const char *key, double value) {
    tw_doc_set(r->evidence, key, tw_doc_number(value));
}

void tw_report_message(tw_report *r, const char *fmt, ...) {
    tw_buf text;
    va_list args;
    tw_buf_init(&text, 1 << 16);
    va_start(args, fmt);
    tw_buf_vprintf(&text, fmt, args);
    va_end(args);
    free(r->message);
    r->message = tw_buf_take(&text);
    r->failed = r->failed || !r->message;
    tw_buf_fini(&text);
}

void tw_report_fix(tw_report *r, const char *method, tw_doc *args) {
    tw_doc_free(r->fix_args);
    r->finding.fix_method = method;
    r->fix_args = args;
}

/* One copy of a text in the list. */
static tw_str keep(tw_findings *list, tw_str text) {
    uint32_t number = tw_hashmap_find(list->texts, text);
    if (number != UINT32_MAX)
        return tw_hashmap_key(list->texts, number);
    tw_str copy = tw_arena_str(&list->arena, text);
    if (copy.p && tw_hashmap_intern(list->texts, copy, NULL) == UINT32_MAX)
        copy.p = NULL;
    return copy;
}

static int by_row(const void *a, const void *b) {
    const pending *x = a, *y = b;
    if (x->index != y->index)
        return x->index < y->index ? -1 : 1;
    return x->column < y->column ? -1 : x->column > y->column;
}

static bool keep_cells(tw_report *r, tw_findings *list, tw_finding *f) {
    tw_finding_cell *cells = tw_arena_alloc(&list->arena, r->n, sizeof *cells);
    double sum = 0;
    if (!cells)
        return false;
    if (r->n)
        qsort(r->cells, r->n, sizeof *r->cells, by_row);
    for (size_t i = 0; i < r->n; i++) {
        const pending *p = &r->cells[i];
        tw_str value = keep(list, tw_texts_at(r->look->texts, p->column, p->index));
        tw_str suggestion = p->suggestion.p ? keep(list, p->suggestion) : p->suggestion;
        if (!value.p || (p->suggestion.p && !suggestion.p))
            return false;
        cells[i] = (tw_finding_cell){tw_texts_row(r->look->texts, p->index), (int)p->column, value,
                                     suggestion, p->confidence};
        sum += p->confidence;
        if (f->class != TW_FINDING_UNUSUAL)
            tw_look_claim(r->look, p->index, p->column);
    }
    f->cells = cells;
    f->n_cells = r->n;
    if (f->confidence < 0)
        f->confidence = r->n ? tw_round_to(sum / (double)r->n, 3) : 1;
    if (f->count < 0)
        f->count = (int64_t)r->n;
    return true;
}

/* "kind:column:2": the second of this kind on this column. */
static const char *name_of(const tw_report *r, tw_findings *list) {
    const char *column = r->n_columns ? tw_look_name(r->look, (size_t)r->columns[0]) : "table";
    int number = 1;
    for (size_t i = 0; i < list->n; i++) {
        const tw_finding *f = &list->at[i];
        int there = f->n_columns ? f->columns[0] : -1, here = r->n_columns ? r->columns[0] : -1;
        number += strcmp(f->kind, r->self->kind) == 0 && there == here;
    }
    return tw_arena_printf(&list->arena, "%s:%s:%d", r->self->kind, column, number);
}

static bool keep_columns(const tw_report *r, tw_findings *list, tw_finding *f) {
    int *columns = tw_arena_alloc(&list->arena, r->n_columns, sizeof *columns);
    const char **names = tw_arena_alloc(&list->arena, r->n_columns, sizeof *names);
    bool good = columns && names;
    for (size_t i = 0; good && i < r->n_columns; i++) {
        columns[i] = r->columns[i];
        names[i] =
            tw_arena_str(&list->arena, tw_str_c(tw_look_name(r->look, (size_t)r->columns[i]))).p;
        good = names[i] != NULL;
    }
    f->columns = columns;
    f->column_names = names;
    f->n_columns = r->n_columns;
    return good;
}

static bool make_room(tw_findings *list) {
    if (list->n < list->room)
        return true;
    size_t room = list->room ? list->room * 2 : 32;
    tw_finding *more = tw_realloc(list->at, room, sizeof *more);
    list->at = more ? more : list->at;
    tw_doc **docs = tw_realloc(list->docs, 2 * room, sizeof(tw_doc *));
    list->docs = docs ? docs : list->docs;
    if (!more || !docs)
        return false;
    list->room = room;
    return true;
}

static bool hand_in(tw_report *r) {
    tw_findings *list = r->look->out;
    tw_finding f = r->finding;
    if (r->failed || !make_room(list) || !keep_cells(r, list, &f) || !keep_columns(r, list, &f))
        return false;
    f.id = name_of(r, list);
    f.message = tw_arena_str(&list->arena, tw_str_c(r->message)).p;
    if (!f.id || !f.message || tw_doc_failed(r->evidence) ||
        (r->fix_args && tw_doc_failed(r->fix_args)))
        return false;
    f.evidence = list->docs[2 * list->n] = r->evidence;
    f.fix_args = list->docs[2 * list->n + 1] = r->fix_args;
    r->evidence = r->fix_args = NULL;
    list->at[list->n++] = f;
    return true;
}

enum tw_rc tw_report_done(tw_report *r, tw_error *err) {
    if (!r)
        return tw_fail_memory(err);
    bool something = r->n > 0 || r->finding.count > 0;
    bool good = !something || hand_in(r);
    tw_report_drop(r);
    return good ? TW_OK : tw_fail_memory(err);
}

bool tw_look_claimed(const tw_look *look, size_t index, size_t column) {
    return tw_bit_get(look->out->claimed[column], index);
}

void tw_look_claim(const tw_look *look, size_t index, size_t column) {
    tw_bit_set(look->out->claimed[column], index);
}

bool tw_look_cleared(const tw_look *look, size_t index, size_t column) {
    return tw_bit_get(look->out->claimed[column] + look->out->words, index);
}

void tw_look_clear(const tw_look *look, size_t index, size_t column) {
    tw_bit_set(look->out->claimed[column] + look->out->words, index);
}

const char *tw_look_name(const tw_look *look, size_t column) {
    return tw_table_field(look->table, column)->name;
}

const char *tw_look_quote(const tw_look *look, tw_str text) {
    size_t n = text.n;
    if (n > QUOTED) {
        n = QUOTED;
        while (n > 0 && ((unsigned char)text.p[n] & 0xc0) == 0x80)
            n--;
    }
    const char *out = tw_arena_printf(look->scratch, "%.*s%s", (int)n, text.p ? text.p : "",
                                      n < text.n ? "…" : "");
    return out ? out : "";
}

const char *tw_look_format(const tw_look *look, const char *fmt, ...) {
    char text[256];
    va_list args;
    va_start(args, fmt);
    int n = vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    tw_str copy =
        tw_arena_str(look->scratch, (tw_str){text, TW_MIN((size_t)TW_MAX(n, 0), sizeof text - 1)});
    return copy.p ? copy.p : "";
}

tw_doc *tw_fix_cols(const tw_look *look, size_t column) {
    tw_doc *args = tw_doc_map(), *cols = tw_doc_list();
    tw_doc_add(cols, tw_doc_c(tw_look_name(look, column)));
    tw_doc_set(args, "cols", cols);
    return args;
}

/* The number `edit` knows a row by: that of its source row, from 1; of the n-th row made in a table
 * without a source. */
static int64_t edit_number(const tw_look *look, size_t index) {
    int64_t origin = tw_table_origin(look->table, tw_texts_row(look->texts, index));
    if (origin >= 0)
        return origin + 1;
    return tw_table_source(look->table) ? origin : -origin;
}

static void fix_by_edit(tw_report *r, const pending *p) {
    tw_doc *args = tw_doc_map();
    tw_doc_set(args, "row", tw_doc_int(edit_number(r->look, p->index)));
    tw_doc_set(args, "col", tw_doc_c(tw_look_name(r->look, p->column)));
    tw_doc_set(args, "was", tw_doc_text(tw_texts_at(r->look->texts, p->column, p->index)));
    tw_doc_set(args, "to", tw_doc_text(p->suggestion));
    tw_report_fix(r, "edit", args);
}

/* {was: to} of the report's cells in order of the levels; NULL when it would say too much. */
static tw_doc *map_of(const tw_report *r, size_t column) {
    const tw_texts_column *c = &r->look->texts->columns[column];
    uint32_t *seen = tw_calloc(c->levels, sizeof *seen); /* cells reported; */
    tw_str *to = tw_calloc(c->levels, sizeof *to);
    bool good = seen && to;
    for (size_t i = 0; good && i < r->n; i++) {
        uint32_t level = c->codes[r->cells[i].index];
        good = r->cells[i].column == column && r->cells[i].suggestion.p != NULL &&
               (!seen[level] || tw_str_eq(to[level], r->cells[i].suggestion));
        to[level] = r->cells[i].suggestion;
        seen[level]++;
    }
    tw_doc *map = good ? tw_doc_map() : NULL;
    for (uint32_t l = 0; map && l < c->levels; l++) {
        if (seen[l] && seen[l] != (uint32_t)c->counts[l])
            good = false;
        else if (seen[l])
            tw_doc_set_str(map, c->values[l], tw_doc_text(to[l]));
    }
    free(seen);
    free(to);
    if (good)
        return map;
    tw_doc_free(map);
    return NULL;
}

void tw_report_fix_by_map(tw_report *r, size_t column) {
    tw_doc *map = map_of(r, column);
    if (!map) {
        if (r->n == 1 && r->cells[0].suggestion.p)
            fix_by_edit(r, &r->cells[0]);
        return;
    }
    tw_doc *args = tw_fix_cols(r->look, column);
    tw_doc_set(args, "map", map);
    tw_report_fix(r, "map_values", args);
}
