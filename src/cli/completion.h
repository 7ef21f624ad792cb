/* Completions for bash, zsh and fish, made from the command tables: what `trowel completions SHELL`
 * prints.
 *
 * They complete subcommands, flags, words that a flag chooses from, methods and their flags, files,
 * and, where columns are wanted and a file is named already, its columns (`trowel completions
 * columns FILE`, which reads no further than the header). */
#ifndef TW_CLI_COMPLETION_H
#define TW_CLI_COMPLETION_H

#include "app/session.h"

enum tw_shell { TW_BASH, TW_ZSH, TW_FISH };
TW_NODISCARD enum tw_rc tw_completion_write(const tw_session *session, enum tw_shell shell,
                                            tw_buf *out, tw_error *err);

#endif
