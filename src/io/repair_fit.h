/* How well a record's cells fit the table's columns, learned from the head of the file.
 *
 * A column's profile is how often each kind of thing stands in it; a record's fit is the mean
 * log-probability of its cells. Aligning puts a record with too many or too few cells under the
 * columns it fits best. Immutable once learned. */
#ifndef TW_IO_REPAIR_FIT_H
#define TW_IO_REPAIR_FIT_H

#include "io/csv_scan.h"

typedef struct tw_record_fit tw_record_fit;

/* Learn from records of `width` cells in the batch. NULL when memory is out. */
TW_NODISCARD tw_record_fit *tw_record_fit_learn(const tw_csv_cells *cells, const char *base,
                                                size_t width);
void tw_record_fit_free(tw_record_fit *p);
/* Records it learned from. */
size_t tw_record_fit_rows(const tw_record_fit *p);
/* Columns that hold one kind other than text. */
size_t tw_record_fit_typed(const tw_record_fit *p);

/* Mean log-probability of record `row`, cell i under column i; missing cells count as empty,
 * surplus ones as wrong. */
double tw_record_fit_score(const tw_record_fit *p, const tw_csv_cells *cells, size_t row,
                           const char *base);

/* Surplus cells: which empty ones to leave out and which neighbours to join, so that the rest fits.
 * keep[i] for each cell of the record: 1 = its own cell, 0 = leave out (empty), 2 = joined to the
 * cell before it. The result has width cells. False when nothing beats cutting at the end by a
 * clear margin. */
TW_NODISCARD bool tw_record_fit_align(const tw_record_fit *p, const tw_csv_cells *cells, size_t row,
                                      const char *base, uint8_t *keep);

#endif
