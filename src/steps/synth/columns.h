/* Columns as generators see them: levels or numbers with atoms, missing cells as a stage of their own, format memory.
 *
 * Built once from a training table; owns its arrays, borrows the table's columns and factors. Immutable once made. */
#ifndef TW_STEPS_SYNTH_COLUMNS_H
#define TW_STEPS_SYNTH_COLUMNS_H

#include "data/table.h"
#include "stat/binning.h"

enum tw_synth_kind {
    TW_SYNTH_LEVELS, /* few distinct values: a level is drawn */
    TW_SYNTH_NUMBER, /* a number: donors, with jitter between neighbours unless the value is an atom */
    TW_SYNTH_TEXT    /* nearly unique text: characters are drawn by class, nothing is learnt */
};

typedef struct tw_synth_column {
    size_t column;            /* in the table */
    const tw_field *field;
    const tw_column *cells;
    enum tw_synth_kind kind;
    bool is_target;
    const tw_factor *factor;
    /* levels: class of each row for the tree (0 = missing; rare levels share the last one) */
    uint32_t *classes;
    uint32_t n_classes;
    /* numbers */
    double *values;           /* NaN = missing */
    double *score;            /* normal score of the value among all values: what trees split on */
    double *atoms;            /* ascending values that many rows share: drawn exactly, never jittered */
    size_t n_atoms;
    uint32_t *stages;         /* by row: 0 missing, 1 .. dominating atoms, n_stages - 1 the rest; NULL = one stage */
    double *stage_values;     /* value of stages 1 .. n_stages - 2 */
    uint32_t n_stages;
    double unit;              /* values are multiples of it; 0 = continuous */
    /* as predictor */
    tw_binner binner;
    uint8_t *bins;
} tw_synth_column;

typedef struct tw_synth_columns {
    tw_synth_column *at;      /* in visiting order */
    size_t n;
    size_t rows;
} tw_synth_columns;

/* All columns of a table that was needed whole. rare: levels with fewer rows are personal and are not learnt when they
 * make up most of a column; numbers with fewer are no atoms. TW_EDATA for a table without rows or columns. */
TW_NODISCARD enum tw_rc tw_synth_columns_make(const tw_table *table, int64_t rare, tw_synth_columns *out, tw_error *err);
void tw_synth_columns_fini(tw_synth_columns *columns);
bool tw_synth_is_atom(const tw_synth_column *c, double value);

#endif
