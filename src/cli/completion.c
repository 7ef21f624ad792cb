/* One walk over the tables, three ways to write it down. The walk hands each shell groups of flags:
 * those of every subcommand, those of reading, those of one subcommand, those of one method. A shell
 * is a row of functions; the logic that picks groups while one types is text in its own language,
 * put behind the groups. */
#include "cli/completion.h"

#include "app/call.h"
#include "app/help.h"
#include "cli/program.h"

/* Which flags: "general", "reading", a subcommand, or one with a method. */
typedef struct group {
    const char *sub, *method; /* method NULL = none */
} group;

typedef struct writer writer;
typedef struct shell {
    void (*head)(writer *w);
    void (*open)(writer *w, group g);
    void (*flag)(writer *w, group g, const tw_param *p, const char *words);
    void (*shut)(writer *w, group g);
    void (*tail)(writer *w);
} shell;

struct writer {
    const tw_session *session;
    const shell *shell;
    tw_buf *out;
    tw_buf values; /* bash: values of the group that is open */
};

/* --- what the tables say --- */

static bool reads_files(const tw_command *c) {
    return c->scope == TW_SCOPE_FILE || (c->flags & TW_COMMAND_READS);
}

/* What can stand for a value: words by blanks, or "@columns", "@files"; "" = anything. */
static void value_words(const tw_param *p, const tw_command *c, tw_buf *out) {
    tw_method method;
    if (p->choices)
        for (const char *at = p->choices; *at; at++)
            tw_buf_char(out, *at == '|' ? ' ' : *at);
    else if (strcmp(p->name, "method") == 0 && c && c->family)
        for (size_t i = 0; tw_method_at(c->family, i, &method); i++)
            tw_buf_printf(out, "%s%s", i ? " " : "", method.name);
    else if (p->kind == TW_PARAM_COLUMN || p->kind == TW_PARAM_COLUMNS ||
             strcmp(p->name, "target") == 0 || strcmp(p->name, "keys") == 0)
        tw_buf_c(out, "@columns");
    else if (p->kind == TW_PARAM_PATH)
        tw_buf_c(out, "@files");
}

static void put_flags(writer *w, group g, const tw_command *c, const tw_param *params, size_t n) {
    for (size_t i = 0; i < n; i++) {
        tw_buf words;
        if (params[i].flags & (TW_PARAM_HIDDEN | TW_PARAM_POSITIONAL))
            continue;
        tw_buf_init(&words, 1 << 16);
        value_words(&params[i], c, &words);
        w->shell->flag(w, g, &params[i], words.n ? words.p : "");
        w->out->failed |= words.failed;
        tw_buf_fini(&words);
    }
}

static void put_methods(writer *w, const tw_command *c) {
    tw_method method;
    for (size_t i = 0; tw_method_at(c->family, i, &method); i++) {
        group g = {c->name, method.name};
        w->shell->open(w, g);
        put_flags(w, g, NULL, method.params, method.n_params);
        w->shell->shut(w, g);
    }
}

/* The rows of the program that not every subcommand takes stand behind `general` of them. */
static enum tw_rc put_command(writer *w, const tw_command *c, size_t general, tw_error *err) {
    tw_param rows[TW_PROGRAM_MAX];
    tw_call call;
    group g = {c->name, NULL};
    enum tw_rc rc = tw_call_init(&call, c, err);
    if (rc == TW_OK) {
        tw_program_add(&call, rows);
        w->shell->open(w, g);
        put_flags(w, g, c, c->params, c->n_params);
        put_flags(w, g, c, c->more, c->n_more);
        put_flags(w, g, c, rows + general, call.sets[TW_SET_PROGRAM].n - general);
        w->shell->shut(w, g);
    }
    tw_call_fini(&call);
    if (c->family)
        put_methods(w, c);
    return rc;
}

/* Flags of every subcommand and of reading, as 'count' takes them; *general = how many. */
static enum tw_rc put_shared(writer *w, size_t *general, tw_error *err) {
    tw_param rows[TW_PROGRAM_MAX];
    tw_call call;
    const tw_command *c;
    const group every = {"general", NULL}, reading = {"reading", NULL};
    enum tw_rc rc =
        tw_session_require_command(w->session, TW_STR("count"), TW_COMMAND_CLI, &c, err);
    if (rc == TW_OK)
        rc = tw_call_init(&call, c, err);
    if (rc != TW_OK)
        return rc;
    tw_program_add(&call, rows);
    *general = call.sets[TW_SET_PROGRAM].n;
    w->shell->open(w, every);
    put_flags(w, every, NULL, rows, *general);
    w->shell->shut(w, every);
    w->shell->open(w, reading);
    put_flags(w, reading, NULL, call.sets[TW_SET_READING].params, call.sets[TW_SET_READING].n);
    w->shell->shut(w, reading);
    tw_call_fini(&call);
    return TW_OK;
}

