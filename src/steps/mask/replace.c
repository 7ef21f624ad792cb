/* mask_redact and mask_constant: every value becomes the same text or value; mask_shuffle: values change places.
 *
 * A shuffle is a single cycle through the rows of a group (Sattolo 1986), so that no row keeps its own cell; equal values may
 * of course meet. A group of one row has nobody to change with: its cell becomes missing. */
#include "base/hash.h"
#include "steps/mask/texts.h"

typedef struct replace_args {
    tw_str_list cols, by;
    tw_str value;
} replace_args;

static enum tw_rc write_value(const void *ctx, size_t at, int64_t row, const tw_cell *cell, tw_str text, tw_buf *out,
                              tw_error *err) {
    (void)at;
    (void)row;
    (void)cell;
    (void)text;
    (void)err;
    tw_buf_str(out, *(const tw_str *)ctx);
    return TW_OK;
}

static enum tw_rc redact(const void *raw, const tw_doc *state, const tw_step_env *env, const tw_table *in, tw_step_result *out,
                         tw_error *err) {
    (void)state;
    const replace_args *args = raw;
    int *columns;
    size_t n = 0;
    tw_rewrite w;
    enum tw_rc rc = tw_rewrite_begin(&w, env, in, err);
    if (!rc)
        rc = tw_mask_columns(env, in, &args->cols, &columns, &n, err);
    if (!rc)
        rc = tw_mask_texts(&w, columns, n, write_value, &args->value, err);
    return tw_rewrite_finish(&w, rc, out, err);
}

/* A constant keeps the column's type when the value is of it. */
static enum tw_rc set_constant(tw_rewrite *w, int column, tw_str value, tw_error *err) {
    const tw_column *cells = tw_table_column(w->in, (size_t)column);
    tw_cell cell = tw_table_parse(w->in, (size_t)column, value);
    if (tw_column_type(cells) == TW_TEXT || cell.state == TW_UNREADABLE)
        return tw_mask_texts(w, &column, 1, write_value, &value, err);
    int64_t n = 0, *rows = tw_arena_alloc(w->env->arena, (size_t)tw_column_rows(cells) + 1, sizeof *rows);
    tw_cell *fill = tw_arena_alloc(w->env->arena, (size_t)tw_column_rows(cells) + 1, sizeof *fill);
    if (!rows || !fill)
        return tw_fail_memory(err);
    for (int64_t row = 0; row < tw_column_rows(cells); row++) {
        if (tw_column_cell(cells, row).state == TW_MISSING)
            continue;
        rows[n] = row;
        fill[n++] = cell;
    }
    return tw_rewrite_patch(w, column, rows, fill, n, err);
}

static enum tw_rc constant(const void *raw, const tw_doc *state, const tw_step_env *env, const tw_table *in,
                           tw_step_result *out, tw_error *err) {
    (void)state;
    const replace_args *args = raw;
    int *columns;
    size_t n = 0;
    tw_rewrite w;
    enum tw_rc rc = tw_rewrite_begin(&w, env, in, err);
    if (!rc)
        rc = tw_mask_columns(env, in, &args->cols, &columns, &n, err);
    for (size_t i = 0; !rc && i < n; i++)
        rc = set_constant(&w, columns[i], args->value, err);
    return tw_rewrite_finish(&w, rc, out, err);
}

/* --- shuffling --- */

/* Group of each row; all 0 without `by`. */
static enum tw_rc group_rows(const tw_step_env *env, const tw_table *in, const int *by, size_t n_by, uint32_t *group,
                             size_t *groups, tw_error *err) {
    *groups = 1;
    if (n_by == 0)
        return TW_OK;
    tw_hashmap *map = tw_hashmap_new(64);
    tw_buf key;
    tw_buf_init(&key, TW_BUF_MAX);
    enum tw_rc rc = map ? TW_OK : tw_fail_memory(err);
    for (int64_t row = 0; !rc && row < tw_table_rows(in); row++) {
        rc = tw_rewrite_key(in, by, n_by, row, &key, err);
        group[row] = rc ? 0 : tw_hashmap_find(map, tw_buf_view(&key));
        if (rc || group[row] != UINT32_MAX)
            continue;
        tw_str copy = tw_arena_str(env->arena, tw_buf_view(&key));
        group[row] = copy.p ? tw_hashmap_intern(map, copy, NULL) : UINT32_MAX;
        if (group[row] == UINT32_MAX)
            rc = tw_fail_memory(err);
    }
    *groups = map ? tw_hashmap_count(map) : 0;
    tw_buf_fini(&key);
    tw_hashmap_free(map);
    return rc;
}

