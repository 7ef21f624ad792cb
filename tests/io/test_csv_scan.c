/* The tokeniser against libcsv on random nasty text, and the dialects libcsv does not know by
 * example. */
#include "../tap.h"
#include "csv_oracle.h"

static uint64_t next_random(uint64_t *state) {
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *state >> 33;
}

/* Text as RFC 4180 wants it over several blocks of the vector tokeniser, now and then with one byte
 * changed. */
static size_t tidy_text(char *text, size_t room, uint64_t *state) {
    static const char *const cells[] = {"",
                                        "a",
                                        "1234567",
                                        "\"q\"",
                                        "\"\"",
                                        "\"x,y\"",
                                        "\"a\"\"b\"",
                                        "\"\"\"\"",
                                        "\"line\nline\r\n\"",
                                        "some longer words"};
    size_t n = 0;
    while (n + 40 < room) {
        const char *cell = cells[next_random(state) % TW_COUNT(cells)];
        size_t size = strlen(cell);
        memcpy(text + n, cell, size);
        n += size;
        uint64_t end = next_random(state) % 8;
        if (end == 0)
            text[n++] = '\r';
        text[n++] = end < 2 ? '\n' : ',';
    }
    if (next_random(state) % 3 == 0)
        text[next_random(state) % n] = ",\"\na"[next_random(state) % 4];
    return n;
}

static bool agree_on_tidy_text(uint64_t *state) {
    char text[700];
    bool good = true;
    for (int i = 0; i < 8000 && good; i++) {
        size_t n = tidy_text(text, 60 + next_random(state) % 600, state);
        good = oracle_agrees((tw_str){text, n}, ',', '"', 1 + next_random(state) % 9);
        if (!good)
            printf("# text %d: '%.*s'\n", i, (int)n, text);
    }
    return good;
}

static void agrees_with_libcsv_on_random_text(void) {
    static const char nasty[] = {'a', ',', '"', '\n', '\r', ' ', '\t', '\0', 'b', 'c'};
    static const char tame[] = {'a', 'b', 'c', 'd', 'e', 'f', 'g', ',', '"', '\n'};
    uint64_t state = 20240517;
    char text[256 + 16];
    int bad = 0;
    for (int i = 0; i < 60000 && bad == 0; i++) {
        const char *alphabet = i % 2 ? nasty : tame;
        size_t n = next_random(&state) % (i % 7 ? 40 : 200), shift = next_random(&state) % 16;
        for (size_t k = 0; k < n; k++)
            text[shift + k] = alphabet[next_random(&state) % 10];
        if (!oracle_agrees((tw_str){text + shift, n}, ',', '"', 1 + next_random(&state) % 5)) {
            bad++;
            printf("# case %d, %zu bytes:", i, n);
            for (size_t k = 0; k < n; k++)
                printf(" %02x", (unsigned)(unsigned char)text[shift + k]);
            printf("\n");
        }
    }
    ok(bad == 0, "60000 random texts read as libcsv reads them");
    ok(agree_on_tidy_text(&state), "8000 tidy texts, some with a flaw");
    bool other = true;
    for (int i = 0; i < 2000; i++) {
        size_t n = next_random(&state) % 60;
        for (size_t k = 0; k < n; k++)
            text[k] = ";'\n\rab,\""[next_random(&state) % 8];
        other = other && oracle_agrees((tw_str){text, n}, ';', '\'', SIZE_MAX);
    }
    ok(other, "other delimiters and quotes too");
}

/* Cells of text joined as [cell][cell] with '/' behind each record. */
static void expect(const char *name, tw_csv_rules rules, const char *text, const char *want) {
    tw_csv_cells cells;
    tw_csv_cells_init(&cells);
    tw_buf got;
    tw_buf_init(&got, TW_BUF_MAX);
    tw_str s = tw_str_c(text);
    size_t next = 0;
    enum tw_rc rc = tw_csv_scan(&rules, s, 0, s.n, SIZE_MAX, &cells, &next, NULL);
    for (size_t r = 0; rc == TW_OK && r < cells.rows; r++) {
        for (uint32_t i = cells.first[r]; i < cells.first[r + 1]; i++) {
            tw_str cell = {text + cells.cells[i].at, cells.cells[i].n};
            tw_buf_char(&got, '[');
            if (cells.flags[i] & TW_CELL_DOUBLED)
                tw_csv_unescape(cell, rules.quote, rules.escape, &got);
            else
                tw_buf_str(&got, cell);
            tw_buf_char(&got, ']');
        }
        tw_buf_char(&got, '/');
    }
    tap_text(tw_buf_view(&got), tw_str_c(want), __FILE__, __LINE__, name);
    tw_buf_fini(&got);
    tw_csv_cells_fini(&cells);
}

