/* Options as one table. Values stay text, checked when they are set, so that showing and saving
 * them is the same thing. */
#include "app/options.h"

#include "base/number.h"

const tw_param tw_app_options[] = {
    {.name = "theme",
     .kind = TW_PARAM_TEXT,
     .fallback = "dark",
     .help = "colours: a file of themes/"},
    {.name = "keymap",
     .kind = TW_PARAM_TEXT,
     .fallback = "default",
     .help = "keys: a file of lua/keys/"},
    {.name = "graphics",
     .kind = TW_PARAM_CHOICE,
     .fallback = "auto",
     .choices = "auto|off|ascii|blocks|braille|gnuplot|sixel|kitty",
     .help = "how charts are drawn"},
    {.name = "mouse",
     .kind = TW_PARAM_BOOL,
     .fallback = "true",
     .help = "take clicks and the wheel"},
    {.name = "hints", .kind = TW_PARAM_BOOL, .fallback = "true", .help = "show the row of hints"},
    {.name = "null_text",
     .kind = TW_PARAM_TEXT,
     .fallback = "",
     .help = "shown for a missing cell"},
    {.name = "findings",
     .kind = TW_PARAM_BOOL,
     .fallback = "true",
     .help = "look for findings when a file has been read"},
    {.name = "findings_cells",
     .kind = TW_PARAM_INT,
     .fallback = "10000000",
     .min = 0,
     .max = 1e18,
     .help = "but not unasked in a file of more cells: they would all be held in memory"},
    {.name = "undo_memory",
     .kind = TW_PARAM_INT,
     .fallback = "1024",
     .min = 0,
     .max = 1e9,
     .help = "MiB that older versions may take for undo and redo; beyond, the oldest are dropped"},
    {.name = "ignore_case",
     .kind = TW_PARAM_BOOL,
     .fallback = "true",
     .help = "search without regard to case"},
    {.name = "max_width",
     .kind = TW_PARAM_INT,
     .fallback = "40",
     .min = 1,
     .max = 10000,
     .help = "widest automatic column, in cells"},
};
const size_t tw_app_options_count = TW_COUNT(tw_app_options);

enum tw_rc tw_options_add(tw_options *options, const tw_param *rows, size_t n, tw_error *err) {
    const tw_param **grown = tw_realloc(options->rows, options->n + n, sizeof *grown);
    if (!options->values)
        options->values = tw_doc_map();
    if (!grown || !options->values)
        return tw_fail_memory(err);
    options->rows = grown;
    for (size_t i = 0; i < n; i++)
        options->rows[options->n++] = &rows[i];
    return TW_OK;
}

void tw_options_fini(tw_options *options) {
    free(options->rows);
    tw_doc_free(options->values);
    *options = (tw_options){0};
}

static const tw_param *find(const tw_options *options, tw_str name) {
    for (size_t i = options->n; i-- > 0;)
        if (tw_args_find(options->rows[i], 1, name))
            return options->rows[i];
    return NULL;
}

static const char *name_at(const void *ctx, size_t i) {
    const tw_options *options = ctx;
    return i < options->n ? options->rows[i]->name : NULL;
}

/* Bind the one value to the one parameter: checks kind, range and choice. */
static enum tw_rc check(const tw_param *row, tw_doc *node, tw_error *err) {
    union {
        bool b;
        int64_t i;
        double f;
        tw_str s;
        int choice;
    } room;
    tw_param alone = *row;
    alone.offset = 0;
    tw_doc *map = tw_doc_map();
    tw_arena arena;
    tw_arena_init(&arena);
    enum tw_rc rc = map && tw_doc_set(map, row->name, node) ? TW_OK : tw_fail_memory(err);
    if (rc == TW_OK)
        rc = tw_args_bind("set", &alone, 1, map, &room, &arena, err);
    tw_doc_free(map);
    tw_arena_fini(&arena);
    return rc;
}

enum tw_rc tw_options_set(tw_options *options, tw_str name, tw_str value, tw_error *err) {
    const tw_param *row = find(options, name);
    if (!row) {
        const char *near = tw_nearest(name, name_at, options);
        return tw_fail(err, TW_EUNKNOWN_NAME, "%.*s: there is no such option; %s%s", TW_ARG(name),
                       near ? "did you mean " : "see ':set'", near ? near : "");
    }
    tw_doc *node = NULL;
    enum tw_rc rc = tw_args_value("set", row, value, &node, err);
    if (rc == TW_OK)
        rc = check(row, node, err);
    if (rc != TW_OK)
        return rc;
    return tw_doc_set(options->values, row->name, tw_doc_text(value)) ? TW_OK : tw_fail_memory(err);
}

tw_str tw_options_get(const tw_options *options, const char *name) {
    const tw_doc *set = tw_doc_get(options->values, name);
    if (set)
        return tw_doc_as_text(set, TW_STR(""));
    const tw_param *row = find(options, tw_str_c(name));
    return row && row->fallback ? tw_str_c(row->fallback) : TW_STR("");
}

tw_doc *tw_options_doc(const tw_options *options) {
    static const char *const columns[] = {"option", "value", "default", "what it does"};
    tw_doc *table = tw_doc_table(columns, TW_COUNT(columns));
    for (size_t i = 0; table && i < options->n; i++) {
        const tw_param *row = options->rows[i];
        tw_doc *line = tw_doc_list();
        if (line) {
            tw_doc_add(line, tw_doc_c(row->name));
            tw_doc_add(line, tw_doc_text(tw_options_get(options, row->name)));
            tw_doc_add(line, tw_doc_c(row->fallback));
            tw_doc_add(line, row->choices ? tw_doc_printf("%s: %s", row->help, row->choices) : tw_doc_c(row->help));
        }
        tw_doc_add(table, line);
    }
    return table;
}
