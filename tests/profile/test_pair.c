/* Pairs of a wide table: what a sample of rows screens away, what it must not, what is said. */
#include "profile/pair.h"

#include "../tap.h"
#include "base/hash.h"

enum { ROWS = 700, WIDTH = 420, LEVELS = 40 };

typedef struct wide {
    tw_texts t;
    tw_texts_column columns[WIDTH];
    uint32_t codes[WIDTH][ROWS];
    int64_t counts[WIDTH][ROWS];
    uint8_t states[ROWS];
} wide;

static uint32_t any(size_t column, size_t row, uint32_t below) {
    return (uint32_t)(tw_mix64(column * 1000003 + row + 1) % below);
}

/* Levels without rows are allowed: the counts say so. */
static void count(wide *w, size_t c, uint32_t levels) {
    w->columns[c] = (tw_texts_column){
        .codes = w->codes[c], .counts = w->counts[c], .states = w->states, .levels = levels};
    for (size_t i = 0; i < ROWS; i++)
        w->counts[c][w->codes[c][i]]++;
}

/* Column 400 follows column 5 but for one row in fifty, column 401 follows 6 nearly always and is
 * mostly one value, column 402 names each row; all others are noise. */
static wide *make(size_t width) {
    wide *w = tw_calloc(1, sizeof *w);
    if (!w)
        return NULL;
    w->t = (tw_texts){.n = ROWS, .width = width, .columns = w->columns};
    memset(w->states, TW_VALUE, sizeof w->states);
    for (size_t c = 0; c < width; c++) {
        for (size_t i = 0; i < ROWS; i++)
            w->codes[c][i] = any(c, i, LEVELS);
        for (size_t i = 0; c == 400 && i < ROWS; i++)
            w->codes[c][i] = i % 50 == 7 ? any(c, i, LEVELS) : (w->codes[5][i] * 7 + 3) % LEVELS;
        for (size_t i = 0; c == 401 && i < ROWS; i++)
            w->codes[c][i] = w->codes[6][i] < 4 && i % 60 ? 1 : 0;
        for (size_t i = 0; c == 402 && i < ROWS; i++)
            w->codes[c][i] = (uint32_t)i;
        count(w, c, c == 402 ? ROWS : LEVELS);
    }
    return w;
}

static bool equal(const tw_pair *a, const tw_pair *b) {
    return a && b && memcmp(a, b, sizeof *a) == 0;
}

static void test_screen(void) {
    tw_error err = TW_ERROR_INIT;
    wide *w = make(WIDTH), *few = make(WIDTH);
    tw_pairs all, some;
    succeeds(tw_pairs_measure(&w->t, NULL, &all, &err), &err, "a wide table");
    ok(all.n < 1000, "of %d pairs %zu are measured", WIDTH * WIDTH, all.n);
    is_int((int64_t)all.left_out, 0, "none was left out unseen");
    few->columns[0] = few->columns[5]; /* the planted ones alone: nothing is screened */
    few->columns[1] = few->columns[400];
    few->columns[2] = few->columns[6];
    few->columns[3] = few->columns[401];
    few->t.width = 4;
    succeeds(tw_pairs_measure(&few->t, NULL, &some, &err), &err, "four of its columns");
    is_int((int64_t)some.n, 12, "all their pairs are measured");
    static const int planted[2][4] = {{5, 400, 0, 1}, {6, 401, 2, 3}};
    for (size_t i = 0; i < 2; i++) {
        const tw_pair *there = tw_pairs_find(&all, planted[i][0], planted[i][1]),
                      *plain = tw_pairs_find(&some, planted[i][2], planted[i][3]);
        ok(there && plain && plain->score > 0.6, "dependency %zu passes the screen", i + 1);
        tw_pair moved = plain ? *plain : (tw_pair){0};
        moved.lhs = planted[i][0];
        moved.rhs = planted[i][1];
        ok(equal(there, &moved), "with the figures of all rows");
        ok(tw_pairs_find(&all, planted[i][1], planted[i][0]), "the way back is there too");
    }
    size_t n;
    const tw_pair *on = tw_pairs_on(&all, 400, &n);
    ok(n > 0 && on[0].rhs == 400 && on[n - 1].rhs == 400, "looked up by what depends");
    ok(!tw_pairs_find(&all, 402, 5), "a key determines nothing worth a look");
    tw_pairs_fini(&all);
    tw_pairs_fini(&some);
    free(w);
    free(few);
}

/* Copies of one column: all pairs hold, more than can be measured. */
static void test_limits(void) {
    tw_error err = TW_ERROR_INIT;
    enum { MANY = 2000, SHORT = 6 };
    static const uint32_t codes[SHORT] = {0, 1, 0, 1, 2, 2};
    static int64_t counts[3] = {2, 2, 2};
    static uint8_t states[3] = {TW_VALUE, TW_VALUE, TW_VALUE};
    uint32_t mine[SHORT];
    tw_texts_column *columns = tw_calloc(MANY, sizeof *columns);
    memcpy(mine, codes, sizeof mine);
    for (size_t c = 0; c < MANY; c++)
        columns[c] =
            (tw_texts_column){.codes = mine, .counts = counts, .states = states, .levels = 3};
    tw_texts t = {.n = SHORT, .width = MANY, .columns = columns};
    tw_pairs pairs;
    succeeds(tw_pairs_measure(&t, NULL, &pairs, &err), &err, "two thousand columns");
    ok(pairs.left_out >= (size_t)MANY * MANY - (1 << 20) - MANY && pairs.n <= 1 << 20,
       "a million pairs at most, the others are counted");
    ok(tw_pairs_find(&pairs, 0, 1), "the first columns take part");
    tw_pairs_fini(&pairs);
    free(columns);
}

int main(void) {
    test_screen();
    test_limits();
    return tap_done();
}
