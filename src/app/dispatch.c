/* Running a command: parse, check, bind, then `run` here or `work` on a snapshot, then history and
 * journal. The command line, Lua and scripts come through tw_session_run; screens through
 * tw_session_start_line (jobs.c), which shares all of this but the waiting. */
#include "app/columns_named.h"
#include "app/session_impl.h"

/* --- from text or map to bound arguments --- */

void tw_ready_fini(tw_ready *ready) {
    tw_call_fini(&ready->call);
    tw_arena_fini(&ready->arena);
    free(ready->line);
    *ready = (tw_ready){0};
}

static enum tw_rc bind(tw_ready *ready, tw_error *err) {
    const tw_command *command = ready->command;
    const tw_doc *values;
    enum tw_rc rc = tw_call_values(&ready->call, &values, err);
    if (rc != TW_OK)
        return rc;
    ready->args = tw_arena_alloc(&ready->arena, 1, command->args_size ? command->args_size : 1);
    if (!ready->args)
        return tw_fail_memory(err);
    return tw_args_bind(command->name, command->params, command->n_params, values, ready->args,
                        &ready->arena, err);
}

static enum tw_rc begin(const tw_command *command, tw_ready *out, tw_error *err) {
    *out = (tw_ready){.command = command};
    tw_arena_init(&out->arena);
    return tw_call_init(&out->call, command, err);
}

enum tw_rc tw_ready_line(tw_session *s, tw_str line, tw_ready *out, tw_error *err) {
    tw_str name, rest;
    const tw_command *command;
    *out = (tw_ready){0};
    tw_line_split(line, &name, &rest);
    if (!name.n)
        return tw_fail(err, TW_EUSAGE, "no command: the line is empty; see ':help'");
    enum tw_rc rc = tw_registry_require(&s->registry, name, TW_COMMAND_SCREEN, &command, err);
    if (rc != TW_OK)
        return rc;
    rc = begin(command, out, err);
    if (rc == TW_OK && !(out->line = tw_str_dup(tw_str_trim(line))))
        rc = tw_fail_memory(err);
    if (rc == TW_OK)
        rc = tw_call_line(&out->call, rest, &out->arena, err);
    if (rc == TW_OK)
        rc = bind(out, err);
    if (rc != TW_OK)
        tw_ready_fini(out);
    return rc;
}

enum tw_rc tw_ready_map(const tw_command *command, const tw_doc *args, tw_ready *out,
                        tw_error *err) {
    tw_buf line;
    tw_buf_init(&line, TW_BUF_MAX);
    enum tw_rc rc = begin(command, out, err);
    if (rc == TW_OK)
        rc = tw_call_map(&out->call, args, err);
    if (rc == TW_OK && !(tw_call_print(command, args, &line) && (out->line = tw_buf_take(&line))))
        rc = tw_fail_memory(err);
    if (rc == TW_OK)
        rc = bind(out, err);
    tw_buf_fini(&line);
    if (rc != TW_OK)
        tw_ready_fini(out);
    return rc;
}

/* --- may it run --- */

/* --explain speaks of a method, not of data, and --model holds what it needs. */
static bool needs_no_data(const tw_ready *ready) {
    const tw_doc *values = ready->call.sets[TW_SET_COMMAND].values;
    return ready->command->family && (tw_doc_as_bool(tw_doc_get(values, "explain"), false) ||
                                      tw_doc_get(values, "model"));
}

enum tw_rc tw_ready_check(const tw_session *s, const tw_ready *ready, tw_error *err) {
    const char *why;
    if (needs_no_data(ready))
        return TW_OK;
    if (tw_command_available(s, ready->command, &why))
        return TW_OK;
    const char *what_to_do = s->current ? "" : "; open one with ':open PATH'";
    return tw_fail(err, TW_EUSAGE, "%s: %s%s", ready->command->name, why, what_to_do);
}

static enum tw_rc fail_again(const tw_dataset *d, tw_error *err) {
    if (err)
        *err = d->failure;
    return d->failure.code;
}

enum tw_rc tw_session_need_data(tw_session *s, tw_error *err) {
    tw_dataset *d = s->current;
    if (!d || d->state)
        return TW_OK;
    if (!s->given.batch)
        tw_session_wait_idle(s);
    if (d->state)
        return TW_OK;
    if (d->failed)
        return fail_again(d, err);
    tw_table *base = NULL;
    enum tw_rc rc = tw_dataset_read(d, &s->task, &base, err);
    if (rc == TW_OK)
        rc = tw_dataset_set_base(d, base, err);
    if (rc == TW_OK)
        rc = tw_session_read_done(s, d, err);
    return rc;
}

