/* The decisions of a sniff as they are made: value, runner-up, scores and the reason in words.
 *
 * A fixed list by value; full is full (there are fewer guesses than room). */
#ifndef TW_IO_SNIFF_NOTES_H
#define TW_IO_SNIFF_NOTES_H

#include "io/dialect.h"

typedef struct tw_notes {
    tw_decision at[20];
    size_t n;
} tw_notes;

/* A new decision with value and reason; the runner-up is filled by tw_note_rival. NULL when the
 * list is full. */
tw_decision *tw_note(tw_notes *notes, const char *what, const char *value, double score,
                     const char *why, ...) TW_PRINTF(5, 6);
void tw_note_rival(tw_decision *decision, const char *value, double score);
/* The same where the user said so. */
void tw_note_given(tw_notes *notes, const char *what, const char *value);
/* A character as people name it: "tab", "none", "','". */
const char *tw_note_char(uint32_t c, char out[16]);

#endif
