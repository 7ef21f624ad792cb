/* Fuzz target: any text is a recipe or is refused in time; what is one is written as Lua that reads back the same, and its
 * fitted state reads back the same. */
#include "script/recipe_lua.h"

#include "../tests/expr/table.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static tw_recipe *load(tw_str text) {
    const tw_recipe_limits limits = {.memory = (size_t)8 << 20, .micros = 300000};
    tw_recipe *recipe = NULL;
    if (tw_recipe_from_lua(text, "fuzz.lua", &limits, NULL, NULL, &recipe, NULL) != TW_OK && recipe)
        TW_BUG("a recipe although it was refused");
    return recipe;
}

static void write_and_read(const tw_recipe *recipe) {
    tw_buf first, second;
    tw_buf_init(&first, 1 << 24);
    tw_buf_init(&second, 1 << 24);
    if (tw_recipe_lua(recipe, &first) && first.n < (1 << 20)) {
        tw_recipe *again = load(tw_buf_view(&first));
        if (!again)
            TW_BUG("a written recipe is refused");
        if (!tw_recipe_lua(again, &second) || !tw_str_eq(tw_buf_view(&first), tw_buf_view(&second)))
            TW_BUG("a written recipe reads back as another");
        tw_recipe_free(again);
    }
    tw_buf_fini(&first);
    tw_buf_fini(&second);
}

static void fit_and_save(const tw_recipe *recipe) {
    static const char *const a[] = {"1", "", "3", "x"}, *const b[] = {" u ", "v", "", "u"}, *const c[] = {"0.5", "-1", "2", ""};
    static const test_column columns[] = {{"a", TW_INTEGER, a}, {"b", TW_TEXT, b}, {"c", TW_FLOAT, c}};
    tw_table *in = test_table(columns, TW_COUNT(columns), 4), *out = NULL;
    tw_fitted *fitted = NULL, *again = NULL;
    const tw_run_options options = {.partial = true};
    tw_buf first, second;
    tw_buf_init(&first, 1 << 24);
    tw_buf_init(&second, 1 << 24);
    if (in && tw_recipe_run(recipe, in, &options, &out, &fitted, NULL, NULL) == TW_OK &&
        tw_fitted_write(fitted, &first, NULL) == TW_OK) {
        if (tw_fitted_read(tw_buf_view(&first), &again, NULL) != TW_OK)
            TW_BUG("a written state is refused");
        if (tw_fitted_write(again, &second, NULL) != TW_OK || !tw_str_eq(tw_buf_view(&first), tw_buf_view(&second)))
            TW_BUG("a written state reads back as another");
    }
    tw_fitted_free(fitted);
    tw_fitted_free(again);
    tw_table_unref(in);
    tw_table_unref(out);
    tw_buf_fini(&first);
    tw_buf_fini(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    tw_recipe *recipe = size > 1 << 16 ? NULL : load((tw_str){(const char *)data, size});
    if (recipe) {
        write_and_read(recipe);
        if (tw_recipe_count(recipe) < 20)
            fit_and_save(recipe);
    }
    tw_recipe_free(recipe);
    return 0;
}
