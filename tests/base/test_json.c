/* JSON: what RFC 8259 allows and forbids, round trips, layout, and that no bytes bring the reader
 * down. */
#include "base/json.h"

#include "../tap.h"

/* The text read and written on one line, or "!OFFSET" of the fault. */
static bool reads(const char *text, size_t n, const char *want) {
    tw_error err = TW_ERROR_INIT;
    tw_doc *doc;
    tw_buf out;
    tw_buf_init(&out, TW_BUF_MAX);
    enum tw_rc rc = tw_json_read((tw_str){text, n}, &doc, &err);
    if (rc == TW_OK)
        tw_json_write(&out, doc, 0);
    else
        tw_buf_printf(&out, "!%lld", (long long)err.row);
    bool good = tap_text(tw_buf_view(&out), tw_str_c(want), __FILE__, __LINE__, want);
    if (!good && rc != TW_OK)
        printf("# %s\n", err.message);
    tw_doc_free(doc);
    tw_buf_fini(&out);
    return good;
}

static void test_reader(void) {
    static const char *const cases[][2] = {
        {"null", "null"},
        {" [ true , false ]\r\n\t", "[true,false]"},
        {"{\"a\":{\"b\":[]},\"c\":{}}", "{\"a\":{\"b\":[]},\"c\":{}}"},
        {"{\"a\":1,\"b\":2,\"a\":3}", "{\"a\":3,\"b\":2}"},
        {"9223372036854775807", "9223372036854775807"},
        {"-9223372036854775808", "-9223372036854775808"},
        {"0.1", "0.1"},
        {"-0", "-0"},
        {"1E2", "100"},
        {"1e-7", "1e-07"},
        {"\"\\u00e9\\ud83d\\ude00\\n\\/\\u0000\"", "\"é😀\\n/\\u0000\""},
        {"\"plain é\"", "\"plain é\""},
        {"", "!0"},
        {"nul", "!0"},
        {"[1,]", "!3"},
        {"[1 2]", "!3"},
        {"{\"a\" 1}", "!5"},
        {"{a:1}", "!1"},
        {"{\"a\":1,}", "!7"},
        {"01", "!1"},
        {"-", "!1"},
        {"1.", "!2"},
        {".5", "!0"},
        {"+1", "!0"},
        {"1e+", "!3"},
        {"NaN", "!0"},
        {"'a'", "!0"},
        {"\"a", "!2"},
        {"\"a\nb\"", "!2"},
        {"\"\\x\"", "!2"},
        {"\"\\u12g4\"", "!5"},
        {"\"\\ud83d\"", "!7"},
        {"\"\\ude00\"", "!7"},
        {"\"\\ud83d\\u0041\"", "!13"},
        {"[1] 2", "!4"},
        {"\xEF\xBB\xBF{}", "!0"},
        {"\"\xC3\"", "!1"},
    };
    for (size_t i = 0; i < TW_COUNT(cases); i++)
        reads(cases[i][0], strlen(cases[i][0]), cases[i][1]);
    reads("[1]\0", 4, "!3");
    reads("1e999", 5, "!5");
}

static void test_depth(void) {
    char text[402];
    tw_doc *doc;
    tw_error err = TW_ERROR_INIT;
    memset(text, '[', 201);
    memset(text + 201, ']', 201);
    succeeds(tw_json_read((tw_str){text + 1, 400}, &doc, &err), &err, "200 levels");
    tw_doc_free(doc);
    is_int(tw_json_read((tw_str){text, 402}, &doc, &err), TW_EDAMAGED, "201 levels are refused");
    ok(!doc, "without a document");
}

static tw_doc *sample(void) {
    const char *const columns[] = {"name", "n"};
    tw_doc *doc = tw_doc_map(), *table = tw_doc_table(columns, 2), *row = tw_doc_list();
    tw_doc *list = tw_doc_list(), *longer = tw_doc_list();
    for (int i = 1; i < 4; i++)
        tw_doc_add(list, tw_doc_number(i / 2.0));
    for (int i = 0; i < 3; i++)
        tw_doc_add(longer, tw_doc_text(TW_STR("a text of thirty-two characters!")));
    tw_doc_add(row, tw_doc_c("x"));
    tw_doc_add(table, row);
    tw_doc_set(doc, "short", list);
    tw_doc_set(doc, "long", longer);
    tw_doc_set(doc, "table", table);
    tw_doc_set(doc, "none", tw_doc_list());
    tw_doc_set(doc, "nan", tw_doc_number((double)NAN));
    tw_doc_set(doc, "bad", tw_doc_c("a\xFF\xC3\x28"));
    return doc;
}

