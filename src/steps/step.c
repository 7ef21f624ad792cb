/* What steps share: their explanation, the key of a row for random draws, the stream of a column. */
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

uint64_t tw_step_row_key(const tw_step_env *env, const tw_table *table, int64_t row) {
    if (env->row_key >= 0) {
        tw_cell cell = tw_column_cell(tw_table_column(table, (size_t)env->row_key), row);
        return cell.state == TW_VALUE ? tw_type_ops_of(cell.type)->hash(&cell) : tw_hash_str(cell.text);
    }
    int64_t origin = tw_table_origin(table, row);
    if (origin >= 0)
        return (uint64_t)(origin + env->row_offset);
    return tw_mix64((uint64_t)origin); /* new rows: far from any row number */
}

tw_stream tw_step_stream(const tw_step_env *env, tw_str column) {
    return tw_stream_make(env->seed, env->id, column);
}
