/* Sources woven from the cells of other tables: what melting, transposing and joining have in
 * common. Private to data.
 *
 * Each column is made of strands, columns of the parts put end to end, of which it takes some rows
 * in some order. Nothing is copied when a source is made: texts come from the parts as they stand
 * there, columns are gathered from the parts' columns, in whatever reading is asked for. A woven
 * source is immutable and keeps its parts alive; any thread. */
#ifndef TW_DATA_WOVEN_H
#define TW_DATA_WOVEN_H

#include "data/source.h"

enum { TW_WOVEN_PARTS = 2 };

typedef struct tw_strand {
    int part, column;
} tw_strand;

typedef struct tw_woven tw_woven;
typedef struct tw_woven_ops {
    /* Places in a column's strands, put end to end, of the rows [first, first + n); -1 = missing. */
    void (*place)(const tw_woven *w, size_t column, int64_t first, size_t n, int64_t *rows);
    /* As tw_source_ops.fetch; tw_weft_begin says when the rows are too many. */
    enum tw_rc (*fetch)(const tw_woven *w, int64_t first, size_t n, tw_arena *arena, tw_batch *out,
                        tw_error *err);
    /* A text that means missing in a column; NULL: where it does so in one of the strands. */
    bool (*is_null)(const tw_woven *w, size_t column, tw_str text);
    void (*fini)(tw_woven *w); /* what the shape holds besides; may be NULL */
} tw_woven_ops;

struct tw_woven { /* the first member of each shape */
    tw_source base;
    _Atomic uint32_t refs;
    const tw_woven_ops *ops;
    tw_arena arena; /* names, fields, strands */
    const tw_table *parts[TW_WOVEN_PARTS];
    size_t width;
    int64_t rows;
    tw_field *fields;
    const tw_strand **strands; /* for each column … */
    size_t *n_strands;         /* … and how many */
};

/* An empty shape of `size` bytes for so many columns; takes a reference of the first part. */
TW_NODISCARD enum tw_rc tw_woven_new(size_t size, const tw_woven_ops *ops, const tw_table *part,
                                     size_t width, int64_t rows, tw_woven **out, tw_error *err);
/* A column with its name copied and one strand. False when memory is out. */
TW_NODISCARD bool tw_woven_column(tw_woven *w, size_t column, const tw_field *field, int part,
                                  int from);
/* The table over the source, which is taken over. */
TW_NODISCARD enum tw_rc tw_woven_table(tw_woven *w, tw_table **out, tw_error *err);
/* The second part: a table of one text column. */
TW_NODISCARD enum tw_rc tw_woven_names(tw_woven *w, const char *const *names, size_t n,
                                       tw_error *err);

/* The reading that all these columns have in common, as a field without name, role and source:
 * theirs where it is the same, float for all kinds of numbers, else text. Columns are made only
 * where readings differ. */
TW_NODISCARD enum tw_rc tw_common_reading(const tw_table *const *tables, const int *columns,
                                          size_t n, tw_task *task, tw_field *out, tw_error *err);

/* A batch of copied texts. */
typedef struct tw_weft {
    tw_batch *batch;
    char *base;
    size_t n, room;
    tw_span *cells; /* where the next cell goes */
} tw_weft;
enum { TW_WEFT_MOST = 1 << 30 };
/* Room for n rows of `width` cells and so many bytes of text. TW_ELIMIT without a message for more
 * than TW_WEFT_MOST bytes: woven.c asks for fewer rows then. */
TW_NODISCARD enum tw_rc tw_weft_begin(tw_weft *weft, int64_t first, size_t n, size_t width,
                                      size_t bytes, tw_arena *arena, tw_batch *out, tw_error *err);
tw_span tw_weft_put(tw_weft *weft, tw_str text);
/* Cells of one record, which are copied together where they lie side by side there, with what stands
 * between them: writers know them again. They take up to tw_weft_room bytes. */
void tw_weft_put_cells(tw_weft *weft, const tw_str *texts, size_t n, tw_span *out);
size_t tw_weft_room(const tw_str *texts, size_t n);

#endif
