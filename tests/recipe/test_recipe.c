/* Recipes: what is written, what runs, what a state keeps and refuses, names of the file and of the recipe. */
#include "recipe/recipe.h"

#include "base/json.h"

#include "../expr/table.h"
#include "../tap.h"

static tw_table *clinic(const char *age_name, const char *const *ages) {
    static const char *const city[] = {" Oslo", "Bergen", "", "Oslo"};
    const test_column columns[] = {{"city", TW_TEXT, city}, {age_name, TW_INTEGER, ages}};
    return test_table(columns, TW_COUNT(columns), 4);
}
static const char *const ages[] = {"10", "20", "", "60"};

static void add(tw_recipe *recipe, const char *method, const char *json) {
    tw_error err = TW_ERROR_INIT;
    tw_doc *args = NULL;
    enum tw_rc rc = tw_json_read(tw_str_c(json), &args, &err);
    if (rc == TW_OK)
        rc = tw_recipe_add(recipe, tw_str_c(method), args, &err);
    if (rc != TW_OK)
        ok(false, "%s %s: %s", method, json, err.message);
}

static tw_recipe *new_recipe(const char *name) {
    tw_recipe *recipe = NULL;
    tw_error err = TW_ERROR_INIT;
    succeeds(tw_recipe_new(tw_str_c(name), &recipe, &err), &err, "a new recipe");
    return recipe;
}

static void written(void) {
    tw_recipe *r = new_recipe("clinic \"A\"");
    tw_buf out;
    tw_buf_init(&out, 1 << 16);
    tw_recipe_set_seed(r, 7);
    tw_doc *source = tw_doc_map();
    tw_doc_set(source, "delimiter", tw_doc_c(";"));
    ok(tw_recipe_set_source(r, source), "source settings");
    add(r, "trim", "{\"cols\": [\"city\", \"a b\"]}");
    add(r, "filter", "{\"expr\": \"age > 1 and city != \\\"x\\\"\"}");
    add(r, "trim", "{\"note\": \"again\"}");
    add(r, "round", "{\"digits\": 1, \"cols\": \"age\", \"id\": \"last\"}");
    add(r, "mutate", "{\"ratio\": \"a / b\", \"or\": 3.0, \"x y\": \"1\"}");
    add(r, "map_values", "{\"cols\": \"city\", \"map\": {\"Oslo kommune og omegn\": \"Oslo\", \"Bergen kommune og omegn\": \"Bergen\","
                         "\"line\\nend\": \"\\u00e5\"}}");
    ok(tw_recipe_lua(r, &out), "the recipe as Lua");
    is_text(tw_buf_view(&out),
            "local r = trowel.recipe \"clinic \\\"A\\\"\"\n"
            "r:seed(7)\n"
            "r:source { delimiter = \";\" }\n"
            "r:trim       { cols = { \"city\", \"a b\" } }\n"
            "r:filter     \"age > 1 and city != \\\"x\\\"\"\n"
            "r:trim       { note = \"again\" }\n"
            "r:round      { cols = \"age\", digits = 1, id = \"last\" }\n"
            "r:mutate     { ratio = \"a / b\", [\"or\"] = 3.0, [\"x y\"] = \"1\" }\n"
            "r:map_values {\n"
            "  cols = \"city\",\n"
            "  map = {\n"
            "    [\"Oslo kommune og omegn\"] = \"Oslo\", [\"Bergen kommune og omegn\"] = \"Bergen\", [\"line\\nend\"] = \"\u00e5\",\n"
            "  },\n"
            "}\n"
            "return r\n",
            "written as a person would");
    is_text(tw_str_c(tw_recipe_at(r, 2)->id), "trim-2", "an id counts equal methods");
    is_text(tw_str_c(tw_recipe_at(r, 3)->id), "last", "an id can be given");
    tw_recipe *copy = tw_recipe_copy(r);
    tw_buf again;
    tw_buf_init(&again, 1 << 16);
    ok(copy && tw_recipe_lua(copy, &again) && tw_str_eq(tw_buf_view(&out), tw_buf_view(&again)), "a copy is the same");
    tw_buf_fini(&again);
    tw_buf_fini(&out);
    tw_recipe_free(copy);
    tw_recipe_free(r);
}

