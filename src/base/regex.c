/* Regular expressions: PCRE2 behind a small door.
 *
 * A match needs scratch (the offsets, a context with the limit), and one allocation a cell would
 * cost more than most matches. The pattern keeps a few spare scratches; a thread takes one by an
 * atomic exchange and puts it back, starting at a place that depends on the thread, so that threads
 * rarely meet.
 *
 * PCRE2 counts its limit from each start position anew, so it bounds the cost of a start, not of a
 * text: 100 000 steps and some for each byte let lazy scans of long texts through and stop
 * catastrophes. A pattern that needs more machine stack than JIT has is tried again by the
 * interpreter, whose memory is bounded. */
#include "config.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "base/regex.h"

#include <pthread.h>
#include <stdatomic.h>

#include "base/hash.h"
#include "base/unicode.h"

#ifndef PCRE2_MATCH_INVALID_UTF
#define PCRE2_MATCH_INVALID_UTF 0 /* before 10.34: a text with invalid bytes matches nothing */
#endif

enum { SPARES = 8, STEPS = 100000, STEPS_A_BYTE = 20, HEAP_KIB = 64 * 1024, PATTERN_MAX = 1 << 16 };

typedef struct scratch {
    pcre2_match_data *data;
    pcre2_match_context *context;
} scratch;

typedef struct spares {
    _Atomic(scratch *) slots[SPARES];
    _Atomic uint64_t overruns;
} spares;

struct tw_regex {
    pcre2_code *code;
    uint32_t groups;
    spares *spares;
};

static void scratch_free(scratch *s) {
    if (!s)
        return;
    pcre2_match_data_free(s->data);
    pcre2_match_context_free(s->context);
    free(s);
}

static scratch *scratch_new(const tw_regex *re) {
    scratch *s = tw_calloc(1, sizeof *s);
    if (!s)
        return NULL;
    s->data = pcre2_match_data_create_from_pattern(re->code, NULL);
    s->context = pcre2_match_context_create(NULL);
    if (!s->data || !s->context) {
        scratch_free(s);
        return NULL;
    }
    pcre2_set_heap_limit(s->context, HEAP_KIB);
    return s;
}

static size_t slot_of_thread(size_t i) {
    return (size_t)(tw_mix64((uint64_t)pthread_self()) + i) % SPARES;
}

static scratch *scratch_take(const tw_regex *re) {
    for (size_t i = 0; i < SPARES; i++) {
        _Atomic(scratch *) *slot = &re->spares->slots[slot_of_thread(i)];
        scratch *s = atomic_exchange_explicit(slot, NULL, memory_order_acquire);
        if (s)
            return s;
    }
    return scratch_new(re);
}

static void scratch_put(const tw_regex *re, scratch *s) {
    for (size_t i = 0; s && i < SPARES; i++) {
        scratch *none = NULL;
        if (atomic_compare_exchange_strong_explicit(&re->spares->slots[slot_of_thread(i)], &none, s,
                                                    memory_order_release, memory_order_relaxed))
            return;
    }
    scratch_free(s);
}

static enum tw_rc fail_pattern(tw_error *err, int code, size_t offset) {
    PCRE2_UCHAR why[160];
    if (code == PCRE2_ERROR_HEAP_FAILED)
        return tw_fail_memory(err);
    if (pcre2_get_error_message(code, why, sizeof why) < 0)
        why[0] = '\0';
    enum tw_rc rc =
        tw_fail(err, TW_EPARSE, "regular expression: %s at byte %zu; mend the pattern there",
                (const char *)why, offset);
    if (err)
        err->row = (int64_t)offset;
    return rc;
}

static enum tw_rc compile(tw_str pattern, unsigned flags, pcre2_code **out, tw_error *err) {
    uint32_t options = PCRE2_UTF | PCRE2_UCP | PCRE2_NEVER_BACKSLASH_C | PCRE2_MATCH_INVALID_UTF;
    int code = 0;
    PCRE2_SIZE offset = 0;
    const void *bytes = pattern.n ? pattern.p : "";
    if (flags & TW_REGEX_NOCASE)
        options |= PCRE2_CASELESS;
    if (flags & TW_REGEX_WHOLE)
        options |= PCRE2_ANCHORED | PCRE2_ENDANCHORED;
    if (pattern.n > PATTERN_MAX)
        return tw_fail(err, TW_EPARSE,
                       "regular expression: longer than %d bytes; use a shorter one", PATTERN_MAX);
    *out = pcre2_compile(bytes, pattern.n, options, &code, &offset, NULL);
    if (!*out)
        return fail_pattern(err, code, offset);
    (void)pcre2_jit_compile(*out, PCRE2_JIT_COMPLETE); /* without JIT the interpreter matches */
    return TW_OK;
}

