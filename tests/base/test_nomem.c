/* Allocation failures in base: each call says TW_ENOMEM (or false). */
#include "config.h"

#include <unistd.h>

#include "../nomem.h"
#include "base/args.h"
#include "base/crypto.h"
#include "base/file.h"
#include "base/grid.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/process.h"
#include "base/regex.h"
#include "base/task.h"
#include "base/unicode.h"

static enum tw_rc of(bool good) {
    return good ? TW_OK : TW_ENOMEM;
}

static enum tw_rc scenario_doc(void) {
    const char *const columns[] = {"a", "b"};
    tw_doc *doc = tw_doc_map(), *list = tw_doc_list(), *row = tw_doc_list();
    tw_doc *table = tw_doc_table(columns, 2);
    tw_doc_set(doc, "list", list);
    for (int i = 0; doc && i < 40; i++) {
        tw_doc *item = tw_doc_printf("%d", i);
        char key[8];
        snprintf(key, sizeof key, "%d", i);
        tw_doc_set(doc, key, tw_doc_copy(item));
        tw_doc_free(item);
    }
    tw_doc_add(row, tw_doc_c("x"));
    tw_doc_add(table, row);
    tw_doc_set(doc, "table", table);
    tw_doc *copy = tw_doc_failed(doc) ? NULL : tw_doc_copy(doc);
    bool good = !tw_doc_failed(doc) && copy && tw_doc_equal(doc, copy);
    tw_doc_free(doc);
    tw_doc_free(copy);
    return of(good);
}

static enum tw_rc scenario_json(void) {
    tw_doc *doc;
    tw_buf out;
    tw_error err;
    enum tw_rc rc = tw_json_read(
        TW_STR("{\"a\\n\":[1,2.5,\"\\u00e9x\",null,true,{}],\"b\":{\"c\":[]}}"), &doc, &err);
    tw_buf_init(&out, 1000);
    if (rc == TW_OK)
        rc = of(tw_json_write(&out, doc, 2));
    tw_buf_fini(&out);
    tw_doc_free(doc);
    return rc;
}

static enum tw_rc scenario_file(void) {
    tw_mapping *m;
    tw_error err;
    enum tw_rc rc = tw_file_write("nomem.txt", TW_STR("text"), &err);
    if (rc != TW_OK)
        return rc;
    rc = tw_mapping_open("nomem.txt", &m, &err);
    if (rc == TW_OK)
        rc = tw_dir_make("nomem.d/e", &err);
    tw_mapping_unref(m);
    char *bytes = NULL;
    size_t n;
    if (rc == TW_OK)
        rc = tw_file_read("nomem.txt", 100, &bytes, &n, &err);
    free(bytes);
    if (rc == TW_OK)
        rc = tw_mapping_take(tw_str_dup(TW_STR("x")), 1, &m, &err);
    if (rc == TW_OK)
        tw_mapping_unref(m);
    return rc;
}

static enum tw_rc item(void *ctx, size_t i, size_t worker, tw_error *err) {
    (void)ctx, (void)i, (void)worker, (void)err;
    return TW_OK;
}

static enum tw_rc scenario_pool(void) {
    tw_pool *pool;
    tw_task task;
    tw_error err;
    enum tw_rc rc = tw_pool_new(2, &pool, &err);
    tw_task_init(&task, NULL, pool);
    if (rc == TW_OK)
        rc = tw_parallel_for(&task, 10, item, NULL, &err);
    tw_pool_free(pool);
    return rc;
}

static enum tw_rc scenario_regex(void) {
    tw_regex *re;
    tw_buf out;
    tw_error err;
    enum tw_rc rc = tw_regex_new(TW_STR("(b)"), 0, &re, &err);
    if (rc != TW_OK)
        return rc;
    tw_buf_init(&out, 100);
    bool good = tw_regex_replace(re, TW_STR("abc"), TW_STR("$1$1"), &out);
    good = good && (tw_str_eq_c(tw_buf_view(&out), "abbc") || tw_regex_overruns(re) > 0);
    rc = of(good && tw_regex_overruns(re) == 0);
    tw_buf_fini(&out);
    tw_regex_free(re);
    return rc;
}

static enum tw_rc scenario_unicode(void) {
    tw_buf out;
    tw_buf_init(&out, 100);
    bool good = tw_text_case(&out, TW_STR("Straße"), TW_CASE_UPPER);
    good = tw_text_normalize(&out, TW_STR("é\xFFö"), TW_NFD) && good;
    good = tw_text_case(&out, TW_STR("É"), TW_CASE_FOLD) && good;
    tw_buf_fini(&out);
    return of(good);
}

