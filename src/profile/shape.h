/* The shape of a text: character classes with runs collapsed, "Müller-12" -> "Aa-9".
 *
 * A = upper case, a = any other letter, 9 = digit, blank = white space; other characters stand for
 * themselves, those outside ASCII as '?'. A shape is cut after TW_SHAPE_MAX - 1 symbols and then
 * ends in '+'. Counting owns its shapes. */
#ifndef TW_PROFILE_SHAPE_H
#define TW_PROFILE_SHAPE_H

#include "base/arena.h"
#include "base/buf.h"

enum { TW_SHAPE_MAX = 24 };

/* Writes at most TW_SHAPE_MAX bytes, not terminated; returns how many. */
size_t tw_shape_of(tw_str text, char out[TW_SHAPE_MAX]);
/* The shape without collapsing: "Aaaaaa-99"; cut after TW_SHAPE_MAX - 1 symbols too. */
size_t tw_shape_full(tw_str text, char out[TW_SHAPE_MAX]);

/* How often each shape occurs, at most 4096 different ones; what comes later is counted as one
 * "other" (not listed). */
typedef struct tw_shape_counts tw_shape_counts;
TW_NODISCARD tw_shape_counts *tw_shape_counts_new(void); /* NULL: memory is out */
void tw_shape_counts_free(tw_shape_counts *c);
void tw_shape_counts_add(tw_shape_counts *c, tw_str text, int64_t times);
size_t tw_shape_counts_n(const tw_shape_counts *c);
/* The k most frequent (ties by first appearance) into texts (borrowed from c) and counts; returns
 * how many. */
size_t tw_shape_counts_top(const tw_shape_counts *c, size_t k, tw_str *texts, int64_t *counts);

#endif
