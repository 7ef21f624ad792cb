/* augment_oversample and augment_undersample: copies of small classes, or a part of large ones, to an exact ratio. */
#include <math.h>

#include "steps/augment/classes.h"

typedef struct resample_args {
    tw_str target;
    double ratio;
    bool marks;
} resample_args;

static enum tw_rc gather_all(const tw_table *in, const tw_donor *donors, int64_t n, const tw_step_env *env,
                             tw_column **cells, tw_error *err) {
    int64_t *rows = tw_arena_alloc(env->arena, (size_t)n + 1, sizeof *rows);
    enum tw_rc rc = rows ? TW_OK : tw_fail_memory(err);
    for (int64_t i = 0; !rc && i < n; i++)
        rows[i] = donors[i].row;
    for (size_t i = 0; !rc && i < tw_table_width(in); i++)
        rc = tw_column_gather(tw_table_column(in, i), rows, n, env->task, &cells[i], err);
    for (size_t i = 0; rc && i < tw_table_width(in); i++) {
        tw_column_unref(cells[i]);
        cells[i] = NULL;
    }
    return rc;
}

static enum tw_rc summarize(const tw_classes *c, const tw_step_env *env, const tw_table *in, const int64_t *after,
                            tw_step_result *out, tw_error *err) {
    (void)env;
    out->summary = tw_doc_map();
    tw_doc_set(out->summary, "classes", tw_classes_doc(c, in, after));
    return tw_doc_failed(out->summary) ? tw_fail_memory(err) : TW_OK;
}

static enum tw_rc oversample(const void *raw, const tw_doc *state, const tw_step_env *env, const tw_table *in,
                             tw_step_result *out, tw_error *err) {
    (void)state;
    const resample_args *args = raw;
    tw_classes c = {0};
    tw_donor *donors = NULL;
    int64_t n = 0;
    enum tw_rc rc = tw_classes_make(env, in, args->target, &c, err);
    if (!rc)
        rc = tw_classes_donors(&c, env, in, args->ratio, &donors, &n, err);
    tw_column **cells = rc ? NULL : tw_arena_alloc(env->arena, tw_table_width(in), sizeof(tw_column *));
    int64_t *after = rc ? NULL : tw_arena_alloc(env->arena, c.n, sizeof *after);
    if (!rc && (!cells || !after))
        rc = tw_fail_memory(err);
    if (!rc)
        rc = gather_all(in, donors, n, env, cells, err);
    if (!rc)
        rc = tw_augment_append(env, in, cells, donors, n, args->marks, out, err);
    if (rc)
        return rc;
    for (size_t at = 0; at < c.n; at++)
        after[at] = tw_class_size(&c, at);
    for (int64_t i = 0; i < n; i++)
        after[donors[i].at]++;
    return summarize(&c, env, in, after, out, err);
}

/* Rows that stay: all that are in no class, and of each class at most `most`. */
static enum tw_rc keep_rows(const tw_classes *c, const tw_step_env *env, const tw_table *in, int64_t most, uint64_t *dropped,
                            int64_t *after, tw_error *err) {
    int64_t *chosen = tw_arena_alloc(env->arena, (size_t)most + 1, sizeof *chosen);
    enum tw_rc rc = chosen ? TW_OK : tw_fail_memory(err);
    for (size_t at = 0; !rc && at < c->n; at++) {
        after[at] = TW_MIN(tw_class_size(c, at), most);
        if (after[at] == tw_class_size(c, at))
            continue;
        rc = tw_classes_choose(c, env, in, at, 0, most, chosen, err);
        for (int64_t i = c->start[at]; !rc && i < c->start[at + 1]; i++)
            tw_bit_set(dropped, (size_t)c->rows[i]);
        for (int64_t i = 0; !rc && i < most; i++)
            tw_bit_clear(dropped, (size_t)chosen[i]);
    }
    return rc;
}

static enum tw_rc draft_kept(const tw_step_env *env, const tw_table *in, const uint64_t *dropped, tw_step_result *out,
                             tw_error *err) {
    int64_t total = tw_table_rows(in), n = 0;
    int64_t *rows = tw_calloc((size_t)total, sizeof *rows);
    tw_draft *draft = NULL;
    enum tw_rc rc = rows ? tw_draft_new(in, &draft, err) : tw_fail_memory(err);
    for (int64_t i = 0; !rc && i < total; i++)
        if (!tw_bit_get(dropped, (size_t)i))
            rows[n++] = i;
    if (!rc)
        rc = tw_draft_rows(draft, rows, n, env->task, err);
    free(rows);
    out->rows_removed = total - n;
    if (!rc)
        return tw_draft_commit(draft, &out->table, err);
    tw_draft_free(draft);
    return rc;
}

