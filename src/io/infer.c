/* Counting: what each cell could be, column by column. No decision is taken here and nothing
 * depends on what came before, so chunks can be counted by any thread in any order and added up.
 *
 * Plain digits, plain decimals and empty cells take the short way; dates, words and tokens are
 * looked at more closely. Decisions are in infer_decide.c. */
#include "config.h"

#include "io/infer.h"

#include "io/cell_kind.h"
#include "io/infer_state.h"

const tw_str tw_boolean_pairs[TW_BOOLEAN_PAIRS][2] = {{TW_STR_INIT("true"), TW_STR_INIT("false")},
                                                      {TW_STR_INIT("yes"), TW_STR_INIT("no")},
                                                      {TW_STR_INIT("t"), TW_STR_INIT("f")},
                                                      {TW_STR_INIT("y"), TW_STR_INIT("n")},
                                                      {TW_STR_INIT("on"), TW_STR_INIT("off")}};

/* What a cell may be by its first byte. */
enum { AS_NUMBER = 1, AS_MOMENT = 2, AS_BOOLEAN = 4, AS_BLANK = 8, AS_DIGIT = 3, AS_BOTH = 6 };
static const uint8_t first_byte[256] = {
    /* clang-format off */
    ['0'] = AS_DIGIT,  ['1'] = AS_DIGIT,  ['2'] = AS_DIGIT,   ['3'] = AS_DIGIT,   ['4'] = AS_DIGIT,
    ['5'] = AS_DIGIT,  ['6'] = AS_DIGIT,  ['7'] = AS_DIGIT,   ['8'] = AS_DIGIT,   ['9'] = AS_DIGIT,
    ['-'] = AS_NUMBER, ['+'] = AS_NUMBER, ['.'] = AS_NUMBER,  [','] = AS_NUMBER,
    ['J'] = AS_MOMENT, ['M'] = AS_MOMENT, ['A'] = AS_MOMENT,  ['S'] = AS_MOMENT,  ['D'] = AS_MOMENT,
    ['j'] = AS_MOMENT, ['m'] = AS_MOMENT, ['a'] = AS_MOMENT,  ['s'] = AS_MOMENT,  ['d'] = AS_MOMENT,
    ['F'] = AS_BOTH,   ['O'] = AS_BOTH,   ['N'] = AS_BOTH,    ['T'] = AS_BOOLEAN, ['Y'] = AS_BOOLEAN,
    ['f'] = AS_BOTH,   ['o'] = AS_BOTH,   ['n'] = AS_BOTH,    ['t'] = AS_BOOLEAN, ['y'] = AS_BOOLEAN,
    [' '] = AS_BLANK,  ['\t'] = AS_BLANK, ['\n'] = AS_BLANK,  ['\r'] = AS_BLANK,
    /* clang-format on */
};

static inline bool may_be(tw_str s, unsigned what) {
    return (first_byte[(unsigned char)s.p[0]] & what) != 0;
}

/* ---- lifetime ---- */

static char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c | 32) : c;
}

static char upper(char c) {
    return c >= 'a' && c <= 'z' ? (char)(c & ~32) : c;
}

static void fill_filter(tw_infer *infer) {
    const char *token;
    for (size_t i = 0; (token = tw_null_token_at(i)) != NULL; i++) {
        uint32_t bit = 1u << (strlen(token) & 31);
        infer->null_lengths[(unsigned char)lower(token[0])] |= bit;
        infer->null_lengths[(unsigned char)upper(token[0])] |= bit;
    }
}

static bool copy_list(tw_arena *arena, const tw_str *from, size_t n, tw_str **out) {
    *out = tw_arena_alloc(arena, n + 1, sizeof **out);
    if (!*out)
        return false;
    for (size_t i = 0; i < n; i++) {
        (*out)[i] = (tw_str){NULL, 0};
        if (!from[i].p)
            continue;
        (*out)[i] = tw_arena_str(arena, from[i]);
        if (!(*out)[i].p)
            return false;
    }
    return true;
}

static bool copy_options(tw_infer *infer, const tw_read_options *o) {
    tw_str *types, *roles, *marks, given[2] = {o->decimal, o->thousands};
    if (!copy_list(&infer->arena, o->types, o->n_types, &types) ||
        !copy_list(&infer->arena, o->roles, o->n_roles, &roles) ||
        !copy_list(&infer->arena, given, 2, &marks))
        return false;
    infer->options = (tw_read_options){.decimal = marks[0],
                                       .thousands = marks[1],
                                       .types = types,
                                       .n_types = o->n_types,
                                       .roles = roles,
                                       .n_roles = o->n_roles,
                                       .others = o->others};
    if (!o->null_tokens)
        return true;
    infer->null_tokens.n = o->null_tokens->n;
    infer->options.null_tokens = &infer->null_tokens;
    return copy_list(&infer->arena, o->null_tokens->at, o->null_tokens->n, &infer->null_tokens.at);
}

