/* Allocation failures in reports and comparisons: an error each time, nothing lost, no page that
 * looks whole and is not. */
#include "compare/compare.h"
#include "report/report.h"

#include "../nomem.h"

#include "../data/fixture.h"
#include "base/json.h"
#include "sample.h"

static tw_doc *doc;
static tw_table *real, *other;

static enum tw_rc report(void) {
    tw_report_info info = {.view = "profile", .title = "t.csv"};
    tw_buf html, markdown;
    tw_buf_init(&html, TW_BUF_MAX);
    tw_buf_init(&markdown, TW_BUF_MAX);
    enum tw_rc rc = tw_report_html(doc, &info, &html, NULL);
    if (rc == TW_OK)
        rc = tw_report_markdown(doc, &info, &markdown, NULL);
    if (rc == TW_OK &&
        (!tw_str_ends(tw_buf_view(&html), TW_STR("</html>\n")) ||
         tw_str_find(tw_buf_view(&markdown), TW_STR("Missing cells"), 0) == SIZE_MAX))
        rc = TW_EDATA;
    tw_buf_fini(&html);
    tw_buf_fini(&markdown);
    return rc;
}

static enum tw_rc comparison(void) {
    tw_compare_options options = {.seed = 1, .target = TW_STR("y")};
    tw_doc *out = NULL;
    enum tw_rc rc = tw_compare(real, other, &options, NULL, &out, NULL);
    if (rc == TW_OK && tw_doc_kind(tw_doc_get(out, "overall")) != TW_DOC_NUMBER)
        rc = TW_EDATA;
    tw_doc_free(out);
    return rc;
}

static tw_table *table_of(int shift) {
    tw_buf csv;
    tw_buf_init(&csv, 1 << 16);
    tw_buf_c(&csv, "x:integer,y:text,z:float\n");
    for (int i = 0; i < 80; i++)
        tw_buf_printf(&csv, "%d,%s,%d.5\n", i, (i + shift) % 3 ? "a" : "b", (i * 7 + shift) % 11);
    tw_table *table = fixture_loaded(csv.p);
    tw_buf_fini(&csv);
    return table;
}

int main(void) {
    if (tw_json_read(tw_str_c(profile), &doc, NULL))
        TW_BUG("test: bad JSON");
    real = table_of(0);
    other = table_of(1);
    nomem_sweep(report, "a report", 1);
    nomem_sweep(comparison, "a comparison with a target", 53);
    tw_doc_free(doc);
    tw_table_unref(real);
    tw_table_unref(other);
    return tap_done();
}
