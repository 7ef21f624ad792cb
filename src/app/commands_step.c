/* One step on the dataset: clean, impute, mask, augment, synth. The steps are rows of
 * steps/table.c; which one runs says
 * --method, and the flags behind it are that step's own. On screen the step is recorded, so the
 * recipe saved later does what was done here. */
#include "app/commands.h"

#include "app/keys.h"
#include "app/model.h"
#include "app/session_impl.h"

typedef struct step_args {
    tw_str method;
    bool explain;
    int64_t m; /* impute: how many imputations; 0 = one, as a table */
    tw_str save, model; /* synth: files */
    tw_key_args key;
    const tw_doc *more; /* the step's own parameters */
} step_args;

#define METHOD TW_ROW(step_args, method, TEXT, .help = "which step; --explain lists them")
#define EXPLAIN                                                                                    \
    TW_ROW(step_args, explain, BOOL,                                                               \
           .help = "say what the method does, its parameters and its source")
#define MORE TW_ROW(step_args, more, DOC, .flags = TW_PARAM_HIDDEN)
static const tw_param step_params[] = {METHOD, EXPLAIN, MORE};
static const tw_param impute_params[] = {
    METHOD, EXPLAIN,
    TW_ROW(step_args, m, INT, .letter = 'm', .min = 1, .max = 1000,
           .help = "write so many imputations, OUT-1.csv and on, whose draws differ"),
    MORE};
static const tw_param synth_params[] = {
    METHOD, EXPLAIN,
    TW_ROW(step_args, save, PATH, .help = "keep what was learnt in this file, for --model"),
    TW_ROW(step_args, model, PATH,
           .help = "draw from a saved model instead of FILE; -n, --given and --seed may be new"),
    MORE};
static const tw_param mask_params[] = {METHOD, EXPLAIN, TW_KEY_PARAMS(step_args, key), MORE};

static tw_doc *methods_of(const char *family) {
    static const char *const columns[] = {"method", "what it does"};
    tw_doc *table = tw_doc_table(columns, TW_COUNT(columns));
    size_t n;
    const tw_step_row *const *rows = tw_steps(&n);
    for (size_t i = 0; table && i < n; i++) {
        char name[64];
        tw_doc *line = strcmp(rows[i]->family, family) == 0 ? tw_doc_list() : NULL;
        if (!line)
            continue;
        tw_doc_add(line, tw_doc_c(tw_step_method_name(rows[i], name)));
        tw_doc_add(line, tw_doc_c(rows[i]->summary));
        tw_doc_add(table, line);
    }
    return table;
}

static enum tw_rc no_method(const char *family, tw_error *err) {
    char all[512] = "", name[64];
    size_t n, used = 0;
    const tw_step_row *const *rows = tw_steps(&n);
    for (size_t i = 0; i < n && used < sizeof all; i++)
        if (strcmp(rows[i]->family, family) == 0)
            used += (size_t)snprintf(all + used, sizeof all - used, "%s%s", used ? ", " : "",
                                     tw_step_method_name(rows[i], name));
    return tw_fail(err, TW_EUSAGE, "%s: no --method is given; choose one of %s", family, all);
}

static enum tw_rc explain(tw_work *work, const char *family, const step_args *args, tw_doc **out,
                          tw_error *err) {
    const tw_step_row *row;
    work->explained = true;
    enum tw_rc rc = args->method.p ? tw_step_find_method(family, args->method, &row, err) : TW_OK;
    if (rc != TW_OK)
        return rc;
    *out = args->method.p ? tw_step_explain(row) : methods_of(family);
    return *out ? TW_OK : tw_fail_memory(err);
}

/* --- several imputations --- */

static bool draws(const tw_step_row *row) {
    return tw_args_find(row->params, row->n_params, TW_STR("imputation")) != NULL;
}

/* Files that differ in nothing would pass for certainty. */
static enum tw_rc refuse_same(const tw_step_row *row, tw_error *err) {
    char all[512] = "", name[64];
    size_t n, used = 0;
    const tw_step_row *const *rows = tw_steps(&n);
    for (size_t i = 0; i < n && used < sizeof all; i++)
        if (strcmp(rows[i]->family, row->family) == 0 && draws(rows[i]))
            used += (size_t)snprintf(all + used, sizeof all - used, "%s%s", used ? ", " : "",
                                     tw_step_method_name(rows[i], name));
    return tw_fail(err, TW_EUSAGE,
                   "-m: %s draws nothing, so all files would be the same; methods that draw: %s",
                   tw_step_method_name(row, name), all);
}

