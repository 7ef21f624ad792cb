/* A model is a state file like any other, with one step in it or with the recipe that `fit` saved.
 * It is written whole or not at all, and on the command line only together with the table of its
 * call. */
#include "app/model.h"

#include "app/session_impl.h"
#include "base/number.h"

enum { STATE_MAX = 1 << 30 };

enum tw_rc tw_model_load(const char *path, tw_fitted **out, tw_error *err) {
    char *text = NULL;
    size_t n = 0;
    enum tw_rc rc = tw_file_read_any(path, STATE_MAX, &text, &n, err);
    if (rc == TW_OK)
        rc = tw_fitted_read((tw_str){text, n}, out, err);
    free(text);
    return rc == TW_OK ? rc : tw_error_place(err, rc, path, -1, NULL);
}

/* --- saving --- */

static enum tw_rc write_model(tw_work *work, const char *path, tw_str text, tw_error *err) {
    return work->batch ? tw_file_prepare(path, text, &work->beside, err)
                       : tw_file_write(path, text, err);
}

enum tw_rc tw_model_save(tw_work *work, const char *path, const tw_table *in, tw_doc *state,
                         tw_error *err) {
    const tw_made *made = work->fresh->state->made;
    uint64_t own = work->state->seed, seed = own ? own : tw_run_seed(work->seed, NULL);
    tw_fitted *fitted = NULL;
    tw_buf text;
    tw_buf_init(&text, TW_BUF_MAX);
    enum tw_rc rc =
        tw_fitted_of_step(made->row, made->args, tw_str_c(made->id), seed, in, state, &fitted, err);
    if (rc == TW_OK)
        rc = tw_fitted_write(fitted, &text, err);
    if (rc == TW_OK)
        rc = write_model(work, path, tw_buf_view(&text), err);
    if (rc == TW_OK)
        tw_say(work->log, TW_NOTE,
               "%s holds values of the data and fingerprints of its rows: keep it as you keep the "
               "data",
               path);
    tw_fitted_free(fitted);
    tw_buf_fini(&text);
    return rc;
}

/* --- drawing --- */

static enum tw_rc check_method(const tw_fitted *fitted, tw_str method, tw_error *err) {
    const tw_recipe *recipe = tw_fitted_recipe(fitted);
    const tw_step_row *row = NULL;
    for (size_t i = 0; i < tw_recipe_count(recipe); i++)
        if (tw_recipe_at(recipe, i)->row->flags & TW_STEP_REPLACES)
            row = tw_recipe_at(recipe, i)->row;
    char name[64];
    if (!row || tw_str_eq_c(method, tw_step_method_name(row, name)))
        return TW_OK;
    return tw_fail(err, TW_EUSAGE, "--method %.*s: the model is one of %s; name that",
                   TW_ARG(method), name);
}

/* The rows as a dataset without a source; its recipe is the model's. */
static enum tw_rc put_fresh(tw_work *work, const char *path, tw_table *table, tw_recipe *recipe,
                            tw_error *err) {
    tw_dataset *fresh = NULL;
    enum tw_rc rc = tw_dataset_derive("synth", NULL, table, NULL, &fresh, err);
    if (rc != TW_OK) {
        tw_recipe_free(recipe);
        return rc;
    }
    fresh->ran = recipe;
    fresh->model = tw_str_dup(tw_str_c(path));
    work->fresh = fresh;
    return fresh->model ? TW_OK : tw_fail_memory(err);
}

enum tw_rc tw_model_draw(tw_work *work, const char *path, tw_str method, const tw_doc *with,
                         tw_doc **out, tw_error *err) {
    const tw_run_options options = {.seed = work->seed, .task = work->task, .log = work->log};
    tw_fitted *fitted = NULL;
    tw_table *table = NULL;
    tw_recipe *recipe = NULL;
    enum tw_rc rc = tw_model_load(path, &fitted, err);
    if (rc == TW_OK)
        rc = check_method(fitted, method, err);
    if (rc == TW_OK)
        rc = tw_fitted_generate(fitted, with, &options, &table, &recipe, &work->report, err);
    if (rc == TW_EDAMAGED || rc == TW_EVERSION)
        rc = tw_error_place(err, rc, path, -1, NULL);
    if (rc == TW_OK)
        rc = put_fresh(work, path, table, recipe, err);
    if (rc == TW_OK)
        *out = tw_doc_printf("%s rows drawn from %s", tw_grouped(tw_table_rows(table)).text, path);
    tw_table_unref(table);
    tw_fitted_free(fitted);
    return rc;
}
