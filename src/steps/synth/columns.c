/* What is learnt about a column before any model: kind, atoms, stages, unit, normal scores, bins, visiting order.
 *
 * Atoms are values that so many rows share that they are no one's own: zero inflation, top codes, round and small whole
 * numbers. Values with a share above one in twenty get a stage of their own, so that "which atom, missing or the rest"
 * is learnt as a class and only the rest as a number. */
#include "steps/synth/columns.h"

#include <math.h>

#include "stat/distribution.h"
#include "stat/sort.h"

enum { LEVELS_AS_NUMBER = 12, CLASSES = 64, STAGES = 8 };

static bool is_number(enum tw_type type) {
    return tw_type_ops_of(type)->is_ordered_scale && type != TW_BOOLEAN;
}

/* Rows in levels that have fewer than `rare` rows. */
static int64_t rare_rows(const tw_factor *f, int64_t rare) {
    int64_t n = 0;
    for (uint32_t l = 0; l < f->levels; l++)
        n += f->counts[l] < rare ? f->counts[l] : 0;
    return n;
}

static enum tw_synth_kind kind_of(const tw_synth_column *c, size_t rows, int64_t rare) {
    if (is_number(c->field->type) && c->factor->levels > LEVELS_AS_NUMBER)
        return TW_SYNTH_NUMBER;
    if (c->field->type == TW_TEXT && c->factor->levels > LEVELS_AS_NUMBER && 2 * rare_rows(c->factor, rare) > (int64_t)rows)
        return TW_SYNTH_TEXT;
    return TW_SYNTH_LEVELS;
}

/* --- levels --- */

/* Classes by first appearance; when there are too many, only the most frequent have one of their own. */
static enum tw_rc make_classes(tw_synth_column *c, size_t rows, tw_error *err) {
    const tw_factor *f = c->factor;
    c->classes = tw_calloc(rows, sizeof *c->classes);
    uint32_t *class_of = tw_calloc(f->levels, sizeof *class_of);
    if (!c->classes || !class_of) {
        free(class_of);
        return tw_fail_memory(err);
    }
    int64_t least = 0;
    uint32_t kept = f->levels;
    while (kept > CLASSES - 2) { /* raise the bar until few enough remain */
        least = least ? least * 2 : 2;
        kept = 0;
        for (uint32_t l = 0; l < f->levels; l++)
            kept += f->counts[l] >= least;
    }
    c->n_classes = 1;
    for (uint32_t l = 0; l < f->levels; l++)
        if (f->counts[l] >= least)
            class_of[l] = c->n_classes++;
    uint32_t others = c->n_classes;
    if (kept < f->levels)
        c->n_classes++;
    for (uint32_t l = 0; l < f->levels; l++)
        if (class_of[l] == 0)
            class_of[l] = others;
    for (size_t i = 0; i < rows; i++)
        c->classes[i] = f->codes[i] == TW_NO_CODE ? 0 : class_of[f->codes[i]];
    free(class_of);
    return TW_OK;
}

/* --- numbers --- */

static double power_of_ten(int digits) {
    double p = 1;
    for (int i = 0; i < digits; i++)
        p *= 10;
    return p;
}

/* Greatest common step of whole values (times of day, minutes), or 1. */
static double common_step(const double *values, size_t n) {
    uint64_t step = 0;
    for (size_t i = 0; i < n && step != 1; i++) {
        if (isnan(values[i]) || fabs(values[i]) > 9e15)
            continue;
        uint64_t a = (uint64_t)fabs(values[i]), b = step;
        while (a) {
            uint64_t rest = b % a;
            b = a;
            a = rest;
        }
        step = b;
    }
    return step ? (double)step : 1;
}

static bool fits_decimals(const double *values, size_t n, int digits) {
    double scale = power_of_ten(digits);
    for (size_t i = 0; i < n; i++) {
        double v = values[i] * scale;
        if (!isnan(v) && fabs(v - nearbyint(v)) > 1e-6 * fmax(1, fabs(v)) * 1e-3)
            return false;
    }
    return true;
}

static double unit_of(const tw_synth_column *c, size_t rows) {
    if (c->field->type != TW_FLOAT)
        return c->field->type == TW_INTEGER || c->field->type == TW_DATE ? 1 : common_step(c->values, rows);
    for (int digits = 0; digits <= 6; digits++)
        if (fits_decimals(c->values, rows, digits))
            return 1 / power_of_ten(digits);
    return 0;
}

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static enum tw_rc find_atoms(tw_synth_column *c, size_t rows, int64_t rare, tw_error *err) {
    const tw_factor *f = c->factor;
    c->atoms = tw_calloc(f->levels, sizeof *c->atoms);
    c->stage_values = tw_calloc(STAGES, sizeof *c->stage_values);
    if (!c->atoms || !c->stage_values)
        return tw_fail_memory(err);
    for (uint32_t l = 0; l < f->levels; l++) {
        double value = tw_column_number(c->cells, f->first[l]);
        if (f->counts[l] >= rare)
            c->atoms[c->n_atoms++] = value;
        if (f->counts[l] * 20 > (int64_t)rows && c->n_stages < STAGES)
            c->stage_values[c->n_stages++] = value;
    }
    qsort(c->atoms, c->n_atoms, sizeof *c->atoms, by_value);
    return TW_OK;
}

