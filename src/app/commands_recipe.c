/* Recipes: run, fit and apply on the command line; shown, saved and run on screen. */
#include "app/commands.h"

#include "app/keys.h"
#include "app/model.h"
#include "app/reading.h"
#include "app/session_impl.h"
#include "app/write.h"

enum { RECIPE_MAX = 1 << 24 };

/* --- loading --- */

static enum tw_rc load_recipe(tw_session *s, const tw_session_hooks *hooks, const char *path,
                              tw_task *task, tw_recipe **out, tw_error *err) {
    char *text = NULL;
    size_t n = 0;
    if (!hooks->recipe_from_lua)
        return tw_fail(err, TW_EUNSUPPORTED,
                       "%s: this program was built without Lua; rebuild it with Lua 5.4", path);
    enum tw_rc rc = tw_file_read_any(path, RECIPE_MAX, &text, &n, err);
    if (rc == TW_OK)
        rc = hooks->recipe_from_lua(hooks->self, s, (tw_str){text, n}, path, task, out, err);
    free(text);
    return rc;
}

/* --- run, fit, apply --- */

typedef struct run_args {
    tw_str recipe, file, out, row_key;
    tw_str_list map;
    bool partial, no_manifest;
    int64_t row_offset;
    tw_key_args key;
} run_args;

#define RUN_PARAMS(first, what)                                                                    \
    {.name = first,                                                                                \
     .kind = TW_PARAM_PATH,                                                                        \
     .offset = offsetof(run_args, recipe),                                                         \
     .flags = TW_WORD,                                                                             \
     .help = what},                                                                                \
        {.name = "file",                                                                           \
         .kind = TW_PARAM_PATH,                                                                    \
         .offset = offsetof(run_args, file),                                                       \
         .flags = TW_WORD,                                                                         \
         .help = "the data"},                                                                      \
        {.name = "map",                                                                            \
         .kind = TW_PARAM_TEXTS,                                                                   \
         .offset = offsetof(run_args, map),                                                        \
         .help = "new=old: the file's column new plays the recipe's old; repeat for more"},        \
        {.name = "partial",                                                                        \
         .kind = TW_PARAM_BOOL,                                                                    \
         .offset = offsetof(run_args, partial),                                                    \
         .help = "skip steps whose columns are absent, and say which"},                            \
        {.name = "row_offset",                                                                     \
         .kind = TW_PARAM_INT,                                                                     \
         .offset = offsetof(run_args, row_offset),                                                 \
         .fallback = "0",                                                                          \
         .min = 0,                                                                                 \
         .max = 9e15,                                                                              \
         .help = "number of the file's first row in the whole"},                                   \
        {.name = "row_key",                                                                        \
         .kind = TW_PARAM_COLUMN,                                                                  \
         .offset = offsetof(run_args, row_key),                                                    \
         .help = "column that keys random draws, instead of the row number"},                      \
        TW_KEY_PARAMS(run_args, key)
static const tw_param run_params[] = {RUN_PARAMS("recipe", "a recipe in Lua; - is stdin")};
static const tw_param apply_params[] = {RUN_PARAMS("state", "a state that 'fit' wrote; - is stdin")};
static const tw_param fit_params[] = {
    RUN_PARAMS("recipe", "a recipe in Lua; - is stdin"),
    TW_ROW(run_args, out, PATH, .letter = 'o', .flags = TW_PARAM_REQUIRED,
           .help = "where the state goes (STATE.state)"),
    TW_ROW(run_args, no_manifest, BOOL, .help = "write no OUT.manifest.json"),
};

