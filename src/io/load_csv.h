/* Columns from a delimited text file: one parallel scan for all columns asked for. */
#ifndef TW_IO_LOAD_CSV_H
#define TW_IO_LOAD_CSV_H

#include "io/source_csv.h"

/* Null tokens of one column, for a quick no: most cells have a length that no token has. Borrows
 * the tokens. */
typedef struct tw_null_set {
    const tw_str *tokens;
    size_t n;
    uint64_t lengths; /* bit of each token's length; 63 = 63 or more */
} tw_null_set;
tw_null_set tw_null_set_of(const tw_str *tokens, size_t n);

/* The text without blanks around it, as types are judged and values are read. */
static inline tw_str tw_cell_bare(tw_str text) {
    bool padded =
        text.n && ((unsigned char)text.p[0] <= ' ' || (unsigned char)text.p[text.n - 1] <= ' ');
    return padded ? tw_str_trim(text) : text;
}

static inline bool tw_null_set_has(const tw_null_set *set, tw_str text) {
    text = tw_cell_bare(text);
    if (text.n == 0)
        return true;
    if (!(set->lengths >> TW_MIN(text.n, (size_t)63) & 1))
        return false;
    for (size_t i = 0; i < set->n; i++)
        if (set->tokens[i].n == text.n && memcmp(set->tokens[i].p, text.p, text.n) == 0)
            return true;
    return false;
}

/* As tw_source_ops.load. */
TW_NODISCARD enum tw_rc tw_csv_load(tw_source_csv *s, const int *columns, const tw_field *fields,
                                    size_t n, tw_task *task, tw_column **out, tw_error *err);

#endif
