/* Numbers and text: what is one, what it is worth, how it is written. */
#include "base/number.h"

#include <math.h>

#include "../tap.h"

static const tw_number_format plain = {'.', 0, -1};
static const tw_number_format english = {'.', ',', -1}, german = {',', '.', -1};
static const tw_number_format french = {',', ' ', -1}, swiss = {'.', '\'', -1};

static void integers(void) {
    static const struct {
        const char *text;
        int64_t want;
    } good[] = {{"0", 0},
                {"-0", 0},
                {"+7", 7},
                {"-12345678", -12345678},
                {"123456789012345678", 123456789012345678},
                {"9223372036854775807", INT64_MAX},
                {"-9223372036854775808", INT64_MIN},
                {"000000000000000000000000000000012", 12}};
    static const char *const bad[] = {"",
                                      "-",
                                      "+",
                                      "12a",
                                      "a12",
                                      " 1",
                                      "1 ",
                                      "1.0",
                                      "1e3",
                                      "--1",
                                      "+-1",
                                      "0x1f",
                                      "1,234",
                                      "9223372036854775808",
                                      "-9223372036854775809",
                                      "18446744073709551617",
                                      "100000000000000000000",
                                      "1234567/",
                                      "1234567:",
                                      "\xb1"};
    int64_t out = -1;
    for (size_t i = 0; i < TW_COUNT(good); i++)
        ok(tw_parse_i64(tw_str_c(good[i].text), &out) && out == good[i].want, "%s", good[i].text);
    for (size_t i = 0; i < TW_COUNT(bad); i++)
        ok(!tw_parse_i64(tw_str_c(bad[i]), &out), "no integer: '%s'", bad[i]);
    is_int(out, 12, "a failure leaves the result alone");
}

static void floats(void) {
    static const struct {
        const char *text;
        double want;
    } good[] = {
        {"3.25", 3.25},
        {"-0.5", -0.5},
        {".5", 0.5},
        {"5.", 5},
        {"+1e3", 1000},
        {"1E-2", 0.01},
        {"1e+05", 1e5},
        {"123456789.123456789", 123456789.123456789},
        {"0.1", 0.1},
        {"1e22", 1e22},
        {"1e23", 1e23},
        {"9007199254740993", 9007199254740992.0},
        {"9007199254740995", 9007199254740996.0},
        {"1.00000000000000011102230246251565404236316680908203125", 1},
        {"1.00000000000000011102230246251565404236316680908203126", 1.0000000000000002},
        {"2.2250738585072011e-308", 2.2250738585072011e-308},
        {"2.2250738585072012e-308", 2.2250738585072014e-308},
        {"1.7976931348623158e308", 1.7976931348623157e308},
        {"4.9e-324", 5e-324},
        {"2.4703282292062327e-324", 0},
        {"2.4703282292062328e-324", 5e-324},
        {"1e-400", 0},
        {"0e999999999999", 0},
        {"0.000000000000000000000000000012", 1.2e-29},
        {"1e00000000000000000001", 10},
        {"0000000000000000000000001.5", 1.5},
        {"123456789012345678901234567890e-29", 1.2345678901234567890},
    };
    static const char *const bad[] = {
        "",      ".",    "-",   "-.",  "e5",  "1e",    "1e+",      "1.2.3",         "1,5",
        "0x1p3", "1e5.", "1d5", "inf", "nan", "1e309", "-1.8e308", "1e99999999999", "12 ",
        "1_000", "1.5e", "..1"};
    double out = -1;
    for (size_t i = 0; i < TW_COUNT(good); i++)
        ok(tw_parse_f64(tw_str_c(good[i].text), &out, false) && tw_same_f64(out, good[i].want),
           "%s", good[i].text);
    for (size_t i = 0; i < TW_COUNT(bad); i++)
        ok(!tw_parse_f64(tw_str_c(bad[i]), &out, false), "no number: '%s'", bad[i]);
    ok(tw_parse_f64(TW_STR("-0"), &out, false) && signbit(out), "minus zero keeps its sign");
}

