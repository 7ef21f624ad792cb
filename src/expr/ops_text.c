/* Functions of text: results live in the block's arena until the block is done.
 *
 * Positions and lengths count characters, from 1, as in SQL (substr as in SQLite: a negative start counts from the end).
 * A dictionary-coded column hands the same slice out again and again, so functions of one text remember the results of
 * slices by their address. Regular expressions are constants, compiled once, matched under PCRE2's limit. A result
 * longer than LONGEST is missing and counted as overflow, and a block that would need more than HEAP ends the call. */
#include "expr/ops.h"

#include "base/regex.h"
#include "base/unicode.h"
#include "expr/words.h"

enum { LONGEST = 1 << 24, HEAP = 1 << 30, REMEMBERED = 256 };

/* Every valid row i, its word in w and its bit in left & -left. */
#define EACH_VALID(call)                                                                           \
    for (size_t w = 0; w < (call)->words; w++)                                                     \
        for (uint64_t left = (call)->out.valid[w]; left; left &= left - 1)
#define ROW (64 * w + (size_t)__builtin_ctzll(left))

static char *room(tw_call *call, size_t n) {
    char *p = call->texts->used + n <= HEAP ? tw_arena_alloc(call->texts, n + 1, 1) : NULL;
    call->failed |= !p;
    return p;
}

static tw_str keep(tw_call *call, tw_str s) {
    char *p = room(call, s.n);
    if (p && s.n)
        memcpy(p, s.p, s.n);
    return p ? (tw_str){p, s.n} : (tw_str){"", 0};
}

static void clear_texts(tw_call *call) {
    memset(call->out.s, 0, call->rows * sizeof(tw_str));
}

/* One text to another; the result borrows from the text, the scratch (kept then) or is the text itself. */
typedef tw_str (*text_fn)(const tw_call *call, tw_str s, tw_buf *scratch);

typedef struct memory {
    tw_str from[REMEMBERED], to[REMEMBERED];
} memory;

static size_t slot_of(tw_str s) {
    uintptr_t p = (uintptr_t)s.p;
    return (p >> 3 ^ p >> 11 ^ s.n) % REMEMBERED;
}

static void map_texts(tw_call *call, text_fn fn) {
    tw_buf scratch;
    memory *seen = tw_calloc(1, sizeof *seen);
    tw_call_valid(call);
    clear_texts(call);
    call->failed |= !seen;
    tw_buf_init(&scratch, LONGEST);
    EACH_VALID(call) {
        if (!seen || call->failed)
            break;
        tw_str s = call->args[0].s[ROW];
        size_t slot = slot_of(s);
        if (seen->from[slot].p != s.p || seen->from[slot].n != s.n || !s.p) {
            tw_buf_clear(&scratch);
            tw_str to = fn(call, s, &scratch);
            seen->from[slot] = s;
            seen->to[slot] = scratch.p && to.p == scratch.p ? keep(call, to) : to;
            call->failed |= scratch.failed;
        }
        call->out.s[ROW] = seen->to[slot];
    }
    tw_buf_fini(&scratch);
    free(seen);
}

static tw_str through_case(tw_str s, tw_buf *scratch, enum tw_text_case to) {
    tw_text_case(scratch, s, to);
    return tw_buf_view(scratch);
}
static tw_str lower_one(const tw_call *call, tw_str s, tw_buf *scratch) {
    (void)call;
    return through_case(s, scratch, TW_CASE_LOWER);
}
static tw_str upper_one(const tw_call *call, tw_str s, tw_buf *scratch) {
    (void)call;
    return through_case(s, scratch, TW_CASE_UPPER);
}
static tw_str title_one(const tw_call *call, tw_str s, tw_buf *scratch) {
    (void)call;
    return through_case(s, scratch, TW_CASE_TITLE);
}
static tw_str trim_one(const tw_call *call, tw_str s, tw_buf *scratch) {
    (void)call, (void)scratch;
    return tw_words_trim(s);
}
static tw_str ltrim_one(const tw_call *call, tw_str s, tw_buf *scratch) {
    (void)call, (void)scratch;
    return tw_words_trim_left(s);
}
static tw_str rtrim_one(const tw_call *call, tw_str s, tw_buf *scratch) {
    (void)call, (void)scratch;
    return tw_words_trim_right(s);
}
static tw_str squish_one(const tw_call *call, tw_str s, tw_buf *scratch) {
    (void)call;
    if (!tw_words_are_loose(s))
        return s;
    tw_words_squish(s, scratch);
    return tw_buf_view(scratch);
}
static tw_str unaccent_one(const tw_call *call, tw_str s, tw_buf *scratch) {
    (void)call;
    tw_text_normalize(scratch, s, TW_STRIP_MARKS);
    return tw_buf_view(scratch);
}

