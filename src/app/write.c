/* Writing the result of a subcommand. A manifest says what made the file beside it: names without
 * folders, hashes, seed, steps; no clock, so that two runs give the same bytes. */
#include "app/write.h"

#include "app/session_impl.h"
#include "base/json.h"
#include "io/compress.h"
#include "io/format.h"
#include "io/save.h"

bool tw_path_is_text(tw_str path) {
    const tw_file_format *format = tw_file_format_of_path(path);
    return !format || strcmp(format->name, "csv") == 0 || strcmp(format->name, "tsv") == 0;
}

void tw_session_will_write(tw_session *session, tw_str path) {
    session->cells_out = !session->json && tw_path_is_text(path);
}

static const tw_dataset *root_of(const tw_dataset *d) {
    while (d->parent)
        d = d->parent;
    return d;
}

/* --- manifests --- */

/* "OUT.manifest.json"; NULL when memory is out. */
static char *manifest_path(const char *path) {
    tw_buf name;
    tw_buf_init(&name, 1 << 16);
    tw_buf_printf(&name, "%s.manifest.json", path);
    char *taken = tw_buf_take(&name);
    tw_buf_fini(&name);
    return taken;
}

/* Safe on disk but not yet in its place: *out is committed once the table is. */
static enum tw_rc prepare_document(const char *path, tw_doc *doc, tw_output **out, tw_error *err) {
    tw_buf text;
    tw_buf_init(&text, TW_BUF_MAX);
    bool good =
        doc && !tw_doc_failed(doc) && tw_json_write(&text, doc, 2) && tw_buf_char(&text, '\n');
    enum tw_rc rc =
        good ? tw_file_prepare(path, tw_buf_view(&text), out, err) : tw_fail_memory(err);
    tw_buf_fini(&text);
    return rc;
}

/* path: of the manifest itself. */
static enum tw_rc prepare_manifest(const char *path, const tw_recipe *recipe, const tw_doc *steps,
                                   const char *input, tw_str state, uint64_t seed, tw_output **out,
                                   tw_error *err) {
    tw_mapping *mapping = NULL;
    bool stream = !input || tw_mapping_open(input, &mapping, NULL) !=
                                TW_OK; /* stdin, a FIFO: nothing to hash */
    tw_run_report report = {.steps = steps ? tw_doc_copy(steps) : tw_doc_list()};
    tw_str bytes = stream ? (tw_str){NULL, 0} : tw_mapping_bytes(mapping);
    tw_doc *doc = tw_manifest(recipe, &report, input ? input : "-", bytes, state, seed);
    enum tw_rc rc = path ? prepare_document(path, doc, out, err) : tw_fail_memory(err);
    tw_doc_free(doc);
    tw_run_report_fini(&report);
    tw_mapping_unref(mapping);
    return rc;
}

enum tw_rc tw_prepare_manifest(const char *path, const tw_recipe *recipe, const tw_doc *steps,
                               const char *input, tw_str state, uint64_t seed, tw_output **out,
                               tw_error *err) {
    char *name = manifest_path(path);
    enum tw_rc rc = prepare_manifest(name, recipe, steps, input, state, seed, out, err);
    free(name);
    return rc;
}

static enum tw_rc manifest_of(tw_session *s, const tw_state *state, const tw_doc *steps,
                              const char *path, tw_output **out, tw_error *err) {
    const tw_dataset *d = s->current;
    tw_recipe *recipe = NULL;
    enum tw_rc rc = tw_dataset_recipe(d, state, s->given.seed, &recipe, err);
    if (rc == TW_OK)
        rc = prepare_manifest(path, recipe, steps, d->model ? d->model : root_of(d)->path, TW_STR(""),
                              tw_session_seed(s), out, err);
    tw_recipe_free(recipe);
    return rc;
}

/* --- tables --- */

static bool plain_suffix(const char *path) {
    const tw_file_format *format = tw_file_format_of_path(tw_str_c(path));
    return tw_compression_of_path(tw_str_c(path), NULL) == TW_PLAIN &&
           (!format || strcmp(format->name, "csv") == 0);
}

