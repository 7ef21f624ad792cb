/* Reading overrides. The rows stand here once; commands that open files copy them behind their own
 * parameters and the command line uses them as program flags. A text that is given as "none" means
 * the thing is not there. */
#include "app/reading.h"

#include "app/command.h"

const tw_param tw_reading_params[] = {
    TW_ROW(tw_reading_args, delimiter, TEXT,
           .help = "what separates cells: one character, 'tab', 'space' or 'blanks' (runs of them)"),
    TW_ROW(tw_reading_args, quote, TEXT, .help = "quote character, or 'none'"),
    TW_ROW(tw_reading_args, escape, TEXT,
           .help = "escape character, or 'none': quotes are doubled"),
    TW_ROW(tw_reading_args, encoding, TEXT, .help = "utf-8, utf-16le, windows-1252 …"),
    TW_ROW(tw_reading_args, header, TEXT, .help = "rows of the header, or 'none'"),
    TW_ROW(tw_reading_args, skip, INT, .fallback = "-1", .min = -1, .max = 1e9,
           .help = "rows before the header"),
    TW_ROW(tw_reading_args, footer, INT, .fallback = "-1", .min = -1, .max = 1e9,
           .help = "rows behind the data"),
    TW_ROW(tw_reading_args, decimal, TEXT, .help = "decimal mark: '.' or ','"),
    TW_ROW(tw_reading_args, thousands, TEXT, .help = "thousands mark, or 'none'"),
    TW_ROW(tw_reading_args, null, TEXTS, .help = "a text that means missing; repeat for more"),
    TW_ROW(tw_reading_args, type, TEXTS, .help = "COL=TYPE; repeat for more"),
    TW_ROW(tw_reading_args, role, TEXTS, .help = "COL=ROLE; repeat for more"),
    TW_ROW(tw_reading_args, format, TEXT, .help = "csv, tsv, jsonl, json, sqlite or fixed"),
    TW_ROW(tw_reading_args, widths, TEXT,
           .help = "characters of each fixed column but the last, as in 8,10,4"),
    TW_ROW(tw_reading_args, table, TEXT,
           .help = "which table of the file: its number from 1, or in a database its name"),
    TW_ROW(tw_reading_args, memory, TEXT, .help = "most memory to take, as in 2G"),
    TW_ROW(tw_reading_args, spool, TEXT,
           .help = "most of a stream to keep in a temporary file, else half of what is free on its disk"),
};
_Static_assert(TW_COUNT(tw_reading_params) == TW_READING_COUNT, "count of reading overrides");

enum tw_rc tw_parse_size(tw_str text, uint64_t *out, tw_error *err) {
    static const char units[] = "kmgt";
    text = tw_str_trim(text);
    size_t digits = 0;
    while (digits < text.n &&
           ((text.p[digits] >= '0' && text.p[digits] <= '9') || text.p[digits] == '.'))
        digits++;
    tw_str unit = tw_str_trim(tw_str_sub(text, digits, text.n));
    double value, scale = 1;
    if (unit.n && (unit.p[unit.n - 1] == 'B' || unit.p[unit.n - 1] == 'b'))
        unit.n--;
    if (unit.n == 1) {
        const char *at = strchr(units, unit.p[0] | 0x20);
        for (const char *u = units; at && u <= at; u++)
            scale *= 1024;
        unit.n = at ? 0 : 1;
    }
    if (unit.n || !tw_parse_f64(tw_str_sub(text, 0, digits), &value, false) || value * scale > 1e18)
        return tw_fail(err, TW_EUSAGE, "'%.*s': no size; write bytes or 512M, 2G", TW_ARG(text));
    *out = (uint64_t)(value * scale);
    return TW_OK;
}

/* Words for characters that are awkward on a command line. */
static tw_str spelled(tw_str text) {
    static const struct {
        const char *word, *means;
    } words[] = {{"tab", "\t"},  {"\\t", "\t"},      {"space", " "}, {"none", ""},
                 {"comma", ","}, {"semicolon", ";"}, {"pipe", "|"}};
    for (size_t i = 0; i < TW_COUNT(words); i++)
        if (text.p && tw_str_eq_c(text, words[i].word))
            return tw_str_c(words[i].means);
    return text;
}

enum tw_rc tw_reading_options(const tw_doc *values, tw_arena *arena, tw_read_options *out,
                              tw_error *err) {
    tw_reading_args *args = tw_arena_alloc(arena, 1, sizeof *args);
    if (!args)
        return tw_fail_memory(err);
    enum tw_rc rc =
        tw_args_bind("reading", tw_reading_params, TW_READING_COUNT, values, args, arena, err);
    if (rc != TW_OK)
        return rc;
    *out = TW_READ_DEFAULT;
    out->delimiter = spelled(args->delimiter);
    out->quote = spelled(args->quote);
    out->escape = spelled(args->escape);
    out->encoding = args->encoding;
    out->header = args->header;
    out->format = args->format;
    out->decimal = args->decimal;
    out->thousands = spelled(args->thousands);
    out->skip = (int)args->skip;
    out->footer = (int)args->footer;
    out->table = args->table;
    out->widths = args->widths;
    out->null_tokens = tw_doc_get(values, "null") ? &args->null : NULL;
    out->types = args->type.at;
    out->n_types = args->type.n;
    out->roles = args->role.at;
    out->n_roles = args->role.n;
    if (args->memory.p)
        rc = tw_parse_size(args->memory, &out->memory, err);
    if (rc == TW_OK && args->spool.p)
        rc = tw_parse_size(args->spool, &out->spool, err);
    return rc;
}

const tw_param *tw_reading_find(const char *name) {
    for (size_t i = 0; i < TW_READING_COUNT; i++)
        if (strcmp(name, tw_reading_params[i].name) == 0)
            return &tw_reading_params[i];
    return NULL;
}

bool tw_reading_add(tw_doc **reading, const char *name, tw_str value) {
    const tw_param *row = tw_reading_find(name);
    int64_t number;
    if (!row)
        return false;
    bool whole = row->kind == TW_PARAM_INT && tw_parse_i64(value, &number);
    tw_doc *node = whole ? tw_doc_int(number) : tw_doc_text(value);
    *reading = *reading ? *reading : tw_doc_map();
    if (row->kind != TW_PARAM_TEXTS)
        return tw_doc_set(*reading, name, node);
    if (!tw_doc_get(*reading, name))
        tw_doc_set(*reading, name, tw_doc_list());
    return tw_doc_add(tw_doc_get_mut(*reading, name), node);
}

tw_doc *tw_reading_merge(const tw_doc *under, const tw_doc *over) {
    tw_doc *merged = under ? tw_doc_copy(under) : tw_doc_map();
    bool good = merged != NULL;
    for (size_t i = 0; i < tw_doc_count(over) && good; i++)
        good = tw_doc_set_str(merged, tw_doc_key(over, i), tw_doc_copy(tw_doc_at(over, i)));
    if (good)
        return merged;
    tw_doc_free(merged);
    return NULL;
}