/* A random cycle: rows[i] takes the cell of from[i]. */
static void cycle(tw_rng *rng, const int64_t *rows, int64_t *from, int64_t n) {
    memcpy(from, rows, (size_t)n * sizeof *from);
    for (int64_t i = n - 1; i > 0; i--) {
        int64_t j = (int64_t)tw_rng_below(rng, (uint64_t)i), moved = from[i];
        from[i] = from[j];
        from[j] = moved;
    }
}

typedef struct places {
    int64_t *rows, *from, *start;
    int64_t n;
} places;

/* Rows of a column that are not missing, group by group. */
static enum tw_rc list_places(const tw_column *cells, const uint32_t *group, size_t groups, tw_arena *arena, places *p,
                              tw_error *err) {
    size_t rows = (size_t)tw_column_rows(cells);
    *p = (places){.rows = tw_arena_alloc(arena, rows + 1, sizeof *p->rows),
                  .from = tw_arena_alloc(arena, rows + 1, sizeof *p->from),
                  .start = tw_arena_alloc(arena, groups + 2, sizeof *p->start)};
    if (!p->rows || !p->from || !p->start)
        return tw_fail_memory(err);
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < rows; i++) {
            if (tw_column_cell(cells, (int64_t)i).state == TW_MISSING)
                continue;
            if (pass == 0)
                p->start[group[i] + 2]++;
            else
                p->rows[p->start[group[i] + 1]++] = (int64_t)i;
            p->n += pass == 0;
        }
        for (size_t g = 2; pass == 0 && g < groups + 2; g++)
            p->start[g] += p->start[g - 1];
    }
    return TW_OK;
}

static enum tw_rc shuffle_column(tw_rewrite *w, int column, const uint32_t *group, size_t groups, tw_error *err) {
    const tw_column *cells = tw_table_column(w->in, (size_t)column);
    tw_stream s = tw_step_stream(w->env, tw_str_c(tw_table_field(w->in, (size_t)column)->name));
    places p;
    int64_t alone = 0;
    enum tw_rc rc = list_places(cells, group, groups, w->env->arena, &p, err);
    tw_cell *by_row = rc ? NULL : tw_arena_alloc(w->env->arena, (size_t)tw_column_rows(cells) + 1, sizeof *by_row);
    if (rc || !by_row)
        return rc ? rc : tw_fail_memory(err);
    for (size_t g = 0; g < groups; g++) {
        int64_t first = p.start[g], n = p.start[g + 1] - first;
        tw_rng rng = tw_rng_make(s, g);
        if (n > 1)
            cycle(&rng, p.rows + first, p.from + first, n);
        alone += n == 1;
        for (int64_t i = first; i < first + n; i++)
            by_row[p.rows[i]] = n > 1 ? tw_column_cell(cells, p.from[i]) : tw_cell_missing(tw_column_type(cells));
    }
    int64_t n = 0;
    for (int64_t row = 0; row < tw_column_rows(cells); row++) {
        if (tw_column_cell(cells, row).state == TW_MISSING)
            continue;
        p.rows[n] = row;
        by_row[n++] = by_row[row]; /* n <= row: what is overwritten has been read */
    }
    if (alone)
        tw_say(w->env->log, TW_WARNING, "mask_shuffle: %lld cells of column '%s' stood alone in their group and become missing",
               (long long)alone, tw_table_field(w->in, (size_t)column)->name);
    return tw_rewrite_patch(w, column, p.rows, by_row, n, err);
}

/* Nothing is learnt; the state says that the step needs the whole column. */
static enum tw_rc fit_shuffle(const void *raw, const tw_step_env *env, const tw_table *in, tw_doc **state, tw_error *err) {
    (void)raw;
    (void)env;
    (void)in;
    *state = tw_doc_map();
    return *state ? TW_OK : tw_fail_memory(err);
}

