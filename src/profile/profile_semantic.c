/* What the columns of a profile are: a few thousand rows as they are written, different values, a
 * vote.
 *
 * Rows come in runs evenly spread over the table, so that a large file is read in few places; the
 * text itself is judged, not the parsed value, because "+4420…" and "4420…" are one number and two
 * things. */
#include "profile/profile_impl.h"
#include "profile/semantic.h"
#include "profile/texts.h"

enum { RUNS = 64, RUN_ROWS = 64, MOST_VALUES = 1000 };

/* Rows of up to RUNS runs; all rows of a short table. */
static int64_t *runs_of(int64_t rows, size_t *n) {
    int64_t want = TW_MIN(rows, (int64_t)RUNS * RUN_ROWS), run = want < rows ? RUN_ROWS : rows;
    int64_t *out = tw_calloc((size_t)want, sizeof *out);
    *n = 0;
    for (int64_t r = 0; out && run > 0 && r < want / run; r++) {
        int64_t first = (int64_t)((double)rows * (double)(r * run) / (double)want);
        for (int64_t i = 0; i < run; i++)
            out[(*n)++] = first + i;
    }
    return out;
}

/* Different values, trimmed; how many. */
static size_t values_of(const tw_texts_column *c, tw_str *out) {
    size_t n = 0;
    for (uint32_t l = 0; l < c->levels && n < MOST_VALUES; l++) {
        tw_str bare = tw_str_trim(c->values[l]);
        if (c->states[l] == TW_VALUE && bare.n > 0)
            out[n++] = bare;
    }
    return n;
}

static void guess(tw_column_profile *p, const tw_texts_column *c, tw_str *values) {
    tw_semantic_context context = {.name = tw_str_c(p->name),
                                   .type = p->type,
                                   .low = p->quantiles[1],
                                   .middle = p->quantiles[4],
                                   .high = p->quantiles[7],
                                   .sorted = p->sorted != 0,
                                   .distinct = p->distinct,
                                   .present = p->rows - p->missing - p->unreadable};
    const tw_semantic *type = tw_semantic_guess(&context, values, values_of(c, values));
    p->semantic = type ? type->name : NULL;
    p->sensitive = type && type->sensitive;
}

enum tw_rc tw_profile_semantics(tw_profile *profile, const tw_table *table, const int *numbers,
                                tw_task *task, tw_error *err) {
    size_t n;
    tw_texts *texts = NULL;
    int64_t *rows = runs_of(tw_table_rows(table), &n);
    tw_str *values = tw_calloc(MOST_VALUES, sizeof *values);
    enum tw_rc rc = rows && values
                        ? tw_texts_load(table, numbers, profile->width, rows, n, task, &texts, err)
                        : tw_fail_memory(err);
    for (size_t c = 0; !rc && c < profile->width; c++)
        guess(&profile->columns[c], &texts->columns[c], values);
    tw_texts_free(texts);
    free(values);
    free(rows);
    return rc;
}
