/* Blobs of databases as text: the literal of SQL, X'0aff', in hexadecimal digits.
 *
 * In records made of a database a blob stands without quotes and a text that looks like one in
 * quotes, so that the way back is known (tw_row_cells_blob). */
#ifndef TW_IO_BLOB_H
#define TW_IO_BLOB_H

#include "base/buf.h"

/* Appends the literal. */
static inline void tw_blob_put(tw_buf *out, const unsigned char *bytes, size_t n) {
    static const char digits[] = "0123456789abcdef";
    tw_buf_c(out, "X'");
    for (size_t i = 0; i < n; i++) {
        tw_buf_char(out, digits[bytes[i] >> 4]);
        tw_buf_char(out, digits[bytes[i] & 15]);
    }
    tw_buf_char(out, '\'');
}

/* Value of a digit, -1 for another character. */
static inline int tw_blob_digit(char c) {
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* A literal as tw_blob_put writes it; *digits is what stands between the quotes. */
static inline bool tw_blob_of(tw_str text, tw_str *digits) {
    if (text.n < 3 || text.n % 2 == 0 || text.p[0] != 'X' || text.p[1] != '\'' ||
        text.p[text.n - 1] != '\'')
        return false;
    *digits = tw_str_sub(text, 2, text.n - 1);
    for (size_t i = 0; i < digits->n; i++)
        if (tw_blob_digit(digits->p[i]) < 0)
            return false;
    return true;
}

#endif