/* --- the snapshot --- */

static enum tw_rc copy_peers(tw_work *work, const tw_session *s, tw_error *err) {
    work->peers = tw_calloc(s->n_datasets, sizeof *work->peers);
    if (!work->peers)
        return tw_fail_memory(err);
    for (size_t i = 0; i < s->n_datasets; i++)
        if (!s->datasets[i]->hidden)
            work->peers[work->n_peers++] =
                (tw_work_peer){s->datasets[i], tw_state_ref(s->datasets[i]->state)};
    return TW_OK;
}

static void copy_cursor(tw_work *work, const tw_view *view) {
    work->cursor_row = work->cursor_column = -1;
    if (!work->state || !tw_view_rows(view) || !tw_view_columns(view))
        return;
    work->view_row = tw_view_cursor_row(view);
    work->cursor_row = tw_view_row(view, work->view_row);
    work->cursor_column = (int)tw_view_column(view, tw_view_cursor_column(view));
}

enum tw_rc tw_work_init(tw_work *work, tw_session *s, tw_task *task, tw_error *err) {
    tw_dataset *d = s->current;
    *work = (tw_work){.dataset = d,
                      .session = s,
                      .hooks = &s->hooks,
                      .reading = s->reading,
                      .task = task,
                      .log = &s->log,
                      .seed = s->given.seed,
                      .batch = s->given.batch,
                      .json = s->json,
                      .ascii = s->ascii,
                      .text_width = s->text_width,
                      .text_height = s->text_height,
                      .ignore_case = tw_session_option_int(s, "ignore_case"),
                      .goto_row = -1};
    tw_arena_init(&work->arena);
    work->search = tw_arena_str(&work->arena, tw_session_search(s));
    if (!work->search.p)
        return tw_fail_memory(err);
    work->cursor_row = work->cursor_column = -1;
    if (d) {
        work->state = tw_state_ref(d->state);
        work->table = d->state ? d->state->table : NULL;
        work->findings = tw_finding_list_ref(d->findings);
        copy_cursor(work, &d->view);
    }
    return copy_peers(work, s, err);
}

/* --- putting results in --- */

static void take_findings(tw_dataset *d, tw_work *work) {
    tw_finding_list_unref(d->findings);
    d->findings = work->new_findings;
    work->new_findings = NULL;
}

static void take_report(tw_dataset *d, tw_work *work) {
    tw_doc_free(d->run_steps);
    d->run_steps = work->report.steps;
    work->report.steps = NULL;
}

static void take_beside(tw_dataset *d, tw_work *work) {
    tw_output_abort(d->beside);
    d->beside = work->beside;
    work->beside = NULL;
}

static void take_draws(tw_dataset *d, tw_work *work) {
    tw_draws_free(d->draws, d->n_draws);
    d->draws = work->draws;
    d->n_draws = work->n_draws;
    work->draws = NULL;
    work->n_draws = 0;
}

static void take_search(tw_session *s, tw_work *work) {
    free(s->search);
    s->search = work->new_search;
    work->new_search = NULL;
}

static enum tw_rc take_saved(tw_session *s, tw_dataset *d, tw_work *work, tw_error *err) {
    tw_state_unref(d->saved);
    d->saved = tw_state_ref(work->state);
    return s->journal && d->state == work->state ? tw_journal_saved(s->journal, err) : TW_OK;
}

enum tw_rc tw_work_commit(tw_session *s, tw_work *work, bool *stale, tw_error *err) {
    tw_dataset *d = work->dataset;
    enum tw_rc rc = TW_OK;
    *stale = work->next && d->state != work->state;
    if (*stale)
        return tw_fail(err, TW_EUSAGE, "%s: the data changed meanwhile; run it again", d->name);
    if (work->base) {
        tw_table *base = work->base;
        work->base = NULL;
        rc = tw_dataset_set_base(d, base, err);
        if (rc == TW_OK && !work->partial)
            rc = tw_session_read_done(s, d, err);
    }
    if (work->new_findings)
        take_findings(d, work);
    if (work->report.steps)
        take_report(work->fresh ? work->fresh : d, work);
    if (work->draws)
        take_draws(d, work);
    if (work->beside)
        take_beside(work->fresh ? work->fresh : d, work);
    if (work->next)
        tw_dataset_put(d, work->next);
    if (work->goto_row >= 0)
        tw_view_set_cursor(&d->view, work->goto_row, (size_t)work->goto_column);
    if (work->new_search)
        take_search(s, work);
    if (rc == TW_OK && work->saved)
        rc = take_saved(s, d, work, err);
    if (rc == TW_OK && work->fresh) {
        tw_dataset *fresh = work->fresh;
        work->fresh = NULL;
        rc = tw_session_add_dataset(s, fresh, err);
    }
    return rc;
}

