/* A column: an immutable, reference-counted vector of one type in chunks of 64 Ki rows.
 *
 * Buffers follow Arrow's layout (validity bitmap, data, dictionary codes; 64-byte aligned), whole numbers narrowed per
 * chunk. Kernels see a chunk as f64, i64 or text slices through the accessors below; how wide it is stored stays
 * hidden. References are atomic: any thread may read a column, ref and unref it. Texts borrow from the column. */
#ifndef TW_DATA_COLUMN_H
#define TW_DATA_COLUMN_H

#include "base/arena.h"
#include "base/bitmap.h"
#include "base/file.h"
#include "base/task.h"
#include "data/type.h"

#define TW_CHUNK_ROWS ((size_t)65536)
#define TW_NO_CODE UINT32_MAX /* code of a cell without value */

typedef struct tw_column tw_column;

tw_column *tw_column_ref(const tw_column *column); /* NULL stays NULL */
void tw_column_unref(const tw_column *column);
enum tw_type tw_column_type(const tw_column *column);
int64_t tw_column_rows(const tw_column *column);
size_t tw_column_chunks(const tw_column *column);
size_t tw_column_chunk_rows(const tw_column *column, size_t chunk);
int64_t tw_column_valid_count(const tw_column *column);      /* cells with a value */
int64_t tw_column_unreadable_count(const tw_column *column);
size_t tw_column_bytes(const tw_column *column); /* memory held, mapped text not counted */

/* Validity of a chunk (1 = value); NULL when all cells are values. */
const uint64_t *tw_column_validity(const tw_column *column, size_t chunk);
/* Chunk as numbers; either points into the column or into scratch (room for TW_CHUNK_ROWS). Invalid cells read NaN in
 * f64 and 0 in i64. f64 for every type but text (dates as days …); i64 for every type but float and text. */
const double *tw_column_f64(const tw_column *column, size_t chunk, double *scratch);
const int64_t *tw_column_i64(const tw_column *column, size_t chunk, int64_t *scratch);
/* Chunk of a text column as slices; invalid cells are {NULL, 0}. */
const tw_str *tw_column_texts(const tw_column *column, size_t chunk, tw_str *scratch);

/* Dictionary of a text column, for work that is done once for each different text: number of entries, 0 = the column has
 * none and tw_column_texts is the way. Entries are all different; a filter may have left some unused. */
uint32_t tw_column_dict_size(const tw_column *column);
tw_str tw_column_dict_text(const tw_column *column, uint32_t code);
/* Codes of a chunk into scratch; TW_NO_CODE where there is no value. */
const uint32_t *tw_column_dict_codes(const tw_column *column, size_t chunk, uint32_t *scratch);

/* One cell; for screens, messages and sparse work, not for kernels. */
tw_cell tw_column_cell(const tw_column *column, int64_t row);
bool tw_column_is_value(const tw_column *column, int64_t row);
double tw_column_number(const tw_column *column, int64_t row); /* NaN when invalid or text */
/* Whole column as doubles into out[rows]. */
void tw_column_copy_f64(const tw_column *column, double *out);
/* Unreadable cells in row order: i-th row and text. */
int64_t tw_column_unreadable_row(const tw_column *column, size_t i, tw_str *text);

/* New column from rows of an old one, in the order given; a row of -1 gives a missing cell. */
TW_NODISCARD enum tw_rc tw_column_gather(const tw_column *column, const int64_t *rows, int64_t n, tw_task *task,
                                         tw_column **out, tw_error *err);
/* The same with rows that need not be listed: place puts those of the result's rows [first, first + n) into rows. It is
 * called by any thread, n is at most TW_CHUNK_ROWS. */
typedef void (*tw_row_fn)(const void *ctx, int64_t first, size_t n, int64_t *rows);
TW_NODISCARD enum tw_rc tw_column_gather_by(const tw_column *column, tw_row_fn place, const void *ctx, int64_t n,
                                            tw_task *task, tw_column **out, tw_error *err);
/* New version with some cells replaced; `rows` ascending, cells of the column's type (or missing/unreadable).
 * Untouched chunks are shared. */
TW_NODISCARD enum tw_rc tw_column_patch(const tw_column *column, const int64_t *rows, const tw_cell *cells, int64_t n,
                                        tw_column **out, tw_error *err);
/* a's rows followed by b's; same type. */
TW_NODISCARD enum tw_rc tw_column_concat(const tw_column *a, const tw_column *b, tw_column **out, tw_error *err);
/* All cells missing. */
TW_NODISCARD enum tw_rc tw_column_missing(enum tw_type type, int64_t rows, tw_column **out, tw_error *err);

