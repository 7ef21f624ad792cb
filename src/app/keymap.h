/* Key maps: text files of `context key -> command line`, later files winning over earlier ones.
 *
 * A context is a word ("grid", "findings", "any": every context). Keys are written as in CLI.md
 * ("x", "<C-p>", "g<Down>", "gg"); a sequence is its keys without blanks. "key -> " with nothing
 * behind takes a binding away. `#` begins a comment line; one of nothing but words ("# Move") is the
 * heading of what follows. Owned by the session; its thread only. */
#ifndef TW_APP_KEYMAP_H
#define TW_APP_KEYMAP_H

#include "base/arena.h"
#include "base/doc.h"

typedef struct tw_binding {
    const char *context, *keys, *line;
    const char *section; /* heading it stands under: "# Move"; NULL = none */
    int order;           /* as read, over all files */
} tw_binding;

typedef struct tw_keymap {
    tw_binding *bindings;
    size_t n, capacity;
    int read; /* bindings so far, replaced ones too */
    tw_arena texts;
} tw_keymap;

void tw_keymap_init(tw_keymap *map);
void tw_keymap_fini(tw_keymap *map);
/* TW_EPARSE names file and line. */
TW_NODISCARD enum tw_rc tw_keymap_load(tw_keymap *map, tw_str text, const char *name,
                                       tw_error *err);
/* The command line for keys in a context or in "any"; *prefix: something longer begins with them.
 */
const char *tw_keymap_find(const tw_keymap *map, const char *context, const char *keys,
                           bool *prefix);
/* First keys bound to a command line in a context, for hints and help; NULL = none. */
const char *tw_keymap_keys_of(const tw_keymap *map, const char *context, const char *line);
/* Every binding as the text that gives it again, sorted by context and keys. */
bool tw_keymap_dump(const tw_keymap *map, tw_buf *out);
/* The bindings as table: context, keys, command. */
tw_doc *tw_keymap_doc(const tw_keymap *map);
/* The maps of lua/keys/, built in: "default", "less", "vi", "visidata". */
typedef struct tw_keymap_text {
    const char *name, *text;
} tw_keymap_text;
extern const tw_keymap_text tw_keymaps_builtin[];
extern const size_t tw_keymaps_builtin_count;
/* Text of a built-in map; p NULL when there is none of that name. */
tw_str tw_keymap_builtin(tw_str name);

#endif
