/* Tests by form. They are strict where a looser form would take in numbers: a phone number needs a
 * plus, a leading 0 or separators in the usual places, a version number is no network address, a
 * decimal number is nothing of all this. */
#include "profile/semantic_form.h"

#include "base/number.h"
#include "base/unicode.h"
#include "profile/semantic_words.h"

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_hex(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static size_t count_digits(tw_str s) {
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++)
        n += is_digit(s.p[i]);
    return n;
}

static bool only(tw_str s, const char *others, bool (*fits)(char)) {
    for (size_t i = 0; i < s.n; i++)
        if (!fits(s.p[i]) && (!s.p[i] || !strchr(others, s.p[i])))
            return false;
    return s.n > 0;
}

static bool is_word(char c) {
    return is_digit(c) || is_letter(c) || (unsigned char)c >= 0x80;
}

bool tw_is_email(tw_str s) {
    size_t at = tw_str_find_char(s, '@', 0);
    if (at == SIZE_MAX || at == 0 || at > 64 || s.n > 254)
        return false;
    tw_str user = tw_str_sub(s, 0, at), host = tw_str_sub(s, at + 1, s.n);
    size_t dot = SIZE_MAX;
    for (size_t i = 0; i < host.n; i++)
        dot = host.p[i] == '.' ? i : dot;
    if (dot == SIZE_MAX || dot == 0 || host.n - dot < 3 ||
        tw_str_find(host, TW_STR(".."), 0) != SIZE_MAX)
        return false;
    return only(user, "._%+-'!#$&*/=?^`{|}~", is_word) && only(host, ".-", is_word) &&
           only(tw_str_sub(host, dot + 1, host.n), "", is_letter);
}

/* Sizes of the groups of digits; false when something else stands there. */
static bool digit_groups(tw_str s, size_t *sizes, size_t *n, size_t most) {
    *n = 0;
    for (size_t i = 0; i < s.n;) {
        if (!is_digit(s.p[i])) {
            if (!s.p[i] || !strchr(" -./()+", s.p[i]) || (s.p[i] == '+' && i > 0))
                return false;
            i++;
            continue;
        }
        size_t from = i;
        while (i < s.n && is_digit(s.p[i]))
            i++;
        if (*n == most)
            return false;
        sizes[(*n)++] = i - from;
    }
    return *n > 0;
}

bool tw_is_phone_number(tw_str s) {
    size_t sizes[8], n, digits = count_digits(s);
    return digits >= 7 && digits <= 15 && digit_groups(s, sizes, &n, 8);
}

bool tw_is_phone(tw_str s) {
    size_t sizes[8], n, digits = count_digits(s);
    if (digits < 7 || digits > 15 || !digit_groups(s, sizes, &n, 8) || s.n > 24)
        return false;
    if (s.p[0] == '+')
        return s.n > 1 && s.p[1] != '0';
    bool longest = false;
    for (size_t i = 0; i < n; i++)
        longest = longest || sizes[i] > 8;
    if (n == 1 || longest)
        return false;
    bool american = n >= 3 && sizes[n - 3] == 3 && sizes[n - 2] == 3 && sizes[n - 1] == 4 &&
                    (n == 3 || sizes[0] == 1);
    bool date = n == 3 && ((sizes[0] == 4 && sizes[1] <= 2 && sizes[2] <= 2) ||
                           (sizes[2] == 4 && sizes[0] <= 2 && sizes[1] <= 2));
    return american || (!date && s.p[0] == '0' && digits >= 8) || (s.p[0] == '(' && digits >= 8);
}

static bool octets(tw_str s, int out[4]) {
    tw_str rest = s, part;
    int n = 0;
    while (tw_str_split(&rest, '.', &part)) {
        int64_t value;
        if (n == 4 || part.n == 0 || part.n > 3 || !only(part, "", is_digit) ||
            !tw_parse_i64(part, &value) || value > 255)
            return false;
        out[n++] = (int)value;
    }
    return n == 4 && s.n > 0 && s.p[s.n - 1] != '.';
}

bool tw_is_ipv4(tw_str s) {
    int at[4];
    return octets(s, at);
}

static bool is_ipv6(tw_str s) {
    size_t groups = 0, colons = 0, run = 0, doubled = 0;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == ':') {
            colons++;
            doubled += i + 1 < s.n && s.p[i + 1] == ':';
            run = 0;
            continue;
        }
        if (!is_hex(s.p[i]) || ++run > 4)
            return false;
        groups += run == 1;
    }
    return colons >= 2 && colons <= 7 && doubled <= 1 &&
           (groups == 8 || (doubled == 1 && groups < 8));
}

/* A version such as 1.12.3.7 is no address: one number must be too large for it, or the network a
 * private one. */
bool tw_is_ip_address(tw_str s) {
    int at[4];
    if (!octets(s, at))
        return is_ipv6(s);
    return at[0] == 10 || at[0] >= 60 || at[1] >= 60 || at[2] >= 60 || at[3] >= 60;
}

bool tw_is_mac_address(tw_str s) {
    if (s.n != 17 || (s.p[2] != ':' && s.p[2] != '-'))
        return false;
    for (size_t i = 0; i < s.n; i++)
        if (i % 3 == 2 ? s.p[i] != s.p[2] : !is_hex(s.p[i]))
            return false;
    return true;
}