static enum tw_rc write_table(tw_session *s, const tw_command *command, const char *path,
                              bool in_place, tw_error *err) {
    const tw_table *table = s->current->state->table;
    if (command->flags & TW_COMMAND_MANIFEST)
        return tw_save_table(table, path, in_place, &s->log, &s->task, err);
    if (plain_suffix(path))
        return tw_write_rows(table, NULL, tw_table_rows(table), path, &s->log, &s->task, err);
    return tw_write_table(table, path, &(tw_write_options){.log = &s->log}, &s->task, err);
}

/* --- several imputations --- */

/* "x/out.csv.gz", 2: "x/out-2.csv.gz"; NULL when memory is out. */
static char *numbered(const char *path, size_t number) {
    static const char *const packed[] = {".gz", ".zst", ".xz", ".bz2"};
    tw_str whole = tw_str_c(path), name = whole;
    for (size_t i = 0; i < TW_COUNT(packed); i++)
        if (tw_str_ends(whole, tw_str_c(packed[i])))
            name.n = whole.n - strlen(packed[i]);
    size_t at = name.n;
    while (at > 0 && name.p[at - 1] != '.' && name.p[at - 1] != '/')
        at--;
    bool suffix = at > 1 && name.p[at - 1] == '.' && name.p[at - 2] != '/';
    at = suffix ? at - 1 : name.n;
    tw_buf text;
    tw_buf_init(&text, TW_BUF_MAX);
    tw_buf_str(&text, tw_str_sub(whole, 0, at));
    tw_buf_printf(&text, "-%zu", number);
    tw_buf_str(&text, tw_str_sub(whole, at, whole.n));
    char *taken = tw_buf_take(&text);
    tw_buf_fini(&text);
    return taken;
}

/* What is written to the staged path is about the path that was asked for. */
static enum tw_rc blame(tw_error *err, enum tw_rc rc, const char *path) {
    return rc == TW_EOUTPUT ? tw_error_place(err, rc, path, -1, NULL) : rc;
}

static enum tw_rc stage_manifest(tw_session *s, const tw_draw *draw, const char *path,
                                 tw_output_set *set, tw_error *err) {
    tw_output *manifest = NULL;
    const char *staged;
    char *name = manifest_path(path);
    enum tw_rc rc = name ? tw_output_set_add(set, name, &staged, err) : tw_fail_memory(err);
    if (rc == TW_OK)
        rc = manifest_of(s, draw->state, draw->steps, staged, &manifest, err);
    if (rc == TW_OK)
        rc = tw_output_commit(manifest, err);
    rc = name ? blame(err, rc, name) : rc;
    free(name);
    return rc;
}

static enum tw_rc stage_draw(tw_session *s, const tw_draw *draw, const char *path, bool manifest,
                             tw_output_set *set, tw_error *err) {
    const char *input = root_of(s->current)->path, *staged;
    if (!path)
        return tw_fail_memory(err);
    if (input && strcmp(input, "-") != 0 && tw_file_same(path, input))
        return tw_fail(err, TW_EUSAGE, "%s: it is the input; write somewhere else", path);
    enum tw_rc rc = tw_output_set_add(set, path, &staged, err);
    if (rc == TW_OK)
        rc = blame(err, tw_save_table(draw->state->table, staged, false, &s->log, &s->task, err), path);
    return rc == TW_OK && manifest ? stage_manifest(s, draw, path, set, err) : rc;
}

static enum tw_rc write_draws(tw_session *s, const tw_write_to *to, tw_error *err) {
    const tw_dataset *d = s->current;
    if (!to->path || strcmp(to->path, "-") == 0 || to->in_place)
        return tw_fail(err, TW_EUSAGE, "-m: %zu files need a name; give -o OUT", d->n_draws);
    tw_output_set *set = tw_output_set_new();
    enum tw_rc rc = set ? TW_OK : tw_fail_memory(err);
    for (size_t i = 0; rc == TW_OK && i < d->n_draws; i++) {
        char *path = numbered(to->path, i + 1);
        rc = stage_draw(s, &d->draws[i], path, !to->no_manifest, set, err);
        free(path);
    }
    if (rc == TW_OK)
        return tw_output_set_commit(set, err);
    tw_output_set_abort(set);
    return rc;
}

static enum tw_rc commit_beside(tw_dataset *d, tw_error *err) {
    tw_output *beside = d->beside;
    d->beside = NULL;
    return beside ? tw_output_commit(beside, err) : TW_OK;
}

