/* Rare spellings beside frequent ones: whole values, then single words of values.
 *
 * A value is suspected when a value at least five times as frequent lies within a fifth of its
 * length in edits and both hold the same digits ("hf-1" and "hf-2" are two things). Length counts
 * only the words that differ. Codes are one edit apart by nature ("type II", "FuseA"): up to five
 * characters need a hundredfold majority, up to three need rows that agree in a column that
 * determines this one and mostly carry the frequent value. What such rows share is left alone.
 * Signatures of the letters used skip nearly all comparisons. */
#include "profile/detect.h"

#include <math.h>

#include "base/unicode.h"

enum {
    SHORTEST_CODE = 3,
    SHORT_CODE = 5,
    OUTNUMBERED = 100,
    MOST_COMPARISONS = 400000000,
    LONGEST = 400
};
#define RARER 5
#define SURE_PAIR 0.9
#define LEAST_MU 0.25
#define MEASURED 0.8 /* what a dependency on numbers or few levels must score */

typedef struct spelling {
    uint32_t level;
    uint64_t letters; /* one bit for each letter class used */
} spelling;

typedef struct suspect {
    uint32_t level, target; /* target TW_NO_CODE = none */
    size_t distance;
    uint32_t same,
        other; /* neighbours by dependencies that share the value, that carry the target */
    bool reported;
} suspect;

