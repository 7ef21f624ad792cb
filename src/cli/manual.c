/* The page is what the tables say, in the order of a manual. Only what has no table stands here as
 * text: what trowel is, how the workbench is called, exit statuses, files. */
#include "config.h"

#include "cli/manual.h"

#include "app/call.h"
#include "app/help.h"
#include "base/unicode.h"
#include "cli/program.h"

/* --- roff --- */

/* Text inside a line: what roff would obey is escaped, what is not ASCII is named by its number. */
static void put_inline(const char *text, tw_buf *out) {
    tw_str all = tw_str_c(text);
    for (size_t i = 0; i < all.n;) {
        int32_t point = tw_utf8_next(all, &i);
        if (point == '\\')
            tw_buf_c(out, "\\e");
        else if (point == '-')
            tw_buf_c(out, "\\-");
        else if (point == '\n')
            tw_buf_char(out, ' ');
        else if (point < 0x80)
            tw_buf_char(out, (char)point);
        else
            tw_buf_printf(out, "\\[u%04X]", (unsigned)point);
    }
}

/* A line of text: a dot or quote in front would be a request. */
static void put_line(const char *text, tw_buf *out) {
    if (*text == '.' || *text == '\'')
        tw_buf_c(out, "\\&");
    put_inline(text, out);
    tw_buf_char(out, '\n');
}

static void put_section(const char *name, tw_buf *out) {
    tw_buf_printf(out, ".SH %s\n", name);
}

static void put_paragraph(const char *text, tw_buf *out) {
    tw_buf_c(out, ".PP\n");
    put_line(text, out);
}

/* --- parameters --- */

static void put_flag_name(const char *name, tw_buf *out) {
    tw_buf_c(out, name[0] && !name[1] ? "\\-" : "\\-\\-");
    for (; *name; name++)
        tw_buf_c(out, *name == '_' ? "\\-" : (const char[]){*name, '\0'});
}

static void put_label(const tw_param *p, tw_buf *out) {
    tw_buf_c(out, ".TP\n");
    if (p->flags & TW_PARAM_POSITIONAL) {
        tw_buf_c(out, ".I ");
        for (const char *c = p->name; *c; c++)
            tw_buf_char(out, *c == '_' ? '-' : (char)(*c >= 'a' && *c <= 'z' ? *c - 32 : *c));
        tw_buf_char(out, '\n');
        return;
    }
    tw_buf_c(out, "\\fB");
    if (p->letter)
        tw_buf_printf(out, "\\-%c", p->letter);
    if (p->name[1] || !p->letter) {
        tw_buf_c(out, p->letter ? "\\fR, \\fB" : "");
        put_flag_name(p->name, out);
    }
    tw_buf_c(out, "\\fR");
    if (*tw_help_value(p))
        tw_buf_printf(out, " \\fI%s\\fR", tw_help_value(p));
    tw_buf_char(out, '\n');
}

static void put_param(const tw_param *p, tw_buf *out) {
    tw_buf text;
    tw_buf_init(&text, 1 << 16);
    tw_help_says(p, &text);
    put_label(p, out);
    if (text.n)
        put_line(text.p, out);
    else
        tw_buf_c(out, "\\&\n");
    out->failed |= text.failed;
    tw_buf_fini(&text);
}

static void put_params(const tw_param *params, size_t n, tw_buf *out) {
    for (size_t i = 0; i < n; i++)
        if (!(params[i].flags & TW_PARAM_HIDDEN))
            put_param(&params[i], out);
}

/* --- commands --- */

static void put_methods(const char *family, tw_buf *out) {
    tw_method method;
    for (size_t i = 0; tw_method_at(family, i, &method); i++) {
        tw_buf_c(out, ".TP\n\\fB\\-\\-method ");
        put_inline(method.name, out);
        tw_buf_c(out, "\\fR\n");
        put_line(method.summary, out);
    }
}

static void put_command(const tw_command *c, tw_buf *out) {
    tw_buf usage;
    tw_buf_init(&usage, 1 << 16);
    tw_call_usage(c, true, &usage);
    tw_buf_c(out, ".SS ");
    put_inline(c->name, out);
    tw_buf_c(out, "\n\\fBtrowel ");
    put_inline(usage.n ? usage.p : c->name, out);
    tw_buf_c(out, "\\fR\n");
    put_paragraph(c->summary, out);
    if (c->help)
        put_paragraph(c->help, out);
    put_params(c->params, c->n_params, out);
    put_params(c->more, c->n_more, out);
    if (c->family)
        put_methods(c->family, out);
    if (c->example) {
        tw_buf_c(out, ".PP\nExample:\n.RS\n.nf\ntrowel ");
        put_inline(c->example, out);
        tw_buf_c(out, "\n.fi\n.RE\n");
    }
    out->failed |= usage.failed;
    tw_buf_fini(&usage);
}

