/* Header or data: how many leading records of a table name its columns, and whether a row of units
 * follows.
 *
 * Columns are typed from the records further down; a leading record that breaks the types of its
 * columns is a header. Where all columns are text, uniqueness, repetition below, lengths and the
 * shape of names decide. */
#ifndef TW_IO_SNIFF_HEADER_H
#define TW_IO_SNIFF_HEADER_H

#include "io/sniff_rows.h"

typedef struct tw_header_guess {
    size_t first; /* row at which header or data begins: what is before is preamble */
    size_t rows;  /* header rows, 0 = none */
    bool units;   /* the row behind them holds units */
    double score; /* above 0: there is a header */
    char why[120];
} tw_header_guess;

/* Rows [from, to) are one table with `width` cells a record. */
void tw_sniff_header(const tw_rows *rows, size_t from, size_t to, size_t width,
                     tw_header_guess *out);
/* The record holds names: most cells filled, none typed. */
bool tw_rows_is_naming(const tw_rows *rows, size_t row);

#endif
