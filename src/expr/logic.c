/* Kernels of three-valued logic, choice and sets: word by word on bits, so that a filter of many conditions costs little
 * more than its comparisons.
 *
 * A boolean block is two bit vectors, true and valid, with true inside valid: false is valid and not true. */
#include "expr/program.h"

#include "base/hash.h"

void tw_run_and(tw_call *call) {
    const tw_vec *a = &call->args[0], *b = &call->args[1];
    for (size_t w = 0; w < call->words; w++) {
        uint64_t a_false = a->valid[w] & ~a->bits[w], b_false = b->valid[w] & ~b->bits[w];
        call->out.bits[w] = a->bits[w] & b->bits[w];
        call->out.valid[w] = (a->valid[w] & b->valid[w]) | a_false | b_false;
    }
}

void tw_run_or(tw_call *call) {
    const tw_vec *a = &call->args[0], *b = &call->args[1];
    for (size_t w = 0; w < call->words; w++) {
        call->out.bits[w] = a->bits[w] | b->bits[w];
        call->out.valid[w] = (a->valid[w] & b->valid[w]) | a->bits[w] | b->bits[w];
    }
}

void tw_run_not(tw_call *call) {
    for (size_t w = 0; w < call->words; w++) {
        call->out.valid[w] = call->args[0].valid[w];
        call->out.bits[w] = call->args[0].valid[w] & ~call->args[0].bits[w];
    }
}

void tw_run_is_null(tw_call *call) {
    tw_bitmap_fill(call->out.valid, call->rows);
    for (size_t w = 0; w < call->words; w++)
        call->out.bits[w] = ~call->args[0].valid[w] & call->out.valid[w];
}

void tw_run_is_value(tw_call *call) {
    tw_bitmap_fill(call->out.valid, call->rows);
    for (size_t w = 0; w < call->words; w++)
        call->out.bits[w] = call->args[0].valid[w] & call->out.valid[w];
}

/* out = choose ? a : b, by bits; `choose` may be the validity of a. */
static void choose_valid(tw_call *call, const uint64_t *choose, const tw_vec *a, const tw_vec *b) {
    for (size_t w = 0; w < call->words; w++)
        call->out.valid[w] = (choose[w] & a->valid[w]) | (~choose[w] & b->valid[w]);
}
static void choose_bits(tw_call *call, const uint64_t *choose, const tw_vec *a, const tw_vec *b) {
    choose_valid(call, choose, a, b);
    for (size_t w = 0; w < call->words; w++)
        call->out.bits[w] = ((choose[w] & a->bits[w]) | (~choose[w] & b->bits[w])) & call->out.valid[w];
}
static void choose_words(tw_call *call, const uint64_t *choose, const tw_vec *a, const tw_vec *b) {
    choose_valid(call, choose, a, b);
    for (size_t i = 0; i < call->rows; i++)
        memcpy(&call->out.i[i], tw_bit_get(choose, i) ? &a->i[i] : &b->i[i], sizeof(int64_t));
}
static void choose_texts(tw_call *call, const uint64_t *choose, const tw_vec *a, const tw_vec *b) {
    choose_valid(call, choose, a, b);
    for (size_t i = 0; i < call->rows; i++)
        call->out.s[i] = tw_bit_get(choose, i) ? a->s[i] : b->s[i];
}

static void blend_bits(tw_call *call) {
    choose_bits(call, call->args[0].bits, &call->args[1], &call->args[2]);
}
static void blend_words(tw_call *call) {
    choose_words(call, call->args[0].bits, &call->args[1], &call->args[2]);
}
static void blend_texts(tw_call *call) {
    choose_texts(call, call->args[0].bits, &call->args[1], &call->args[2]);
}
void (*const tw_run_blend[TW_REG_CLASSES])(tw_call *call) = {blend_bits, blend_words, blend_texts};

static void coalesce_bits(tw_call *call) {
    choose_bits(call, call->args[0].valid, &call->args[0], &call->args[1]);
}
static void coalesce_words(tw_call *call) {
    choose_words(call, call->args[0].valid, &call->args[0], &call->args[1]);
}
static void coalesce_texts(tw_call *call) {
    choose_texts(call, call->args[0].valid, &call->args[0], &call->args[1]);
}
void (*const tw_run_coalesce[TW_REG_CLASSES])(tw_call *call) = {coalesce_bits, coalesce_words, coalesce_texts};

