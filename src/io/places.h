/* Where every record of a file begins: for rows in an order that is not the file's.
 *
 * One pass over the text makes it, 4 bytes a row. Immutable once made: any thread. */
#ifndef TW_IO_PLACES_H
#define TW_IO_PLACES_H

#include "io/source_csv.h"

typedef struct tw_places tw_places;

/* *out stays NULL where records are so long (4 GB in 256 rows) that the index alone leads to each.
 */
TW_NODISCARD enum tw_rc tw_places_new(const tw_source_csv *source, tw_task *task, tw_places **out,
                                      tw_error *err);
void tw_places_free(tw_places *places); /* NULL is legal */
/* Of a row's record in the text; of the number of rows: the end of the data. */
uint64_t tw_places_at(const tw_places *places, int64_t row);
/* It will be asked for soon. */
void tw_places_soon(const tw_places *places, int64_t row);

#endif
