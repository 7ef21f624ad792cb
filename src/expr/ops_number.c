/* Arithmetic and the functions of numbers.
 *
 * Faults are cells, not errors: division by zero, a result that is no number, overflow of an integer or of a float made
 * from finite values all give missing and are counted where the row's result is wanted. `//` and `%` floor as in
 * Lua; round halves to even. Infinities that come from the data pass through. */
#include "expr/kernel.h"
#include "expr/ops.h"

#include <math.h>

/* Float results: what is not finite becomes missing, unless an infinity went in. `divides`: b == 0 is a division by zero. */
static void settle_floats(tw_call *call, bool divides) {
    uint64_t odd[TW_BLOCK_WORDS];
    tw_call_valid(call);
    tw_not_finite(call->out.f, call->rows, odd);
    for (size_t w = 0; w < call->words; w++) {
        for (uint64_t left = odd[w] & call->out.valid[w]; left; left &= left - 1) {
            size_t i = 64 * w + (size_t)__builtin_ctzll(left);
            bool by_zero = divides && tw_same_f64(call->args[1].f[i], 0);
            bool infinite = isinf(call->args[0].f[i]) || (call->n > 1 && isinf(call->args[1].f[i]));
            int64_t *fault = by_zero                      ? &call->faults->division_by_zero
                             : isnan(call->out.f[i])      ? &call->faults->not_a_number
                             : infinite                   ? NULL
                                                          : &call->faults->overflow;
            if (fault)
                *fault += tw_call_drop(call, w, left & -left);
        }
    }
}

static void add_f(tw_call *call) {
    tw_arith_f64[TW_PLUS](call->args[0].f, call->args[1].f, call->rows, call->out.f);
    settle_floats(call, false);
}
static void subtract_f(tw_call *call) {
    tw_arith_f64[TW_MINUS](call->args[0].f, call->args[1].f, call->rows, call->out.f);
    settle_floats(call, false);
}
static void multiply_f(tw_call *call) {
    tw_arith_f64[TW_TIMES](call->args[0].f, call->args[1].f, call->rows, call->out.f);
    settle_floats(call, false);
}
static void divide_f(tw_call *call) {
    tw_divide_f64(call->args[0].f, call->args[1].f, call->rows, call->out.f);
    settle_floats(call, true);
}
static void widen(tw_call *call) {
    tw_call_valid(call);
    tw_widen(call->args[0].i, call->rows, call->out.f);
}

#define EACH_F1(name, expression, divides)                                                         \
    static void name(tw_call *call) {                                                              \
        const double *a = call->args[0].f;                                                         \
        for (size_t i = 0; i < call->rows; i++)                                                    \
            call->out.f[i] = (expression);                                                         \
        settle_floats(call, divides);                                                              \
    }
#define EACH_F2(name, expression, divides)                                                         \
    static void name(tw_call *call) {                                                              \
        const double *a = call->args[0].f, *b = call->args[1].f;                                   \
        for (size_t i = 0; i < call->rows; i++)                                                    \
            call->out.f[i] = (expression);                                                         \
        settle_floats(call, divides);                                                              \
    }

/* Remainder with the sign of the divisor. */
static double floor_mod(double a, double b) {
    double m = fmod(a, b);
    return m * b < 0 ? m + b : m;
}

EACH_F1(negate_f, -a[i], false)
EACH_F1(abs_f, fabs(a[i]), false)
EACH_F1(sqrt_f, sqrt(a[i]), false)
EACH_F1(exp_f, exp(a[i]), false)
EACH_F2(power_f, pow(a[i], b[i]), false)
EACH_F2(floor_divide_f, floor(a[i] / b[i]), true)
EACH_F2(modulo_f, tw_same_f64(b[i], 0) ? (double)NAN : floor_mod(a[i], b[i]), true)
EACH_F2(greatest_f, fmax(a[i], b[i]), false)
EACH_F2(least_f, fmin(a[i], b[i]), false)
/* The logarithm of zero is minus infinity to the library and no number to us. */
EACH_F1(ln_f, a[i] > 0 ? log(a[i]) : (double)NAN, false)
EACH_F1(log10_f, a[i] > 0 ? log10(a[i]) : (double)NAN, false)
EACH_F1(log2_f, a[i] > 0 ? log2(a[i]) : (double)NAN, false)

