/* readline behind its callback interface (pattern of GDB's TUI), with our own redisplay.
 *
 * Bytes come from a queue of ours through rl_getc_function, one rl_callback_read_char for each, and nothing is printed:
 * rl_outstream goes to /dev/null, redisplay and completion display are ours, signals and window size are the loop's. */
#include <stdio.h>

#include <readline/history.h>
#include <readline/readline.h>

#include "tui/prompt.h"

#include "app/words.h"
#include "base/args.h"
#include "base/file.h"
#include "base/unicode.h"
#include "tui/keys.h"

struct tw_prompt {
    const tw_prompt_kind *kind;
    enum tw_prompt_state state;
    char *accepted; /* malloc'd by readline */
};

static const tw_prompt_kind kinds[] = {
    {"command", ":", "", false}, {"search", "/", "search ", true},  {"filter", "filter: ", "filter ", false},
    {"find", "/", "find ", true}, {"goto", "go to row: ", "goto ", false}, {"edit", "edit: ", "edit ", true}, {"open", "open: ", "open ", true}, {"save", "save as: ", "save ", true},
};

static struct { /* readline calls back without an argument of ours */
    tw_prompt *prompt;
    char queue[TW_KEY_MAX];
    size_t at, n;
    FILE *nowhere;
    HISTORY_STATE *histories[TW_COUNT(kinds)];
    HISTORY_STATE *outside;
} rl;

static const char *kind_name(const void *unused, size_t i) {
    (void)unused;
    return i < TW_COUNT(kinds) ? kinds[i].name : NULL;
}

enum tw_rc tw_prompt_kind_find(tw_str name, const tw_prompt_kind **out, tw_error *err) {
    for (size_t i = 0; i < TW_COUNT(kinds); i++)
        if (tw_str_eq_c(name, kinds[i].name)) {
            *out = &kinds[i];
            return TW_OK;
        }
    const char *near = tw_nearest(name, kind_name, NULL);
    return tw_fail(err, TW_EUNKNOWN_NAME, "prompt: no kind '%.*s'; %s%s", TW_ARG(name), near ? "did you mean " : "there are command, search, find, filter, goto, edit, open, save",
                   near ? near : "");
}

/* --- readline's side --- */

static int next_byte(FILE *unused) {
    (void)unused;
    return rl.at < rl.n ? (unsigned char)rl.queue[rl.at++] : EOF;
}

static int has_byte(void) {
    return rl.at < rl.n;
}

static void no_redisplay(void) {
}

static void no_matches(char **matches, int n, int longest) {
    (void)matches;
    (void)n;
    (void)longest;
}

static void line_done(char *line) {
    if (!rl.prompt)
        return;
    rl.prompt->state = line ? TW_PROMPT_ACCEPTED : TW_PROMPT_CANCELLED;
    rl.prompt->accepted = line;
    rl_callback_handler_remove();
}

static void set_up(bool user_files) {
    rl_readline_name = "trowel";
    rl_catch_signals = 0;
    rl_catch_sigwinch = 0;
    rl_change_environment = 0;
    rl_getc_function = next_byte;
    rl_input_available_hook = has_byte;
    rl_redisplay_function = no_redisplay;
    rl_completion_display_matches_hook = no_matches;
    rl_prep_term_function = NULL;
    rl_deprep_term_function = NULL;
    if (!rl.nowhere)
        rl.nowhere = fopen("/dev/null", "r+");
    rl_outstream = rl.nowhere;
    rl_instream = rl.nowhere;
    if (!user_files)
        setenv("INPUTRC", "/dev/null", 1);
    rl_initialize();
    rl_variable_bind("enable-bracketed-paste", "off");
    rl_variable_bind("bell-style", "none");
    rl_variable_bind("revert-all-at-newline", "on"); /* history entries edited but not run are as they were */
}

/* --- histories --- */

static size_t index_of(const tw_prompt_kind *kind) {
    return (size_t)(kind - kinds);
}

static void use_history(size_t kind) {
    if (rl.histories[kind])
        history_set_history_state(rl.histories[kind]);
    else
        history_set_history_state(&(HISTORY_STATE){0});
    using_history();
}

static void keep_history(size_t kind) {
    free(rl.histories[kind]);
    rl.histories[kind] = history_get_history_state();
}

static void remember(const char *line) {
    if (!line || !*line)
        return;
    for (int i = history_length - 1; i >= 0; i--) {
        HIST_ENTRY *old = history_get(history_base + i);
        if (old && strcmp(old->line, line) == 0) {
            HIST_ENTRY *gone = remove_history(i);
            if (gone)
                free_history_entry(gone);
        }
    }
    add_history(line);
}

static char *history_path(const char *dir, size_t kind) {
    tw_buf path;
    tw_buf_init(&path, 4096);
    tw_buf_printf(&path, "%s/history.%s", dir, kinds[kind].name);
    return tw_buf_take(&path);
}

void tw_prompt_load_histories(const char *dir) {
    for (size_t k = 0; dir && k < TW_COUNT(kinds); k++) {
        char *path = history_path(dir, k);
        use_history(k);
        if (path && tw_file_exists(path))
            read_history(path);
        keep_history(k);
        free(path);
    }
}