enum tw_rc tw_regex_new(tw_str pattern, unsigned flags, tw_regex **out, tw_error *err) {
    tw_regex *re = tw_calloc(1, sizeof *re);
    *out = NULL;
    if (re)
        re->spares = tw_calloc(1, sizeof *re->spares);
    enum tw_rc rc =
        re && re->spares ? compile(pattern, flags, &re->code, err) : tw_fail_memory(err);
    if (rc != TW_OK) {
        tw_regex_free(re);
        return rc;
    }
    pcre2_pattern_info(re->code, PCRE2_INFO_CAPTURECOUNT, &re->groups);
    *out = re;
    return TW_OK;
}

void tw_regex_free(tw_regex *re) {
    if (!re)
        return;
    for (size_t i = 0; re->spares && i < SPARES; i++)
        scratch_free(atomic_load(&re->spares->slots[i]));
    pcre2_code_free(re->code);
    free(re->spares);
    free(re);
}

size_t tw_regex_groups(const tw_regex *re) {
    return re->groups;
}

uint64_t tw_regex_overruns(const tw_regex *re) {
    return atomic_load_explicit(&re->spares->overruns, memory_order_relaxed);
}

/* Match from `at` on; true with the offsets in s->data. */
static bool match_at(const tw_regex *re, scratch *s, tw_str text, size_t at, uint32_t options) {
    const void *bytes = text.n ? text.p : "";
    int found = PCRE2_ERROR_NOMEMORY;
    if (s) {
        uint64_t steps = STEPS + STEPS_A_BYTE * (uint64_t)text.n;
        pcre2_set_match_limit(s->context, (uint32_t)TW_MIN(steps, (uint64_t)UINT32_MAX));
        found = pcre2_match(re->code, bytes, text.n, at, options, s->data, s->context);
        if (found == PCRE2_ERROR_JIT_STACKLIMIT)
            found = pcre2_match(re->code, bytes, text.n, at, options | PCRE2_NO_JIT, s->data,
                                s->context);
    }
    if (found == PCRE2_ERROR_MATCHLIMIT || found == PCRE2_ERROR_DEPTHLIMIT ||
        found == PCRE2_ERROR_HEAPLIMIT || found == PCRE2_ERROR_NOMEMORY)
        atomic_fetch_add_explicit(&re->spares->overruns, 1, memory_order_relaxed);
    return found > 0;
}

/* Group of the last match. \K in a lookahead can put the start behind the end: nothing is there
 * then. */
static bool group_of(const tw_regex *re, scratch *s, tw_str text, uint32_t group, tw_str *out) {
    if (group > re->groups)
        return false;
    const PCRE2_SIZE *ends = pcre2_get_ovector_pointer(s->data) + (size_t)2 * group;
    if (ends[0] == PCRE2_UNSET || ends[1] > text.n || ends[0] > ends[1])
        return false;
    *out = tw_str_sub(text, ends[0], ends[1]);
    return true;
}

bool tw_regex_match(const tw_regex *re, tw_str text, size_t *from, size_t *to) {
    scratch *s = scratch_take(re);
    bool found = match_at(re, s, text, 0, 0);
    if (found && (from || to)) {
        tw_str all = tw_str_sub(text, 0, 0);
        found = group_of(re, s, text, 0, &all);
        if (from)
            *from = (size_t)(all.p - text.p);
        if (to)
            *to = (size_t)(all.p - text.p) + all.n;
    }
    scratch_put(re, s);
    return found;
}

bool tw_regex_group(const tw_regex *re, tw_str text, unsigned group, tw_str *out) {
    scratch *s = scratch_take(re);
    bool found = match_at(re, s, text, 0, 0) && group_of(re, s, text, group, out);
    scratch_put(re, s);
    return found;
}

