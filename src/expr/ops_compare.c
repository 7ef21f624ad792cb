/* Comparison, negation, nullif: everything whose result is three-valued logic or depends on equality.
 *
 * Numbers and times go through the vectorised kernels, against a column or against a constant; texts compare by their
 * bytes, cell by cell, and equality looks at the length first. */
#include "expr/kernel.h"
#include "expr/ops.h"

/* True only where valid. */
static void finish(tw_call *call) {
    for (size_t w = 0; w < call->words; w++)
        call->out.bits[w] &= call->out.valid[w];
}

static void compare_f64(tw_call *call, enum tw_compare how) {
    tw_call_valid(call);
    tw_compare_f64[how](call->args[0].f, call->args[1].f, call->rows, call->out.bits);
    finish(call);
}
static void compare_f64_one(tw_call *call, enum tw_compare how) {
    tw_call_valid(call);
    tw_compare_f64_one[how](call->args[0].f, call->constant.f, call->rows, call->out.bits);
    finish(call);
}
static void compare_i64(tw_call *call, enum tw_compare how) {
    tw_call_valid(call);
    tw_compare_i64[how](call->args[0].i, call->args[1].i, call->rows, call->out.bits);
    finish(call);
}
static void compare_i64_one(tw_call *call, enum tw_compare how) {
    tw_call_valid(call);
    tw_compare_i64_one[how](call->args[0].i, call->constant.i, call->rows, call->out.bits);
    finish(call);
}

static bool orders(int order, enum tw_compare how) {
    static const uint8_t wanted[TW_COMPARES] = {[TW_LT] = 1, [TW_LE] = 3, [TW_GT] = 4, [TW_GE] = 6, [TW_EQ] = 2, [TW_NE] = 5};
    unsigned place = order < 0 ? 1 : order == 0 ? 2 : 4;
    return wanted[how] & place;
}

/* `stride` 0 compares every row with the one text in b. */
static void compare_texts(tw_call *call, const tw_str *b, size_t stride, enum tw_compare how) {
    const tw_str *a = call->args[0].s;
    bool equality = how == TW_EQ || how == TW_NE;
    tw_call_valid(call);
    for (size_t w = 0; w < call->words; w++) {
        uint64_t bits = 0;
        for (uint64_t left = call->out.valid[w]; left; left &= left - 1) {
            size_t i = 64 * w + (size_t)__builtin_ctzll(left);
            tw_str x = a[i], y = b[i * stride];
            bool yes = equality ? tw_str_eq(x, y) == (how == TW_EQ) : orders(tw_str_cmp(x, y), how);
            bits |= yes ? left & -left : 0;
        }
        call->out.bits[w] = bits;
    }
}
static void compare_text(tw_call *call, enum tw_compare how) {
    compare_texts(call, call->args[1].s, 1, how);
}
static void compare_text_one(tw_call *call, enum tw_compare how) {
    compare_texts(call, &call->constant.text, 0, how);
}

#define COMPARE(name, how)                                                                         \
    static void name##_f(tw_call *call) {                                                          \
        compare_f64(call, how);                                                                    \
    }                                                                                              \
    static void name##_f1(tw_call *call) {                                                         \
        compare_f64_one(call, how);                                                                \
    }                                                                                              \
    static void name##_i(tw_call *call) {                                                          \
        compare_i64(call, how);                                                                    \
    }                                                                                              \
    static void name##_i1(tw_call *call) {                                                         \
        compare_i64_one(call, how);                                                                \
    }                                                                                              \
    static void name##_t(tw_call *call) {                                                          \
        compare_text(call, how);                                                                   \
    }                                                                                              \
    static void name##_t1(tw_call *call) {                                                         \
        compare_text_one(call, how);                                                               \
    }
COMPARE(lt, TW_LT)
COMPARE(le, TW_LE)
COMPARE(gt, TW_GT)
COMPARE(ge, TW_GE)
COMPARE(eq, TW_EQ)
COMPARE(ne, TW_NE)

