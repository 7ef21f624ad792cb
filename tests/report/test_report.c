/* Reports: what an attacker writes into names and cells stays text, the page stands alone, the same
 * document gives the same bytes, and parts that are not there are left out. */
#include "report/report.h"

#include "../tap.h"
#include "base/json.h"
#include "report/html_text.h"
#include "report/value.h"
#include "sample.h"

static bool has(const tw_buf *text, const char *part) {
    return tw_str_find(tw_buf_view(text), tw_str_c(part), 0) != SIZE_MAX;
}

static void render(const char *json, const char *view, bool html, tw_buf *out) {
    tw_doc *doc = NULL;
    tw_report_info info = {.view = view, .title = "a<b>.csv", .other = "x&y.csv"};
    if (tw_json_read(tw_str_c(json), &doc, NULL))
        TW_BUG("test: bad JSON");
    tw_buf_init(out, TW_BUF_MAX);
    enum tw_rc rc =
        html ? tw_report_html(doc, &info, out, NULL) : tw_report_markdown(doc, &info, out, NULL);
    is_int(rc, TW_OK, html ? "HTML is made" : "Markdown is made");
    tw_doc_free(doc);
}

static void test_html_escapes(void) {
    tw_buf page;
    render(profile, "profile", true, &page);
    ok(!has(&page, "<script"), "no script from a name");
    ok(!has(&page, "<img") && !has(&page, "<svg onload"), "no tag from a cell or a message");
    ok(!has(&page, "\" onload=x"), "no way out of an attribute");
    ok(has(&page, "&lt;script&gt;alert(1)&lt;/script&gt;"), "but the text is there");
    ok(has(&page, "<title>a&lt;b&gt;.csv</title>"), "the title too is text");
    ok(has(&page, "default-src 'none'"), "the page forbids what it does not hold");
    ok(!has(&page, "http://") && !has(&page, "https://"), "and names no other place");
    ok(has(&page, "prefers-color-scheme:dark"), "light and dark");
    ok(has(&page, "role=\"img\" aria-label=\"Histogram of age: 3 bins from 0 to 9"),
       "a chart says what it shows");
    ok(has(&page, "rows 1, 8"), "rows count from 1");
    ok(has(&page, "href=\"#c2\"") && has(&page, "id=\"c2\""), "findings link to columns");
    ok(!has(&page, "Dependencies"), "a part that is not there is left out");
    tw_buf_fini(&page);
}

static void test_markdown_escapes(void) {
    tw_buf page;
    render(profile, "profile", false, &page);
    ok(!has(&page, "<script") && !has(&page, "<img"), "no HTML in Markdown");
    ok(has(&page, "\\[x\\](javascript:y)"), "no link from a cell");
    ok(has(&page, "a\\|b\\`c"), "no new column of a table, no code");
    ok(has(&page, "````lua"), "a fence longer than any in the code");
    ok(has(&page, "`█ ▃`"), "a histogram as blocks");
    tw_buf_fini(&page);
}

static void test_same_bytes(void) {
    tw_buf a, b;
    render(profile, "profile", true, &a);
    render(profile, "profile", true, &b);
    ok(tw_str_eq(tw_buf_view(&a), tw_buf_view(&b)), "the same document, the same bytes");
    tw_buf_fini(&a);
    tw_buf_fini(&b);
}

static void test_text(void) {
    tw_buf out;
    tw_buf_init(&out, 1 << 16);
    tw_html_text(&out, TW_STR("a\0b\xff<\n\xe2\x80\xae'"));
    ok(tw_str_eq(tw_buf_view(&out), TW_STR("a\xef\xbf\xbd"
                                           "b\xef\xbf\xbd&lt; \xef\xbf\xbd&#39;")),
       "controls, wrong bytes and direction overrides are replaced");
    tw_buf_clear(&out);
    tw_value_put_share(0.00001, &out);
    tw_value_put_share(0, &out);
    tw_value_put_share(0.99999, &out);
    tw_value_put_share(1, &out);
    ok(tw_str_eq(tw_buf_view(&out), TW_STR("<0.1\u00a0%0\u00a0%>99.9\u00a0%100\u00a0%")),
       "a share that is neither none nor all never reads as either");
    static const double numbers[] = {0, -1234567.89, 0.000123456789, 8.593299910e-05, -2.5e20};
    tw_buf_clear(&out);
    for (size_t i = 0; i < TW_COUNT(numbers); i++) {
        tw_value_put_number(numbers[i], &out);
        tw_buf_char(&out, ' ');
    }
    is_text(tw_buf_view(&out), "0 -1234570 0.000123457 8.5933e-05 -2.5e+20 ", "six digits");
    tw_buf_fini(&out);
}

/* The whole Markdown of a small comparison: layout, figures, what is null. */
static const char comparison[] =
    "{\"overall\": 0.75, \"rows_real\": 1200, \"rows_other\": 2,"
    "\"columns\": [{\"name\": \"c\", \"shape\": 0.5, \"ks\": null, \"tv\": 0.5,"
    " \"wasserstein\": null, \"missing_real\": 0, \"missing_other\": 0.25}],"
    "\"pairs\": [], \"fidelity\": {\"shape\": 0.5, \"trend\": 1, \"trend_strong\": null},"
    "\"utility\": {\"value\": null, \"why\": \"name the column\"},"
    "\"privacy\": {\"copies\": 0.5, \"copies_holdout\": null, \"dcr_share\": null},"
    "\"ceiling\": {\"value\": null, \"why\": \"give --holdout\"},"
    "\"floor\": {\"shape\": 1, \"trend\": 0.25}}";

