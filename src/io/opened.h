/* Inside of an opened file, for open.c, open_doc.c and open_decisions.c. */
#ifndef TW_IO_OPENED_H
#define TW_IO_OPENED_H

#include <stdatomic.h>

#include "io/format.h"
#include "io/input.h"
#include "io/open.h"
#include "io/source_csv.h"

#define ESTIMATE_ROWS 500 /* records whose size stands for all */
#define ESTIMATE_BYTES ((uint64_t)4 << 20) /* at most, however long they are */
#define HEAD_BYTES ((uint64_t)4 << 20)     /* what the first rows to be shown may take */
#define SNIFF_WHOLE ((size_t)8 << 20) /* texts up to this size are sniffed whole before they are read */

/* A text and what was sniffed about it. */
typedef struct tw_view {
    tw_str text;
    tw_sniffed sniffed;
    tw_str *names; /* shown and terminated: the file's own, or c1, c2, … */
    tw_csv_rules rules;
    uint64_t data_begin, data_end;
    tw_repairer *repairer;
} tw_view;

struct tw_opened {
    tw_source_csv *source;
    tw_read_options options;
    tw_str_list null_tokens;
    tw_input input;
    bool has_input, head_cut;
    bool all_columns; /* will be needed: tw_opened_expect */
    const int *only;  /* types of n_only columns will: tw_opened_expect_types; NULL = of all */
    size_t n_only;
    bool table_given; /* of a database */
    tw_view first, whole; /* of what was there at open; of the whole text where that is another */
    _Atomic(const tw_view *) current;
    size_t trailing;    /* bytes behind packed ones that were left out */
    double rows_a_byte; /* of the first rows */
    _Atomic int64_t rows;
    _Atomic bool exact;
};

const tw_view *tw_opened_view(const tw_opened *o);
/* All data rows of a view, for an index. */
tw_index_input tw_view_input(const tw_view *view);
/* Overrides against what was sniffed: TW_EUSAGE, TW_EUNKNOWN_COLUMN. */
TW_NODISCARD enum tw_rc tw_opened_check(const tw_opened *o, tw_error *err);
/* The first one; of a stream with all lines that have come so far. Borrows from o. */
tw_view tw_opened_first(const tw_opened *o);
/* Every guess with its evidence: those of the sniffer, then those of each column. After finish. */
tw_doc *tw_opened_decisions(const tw_opened *o);

#endif
