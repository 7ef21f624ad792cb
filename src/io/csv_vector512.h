/* The vector tokeniser with AVX-512: what io/csv_vector.h says, 64 bytes in one register. Internal
 * to csv_vector.c, which asks whether the machine has it. TW_NO_AVX512 leaves it out, for tests of
 * the other code. */
#ifndef TW_IO_CSV_VECTOR512_H
#define TW_IO_CSV_VECTOR512_H

#include "io/csv_scan.h"

bool tw_csv_vector512_usable(void);
TW_NODISCARD bool tw_csv_vector512_scan(const tw_csv_rules *rules, tw_str text, size_t at,
                                        size_t stop, size_t max_rows, tw_csv_cells *out,
                                        size_t *next, bool *certified);
size_t tw_csv_vector512_count(const tw_csv_rules *rules, tw_str text, size_t at, size_t stop,
                              size_t max_rows, size_t width, size_t *next);
TW_NODISCARD bool tw_csv_vector512_pick(const tw_csv_rules *rules, tw_str text, size_t at,
                                        size_t stop, size_t max_rows, const tw_csv_pick *pick,
                                        tw_csv_cells *out, size_t *next);

#endif
