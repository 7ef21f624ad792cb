/* What steps share: their arguments and columns, their explanation, the key of a row for random draws, the stream of a column. */
#include "steps/step.h"

#include "base/hash.h"

static const struct flag_word {
    unsigned flag;
    const char *word;
} words[] = {
    {TW_STEP_ROW_LOCAL, "looks at one row at a time"},
    {TW_STEP_SEEDED, "draws random numbers from the seed"},
    {TW_STEP_KEYED, "needs a key"},
    {TW_STEP_INVERTIBLE, "can be undone"},
    {TW_STEP_CHANGES_ROWS, "changes the rows"},
    {TW_STEP_SKIP_APPLY, "is left out when a fitted recipe is applied"},
    {TW_STEP_REPLACES, "makes a new table"},
    {TW_STEP_SCHEMA, "changes the columns, not the cells"},
};

static tw_doc *params_doc(const tw_step_row *row) {
    static const char *const columns[] = {"parameter", "default", "what it is"};
    tw_doc *table = tw_doc_table(columns, TW_COUNT(columns));
    for (size_t i = 0; i < row->n_params; i++) {
        const tw_param *p = &row->params[i];
        tw_doc *line = tw_doc_list();
        tw_doc_add(line, tw_doc_c(p->name));
        tw_doc_add(line, p->flags & TW_PARAM_REQUIRED ? tw_doc_c("(required)") : tw_doc_c(p->fallback ? p->fallback : ""));
        tw_doc_add(line, p->choices ? tw_doc_printf("%s (%s)", p->help, p->choices) : tw_doc_c(p->help));
        tw_doc_add(table, line);
    }
    return table;
}

/* --- arguments --- */

static const tw_param *free_param(const tw_step_row *row) {
    for (size_t i = 0; i < row->n_params; i++)
        if (row->params[i].kind == TW_PARAM_DOC && row->flags & TW_STEP_FREE_NAMES)
            return &row->params[i];
    return NULL;
}

tw_doc *tw_step_gather(const tw_step_row *row, tw_doc *values) {
    const tw_param *param = free_param(row);
    bool any = false;
    for (size_t i = 0; param && i < tw_doc_count(values); i++)
        any |= !tw_args_find(row->params, row->n_params, tw_doc_key(values, i));
    if (!any)
        return values;
    tw_doc *named = tw_doc_map(), *others = tw_doc_map();
    bool good = named && others;
    for (size_t i = 0; good && i < tw_doc_count(values); i++) {
        tw_str key = tw_doc_key(values, i);
        bool known = tw_args_find(row->params, row->n_params, key) != NULL;
        good = tw_doc_set_str(known ? named : others, key, tw_doc_copy(tw_doc_at(values, i)));
    }
    if (!good)
        tw_doc_free(others);
    good = good && tw_doc_set(named, param->name, others);
    tw_doc_free(values);
    if (good)
        return named;
    tw_doc_free(named);
    return NULL;
}

enum tw_rc tw_step_bind(const tw_step_row *row, const tw_doc *values, void *args, tw_arena *arena, tw_error *err) {
    return tw_args_bind(row->name, row->params, row->n_params, values, args, arena, err);
}

/* A name that two columns carry means the first: who masks by name must hear that the second stays
 * as it is. */
static void tell_namesakes(const tw_step_env *env, const tw_table *table, const int *columns,
                           size_t n) {
    bool *chosen = tw_arena_alloc(env->arena, TW_MAX(tw_table_width(table), 1), sizeof *chosen);
    for (size_t i = 0; chosen && i < n; i++)
        chosen[columns[i]] = true;
    for (size_t i = 0; chosen && i < tw_table_width(table); i++) {
        const char *name = tw_table_field(table, i)->name;
        int first = tw_table_find(table, tw_str_c(name));
        if (first >= 0 && (size_t)first != i && chosen[first] && !chosen[i])
            tw_say(env->log, TW_WARNING,
                   "%.*s: column %zu is called '%s' too and stays as it is; name it by its number",
                   TW_ARG(env->id), i + 1, name);
    }
}

enum tw_rc tw_step_columns(const tw_step_env *env, const tw_table *table, const tw_str_list *cols,
                           bool (*fits)(const tw_table *table, size_t column), int **columns, size_t *n, tw_error *err) {
    size_t width = tw_table_width(table);
    if (cols->n) {
        enum tw_rc rc = tw_select_columns(table, cols->at, cols->n, env->arena, columns, n, err);
        if (rc == TW_OK)
            tell_namesakes(env, table, *columns, *n);
        return rc;
    }
    *n = 0;
    *columns = tw_arena_alloc(env->arena, width, sizeof **columns);
    if (!*columns)
        return tw_fail_memory(err);
    for (size_t i = 0; i < width; i++)
        if (!fits || fits(table, i))
            (*columns)[(*n)++] = (int)i;
    return TW_OK;
}

/* --- explaining --- */

tw_doc *tw_step_explain(const tw_step_row *row) {
    tw_doc *doc = tw_doc_map(), *notes = tw_doc_list();
    tw_doc_set(doc, "step", tw_doc_c(row->name));
    tw_doc_set(doc, "summary", tw_doc_c(row->summary));
    tw_doc_set(doc, "method", tw_doc_c(row->method));
    for (size_t i = 0; i < TW_COUNT(words); i++)
        if (row->flags & words[i].flag)
            tw_doc_add(notes, tw_doc_c(words[i].word));
    tw_doc_set(doc, "notes", notes);
    if (row->n_params)
        tw_doc_set(doc, "parameters", params_doc(row));
    tw_doc_set(doc, "source", tw_doc_c(row->source));
    tw_doc_set(doc, "example", tw_doc_c(row->example));
    return doc;
}

/* A value's plain text decides its key, so that the same identifier keys the same draws whatever its column's type. */
static uint64_t value_key(const tw_table *table, int column, int64_t row) {
    static const tw_format plain = {.number = {'.', 0, -1}};
    tw_cell cell = tw_column_cell(tw_table_column(table, (size_t)column), row);
    if (cell.state != TW_VALUE || cell.type == TW_TEXT)
        return tw_hash_str(cell.text.p ? cell.text : TW_STR(""));
    tw_buf text;
    tw_buf_init(&text, 1024);
    tw_cell_write(&cell, &plain, &text);
    uint64_t key = tw_hash_str(tw_buf_view(&text));
    tw_buf_fini(&text);
    return key;
}

uint64_t tw_step_row_key(const tw_step_env *env, const tw_table *table, int64_t row) {
    int64_t origin = tw_table_origin(table, row);
    bool keyed = env->row_key >= 0 && origin >= 0;
    if (keyed && tw_column_cell(tw_table_column(table, (size_t)env->row_key), row).state != TW_MISSING)
        return value_key(table, env->row_key, row);
    return origin >= 0 ? (uint64_t)(origin + env->row_offset) : tw_mix64((uint64_t)origin);
}

tw_stream tw_step_stream(const tw_step_env *env, tw_str column) {
    return tw_stream_make(env->seed, env->id, column);
}
