/* The session: makes and frees what the other files of this room work on, and answers plain
 * questions about it. Running commands is dispatch.c, background work is jobs.c, what a command
 * does is commands_*.c. */
#include "app/session_impl.h"

#include <fcntl.h>
#include <unistd.h>

#include "app/commands.h"
#include "expr/expr.h"

/* --- life --- */

static void log_sink(void *self, enum tw_level level, const char *message) {
    tw_session_say(self, level, "%s", message);
}

static enum tw_rc copy_options(tw_session *s, const tw_session_options *options, tw_error *err) {
    s->given = *options;
    s->given.state_dir = s->given.config_dir = NULL;
    if (options->clock) {
        s->clock = *options->clock;
        s->has_clock = true;
    }
    if (options->state_dir && !(s->given.state_dir = tw_str_dup(tw_str_c(options->state_dir))))
        return tw_fail_memory(err);
    if (options->config_dir && !(s->given.config_dir = tw_str_dup(tw_str_c(options->config_dir))))
        return tw_fail_memory(err);
    s->log = (tw_log){log_sink, s};
    return TW_OK;
}

static enum tw_rc make_pipe(tw_session *s, tw_error *err) {
    if (pipe(s->wake) != 0)
        return tw_fail_errno(err, TW_ELIMIT, "session: no pipe", "close some programs");
    for (int i = 0; i < 2; i++) {
        fcntl(s->wake[i], F_SETFL, O_NONBLOCK);
        fcntl(s->wake[i], F_SETFD, FD_CLOEXEC);
    }
    return TW_OK;
}

static enum tw_rc fill(tw_session *s, const tw_session_options *options, tw_error *err) {
    enum tw_rc rc = copy_options(s, options, err);
    if (rc == TW_OK)
        rc = make_pipe(s, err);
    if (rc == TW_OK)
        rc = tw_pool_new(options->threads, &s->pool, err);
    if (rc == TW_OK)
        rc = tw_history_init(&s->history, err);
    if (rc == TW_OK)
        rc = tw_options_add(&s->options, tw_app_options, tw_app_options_count, err);
    if (rc == TW_OK)
        rc = tw_keymap_load(&s->keymap, tw_keymap_builtin(TW_STR("default")), "default", err);
    tw_task_init(&s->task, NULL, s->pool);
    return rc == TW_OK ? tw_commands_add_all(s, err) : rc;
}

enum tw_rc tw_session_new(const tw_session_options *options, tw_session **out, tw_error *err) {
    tw_session *s = tw_calloc(1, sizeof *s);
    if (!s)
        return tw_fail_memory(err);
    s->wake[0] = s->wake[1] = -1;
    s->text_width = 80;
    s->text_height = 24;
    tw_events_init(&s->events);
    tw_keymap_init(&s->keymap);
    enum tw_rc rc = fill(s, options, err);
    if (rc != TW_OK) {
        tw_session_free(s);
        return rc;
    }
    *out = s;
    return TW_OK;
}

static void free_pending(tw_session *s) {
    for (size_t i = 0; i < s->n_pending; i++)
        free(s->pending[i]);
    free(s->pending);
    free(s->replayed);
}

void tw_session_free(tw_session *s) {
    if (!s)
        return;
    tw_session_drop_jobs(s);
    tw_events_fini(&s->events);
    tw_history_fini(&s->history);
    tw_journal_free(s->journal, !s->quit);
    for (size_t i = 0; i < s->n_datasets; i++)
        tw_dataset_free(s->datasets[i]);
    free(s->datasets);
    free_pending(s);
    free(s->search);
    tw_options_fini(&s->options);
    tw_keymap_fini(&s->keymap);
    tw_registry_fini(&s->registry);
    tw_doc_free(s->reading);
    tw_pool_free(s->pool);
    for (int i = 0; i < 2; i++)
        if (s->wake[i] >= 0)
            close(s->wake[i]);
    free((void *)(uintptr_t)s->given.state_dir);
    free((void *)(uintptr_t)s->given.config_dir);
    free(s);
}

/* --- commands --- */

enum tw_rc tw_session_add_commands(tw_session *s, const tw_command *rows, size_t n, tw_error *err) {
    return tw_registry_add(&s->registry, rows, n, err);
}

size_t tw_session_command_count(const tw_session *s) {
    return s->registry.n;
}

const tw_command *tw_session_command_at(const tw_session *s, size_t i) {
    return i < s->registry.n ? s->registry.rows[i] : NULL;
}

const tw_command *tw_session_command(const tw_session *s, tw_str name) {
    return tw_registry_find(&s->registry, name, 0);
}