/* --- history and journal --- */

static bool changed_since(const tw_session *s, const tw_node *node) {
    for (size_t i = 0; i < s->n_datasets; i++) {
        const tw_dataset *d = s->datasets[i];
        const tw_state *then = tw_node_state(node, d);
        bool opened = d->path && !then; /* a file that came since is no change */
        if (d->state && !d->hidden && d->state != (opened ? d->initial : then))
            return true;
    }
    return false;
}

static enum tw_rc add_node(tw_session *s, const char *line, int64_t row, size_t column,
                           tw_error *err) {
    tw_head *heads = tw_calloc(s->n_datasets, sizeof *heads);
    if (!heads)
        return tw_fail_memory(err);
    size_t n = 0;
    for (size_t i = 0; i < s->n_datasets; i++)
        if (s->datasets[i]->state && !s->datasets[i]->hidden)
            heads[n++] = (tw_head){s->datasets[i], s->datasets[i]->state};
    enum tw_rc rc = tw_history_add(&s->history, tw_str_c(line), heads, n, s->current, err);
    if (rc == TW_OK) {
        s->history.at->cursor_row = row;
        s->history.at->cursor_column = column;
    }
    free(heads);
    return rc;
}

/* Undo may hold so much memory and no more. What a journal replays may undo anything that it did. */
static void trim_history(tw_session *s) {
    uint64_t mib = (uint64_t)tw_session_option_int(s, "undo_memory");
    tw_state **kept = s->n_pending ? NULL : tw_calloc(3 * s->n_datasets, sizeof(tw_state *));
    size_t n = 0;
    for (size_t i = 0; kept && i < s->n_datasets; i++) {
        kept[n++] = s->datasets[i]->state;
        kept[n++] = s->datasets[i]->initial;
        kept[n++] = s->datasets[i]->saved;
    }
    size_t dropped = kept ? tw_history_trim(&s->history, kept, n, mib << 20) : 0;
    free(kept);
    if (dropped && dropped == s->history.dropped) /* said once, ':history' shows how far it goes */
        tw_session_say(s, TW_NOTE,
                       "undo no longer goes back to the start: versions are held in %llu MiB, "
                       "the oldest are dropped; ':set undo_memory' allows more",
                       (unsigned long long)mib);
}

enum tw_rc tw_session_note(tw_session *s, const tw_command *command, const char *line,
                           tw_error *err) {
    if (s->given.batch || !(command->flags & (TW_COMMAND_RECORDS | TW_COMMAND_UNDOABLE)))
        return TW_OK;
    if (!changed_since(s, s->history.at))
        return TW_OK;
    tw_journal_entry entry = {.changes = command->flags & TW_COMMAND_RECORDS};
    if (s->current) {
        entry.row = tw_view_cursor_row(&s->current->view);
        entry.column = tw_view_cursor_column(&s->current->view);
    }
    enum tw_rc rc = add_node(s, line, entry.row, entry.column, err);
    if (rc == TW_OK)
        trim_history(s);
    return rc == TW_OK ? tw_session_journal(s, line, entry.changes, entry.row, entry.column, err)
                       : rc;
}

/* --- running here --- */

typedef struct guarded {
    const tw_ready *ready;
    tw_work *work;
    tw_doc **out;
} guarded;

static enum tw_rc do_work(void *ctx, tw_error *err) {
    guarded *g = ctx;
    return tw_work_call(g->work, g->ready->command, g->ready->args, g->out, err);
}

