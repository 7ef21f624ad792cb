/* Cells read by the run against cells read one by one by the parser of their type: the same values, missing and
 * unreadable cells, whatever stands in the column. */
#include "../tap.h"

#include "base/calendar.h"
#include "io/load_column.h"

typedef struct source {
    uint64_t state;
} source;

static uint32_t draw(source *s, uint32_t below) {
    s->state = s->state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(s->state >> 33) % below;
}

static void put_number(source *s, tw_buf *out, char mark) {
    static const char *const odd[] = {"-0", "-0.00", "+5",  "1e3", "007", "-", ".", "5.", ".5", "inf", "1,234", "0.1234567891",
                                      "123456789012345678", "-9223372036854775808", "99999999999999999999", "1.5x", "-.5"};
    if (draw(s, 12) == 0) {
        tw_buf_c(out, odd[draw(s, TW_COUNT(odd))]);
        return;
    }
    uint32_t decimals = draw(s, 4);
    tw_buf_printf(out, "%s%u", draw(s, 3) ? "" : "-", draw(s, 1u << (1 + draw(s, 30))));
    if (decimals && draw(s, 4)) {
        tw_buf_char(out, mark);
        for (uint32_t i = 0; i < decimals; i++)
            tw_buf_printf(out, "%u", draw(s, 10));
    }
}

static void put_moment(source *s, tw_buf *out, const char *pattern) {
    char text[64];
    size_t n = tw_format_time(text, sizeof text, pattern, (int64_t)draw(s, 1200000) - 700000,
                              (int64_t)draw(s, 86400) * 1000000);
    for (size_t i = 0; i < n; i++)
        tw_buf_char(out, draw(s, 400) ? text[i] : "0129 :-/TZ"[draw(s, 10)]);
}

static void put_word(source *s, tw_buf *out) {
    static const char *const words[] = {"yes", "No", "YES", "no", "maybe", "a longer text that does not fit", "x\"\"y", "\xc3\xa9t\xc3\xa9"};
    tw_buf_c(out, words[draw(s, TW_COUNT(words))]);
    if (draw(s, 4) == 0)
        tw_buf_printf(out, "%u", draw(s, 100000));
}

static void put_cell(source *s, tw_buf *out, const tw_field *field) {
    switch (draw(s, 16)) {
    case 0:
        return;
    case 1:
        tw_buf_c(out, "NA");
        return;
    case 2:
        tw_buf_c(out, draw(s, 2) ? " NA " : "  ");
        return;
    case 3:
        tw_buf_char(out, ' ');
        break;
    default:
        break;
    }
    if (field->type == TW_INTEGER || field->type == TW_FLOAT)
        put_number(s, out, field->format.number.decimal);
    else if (field->format.pattern)
        put_moment(s, out, field->format.pattern);
    else
        put_word(s, out);
}

/* The cell as its type reads it. */
static tw_cell expected(const tw_field *field, const tw_null_set *nulls, tw_str text) {
    tw_cell cell;
    if (tw_null_set_has(nulls, text))
        return tw_cell_missing(field->type);
    if (!tw_type_ops_of(field->type)->parse(field->type == TW_TEXT ? text : tw_cell_bare(text), &field->format, &cell))
        return tw_cell_unreadable(field->type, text);
    return cell;
}

static bool same_cell(const tw_cell *a, const tw_cell *b) {
    if (a->state != b->state || a->type != b->type)
        return false;
    if (a->state == TW_MISSING)
        return true;
    if (a->state == TW_UNREADABLE || a->type == TW_TEXT)
        return tw_str_eq(a->text, b->text);
    return memcmp(&a->i, &b->i, sizeof a->i) == 0; /* bits: -0.0 stays what it is */
}

static bool reads_alike(source *s, const tw_field *field, size_t rows, size_t batch_rows) {
    tw_str token = TW_STR("NA");
    tw_null_set nulls = tw_null_set_of(&token, 1);
    tw_time_layout layout = tw_time_layout_of(field->type, field->format.pattern);
    tw_csv_rules rules = {.delimiter = "|", .delimiter_n = 1, .quote = '"'};
    tw_csv_cells cells;
    tw_buf text, scratch;
    tw_builder *b = NULL;
    tw_column *column = NULL;
    tw_error err = TW_ERROR_INIT;
    tw_buf_init(&text, TW_BUF_MAX);
    tw_buf_init(&scratch, TW_BUF_MAX);
    tw_csv_cells_init(&cells);
    for (size_t r = 0; r < rows; r++) {
        bool quoted = draw(s, 5) == 0;
        tw_buf_c(&text, quoted ? "1|\"" : "1|");
        put_cell(s, &text, field);
        tw_buf_c(&text, quoted ? "\"\n" : "\n");
    }
    bool good = tw_builder_new(field->type, NULL, &b, &err) == TW_OK;
    tw_load_column to = {.field = field, .nulls = &nulls, .layout = &layout, .builder = b, .scratch = &scratch};
    size_t next = 0, seen = 0;
    while (good && next < text.n) {
        tw_batch batch;
        tw_csv_cells_clear(&cells);
        good = tw_csv_scan(&rules, tw_buf_view(&text), next, text.n, batch_rows, &cells, &next, &err) == TW_OK;
        tw_csv_cells_batch(&cells, text.p, (int64_t)seen, &rules, &batch);
        batch.bytes = seen % 2 ? text.n : 0;
        good = good && tw_load_cells(&to, &batch, 1, &err) == TW_OK;
        seen += batch.rows;
    }
    good = good && seen == rows && tw_builder_finish(b, &column, &err) == TW_OK;
    tw_csv_cells_clear(&cells);
    next = 0;
    good = good && tw_csv_scan(&rules, tw_buf_view(&text), 0, text.n, SIZE_MAX, &cells, &next, &err) == TW_OK;
    tw_batch all;
    tw_csv_cells_batch(&cells, text.p, 0, &rules, &all);
    for (size_t r = 0; good && r < rows; r++) {
        tw_str source_text = tw_batch_text(&all, all.first[r] + 1, &scratch);
        tw_cell want = expected(field, &nulls, source_text), got = tw_column_cell(column, (int64_t)r);
        good = same_cell(&got, &want);
        if (!good)
            printf("# row %zu '%.*s': state %d, not %d; %lld, not %lld\n", r, TW_ARG(source_text), (int)got.state,
                   (int)want.state, (long long)got.i, (long long)want.i);
    }
    tw_builder_free(b);
    tw_column_unref(column);
    tw_csv_cells_fini(&cells);
    tw_buf_fini(&text);
    tw_buf_fini(&scratch);
    return good;
}

