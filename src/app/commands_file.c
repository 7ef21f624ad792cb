/* Files and datasets: opening, reading to the end, saving, choosing, leaving. */
#include "app/commands.h"

#include "app/reading.h"
#include "app/session_impl.h"
#include "base/number.h"
#include "io/save.h"

/* --- open --- */

typedef struct open_args {
    tw_str path;
    const tw_doc *more; /* reading overrides */
} open_args;

static const tw_param open_params[] = {
    TW_ROW(open_args, path, PATH, .flags = TW_WORD, .help = "the file"),
    TW_ROW(open_args, more, DOC, .flags = TW_PARAM_HIDDEN),
};

/* Behind the open dataset a job reads the file to its end; the command line reads when a command
 * asks for it. */
static enum tw_rc read_on(tw_session *s, tw_error *err) {
    tw_ready ready;
    if (s->given.batch)
        return TW_OK;
    const tw_command *read = tw_session_command(s, TW_STR("read"));
    enum tw_rc rc = tw_ready_map(read, NULL, &ready, err);
    return rc == TW_OK ? tw_session_enqueue(s, &ready, err) : rc;
}

/* What sniffing saw that a user should know before looking at the data. */
static void tell_what_opened(tw_session *s, const tw_dataset *d) {
    const tw_dialect *dialect = tw_opened_dialect(d->opened);
    if (!tw_opened_width(d->opened))
        tw_session_say(s, TW_NOTE, "%s: the file is empty; a table without columns", d->path);
    if (dialect->n_tables < 2 || tw_doc_get(d->reading, "table"))
        return;
    char names[400];
    tw_opened_table_names(d->opened, names);
    if (names[0])
        tw_session_say(s, TW_NOTE, "%s: it holds %zu tables, this is %s; --table NAME reads another",
                       d->path, dialect->n_tables, names);
    else
        tw_session_say(s, TW_NOTE,
                       "%s: it holds %zu tables, this is number %zu; --table N reads another",
                       d->path, dialect->n_tables, dialect->table + 1);
}

enum tw_rc tw_session_open(tw_session *s, const char *path, const tw_doc *reading, tw_error *err) {
    tw_dataset *d = NULL;
    enum tw_rc rc = tw_dataset_open(path, reading, s->given.batch ? 0 : TW_OPEN_LIVE, &s->task, &d,
                                    err);
    if (rc != TW_OK)
        return tw_error_place(err, rc, err && err->file[0] ? NULL : path, -1, NULL);
    rc = tw_session_add_dataset(s, d, err);
    if (rc == TW_OK)
        tell_what_opened(s, d);
    if (rc == TW_OK)
        rc = tw_session_journal_open(s, d, err);
    if (rc == TW_OK && s->n_datasets == 1)
        rc = tw_session_offer_restore(s, d, err);
    return rc == TW_OK ? read_on(s, err) : rc;
}

static enum tw_rc run_open(tw_session *s, const void *raw, tw_doc **out, tw_error *err) {
    const open_args *args = raw;
    (void)out;
    tw_doc *reading = tw_reading_merge(s->reading, args->more);
    char *path = tw_str_dup(args->path);
    enum tw_rc rc = reading && path ? tw_session_open(s, path, reading, err) : tw_fail_memory(err);
    tw_doc_free(reading);
    free(path);
    return rc;
}

static enum tw_rc work_read(tw_work *work, const void *args, tw_doc **out, tw_error *err) {
    (void)args;
    (void)out;
    if (work->state)
        return TW_OK;
    return tw_dataset_read(work->dataset, work->task, &work->base, err);
}

/* --- save --- */

typedef struct save_args {
    tw_str path;
    bool view, now;
} save_args;

static const tw_param save_params[] = {
    TW_ROW(save_args, path, PATH, .flags = TW_PARAM_POSITIONAL,
           .help = "where to; without it over the file that was opened"),
    TW_ROW(save_args, view, BOOL, .help = "only the rows and columns as shown"),
};