static enum tw_rc run_work(tw_session *s, tw_ready *ready, tw_doc **out, tw_error *err) {
    tw_work work;
    bool stale;
    enum tw_rc rc = tw_work_init(&work, s, &s->task, err);
    guarded g = {ready, &work, out};
    if (rc == TW_OK)
        rc = tw_file_guard(do_work, &g, err);
    if (rc == TW_OK)
        rc = tw_work_commit(s, &work, &stale, err);
    s->found |= work.found;
    s->explained |= work.explained;
    tw_work_fini(&work);
    return rc;
}

/* The row and column the user named are in the message already; the file is what a caller of the
 * command line lacks. */
static enum tw_rc place(const tw_session *s, const tw_command *command, enum tw_rc rc,
                        tw_error *err) {
    bool about_data = rc == TW_EDATA || rc == TW_EUNKNOWN_COLUMN || rc == TW_EMISSING_COLUMN;
    if (!s->given.batch || !err || err->file[0] || !about_data || command->scope != TW_SCOPE_FILE ||
        !s->current)
        return rc;
    return tw_error_place(err, rc, s->current->path, -1, NULL);
}

/* The columns it names are found in the head. */
static enum tw_rc expect_named(tw_opened *opened, tw_ready *ready, tw_error *err) {
    tw_table *head = NULL;
    int *columns;
    size_t n;
    bool known = false;
    enum tw_rc rc = tw_opened_head_table(opened, 1, &head, err);
    if (rc == TW_OK && head)
        rc = tw_columns_named(ready->command, ready->args, head, &ready->arena, &columns, &n,
                              &known, err);
    if (rc == TW_OK && known)
        rc = tw_opened_expect_types(opened, columns, n, err);
    tw_table_unref(head);
    return rc;
}

/* What the command will want of a file that is not read yet, on the command line. */
static enum tw_rc expect(const tw_session *s, tw_ready *ready, tw_error *err) {
    const tw_command *command = ready->command;
    tw_opened *opened = s->given.batch && s->current ? s->current->opened : NULL;
    if (!opened || s->current->state || !tw_opened_width(opened))
        return TW_OK;
    if (command->flags & TW_COMMAND_ALL_COLUMNS)
        tw_opened_expect(opened);
    bool typed = (command->flags & TW_COMMAND_PASSES_CELLS) && !s->cells_out;
    if ((command->flags & TW_COMMAND_NAMED_COLUMNS) && !typed)
        return expect_named(opened, ready, err);
    if (s->cells_out && command->untyped && command->untyped(ready->args))
        return tw_opened_expect_types(opened, NULL, 0, err);
    return TW_OK;
}

bool tw_ready_needs_data(const tw_session *s, const tw_ready *ready) {
    const tw_command *command = ready->command;
    return (command->flags & TW_COMMAND_NEEDS_DATA) &&
           !(command->early && command->early(s, ready->args));
}

enum tw_rc tw_ready_run(tw_session *s, tw_ready *ready, tw_doc **out, tw_error *err) {
    const tw_command *command = ready->command;
    tw_doc *result = NULL;
    enum tw_rc rc = tw_ready_check(s, ready, err);
    if (rc == TW_OK)
        rc = expect(s, ready, err);
    if (rc == TW_OK && tw_ready_needs_data(s, ready))
        rc = tw_session_need_data(s, err);
    if (rc == TW_OK)
        rc = command->run ? command->run(s, ready->args, &result, err)
                          : run_work(s, ready, &result, err);
    if (rc == TW_OK)
        rc = tw_session_note(s, command, ready->line, err);
    if (rc == TW_OK && out)
        *out = result;
    else
        tw_doc_free(result);
    return place(s, command, rc, err);
}

enum tw_rc tw_session_run(tw_session *s, const tw_command *command, const tw_doc *args,
                          tw_doc **out, tw_error *err) {
    tw_ready ready;
    if (out)
        *out = NULL;
    enum tw_rc rc = tw_ready_map(command, args, &ready, err);
    if (rc != TW_OK)
        return rc;
    rc = tw_ready_run(s, &ready, out, err);
    tw_ready_fini(&ready);
    return rc;
}

enum tw_rc tw_session_run_line(tw_session *s, tw_str line, tw_doc **out, tw_error *err) {
    tw_ready ready;
    if (out)
        *out = NULL;
    enum tw_rc rc = tw_ready_line(s, line, &ready, err);
    if (rc != TW_OK)
        return rc;
    if (!s->given.batch)
        tw_session_wait_idle(s); /* in order behind what a screen has started */
    rc = tw_ready_run(s, &ready, out, err);
    tw_ready_fini(&ready);
    return rc;
}
