/* Column after column, each from the leaf that the columns before lead to. A row that equals a
 * training row is drawn again, three times at most: a table of two columns of two levels has no
 * other rows. */
#include "steps/synth/draw.h"

#include <math.h>

/* A donor moves towards one of the nearest twentieth of its leaf. */
enum { JITTER_SHARE = 20, REDRAWS = 3, DRAWS = 16, ROWS_PER_TASK = 512 };

/* What each draw of an attempt is for. */
enum { DRAW_FIRST, DRAW_VALUE, DRAW_FAIR = 8, DRAW_TREE = DRAWS - 1 };

/* One donor of the leaf; `at` = its place there. False: the tree learnt from no row. */
static bool draw_donor(const tw_tree *tree, const uint8_t *bins, tw_stream s, uint64_t row,
                       uint64_t draw, const tw_tree_node **leaf, size_t *at) {
    if (tree->n_nodes == 0)
        return false;
    *leaf = tw_tree_leaf(tree, bins);
    *at = (size_t)tw_draw_below(s, row, draw, (*leaf)->count);
    return true;
}

/* A number below n_levels by the levels' rows; n_levels for what is missing. */
static uint32_t draw_by_rows(const tw_synth_part *p, tw_stream s, uint64_t row, uint64_t draw) {
    uint64_t known = p->n_levels ? p->ends[p->n_levels - 1] : 0, all = known + p->missing;
    uint64_t place = all ? tw_draw_below(s, row, draw, all) : 0;
    size_t low = 0, high = p->n_levels;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (place < p->ends[middle])
            high = middle;
        else
            low = middle + 1;
    }
    return (uint32_t)low;
}

/* Levels that are too rare are passed over; a leaf of nothing else gives one of the whole column's.
 */
static uint32_t draw_level(const tw_synth_part *p, const tw_tree *tree, const uint8_t *bins,
                           tw_stream s, uint64_t row, uint64_t draw) {
    const tw_tree_node *leaf = NULL;
    size_t at = 0;
    uint32_t rare = (uint32_t)p->n_levels, missing = rare + 1;
    if (!draw_donor(tree, bins, s, row, draw, &leaf, &at))
        return missing;
    for (uint32_t i = 0; i < leaf->count; i++) {
        uint32_t id = tree->rows[leaf->begin + (at + i) % leaf->count];
        if (id != rare)
            return id;
    }
    uint32_t fair = draw_by_rows(p, s, row, draw + DRAW_FAIR);
    return fair < p->n_levels ? fair : missing;
}

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static bool is_atom(const tw_synth_part *p, double value) {
    return bsearch(&value, p->atoms, p->n_atoms, sizeof value, by_value) != NULL;
}

static double to_unit(const tw_synth_part *p, double value) {
    return p->unit > 0 ? nearbyint(value / p->unit) * p->unit : value;
}

/* A donor's value, moved a random part of the way to a near one in the leaf unless it is an atom.
 */
static double draw_value(const tw_synth_drawer *d, const tw_synth_part *p, const tw_tree *tree,
                         const uint8_t *bins, tw_stream s, uint64_t row, uint64_t draw) {
    const tw_tree_node *leaf = NULL;
    size_t at = 0;
    if (!draw_donor(tree, bins, s, row, draw, &leaf, &at))
        return NAN;
    const uint32_t *donors = tree->rows + leaf->begin;
    double value = p->values[donors[at]];
    if (!d->jitter || leaf->count < 2 || is_atom(p, value))
        return value;
    size_t reach = 1 + (size_t)tw_draw_below(s, row, draw + 3, 1 + leaf->count / JITTER_SHARE);
    bool up = tw_draw_uniform(s, row, draw + 1) < 0.5 ? at + reach < leaf->count : at < reach;
    size_t beside = up ? TW_MIN(at + reach, leaf->count - 1) : at - TW_MIN(reach, at);
    double neighbour = p->values[donors[beside]];
    return to_unit(p, value + tw_draw_uniform(s, row, draw + 2) * (neighbour - value));
}

static double draw_number(const tw_synth_drawer *d, const tw_synth_part *p, size_t tree,
                          const uint8_t *bins, tw_stream s, uint64_t row, uint64_t draw) {
    if (p->stage) {
        const tw_tree_node *leaf = NULL;
        size_t at = 0;
        bool any = draw_donor(&p->stage[tree], bins, s, row, draw, &leaf, &at);
        uint32_t stage = any ? p->stage[tree].rows[leaf->begin + at] : 0;
        if (stage == 0)
            return NAN;
        if (stage < p->n_stages - 1)
            return p->stage_values[stage - 1];
    }
    return draw_value(d, p, &p->value[tree], bins, s, row, draw + DRAW_VALUE);
}

static uint8_t bin_of_level(const tw_synth_part *p, uint32_t id) {
    return id < p->n_levels ? p->bins[id] : TW_BIN_MISSING;
}

static void draw_attempt(const tw_synth_drawer *d, uint64_t row, uint64_t attempt, uint8_t *bins,
                         tw_synth_drawn *out) {
    const tw_synth_model *m = d->model;
    uint64_t draw = attempt * DRAWS;
    for (size_t v = 0; v < m->n; v++) {
        const tw_synth_part *p = &m->at[v];
        tw_stream s = d->streams[v];
        size_t tree = m->bag > 1 ? (size_t)tw_draw_below(s, row, draw + DRAW_TREE, m->bag) : 0;
        if (p->kind == TW_SYNTH_TEXT) {
            out[v].id = draw_by_rows(p, s, row, draw);
        } else if (p->kind == TW_SYNTH_NUMBER) {
            out[v].number = draw_number(d, p, tree, bins, s, row, draw);
            bins[v] = tw_bin_number(&p->binner, out[v].number);
        } else {
            out[v].id = draw_level(p, &p->stage[tree], bins, s, row, draw);
            bins[v] = bin_of_level(p, out[v].id);
        }
    }
}

