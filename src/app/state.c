/* Versions of a dataset. Nothing here computes: states are built by commands, compared by the
 * session (a changed state is a node of the history) and put back by undo. */
#include "app/state.h"

/* --- verdicts --- */

tw_verdict *tw_verdict_new(tw_verdict *earlier, enum tw_verdict_kind kind, const char *key) {
    size_t n = strlen(key) + 1;
    tw_verdict *v = malloc(sizeof *v + n);
    if (!v)
        return NULL;
    v->refs = 1;
    v->earlier = tw_verdict_ref(earlier);
    v->kind = kind;
    memcpy(v->key, key, n);
    return v;
}

tw_verdict *tw_verdict_ref(tw_verdict *v) {
    if (v)
        atomic_fetch_add_explicit(&v->refs, 1, memory_order_relaxed);
    return v;
}

void tw_verdict_unref(tw_verdict *v) {
    while (v && atomic_fetch_sub_explicit(&v->refs, 1, memory_order_acq_rel) == 1) {
        tw_verdict *earlier = v->earlier;
        free(v);
        v = earlier;
    }
}

enum tw_verdict_kind tw_verdict_of(const tw_verdict *last, const char *key) {
    for (const tw_verdict *v = last; v; v = v->earlier)
        if (strcmp(v->key, key) == 0)
            return v->kind;
    return TW_OPEN;
}

/* --- versions --- */

tw_state *tw_state_ref(tw_state *s) {
    if (s)
        atomic_fetch_add_explicit(&s->refs, 1, memory_order_relaxed);
    return s;
}

void tw_state_unref(tw_state *s) {
    if (!s || atomic_fetch_sub_explicit(&s->refs, 1, memory_order_acq_rel) != 1)
        return;
    tw_table_unref(s->table);
    tw_view_state_unref(s->view);
    tw_made_unref(s->made);
    tw_verdict_unref(s->verdicts);
    free(s);
}

enum tw_rc tw_state_new(const tw_table *table, tw_made *made, tw_state **out, tw_error *err) {
    tw_state *s = tw_calloc(1, sizeof *s);
    tw_view_state *view = tw_view_state_new(tw_table_width(table));
    if (!s || !view) {
        free(s);
        tw_view_state_unref(view);
        return tw_fail_memory(err);
    }
    *s = (tw_state){
        .refs = 1, .table = tw_table_ref(table), .view = view, .made = tw_made_ref(made)};
    *out = s;
    return TW_OK;
}

tw_state *tw_state_copy(const tw_state *s) {
    tw_state *copy = tw_calloc(1, sizeof *copy);
    if (!copy)
        return NULL;
    *copy = (tw_state){.refs = 1,
                       .table = tw_table_ref(s->table),
                       .view = tw_view_state_ref(s->view),
                       .made = tw_made_ref(s->made),
                       .verdicts = tw_verdict_ref(s->verdicts),
                       .seed = s->seed,
                       .rows_version = s->rows_version};
    return copy;
}

void tw_state_set_table(tw_state *s, const tw_table *table) {
    tw_table_unref(s->table);
    s->table = table;
}

void tw_state_set_view(tw_state *s, tw_view_state *view) {
    tw_view_state_unref(s->view);
    s->view = view;
}

void tw_state_set_made(tw_state *s, tw_made *made) {
    tw_made_unref(s->made);
    s->made = made;
}

void tw_state_set_verdicts(tw_state *s, tw_verdict *verdicts) {
    tw_verdict_unref(s->verdicts);
    s->verdicts = verdicts;
}