/* {"old": "new"} from "new=old" */
static enum tw_rc column_map(const tw_str_list *pairs, tw_doc **out, tw_error *err) {
    tw_doc *map = tw_doc_map();
    *out = map;
    for (size_t i = 0; map && i < pairs->n; i++) {
        size_t equals = tw_str_find_char(pairs->at[i], '=', 0);
        if (equals == SIZE_MAX || !equals)
            return tw_fail(err, TW_EUSAGE, "--map '%.*s': no pair of names; write new=old",
                           TW_ARG(pairs->at[i]));
        tw_str old = tw_str_sub(pairs->at[i], equals + 1, pairs->at[i].n);
        for (size_t k = 0; k < tw_doc_count(map); k++)
            if (tw_str_eq(tw_doc_key(map, k), old) ||
                tw_str_eq(tw_doc_as_text(tw_doc_at(map, k), TW_STR("")),
                          tw_str_sub(pairs->at[i], 0, equals)))
                return tw_fail(
                    err, TW_EUSAGE,
                    "--map '%.*s': one of its columns is in another pair too; map each once",
                    TW_ARG(pairs->at[i]));
        if (!tw_doc_set_str(map, old, tw_doc_text(tw_str_sub(pairs->at[i], 0, equals))))
            return tw_fail_memory(err);
    }
    return map ? TW_OK : tw_fail_memory(err);
}

typedef struct running {
    tw_run_options options;
    tw_key *key;
    tw_doc *map;
    char *recipe_path, *path, *out;
} running;

static void running_fini(running *r) {
    tw_key_free(r->key);
    tw_doc_free(r->map);
    free(r->recipe_path);
    free(r->path);
    free(r->out);
}

static enum tw_rc running_init(running *r, tw_session *s, const run_args *args, tw_error *err) {
    *r = (running){.recipe_path = tw_str_dup(args->recipe), .path = tw_str_dup(args->file)};
    if (args->out.p)
        r->out = tw_str_dup(args->out);
    bool copied = r->recipe_path && r->path && (r->out || !args->out.p);
    if (copied && strcmp(r->recipe_path, "-") == 0 && strcmp(r->path, "-") == 0)
        return tw_fail(err, TW_EUSAGE,
                       "-: stdin cannot be both the recipe and the data; name a file for one");
    enum tw_rc rc = copied ? column_map(&args->map, &r->map, err) : tw_fail_memory(err);
    if (rc == TW_OK)
        rc = tw_key_of_args(&args->key, s->given.batch, &r->key, err);
    r->options = (tw_run_options){.row_offset = args->row_offset,
                                  .row_key = args->row_key,
                                  .key = r->key,
                                  .partial = args->partial,
                                  .map = tw_doc_count(r->map) ? r->map : NULL,
                                  .task = &s->task,
                                  .log = &s->log};
    return rc;
}

/* The file as the recipe or the state says it is read, flags of the call above that. */
static enum tw_rc open_as(tw_session *s, const char *path, const tw_doc *source, tw_error *err) {
    tw_doc *reading = tw_reading_merge(source, s->reading);
    enum tw_rc rc = reading ? tw_session_open(s, path, reading, err) : tw_fail_memory(err);
    tw_doc_free(reading);
    return rc == TW_OK ? tw_session_need_data(s, err) : rc;
}

/* What was run becomes the current dataset's version, with its recipe for the manifest. Takes
 * table, recipe and steps over. */
static enum tw_rc put_result(tw_session *s, tw_table *table, tw_recipe *recipe,
                             tw_run_report *report, tw_error *err) {
    tw_dataset *d = s->current;
    tw_state *next = tw_state_copy(d->state);
    tw_view_state *view = next ? tw_view_state_new(tw_table_width(table)) : NULL;
    d->ran = recipe;
    d->run_steps = report->steps;
    report->steps = NULL;
    if (!view) {
        tw_state_unref(next);
        tw_table_unref(table);
        return tw_fail_memory(err);
    }
    tw_state_set_table(next, table);
    tw_state_set_view(next, view);
    tw_dataset_put(d, next);
    tw_state_unref(next);
    return TW_OK;
}

/* The recipe of the call, and the file it is for as the current dataset. */
static enum tw_rc load_and_open(tw_session *s, running *r, tw_recipe **recipe, tw_error *err) {
    enum tw_rc rc = load_recipe(s, &s->hooks, r->recipe_path, &s->task, recipe, err);
    if (rc != TW_OK)
        return rc;
    r->options.seed = tw_run_seed(s->given.seed, *recipe);
    return open_as(s, r->path, tw_recipe_source(*recipe), err);
}

