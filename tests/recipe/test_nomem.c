/* Allocation failures in expressions, steps, recipes, states and Lua. */
#include "script/recipe_lua.h"

#include "../expr/table.h"
#include "../nomem.h"
#include "expr/expr.h"

static tw_table *table;

static enum tw_rc expression(void) {
    tw_expr *expr = NULL;
    tw_column *column = NULL;
    int64_t *rows = NULL, n;
    tw_buf text;
    enum tw_rc rc = tw_expr_compile(TW_STR("a + 1 > 2 and lower(b) in ('u', 'v', 'w', 'x', 'y', 'z') or b matches '^u' and "
                                           "coalesce(a, 3) == if(a > 0, a, 4)"), table, &expr, NULL);
    if (rc == TW_OK)
        rc = tw_expr_filter(expr, table, NULL, &rows, &n, NULL, NULL);
    free(rows);
    if (rc == TW_OK)
        rc = tw_expr_eval(expr, table, NULL, &column, NULL, NULL);
    tw_buf_init(&text, 4096);
    if (rc == TW_OK && !tw_expr_print(expr, &text))
        rc = TW_ENOMEM;
    tw_buf_fini(&text);
    tw_column_unref(column);
    tw_expr_free(expr);
    return rc;
}

static const char recipe_text[] =
    "local r = trowel.recipe 'x' r:seed(3) r:source { delimiter = ';' }\n"
    "r:trim { cols = 'b' } r:replace { cols = 'b', what = 'u', with = 'w', regex = true }\n"
    "r:map_values { cols = 'b', map = { w = 'v', [''] = 'x' } } r:to_missing { cols = 'a', values = { '1' } }\n"
    "r:edit { row = 2, col = 'a', to = '9' } r:filter 'a is not null' r:arrange '-a' r:mutate { d = 'a * 2', a = 'a + 1' }\n"
    "r:clip { cols = 'c', lower = '10%', upper = 1 } r:round { cols = 'c', digits = 1 } r:center { cols = 'a' }\n"
    "r:set_type { cols = 'd', type = 'text' } r:rename { cols = 'd', to = 'e' } r:role { cols = 'b', role = 'id' }\n"
    "r:relocate { cols = 'e' } r:drop 'c' r:drop_rows '2' return r";

static enum tw_rc load(tw_recipe **out) {
    const tw_recipe_limits limits = {.memory = (size_t)8 << 20};
    return tw_recipe_from_lua(TW_STR(recipe_text), "x.lua", &limits, NULL, NULL, out, NULL);
}

static enum tw_rc lua(void) {
    tw_recipe *recipe = NULL;
    enum tw_rc rc = load(&recipe);
    tw_recipe_free(recipe);
    return rc == TW_ELIMIT ? TW_ENOMEM : rc; /* to Lua, no memory is its limit */
}

static tw_recipe *recipe;

static enum tw_rc written(void) {
    tw_buf out;
    tw_buf_init(&out, 1 << 16);
    tw_recipe *copy = tw_recipe_copy(recipe);
    enum tw_rc rc = copy && tw_recipe_lua(copy, &out) ? TW_OK : TW_ENOMEM;
    tw_recipe_free(copy);
    tw_buf_fini(&out);
    return rc;
}

static enum tw_rc run_and_save(void) {
    const tw_run_options options = {0};
    tw_table *out = NULL, *applied = NULL;
    tw_fitted *fitted = NULL, *again = NULL;
    tw_run_report report = {0};
    tw_buf state;
    tw_buf_init(&state, 1 << 20);
    enum tw_rc rc = tw_recipe_run(recipe, table, &options, &out, &fitted, &report, NULL);
    if (rc == TW_OK)
        rc = tw_fitted_write(fitted, &state, NULL);
    if (rc == TW_OK)
        rc = tw_fitted_read(tw_buf_view(&state), &again, NULL);
    if (rc == TW_OK)
        rc = tw_fitted_apply(again, table, &options, &applied, NULL, NULL);
    tw_doc *manifest = rc == TW_OK ? tw_manifest(recipe, &report, "x", TW_STR("a"), tw_buf_view(&state), 1) : NULL;
    if (rc == TW_OK && !manifest)
        rc = TW_ENOMEM;
    tw_doc_free(manifest);
    tw_run_report_fini(&report);
    tw_fitted_free(fitted);
    tw_fitted_free(again);
    tw_table_unref(out);
    tw_table_unref(applied);
    tw_buf_fini(&state);
    return rc;
}

static tw_recipe *synthesis;

static enum tw_rc model(void) {
    const tw_run_options options = {0};
    tw_table *out = NULL, *drawn = NULL;
    tw_fitted *fitted = NULL, *again = NULL;
    tw_recipe *ran = NULL;
    tw_run_report report = {0};
    tw_buf state;
    tw_buf_init(&state, 1 << 24);
    enum tw_rc rc = tw_recipe_run(synthesis, table, &options, &out, &fitted, NULL, NULL);
    if (rc == TW_OK)
        rc = tw_fitted_write(fitted, &state, NULL);
    if (rc == TW_OK)
        rc = tw_fitted_read(tw_buf_view(&state), &again, NULL);
    if (rc == TW_OK)
        rc = tw_fitted_generate(again, NULL, &options, &drawn, &ran, &report, NULL);
    tw_run_report_fini(&report);
    tw_fitted_free(fitted);
    tw_fitted_free(again);
    tw_recipe_free(ran);
    tw_table_unref(out);
    tw_table_unref(drawn);
    tw_buf_fini(&state);
    return rc;
}

static bool make_synthesis(void) {
    tw_doc *args = tw_doc_map();
    tw_doc_set(args, "n", tw_doc_int(3));
    tw_doc_set(args, "bag", tw_doc_int(2));
    tw_doc_set(args, "leaf", tw_doc_int(1));
    tw_doc_set(args, "rare", tw_doc_int(1));
    tw_doc_set(args, "given", tw_doc_c("b is not null"));
    return tw_recipe_new(TW_STR("s"), &synthesis, NULL) == TW_OK &&
           tw_recipe_add(synthesis, TW_STR("synth_trees"), args, NULL) == TW_OK;
}

int main(void) {
    static const char *const a[] = {"1", "", "3", "x"}, *const b[] = {" u ", "v", "", "u"}, *const c[] = {"0.5", "-1", "2", ""};
    static const test_column columns[] = {{"a", TW_INTEGER, a}, {"b", TW_TEXT, b}, {"c", TW_FLOAT, c}};
    table = test_table(columns, TW_COUNT(columns), 4);
    ok(table && load(&recipe) == TW_OK, "table and recipe");
    if (!table || !recipe)
        return tap_done();
    nomem_sweep(expression, "expression", 1);
    nomem_sweep(lua, "recipe from Lua", 5);
    nomem_sweep(written, "recipe to Lua", 1);
    nomem_sweep(run_and_save, "run, save, apply", 7);
    ok(make_synthesis(), "a synthesis");
    nomem_sweep(model, "learn, save, draw", 11);
    tw_recipe_free(synthesis);
    tw_recipe_free(recipe);
    tw_table_unref(table);
    return tap_done();
}
