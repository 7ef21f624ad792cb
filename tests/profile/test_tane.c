/* Exact dependencies against brute force on random tables, the published count for iris-like data,
 * the budget. */
#include "profile/tane.h"

#include "../tap.h"
#include "base/hash.h"

enum { MOST_ROWS = 200, MOST_WIDTH = 6 };

typedef struct made {
    uint32_t codes[MOST_WIDTH][MOST_ROWS];
    const uint32_t *columns[MOST_WIDTH];
    uint32_t levels[MOST_WIDTH];
    size_t width, rows;
} made;

static void fill(made *m, uint64_t seed) {
    m->width = 2 + seed % (MOST_WIDTH - 1);
    m->rows = 3 + tw_mix64(seed) % (MOST_ROWS - 3);
    for (size_t c = 0; c < m->width; c++) {
        static const uint32_t sizes[5] = {1, 2, 4, 9, MOST_ROWS};
        m->levels[c] = sizes[tw_mix64(seed * 7 + c) % 5];
        m->columns[c] = m->codes[c];
        for (size_t i = 0; i < m->rows; i++)
            m->codes[c][i] = (uint32_t)(tw_mix64(seed * 1000003 + c * 1009 + i) % m->levels[c]);
    }
    for (size_t i = 0; i < m->rows && m->width > 3; i++) /* one planted dependency of two on one */
        m->codes[2][i] = (m->codes[0][i] * 3 + m->codes[1][i]) % m->levels[2];
}

static bool agree(const made *m, uint64_t set, size_t a, size_t b) {
    for (size_t c = 0; c < m->width; c++)
        if ((set >> c & 1) && m->codes[c][a] != m->codes[c][b])
            return false;
    return true;
}

static bool holds(const made *m, uint64_t lhs, size_t rhs) {
    for (size_t a = 0; a < m->rows; a++)
        for (size_t b = a + 1; b < m->rows; b++)
            if (m->codes[rhs][a] != m->codes[rhs][b] && agree(m, lhs, a, b))
                return false;
    return true;
}

static bool is_minimal(const made *m, uint64_t lhs, size_t rhs) {
    if ((lhs >> rhs & 1) || !holds(m, lhs, rhs))
        return false;
    for (size_t c = 0; c < m->width; c++)
        if ((lhs >> c & 1) && holds(m, lhs & ~(UINT64_C(1) << c), rhs))
            return false;
    return true;
}

static bool is_found(const tw_fds *fds, uint64_t lhs, size_t rhs) {
    for (size_t i = 0; i < fds->n; i++)
        if (fds->at[i].lhs == lhs && fds->at[i].rhs == (int)rhs)
            return true;
    return false;
}

static void test_against_brute_force(void) {
    static made m;
    tw_error err = TW_ERROR_INIT;
    for (uint64_t seed = 1; seed <= 25; seed++) {
        tw_fds fds;
        size_t want = 0;
        fill(&m, seed);
        bool good = tw_tane(m.columns, m.levels, m.width, m.rows, UINT64_MAX, SIZE_MAX, NULL, &fds,
                            &err) == TW_OK;
        for (uint64_t lhs = 0; good && lhs < UINT64_C(1) << m.width; lhs++)
            for (size_t rhs = 0; rhs < m.width; rhs++)
                if (is_minimal(&m, lhs, rhs)) {
                    want++;
                    good = good && is_found(&fds, lhs, rhs);
                }
        ok(good && fds.n == want && fds.complete,
           "%zu columns, %zu rows: the %zu minimal ones, no other", m.width, m.rows, want);
        tw_fds_fini(&fds);
    }
}

