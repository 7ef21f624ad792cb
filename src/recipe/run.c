/* Running: fit and apply step after step, with a report of what each did.
 *
 * A step that names a column the table lacks fails the run, or is skipped under --partial. Errors of arguments are those of
 * the recipe here, not of the call, so their codes change (exit 3). With --map the file's columns carry the recipe's names
 * while the steps run and get their own back at the end. */
#include "recipe/recipe_impl.h"

/* --- one step --- */

static enum tw_rc find_row_key(const tw_run_options *options, const tw_table *in, int *out, tw_error *err) {
    *out = -1;
    if (!options->row_key.p)
        return TW_OK;
    enum tw_rc rc = tw_table_require(in, options->row_key, out, err);
    return rc == TW_OK ? tw_table_need(in, out, 1, options->task, err) : rc;
}

typedef struct bound {
    tw_arena arena;
    tw_step_env env;
    tw_doc *args; /* gathered copy */
    void *values;
} bound;

static void fini_bound(bound *b) {
    tw_doc_free(b->args);
    tw_arena_fini(&b->arena);
}

static enum tw_rc init_bound(bound *b, const tw_step_row *row, const tw_doc *args, tw_str id, uint16_t number,
                             const tw_run_options *options, const tw_table *in, tw_error *err) {
    *b = (bound){0};
    tw_arena_init(&b->arena);
    b->env = (tw_step_env){.seed = tw_run_seed(options->seed, NULL), .id = id, .number = number, .row_offset = options->row_offset,
                           .row_key = -1, .key = options->key, .task = options->task, .log = options->log, .arena = &b->arena};
    tw_task_begin(options->task, row->name, 0);
    if (row->flags & TW_STEP_KEYED && !options->key)
        return tw_fail(err, TW_EKEY, "%s: a key is needed; give --key-file FILE (trowel keygen FILE makes one)", row->name);
    tw_doc *copy = args ? tw_doc_copy(args) : tw_doc_map();
    b->args = copy ? tw_step_gather(row, copy) : NULL;
    b->values = tw_arena_alloc(&b->arena, 1, row->args_size);
    if (!b->args || !b->values)
        return tw_fail_memory(err);
    enum tw_rc rc = tw_step_bind(row, b->args, b->values, &b->arena, err);
    return rc == TW_OK ? find_row_key(options, in, &b->env.row_key, err) : rc;
}

static enum tw_rc apply_bound(const tw_step_row *row, bound *b, const tw_doc *state, const tw_table *in, tw_step_result *out,
                              tw_error *err) {
    *out = (tw_step_result){0};
    enum tw_rc rc = row->apply(b->values, state, &b->env, in, out, err);
    if (rc == TW_OK && !out->table)
        TW_BUG("a step without a result");
    if (rc != TW_OK) {
        tw_table_unref(out->table);
        tw_doc_free(out->summary);
        *out = (tw_step_result){0};
    }
    return rc;
}

enum tw_rc tw_step_run(const tw_step_row *row, const tw_doc *args, tw_str id, uint16_t number, const tw_run_options *options,
                       const tw_table *in, tw_step_result *out, tw_doc **state, tw_error *err) {
    bound b;
    tw_doc *learned = NULL;
    *out = (tw_step_result){0};
    enum tw_rc rc = init_bound(&b, row, args, id, number, options, in, err);
    if (rc == TW_OK && row->fit)
        rc = row->fit(b.values, &b.env, in, &learned, err);
    if (rc == TW_OK)
        rc = apply_bound(row, &b, learned, in, out, err);
    fini_bound(&b);
    if (rc == TW_OK && state) {
        *state = learned;
        learned = NULL;
    } else if (state) {
        *state = NULL;
    }
    tw_doc_free(learned);
    return rc;
}

/* --- the report --- */

/* Warnings go on to the user and into the step's entry. */
typedef struct ear {
    const tw_log *to;
    tw_doc *warnings;
} ear;

static void hear(void *self, enum tw_level level, const char *message) {
    ear *e = self;
    if (level == TW_WARNING && e->warnings)
        tw_doc_add(e->warnings, tw_doc_c(message));
    if (e->to && e->to->sink)
        e->to->sink(e->to->self, level, message);
}

void tw_run_report_fini(tw_run_report *report) {
    tw_doc_free(report->steps);
    report->steps = NULL;
}

