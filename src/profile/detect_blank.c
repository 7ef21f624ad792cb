/* Style of texts: blanks around a value, and values that differ only in case, accents, blanks or
 * punctuation. */
#include "profile/detect.h"
#include "profile/duplicate.h"

#include "base/hash.h"
#include "base/unicode.h"

static tw_str trimmed(tw_str s) {
    size_t from = 0, to = s.n;
    for (;;) {
        size_t at = from;
        if (from >= to || !tw_char_is_space(tw_utf8_next(s, &at)))
            break;
        from = at;
    }
    while (to > from) {
        size_t start = to - 1;
        while (start > from && ((unsigned char)s.p[start] & 0xc0) == 0x80)
            start--;
        size_t at = start;
        if (!tw_char_is_space(tw_utf8_next(s, &at)))
            break;
        to = start;
    }
    return tw_str_sub(s, from, to);
}

enum tw_rc tw_detect_blanks(const tw_look *look, const tw_detector *self, size_t column,
                            tw_error *err) {
    const tw_texts_column *c = &look->texts->columns[column];
    tw_str *to = tw_arena_alloc(look->scratch, c->levels, sizeof *to);
    int64_t rows = 0, present = 0;
    uint32_t example = TW_NO_CODE;
    if (!to)
        return tw_fail_memory(err);
    for (uint32_t l = 0; l < c->levels; l++) {
        tw_str bare = trimmed(c->values[l]);
        present += c->counts[l];
        if (bare.n == c->values[l].n || c->states[l] == TW_MISSING)
            continue;
        to[l] = bare;
        rows += c->counts[l];
        example = example == TW_NO_CODE ? l : example;
    }
    if (example == TW_NO_CODE)
        return TW_OK;
    tw_report *r = tw_report_new(look, self);
    for (size_t i = 0; r && i < look->texts->n; i++)
        if (to[c->codes[i]].p && !tw_look_claimed(look, i, column))
            tw_report_cell(r, i, column, to[c->codes[i]], 0.95);
    if (r) {
        tw_report_message(r, "%s has blanks around %lld of %lld values, such as '%s' in row %lld",
                          tw_look_name(look, column), (long long)rows, (long long)present,
                          tw_look_quote(look, c->values[example]),
                          (long long)tw_texts_row(look->texts, c->first[example]) + 1);
        tw_report_fix(r, "trim", tw_fix_cols(look, column));
    }
    return tw_report_done(r, err);
}

typedef struct cluster {
    uint32_t best; /* most frequent level */
    uint32_t members;
} cluster;

/* Which cluster each level is in; numbers from 0. */
static bool cluster_levels(const tw_look *look, const tw_texts_column *c, tw_hashmap *map,
                           cluster *at, uint32_t *of) {
    tw_buf scratch, key;
    bool good = true;
    tw_buf_init(&scratch, TW_BUF_MAX);
    tw_buf_init(&key, TW_BUF_MAX);
    for (uint32_t l = 0; good && l < c->levels; l++) {
        of[l] = TW_NO_CODE;
        if (c->states[l] == TW_MISSING || c->values[l].n > 200)
            continue;
        good = tw_fingerprint(c->values[l], &scratch, &key);
        if (!good || key.n == 0)
            continue;
        uint32_t k = tw_hashmap_find(map, tw_buf_view(&key));
        if (k == UINT32_MAX) {
            tw_str kept = tw_arena_str(look->scratch, tw_buf_view(&key));
            k = kept.p ? tw_hashmap_intern(map, kept, NULL) : UINT32_MAX;
            good = k != UINT32_MAX;
            if (good)
                at[k] = (cluster){l, 0};
        }
        if (good) {
            of[l] = k;
            at[k].members++;
            at[k].best = c->counts[l] > c->counts[at[k].best] ? l : at[k].best;
        }
    }
    tw_buf_fini(&scratch);
    tw_buf_fini(&key);
    return good;
}

static bool has_digits(tw_str s) {
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] >= '0' && s.p[i] <= '9')
            return true;
    return false;
}

/* A rarer spelling beside a clearly more frequent one. Numbers keep their marks: "1.5" is not "15".
 */
static bool is_variant(const tw_texts_column *c, const cluster *at, const uint32_t *of,
                       uint32_t l) {
    if (of[l] == TW_NO_CODE || at[of[l]].members < 2 || at[of[l]].best == l)
        return false;
    uint32_t best = at[of[l]].best;
    if (has_digits(c->values[l]) && !tw_str_eq_nocase(c->values[l], c->values[best]))
        return false;
    return c->counts[best] >= 3 && c->counts[best] >= 2 * c->counts[l];
}

static enum tw_rc report_variants(const tw_look *look, const tw_detector *self, size_t column,
                                  const cluster *at, const uint32_t *of, tw_error *err) {
    const tw_texts_column *c = &look->texts->columns[column];
    tw_report *r = tw_report_new(look, self);
    uint32_t example = TW_NO_CODE;
    size_t kinds = 0;
    for (uint32_t l = 0; l < c->levels; l++)
        if (is_variant(c, at, of, l)) {
            kinds++;
            example = example == TW_NO_CODE || c->counts[l] > c->counts[example] ? l : example;
        }
    for (size_t i = 0; r && kinds && i < look->texts->n; i++) {
        uint32_t l = c->codes[i];
        if (is_variant(c, at, of, l) && !tw_look_claimed(look, i, column))
            tw_report_cell(r, i, column, c->values[at[of[l]].best], 0.8);
    }
    if (r && kinds) {
        uint32_t best = at[of[example]].best;
        tw_report_message(
            r, "%s writes one value in several ways: '%s' (%lld rows) and '%s' (%lld)%s",
            tw_look_name(look, column), tw_look_quote(look, c->values[best]),
            (long long)c->counts[best], tw_look_quote(look, c->values[example]),
            (long long)c->counts[example],
            kinds > 1 ? tw_look_format(look, "; %zu more such spellings", kinds - 1) : "");
        tw_report_evidence(r, "spellings", (double)kinds);
        tw_report_fix_by_map(r, column);
    }
    return tw_report_done(r, err);
}

enum tw_rc tw_detect_variant(const tw_look *look, const tw_detector *self, size_t column,
                             tw_error *err) {
    const tw_texts_column *c = &look->texts->columns[column];
    if (tw_table_field(look->table, column)->type != TW_TEXT ||
        (double)c->levels > 0.7 * (double)look->texts->n)
        return TW_OK;
    tw_hashmap *map = tw_hashmap_new(c->levels);
    cluster *at = tw_arena_alloc(look->scratch, c->levels, sizeof *at);
    uint32_t *of = tw_arena_alloc(look->scratch, c->levels, sizeof *of);
    bool good = map && at && of && cluster_levels(look, c, map, at, of);
    enum tw_rc rc = good ? report_variants(look, self, column, at, of, err) : tw_fail_memory(err);
    tw_hashmap_free(map);
    return rc;
}