static const char comparison_markdown[] =
    "# a&lt;b&gt;.csv and x&amp;y.csv\n"
    "\n1,200 real rows compared with 2 others; 1 is the same, 0 nothing in common\n"
    "\n## Overview\n"
    "\n- Overall: **0.7500**\n- Shapes of columns: **0.5000**\n"
    "- Trends of pairs: **1.0000** (- over strong pairs)\n- Rows copied: **50.0\u00a0%**\n"
    "\n### Between floor and ceiling\n"
    "\n- Shapes: **0.5000**, floor -, ceiling -\n"
    "- Trends: **1.0000**, floor 0.2500, ceiling -\n"
    "\nFloor: every column shuffled on its own, which keeps shapes and loses trends. Ceiling: "
    "real rows held out; above it, rows were learnt by heart.\n"
    "\nNo ceiling: give --holdout.\n"
    "\n## Columns\n"
    "\n| Column | Shape | KS | Total variation | Wasserstein | Missing, real | Missing, other |\n"
    "|---|---:|---:|---:|---:|---:|---:|\n"
    "| c | 0.5000 | - | 0.5000 | - | 0\u00a0% | 25.0\u00a0% |\n"
    "\n## Privacy\n"
    "\nrows copied **50.0\u00a0%** · hold-out rows that stand in the real table **-** · closer to "
    "a real than to a hold-out row **-**\n"
    "\nHalf is ideal for the last figure. Passing it is no proof of privacy.\n";

static void test_comparison(void) {
    tw_buf page;
    render(comparison, "compare", false, &page);
    is_text(tw_buf_view(&page), comparison_markdown, "a comparison as Markdown");
    tw_buf_fini(&page);
    render(comparison, "compare", true, &page);
    ok(has(&page, "style=\"left:6.2%\" title=\"floor 0.2500\""), "and as a page with its scale");
    tw_buf_fini(&page);
}

static void test_left_out(void) {
    static const char doc[] = "{\"rows\": 5, \"exact\": false, \"columns\": [], \"pairs\": [],"
                              "\"left_out\": [\"pairs with 3 columns\", \"<keys>\"]}";
    static const char *const views[] = {"profile", "compare"};
    tw_buf page;
    for (size_t i = 0; i < TW_COUNT(views); i++) {
        render(doc, views[i], false, &page);
        ok(has(&page, "## Left out") && has(&page, "pairs with 3 columns") && has(&page, "&lt;keys&gt;"),
           "a %s says what it left out", views[i]);
        ok(!has(&page, "sample of"), "which is no sample");
        tw_buf_fini(&page);
        render(doc, views[i], true, &page);
        ok(has(&page, "Left out</h2>") && has(&page, "pairs with 3 columns"), "as a page too");
        tw_buf_fini(&page);
    }
    render("{\"rows\": 500, \"exact\": false, \"rows_read\": 90, \"columns\": []}", "profile", false, &page);
    ok(has(&page, "a sample of 90 rows") && !has(&page, "Left out"), "a sample is told");
    tw_buf_fini(&page);
}

static void test_other_documents(void) {
    tw_buf page;
    render("{\"rows\": 3, \"list\": [{\"a\": 1, \"b\": \"<\"}], \"names\": [\"x\", \"y\"]}",
           "count", false, &page);
    ok(has(&page, "rows **3**") && has(&page, "| 1 | &lt; |") && has(&page, "x, y"),
       "any document follows its shape");
    tw_buf_fini(&page);
    render("null", NULL, true, &page);
    ok(has(&page, "</html>"), "even none at all");
    tw_buf_fini(&page);
}

/* A link leads to a card that is there, also behind a column without one and among equal names. */
static void test_anchors(void) {
    tw_buf page;
    render("{\"columns\": [{\"name\": \"id\", \"shape\": null},"
           "{\"name\": \"x\", \"levels\": [{\"value\": \"u\", \"real\": 1, \"other\": 0}]},"
           "{\"name\": \"y\", \"levels\": []}]}",
           "compare", true, &page);
    ok(has(&page, "<article class=\"card\" id=\"c1\">\n<h3><bdi>x<"), "the first card");
    ok(has(&page, "<a href=\"#c1\"><bdi>x<") && has(&page, "id=\"c2\""), "is linked, and the next");
    ok(has(&page, "<td><bdi>id</bdi></td>"), "what has no card is not linked");
    tw_buf_fini(&page);
    render("{\"columns\": [{\"name\": \"x\"}, {\"name\": \"x\"}, {\"name\": \"y\"}]}", "profile",
           true, &page);
    ok(has(&page, "id=\"c1\"") && has(&page, "id=\"c2\"") && !has(&page, "id=\"c3\""),
       "equal names share an anchor");
    tw_buf_fini(&page);
}

static void test_memory(void) {
    tw_buf small;
    tw_report_info info = {.view = "profile", .title = "t"};
    tw_doc *doc = NULL;
    if (tw_json_read(tw_str_c(profile), &doc, NULL))
        TW_BUG("test: bad JSON");
    tw_buf_init(&small, 100);
    is_int(tw_report_html(doc, &info, &small, NULL), TW_ENOMEM, "a full buffer is an error");
    tw_buf_fini(&small);
    tw_doc_free(doc);
}

int main(void) {
    test_html_escapes();
    test_markdown_escapes();
    test_same_bytes();
    test_text();
    test_comparison();
    test_left_out();
    test_other_documents();
    test_anchors();
    test_memory();
    return tap_done();
}