static enum tw_rc run_run(tw_session *s, const void *raw, tw_doc **out, tw_error *err) {
    running r;
    tw_recipe *recipe = NULL;
    tw_table *table = NULL;
    tw_run_report report = {0};
    (void)out;
    enum tw_rc rc = running_init(&r, s, raw, err);
    if (rc == TW_OK)
        rc = load_and_open(s, &r, &recipe, err);
    if (rc == TW_OK)
        rc =
            tw_recipe_run(recipe, s->current->state->table, &r.options, &table, NULL, &report, err);
    if (rc == TW_OK) {
        rc = put_result(s, table, recipe, &report, err);
        recipe = NULL;
    }
    tw_recipe_free(recipe);
    tw_run_report_fini(&report);
    running_fini(&r);
    return rc;
}

/* The bytes of the state, safe on disk but not yet in their place. */
static enum tw_rc prepare_state(const running *r, tw_str text, tw_output **out, tw_error *err) {
    if (tw_file_same(r->out, r->path))
        return tw_fail(err, TW_EUSAGE, "%s: it is the input; write the state somewhere else",
                       r->out);
    return tw_file_prepare(r->out, text, out, err);
}

static enum tw_rc write_state(tw_session *s, const running *r, const tw_recipe *recipe,
                              const tw_fitted *fitted, const tw_run_report *report, bool manifest,
                              tw_error *err) {
    tw_output *state = NULL, *beside = NULL;
    tw_buf text;
    tw_buf_init(&text, TW_BUF_MAX);
    enum tw_rc rc = tw_fitted_write(fitted, &text, err);
    if (rc == TW_OK && manifest && strcmp(r->out, "-") != 0)
        rc = tw_prepare_manifest(r->out, recipe, report->steps, r->path, tw_buf_view(&text),
                                 tw_run_seed(s->given.seed, recipe), &beside, err);
    if (rc == TW_OK)
        rc = prepare_state(r, tw_buf_view(&text), &state, err);
    tw_buf_fini(&text);
    if (rc == TW_OK) {
        rc = tw_output_commit(state, err);
        state = NULL;
    }
    if (rc == TW_OK && beside)
        return tw_output_commit(beside, err);
    tw_output_abort(state);
    tw_output_abort(beside);
    return rc;
}

static enum tw_rc run_fit(tw_session *s, const void *raw, tw_doc **out, tw_error *err) {
    const run_args *args = raw;
    running r;
    tw_recipe *recipe = NULL;
    tw_table *table = NULL;
    tw_fitted *fitted = NULL;
    tw_run_report report = {0};
    (void)out;
    enum tw_rc rc = running_init(&r, s, args, err);
    if (rc == TW_OK)
        rc = load_and_open(s, &r, &recipe, err);
    if (rc == TW_OK)
        rc = tw_recipe_run(recipe, s->current->state->table, &r.options, &table, &fitted, &report,
                           err);
    if (rc == TW_OK)
        rc = write_state(s, &r, recipe, fitted, &report, !args->no_manifest, err);
    tw_table_unref(table);
    tw_fitted_free(fitted);
    tw_recipe_free(recipe);
    tw_run_report_fini(&report);
    running_fini(&r);
    return rc;
}

static enum tw_rc run_apply(tw_session *s, const void *raw, tw_doc **out, tw_error *err) {
    running r;
    tw_fitted *fitted = NULL;
    tw_recipe *recipe = NULL;
    tw_table *table = NULL;
    tw_run_report report = {0};
    (void)out;
    enum tw_rc rc = running_init(&r, s, raw, err);
    if (rc == TW_OK)
        rc = tw_model_load(r.recipe_path, &fitted, err);
    if (rc == TW_OK)
        rc = open_as(s, r.path, tw_fitted_source(fitted), err);
    if (rc == TW_OK) {
        r.options.seed = s->given.seed; /* 0: the state's */
        rc = tw_fitted_apply(fitted, s->current->state->table, &r.options, &table, &report, err);
    }
    if (rc == TW_OK && !(recipe = tw_recipe_copy(tw_fitted_recipe(fitted))))
        rc = tw_fail_memory(err);
    if (rc == TW_OK)
        rc = put_result(s, table, recipe, &report, err);
    tw_fitted_free(fitted);
    tw_run_report_fini(&report);
    running_fini(&r);
    return rc;
}

