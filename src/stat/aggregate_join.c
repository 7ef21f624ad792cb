/* The texts of each group put together. Rows are first put side by side by group, so that one
 * buffer serves all groups in turn. */
#include "stat/aggregate_impl.h"

#include "base/buf.h"

/* Rows with a value by group, those of group g from start[g] up to end[g]. */
typedef struct listing {
    uint32_t *rows;
    size_t *start, *end;
} listing;

static void listing_fini(listing *l) {
    free(l->rows);
    free(l->start);
    free(l->end);
}

static bool list_rows(const tw_aggregation *a, listing *l) {
    const tw_grouping *groups = a->groups;
    size_t all = 0;
    l->rows = tw_calloc((size_t)tw_column_rows(a->cells), sizeof *l->rows);
    l->start = tw_calloc(groups->n, sizeof *l->start);
    l->end = tw_calloc(groups->n, sizeof *l->end);
    if (!l->rows || !l->start || !l->end)
        return false;
    for (uint32_t g = 0; g < groups->n; g++) {
        l->start[g] = l->end[g] = all;
        all += (size_t)groups->count[g];
    }
    for (size_t c = 0, row = 0; c < tw_column_chunks(a->cells); c++) {
        const uint64_t *valid = tw_column_validity(a->cells, c);
        for (size_t i = 0; i < tw_column_chunk_rows(a->cells, c); i++, row++)
            if (tw_aggregate_valid(valid, i))
                l->rows[l->end[groups->of[row]]++] = (uint32_t)row;
    }
    return true;
}

static enum tw_rc join_group(const tw_aggregation *a, const listing *l, uint32_t g, tw_buf *text,
                             tw_builder *b, tw_error *err) {
    if (l->start[g] == l->end[g])
        return tw_builder_missing(b, 1, err);
    tw_buf_clear(text);
    for (size_t i = l->start[g]; i < l->end[g]; i++) {
        if (i > l->start[g])
            tw_buf_str(text, a->with.separator);
        tw_buf_str(text, tw_column_cell(a->cells, l->rows[i]).text);
    }
    enum tw_rc rc = tw_buf_check(text, err);
    return rc == TW_OK ? tw_builder_text(b, tw_buf_view(text), err) : rc;
}

enum tw_rc tw_aggregate_join(tw_aggregation *a, tw_column **out, tw_error *err) {
    listing l = {0};
    tw_builder *b = NULL;
    tw_buf text;
    tw_buf_init(&text, TW_BUF_MAX);
    enum tw_rc rc = list_rows(a, &l) ? tw_builder_new(TW_TEXT, NULL, &b, err) : tw_fail_memory(err);
    for (uint32_t g = 0; rc == TW_OK && g < a->groups->n; g++) {
        rc = join_group(a, &l, g, &text, b, err);
        if (rc == TW_OK)
            rc = tw_task_check(a->task, err);
    }
    if (rc == TW_OK)
        rc = tw_builder_finish(b, out, err);
    tw_builder_free(b);
    tw_buf_fini(&text);
    listing_fini(&l);
    return rc;
}