/* One entry; takes summary and warnings. */
static enum tw_rc note(tw_run_report *report, const tw_recipe_step *step, const tw_step_result *result, const char *skipped,
                       tw_doc *summary, tw_doc *warnings, tw_error *err) {
    tw_doc *entry = report ? tw_doc_map() : NULL;
    if (report && !report->steps)
        report->steps = tw_doc_list();
    if (!entry) {
        tw_doc_free(summary);
        tw_doc_free(warnings);
        return report ? tw_fail_memory(err) : TW_OK;
    }
    tw_doc_set(entry, "id", tw_doc_c(step->id));
    tw_doc_set(entry, "method", tw_doc_c(step->row->name));
    tw_doc_set(entry, "parameters", tw_doc_copy(step->args));
    tw_doc_set(entry, "cells_changed", tw_doc_int(result->cells_changed));
    tw_doc_set(entry, "rows_added", tw_doc_int(result->rows_added));
    tw_doc_set(entry, "rows_removed", tw_doc_int(result->rows_removed));
    tw_doc_set(entry, "skipped", tw_doc_c(skipped));
    tw_doc_set(entry, "summary", summary ? summary : tw_doc_null());
    tw_doc_set(entry, "warnings", warnings ? warnings : tw_doc_list());
    bool good = !tw_doc_failed(entry);
    return tw_doc_add(report->steps, entry) && good ? TW_OK : tw_fail_memory(err);
}

tw_run_totals tw_run_sum(const tw_run_report *report) {
    tw_run_totals sum = {0};
    for (size_t i = 0; i < tw_doc_count(report->steps); i++) {
        const tw_doc *entry = tw_doc_at(report->steps, i);
        sum.cells_changed += tw_doc_as_int(tw_doc_get(entry, "cells_changed"), 0);
        sum.rows_added += tw_doc_as_int(tw_doc_get(entry, "rows_added"), 0);
        sum.rows_removed += tw_doc_as_int(tw_doc_get(entry, "rows_removed"), 0);
        sum.skipped += tw_doc_kind(tw_doc_get(entry, "skipped")) == TW_DOC_TEXT;
        sum.warnings += (int64_t)tw_doc_count(tw_doc_get(entry, "warnings"));
    }
    return sum;
}

/* --- all steps --- */

typedef struct passage {
    const tw_recipe *recipe;
    const tw_run_options *options;
    tw_run_report *report;
    const tw_fitted *fitted; /* apply: states to use; NULL = fit */
    tw_doc *states;          /* fit: states made */
    tw_table *table;         /* as it stands now */
    bool called;             /* the step's arguments are those of the call */
    tw_error *err;
} passage;

/* What is wrong with an argument is wrong with the recipe. */
static enum tw_rc blame_recipe(tw_error *err, enum tw_rc rc, size_t i, const tw_step_row *row) {
    static const enum tw_rc theirs[] = {TW_EUSAGE, TW_EUNKNOWN_NAME, TW_EPARSE};
    enum tw_rc code = rc == TW_EUNKNOWN_COLUMN ? TW_EMISSING_COLUMN : rc;
    for (size_t k = 0; k < TW_COUNT(theirs); k++)
        if (rc == theirs[k])
            code = TW_ERECIPE;
    if (!err || rc == TW_ECANCEL)
        return code;
    tw_error was = *err;
    size_t name = strlen(row->name);
    bool named = strncmp(was.message, row->name, name) == 0 && was.message[name] == ':';
    tw_fail(err, code, "step %zu, %s: %.680s", i + 1, row->name, was.message + (named ? name + 2 : 0));
    return tw_error_place(err, code, was.file[0] ? was.file : NULL, was.row, was.column[0] ? was.column : NULL);
}

static enum tw_rc learn(passage *p, const tw_recipe_step *step, bound *b, const tw_doc **state, tw_error *err) {
    tw_doc *learned = NULL;
    enum tw_rc rc = step->row->fit ? step->row->fit(b->values, &b->env, p->table, &learned, err) : TW_OK;
    if (rc != TW_OK)
        return rc;
    if (!tw_doc_add(p->states, learned ? learned : tw_doc_null()))
        return tw_fail_memory(err);
    *state = learned ? tw_doc_at(p->states, tw_doc_count(p->states) - 1) : NULL;
    return TW_OK;
}

