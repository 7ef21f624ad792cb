/* Profile of a text column.
 *
 * Columns with few different texts are looked at level by level through the column's factor:
 * lengths, shapes and extremes cost as many steps as there are levels. Other columns are read cell
 * by cell and counted by a 64-bit hash of the text; two texts with one hash would count as one
 * (chance below 1e-7 at a million distinct texts). */
#include <math.h>

#include "base/hash.h"
#include "profile/column_profile.h"
#include "profile/shape.h"

enum { FEW_LEVELS = 65536, PROBED = 4096 };

typedef struct text_pass {
    const tw_column_work *work;
    tw_str *texts;
    uint64_t *keys;
    tw_shape_counts *shapes;
    int64_t n, length_sum;
    tw_str least, most, last; /* p NULL = none yet; borrowed from the column */
    uint64_t least_head,
        most_head; /* their first eight bytes as a number: settles nearly all comparisons */
    bool seen;     /* figures are complete: a second look is only for keys */
    bool rises, falls;
} text_pass;

/* Characters of UTF-8: bytes that do not continue one. */
static int64_t characters(tw_str s) {
    size_t n = s.n, i = 0;
    for (; i + 8 <= s.n; i += 8) {
        uint64_t w;
        memcpy(&w, s.p + i, sizeof w);
        if (w & UINT64_C(0x8080808080808080)) { /* 10xxxxxx: top bit set, next bit clear */
            uint64_t tails = (w >> 7) & ~(w >> 6) & UINT64_C(0x0101010101010101);
            n -= (size_t)__builtin_popcountll(tails);
        }
    }
    for (; i < s.n; i++)
        n -= ((unsigned char)s.p[i] & 0xc0) == 0x80;
    return (int64_t)n;
}

/* The first eight bytes, the first the most significant, so that numbers compare as the texts do.
 */
static uint64_t head_of(tw_str s) {
    uint64_t head = 0;
    if (s.n >= 8) {
        memcpy(&head, s.p, 8);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
        head = __builtin_bswap64(head);
#endif
        return head;
    }
    for (size_t i = 0; i < s.n; i++)
        head |= (uint64_t)(unsigned char)s.p[i] << (56 - 8 * i);
    return head;
}

static void see_extremes(text_pass *t, tw_str s) {
    uint64_t head = head_of(s);
    if (!t->least.p || (head <= t->least_head && tw_str_cmp(s, t->least) < 0)) {
        t->least = s;
        t->least_head = head;
    }
    if (!t->most.p || (head >= t->most_head && tw_str_cmp(s, t->most) > 0)) {
        t->most = s;
        t->most_head = head;
    }
}

static void see_lengths(text_pass *t, tw_str s, int64_t times) {
    tw_column_profile *p = t->work->out;
    int64_t length = characters(s);
    p->length_min = t->n ? TW_MIN(p->length_min, length) : length;
    p->length_max = TW_MAX(p->length_max, length);
    t->length_sum += length * times;
    t->n += times;
}

static void see_order(text_pass *t, tw_str s) {
    if (!t->rises && !t->falls)
        return;
    int way = t->last.p ? tw_str_cmp(s, t->last) : 0;
    t->rises = t->rises && way >= 0;
    t->falls = t->falls && way <= 0;
    t->last = s;
}

static enum tw_rc each_level(text_pass *t, const tw_factor *f, tw_error *err) {
    for (uint32_t l = 0; l < f->levels; l++) {
        tw_str s = tw_column_cell(t->work->column, f->first[l]).text;
        see_lengths(t, s, f->counts[l]);
        see_extremes(t, s);
        tw_shape_counts_add(t->shapes, s, f->counts[l]);
    }
    uint32_t before = TW_NO_CODE;
    for (int64_t i = 0; i < t->work->out->rows && (t->rises || t->falls); i++)
        if (f->codes[i] != TW_NO_CODE && f->codes[i] != before) {
            before = f->codes[i];
            see_order(t, tw_column_cell(t->work->column, f->first[before]).text);
        }
    return tw_task_check(t->work->task, err);
}

/* Insert into the most frequent; equal counts stay in order of appearance. Returns the new number.
 */
static size_t put_entry(tw_tally_entry *top, size_t n, tw_tally_entry e) {
    if (n == TW_PROFILE_TOP && top[n - 1].count >= e.count)
        return n;
    size_t at = n < TW_PROFILE_TOP ? n++ : n - 1;
    for (; at > 0 && top[at - 1].count < e.count; at--)
        top[at] = top[at - 1];
    top[at] = e;
    return n;
}