/* --- rows --- */

static int by_hash(const void *a, const void *b) {
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

typedef struct drawing {
    const tw_synth_drawer *d;
    uint64_t first;
    size_t n;
    tw_synth_drawn *out;
} drawing;

static enum tw_rc draw_rows(void *ctx, size_t item, size_t worker, tw_error *err) {
    (void)worker;
    const drawing *g = ctx;
    const tw_synth_model *m = g->d->model;
    uint8_t *bins = tw_calloc(m->n, 1);
    if (!bins)
        return tw_fail_memory(err);
    size_t end = TW_MIN((item + 1) * ROWS_PER_TASK, g->n);
    for (size_t i = item * ROWS_PER_TASK; i < end; i++) {
        tw_synth_drawn *row = g->out + i * m->n;
        for (uint64_t attempt = 0; attempt <= REDRAWS; attempt++) {
            draw_attempt(g->d, g->first + i, attempt, bins, row);
            uint64_t hash = tw_synth_row_hash(m, row);
            if (!bsearch(&hash, m->known, m->n_known, sizeof hash, by_hash))
                break;
        }
    }
    free(bins);
    tw_task_advance(g->d->task, end - item * ROWS_PER_TASK);
    return TW_OK;
}

enum tw_rc tw_synth_draw(const tw_synth_drawer *d, uint64_t first, size_t n, tw_synth_drawn *out,
                         tw_error *err) {
    drawing g = {d, first, n, out};
    return tw_parallel_for(d->task, (n + ROWS_PER_TASK - 1) / ROWS_PER_TASK, draw_rows, &g, err);
}

/* --- tables --- */

/* A form with every digit and letter drawn anew. */
static enum tw_rc put_text(tw_str form, tw_stream s, uint64_t row, tw_buf *text, tw_error *err) {
    tw_buf_clear(text);
    tw_rng rng = tw_rng_make(s, row);
    rng.draw = DRAWS * (REDRAWS + 1);
    for (size_t i = 0; i < form.n; i++) {
        char ch = form.p[i];
        if (ch == '0')
            ch = (char)('0' + tw_rng_below(&rng, 10));
        else if (ch == 'A' || ch == 'a')
            ch = (char)(ch + (char)tw_rng_below(&rng, 26));
        tw_buf_char(text, ch);
    }
    return tw_buf_check(text, err);
}

static enum tw_rc add_cell(const tw_synth_part *p, tw_stream s, tw_synth_drawn d, uint64_t number,
                           tw_builder *b, tw_buf *text, tw_error *err) {
    if (p->kind == TW_SYNTH_NUMBER)
        return isnan(d.number) ? tw_builder_missing(b, 1, err) : tw_builder_f64(b, d.number, err);
    if (d.id >= p->n_levels)
        return tw_builder_missing(b, 1, err);
    if (p->kind == TW_SYNTH_LEVELS)
        return tw_builder_cell(b, &p->levels[d.id], err);
    enum tw_rc rc = put_text(p->levels[d.id].text, s, number, text, err);
    return rc ? rc : tw_builder_text(b, tw_buf_view(text), err);
}

typedef struct chosen {
    const tw_synth_drawn *rows;
    const uint64_t *numbers;
    uint64_t first;
    size_t n;
} chosen;

static enum tw_rc build_column(const tw_synth_drawer *d, size_t visit, const chosen *c,
                               tw_column **out, tw_error *err) {
    const tw_synth_part *p = &d->model->at[visit];
    tw_builder *b = NULL;
    tw_buf text;
    tw_buf_init(&text, TW_BUF_MAX);
    enum tw_rc rc = tw_builder_new(p->field.type, NULL, &b, err);
    for (size_t i = 0; !rc && i < c->n; i++)
        rc = add_cell(p, d->streams[visit], c->rows[i * d->model->n + visit],
                      c->numbers ? c->numbers[i] : c->first + i, b, &text, err);
    if (!rc)
        rc = tw_builder_finish(b, out, err);
    tw_builder_free(b);
    tw_buf_fini(&text);
    return rc;
}

static size_t visit_of(const tw_synth_model *m, size_t column) {
    size_t visit = 0;
    while (m->at[visit].column != column)
        visit++;
    return visit;
}

enum tw_rc tw_synth_table(const tw_synth_drawer *d, const int *columns, size_t n_columns,
                          const tw_synth_drawn *rows, const uint64_t *numbers, uint64_t first,
                          size_t n, tw_table **out, tw_error *err) {
    const chosen c = {rows, numbers, first, n};
    tw_draft *draft = NULL;
    enum tw_rc rc = tw_draft_new(NULL, &draft, err);
    size_t width = columns ? n_columns : d->model->n;
    for (size_t j = 0; !rc && j < width; j++) {
        size_t visit = visit_of(d->model, columns ? (size_t)columns[j] : j);
        tw_column *column = NULL;
        rc = build_column(d, visit, &c, &column, err);
        if (!rc)
            rc = tw_draft_add(draft, &d->model->at[visit].field, column, err);
    }
    if (!rc)
        return tw_draft_commit(draft, out, err);
    tw_draft_free(draft);
    return rc;
}