enum tw_rc tw_session_write(tw_session *s, const tw_command *command, const tw_write_to *to,
                            tw_error *err) {
    if (s->current->draws)
        return write_draws(s, to, err);
    const char *input = root_of(s->current)->path;
    const char *path = to->path ? to->path : to->in_place && input ? input : "-";
    bool to_stdout = strcmp(path, "-") == 0;
    bool same = !to_stdout && input && strcmp(input, "-") != 0 && tw_file_same(path, input);
    if (same && !to->in_place)
        return tw_fail(err, TW_EUSAGE,
                       "%s: it is the input; write somewhere else, or give --in-place", path);
    /* the manifest first: it hashes the input before that may be replaced, and where it cannot be
     * written no OUT appears */
    bool wanted = !to_stdout && !to->no_manifest && (command->flags & TW_COMMAND_MANIFEST);
    tw_output *manifest = NULL;
    char *name = wanted ? manifest_path(path) : NULL;
    enum tw_rc rc = wanted ? manifest_of(s, s->current->state, s->current->run_steps, name,
                                         &manifest, err)
                           : TW_OK;
    free(name);
    if (rc == TW_OK)
        rc = write_table(s, command, path, same, err);
    if (rc == TW_OK && manifest)
        rc = tw_output_commit(manifest, err);
    else
        tw_output_abort(manifest);
    return rc == TW_OK ? commit_beside(s->current, err) : rc;
}

/* --- documents --- */

static tw_doc *written(const char *path, const tw_table *table, const tw_doc *steps) {
    tw_doc *doc = tw_doc_map();
    if (!doc)
        return NULL;
    tw_doc_set(doc, "file", tw_doc_c(path));
    tw_doc_set(doc, "rows", tw_doc_int(tw_table_rows(table)));
    tw_doc_set(doc, "columns", tw_doc_int((int64_t)tw_table_width(table)));
    if (steps)
        tw_doc_set(doc, "steps", tw_doc_copy(steps));
    return doc;
}

static tw_doc *written_draws(const char *path, const tw_dataset *d) {
    tw_doc *doc = tw_doc_map(), *files = tw_doc_list();
    for (size_t i = 0; files && i < d->n_draws; i++) {
        char *name = numbered(path, i + 1);
        tw_doc_add(files, name ? written(name, d->draws[i].state->table, d->draws[i].steps) : NULL);
        free(name);
    }
    if (doc)
        tw_doc_set(doc, "files", files);
    else
        tw_doc_free(files);
    return doc;
}

enum tw_rc tw_session_written_doc(tw_session *s, const char *path, tw_doc **out, tw_error *err) {
    const tw_dataset *d = s->current;
    tw_doc *doc = d->draws ? written_draws(path, d) : written(path, d->state->table, d->run_steps);
    if (!doc)
        return tw_fail_memory(err);
    *out = doc;
    return tw_doc_failed(doc) ? tw_fail_memory(err) : TW_OK;
}

static tw_doc *row_of(const tw_table *table, int64_t row) {
    tw_doc *list = tw_doc_list();
    for (size_t c = 0; list && c < tw_table_width(table); c++) {
        tw_cell cell = tw_column_cell(tw_table_column(table, c), row);
        tw_doc_add(list, tw_cell_doc(&cell));
    }
    return list;
}

enum tw_rc tw_table_doc(const tw_table *table, tw_task *task, tw_doc **out, tw_error *err) {
    enum tw_rc rc = tw_table_need(table, NULL, 0, task, err);
    if (rc != TW_OK)
        return rc;
    tw_doc *doc = tw_doc_map(), *columns = tw_doc_list(), *rows = tw_doc_list();
    for (size_t c = 0; columns && c < tw_table_width(table); c++)
        tw_doc_add(columns, tw_doc_c(tw_table_field(table, c)->name));
    for (int64_t r = 0; rows && r < tw_table_rows(table); r++)
        tw_doc_add(rows, row_of(table, r));
    if (!doc) {
        tw_doc_free(columns);
        tw_doc_free(rows);
        return tw_fail_memory(err);
    }
    tw_doc_set(doc, "columns", columns);
    tw_doc_set(doc, "rows", rows);
    *out = doc;
    return tw_doc_failed(doc) ? tw_fail_memory(err) : TW_OK;
}

enum tw_rc tw_session_table_doc(tw_session *s, tw_doc **out, tw_error *err) {
    return tw_table_doc(s->current->state->table, &s->task, out, err);
}