enum tw_rc tw_session_require_command(const tw_session *s, tw_str name, unsigned surface,
                                      const tw_command **out, tw_error *err) {
    return tw_registry_require(&s->registry, name, surface, out, err);
}

bool tw_command_available(const tw_session *s, const tw_command *command, const char **why) {
    const char *unused;
    const char **reason = why ? why : &unused;
    bool needs = command->scope != TW_SCOPE_PROGRAM && !s->current;
    *reason = "no dataset is open";
    if (needs)
        return false;
    return !command->available || command->available(s, reason);
}

/* --- plain questions --- */

tw_task *tw_session_task(tw_session *s) {
    return &s->task;
}

const tw_log *tw_session_log(tw_session *s) {
    return &s->log;
}

uint64_t tw_session_seed(const tw_session *s) {
    return s->given.seed ? s->given.seed : 1;
}

int tw_session_wake_fd(const tw_session *s) {
    return s->wake[0];
}

bool tw_session_next_event(tw_session *s, tw_event *out) {
    return tw_events_take(&s->events, out);
}

void tw_session_say(tw_session *s, enum tw_level level, const char *fmt, ...) {
    tw_event event = {.kind = level == TW_WARNING ? TW_EVENT_ERROR : TW_EVENT_MESSAGE,
                      .level = level};
    va_list args;
    va_start(args, fmt);
    vsnprintf(event.text, sizeof event.text, fmt, args);
    va_end(args);
    tw_events_put(&s->events, &event);
}

void tw_session_set_hooks(tw_session *s, const tw_session_hooks *hooks) {
    s->hooks = *hooks;
}

const tw_session_hooks *tw_session_get_hooks(const tw_session *s) {
    return &s->hooks;
}

void tw_session_set_text_size(tw_session *s, int width, int height, bool ascii) {
    s->text_width = width;
    s->text_height = height;
    s->ascii = ascii;
}

bool tw_session_explained(const tw_session *s) {
    return s->explained;
}

bool tw_session_found(const tw_session *s) {
    return s->found;
}

void tw_session_set_json(tw_session *s, bool json) {
    s->json = json;
}

enum tw_rc tw_session_set_run(tw_session *s, size_t threads, uint64_t seed, tw_error *err) {
    tw_pool *pool = NULL;
    enum tw_rc rc = tw_pool_new(threads, &pool, err);
    if (rc != TW_OK)
        return rc;
    tw_pool_free(s->pool);
    s->pool = pool;
    s->task.pool = pool;
    s->given.seed = seed;
    return TW_OK;
}

enum tw_rc tw_session_set_reading(tw_session *s, const tw_doc *reading, tw_error *err) {
    tw_doc *copy = reading ? tw_doc_copy(reading) : tw_doc_map();
    if (!copy)
        return tw_fail_memory(err);
    tw_doc_free(s->reading);
    s->reading = copy;
    return TW_OK;
}

tw_str tw_session_option(const tw_session *s, const char *name) {
    return tw_options_get(&s->options, name);
}

int64_t tw_session_option_int(const tw_session *s, const char *name) {
    tw_str text = tw_options_get(&s->options, name);
    int64_t value = 0;
    if (tw_str_eq(text, TW_STR("true")) || tw_str_eq(text, TW_STR("yes")) ||
        tw_str_eq(text, TW_STR("on")))
        return 1;
    return tw_parse_i64(text, &value) ? value : 0;
}

enum tw_rc tw_session_set_option(tw_session *s, tw_str name, tw_str value, tw_error *err) {
    return tw_options_set(&s->options, name, value, err);
}

enum tw_rc tw_session_add_options(tw_session *s, const tw_param *rows, size_t n, tw_error *err) {
    return tw_options_add(&s->options, rows, n, err);
}

const char *tw_session_key(const tw_session *s, const char *context, const char *keys,
                           bool *prefix) {
    return tw_keymap_find(&s->keymap, context, keys, prefix);
}

const char *tw_session_keys_of(const tw_session *s, const char *context, const char *line) {
    return tw_keymap_keys_of(&s->keymap, context, line);
}

const tw_keymap *tw_session_keymap(const tw_session *s) {
    return &s->keymap;
}

void tw_session_set_screen(tw_session *s, void *screen) {
    s->screen = screen;
}

void *tw_session_screen(const tw_session *s) {
    return s->screen;
}

const char *tw_session_state_dir(const tw_session *s) {
    return s->given.state_dir;
}

const char *tw_session_config_dir(const tw_session *s) {
    return s->given.config_dir;
}

