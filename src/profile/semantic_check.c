/* One function for each number; they share reading of digits, weighted sums and two-digit dates. A
 * number without a check digit is taken only in the form people write it in: nine digits are a
 * population as well as a social security number. */
#include "profile/semantic_check.h"

#include "base/calendar.h"

enum { MOST = 40 };

typedef struct digits {
    int at[MOST];
    size_t n;
} digits;

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool is_upper(char c) {
    return c >= 'A' && c <= 'Z';
}

/* Digits of a text in which only `separators` may stand between them. */
static bool read_digits(tw_str s, const char *separators, digits *out) {
    out->n = 0;
    for (size_t i = 0; i < s.n; i++) {
        if (is_digit(s.p[i]) && out->n < MOST)
            out->at[out->n++] = s.p[i] - '0';
        else if (!s.p[i] || !strchr(separators, s.p[i]) || i == 0 || i + 1 == s.n)
            return false;
    }
    return out->n > 0;
}

static int weighted(const digits *d, const int *weights, size_t n) {
    int sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += d->at[i] * weights[i];
    return sum;
}

static int64_t number_of(const digits *d, size_t from, size_t to) {
    int64_t value = 0;
    for (size_t i = from; i < to; i++)
        value = value * 10 + d->at[i];
    return value;
}

static bool is_date(int64_t year, int64_t month, int64_t day) {
    return month >= 1 && month <= 12 && day >= 1 && day <= 31 &&
           tw_civil_valid(year, (int)month, (int)day);
}

static bool all_equal(const digits *d) {
    for (size_t i = 1; i < d->n; i++)
        if (d->at[i] != d->at[0])
            return false;
    return true;
}

static bool luhn_ok(const digits *d) {
    int sum = 0;
    for (size_t i = 0; i < d->n; i++) {
        int v = d->at[d->n - 1 - i] * (i % 2 ? 2 : 1);
        sum += v > 9 ? v - 9 : v;
    }
    return sum % 10 == 0;
}

bool tw_luhn(tw_str s) {
    digits d;
    return read_digits(s, "", &d) && luhn_ok(&d);
}

bool tw_is_credit_card(tw_str s) {
    digits d;
    if (!read_digits(s, " -", &d) || d.n < 13 || d.n > 19 || !luhn_ok(&d) || all_equal(&d))
        return false;
    int64_t two = number_of(&d, 0, 2), four = number_of(&d, 0, 4);
    if (d.at[0] == 4)
        return d.n == 13 || d.n == 16 || d.n == 19;
    if (two == 34 || two == 37)
        return d.n == 15;
    if ((two >= 51 && two <= 55) || (four >= 2221 && four <= 2720))
        return d.n == 16;
    if (four == 6011 || two == 65 || (two == 35 && four >= 3528))
        return d.n >= 16;
    return (two == 36 || two == 38 || two == 30) && d.n == 14;
}

bool tw_is_iban(tw_str s) {
    char bare[MOST];
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (c == ' ' && i > 0 && i + 1 < s.n)
            continue;
        if ((!is_digit(c) && !is_upper(c)) || n == 34)
            return false;
        bare[n++] = c;
    }
    if (n < 15 || !is_upper(bare[0]) || !is_upper(bare[1]) || !is_digit(bare[2]) ||
        !is_digit(bare[3]))
        return false;
    int rest = 0;
    for (size_t i = 0; i < n; i++) {
        char c = bare[(i + 4) % n];
        rest = is_digit(c) ? (rest * 10 + c - '0') % 97 : (rest * 100 + c - 'A' + 10) % 97;
    }
    return rest == 1;
}

bool tw_is_isbn(tw_str s) {
    digits d;
    if (!read_digits(s, " -", &d) || d.n != 13 ||
        (number_of(&d, 0, 3) != 978 && number_of(&d, 0, 3) != 979))
        return false;
    int sum = 0;
    for (size_t i = 0; i < 13; i++)
        sum += d.at[i] * (i % 2 ? 3 : 1);
    return sum % 10 == 0;
}

bool tw_is_id_us(tw_str s) {
    digits d;
    if (s.n != 11 || s.p[3] != '-' || s.p[6] != '-' || !read_digits(s, "-", &d) || d.n != 9)
        return false;
    int64_t area = number_of(&d, 0, 3);
    return area != 0 && area != 666 && area < 900 && number_of(&d, 3, 5) != 0 &&
           number_of(&d, 5, 9) != 0;
}

bool tw_is_id_es(tw_str s) {
    char bare[16];
    size_t n = 0;
    for (size_t i = 0; i < s.n && n < sizeof bare; i++)
        if (s.p[i] != '-' && s.p[i] != ' ')
            bare[n++] = s.p[i];
    if (n != 9 || !is_upper(bare[8]))
        return false;
    int64_t number = bare[0] >= 'X' && bare[0] <= 'Z' ? bare[0] - 'X'
                     : is_digit(bare[0])              ? bare[0] - '0'
                                                      : -1;
    for (size_t i = 1; i < 8 && number >= 0; i++)
        number = is_digit(bare[i]) ? number * 10 + bare[i] - '0' : -1;
    return number >= 0 && "TRWAGMYFPDXBNJZSQVHLCKE"[number % 23] == bare[8];
}