static enum tw_rc run_step(passage *p, size_t i, const tw_log *log, tw_step_result *result, tw_error *err) {
    const tw_recipe_step *step = tw_recipe_at(p->recipe, i);
    tw_run_options options = *p->options;
    const tw_doc *state = NULL;
    bound b;
    options.log = log;
    enum tw_rc rc = init_bound(&b, step->row, step->args, tw_str_c(step->id), (uint16_t)(i + 1), &options, p->table, err);
    if (rc == TW_OK && p->fitted)
        state = tw_doc_at(p->fitted->states, i);
    else if (rc == TW_OK)
        rc = learn(p, step, &b, &state, err);
    if (rc == TW_OK && p->fitted && step->row->fit && tw_doc_kind(state) == TW_DOC_NULL)
        rc = tw_fail(err, TW_EMISSING_COLUMN, "%s: it was skipped at fit, so nothing was learned; fit on data with its columns",
                     step->row->name);
    if (rc == TW_OK)
        rc = apply_bound(step->row, &b, tw_doc_kind(state) == TW_DOC_NULL ? NULL : state, p->table, result, err);
    fini_bound(&b);
    return rc;
}

static bool is_absent(enum tw_rc rc) {
    return rc == TW_EUNKNOWN_COLUMN || rc == TW_EMISSING_COLUMN;
}

/* A skipped step keeps its place among the states. */
static enum tw_rc skip(passage *p, size_t i, const char *why) {
    const tw_step_result nothing = {0};
    if (!p->fitted && tw_doc_count(p->states) == i && !tw_doc_add(p->states, tw_doc_null()))
        return tw_fail_memory(p->err);
    return note(p->report, tw_recipe_at(p->recipe, i), &nothing, why, NULL, NULL, p->err);
}

static enum tw_rc advance(passage *p, size_t i) {
    const tw_recipe_step *step = tw_recipe_at(p->recipe, i);
    tw_error inner = TW_ERROR_INIT;
    tw_step_result result = {0};
    ear e = {p->options->log, tw_doc_list()};
    const tw_log log = {hear, &e};
    enum tw_rc rc = tw_task_check(p->options->task, &inner);
    if (rc == TW_OK)
        rc = run_step(p, i, &log, &result, &inner);
    if (p->options->partial && is_absent(rc)) {
        tw_say(p->options->log, TW_WARNING, "step %zu, %s: skipped, %s", i + 1, step->row->name, inner.message);
        tw_doc_free(e.warnings);
        return skip(p, i, inner.message);
    }
    if (rc != TW_OK) {
        tw_doc_free(e.warnings);
        rc = p->called ? rc : blame_recipe(&inner, rc, i, step->row);
        if (p->err)
            *p->err = inner;
        return rc;
    }
    tw_table_unref(p->table);
    p->table = result.table;
    return note(p->report, step, &result, NULL, result.summary, e.warnings, p->err);
}

/* --- names of the file and names of the recipe --- */

/* Rename columns of the table: map is {to: from} when `in`, else back. */
static enum tw_rc rename_columns(const tw_doc *map, bool in, const tw_table *table, tw_table **out, tw_error *err) {
    tw_draft *draft = NULL;
    enum tw_rc rc = tw_draft_new(table, &draft, err);
    for (size_t i = 0; rc == TW_OK && i < tw_doc_count(map); i++) {
        tw_str recipe_name = tw_doc_key(map, i), file_name = tw_doc_as_text(tw_doc_at(map, i), TW_STR(""));
        const char *to = in ? recipe_name.p : file_name.p;
        int column = tw_table_find(table, in ? file_name : recipe_name);
        if (column < 0 && in)
            rc = tw_table_require(table, file_name, &column, err);
        else if (in && tw_table_find(table, recipe_name) >= 0 && !tw_str_eq(recipe_name, file_name))
            rc = tw_fail(err, TW_EUSAGE, "--map %.*s=%.*s: the file has a column '%.*s' too; map that one as well or rename it",
                         TW_ARG(file_name), TW_ARG(recipe_name), TW_ARG(recipe_name));
        if (rc != TW_OK || column < 0)
            continue;
        tw_field field = *tw_table_field(table, (size_t)column);
        field.name = to;
        rc = tw_draft_field(draft, (size_t)column, &field, err);
    }
    if (rc == TW_OK)
        return tw_draft_commit(draft, out, err);
    tw_draft_free(draft);
    return rc;
}

