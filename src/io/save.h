/* Writing tables: byte for byte what was not edited, RFC 4180 for what is derived.
 *
 * All go through base/file.h's tw_output: whole or not at all. */
#ifndef TW_IO_SAVE_H
#define TW_IO_SAVE_H

#include "base/log.h"
#include "base/task.h"
#include "data/source.h"
#include "io/dialect.h"

/* What a save would do, for the preview: filled by tw_save_plan. */
typedef struct tw_save_plan {
    int64_t rows, rows_copied, rows_changed, rows_new, rows_dropped;
    int64_t cells_changed;
    size_t columns_added, columns_dropped, columns_renamed;
    bool reordered;
    char by_column[512]; /* "bmi 171, age 3" */
} tw_save_plan;
TW_NODISCARD enum tw_rc tw_save_plan_of(const tw_table *table, tw_save_plan *out, tw_error *err);

/* The table in its source's dialect, encoding, preamble, header and footer: rows without marks are
 * copied as bytes, a marked cell is rewritten in its place, new rows follow in the same dialect. A
 * table without a source, or whose path ends in another format's suffix, is written as
 * tw_write_table does. Writing over the source itself needs in_place, packs as the source is packed
 * whatever its name, and is refused for a database, which may hold other tables. `log` (may be NULL)
 * takes notes about renamed columns. */
TW_NODISCARD enum tw_rc tw_save_table(const tw_table *table, const char *path, bool in_place,
                                      const tw_log *log, tw_task *task, tw_error *err);

typedef struct tw_write_options {
    bool names;     /* write c1… where the file had no header */
    bool text;      /* JSON Lines, SQLite: keep all as text */
    bool normalize; /* cells by their type's plain format instead of their own text */
    tw_str table;   /* SQLite: name of the table; p NULL = the path's stem */
    const char *format; /* "jsonl", … as in tw_dialect; NULL = by the path's suffix, CSV where that says nothing */
    const char *packed; /* "gzip", … as in tw_dialect; NULL = by the path's suffix */
    const tw_log *log; /* takes notes about renamed columns; may be NULL */
} tw_write_options;
/* By suffix (.csv .tsv .jsonl .json .sqlite, then .gz .zst .xz .bz2); "-" = CSV on stdout. RFC 4180, UTF-8, "\n",
 * quotes where needed. */
TW_NODISCARD enum tw_rc tw_write_table(const tw_table *table, const char *path,
                                       const tw_write_options *options, tw_task *task,
                                       tw_error *err);
/* The rows of n >= 1 tables of equal columns, one after the other, under one header. */
TW_NODISCARD enum tw_rc tw_write_tables(const tw_table *const *tables, size_t n, const char *path,
                                        const tw_write_options *options, tw_task *task,
                                        tw_error *err);
/* Chosen rows of the table as their source bytes (head, tail, slice, sample, where, sort): header
 * line, then records unchanged where nothing in them changed. rows NULL = all. */
TW_NODISCARD enum tw_rc tw_write_rows(const tw_table *table, const int64_t *rows, int64_t n,
                                      const char *path, const tw_log *log, tw_task *task,
                                      tw_error *err);

#endif