/* --- on screen --- */

typedef struct path_args {
    tw_str path;
    tw_key_args key;
} path_args;

static const tw_param save_params[] = {
    TW_ROW(path_args, path, PATH, .flags = TW_WORD, .help = "where the Lua goes"),
};
static const tw_param play_params[] = {
    TW_ROW(path_args, path, PATH, .flags = TW_WORD, .help = "a recipe in Lua"),
    TW_KEY_PARAMS(path_args, key),
};

static enum tw_rc recipe_text(tw_session *s, tw_buf *out, tw_error *err) {
    const tw_dataset *d = s->current;
    tw_recipe *recipe = NULL;
    enum tw_rc rc = tw_dataset_recipe(d, d->state, s->given.seed, &recipe, err);
    if (rc == TW_OK && !tw_recipe_lua(recipe, out))
        rc = tw_fail_memory(err);
    tw_recipe_free(recipe);
    return rc;
}

static enum tw_rc run_recipe(tw_session *s, const void *args, tw_doc **out, tw_error *err) {
    (void)args;
    tw_buf text;
    tw_buf_init(&text, TW_BUF_MAX);
    enum tw_rc rc = recipe_text(s, &text, err);
    if (rc == TW_OK && !(*out = tw_doc_text(tw_buf_view(&text))))
        rc = tw_fail_memory(err);
    tw_buf_fini(&text);
    return rc;
}

static enum tw_rc run_recipe_save(tw_session *s, const void *raw, tw_doc **out, tw_error *err) {
    const path_args *args = raw;
    char *path = tw_str_dup(args->path);
    tw_buf text;
    tw_buf_init(&text, TW_BUF_MAX);
    enum tw_rc rc = path ? recipe_text(s, &text, err) : tw_fail_memory(err);
    if (rc == TW_OK && s->current->path && tw_file_same(path, s->current->path))
        rc = tw_fail(err, TW_EUSAGE, "%s: it is the data; save the recipe somewhere else", path);
    if (rc == TW_OK)
        rc = tw_file_write(path, tw_buf_view(&text), err);
    if (rc == TW_OK)
        *out = tw_doc_printf("recipe saved to %s", path);
    tw_buf_fini(&text);
    free(path);
    return rc;
}

/* A recipe's own seed holds for the steps of the dataset, unless steps drawn with another are there
 * already. */
static enum tw_rc take_seed(tw_work *work, const tw_recipe *recipe, tw_error *err) {
    uint64_t seed;
    if (work->seed || !tw_recipe_seed(recipe, &seed) || seed == work->state->seed)
        return TW_OK;
    tw_state *next = tw_work_next(work);
    if (!next)
        return tw_fail_memory(err);
    if (next->made)
        tw_say(work->log, TW_WARNING,
               "the recipe's seed %llu is not taken: steps drawn with another come before it",
               (unsigned long long)seed);
    else
        next->seed = seed;
    return TW_OK;
}

static enum tw_rc play_steps(tw_work *work, const tw_recipe *recipe, const tw_key *key,
                             tw_error *err) {
    enum tw_rc rc = TW_OK;
    for (size_t i = 0; rc == TW_OK && i < tw_recipe_count(recipe); i++) {
        const tw_recipe_step *step = tw_recipe_at(recipe, i);
        tw_step_call call = {step->row, tw_doc_copy(step->args), step->id, step->note, key, NULL};
        rc = call.args ? tw_work_step(work, &call, NULL, err) : tw_fail_memory(err);
    }
    if (rc != TW_EUNKNOWN_COLUMN)
        return rc;
    if (err)
        err->code = TW_EMISSING_COLUMN; /* a name of the recipe's, not of the call's */
    return TW_EMISSING_COLUMN;
}