/* Names of subcommands, those that want files or columns only where asked. */
static void put_names(const writer *w, bool (*wanted)(const tw_command *c)) {
    bool first = true;
    for (size_t i = 0; i < tw_session_command_count(w->session); i++) {
        const tw_command *c = tw_session_command_at(w->session, i);
        if (!tw_is_listed(c) || (wanted && !wanted(c)))
            continue;
        tw_buf_printf(w->out, "%s%s", first ? "" : " ", c->name);
        first = false;
    }
}

/* Words that are no flags may name columns. */
static bool wants_columns(const tw_command *c) {
    for (size_t i = 0; i < c->n_params; i++) {
        const tw_param *p = &c->params[i];
        if ((p->flags & TW_PARAM_POSITIONAL) &&
            (p->kind == TW_PARAM_COLUMNS || p->kind == TW_PARAM_COLUMN ||
             strcmp(p->name, "keys") == 0))
            return true;
    }
    return false;
}

/* Text between single quotes; fish takes \' inside, the others leave the quotes for it. */
static void put_quoted(const char *text, const char *quote, const char *special, tw_buf *out) {
    for (; *text; text++) {
        if (*text == '\'')
            tw_buf_c(out, quote);
        else if (strchr(special, *text))
            tw_buf_printf(out, "\\%c", *text);
        else
            tw_buf_char(out, *text);
    }
}

static void put_long(const tw_param *p, tw_buf *out) {
    tw_buf_c(out, p->name[1] ? "--" : "-");
    for (const char *c = p->name; *c; c++)
        tw_buf_char(out, *c == '_' ? '-' : *c);
}

static bool has_letter(const tw_param *p) {
    return p->letter && p->name[1];
}

/* --- bash --- */

static void bash_head(writer *w) {
    tw_buf_c(w->out, "# bash completion for trowel, written by 'trowel completions bash'\n"
                     "declare -gA _trowel_flags _trowel_values\n_trowel_subcommands='help ");
    put_names(w, NULL);
    tw_buf_c(w->out, "'\n_trowel_reads=' ");
    put_names(w, reads_files);
    tw_buf_c(w->out, " '\n_trowel_columns=' ");
    put_names(w, wants_columns);
    tw_buf_c(w->out, " '\n");
}

static void bash_key(const writer *w, group g) {
    tw_buf_printf(w->out, "%s%s%s", g.sub, g.method ? " " : "", g.method ? g.method : "");
}

static void bash_open(writer *w, group g) {
    tw_buf_c(w->out, "_trowel_flags['");
    bash_key(w, g);
    tw_buf_c(w->out, "']='");
    tw_buf_init(&w->values, 1 << 20);
}

/* Only flags that take a value have an entry among the values. */
static void bash_flag(writer *w, group g, const tw_param *p, const char *words) {
    put_long(p, w->out);
    tw_buf_char(w->out, ' ');
    if (has_letter(p))
        tw_buf_printf(w->out, "-%c ", p->letter);
    for (int letter = 0; letter < 2 && p->kind != TW_PARAM_BOOL; letter++) {
        if (letter && !has_letter(p))
            continue;
        tw_buf_printf(&w->values, "_trowel_values['%s%s%s ", g.sub, g.method ? " " : "",
                      g.method ? g.method : "");
        if (letter)
            tw_buf_printf(&w->values, "-%c", p->letter);
        else
            put_long(p, &w->values);
        tw_buf_printf(&w->values, "']='%s'\n", words);
    }
}

static void bash_shut(writer *w, group g) {
    (void)g;
    tw_buf_c(w->out, "'\n");
    tw_buf_str(w->out, tw_buf_view(&w->values));
    w->out->failed |= w->values.failed;
    tw_buf_fini(&w->values);
}

