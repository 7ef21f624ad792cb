/* Delimiter, quote, escape and line end of a text, guessed by scoring every candidate on a few
 * blocks.
 *
 * A candidate's score is uniformity x kinds x prior. Uniformity rewards records of equal width,
 * kinds rewards columns that hold one kind of thing each and no debris, the prior says how usual
 * the character is. In the line of CleverCSV (van den Burg, Nazábal, Sutton 2019: pattern score x
 * type score), with columns judged as wholes instead of cells one by one. */
#ifndef TW_IO_SNIFF_MARKS_H
#define TW_IO_SNIFF_MARKS_H

#include "io/sniff.h"
#include "io/sniff_notes.h"

/* Fills delimiter…, fixed columns (in the arena), quote, escape and line_end of *dialect. TW_EUSAGE
 * for an override that is no single character, or no list of widths. */
TW_NODISCARD enum tw_rc tw_sniff_marks(const tw_sample *text, const tw_read_options *options,
                                       tw_arena *arena, tw_dialect *dialect, tw_notes *notes,
                                       tw_error *err);
/* A character the user gave: itself, or "tab", "comma", "\t" and the like; 0 for "" and "none".
 * False: no such. */
bool tw_sniff_character(tw_str text, uint32_t *out);

#endif
