/* The tokenisers against libcsv and each other on random nasty text, at every alignment and, through the index, on one to
 * four threads.
 *
 *     test_csv_differential [CASES [FIRST]]
 *
 * Case numbers are seeds: a case that fails can be run again alone. test_csv_portable is the same program with the code that
 * machines without vector instructions run. */
#include <stdlib.h>

#include "../tap.h"
#include "csv_oracle.h"
#include "io/index.h"

enum { CASES = 20000, ROOM = 1 << 16, THREADS = 4, SLOTS = 2 * THREADS };

static uint64_t next_random(uint64_t *state) {
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *state >> 33;
}

/* A case in the making. */
typedef struct made {
    char text[ROOM];
    size_t n;
    char delimiter, quote;
    uint64_t state;
} made;

static size_t below(made *m, size_t n) {
    return (size_t)(next_random(&m->state) % n);
}

static void put(made *m, char c) {
    if (m->n < ROOM)
        m->text[m->n++] = c;
}

static void put_line_end(made *m) {
    static const char *const ends[] = {"\n", "\n", "\r\n", "\r", "\n\n", "\r\r\n", "\n\r"};
    for (const char *p = ends[below(m, TW_COUNT(ends))]; *p; p++)
        put(m, *p);
}

/* Any byte, those that mean something first. */
static char nasty_byte(made *m) {
    const char some[] = {m->quote, m->quote, m->delimiter, m->delimiter, '\n', '\r', ' ', '\t', '\0', 'a', 'b', '\xFF', '\x80', '\xC3'};
    return below(m, 40) ? some[below(m, sizeof some)] : (char)below(m, 256);
}

static void make_noise(made *m, size_t n) {
    while (n-- > 0)
        put(m, nasty_byte(m));
}

/* Runs of one byte: rows of quotes, of delimiters, of line ends as long as a block and longer. */
static void make_runs(made *m, size_t runs) {
    while (runs-- > 0) {
        char c = nasty_byte(m);
        for (size_t k = below(m, below(m, 8) ? 5 : 140); k > 0; k--)
            put(m, c);
    }
}

static void put_cell(made *m, size_t n) {
    bool quoted = below(m, 3) == 0;
    if (quoted)
        put(m, m->quote);
    while (n-- > 0) {
        char c = quoted ? nasty_byte(m) : (char)('a' + below(m, 26));
        put(m, c);
        if (c == m->quote)
            put(m, c);
    }
    if (quoted)
        put(m, m->quote);
}

/* As RFC 4180 wants it, with `flaws` bytes changed; the longest cell has `longest` bytes. */
static void make_tidy(made *m, size_t cells, size_t longest, size_t flaws) {
    while (cells-- > 0) {
        put_cell(m, below(m, below(m, 4) ? TW_MIN(longest, (size_t)12) : longest));
        if (below(m, 5))
            put(m, m->delimiter);
        else
            put_line_end(m);
    }
    while (flaws-- > 0 && m->n)
        m->text[below(m, m->n)] = nasty_byte(m);
}

static void make_case(made *m, uint64_t number) {
    static const char delimiters[] = {',', ',', ';', '\t', '|', ' ', '\x01'};
    *m = (made){.state = number * UINT64_C(0x9E3779B97F4A7C15) + 1};
    m->delimiter = delimiters[below(m, sizeof delimiters)];
    m->quote = below(m, 4) ? '"' : '\'';
    switch (number % 8) {
    case 0:
        make_noise(m, below(m, 48));
        break;
    case 1:
        make_noise(m, below(m, 400));
        break;
    case 2:
        make_runs(m, below(m, 40));
        break;
    case 3:
        make_tidy(m, below(m, 300), below(m, 100) ? 200 : 40000, 0);
        break;
    case 4:
        make_tidy(m, below(m, 60), below(m, 10) ? 100 : 3000, below(m, 3));
        break;
    default:
        make_tidy(m, below(m, 100), 30, below(m, 4));
    }
}

/* What the index makes of it on `threads` threads, walked in random steps. */
static bool index_says(made *m, tw_str text, const tw_csv_rules *rules, tw_pool *pool, tw_buf *out) {
    static tw_infer *const no_states[SLOTS];
    tw_task task;
    tw_index *index = NULL;
    tw_walk walk;
    tw_csv_cells cells;
    tw_csv_cells_init(&cells);
    tw_task_init(&task, NULL, pool);
    const tw_index_input in = {.text = text,
                               .end = text.n,
                               .rules = *rules,
                               .width = 3,
                               .slots = no_states,
                               .n_slots = 1 + below(m, SLOTS),
                               .chunk = 1 + below(m, below(m, 4) ? 200 : 5000)};
    bool good = tw_index_build(&in, &task, &index, NULL) == TW_OK && tw_walk_to(&walk, index, 0, &cells, NULL) == TW_OK;
    for (bool more = good; more;) {
        const char *base;
        good = tw_walk_next(&walk, 1 + below(m, 60), 1 + below(m, 3000), &cells, &base, NULL) == TW_OK;
        more = good && cells.rows;
        if (more)
            oracle_records(base, rules, &cells, out);
    }
    good = good && walk.row == tw_index_rows(index);
    tw_index_free(index);
    tw_csv_cells_fini(&cells);
    return good;
}

/* All records at once, by the function that chooses the code. */
static bool scan_says(tw_str text, const tw_csv_rules *rules, tw_csv_cells *cells, tw_buf *out) {
    size_t next = 0;
    return tw_csv_scan(rules, text, 0, text.n, SIZE_MAX, cells, &next, NULL) == TW_OK && next == text.n &&
           oracle_cells(text, rules, cells, out);
}