static void eq_b(tw_call *call) {
    tw_call_valid(call);
    for (size_t w = 0; w < call->words; w++)
        call->out.bits[w] = ~(call->args[0].bits[w] ^ call->args[1].bits[w]) & call->out.valid[w];
}
static void ne_b(tw_call *call) {
    tw_call_valid(call);
    for (size_t w = 0; w < call->words; w++)
        call->out.bits[w] = (call->args[0].bits[w] ^ call->args[1].bits[w]) & call->out.valid[w];
}
static void not_b(tw_call *call) {
    tw_call_valid(call);
    for (size_t w = 0; w < call->words; w++)
        call->out.bits[w] = ~call->args[0].bits[w] & call->out.valid[w];
}

/* nullif(a, b): a, missing where it equals b; a missing b equals nothing. */
static void nullif_words(tw_call *call) {
    const int64_t *a = call->args[0].i;
    uint64_t *equal = call->out.valid;
    tw_compare_i64[TW_EQ](a, call->args[1].i, call->rows, equal);
    for (size_t w = 0; w < call->words; w++)
        equal[w] = call->args[0].valid[w] & ~(equal[w] & call->args[1].valid[w]);
    memcpy(call->out.i, a, call->rows * sizeof *a);
}
static void nullif_f(tw_call *call) {
    uint64_t *equal = call->out.valid;
    tw_compare_f64[TW_EQ](call->args[0].f, call->args[1].f, call->rows, equal);
    for (size_t w = 0; w < call->words; w++)
        equal[w] = call->args[0].valid[w] & ~(equal[w] & call->args[1].valid[w]);
    memcpy(call->out.f, call->args[0].f, call->rows * sizeof(double));
}
static void nullif_t(tw_call *call) {
    const tw_str *a = call->args[0].s, *b = call->args[1].s;
    memcpy(call->out.s, a, call->rows * sizeof *a);
    for (size_t w = 0; w < call->words; w++) {
        uint64_t valid = call->args[0].valid[w];
        for (uint64_t left = valid & call->args[1].valid[w]; left; left &= left - 1) {
            size_t i = 64 * w + (size_t)__builtin_ctzll(left);
            if (tw_str_eq(a[i], b[i]))
                valid &= ~(left & -left);
        }
        call->out.valid[w] = valid;
    }
}
static void nullif_b(tw_call *call) {
    for (size_t w = 0; w < call->words; w++) {
        const tw_vec *a = &call->args[0], *b = &call->args[1];
        uint64_t equal = ~(a->bits[w] ^ b->bits[w]) & b->valid[w];
        call->out.valid[w] = a->valid[w] & ~equal;
        call->out.bits[w] = a->bits[w] & call->out.valid[w];
    }
}

// clang-format off
#define ORDERING(sign, name)                                                                       \
    {sign, "b:ii", name##_i, name##_i1, NULL, NULL},                                               \
    {sign, "b:ff", name##_f, name##_f1, NULL, NULL},                                               \
    {sign, "b:tt", name##_t, name##_t1, NULL, NULL},                                               \
    {sign, "b:dd", name##_i, name##_i1, NULL, NULL},                                               \
    {sign, "b:ss", name##_i, name##_i1, NULL, NULL},                                               \
    {sign, "b:cc", name##_i, name##_i1, NULL, NULL}

const tw_op tw_ops_compare[] = {
    ORDERING("<", lt),
    ORDERING("<=", le),
    ORDERING(">", gt),
    ORDERING(">=", ge),
    ORDERING("==", eq),
    {"==", "b:bb", eq_b, NULL, NULL, NULL},
    ORDERING("!=", ne),
    {"!=", "b:bb", ne_b, NULL, NULL, NULL},
    {"not", "b:b", not_b, NULL, NULL, NULL},
    {"nullif", "i:ii", nullif_words, NULL, NULL, NULL},
    {"nullif", "f:ff", nullif_f, NULL, NULL, NULL},
    {"nullif", "t:tt", nullif_t, NULL, NULL, NULL},
    {"nullif", "d:dd", nullif_words, NULL, NULL, NULL},
    {"nullif", "s:ss", nullif_words, NULL, NULL, NULL},
    {"nullif", "c:cc", nullif_words, NULL, NULL, NULL},
    {"nullif", "b:bb", nullif_b, NULL, NULL, NULL},
};
// clang-format on
const size_t tw_ops_compare_count = TW_COUNT(tw_ops_compare);
