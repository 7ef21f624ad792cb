/* Columns that stand at the same characters of every line: reports, `ps`, what databases print.
 *
 * The rules hold where columns begin (tw_csv_rules.cuts, in characters). A value that has grown over
 * such a place moves the border to the nearest blank of its line, unless the rules are strict. Every line gives all columns;
 * cells go without the blanks around them. Pure. */
#ifndef TW_IO_FIXED_H
#define TW_IO_FIXED_H

#include "base/buf.h"
#include "io/csv_scan.h"

/* As tw_csv_scan, for rules with cuts. */
TW_NODISCARD enum tw_rc tw_fixed_scan(const tw_csv_rules *rules, tw_str text, size_t at,
                                      size_t stop, size_t max_rows, tw_csv_cells *out, size_t *next,
                                      tw_error *err);
/* One field of a line to be written. */
typedef struct tw_fixed_field {
    tw_str text;
    bool kept;  /* as it stands in the old line, with its blanks */
    bool right; /* aligned to the right where the old field does not tell */
} tw_fixed_field;
/* The line with some of its n_cuts + 1 fields replaced; old empty: a new line. TW_EOUTPUT where a
 * text does not fit into its column or would not be read back as it is. */
TW_NODISCARD enum tw_rc tw_fixed_line(const tw_csv_rules *rules, tw_str old,
                                      const tw_fixed_field *fields, tw_buf *out, tw_error *err);

#endif
