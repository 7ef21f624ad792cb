/* synth_trees: sequential trees (Reiter 2005; Nowok, Raab, Dibben 2016), with what measurement added.
 *
 * Columns are visited one after another; each is drawn from a tree grown on those before it. Numbers are split on their
 * normal score, missing cells and dominating values are a class drawn first, a donor is jittered towards its neighbour
 * inside the leaf, a row that equals a training row is drawn again, and levels of fewer than `rare` rows are not handed
 * out. With `bag` > 1 each row picks one of several bootstrap trees for each column. Every draw is keyed by (seed, step,
 * column, new row), so rows do not depend on threads. */
#include <math.h>

#include "base/hash.h"
#include "stat/tree.h"
#include "steps/step.h"
#include "steps/synth/columns.h"

/* A donor moves towards one of the nearest twentieth of its leaf. */
enum { JITTER_SHARE = 20, REDRAWS = 3, DRAWS = 16, ROWS_PER_TASK = 512, DONOR_TRIES = 8 };

typedef struct synth_args {
    int64_t n, leaf, bag, rare;
    bool jitter;
} synth_args;

/* What is drawn of a column for one new row. */
typedef union drawn {
    double number; /* numbers; NaN = missing */
    int64_t donor; /* levels and text: row whose level it is, -1 = missing */
} drawn;

typedef struct column_model {
    tw_tree *stage; /* bag of class trees over levels or stages; NULL = none needed */
    tw_tree *value; /* bag of number trees; leaves sorted by value */
    tw_stream stream;
} column_model;

typedef struct generator {
    const synth_args *args;
    const tw_step_env *env;
    tw_synth_columns columns;
    column_model *models;
    const uint8_t **bins; /* training bins by visiting order */
    bool *nominal;
    uint64_t *known;      /* sorted hashes of the training rows */
    size_t new_rows;
    drawn *out;           /* [row][visit] */
} generator;

static bool has_stage(const tw_synth_column *c) {
    return c->kind == TW_SYNTH_LEVELS || (c->kind == TW_SYNTH_NUMBER && c->stages);
}

/* --- fitting --- */

/* Rows a tree of the bag learns from: all, or a bootstrap of them; only those of the last stage for number trees. */
static uint32_t *training_rows(const generator *g, const tw_synth_column *c, bool value_tree, size_t tree, size_t *n) {
    uint32_t *rows = tw_calloc(g->columns.rows, sizeof *rows);
    tw_rng rng = tw_rng_make(tw_step_stream(g->env, tw_str_c(c->field->name)), UINT64_MAX - tree);
    *n = 0;
    for (size_t i = 0; rows && i < g->columns.rows; i++) {
        size_t row = g->args->bag > 1 ? (size_t)tw_rng_below(&rng, g->columns.rows) : i;
        if (value_tree && c->stages && c->stages[row] != c->n_stages - 1)
            continue;
        rows[(*n)++] = (uint32_t)row;
    }
    return rows;
}

typedef struct keyed_row {
    double value;
    uint32_t row;
} keyed_row;

static int by_value(const void *a, const void *b) {
    const keyed_row *x = a, *y = b;
    if (x->value < y->value)
        return -1;
    return x->value > y->value ? 1 : x->row < y->row ? -1 : x->row > y->row;
}

/* Donors of a leaf in ascending order of their value, so that neighbours stand side by side. */
static bool sort_leaves(tw_tree *tree, const double *values) {
    keyed_row *keyed = tw_calloc(tree->n_rows, sizeof *keyed);
    if (!keyed)
        return false;
    for (size_t k = 0; k < tree->n_nodes; k++) {
        const tw_tree_node *node = &tree->nodes[k];
        if (node->predictor >= 0)
            continue;
        for (uint32_t i = 0; i < node->count; i++)
            keyed[i] = (keyed_row){values[tree->rows[node->begin + i]], tree->rows[node->begin + i]};
        qsort(keyed, node->count, sizeof *keyed, by_value);
        for (uint32_t i = 0; i < node->count; i++)
            tree->rows[node->begin + i] = keyed[i].row;
    }
    free(keyed);
    return true;
}