static void specials(void) {
    double out = 0;
    ok(tw_parse_f64(TW_STR("Inf"), &out, true) && isinf(out) && out > 0, "Inf");
    ok(tw_parse_f64(TW_STR("-INFINITY"), &out, true) && isinf(out) && out < 0, "-INFINITY");
    ok(tw_parse_f64(TW_STR("NaN"), &out, true) && isnan(out), "NaN");
    ok(!tw_parse_f64(TW_STR("nan(1)"), &out, true) && !tw_parse_f64(TW_STR("in"), &out, true),
       "nothing else");
}

/* Slices of a longer text: what stands behind must not be read, at every length and place. */
static void slices_end_where_they_end(void) {
    const char text[] = "9999999999999999999999999999999999999999";
    size_t wrong = 0;
    for (size_t n = 1; n <= 17; n++)
        for (size_t from = 0; from < 9; from++) {
            int64_t whole = 0, want = 0;
            double value = 0;
            for (size_t i = 0; i < n; i++)
                want = want * 10 + 9;
            tw_str s = {text + from, n};
            wrong += !tw_parse_i64(s, &whole) || whole != want;
            wrong += !tw_parse_f64(s, &value, false) || !tw_same_f64(value, (double)want);
        }
    is_int(wrong, 0, "1 to 17 digits out of 40");
}

/* Every byte at every place of a short number: only digits, sign, mark and exponent make one. */
static void no_other_byte_passes(void) {
    size_t wrong = 0;
    for (size_t n = 1; n <= 12; n++)
        for (size_t at = 0; at < n; at++)
            for (int c = 0; c < 256; c++) {
                char text[13];
                memset(text, '1', sizeof text);
                text[at] = (char)c;
                int64_t whole;
                double value;
                bool digit = c >= '0' && c <= '9',
                     sign = (c == '-' || c == '+') && at == 0 && n > 1;
                bool mark = c == '.' && n > 1,
                     power = (c == 'e' || c == 'E') && at > 0 && at + 1 < n;
                bool huge = power && n - at > 4; /* 1e1111 */
                wrong += tw_parse_i64((tw_str){text, n}, &whole) != (digit || sign);
                wrong += tw_parse_f64((tw_str){text, n}, &value, false) !=
                         (digit || sign || mark || (power && !huge));
            }
    is_int(wrong, 0, "all bytes at all places");
}

static void against_the_c_library(void) {
    uint64_t state = 3;
    size_t wrong = 0;
    for (int i = 0; i < 60000; i++) {
        char text[128];
        size_t n = 0, digits;
        state = state * 6364136223846793005u + 1442695040888963407u;
        digits = 1 + (state >> 33) % (i % 50 ? 20 : 60);
        size_t point = (state >> 40) % (digits + 2);
        if (state >> 63)
            text[n++] = '-';
        for (size_t k = 0; k < digits; k++) {
            if (k == point)
                text[n++] = '.';
            state = state * 6364136223846793005u + 1442695040888963407u;
            text[n++] = (char)('0' + (state >> 40) % 10);
        }
        if (state >> 62 & 1)
            n += (size_t)snprintf(text + n, 16, "e%d", (int)(state >> 50) % 620 - 310);
        text[n] = '\0';
        double want = strtod(text, NULL), got = 0;
        bool good = tw_parse_f64((tw_str){text, n}, &got, false);
        wrong += isinf(want) ? good : !good || !tw_same_f64(got, want);
    }
    is_int(wrong, 0, "60000 texts are worth what strtod says");
}

