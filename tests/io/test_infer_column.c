/* Column kernels against their twin that looks at one text after the other: the same counts for any cells, with and
 * without room to read behind them. */
#include "../tap.h"

#include "io/csv_scan.h"
#include "io/infer_state.h"

typedef struct source {
    uint64_t state;
} source;

static uint32_t draw(source *s, uint32_t below) {
    s->state = s->state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(s->state >> 33) % below;
}

/* A cell of many kinds; some words come again and again, others never. */
static void put_cell(source *s, tw_buf *out) {
    static const char *const words[] = {"",    "NA",   "true", "false", "Yes", "-",       "--", ".",    "-.",
                                        "1e5", "0042", "12345678", "20210304", "May", " 7", "8 ", "null", "1,234",
                                        "1.234", "-0", "-12.50", "0.5", ".5", "5.", "123456789012345678", "Norway",
                                        "-1234567890123.45", "12345678901234.5", "unknown", "\"\"x"};
    static const char *const clocks[] = {"", " 10:20", "T23:59:59", " 24:00:00", " 10:00:0x", "T10:00", " 09:08:07"};
    static const char alphabet[] = "0123456789.-:T aeN\xc3\xa9";
    switch (draw(s, 4)) {
    case 0:
        tw_buf_c(out, words[draw(s, TW_COUNT(words))]);
        return;
    case 1:
        tw_buf_printf(out, "%02u%02u-%02u-%02u%s", 8 + draw(s, 24), draw(s, 100), draw(s, 14), draw(s, 33),
                      clocks[draw(s, TW_COUNT(clocks))]);
        return;
    case 2:
        tw_buf_printf(out, "%s%u.%u", draw(s, 3) ? "" : "-", draw(s, 20000), draw(s, 2000));
        return;
    default:
        for (uint32_t n = draw(s, 24); n; n--)
            tw_buf_char(out, alphabet[draw(s, sizeof alphabet - 1)]);
    }
}

/* Plain numbers of all lengths, and what comes close. */
static void put_number(source *s, tw_buf *out) {
    uint32_t n = draw(s, 5) ? 1 + draw(s, 7) : draw(s, 18), point = draw(s, 3) ? draw(s, n + 2) : n;
    tw_buf_c(out, draw(s, 4) ? "" : "-");
    for (uint32_t i = 0; i < n; i++) {
        if (i == point)
            tw_buf_char(out, draw(s, 50) ? '.' : ',');
        tw_buf_char(out, (char)('0' + (draw(s, 3) ? draw(s, 10) : draw(s, 3))));
    }
}

static tw_infer *state_new(size_t width) {
    tw_sniffed sniffed = {.width = width, .names = NULL};
    tw_read_options options = TW_READ_DEFAULT;
    tw_str names[4] = {{NULL, 0}};
    sniffed.names = names;
    tw_infer *infer = NULL;
    if (tw_infer_new(&sniffed, &options, &infer, NULL) != TW_OK)
        TW_BUG("no state");
    return infer;
}

static bool same_sample(const tw_text_sample *a, const tw_text_sample *b) {
    bool same = a->n == b->n && a->more == b->more;
    for (size_t i = 0; same && i < a->n; i++)
        same = a->at[i].count == b->at[i].count && tw_str_eq(tw_text_sample_text(a, i), tw_text_sample_text(b, i));
    return same;
}

static bool same_counts(const tw_column_counts *x, const tw_column_counts *y) {
    tw_column_state a = tw_column_all(x), b = tw_column_all(y);
    bool same = memcmp(&a, &b, offsetof(tw_column_state, null_texts)) == 0 &&
                same_sample(&a.null_texts, &b.null_texts) && same_sample(&a.other_texts, &b.other_texts);
    for (size_t i = 0; same && i < TW_SEEN_KINDS; i++)
        same = tw_str_eq((tw_str){a.example[i].text, a.example[i].n}, (tw_str){b.example[i].text, b.example[i].n});
    return same;
}