bool tw_is_url(tw_str s) {
    static const char *const heads[] = {"http://", "https://", "ftp://", "www."};
    for (size_t i = 0; i < TW_COUNT(heads); i++)
        if (tw_str_starts(s, tw_str_c(heads[i])) && s.n > strlen(heads[i]) + 2)
            return tw_str_find_char(s, ' ', 0) == SIZE_MAX;
    return false;
}

bool tw_is_uuid(tw_str s) {
    if (s.n != 36)
        return false;
    for (size_t i = 0; i < 36; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? s.p[i] != '-' : !is_hex(s.p[i]))
            return false;
    }
    return true;
}

/* Next word of letters, apostrophes and hyphens. */
static bool next_name(tw_str s, size_t *at, tw_str *word) {
    size_t i = *at;
    while (i < s.n && (s.p[i] == ' ' || s.p[i] == ',' || s.p[i] == '.'))
        i++;
    size_t from = i;
    while (i < s.n && s.p[i] != ' ' && s.p[i] != ',' && s.p[i] != '.')
        i++;
    *at = i;
    *word = tw_str_sub(s, from, i);
    return i > from;
}

static bool is_name_part(tw_str word) {
    size_t i = 0;
    int32_t first = tw_utf8_next(word, &i);
    if (!tw_char_is_letter(first))
        return false;
    for (size_t k = 0; k < word.n;) {
        int32_t c = tw_utf8_next(word, &k);
        if (!tw_char_is_letter(c) && c != '-' && c != '\'' && c != 0x2019)
            return false;
    }
    return true;
}

bool tw_is_name_shaped(tw_str s) {
    size_t words = 0, capitals = 0;
    tw_str word;
    for (size_t at = 0; next_name(s, &at, &word); words++) {
        size_t i = 0;
        if (!is_name_part(word))
            return false;
        capitals += tw_char_is_upper(tw_utf8_next(word, &i));
    }
    return words >= 1 && words <= 5 && capitals >= 1 && s.n <= 60;
}

bool tw_is_person_name(tw_str s) {
    tw_str word;
    if (!tw_is_name_shaped(s))
        return false;
    for (size_t at = 0; next_name(s, &at, &word);)
        if (word.n > 1 &&
            (tw_dictionary_has(TW_GIVEN_NAMES, word) || tw_dictionary_has(TW_SURNAMES, word)))
            return true;
    return false;
}

bool tw_has_letters(tw_str s) {
    for (size_t i = 0; i < s.n; i++)
        if (is_letter(s.p[i]) || (unsigned char)s.p[i] >= 0x80)
            return true;
    return false;
}

bool tw_is_address(tw_str s) {
    bool number = false, street = false;
    tw_str rest = s, word;
    size_t words = 0;
    while (tw_str_split(&rest, ' ', &word)) {
        while (word.n > 0 && (word.p[word.n - 1] == ',' || word.p[word.n - 1] == ';'))
            word.n--;
        words += word.n > 0;
        number = number || (word.n > 0 && is_digit(word.p[0]) && word.n <= 6);
        tw_str bare =
            word.n > 1 && word.p[word.n - 1] == '.' ? tw_str_sub(word, 0, word.n - 1) : word;
        street = street || tw_dictionary_has(TW_STREET_WORDS, bare) ||
                 tw_dictionary_ends(TW_STREET_ENDINGS, word);
    }
    return number && street && words >= 2 && words <= 14 && tw_has_letters(s);
}

bool tw_is_company(tw_str s) {
    tw_str rest = s, word;
    size_t words = 0;
    bool form = false;
    while (tw_str_split(&rest, ' ', &word)) {
        while (word.n > 0 && word.p[word.n - 1] == ',')
            word.n--;
        form = form || (words > 0 && tw_dictionary_has(TW_COMPANY_FORMS, word));
        words++;
    }
    return form;
}

bool tw_is_country(tw_str s) {
    return tw_dictionary_has(TW_COUNTRIES, s);
}

bool tw_is_country_code(tw_str s) {
    return (s.n == 2 || s.n == 3) && tw_dictionary_has(TW_COUNTRY_CODES, s);
}

bool tw_is_currency_code(tw_str s) {
    return s.n == 3 && tw_dictionary_has(TW_CURRENCIES, s);
}

bool tw_is_gender(tw_str s) {
    return tw_dictionary_has(TW_GENDERS, s);
}

bool tw_is_postal_code(tw_str s) {
    size_t digits = count_digits(s);
    return s.n >= 3 && s.n <= 10 && digits >= 2 && only(s, " -", is_word);
}

bool tw_is_user_name(tw_str s) {
    return s.n >= 2 && s.n <= 40 && tw_has_letters(s) && only(s, "._-@", is_word);
}

bool tw_is_password(tw_str s) {
    return s.n >= 4 && s.n <= 128 && tw_str_find_char(s, ' ', 0) == SIZE_MAX;
}

static bool is_between(tw_str s, double limit) {
    double v;
    return tw_parse_f64(s, &v, false) && v >= -limit && v <= limit;
}

bool tw_is_latitude(tw_str s) {
    return is_between(s, 90);
}

bool tw_is_longitude(tw_str s) {
    return is_between(s, 180);
}

bool tw_is_nine_digits(tw_str s) {
    return count_digits(s) == 9 && only(s, " -", is_digit);
}

bool tw_is_any(tw_str s) {
    return s.n > 0;
}
