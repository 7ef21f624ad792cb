/* A table: an immutable version of a dataset; fields (name, type, role, format) and columns of equal length.
 *
 * Versions share columns: a new version costs what changed. A column that comes from a source file materialises on first
 * use: call tw_table_need before touching tw_table_column. Every row has an origin for life: the row number in the
 * source (from 0), or -1-n for the n-th new row. Every cell of a source column that a step changed carries that step's
 * number (its mark). References are atomic; a table may be read by any thread. */
#ifndef TW_DATA_TABLE_H
#define TW_DATA_TABLE_H

#include "data/column.h"

enum tw_role {
    TW_AS_NONE, TW_AS_ID, TW_AS_ENTITY, TW_AS_TARGET, TW_AS_GROUP, TW_AS_QUASI, TW_AS_SENSITIVE, TW_AS_TIME, TW_AS_WEIGHT,
    TW_AS_SPLIT, TW_AS_TEXT, TW_AS_IGNORE, TW_ROLES
};
const char *tw_role_word(enum tw_role role); /* "" for none */
bool tw_role_parse(tw_str word, enum tw_role *out);

typedef struct tw_source tw_source; /* data/source.h */
typedef struct tw_table tw_table;

typedef struct tw_field {
    const char *name; /* UTF-8; owned by the table */
    enum tw_type type;
    enum tw_role role;
    tw_format format;
    int source_column; /* column of the source whose bytes unmarked cells still have, -1 = none */
} tw_field;
/* True when cells read by one are cells read by the other: type and all marks and patterns, not decimals. */
bool tw_reading_same(const tw_field *a, const tw_field *b);

/* A field as a document (states, models), and back: name and reading, without its source column. Of
 * the field read the name is borrowed from the document, words of the format are interned. False for
 * a type or role that does not exist. */
tw_doc *tw_field_doc(const tw_field *field);
bool tw_field_of_doc(const tw_doc *doc, tw_field *out);

tw_table *tw_table_ref(const tw_table *table);
void tw_table_unref(const tw_table *table);
size_t tw_table_width(const tw_table *table);
int64_t tw_table_rows(const tw_table *table);
const tw_field *tw_table_field(const tw_table *table, size_t column);
/* Column number, or -1. */
int tw_table_find(const tw_table *table, tw_str name);
/* The same, also for a name in quotes; or TW_EUNKNOWN_COLUMN naming the nearest columns. */
TW_NODISCARD enum tw_rc tw_table_require(const tw_table *table, tw_str name, int *out, tw_error *err);

/* Materialise columns (NULL, 0 = all) in one scan of the source. Idempotent, thread safe. */
TW_NODISCARD enum tw_rc tw_table_need(const tw_table *table, const int *columns, size_t n, tw_task *task, tw_error *err);
/* Borrowed; the column must have been needed before (a bug otherwise). */
const tw_column *tw_table_column(const tw_table *table, size_t column);
bool tw_table_is_loaded(const tw_table *table, size_t column);
int64_t tw_table_origin(const tw_table *table, int64_t row);
bool tw_table_origin_is_identity(const tw_table *table); /* rows are the source's rows, in order */
int64_t tw_table_new_rows(const tw_table *table);        /* rows ever made: the next new row has origin -1 - this */
/* Step that last changed the cell since the source, 0 = none. */
uint16_t tw_table_mark(const tw_table *table, size_t column, int64_t row);
bool tw_table_has_marks(const tw_table *table, size_t column);
tw_source *tw_table_source(const tw_table *table); /* borrowed; NULL for tables made from nothing */
size_t tw_table_bytes(const tw_table *table);      /* memory of materialised columns */

/* Text of cells as a person reads them: the source's own text (unquoted) for unmarked source cells, else written by
 * format. Works without materialising columns. One call per screen line; `out` is cleared. */
TW_NODISCARD enum tw_rc tw_table_text(const tw_table *table, size_t column, int64_t row, tw_buf *out,
                                      enum tw_cell_state *state, tw_error *err);

