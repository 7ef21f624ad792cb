/* Steps run from a line of JSON on a table from a few lines of text, for tests of the step rooms.
 *
 *   run r = run_step(&tw_step_impute_mean, "{\"cols\": \"a\"}", "a\n1\nNA\n");
 *   is_text(run_dump(&r), "a\n1\n1\n", "…");
 *   run_fini(&r);
 *
 * The state travels through JSON between fit and apply, as in a state file. */
#ifndef TW_TESTS_STEPS_RUN_H
#define TW_TESTS_STEPS_RUN_H

#include "base/json.h"
#include "steps/step.h"
#include "tests/data/fixture.h"
#include "tests/tap.h"

typedef struct run {
    enum tw_rc rc;
    tw_error err;
    tw_table *in;
    tw_step_result out;
    tw_doc *values, *state;
    tw_arena arena;
    tw_buf text;
    char said[2048]; /* all log lines */
    uint64_t seed;
    const tw_key *key;
    tw_task *task;
} run;

static inline void run_hear(void *self, enum tw_level level, const char *message) {
    char *said = self;
    (void)level;
    size_t n = strlen(said);
    snprintf(said + n, 2048 - n, "%s\n", message);
}

static inline tw_doc *run_json(const char *text) {
    tw_doc *doc = NULL;
    if (tw_json_read(tw_str_c(text), &doc, NULL))
        TW_BUG("run: the arguments are no JSON");
    return doc;
}

static inline tw_doc *run_reread(const tw_doc *state) {
    tw_buf text;
    tw_doc *doc = NULL;
    tw_buf_init(&text, TW_BUF_MAX);
    if (!tw_json_write(&text, state, 0) || tw_json_read(tw_buf_view(&text), &doc, NULL))
        TW_BUG("run: the state does not survive JSON");
    tw_buf_fini(&text);
    return doc;
}

static inline void run_init(run *r) {
    *r = (run){.seed = 1, .err = TW_ERROR_INIT};
    tw_arena_init(&r->arena);
    tw_buf_init(&r->text, TW_BUF_MAX);
}

static inline void *run_args(run *r, const tw_step_row *step, const char *json) {
    void *args = tw_arena_alloc(&r->arena, 1, step->args_size);
    r->values = run_json(json);
    r->rc = tw_args_bind(step->name, step->params, step->n_params, r->values, args, &r->arena, &r->err);
    return args;
}

/* Fit on one table (unless the row has no fit), apply to another; both may be the same text. */
static inline void run_on(run *r, const tw_step_row *step, const char *json, const char *train, const char *data) {
    tw_log log = {.sink = run_hear, .self = r->said};
    tw_step_env env = {.seed = r->seed, .id = tw_str_c(step->name), .number = 7, .row_key = -1, .log = &log,
                       .arena = &r->arena, .key = r->key, .task = r->task};
    void *args = run_args(r, step, json);
    tw_table *training = fixture_table(train);
    if (!r->rc && step->fit)
        r->rc = step->fit(args, &env, training, &r->state, &r->err);
    tw_table_unref(training);
    if (r->state) {
        tw_doc *again = run_reread(r->state);
        tw_doc_free(r->state);
        r->state = again;
    }
    r->in = fixture_table(data);
    if (!r->rc)
        r->rc = step->apply(args, r->state, &env, r->in, &r->out, &r->err);
}

static inline run run_step(const tw_step_row *step, const char *json, const char *csv) {
    run r;
    run_init(&r);
    run_on(&r, step, json, csv, csv);
    return r;
}

/* The table as text, or the error. */
static inline tw_str run_dump(run *r) {
    if (r->rc)
        return tw_str_c(r->err.message);
    if (!fixture_dump(r->out.table, &r->text))
        TW_BUG("run: the result cannot be written");
    return tw_buf_view(&r->text);
}

static inline void run_fini(run *r) {
    tw_doc_free(r->values);
    tw_doc_free(r->state);
    tw_doc_free(r->out.summary);
    tw_table_unref(r->out.table);
    tw_table_unref(r->in);
    tw_arena_fini(&r->arena);
    tw_buf_fini(&r->text);
}

#endif