/* The i-th imputation of the version at hand becomes a draw; the next begins there again. */
static enum tw_rc run_draw(tw_work *work, const tw_step_call *call, const tw_doc *args, size_t i,
                           tw_doc **out, tw_error *err) {
    tw_step_call one = *call;
    one.args = tw_doc_copy(args);
    if (!one.args || !tw_doc_set(one.args, "imputation", tw_doc_int((int64_t)i + 1))) {
        tw_doc_free(one.args);
        return tw_fail_memory(err);
    }
    const tw_log *log = work->log;
    work->log = i == 0 ? log : NULL; /* what there is to say is the same for all */
    enum tw_rc rc = tw_work_step(work, &one, i == 0 ? out : NULL, err);
    work->log = log;
    if (rc == TW_OK)
        work->draws[work->n_draws++] = (tw_draw){work->next, work->report.steps};
    else
        tw_state_unref(work->next);
    if (rc == TW_OK)
        work->report.steps = NULL;
    work->next = NULL;
    return rc;
}

static enum tw_rc run_draws(tw_work *work, const step_args *args, const tw_step_call *call,
                            tw_doc **out, tw_error *err) {
    const tw_doc *more = args->more;
    if (!draws(call->row))
        return refuse_same(call->row, err);
    if (!work->batch)
        return tw_fail(err, TW_EUSAGE,
                       "-m: it writes files, so it is for the command line; --imputation 1, 2, … "
                       "gives one of them here");
    if (tw_doc_get(more, "imputation"))
        return tw_fail(err, TW_EUSAGE, "-m: it makes all imputations; leave --imputation out");
    tw_doc *none = more ? NULL : tw_doc_map();
    work->draws = tw_calloc((size_t)args->m, sizeof *work->draws);
    enum tw_rc rc = work->draws && (more || none) ? TW_OK : tw_fail_memory(err);
    for (size_t i = 0; rc == TW_OK && i < (size_t)args->m; i++)
        rc = run_draw(work, call, more ? more : none, i, out, err);
    tw_doc_free(none);
    return rc;
}

/* --- one step --- */

static enum tw_rc run_step(tw_work *work, const char *family, const step_args *args, tw_doc **out,
                           tw_error *err) {
    tw_step_call call = {0};
    tw_key *key = NULL;
    if (args->explain)
        return explain(work, family, args, out, err);
    if (!args->method.p)
        return no_method(family, err);
    enum tw_rc rc = tw_step_find_method(family, args->method, &call.row, err);
    if (rc == TW_OK && strcmp(family, "mask") == 0) /* only its row fills the key's arguments */
        rc = tw_key_of_args(&args->key, work->batch, &key, err);
    call.key = key;
    if (rc == TW_OK && args->m)
        return run_draws(work, args, &call, out, err); /* imputing takes no key */
    if (rc == TW_OK && !(call.args = args->more ? tw_doc_copy(args->more) : tw_doc_map()))
        rc = tw_fail_memory(err);
    if (rc == TW_OK)
        rc = tw_work_step(work, &call, out, err);
    tw_key_free(key);
    return rc;
}

static enum tw_rc work_clean(tw_work *work, const void *args, tw_doc **out, tw_error *err) {
    return run_step(work, "clean", args, out, err);
}

static enum tw_rc work_impute(tw_work *work, const void *args, tw_doc **out, tw_error *err) {
    return run_step(work, "impute", args, out, err);
}

static enum tw_rc work_mask(tw_work *work, const void *args, tw_doc **out, tw_error *err) {
    return run_step(work, "mask", args, out, err);
}

static enum tw_rc work_augment(tw_work *work, const void *args, tw_doc **out, tw_error *err) {
    return run_step(work, "augment", args, out, err);
}

