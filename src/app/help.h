/* Help made from the command rows: what `:help`, `trowel help` and `--help` show. */
#ifndef TW_APP_HELP_H
#define TW_APP_HELP_H

#include "app/session.h"

/* One command: name, usage, summary, help, parameters (a table), example, keys. */
tw_doc *tw_help_command(const tw_session *session, const tw_command *command);
/* What a word means: a command of either surface, the method of a step ("knn", "impute knn",
 * "impute_knn"), an option. TW_EUNKNOWN_NAME with the nearest. */
TW_NODISCARD enum tw_rc tw_help_word(const tw_session *session, tw_str word, tw_doc **out,
                                     tw_error *err);
/* All commands of a surface (TW_COMMAND_CLI, TW_COMMAND_SCREEN): name, summary, as a table. */
tw_doc *tw_help_list(const tw_session *session, unsigned surface);
/* A command's page as plain text; `program` parameters (global flags) are listed behind its own. */
bool tw_help_text(const tw_session *session, const tw_command *command, unsigned surface,
                  const tw_param *program, size_t n_program, tw_buf *out);
/* What stands for a parameter's value ("N", "COLS"; "" for a switch), and what it means with its
 * choices and default. */
const char *tw_help_value(const tw_param *param);
bool tw_help_says(const tw_param *param, tw_buf *out);
/* Parameters as lines "  --name VALUE  what it is (default …)". */
bool tw_help_params(const tw_param *params, size_t n, tw_buf *out);

/* The i-th method of a family ("impute"), as the command line calls it. False at the end. */
typedef struct tw_method {
    char name[64];
    const char *summary;
    const tw_param *params;
    size_t n_params;
} tw_method;
bool tw_method_at(const char *family, size_t i, tw_method *out);

#endif