static void bash_tail(writer *w) {
    tw_buf_c(
        w->out,
        "# Columns of the first file among the words; a list \"a,b\" is completed behind its comma.\n"
        "_trowel_complete_columns() {\n"
        "    local word file= lead= name\n"
        "    for word in \"${COMP_WORDS[@]:2}\"; do\n"
        "        [[ -f $word ]] && file=$word && break\n"
        "    done\n"
        "    [[ -n $file ]] || return\n"
        "    [[ $cur == *,* ]] && lead=${cur%,*},\n"
        "    while IFS= read -r name; do\n"
        "        [[ -n $name && $lead$name == \"$cur\"* ]] || continue\n"
        "        printf -v name %q \"$name\"\n"
        "        COMPREPLY+=(\"$lead$name\")\n"
        "    done <<<\"$(\"${COMP_WORDS[0]}\" completions columns \"$file\" 2>/dev/null)\"\n"
        "    compopt -o nospace 2>/dev/null\n"
        "}\n"
        "_trowel() {\n"
        "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
        "    local sub=${COMP_WORDS[1]} method= key words keys i\n"
        "    COMPREPLY=()\n"
        "    if [[ $cur == = ]]; then\n"
        "        cur=\n"
        "    elif [[ $prev == = ]]; then\n"
        "        prev=${COMP_WORDS[COMP_CWORD-2]}\n"
        "    fi\n"
        "    if ((COMP_CWORD == 1)); then\n"
        "        COMPREPLY=($(compgen -W \"$_trowel_subcommands\" -- \"$cur\"))\n"
        "        return\n"
        "    fi\n"
        "    if [[ $sub == help ]]; then\n"
        "        COMPREPLY=($(compgen -W \"$_trowel_subcommands\" -- \"$cur\"))\n"
        "        return\n"
        "    fi\n"
        "    for ((i = 2; i < COMP_CWORD; i++)); do\n"
        "        [[ ${COMP_WORDS[i]} == --method ]] || continue\n"
        "        method=${COMP_WORDS[i+1]}\n"
        "        [[ $method == = ]] && method=${COMP_WORDS[i+2]}\n"
        "    done\n"
        "    keys=(\"$sub $method\" \"$sub\" general)\n"
        "    [[ $_trowel_reads == *\" $sub \"* ]] && keys+=(reading)\n"
        "    for key in \"${keys[@]}\"; do\n"
        "        [[ -n ${_trowel_values[\"$key $prev\"]+set} ]] || continue\n"
        "        words=${_trowel_values[\"$key $prev\"]}\n"
        "        if [[ $words == @columns ]]; then\n"
        "            _trowel_complete_columns\n"
        "        elif [[ -n $words && $words != @files ]]; then\n"
        "            COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
        "        fi\n"
        "        return\n"
        "    done\n"
        "    if [[ $cur == -* ]]; then\n"
        "        words=\n"
        "        for key in \"${keys[@]}\"; do\n"
        "            words+=\" ${_trowel_flags[\"$key\"]}\"\n"
        "        done\n"
        "        COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
        "    elif [[ $_trowel_columns == *\" $sub \"* ]]; then\n"
        "        _trowel_complete_columns\n"
        "    fi\n"
        "}\n"
        "complete -o default -F _trowel trowel\n");
}

/* --- zsh --- */

/* Names of arrays: letters, digits and '_'. */
static void zsh_key(const writer *w, group g) {
    const char *const parts[] = {g.sub, g.method};
    tw_buf_c(w->out, "_trowel_specs");
    for (size_t i = 0; i < TW_COUNT(parts) && parts[i]; i++) {
        tw_buf_char(w->out, '_');
        for (const char *c = parts[i]; *c; c++)
            tw_buf_char(w->out, *c == '-' ? '_' : *c);
    }
}

static void zsh_head(writer *w) {
    tw_buf_c(w->out, "#compdef trowel\n# written by 'trowel completions zsh'\n"
                     "_trowel_subcommands=(\n  'help:Explain a subcommand, a method or an option'\n");
    for (size_t i = 0; i < tw_session_command_count(w->session); i++) {
        const tw_command *c = tw_session_command_at(w->session, i);
        if (!tw_is_listed(c))
            continue;
        tw_buf_printf(w->out, "  '%s:", c->name);
        put_quoted(c->summary, "'\\''", ":\\", w->out);
        tw_buf_c(w->out, "'\n");
    }
    tw_buf_c(w->out, ")\n_trowel_reads=(");
    put_names(w, reads_files);
    tw_buf_c(w->out, ")\n_trowel_columns_first=(");
    put_names(w, wants_columns);
    tw_buf_c(w->out, ")\n");
}

static void zsh_open(writer *w, group g) {
    zsh_key(w, g);
    tw_buf_c(w->out, "=(\n");
}

