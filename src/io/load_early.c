/* Builders for all columns, closed behind every chunk of rows, so that the parts are those that a
 * parallel load would have made. */
#include "config.h"

#include "io/load_early.h"

#include "io/infer_state.h"
#include "io/load_column.h"

enum { BLOCK_ROWS = 128 }; /* whose text stays in the first cache from column to column */

struct tw_early {
    const tw_source_csv *source;
    const tw_reading *guess;
    tw_infer *infer;
    size_t width;
    tw_field *fields;
    tw_null_set *nulls;
    tw_arena arena; /* lists of null tokens */
    tw_time_layout *layouts;
    tw_builder **builders;
    bool *owed;        /* texts of the open chunk that are not counted yet */
    size_t rows;       /* in the open chunk */
    tw_column **parts; /* width for each closed chunk */
    size_t chunks, room;
    tw_buf scratch;
};

void tw_early_free(tw_early *e) {
    if (!e)
        return;
    for (size_t c = 0; e->builders && c < e->width; c++)
        tw_builder_free(e->builders[c]);
    for (size_t i = 0; i < e->chunks * e->width; i++)
        tw_column_unref(e->parts[i]);
    free(e->parts);
    free(e->builders);
    free(e->owed);
    free(e->layouts);
    free(e->nulls);
    free(e->fields);
    tw_buf_fini(&e->scratch);
    tw_arena_fini(&e->arena);
    free(e);
}

static bool has_token(const tw_str *tokens, size_t n, tw_str token) {
    for (size_t i = 0; i < n; i++)
        if (tw_str_eq(tokens[i], token))
            return true;
    return false;
}

/* The usual null tokens that any column has. */
static size_t all_tokens(const tw_reading *guess, size_t width, tw_str *out) {
    size_t n = 0;
    for (size_t c = 0; c < width; c++)
        for (size_t i = 0; i < guess[c].n_null_tokens && n < TW_TALLY_NULLS; i++) {
            tw_str token = guess[c].null_tokens[i];
            if (tw_null_token(token) != TW_NULL_NOT && !has_token(out, n, token))
                out[n++] = token;
        }
    return n;
}

/* Null tokens of each column. Numbers, dates and booleans also take those of the other columns: one
 * that is rare here may not stand in the first rows. */
static bool set_nulls(tw_early *e) {
    tw_str all[TW_TALLY_NULLS];
    size_t n_all = all_tokens(e->guess, e->width, all);
    for (size_t c = 0; c < e->width; c++) {
        const tw_reading *g = &e->guess[c];
        tw_str *tokens = tw_arena_alloc(&e->arena, g->n_null_tokens + n_all + 1, sizeof *tokens);
        if (!tokens)
            return false;
        size_t n = 0;
        for (; n < g->n_null_tokens; n++)
            tokens[n] = g->null_tokens[n];
        for (size_t i = 0; i < n_all && g->type != TW_TEXT; i++)
            if (!has_token(tokens, n, all[i]))
                tokens[n++] = all[i];
        e->nulls[c] = tw_null_set_of(tokens, n);
    }
    return true;
}

enum tw_rc tw_early_new(const tw_source_csv *s, const tw_reading *guess, tw_infer *infer,
                        tw_early **out, tw_error *err) {
    tw_early *e = tw_calloc(1, sizeof *e);
    if (!e)
        return tw_fail_memory(err);
    size_t width = s->sniffed.width;
    *e = (tw_early){.source = s, .guess = guess, .infer = infer, .width = width};
    tw_buf_init(&e->scratch, TW_BUF_MAX);
    tw_arena_init(&e->arena);
    e->fields = tw_calloc(width, sizeof *e->fields);
    e->nulls = tw_calloc(width, sizeof *e->nulls);
    e->layouts = tw_calloc(width, sizeof *e->layouts);
    e->builders = tw_calloc(width, sizeof(tw_builder *));
    e->owed = tw_calloc(width, sizeof *e->owed);
    if (!e->fields || !e->nulls || !e->layouts || !e->builders || !e->owed || !set_nulls(e)) {
        tw_early_free(e);
        return tw_fail_memory(err);
    }
    for (size_t c = 0; c < width; c++) {
        e->fields[c] = (tw_field){.type = guess[c].type, .format = guess[c].format};
        e->layouts[c] = tw_time_layout_of(guess[c].type, guess[c].format.pattern);
    }
    *out = e;
    return TW_OK;
}

/* A chunk whose first record begins at byte `at` of the text. */
static enum tw_rc open_chunk(tw_early *e, uint64_t at, tw_error *err) {
    enum tw_rc rc = TW_OK;
    for (size_t c = 0; c < e->width && rc == TW_OK; c++) {
        rc = e->builders[c]
                 ? tw_builder_again(e->builders[c], e->source->mapping, err)
                 : tw_builder_new(e->fields[c].type, e->source->mapping, &e->builders[c], err);
        if (rc == TW_OK)
            tw_builder_begin_at(e->builders[c], at);
        e->owed[c] = e->fields[c].type == TW_TEXT;
    }
    return rc;
}