bool tw_is_id_nl(tw_str s) {
    static const int weights[9] = {9, 8, 7, 6, 5, 4, 3, 2, -1};
    digits d;
    return read_digits(s, " .", &d) && d.n == 9 && !all_equal(&d) &&
           weighted(&d, weights, 9) % 11 == 0;
}

bool tw_is_id_fr(tw_str s) {
    digits d;
    if (!read_digits(s, " ", &d) || d.n != 15 || d.at[0] < 1 || d.at[0] > 4)
        return false;
    int64_t month = number_of(&d, 3, 5);
    bool known = (month >= 1 && month <= 12) || (month >= 20 && month <= 42) || month >= 50;
    return known && 97 - number_of(&d, 0, 13) % 97 == number_of(&d, 13, 15);
}

bool tw_is_id_pl(tw_str s) {
    static const int weights[11] = {1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1};
    digits d;
    if (!read_digits(s, "", &d) || d.n != 11 || weighted(&d, weights, 11) % 10 != 0)
        return false;
    int64_t month = number_of(&d, 2, 4);
    static const int64_t century[5] = {1900, 2000, 2100, 2200, 1800};
    return is_date(century[month / 20 % 5] + number_of(&d, 0, 2), month % 20, number_of(&d, 4, 6));
}

bool tw_is_id_br(tw_str s) {
    digits d;
    if (!read_digits(s, ".-", &d) || d.n != 11 || all_equal(&d))
        return false;
    for (size_t check = 9; check < 11; check++) {
        int sum = 0;
        for (size_t i = 0; i < check; i++)
            sum += d.at[i] * (int)(check + 1 - i);
        int rest = sum % 11;
        if (d.at[check] != (rest < 2 ? 0 : 11 - rest))
            return false;
    }
    return true;
}

bool tw_is_id_se(tw_str s) {
    digits d;
    if (!read_digits(s, "-+", &d) || (d.n != 10 && d.n != 12) || s.n == d.n)
        return false;
    size_t from = d.n - 10;
    int64_t year = from ? number_of(&d, 0, 4) : 1900 + number_of(&d, 0, 2),
            day = number_of(&d, from + 4, from + 6);
    digits last = {.n = 10};
    memcpy(last.at, d.at + from, 10 * sizeof *last.at);
    return is_date(year, number_of(&d, from + 2, from + 4), day > 60 ? day - 60 : day) &&
           luhn_ok(&last);
}

bool tw_is_id_fi(tw_str s) {
    digits d;
    if (s.n != 11 || !strchr("+-ABCDEFYXWVU", s.p[6]) || !read_digits(tw_str_sub(s, 0, 6), "", &d))
        return false;
    digits serial;
    if (!read_digits(tw_str_sub(s, 7, 10), "", &serial) ||
        !is_date(1900 + number_of(&d, 4, 6), number_of(&d, 2, 4), number_of(&d, 0, 2)))
        return false;
    int64_t number = number_of(&d, 0, 6) * 1000 + number_of(&serial, 0, 3);
    return "0123456789ABCDEFHJKLMNPRSTUVWXY"[number % 31] == s.p[10];
}

bool tw_is_id_gb(tw_str s) {
    char bare[16];
    size_t n = 0;
    for (size_t i = 0; i < s.n && n < sizeof bare; i++)
        if (s.p[i] != ' ')
            bare[n++] = s.p[i];
    if (n != 9 || !is_upper(bare[0]) || !is_upper(bare[1]) || bare[8] < 'A' || bare[8] > 'D')
        return false;
    for (size_t i = 2; i < 8; i++)
        if (!is_digit(bare[i]))
            return false;
    return !strchr("DFIQUV", bare[0]) && !strchr("DFIOQUV", bare[1]);
}

bool tw_is_id_cn(tw_str s) {
    static const int weights[17] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
    digits d;
    if (s.n != 18 || !read_digits(tw_str_sub(s, 0, 17), "", &d))
        return false;
    return is_date(number_of(&d, 6, 10), number_of(&d, 10, 12), number_of(&d, 12, 14)) &&
           "10X98765432"[weighted(&d, weights, 17) % 11] == s.p[17];
}

bool tw_is_id_it(tw_str s) {
    static const int odd[36] = {1,  0, 5, 7,  9,  13, 15, 17, 19, 21, 1,  0,
                                5,  7, 9, 13, 15, 17, 19, 21, 2,  4,  18, 20,
                                11, 3, 6, 8,  12, 14, 16, 10, 22, 25, 24, 23};
    static const char form[] = "AAAAAA99A99A999A";
    if (s.n != 16)
        return false;
    int sum = 0;
    for (size_t i = 0; i < 16; i++) {
        if (form[i] == 'A' ? !is_upper(s.p[i]) : !is_digit(s.p[i]))
            return false;
        int value = is_digit(s.p[i]) ? s.p[i] - '0' : s.p[i] - 'A';
        int index = is_digit(s.p[i]) ? value : value + 10;
        sum += i == 15 ? 0 : i % 2 == 0 ? odd[index] : value;
    }
    return sum % 26 == s.p[15] - 'A';
}

