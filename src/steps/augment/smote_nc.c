/* augment_smote_nc: new rows between a row of a small class and one of its neighbours in the class (SMOTE-NC).
 *
 * Numbers are standardised over all rows; two levels that differ add the square of the median of the class's standard
 * deviations, as in the paper (libraries halve it or divide it by the root of 2). Neighbours are found by brute force over
 * blocks, column by column, for each donor once. What is no measurement (dates, ids, codes, text that hardly repeats) is
 * copied from the donor: a value between two of them means nothing. */
#include <math.h>

#include "stat/moments.h"
#include "stat/select.h"
#include "steps/augment/classes.h"
#include "steps/augment/square.h"
#include "steps/impute/gower.h"
#include "steps/stored.h"

enum { BLOCK = 1024, MOST_K = 100, CODE_FROM = 20, DRAWS = 2 };
#define CODE_SIZE 1e12 /* whole numbers of 13 digits and more are codes: cards, account numbers */

typedef struct smote_args {
    tw_str target;
    double ratio;
    int64_t k;
    bool marks;
} smote_args;

enum part { COPIED, NUMBER, LEVEL };

typedef struct smote_column {
    enum part part;
    const tw_field *field;
    const tw_column *cells;
    const tw_factor *factor;
    int decimals;
    double *z;       /* numbers: standardised cells of all rows, 0 where missing */
    double *near_z;  /* the same for the rows of the class at hand, side by side */
    uint32_t *level; /* levels of the rows of the class at hand; missing is a level of its own */
} smote_column;

/* Work on one class: its rows are candidates 0 .. n - 1. */
typedef struct smote {
    const smote_args *args;
    const tw_step_env *env;
    const tw_table *in;
    tw_classes classes;
    smote_column *columns;
    size_t width, at, k; /* class; neighbours that it has */
    double mismatch;     /* squared cost of a level that differs */
    const tw_donor *donors;
    int64_t n;
    uint32_t *place;     /* of a row in its class */
    uint32_t *near;      /* k candidates for each new row, nearest first */
    const int64_t *first; /* new rows whose donor is new to the class: neighbours are found for these */
} smote;

/* --- columns --- */

static enum part part_of(const tw_field *field, const tw_column *cells, const tw_factor *f, bool target) {
    int64_t valid = tw_column_valid_count(cells);
    bool all_differ = valid >= CODE_FROM && f->levels == valid;
    if (target || field->role == TW_AS_ID || field->role == TW_AS_IGNORE || field->role == TW_AS_ENTITY ||
        field->role == TW_AS_SPLIT || field->role == TW_AS_TEXT)
        return COPIED;
    if (field->type == TW_FLOAT)
        return NUMBER;
    if (field->type == TW_BOOLEAN)
        return LEVEL;
    if (field->type == TW_TEXT)
        return valid >= CODE_FROM && (int64_t)f->levels * 2 > valid ? COPIED : LEVEL;
    return field->type == TW_INTEGER && !all_differ ? NUMBER : COPIED;
}

static bool is_code(const tw_moments *m) {
    return fmax(fabs(m->min), fabs(m->max)) >= CODE_SIZE;
}

static enum tw_rc standardize(smote_column *c, int64_t rows, tw_error *err) {
    c->z = tw_calloc((size_t)rows, sizeof *c->z);
    if (!c->z)
        return tw_fail_memory(err);
    tw_column_copy_f64(c->cells, c->z);
    tw_moments m = TW_MOMENTS_NONE;
    tw_moments_add(&m, c->z, (size_t)rows);
    if (m.n == 0 || (c->field->type == TW_INTEGER && is_code(&m))) {
        c->part = COPIED;
        return TW_OK;
    }
    double mean = tw_moments_mean(&m), sd = tw_moments_sd(&m);
    for (int64_t i = 0; i < rows; i++)
        c->z[i] = isnan(c->z[i]) || !(sd > 0) ? 0 : (c->z[i] - mean) / sd;
    return TW_OK;
}

