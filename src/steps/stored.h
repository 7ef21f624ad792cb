/* Values between cells, numbers and states: how a fitted value is kept as a document and written into a column again.
 *
 * Pure functions. A text cell made from a document borrows from it. */
#ifndef TW_STEPS_STORED_H
#define TW_STEPS_STORED_H

#include "data/table.h"

/* The value itself: whole numbers for every type with such storage (days, microseconds), doubles, text; null = none. */
tw_doc *tw_stored_doc(const tw_cell *cell);
tw_cell tw_stored_cell(enum tw_type type, const tw_doc *doc);
/* Decimals that the values of a float column have: as its format says, else the most that any value needs, -1 when one
 * needs more than six. 0 for every other type. */
int tw_stored_decimals(const tw_field *field, const tw_column *column);
/* A number as a cell of the column: whole for whole types (half to even), rounded to `decimals` for floats. */
tw_cell tw_stored_number(enum tw_type type, int decimals, double value);
/* The end of a fit: rc, or TW_ENOMEM where the state could not be built. *state is NULL unless all is well. */
TW_NODISCARD enum tw_rc tw_stored_end(tw_doc **state, enum tw_rc rc, tw_error *err);

#endif
