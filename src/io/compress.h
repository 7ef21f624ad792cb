/* Compressed files: gzip always, zstd, xz and bzip2 where their library was there at build time.
 *
 * Reading inflates in memory with a limit; writing is a filter that appends to a buffer. Damaged or
 * cut input is TW_EDAMAGED, a library that is not built in TW_EUNSUPPORTED with the name of its
 * package. A compressor belongs to one thread. */
#ifndef TW_IO_COMPRESS_H
#define TW_IO_COMPRESS_H

#include "base/buf.h"
#include "base/task.h"

enum tw_compression { TW_PLAIN, TW_GZIP, TW_ZSTD, TW_XZ, TW_BZIP2, TW_COMPRESSIONS };

/* By the first bytes of a file. */
enum tw_compression tw_compression_of(tw_str head);
/* By the end of a path: ".gz", ".zst", ".xz", ".bz2"; *stem (may be NULL) = the path without it. */
enum tw_compression tw_compression_of_path(tw_str path, tw_str *stem);
const char *tw_compression_name(enum tw_compression kind); /* "", "gzip", "zstd", "xz", "bzip2" */
enum tw_compression tw_compression_named(const char *name); /* TW_PLAIN for any other */

/* How the packed bytes ended. */
typedef struct tw_packed_end {
    bool whole;      /* where a member ends */
    size_t trailing; /* bytes behind it that are no further member and no padding: left out */
} tw_packed_end;
/* All of bytes inflated behind what is in out, several members one after the other, zeros between
 * them. `enough` > 0: stop without an error once so many bytes are there (a head to sniff; input may
 * be cut: end->whole tells). More than out->max is TW_ELIMIT. `end` may be NULL. */
TW_NODISCARD enum tw_rc tw_decompress(enum tw_compression kind, tw_str bytes, size_t enough,
                                      tw_buf *out, tw_packed_end *end, tw_task *task,
                                      tw_error *err);

/* TW_EDAMAGED: "cut short", "damaged". */
enum tw_rc tw_packed_fail(enum tw_compression kind, const char *how, tw_error *err) TW_COLD;

typedef struct tw_compressor tw_compressor;
/* TW_PLAIN passes bytes through. */
TW_NODISCARD enum tw_rc tw_compressor_new(enum tw_compression kind, tw_compressor **out,
                                          tw_error *err);
void tw_compressor_free(tw_compressor *c); /* NULL is legal */
/* Append what can be written already to out; `last` ends the stream. */
TW_NODISCARD enum tw_rc tw_compressor_add(tw_compressor *c, tw_str bytes, bool last, tw_buf *out,
                                          tw_error *err);

#endif