static enum tw_rc read_columns(smote *s, tw_error *err) {
    s->width = tw_table_width(s->in);
    s->columns = tw_arena_alloc(s->env->arena, s->width, sizeof *s->columns);
    if (!s->columns)
        return tw_fail_memory(err);
    size_t numbers = 0;
    for (size_t i = 0; i < s->width; i++) {
        smote_column *c = &s->columns[i];
        c->field = tw_table_field(s->in, i);
        c->cells = tw_table_column(s->in, i);
        c->decimals = tw_stored_decimals(c->field, c->cells);
        enum tw_rc rc = tw_column_factor(c->cells, 0, &c->factor, err);
        if (rc)
            return rc;
        c->part = part_of(c->field, c->cells, c->factor, (int)i == s->classes.target);
        if (c->part == NUMBER)
            rc = standardize(c, tw_table_rows(s->in), err);
        if (rc)
            return rc;
        numbers += c->part == NUMBER;
    }
    if (numbers == 0)
        return tw_fail(err, TW_EDATA, "augment_smote_nc: no column is a measurement, so there is nothing between two rows; take "
                       "augment_oversample");
    return TW_OK;
}

/* --- one class --- */

static enum tw_rc load_class(smote *s, tw_error *err) {
    const int64_t *rows = s->classes.rows + s->classes.start[s->at];
    size_t n = (size_t)tw_class_size(&s->classes, s->at), spreads = 0;
    double *spread = tw_arena_alloc(s->env->arena, s->width, sizeof *spread);
    if (!spread)
        return tw_fail_memory(err);
    for (size_t i = 0; i < n; i++)
        s->place[rows[i]] = (uint32_t)i;
    for (size_t j = 0; j < s->width; j++) {
        smote_column *c = &s->columns[j];
        if (c->part == NUMBER) {
            c->near_z = tw_arena_alloc(s->env->arena, n, sizeof *c->near_z);
            tw_moments m = TW_MOMENTS_NONE;
            for (size_t i = 0; c->near_z && i < n; i++)
                c->near_z[i] = c->z[rows[i]];
            tw_moments_add(&m, c->near_z, c->near_z ? n : 0);
            spread[spreads++] = n > 1 ? tw_moments_sd(&m) : 0;
        }
        if (c->part == LEVEL)
            c->level = tw_arena_alloc(s->env->arena, n, sizeof *c->level);
        for (size_t i = 0; c->part == LEVEL && c->level && i < n; i++)
            c->level[i] = c->factor->codes[rows[i]];
        if ((c->part == NUMBER && !c->near_z) || (c->part == LEVEL && !c->level))
            return tw_fail_memory(err);
    }
    double median = tw_median(spread, spreads);
    s->mismatch = median * median;
    s->k = TW_MIN((size_t)s->args->k, n - 1);
    return TW_OK;
}

/* The k nearest rows of the class to the i-th new row's donor. */
static void find_near(const smote *s, int64_t i, double *distance, tw_near *heap) {
    size_t n = (size_t)tw_class_size(&s->classes, s->at), held = 0;
    uint32_t own = s->place[s->donors[i].row];
    for (size_t from = 0; from < n; from += BLOCK) {
        size_t block = TW_MIN((size_t)BLOCK, n - from);
        memset(distance, 0, block * sizeof *distance);
        for (size_t j = 0; j < s->width; j++) {
            const smote_column *c = &s->columns[j];
            if (c->part == NUMBER)
                tw_square_number(distance, c->near_z + from, block, c->near_z[own]);
            else if (c->part == LEVEL)
                tw_square_level(distance, c->level + from, block, c->level[own], s->mismatch);
        }
        for (size_t b = 0; b < block; b++)
            if (from + b != own)
                tw_near_offer(heap, &held, s->k, distance[b], (uint32_t)(from + b));
    }
    tw_near_sort(heap, held);
    for (size_t h = 0; h < held; h++)
        s->near[(size_t)i * (size_t)s->args->k + h] = heap[h].row;
}

static enum tw_rc near_task(void *ctx, size_t item, size_t worker, tw_error *err) {
    (void)worker;
    const smote *s = ctx;
    double distance[BLOCK];
    tw_near heap[MOST_K];
    find_near(s, s->first[item], distance, heap);
    return tw_task_check(s->env->task, err);
}