static void test_columns(void) {
    static const struct {
        enum tw_type type;
        const char *pattern;
        char decimal, thousands;
    } kinds[] = {{TW_INTEGER, NULL, '.', 0},  {TW_INTEGER, NULL, '.', ','},  {TW_FLOAT, NULL, '.', 0},
                 {TW_FLOAT, NULL, ',', '.'},  {TW_BOOLEAN, NULL, '.', 0},    {TW_TEXT, NULL, '.', 0},
                 {TW_DATE, NULL, '.', 0},     {TW_DATE, "%d.%m.%Y", '.', 0}, {TW_DATE, "%m/%d/%y", '.', 0},
                 {TW_DATE, "%Y%m%d", '.', 0}, {TW_DATE, "%Y-%m", '.', 0},    {TW_DATE, "%b %d, %Y", '.', 0},
                 {TW_DATE, "%Y-%m-%d %H:%M:%S", '.', 0}, {TW_TIME, "%H:%M", '.', 0}, {TW_TIME, "%I:%M %p", '.', 0},
                 {TW_DATETIME, "%Y-%m-%d %H:%M:%S", '.', 0}, {TW_DATETIME, "%Y-%m-%dT%H:%M:%S%f%z", '.', 0},
                 {TW_DATETIME, "%d/%m/%Y %H:%M%z", '.', 0}, {TW_DATETIME, "%Y%m%d%H%M%S", '.', 0}};
    source s = {1};
    for (size_t i = 0; i < TW_COUNT(kinds); i++) {
        tw_field field = {.name = "x", .type = kinds[i].type, .format = TW_FORMAT_PLAIN};
        field.format.pattern = kinds[i].pattern;
        field.format.number.decimal = kinds[i].decimal;
        field.format.number.thousands = kinds[i].thousands;
        field.format.true_word = kinds[i].type == TW_BOOLEAN ? "yes" : NULL;
        field.format.false_word = kinds[i].type == TW_BOOLEAN ? "no" : NULL;
        ok(reads_alike(&s, &field, 3000, 700) && reads_alike(&s, &field, 600, 1) && reads_alike(&s, &field, 150000, 9999),
           "%s %s", tw_type_name(kinds[i].type), kinds[i].pattern ? kinds[i].pattern : "");
    }
}

/* Chunks of decimals: scales that grow, that do not fit, and bits that survive. */
static void test_decimals(void) {
    static const struct {
        int64_t whole;
        int decimals;
    } cells[] = {{5, 0}, {125, 2}, {-7, 1}, {1, 9}, {999999999999999, 0}, {123456789012345, 9}, {10, 1}, {1200, 3}};
    for (size_t last = 1; last <= TW_COUNT(cells); last++) {
        tw_builder *b = NULL;
        tw_column *column = NULL;
        bool good = tw_builder_new(TW_FLOAT, NULL, &b, NULL) == TW_OK;
        for (size_t i = 0; good && i < last; i++) {
            uint64_t valid = 1;
            good = tw_builder_decimals(b, &cells[i].whole, &valid, 1, cells[i].decimals, NULL) == TW_OK &&
                   tw_builder_missing(b, 1, NULL) == TW_OK;
        }
        good = good && tw_builder_finish(b, &column, NULL) == TW_OK;
        for (size_t i = 0; good && i < last; i++)
            good = tw_same_f64(tw_column_number(column, (int64_t)(2 * i)), (double)cells[i].whole / pow(10, cells[i].decimals)) &&
                   !tw_column_is_value(column, (int64_t)(2 * i + 1));
        ok(good, "%zu decimals of different scales", last);
        tw_builder_free(b);
        tw_column_unref(column);
    }
}

int main(void) {
    test_columns();
    test_decimals();
    return tap_done();
}
