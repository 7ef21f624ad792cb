/* Looking into the middle of a file before it is indexed: rows in their order, from a true start,
 * joined without a gap, and their true number once the file has been read. */
#include "config.h"

#include "../tap.h"
#include "base/number.h"
#include "io/open.h"
#include "nasty.h"

enum { ROWS = 6000, LOOKS = 97 };

static char path[256];
static tw_arena arena;

/* Every third row holds line ends, delimiters and quotes; rows differ in length. */
static bool write_rows(void) {
    tw_buf b;
    tw_buf_init(&b, TW_BUF_MAX);
    tw_buf_c(&b, "id,note,value\n");
    for (int i = 0; i < ROWS; i++) {
        if (i % 3 == 0)
            tw_buf_printf(&b, "%d,\"said \"\"no\"\",\nthen\n%d,\",%d\n", i, i * 7, i * 3);
        else
            tw_buf_printf(&b, "%d,%.*s,%d\n", i, i % 40, "a note that is now long and now short  ",
                          i * 3);
    }
    bool good = !b.failed && tw_file_write(path, tw_buf_view(&b), NULL) == TW_OK;
    tw_buf_fini(&b);
    return good;
}

static int64_t id_of(const tw_peek *p, size_t row) {
    tw_buf scratch;
    int64_t id = -1;
    tw_buf_init(&scratch, TW_BUF_MAX);
    if (row < p->batch.rows && !tw_parse_i64(tw_batch_text(&p->batch, p->batch.first[row], &scratch), &id))
        id = -2;
    tw_buf_fini(&scratch);
    return id;
}

static bool in_order(const tw_peek *p) {
    for (size_t r = 1; r < p->batch.rows; r++)
        if (id_of(p, r) != id_of(p, 0) + (int64_t)r)
            return false;
    return p->batch.rows > 0;
}

static tw_peek look(tw_opened *o, uint64_t at, bool is_start, bool before, size_t n) {
    tw_error err = TW_ERROR_INIT;
    tw_peek p = {0};
    if (tw_opened_peek(o, at, is_start, before, n, &arena, &p, &err) != TW_OK)
        printf("# %s\n", err.message);
    return p;
}

static void anywhere(tw_opened *o, uint64_t begin, uint64_t end) {
    int ordered = 0, near = 0, joined = 0, joined_before = 0;
    for (int i = 0; i < LOOKS; i++) {
        uint64_t at = begin + (end - begin - 2000) * (uint64_t)i / LOOKS;
        tw_peek p = look(o, at, false, false, 20);
        ordered += in_order(&p) && p.batch.rows == 20;
        near += p.begin >= at && p.begin - at < 300;
        tw_peek next = look(o, p.end, true, false, 5), last = look(o, p.begin, true, true, 5);
        joined += id_of(&next, 0) == id_of(&p, 19) + 1;
        joined_before += p.begin == begin || (in_order(&last) && last.end == p.begin &&
                                              id_of(&last, last.batch.rows - 1) == id_of(&p, 0) - 1);
        tw_arena_reset(&arena);
    }
    is_int(ordered, LOOKS, "rows come in order from wherever one looks");
    is_int(near, LOOKS, "beginning near that place");
    is_int(joined, LOOKS, "the next ones follow without a gap");
    is_int(joined_before, LOOKS, "and so do those before");
}

static void at_the_ends(tw_opened *o, uint64_t begin, uint64_t end) {
    tw_peek last = look(o, end, true, true, 100), first = look(o, begin, true, false, 3);
    is_int(last.batch.rows, 100, "the last rows");
    is_int(id_of(&last, 99), ROWS - 1, "end with the last");
    ok(in_order(&last), "in order");
    is_int(id_of(&first, 0), 0, "the first row begins the data");
    is_int(look(o, begin, true, true, 3).batch.rows, 0, "nothing stands before it");
    is_int(look(o, end, true, false, 3).batch.rows, 0, "nor behind the last");
    tw_arena_reset(&arena);
}

static void true_numbers(tw_opened *o, uint64_t begin, uint64_t end) {
    tw_source *source = NULL;
    tw_error err = TW_ERROR_INIT;
    succeeds(tw_opened_finish(o, NULL, &source, &err), &err, "the file is read");
    int right = 0;
    for (int i = 0; i < LOOKS; i++) {
        tw_peek p = look(o, begin + (end - begin - 2000) * (uint64_t)i / LOOKS, false, false, 20);
        int64_t row = -1;
        right += tw_opened_row_at(o, tw_opened_peek_at(o, &p, 7), &row, NULL) == TW_OK &&
                 row == id_of(&p, 7);
        tw_arena_reset(&arena);
    }
    is_int(right, LOOKS, "and tells which row it was");
    source->ops->unref(source);
}

int main(void) {
    const char *folder = getenv("TMPDIR");
    snprintf(path, sizeof path, "%s/trowel-peek.%ld.csv", folder ? folder : "/tmp", (long)getpid());
    tw_arena_init(&arena);
    tw_opened *o = NULL;
    tw_error err = TW_ERROR_INIT;
    uint64_t begin = 0, end = 0;
    ok(write_rows(), "a file with line ends in its cells");
    succeeds(tw_open(path, &TW_READ_DEFAULT, NULL, &o, &err), &err, "opens");
    if (o) {
        ok(tw_opened_extent(o, &begin, &end), "a plain file can be looked into");
        anywhere(o, begin, end);
        at_the_ends(o, begin, end);
        true_numbers(o, begin, end);
    }
    tw_opened_free(o);
    tw_arena_fini(&arena);
    unlink(path);
    return tap_done();
}
