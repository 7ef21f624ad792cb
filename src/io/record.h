/* Single records of a file by row number: their bytes and cells, in any order of rows.
 *
 * Rows in ascending order cost one walk; when the order jumps about, a table of all records' places
 * is made once (8 bytes a row) and each record is read at its place. One thread. */
#ifndef TW_IO_RECORD_H
#define TW_IO_RECORD_H

#include "io/source_csv.h"

typedef struct tw_record {
    const char *base; /* cells count from here */
    tw_span span;     /* the record without its line end */
    uint8_t end;      /* bytes of its line end */
    uint64_t at;      /* of the record in the text */
    uint64_t next;    /* where the next record begins (blank lines between belong to this one);
                         data_end at the last */
    const tw_span
        *cells; /* n of them: fewer or more than the table is wide where the record is so */
    const uint8_t *flags;
    uint32_t n;
} tw_record;

typedef struct tw_records tw_records;
TW_NODISCARD enum tw_rc tw_records_new(const tw_source_csv *source, tw_records **out,
                                       tw_error *err);
void tw_records_free(tw_records *records); /* NULL is legal */
/* The record of a row; valid until the next call. */
TW_NODISCARD enum tw_rc tw_records_get(tw_records *records, int64_t row, tw_record *out,
                                       tw_error *err);
/* Bytes of a cell with its quotes. */
tw_str tw_record_raw(const tw_record *record, uint32_t cell);

#endif
