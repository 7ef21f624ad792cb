/* The command line: subcommands made from the command rows, their output as text or JSON (CLI.md is
 * the contract).
 *
 * tw_cli_main makes a session of its own, lets `wire` fill its hooks and add rows, runs one
 * subcommand and returns the exit status. It prints; nothing below it does. */
#ifndef TW_CLI_CLI_H
#define TW_CLI_CLI_H

#include "app/session.h"

typedef struct tw_cli_wiring {
    enum tw_rc (*wire)(tw_session *session, tw_error *err);
    void (*unwire)(tw_session *session); /* before the session goes; may be NULL */
} tw_cli_wiring;

/* argv[1] is the subcommand, "help", "--help" or "--version". */
int tw_cli_main(int argc, char *const *argv, const tw_cli_wiring *wiring);
/* Whether argv[1] is for tw_cli_main and not a file for the workbench. */
bool tw_cli_is_subcommand(const char *word, const tw_cli_wiring *wiring);
/* An error as this program prints it, on stderr and, with json, as document on stdout; returns its
 * exit status. */
int tw_cli_fail(const tw_error *err, bool json, bool color);

#endif
