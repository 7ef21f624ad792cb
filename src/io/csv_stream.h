/* Forward reading of streams through libcsv: bytes are pulled, parsed and handed out as batches,
 * nothing is kept.
 *
 * libcsv reports cells, not places: the batch holds copies of the cells' texts, unquoted and
 * unescaped already, so flags are 0 and records span their cells' texts. It knows the plain dialect
 * only (tw_csv_rules_are_plain); its reading is what io/csv_scan.h is compared with. One thread. */
#ifndef TW_IO_CSV_STREAM_H
#define TW_IO_CSV_STREAM_H

#include "io/csv_scan.h"

/* The next bytes, valid until the next call; none at the end. */
typedef enum tw_rc (*tw_pull_fn)(void *ctx, tw_str *bytes, tw_error *err);

/* TW_EUNSUPPORTED when libcsv does not know the dialect. ctx must outlive the reader. */
TW_NODISCARD enum tw_rc tw_csv_stream_new(const tw_csv_rules *rules, tw_pull_fn pull, void *ctx,
                                          tw_reader **out, tw_error *err);

#endif
