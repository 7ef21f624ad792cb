/* Unicode through utf8proc: validity, decoding, display width, case, normal forms.
 *
 * Width is terminal cells as the C library and curses count them: 0 for combining marks and
 * controls, 2 for East Asian wide and emoji. An emoji joined by ZWJ or a skin tone adds nothing to
 * the emoji before it; variation selectors do not change the width. Pure functions; results in the
 * caller's buffer. Invalid bytes are kept as they are by case and normal form. */
#ifndef TW_BASE_UNICODE_H
#define TW_BASE_UNICODE_H

#include "base/buf.h"

/* Bytes of valid UTF-8 at the front of s (== s.n when all is valid). */
size_t tw_utf8_valid(tw_str s);
/* Next code point; *i moves on; invalid bytes give 0xFFFD one at a time. Caller checks *i < s.n. */
int32_t tw_utf8_next(tw_str s, size_t *i);
size_t tw_utf8_length(tw_str s); /* characters */
/* Offset behind the first `chars` characters. */
size_t tw_utf8_offset(tw_str s, size_t chars);
int tw_char_width(int32_t c);
/* True when c continues the emoji sequence before it (previous = the character before, 0 = none):
 * it takes no cells. */
bool tw_char_joins(int32_t previous, int32_t c);
size_t tw_text_width(tw_str s);
/* Longest front part of whole grapheme clusters that fits `cells` columns; *width = its cells. */
size_t tw_text_fit(tw_str s, size_t cells, size_t *width);
/* The 1 to 4 bytes of c (of U+FFFD when it is no character); returns how many. */
size_t tw_utf8_encode(int32_t c, char out[4]);
bool tw_utf8_put(tw_buf *out, int32_t c);
/* TITLE: first letter of each word upper, rest lower; "o'neil jean-luc don't" gives "O'Neil
 * Jean-Luc Don't". UPPER makes SS of sharp s; LOWER knows the final sigma; FOLD is for comparing
 * only. */
enum tw_text_case { TW_CASE_LOWER, TW_CASE_UPPER, TW_CASE_TITLE, TW_CASE_FOLD };
bool tw_text_case(tw_buf *out, tw_str s, enum tw_text_case to);
/* TW_STRIP_MARKS: accents off ("Ålesund" gives "Alesund"); letters that are no base and mark (ø, ł)
 * stay. */
enum tw_normal_form { TW_NFC, TW_NFD, TW_NFKC, TW_NFKD, TW_STRIP_MARKS };
bool tw_text_normalize(tw_buf *out, tw_str s, enum tw_normal_form form);
bool tw_char_is_letter(int32_t c);
bool tw_char_is_digit(int32_t c); /* decimal digits of any script */
bool tw_char_is_upper(int32_t c);
bool tw_char_is_space(
    int32_t c); /* White_Space (NBSP, the U+2000 row), and the invisible U+200B and U+FEFF */
bool tw_char_is_control(
    int32_t c); /* C0, C1, line and paragraph separators: never sent to a terminal */
/* Takes no cell and shows nothing: bidirectional marks, variation selectors, zero-width space.
 * Joiners (U+200C, U+200D) are not among them. */
bool tw_char_is_invisible(int32_t c);

#endif