static tw_load_column column_of(tw_early *e, size_t c) {
    return (tw_load_column){.field = &e->fields[c],
                            .nulls = &e->nulls[c],
                            .layout = &e->layouts[c],
                            .builder = e->builders[c],
                            .scratch = &e->scratch,
                            .infer = e->infer,
                            .owed = &e->owed[c]};
}

static enum tw_rc close_chunk(tw_early *e, tw_error *err) {
    if (e->chunks == e->room) {
        size_t room = e->room ? e->room * 2 : 16, cells;
        tw_column **parts = tw_mul(room, e->width, &cells)
                                ? tw_realloc(e->parts, cells, sizeof(tw_column *))
                                : NULL;
        if (!parts)
            return tw_fail_memory(err);
        e->parts = parts;
        e->room = room;
    }
    tw_column **row = e->parts + e->chunks++ * e->width;
    memset(row, 0, e->width * sizeof(tw_column *));
    enum tw_rc rc = TW_OK;
    for (size_t c = 0; c < e->width && rc == TW_OK; c++) {
        tw_load_column to = column_of(e, c);
        rc = tw_load_settle(&to, c, err);
        if (rc == TW_OK)
            rc = tw_builder_finish(e->builders[c], &row[c], err);
    }
    e->rows = 0;
    return rc;
}

static enum tw_rc add_rows(tw_early *e, const tw_batch *batch, tw_error *err) {
    enum tw_rc rc = TW_OK;
    for (size_t c = 0; c < e->width && rc == TW_OK; c++) {
        tw_load_column to = column_of(e, c);
        rc = tw_load_cells(&to, batch, c, err);
    }
    e->rows += batch->rows;
    return rc;
}

enum tw_rc tw_early_rows(void *early, const tw_batch *batch, tw_error *err) {
    tw_early *e = early;
    enum tw_rc rc = TW_OK;
    for (size_t from = 0; from < batch->rows && rc == TW_OK;) {
        tw_batch part = *batch;
        part.first += from;
        part.rows = TW_MIN(TW_MIN(batch->rows - from, (size_t)BLOCK_ROWS), TW_CHUNK_ROWS - e->rows);
        uint64_t at = (uint64_t)(batch->base - e->source->text.p) + batch->records[from].at;
        from += part.rows;
        if (e->rows == 0)
            rc = open_chunk(e, at, err);
        if (rc == TW_OK)
            rc = add_rows(e, &part, err);
        if (rc == TW_OK && e->rows == TW_CHUNK_ROWS)
            rc = close_chunk(e, err);
    }
    return rc;
}

/* Column c was made as the reading says. A usual token that the reading of a number, date or
 * boolean does not list stands in no cell: all that do are listed, while they are few. */
static bool is_right(const tw_early *e, size_t c, const tw_reading *reading) {
    tw_field now = {.type = reading->type, .format = reading->format};
    const tw_null_set *made = &e->nulls[c];
    bool same = tw_reading_same(&e->fields[c], &now), typed = reading->type != TW_TEXT;
    for (size_t i = 0; same && i < reading->n_null_tokens; i++)
        same = has_token(made->tokens, made->n, reading->null_tokens[i]);
    if (!same || reading->n_null_tokens == made->n)
        return same;
    for (size_t i = 0; i < made->n; i++)
        if (!has_token(reading->null_tokens, reading->n_null_tokens, made->tokens[i]) &&
            (!typed || tw_null_token(made->tokens[i]) == TW_NULL_NOT))
            return false;
    return reading->n_null_tokens < TW_TALLY_NULLS;
}

enum tw_rc tw_early_close(tw_early *e, tw_error *err) {
    return e->rows ? close_chunk(e, err) : TW_OK;
}

enum tw_rc tw_early_end(tw_early *e, const tw_reading *readings, tw_column **columns,
                        tw_error *err) {
    tw_column **row = tw_calloc(e->chunks, sizeof(tw_column *));
    enum tw_rc rc = row ? TW_OK : tw_fail_memory(err);
    for (size_t c = 0; c < e->width; c++) {
        columns[c] = NULL;
        for (size_t k = 0; row && k < e->chunks; k++)
            row[k] = e->parts[k * e->width + c];
        if (rc == TW_OK && e->chunks && is_right(e, c, &readings[c]))
            rc = tw_column_join(e->fields[c].type, row, e->chunks, &columns[c], err);
        for (size_t k = 0; row && k < e->chunks; k++) {
            tw_column_unref(row[k]);
            e->parts[k * e->width + c] = NULL;
        }
    }
    for (size_t c = 0; rc && c < e->width; c++) {
        tw_column_unref(columns[c]);
        columns[c] = NULL;
    }
    free(row);
    return rc;
}