static tw_doc *plan_doc(const tw_save_plan *plan, const char *path) {
    tw_doc *doc = tw_doc_map();
    if (!doc)
        return NULL;
    tw_doc_set(doc, "file", tw_doc_c(path));
    tw_doc_set(doc, "rows", tw_doc_int(plan->rows));
    tw_doc_set(doc, "rows_changed", tw_doc_int(plan->rows_changed));
    tw_doc_set(doc, "rows_new", tw_doc_int(plan->rows_new));
    tw_doc_set(doc, "rows_dropped", tw_doc_int(plan->rows_dropped));
    tw_doc_set(doc, "cells_changed", tw_doc_int(plan->cells_changed));
    tw_doc_set(doc, "columns_added", tw_doc_int((int64_t)plan->columns_added));
    tw_doc_set(doc, "columns_dropped", tw_doc_int((int64_t)plan->columns_dropped));
    tw_doc_set(doc, "columns_renamed", tw_doc_int((int64_t)plan->columns_renamed));
    tw_doc_set(doc, "reordered", tw_doc_bool(plan->reordered));
    if (plan->by_column[0])
        tw_doc_set(doc, "by_column", tw_doc_c(plan->by_column));
    return doc;
}

/* A column in place k of the view to place k of the table; the rest dropped. */
static enum tw_rc cut_columns(tw_draft *draft, const tw_table *table, const tw_view_state *view,
                              tw_error *err) {
    size_t width = tw_table_width(table);
    int *place = tw_calloc(width, sizeof *place); /* where column i of the table stands now */
    enum tw_rc rc = place ? TW_OK : tw_fail_memory(err);
    for (size_t i = 0; rc == TW_OK && i < width; i++)
        place[i] = (int)i;
    for (size_t k = 0; rc == TW_OK && k < view->n_columns; k++) {
        int from = place[view->columns[k]];
        rc = tw_draft_move(draft, (size_t)from, k, err);
        for (size_t i = 0; i < width; i++)
            if (place[i] >= (int)k && place[i] < from)
                place[i]++;
        place[view->columns[k]] = (int)k;
    }
    for (size_t i = width; rc == TW_OK && i-- > view->n_columns;)
        rc = tw_draft_drop(draft, i, err);
    free(place);
    return rc;
}

enum tw_rc tw_view_table(const tw_table *table, const tw_view_state *view, tw_task *task,
                         tw_table **out, tw_error *err) {
    tw_draft *draft = NULL;
    enum tw_rc rc = tw_draft_new(table, &draft, err);
    if (rc == TW_OK && view->rows)
        rc = tw_draft_rows(draft, view->rows->at, view->rows->n, task, err);
    if (rc == TW_OK)
        rc = cut_columns(draft, table, view, err);
    if (rc != TW_OK) {
        tw_draft_free(draft);
        return rc;
    }
    return tw_draft_commit(draft, out, err);
}

static bool shows_all(const tw_view_state *view, const tw_table *table) {
    return !view->rows && view->n_columns == tw_table_width(table);
}

static enum tw_rc write_now(tw_work *work, const save_args *args, const char *path, bool in_place,
                            tw_error *err) {
    if (!args->view)
        return tw_save_table(work->table, path, in_place, work->log, work->task, err);
    tw_table *seen = NULL;
    enum tw_rc rc = tw_view_table(work->table, work->state->view, work->task, &seen, err);
    if (rc == TW_OK)
        rc = tw_save_table(seen, path, in_place, work->log, work->task, err);
    tw_table_unref(seen);
    return rc;
}

static enum tw_rc where_to(tw_work *work, const save_args *args, const char **path, bool *in_place,
                           tw_error *err) {
    enum tw_rc rc = TW_OK;
    *path = work->dataset->path;
    if (args->path.p)
        rc = tw_work_path(work, args->path, path, err);
    else if (!*path || strcmp(*path, "-") == 0)
        rc = tw_fail(err, TW_EUSAGE, "save: %s has no file of its own; write ':save PATH'",
                     work->dataset->name);
    if (rc == TW_OK)
        *in_place = work->dataset->path && tw_file_same(*path, work->dataset->path);
    return rc;
}

