/* Recipes: an ordered list of steps with their arguments, fitted once, applied to any table of the same shape.
 *
 * A recipe is built by src/script from Lua text, by commands from what a user does, or by hand; tw_recipe_lua writes it
 * back as readable Lua. Steps are rows of steps/step.h. A recipe owns its documents; one thread at a time. */
#ifndef TW_RECIPE_RECIPE_H
#define TW_RECIPE_RECIPE_H

#include "steps/step.h"

typedef struct tw_recipe tw_recipe;
typedef struct tw_recipe_step {
    const tw_step_row *row;
    const tw_doc *args; /* map: the step's parameters as written, without id and note; owned by the recipe */
    const char *id;     /* unique within the recipe */
    const char *note;   /* NULL = none */
} tw_recipe_step;

TW_NODISCARD enum tw_rc tw_recipe_new(tw_str name, tw_recipe **out, tw_error *err);
tw_recipe *tw_recipe_copy(const tw_recipe *recipe); /* NULL when memory is out */
void tw_recipe_free(tw_recipe *recipe);
tw_str tw_recipe_name(const tw_recipe *recipe);
size_t tw_recipe_count(const tw_recipe *recipe);
const tw_recipe_step *tw_recipe_at(const tw_recipe *recipe, size_t i);
/* Append; takes args over (also on failure). `id` and `note` inside args are taken out of it. Arguments are checked. */
TW_NODISCARD enum tw_rc tw_recipe_add(tw_recipe *recipe, tw_str method, tw_doc *args, tw_error *err);
TW_NODISCARD enum tw_rc tw_recipe_remove_last(tw_recipe *recipe, tw_error *err);
/* Seed and source settings written in the recipe (r:seed(7), r:source{…}); 0 / NULL = none. */
bool tw_recipe_seed(const tw_recipe *recipe, uint64_t *seed);
void tw_recipe_set_seed(tw_recipe *recipe, uint64_t seed);
const tw_doc *tw_recipe_source(const tw_recipe *recipe);
bool tw_recipe_set_source(tw_recipe *recipe, tw_doc *source);
/* The recipe as Lua text in the form of DESIGN.md section 6; one step as its line ("r:trim { cols = \"name\" }"). */
bool tw_recipe_lua(const tw_recipe *recipe, tw_buf *out);
bool tw_recipe_step_lua(const tw_step_row *row, const tw_doc *args, tw_buf *out);

/* The seed of a run: the one given (0 = none), else the recipe's, else 1. */
uint64_t tw_run_seed(uint64_t given, const tw_recipe *recipe);

/* How a recipe is run. */
typedef struct tw_run_options {
    uint64_t seed;          /* 0: tw_run_seed decides: the recipe's, else 1 */
    int64_t row_offset;
    tw_str row_key;         /* column name, p NULL = row number */
    const tw_key *key;
    bool partial;           /* skip steps whose columns are absent */
    const tw_doc *map;      /* {"recipe's name": "file's name"}; NULL = none */
    tw_task *task;
    const tw_log *log;
} tw_run_options;

typedef struct tw_run_report { /* one entry per step, for the manifest and messages */
    tw_doc *steps;             /* list of {id, method, parameters, cells_changed, rows_added, rows_removed, skipped (null, or why), summary, warnings} */
} tw_run_report;
void tw_run_report_fini(tw_run_report *report);

/* Fitted state: schema + recipe + per-step state; never a secret. */
typedef struct tw_fitted tw_fitted;
void tw_fitted_free(tw_fitted *fitted);
/* run: every step is fitted on the table as it stands then and applied. *fitted may be NULL. */
TW_NODISCARD enum tw_rc tw_recipe_run(const tw_recipe *recipe, const tw_table *in, const tw_run_options *options,
                                      tw_table **out, tw_fitted **fitted, tw_run_report *report, tw_error *err);
/* apply: saved state to new data; skip_apply steps are left out. TW_EMISSING_COLUMN, TW_EVERSION, TW_EDAMAGED. */
TW_NODISCARD enum tw_rc tw_fitted_apply(const tw_fitted *fitted, const tw_table *in, const tw_run_options *options,
                                        tw_table **out, tw_run_report *report, tw_error *err);
/* One fitted step as a state of its own: a saved model. `in` is what it was fitted on; takes state over. */
TW_NODISCARD enum tw_rc tw_fitted_of_step(const tw_step_row *row, const tw_doc *args, tw_str id, uint64_t seed,
                                          const tw_table *in, tw_doc *state, tw_fitted **out, tw_error *err);
/* New rows without data: the last step that replaces the table makes them from its state, with the arguments of `with`
 * (map, may be NULL) over its own; steps behind it follow. *recipe: the recipe as it ran, the caller's. TW_EDATA when no
 * step replaces the table; TW_EUSAGE for an argument that was settled by fitting. */
TW_NODISCARD enum tw_rc tw_fitted_generate(const tw_fitted *fitted, const tw_doc *with, const tw_run_options *options,
                                           tw_table **out, tw_recipe **recipe, tw_run_report *report, tw_error *err);
TW_NODISCARD enum tw_rc tw_fitted_write(const tw_fitted *fitted, tw_buf *out, tw_error *err);
TW_NODISCARD enum tw_rc tw_fitted_read(tw_str text, tw_fitted **out, tw_error *err);
/* The recipe that was fitted; borrowed. */
const tw_recipe *tw_fitted_recipe(const tw_fitted *fitted);
/* Reading settings (dialect, null tokens) stored at fit time, so that apply never sniffs: a map of CLI.md's override names,
 * taken from the recipe's source. Types and formats of columns need none: tw_fitted_apply sets them by the schema. */
const tw_doc *tw_fitted_source(const tw_fitted *fitted);

/* One step on a table: what commands on screen and the one-step subcommands do. */
TW_NODISCARD enum tw_rc tw_step_run(const tw_step_row *row, const tw_doc *args, tw_str id, uint16_t number,
                                    const tw_run_options *options, const tw_table *in, tw_step_result *out,
                                    tw_doc **state, tw_error *err);

/* Numbers of rows and cells that a run changed, for messages: the sum over the report's steps. */
typedef struct tw_run_totals {
    int64_t cells_changed, rows_added, rows_removed, skipped, warnings;
} tw_run_totals;
tw_run_totals tw_run_sum(const tw_run_report *report);

/* Manifest document (CLI.md): names without directories, sizes, hashes, seed, steps; no clock. */
tw_doc *tw_manifest(const tw_recipe *recipe, const tw_run_report *report, const char *input_path, tw_str input_bytes,
                    tw_str state_bytes, uint64_t seed);

#endif
