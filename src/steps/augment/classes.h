/* Classes of a target column, the rows that may be drawn from, and which rows give a new row.
 *
 * Rows whose target has no value, or which a column with the role split calls test, validation or holdout, are never drawn
 * from and do not count. All memory lies in the step's arena. */
#ifndef TW_STEPS_AUGMENT_CLASSES_H
#define TW_STEPS_AUGMENT_CLASSES_H

#include "steps/step.h"

typedef struct tw_classes {
    int target;
    const tw_factor *factor; /* level l of the target is class l */
    size_t n;
    int64_t *rows, *start;   /* rows of class c, ascending: rows[start[c]] .. rows[start[c + 1] - 1] */
    int64_t largest;         /* rows of the largest class */
    tw_stream stream;
} tw_classes;

typedef struct tw_donor {
    int64_t row;
    uint64_t copy; /* from 0: the how-manieth new row of this donor */
    size_t at;     /* class */
} tw_donor;

/* target.p NULL: the column with the role target. Materialises all columns. TW_EDATA: fewer than two classes, or so many
 * that the column is no class. */
TW_NODISCARD enum tw_rc tw_classes_make(const tw_step_env *env, const tw_table *in, tw_str target, tw_classes *out, tw_error *err);
static inline int64_t tw_class_size(const tw_classes *c, size_t at) {
    return c->start[at + 1] - c->start[at];
}
/* `n` of the rows of a class, chosen by a draw keyed by (row, round): the same whatever the order of rows. Ascending. */
TW_NODISCARD enum tw_rc tw_classes_choose(const tw_classes *c, const tw_step_env *env, const tw_table *in, size_t at,
                                          uint64_t round, int64_t n, int64_t *chosen, tw_error *err);
/* New rows that raise every class to `ratio` times the largest (to the nearest whole row): each row of a class as often as
 * every other, or once more. */
TW_NODISCARD enum tw_rc tw_classes_donors(const tw_classes *c, const tw_step_env *env, const tw_table *in, double ratio,
                                          tw_donor **donors, int64_t *n, tw_error *err);
/* {class: {"before", "after"}} */
tw_doc *tw_classes_doc(const tw_classes *c, const tw_table *in, const int64_t *after);

/* Append new rows: cells[i] holds the n new cells of column i (taken over). marks: columns `__synthetic` and `__donor` (the
 * donor's row number in the result, from 1) are added, or continued where they are there already. */
TW_NODISCARD enum tw_rc tw_augment_append(const tw_step_env *env, const tw_table *in, tw_column **cells,
                                          const tw_donor *donors, int64_t n, bool marks, tw_step_result *out, tw_error *err);

#endif
