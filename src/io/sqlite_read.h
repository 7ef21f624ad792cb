/* Tables and views of an SQLite database as delimited text, with what their values say about types.
 *
 * The database is opened read-only and never changed. Integers and reals become plain numbers, NULL
 * an empty cell, an empty text one in quotes, a blob the literal X'…', values 0 and 1 of a column
 * declared BOOLEAN false and true, texts themselves. One thread at a time. Without the library every call is TW_EUNSUPPORTED. */
#ifndef TW_IO_SQLITE_READ_H
#define TW_IO_SQLITE_READ_H

#include "base/spool.h"
#include "base/task.h"

typedef struct tw_sqlite tw_sqlite;

/* path NULL: `bytes` are the whole database; else those of the file as it lies there. `wanted`: the
 * name of a table or view or its number from 1; p NULL = the first. TW_EUSAGE where there is none
 * such; TW_EDAMAGED for what is no database, a damaged or an encrypted one; TW_EINPUT for one that
 * cannot be read now. */
TW_NODISCARD enum tw_rc tw_sqlite_open(const char *path, tw_str bytes, tw_str wanted,
                                       tw_sqlite **out, tw_error *err);
void tw_sqlite_close(tw_sqlite *s); /* NULL is legal */
/* Tables in the order they were made, then views. */
size_t tw_sqlite_tables(const tw_sqlite *s);
const char *tw_sqlite_table_name(const tw_sqlite *s, size_t table);
size_t tw_sqlite_table(const tw_sqlite *s); /* the one that is read */
/* Header and records as in RFC 4180 into out; stops behind about `most` bytes (0 = never): then
 * *whole is false. */
TW_NODISCARD enum tw_rc tw_sqlite_records(tw_sqlite *s, size_t most, tw_task *task, tw_spool *out,
                                          bool *whole, tw_error *err);
/* What the values of the last call say of each column: enum tw_known of io/sniff.h. */
size_t tw_sqlite_width(const tw_sqlite *s);
const uint8_t *tw_sqlite_known(const tw_sqlite *s);
int64_t tw_sqlite_blobs(const tw_sqlite *s); /* cells that hold one */

#endif
