/* Rows drawn from a model, and tables made of them.
 *
 * A row is a function of (seed, step, its number), whatever the threads. Read by many threads at
 * once. */
#ifndef TW_STEPS_SYNTH_DRAW_H
#define TW_STEPS_SYNTH_DRAW_H

#include "steps/synth/model.h"

typedef struct tw_synth_drawer {
    const tw_synth_model *model;
    tw_stream *streams; /* by visiting order */
    bool jitter;
    tw_task *task;
} tw_synth_drawer;

/* Rows number first .. first + n - 1 into out[i * model->n + visit]. */
TW_NODISCARD enum tw_rc tw_synth_draw(const tw_synth_drawer *d, uint64_t first, size_t n,
                                      tw_synth_drawn *out, tw_error *err);
/* Columns `columns` (NULL: all, in the table's order) of drawn rows; numbers[i] = number of row i,
 * NULL = first + i. */
TW_NODISCARD enum tw_rc tw_synth_table(const tw_synth_drawer *d, const int *columns,
                                       size_t n_columns, const tw_synth_drawn *rows,
                                       const uint64_t *numbers, uint64_t first, size_t n,
                                       tw_table **out, tw_error *err);

#endif