enum tw_rc tw_infer_new(const tw_sniffed *sniffed, const tw_read_options *options, tw_infer **out,
                        tw_error *err) {
    tw_infer *infer = tw_calloc(1, sizeof *infer);
    if (!infer)
        return tw_fail_memory(err);
    tw_arena_init(&infer->arena);
    tw_buf_init(&infer->scratch, TW_BUF_MAX);
    infer->width = sniffed->width;
    infer->hint = (tw_number_format){sniffed->dialect.decimal ? sniffed->dialect.decimal : '.',
                                     sniffed->dialect.thousands, -1};
    infer->columns = tw_calloc(TW_MAX(infer->width, (size_t)1), sizeof *infer->columns);
    if (sniffed->known)
        infer->known = tw_arena_alloc(&infer->arena, TW_MAX(infer->width, (size_t)1), 1);
    if (infer->known)
        memcpy(infer->known, sniffed->known, infer->width);
    if (!infer->columns || (sniffed->known && !infer->known) || !copy_options(infer, options) ||
        !copy_list(&infer->arena, sniffed->names, infer->width, &infer->names)) {
        tw_infer_free(infer);
        return tw_fail_memory(err);
    }
    fill_filter(infer);
    *out = infer;
    return TW_OK;
}

static void drop_rest(tw_infer *infer) {
    for (size_t c = 0; c < infer->width; c++) {
        free(infer->columns[c].memo);
        tw_column_state *rest = infer->columns[c].rest;
        if (!rest)
            continue;
        tw_text_sample_fini(&rest->null_texts);
        tw_text_sample_fini(&rest->other_texts);
        free(rest);
    }
}

void tw_infer_free(tw_infer *infer) {
    if (!infer)
        return;
    if (infer->columns)
        drop_rest(infer);
    free(infer->columns);
    tw_arena_fini(&infer->arena);
    tw_buf_fini(&infer->scratch);
    free(infer);
}

void tw_infer_only(tw_infer *infer, const int *columns, size_t n) {
    infer->only = columns;
    infer->n_only = n;
}

void tw_infer_reset(tw_infer *infer) {
    drop_rest(infer);
    memset(infer->columns, 0, infer->width * sizeof *infer->columns);
}

/* ---- counting ---- */

TW_COLD void tw_example_replace(tw_example *e, tw_str text) {
    tw_str cut = tw_str_sub(text, 0, TW_MIN(text.n, (size_t)TW_EXAMPLE));
    while (cut.n < text.n && cut.n && ((unsigned char)text.p[cut.n] & 0xC0) == 0x80)
        cut.n--;
    if (e->set && tw_str_cmp(cut, (tw_str){e->text, e->n}) >= 0)
        return;
    e->set = true;
    e->n = (uint8_t)cut.n;
    memcpy(e->text, cut.p, cut.n);
}

static void count_pairs(tw_column_state *c, const tw_number_shape *n, int64_t times) {
    c->marked += times;
    for (unsigned m = 0; m < TW_MARKS; m++) {
        if (!(n->readable >> m & 1))
            continue;
        tw_pair_count *p = &c->pair[m];
        bool first = p->readable == p->whole;
        p->readable += times;
        if (n->whole >> m & 1) {
            p->whole += times;
            continue;
        }
        p->least = first || n->decimals < p->least ? n->decimals : p->least;
        p->most = n->decimals > p->most ? n->decimals : p->most;
    }
}

static void count_number(tw_column_state *c, tw_str text, const tw_number_shape *n, int64_t times) {
    c->ungrouped += n->ungrouped * times;
    c->wide += n->wide * times;
    c->codes += n->code * times;
    bool plain = n->whole == 0xff;
    if (plain)
        c->plain += times;
    else
        count_pairs(c, n, times);
    bool grouped = !(n->readable & 5);
    c->grouped += grouped * times;
    tw_example_keep(&c->example[grouped ? TW_SEEN_GROUPED : TW_SEEN_NUMBER], text);
}

void tw_column_key(tw_column_state *c, uint32_t key, int64_t count) {
    uint32_t i = 0;
    while (i < c->n_keys && c->keys[i].key < key)
        i++;
    if (i < c->n_keys && c->keys[i].key == key) {
        c->keys[i].count += count;
        return;
    }
    if (i == TW_KEYS)
        return;
    uint32_t moved = TW_MIN(c->n_keys, (uint32_t)TW_KEYS - 1) - i;
    memmove(c->keys + i + 1, c->keys + i, moved * sizeof *c->keys);
    c->keys[i] = (tw_key_count){key, count};
    c->n_keys = TW_MIN(c->n_keys + 1, (uint32_t)TW_KEYS);
}

