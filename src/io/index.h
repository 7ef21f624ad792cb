/* The sparse row index: where every 64 KiB of records begin, and which records were repaired.
 *
 * Built by one pass that tokenises everything once, feeds the type inference and calls the repair
 * table where a record is not as wide as the table. Chunks are scanned in parallel from starts that
 * a serial count of quotes gives; a chunk counts only if the one before it ended exactly where it
 * began, else it is scanned again from there, so that the result is that of one scan from the
 * front. The index borrows the text; it is immutable once built: any thread. */
#ifndef TW_IO_INDEX_H
#define TW_IO_INDEX_H

#include "base/task.h"
#include "io/infer.h"
#include "io/repair.h"

typedef struct tw_index_input {
    tw_str text;         /* the whole file as UTF-8 without its mark */
    uint64_t begin, end; /* data records: behind header and units, before the footer */
    tw_csv_rules rules;
    size_t width;
    const tw_csv_pick *pick;     /* what `infer` and `rows` get of each record; NULL = all cells */
    const tw_repairer *repairer; /* NULL: records stand as tokenised */
    tw_infer *infer;             /* takes every record; NULL = none */
    tw_infer *const *slots;      /* scratch states like infer, at least one for each thread */
    size_t n_slots;              /* 0 = no parallel scan */
    int64_t max_rows;            /* stop behind so many; 0 = all */
    uint64_t chunk;              /* bytes a thread takes at a time; 0 = by the size of the text */
    /* Takes every record in row order instead of `infer`, as repaired, in a scan that is not parallel;
     * NULL = none. */
    enum tw_rc (*rows)(void *ctx, const tw_batch *batch, tw_error *err);
    void *rows_ctx;
} tw_index_input;

/* A record that is not as wide as the table, or was put together anew. */
typedef struct tw_repaired {
    uint64_t at, bytes; /* of the text it takes, its line end included */
    int64_t row;
    uint32_t cells;    /* first of its cells in the side list */
    uint32_t n_cells;  /* 0 = it stands as tokenised */
    uint32_t record_n; /* bytes of the record without its line end */
    uint8_t ends;      /* bytes of the line end */
    uint8_t kind;      /* enum tw_repair_kind */
} tw_repaired;

typedef struct tw_index tw_index;
TW_NODISCARD enum tw_rc tw_index_build(const tw_index_input *input, tw_task *task, tw_index **out,
                                       tw_error *err);
void tw_index_free(tw_index *index); /* NULL is legal */
int64_t tw_index_rows(const tw_index *index);
uint64_t tw_index_bytes(const tw_index *index); /* of text from `begin` on that was read */
/* Repaired records in row order. */
const tw_repaired *tw_index_repaired(const tw_index *index, size_t *n);
/* How many of them stand before `row`. */
size_t tw_index_repairs_before(const tw_index *index, int64_t row);
const tw_csv_rules *tw_index_rules(const tw_index *index);

/* A walk over records from any row to the end. Plain value; one thread. */
typedef struct tw_walk {
    const tw_index *index;
    uint64_t at;  /* where the next record (or blank lines before it) begins */
    int64_t row;  /* its number */
    size_t fixed; /* next repaired record not passed yet */
    const tw_csv_pick *pick; /* set by who wants few cells of each record, with memory to find */
    tw_csv_cells *scratch;   /* them; NULL = all */
} tw_walk;
/* Stand before `row`; parses at most 64 KiB (or one longer record) to get there. */
TW_NODISCARD enum tw_rc tw_walk_to(tw_walk *walk, const tw_index *index, int64_t row,
                                   tw_csv_cells *scratch, tw_error *err);
/* The same for a walk that has begun: on from where it stands, where that is not farther. */
TW_NODISCARD enum tw_rc tw_walk_on(tw_walk *walk, int64_t row, tw_csv_cells *scratch,
                                   tw_error *err);
/* The same where the record's place in the text is known. */
tw_walk tw_walk_at(const tw_index *index, int64_t row, uint64_t at);
/* Number of the row whose record begins at `at` or lies around it; rows behind the last. */
TW_NODISCARD enum tw_rc tw_index_row_at(const tw_index *index, uint64_t at, int64_t *row,
                                        tw_error *err);
/* The next records into cells (cleared before), spans from *base: at most max_rows, of about
 * `bytes` bytes. Repaired records come as repaired, others as tokenised: a row may have fewer or
 * more cells than the table. No rows at the end. */
TW_NODISCARD enum tw_rc tw_walk_next(tw_walk *walk, size_t max_rows, size_t bytes,
                                     tw_csv_cells *cells, const char **base, tw_error *err);

#endif
