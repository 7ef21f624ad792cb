/* Predictors as bytes: numbers in at most 254 quantile bins, categories by their most frequent levels; 0 = missing.
 *
 * A bin view is built once and shared by every tree grown on the table. tw_binner keeps the edges, so that new values fall
 * into the same bins. Owned by the caller; immutable once made. */
#ifndef TW_STAT_BINNING_H
#define TW_STAT_BINNING_H

#include "base/error.h"

enum { TW_BINS = 256, TW_BIN_MISSING = 0, TW_BIN_OTHER = 255 };

typedef struct tw_binner {
    bool nominal;
    uint16_t n_bins;  /* bins in use, missing included; at most TW_BINS */
    double *edges;    /* numbers: upper edges of bins 1 .. n_bins - 2, ascending; a value goes to the first bin whose
                         edge it does not exceed */
    size_t n_edges;
    uint8_t *of_code; /* categories: bin of each code */
    uint32_t n_codes;
} tw_binner;

/* From values (NaN = missing); at most `most` bins for values, most <= 254. */
TW_NODISCARD enum tw_rc tw_binner_numbers(const double *values, size_t n, size_t most, tw_binner *out, tw_error *err);
/* From codes below `levels` (UINT32_MAX = missing): the 254 most frequent keep a bin, the rest share TW_BIN_OTHER. */
TW_NODISCARD enum tw_rc tw_binner_codes(const uint32_t *codes, size_t n, uint32_t levels, tw_binner *out, tw_error *err);
void tw_binner_fini(tw_binner *b);

uint8_t tw_bin_number(const tw_binner *b, double value);
static inline uint8_t tw_bin_code(const tw_binner *b, uint32_t code) {
    return code < b->n_codes ? b->of_code[code] : code == UINT32_MAX ? TW_BIN_MISSING : TW_BIN_OTHER;
}

#endif
