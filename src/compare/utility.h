/* Utility: what a model learns from the other table, compared with what it learns from the real one
 * (train on synthetic, test on real). Definitions: doc/compare.md.
 *
 * Boosted trees (stat/boost) are trained on equally many rows of each table, and on both together,
 * and all are tested on the same real rows: the hold-out, else a seeded share of the real table
 * that no model is trained on. Bins of predictors are made from the training rows alone. */
#ifndef TW_COMPARE_UTILITY_H
#define TW_COMPARE_UTILITY_H

#include "base/doc.h"
#include "compare/matched.h"

/* The map "utility" of a comparison; null with a why inside where nothing can be learnt. `target`
 * names a column: TW_EUNKNOWN_COLUMN when it is not one of the shared ones. */
TW_NODISCARD enum tw_rc tw_utility(const tw_matched *m, tw_str target, uint64_t seed, tw_task *task,
                                   tw_doc **out, tw_error *err);

#endif
