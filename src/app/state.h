/* A version of a dataset as the history keeps it: table, steps that led to it, view state, verdicts
 * on findings.
 *
 * Immutable once published and shared by reference counts, so a node of the history costs what
 * changed. `new` and `copy` give one reference; NULL is legal for ref and unref. Any thread may
 * hold references; the set functions work on a fresh copy that only its maker sees. */
#ifndef TW_APP_STATE_H
#define TW_APP_STATE_H

#include "app/made.h"
#include "app/view_state.h"

/* --- verdicts on findings --- */
enum tw_verdict_kind { TW_OPEN, TW_ACCEPTED, TW_SILENCED };
typedef struct tw_verdict {
    _Atomic int refs;
    struct tw_verdict *earlier;
    enum tw_verdict_kind kind;
    char key[]; /* what it is about: app/finding_list.h */
} tw_verdict;
tw_verdict *tw_verdict_new(tw_verdict *earlier, enum tw_verdict_kind kind,
                           const char *key); /* NULL when memory is out */
tw_verdict *tw_verdict_ref(tw_verdict *v);
void tw_verdict_unref(tw_verdict *v);
enum tw_verdict_kind tw_verdict_of(const tw_verdict *last, const char *key);

/* --- the version --- */
typedef struct tw_state {
    _Atomic int refs;
    const tw_table *table;
    tw_view_state *view;
    tw_made *made; /* NULL = as it was read */
    tw_verdict *verdicts;
    uint64_t seed;         /* of the recipe its steps came from; 0 = the session's */
    uint64_t rows_version; /* changes when rows are added, dropped or moved */
} tw_state;
/* The first version of a table; takes a reference of it. */
TW_NODISCARD enum tw_rc tw_state_new(const tw_table *table, tw_made *made, tw_state **out,
                                     tw_error *err);
tw_state *tw_state_ref(tw_state *s);
void tw_state_unref(tw_state *s);
/* A copy to be changed; it holds its own references. */
tw_state *tw_state_copy(const tw_state *s);
void tw_state_set_table(tw_state *s, const tw_table *table);   /* takes the reference */
void tw_state_set_view(tw_state *s, tw_view_state *view);      /* takes the reference */
void tw_state_set_made(tw_state *s, tw_made *made);            /* takes the reference */
void tw_state_set_verdicts(tw_state *s, tw_verdict *verdicts); /* takes the reference */

#endif
