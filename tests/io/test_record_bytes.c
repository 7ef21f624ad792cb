/* Records as bytes beside the same records read cell by cell, whatever the order of rows. */
#include "config.h"

#include <unistd.h>

#include "../tap.h"
#include "io/open.h"
#include "io/record.h"
#include "io/record_bytes.h"

static char path[256];

static tw_opened *open_text(tw_str text, tw_source **source) {
    tw_opened *o = NULL;
    tw_error err = TW_ERROR_INIT;
    enum tw_rc rc = tw_file_write(path, text, &err);
    if (rc == TW_OK)
        rc = tw_open(path, &TW_READ_DEFAULT, NULL, &o, &err);
    if (rc == TW_OK)
        rc = tw_opened_finish(o, NULL, source, &err);
    if (rc != TW_OK)
        printf("# %s\n", err.message);
    return o;
}

/* Of one record: its own bytes, its line end, and where the next one begins. */
static bool same_record(const tw_source_csv *s, const tw_record *r, const tw_record_copy *copy) {
    const char *content = r->base + r->span.at;
    uint64_t at = (uint64_t)(content - s->text.p);
    return copy->content.p == content && copy->content.n == r->span.n && copy->end == r->end &&
           at + r->span.n + copy->end + copy->blank == r->next;
}

/* Row number k of an order. */
typedef int64_t (*order_fn)(int64_t k, int64_t rows);
static int64_t forward(int64_t k, int64_t rows) {
    (void)rows;
    return k;
}
static int64_t sparse(int64_t k, int64_t rows) {
    return k * 97 < rows ? k * 97 : rows - 1;
}
static int64_t backward(int64_t k, int64_t rows) {
    return rows - 1 - k;
}
static int64_t mixed(int64_t k, int64_t rows) {
    return k * INT64_C(7919) % rows;
}

static void compare(const char *what, tw_str text) {
    static const struct {
        const char *name;
        order_fn row;
    } orders[] = {
        {"in order", forward}, {"some", sparse}, {"backwards", backward}, {"mixed up", mixed}};
    tw_source *source = NULL;
    tw_opened *o = open_text(text, &source);
    const tw_source_csv *s = tw_source_csv_of(source);
    int64_t rows = s ? tw_index_rows(s->index) : 0;
    for (size_t i = 0; i < TW_COUNT(orders); i++) {
        tw_records *whole = NULL;
        tw_record_bytes *bytes = NULL;
        bool good = s && tw_records_new(s, &whole, NULL) == TW_OK &&
                    tw_record_bytes_new(s, NULL, &bytes, NULL) == TW_OK;
        int64_t unseen = 0;
        for (int64_t k = 0; k < rows && good; k++) {
            int64_t row = orders[i].row(k, rows);
            tw_record r;
            tw_record_copy copy;
            tw_record_bytes_soon(bytes, row, k + 1 < rows ? orders[i].row(k + 1, rows) : -1);
            good = tw_records_get(whole, row, &r, NULL) == TW_OK &&
                   tw_record_bytes_get(bytes, row, &copy, NULL) == TW_OK;
            unseen += !copy.content.p;
            good = good && (!copy.content.p || same_record(s, &r, &copy));
            if (!good)
                printf("# row %lld\n", (long long)row);
        }
        size_t repaired = 0;
        if (s)
            tw_index_repaired(s->index, &repaired);
        bool last_twice = orders[i].row == sparse; /* it ends there, again and again */
        ok(good && (last_twice || unseen <= (int64_t)repaired + 1), "%s, %s", what, orders[i].name);
        tw_records_free(whole);
        tw_record_bytes_free(bytes);
    }
    if (source)
        source->ops->unref(source);
    tw_opened_free(o);
}

/* odd: records that must be repaired, blank lines, line ends in quotes. */
static void make_rows(tw_buf *text, const char *line_end, int n, bool odd) {
    tw_buf_clear(text);
    tw_buf_printf(text, "id,name,amount%s", line_end);
    for (int i = 0; i < n; i++) {
        tw_buf_printf(text, i % 7 ? "%d,name %d,%d.5%s" : "%d,\"na,me %d\",%d%s", i, i, i, line_end);
        if (odd && i % 400 == 399)
            tw_buf_printf(text, "%d,\"a\nb\"\"c\",1%s%s%d,short%s%d,a,b,c,d%s", i, line_end, line_end,
                          i, line_end, i, line_end);
    }
}

int main(void) {
    tw_buf text;
    tw_buf_init(&text, TW_BUF_MAX);
    const char *folder = getenv("TMPDIR");
    snprintf(path, sizeof path, "%s/trowel-bytes.%ld.csv", folder ? folder : "/tmp", (long)getpid());
    make_rows(&text, "\n", 12000, false);
    compare("plain", tw_buf_view(&text));
    make_rows(&text, "\n", 6000, true);
    compare("damaged", tw_buf_view(&text));
    make_rows(&text, "\r\n", 6000, true);
    tw_buf_c(&text, "\r\n\r\n9,last,1"); /* without a line end */
    compare("CR LF", tw_buf_view(&text));
    make_rows(&text, "\n", 500, false);
    tw_buf_c(&text, "9,\"never closed,1\n10,b,2\n\n");
    compare("a quote that is never closed", tw_buf_view(&text));
    make_rows(&text, "\n", 1, false);
    compare("one row", tw_buf_view(&text));
    tw_buf_fini(&text);
    unlink(path);
    return tap_done();
}
