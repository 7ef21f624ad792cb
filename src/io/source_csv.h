/* A delimited text file as a source: what tw_open knows about it, and the rows and columns made
 * from it on demand.
 *
 * One object, reference-counted, made by tw_open and completed by tw_opened_finish
 * (tw_source_csv_complete); from then on immutable and shared by tables, writers and threads. Its
 * fields are for the files of this room. */
#ifndef TW_IO_SOURCE_CSV_H
#define TW_IO_SOURCE_CSV_H

#include <pthread.h>
#include <stdatomic.h>

#include "io/index.h"

typedef struct tw_source_csv {
    tw_source base;
    atomic_uint refs;
    struct tw_source_csv
        *owner;           /* referenced: whose arena holds what was sniffed; NULL = our own */
    char *path;           /* as the user gave it */
    tw_arena arena;       /* everything below that is no mapping */
    tw_mapping *raw;      /* the file as it lay there; NULL for streams */
    pthread_mutex_t lock; /* of witness */
    tw_mapping *witness;  /* the file as it should lie there now: raw, or what we saved over it */
    tw_mapping *mapping;  /* what holds `text`: raw itself, or what was decoded */
    tw_str text;          /* UTF-8 without the mark */
    bool converted;       /* text was made from another format: its bytes are not the file's */
    tw_sniffed sniffed;
    const tw_str *names; /* as shown; terminated */
    tw_csv_rules rules;
    uint64_t data_end; /* behind the last data record */
    tw_index *index;   /* from here on: once complete */
    const tw_reading *readings;
    tw_field *fields;
    struct tw_null_set *nulls;
    tw_column **early; /* columns made on the first pass until they are asked for, under `lock`;
                          NULL = none */
} tw_source_csv;

/* An empty one; owns a copy of path. */
TW_NODISCARD enum tw_rc tw_source_csv_new(const char *path, tw_source_csv **out, tw_error *err);
/* Take over index and readings (in s->arena): the source can be used. */
TW_NODISCARD enum tw_rc tw_source_csv_complete(tw_source_csv *s, tw_index *index,
                                               const tw_reading *readings, tw_error *err);
void tw_source_csv_unref(tw_source_csv *s); /* NULL is legal */
/* The CSV source behind a source, or NULL when it is of another kind. */
tw_source_csv *tw_source_csv_of(tw_source *source);
/* The file was replaced by ourselves: what lies there now is no change. The old one stays mapped.
 */
TW_NODISCARD enum tw_rc tw_source_csv_saved(tw_source_csv *s, tw_error *err);
/* TW_EINPUT when what is mapped is no longer what was opened; check_over: when the file at its path
 * is another. */
TW_NODISCARD enum tw_rc tw_source_csv_check(const tw_source_csv *s, tw_error *err);
TW_NODISCARD enum tw_rc tw_source_csv_check_over(tw_source_csv *s, tw_error *err);

/* Records as they stand, widened to the table: short ones padded, surplus cells dropped, or kept
 * with `surplus`. Repaired rows are flagged. Result in the arena; fewer rows than n only where they
 * take more than 1 GiB. */
TW_NODISCARD enum tw_rc tw_csv_fetch(const tw_index *index, size_t width, int64_t first, size_t n,
                                     bool surplus, tw_arena *arena, tw_batch *out, tw_error *err);

#endif