/* Neighbours for the new rows [from, to), all of one class; the first copy of a donor finds them, later ones take them. */
static enum tw_rc near_of_class(smote *s, int64_t from, int64_t to, tw_error *err) {
    s->at = s->donors[from].at;
    size_t size = (size_t)tw_class_size(&s->classes, s->at), k = (size_t)s->args->k, n = 0;
    enum tw_rc rc = load_class(s, err);
    int64_t *first = rc ? NULL : tw_arena_alloc(s->env->arena, (size_t)(to - from), sizeof *first);
    int64_t *found = rc ? NULL : tw_arena_alloc(s->env->arena, size, sizeof *found);
    if (rc || !first || !found)
        return rc ? rc : tw_fail_memory(err);
    for (int64_t i = from; i < to; i++)
        if (found[s->place[s->donors[i].row]] == 0) {
            found[s->place[s->donors[i].row]] = i + 1;
            first[n++] = i;
        }
    s->first = first;
    if (s->k == 0)
        tw_say(s->env->log, TW_WARNING, "augment_smote_nc: a class of '%s' has a single row; its new rows are copies",
               tw_table_field(s->in, (size_t)s->classes.target)->name);
    else
        rc = tw_parallel_for(s->env->task, n, near_task, s, err);
    for (int64_t i = from; !rc && i < to; i++) {
        int64_t source = found[s->place[s->donors[i].row]] - 1;
        if (source != i)
            memcpy(s->near + (size_t)i * k, s->near + (size_t)source * k, k * sizeof *s->near);
    }
    return rc;
}

/* --- new cells --- */

static uint64_t key_of(const smote *s, int64_t i) {
    return tw_step_row_key(s->env, s->in, s->donors[i].row);
}

/* Row of the candidate. */
static int64_t row_of(const smote *s, uint32_t candidate) {
    return s->classes.rows[s->classes.start[s->at] + candidate];
}

static tw_cell between(const smote *s, const smote_column *c, int64_t i) {
    uint64_t key = key_of(s, i), draw = s->donors[i].copy * DRAWS;
    tw_cell own = tw_column_cell(c->cells, s->donors[i].row);
    uint64_t pick = tw_draw_below(s->classes.stream, key, draw, s->k);
    int64_t other = row_of(s, s->near[(size_t)i * (size_t)s->args->k + pick]);
    if (own.state != TW_VALUE || !tw_column_is_value(c->cells, other))
        return own;
    double a = tw_column_number(c->cells, s->donors[i].row), b = tw_column_number(c->cells, other);
    double x = a + tw_draw_uniform(s->classes.stream, key, draw + 1) * (b - a);
    return tw_stored_number(c->field->type, c->decimals, x);
}

/* The most frequent level of the neighbours; of equally frequent ones the nearest row's. */
static tw_cell most_frequent(const smote *s, const smote_column *c, int64_t i) {
    const uint32_t *near = s->near + (size_t)i * (size_t)s->args->k;
    size_t most = 0, best = 0;
    for (size_t a = 0; a < s->k; a++) {
        size_t times = 0;
        for (size_t b = 0; b < s->k; b++)
            times += c->level[near[a]] == c->level[near[b]];
        if (times > most) {
            most = times;
            best = a;
        }
    }
    return tw_column_cell(c->cells, row_of(s, near[best]));
}

static tw_cell new_cell(const smote *s, const smote_column *c, int64_t i) {
    if (c->part == NUMBER && s->k > 0)
        return between(s, c, i);
    if (c->part == LEVEL && s->k > 0)
        return most_frequent(s, c, i);
    return tw_column_cell(c->cells, s->donors[i].row);
}

/* Cells of the new rows [from, to) of the class at hand onto the builders. */
static enum tw_rc build_class(const smote *s, tw_builder **builders, int64_t from, int64_t to, tw_error *err) {
    enum tw_rc rc = TW_OK;
    for (size_t j = 0; !rc && j < s->width; j++)
        for (int64_t i = from; !rc && i < to; i++) {
            tw_cell cell = new_cell(s, &s->columns[j], i);
            rc = tw_builder_cell(builders[j], &cell, err);
        }
    return rc;
}

static enum tw_rc build_all(smote *s, tw_builder **builders, tw_error *err) {
    enum tw_rc rc = TW_OK;
    for (size_t j = 0; !rc && j < s->width; j++)
        rc = tw_builder_new(s->columns[j].field->type, NULL, &builders[j], err);
    for (int64_t from = 0, to; !rc && from < s->n; from = to) {
        for (to = from; to < s->n && s->donors[to].at == s->donors[from].at;)
            to++;
        rc = near_of_class(s, from, to, err);
        if (!rc)
            rc = build_class(s, builders, from, to, err);
    }
    return rc;
}