static void refused(void) {
    static const struct {
        const char *method, *json;
        enum tw_rc rc;
        const char *says;
    } cases[] = {
        {"trimm", "{}", TW_EUNKNOWN_NAME, "trim"},
        {"round", "{\"digit\": 1}", TW_EUNKNOWN_NAME, "digits"},
        {"round", "{\"digits\": \"one\"}", TW_EUSAGE, "whole number"},
        {"filter", "{}", TW_EUSAGE, "expr"},
        {"trim", "{\"id\": \"a\"}", TW_EUSAGE, "taken by step 1"},
    };
    tw_recipe *r = new_recipe("x");
    add(r, "trim", "{\"id\": \"a\"}");
    for (size_t i = 0; i < TW_COUNT(cases); i++) {
        tw_error err = TW_ERROR_INIT;
        tw_doc *args = NULL;
        enum tw_rc rc = tw_json_read(tw_str_c(cases[i].json), &args, &err);
        rc = rc == TW_OK ? tw_recipe_add(r, tw_str_c(cases[i].method), args, &err) : rc;
        if (!ok(rc == cases[i].rc && strstr(err.message, cases[i].says), "%s %s", cases[i].method, cases[i].json))
            printf("# %s\n", err.message);
    }
    is_int(tw_recipe_count(r), 1, "refused steps are not added");
    tw_recipe_free(r);
}

static double cell(const tw_table *t, const char *name, int64_t row) {
    int column = tw_table_find(t, tw_str_c(name));
    if (column < 0 || tw_table_need(t, &column, 1, NULL, NULL) != TW_OK)
        return (double)NAN;
    return tw_column_number(tw_table_column(t, (size_t)column), row);
}

/* fit on one table, state through JSON, apply to another: figures of the first are used. */
static void fit_and_apply(void) {
    static const char *const later[] = {"1", "2", "3", "4"};
    tw_error err = TW_ERROR_INIT;
    tw_recipe *r = new_recipe("clinic");
    add(r, "trim", "{}");
    add(r, "center", "{\"cols\": \"age\"}");
    add(r, "mutate", "{\"old\": \"age > 0\"}");
    tw_table *in = clinic("age", ages), *out = NULL, *applied = NULL, *other = clinic("age", later);
    tw_fitted *fitted = NULL, *loaded = NULL;
    tw_run_report report = {0};
    const tw_run_options options = {0};
    succeeds(tw_recipe_run(r, in, &options, &out, &fitted, &report, &err), &err, "run");
    is_near(cell(out, "age", 0), -20, 0, "centered");
    is_int(tw_doc_count(report.steps), 3, "a report entry for each step");
    tw_run_totals sum = tw_run_sum(&report);
    is_int(sum.cells_changed, 1 + 3 + 4, "cells changed");
    tw_buf state;
    tw_buf_init(&state, 1 << 20);
    succeeds(tw_fitted_write(fitted, &state, &err), &err, "the state is written");
    succeeds(tw_fitted_read(tw_buf_view(&state), &loaded, &err), &err, "and read");
    succeeds(tw_fitted_apply(loaded, other, &options, &applied, NULL, &err), &err, "and applied");
    is_near(cell(applied, "age", 3), 4 - 30, 0, "with the mean of the first table");
    tw_buf twice;
    tw_buf_init(&twice, 1 << 20);
    ok(loaded && tw_fitted_write(loaded, &twice, &err) == TW_OK && tw_str_eq(tw_buf_view(&state), tw_buf_view(&twice)),
       "a state read is the state written");
    tw_doc *manifest = tw_manifest(r, &report, "/some/where/in.csv", TW_STR("a\n"), tw_buf_view(&state), 1);
    is_text(tw_doc_as_text(tw_doc_get(tw_doc_get(manifest, "input"), "name"), TW_STR("")), "in.csv", "no directory in a manifest");
    tw_doc_free(manifest);
    tw_buf_fini(&state);
    tw_buf_fini(&twice);
    tw_run_report_fini(&report);
    tw_fitted_free(fitted);
    tw_fitted_free(loaded);
    tw_table_unref(in);
    tw_table_unref(out);
    tw_table_unref(other);
    tw_table_unref(applied);
    tw_recipe_free(r);
}