static enum tw_rc grow(const generator *g, size_t visit, bool value_tree, size_t tree, tw_tree *out, tw_error *err) {
    const tw_synth_column *c = &g->columns.at[visit];
    tw_tree_data data = {.rows = g->columns.rows, .n_predictors = visit, .bins = g->bins, .nominal = g->nominal};
    if (value_tree) {
        data.y = c->score;
    } else {
        data.classes = c->kind == TW_SYNTH_LEVELS ? c->classes : c->stages;
        data.n_classes = c->kind == TW_SYNTH_LEVELS ? c->n_classes : c->n_stages;
    }
    tw_tree_options options = {.min_leaf = (size_t)g->args->leaf};
    size_t n;
    uint32_t *rows = training_rows(g, c, value_tree, tree, &n);
    if (!rows)
        return tw_fail_memory(err);
    enum tw_rc rc = n ? tw_tree_grow(&data, rows, n, &options, g->env->task, out, err) : TW_OK;
    free(rows);
    if (!rc && value_tree && n && !sort_leaves(out, c->values))
        rc = tw_fail_memory(err);
    return rc;
}

/* Work item: one tree of one column. */
static enum tw_rc grow_item(void *ctx, size_t i, size_t worker, tw_error *err) {
    (void)worker;
    generator *g = ctx;
    size_t bag = (size_t)g->args->bag, visit = i / bag, tree = i % bag;
    column_model *m = &g->models[visit];
    enum tw_rc rc = TW_OK;
    if (m->stage)
        rc = grow(g, visit, false, tree, &m->stage[tree], err);
    if (!rc && m->value)
        rc = grow(g, visit, true, tree, &m->value[tree], err);
    tw_task_advance(g->env->task, 1);
    return rc;
}

static enum tw_rc make_models(generator *g, tw_error *err) {
    size_t n = g->columns.n, bag = (size_t)g->args->bag;
    g->models = tw_calloc(n, sizeof *g->models);
    g->bins = tw_calloc(n, sizeof *g->bins);
    g->nominal = tw_calloc(n, sizeof *g->nominal);
    if (!g->models || !g->bins || !g->nominal)
        return tw_fail_memory(err);
    for (size_t v = 0; v < n; v++) {
        const tw_synth_column *c = &g->columns.at[v];
        column_model *m = &g->models[v];
        g->bins[v] = c->bins;
        g->nominal[v] = c->binner.nominal;
        m->stream = tw_step_stream(g->env, tw_str_c(c->field->name));
        if (has_stage(c) && !(m->stage = tw_calloc(bag, sizeof *m->stage)))
            return tw_fail_memory(err);
        if (c->kind == TW_SYNTH_NUMBER && !(m->value = tw_calloc(bag, sizeof *m->value)))
            return tw_fail_memory(err);
    }
    tw_task_begin(g->env->task, "growing trees", n * bag);
    return tw_parallel_for(g->env->task, n * bag, grow_item, g, err);
}

/* --- drawing --- */

/* One donor row of the leaf; `at` = its place in the leaf. Empty trees (no training row) give -1. */
static int64_t draw_donor(const tw_tree *tree, const uint8_t *bins, tw_stream s, uint64_t row, uint64_t draw,
                          const tw_tree_node **leaf, size_t *at) {
    if (tree->n_nodes == 0)
        return -1;
    *leaf = tw_tree_leaf(tree, bins);
    *at = (size_t)tw_draw_below(s, row, draw, (*leaf)->count);
    return tree->rows[(*leaf)->begin + *at];
}

/* A donor whose level is not personal: levels below `rare` rows are passed over while there are others in the leaf. */
static int64_t draw_level(const generator *g, const tw_synth_column *c, const tw_tree *tree, const uint8_t *bins, tw_stream s,
                          uint64_t row, uint64_t draw) {
    const tw_tree_node *leaf = NULL;
    size_t at = 0;
    int64_t donor = draw_donor(tree, bins, s, row, draw, &leaf, &at);
    for (uint32_t i = 0; donor >= 0 && i < leaf->count; i++) {
        uint32_t code = c->factor->codes[donor];
        if (code == TW_NO_CODE)
            return -1;
        if (c->field->type != TW_TEXT || c->factor->counts[code] >= g->args->rare)
            return donor;
        at = (at + 1) % leaf->count;
        donor = tree->rows[leaf->begin + at];
    }
    return c->factor->codes[donor] == TW_NO_CODE ? -1 : donor;
}

static double to_unit(const tw_synth_column *c, double value) {
    return c->unit > 0 ? nearbyint(value / c->unit) * c->unit : value;
}