/* Text that somebody typed for a cell of the column, as a cell: null tokens of its source column are missing. The cell
 * borrows from text. */
tw_cell tw_table_parse(const tw_table *table, size_t column, tw_str text);

/* The first version of a dataset: all columns lazily from the source, rows in its order. Takes a reference. */
TW_NODISCARD enum tw_rc tw_table_from_source(tw_source *source, tw_table **out, tw_error *err);

/* A draft builds the next version from a base (or from nothing). Columns given are owned by the draft from then on
 * (references are taken over), also on failure. Commit frees the draft in every case. One thread. */
typedef struct tw_draft tw_draft;
TW_NODISCARD enum tw_rc tw_draft_new(const tw_table *base, tw_draft **out, tw_error *err); /* base NULL: empty table */
void tw_draft_free(tw_draft *draft);
/* Append a column; source_column in field is ignored (-1). Position: tw_draft_move. */
TW_NODISCARD enum tw_rc tw_draft_add(tw_draft *draft, const tw_field *field, tw_column *column, tw_error *err);
/* Replace a column's cells: `changed` (bitmap over rows, NULL = all) get the mark `step` (0 counts as 65535). Type and format may change via
 * tw_draft_field first. */
TW_NODISCARD enum tw_rc tw_draft_set(tw_draft *draft, size_t column, tw_column *cells, const uint64_t *changed, uint16_t step,
                                     tw_error *err);
/* Change name, type, role, format of a column (the name is copied). A change of type or format alone keeps source bytes;
 * the next tw_table_need reads the source again with the new reading. */
TW_NODISCARD enum tw_rc tw_draft_field(tw_draft *draft, size_t column, const tw_field *field, tw_error *err);
TW_NODISCARD enum tw_rc tw_draft_drop(tw_draft *draft, size_t column, tw_error *err);
TW_NODISCARD enum tw_rc tw_draft_move(tw_draft *draft, size_t column, size_t to, tw_error *err);
/* Keep these rows of the base in this order (a filter, a sort, a sample; duplicates allowed). Lazy columns stay lazy. */
TW_NODISCARD enum tw_rc tw_draft_rows(tw_draft *draft, const int64_t *rows, int64_t n, tw_task *task, tw_error *err);
/* The same; takes the array over (free), also on failure. */
TW_NODISCARD enum tw_rc tw_draft_take_rows(tw_draft *draft, int64_t *rows, int64_t n, tw_task *task, tw_error *err);
/* Append `n` new rows: one column of n cells per field, in field order; they get new origins. All columns of the
 * base must have been needed. */
TW_NODISCARD enum tw_rc tw_draft_append(tw_draft *draft, tw_column **cells, int64_t n, tw_task *task, tw_error *err);
TW_NODISCARD enum tw_rc tw_draft_commit(tw_draft *draft, tw_table **out, tw_error *err);

/* Selectors of CLI.md ("a", "/^x_/", "3", "2-5", ":integer", "@quasi", "!a") to column numbers, each once, in the order
 * named (a pattern gives file order). A text that is the name of a column always means that column. An empty list, or one
 * that begins with "!", starts from all columns. A selector that names nothing is TW_EUNKNOWN_COLUMN, but for a pattern,
 * type or role behind "!"; a regular expression that does not compile is TW_EPARSE. Result in the arena. */
TW_NODISCARD enum tw_rc tw_select_columns(const tw_table *table, const tw_str *selectors, size_t n, tw_arena *arena,
                                          int **columns, size_t *count, tw_error *err);
/* As above from "a,b" text: commas split unless inside quotes ("…", '…', `…`: always a name, the quote itself doubled) or
 * a /regex/; blanks around a selector do not count. */
TW_NODISCARD enum tw_rc tw_select_columns_text(const tw_table *table, tw_str list, tw_arena *arena, int **columns,
                                               size_t *count, tw_error *err);

#endif