#define MAP(name)                                                                                  \
    static void name(tw_call *call) {                                                              \
        map_texts(call, name##_one);                                                               \
    }
MAP(lower)
MAP(upper)
MAP(title)
MAP(trim)
MAP(ltrim)
MAP(rtrim)
MAP(squish)
MAP(unaccent)

static void same_text(tw_call *call) {
    tw_call_valid(call);
    memcpy(call->out.s, call->args[0].s, call->rows * sizeof(tw_str));
}

static void length(tw_call *call) {
    tw_call_valid(call);
    EACH_VALID(call)
        call->out.i[ROW] = (int64_t)tw_utf8_length(call->args[0].s[ROW]);
}

/* Characters [from, from + n) of s, cut to what there is. */
static tw_str cut(tw_str s, int64_t from, int64_t n) {
    int64_t to;
    if (__builtin_add_overflow(from, n, &to))
        to = INT64_MAX;
    from = TW_MAX(from, INT64_C(0));
    if (n <= 0 || to <= from)
        return (tw_str){s.p, 0};
    size_t start = tw_utf8_offset(s, (size_t)from);
    tw_str rest = tw_str_sub(s, start, s.n);
    size_t chars = (uint64_t)(to - from) >= rest.n ? rest.n : tw_utf8_offset(rest, (size_t)(to - from));
    return tw_str_sub(rest, 0, chars);
}

static int64_t characters(tw_str s) {
    return (int64_t)tw_utf8_length(s);
}

/* SQLite's rule: character `start` from 1, from the end when negative; 0 is the place before the first. */
static tw_str substring(tw_str s, int64_t start, int64_t n) {
    if (start == INT64_MIN)
        start++;
    return cut(s, start > 0 ? start - 1 : start < 0 ? characters(s) + start : -1, n);
}
static void substr(tw_call *call) {
    tw_call_valid(call);
    clear_texts(call);
    EACH_VALID(call) {
        int64_t n = call->n > 2 ? call->args[2].i[ROW] : INT64_MAX;
        call->out.s[ROW] = substring(call->args[0].s[ROW], call->args[1].i[ROW], n);
    }
}
static void left_part(tw_call *call) {
    tw_call_valid(call);
    clear_texts(call);
    EACH_VALID(call)
        call->out.s[ROW] = cut(call->args[0].s[ROW], 0, call->args[1].i[ROW]);
}
static void right_part(tw_call *call) {
    tw_call_valid(call);
    clear_texts(call);
    EACH_VALID(call) {
        tw_str s = call->args[0].s[ROW];
        int64_t n = TW_MAX(call->args[1].i[ROW], INT64_C(0)), all = characters(s);
        call->out.s[ROW] = n >= all ? s : cut(s, all - n, n);
    }
}

/* a .. b into out[i]. */
static void join_row(tw_call *call, size_t i, tw_str a, tw_str b) {
    char *p = a.n && b.n ? room(call, a.n + b.n) : NULL;
    if (!p) {
        call->out.s[i] = a.n ? a : b;
        return;
    }
    memcpy(p, a.p, a.n);
    memcpy(p + a.n, b.p, b.n);
    call->out.s[i] = (tw_str){p, a.n + b.n};
}
static void join(tw_call *call) {
    tw_call_valid(call);
    clear_texts(call);
    EACH_VALID(call)
        join_row(call, ROW, call->args[0].s[ROW], call->args[1].s[ROW]);
}
/* Missing parts are left out, as in SQL's concat: the result is always a value. */
static void concat(tw_call *call) {
    const tw_str nothing = TW_STR("");
    for (size_t i = 0; i < call->rows; i++) {
        tw_str a = tw_bit_get(call->args[0].valid, i) ? call->args[0].s[i] : nothing;
        tw_str b = tw_bit_get(call->args[1].valid, i) ? call->args[1].s[i] : nothing;
        join_row(call, i, a.p ? a : nothing, b.p ? b : nothing);
    }
    tw_bitmap_fill(call->out.valid, call->rows);
}

/* Result of a row from the scratch; too long or out of memory: missing. */
static void put_scratch(tw_call *call, size_t i, tw_buf *scratch) {
    if (!scratch->failed) {
        call->out.s[i] = keep(call, tw_buf_view(scratch));
        return;
    }
    call->out.s[i] = (tw_str){NULL, 0};
    call->faults->overflow += tw_call_drop(call, i / 64, (uint64_t)1 << (i % 64));
}

static void replace_all(tw_str s, tw_str from, tw_str to, tw_buf *out) {
    size_t at = 0, hit;
    while (from.n && (hit = tw_str_find(s, from, at)) != SIZE_MAX) {
        tw_buf_str(out, tw_str_sub(s, at, hit));
        if (!tw_buf_str(out, to))
            return;
        at = hit + from.n;
    }
    tw_buf_str(out, tw_str_sub(s, at, s.n));
}
static void replace(tw_call *call) {
    tw_buf scratch;
    tw_buf_init(&scratch, LONGEST);
    tw_call_valid(call);
    clear_texts(call);
    EACH_VALID(call) {
        tw_str s = call->args[0].s[ROW], from = call->args[1].s[ROW];
        call->out.s[ROW] = s;
        if (call->failed || !from.n || tw_str_find(s, from, 0) == SIZE_MAX)
            continue;
        tw_buf_clear(&scratch);
        replace_all(s, from, call->args[2].s[ROW], &scratch);
        put_scratch(call, ROW, &scratch);
    }
    tw_buf_fini(&scratch);
}

static void pad(tw_call *call, bool at_left) {
    tw_buf scratch;
    tw_buf_init(&scratch, LONGEST);
    tw_call_valid(call);
    clear_texts(call);
    EACH_VALID(call) {
        tw_str s = call->args[0].s[ROW], fill = call->n > 2 ? call->args[2].s[ROW] : TW_STR(" ");
        int64_t want = call->args[1].i[ROW], have = characters(s), unit = characters(fill);
        call->out.s[ROW] = want <= have || !unit ? cut(s, 0, want) : s;
        if (want <= have || !unit || call->failed)
            continue;
        tw_buf_clear(&scratch);
        if (!at_left)
            tw_buf_str(&scratch, s);
        int64_t lack = want - have;
        for (; lack >= unit && tw_buf_str(&scratch, fill); lack -= unit)
            continue;
        tw_buf_str(&scratch, cut(fill, 0, TW_MIN(lack, unit)));
        if (at_left)
            tw_buf_str(&scratch, s);
        put_scratch(call, ROW, &scratch);
    }
    tw_buf_fini(&scratch);
}
static void lpad(tw_call *call) {
    pad(call, true);
}
static void rpad(tw_call *call) {
    pad(call, false);
}

/* The n-th part of s, from 1, from the end when negative; empty beyond the last. */
static tw_str part_of(tw_str s, tw_str separator, int64_t n) {
    if (!separator.n)
        return n == 1 || n == -1 ? s : (tw_str){s.p, 0};
    if (n < 0) {
        int64_t parts = 1;
        for (size_t at = 0; (at = tw_str_find(s, separator, at)) != SIZE_MAX; at += separator.n)
            parts++;
        n += parts + 1;
    }
    size_t from = 0;
    for (; n > 1; n--) {
        size_t hit = tw_str_find(s, separator, from);
        if (hit == SIZE_MAX)
            return (tw_str){s.p, 0};
        from = hit + separator.n;
    }
    size_t to = tw_str_find(s, separator, from);
    return n == 1 ? tw_str_sub(s, from, to == SIZE_MAX ? s.n : to) : (tw_str){s.p, 0};
}
static void split_part(tw_call *call) {
    tw_call_valid(call);
    clear_texts(call);
    EACH_VALID(call)
        call->out.s[ROW] = part_of(call->args[0].s[ROW], call->args[1].s[ROW], call->args[2].i[ROW]);
}

static void instr(tw_call *call) {
    tw_call_valid(call);
    EACH_VALID(call) {
        tw_str s = call->args[0].s[ROW];
        size_t hit = tw_str_find(s, call->args[1].s[ROW], 0);
        call->out.i[ROW] = hit == SIZE_MAX ? 0 : characters(tw_str_sub(s, 0, hit)) + 1;
    }
}

static bool holds(tw_str s, tw_str part) {
    return tw_str_find(s, part, 0) != SIZE_MAX;
}
static void test_texts(tw_call *call, bool (*test)(tw_str s, tw_str part)) {
    tw_call_valid(call);
    memset(call->out.bits, 0, call->words * sizeof(uint64_t));
    EACH_VALID(call)
        call->out.bits[w] |= test(call->args[0].s[ROW], call->args[1].s[ROW]) ? left & -left : 0;
}
static void starts_with(tw_call *call) {
    test_texts(call, tw_str_starts);
}
static void ends_with(tw_call *call) {
    test_texts(call, tw_str_ends);
}
static void contains(tw_call *call) {
    test_texts(call, holds);
}

/* Any type as the plain text of its value: 12, 0.5, true, 2024-01-31. */
static void to_text(tw_call *call) {
    const tw_type_ops *ops = tw_type_ops_of(call->arg_type);
    tw_buf scratch;
    tw_buf_init(&scratch, LONGEST);
    tw_call_valid(call);
    clear_texts(call);
    EACH_VALID(call) {
        if (call->failed)
            break;
        const tw_vec *a = &call->args[0];
        tw_cell cell = {.state = TW_VALUE, .type = call->arg_type};
        if (call->arg_type == TW_FLOAT)
            cell.f = a->f[ROW];
        else
            cell.i = call->arg_type == TW_BOOLEAN ? tw_bit_get(a->bits, ROW) : a->i[ROW];
        tw_buf_clear(&scratch);
        ops->format(&cell, &TW_FORMAT_PLAIN, &scratch);
        put_scratch(call, ROW, &scratch);
    }
    tw_buf_fini(&scratch);
}

/* A compiled pattern and what replaces it. */
typedef struct pattern {
    tw_regex *regex;
    char *with;
    size_t with_n;
} pattern;

static void free_pattern(void *data) {
    pattern *p = data;
    if (!p)
        return;
    tw_regex_free(p->regex);
    free(p->with);
    free(p);
}

static enum tw_rc prepare_pattern(const tw_cell *constants, size_t n, void **data, tw_error *err) {
    pattern *p = tw_calloc(1, sizeof *p);
    if (!p)
        return tw_fail_memory(err);
    if (n > 1) {
        p->with = tw_str_dup(constants[1].text);
        p->with_n = constants[1].text.n;
    }
    enum tw_rc rc = n > 1 && !p->with ? tw_fail_memory(err) : tw_regex_new(constants[0].text, 0, &p->regex, err);
    if (rc != TW_OK)
        free_pattern(p);
    else
        *data = p;
    return rc;
}

/* What became of a slice lately; slices of a dictionary come again at the same address. */
typedef struct verdict {
    tw_str text;
    bool yes;
} verdict;
enum { VERDICTS = 128 };

static bool matches_one(const tw_call *call, tw_str s, verdict *seen) {
    const pattern *p = call->data;
    verdict *v = &seen[slot_of(s) % VERDICTS];
    if (v->text.p != s.p || v->text.n != s.n || !s.p)
        *v = (verdict){s, tw_regex_match(p->regex, s, NULL, NULL)};
    return v->yes;
}

static void matches(tw_call *call) {
    verdict seen[VERDICTS] = {{{NULL, 0}, false}};
    tw_call_valid(call);
    memset(call->out.bits, 0, call->words * sizeof(uint64_t));
    EACH_VALID(call)
        call->out.bits[w] |= matches_one(call, call->args[0].s[ROW], seen) ? left & -left : 0;
}
static tw_str regexp_replace_one(const tw_call *call, tw_str s, tw_buf *scratch) {
    const pattern *p = call->data;
    tw_regex_replace(p->regex, s, (tw_str){p->with, p->with_n}, scratch);
    return tw_buf_view(scratch);
}
MAP(regexp_replace)
/* The first match, or its first group where the pattern has one; missing when nothing matches. */
static void regexp_substr(tw_call *call) {
    const pattern *p = call->data;
    tw_call_valid(call);
    clear_texts(call);
    EACH_VALID(call) {
        tw_str s = call->args[0].s[ROW], part = {NULL, 0};
        if (tw_regex_group(p->regex, s, 1, &part) || tw_regex_group(p->regex, s, 0, &part))
            call->out.s[ROW] = part;
        else
            call->out.valid[w] &= ~(left & -left);
    }
}

// clang-format off
const tw_op tw_ops_text[] = {
    {"..", "t:tt", join, NULL, NULL, NULL},
    {"concat", "t:xx+", concat, NULL, NULL, NULL},
    {"lower", "t:t", lower, NULL, NULL, NULL},
    {"upper", "t:t", upper, NULL, NULL, NULL},
    {"initcap", "t:t", title, NULL, NULL, NULL},
    {"trim", "t:t", trim, NULL, NULL, NULL},
    {"ltrim", "t:t", ltrim, NULL, NULL, NULL},
    {"rtrim", "t:t", rtrim, NULL, NULL, NULL},
    {"squish", "t:t", squish, NULL, NULL, NULL},
    {"unaccent", "t:t", unaccent, NULL, NULL, NULL},
    {"length", "i:t", length, NULL, NULL, NULL},
    {"substr", "t:ti", substr, NULL, NULL, NULL},
    {"substr", "t:tii", substr, NULL, NULL, NULL},
    {"left", "t:ti", left_part, NULL, NULL, NULL},
    {"right", "t:ti", right_part, NULL, NULL, NULL},
    {"replace", "t:ttt", replace, NULL, NULL, NULL},
    {"lpad", "t:ti", lpad, NULL, NULL, NULL},
    {"lpad", "t:tit", lpad, NULL, NULL, NULL},
    {"rpad", "t:ti", rpad, NULL, NULL, NULL},
    {"rpad", "t:tit", rpad, NULL, NULL, NULL},
    {"split_part", "t:tti", split_part, NULL, NULL, NULL},
    {"instr", "i:tt", instr, NULL, NULL, NULL},
    {"starts_with", "b:tt", starts_with, NULL, NULL, NULL},
    {"ends_with", "b:tt", ends_with, NULL, NULL, NULL},
    {"contains", "b:tt", contains, NULL, NULL, NULL},
    {"matches", "b:tT", matches, NULL, prepare_pattern, free_pattern},
    {"regexp_replace", "t:tTT", regexp_replace, NULL, prepare_pattern, free_pattern},
    {"regexp_substr", "t:tT", regexp_substr, NULL, prepare_pattern, free_pattern},
    {"text", "t:t", same_text, NULL, NULL, NULL},
    {"text", "t:*", to_text, NULL, NULL, NULL},
};
// clang-format on
const size_t tw_ops_text_count = TW_COUNT(tw_ops_text);