static void count_moment(tw_column_state *c, tw_str text, const tw_date_shape *d, int64_t times) {
    c->moments += times;
    for (unsigned i = 0; i < d->n; i++)
        tw_column_key(c, d->key[i], times);
    c->first |= d->first ? 1u << (d->first & 31) : 0;
    c->second |= d->second ? 1u << (d->second & 31) : 0;
    tw_example_keep(&c->example[TW_SEEN_MOMENT], text);
}

/* Index of the pair the word belongs to, -1 = none. */
static int boolean_pair(tw_str text, bool *value) {
    if (text.n > 5 || !may_be(text, AS_BOOLEAN))
        return -1;
    for (int i = 0; i < TW_BOOLEAN_PAIRS; i++)
        for (int v = 0; v < 2; v++)
            if (tw_str_eq_nocase(text, tw_boolean_pairs[i][v])) {
                *value = v == 0;
                return i;
            }
    return -1;
}

static bool count_text(const tw_infer *infer, tw_column_state *c, tw_str text, int64_t times) {
    if (text.n < 32 && infer->null_lengths[(unsigned char)text.p[0]] >> text.n & 1) {
        enum tw_null_strength strength = tw_null_token(text);
        if (strength != TW_NULL_NOT) {
            c->nulls[strength] += times;
            return tw_text_sample_add(&c->null_texts, text, times, TW_TALLY_NULLS);
        }
    }
    bool value;
    int pair = boolean_pair(text, &value);
    if (pair >= 0) {
        c->booleans[pair][!value] += times;
        tw_example_keep(&c->example[TW_SEEN_BOOLEAN], text);
        return tw_text_sample_add(&c->other_texts, text, times, TW_TALLY_TEXTS);
    }
    c->texts += times;
    tw_example_keep(&c->example[TW_SEEN_TEXT], text);
    if (text.n <= TW_TALLY_TEXT_MAX)
        return tw_text_sample_add(&c->other_texts, text, times, TW_TALLY_TEXTS);
    c->long_texts += times;
    return true;
}

/* The usual numbers, kept apart for speed: up to 17 digits, at most one dot among them, no leading
 * zero in front of another digit. False for everything else. */
static bool count_usual_number(tw_column_counts *c, tw_str s, int64_t times) {
    if (s.n > 18)
        return false;
    size_t i = s.p[0] == '-', begin = i, dot = SIZE_MAX;
    for (; i < s.n; i++) {
        if ((unsigned char)(s.p[i] - '0') <= 9)
            continue;
        if (s.p[i] != '.' || dot != SIZE_MAX)
            return false;
        dot = i;
    }
    size_t front = (dot == SIZE_MAX ? s.n : dot) - begin;
    if (front == 0 || (front > 1 && s.p[begin] == '0') || (dot == SIZE_MAX && s.n == 8))
        return false;
    c->ungrouped += front > 3 ? times : 0;
    tw_example_keep(&c->number, s);
    if (dot == SIZE_MAX) {
        c->plain += times;
        return true;
    }
    tw_dot_count d = {.n = times, .least = (uint8_t)(s.n - dot - 1)};
    d.most = d.least;
    d.groups = d.least == 3 && front <= 3 && s.p[begin] != '0' ? times : 0;
    tw_dots_merge(&c->dot, &d);
    return true;
}

tw_column_state *tw_column_rest(tw_column_counts *counts) {
    if (!counts->rest)
        counts->rest = tw_calloc(1, sizeof *counts->rest);
    return counts->rest;
}

static bool count_unusual(const tw_infer *infer, tw_column_state *c, tw_str text, int64_t times) {
    tw_number_shape number;
    tw_date_shape moment;
    if (!c)
        return false;
    if (may_be(text, AS_NUMBER) && tw_number_shape_of(text, &number)) {
        count_number(c, text, &number, times);
        if (text.n == 8 && tw_date_shape_of(text, &moment) && moment.compact)
            c->compact += times;
        return true;
    }
    if (may_be(text, AS_MOMENT) && tw_date_shape_of(text, &moment)) {
        count_moment(c, text, &moment, times);
        return true;
    }
    return count_text(infer, c, text, times);
}

bool tw_infer_text(const tw_infer *infer, tw_column_counts *counts, tw_str text, int64_t times) {
    if (text.n &&
        (may_be(text, AS_BLANK) || first_byte[(unsigned char)text.p[text.n - 1]] & AS_BLANK))
        text = tw_str_trim(text);
    if (text.n == 0) {
        counts->empty += times;
        return true;
    }
    return count_usual_number(counts, text, times) ||
           count_unusual(infer, tw_column_rest(counts), text, times);
}

