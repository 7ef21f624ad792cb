/* From words to arguments: a command line or argv becomes the map that tw_args_bind takes.
 *
 * Flags are looked up in several tables of parameters at once (the command's, what it takes beyond,
 * the program's); each table has a map of its own that receives the values. Words that are no flags
 * fill the command's positional parameters in order and, on the command line, name files.
 * Everything allocated lives in the caller's arena, the maps are the caller's. */
#ifndef TW_APP_CALL_H
#define TW_APP_CALL_H

#include "app/command.h"
#include "app/words.h"

typedef struct tw_param_set {
    const tw_param *params;
    size_t n;
    tw_doc *values; /* map; values are added */
} tw_param_set;

enum { TW_SET_COMMAND, TW_SET_MORE, TW_SET_PROGRAM, TW_SET_READING, TW_SETS };

typedef struct tw_call {
    const tw_command *command;
    tw_param_set sets[TW_SETS]; /* SET_PROGRAM, SET_READING: n = 0 but on the command line */
    bool free_names;            /* its step takes names of columns as flags */
    tw_str_list files;          /* command line: what is left for FILE */
} tw_call;

/* An empty call with maps for each set; TW_ENOMEM. */
TW_NODISCARD enum tw_rc tw_call_init(tw_call *call, const tw_command *command, tw_error *err);
void tw_call_fini(tw_call *call);
/* The words behind the name on a command line; a positional expression takes the rest of the line
 * as it stands. */
TW_NODISCARD enum tw_rc tw_call_line(tw_call *call, tw_str rest, tw_arena *arena, tw_error *err);
/* Words of argv behind the subcommand. Call `program` flags may stand anywhere. */
TW_NODISCARD enum tw_rc tw_call_argv(tw_call *call, char *const *words, size_t n, tw_arena *arena,
                                     tw_error *err);
/* A map as Lua gives it: names of the command's row stay, others go beyond. */
TW_NODISCARD enum tw_rc tw_call_map(tw_call *call, const tw_doc *map, tw_error *err);
/* The map for tw_args_bind: the command's values, those beyond under "more". Borrowed from the
 * call. */
TW_NODISCARD enum tw_rc tw_call_values(tw_call *call, const tw_doc **out, tw_error *err);
/* A map of arguments as the command line that gives it. */
bool tw_call_print(const tw_command *command, const tw_doc *args, tw_buf *out);
/* "head [-n N] FILE": one line for messages and help. */
bool tw_call_usage(const tw_command *command, bool cli, tw_buf *out);

#endif