static void test_writer(void) {
    tw_doc *doc = sample();
    tw_buf out;
    tw_buf_init(&out, TW_BUF_MAX);
    ok(tw_json_write(&out, doc, 2), "written");
    is_text(tw_buf_view(&out),
            "{\n"
            "  \"short\": [0.5, 1, 1.5],\n"
            "  \"long\": [\n"
            "    \"a text of thirty-two characters!\",\n"
            "    \"a text of thirty-two characters!\",\n"
            "    \"a text of thirty-two characters!\"\n"
            "  ],\n"
            "  \"table\": [\n"
            "    {\"name\": \"x\", \"n\": null}\n"
            "  ],\n"
            "  \"none\": [],\n"
            "  \"nan\": null,\n"
            "  \"bad\": \"a\xEF\xBF\xBD\xEF\xBF\xBD(\"\n"
            "}",
            "indented");
    tw_buf_clear(&out);
    ok(tw_json_write(&out, NULL, 0) && tw_str_eq_c(tw_buf_view(&out), "null"), "nothing is null");
    tw_buf_fini(&out);
    tw_buf_init(&out, 20);
    ok(!tw_json_write(&out, doc, 2), "a full buffer is told");
    tw_buf_fini(&out);
    tw_doc_free(doc);
}

static uint64_t next_random(uint64_t *state) {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    return *state ^= *state << 17;
}

/* Written, read and written again: the same bytes. (A whole float comes back as an integer.) */
static bool survives(const tw_doc *doc, int indent) {
    tw_buf first, second;
    tw_doc *again = NULL;
    tw_buf_init(&first, TW_BUF_MAX);
    tw_buf_init(&second, TW_BUF_MAX);
    bool good = tw_json_write(&first, doc, indent) &&
                tw_json_read(tw_buf_view(&first), &again, NULL) == TW_OK &&
                tw_json_write(&second, again, indent) &&
                tw_str_eq(tw_buf_view(&first), tw_buf_view(&second));
    tw_doc_free(again);
    tw_buf_fini(&first);
    tw_buf_fini(&second);
    return good;
}

/* Bytes changed, doubled or cut: an error or a document that writes and reads back the same. */
static void test_mutations(void) {
    static const char seed[] =
        "{\"a\":[1,-2.5e3,true,null,\"x\\u00e9\\ud83d\\ude00\xC3\xA9\"],\"b\":{\"c\":[[{}]]}}";
    static const char likely[] = "{}[],:\"\\u0e-+.1tfn \xC3\xFF";
    uint64_t state = 88172645463325252u;
    int accepted = 0, same = 0;
    for (int round = 0; round < 40000; round++) {
        char text[sizeof seed + 8];
        size_t n = sizeof seed - 1;
        memcpy(text, seed, n);
        for (uint64_t k = next_random(&state) % 4; k > 0; k--)
            text[next_random(&state) % n] = likely[next_random(&state) % (sizeof likely - 1)];
        if (next_random(&state) % 8 == 0)
            n = next_random(&state) % n;
        char *exact = tw_str_dup((tw_str){text, n}); /* sanitizers see one byte too far */
        tw_doc *doc;
        if (tw_json_read((tw_str){exact, n}, &doc, NULL) == TW_OK) {
            accepted++;
            same += survives(doc, (int)(next_random(&state) % 3));
        }
        tw_doc_free(doc);
        free(exact);
    }
    ok(accepted > 1000 && accepted < 39000, "some mutations read, some do not (%d)", accepted);
    is_int(same, accepted, "what reads, writes and reads back the same");
}

int main(void) {
    test_reader();
    test_depth();
    test_writer();
    test_mutations();
    return tap_done();
}