/* A donor's value, moved a random part of the way to a near one in the leaf unless it is an atom. */
static double draw_value(const generator *g, const tw_synth_column *c, const tw_tree *tree, const uint8_t *bins, tw_stream s,
                         uint64_t row, uint64_t draw) {
    const tw_tree_node *leaf = NULL;
    size_t at = 0;
    int64_t donor = draw_donor(tree, bins, s, row, draw, &leaf, &at);
    if (donor < 0)
        return NAN;
    double value = c->values[donor];
    if (!g->args->jitter || leaf->count < 2 || tw_synth_is_atom(c, value))
        return value;
    size_t reach = 1 + (size_t)tw_draw_below(s, row, draw + 3, 1 + leaf->count / JITTER_SHARE);
    bool up = tw_draw_uniform(s, row, draw + 1) < 0.5 ? at + reach < leaf->count : at < reach;
    size_t beside = up ? TW_MIN(at + reach, leaf->count - 1) : at - TW_MIN(reach, at);
    double neighbour = c->values[tree->rows[leaf->begin + beside]];
    return to_unit(c, value + tw_draw_uniform(s, row, draw + 2) * (neighbour - value));
}

static double draw_number(const generator *g, size_t visit, size_t tree, const uint8_t *bins, uint64_t row, uint64_t draw) {
    const tw_synth_column *c = &g->columns.at[visit];
    const column_model *m = &g->models[visit];
    if (m->stage) {
        const tw_tree_node *leaf = NULL;
        size_t at = 0;
        int64_t donor = draw_donor(&m->stage[tree], bins, m->stream, row, draw, &leaf, &at);
        uint32_t stage = donor < 0 ? 0 : c->stages[donor];
        if (stage == 0)
            return NAN;
        if (stage < c->n_stages - 1)
            return c->stage_values[stage - 1];
    }
    return draw_value(g, c, &m->value[tree], bins, m->stream, row, draw + 1);
}

static void draw_row(const generator *g, uint64_t row, uint64_t attempt, uint8_t *bins, drawn *out) {
    size_t bag = (size_t)g->args->bag;
    for (size_t v = 0; v < g->columns.n; v++) {
        const tw_synth_column *c = &g->columns.at[v];
        const column_model *m = &g->models[v];
        uint64_t draw = attempt * DRAWS;
        size_t tree = bag > 1 ? (size_t)tw_draw_below(m->stream, row, draw + DRAWS - 1, bag) : 0;
        if (c->kind == TW_SYNTH_TEXT) {
            int64_t donor = (int64_t)tw_draw_below(m->stream, row, draw, g->columns.rows);
            out[v].donor = c->factor->codes[donor] == TW_NO_CODE ? -1 : donor;
        } else if (c->kind == TW_SYNTH_NUMBER) {
            out[v].number = draw_number(g, v, tree, bins, row, draw);
            bins[v] = tw_bin_number(&c->binner, out[v].number);
        } else {
            out[v].donor = draw_level(g, c, &m->stage[tree], bins, m->stream, row, draw);
            bins[v] = out[v].donor < 0 ? TW_BIN_MISSING : c->bins[out[v].donor];
        }
    }
}

/* --- copies --- */

static uint64_t hash_part(const tw_synth_column *c, size_t visit, drawn d) {
    uint64_t part;
    if (c->kind == TW_SYNTH_NUMBER) {
        double v = isnan(d.number) ? -1e300 : d.number + 0.0;
        memcpy(&part, &v, sizeof part);
    } else {
        part = d.donor < 0 ? UINT64_MAX : c->factor->codes[d.donor];
    }
    return tw_mix64(part + visit * UINT64_C(0x9E3779B97F4A7C15));
}

static uint64_t row_hash(const generator *g, const drawn *row) {
    uint64_t h = 0;
    for (size_t v = 0; v < g->columns.n; v++)
        if (g->columns.at[v].kind != TW_SYNTH_TEXT)
            h = tw_mix64(h ^ hash_part(&g->columns.at[v], v, row[v]));
    return h;
}

