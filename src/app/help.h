/* Help made from the command rows: what `:help`, `trowel help` and `--help` show. */
#ifndef TW_APP_HELP_H
#define TW_APP_HELP_H

#include "app/session.h"

/* One command: name, usage, summary, help, parameters (a table), example, keys. */
tw_doc *tw_help_command(const tw_session *session, const tw_command *command);
/* All commands of a surface (TW_COMMAND_CLI, TW_COMMAND_SCREEN): name, summary, as a table. */
tw_doc *tw_help_list(const tw_session *session, unsigned surface);
/* A command's page as plain text; `program` parameters (global flags) are listed behind its own. */
bool tw_help_text(const tw_session *session, const tw_command *command, unsigned surface,
                  const tw_param *program, size_t n_program, tw_buf *out);
/* Parameters as lines "  --name VALUE  what it is (default …)". */
bool tw_help_params(const tw_param *params, size_t n, tw_buf *out);

#endif