bool tw_is_id_de(tw_str s) {
    digits d;
    int product = 10, times[10] = {0}, most = 0;
    if (!read_digits(s, " ", &d) || d.n != 11 || d.at[0] == 0)
        return false;
    for (size_t i = 0; i < 10; i++) {
        int sum = (d.at[i] + product) % 10;
        product = (sum ? sum : 10) * 2 % 11;
        most = TW_MAX(most, ++times[d.at[i]]);
    }
    return most >= 2 && most <= 3 && (11 - product) % 10 == d.at[10];
}

bool tw_is_id_in(tw_str s) {
    static const int multiply[10][10] = {
        {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, {1, 2, 3, 4, 0, 6, 7, 8, 9, 5},
        {2, 3, 4, 0, 1, 7, 8, 9, 5, 6}, {3, 4, 0, 1, 2, 8, 9, 5, 6, 7},
        {4, 0, 1, 2, 3, 9, 5, 6, 7, 8}, {5, 9, 8, 7, 6, 0, 4, 3, 2, 1},
        {6, 5, 9, 8, 7, 1, 0, 4, 3, 2}, {7, 6, 5, 9, 8, 2, 1, 0, 4, 3},
        {8, 7, 6, 5, 9, 3, 2, 1, 0, 4}, {9, 8, 7, 6, 5, 4, 3, 2, 1, 0}};
    static const int permute[8][10] = {
        {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, {1, 5, 7, 6, 2, 8, 3, 0, 9, 4},
        {5, 8, 0, 3, 7, 9, 6, 1, 4, 2}, {8, 9, 1, 6, 0, 4, 3, 5, 2, 7},
        {9, 4, 5, 3, 1, 2, 6, 8, 7, 0}, {4, 2, 8, 6, 5, 7, 3, 9, 0, 1},
        {2, 7, 9, 3, 8, 0, 6, 4, 1, 5}, {7, 0, 4, 6, 9, 1, 3, 2, 5, 8}};
    digits d;
    int check = 0; /* Verhoeff 1969 */
    if (!read_digits(s, " -", &d) || d.n != 12 || d.at[0] < 2)
        return false;
    for (size_t i = 0; i < 12; i++)
        check = multiply[check][permute[i % 8][d.at[11 - i]]];
    return check == 0;
}

bool tw_is_id_ca(tw_str s) {
    digits d;
    return s.n == 11 && read_digits(s, " -", &d) && d.n == 9 && !is_digit(s.p[3]) &&
           !is_digit(s.p[7]) && d.at[0] != 0 && luhn_ok(&d);
}

bool tw_is_id_no(tw_str s) {
    static const int first[10] = {3, 7, 6, 1, 8, 9, 4, 5, 2, 1},
                     second[11] = {5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1};
    digits d;
    if (!read_digits(s, " ", &d) || d.n != 11)
        return false;
    int64_t day = number_of(&d, 0, 2);
    return is_date(1904, number_of(&d, 2, 4), day > 40 ? day - 40 : day) &&
           weighted(&d, first, 10) % 11 == 0 && weighted(&d, second, 11) % 11 == 0;
}

bool tw_is_id_be(tw_str s) {
    digits d;
    if (!read_digits(s, ".- ", &d) || d.n != 11)
        return false;
    int64_t number = number_of(&d, 0, 9), check = number_of(&d, 9, 11), month = number_of(&d, 2, 4);
    bool dated = month <= 12 && number_of(&d, 4, 6) <= 31;
    return dated && (97 - number % 97 == check || 97 - (number + 2000000000) % 97 == check);
}

bool tw_is_id_ch(tw_str s) {
    digits d;
    int sum = 0;
    if (!read_digits(s, ". ", &d) || d.n != 13 || number_of(&d, 0, 3) != 756)
        return false;
    for (size_t i = 0; i < 13; i++)
        sum += d.at[i] * (i % 2 ? 3 : 1);
    return sum % 10 == 0;
}

bool tw_is_id_pt(tw_str s) {
    static const int weights[8] = {9, 8, 7, 6, 5, 4, 3, 2};
    digits d;
    if (!read_digits(s, " ", &d) || d.n != 9 || !strchr("1235689", d.at[0] + '0'))
        return false;
    int rest = weighted(&d, weights, 8) % 11;
    return d.at[8] == (rest < 2 ? 0 : 11 - rest);
}

bool tw_is_id_ro(tw_str s) {
    static const int weights[12] = {2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9};
    digits d;
    if (!read_digits(s, "", &d) || d.n != 13 || d.at[0] == 0)
        return false;
    int rest = weighted(&d, weights, 12) % 11;
    return is_date(1904, number_of(&d, 3, 5), number_of(&d, 5, 7)) &&
           d.at[12] == (rest == 10 ? 1 : rest);
}

bool tw_is_id_dk(tw_str s) {
    digits d;
    return s.n == 11 && s.p[6] == '-' && read_digits(s, "-", &d) && d.n == 10 &&
           is_date(1904, number_of(&d, 2, 4), number_of(&d, 0, 2));
}
