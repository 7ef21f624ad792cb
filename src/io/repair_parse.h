/* Reading a damaged record as it must have been meant: the cheapest way to cut a text into a known
 * number of cells.
 *
 * What a reading costs: nothing for bare cells and well-formed quoted ones; a little for quotes in
 * odd places, for a cell that only begins with a quote, for a line end inside a bare cell.
 * Delimiters may be swallowed by quoted cells only. The cheapest cut is found by dynamic
 * programming over (delimiter, delimiters swallowed so far). Pure. */
#ifndef TW_IO_REPAIR_PARSE_H
#define TW_IO_REPAIR_PARSE_H

#include "io/csv_scan.h"

typedef struct tw_parse_cost {
    double total;
    uint32_t strays;    /* quotes in odd places */
    uint32_t literal;   /* cells that begin with a quote and are bare */
    uint32_t bare_ends; /* line ends inside bare cells */
} tw_parse_cost;

/* Cut text (no line end behind it) into exactly `width` cells: appended to out as one record, spans
 * from text.p, REPAIRED. *found tells whether there is a way within bounds; *cost what it costs.
 * Only TW_ENOMEM fails. */
TW_NODISCARD enum tw_rc tw_repair_parse(tw_str text, const tw_csv_rules *rules, size_t width,
                                        tw_csv_cells *out, bool *found, tw_parse_cost *cost,
                                        tw_error *err);

/* Read text (one line) with another delimiter than the rules' that gives exactly `width` cells
 * without a stray quote: ',',
 * ';', tab, '|', blank in this order, from the *next-th on; *next moves behind the one that fits.
 * Appended to out as one record, REPAIRED. */
TW_NODISCARD enum tw_rc tw_repair_other_delimiter(tw_str text, const tw_csv_rules *rules,
                                                  size_t width, tw_csv_cells *out, size_t *next,
                                                  bool *found, tw_error *err);

#endif
