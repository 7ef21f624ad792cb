/* The text of a profile: estimates, shares and cut texts read as such; a column of figures that
 * nobody has is not shown. */
#include "app/render.h"

#include "base/json.h"
#include "tests/tap.h"

static tw_buf text;

static const char *render(const char *json) {
    tw_doc *doc = NULL;
    tw_error err = TW_ERROR_INIT;
    tw_buf_init(&text, TW_BUF_MAX);
    succeeds(tw_json_read(tw_str_c(json), &doc, &err), &err, "a document");
    ok(tw_render_text(doc, "profile", 0, &text), "it has a text");
    tw_buf_char(&text, '\0');
    tw_doc_free(doc);
    return text.p;
}

static void test_figures(void) {
    const char *shown =
        render("{\"rows\": 4000, \"columns\": [{\"name\": \"x\", \"type\": \"integer\", \"missing\": 120,"
               " \"distinct\": {\"value\": 3100, \"exact\": false}, \"min\": 1, \"max\": 9, \"mean\": 3,"
               " \"sd\": 2, \"histogram\": {\"edges\": [0, 1, 2, 3], \"counts\": [80, 0, 10]}}]}");
    ok(strstr(shown, "4,000 rows, 1 column\n"), "sizes are grouped");
    ok(strstr(shown, "120 (3.0\u00a0%)"), "missing cells have their share");
    ok(strstr(shown, "~3,100"), "an estimate is marked");
    ok(strstr(shown, "█ ▁"), "the histogram is drawn; where nothing is, a blank");
    ok(!strstr(shown, "role") && !strstr(shown, "semantic") && !strstr(shown, "median"),
       "figures that no column has are left out");
    tw_buf_fini(&text);
}

static void test_text_and_time(void) {
    const char *shown =
        render("{\"rows\": 2, \"rows_read\": 1, \"columns\": [{\"name\": \"t\", \"type\": \"text\","
               " \"missing\": 0, \"distinct\": {\"value\": 2, \"exact\": true},"
               " \"min\": \"abcdefghijklmnopqrstuvwxyz\", \"max\": \"z\"}, {\"name\": \"d\","
               " \"type\": \"datetime\", \"missing\": 0, \"distinct\": {\"value\": 2, \"exact\": true},"
               " \"sd\": 7200}]}");
    ok(strstr(shown, "abcdefghijklmnopqrs… "), "a long text is cut");
    ok(strstr(shown, "2 h"), "a spread of time has its unit");
    ok(strstr(shown, "from a sample of 1 rows; --full reads all"), "a sample is named");
    tw_buf_fini(&text);
}

int main(void) {
    test_figures();
    test_text_and_time();
    return tap_done();
}