/* A synthesis whose model is kept. */
static enum tw_rc run_and_save(tw_work *work, const step_args *args, tw_doc **out, tw_error *err) {
    tw_doc *state = NULL;
    tw_step_call call = {.state = &state};
    const char *path;
    const tw_table *in = work->table;
    enum tw_rc rc = tw_work_path(work, args->save, &path, err);
    if (rc == TW_OK)
        rc = tw_work_refuse_input(work, path, false, err);
    if (rc == TW_OK)
        rc = tw_step_find_method("synth", args->method, &call.row, err);
    if (rc == TW_OK && !(call.args = args->more ? tw_doc_copy(args->more) : tw_doc_map()))
        rc = tw_fail_memory(err);
    if (rc == TW_OK)
        rc = tw_work_step(work, &call, out, err);
    return rc == TW_OK ? tw_model_save(work, path, in, state, err) : rc;
}

static enum tw_rc work_synth(tw_work *work, const void *raw, tw_doc **out, tw_error *err) {
    step_args args = *(const step_args *)raw;
    const char *path;
    if (args.explain)
        return run_step(work, "synth", &args, out, err);
    if (!args.method.p)
        args.method = TW_STR("trees");
    if (args.save.p && args.model.p)
        return tw_fail(err, TW_EUSAGE, "synth: --model is saved already; leave --save out");
    if (args.save.p)
        return run_and_save(work, &args, out, err);
    if (!args.model.p)
        return run_step(work, "synth", &args, out, err);
    enum tw_rc rc = tw_work_path(work, args.model, &path, err);
    return rc == TW_OK ? tw_model_draw(work, path, args.method, args.more, out, err) : rc;
}

#define STEP(word, table)                                                                          \
    .name = word, .family = word, .scope = TW_SCOPE_FILE, .params = table,                         \
    .n_params = TW_COUNT(table), .args_size = sizeof(step_args),                                   \
    .flags = TW_COMMAND_CLI | TW_COMMAND_SCREEN | TW_COMMAND_NEEDS_DATA | TW_COMMAND_BACKGROUND |  \
             TW_COMMAND_RECORDS | TW_COMMAND_TABLE | TW_COMMAND_MANIFEST
const tw_command tw_commands_step[] = {
    {STEP("clean", step_params), .summary = "Repair cells and columns",
     .help = "'--method M --explain' says what M does and which flags it takes.",
     .example = "clean samples/customers.csv --method trim", .view = "step", .work = work_clean},
    {STEP("impute", impute_params), .summary = "Fill missing cells",
     .help = "Observed cells keep their bytes. '--method M --explain' says what M does and which "
             "flags it takes. With -m N a method that draws (hotdeck; knn with --agg draw) writes "
             "N files, OUT-1.csv to OUT-N.csv, all or none: analyse each and pool the results by "
             "Rubin's rules. File i is what --imputation i gives.",
     .example = "impute samples/patients.csv --method median --cols bmi", .view = "step",
     .work = work_impute},
    {STEP("mask", mask_params), .summary = "Hide what identifies people",
     .help = "'--method M --explain' says what M does, what it protects and which flags it takes.",
     .example = "mask samples/patients.csv --method generalize --cols age --width 10",
     .view = "step", .work = work_mask},
    {STEP("augment", step_params), .summary = "Add or drop rows to balance a target",
     .help = "New rows follow the old ones and carry __synthetic and __donor (--no-marks leaves "
             "that out).",
     .example = "augment samples/patients.csv --method oversample --target readmitted",
     .view = "step", .work = work_augment},
    {STEP("synth", synth_params), .method = "trees",
     .summary = "Make a synthetic table like this one",
     .help = "On screen it opens as a dataset of its own, whose recipe is its source's plus the "
             "synthesis. --given \"city == 'Oslo'\" makes rows that meet a condition. --save MODEL "
             "keeps what was learnt; 'synth --model MODEL' draws from it without FILE: the same "
             "rows, or others with -n, --given, --seed. A state that 'fit' made of a recipe with a "
             "synthesis is a model too. A model holds values of the data: keep it as you keep "
             "them.",
     .example = "synth samples/patients.csv --method trees -n 20", .view = "step",
     .work = work_synth},
};
const size_t tw_commands_step_count = TW_COUNT(tw_commands_step);