/* The smallest class that has rows. */
static int64_t smallest(const tw_classes *c) {
    int64_t least = c->largest;
    for (size_t at = 0; at < c->n; at++)
        if (tw_class_size(c, at) > 0)
            least = TW_MIN(least, tw_class_size(c, at));
    return least;
}

static enum tw_rc undersample(const void *raw, const tw_doc *state, const tw_step_env *env, const tw_table *in,
                              tw_step_result *out, tw_error *err) {
    (void)state;
    const resample_args *args = raw;
    tw_classes c = {0};
    enum tw_rc rc = tw_classes_make(env, in, args->target, &c, err);
    uint64_t *dropped = rc ? NULL : tw_arena_alloc(env->arena, tw_bitmap_words((size_t)tw_table_rows(in)) + 1, sizeof *dropped);
    int64_t *after = rc ? NULL : tw_arena_alloc(env->arena, c.n, sizeof *after);
    if (!rc && (!dropped || !after))
        rc = tw_fail_memory(err);
    if (!rc)
        rc = keep_rows(&c, env, in, TW_MIN(llrint((double)smallest(&c) / args->ratio), c.largest), dropped, after, err);
    if (!rc)
        rc = draft_kept(env, in, dropped, out, err);
    return rc ? rc : summarize(&c, env, in, after, out, err);
}

/* clang-format off */
#define TARGET {.name = "target", .kind = TW_PARAM_COLUMN, .offset = offsetof(resample_args, target), .help = "column with the classes; default: the one with the role target"}
#define RATIO  {.name = "ratio",  .kind = TW_PARAM_NUMBER, .offset = offsetof(resample_args, ratio), .fallback = "1", .min = 1e-9, .max = 1, .help = "rows of the smallest class for each row of the largest, afterwards"}
static const tw_param over_params[] = {
    TARGET, RATIO,
    {.name = "marks",  .kind = TW_PARAM_BOOL,   .offset = offsetof(resample_args, marks), .fallback = "true", .help = "add the columns __synthetic and __donor"},
};
static const tw_param under_params[] = {TARGET, RATIO};

const tw_step_row tw_step_augment_oversample = {
    .name = "augment_oversample",
    .family = "augment",
    .summary = "copies of the rows of small classes",
    .method = "Every class smaller than ratio times the largest is raised to exactly that number (to the nearest row): all its rows "
              "are copied equally often, a random part of them once more. Copies follow the old rows and carry __synthetic and "
              "__donor (the row copied, counted from 1). Rows without a class and rows held out by a column with the role split "
              "are not copied. Boosted trees gain nothing from balanced classes that another threshold would not give.",
    .source = "random oversampling; He, Garcia, Learning from imbalanced data, IEEE TKDE 21, 2009",
    .params = over_params, .n_params = TW_COUNT(over_params), .args_size = sizeof(resample_args),
    .flags = TW_STEP_SEEDED | TW_STEP_CHANGES_ROWS | TW_STEP_SKIP_APPLY, .state = TW_STATE_NONE,
    .apply = oversample,
    .example = "r:augment_oversample { target = \"readmitted\", ratio = 0.5 }",
};

const tw_step_row tw_step_augment_undersample = {
    .name = "augment_undersample",
    .family = "augment",
    .summary = "a random part of the rows of large classes",
    .method = "Every class larger than the smallest divided by ratio is cut to exactly that number (to the nearest row); which rows "
              "stay is drawn for each row by itself, and their order is kept. Rows without a class and rows held out by a column "
              "with the role split stay.",
    .source = "random undersampling; He, Garcia, Learning from imbalanced data, IEEE TKDE 21, 2009",
    .params = under_params, .n_params = TW_COUNT(under_params), .args_size = sizeof(resample_args),
    .flags = TW_STEP_SEEDED | TW_STEP_CHANGES_ROWS | TW_STEP_SKIP_APPLY, .state = TW_STATE_NONE,
    .apply = undersample,
    .example = "r:augment_undersample { target = \"readmitted\", ratio = 0.5 }",
};
/* clang-format on */