static void damaged_states(void) {
    static const struct {
        const char *text;
        enum tw_rc rc;
        const char *says;
    } cases[] = {
        {"", TW_EDAMAGED, "no JSON"},
        {"{\"trowel_state\": 1, \"hash\": \"x\", \"bo", TW_EDAMAGED, "no JSON"},
        {"[1, 2]", TW_EDAMAGED, "no state file"},
        {"{\"trowel_state\": 99}", TW_EVERSION, "version 99"},
        {"{\"trowel_state\": 1, \"hash\": \"x\", \"body\": {}}", TW_EDAMAGED, "hash"},
    };
    for (size_t i = 0; i < TW_COUNT(cases); i++) {
        tw_error err = TW_ERROR_INIT;
        tw_fitted *f = NULL;
        enum tw_rc rc = tw_fitted_read(tw_str_c(cases[i].text), &f, &err);
        if (!ok(rc == cases[i].rc && !f && strstr(err.message, cases[i].says), "state: %s", cases[i].text))
            printf("# %d %s\n", (int)rc, err.message);
    }
}

/* The file calls it alder; the recipe calls it age; the file's name and place stay. */
static void names(void) {
    tw_error err = TW_ERROR_INIT;
    tw_recipe *r = new_recipe("clinic");
    add(r, "mutate", "{\"twice\": \"age * 2\"}");
    tw_table *in = clinic("alder", ages), *out = NULL;
    tw_run_options options = {0};
    is_int(tw_recipe_run(r, in, &options, &out, NULL, NULL, &err), TW_EMISSING_COLUMN, "a column the file lacks");
    ok(strstr(err.message, "step 1") != NULL && out == NULL, "the step is named");
    tw_doc *map = tw_doc_map();
    tw_doc_set(map, "age", tw_doc_c("alder"));
    options.map = map;
    succeeds(tw_recipe_run(r, in, &options, &out, NULL, NULL, &err), &err, "mapped");
    is_near(cell(out, "twice", 3), 120, 0, "computed");
    ok(out && tw_table_find(out, TW_STR("alder")) == 1 && tw_table_find(out, TW_STR("age")) < 0, "the file's name is back");
    tw_table_unref(out);
    tw_doc_free(map);
    options.map = NULL;
    options.partial = true;
    tw_run_report report = {0};
    succeeds(tw_recipe_run(r, in, &options, &out, NULL, &report, &err), &err, "partial");
    is_int(tw_run_sum(&report).skipped, 1, "the step is skipped and noted");
    tw_run_report_fini(&report);
    tw_table_unref(in);
    tw_table_unref(out);
    tw_recipe_free(r);
}

static void mistakes_of_the_recipe(void) {
    tw_error err = TW_ERROR_INIT;
    tw_recipe *r = new_recipe("clinic");
    add(r, "trim", "{}");
    add(r, "filter", "{\"expr\": \"age >\"}");
    tw_table *in = clinic("age", ages), *out = NULL;
    const tw_run_options options = {0};
    is_int(tw_recipe_run(r, in, &options, &out, NULL, NULL, &err), TW_ERECIPE, "an expression that does not parse");
    ok(strstr(err.message, "step 2") != NULL, "the step is named");
    tw_task task;
    tw_task_init(&task, NULL, NULL);
    tw_task_cancel(&task);
    const tw_run_options cancelled = {.task = &task};
    is_int(tw_recipe_run(r, in, &cancelled, &out, NULL, NULL, &err), TW_ECANCEL, "a cancelled run");
    tw_table_unref(in);
    tw_recipe_free(r);
}

int main(void) {
    written();
    refused();
    fit_and_apply();
    damaged_states();
    names();
    mistakes_of_the_recipe();
    return tap_done();
}
