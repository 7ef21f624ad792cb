/* Rows are compared as vectors of level numbers: exact ones as they are, near ones after levels
 * with equal fingerprints were given one number. Hashes of 128 bits stand for a row, so that no row
 * is held. */
#include "profile/duplicate.h"

#include <math.h>

#include "base/hash.h"
#include "base/unicode.h"

#define TELLING 2.0

/* Text of plain ASCII needs no tables. */
static bool fold_ascii(tw_str text, tw_buf *out) {
    for (size_t i = 0; i < text.n; i++)
        if ((unsigned char)text.p[i] >= 0x80)
            return false;
    if (!tw_buf_reserve(out, text.n))
        return false;
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        tw_buf_char(out, c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c);
    }
    return true;
}

bool tw_fingerprint(tw_str text, tw_buf *scratch, tw_buf *out) {
    tw_buf_clear(scratch);
    tw_buf_clear(out);
    if (!fold_ascii(text, out) && (!tw_text_normalize(scratch, text, TW_STRIP_MARKS) ||
                                   !tw_text_case(out, tw_buf_view(scratch), TW_CASE_FOLD)))
        return false;
    size_t n = 0;
    for (size_t i = 0; i < out->n; i++) {
        unsigned char b = (unsigned char)out->p[i];
        if (b >= 0x80 || (b >= 'a' && b <= 'z') || (b >= '0' && b <= '9'))
            out->p[n++] = out->p[i];
    }
    out->n = n;
    return true;
}

typedef struct row_hash {
    uint64_t a, b;
} row_hash;

/* Fold one column's numbers into the rows' hashes; number NULL = the codes themselves. */
static void fold(row_hash *rows, const tw_texts *t, size_t column, const uint32_t *number) {
    const uint32_t *codes = t->columns[column].codes;
    for (size_t i = 0; i < t->n; i++) {
        uint64_t v = number ? number[codes[i]] : codes[i];
        rows[i].a = tw_mix64(rows[i].a ^ (v + (column + 1) * UINT64_C(0x9e3779b97f4a7c15)));
        rows[i].b = tw_mix64(rows[i].b + v * UINT64_C(0xc2b2ae3d27d4eb4f) + column);
    }
}

/* Rows equal to an earlier one; first (may be NULL) says which. */
static bool count_repeats(const row_hash *rows, size_t n, uint32_t *first, int64_t *repeats) {
    tw_hashmap *map = tw_hashmap_new(n);
    uint32_t *row_of = tw_calloc(n, sizeof *row_of);
    bool good = map && row_of;
    *repeats = 0;
    for (size_t i = 0; good && i < n; i++) {
        bool added = false;
        uint32_t k =
            tw_hashmap_intern(map, (tw_str){(const char *)&rows[i], sizeof rows[i]}, &added);
        good = k != UINT32_MAX;
        if (good && added)
            row_of[k] = (uint32_t)i;
        *repeats += good && !added;
        if (good && first)
            first[i] = row_of[k];
    }
    free(row_of);
    tw_hashmap_free(map);
    return good;
}

/* One number for all levels with equal fingerprints. */
static uint32_t *numbers_of(const tw_texts_column *c) {
    tw_hashmap *map = tw_hashmap_new(c->levels);
    uint32_t *number = tw_calloc(c->levels, sizeof *number);
    tw_arena keys;
    tw_buf scratch, key;
    tw_arena_init(&keys);
    tw_buf_init(&scratch, TW_BUF_MAX);
    tw_buf_init(&key, TW_BUF_MAX);
    bool good = map && number;
    for (uint32_t l = 0; good && l < c->levels; l++) {
        good = tw_fingerprint(c->values[l], &scratch, &key);
        tw_str kept = good ? tw_arena_str(&keys, tw_buf_view(&key)) : (tw_str){0};
        number[l] = kept.p ? tw_hashmap_intern(map, kept, NULL) : UINT32_MAX;
        good = good && number[l] != UINT32_MAX;
    }
    tw_buf_fini(&scratch);
    tw_buf_fini(&key);
    tw_arena_fini(&keys);
    tw_hashmap_free(map);
    if (good)
        return number;
    free(number);
    return NULL;
}

/* Information of a column in bits a row. */
static double entropy_of(const tw_texts_column *c, size_t n) {
    double bits = 0;
    for (uint32_t l = 0; l < c->levels; l++)
        bits -= (double)c->counts[l] / (double)n * log2((double)c->counts[l] / (double)n);
    return bits;
}

/* *bits: what the columns compared tell together, were they independent. */
static bool near_hashes(const tw_texts *t, row_hash *rows, double *bits) {
    *bits = 0;
    memset(rows, 0, t->n * sizeof *rows);
    for (size_t c = 0; c < t->width; c++) {
        if (t->columns[c].levels == t->n || t->columns[c].levels < 2)
            continue; /* identifies rows, or says nothing */
        uint32_t *number = numbers_of(&t->columns[c]);
        if (!number)
            return false;
        fold(rows, t, c, number);
        free(number);
        *bits += entropy_of(&t->columns[c], t->n);
    }
    return true;
}

enum tw_rc tw_duplicates_find(const tw_texts *t, bool near, tw_task *task, tw_duplicates *out,
                              tw_error *err) {
    row_hash *rows = tw_calloc(t->n, sizeof *rows);
    double bits = 0;
    int64_t alike = 0;
    *out = (tw_duplicates){.first = tw_calloc(t->n, sizeof *out->first)};
    bool good = rows && out->first;
    for (size_t c = 0; good && c < t->width; c++)
        fold(rows, t, c, NULL);
    good = good && count_repeats(rows, t->n, out->first, &out->exact);
    enum tw_rc rc = good ? tw_task_check(task, err) : tw_fail_memory(err);
    if (!rc && near && (!near_hashes(t, rows, &bits) || !count_repeats(rows, t->n, NULL, &alike)))
        rc = tw_fail_memory(err);
    bool telling = bits >= TELLING * log2((double)t->n + 1); /* else rows are alike by chance */
    if (telling && alike > out->exact)
        out->near = alike - out->exact;
    free(rows);
    if (rc)
        tw_duplicates_fini(out);
    return rc;
}

void tw_duplicates_fini(tw_duplicates *d) {
    free(d->first);
    *d = (tw_duplicates){0};
}
