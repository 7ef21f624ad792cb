/* Two tables side by side: column shapes, pair trends, worst first; utility where a target is named, privacy and
 * the ceiling where a hold-out is given.
 *
 * Formulas: doc/compare.md (KSComplement, TVComplement, CorrelationSimilarity, ContingencySimilarity with bin edges from
 * the real side, missing as a level of its own). Columns are matched by name. */
#ifndef TW_COMPARE_COMPARE_H
#define TW_COMPARE_COMPARE_H

#include "base/doc.h"
#include "base/task.h"
#include "data/table.h"

typedef struct tw_compare_options {
    const tw_table *holdout; /* NULL = none */
    tw_str target;           /* the column that utility is measured by; p NULL = none */
    uint64_t seed;           /* of the samples that privacy and the floor are computed on */
} tw_compare_options;

/* The document of `compare --json`. TW_EDATA when the tables share no column, TW_EUNKNOWN_COLUMN when the target is none
 * of the shared ones. */
TW_NODISCARD enum tw_rc tw_compare(const tw_table *real, const tw_table *other, const tw_compare_options *options,
                                   tw_task *task, tw_doc **out, tw_error *err);

#endif