static enum tw_rc rank_levels(text_pass *t, const tw_factor *f, tw_error *err) {
    tw_column_profile *p = t->work->out;
    tw_tally_entry top[TW_PROFILE_TOP];
    size_t n = 0;
    double bits = 0;
    for (uint32_t l = 0; l < f->levels; l++) {
        double share = (double)f->counts[l] / (double)t->n;
        bits -= share * log2(share);
        n = put_entry(top, n, (tw_tally_entry){l, f->counts[l], f->first[l]});
    }
    p->distinct = f->levels;
    p->entropy = bits;
    return tw_profile_put_top(t->work, top, n, err);
}

static void see_cell(text_pass *t, tw_str s) {
    see_lengths(t, s, 1);
    see_extremes(t, s);
    see_order(t, s);
    tw_shape_counts_add(t->shapes, s, 1);
}

/* Keys of a chunk; on the first way through the column its cells are looked at while they are in
 * the cache. */
static const uint64_t *keys_of_chunk(void *self, size_t chunk) {
    text_pass *t = self;
    const tw_column *column = t->work->column;
    size_t n = tw_column_chunk_rows(column, chunk);
    const tw_str *texts = tw_column_texts(column, chunk, t->texts);
    for (size_t i = 0; i < n; i++) {
        t->keys[i] = texts[i].p ? tw_hash_str(texts[i]) : 0;
        if (!t->seen && texts[i].p)
            see_cell(t, texts[i]);
    }
    t->seen = t->seen || chunk + 1 == tw_column_chunks(column);
    return t->keys;
}

static enum tw_rc count_cells(text_pass *t, bool mostly_new, tw_error *err) {
    tw_tally *tally = tw_tally_new(TW_PROFILE_DISTINCT_LIMIT, (size_t)t->work->out->rows);
    if (!tally)
        return tw_fail_memory(err);
    enum tw_rc rc =
        tw_profile_count(t->work, (tw_key_source){keys_of_chunk, t, mostly_new}, tally, err);
    tw_tally_free(tally);
    return rc;
}

/* Making levels of texts that hardly repeat would be work for nothing. */
static bool repeats(text_pass *t) {
    size_t n = tw_column_chunk_rows(t->work->column, 0);
    const tw_str *texts = tw_column_texts(t->work->column, 0, t->texts);
    n = TW_MIN(n, (size_t)PROBED);
    for (size_t i = 0; i < n; i++)
        t->keys[i] = texts[i].p ? tw_hash_str(texts[i]) : 0;
    return !tw_profile_mostly_new(t->keys, tw_column_validity(t->work->column, 0), n);
}

static enum tw_rc keep(text_pass *t, tw_error *err) {
    tw_column_profile *p = t->work->out;
    tw_str shapes[TW_PROFILE_TOP];
    int64_t counts[TW_PROFILE_TOP];
    p->n_patterns = tw_shape_counts_top(t->shapes, TW_PROFILE_TOP, shapes, counts);
    p->patterns = tw_arena_alloc(t->work->arena, TW_PROFILE_TOP, sizeof *p->patterns);
    tw_str least = tw_arena_str(t->work->arena, t->least),
           most = tw_arena_str(t->work->arena, t->most);
    if (!p->patterns || !least.p || !most.p)
        return tw_fail_memory(err);
    for (size_t i = 0; i < p->n_patterns; i++) {
        tw_str text = tw_arena_str(t->work->arena, shapes[i]);
        if (!text.p)
            return tw_fail_memory(err);
        p->patterns[i] = (tw_value_count){tw_cell_text(text), counts[i]};
    }
    p->min_cell = tw_cell_text(least);
    p->max_cell = tw_cell_text(most);
    p->length_mean = (double)t->length_sum / (double)t->n;
    p->sorted = t->n < 2 ? 0 : t->rises ? 1 : t->falls ? -1 : 0;
    return TW_OK;
}

static enum tw_rc run(text_pass *t, tw_error *err) {
    const tw_factor *f = NULL;
    bool often = repeats(t);
    enum tw_rc rc;
    if (often && tw_column_factor(t->work->column, FEW_LEVELS, &f, NULL) == TW_OK) {
        rc = each_level(t, f, err);
        if (!rc)
            rc = rank_levels(t, f, err);
    } else {
        rc = count_cells(t, !often, err);
    }
    return rc ? rc : keep(t, err);
}

enum tw_rc tw_profile_text(const tw_column_work *work, tw_error *err) {
    size_t room = TW_MIN((size_t)work->out->rows, TW_CHUNK_ROWS);
    text_pass t = {.work = work, .rises = true, .falls = true};
    t.texts = tw_calloc(room, sizeof *t.texts);
    t.keys = tw_calloc(room, sizeof *t.keys);
    t.shapes = tw_shape_counts_new();
    enum tw_rc rc = t.texts && t.keys && t.shapes ? run(&t, err) : tw_fail_memory(err);
    free(t.texts);
    free(t.keys);
    tw_shape_counts_free(t.shapes);
    return rc;
}
