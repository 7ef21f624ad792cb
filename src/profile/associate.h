/* Associations between all pairs of columns: correlations, association of categories, one
 * explaining the other.
 *
 * Numbers, dates and times are numbers; text and booleans with 2 to 200 levels are categories;
 * other columns take no part, nor do those behind the first 80 that would. Two numbers: pearson,
 * spearman, kendall (up to 5000 rows), mutual information over ten equal-frequency bins. Two
 * categories: cramers_v, theils_u both ways, mutual_information. A category and a number:
 * correlation_ratio. Definitions: stat/association.h.
 */
#ifndef TW_PROFILE_ASSOCIATE_H
#define TW_PROFILE_ASSOCIATE_H

#include "profile/texts.h"

/* List of {"a", "b", "measure", "value", "n"} in the order of the columns. *taken of *columns that
 * could take part did. */
TW_NODISCARD enum tw_rc tw_associations(const tw_table *table, const tw_texts *texts, tw_task *task,
                                        tw_doc **out, size_t *taken, size_t *columns,
                                        tw_error *err);

#endif
