/* impute_hotdeck: a missing cell gets the value of a random row that has one, from the same domain when there are domains.
 *
 * The draw belongs to the cell (seed, step, column, row key), so neither threads nor shards nor the order of rows to fill
 * matter. Pools are bounded by a fixed sample. A domain without donors takes the whole column's. One of several imputations
 * draws from a bootstrap of the pool (approximate Bayesian bootstrap): the spread between the imputations then holds what
 * is not known about the pool itself. The bootstrap is a function of a donor's place and is never written down. */
#include "base/hash.h"
#include "steps/impute/targets.h"
#include "steps/rewrite.h"
#include "steps/stored.h"

typedef struct hotdeck_args {
    tw_str_list cols, by;
    int64_t donors, imputation;
    bool unreadable;
} hotdeck_args;

/* --- fitting --- */

/* Whether donor `seen` of `total` is kept so that `most` are, the same in every run (selection sampling, Knuth 3.4.2 S). */
static bool is_kept(tw_rng *rng, int64_t seen, int64_t total, int64_t kept, int64_t most) {
    return total <= most || (int64_t)tw_rng_below(rng, (uint64_t)(total - seen)) < most - kept;
}

static enum tw_rc fit_column(const hotdeck_args *args, const tw_table *in, int column, const int *by, size_t n_by,
                             tw_doc *list, tw_error *err) {
    const tw_column *cells = tw_table_column(in, (size_t)column);
    const tw_field *field = tw_table_field(in, (size_t)column);
    tw_rng rng = tw_rng_make(tw_stream_make(0, TW_STR("impute_hotdeck"), tw_str_c(field->name)), 0);
    int64_t total = tw_column_valid_count(cells), seen = 0, kept = 0;
    tw_doc *map = tw_doc_map(), *values = tw_doc_list(), *domains = tw_doc_map();
    tw_buf key;
    tw_buf_init(&key, TW_BUF_MAX);
    enum tw_rc rc = TW_OK;
    for (int64_t row = 0; !rc && row < tw_column_rows(cells); row++) {
        tw_cell cell = tw_column_cell(cells, row);
        if (cell.state != TW_VALUE || !is_kept(&rng, seen++, total, kept, args->donors))
            continue;
        tw_doc_add(values, tw_stored_doc(&cell));
        if (n_by) {
            rc = tw_rewrite_key(in, by, n_by, row, &key, err);
            if (!rc && !tw_doc_get_str(domains, tw_buf_view(&key)))
                tw_doc_set_str(domains, tw_buf_view(&key), tw_doc_list());
            if (!rc)
                tw_doc_add(tw_doc_get_mut(domains, key.p), tw_doc_int(kept));
        }
        kept++;
    }
    tw_buf_fini(&key);
    tw_doc_set(map, "name", tw_doc_c(field->name));
    tw_doc_set(map, "type", tw_doc_c(tw_type_name(field->type)));
    tw_doc_set(map, "values", values);
    tw_doc_set(map, "domains", domains);
    tw_doc_add(list, map);
    return rc;
}

static enum tw_rc fit(const void *raw, const tw_step_env *env, const tw_table *in, tw_doc **state, tw_error *err) {
    const hotdeck_args *args = raw;
    int *columns, *by;
    size_t n, n_by;
    tw_doc *names = NULL, *list = tw_doc_list();
    enum tw_rc rc = tw_impute_targets(env, in, &args->cols, &columns, &n, err);
    if (!rc)
        rc = tw_impute_by(env, in, &args->by, &by, &n_by, &names, err);
    if (rc) {
        tw_doc_free(list);
        return rc;
    }
    for (size_t i = 0; !rc && i < n; i++) {
        rc = tw_task_check(env->task, err);
        if (!rc)
            rc = fit_column(args, in, columns[i], by, n_by, list, err);
        if (!rc && tw_column_valid_count(tw_table_column(in, (size_t)columns[i])) == 0 && tw_table_rows(in) > 0)
            rc = tw_impute_empty(env, in, columns[i], &args->cols, "take impute_constant", err);
    }
    *state = tw_doc_map();
    tw_doc_set(*state, "contains_rows", tw_doc_bool(true));
    tw_doc_set(*state, "by", names);
    tw_doc_set(*state, "columns", list);
    return tw_stored_end(state, rc, err);
}

/* --- applying --- */

/* The donors of a row: a domain's, or all of the column. */
typedef struct pool {
    const tw_doc *values, *domain; /* domain NULL = all */
    uint64_t name;                 /* of the domain: its bootstrap is its own */
} pool;

enum { CELL, BOOTSTRAP }; /* what a draw of the stream is for */

/* The donor of a row; NULL: there is none. */
static const tw_doc *draw(const pool *p, tw_stream s, uint64_t key, bool bootstrap) {
    size_t n = tw_doc_count(p->domain ? p->domain : p->values);
    if (n == 0)
        return NULL;
    uint64_t pick = tw_draw_below(s, key, CELL, n);
    if (bootstrap)
        pick = tw_draw_below(s, tw_mix64(p->name + pick), BOOTSTRAP, n);
    return tw_doc_at(p->values, p->domain ? (size_t)tw_doc_as_int(tw_doc_at(p->domain, (size_t)pick), 0) : (size_t)pick);
}