/* Building. A builder takes cells in row order and narrows at the end of each chunk. Text is copied unless it lies
 * inside `backing` (a mapping the column then keeps alive); repeated text becomes a dictionary. One thread. */
typedef struct tw_builder tw_builder;
TW_NODISCARD enum tw_rc tw_builder_new(enum tw_type type, tw_mapping *backing, tw_builder **out, tw_error *err);
void tw_builder_free(tw_builder *b); /* NULL is legal; also after finish */
/* Begin another column of the same type, whatever was there before: saves the memory of open cells. */
TW_NODISCARD enum tw_rc tw_builder_again(tw_builder *b, tw_mapping *backing, tw_error *err);
/* Before the first cell of a part: its texts are made from the backing from byte `at` on, and no longer than there, so
 * that parts can be joined without copying what they hold. */
void tw_builder_begin_at(tw_builder *b, uint64_t at);
TW_NODISCARD enum tw_rc tw_builder_i64(tw_builder *b, int64_t value, tw_error *err);
TW_NODISCARD enum tw_rc tw_builder_f64(tw_builder *b, double value, tw_error *err); /* NaN is missing; any type but text:
                                                                                       rounded to whole for I64 storage */
TW_NODISCARD enum tw_rc tw_builder_text(tw_builder *b, tw_str value, tw_error *err);
TW_NODISCARD enum tw_rc tw_builder_missing(tw_builder *b, int64_t n, tw_error *err);
TW_NODISCARD enum tw_rc tw_builder_unreadable(tw_builder *b, tw_str text, tw_error *err);
TW_NODISCARD enum tw_rc tw_builder_cell(tw_builder *b, const tw_cell *cell, tw_error *err);
/* Many at once: cell i is a value where bit i of valid is set, else missing. Wholes for the types they store;
 * decimals for float columns: wholes[i] / 10^decimals, decimals <= 9, |wholes[i]| < 10^15, 0 where missing. */
TW_NODISCARD enum tw_rc tw_builder_wholes(tw_builder *b, const int64_t *wholes, const uint64_t *valid, size_t n, tw_error *err);
TW_NODISCARD enum tw_rc tw_builder_decimals(tw_builder *b, const int64_t *wholes, const uint64_t *valid, size_t n, int decimals,
                                            tw_error *err);
TW_NODISCARD enum tw_rc tw_builder_texts(tw_builder *b, const tw_str *texts, const uint64_t *valid, size_t n, tw_error *err);
/* Texts so far go through a dictionary; once they do not, they never will again. */
bool tw_builder_has_codes(const tw_builder *b);
/* Hand out the texts of at most TW_CHUNK_ROWS cells added since the builder began, with how many cells hold each: different
 * ones while it has codes, else one for each cell. False when `take` says so, or memory is out. */
TW_NODISCARD bool tw_builder_each_text(const tw_builder *b, bool (*take)(void *ctx, tw_str text, int64_t times), void *ctx);
TW_NODISCARD enum tw_rc tw_builder_finish(tw_builder *b, tw_column **out, tw_error *err);

/* Building in parallel: parts cover whole chunks (all but the last of TW_CHUNK_ROWS rows) and are joined in order. */
TW_NODISCARD enum tw_rc tw_column_join(enum tw_type type, tw_column *const *parts, size_t n, tw_column **out, tw_error *err);

/* Factor: every cell as a small code, levels numbered by first appearance; missing and unreadable cells are
 * TW_NO_CODE. Any type. The factor is cached in the column; the pointer lives as long as the column. */
typedef struct tw_factor {
    const uint32_t *codes;  /* one per row */
    const int64_t *counts;  /* one per level */
    const int64_t *first;   /* row of first appearance, one per level: the level's value is tw_column_cell(column, first) */
    uint32_t levels;
} tw_factor;
/* TW_ELIMIT when there are more than `max_levels` (0 = 2^31). */
TW_NODISCARD enum tw_rc tw_column_factor(const tw_column *column, uint32_t max_levels, const tw_factor **out, tw_error *err);
/* The same for a task that may be cancelled meanwhile: TW_ECANCEL leaves nothing cached. */
TW_NODISCARD enum tw_rc tw_column_factor_task(const tw_column *column, uint32_t max_levels, tw_task *task,
                                              const tw_factor **out, tw_error *err);

#endif