static enum tw_rc make_cells(smote *s, tw_column **cells, tw_error *err) {
    tw_builder **builders = tw_arena_alloc(s->env->arena, s->width, sizeof(tw_builder *));
    size_t near;
    s->place = tw_calloc((size_t)tw_table_rows(s->in), sizeof *s->place);
    s->near = tw_mul((size_t)s->n, (size_t)s->args->k, &near) ? tw_calloc(near, sizeof *s->near) : NULL;
    enum tw_rc rc = builders && s->place && s->near ? build_all(s, builders, err) : tw_fail_memory(err);
    for (size_t j = 0; !rc && j < s->width; j++)
        rc = tw_builder_finish(builders[j], &cells[j], err);
    for (size_t j = 0; builders && j < s->width; j++)
        tw_builder_free(builders[j]);
    for (size_t j = 0; rc && j < s->width; j++)
        tw_column_unref(cells[j]);
    free(s->place);
    free(s->near);
    return rc;
}

static enum tw_rc apply(const void *raw, const tw_doc *state, const tw_step_env *env, const tw_table *in, tw_step_result *out,
                        tw_error *err) {
    (void)state;
    smote s = {.args = raw, .env = env, .in = in};
    tw_donor *donors = NULL;
    enum tw_rc rc = tw_classes_make(env, in, s.args->target, &s.classes, err);
    if (!rc)
        rc = tw_classes_donors(&s.classes, env, in, s.args->ratio, &donors, &s.n, err);
    s.donors = donors;
    tw_column **cells = rc ? NULL : tw_arena_alloc(env->arena, tw_table_width(in), sizeof(tw_column *));
    int64_t *after = rc ? NULL : tw_arena_alloc(env->arena, s.classes.n, sizeof *after);
    if (!rc && (!cells || !after))
        rc = tw_fail_memory(err);
    if (!rc)
        rc = read_columns(&s, err);
    if (!rc)
        rc = make_cells(&s, cells, err);
    for (size_t j = 0; s.columns && j < s.width; j++)
        free(s.columns[j].z);
    if (!rc)
        rc = tw_augment_append(env, in, cells, donors, s.n, s.args->marks, out, err);
    if (rc)
        return rc;
    for (size_t at = 0; at < s.classes.n; at++)
        after[at] = tw_class_size(&s.classes, at);
    for (int64_t i = 0; i < s.n; i++)
        after[donors[i].at]++;
    out->summary = tw_doc_map();
    tw_doc_set(out->summary, "classes", tw_classes_doc(&s.classes, in, after));
    return TW_OK;
}

/* clang-format off */
static const tw_param params[] = {
    {.name = "target", .kind = TW_PARAM_COLUMN, .offset = offsetof(smote_args, target), .help = "column with the classes; default: the one with the role target"},
    {.name = "ratio",  .kind = TW_PARAM_NUMBER, .offset = offsetof(smote_args, ratio),  .fallback = "1", .min = 1e-9, .max = 1, .help = "rows of the smallest class for each row of the largest, afterwards"},
    {.name = "k",      .kind = TW_PARAM_INT,    .offset = offsetof(smote_args, k),      .fallback = "5", .min = 1, .max = MOST_K, .letter = 'k', .help = "neighbours to choose from"},
    {.name = "marks",  .kind = TW_PARAM_BOOL,   .offset = offsetof(smote_args, marks),  .fallback = "true", .help = "add the columns __synthetic and __donor"},
};

const tw_step_row tw_step_augment_smote_nc = {
    .name = "augment_smote_nc",
    .family = "augment",
    .summary = "new rows between neighbours of a small class",
    .method = "Every class smaller than ratio times the largest gets new rows up to exactly that number. A new row stands at a random "
              "place between a row of the class and one of its k nearest in the class: numbers are interpolated and rounded as "
              "their column is, levels are the most frequent among the neighbours. Distance: numbers standardised; each level "
              "that differs adds the squared median of the class's standard deviations. Dates, ids, whole numbers that all differ "
              "or have 13 digits, and text that hardly repeats are copied from the donor. New rows follow the old ones and carry "
              "__synthetic and __donor (the row, counted from 1). A class of one row is copied, with a warning.",
    .source = "Chawla, Bowyer, Hall, Kegelmeyer, SMOTE: Synthetic Minority Over-sampling Technique, JAIR 16, 2002, section 6.1",
    .params = params, .n_params = TW_COUNT(params), .args_size = sizeof(smote_args),
    .flags = TW_STEP_SEEDED | TW_STEP_CHANGES_ROWS | TW_STEP_SKIP_APPLY, .state = TW_STATE_NONE,
    .apply = apply,
    .example = "r:augment_smote_nc { target = \"readmitted\", ratio = 0.5 }",
};
/* clang-format on */
