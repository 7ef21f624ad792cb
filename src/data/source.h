/* Where tables come from and go to: the reader, source and sink interfaces every format implements.
 *
 * Batches: a base pointer, record spans and row-major cell spans, 32-bit offsets inside a window of at most 4 GiB.
 * A batch is valid until the next call on the reader that made it. */
#ifndef TW_DATA_SOURCE_H
#define TW_DATA_SOURCE_H

#include "data/table.h"

typedef struct tw_span {
    uint32_t at, n; /* bytes from batch->base; quotes not included */
} tw_span;

enum {                    /* flags of a cell */
    TW_CELL_QUOTED = 1,   /* stood in quotes */
    TW_CELL_DOUBLED = 2,  /* holds doubled or escaped quotes: unescape before use (tw_batch_text does) */
    TW_CELL_REPAIRED = 4  /* belongs to a record the repair table changed */
};

typedef struct tw_batch {
    const char *base;
    int64_t first_row;      /* number of the first record: data rows of the dataset count from 0 */
    size_t rows;
    const tw_span *records; /* whole record without its line end; rows entries */
    const uint8_t *ends;    /* bytes of line end behind each record: 0, 1 or 2 */
    const uint32_t *first;  /* index of each record's first cell in `cells`; rows + 1 entries */
    const tw_span *cells;
    const uint8_t *flags;   /* one per cell */
    char quote, escape;     /* for unescaping; escape 0 or == quote: doubled quotes */
    size_t bytes;           /* that may be read from base on; 0 = only those of the records */
} tw_batch;

/* Text of a cell, unescaped into scratch when it must be; borrows from the batch or from scratch. */
tw_str tw_batch_text(const tw_batch *batch, size_t cell, tw_buf *scratch);
/* A cell with TW_CELL_DOUBLED, its text appended to out; false when memory is out. */
bool tw_batch_unescape(const tw_batch *batch, size_t cell, tw_buf *out);

/* Forward reading, for streams and passes over files. */
typedef struct tw_reader tw_reader;
typedef struct tw_reader_ops {
    /* Next batch; batch->rows == 0 at the end. */
    enum tw_rc (*next)(tw_reader *self, tw_batch *batch, tw_error *err);
    void (*free)(tw_reader *self);
} tw_reader_ops;
struct tw_reader {
    const tw_reader_ops *ops;
};

/* A random-access source behind a dataset: implemented by io for files, by tests for fixtures. Reference-counted by the
 * implementation; any thread. Rows are data rows: header, preamble, blank lines and footer are not among them. */
typedef struct tw_source_ops {
    size_t (*width)(const tw_source *self);
    int64_t (*rows)(const tw_source *self); /* exact */
    /* Name, type, role, format of a column as decided by sniffing and overrides. */
    const tw_field *(*field)(const tw_source *self, size_t column);
    /* Materialise columns with the reading (type, format) given in fields[i]; a column may be asked for twice in two
     * readings. New references in out[i]; on failure nothing is handed out. */
    enum tw_rc (*load)(tw_source *self, const int *columns, const tw_field *fields, size_t n, tw_task *task, tw_column **out,
                       tw_error *err);
    /* Cells and bytes of rows [first, first + n) into a batch whose memory is `arena`'s or the mapping's; n <= 65536.
     * Cells are padded or joined as the repair table says: each row has exactly width cells. */
    enum tw_rc (*fetch)(tw_source *self, int64_t first, size_t n, tw_arena *arena, tw_batch *out, tw_error *err);
    /* True when text is a null token of this column ("" always is). */
    bool (*is_null)(const tw_source *self, size_t column, tw_str text);
    /* Null tokens that stand in the column besides "" and how often, as counted on opening; *empty: cells without text.
     * Returns how many tokens, SIZE_MAX when they were not counted. May be NULL: not counted. Borrowed. */
    size_t (*null_counts)(const tw_source *self, size_t column, const tw_str **tokens, const int64_t **counts,
                          int64_t *empty);
    const char *(*path)(const tw_source *self); /* as the user gave it; "-" for stdin */
    tw_source *(*ref)(tw_source *self);
    void (*unref)(tw_source *self);
} tw_source_ops;
struct tw_source {
    const tw_source_ops *ops;
};

/* Where rows go: CSV, JSON Lines. Columns and rows are those of the table given at open. */
typedef struct tw_sink tw_sink;
typedef struct tw_sink_ops {
    /* Again, when rows of another table with equal columns follow. */
    enum tw_rc (*begin)(tw_sink *self, const tw_table *table, tw_error *err);
    /* Rows [first, first + n) of the table given to begin. */
    enum tw_rc (*rows)(tw_sink *self, int64_t first, int64_t n, tw_error *err);
    enum tw_rc (*end)(tw_sink *self, tw_error *err);
    void (*free)(tw_sink *self);
} tw_sink_ops;
struct tw_sink {
    const tw_sink_ops *ops;
};

#endif