/* One table of four columns: its text, scanned; both ways of counting. */
static bool agree(source *s, size_t rows, bool room) {
    tw_csv_rules rules = {.delimiter = "|", .delimiter_n = 1};
    tw_csv_cells cells;
    tw_buf text;
    size_t next;
    tw_buf_init(&text, TW_BUF_MAX);
    tw_csv_cells_init(&cells);
    for (size_t r = 0; r < rows; r++)
        for (size_t c = 0; c < 4; c++) {
            source fixed = {s->state % 7}; /* a column of few words */
            if (c == 2 && draw(s, 6))
                put_number(s, &text);
            else
                put_cell(c == 1 ? &fixed : s, &text);
            draw(s, 2);
            tw_buf_char(&text, c == 3 ? '\n' : '|');
        }
    if (tw_csv_scan(&rules, tw_buf_view(&text), 0, text.n, SIZE_MAX, &cells, &next, NULL) != TW_OK)
        TW_BUG("no cells");
    tw_batch batch;
    tw_csv_cells_batch(&cells, text.p, 0, &rules, &batch);
    batch.bytes = room ? text.n : 0;
    tw_infer *fast = state_new(4), *twin = state_new(4), *sum = state_new(4);
    bool good = tw_infer_rows(fast, &batch, NULL) == TW_OK;
    for (size_t r = 0; r < batch.rows; r++)
        for (size_t c = 0; c < 4; c++) {
            size_t cell = batch.first[r] + c;
            tw_str none = {"", 0};
            tw_span span = cell < batch.first[r + 1] ? batch.cells[cell] : (tw_span){0, 0};
            tw_str one = span.n ? (tw_str){text.p + span.at, span.n} : none;
            twin->columns[c].cells++;
            good = tw_infer_text(twin, &twin->columns[c], one, 1) && good;
        }
    good = good && tw_infer_merge(sum, fast, NULL) == TW_OK;
    for (size_t c = 0; c < 4 && good; c++)
        good = tw_memo_settle(fast, &fast->columns[c]) && same_counts(&fast->columns[c], &twin->columns[c]) &&
               same_counts(&sum->columns[c], &twin->columns[c]);
    tw_infer_free(fast);
    tw_infer_free(twin);
    tw_infer_free(sum);
    tw_csv_cells_fini(&cells);
    tw_buf_fini(&text);
    return good;
}

static void test_masks(void) {
    source s = {3};
    bool same = true, value = true;
    for (int i = 0; i < 20000 && same; i++) {
        char bytes[17] = {0};
        size_t n = 1 + draw(&s, 16);
        for (size_t k = 0; k < n; k++)
            bytes[k] = (char)draw(&s, 256);
        tw_cell16 c = tw_cell16_of((tw_str){bytes, n}, draw(&s, 2) ? 16 : n);
        char again[16];
        tw_cell16_put(c, again);
        same = tw_cell16_digits(c) == tw_cell16_digits_plain(c) &&
               tw_cell16_equal(c, bytes[0]) == tw_cell16_equal_plain(c, bytes[0]) && memcmp(again, bytes, 16) == 0;
    }
    ok(same, "masks are those of the plain loop");
    for (int i = 0; i < 20000 && value; i++) {
        uint64_t want = (uint64_t)draw(&s, 1u << 30) * (i % 2 ? 900001 : 1);
        bool minus = draw(&s, 2);
        char digits[TW_NUMBER_MAX], text[24];
        size_t n = tw_format_i64(digits, (int64_t)want), point = draw(&s, (uint32_t)n + 1);
        n = n > 14 ? 14 : n;
        size_t m = 0;
        want = 0;
        text[m] = '-';
        m += minus;
        for (size_t k = 0; k < n; k++) {
            if (k == point)
                text[m++] = ',';
            text[m++] = digits[k];
            want = want * 10 + (uint64_t)(digits[k] - '0');
        }
        tw_plain_number number;
        tw_cell16 c = tw_cell16_of((tw_str){text, m}, m);
        value = tw_cell16_plain(c, (unsigned)m, ',', &number) && tw_cell16_value(c, (unsigned)m, number) == want &&
                number.sign == minus;
    }
    ok(value, "digits give their number");
}

int main(void) {
    source s = {1};
    bool good = true;
    for (int i = 0; i < 60 && good; i++)
        good = agree(&s, 1 + draw(&s, 600), i % 2);
    ok(good, "a column counts as its cells do");
    ok(agree(&s, 12000, true), "also one that is long");
    test_masks();
    return tap_done();
}