static enum tw_rc work_save(tw_work *work, const void *raw, tw_doc **out, tw_error *err) {
    const save_args *args = raw;
    const char *path;
    bool in_place;
    tw_save_plan plan;
    enum tw_rc rc = where_to(work, args, &path, &in_place, err);
    if (rc == TW_OK)
        rc = tw_save_plan_of(work->table, &plan, err);
    if (rc == TW_OK)
        rc = write_now(work, args, path, in_place, err);
    if (rc != TW_OK)
        return rc;
    if (!args->view && !shows_all(work->state->view, work->table))
        tw_say(work->log, TW_NOTE,
               "saved the whole dataset, not only what is shown; ':save PATH --view' saves that");
    work->saved = !args->view;
    *out = plan_doc(&plan, path);
    return *out ? TW_OK : tw_fail_memory(err);
}

/* Of a plan's document what there is to say: the file and the counts that are not zero. */
static tw_doc *question_doc(const tw_save_plan *plan, const char *path) {
    tw_doc *all = plan_doc(plan, path), *some = tw_doc_map();
    for (size_t i = 0; i < tw_doc_count(all); i++) {
        const tw_doc *value = tw_doc_at(all, i);
        bool zero = tw_doc_kind(value) == TW_DOC_INT && tw_doc_as_int(value, 0) == 0;
        bool no = tw_doc_kind(value) == TW_DOC_BOOL && !tw_doc_as_bool(value, false);
        if (!zero && !no)
            tw_doc_set_str(some, tw_doc_key(all, i), tw_doc_copy(value));
    }
    tw_doc_free(all);
    return some;
}

/* "3 cells changed, 1 row new" */
static void put_plan(const tw_save_plan *plan, char *out, size_t size) {
    const struct {
        int64_t n;
        const char *one, *many;
    } counts[] = {{plan->cells_changed, "cell changed", "cells changed"},
                  {plan->rows_new, "row new", "rows new"},
                  {plan->rows_dropped, "row dropped", "rows dropped"}};
    size_t used = 0;
    for (size_t i = 0; i < TW_COUNT(counts) && used < size; i++)
        if (counts[i].n)
            used += (size_t)snprintf(out + used, size - used, "%s%s %s", used ? ", " : "",
                                     tw_grouped(counts[i].n).text,
                                     counts[i].n == 1 ? counts[i].one : counts[i].many);
    if (!used)
        snprintf(out, size, "no cell changed");
}

/* What has no file of its own is saved under a name that is asked for. */
static enum tw_rc ask_name(tw_session *s, const tw_dataset *d, bool view, tw_error *err) {
    if (!s->screen || view)
        return tw_fail(err, TW_EUSAGE, "save: %s has no file of its own; write ':save PATH'", d->name);
    tw_buf line;
    tw_buf_init(&line, 4096);
    tw_buf_printf(&line, "prompt save %s.csv", d->name);
    enum tw_rc rc = tw_buf_check(&line, err);
    if (rc == TW_OK)
        rc = tw_session_start_line(s, tw_buf_view(&line), err);
    tw_buf_fini(&line);
    return rc;
}

/* The preview: what a save would do, and the question. */
static enum tw_rc run_save(tw_session *s, const void *raw, tw_doc **out, tw_error *err) {
    const save_args *args = raw;
    tw_dataset *d = s->current;
    tw_event event = {.kind = TW_EVENT_ASK, .dataset = d};
    char counts[200];
    if (!args->path.p && !d->path && !s->given.headless)
        return ask_name(s, d, args->view, err);
    tw_buf line;
    tw_buf_init(&line, sizeof event.line - 1);
    tw_buf_c(&line, "save!");
    if (args->view)
        tw_buf_c(&line, " --view");
    if (args->path.p && tw_buf_char(&line, ' '))
        tw_word_quote(&line, args->path);
    enum tw_rc rc = tw_buf_check(&line, err);
    if (rc == TW_OK)
        snprintf(event.line, sizeof event.line, "%s", line.p);
    tw_buf_fini(&line);
    tw_save_plan plan;
    if (rc == TW_OK)
        rc = tw_save_plan_of(d->state->table, &plan, err);
    if (rc != TW_OK)
        return rc;
    if (s->given.headless)
        return tw_session_run_line(s, tw_str_c(event.line), out, err);
    const char *path = args->path.p ? event.line + strlen("save! ") : d->path ? d->path : "";
    put_plan(&plan, counts, sizeof counts);
    snprintf(event.text, sizeof event.text, "Save %.200s to %.500s? %s [y/n]", d->name,
             path, counts);
    event.doc = question_doc(&plan, path);
    tw_events_put(&s->events, &event);
    return TW_OK;
}

