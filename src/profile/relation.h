/* Relations between columns of numbers and dates: equal, shifted, scaled, ordered, sums and
 * products.
 *
 * Each is looked for on a few hundred rows first and then counted on all rows looked at; what holds
 * for at least 98 % of the rows in which all columns have a value is reported with its share
 * ("holds") and those rows ("n"). Order is reported only for columns of one type whose ranges
 * overlap. */
#ifndef TW_PROFILE_RELATION_H
#define TW_PROFILE_RELATION_H

#include "profile/texts.h"

enum { TW_RELATIONS_MOST = 200 }; /* the list ends there */

/* List of {"kind", "columns", "holds", "n"}; kinds: equal, one-to-one, order, difference, ratio,
 * sum, product, row-number. *taken of the *columns of numbers and dates took part. */
TW_NODISCARD enum tw_rc tw_relations(const tw_table *table, const tw_texts *texts, tw_task *task,
                                     tw_doc **out, size_t *taken, size_t *columns, tw_error *err);

#endif