static void zsh_spec(writer *w, const tw_param *p, bool letter, const char *words) {
    tw_buf says;
    tw_buf_init(&says, 1 << 16);
    tw_help_says(p, &says);
    tw_buf_c(w->out, "  '");
    if (p->kind == TW_PARAM_TEXTS)
        tw_buf_char(w->out, '*');
    if (letter)
        tw_buf_printf(w->out, "-%c", p->letter);
    else
        put_long(p, w->out);
    if (!letter && p->name[1] && p->kind != TW_PARAM_BOOL)
        tw_buf_char(w->out, '='); /* a word of its own, or behind '=' */
    tw_buf_char(w->out, '[');
    put_quoted(says.n ? says.p : "", "'\\''", "[]:\\", w->out);
    tw_buf_char(w->out, ']');
    if (p->kind != TW_PARAM_BOOL) {
        tw_buf_printf(w->out, ":%s:", tw_help_value(p));
        if (strcmp(words, "@columns") == 0)
            tw_buf_c(w->out, "_trowel_columns");
        else if (strcmp(words, "@files") == 0)
            tw_buf_c(w->out, "_files");
        else if (*words)
            tw_buf_printf(w->out, "(%s)", words);
    }
    tw_buf_c(w->out, "'\n");
    w->out->failed |= says.failed;
    tw_buf_fini(&says);
}

static void zsh_flag(writer *w, group g, const tw_param *p, const char *words) {
    (void)g;
    zsh_spec(w, p, false, words);
    if (has_letter(p))
        zsh_spec(w, p, true, words);
}

static void zsh_shut(writer *w, group g) {
    (void)g;
    tw_buf_c(w->out, ")\n");
}

static void zsh_tail(writer *w) {
    tw_buf_c(w->out,
             "_trowel_columns() {\n"
             "  local word\n"
             "  for word in $words[3,-1]; do\n"
             "    [[ -f $word ]] || continue\n"
             "    compset -P '*,'\n"
             "    compadd -S '' -- ${(f)\"$($words[1] completions columns $word 2>/dev/null)\"}\n"
             "    return\n"
             "  done\n"
             "}\n"
             "_trowel_words() {\n"
             "  (( $_trowel_columns_first[(Ie)$words[2]] )) && _trowel_columns\n"
             "  _files\n"
             "}\n"
             "_trowel() {\n"
             "  local sub=$words[2] method at key\n"
             "  local -a specs\n"
             "  if (( CURRENT == 2 )); then\n"
             "    _describe -t subcommands subcommand _trowel_subcommands\n"
             "    _files\n"
             "    return\n"
             "  fi\n"
             "  if [[ $sub == help ]]; then\n"
             "    _describe -t subcommands subcommand _trowel_subcommands\n"
             "    return\n"
             "  fi\n"
             "  key=_trowel_specs_${sub//-/_}\n"
             "  specs=(${(P)key} $_trowel_specs_general)\n"
             "  (( $_trowel_reads[(Ie)$sub] )) && specs+=($_trowel_specs_reading)\n"
             "  at=$words[(I)--method]\n"
             "  (( at )) && method=$words[at+1] || method=${${(M)words:#--method=*}[-1]#*=}\n"
             "  if [[ -n $method ]]; then\n"
             "    key=${key}_${method//[^a-z0-9]/_}\n"
             "    specs+=(${(P)key})\n"
             "  fi\n"
             "  _arguments $specs '*:file:_trowel_words'\n"
             "}\n"
             "_trowel \"$@\"\n");
}

/* --- fish --- */

