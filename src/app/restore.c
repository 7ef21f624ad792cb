/* What keeps work safe: the journal is begun with the first change, written line by line, asked
 * about when a file is opened again, and played by running its lines in order, each when the one
 * before has ended. */
#include "app/session_impl.h"

/* --- writing --- */

static const tw_dataset *root_of(const tw_dataset *d) {
    while (d->parent)
        d = d->parent;
    return d;
}

static bool keeps_journal(const tw_session *s) {
    return s->given.state_dir && !s->given.batch && s->current;
}

static bool put_override(tw_buf *line, tw_str key, const tw_doc *value) {
    if (tw_doc_kind(value) == TW_DOC_LIST) {
        for (size_t i = 0; i < tw_doc_count(value); i++)
            put_override(line, key, tw_doc_at(value, i));
        return !line->failed;
    }
    tw_buf_printf(line, " --%.*s ", TW_ARG(key));
    if (tw_doc_kind(value) == TW_DOC_TEXT)
        return tw_word_quote(line, tw_doc_as_text(value, TW_STR("")));
    return tw_buf_printf(line, "%lld", (long long)tw_doc_as_int(value, 0));
}

/* The line that opens a file as it was opened. */
static bool put_open_line(const tw_dataset *d, tw_buf *line) {
    tw_buf_c(line, "open ");
    tw_word_quote(line, tw_str_c(d->path));
    for (size_t i = 0; i < tw_doc_count(d->reading); i++)
        put_override(line, tw_doc_key(d->reading, i), tw_doc_at(d->reading, i));
    return !line->failed;
}

static enum tw_rc add_open_line(tw_session *s, const tw_dataset *d, tw_error *err) {
    tw_buf line;
    tw_buf_init(&line, TW_BUF_MAX);
    enum tw_rc rc = put_open_line(d, &line)
                        ? tw_journal_add(s->journal, &(tw_journal_entry){.line = line.p}, err)
                        : tw_fail_memory(err);
    tw_buf_fini(&line);
    return rc;
}

/* Lines from the first one on must be there; so the file that was opened first begins it, and other
 * files are lines. So is the first one where it was not opened by its name alone. */
static enum tw_rc begin(tw_session *s, tw_error *err) {
    const tw_dataset *first = root_of(s->n_datasets ? s->datasets[0] : s->current);
    if (!first->path || strcmp(first->path, "-") == 0)
        return TW_OK; /* a stream cannot be read again */
    enum tw_rc rc =
        tw_journal_new(s->given.state_dir, first->path, first->reading, &s->journal, err);
    for (size_t i = 0; rc == TW_OK && i < s->n_datasets; i++) {
        const tw_dataset *d = s->datasets[i];
        if (d->path && !d->parent && (i > 0 || tw_doc_count(d->reading)))
            rc = add_open_line(s, d, err);
    }
    return rc;
}

enum tw_rc tw_session_journal_open(tw_session *s, const tw_dataset *d, tw_error *err) {
    return s->journal && keeps_journal(s) ? add_open_line(s, d, err) : TW_OK;
}

/* The current dataset was just opened by this very line. */
static bool is_open_already(const tw_session *s, tw_str line) {
    tw_buf open;
    tw_buf_init(&open, TW_BUF_MAX);
    bool same = s->current && s->current->path && put_open_line(s->current, &open) &&
                tw_str_eq(tw_buf_view(&open), line);
    tw_buf_fini(&open);
    return same;
}

enum tw_rc tw_session_journal(tw_session *s, const char *line, bool changes, int64_t row,
                              size_t column, tw_error *err) {
    if (!keeps_journal(s))
        return TW_OK;
    enum tw_rc rc = s->journal ? TW_OK : begin(s, err);
    if (rc != TW_OK || !s->journal)
        return rc;
    tw_journal_entry entry = {
        .line = (char *)(uintptr_t)line, .row = row, .column = column, .changes = changes};
    return tw_journal_add(s->journal, &entry, err);
}

/* --- asking --- */

static void ask(tw_session *s, const tw_dataset *d, const char *name) {
    tw_event event = {.kind = TW_EVENT_ASK};
    snprintf(event.text, sizeof event.text, "Restore unsaved work on %s? [y/n]", d->path);
    snprintf(event.line, sizeof event.line, "restore %s", name);
    snprintf(event.no_line, sizeof event.no_line, "restore --forget %s", name);
    tw_events_put(&s->events, &event);
}

