/* Packed numbers: what goes in comes out, and nothing else is believed. */
#include "base/packed.h"

#include <math.h>

#include "../tap.h"

static tw_doc *text(const char *p) {
    return tw_doc_c(p);
}

static void test_words(void) {
    const uint32_t narrow[] = {0, 1, 255}, wide[] = {0, 65535, 7, 3, 1}, widest[] = {UINT32_MAX, 0};
    const struct {
        const uint32_t *values;
        size_t n;
        const char *want;
    } rows[] = {{narrow, 3, "1:AAH/"},
                {wide, 5, "2:AAD//wcAAwABAA=="},
                {widest, 2, "4://///wAAAAA="},
                {narrow, 0, "1:"}};
    for (size_t i = 0; i < TW_COUNT(rows); i++) { /* texts made with Python's base64 and struct */
        tw_doc *doc = tw_packed_u32(rows[i].values, rows[i].n);
        uint32_t *back;
        size_t n;
        is_text(tw_doc_as_text(doc, TW_STR("?")), rows[i].want, "words in their narrowest width");
        ok(tw_packed_read_u32(doc, &back, &n, NULL) == TW_OK && n == rows[i].n &&
               (n == 0 || memcmp(back, rows[i].values, n * sizeof *back) == 0),
           "and back");
        free(back);
        tw_doc_free(doc);
    }
}

static void test_doubles(void) {
    enum { MANY = 5000 };
    static double values[MANY];
    for (int i = 0; i < MANY; i++)
        values[i] = i % 7 ? i * 0.1 : -1e300 * i;
    values[3] = -0.0;
    values[4] = INFINITY;
    tw_doc *doc = tw_packed_f64(values, MANY);
    double *back;
    size_t n;
    ok(tw_packed_read_f64(doc, &back, &n, NULL) == TW_OK && n == MANY &&
           memcmp(back, values, sizeof values) == 0,
       "doubles bit for bit, over many pieces");
    free(back);
    tw_doc_free(doc);
    const uint64_t words[] = {UINT64_MAX, 1, 0};
    uint64_t *same;
    doc = tw_packed_u64(words, 3);
    ok(tw_packed_read_u64(doc, &same, &n, NULL) == TW_OK && n == 3 && same[0] == UINT64_MAX &&
           same[2] == 0,
       "long words");
    free(same);
    tw_doc_free(doc);
}

static void test_damage(void) {
    static const char *const bad[] = {
        "",       "1",      "3:AAAA",  "8:AAAA", "1AAAA", "1:AAA", "1:AA*A",
        "2:AAH/", "1:=AAA", "4:AAAA=", "1:AA=A", NULL,    "x:",    "1:AAAA\n"};
    for (size_t i = 0; i < TW_COUNT(bad); i++) {
        tw_doc *doc = bad[i] ? text(bad[i]) : tw_doc_int(7);
        uint32_t *back;
        size_t n;
        is_int(tw_packed_read_u32(doc, &back, &n, NULL), TW_EDAMAGED, "damaged");
        free(back);
        tw_doc_free(doc);
    }
}

int main(void) {
    test_words();
    test_doubles();
    test_damage();
    return tap_done();
}
