/* Arrays of numbers inside documents: a text of their little-endian bytes in base64 (RFC 4648), the
 * width of a number in front ("2:AQACAA=="). A million small counts are one node and not a million.
 *
 * Reading checks everything: what comes from a file may be damaged or made up. */
#ifndef TW_BASE_PACKED_H
#define TW_BASE_PACKED_H

#include "base/doc.h"
#include "base/error.h"

/* The narrowest width that holds all values. NULL when memory is out. */
tw_doc *tw_packed_u32(const uint32_t *values, size_t n);
tw_doc *tw_packed_u64(const uint64_t *values, size_t n);
tw_doc *tw_packed_f64(const double *values, size_t n); /* bit for bit, NaN too */

/* Into a new array, free() it. TW_EDAMAGED when the document is no such text; TW_ENOMEM. */
TW_NODISCARD enum tw_rc tw_packed_read_u32(const tw_doc *doc, uint32_t **out, size_t *n,
                                           tw_error *err);
TW_NODISCARD enum tw_rc tw_packed_read_u64(const tw_doc *doc, uint64_t **out, size_t *n,
                                           tw_error *err);
TW_NODISCARD enum tw_rc tw_packed_read_f64(const tw_doc *doc, double **out, size_t *n,
                                           tw_error *err);

#endif
