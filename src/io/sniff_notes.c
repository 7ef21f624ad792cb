/* Filling decisions. Texts are cut to their room: they are for people. */
#include "config.h"

#include "io/sniff_notes.h"

#include <stdarg.h>

tw_decision *tw_note(tw_notes *notes, const char *what, const char *value, double score,
                     const char *why, ...) {
    if (notes->n == TW_COUNT(notes->at))
        return NULL;
    tw_decision *d = &notes->at[notes->n++];
    *d = (tw_decision){.score = score};
    snprintf(d->what, sizeof d->what, "%s", what);
    snprintf(d->value, sizeof d->value, "%s", value);
    va_list args;
    va_start(args, why);
    vsnprintf(d->why, sizeof d->why, why, args);
    va_end(args);
    return d;
}

void tw_note_rival(tw_decision *decision, const char *value, double score) {
    if (!decision)
        return;
    snprintf(decision->runner_up, sizeof decision->runner_up, "%s", value);
    decision->runner_up_score = score;
}

void tw_note_given(tw_notes *notes, const char *what, const char *value) {
    tw_note(notes, what, value, 1, "given");
}

const char *tw_note_char(uint32_t c, char out[16]) {
    static const struct {
        uint32_t c;
        const char *name;
    } names[] = {{0, "none"},  {'\t', "tab"},   {' ', "blank"},
                 {1, "\\x01"}, {0x1e, "\\x1e"}, {0x1f, "\\x1f"}};
    for (size_t i = 0; i < TW_COUNT(names); i++)
        if (names[i].c == c) {
            snprintf(out, 16, "%s", names[i].name);
            return out;
        }
    if (c < 0x80)
        snprintf(out, 16, "%c", (char)c);
    else if (c < 0x800)
        snprintf(out, 16, "%c%c", (char)(0xc0 | c >> 6), (char)(0x80 | (c & 0x3f)));
    else
        snprintf(out, 16, "U+%04X", (unsigned)c);
    return out;
}