static int by_hash(const void *a, const void *b) {
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

static enum tw_rc know_training_rows(generator *g, tw_error *err) {
    drawn *row = tw_calloc(g->columns.n, sizeof *row);
    g->known = tw_calloc(g->columns.rows, sizeof *g->known);
    if (!row || !g->known) {
        free(row);
        return tw_fail_memory(err);
    }
    for (size_t i = 0; i < g->columns.rows; i++) {
        for (size_t v = 0; v < g->columns.n; v++) {
            const tw_synth_column *c = &g->columns.at[v];
            if (c->kind == TW_SYNTH_NUMBER)
                row[v].number = c->values[i];
            else
                row[v].donor = c->factor->codes[i] == TW_NO_CODE ? -1 : (int64_t)i;
        }
        g->known[i] = row_hash(g, row);
    }
    free(row);
    qsort(g->known, g->columns.rows, sizeof *g->known, by_hash);
    return TW_OK;
}

static enum tw_rc draw_rows(void *ctx, size_t item, size_t worker, tw_error *err) {
    (void)worker;
    generator *g = ctx;
    uint8_t *bins = tw_calloc(g->columns.n, 1);
    if (!bins)
        return tw_fail_memory(err);
    size_t end = TW_MIN((item + 1) * ROWS_PER_TASK, g->new_rows);
    for (size_t i = item * ROWS_PER_TASK; i < end; i++) {
        drawn *row = g->out + i * g->columns.n;
        uint64_t hash = 0;
        for (uint64_t attempt = 0; attempt <= REDRAWS; attempt++) {
            draw_row(g, i, attempt, bins, row);
            hash = row_hash(g, row);
            if (!bsearch(&hash, g->known, g->columns.rows, sizeof hash, by_hash))
                break;
        }
    }
    free(bins);
    tw_task_advance(g->env->task, end - item * ROWS_PER_TASK);
    return TW_OK;
}

/* --- writing the new table --- */

/* The donor's text with every digit and letter drawn anew: its form stays, nothing of its content. */
static enum tw_rc fresh_text(const tw_synth_column *c, tw_stream s, uint64_t row, tw_str donor, tw_buf *text, tw_error *err) {
    (void)c;
    tw_buf_clear(text);
    tw_rng rng = tw_rng_make(s, row);
    rng.draw = DRAWS * (REDRAWS + 1);
    for (size_t i = 0; i < donor.n; i++) {
        unsigned char ch = (unsigned char)donor.p[i];
        if (ch >= '0' && ch <= '9')
            tw_buf_char(text, (char)('0' + tw_rng_below(&rng, 10)));
        else if (ch >= 'A' && ch <= 'Z')
            tw_buf_char(text, (char)('A' + tw_rng_below(&rng, 26)));
        else if ((ch >= 'a' && ch <= 'z') || ch >= 0xC0)
            tw_buf_char(text, (char)('a' + tw_rng_below(&rng, 26)));
        else if (ch < 0x80)
            tw_buf_char(text, (char)ch);
    }
    return tw_buf_check(text, err);
}

static enum tw_rc add_cell(const generator *g, size_t visit, size_t row, tw_builder *b, tw_buf *text, tw_error *err) {
    const tw_synth_column *c = &g->columns.at[visit];
    drawn d = g->out[row * g->columns.n + visit];
    if (c->kind == TW_SYNTH_NUMBER)
        return isnan(d.number) ? tw_builder_missing(b, 1, err) : tw_builder_f64(b, d.number, err);
    if (d.donor < 0)
        return tw_builder_missing(b, 1, err);
    tw_cell cell = tw_column_cell(c->cells, d.donor);
    if (c->kind == TW_SYNTH_LEVELS)
        return tw_builder_cell(b, &cell, err);
    enum tw_rc rc = fresh_text(c, g->models[visit].stream, row, cell.text, text, err);
    return rc ? rc : tw_builder_text(b, tw_buf_view(text), err);
}

static enum tw_rc build_column(const generator *g, size_t visit, tw_column **out, tw_error *err) {
    tw_builder *b = NULL;
    tw_buf text;
    tw_buf_init(&text, TW_BUF_MAX);
    enum tw_rc rc = tw_builder_new(g->columns.at[visit].field->type, NULL, &b, err);
    for (size_t i = 0; !rc && i < g->new_rows; i++)
        rc = add_cell(g, visit, i, b, &text, err);
    if (!rc)
        rc = tw_builder_finish(b, out, err);
    tw_builder_free(b);
    tw_buf_fini(&text);
    return rc;
}

static enum tw_rc build_table(const generator *g, tw_table **out, tw_error *err) {
    tw_draft *draft = NULL;
    enum tw_rc rc = tw_draft_new(NULL, &draft, err);
    for (size_t j = 0; !rc && j < g->columns.n; j++) {
        size_t visit = 0;
        while (g->columns.at[visit].column != j)
            visit++;
        tw_column *column = NULL;
        rc = build_column(g, visit, &column, err);
        if (!rc)
            rc = tw_draft_add(draft, g->columns.at[visit].field, column, err);
    }
    if (rc) {
        tw_draft_free(draft);
        return rc;
    }
    return tw_draft_commit(draft, out, err);
}

static void drop(generator *g) {
    for (size_t v = 0; g->models && v < g->columns.n; v++) {
        for (size_t b = 0; b < (size_t)g->args->bag; b++) {
            if (g->models[v].stage)
                tw_tree_fini(&g->models[v].stage[b]);
            if (g->models[v].value)
                tw_tree_fini(&g->models[v].value[b]);
        }
        free(g->models[v].stage);
        free(g->models[v].value);
    }
    free(g->models);
    free(g->bins);
    free(g->nominal);
    free(g->known);
    free(g->out);
    tw_synth_columns_fini(&g->columns);
}

static tw_doc *summary_of(const generator *g) {
    tw_doc *order = tw_doc_list(), *map = tw_doc_map();
    for (size_t v = 0; v < g->columns.n; v++)
        tw_doc_add(order, tw_doc_c(g->columns.at[v].field->name));
    tw_doc_set(map, "rows", tw_doc_int((int64_t)g->new_rows));
    tw_doc_set(map, "learnt_from", tw_doc_int((int64_t)g->columns.rows));
    tw_doc_set(map, "order", order);
    return map;
}

static enum tw_rc apply(const void *raw, const tw_doc *state, const tw_step_env *env, const tw_table *in, tw_step_result *out,
                        tw_error *err) {
    (void)state;
    generator g = {.args = raw, .env = env};
    g.new_rows = (size_t)(g.args->n ? g.args->n : tw_table_rows(in));
    enum tw_rc rc = tw_table_need(in, NULL, 0, env->task, err);
    if (!rc)
        rc = tw_synth_columns_make(in, g.args->rare, &g.columns, err);
    if (!rc)
        rc = make_models(&g, err);
    if (!rc)
        rc = know_training_rows(&g, err);
    if (!rc) {
        size_t cells;
        g.out = tw_mul(g.new_rows, g.columns.n, &cells) ? tw_calloc(cells, sizeof *g.out) : NULL;
        rc = g.out ? TW_OK : tw_fail_memory(err);
    }
    if (!rc) {
        tw_task_begin(env->task, "drawing rows", g.new_rows);
        rc = tw_parallel_for(env->task, (g.new_rows + ROWS_PER_TASK - 1) / ROWS_PER_TASK, draw_rows, &g, err);
    }
    if (!rc)
        rc = build_table(&g, &out->table, err);
    if (!rc) {
        out->rows_added = (int64_t)g.new_rows;
        out->rows_removed = tw_table_rows(in);
        out->summary = summary_of(&g);
    }
    drop(&g);
    return rc;
}

/* clang-format off */
static const tw_param params[] = {
    {.name = "n",      .kind = TW_PARAM_INT,  .offset = offsetof(synth_args, n),      .fallback = "0", .min = 0, .max = 1e9, .letter = 'n', .help = "new rows; 0 = as many as the table has"},
    {.name = "leaf",   .kind = TW_PARAM_INT,  .offset = offsetof(synth_args, leaf),   .fallback = "20", .min = 1, .max = 1e6, .help = "fewest training rows in a leaf; larger hides more"},
    {.name = "bag",    .kind = TW_PARAM_INT,  .offset = offsetof(synth_args, bag),    .fallback = "8", .min = 1, .max = 64, .help = "bootstrap trees a column; a row picks one of them; 1 = one tree on all rows"},
    {.name = "rare",   .kind = TW_PARAM_INT,  .offset = offsetof(synth_args, rare),   .fallback = "5", .min = 1, .max = 1e6, .help = "text levels of fewer rows are not handed out"},
    {.name = "jitter", .kind = TW_PARAM_BOOL, .offset = offsetof(synth_args, jitter), .fallback = "true", .help = "move numbers between neighbouring donors"},
};

const tw_step_row tw_step_synth_trees = {
    .name = "synth_trees",
    .family = "synth",
    .summary = "new rows from sequential trees, column by column",
    .method = "Columns are visited one after another, continuous ones first; each is drawn from a tree grown on those before it. "
              "Numbers are split on their normal score; missing cells and values that dominate a column are drawn as a class "
              "first. A donor from the leaf is moved a random part of the way to a near one in the leaf. A row that equals "
              "a training row is drawn again, up to three times. Nearly unique text keeps its form and gets new letters and "
              "digits. A leaf of 20 rows bounds what a single row can add; it is no formal privacy guarantee.",
    .source = "Reiter, Using CART to generate partially synthetic public use microdata, 2005; Nowok, Raab, Dibben, synthpop, 2016",
    .params = params, .n_params = TW_COUNT(params), .args_size = sizeof(synth_args),
    .flags = TW_STEP_SEEDED | TW_STEP_CHANGES_ROWS | TW_STEP_REPLACES, .state = TW_STATE_NONE,
    .apply = apply,
    .example = "r:synth_trees { n = 100 }",
};
/* clang-format on */