static void test_keys_and_order(void) {
    static made m;
    tw_fds fds;
    tw_error err = TW_ERROR_INIT;
    m.width = 3;
    m.rows = 100;
    for (size_t c = 0; c < 3; c++)
        m.columns[c] = m.codes[c];
    m.levels[0] = m.levels[1] = 10;
    m.levels[2] = 100;
    for (uint32_t i = 0; i < 100; i++) {
        m.codes[0][i] = i % 10;
        m.codes[1][i] = i / 10;
        m.codes[2][i] = 99 - i;
    }
    succeeds(tw_tane(m.columns, m.levels, 3, 100, UINT64_MAX, SIZE_MAX, NULL, &fds, &err), &err,
             "searched");
    ok(fds.n_keys == 2 && fds.keys[0] == 4 && fds.keys[1] == 3,
       "the single key, then the one of two columns");
    ok(fds.n == 3 && fds.at[0].lhs == 4 && fds.at[2].lhs == 3, "small left sides first");
    tw_fds_fini(&fds);
    succeeds(tw_tane(m.columns, m.levels, 3, 100, 10, SIZE_MAX, NULL, &fds, &err), &err,
             "searched with a small budget");
    ok(!fds.complete && fds.largest == 1, "where it ends is said");
    tw_fds_fini(&fds);
    succeeds(tw_tane(m.columns, m.levels, 3, 0, 10, SIZE_MAX, NULL, &fds, &err), &err, "no rows");
    is_int(fds.n, 0, "no dependencies");
    tw_fds_fini(&fds);
}

/* Columns of which each two are a key: 12 * 11 / 2 keys give the other ten columns each. */
static void test_most(void) {
    enum { WIDTH = 12, ROWS = 60 };
    static uint32_t codes[WIDTH][ROWS];
    const uint32_t *columns[WIDTH];
    uint32_t levels[WIDTH];
    tw_error err = TW_ERROR_INIT;
    tw_fds fds;
    for (size_t c = 0; c < WIDTH; c++) {
        for (uint32_t i = 0; i < ROWS; i++)
            codes[c][i] = i == 2 * c + 1 ? 2 * (uint32_t)c : i; /* two rows agree */
        columns[c] = codes[c];
        levels[c] = ROWS;
    }
    succeeds(tw_tane(columns, levels, WIDTH, ROWS, UINT64_MAX, SIZE_MAX, NULL, &fds, &err), &err,
             "no limit");
    ok(fds.n == 660 && fds.n_keys == 66 && fds.complete && !fds.full, "all of them");
    tw_fds_fini(&fds);
    succeeds(tw_tane(columns, levels, WIDTH, ROWS, UINT64_MAX, 100, NULL, &fds, &err), &err,
             "at most 100");
    ok(fds.n == 100 && fds.full && !fds.complete, "the list ends there and says so");
    is_int(fds.largest, 2, "those on one column are all there");
    is_int((int64_t)fds.n_keys, 66, "and so are the keys of this size");
    tw_fds_fini(&fds);
    succeeds(tw_tane(columns, levels, WIDTH, ROWS, UINT64_MAX, 660, NULL, &fds, &err), &err,
             "exactly as many as there are");
    ok(fds.n == 660 && fds.complete, "nothing is missing");
    tw_fds_fini(&fds);
}

static void test_threads(void) {
    static made m;
    tw_fds one, many;
    tw_error err = TW_ERROR_INIT;
    tw_pool *pool = NULL;
    tw_task task;
    fill(&m, 11);
    succeeds(tw_pool_new(3, &pool, &err), &err, "pool");
    tw_task_init(&task, NULL, pool);
    succeeds(tw_tane(m.columns, m.levels, m.width, m.rows, UINT64_MAX, SIZE_MAX, NULL, &one, &err),
             &err, "one thread");
    succeeds(
        tw_tane(m.columns, m.levels, m.width, m.rows, UINT64_MAX, SIZE_MAX, &task, &many, &err),
        &err, "three threads");
    bool same = one.n == many.n;
    for (size_t i = 0; same && i < one.n; i++)
        same = one.at[i].lhs == many.at[i].lhs && one.at[i].rhs == many.at[i].rhs;
    ok(same, "the same list");
    tw_fds_fini(&one);
    tw_fds_fini(&many);
    tw_pool_free(pool);
}

int main(void) {
    test_against_brute_force();
    test_keys_and_order();
    test_most();
    test_threads();
    return tap_done();
}