static enum tw_rc scenario_grid(void) {
    tw_cellgrid *grid = tw_cellgrid_new(20, 5);
    tw_buf out;
    if (!grid)
        return TW_ENOMEM;
    tw_buf_init(&out, 10000);
    bool good = tw_cellgrid_printf(grid, 0, 0, 20, TW_ROLE_TEXT, "%s", "日本") > 0;
    good = tw_cellgrid_resize(grid, 30, 4) && good;
    tw_cellgrid_box(grid, 0, 0, 30, 4, TW_STR("t"), TW_ROLE_BORDER);
    good = tw_cellgrid_dump(grid, false, &out) && good;
    tw_buf_fini(&out);
    tw_cellgrid_free(grid);
    return of(good);
}

static enum tw_rc scenario_key(void) {
    tw_key *key;
    tw_error err;
    enum tw_rc rc = tw_key_from_hex(
        TW_STR("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"), &key, &err);
    tw_key_free(key);
    return rc;
}

static enum tw_rc scenario_process(void) {
    const char *const argv[] = {"echo", "hello END", NULL};
    tw_process *p;
    tw_buf out;
    tw_error err;
    tw_buf_init(&out, 1000);
    enum tw_rc rc = tw_process_start(argv, NULL, &p, &err);
    if (rc == TW_OK)
        rc = tw_process_read_until(p, TW_STR("END"), 60000, NULL, &out, NULL, &err);
    tw_process_free(p);
    tw_buf_fini(&out);
    return rc;
}

static enum tw_rc scenario_buffers(void) {
    tw_buf buf;
    tw_buf_init(&buf, TW_BUF_MAX);
    for (int i = 0; i < 200; i++)
        tw_buf_printf(&buf, "%d,", i);
    enum tw_rc rc = tw_buf_check(&buf, NULL);
    char *text = tw_buf_take(&buf), *copy = text ? tw_str_dup(tw_str_c(text)) : NULL;
    rc = of(rc == TW_OK && copy);
    free(text);
    free(copy);
    tw_buf_fini(&buf);
    return rc;
}

static enum tw_rc scenario_hashmap(void) {
    static char keys[100][8];
    tw_hashmap *map = tw_hashmap_new(0);
    bool good = map;
    for (size_t i = 0; good && i < 100; i++) {
        int n = snprintf(keys[i], sizeof keys[i], "k%zu", i);
        good = tw_hashmap_intern(map, (tw_str){keys[i], (size_t)n}, NULL) == i;
    }
    good = good && tw_hashmap_find(map, TW_STR("k99")) == 99;
    tw_hashmap_free(map);
    return of(good);
}

static enum tw_rc scenario_args(void) {
    typedef struct fields {
        tw_str_list cols, notes;
        tw_str text;
        int choice;
    } fields;
    fields args;
    static const tw_param rows[] = {
        {.name = "cols",
         .kind = TW_PARAM_COLUMNS,
         .offset = offsetof(fields, cols),
         .fallback = "a,b"},
        {.name = "notes",
         .kind = TW_PARAM_TEXTS,
         .offset = offsetof(fields, notes),
         .fallback = "x"},
        {.name = "text", .kind = TW_PARAM_TEXT, .offset = offsetof(fields, text)},
        {.name = "choice",
         .kind = TW_PARAM_CHOICE,
         .offset = offsetof(fields, choice),
         .fallback = "b",
         .choices = "a|b"},
    };
    tw_arena arena;
    tw_arena_init(&arena);
    tw_doc *map = tw_doc_map();
    tw_doc_set(map, "text", tw_doc_int(7));
    enum tw_rc rc = of(!tw_doc_failed(map));
    if (rc == TW_OK)
        rc = tw_args_bind("x", rows, TW_COUNT(rows), map, &args, &arena, NULL);
    tw_doc_free(map);
    tw_arena_fini(&arena);
    return rc;
}

int main(void) {
    nomem_sweep(scenario_buffers, "buffers", 1);
    nomem_sweep(scenario_hashmap, "maps of text", 1);
    nomem_sweep(scenario_args, "parameters", 1);
    char folder[] = "test-nomem-XXXXXX";
    if (!mkdtemp(folder) || chdir(folder) != 0)
        return 99;
    nomem_sweep(scenario_doc, "documents", 1);
    nomem_sweep(scenario_json, "JSON", 1);
    nomem_sweep(scenario_file, "files", 1);
    nomem_sweep(scenario_pool, "pool", 1);
    nomem_sweep(scenario_regex, "regular expressions", 1);
    nomem_sweep(scenario_unicode, "Unicode", 1);
    nomem_sweep(scenario_grid, "cell grid", 1);
    nomem_sweep(scenario_key, "keys", 1);
    nomem_sweep(scenario_process, "processes", 1);
    unlink("nomem.txt"), rmdir("nomem.d/e"), rmdir("nomem.d");
    ok(chdir("..") == 0 && rmdir(folder) == 0, "nothing is left");
    return tap_done();
}
