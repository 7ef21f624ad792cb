/* Builders for all columns, closed behind every chunk of rows, so that the parts are those that a
 * parallel load would have made. */
#include "config.h"

#include "io/load_early.h"

#include "io/load_column.h"

enum { BLOCK_ROWS = 160 }; /* whose text stays in the first cache from column to column */

struct tw_early {
    const tw_source_csv *source;
    const tw_reading *guess;
    tw_infer *infer;
    size_t width;
    tw_field *fields;
    tw_null_set *nulls;
    tw_time_layout *layouts;
    tw_builder **builders;
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
    free(e->layouts);
    free(e->nulls);
    free(e->fields);
    tw_buf_fini(&e->scratch);
    free(e);
}

enum tw_rc tw_early_new(const tw_source_csv *s, const tw_reading *guess, tw_infer *infer,
                        tw_early **out, tw_error *err) {
    tw_early *e = tw_calloc(1, sizeof *e);
    if (!e)
        return tw_fail_memory(err);
    size_t width = s->sniffed.width;
    *e = (tw_early){.source = s, .guess = guess, .infer = infer, .width = width};
    tw_buf_init(&e->scratch, TW_BUF_MAX);
    e->fields = tw_calloc(width, sizeof *e->fields);
    e->nulls = tw_calloc(width, sizeof *e->nulls);
    e->layouts = tw_calloc(width, sizeof *e->layouts);
    e->builders = tw_calloc(width, sizeof(tw_builder *));
    if (!e->fields || !e->nulls || !e->layouts || !e->builders) {
        tw_early_free(e);
        return tw_fail_memory(err);
    }
    for (size_t c = 0; c < width; c++) {
        e->fields[c] = (tw_field){.type = guess[c].type, .format = guess[c].format};
        e->nulls[c] = tw_null_set_of(guess[c].null_tokens, guess[c].n_null_tokens);
        e->layouts[c] = tw_time_layout_of(guess[c].type, guess[c].format.pattern);
    }
    *out = e;
    return TW_OK;
}

static enum tw_rc open_chunk(tw_early *e, tw_error *err) {
    enum tw_rc rc = TW_OK;
    for (size_t c = 0; c < e->width && rc == TW_OK; c++)
        rc = e->builders[c]
                 ? tw_builder_again(e->builders[c], e->source->mapping, err)
                 : tw_builder_new(e->fields[c].type, e->source->mapping, &e->builders[c], err);
    return rc;
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
    for (size_t c = 0; c < e->width && rc == TW_OK; c++)
        rc = tw_builder_finish(e->builders[c], &row[c], err);
    e->rows = 0;
    return rc;
}

static enum tw_rc add_rows(tw_early *e, const tw_batch *batch, tw_error *err) {
    enum tw_rc rc = TW_OK;
    for (size_t c = 0; c < e->width && rc == TW_OK; c++) {
        tw_load_column to = {.field = &e->fields[c],
                             .nulls = &e->nulls[c],
                             .layout = &e->layouts[c],
                             .builder = e->builders[c],
                             .scratch = &e->scratch,
                             .infer = e->infer};
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
        from += part.rows;
        if (e->rows == 0)
            rc = open_chunk(e, err);
        if (rc == TW_OK)
            rc = add_rows(e, &part, err);
        if (rc == TW_OK && e->rows == TW_CHUNK_ROWS)
            rc = close_chunk(e, err);
    }
    return rc;
}

/* The guess reads every cell as the reading does. */
static bool is_right(const tw_reading *guess, const tw_reading *reading) {
    tw_field a = {.type = guess->type, .format = guess->format};
    tw_field b = {.type = reading->type, .format = reading->format};
    bool same = tw_reading_same(&a, &b) && guess->n_null_tokens == reading->n_null_tokens;
    for (size_t i = 0; same && i < guess->n_null_tokens; i++)
        same = tw_str_eq(guess->null_tokens[i], reading->null_tokens[i]);
    return same;
}

enum tw_rc tw_early_end(tw_early *e, const tw_reading *readings, tw_column **columns,
                        tw_error *err) {
    enum tw_rc rc = e->rows ? close_chunk(e, err) : TW_OK;
    tw_column **row = tw_calloc(e->chunks, sizeof(tw_column *));
    if (rc == TW_OK && !row)
        rc = tw_fail_memory(err);
    for (size_t c = 0; c < e->width; c++) {
        columns[c] = NULL;
        for (size_t k = 0; row && k < e->chunks; k++)
            row[k] = e->parts[k * e->width + c];
        if (rc == TW_OK && e->chunks && is_right(&e->guess[c], &readings[c]))
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