static void groups(void) {
    static const struct {
        const char *text;
        const tw_number_format *f;
        double want;
        int decimals;
    } good[] = {{"1,234", &english, 1234, 0},
                {"12,345,678.90", &english, 12345678.90, 2},
                {"-1,000", &english, -1000, 0},
                {"1234.5", &english, 1234.5, 1},
                {"1.234.567,8", &german, 1234567.8, 1},
                {"0,125", &german, 0.125, 3},
                {"12 345,6", &french, 12345.6, 1},
                {"12\xc2\xa0"
                 "345",
                 &french, 12345, 0},
                {"1\xe2\x80\xaf"
                 "234\xe2\x80\xaf"
                 "567",
                 &french, 1234567, 0},
                {"1'234.50", &swiss, 1234.5, 2},
                {"1\xe2\x80\x99"
                 "234",
                 &swiss, 1234, 0},
                {"1,234e3", &english, 1234000, -1},
                {"123,456,789,012,345,678,901", &english, 123456789012345678901.0, 0}};
    static const struct {
        const char *text;
        const tw_number_format *f;
    } bad[] = {{"1234,567", &english}, {"12,34", &english},       {",123", &english},
               {"1,", &english},       {"1,234,5", &english},     {"1,2345", &english},
               {"1,,234", &english},   {"1.234,567", &english},   {"1,234", &swiss},
               {"1.23", &german},      {"1,234.567,8", &english}, {"1  234", &french},
               {"1,234", &plain},      {"-,123", &english},       {"1\xc2", &french}};
    double out;
    int decimals;
    for (size_t i = 0; i < TW_COUNT(good); i++)
        ok(tw_parse_f64_as(tw_str_c(good[i].text), *good[i].f, &out, &decimals) &&
               tw_same_f64(out, good[i].want) && decimals == good[i].decimals,
           "%s", good[i].text);
    for (size_t i = 0; i < TW_COUNT(bad); i++)
        ok(!tw_parse_f64_as(tw_str_c(bad[i].text), *bad[i].f, &out, NULL), "groups are wrong: %s",
           bad[i].text);
    int64_t whole;
    ok(tw_parse_i64_as(TW_STR("-1,234,567"), english, &whole) && whole == -1234567,
       "a grouped integer");
    ok(!tw_parse_i64_as(TW_STR("1,234.0"), english, &whole) &&
           !tw_parse_i64_as(TW_STR("1e3"), english, &whole),
       "integers have no decimals");
    ok(!tw_parse_f64_as(TW_STR("1.5"), (tw_number_format){0, 0, -1}, &out, NULL),
       "no decimal mark at all");
}

static void writes(double value, const char *want) {
    char text[TW_NUMBER_MAX];
    size_t n = tw_format_f64(text, value);
    is_text(tw_str_c(text), want, "shortest");
    if (n != strlen(want))
        ok(false, "length of %s", want);
}

/* As Python's repr writes them, apart from its ".0". */
static void shortest(void) {
    writes(0, "0");
    writes(-0.0, "-0");
    writes(3, "3");
    writes(-250, "-250");
    writes(0.1, "0.1");
    writes(0.0001, "0.0001");
    writes(0.00001, "1e-05");
    writes(1.5e-7, "1.5e-07");
    writes(123456.789, "123456.789");
    writes(1e15, "1000000000000000");
    writes(9999999999999998, "9999999999999998");
    writes(1e16, "1e+16");
    writes(1.25e100, "1.25e+100");
    writes(5e-324, "5e-324");
    writes(-1.7976931348623157e308, "-1.7976931348623157e+308");
    writes((double)NAN, "nan");
    writes(-(double)INFINITY, "-inf");
    writes(0.1 + 0.2, "0.30000000000000004");
}

static void as(double value, char decimal, char thousands, int decimals, const char *want) {
    char text[TW_NUMBER_MAX];
    tw_format_f64_as(text, value, (tw_number_format){decimal, thousands, (int8_t)decimals});
    is_text(tw_str_c(text), want, "formatted");
}