static enum tw_rc pass_through(passage *p, const tw_table *in, tw_table **out) {
    const tw_doc *map = p->options->map;
    bool mapped = tw_doc_count(map) > 0;
    enum tw_rc rc = TW_OK;
    p->table = tw_table_ref(in);
    for (size_t i = 0; rc == TW_OK && i < tw_recipe_count(p->recipe); i++) {
        const tw_step_row *row = tw_recipe_at(p->recipe, i)->row;
        bool leave = p->fitted && row->flags & TW_STEP_SKIP_APPLY;
        if (p->fitted && row->flags & TW_STEP_REPLACES)
            rc = tw_fail(p->err, TW_EDATA, "step %zu, %s: it makes a new table, which apply cannot; use run, or synth --model",
                         i + 1, row->name);
        else
            rc = leave ? skip(p, i, "it belongs to training") : advance(p, i);
    }
    tw_table *result = NULL;
    if (rc == TW_OK && mapped)
        rc = rename_columns(map, false, p->table, &result, p->err);
    else if (rc == TW_OK)
        result = tw_table_ref(p->table);
    tw_table_unref(p->table);
    *out = result;
    return rc;
}

static enum tw_rc map_in(const tw_run_options *options, const tw_table *in, tw_table **out, tw_error *err) {
    if (tw_doc_count(options->map))
        return rename_columns(options->map, true, in, out, err);
    *out = tw_table_ref(in);
    return TW_OK;
}

/* --- the two ways --- */

static enum tw_rc keep_fitted(const tw_recipe *recipe, uint64_t seed, const tw_table *in, tw_doc **states, tw_fitted **out,
                              tw_error *err) {
    tw_fitted *f = tw_calloc(1, sizeof *f);
    if (!f)
        return tw_fail_memory(err);
    f->recipe = tw_recipe_copy(recipe);
    f->schema = tw_schema_of(in);
    f->source = tw_recipe_source(recipe) ? tw_doc_copy(tw_recipe_source(recipe)) : tw_doc_map();
    f->states = *states;
    f->seed = seed;
    *states = NULL;
    if (f->recipe && f->schema && f->source) {
        *out = f;
        return TW_OK;
    }
    tw_fitted_free(f);
    return tw_fail_memory(err);
}

enum tw_rc tw_recipe_run(const tw_recipe *recipe, const tw_table *in, const tw_run_options *options, tw_table **out,
                         tw_fitted **fitted, tw_run_report *report, tw_error *err) {
    tw_run_options seeded = *options;
    tw_table *named = NULL;
    seeded.seed = tw_run_seed(options->seed, recipe);
    passage p = {.recipe = recipe, .options = &seeded, .report = report, .states = tw_doc_list(), .err = err};
    *out = NULL;
    if (fitted)
        *fitted = NULL;
    enum tw_rc rc = p.states ? map_in(options, in, &named, err) : tw_fail_memory(err);
    if (rc == TW_OK)
        rc = pass_through(&p, named, out);
    if (rc == TW_OK && fitted)
        rc = keep_fitted(recipe, seeded.seed, named, &p.states, fitted, err);
    if (rc != TW_OK) {
        tw_table_unref(*out);
        *out = NULL;
    }
    tw_doc_free(p.states);
    tw_table_unref(named);
    return rc;
}

/* --- models --- */

enum tw_rc tw_fitted_of_step(const tw_step_row *row, const tw_doc *args, tw_str id, uint64_t seed, const tw_table *in,
                             tw_doc *state, tw_fitted **out, tw_error *err) {
    tw_recipe *recipe = NULL;
    tw_doc *states = tw_doc_list(), *named = tw_doc_copy(args);
    bool good = tw_doc_add(states, state) && named;
    if (good && !tw_str_eq_c(id, row->name))
        good = tw_doc_set(named, "id", tw_doc_text(id));
    enum tw_rc rc = good ? tw_recipe_new(TW_STR("model"), &recipe, err) : tw_fail_memory(err);
    if (rc == TW_OK) {
        rc = tw_recipe_add(recipe, tw_str_c(row->name), named, err);
        named = NULL;
    }
    if (rc == TW_OK)
        rc = keep_fitted(recipe, seed, in, &states, out, err);
    tw_doc_free(named);
    tw_doc_free(states);
    tw_recipe_free(recipe);
    return rc;
}

