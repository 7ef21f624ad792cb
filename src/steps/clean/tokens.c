/* The tokens stand in the file, not in the columns, so the texts of the columns concerned are read:
 * only where a column has missing cells and takes one of the tokens for missing. */
#include "steps/clean/tokens.h"

#include "base/bitmap.h"
#include "data/source.h"
#include "profile/texts.h"
#include "steps/clean/cells.h"

typedef struct search {
    const tw_step_env *env;
    const tw_hashmap *tokens;
    const tw_table *table; /* as the step has made it so far */
    const uint64_t *when;  /* NULL = all rows */
    tw_draft *draft;
    int64_t cells;
} search;

static bool is_token(const tw_hashmap *tokens, tw_str text) {
    return text.n > 0 && tw_hashmap_find(tokens, text) != UINT32_MAX;
}

static bool writes_token(const tw_field *field, const tw_hashmap *tokens) {
    return field->format.null_word && is_token(tokens, tw_str_c(field->format.null_word));
}

static bool takes_token(const tw_table *table, const tw_field *field, const tw_hashmap *tokens) {
    tw_source *source = tw_table_source(table);
    for (uint32_t i = 0; source && field->source_column >= 0 && i < tw_hashmap_count(tokens); i++) {
        tw_str token = tw_hashmap_key(tokens, i);
        if (token.n && source->ops->is_null(source, (size_t)field->source_column, token))
            return true;
    }
    return false;
}

static bool may_hold_tokens(const tw_table *table, size_t column, const tw_hashmap *tokens) {
    const tw_field *field = tw_table_field(table, column);
    const tw_column *cells = tw_table_column(table, column);
    bool missing =
        tw_column_valid_count(cells) + tw_column_unreadable_count(cells) < tw_column_rows(cells);
    return missing && (writes_token(field, tokens) || takes_token(table, field, tokens));
}

/* Rows of the column to write anew, as bits; how many. A cell this step made missing is written
 * anew already. */
static int64_t find_rows(const search *s, size_t column, const tw_texts_column *texts, size_t rows,
                         uint64_t *changed) {
    int64_t n = 0;
    uint16_t own = s->env->number ? s->env->number : UINT16_MAX; /* as tw_draft_set marks */
    for (size_t i = 0; i < rows; i++) {
        uint32_t level = texts->codes[i];
        if (texts->states[level] != TW_MISSING || !texts->values[level].n ||
            (s->when && !tw_bit_get(s->when, i)) ||
            tw_table_mark(s->table, column, (int64_t)i) == own ||
            !is_token(s->tokens, texts->values[level]))
            continue;
        tw_bit_set(changed, i);
        n++;
    }
    return n;
}

static enum tw_rc write_anew(search *s, size_t column, const tw_texts_column *texts, size_t rows,
                             tw_error *err) {
    tw_field field = *tw_table_field(s->table, column);
    uint64_t *changed = tw_calloc(tw_bitmap_words(rows), sizeof *changed);
    if (!changed)
        return tw_fail_memory(err);
    int64_t n = find_rows(s, column, texts, rows, changed);
    enum tw_rc rc = TW_OK;
    if (n && writes_token(&field, s->tokens)) {
        field.format.null_word = NULL;
        rc = tw_draft_field(s->draft, column, &field, err);
    }
    if (n && rc == TW_OK)
        rc = tw_draft_set(s->draft, column, tw_column_ref(tw_table_column(s->table, column)),
                          changed, s->env->number, err);
    s->cells += n;
    free(changed);
    return rc;
}

static enum tw_rc write_all(search *s, const int *columns, size_t n, tw_error *err) {
    tw_texts *texts = NULL;
    enum tw_rc rc = tw_texts_load(s->table, columns, n, NULL, 0, s->env->task, &texts, err);
    for (size_t i = 0; rc == TW_OK && i < n; i++)
        rc = write_anew(s, (size_t)columns[i], &texts->columns[i], texts->n, err);
    tw_texts_free(texts);
    return rc;
}

enum tw_rc tw_clean_tokens(const tw_step_env *env, const tw_table *in, const int *columns, size_t n,
                           const tw_hashmap *tokens, tw_str when, tw_step_result *out,
                           tw_error *err) {
    search s = {.env = env, .tokens = tokens, .table = out->table};
    int *concerned = tw_arena_alloc(env->arena, n, sizeof *concerned);
    size_t n_concerned = 0;
    uint64_t *rows = NULL;
    tw_table *next = NULL;
    if (!concerned)
        return tw_fail_memory(err);
    for (size_t i = 0; i < n; i++)
        if (may_hold_tokens(s.table, (size_t)columns[i], tokens))
            concerned[n_concerned++] = columns[i];
    if (!n_concerned)
        return TW_OK;
    enum tw_rc rc = tw_clean_rows_when(env, in, when, &rows, err);
    s.when = rows;
    if (rc == TW_OK)
        rc = tw_draft_new(s.table, &s.draft, err);
    if (rc == TW_OK && (rc = write_all(&s, concerned, n_concerned, err)) != TW_OK)
        tw_draft_free(s.draft);
    else if (rc == TW_OK)
        rc = tw_draft_commit(s.draft, &next, err);
    free(rows);
    if (rc != TW_OK)
        return rc;
    tw_table_unref(out->table);
    out->table = next;
    out->cells_changed += s.cells;
    return TW_OK;
}