static enum tw_rc fill_column(tw_rewrite *w, int column, const hotdeck_args *args, const tw_doc *fitted, const int *by,
                              size_t n_by, tw_error *err) {
    const tw_column *cells = tw_table_column(w->in, (size_t)column);
    const tw_doc *domains = tw_doc_get(fitted, "domains");
    tw_stream whole = tw_step_stream(w->env, tw_str_c(tw_table_field(w->in, (size_t)column)->name));
    tw_stream s = tw_stream_part(whole, (uint64_t)args->imputation);
    int64_t *rows, n, kept = 0, elsewhere = 0;
    enum tw_rc rc = tw_rewrite_holes(cells, args->unreadable, w->env->arena, &rows, &n, err);
    tw_cell *fill = rc ? NULL : tw_arena_alloc(w->env->arena, (size_t)n + 1, sizeof *fill);
    if (!rc && !fill)
        rc = tw_fail_memory(err);
    tw_buf key;
    tw_buf_init(&key, TW_BUF_MAX);
    for (int64_t i = 0; !rc && i < n; i++) {
        pool p = {.values = tw_doc_get(fitted, "values")};
        if (n_by) {
            rc = tw_rewrite_key(w->in, by, n_by, rows[i], &key, err);
            p.domain = rc ? NULL : tw_doc_get_str(domains, tw_buf_view(&key));
            p.name = p.domain ? tw_hash_str(tw_buf_view(&key)) : 0;
            elsewhere += !p.domain;
        }
        uint64_t row_key = tw_step_row_key(w->env, w->in, rows[i]);
        const tw_doc *donor = rc ? NULL : draw(&p, s, row_key, args->imputation > 0);
        if (!donor)
            continue;
        rows[kept] = rows[i];
        fill[kept++] = tw_stored_cell(tw_column_type(cells), donor);
    }
    tw_buf_fini(&key);
    if (!rc && elsewhere && kept)
        tw_say(w->env->log, TW_WARNING, "impute_hotdeck: %lld cells of column '%s' had no donor in their group and took one from any",
               (long long)elsewhere, tw_table_field(w->in, (size_t)column)->name);
    return rc ? rc : tw_rewrite_patch(w, column, rows, fill, kept, err);
}

static enum tw_rc apply(const void *raw, const tw_doc *state, const tw_step_env *env, const tw_table *in, tw_step_result *out,
                        tw_error *err) {
    const hotdeck_args *args = raw;
    const tw_doc *columns = tw_doc_get(state, "columns");
    int *by = NULL;
    size_t n_by = 0;
    tw_rewrite w;
    enum tw_rc rc = tw_rewrite_begin(&w, env, in, err);
    if (!rc)
        rc = tw_impute_find_by(tw_doc_get(state, "by"), env, in, &by, &n_by, err);
    if (!rc && env->row_key >= 0)
        rc = tw_table_need(in, &env->row_key, 1, env->task, err);
    for (size_t i = 0; !rc && i < tw_doc_count(columns); i++) {
        const tw_doc *fitted = tw_doc_at(columns, i);
        int column;
        rc = tw_rewrite_find(in, "impute_hotdeck", tw_doc_as_text(tw_doc_get(fitted, "name"), TW_STR("")),
                             tw_doc_as_text(tw_doc_get(fitted, "type"), TW_STR("")), &column, err);
        if (!rc)
            rc = tw_table_need(in, &column, 1, env->task, err);
        if (!rc)
            rc = fill_column(&w, column, args, fitted, by, n_by, err);
    }
    return tw_rewrite_finish(&w, rc, out, err);
}

/* clang-format off */
static const tw_param params[] = {
    {.name = "cols",       .kind = TW_PARAM_COLUMNS, .offset = offsetof(hotdeck_args, cols),       .help = "columns to fill; default: all but ids and text that is all different"},
    {.name = "by",         .kind = TW_PARAM_COLUMNS, .offset = offsetof(hotdeck_args, by),         .help = "donors only from the same group of these columns (the domain)"},
    {.name = "donors",     .kind = TW_PARAM_INT,     .offset = offsetof(hotdeck_args, donors),     .fallback = "20000", .min = 1, .max = 10000000, .help = "most donors a column; more are thinned by a fixed sample"},
    {.name = "imputation", .kind = TW_PARAM_INT,     .offset = offsetof(hotdeck_args, imputation), .fallback = "0", .min = 0, .max = 1000000, .help = "which of several imputations this is (-m makes them all); 0 = the only one"},
    {.name = "unreadable", .kind = TW_PARAM_BOOL,    .offset = offsetof(hotdeck_args, unreadable), .fallback = "false", .help = "also fill cells whose text is not of the column's type"},
};

const tw_step_row tw_step_impute_hotdeck = {
    .name = "impute_hotdeck",
    .family = "impute",
    .summary = "missing cells get the value of a random row",
    .method = "Random hot deck: each missing cell gets the value of a row drawn among those that have one, in the same group when `by` "
              "is given. Columns are drawn apart, so what two missing cells of a row have to do with each other is lost unless it "
              "is in the groups. A group without donors takes one from the whole column, with a warning. The fitted state holds "
              "the donors' values. With imputation = 1, 2, … (-m N writes N files) the donors are first drawn anew with "
              "replacement, so that analyses of the files can be pooled by Rubin's rules (approximate Bayesian bootstrap); one "
              "imputation alone understates the spread.",
    .source = "Andridge, Little, A review of hot deck imputation for survey non-response, 2010; Rubin, Schenker, Multiple imputation "
              "for interval estimation from simple random samples with ignorable nonresponse, 1986",
    .params = params, .n_params = TW_COUNT(params), .args_size = sizeof(hotdeck_args),
    .flags = TW_STEP_ROW_LOCAL | TW_STEP_SEEDED | TW_STEP_NEEDS_VALUES, .state = TW_STATE_GATHERED,
    .fit = fit, .apply = apply,
    .example = "r:impute_hotdeck { cols = \"glucose\", by = \"sex\" }",
};
/* clang-format on */