enum tw_rc tw_session_load_keymap(tw_session *s, tw_str text, const char *name, tw_error *err) {
    return tw_keymap_load(&s->keymap, text, name, err);
}

/* --- datasets --- */

size_t tw_session_datasets(const tw_session *s) {
    size_t n = 0;
    for (size_t i = 0; i < s->n_datasets; i++)
        n += !s->datasets[i]->hidden;
    return n;
}

tw_dataset *tw_session_dataset_at(const tw_session *s, size_t wanted) {
    for (size_t i = 0; i < s->n_datasets; i++)
        if (!s->datasets[i]->hidden && wanted-- == 0)
            return s->datasets[i];
    return NULL;
}

tw_dataset *tw_session_dataset(const tw_session *s) {
    return s->current;
}

void tw_session_use(tw_session *s, tw_dataset *dataset) {
    s->current = dataset;
}

bool tw_session_back(tw_session *s) {
    tw_dataset *from = s->current, *to = from ? from->came_from : NULL;
    if (!from)
        return false;
    if (!to || to->hidden)
        to = from->parent;
    from->came_from = NULL;
    while (to && to->hidden)
        to = to->parent;
    if (!to)
        return false;
    s->current = to;
    if (s->journal && tw_session_journal(s, "use", false, 0, 0, NULL) != TW_OK)
        tw_session_say(s, TW_WARNING, "the journal cannot be written");
    tw_session_say(s, TW_NOTE, "back in %s; %s stays among ':datasets'", to->name, from->name);
    return true;
}

const void *tw_session_moment(const tw_session *s) {
    return s->history.at;
}

enum tw_rc tw_session_visit(tw_session *s, tw_dataset *to, tw_error *err) {
    to->came_from = s->current;
    s->current = to;
    return s->journal ? tw_session_journal(s, "use", false, 0, 0, err) : TW_OK;
}

tw_dataset *tw_session_dataset_named(const tw_session *s, tw_str name) {
    for (size_t i = 0; i < s->n_datasets; i++)
        if (!s->datasets[i]->hidden && tw_str_eq_c(name, s->datasets[i]->name))
            return s->datasets[i];
    return NULL;
}

/* "patients", "patients-2", "patients-3" … */
static bool make_unique(tw_session *s, tw_dataset *dataset) {
    tw_buf name;
    tw_buf_init(&name, 4096);
    tw_buf_c(&name, dataset->name);
    size_t stem = name.n;
    for (int i = 2; !name.failed && tw_session_dataset_named(s, tw_buf_view(&name)); i++) {
        name.n = stem;
        tw_buf_printf(&name, "-%d", i);
    }
    char *unique = tw_buf_take(&name);
    if (!unique)
        return false;
    free(dataset->name);
    dataset->name = unique;
    return true;
}

enum tw_rc tw_session_add_dataset(tw_session *s, tw_dataset *dataset, tw_error *err) {
    tw_dataset **grown = tw_realloc(s->datasets, s->n_datasets + 1, sizeof(tw_dataset *));
    if (grown)
        s->datasets = grown;
    if (!grown || !make_unique(s, dataset)) {
        tw_dataset_free(dataset);
        return tw_fail_memory(err);
    }
    dataset->id = ++s->next_dataset;
    s->datasets[s->n_datasets++] = dataset;
    s->current = dataset;
    return TW_OK;
}

/* Datasets a node does not know were opened later: files go back to how they were read, derived
 * ones out of sight. */
void tw_session_restore(tw_session *s, const tw_node *node) {
    for (size_t i = 0; i < s->n_datasets; i++) {
        tw_dataset *d = s->datasets[i];
        tw_state *state = tw_node_state(node, d);
        d->hidden = !state && !d->path; /* a derived one, which was not there yet */
        if (!state)
            state = d->initial;
        if (state && state != d->state)
            tw_dataset_put(d, state);
    }
    if (node->current && !node->current->hidden)
        s->current = node->current;
    if (s->current && s->current->hidden)
        s->current = tw_session_dataset_at(s, 0);
}

/* --- view state --- */

tw_view_state *tw_session_copy_view(const tw_session *s) {
    return tw_view_state_copy(s->current->view.state);
}

enum tw_rc tw_session_put_view(tw_session *s, tw_view_state *view, tw_error *err) {
    tw_state *next = view ? tw_state_copy(s->current->state) : NULL;
    if (!next) {
        tw_view_state_unref(view);
        return tw_fail_memory(err);
    }
    tw_state_set_view(next, view);
    tw_dataset_put(s->current, next);
    tw_state_unref(next);
    return TW_OK;
}

tw_str tw_session_search(const tw_session *s) {
    return tw_str_c(s->search);
}
