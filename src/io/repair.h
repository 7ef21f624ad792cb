/* The repair table: damaged records (ragged, split, stray quotes) read as they were meant, visibly.
 *
 * The index calls it where a record has another number of cells than the table, or a quoted cell that looks broken
 * (TW_CELL_STRAY across a line end); the answer is one logical record made of the text from there on. Repaired records
 * stand in the index's sorted side list, which fetch, load and save consult; the file's bytes stay as they are. A repairer
 * is immutable: any thread. */
#ifndef TW_IO_REPAIR_H
#define TW_IO_REPAIR_H

#include "io/csv_scan.h"
#include "io/sniff.h"

enum tw_repair_kind {
    TW_REPAIR_NONE,    /* the record is right as it stands */
    TW_REPAIR_SHORT,   /* fewer cells: padded with empty ones by the reader */
    TW_REPAIR_SURPLUS, /* more cells, the surplus ones empty: dropped by the reader */
    TW_REPAIR_EXTRA,   /* more cells with text: they stay on their row */
    TW_REPAIR_JOINED,  /* split by a stray line end */
    TW_REPAIR_SPLIT,   /* cells stand apart by something else than the delimiter */
    TW_REPAIR_MERGED,  /* a delimiter inside an unquoted cell */
    TW_REPAIR_QUOTE,   /* a stray quote */
    TW_REPAIR_KINDS
};
const char *tw_repair_word(enum tw_repair_kind kind); /* "short", "joined", …: `--report` and messages */

typedef struct tw_repairer tw_repairer;
/* Learns what records look like from the sample's head. Copies what it needs. */
TW_NODISCARD enum tw_rc tw_repairer_new(const tw_sniffed *sniffed, const tw_sample *text, tw_repairer **out, tw_error *err);
void tw_repairer_free(tw_repairer *repairer);

/* The logical record that begins at text.p. text runs to the end of the table (or window). For JOINED, SPLIT, MERGED and
 * QUOTE exactly one record is appended to `out` (spans from text.p; cells may be fewer or more than the width, the
 * reader pads and drops) and *consumed bytes of text belong to it, its line end and the blank lines that were joined
 * included; for the other kinds out stays as it was and *consumed is 0: the record stands as tokenised. `cells` and
 * `row` are the tokenised record; its spans count from text.p - cells->records[row].at. */
TW_NODISCARD enum tw_rc tw_repair_record(const tw_repairer *repairer, tw_str text, const tw_csv_cells *cells, size_t row,
                                         tw_csv_cells *out, size_t *consumed, enum tw_repair_kind *kind, tw_error *err);

#endif