static enum tw_rc make_stages(tw_synth_column *c, size_t rows, tw_error *err) {
    uint32_t dominating = c->n_stages;
    c->n_stages = 0;
    if (dominating == 0 && tw_column_valid_count(c->cells) == (int64_t)rows)
        return TW_OK;
    c->n_stages = dominating + 2;
    c->stages = tw_calloc(rows, sizeof *c->stages);
    if (!c->stages)
        return tw_fail_memory(err);
    for (size_t i = 0; i < rows; i++) {
        uint32_t stage = dominating + 1;
        for (uint32_t s = 0; s < dominating; s++)
            if (tw_same_f64(c->values[i], c->stage_values[s]))
                stage = s + 1;
        c->stages[i] = isnan(c->values[i]) ? 0 : stage;
    }
    return TW_OK;
}

static enum tw_rc normal_scores(tw_synth_column *c, size_t rows, tw_error *err) {
    c->score = tw_calloc(rows, sizeof *c->score);
    if (!c->score || !tw_rank_f64(c->values, rows, c->score))
        return tw_fail_memory(err);
    double n = (double)tw_column_valid_count(c->cells);
    for (size_t i = 0; i < rows; i++)
        c->score[i] = isnan(c->score[i]) ? 0 : tw_normal_quantile((c->score[i] - 0.5) / n);
    return TW_OK;
}

static enum tw_rc make_number(tw_synth_column *c, size_t rows, int64_t rare, tw_error *err) {
    enum tw_rc rc = find_atoms(c, rows, rare, err);
    if (!rc)
        rc = make_stages(c, rows, err);
    if (!rc)
        rc = normal_scores(c, rows, err);
    c->unit = unit_of(c, rows);
    return rc;
}

bool tw_synth_is_atom(const tw_synth_column *c, double value) {
    return bsearch(&value, c->atoms, c->n_atoms, sizeof value, by_value) != NULL;
}

/* --- bins --- */

static enum tw_rc make_bins(tw_synth_column *c, size_t rows, tw_error *err) {
    bool number = is_number(c->field->type);
    c->bins = tw_calloc(rows, 1);
    if (!c->bins)
        return tw_fail_memory(err);
    enum tw_rc rc = number ? tw_binner_numbers(c->values, rows, 254, &c->binner, err)
                           : tw_binner_codes(c->factor->codes, rows, c->factor->levels, &c->binner, err);
    for (size_t i = 0; !rc && i < rows; i++)
        c->bins[i] = number ? tw_bin_number(&c->binner, c->values[i]) : tw_bin_code(&c->binner, c->factor->codes[i]);
    return rc;
}

static enum tw_rc prepare(tw_synth_column *c, const tw_table *table, size_t column, size_t rows, int64_t rare, tw_error *err) {
    c->column = column;
    c->field = tw_table_field(table, column);
    c->cells = tw_table_column(table, column);
    c->is_target = c->field->role == TW_AS_TARGET;
    enum tw_rc rc = tw_column_factor(c->cells, 0, &c->factor, err);
    if (rc)
        return rc;
    c->kind = kind_of(c, rows, rare);
    if (c->kind == TW_SYNTH_TEXT)
        return TW_OK;
    if (is_number(c->field->type)) {
        c->values = tw_calloc(rows, sizeof *c->values);
        if (!c->values)
            return tw_fail_memory(err);
        tw_column_copy_f64(c->cells, c->values);
    }
    rc = c->kind == TW_SYNTH_NUMBER ? make_number(c, rows, rare, err) : make_classes(c, rows, err);
    return rc ? rc : make_bins(c, rows, err);
}

/* Continuous and high-cardinality numbers first, then levels as they stand, many-levelled text late, the target last. */
static int visit_rank(const tw_synth_column *c) {
    if (c->kind == TW_SYNTH_TEXT)
        return 4;
    if (c->is_target)
        return 3;
    if (c->kind == TW_SYNTH_NUMBER)
        return 0;
    return c->factor->levels > 60 ? 2 : 1;
}

static int by_visit(const void *a, const void *b) {
    const tw_synth_column *x = a, *y = b;
    int rx = visit_rank(x), ry = visit_rank(y);
    if (rx != ry)
        return rx - ry;
    if (rx == 0 && x->factor->levels != y->factor->levels)
        return x->factor->levels > y->factor->levels ? -1 : 1;
    return x->column < y->column ? -1 : 1;
}

enum tw_rc tw_synth_columns_make(const tw_table *table, int64_t rare, tw_synth_columns *out, tw_error *err) {
    size_t width = tw_table_width(table);
    *out = (tw_synth_columns){.rows = (size_t)tw_table_rows(table)};
    if (width == 0 || out->rows == 0)
        return tw_fail(err, TW_EDATA, "synth: the table has no rows to learn from; give a table with data");
    out->at = tw_calloc(width, sizeof *out->at);
    if (!out->at)
        return tw_fail_memory(err);
    enum tw_rc rc = TW_OK;
    for (; !rc && out->n < width; out->n++)
        rc = prepare(&out->at[out->n], table, out->n, out->rows, rare, err);
    if (rc) {
        tw_synth_columns_fini(out);
        return rc;
    }
    qsort(out->at, out->n, sizeof *out->at, by_visit);
    return TW_OK;
}

void tw_synth_columns_fini(tw_synth_columns *columns) {
    for (size_t i = 0; i < columns->n; i++) {
        tw_synth_column *c = &columns->at[i];
        free(c->classes);
        free(c->values);
        free(c->score);
        free(c->atoms);
        free(c->stages);
        free(c->stage_values);
        free(c->bins);
        tw_binner_fini(&c->binner);
    }
    free(columns->at);
    *columns = (tw_synth_columns){0};
}
