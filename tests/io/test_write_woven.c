/* Tables woven from the cells of others, as CSV: the writer that takes many cells at once must say
 * what one that takes them singly says, on files that break readers and on random ones. */
#include "../tap.h"
#include "data/beside.h"
#include "data/melt.h"
#include "data/transpose.h"
#include "io/csv_write.h"
#include "nasty.h"

static char in_path[256], out_path[256];

/* Header and rows, a cell at a time. */
static bool write_singly(const tw_table *t, tw_buf *out) {
    const tw_csv_style style = TW_CSV_STYLE_RFC;
    size_t width = tw_table_width(t);
    tw_buf text;
    tw_buf_init(&text, TW_BUF_MAX);
    bool good = true;
    for (int64_t row = -1; row < tw_table_rows(t) && good; row++) {
        for (size_t c = 0; c < width && good; c++) {
            tw_buf_clear(&text);
            if (row < 0)
                tw_buf_c(&text, tw_table_field(t, c)->name);
            else
                good = tw_table_text(t, c, row, &text, NULL, NULL) == TW_OK;
            tw_buf_c(out, c ? "," : "");
            good = good && tw_csv_put_cell(out, &style, tw_buf_view(&text), width == 1 && !text.n,
                                           NULL) == TW_OK;
        }
        tw_buf_char(out, '\n');
    }
    tw_buf_fini(&text);
    return good && !out->failed;
}

/* Takes the table over; NULL is fine. */
static bool writes_alike(tw_table *t) {
    if (!t)
        return true;
    char *bytes = NULL;
    size_t n = 0;
    tw_error err = TW_ERROR_INIT;
    tw_buf want;
    tw_buf_init(&want, TW_BUF_MAX);
    bool good = write_singly(t, &want) &&
                tw_write_table(t, out_path, NULL, NULL, &err) == TW_OK &&
                tw_file_read(out_path, (size_t)1 << 30, &bytes, &n, NULL) == TW_OK &&
                tw_str_eq((tw_str){bytes, n}, tw_buf_view(&want));
    if (!good)
        printf("# %s\n# got  '%.*s'\n# want '%.*s'\n", err.message, (int)TW_MIN(n, (size_t)400),
               bytes ? bytes : "", (int)TW_MIN(want.n, (size_t)400), want.n ? want.p : "");
    free(bytes);
    tw_buf_fini(&want);
    tw_table_unref(t);
    return good;
}

static tw_table *melted(const tw_table *t, size_t n) {
    static const char *const names[2] = {"k, \"name\"", "v"};
    tw_table *out = NULL;
    int columns[8];
    for (size_t i = 0; i < n; i++)
        columns[i] = (int)(tw_table_width(t) - 1 - i);
    return tw_table_melt(t, columns, n, names, NULL, &out, NULL) == TW_OK ? out : NULL;
}

/* Rows in ascending order, some left out, some again; beside them rows in any order. */
static tw_table *paired(const tw_table *t, uint64_t *state) {
    int64_t rows = tw_table_rows(t), n = 0;
    tw_table *out = NULL;
    tw_beside pairs = {.a = t, .b = t, .columns = (int[]){0}, .n = 1};
    pairs.rows_a = tw_calloc((size_t)rows * 3 + 2, sizeof *pairs.rows_a);
    pairs.rows_b = tw_calloc((size_t)rows * 3 + 2, sizeof *pairs.rows_b);
    for (int64_t row = 0; row <= rows && pairs.rows_a && pairs.rows_b; row++)
        for (uint64_t k = row < rows ? nasty_random(state) % 4 : 1; k > 0; k--) {
            uint64_t other = nasty_random(state) % ((uint64_t)rows + 1);
            pairs.rows_a[n] = row < rows ? (uint32_t)row : UINT32_MAX;
            pairs.rows_b[n++] = other < (uint64_t)rows ? (uint32_t)other : UINT32_MAX;
        }
    pairs.rows = n;
    return tw_table_beside(&pairs, NULL, &out, NULL) == TW_OK ? out : NULL;
}

static bool file_writes_alike(tw_str bytes, uint64_t *state) {
    tw_opened *o = NULL;
    tw_table *t = NULL, *transposed = NULL;
    if (tw_file_write(in_path, bytes, NULL) != TW_OK)
        return false;
    bool good = true;
    if (tw_read_table(in_path, &TW_READ_DEFAULT, NULL, &o, &t, NULL) == TW_OK && tw_table_width(t)) {
        size_t width = tw_table_width(t);
        good = writes_alike(melted(t, 1)) && writes_alike(melted(t, TW_MIN(width, (size_t)3))) &&
               writes_alike(paired(t, state));
        if (tw_table_transpose(t, NULL, &transposed, NULL) == TW_OK)
            good = writes_alike(transposed) && good;
    }
    tw_table_unref(t);
    tw_opened_free(o);
    return good;
}

static void test_marks(void) {
    const tw_csv_style style = TW_CSV_STYLE_RFC;
    static const char letters[] = "ab,\"\n\rxyzxyzxyzxyz";
    uint64_t state = 5;
    bool counts = true, finds = true;
    for (int round = 0; round < 3000; round++) {
        char text[600];
        size_t n = nasty_random(&state) % (round % 10 ? 50 : 568), marks = 0, first = n;
        uint64_t kinds = round % 3 ? TW_COUNT(letters) - 1 : 2;
        for (size_t i = 0; i < sizeof text; i++)
            text[i] = letters[nasty_random(&state) % kinds];
        for (size_t i = n; i-- > 0;)
            if (strchr(",\"\n\r", text[i])) {
                marks++;
                first = i;
            }
        counts = counts && tw_csv_marks(&style, (tw_str){text, n}, n) == marks &&
                 tw_csv_marks(&style, (tw_str){text, n}, n + 20) == marks;
        finds = finds && tw_csv_bare(&style, (tw_str){text, n}, n) == first &&
                tw_csv_bare(&style, (tw_str){text, n}, n + 20) == first;
    }
    char many[9000];
    memset(many, ',', sizeof many);
    counts = counts && tw_csv_marks(&style, (tw_str){many, sizeof many}, sizeof many) == sizeof many;
    ok(counts, "marks are counted");
    ok(finds, "the first one is found, whatever follows");
}

int main(void) {
    enum { RANDOM_FILES = 100 };
    uint64_t state = 11;
    tw_buf file;
    nasty_path("in", in_path);
    nasty_path("out", out_path);
    test_marks();
    for (size_t i = 0; i < TW_COUNT(nasties); i++)
        ok(file_writes_alike(nasties[i].bytes, &state), "%s", nasties[i].name);
    tw_buf_init(&file, TW_BUF_MAX);
    bool good = true;
    for (int i = 0; i < RANDOM_FILES && good; i++) {
        tw_buf_clear(&file);
        nasty_file(&state, &file);
        good = file_writes_alike(tw_buf_view(&file), &state);
    }
    ok(good, "random files");
    tw_buf_fini(&file);
    unlink(in_path);
    unlink(out_path);
    return tap_done();
}