static void round_digits_f(tw_call *call) {
    const double *a = call->args[0].f;
    const int64_t *digits = call->args[1].i;
    tw_call_valid(call);
    for (size_t i = 0; i < call->rows; i++) {
        int64_t d = TW_MAX(TW_MIN(digits[i], INT64_C(330)), INT64_C(-330));
        call->out.f[i] = isfinite(a[i]) ? tw_round_to(a[i], (int)d) : a[i];
    }
}

/* Whole numbers from floats; what does not fit into 64 bits becomes missing. */
static void to_whole(tw_call *call, double (*how)(double)) {
    const double *a = call->args[0].f;
    tw_call_valid(call);
    for (size_t w = 0; w < call->words; w++) {
        for (uint64_t left = call->out.valid[w]; left; left &= left - 1) {
            size_t i = 64 * w + (size_t)__builtin_ctzll(left);
            double whole = how(a[i]);
            if (whole >= -0x1p63 && whole < 0x1p63)
                call->out.i[i] = (int64_t)whole;
            else
                call->faults->overflow += tw_call_drop(call, w, left & -left);
        }
    }
}
static double half_even(double a) {
    return tw_round_to(a, 0);
}
static void floor_f(tw_call *call) {
    to_whole(call, floor);
}
static void ceil_f(tw_call *call) {
    to_whole(call, ceil);
}
static void trunc_f(tw_call *call) {
    to_whole(call, trunc);
}
static void round_f(tw_call *call) {
    to_whole(call, half_even);
}

static void arith_i(tw_call *call, enum tw_arith how) {
    uint64_t overflow[TW_BLOCK_WORDS];
    tw_call_valid(call);
    tw_arith_i64[how](call->args[0].i, call->args[1].i, call->rows, call->out.i, overflow);
    for (size_t w = 0; w < call->words; w++)
        call->faults->overflow += tw_call_drop(call, w, overflow[w]);
}
static void add_i(tw_call *call) {
    arith_i(call, TW_PLUS);
}
static void subtract_i(tw_call *call) {
    arith_i(call, TW_MINUS);
}
static void multiply_i(tw_call *call) {
    arith_i(call, TW_TIMES);
}

/* Row by row over valid cells; what is not FINE makes the cell missing and is counted. */
enum outcome { FINE, BY_ZERO, TOO_LARGE };
typedef enum outcome (*whole_fn)(int64_t a, int64_t b, int64_t *out);
static void each_i(tw_call *call, whole_fn fn) {
    const int64_t *a = call->args[0].i, *b = call->n > 1 ? call->args[1].i : a;
    int64_t *const faults[] = {NULL, &call->faults->division_by_zero, &call->faults->overflow};
    tw_call_valid(call);
    for (size_t w = 0; w < call->words; w++) {
        for (uint64_t left = call->out.valid[w]; left; left &= left - 1) {
            size_t i = 64 * w + (size_t)__builtin_ctzll(left);
            enum outcome outcome = fn(a[i], b[i], &call->out.i[i]);
            if (outcome != FINE)
                *faults[outcome] += tw_call_drop(call, w, left & -left);
        }
    }
}

