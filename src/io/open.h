/* Opening files: from a path or stream to a source behind which any table can stand.
 *
 * tw_open sniffs the head (and blocks from middle and end) and returns at once, whatever the size:
 * the first rows can be shown with tw_opened_head. tw_opened_finish indexes all records, decides
 * types over the whole file, applies the repair table and makes the tw_source. The handle owns the
 * mapping until it is freed; the source keeps its own reference. One thread at a time, but
 * tw_opened_head may run while tw_opened_finish runs in another. */
#ifndef TW_IO_OPEN_H
#define TW_IO_OPEN_H

#include "base/task.h"
#include "data/source.h"
#include "io/dialect.h"

typedef struct tw_opened tw_opened;
enum { TW_SUMMARY_MAX = 400 };

/* path "-" = stdin; of a stream only the first block is read. TW_EINPUT (missing, directory, unreadable, damaged compression),
 * TW_EUNSUPPORTED (Parquet, spreadsheets: the message names a converter). An empty file opens as a
 * table without columns; of a database one table or view is read. */
TW_NODISCARD enum tw_rc tw_open(const char *path, const tw_read_options *options, tw_task *task,
                                tw_opened **out, tw_error *err);
void tw_opened_free(tw_opened *o);
const tw_dialect *tw_opened_dialect(const tw_opened *o);
uint64_t tw_opened_bytes(const tw_opened *o); /* size of the file as it lies there */
/* Names of the columns as far as known from the head. */
size_t tw_opened_width(const tw_opened *o);
tw_str tw_opened_name(const tw_opened *o, size_t column);
/* First n data rows (or fewer: what lies whole in the first 4 MB) as a batch in the arena, before
 * anything is indexed. */
TW_NODISCARD enum tw_rc tw_opened_head(tw_opened *o, size_t n, tw_arena *arena, tw_batch *out,
                                       tw_error *err);
/* The last tw_opened_head left rows out for their size. */
bool tw_opened_head_cut(const tw_opened *o);
/* The first n (at least one) data rows as a table of texts, before anything is indexed, for
 * writers: tw_write_rows gives their bytes. *out is NULL where the head of a packed or otherwise
 * encoded file does not hold so many: finish, then. */
TW_NODISCARD enum tw_rc tw_opened_head_table(tw_opened *o, int64_t n, tw_table **out,
                                             tw_error *err);
/* Rows anywhere in a plain file before it is indexed, for a screen that jumps. */
typedef struct tw_peek {
    tw_batch batch; /* its rows have no true numbers: first_row is 0 */
    uint64_t begin; /* of the text they take: a record's start … */
    uint64_t end;   /* … and the next one's */
} tw_peek;
/* Bytes of the text its data rows take; false where only the head can be seen (packed, otherwise
 * encoded, converted). */
bool tw_opened_extent(const tw_opened *o, uint64_t *begin, uint64_t *end);
/* Up to n rows from the record that begins at `at`; before it with `before`. A place that is no
 * record's start is first moved to one: where lines split into as many cells as the table has, in
 * or out of quotes. No rows where none is near. In the arena. */
TW_NODISCARD enum tw_rc tw_opened_peek(tw_opened *o, uint64_t at, bool is_start, bool before,
                                       size_t n, tw_arena *arena, tw_peek *out, tw_error *err);
/* Where the record of a row in a peek begins. */
uint64_t tw_opened_peek_at(const tw_opened *o, const tw_peek *peek, size_t row);
/* Number of the row whose record begins at `at` or lies around it, after finish. */
TW_NODISCARD enum tw_rc tw_opened_row_at(const tw_opened *o, uint64_t at, int64_t *row,
                                         tw_error *err);
/* Exact number of data rows without deciding types: one pass over the file, nothing is kept. */
TW_NODISCARD enum tw_rc tw_opened_count(tw_opened *o, tw_task *task, int64_t *rows, tw_error *err);
/* Estimate of the number of data rows until finish has run; *exact says which. */
int64_t tw_opened_rows(const tw_opened *o, bool *exact);
/* A stream of plain text whose end has not been read: tw_opened_head gives more rows from time to
 * time. *bytes so far. Any thread. */
bool tw_opened_growing(const tw_opened *o, uint64_t *bytes);
bool tw_opened_ended(const tw_opened *o); /* nothing more comes; always so for files */
/* A stream that was cancelled or found no room for more: what has come is the whole. */
bool tw_opened_stopped(const tw_opened *o);
/* All columns will be asked for: where finish runs on one thread, it makes them on the way, which
 * saves a pass. They take their memory at once then. Before finish. */
void tw_opened_expect(tw_opened *o);
/* Only the cells of these columns (of the head, in any order; NULL, 0 = none) will be looked at:
 * finish judges no others, and they read as text. All are judged where the whole turns out to have
 * other columns than the head, and where only the others tell how dates are to be read, so that the
 * types of those named are always those of a full reading. Before finish. */
TW_NODISCARD enum tw_rc tw_opened_expect_types(tw_opened *o, const int *columns, size_t n,
                                               tw_error *err);
/* Index, infer, repair. TW_ECANCEL leaves the handle usable. *out is a new reference. */
TW_NODISCARD enum tw_rc tw_opened_finish(tw_opened *o, tw_task *task, tw_source **out,
                                         tw_error *err);
/* The document of `sniff --json` (CLI.md), after finish. */
TW_NODISCARD enum tw_rc tw_opened_doc(tw_opened *o, tw_doc **out, tw_error *err);
/* What the repair table did: `--report` lines {"row", "kind", "bytes"} as a list, after finish. */
tw_doc *tw_opened_repairs(const tw_opened *o);
/* "b (others: a, c)": the table that is read and those that are not, where tables have names; else
 * "". */
void tw_opened_table_names(const tw_opened *o, char out[400]);
/* What a user should know once the file is read, in words for stderr: bytes behind packed ones that
 * were left out, the number of repaired records by kind; "" when nothing. */
void tw_opened_summary(const tw_opened *o, char out[TW_SUMMARY_MAX]);

/* open + finish in one call, for the command line. */
TW_NODISCARD enum tw_rc tw_read_table(const char *path, const tw_read_options *options,
                                      tw_task *task, tw_opened **opened, tw_table **out,
                                      tw_error *err);

#endif
