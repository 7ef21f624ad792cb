/* Keys by name: what a terminal sends, what scripts write, what key maps bind.
 *
 * A key is a short text: a character ("x", "é"), or a name in angle brackets ("<Enter>", "<C-p>", "<M-x>", "<F1>",
 * "<Space>", "<Lt>"). Pure functions. */
#ifndef TW_TUI_KEYS_H
#define TW_TUI_KEYS_H

#include "base/str.h"

enum { TW_KEY_MAX = 24 };

/* The next key in what a terminal sent. Returns the bytes it took; 0 = the bytes may be the start of a longer key (never
 * when `final`: nothing more is coming). */
size_t tw_key_decode(tw_str bytes, bool final, char key[TW_KEY_MAX]);
/* The next key in a script's text; returns the bytes of text it took, 0 at the end. */
size_t tw_key_parse(tw_str text, char key[TW_KEY_MAX]);
/* What a terminal would send for a key; the length, 0 for none. */
size_t tw_key_bytes(const char *key, char out[TW_KEY_MAX]);

#endif
