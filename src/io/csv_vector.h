/* The vector tokeniser: 64 bytes at a time for the plain dialect, with a certificate.
 *
 * Quotes, delimiters and line ends become bit masks; the prefix sum of the quote mask (one
 * carry-less multiply) tells what lies in quotes, and on the same masks every quote is checked to
 * stand where RFC 4180 puts it. While that holds, parity and the scalar tokeniser mean the same
 * (prefix xor after Langdale and Lemire, "Parsing gigabytes of JSON per second", VLDB Journal
 * 2019); where it does not, the record goes to the scalar tokeniser. AVX2 and PCLMULQDQ, chosen at
 * run time. */
#ifndef TW_IO_CSV_VECTOR_H
#define TW_IO_CSV_VECTOR_H

#include "io/csv_scan.h"

/* This machine has the instructions. */
bool tw_csv_vector_usable(void);
/* As tw_csv_scan for plain rules, up to the first record without a certificate: *next is that
 * record's start then, and *certified false. Only where tw_csv_vector_usable. False when memory is
 * out. */
TW_NODISCARD bool tw_csv_vector_scan(const tw_csv_rules *rules, tw_str text, size_t at, size_t stop,
                                     size_t max_rows, tw_csv_cells *out, size_t *next,
                                     bool *certified);
/* Count the records that begin in [at, stop) as far as they have a certificate, a line end and
 * `width` cells (0 = any), at most max_rows; *next = start of the record behind the last one counted
 * (blank lines before it may be skipped). It may give up early, near the end of the text always:
 * what follows is tw_csv_scan's. */
size_t tw_csv_vector_count(const tw_csv_rules *rules, tw_str text, size_t at, size_t stop,
                           size_t max_rows, size_t width, size_t *next);

/* Cells of a few columns only: n for each record, in the order of `pick`. Records as
 * tw_csv_vector_count takes them, with pick->width cells; it may give up early as that does, and
 * what follows is tw_csv_scan_pick's. Only where tw_csv_vector_usable. False when memory is out. */
TW_NODISCARD bool tw_csv_vector_pick(const tw_csv_rules *rules, tw_str text, size_t at, size_t stop,
                                     size_t max_rows, const tw_csv_pick *pick, tw_csv_cells *out,
                                     size_t *next);

#endif
