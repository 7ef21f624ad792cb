/* Flags of every subcommand (CLI.md, "For every subcommand") and what they say. */
#ifndef TW_CLI_PROGRAM_H
#define TW_CLI_PROGRAM_H

#include "app/call.h"

enum tw_when { TW_AUTO, TW_ALWAYS, TW_NEVER };

typedef struct tw_program_args {
    bool json, quiet, verbose, help, in_place, no_manifest;
    int progress, color; /* enum tw_when */
    int64_t threads, seed;
    tw_str out;
} tw_program_args;

/* Give a call the tables a subcommand takes besides its own: the general rows, OUT where it leaves
 * a table, reading overrides where it takes a FILE. `rows` is room that must live as long as the
 * call. */
enum { TW_PROGRAM_MAX = 16 };
void tw_program_add(tw_call *call, tw_param rows[TW_PROGRAM_MAX]);
/* The general flags of a parsed call. Texts borrow from the call. */
TW_NODISCARD enum tw_rc tw_program_bind(const tw_call *call, tw_program_args *args, tw_arena *arena,
                                        tw_error *err);
/* A subcommand that help, manual and completions name. */
static inline bool tw_is_listed(const tw_command *command) {
    return (command->flags & TW_COMMAND_CLI) && !(command->flags & TW_COMMAND_HIDDEN);
}
/* --json somewhere among the words, before they are parsed: errors of the call are JSON as well. */
bool tw_program_wants_json(int argc, char *const *argv);

#endif