static void columns_keep_their_format(void) {
    as(2.675, '.', 0, 2, "2.68"); /* by its decimal digits, not by the double just below */
    as(0.125, '.', 0, 2, "0.12");
    as(0.375, '.', 0, 2, "0.38");
    as(1234567.5, ',', '.', 2, "1.234.567,50");
    as(-1234.5, '.', ',', 0, "-1,234");
    as(999.995, '.', ',', 2, "1,000.00");
    as(999, '.', ',', 0, "999");
    as(1000, '.', '\'', -1, "1'000");
    as(0.5, '.', 0, 0, "0");
    as(1.5, '.', 0, 0, "2");
    as(-0.001, '.', 0, 2, "0.00");
    as(1e22, '.', 0, 1, "10000000000000000000000.0");
    as(1e-7, '.', 0, 3, "0.000");
    as(1e-7, ',', 0, -1, "1e-07");
    as(1.5e20, ',', '.', -1, "1,5e+20");
    as((double)NAN, ',', 0, 2, "nan");
    char text[TW_NUMBER_MAX];
    size_t n = tw_format_f64_as(text, -1.7976931348623157e308, (tw_number_format){'.', ',', 127});
    ok(n < TW_NUMBER_MAX && n == strlen(text) && !strchr(text, 'e'),
       "the longest there is fits: %zu bytes", n);
}

static void what_is_written_reads_back(void) {
    uint64_t bits = 88172645463325252u;
    size_t wrong = 0;
    char text[TW_NUMBER_MAX];
    for (int i = 0; i < 100000; i++) {
        double value, back = 0;
        bits ^= bits << 13;
        bits ^= bits >> 7;
        bits ^= bits << 17;
        memcpy(&value, &bits, sizeof value);
        if (i % 2)
            value = (double)(int64_t)(bits >> 24) / 1000;
        if (!isfinite(value))
            continue;
        size_t n = tw_format_f64(text, value);
        wrong += !tw_parse_f64((tw_str){text, n}, &back, false) || !tw_same_f64(back, value);
        n = tw_format_f64_as(text, value, german);
        wrong +=
            !tw_parse_f64_as((tw_str){text, n}, german, &back, NULL) || !tw_same_f64(back, value);
    }
    is_int(wrong, 0, "100000 doubles, in two formats");
}

static void rounded(void) {
    is_near(tw_round_to(2.675, 2), 2.68, 0, "by its decimal digits");
    is_near(tw_round_to(0.5, 0), 0, 0, "half to even");
    is_near(tw_round_to(-1250, -2), -1200, 0, "tens");
    is_near(tw_round_to(1e300, 5), 1e300, 0, "nothing to round");
    is_near(tw_round_to(123.456, INT32_MAX), 123.456, 0, "more digits than there are");
    is_near(tw_round_to(123.456, INT32_MIN), 0, 0, "more than all");
    ok(isnan(tw_round_to((double)NAN, 2)) && isinf(tw_round_to((double)INFINITY, 2)),
       "what is no number");
    ok(signbit(tw_round_to(-0.2, 0)), "the sign stays");
}

static void size_is(uint64_t bytes, const char *want) {
    char text[TW_NUMBER_MAX];
    tw_format_size(text, bytes);
    is_text(tw_str_c(text), want, "a size");
}

static void for_people(void) {
    char text[TW_NUMBER_MAX];
    size_is(0, "0 bytes");
    size_is(1, "1 byte");
    size_is(999, "999 bytes");
    size_is(1000, "1.0 kB");
    size_is(1250, "1.3 kB");
    size_is(999949, "999.9 kB");
    size_is(999950, "1.0 MB");
    size_is(3400000000, "3.4 GB");
    size_is(UINT64_MAX, "18.4 EB");
    tw_format_grouped(text, -1234567);
    is_text(tw_str_c(text), "-1,234,567", "grouped");
    is_text(tw_str_c(tw_grouped(INT64_MIN).text), "-9,223,372,036,854,775,808", "the longest one");
    tw_format_grouped(text, 999);
    is_text(tw_str_c(text), "999", "nothing to group");
    tw_format_i64(text, INT64_MIN);
    is_text(tw_str_c(text), "-9223372036854775808", "the smallest integer");
    is_int(tw_format_i64(text, 10), 2, "the length is returned");
}

int main(void) {
    integers();
    floats();
    specials();
    slices_end_where_they_end();
    no_other_byte_passes();
    against_the_c_library();
    groups();
    shortest();
    columns_keep_their_format();
    what_is_written_reads_back();
    rounded();
    for_people();
    return tap_done();
}
