/* Sinks for derived tables: RFC 4180 text, JSON and SQLite databases, all over tw_out.
 *
 * The output stays the caller's: commit or abort it after tw_sink_ops.free. */
#ifndef TW_IO_SINK_H
#define TW_IO_SINK_H

#include "io/csv_write.h"
#include "io/out.h"
#include "io/save.h"

TW_NODISCARD enum tw_rc tw_csv_sink_new(tw_out *out, const tw_csv_style *style,
                                        const tw_write_options *options, tw_task *task,
                                        tw_sink **sink, tw_error *err);
/* list: the objects are elements of one list instead of lines. */
TW_NODISCARD enum tw_rc tw_jsonl_sink_new(tw_out *out, bool list, const tw_write_options *options,
                                          tw_task *task, tw_sink **sink, tw_error *err);
/* path: where `out` goes; names the table unless the options do, and must outlive the sink. */
TW_NODISCARD enum tw_rc tw_sqlite_sink_new(tw_out *out, const char *path,
                                           const tw_write_options *options, tw_task *task,
                                           tw_sink **sink, tw_error *err);
/* As tw_write_table, for chosen rows (NULL = all). */
TW_NODISCARD enum tw_rc tw_write_chosen(const tw_table *table, const int64_t *rows, int64_t n,
                                        const char *path, const tw_write_options *options,
                                        tw_task *task, tw_error *err);

#endif