static enum tw_rc work_recipe_run(tw_work *work, const void *raw, tw_doc **out, tw_error *err) {
    const path_args *args = raw;
    const char *path;
    tw_recipe *recipe = NULL;
    tw_key *key = NULL;
    enum tw_rc rc = tw_work_path(work, args->path, &path, err);
    if (rc == TW_OK && !work->batch && strcmp(path, "-") == 0)
        rc = tw_fail(err, TW_EUSAGE, "-: stdin is where keys come from; name a file");
    if (rc == TW_OK)
        rc = tw_key_of_args(&args->key, work->batch, &key, err);
    if (rc == TW_OK)
        rc = load_recipe(work->session, work->hooks, path, work->task, &recipe, err);
    if (rc == TW_OK)
        rc = take_seed(work, recipe, err);
    if (rc == TW_OK)
        rc = play_steps(work, recipe, key, err);
    if (rc == TW_OK)
        *out = tw_doc_printf("%zu steps run", tw_recipe_count(recipe));
    tw_recipe_free(recipe);
    tw_key_free(key);
    return rc;
}

#define CLI (TW_COMMAND_CLI | TW_COMMAND_READS)
#define PARAMS(table, type) .params = table, .n_params = TW_COUNT(table), .args_size = sizeof(type)
const tw_command tw_commands_recipe[] = {
    {.name = "run",
     .scope = TW_SCOPE_PROGRAM,
     .flags = CLI | TW_COMMAND_TABLE | TW_COMMAND_MANIFEST,
     PARAMS(run_params, run_args),
     .summary = "Run a recipe on a file",
     .help = "Every step is fitted on the data as they stand then, and applied.",
     .example = "run samples/sensors.lua samples/sensors.csv",
     .run = run_run},
    {.name = "fit",
     .scope = TW_SCOPE_PROGRAM,
     .flags = CLI,
     PARAMS(fit_params, run_args),
     .summary = "Learn what a recipe needs from a file, for 'apply'",
     .help = "The state holds no key; it says so when it holds rows of the data.",
     .example = "fit samples/sensors.lua samples/sensors.csv -o sensors.state",
     .run = run_fit},
    {.name = "apply",
     .scope = TW_SCOPE_PROGRAM,
     .flags = CLI | TW_COMMAND_TABLE | TW_COMMAND_MANIFEST,
     PARAMS(apply_params, run_args),
     .summary = "Apply a fitted recipe to another file",
     .help = "Nothing is learnt or guessed from this file. Steps for training only are left out.",
     .example = "apply sensors.state samples/sensors.csv",
     .run = run_apply},
    {.name = "recipe",
     .scope = TW_SCOPE_DATASET,
     .flags = TW_COMMAND_SCREEN | TW_COMMAND_NEEDS_DATA,
     .summary = "Show the steps so far as Lua",
     .view = "recipe",
     .run = run_recipe},
    {.name = "recipe-save",
     .scope = TW_SCOPE_DATASET,
     .flags = TW_COMMAND_SCREEN | TW_COMMAND_NEEDS_DATA,
     PARAMS(save_params, path_args),
     .summary = "Save the way from the file to what is shown, as Lua",
     .example = "recipe-save patients.lua",
     .run = run_recipe_save},
    {.name = "recipe-run",
     .scope = TW_SCOPE_DATASET,
     .flags =
         TW_COMMAND_SCREEN | TW_COMMAND_NEEDS_DATA | TW_COMMAND_BACKGROUND | TW_COMMAND_RECORDS,
     PARAMS(play_params, path_args),
     .summary = "Run a recipe on this dataset",
     .work = work_recipe_run},
};
const size_t tw_commands_recipe_count = TW_COUNT(tw_commands_recipe);
