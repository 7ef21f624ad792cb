/* The flags all subcommands share, as rows: which of them a subcommand takes depends on its command
 * row alone. */
#include "cli/program.h"

#include "app/reading.h"

static const tw_param general[] = {
    TW_ROW(tw_program_args, json, BOOL, .help = "one JSON document on stdout"),
    TW_ROW(tw_program_args, quiet, BOOL, .letter = 'q', .help = "no notes on stderr"),
    TW_ROW(tw_program_args, verbose, BOOL, .letter = 'v', .help = "more notes on stderr"),
    TW_ROW(tw_program_args, progress, CHOICE, .choices = "auto|always|never", .fallback = "auto",
           .help = "show how far it is, on stderr"),
    TW_ROW(tw_program_args, color, CHOICE, .choices = "auto|always|never", .fallback = "auto",
           .help = "colours in messages"),
    TW_ROW(tw_program_args, threads, INT, .fallback = "0", .min = 0, .max = 1024,
           .help = "threads; 0 = the cores this process may use"),
    TW_ROW(tw_program_args, seed, INT, .fallback = "0", .min = 0, .max = 9e15,
           .help = "of random draws; 0 = the recipe's, else 1"),
    TW_ROW(tw_program_args, help, BOOL, .help = "explain the subcommand"),
};
static const tw_param output[] = {
    TW_ROW(tw_program_args, out, PATH, .letter = 'o', .help = "where to, instead of stdout"),
    TW_ROW(tw_program_args, in_place, BOOL, .help = "write over the input"),
};
static const tw_param manifest[] = {
    TW_ROW(tw_program_args, no_manifest, BOOL, .help = "write no OUT.manifest.json"),
};
_Static_assert(TW_COUNT(general) + TW_COUNT(output) + TW_COUNT(manifest) <= TW_PROGRAM_MAX,
               "room for the rows");

static size_t append(tw_param *out, size_t n, const tw_param *rows, size_t count) {
    memcpy(out + n, rows, count * sizeof *rows);
    return n + count;
}

void tw_program_add(tw_call *call, tw_param rows[TW_PROGRAM_MAX]) {
    unsigned flags = call->command->flags;
    size_t n = append(rows, 0, general, TW_COUNT(general));
    if (flags & TW_COMMAND_TABLE)
        n = append(rows, n, output, TW_COUNT(output));
    if (flags & TW_COMMAND_MANIFEST)
        n = append(rows, n, manifest, TW_COUNT(manifest));
    call->sets[TW_SET_PROGRAM].params = rows;
    call->sets[TW_SET_PROGRAM].n = n;
    if (call->command->scope == TW_SCOPE_FILE || (flags & TW_COMMAND_READS)) {
        call->sets[TW_SET_READING].params = tw_reading_params;
        call->sets[TW_SET_READING].n = TW_READING_COUNT;
    }
}

enum tw_rc tw_program_bind(const tw_call *call, tw_program_args *args, tw_arena *arena,
                           tw_error *err) {
    const tw_param_set *set = &call->sets[TW_SET_PROGRAM];
    return tw_args_bind(call->command->name, set->params, set->n, set->values, args, arena, err);
}

bool tw_program_wants_json(int argc, char *const *argv) {
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], "--json") == 0)
            return true;
    return false;
}