static bool same_cells(const tw_csv_cells *a, const tw_csv_cells *b) {
    if (a->rows != b->rows || a->n != b->n)
        return false;
    return !a->rows ||
           (memcmp(a->records, b->records, a->rows * sizeof *a->records) == 0 && memcmp(a->ends, b->ends, a->rows) == 0 &&
            (!a->n || (memcmp(a->cells, b->cells, a->n * sizeof *a->cells) == 0 && memcmp(a->flags, b->flags, a->n) == 0)));
}

/* Some columns picked in random steps from a table as wide as one of its records, beside the same cells of the whole scan. */
static bool picks_agree(made *m, tw_str text, const tw_csv_rules *rules, const tw_csv_cells *all) {
    size_t some = all->rows ? below(m, all->rows) : 0, next = 0;
    size_t width = all->rows ? all->first[some + 1] - all->first[some] : 3;
    int columns[TW_CSV_PICK_MAX];
    tw_csv_pick pick = {.columns = columns, .width = width};
    for (size_t c = 0; c < width && pick.n < TW_CSV_PICK_MAX; c++)
        if (below(m, 3) == 0)
            columns[pick.n++] = (int)c;
    tw_csv_cells want, got, scratch;
    tw_csv_cells_init(&want);
    tw_csv_cells_init(&got);
    tw_csv_cells_init(&scratch);
    bool good = tw_csv_cells_pick(all, 0, all->rows, &pick, &want);
    while (good && next < text.n)
        good = tw_csv_scan_pick(rules, text, next, next + 1 + below(m, text.n), 1 + below(m, 300), &pick, &scratch, &got, &next,
                                NULL) == TW_OK;
    good = good && same_cells(&want, &got);
    tw_csv_cells_fini(&want);
    tw_csv_cells_fini(&got);
    tw_csv_cells_fini(&scratch);
    return good;
}

/* NULL, or who disagrees with libcsv. */
static const char *disagreement(made *m, tw_str text, tw_pool *pool, tw_buf *want, tw_buf *got, tw_csv_cells *cells) {
    const tw_csv_rules rules = {.delimiter = {m->delimiter}, .delimiter_n = 1, .quote = m->quote};
    tw_buf_clear(want);
    tw_buf_clear(got);
    tw_csv_cells_clear(cells);
    if (!oracle_libcsv(text, &rules, 1 + below(m, 300), want))
        return "libcsv";
    if (!scan_says(text, &rules, cells, got) || !tw_str_eq(tw_buf_view(got), tw_buf_view(want)))
        return "the scan of everything";
    if (!picks_agree(m, text, &rules, cells))
        return "a scan of a few columns";
    size_t from = cells->rows ? cells->records[below(m, cells->rows)].at : 0;
    if (!oracle_twins_agree(&rules, text, text.n, SIZE_MAX) ||
        !oracle_twins_agree(&rules, text, below(m, text.n + 1), 1 + below(m, 9)) ||
        !oracle_twins_agree_from(&rules, text, from, from + below(m, text.n - from + 1), 1 + below(m, 40)))
        return "the vector scan and its twin";
    tw_buf_clear(got);
    if (!index_says(m, text, &rules, pool, got) || !tw_str_eq(tw_buf_view(got), tw_buf_view(want)))
        return "the index";
    return NULL;
}

static void show(uint64_t number, const made *m, const char *who) {
    printf("# case %llu, delimiter %02x, quote %02x, %zu bytes: %s\n# ", (unsigned long long)number,
           (unsigned)(unsigned char)m->delimiter, (unsigned)(unsigned char)m->quote, m->n, who);
    for (size_t k = 0; k < TW_MIN(m->n, (size_t)300); k++)
        printf(" %02x", (unsigned)(unsigned char)m->text[k]);
    printf("\n");
}

/* A block of its own size, so that a sanitizer sees a byte read too many; every alignment in turn. */
static const char *run_case(made *m, uint64_t number, tw_pool *const *pools, tw_buf *want, tw_buf *got, tw_csv_cells *cells) {
    size_t shift = (size_t)(number / 8 % 64);
    void *block = NULL;
    make_case(m, number);
    if (posix_memalign(&block, 64, shift + m->n + 1) != 0)
        return "memory";
    char *at = (char *)block + shift;
    memcpy(at, m->text, m->n);
    const char *who = disagreement(m, (tw_str){at, m->n}, pools[number / 512 % THREADS], want, got, cells);
    free(block);
    return who;
}

int main(int argc, char **argv) {
    uint64_t cases = argc > 1 ? strtoull(argv[1], NULL, 10) : CASES, first = argc > 2 ? strtoull(argv[2], NULL, 10) : 0;
    tw_pool *pools[THREADS] = {0};
    static made m;
    tw_buf want, got;
    tw_csv_cells cells;
    int bad = 0;
    tw_buf_init(&want, TW_BUF_MAX);
    tw_buf_init(&got, TW_BUF_MAX);
    tw_csv_cells_init(&cells);
    for (size_t i = 0; i < THREADS; i++)
        if (tw_pool_new(i + 1, &pools[i], NULL) != TW_OK)
            return 99;
    uint64_t bytes = 0;
    for (uint64_t number = first; number - first < cases && bad < 5; number++) {
        const char *who = run_case(&m, number, pools, &want, &got, &cells);
        bytes += m.n;
        bad += who != NULL;
        if (who)
            show(number, &m, who);
    }
    ok(bad == 0, "%llu texts, %llu bytes, read as libcsv reads them%s", (unsigned long long)cases, (unsigned long long)bytes,
       tw_csv_vector_usable() ? "" : "; no vector code here");
    for (size_t i = 0; i < THREADS; i++)
        tw_pool_free(pools[i]);
    tw_csv_cells_fini(&cells);
    tw_buf_fini(&want);
    tw_buf_fini(&got);
    return tap_done();
}
