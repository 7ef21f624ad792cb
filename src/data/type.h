/* Types, formats, cells: what a value is and how it is written.
 *
 * A tw_cell is a value; its text borrows from the column or buffer it came from. A tw_format says how the cells of one
 * column are written (decimal mark, decimals, date pattern, true/false words); its texts are owned by the schema or are
 * static. The ops table is the only dispatch over types: no `switch` over enum tw_type outside data/type.c. */
#ifndef TW_DATA_TYPE_H
#define TW_DATA_TYPE_H

#include "base/buf.h"
#include "base/doc.h"
#include "base/number.h"

enum tw_type {
#define TW_TYPE(id, name, storage) TW_##id,
#include "data/types.def"
#undef TW_TYPE
    TW_TYPE_COUNT
};

enum tw_cell_state {
    TW_VALUE,
    TW_MISSING,   /* empty, or a null token of the column */
    TW_UNREADABLE /* text that is not of the column's type; keeps its text */
};

typedef struct tw_cell {
    enum tw_cell_state state;
    enum tw_type type;
    union {
        int64_t i; /* boolean 0/1, integer, date, time, datetime */
        double f;  /* float */
    };
    tw_str text; /* text value, or the text of an unreadable cell */
} tw_cell;

typedef struct tw_format {
    tw_number_format number;
    const char *pattern;              /* date, time, datetime; NULL = ISO. Interned: tw_pattern_intern */
    const char *true_word, *false_word; /* boolean as written; NULL = "true"/"false". Interned too */
    const char *null_word; /* how the column writes a missing cell; NULL = "". Interned too */
} tw_format;
#define TW_FORMAT_PLAIN ((tw_format){.number = {'.', 0, -1}})

typedef struct tw_type_ops {
    const char *name;
    bool is_number;  /* integer, float: arithmetic makes sense */
    bool is_ordered_scale; /* has a f64 reading: number, date, time, datetime, boolean */
    /* Text (no blanks trimmed, not missing) to a value; false = unreadable as this type. Text always succeeds. */
    bool (*parse)(tw_str text, const tw_format *format, tw_cell *out);
    /* Value to text, as the format says. */
    bool (*format)(const tw_cell *cell, const tw_format *format, tw_buf *out);
    /* -1, 0, 1 for two values of this type; text by UTF-8 bytes. */
    int (*compare)(const tw_cell *a, const tw_cell *b);
    uint64_t (*hash)(const tw_cell *cell);
    double (*to_f64)(const tw_cell *cell); /* days, microseconds as doubles; NaN for text */
    /* The cell nearest to a number: integer types round half to even; false for text. */
    bool (*from_f64)(double value, tw_cell *out);
} tw_type_ops;

const tw_type_ops *tw_type_ops_of(enum tw_type type);
const char *tw_type_name(enum tw_type type);
bool tw_type_find(tw_str name, enum tw_type *out);

tw_cell tw_cell_missing(enum tw_type type);
tw_cell tw_cell_i64(enum tw_type type, int64_t value);
tw_cell tw_cell_f64(double value); /* NaN becomes missing */
tw_cell tw_cell_text(tw_str text);
tw_cell tw_cell_unreadable(enum tw_type type, tw_str text);
/* Ordering for sorts: values, then unreadable (by text), then missing. Same type on both sides. */
int tw_cell_compare(const tw_cell *a, const tw_cell *b);
bool tw_cell_equal(const tw_cell *a, const tw_cell *b); /* missing equals missing */
/* Text as written in files: value by format, missing as the format's null word, unreadable as its text. */
bool tw_cell_write(const tw_cell *cell, const tw_format *format, tw_buf *out);
/* JSON node: numbers and booleans as such, times as ISO text, missing null, unreadable its text. */
tw_doc *tw_cell_doc(const tw_cell *cell);
/* Parse text as a cell of a type: "" = missing, else value or unreadable. What else counts as missing is known by the
 * source of a column: tw_table_parse. */
tw_cell tw_cell_parse(enum tw_type type, const tw_format *format, tw_str text);

/* A process-wide, immortal copy of a short pattern or word, so that formats can be compared and copied by value.
 * Thread safe. NULL when memory is out. */
const char *tw_pattern_intern(tw_str text);

#endif
