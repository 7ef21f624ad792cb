/* Records of a file as bytes, in any order of rows, their cells not looked at: for writers that
 * copy what has not changed.
 *
 * Rows in ascending order cost one walk, which leaves out what no row is wanted of; when the order
 * jumps back, the places of all records are found first. One thread. */
#ifndef TW_IO_RECORD_BYTES_H
#define TW_IO_RECORD_BYTES_H

#include "io/source_csv.h"

typedef struct tw_record_bytes tw_record_bytes;

TW_NODISCARD enum tw_rc tw_record_bytes_new(const tw_source_csv *source, tw_task *task,
                                            tw_record_bytes **out, tw_error *err);
void tw_record_bytes_free(tw_record_bytes *records); /* NULL is legal */

typedef struct tw_record_copy {
    tw_str content; /* without the line end; p NULL: the record must be read cell by cell (one that
                       was put together anew, or ends with the text) */
    size_t end;     /* bytes of the line end */
    size_t blank;   /* of the blank lines behind it */
} tw_record_copy;
/* Borrowed from the file's text. */
TW_NODISCARD enum tw_rc tw_record_bytes_get(tw_record_bytes *records, int64_t row,
                                            tw_record_copy *out, tw_error *err);
/* These rows will be asked for soon, `next` before `later`; -1 = none. */
void tw_record_bytes_soon(const tw_record_bytes *records, int64_t next, int64_t later);

#endif