static tw_csv_rules rules_of(uint32_t delimiter, char quote, char escape) {
    tw_dialect d = {.delimiter = delimiter, .quote = quote, .escape = escape};
    return tw_csv_rules_of(&d);
}

static void reads_other_dialects(void) {
    expect("a delimiter of two bytes", rules_of(0xA7, '"', 0),
           "a\xC2\xA7\"b\xC2\xA7\"\xC2\xA7\xC2\xA8\n", "[a][b\xC2\xA7][\xC2\xA8]/");
    expect("a delimiter of four bytes", rules_of(0x1F600, 0, 0), "a\xF0\x9F\x98\x80\xF0\x9F\x98\n",
           "[a][\xF0\x9F\x98]/");
    expect("no delimiter", rules_of(0, 0, 0), "a,b;c\n\"d\n", "[a,b;c]/[\"d]/");
    tw_csv_rules runs = rules_of(' ', '"', 0);
    runs.runs = true;
    expect("columns aligned with blanks", runs, "  1  22 333\n 4 \"5 6\"   7  \n",
           "[1][22][333]/[4][5 6][7]/");
    tw_csv_rules blank = rules_of(',', '"', 0);
    blank.blank = true;
    expect("comma and blank", blank, "a, b,  c,d\n\"x, y\", \"z\"\n", "[a][b][ c][d]/[x, y][z]/");
    expect("an escape character", rules_of(',', '"', '\\'),
           "\"a\\\"b\",c\\,d,\"e\\\\\",\"\"\nf\\\ng\n", "[a\"b][c,d][e\\][]/[f\\]/[g]/");
    expect("no quotes", rules_of(',', 0, 0), "\"a,b\"\n", "[\"a][b\"]/");
}

static void flags_and_positions(void) {
    tw_csv_rules rules = rules_of(',', '"', 0);
    tw_str s = TW_STR("\n\na,\"b\"\"\",\"c\"d\"\r\n\r\n\"e");
    tw_csv_cells cells;
    tw_csv_cells_init(&cells);
    size_t next = 0;
    ok(tw_csv_scan(&rules, s, 0, s.n, 1, &cells, &next, NULL) == TW_OK && next == 17,
       "a record at a time");
    is_int(cells.records[0].at, 2, "blank lines in front are no records");
    is_int(cells.ends[0], 2, "CR LF is one end");
    is_int(cells.flags[0], 0, "a bare cell");
    is_int(cells.flags[1], TW_CELL_QUOTED | TW_CELL_DOUBLED, "a doubled quote");
    is_int(cells.flags[2], TW_CELL_QUOTED | TW_CELL_STRAY,
           "junk behind a closing quote is flagged");
    ok(tw_csv_scan(&rules, s, next, 19, 9, &cells, &next, NULL) == TW_OK && cells.rows == 1 &&
           next == 19,
       "records that begin behind the stop are left");
    ok(tw_csv_scan(&rules, s, next, s.n, 9, &cells, &next, NULL) == TW_OK && cells.rows == 2 &&
           next == s.n,
       "the rest");
    is_int(cells.flags[3], TW_CELL_QUOTED | TW_CELL_STRAY, "an unclosed quote is flagged");
    is_int(cells.ends[1], 0, "no line end at the end of the text");
    tw_batch batch;
    tw_csv_cells_batch(&cells, s.p, 7, &rules, &batch);
    ok(batch.rows == 2 && batch.first[2] == 4 && batch.first_row == 7 && batch.quote == '"',
       "as a batch");
    tw_csv_cells_fini(&cells);
}

int main(void) {
    agrees_with_libcsv_on_random_text();
    reads_other_dialects();
    flags_and_positions();
    return tap_done();
}
