/* Secret keys as arguments: the three flags every command that may mask takes. */
#ifndef TW_APP_KEYS_H
#define TW_APP_KEYS_H

#include "app/work.h"

typedef struct tw_key_args {
    tw_str file, raw;
    int64_t fd;
} tw_key_args;

/* The rows, for a struct with a tw_key_args member. */
#define TW_KEY_PARAMS(type, member)                                                                \
    {.name = "key_file",                                                                           \
     .kind = TW_PARAM_PATH,                                                                        \
     .offset = offsetof(type, member.file),                                                        \
     .help = "key for masks that need one: 64 hexadecimal digits, mode 0600 ('keygen' makes it)"}, \
        {.name = "key_fd",                                                                         \
         .kind = TW_PARAM_INT,                                                                     \
         .offset = offsetof(type, member.fd),                                                      \
         .fallback = "-1",                                                                         \
         .min = -1,                                                                                \
         .max = 1e6,                                                                               \
         .help = "read the key from this descriptor"},                                             \
    {                                                                                              \
        .name = "raw_key", .kind = TW_PARAM_TEXT, .offset = offsetof(type, member.raw),            \
        .flags = TW_PARAM_HIDDEN, .help = "the key itself, for test vectors only"                  \
    }

/* The key the arguments name, NULL when they name none. A raw key on screen is refused: it would
 * stand in the history. */
TW_NODISCARD enum tw_rc tw_key_of_args(const tw_key_args *args, bool batch, tw_key **out,
                                       tw_error *err);

#endif
