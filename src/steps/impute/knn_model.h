/* The reference rows of impute_knn at work: columns of a fitted state beside the same columns of a table.
 *
 * tw_knn_load reads both; the model borrows from state, table and the step's arena and owns its arrays until tw_knn_fini.
 * Read by many threads at once. */
#ifndef TW_STEPS_IMPUTE_KNN_MODEL_H
#define TW_STEPS_IMPUTE_KNN_MODEL_H

#include "base/hash.h"
#include "steps/step.h"

/* A column of the model: target, predictor or both. */
typedef struct tw_knn_column {
    const tw_field *field;
    const tw_column *cells; /* of the table at hand */
    int column;
    bool is_target, is_with, is_scale;
    int decimals;
    double low, range;      /* scale: (value - low) / range; a range of 0 makes every value 0 */
    tw_hashmap *numbers;    /* levels: text to number */
    double *known;          /* references: 1 where there is a cell, else 0 */
    double *value, *place;  /* references, scale: the number, and scaled to its range */
    int32_t *level;         /* references, levels: their numbers */
    double *query;          /* rows of the table at hand: scaled numbers or level numbers; NaN = none */
    tw_cell usual;          /* when no reference is near enough */
} tw_knn_column;

typedef struct tw_knn_model {
    tw_knn_column *at;
    size_t n, references, k;
    uint64_t bootstrap;     /* number of an imputation: its own bootstrap of the references; 0 = the references themselves */
    const uint32_t *from;   /* which reference of the state stands at i; NULL = the i-th */
    const uint32_t *reference_group, *query_group; /* NULL = one group */
    int64_t rows;
} tw_knn_model;

/* m is empty but for k and bootstrap. The columns are materialised. */
TW_NODISCARD enum tw_rc tw_knn_load(const tw_doc *state, const tw_step_env *env, const tw_table *in, tw_knn_model *m,
                                    tw_error *err);
void tw_knn_fini(tw_knn_model *m);

#endif
