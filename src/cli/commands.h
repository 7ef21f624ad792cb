/* The command rows of this room: man, completions. */
#ifndef TW_CLI_COMMANDS_H
#define TW_CLI_COMMANDS_H

#include "app/session.h"

TW_NODISCARD enum tw_rc tw_cli_register(tw_session *session, tw_error *err);

#endif