enum tw_rc tw_session_offer_restore(tw_session *s, const tw_dataset *d, tw_error *err) {
    if (!s->given.state_dir || s->given.batch || s->given.headless || !d->path)
        return TW_OK;
    char *name;
    bool changed;
    enum tw_rc rc = tw_journal_find(s->given.state_dir, d->path, &name, &changed, err);
    if (rc == TW_OK && name && changed)
        tw_session_say(s, TW_WARNING,
                       "%s: it has changed since work on it was lost; the journal is %s", d->path,
                       name);
    else if (rc == TW_OK && name)
        ask(s, d, name);
    free(name);
    return rc;
}

/* --- playing --- */

enum tw_rc tw_session_replay(tw_session *s, const char *name, tw_error *err) {
    tw_journal_entry *entries;
    size_t n;
    enum tw_rc rc = tw_journal_read(name, &entries, &n, err);
    if (rc != TW_OK)
        return rc;
    char **lines = tw_calloc(n, sizeof *lines);
    for (size_t i = 0; lines && i < n; i++) {
        tw_buf text;
        tw_buf_init(&text, TW_BUF_MAX);
        tw_buf_printf(&text, "%lld %zu %s", (long long)entries[i].row, entries[i].column,
                      entries[i].line);
        lines[i] = tw_buf_take(&text);
    }
    tw_journal_entries_free(entries, n);
    if (!lines)
        return tw_fail_memory(err);
    free(s->replayed);
    s->replayed = tw_str_dup(tw_str_c(name));
    s->pending = lines;
    s->n_pending = n;
    s->at_pending = 0;
    if (!n)
        tw_session_replay_done(s);
    return TW_OK;
}

/* "ROW COLUMN line": the cursor stood there when the line was given. */
void tw_session_replay_line(tw_session *s, const char *entry) {
    tw_str rest = tw_str_c(entry ? entry : ""), part;
    int64_t place[2] = {0, 0};
    for (int i = 0; i < 2 && tw_str_split(&rest, ' ', &part); i++)
        if (!tw_parse_i64(part, &place[i]))
            return;
    if (s->current)
        tw_view_set_cursor(&s->current->view, place[0], (size_t)TW_MAX(place[1], 0));
    tw_error err = TW_ERROR_INIT;
    if (!is_open_already(s, rest) && tw_session_start_line(s, rest, &err) != TW_OK) {
        char text[1024];
        tw_error_render(&err, text, sizeof text);
        tw_session_say(s, TW_WARNING, "restoring '%.*s': %s", TW_ARG(rest), text);
    }
}

void tw_session_replay_done(tw_session *s) {
    tw_session_say(s, TW_NOTE, "restored %zu command%s", s->n_pending,
                   s->n_pending == 1 ? "" : "s");
    for (size_t i = 0; i < s->n_pending; i++)
        free(s->pending[i]);
    free(s->pending);
    s->pending = NULL;
    s->n_pending = s->at_pending = 0;
    if (s->replayed)
        tw_journal_remove(s->replayed);
    free(s->replayed);
    s->replayed = NULL;
}

/* --- a file has been read --- */

/* Larger than what is looked through unasked; says so. */
static bool is_large(tw_session *s, const tw_dataset *d) {
    double cells = (double)tw_table_rows(d->base) * (double)tw_table_width(d->base);
    if (cells <= (double)tw_session_option_int(s, "findings_cells"))
        return false;
    tw_session_say(s, TW_NOTE, "%.0f million cells: ':findings' looks for what is wrong in them",
                   cells / 1e6);
    return true;
}

enum tw_rc tw_session_read_done(tw_session *s, tw_dataset *d, tw_error *err) {
    char summary[TW_SUMMARY_MAX] = "";
    tw_opened_summary(d->opened, summary);
    if (summary[0])
        tw_session_say(s, TW_NOTE, "%s: %s", d->path, summary);
    if (s->given.batch || !tw_session_option_int(s, "findings") || is_large(s, d))
        return TW_OK;
    tw_ready ready;
    const tw_command *scan = tw_session_command(s, TW_STR("scan"));
    enum tw_rc rc = scan ? tw_ready_map(scan, NULL, &ready, err) : TW_OK;
    if (rc != TW_OK || !scan)
        return rc;
    tw_dataset *current = s->current;
    s->current = d;
    rc = tw_session_enqueue(s, &ready, err);
    s->current = current;
    return rc;
}