void tw_prompt_save_histories(const char *dir) {
    for (size_t k = 0; k < TW_COUNT(kinds); k++) {
        if (!rl.histories[k])
            continue;
        use_history(k);
        stifle_history(1000);
        char *path = dir ? history_path(dir, k) : NULL;
        if (path && history_length > 0)
            write_history(path);
        free(path);
        clear_history();
        free(rl.histories[k]);
        rl.histories[k] = NULL;
    }
    if (rl.nowhere)
        fclose(rl.nowhere);
    rl.nowhere = NULL;
}

/* --- prompts --- */

enum tw_rc tw_prompt_open(const tw_prompt_kind *kind, tw_str text, bool user_files, tw_prompt **out, tw_error *err) {
    if (rl.prompt)
        tw_prompt_close(rl.prompt);
    tw_prompt *p = tw_calloc(1, sizeof *p);
    char *start = tw_str_dup(text);
    if (!p || !start) {
        free(p);
        free(start);
        return tw_fail_memory(err);
    }
    p->kind = kind;
    set_up(user_files);
    rl.prompt = p;
    rl.at = rl.n = 0;
    use_history(index_of(kind));
    rl_callback_handler_install("", line_done);
    rl_insert_text(start);
    bool quotes = tw_str_ends(text, TW_STR(" ''")); /* what is typed goes between them */
    rl_point = quotes ? rl_end - 1 : rl_end;
    free(start);
    *out = p;
    return TW_OK;
}

static void feed(const tw_prompt *prompt) {
    rl.at = 0;
    while (rl.at < rl.n && prompt->state == TW_PROMPT_OPEN)
        rl_callback_read_char();
}

/* readline must end the line itself, or the undo lists it left in history entries are freed twice later: an abort ends
 * searches and half-typed sequences, a newline the line. */
static void end_line(tw_prompt *prompt) {
    for (int tries = 0; tries < 3 && prompt->state == TW_PROMPT_OPEN; tries++) {
        memcpy(rl.queue, "\007\r", 2);
        rl.n = 2;
        feed(prompt);
    }
    if (prompt->state == TW_PROMPT_OPEN) {
        rl_free_line_state();
        rl_callback_handler_remove();
    }
    prompt->state = TW_PROMPT_CANCELLED;
}

void tw_prompt_close(tw_prompt *prompt) {
    if (!prompt)
        return;
    if (prompt->state == TW_PROMPT_OPEN)
        end_line(prompt);
    remember(prompt->state == TW_PROMPT_ACCEPTED ? prompt->accepted : NULL);
    keep_history(index_of(prompt->kind));
    free(prompt->accepted);
    rl.prompt = NULL;
    free(prompt);
}

enum tw_prompt_state tw_prompt_key(tw_prompt *prompt, const char *key) {
    static const char *const leave[] = {"<Esc>", "<C-c>", "<C-g>"};
    bool leaves = strcmp(key, "<BS>") == 0 && rl_end == 0;
    for (size_t i = 0; i < TW_COUNT(leave); i++)
        leaves = leaves || strcmp(key, leave[i]) == 0;
    if (leaves) {
        end_line(prompt);
        return prompt->state;
    }
    rl.n = tw_key_bytes(key, rl.queue);
    feed(prompt);
    return prompt->state;
}

const tw_prompt_kind *tw_prompt_kind_of(const tw_prompt *prompt) {
    return prompt->kind;
}

tw_str tw_prompt_text(const tw_prompt *prompt, size_t *cursor) {
    if (prompt->state == TW_PROMPT_ACCEPTED) {
        *cursor = prompt->accepted ? strlen(prompt->accepted) : 0;
        return tw_str_c(prompt->accepted);
    }
    *cursor = (size_t)rl_point;
    return (tw_str){rl_line_buffer, (size_t)rl_end};
}

void tw_prompt_replace(tw_prompt *prompt, size_t from, tw_str word) {
    char *text = tw_str_dup(word);
    if (text && prompt->state == TW_PROMPT_OPEN && from <= (size_t)rl_point) {
        rl_begin_undo_group();
        rl_delete_text((int)from, rl_point);
        rl_point = (int)from;
        rl_insert_text(text);
        rl_end_undo_group();
    }
    free(text);
}

bool tw_prompt_line(const tw_prompt *prompt, tw_buf *out) {
    size_t cursor;
    tw_str text = tw_prompt_text(prompt, &cursor);
    tw_buf_c(out, prompt->kind->before);
    return prompt->kind->quoted ? tw_word_quote(out, text) : tw_buf_str(out, text);
}

void tw_prompt_draw(const tw_prompt *prompt, tw_cellgrid *grid, int x, int y, int width, int *cursor_x) {
    size_t cursor;
    tw_str text = tw_prompt_text(prompt, &cursor);
    int label = tw_cellgrid_text(grid, x, y, width, tw_str_c(prompt->kind->label), TW_ROLE_PROMPT, true);
    int room = width - label - 1;
    size_t from = 0;
    while (from < cursor && (int)tw_text_width(tw_str_sub(text, from, cursor)) > room) /* keep the cursor in sight */
        (void)tw_utf8_next(text, &from);
    if (room > 0)
        tw_cellgrid_text(grid, x + label, y, room, tw_str_sub(text, from, text.n), TW_ROLE_PROMPT, true);
    *cursor_x = x + label + (int)tw_text_width(tw_str_sub(text, from, cursor));
}