static void fish_head(writer *w) {
    tw_buf_c(w->out, "# fish completion for trowel, written by 'trowel completions fish'\n"
                     "# Columns of the first file among the words; of a list \"a,b\" the last is\n"
                     "# completed.\n"
                     "function __trowel_columns\n"
                     "    set -l words (commandline -opc)\n"
                     "    set -l lead (string match -r -- '^(?:--?[a-z-]+=)?(.*,)' "
                     "(commandline -ct))[2]\n"
                     "    for word in $words[3..-1]\n"
                     "        if test -f \"$word\"\n"
                     "            $words[1] completions columns $word 2>/dev/null | "
                     "string replace -r '^' -- \"$lead\"\n"
                     "            return\n"
                     "        end\n"
                     "    end\n"
                     "end\n"
                     "function __trowel_sub\n"
                     "    set -l words (commandline -opc)\n"
                     "    set -q words[2]; and contains -- $words[2] $argv\n"
                     "end\n"
                     "function __trowel_method\n"
                     "    set -l words (commandline -opc)\n"
                     "    __trowel_sub $argv[1]; or return\n"
                     "    contains -- --method=$argv[2] $words; and return\n"
                     "    set -l at (contains -i -- --method $words); or return\n"
                     "    set at (math $at + 1)\n"
                     "    set -q words[$at]; and test $words[$at] = $argv[2]\n"
                     "end\n"
                     "complete -c trowel -n __fish_use_subcommand -a help -d 'Explain a subcommand, "
                     "a method or an option'\n");
    for (size_t i = 0; i < tw_session_command_count(w->session); i++) {
        const tw_command *c = tw_session_command_at(w->session, i);
        if (!tw_is_listed(c))
            continue;
        tw_buf_printf(w->out, "complete -c trowel -n __fish_use_subcommand -a %s -d '", c->name);
        put_quoted(c->summary, "\\'", "\\", w->out);
        tw_buf_c(w->out, "'\n");
        if (wants_columns(c))
            tw_buf_printf(w->out,
                          "complete -c trowel -n '__trowel_sub %s' -a "
                          "'(__trowel_columns)'\n",
                          c->name);
    }
}

static void fish_condition(const writer *w, group g) {
    if (g.method)
        tw_buf_printf(w->out, "'__trowel_method %s %s'", g.sub, g.method);
    else if (strcmp(g.sub, "general") == 0)
        tw_buf_c(w->out, "'not __fish_use_subcommand'");
    else {
        tw_buf_c(w->out, "'__trowel_sub ");
        if (strcmp(g.sub, "reading") == 0)
            put_names(w, reads_files);
        else
            tw_buf_c(w->out, g.sub);
        tw_buf_char(w->out, '\'');
    }
}

static void fish_none(writer *w, group g) {
    (void)w, (void)g;
}

static void fish_flag(writer *w, group g, const tw_param *p, const char *words) {
    tw_buf says;
    tw_buf_init(&says, 1 << 16);
    tw_help_says(p, &says);
    tw_buf_c(w->out, "complete -c trowel -n ");
    fish_condition(w, g);
    if (p->name[1]) {
        tw_buf_c(w->out, " -l ");
        for (const char *c = p->name; *c; c++)
            tw_buf_char(w->out, *c == '_' ? '-' : *c);
    }
    if (p->letter || !p->name[1])
        tw_buf_printf(w->out, " -s %c", p->letter ? p->letter : p->name[0]);
    if (strcmp(words, "@files") == 0)
        tw_buf_c(w->out, " -r -F");
    else if (strcmp(words, "@columns") == 0)
        tw_buf_c(w->out, " -x -a '(__trowel_columns)'");
    else if (p->kind != TW_PARAM_BOOL)
        tw_buf_printf(w->out, *words ? " -x -a '%s'" : " -x%s", words);
    tw_buf_c(w->out, " -d '");
    put_quoted(says.n ? says.p : "", "\\'", "\\", w->out);
    tw_buf_c(w->out, "'\n");
    w->out->failed |= says.failed;
    tw_buf_fini(&says);
}

static void fish_tail(writer *w) {
    tw_buf_c(w->out, "complete -c trowel -n '__trowel_sub help' -x -a '");
    put_names(w, NULL);
    tw_buf_c(w->out, "'\n");
}

/* --- all --- */

static const shell shells[] = {
    [TW_BASH] = {bash_head, bash_open, bash_flag, bash_shut, bash_tail},
    [TW_ZSH] = {zsh_head, zsh_open, zsh_flag, zsh_shut, zsh_tail},
    [TW_FISH] = {fish_head, fish_none, fish_flag, fish_none, fish_tail},
};

enum tw_rc tw_completion_write(const tw_session *session, enum tw_shell which, tw_buf *out,
                               tw_error *err) {
    writer w = {.session = session, .shell = &shells[which], .out = out};
    size_t general = 0;
    w.shell->head(&w);
    enum tw_rc rc = put_shared(&w, &general, err);
    for (size_t i = 0; rc == TW_OK && i < tw_session_command_count(session); i++)
        if (tw_is_listed(tw_session_command_at(session, i)))
            rc = put_command(&w, tw_session_command_at(session, i), general, err);
    w.shell->tail(&w);
    return rc == TW_OK ? tw_buf_check(out, err) : rc;
}