/* --- datasets, use, quit --- */

static enum tw_rc run_datasets(tw_session *s, const void *args, tw_doc **out, tw_error *err) {
    static const char *const columns[] = {"name", "rows", "columns", "file", "steps", "changed"};
    (void)args;
    tw_doc *table = tw_doc_table(columns, TW_COUNT(columns));
    for (size_t i = 0; table && i < tw_session_datasets(s); i++) {
        const tw_dataset *d = tw_session_dataset_at(s, i);
        bool exact;
        tw_doc *row = tw_doc_list();
        if (row) {
            tw_doc_add(row, tw_doc_c(d->name));
            tw_doc_add(row, tw_doc_int(tw_dataset_rows(d, &exact)));
            tw_doc_add(row, tw_doc_int((int64_t)tw_dataset_width(d)));
            tw_doc_add(row, tw_doc_c(d->path));
            tw_doc_add(row, tw_doc_int(d->state && d->state->made ? d->state->made->number : 0));
            tw_doc_add(row, tw_doc_bool(tw_dataset_modified(d)));
        }
        tw_doc_add(table, row);
    }
    *out = table;
    return table ? TW_OK : tw_fail_memory(err);
}

typedef struct use_args {
    tw_str name;
} use_args;

static const tw_param use_params[] = {
    TW_ROW(use_args, name, TEXT, .flags = TW_WORD, .help = "a dataset"),
};

static const char *dataset_name_at(const void *ctx, size_t i) {
    const tw_dataset *d = tw_session_dataset_at(ctx, i);
    return d ? d->name : NULL;
}

static enum tw_rc run_use(tw_session *s, const void *raw, tw_doc **out, tw_error *err) {
    const use_args *args = raw;
    (void)out;
    tw_dataset *d = tw_session_dataset_named(s, args->name);
    if (!d) {
        const char *near = tw_nearest(args->name, dataset_name_at, s);
        return tw_fail(err, TW_EUNKNOWN_NAME, "%.*s: there is no such dataset; %s%s",
                       TW_ARG(args->name), near ? "did you mean " : "see ':datasets'",
                       near ? near : "");
    }
    s->current = d;
    return s->journal ? tw_session_journal(s, "use", false, 0, 0, err) : TW_OK;
}

static enum tw_rc quit_now(tw_session *s, const void *args, tw_doc **out, tw_error *err) {
    (void)args, (void)out, (void)err;
    s->quit = true;
    tw_events_put(&s->events, &(tw_event){.kind = TW_EVENT_QUIT});
    return TW_OK;
}

static const tw_dataset *unsaved(const tw_session *s) {
    for (size_t i = 0; i < s->n_datasets; i++)
        if (!s->datasets[i]->hidden && tw_dataset_modified(s->datasets[i]))
            return s->datasets[i];
    return NULL;
}

static enum tw_rc run_quit(tw_session *s, const void *args, tw_doc **out, tw_error *err) {
    const tw_dataset *d = unsaved(s);
    if (!d || s->given.headless)
        return quit_now(s, args, out, err);
    tw_event event = {.kind = TW_EVENT_ASK, .line = "quit!"};
    snprintf(event.text, sizeof event.text,
             "%s has changes that are not saved. Quit without saving? [y/n]", d->name);
    tw_events_put(&s->events, &event);
    return TW_OK;
}

static enum tw_rc run_save_quit(tw_session *s, const void *args, tw_doc **out, tw_error *err) {
    enum tw_rc rc = tw_session_run_line(s, TW_STR("save!"), out, err);
    return rc == TW_OK ? quit_now(s, args, out, err) : rc;
}

/* --- restore --- */

typedef struct restore_args {
    tw_str journal;
    bool forget;
} restore_args;

