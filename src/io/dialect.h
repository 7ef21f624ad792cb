/* What a delimited text file looks like: the dialect, who decided it and why.
 *
 * tw_dialect is a value. All offsets and characters refer to the file's text in UTF-8 (io/encoding.h decodes others
 * one-to-one, so that saving can encode back to the same bytes). */
#ifndef TW_IO_DIALECT_H
#define TW_IO_DIALECT_H

#include "base/args.h"
#include "base/doc.h"
#include "data/table.h"

enum tw_encoding {
    TW_UTF8,
    TW_UTF16LE,
    TW_UTF16BE,
    TW_LATIN1,
    TW_WINDOWS1252,
    TW_OTHER_8BIT /* named in encoding_name, decoded through iconv */
};

typedef struct tw_dialect {
    enum tw_encoding encoding;
    char encoding_name[32]; /* "utf-8", "utf-16le", "windows-1252", … */
    bool bom;
    char format[8];         /* what the text was made from: "csv" (any delimited text), "fixed", "jsonl", "json", "sqlite" */
    char compression[8];    /* "", "gzip", "zstd", "xz", "bzip2" */
    uint32_t delimiter;     /* code point; 0 = one column */
    bool delimiter_runs;    /* a run of it counts as one (columns aligned with blanks) */
    bool delimiter_blank;   /* each delimiter is followed by a blank that belongs to it: ", " */
    bool fixed;             /* columns begin at the same characters of every line */
    const uint32_t *cuts;   /* fixed: where the second and later ones begin, ascending; lives with what was sniffed */
    uint32_t n_cuts;
    bool strict;            /* the user named them: no line moves them */
    char quote;             /* 0 = none */
    char escape;            /* 0 = quotes are doubled */
    char line_end[3];       /* the usual one: "\n", "\r\n", "\r" */
    int skip_rows;          /* preamble records before the header (blank ones counted) */
    int header_rows;        /* 0 = none */
    bool units_row;         /* a row of units behind the header; not data */
    int footer_rows;        /* records behind the last data row of the table */
    char decimal, thousands;
    size_t n_tables;        /* tables found in the file; `table` is the one read */
    size_t table;
    uint64_t table_begin, table_end; /* bytes of the table read: header (if any) to the end of its last data record */
} tw_dialect;

/* One decision with its evidence, for `sniff` and the overrides pane. */
typedef struct tw_decision {
    char what[24];
    char value[48], runner_up[48];
    double score, runner_up_score;
    char why[160];
} tw_decision;

/* Reading overrides of CLI.md; every field has an "unset" value that leaves the guess on. */
typedef struct tw_read_options {
    tw_str delimiter, quote, escape, encoding, header, format; /* p NULL = guess; "" in quote = none */
    tw_str widths;                                             /* of fixed columns, "8,10,4"; the last one takes the rest */
    int skip, footer;                                          /* -1 = guess */
    tw_str table;                                              /* number from 1, or a name where tables have names */
    tw_str decimal, thousands;
    tw_str_list *null_tokens;                                  /* NULL = guess */
    const tw_str *types;                                       /* "COL=TYPE" */
    size_t n_types;
    const tw_str *roles;                                       /* "COL=ROLE" */
    size_t n_roles;
    uint64_t memory;                                           /* bytes a stream may take, 0 = half of what is free */
    uint64_t spool;                                            /* further bytes in a temporary file, 0 = half of its disk */
    bool live;    /* a stream is shown as it comes: open returns with its first lines */
    bool others;  /* types and roles are those of several files: this one need not have every column named */
    bool fixed;   /* set by --format fixed */
    bool records; /* set where text was made from another format: one table, every record as it should be */
} tw_read_options;
#define TW_READ_DEFAULT ((tw_read_options){.skip = -1, .footer = -1})

#endif
