/* The index against one plain scan: every row in its place, whatever the number of threads and
 * however the quotes lie. */
#include "../tap.h"
#include "io/index.h"

static uint64_t state = 12345;
static uint64_t next_random(void) {
    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return state >> 33;
}

static const tw_csv_rules comma = {.delimiter = {','}, .delimiter_n = 1, .quote = '"'};

/* About `size` bytes of records with four cells; one byte in `dirt` is a stray quote, line end or
 * delimiter. */
static tw_str make_text(size_t size, uint64_t dirt) {
    char *text = tw_calloc(size + 512, 1);
    size_t n = 0;
    while (text && n < size) {
        for (int c = 0; c < 4; c++) {
            uint64_t kind = next_random() % 20;
            if (kind == 0)
                n += (size_t)snprintf(text + n, 32, "\"q,\n\"\"x\"");
            else if (kind == 1)
                n += (size_t)snprintf(text + n, 32, "\"a b\"");
            for (uint64_t k = kind < 2 ? 0 : next_random() % 9; k > 0; k--)
                text[n++] = (char)('a' + next_random() % 26);
            if (dirt && next_random() % dirt == 0)
                text[n++] = "\"\n,"[next_random() % 3];
            if (c == 3 && next_random() % 4 == 0)
                text[n++] = '\r';
            text[n++] = c < 3 ? ',' : '\n';
        }
        if (next_random() % 50 == 0)
            text[n++] = '\n';
    }
    return (tw_str){text, n};
}

/* Every record of a walk against a record-by-record scan; walks in random steps. */
static bool walk_agrees(const tw_index *index, tw_str text) {
    tw_csv_cells one, batch;
    tw_csv_cells_init(&one);
    tw_csv_cells_init(&batch);
    tw_walk walk;
    const char *base = NULL;
    size_t at = 0, next = 0, i = 0;
    int64_t row = 0;
    bool good = tw_walk_to(&walk, index, 0, &one, NULL) == TW_OK;
    while (good && at < text.n) {
        tw_csv_cells_clear(&one);
        good = tw_csv_scan(&comma, text, at, text.n, 1, &one, &next, NULL) == TW_OK;
        if (!good || !one.rows)
            break;
        if (i == batch.rows) {
            good = tw_walk_next(&walk, 1 + next_random() % 700, 1 + next_random() % 70000, &batch,
                                &base, NULL) == TW_OK &&
                   batch.rows > 0;
            i = 0;
        }
        if (!good)
            break;
        uint32_t first = batch.first[i], n = batch.first[i + 1] - first;
        good = n == one.first[1];
        for (uint32_t c = 0; c < n && good; c++)
            good = base + batch.cells[first + c].at == text.p + one.cells[c].at &&
                   batch.cells[first + c].n == one.cells[c].n;
        i++;
        row++;
        at = next;
    }
    good = good && row == tw_index_rows(index);
    tw_csv_cells_fini(&one);
    tw_csv_cells_fini(&batch);
    return good;
}

static bool same_repairs(const tw_index *a, const tw_index *b) {
    size_t n, m;
    const tw_repaired *x = tw_index_repaired(a, &n), *y = tw_index_repaired(b, &m);
    if (n != m || tw_index_rows(a) != tw_index_rows(b))
        return false;
    for (size_t i = 0; i < n; i++)
        if (x[i].at != y[i].at || x[i].bytes != y[i].bytes || x[i].row != y[i].row ||
            x[i].kind != y[i].kind || x[i].n_cells != y[i].n_cells)
            return false;
    return true;
}

static void threads_change_nothing(tw_task *task) {
    static const uint64_t dirts[] = {0, 200000, 2000, 100};
    tw_infer *no_states[4] = {0};
    for (size_t d = 0; d < TW_COUNT(dirts); d++) {
        tw_str text = make_text((size_t)5 << 20, dirts[d]);
        tw_error err = TW_ERROR_INIT;
        tw_index *index = NULL, *serial = NULL;
        tw_index_input in = {.text = text,
                             .end = text.n,
                             .rules = comma,
                             .width = 4,
                             .slots = no_states,
                             .n_slots = 4};
        succeeds(tw_index_build(&in, task, &index, &err), &err, "index on two threads");
        ok(walk_agrees(index, text), "every record in its place, dirt %llu",
           (unsigned long long)dirts[d]);
        tw_csv_cells scratch;
        tw_csv_cells_init(&scratch);
        bool jumps = true;
        for (int i = 0; i < 50; i++) {
            int64_t row = (int64_t)(next_random() % (uint64_t)tw_index_rows(index));
            tw_walk walk;
            jumps =
                jumps && tw_walk_to(&walk, index, row, &scratch, NULL) == TW_OK && walk.row == row;
        }
        ok(jumps, "any row is reached");
        tw_csv_cells_fini(&scratch);
        tw_index_free(index);
        index = NULL;

        tw_arena arena;
        tw_arena_init(&arena);
        tw_sniffed sniffed = {.width = 4,
                              .dialect = {.delimiter = ',', .quote = '"', .table_end = text.n}};
        tw_sample sample = {.head = tw_str_sub(text, 0, 60000), .total = text.n};
        tw_repairer *repairer = NULL;
        succeeds(tw_repairer_new(&sniffed, &sample, &repairer, &err), &err, "repairer");
        in.repairer = repairer;
        succeeds(tw_index_build(&in, task, &index, &err), &err, "with repairs on two threads");
        in.n_slots = 0;
        succeeds(tw_index_build(&in, NULL, &serial, &err), &err, "with repairs on one");
        ok(same_repairs(index, serial), "the same repairs");
        tw_index_free(index);
        tw_index_free(serial);
        tw_repairer_free(repairer);
        tw_arena_fini(&arena);
        char *bytes;
        memcpy(&bytes, &text.p, sizeof bytes);
        free(bytes);
    }
}

static void small_things(void) {
    tw_index *index = NULL;
    tw_error err = TW_ERROR_INIT;
    tw_index_input in = {
        .text = TW_STR("1,2\n3,4\n\n5,6"), .end = 12, .rules = comma, .width = 2, .max_rows = 2};
    succeeds(tw_index_build(&in, NULL, &index, &err), &err, "the first rows only");
    is_int(tw_index_rows(index), 2, "two of three");
    tw_index_free(index);
    in.end = 0;
    succeeds(tw_index_build(&in, NULL, &index, &err), &err, "nothing at all");
    is_int(tw_index_rows(index), 0, "no rows");
    tw_index_free(index);
    tw_task task;
    tw_task_init(&task, NULL, NULL);
    tw_task_cancel(&task);
    in.end = 12;
    ok(tw_index_build(&in, &task, &index, &err) == TW_ECANCEL, "a cancelled index is none");
}

int main(void) {
    tw_pool *pool = NULL;
    tw_task task;
    tw_error err = TW_ERROR_INIT;
    succeeds(tw_pool_new(2, &pool, &err), &err, "pool");
    tw_task_init(&task, NULL, pool);
    threads_change_nothing(&task);
    small_things();
    tw_pool_free(pool);
    return tap_done();
}