/* Open addressing on the hash of the value; a slot holds an index + 1 into cells. */
struct tw_constant_set {
    const tw_cell *cells;
    uint32_t *slots;
    size_t mask;
    bool holds_null;
    enum tw_type type;
};

/* -0 and 0 are one value. */
static uint64_t bits_of(double value) {
    uint64_t bits;
    value += 0.0;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static uint64_t hash_cell(const tw_cell *cell) {
    if (cell->type == TW_TEXT)
        return tw_hash_str(cell->text);
    return tw_mix64(cell->type == TW_FLOAT ? bits_of(cell->f) : (uint64_t)cell->i);
}

static bool same_cell(const tw_cell *a, const tw_cell *b) {
    if (a->type == TW_TEXT)
        return tw_str_eq(a->text, b->text);
    return a->type == TW_FLOAT ? tw_same_f64(a->f, b->f) : a->i == b->i;
}

/* Slot of the cell, or the free one where it belongs. */
static size_t probe(const tw_constant_set *set, const tw_cell *cell) {
    size_t at = hash_cell(cell) & set->mask;
    while (set->slots[at] && !same_cell(&set->cells[set->slots[at] - 1], cell))
        at = (at + 1) & set->mask;
    return at;
}

const tw_constant_set *tw_constant_set_make(const tw_cell *cells, size_t n, enum tw_type type, bool holds_null,
                                            tw_arena *arena) {
    size_t room = 16;
    while (room < n * 2)
        room *= 2;
    tw_constant_set *set = tw_arena_alloc(arena, 1, sizeof *set);
    uint32_t *slots = tw_arena_alloc(arena, room, sizeof *slots);
    if (!set || !slots)
        return NULL;
    *set = (tw_constant_set){cells, slots, room - 1, holds_null, type};
    for (size_t i = 0; i < n; i++)
        slots[probe(set, &cells[i])] = (uint32_t)i + 1;
    return set;
}

static tw_cell cell_of(const tw_vec *vec, enum tw_type type, size_t i) {
    tw_cell cell = {.state = TW_VALUE, .type = type};
    if (type == TW_TEXT)
        cell.text = vec->s[i];
    else if (type == TW_FLOAT)
        cell.f = vec->f[i];
    else
        cell.i = type == TW_BOOLEAN ? tw_bit_get(vec->bits, i) : vec->i[i];
    return cell;
}

/* Texts of a dictionary come again at the same address: the last answers are remembered by it. */
typedef struct answer {
    tw_str text;
    bool yes;
} answer;
enum { ANSWERS = 128 };

static bool text_is_in(const tw_constant_set *set, tw_str text, answer *seen) {
    answer *a = &seen[((uintptr_t)text.p >> 3 ^ (uintptr_t)text.p >> 11 ^ text.n) % ANSWERS];
    if (a->text.p != text.p || a->text.n != text.n || !text.p) {
        const tw_cell cell = tw_cell_text(text);
        *a = (answer){text, set->slots[probe(set, &cell)] != 0};
    }
    return a->yes;
}

static bool value_is_in(const tw_constant_set *set, const tw_vec *vec, size_t i) {
    tw_cell cell = cell_of(vec, set->type, i);
    return set->slots[probe(set, &cell)] != 0;
}

void tw_run_in_set(tw_call *call) {
    const tw_constant_set *set = call->data;
    answer seen[ANSWERS] = {{{NULL, 0}, false}};
    for (size_t w = 0; w < call->words; w++) {
        uint64_t hits = 0, valid = call->args[0].valid[w];
        for (uint64_t left = valid; left; left &= left - 1) {
            size_t i = 64 * w + (size_t)__builtin_ctzll(left);
            bool yes = set->type == TW_TEXT ? text_is_in(set, call->args[0].s[i], seen)
                                            : value_is_in(set, &call->args[0], i);
            hits |= yes ? left & -left : 0;
        }
        call->out.bits[w] = hits;
        call->out.valid[w] = set->holds_null ? hits : valid;
    }
}