static uint64_t letters_of(tw_str s) {
    uint64_t bits = 0;
    for (size_t i = 0; i < s.n; i++)
        bits |= UINT64_C(1) << ((unsigned char)s.p[i] & 63);
    return bits;
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* Both hold the same digits in the same order. */
static bool same_digits(tw_str a, tw_str b) {
    size_t i = 0, j = 0;
    for (;;) {
        while (i < a.n && !is_digit(a.p[i]))
            i++;
        while (j < b.n && !is_digit(b.p[j]))
            j++;
        if (i == a.n || j == b.n)
            return i == a.n && j == b.n;
        if (a.p[i++] != b.p[j++])
            return false;
    }
}

static bool in_word(char c) {
    unsigned char u = (unsigned char)c;
    return is_digit(c) || (u >= 'a' && u <= 'z') || (u >= 'A' && u <= 'Z') || u >= 0x80;
}

/* The parts of two texts that differ, widened to whole words: what a fifth of the length is taken
 * of. */
static void core(tw_str a, tw_str b, size_t *of_a, size_t *of_b) {
    size_t head = 0, tail = 0, least = TW_MIN(a.n, b.n);
    while (head < least && a.p[head] == b.p[head])
        head++;
    while (tail < least - head && a.p[a.n - 1 - tail] == b.p[b.n - 1 - tail])
        tail++;
    while (head > 0 && in_word(a.p[head - 1]))
        head--;
    while (tail > 0 && in_word(a.p[a.n - tail]))
        tail--;
    *of_a = a.n - tail - head;
    *of_b = b.n - tail - head;
}

static bool near_enough(tw_str a, tw_str b, size_t edits) {
    size_t of_a, of_b;
    core(a, b, &of_a, &of_b);
    return edits <= TW_MAX(TW_MAX(of_a, of_b) / 5, (size_t)1);
}

static bool is_text_column(const tw_look *look, size_t column) {
    const tw_column_profile *p = tw_profile_at(look->profile, column);
    bool named = p->semantic && (strstr(p->semantic, "name") || strstr(p->semantic, "email"));
    return tw_table_field(look->table, column)->type == TW_TEXT && !named;
}

/* Nearest frequent spelling of one level. */
static void find_target(const tw_texts_column *c, const spelling *all, size_t n, size_t self,
                        suspect *s) {
    tw_str own = c->values[all[self].level];
    size_t limit = TW_MAX(own.n / 5, (size_t)1);
    int64_t least = c->counts[all[self].level] * RARER;
    s->target = TW_NO_CODE;
    for (size_t i = 0; i < n;
         i++) { /* by count, descending: stop where values are no longer frequent */
        uint32_t level = all[i].level;
        tw_str other = c->values[level];
        if (c->counts[level] < least || c->counts[level] < 4)
            break;
        size_t gap = own.n > other.n ? own.n - other.n : other.n - own.n;
        if (gap > limit ||
            (size_t)__builtin_popcountll(all[i].letters ^ all[self].letters) > 2 * limit)
            continue;
        size_t d = tw_str_distance(own, other, limit);
        if (d == 0 || d > limit || !same_digits(own, other) || !near_enough(own, other, d))
            continue;
        s->target = level;
        s->distance = d;
        limit = d - 1;
        if (limit == 0)
            break;
    }
}

static int by_count(const void *a, const void *b) {
    const uint64_t *x = a, *y = b; /* count, level */
    if (x[0] != y[0])
        return x[0] > y[0] ? -1 : 1;
    return x[1] < y[1] ? -1 : x[1] > y[1];
}

/* Levels with a value, most frequent first. NULL: memory is out. */
static spelling *ordered(const tw_texts_column *c, tw_arena *arena, size_t *n) {
    uint64_t(*keys)[2] = tw_arena_alloc(arena, c->levels, sizeof *keys);
    spelling *all = tw_arena_alloc(arena, c->levels, sizeof *all);
    *n = 0;
    if (!keys || !all)
        return NULL;
    for (uint32_t l = 0; l < c->levels; l++)
        if (c->states[l] != TW_MISSING && c->values[l].n <= LONGEST) {
            keys[*n][0] = (uint64_t)c->counts[l];
            keys[(*n)++][1] = l;
        }
    if (*n)
        qsort(keys, *n, sizeof *keys, by_count);
    for (size_t i = 0; i < *n; i++)
        all[i] = (spelling){(uint32_t)keys[i][1], letters_of(c->values[keys[i][1]])};
    return all;
}

/* What neighbours say: rows equal in a column that determines this one. number[level] = index of
 * the suspect + 1. */
static bool ask_neighbours(const tw_look *look, size_t column, suspect *s, const uint32_t *number) {
    const tw_texts *t = look->part;
    const tw_texts_column *c = &t->columns[column];
    tw_groups g;
    size_t n;
    const tw_pair *pairs = tw_pairs_on(look->pairs, column, &n);
    for (size_t k = 0; k < n; k++) {
        const tw_pair *p = &pairs[k];
        if (p->confidence < SURE_PAIR || p->mu < LEAST_MU ||
            (tw_look_least_score(look, p) > MEASURED && p->score < MEASURED))
            continue;
        const tw_texts_column *a = &t->columns[p->lhs];
        if (!tw_groups_make(a, t->n, &g))
            return false;
        for (size_t i = 0; i < t->n; i++) {
            uint32_t at = number[c->codes[i]], l = a->codes[i];
            if (!at || a->states[l] == TW_MISSING)
                continue;
            for (uint32_t j = g.start[l]; j < g.start[l + 1] && j < g.start[l] + 200; j++) {
                s[at - 1].same += g.rows[j] != i && c->codes[g.rows[j]] == c->codes[i];
                s[at - 1].other += c->codes[g.rows[j]] == s[at - 1].target;
            }
        }
        tw_groups_fini(&g);
    }
    return true;
}

static bool is_guilty(const tw_texts_column *c, const suspect *s) {
    tw_str own = c->values[s->level], target = c->values[s->target];
    bool agreed = s->other >= 3 && s->other > 4 * s->same;
    if (agreed)
        return true;
    size_t of_own, of_target;
    core(own, target, &of_own, &of_target);
    size_t least = TW_MIN(of_own, of_target);
    bool outnumbered = c->counts[s->target] >= OUTNUMBERED * c->counts[s->level];
    return s->same <= s->other && (least > SHORT_CODE || (least > SHORTEST_CODE && outnumbered));
}

static double certainty(const tw_texts_column *c, const suspect *s) {
    double ratio = (double)c->counts[s->target] / (double)c->counts[s->level];
    double sure = 0.6 + 0.1 * log10(ratio) - 0.05 * (double)(s->distance - 1) +
                  (s->other > s->same ? 0.1 : 0);
    return fmin(0.95, fmax(0.5, sure));
}

/* The part's levels are renumbered; suspects are found in the whole, neighbours asked in the part.
 */
static uint32_t level_in(const tw_texts_column *c, tw_str text) {
    for (uint32_t l = 0; l < c->levels; l++)
        if (tw_str_eq(c->values[l], text))
            return l;
    return TW_NO_CODE;
}

static enum tw_rc report_values(const tw_look *look, const tw_detector *self, size_t column,
                                suspect *s, size_t n, tw_error *err) {
    const tw_texts_column *c = &look->texts->columns[column];
    uint32_t *of =
        tw_arena_alloc(look->scratch, c->levels, sizeof *of); /* index of the suspect + 1 */
    tw_report *r = tw_report_new(look, self);
    if (!of || !r) {
        tw_report_drop(r);
        return tw_fail_memory(err);
    }
    size_t kinds = 0, best = 0;
    for (size_t i = 0; i < n; i++)
        if (s[i].target != TW_NO_CODE && is_guilty(c, &s[i]))
            of[s[i].level] = (uint32_t)i + 1;
    for (size_t i = 0; i < look->texts->n; i++) {
        uint32_t at = of[c->codes[i]];
        if (!at || tw_look_settled(look, i, column))
            continue;
        suspect *found = &s[at - 1];
        tw_report_cell(r, i, column, c->values[found->target], certainty(c, found));
        best = kinds == 0 || certainty(c, found) > certainty(c, &s[best]) ? at - 1 : best;
        kinds += !found->reported;
        found->reported = true;
    }
    if (kinds) {
        const suspect *b = &s[best];
        tw_report_message(
            r, "%s '%s' (%lld row%s) is nearly '%s' (%lld rows)%s", tw_look_name(look, column),
            tw_look_quote(look, c->values[b->level]), (long long)c->counts[b->level],
            c->counts[b->level] == 1 ? "" : "s", tw_look_quote(look, c->values[b->target]),
            (long long)c->counts[b->target],
            kinds > 1 ? tw_look_format(look, "; %zu more spellings like this", kinds - 1) : "");
        tw_report_evidence(r, "spellings", (double)kinds);
        tw_report_evidence(r, "edits", (double)b->distance);
        tw_report_fix_by_map(r, column);
    }
    return tw_report_done(r, err);
}

/* Suspects by numbers of the part for the neighbours, figures carried back. */
static bool question(const tw_look *look, size_t column, suspect *s, size_t n) {
    const tw_texts_column *whole = &look->texts->columns[column],
                          *part = &look->part->columns[column];
    uint32_t *number = tw_arena_alloc(look->scratch, part->levels, sizeof *number);
    suspect *copy = tw_arena_alloc(look->scratch, n, sizeof *copy);
    if (!number || !copy)
        return false;
    memcpy(copy, s, n * sizeof *copy);
    for (size_t i = 0; i < n; i++) {
        if (s[i].target == TW_NO_CODE)
            continue;
        uint32_t l = part == whole ? s[i].level : level_in(part, whole->values[s[i].level]);
        copy[i].target = part == whole ? s[i].target : level_in(part, whole->values[s[i].target]);
        if (l != TW_NO_CODE)
            number[l] = (uint32_t)i + 1;
    }
    if (!ask_neighbours(look, column, copy, number))
        return false;
    for (size_t i = 0; i < n; i++) {
        s[i].same = copy[i].same;
        s[i].other = copy[i].other;
    }
    return true;
}

enum tw_rc tw_detect_typo(const tw_look *look, const tw_detector *self, size_t column,
                          tw_error *err) {
    const tw_texts_column *c = &look->texts->columns[column];
    size_t n, frequent = 0, found = 0;
    if (!is_text_column(look, column) || c->levels < 2 ||
        (double)c->levels > 0.7 * (double)look->texts->n)
        return TW_OK;
    spelling *all = ordered(c, look->scratch, &n);
    suspect *s = all ? tw_arena_alloc(look->scratch, n, sizeof *s) : NULL;
    if (!s)
        return tw_fail_memory(err);
    while (frequent < n && c->counts[all[frequent].level] >= 4)
        frequent++;
    if ((double)frequent * (double)n > MOST_COMPARISONS)
        return TW_OK;
    for (size_t i = 0; i < n; i++) {
        s[i].level = all[i].level;
        find_target(c, all, frequent, i, &s[i]);
        found += s[i].target != TW_NO_CODE;
    }
    if (!found)
        return TW_OK;
    if (!question(look, column, s, n))
        return tw_fail_memory(err);
    return report_values(look, self, column, s, n, err);
}
