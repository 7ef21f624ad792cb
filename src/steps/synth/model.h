/* What sequential trees have learnt, apart from the table they learnt it from: enough to draw rows,
 * to be kept in a file and to be drawn from again.
 *
 * Leaves hold numbers of values and levels instead of rows. A model holds values of the data and
 * fingerprints of its rows, so it is as confidential as the data; texts of fewer rows than `rare`
 * and unique texts are not in it, of the latter only their forms ("Aaaaa-000"). Owns its arrays;
 * cells and names borrow from the table or the document it was made from. Immutable once made. */
#ifndef TW_STEPS_SYNTH_MODEL_H
#define TW_STEPS_SYNTH_MODEL_H

#include "stat/tree.h"
#include "steps/step.h"
#include "steps/synth/columns.h"

typedef struct tw_synth_part { /* a column; numbers of leaves are called ids */
    size_t column;             /* its place in the table */
    tw_field field;            /* its name is borrowed */
    enum tw_synth_kind kind;
    /* levels: ids 0 .. n_levels - 1, n_levels = a level too rare to be handed out, n_levels + 1 =
     * missing. Text: forms, drawn by their counts. */
    tw_cell *levels;
    uint32_t *ends; /* rows of the levels or forms up to and with each */
    uint8_t *bins;  /* levels: as a predictor */
    size_t n_levels;
    uint32_t missing; /* text: rows without one */
    /* numbers: ids of the value trees are places in values, those of the stage trees stages */
    double *values, *atoms, *stage_values; /* ascending and different; ascending; by stage - 1 */
    size_t n_values, n_atoms;
    uint32_t n_stages; /* 0 = one */
    double unit;
    tw_binner binner;
    /* one tree for each member of the bag; NULL = none is needed */
    tw_tree *stage, *value; /* levels: stage */
} tw_synth_part;

typedef struct tw_synth_model {
    tw_synth_part *at; /* in visiting order */
    size_t n, rows, bag;
    uint64_t *known; /* ascending fingerprints of the training rows */
    size_t n_known;
} tw_synth_model;

/* What is drawn of a column for one row. */
typedef union tw_synth_drawn {
    double number; /* numbers; NaN = missing */
    uint32_t id;   /* levels as above; text: number of a form, n_levels = missing */
} tw_synth_drawn;

typedef struct tw_synth_fit {
    size_t leaf, bag;
    int64_t rare;
} tw_synth_fit;

/* Learn from a table that was needed whole. TW_EDATA for one without rows. */
TW_NODISCARD enum tw_rc tw_synth_learn(const tw_table *in, const tw_synth_fit *how,
                                       const tw_step_env *env, tw_synth_model *out, tw_error *err);
void tw_synth_model_fini(tw_synth_model *model);

/* As a document, and back: TW_EDAMAGED for what is none, TW_EVERSION for another version's. */
tw_doc *tw_synth_model_doc(const tw_synth_model *model);
TW_NODISCARD enum tw_rc tw_synth_model_read(const tw_doc *doc, tw_synth_model *out, tw_error *err);

/* The fingerprint of a row. */
uint64_t tw_synth_row_hash(const tw_synth_model *model, const tw_synth_drawn *row);

#endif
