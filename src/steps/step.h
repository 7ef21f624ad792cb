/* What a step is: one transformation with parameters, fitted once and applied to any table of the same shape.
 *
 * Every step is one row, defined in a file of its own and listed in steps/steps.def: its name, parameters, what it needs, fit and apply. State is a
 * document (saved as JSON inside a .state file), holds no secrets and says "contains_rows" when it holds raw rows.
 * fit and apply must be pure functions of (arguments, state, environment, table): same bytes for any number of threads. */
#ifndef TW_STEPS_STEP_H
#define TW_STEPS_STEP_H

#include "base/args.h"
#include "base/crypto.h"
#include "base/log.h"
#include "base/random.h"
#include "base/task.h"
#include "data/table.h"

enum {                          /* tw_step_row.flags */
    TW_STEP_ROW_LOCAL = 1,      /* apply looks at one row at a time */
    TW_STEP_SEEDED = 2,         /* draws random numbers */
    TW_STEP_KEYED = 4,          /* needs env->key */
    TW_STEP_INVERTIBLE = 8,
    TW_STEP_CHANGES_ROWS = 16,  /* adds, drops or reorders rows */
    TW_STEP_SKIP_APPLY = 32,    /* training only: run does it, apply leaves it out */
    TW_STEP_REPLACES = 64,      /* the result is a new table (synthesis) */
    TW_STEP_SCHEMA = 128,       /* changes names, types, roles or the set of columns, not cells */
    TW_STEP_NEEDS_VALUES = 512, /* learns from each of `cols`: one without any value is an error when it was named, and left
                                   out of a selection */
    TW_STEP_FREE_NAMES = 256    /* names that no parameter has go to its parameter of kind TW_PARAM_DOC: r:mutate { x = "a + b" } */
};
enum tw_state_kind { TW_STATE_NONE, TW_STATE_ADDITIVE, TW_STATE_GATHERED, TW_STATE_WHOLE };

typedef struct tw_step_env {
    uint64_t seed;        /* of the run */
    tw_str id;            /* step id: its `id`, else method, with an ordinal among equal methods: "impute_knn", "impute_knn-2" */
    uint16_t number;      /* from 1: the mark of changed cells */
    int64_t row_offset;   /* number of this table's first source row in the whole */
    int row_key;          /* column that keys random draws, -1 = row number */
    const tw_key *key;    /* NULL = none given */
    tw_task *task;        /* may be NULL */
    const tw_log *log;    /* warnings for the user and the manifest; may be NULL */
    tw_arena *arena;      /* scratch for the call */
} tw_step_env;

typedef struct tw_step_result {
    tw_table *table;      /* the new version; owned by the caller */
    int64_t cells_changed, rows_added, rows_removed;
    tw_doc *summary;      /* map: before/after figures a person wants to see; owned by the caller, may be NULL */
} tw_step_result;

typedef struct tw_step_row {
    const char *name;     /* as in Lua: "impute_knn", "trim" */
    const char *family;   /* "clean", "impute", "mask", "augment", "synth" */
    const char *summary;  /* one line */
    const char *method;   /* a paragraph: what is computed, defaults, limits; for --explain */
    const char *source;   /* paper, standard, definition */
    const tw_param *params;
    size_t n_params, args_size;
    unsigned flags;
    enum tw_state_kind state;
    /* NULL fit: nothing to learn, apply gets a NULL state. TW_EDATA when the data do not allow the step. */
    enum tw_rc (*fit)(const void *args, const tw_step_env *env, const tw_table *in, tw_doc **state, tw_error *err);
    enum tw_rc (*apply)(const void *args, const tw_doc *state, const tw_step_env *env, const tw_table *in,
                        tw_step_result *out, tw_error *err);
    const char *example;  /* a Lua line that works on samples/patients.csv */
} tw_step_row;

/* The table of all steps in the order of steps/steps.def: families and names. */
const tw_step_row *const *tw_steps(size_t *n);
/* By Lua name; TW_EUNKNOWN_NAME with the nearest. */
TW_NODISCARD enum tw_rc tw_step_find(tw_str name, const tw_step_row **out, tw_error *err);
/* By family and CLI method ("impute", "knn"; "clean", "set-type"). */
TW_NODISCARD enum tw_rc tw_step_find_method(const char *family, tw_str method, const tw_step_row **out, tw_error *err);
/* The map with free names put under the row's TW_PARAM_DOC parameter; takes `values` over, NULL when memory is out. */
tw_doc *tw_step_gather(const tw_step_row *row, tw_doc *values);
/* Arguments of a step from its (gathered) map into `args` (args_size bytes): names, types and ranges are checked
 * (tw_args_bind). Texts borrow from values and arena. */
TW_NODISCARD enum tw_rc tw_step_bind(const tw_step_row *row, const tw_doc *values, void *args, tw_arena *arena,
                                     tw_error *err);
/* Columns of a `cols` argument: its selectors, or where it is empty the columns for which `fits` says yes (NULL: all).
 * Numbers in the order named, in env->arena. */
TW_NODISCARD enum tw_rc tw_step_columns(const tw_step_env *env, const tw_table *table, const tw_str_list *cols,
                                        bool (*fits)(const tw_table *table, size_t column), int **columns, size_t *n,
                                        tw_error *err);
/* The --explain document of a row. */
tw_doc *tw_step_explain(const tw_step_row *row);

/* Key of a row for random draws: the row-key column's hash, else row_offset + origin, else a hash of a new row's origin. */
uint64_t tw_step_row_key(const tw_step_env *env, const tw_table *table, int64_t row);
/* Stream of (seed, step id, column name). */
tw_stream tw_step_stream(const tw_step_env *env, tw_str column);

#endif