static const char *nth_free(const void *ctx, size_t i) {
    const tw_step_row *row = ctx;
    for (size_t k = 0; k < row->n_params; k++)
        if (!(row->params[k].flags & TW_PARAM_SETTLED) && i-- == 0)
            return row->params[k].name;
    return NULL;
}

/* Arguments of the call over those of the recipe. */
static enum tw_rc lay_over(tw_recipe_entry *entry, const tw_doc *with, tw_error *err) {
    const tw_step_row *row = entry->step.row;
    for (size_t i = 0; i < tw_doc_count(with); i++) {
        tw_str key = tw_doc_key(with, i);
        const tw_param *param = tw_args_find(row->params, row->n_params, key);
        if (!param || param->flags & TW_PARAM_SETTLED)
            return tw_fail(err, TW_EUSAGE, "%.*s: it was settled when the model was made; only %s%s%s%s%s … can be said now",
                           TW_ARG(key), nth_free(row, 0), nth_free(row, 1) ? ", " : "", nth_free(row, 1) ? nth_free(row, 1) : "",
                           nth_free(row, 2) ? ", " : "", nth_free(row, 2) ? nth_free(row, 2) : "");
        if (!tw_doc_set_str(entry->args, key, tw_doc_copy(tw_doc_at(with, i))))
            return tw_fail_memory(err);
    }
    return tw_step_check(row, entry->args, err);
}

static size_t last_replacing(const tw_recipe *recipe) {
    size_t i = tw_recipe_count(recipe);
    while (i > 0 && !(tw_recipe_at(recipe, i - 1)->row->flags & TW_STEP_REPLACES))
        i--;
    return i - 1; /* SIZE_MAX = none */
}

static enum tw_rc empty_table(tw_table **out, tw_error *err) {
    tw_draft *draft;
    enum tw_rc rc = tw_draft_new(NULL, &draft, err);
    return rc == TW_OK ? tw_draft_commit(draft, out, err) : rc;
}

enum tw_rc tw_fitted_generate(const tw_fitted *fitted, const tw_doc *with, const tw_run_options *options, tw_table **out,
                              tw_recipe **recipe, tw_run_report *report, tw_error *err) {
    tw_run_options seeded = *options;
    size_t first = last_replacing(fitted->recipe);
    seeded.seed = options->seed ? options->seed : fitted->seed;
    *out = NULL;
    *recipe = NULL;
    if (first == SIZE_MAX)
        return tw_fail(err, TW_EDATA, "state: no step of it makes new rows; use apply, or make a model with synth --save");
    tw_recipe *copy = tw_recipe_copy(fitted->recipe);
    passage p = {.recipe = copy, .options = &seeded, .report = report, .fitted = fitted, .err = err};
    enum tw_rc rc = copy ? lay_over(&copy->entries[first], with, err) : tw_fail_memory(err);
    if (rc == TW_OK)
        rc = empty_table(&p.table, err);
    for (size_t i = first; rc == TW_OK && i < tw_recipe_count(copy); i++) {
        p.called = i == first;
        rc = advance(&p, i);
    }
    if (rc == TW_OK) {
        tw_recipe_set_seed(copy, seeded.seed);
        *out = p.table;
        *recipe = copy;
        return TW_OK;
    }
    tw_table_unref(p.table);
    tw_recipe_free(copy);
    return rc;
}

enum tw_rc tw_fitted_apply(const tw_fitted *fitted, const tw_table *in, const tw_run_options *options, tw_table **out,
                           tw_run_report *report, tw_error *err) {
    tw_run_options seeded = *options;
    tw_table *named = NULL, *read = NULL;
    seeded.seed = options->seed ? options->seed : fitted->seed;
    passage p = {.recipe = fitted->recipe, .options = &seeded, .report = report, .fitted = fitted, .err = err};
    *out = NULL;
    enum tw_rc rc = map_in(options, in, &named, err);
    if (rc == TW_OK)
        rc = tw_schema_impose(fitted->schema, named, &read, err);
    if (rc == TW_OK)
        rc = pass_through(&p, read, out);
    tw_table_unref(named);
    tw_table_unref(read);
    return rc;
}