#ifndef BLOCK_ROWS
#define BLOCK_ROWS 64
#endif
enum tw_rc tw_infer_rows(tw_infer *infer, const tw_batch *batch, tw_error *err) {
    size_t columns = infer->only ? infer->n_only : infer->width;
    for (size_t from = 0; from < batch->rows; from += BLOCK_ROWS) {
        size_t to = TW_MIN(from + BLOCK_ROWS, batch->rows);
        for (size_t c = 0; c < columns; c++)
            if (!tw_infer_column(infer, batch, c, from, to))
                return tw_fail_memory(err);
    }
    return infer->scratch.failed ? tw_fail_memory(err) : TW_OK;
}

/* ---- adding up ---- */

static void merge_pair(tw_pair_count *into, const tw_pair_count *from) {
    if (from->readable > from->whole) {
        bool first = into->readable == into->whole;
        into->least = first ? from->least : TW_MIN(into->least, from->least);
        into->most = TW_MAX(into->most, from->most);
    }
    into->readable += from->readable;
    into->whole += from->whole;
}

static void merge_example(tw_example *into, const tw_example *from) {
    if (from->set)
        tw_example_keep(into, (tw_str){from->text, from->n});
}

/* Fields that are plain sums, by their places in the struct. */
static const size_t sums[] = {
    offsetof(tw_column_state, cells),     offsetof(tw_column_state, empty),
    offsetof(tw_column_state, plain),     offsetof(tw_column_state, codes),
    offsetof(tw_column_state, ungrouped), offsetof(tw_column_state, grouped),
    offsetof(tw_column_state, wide),      offsetof(tw_column_state, compact),
    offsetof(tw_column_state, marked),    offsetof(tw_column_state, texts),
    offsetof(tw_column_state, moments),   offsetof(tw_column_state, long_texts),
};

static void add_sums(tw_column_state *into, const tw_column_state *from) {
    for (size_t i = 0; i < TW_COUNT(sums); i++) {
        int64_t a, b;
        memcpy(&a, (const char *)into + sums[i], sizeof a);
        memcpy(&b, (const char *)from + sums[i], sizeof b);
        a += b;
        memcpy((char *)into + sums[i], &a, sizeof a);
    }
    for (size_t b = 0; b < TW_BOOLEAN_PAIRS; b++)
        for (size_t v = 0; v < 2; v++)
            into->booleans[b][v] += from->booleans[b][v];
    for (size_t i = 0; i <= TW_NULL_SURE; i++)
        into->nulls[i] += from->nulls[i];
}

static bool merge_rest(tw_column_state *into, const tw_column_state *from) {
    if (!into)
        return false;
    add_sums(into, from);
    for (size_t m = 0; m < TW_MARKS; m++)
        merge_pair(&into->pair[m], &from->pair[m]);
    for (uint32_t i = 0; i < from->n_keys; i++)
        tw_column_key(into, from->keys[i].key, from->keys[i].count);
    into->first |= from->first;
    into->second |= from->second;
    for (size_t i = 0; i < TW_SEEN_KINDS; i++)
        merge_example(&into->example[i], &from->example[i]);
    return tw_text_sample_merge(&into->null_texts, &from->null_texts, TW_TALLY_NULLS) &&
           tw_text_sample_merge(&into->other_texts, &from->other_texts, TW_TALLY_TEXTS);
}

enum tw_rc tw_infer_merge(tw_infer *into, const tw_infer *from, tw_error *err) {
    if (into->width != from->width)
        TW_BUG("states of tables with different widths");
    for (size_t c = 0; c < into->width; c++) {
        tw_column_counts *a = &into->columns[c];
        const tw_column_counts *b = &from->columns[c];
        a->cells += b->cells;
        a->empty += b->empty;
        a->plain += b->plain;
        a->ungrouped += b->ungrouped;
        tw_dots_merge(&a->dot, &b->dot);
        merge_example(&a->number, &b->number);
        if (b->rest && !merge_rest(tw_column_rest(a), b->rest))
            return tw_fail_memory(err);
        if (!tw_memo_count(into, a, b->memo))
            return tw_fail_memory(err);
    }
    return TW_OK;
}

tw_column_state tw_column_all(const tw_column_counts *counts) {
    tw_column_state c = {.cells = 0};
    if (counts->rest)
        c = *counts->rest;
    c.cells += counts->cells;
    c.empty += counts->empty;
    c.plain += counts->plain;
    c.ungrouped += counts->ungrouped;
    c.dot = counts->dot;
    merge_example(&c.example[TW_SEEN_NUMBER], &counts->number);
    return c;
}