/* One piece of a replacement: plain bytes, or a group. */
typedef struct piece {
    tw_str plain;
    bool is_group, known;
    uint32_t group;
} piece;

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* A group by number or name; false when the pattern has none such. */
static bool find_group(const tw_regex *re, tw_str name, uint32_t *group) {
    char text[64];
    uint32_t number = 0;
    if (name.n == 0 || name.n >= sizeof text)
        return false;
    if (!is_digit(name.p[0])) {
        memcpy(text, name.p, name.n);
        text[name.n] = '\0';
        const void *as_bytes = text;
        int found = pcre2_substring_number_from_name(re->code, as_bytes);
        *group = (uint32_t)found;
        return found > 0;
    }
    for (size_t i = 0; i < name.n; i++) {
        if (!is_digit(name.p[i]) || number > re->groups)
            return false;
        number = number * 10 + (uint32_t)(name.p[i] - '0');
    }
    *group = number;
    return number <= re->groups;
}

/* The name behind a dollar at `at`, in braces or digits; *end = behind it. Empty: the dollar is
 * itself. */
static tw_str group_name(tw_str with, size_t at, size_t *end) {
    size_t i = at + 1;
    if (i < with.n && with.p[i] == '{') {
        size_t close = tw_str_find_char(with, '}', i);
        if (close == SIZE_MAX)
            return TW_STR("");
        *end = close + 1;
        return tw_str_sub(with, i + 1, close);
    }
    while (i < with.n && is_digit(with.p[i]))
        i++;
    *end = i;
    return tw_str_sub(with, at + 1, i);
}

/* Cut the next piece off `with` at *at. */
static piece next_piece(const tw_regex *re, tw_str with, size_t *at) {
    size_t from = *at, end = 0;
    size_t dollar = tw_str_find_char(with, '$', from);
    if (dollar != from) {
        *at = dollar == SIZE_MAX ? with.n : dollar;
        return (piece){.plain = tw_str_sub(with, from, *at)};
    }
    tw_str name = group_name(with, from, &end);
    if (name.n == 0) {
        bool doubled = from + 1 < with.n && with.p[from + 1] == '$';
        *at = from + (doubled ? 2 : 1);
        return (piece){.plain = TW_STR("$")};
    }
    *at = end;
    piece p = {.plain = name, .is_group = true};
    p.known = find_group(re, name, &p.group);
    return p;
}

enum tw_rc tw_regex_check_replacement(const tw_regex *re, tw_str with, tw_error *err) {
    for (size_t at = 0; at < with.n;) {
        piece p = next_piece(re, with, &at);
        if (p.is_group && !p.known)
            return tw_fail(
                err, TW_EPARSE,
                "replacement: the pattern has no group '%.*s'; it has %u, write $$ for a dollar",
                TW_ARG(p.plain), re->groups);
    }
    return TW_OK;
}

static void put_replacement(const tw_regex *re, scratch *s, tw_str text, tw_str with, tw_buf *out) {
    for (size_t at = 0; at < with.n;) {
        piece p = next_piece(re, with, &at);
        tw_str bytes = p.plain;
        if (p.is_group && !(p.known && group_of(re, s, text, p.group, &bytes)))
            continue;
        tw_buf_str(out, bytes);
    }
}

/* Bytes of the character at i: an empty match moves on by a whole one. */
static size_t char_bytes(tw_str text, size_t i) {
    size_t n = 1;
    while (i + n < text.n && ((unsigned char)text.p[i + n] & 0xC0) == 0x80)
        n++;
    return n;
}

bool tw_regex_replace(const tw_regex *re, tw_str text, tw_str with, tw_buf *out) {
    scratch *s = scratch_take(re);
    size_t at = 0, copied = 0;
    /* PCRE2 would look at all that is left for each match */
    uint32_t checked = tw_utf8_valid(text) == text.n ? PCRE2_NO_UTF_CHECK : 0, options = 0;
    while (at <= text.n && !out->failed) {
        tw_str all;
        bool found = match_at(re, s, text, at, options | checked) && group_of(re, s, text, 0, &all);
        if (found && (size_t)(all.p - text.p) >= copied) {
            size_t from = (size_t)(all.p - text.p);
            tw_buf_str(out, tw_str_sub(text, copied, from));
            put_replacement(re, s, text, with, out);
            at = copied = from + all.n;
            /* behind an empty match look for a longer one at the same place first, as Perl does */
            options = all.n ? 0 : PCRE2_NOTEMPTY_ATSTART | PCRE2_ANCHORED;
        } else if (options && at < text.n) {
            at += char_bytes(text, at);
            options = 0;
        } else {
            break;
        }
    }
    tw_buf_str(out, tw_str_sub(text, copied, text.n));
    scratch_put(re, s);
    return !out->failed;
}