static enum tw_rc shuffle(const void *raw, const tw_doc *state, const tw_step_env *env, const tw_table *in, tw_step_result *out,
                          tw_error *err) {
    (void)state;
    const replace_args *args = raw;
    int *columns, *by = NULL;
    size_t n = 0, n_by = 0, groups = 0;
    tw_rewrite w;
    enum tw_rc rc = tw_rewrite_begin(&w, env, in, err);
    if (!rc)
        rc = tw_mask_columns(env, in, &args->cols, &columns, &n, err);
    if (!rc && args->by.n)
        rc = tw_mask_columns(env, in, &args->by, &by, &n_by, err);
    uint32_t *group = rc ? NULL : tw_arena_alloc(env->arena, (size_t)tw_table_rows(in) + 1, sizeof *group);
    if (!rc && !group)
        rc = tw_fail_memory(err);
    if (!rc)
        rc = group_rows(env, in, by, n_by, group, &groups, err);
    for (size_t i = 0; !rc && i < n; i++)
        rc = shuffle_column(&w, columns[i], group, groups, err);
    return tw_rewrite_finish(&w, rc, out, err);
}

/* clang-format off */
#define COLS {.name = "cols", .kind = TW_PARAM_COLUMNS, .offset = offsetof(replace_args, cols), .flags = TW_PARAM_REQUIRED, .help = "columns to mask"}
static const tw_param redact_params[] = {
    COLS,
    {.name = "value", .kind = TW_PARAM_TEXT, .offset = offsetof(replace_args, value), .fallback = "***", .help = "what stands instead"},
};
static const tw_param constant_params[] = {
    COLS,
    {.name = "value", .kind = TW_PARAM_TEXT, .offset = offsetof(replace_args, value), .flags = TW_PARAM_REQUIRED, .help = "what every cell gets, written as in the column"},
};
static const tw_param shuffle_params[] = {
    COLS,
    {.name = "by", .kind = TW_PARAM_COLUMNS, .offset = offsetof(replace_args, by), .help = "only inside the groups of these columns"},
};

const tw_step_row tw_step_mask_redact = {
    .name = "mask_redact",
    .family = "mask",
    .summary = "every value becomes ***",
    .method = "Every cell but the missing ones gets the same text; the column becomes text. That a cell was missing stays visible.",
    .source = "suppression; Hundepool et al., Statistical Disclosure Control, 2012",
    .params = redact_params, .n_params = TW_COUNT(redact_params), .args_size = sizeof(replace_args),
    .flags = TW_STEP_ROW_LOCAL, .state = TW_STATE_NONE,
    .apply = redact,
    .example = "r:mask_redact { cols = { \"name\", \"phone\" } }",
};

const tw_step_row tw_step_mask_constant = {
    .name = "mask_constant",
    .family = "mask",
    .summary = "every value becomes one of your choice",
    .method = "Every cell but the missing ones gets `value`. The column keeps its type when the value is of it, else it becomes text. "
              "That a cell was missing stays visible.",
    .source = "suppression; Hundepool et al., Statistical Disclosure Control, 2012",
    .params = constant_params, .n_params = TW_COUNT(constant_params), .args_size = sizeof(replace_args),
    .flags = TW_STEP_ROW_LOCAL, .state = TW_STATE_NONE,
    .apply = constant,
    .example = "r:mask_constant { cols = \"postcode\", value = \"0000\" }",
};

const tw_step_row tw_step_mask_shuffle = {
    .name = "mask_shuffle",
    .family = "mask",
    .summary = "values of a column change places",
    .method = "The cells of a column change rows along one random cycle, so that no row keeps its own; with `by` only inside groups. "
              "The column's distribution stays exactly, its relation to every other column (but those of `by`) goes. All originals "
              "remain in the table: no mask for values that tell who it is by themselves. Missing cells stay where they are; a "
              "cell alone in its group becomes missing.",
    .source = "Sattolo, An algorithm to generate a random cyclic permutation, 1986",
    .params = shuffle_params, .n_params = TW_COUNT(shuffle_params), .args_size = sizeof(replace_args),
    .flags = TW_STEP_SEEDED, .state = TW_STATE_WHOLE,
    .fit = fit_shuffle, .apply = shuffle,
    .example = "r:mask_shuffle { cols = \"weight_kg\", by = \"sex\" }",
};
/* clang-format on */