static const tw_param restore_params[] = {
    TW_ROW(restore_args, journal, EXPR, .flags = TW_WORD, .help = "the journal's file"),
    TW_ROW(restore_args, forget, BOOL, .help = "remove it instead"),
};

static enum tw_rc run_restore(tw_session *s, const void *raw, tw_doc **out, tw_error *err) {
    const restore_args *args = raw;
    (void)out;
    char *name = tw_str_dup(args->journal);
    if (!name)
        return tw_fail_memory(err);
    enum tw_rc rc = TW_OK;
    if (args->forget)
        tw_journal_remove(name);
    else
        rc = tw_session_replay(s, name, err);
    free(name);
    return rc;
}

#define ROW_OPEN                                                                                   \
    .params = open_params, .n_params = TW_COUNT(open_params), .args_size = sizeof(open_args),      \
    .more = tw_reading_params, .n_more = TW_READING_COUNT
#define ROW_SAVE                                                                                   \
    .params = save_params, .n_params = TW_COUNT(save_params), .args_size = sizeof(save_args)
const tw_command tw_commands_file[] = {
    {.name = "open",
     .alias = "e",
     .scope = TW_SCOPE_PROGRAM,
     .flags = TW_COMMAND_SCREEN,
     ROW_OPEN,
     .summary = "Open a file",
     .example = "open samples/patients.csv",
     .help = "The first rows show at once; the rest is read in the background. Flags override what "
             "is guessed.",
     .run = run_open},
    {.name = "read",
     .scope = TW_SCOPE_DATASET,
     .flags = TW_COMMAND_SCREEN | TW_COMMAND_BACKGROUND | TW_COMMAND_HIDDEN,
     .summary = "Read the file to its end",
     .work = work_read},
    {.name = "save",
     .alias = "w",
     .scope = TW_SCOPE_DATASET,
     .flags = TW_COMMAND_SCREEN | TW_COMMAND_NEEDS_DATA,
     ROW_SAVE,
     .summary = "Save the dataset, after showing what would change",
     .view = "save",
     .help = "Writes the whole dataset in its own order, whatever is filtered or sorted in view; "
             "--view writes the rows and columns as shown. "
             "Untouched rows are written back byte for byte.",
     .run = run_save},
    {.name = "save!",
     .alias = "w!",
     .scope = TW_SCOPE_DATASET,
     .flags = TW_COMMAND_SCREEN | TW_COMMAND_NEEDS_DATA | TW_COMMAND_BACKGROUND,
     ROW_SAVE,
     .summary = "Save without asking",
     .view = "save",
     .work = work_save},
    {.name = "datasets",
     .scope = TW_SCOPE_PROGRAM,
     .flags = TW_COMMAND_SCREEN,
     .summary = "List the datasets of this session",
     .view = "datasets",
     .run = run_datasets},
    {.name = "use",
     .scope = TW_SCOPE_PROGRAM,
     .flags = TW_COMMAND_SCREEN,
     .params = use_params,
     .n_params = TW_COUNT(use_params),
     .args_size = sizeof(use_args),
     .summary = "Go to another dataset",
     .run = run_use},
    {.name = "quit",
     .alias = "q",
     .scope = TW_SCOPE_PROGRAM,
     .flags = TW_COMMAND_SCREEN,
     .summary = "Leave; asks when something is not saved",
     .run = run_quit},
    {.name = "quit!",
     .alias = "q!",
     .scope = TW_SCOPE_PROGRAM,
     .flags = TW_COMMAND_SCREEN,
     .summary = "Leave without asking",
     .run = quit_now},
    {.name = "save-quit",
     .alias = "wq",
     .scope = TW_SCOPE_DATASET,
     .flags = TW_COMMAND_SCREEN,
     .summary = "Save over the file and leave",
     .run = run_save_quit},
    {.name = "restore",
     .scope = TW_SCOPE_PROGRAM,
     .flags = TW_COMMAND_SCREEN | TW_COMMAND_HIDDEN,
     .params = restore_params,
     .n_params = TW_COUNT(restore_params),
     .args_size = sizeof(restore_args),
     .summary = "Play the journal of a lost session",
     .run = run_restore},
};
const size_t tw_commands_file_count = TW_COUNT(tw_commands_file);
