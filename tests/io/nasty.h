/* Files that break readers: by hand, and grown at random from the same ingredients. Shared by the
 * tests of io. */
#ifndef TW_TESTS_IO_NASTY_H
#define TW_TESTS_IO_NASTY_H

#include <unistd.h>

#include "base/file.h"
#include "io/encoding.h"
#include "io/open.h"
#include "io/save.h"

typedef struct nasty {
    const char *name;
    tw_str bytes;
} nasty;

#define NASTY(name, text)                                                                          \
    {                                                                                              \
        name, {                                                                                    \
            text, sizeof(text) - 1                                                                 \
        }                                                                                          \
    }

/* clang-format off */
static const nasty nasties[] = {
    NASTY("empty", ""),
    NASTY("one byte", "a"),
    NASTY("one line end", "\n"),
    NASTY("only line ends", "\r\n\n\r\r\n"),
    NASTY("header only", "id,name,age\n"),
    NASTY("header only, no line end", "id,name,age"),
    NASTY("LF", "id,name\n1,ann\n2,bob\n3,cid\n"),
    NASTY("CRLF", "id,name\r\n1,ann\r\n2,bob\r\n3,cid\r\n"),
    NASTY("CR", "id,name\r1,ann\r2,bob\r3,cid\r"),
    NASTY("mixed line ends", "id,name\n1,ann\r\n2,bob\r3,cid\n\r4,dan\n"),
    NASTY("no line end at the end", "id,name\n1,ann\n2,bob"),
    NASTY("blank lines", "\n\nid,name\n\n1,ann\n\n\n2,bob\n\n"),
    NASTY("blank lines of blanks", "id,name\n1,ann\n  \n2,bob\n \n"),
    NASTY("byte order mark", "\xEF\xBB\xBFid,name\n1,ann\n2,bob\n"),
    NASTY("byte order mark alone", "\xEF\xBB\xBF"),
    NASTY("ragged", "a,b,c\n1,2,3\n4,5\n6\n7,8,9,10\n11,12,13,,\n14,15,16\n"),
    NASTY("stray quotes", "a,b\n1,x\"y\n2,\"z\" w\n3,\"open\n4,ok\n5,ok\n"),
    NASTY("quote to the end", "a,b\n1,2\n3,\"never closed\n4,5\n"),
    NASTY("doubled quotes", "a,b\n\"1\",\"say \"\"hi\"\"\"\n\"2\",\"\"\n"),
    NASTY("line ends in quotes", "a,b\n1,\"x\ny\"\n2,\"x\r\ny\"\n3,\"\n\n\"\n"),
    NASTY("NUL bytes", "a,b\n1,\0x\n2,y\0\n\0,\0\0\n"),
    NASTY("invalid UTF-8", "a,b\n1,\xff\xfe\n2,\xc3\n3,\xc3\xa9\n4,\xed\xa0\x80\n"),
    NASTY("Windows-1252", "name,price\nCaf\xe9,5 \x80\nNa\xefve,7 \x80\n\x81\x8d,\x9d\n"),
    NASTY("blanks at the edges", " a , b \n 1 , x \n2 ,y\t\n\t3,  \n"),
    NASTY("comma and blank", "a, b, c\n1, 2, 3\n4, \"5, 6\", 7\n"),
    NASTY("semicolons and commas", "a;b\n1,5;x\n2,5;y\n3,5;z\n"),
    NASTY("tabs", "a\tb\n1\tx y\n2\t\"z\tw\"\n"),
    NASTY("aligned with blanks", "a    b   c\n1    2   3\n10   20  30\n100  200 300\n"),
    NASTY("one column", "name\nann\n\"\"\nbob\n\"c\nd\"\n"),
    NASTY("preamble and footer", "Report of the year\n\nid,name\n1,ann\n2,bob\n3,cid\n\nTotal,3\nSource: us\n"),
    NASTY("only delimiters", ",,,\n,,,\n,,,\n"),
    NASTY("delimiter at each end", "a,b,\n1,2,\n3,4,\n"),
    NASTY("apostrophes as quotes", "a,b\n'1','x, y'\n'2','it''s'\n"),
    NASTY("escapes", "a,b\n\"1\",\"say \\\"hi\\\"\"\n\"2\",\"back\\\\slash\"\n"),
    NASTY("two tables", "a,b\n1,2\n3,4\n\nx,y,z\n1,2,3\n4,5,6\n"),
    NASTY("control characters", "a,b\n1,\x01\x02\n2,\x7f\x1b[31m\n\x1a"),
    NASTY("header twice", "a,a,\n1,2,3\n4,5,6\n"),
};
/* clang-format on */

static inline uint64_t nasty_random(uint64_t *state) {
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *state >> 33;
}

static inline void nasty_cell(uint64_t *state, tw_buf *out) {
    static const char *const cells[] = {"1",          "2.5",   "-3",       "",           "ann",
                                        "x y",        "\"q\"", "\"a,b\"",  "\"a\"\"b\"", "\"c\nd\"",
                                        "2024-02-29", "NA",    "\xC3\xA9", " pad ",      "\"\"",
                                        "0042",       "true",  "1,5",      "\"e\r\nf\"", "it's"};
    tw_buf_c(out, cells[nasty_random(state) % TW_COUNT(cells)]);
}

/* A table with some of everything; seldom a broken record. */
static inline void nasty_file(uint64_t *state, tw_buf *out) {
    static const char *const ends[] = {"\n", "\r\n", "\r"};
    static const char delimiters[] = {',', ',', ';', '\t', '|'};
    size_t width = 1 + nasty_random(state) % 6, rows = nasty_random(state) % 30;
    const char *end = ends[nasty_random(state) % 3];
    char delimiter = delimiters[nasty_random(state) % sizeof delimiters];
    for (size_t r = 0; r <= rows; r++) {
        size_t cells = r && nasty_random(state) % 20 == 0 ? nasty_random(state) % 8 : width;
        for (size_t c = 0; c < cells; c++) {
            if (c)
                tw_buf_char(out, delimiter);
            if (r == 0)
                tw_buf_printf(out, "col%zu", c);
            else
                nasty_cell(state, out);
        }
        if (nasty_random(state) % 40 == 0)
            tw_buf_c(out, "\"");
        if (r < rows || nasty_random(state) % 4)
            tw_buf_c(out, nasty_random(state) % 30 ? end : "\n");
        if (nasty_random(state) % 25 == 0)
            tw_buf_c(out, end);
    }
}

/* A directory of the test's own under the working directory. */
static inline const char *nasty_path(const char *name, char out[256]) {
    snprintf(out, 256, "io-%ld-%s", (long)getpid(), name);
    return out;
}

#endif