static enum outcome floor_divide(int64_t a, int64_t b, int64_t *out) {
    if (b == 0)
        return BY_ZERO;
    if (a == INT64_MIN && b == -1)
        return TOO_LARGE;
    *out = a / b - (a % b != 0 && (a % b < 0) != (b < 0));
    return FINE;
}
static enum outcome modulo(int64_t a, int64_t b, int64_t *out) {
    if (b == 0)
        return BY_ZERO;
    int64_t m = b == -1 ? 0 : a % b;
    *out = m != 0 && (m < 0) != (b < 0) ? m + b : m;
    return FINE;
}
static enum outcome negate(int64_t a, int64_t b, int64_t *out) {
    (void)b;
    return __builtin_sub_overflow((int64_t)0, a, out) ? TOO_LARGE : FINE;
}
static enum outcome absolute(int64_t a, int64_t b, int64_t *out) {
    *out = a;
    return a >= 0 ? FINE : negate(a, b, out);
}
static enum outcome greater(int64_t a, int64_t b, int64_t *out) {
    *out = TW_MAX(a, b);
    return FINE;
}
static enum outcome lesser(int64_t a, int64_t b, int64_t *out) {
    *out = TW_MIN(a, b);
    return FINE;
}
static enum outcome sign(int64_t a, int64_t b, int64_t *out) {
    (void)b;
    *out = (a > 0) - (a < 0);
    return FINE;
}

/* Tens, hundreds …: halves to even, as everywhere. */
static enum outcome round_tens(int64_t a, int64_t digits, int64_t *out) {
    *out = digits < -18 ? 0 : a;
    if (digits >= 0 || digits < -18)
        return FINE;
    int64_t unit = 1;
    for (; digits < 0; digits++)
        unit *= 10;
    int64_t down = a / unit - (a % unit < 0), rest = a % unit + (a % unit < 0 ? unit : 0);
    bool up = rest > unit - rest || (rest == unit - rest && down % 2 != 0);
    return __builtin_mul_overflow(down + up, unit, out) ? TOO_LARGE : FINE;
}

static void floor_divide_i(tw_call *call) {
    each_i(call, floor_divide);
}
static void modulo_i(tw_call *call) {
    each_i(call, modulo);
}
static void negate_i(tw_call *call) {
    each_i(call, negate);
}
static void abs_i(tw_call *call) {
    each_i(call, absolute);
}
static void greatest_i(tw_call *call) {
    each_i(call, greater);
}
static void least_i(tw_call *call) {
    each_i(call, lesser);
}
static void sign_i(tw_call *call) {
    each_i(call, sign);
}
static void round_digits_i(tw_call *call) {
    each_i(call, round_tens);
}
static void same_i(tw_call *call) {
    tw_call_valid(call);
    memcpy(call->out.i, call->args[0].i, call->rows * sizeof(int64_t));
}
static void same_f(tw_call *call) {
    tw_call_valid(call);
    memcpy(call->out.f, call->args[0].f, call->rows * sizeof(double));
}
static void sign_f(tw_call *call) {
    const double *a = call->args[0].f;
    tw_call_valid(call);
    for (size_t i = 0; i < call->rows; i++)
        call->out.i[i] = (a[i] > 0) - (a[i] < 0);
}
static void number_b(tw_call *call) {
    tw_call_valid(call);
    for (size_t i = 0; i < call->rows; i++)
        call->out.f[i] = tw_bit_get(call->args[0].bits, i);
}
static void integer_b(tw_call *call) {
    tw_call_valid(call);
    for (size_t i = 0; i < call->rows; i++)
        call->out.i[i] = tw_bit_get(call->args[0].bits, i);
}

/* Text to numbers: the plain form only, blanks around it allowed; anything else is missing and counted. */
static void number_t(tw_call *call) {
    tw_call_valid(call);
    for (size_t w = 0; w < call->words; w++) {
        for (uint64_t left = call->out.valid[w]; left; left &= left - 1) {
            size_t i = 64 * w + (size_t)__builtin_ctzll(left);
            if (!tw_parse_f64(tw_str_trim(call->args[0].s[i]), &call->out.f[i], false) || !isfinite(call->out.f[i]))
                call->faults->not_a_number += tw_call_drop(call, w, left & -left);
        }
    }
}
static void integer_t(tw_call *call) {
    tw_call_valid(call);
    for (size_t w = 0; w < call->words; w++) {
        for (uint64_t left = call->out.valid[w]; left; left &= left - 1) {
            size_t i = 64 * w + (size_t)__builtin_ctzll(left);
            if (!tw_parse_i64(tw_str_trim(call->args[0].s[i]), &call->out.i[i]))
                call->faults->not_a_number += tw_call_drop(call, w, left & -left);
        }
    }
}

