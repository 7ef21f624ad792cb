/* Documents: building, look-up, order, copies, what happens without memory. */
#include "base/doc.h"

#include "../tap.h"

static void test_scalars(void) {
    tw_doc *n = tw_doc_number(2.0), *half = tw_doc_number(2.5), *i = tw_doc_int(-7);
    tw_doc *t = tw_doc_text((tw_str){"a\0b", 3}), *f = tw_doc_printf("%d of %s", 3, "ten");
    tw_doc *huge = tw_doc_number(1e300), *none = tw_doc_c(NULL);
    is_int(tw_doc_as_int(n, -1), 2, "a whole number is an integer");
    is_int(tw_doc_as_int(half, -1), -1, "a fraction is not");
    is_int(tw_doc_as_int(huge, -1), -1, "nor what does not fit");
    is_near(tw_doc_as_number(i, 0), -7, 0, "an integer is a number");
    is_int(tw_doc_as_text(t, TW_STR("")).n, 3, "text keeps NUL bytes");
    is_text(tw_doc_as_text(f, TW_STR("")), "3 of ten", "printf");
    ok(tw_doc_kind(none) == TW_DOC_NULL, "no C string is a null node");
    ok(tw_doc_as_bool(i, true) && strcmp(tw_doc_as_c(i, "x"), "x") == 0, "other kinds fall back");
    ok(tw_doc_kind(NULL) == TW_DOC_NULL && tw_doc_count(NULL) == 0, "NULL reads as null");
    tw_doc *all[] = {n, half, i, t, f, huge, none};
    for (size_t k = 0; k < TW_COUNT(all); k++)
        tw_doc_free(all[k]);
}

static void test_map(void) {
    tw_doc *map = tw_doc_map();
    bool good = true;
    for (int i = 0; i < 5000; i++) {
        char key[32];
        snprintf(key, sizeof key, "key %d", i);
        good &= tw_doc_set(map, key, tw_doc_int(i));
    }
    for (int i = 0; i < 5000; i += 7) {
        char key[32];
        snprintf(key, sizeof key, "key %d", i);
        good &= tw_doc_set(map, key, tw_doc_int(-i));
    }
    ok(good, "many keys are set");
    is_int(tw_doc_count(map), 5000, "an equal key is replaced");
    for (int i = 0; i < 5000; i++) {
        char key[32];
        snprintf(key, sizeof key, "key %d", i);
        good &= tw_doc_as_int(tw_doc_get(map, key), 1) == (i % 7 ? i : -i);
        good &= tw_str_eq_c(tw_doc_key(map, (size_t)i), key);
    }
    ok(good, "each is found, in the order of first insertion");
    ok(!tw_doc_get(map, "key 5000") && !tw_doc_get(map, ""), "an absent key is absent");
    ok(tw_doc_set(map, "", tw_doc_bool(true)) && tw_doc_as_bool(tw_doc_get(map, ""), false),
       "empty key");
    ok(!tw_doc_at(map, 5001) && tw_doc_key(map, 5001).n == 0, "beyond the end there is nothing");
    tw_doc *copy = tw_doc_copy(map);
    ok(tw_doc_equal(map, copy), "a copy is equal");
    tw_doc_set(tw_doc_get_mut(copy, "none"), "x", NULL);
    tw_doc_set(copy, "key 9", tw_doc_number(9));
    ok(!tw_doc_equal(map, copy), "9 and 9.0 differ");
    tw_doc_free(copy);
    tw_doc_free(map);
}

static void test_table(void) {
    const char *const columns[] = {"name", "n"};
    tw_doc *table = tw_doc_table(columns, 2), *row = tw_doc_list();
    ok(tw_doc_add(row, tw_doc_c("a")) && tw_doc_add(row, tw_doc_int(1)) && tw_doc_add(table, row),
       "a row");
    is_int(tw_doc_columns(table), 2, "columns");
    is_int(tw_doc_count(table), 1, "rows");
    is_text(tw_doc_key(table, 1), "n", "column name");
    tw_doc *copy = tw_doc_copy(table), *empty = tw_doc_table(NULL, 0);
    ok(tw_doc_equal(copy, table) && !tw_doc_equal(copy, empty), "tables compare by names and rows");
    tw_doc_free(copy);
    tw_doc_free(empty);
    tw_doc_free(table);
}

static void test_no_memory(void) {
    tw_doc *map = tw_doc_map(), *list = tw_doc_list();
    tw_doc_set(map, "list", list);
    ok(!tw_doc_failed(map), "nothing failed");
    ok(!tw_doc_add(list, NULL), "a missing value is refused");
    ok(tw_doc_failed(map), "and seen from the top");
    ok(tw_doc_failed(NULL), "no document at all is a failure");
    ok(!tw_doc_add(NULL, tw_doc_int(1)) && !tw_doc_set(NULL, "a", tw_doc_int(1)),
       "no parent: the value is freed");
    tw_doc_free(map);
}

int main(void) {
    test_scalars();
    test_map();
    test_table();
    test_no_memory();
    return tap_done();
}
