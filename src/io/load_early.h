/* Columns made while the file is read for the first time, by readings that were guessed from its
 * first rows.
 *
 * Who will need all columns saves the second pass in this way. A guess that turns out wrong costs
 * its column, which is then read as if there had been none; columns are the same as tw_csv_load
 * makes them, in the same chunks. One thread, rows in order. */
#ifndef TW_IO_LOAD_EARLY_H
#define TW_IO_LOAD_EARLY_H

#include "io/source_csv.h"

typedef struct tw_early tw_early;
/* Borrows s and its guess (one reading for each column) until it is freed; rows are counted in
 * `infer` as tw_infer_rows would. */
TW_NODISCARD enum tw_rc tw_early_new(const tw_source_csv *s, const tw_reading *guess,
                                     tw_infer *infer, tw_early **out, tw_error *err);
void tw_early_free(tw_early *early); /* NULL is legal */
/* The next rows; `early` is a tw_early, as tw_index_input.rows wants it. */
TW_NODISCARD enum tw_rc tw_early_rows(void *early, const tw_batch *batch, tw_error *err);
/* Behind the last row, before types are decided: all cells are counted by then. */
TW_NODISCARD enum tw_rc tw_early_close(tw_early *early, tw_error *err);
/* A new reference for each column whose reading is the one guessed, NULL for
 * the others. Nothing is handed out on failure. */
TW_NODISCARD enum tw_rc tw_early_end(tw_early *early, const tw_reading *readings,
                                     tw_column **columns, tw_error *err);

#endif