// clang-format off
const tw_op tw_ops_number[] = {
    {"+", "i:ii", add_i, NULL, NULL, NULL},
    {"+", "f:ff", add_f, NULL, NULL, NULL},
    {"-", "i:ii", subtract_i, NULL, NULL, NULL},
    {"-", "f:ff", subtract_f, NULL, NULL, NULL},
    {"-", "i:i", negate_i, NULL, NULL, NULL},
    {"-", "f:f", negate_f, NULL, NULL, NULL},
    {"*", "i:ii", multiply_i, NULL, NULL, NULL},
    {"*", "f:ff", multiply_f, NULL, NULL, NULL},
    {"/", "f:ff", divide_f, NULL, NULL, NULL},
    {"//", "i:ii", floor_divide_i, NULL, NULL, NULL},
    {"//", "f:ff", floor_divide_f, NULL, NULL, NULL},
    {"%", "i:ii", modulo_i, NULL, NULL, NULL},
    {"%", "f:ff", modulo_f, NULL, NULL, NULL},
    {"^", "f:ff", power_f, NULL, NULL, NULL},
    {"power", "f:ff", power_f, NULL, NULL, NULL},
    {"abs", "i:i", abs_i, NULL, NULL, NULL},
    {"abs", "f:f", abs_f, NULL, NULL, NULL},
    {"sign", "i:i", sign_i, NULL, NULL, NULL},
    {"sign", "i:f", sign_f, NULL, NULL, NULL},
    {"round", "i:i", same_i, NULL, NULL, NULL},
    {"round", "i:f", round_f, NULL, NULL, NULL},
    {"round", "i:ii", round_digits_i, NULL, NULL, NULL},
    {"round", "f:fi", round_digits_f, NULL, NULL, NULL},
    {"floor", "i:i", same_i, NULL, NULL, NULL},
    {"floor", "i:f", floor_f, NULL, NULL, NULL},
    {"ceil", "i:i", same_i, NULL, NULL, NULL},
    {"ceil", "i:f", ceil_f, NULL, NULL, NULL},
    {"trunc", "i:i", same_i, NULL, NULL, NULL},
    {"trunc", "i:f", trunc_f, NULL, NULL, NULL},
    {"sqrt", "f:f", sqrt_f, NULL, NULL, NULL},
    {"exp", "f:f", exp_f, NULL, NULL, NULL},
    {"ln", "f:f", ln_f, NULL, NULL, NULL},
    {"log10", "f:f", log10_f, NULL, NULL, NULL},
    {"log2", "f:f", log2_f, NULL, NULL, NULL},
    {"greatest", "i:ii+", greatest_i, NULL, NULL, NULL},
    {"greatest", "f:ff+", greatest_f, NULL, NULL, NULL},
    {"greatest", "d:dd+", greatest_i, NULL, NULL, NULL},
    {"greatest", "s:ss+", greatest_i, NULL, NULL, NULL},
    {"greatest", "c:cc+", greatest_i, NULL, NULL, NULL},
    {"least", "i:ii+", least_i, NULL, NULL, NULL},
    {"least", "f:ff+", least_f, NULL, NULL, NULL},
    {"least", "d:dd+", least_i, NULL, NULL, NULL},
    {"least", "s:ss+", least_i, NULL, NULL, NULL},
    {"least", "c:cc+", least_i, NULL, NULL, NULL},
    {"number", "f:f", same_f, NULL, NULL, NULL},
    {"number", "f:t", number_t, NULL, NULL, NULL},
    {"number", "f:b", number_b, NULL, NULL, NULL},
    {"integer", "i:i", same_i, NULL, NULL, NULL},
    {"integer", "i:t", integer_t, NULL, NULL, NULL},
    {"integer", "i:b", integer_b, NULL, NULL, NULL},
    {"", "f:i", widen, NULL, NULL, NULL},
};
// clang-format on
const size_t tw_ops_number_count = TW_COUNT(tw_ops_number);
