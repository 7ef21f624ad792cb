/* The program: wires rooms together and hands over to the command line or the workbench. */
#include "config.h"

#include <signal.h>
#include <unistd.h>

#include "app/session.h"
#include "base/file.h"
#include "cli/cli.h"

/* What other rooms add to a session: readers of recipes, rows of commands. */
static enum tw_rc wire(tw_session *session, tw_error *err) {
    (void)session, (void)err;
    return TW_OK;
}

static int unknown(const char *word, const tw_cli_wiring *wiring) {
    char *const argv[] = {(char *)(uintptr_t)"trowel", (char *)(uintptr_t)word, NULL};
    return tw_cli_main(2, argv, wiring); /* says what it may have meant */
}

int main(int argc, char **argv) {
    const tw_cli_wiring wiring = {.wire = wire};
    signal(SIGPIPE, SIG_IGN);
    if (argc > 1 && tw_cli_is_subcommand(argv[1], &wiring))
        return tw_cli_main(argc, argv, &wiring);
    bool is_file = argc < 2 || tw_file_exists(argv[1]) || strpbrk(argv[1], "./");
    if (!is_file && argv[1][0] != '-')
        return unknown(argv[1], &wiring);
    tw_error err = TW_ERROR_INIT;
    enum tw_rc rc = tw_fail(&err, TW_EUSAGE, "trowel: the workbench needs a terminal; use a subcommand, see 'trowel help'");
    (void)rc;
    return tw_cli_fail(&err, false, false);
}
