/* Command lines as words. One small scanner, used for running lines and, with the same rules, for
 * completing half a line: so an open quote is a property of a word and the caller decides whether
 * it is a mistake. */
#include "app/words.h"

static bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

static size_t skip_blanks(tw_str line, size_t i) {
    while (i < line.n && is_blank(line.p[i]))
        i++;
    return i;
}

void tw_line_split(tw_str line, tw_str *name, tw_str *rest) {
    line = tw_str_trim(line);
    size_t from = line.n && line.p[0] == ':' ? skip_blanks(line, 1) : 0;
    size_t to = from;
    while (to < line.n && !is_blank(line.p[to]))
        to++;
    *name = tw_str_sub(line, from, to);
    *rest = tw_str_sub(line, skip_blanks(line, to), line.n);
}

/* Copy the quoted part that begins behind line[i]; returns the offset behind its closing quote. */
static size_t take_quoted(tw_str line, size_t i, tw_buf *text, bool *open) {
    char quote = line.p[i++];
    for (; i < line.n; i++) {
        char c = line.p[i];
        if (c == quote)
            return i + 1;
        if (quote == '"' && c == '\\' && i + 1 < line.n &&
            (line.p[i + 1] == '"' || line.p[i + 1] == '\\'))
            c = line.p[++i];
        tw_buf_char(text, c);
    }
    *open = true;
    return i;
}

static size_t take_word(tw_str line, size_t i, tw_buf *text, tw_word *word) {
    *word = (tw_word){.at = i};
    tw_buf_clear(text);
    while (i < line.n && !is_blank(line.p[i])) {
        if (line.p[i] == '\'' || line.p[i] == '"') {
            word->quoted = true;
            i = take_quoted(line, i, text, &word->open);
        } else {
            tw_buf_char(text, line.p[i++]);
        }
    }
    word->end = i;
    return i;
}

static size_t count_limit(tw_str line) {
    return line.n / 2 + 1;
}

enum tw_rc tw_words_split(tw_str line, tw_arena *arena, tw_word **out, size_t *n, tw_error *err) {
    *n = 0;
    *out = tw_arena_alloc(arena, count_limit(line), sizeof **out);
    if (!*out)
        return tw_fail_memory(err);
    tw_buf text;
    tw_buf_init(&text, TW_BUF_MAX);
    bool lost = false;
    for (size_t i = skip_blanks(line, 0); i < line.n; i = skip_blanks(line, i)) {
        tw_word *word = &(*out)[(*n)++];
        i = take_word(line, i, &text, word);
        word->text = tw_arena_str(arena, tw_buf_view(&text));
        lost |= text.failed || !word->text.p;
    }
    tw_buf_fini(&text);
    return lost ? tw_fail_memory(err) : TW_OK;
}

static bool is_safe(tw_str word) {
    if (!word.n || word.p[0] == '-' || word.p[0] == '#')
        return false;
    for (size_t i = 0; i < word.n; i++)
        if (is_blank(word.p[i]) || word.p[i] == '\'' || word.p[i] == '"')
            return false;
    return true;
}

bool tw_word_quote(tw_buf *out, tw_str word) {
    if (is_safe(word))
        return tw_buf_str(out, word);
    if (tw_str_find_char(word, '\'', 0) == SIZE_MAX)
        return tw_buf_char(out, '\'') && tw_buf_str(out, word) && tw_buf_char(out, '\'');
    tw_buf_char(out, '"');
    for (size_t i = 0; i < word.n; i++) {
        if (word.p[i] == '"' || word.p[i] == '\\')
            tw_buf_char(out, '\\');
        tw_buf_char(out, word.p[i]);
    }
    return tw_buf_char(out, '"');
}