/* Flags of all subcommands, from one that takes every set. */
static enum tw_rc put_shared(const tw_session *session, tw_buf *out, tw_error *err) {
    const tw_command *c = tw_session_command(session, TW_STR("where"));
    tw_param rows[TW_PROGRAM_MAX];
    tw_call call;
    enum tw_rc rc = c ? tw_call_init(&call, c, err) : TW_OK;
    if (rc != TW_OK || !c)
        return rc;
    tw_program_add(&call, rows);
    put_section("FLAGS OF EVERY SUBCOMMAND", out);
    put_line("Those that write a table take \\-o too, those that read a file the flags below.", out);
    put_params(call.sets[TW_SET_PROGRAM].params, call.sets[TW_SET_PROGRAM].n, out);
    put_section("HOW A FILE IS READ", out);
    put_line("Each flag switches off one guess; 'trowel sniff FILE' says what was guessed and why.",
             out);
    put_params(call.sets[TW_SET_READING].params, call.sets[TW_SET_READING].n, out);
    tw_call_fini(&call);
    return TW_OK;
}

/* --- what has no table --- */

static void put_head(tw_buf *out) {
    tw_buf_printf(out, ".\\\" Written by 'trowel man' from the command tables: do not edit.\n"
                       ".TH TROWEL 1 \"\" \"trowel %s\" \"User Commands\"\n",
                  PACKAGE_VERSION);
    tw_buf_c(out,
             ".SH NAME\n"
             "trowel \\- terminal workbench for tabular data\n"
             ".SH SYNOPSIS\n"
             ".B trowel\n[\\fB\\-\\-theme\\fR \\fINAME\\fR] [\\fB\\-\\-keymap\\fR \\fINAME\\fR]\n"
             "[\\fB\\-\\-recipe\\fR \\fIRECIPE\\fR] [\\fB\\-\\-plain\\fR] [\\fIFILE\\fR ...]\n"
             ".br\n"
             ".B trowel \\-\\-headless\n\\fIW\\fRx\\fIH\\fR \\fB\\-\\-script\\fR \\fISCRIPT\\fR "
             "[\\fIFILE\\fR ...]\n"
             ".br\n"
             ".B trowel\n\\fISUBCOMMAND\\fR [\\fIFLAGS\\fR] \\fIFILE\\fR ...\n"
             ".br\n"
             ".B trowel help\n[\\fISUBCOMMAND\\fR | \\fIMETHOD\\fR | \\fIOPTION\\fR]\n"
             ".SH DESCRIPTION\n"
             "trowel opens tables of any size at once, shows what is in them and what looks wrong,\n"
             "and records what is changed as a recipe in Lua.\n"
             "With files and no subcommand it opens the workbench; \\fB?\\fR shows its keys,\n"
             "\\fB:help\\fR its commands.\n"
             "Flags and files stand in any order; \\fB\\-\\-\\fR ends the flags; \\fB\\-\\fR is\n"
             "stdin or stdout.\n"
             "Data go to stdout, messages to stderr.\n"
             "OUT is written beside its place and renamed: a call that fails leaves an older file\n"
             "as it was.\n"
             ".SH SUBCOMMANDS\n");
}

static const struct {
    const char *status, *when;
} statuses[] = {
    {"0", "done; also an empty input file"},
    {"1", "findings or differences, where --fail-on asked for it; a failed expect"},
    {"2", "the call is wrong: a subcommand, flag, value, column or expression"},
    {"3", "an input does not serve: missing, unreadable, damaged, or data a step does not allow"},
    {"4", "output cannot be written, or memory, disk or a time limit ran out"},
    {"130", "cancelled"},
};

static const struct {
    const char *name, *what;
} files[] = {
    {"$XDG_CONFIG_HOME/trowel", "configuration (init.lua), key maps (keys/), themes (themes/), plugins"},
    {"$XDG_STATE_HOME/trowel", "histories, and journals of work that was not saved"},
};

static void put_rest(tw_buf *out) {
    put_section("EXIT STATUS", out);
    for (size_t i = 0; i < TW_COUNT(statuses); i++) {
        tw_buf_printf(out, ".TP\n.B %s\n", statuses[i].status);
        put_line(statuses[i].when, out);
    }
    put_section("FILES", out);
    for (size_t i = 0; i < TW_COUNT(files); i++) {
        tw_buf_c(out, ".TP\n.I ");
        put_inline(files[i].name, out);
        tw_buf_char(out, '\n');
        put_line(files[i].what, out);
    }
    put_section("ENVIRONMENT", out);
    tw_buf_c(out, ".TP\n.B NO_COLOR\nNo colours, neither on screen nor in messages.\n"
                  ".TP\n.B TROWEL_PLUGINS\nA further folder of plugins.\n"
                  ".TP\n.B TROWEL_RECIPE_SECONDS\nHow long a recipe's text may run (10).\n");
}

enum tw_rc tw_manual_write(const tw_session *session, tw_buf *out, tw_error *err) {
    put_head(out);
    for (size_t i = 0; i < tw_session_command_count(session); i++)
        if (tw_is_listed(tw_session_command_at(session, i)))
            put_command(tw_session_command_at(session, i), out);
    enum tw_rc rc = put_shared(session, out, err);
    put_rest(out);
    return rc == TW_OK ? tw_buf_check(out, err) : rc;
}
