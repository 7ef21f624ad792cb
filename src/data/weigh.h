/* What versions of tables take in memory, with what they share counted once.
 *
 * Pieces are told by their addresses, so a weight is good as long as nothing weighed is freed. One
 * thread; columns that others make meanwhile count or not. */
#ifndef TW_DATA_WEIGH_H
#define TW_DATA_WEIGH_H

#include "data/table.h"

typedef struct tw_weight tw_weight;
tw_weight *tw_weight_new(void); /* NULL when memory is out */
void tw_weight_free(tw_weight *weight);
/* Bytes of a piece that was not met before, else 0; also when memory is out. */
uint64_t tw_weight_piece(tw_weight *weight, const void *piece, uint64_t bytes);
/* Bytes of the table's pieces that were not met before: made columns, chunk by chunk, their texts,
 * the numbers of its rows. `like` (may be NULL) has been weighed: columns it shares are passed over. */
uint64_t tw_weight_table(tw_weight *weight, const tw_table *table, const tw_table *like);

#endif
