/* What stays of each kind is what people need to recognise the form and too little to find the person: first and last
 * letter and the top-level domain of an e-mail address, the country of a phone number, four digits of a card, initials of a
 * name, the network of an address. Text that does not have the form of its kind is starred whole. */
#include "steps/mask/kinds.h"

#include "base/unicode.h"

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static size_t count_digits(tw_str s) {
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++)
        n += is_digit(s.p[i]);
    return n;
}

/* Only digits and characters of `others`. */
static bool only(tw_str s, const char *others) {
    for (size_t i = 0; i < s.n; i++)
        if (!is_digit(s.p[i]) && !strchr(others, s.p[i]))
            return false;
    return s.n > 0;
}

/* --- writing --- */

/* The first and last characters, a star for every other one. */
static void star_between(tw_str s, size_t first, size_t last, tw_buf *out) {
    size_t chars = tw_utf8_length(s);
    size_t head = tw_utf8_offset(s, first), tail = tw_utf8_offset(s, chars - last);
    tw_buf_str(out, tw_str_sub(s, 0, head));
    tw_buf_fill(out, '*', chars - first - last);
    tw_buf_str(out, tw_str_sub(s, tail, s.n));
}

/* "alfred" -> "a****d"; too short a word keeps less. */
static void star_word(tw_str s, tw_buf *out) {
    size_t chars = tw_utf8_length(s);
    star_between(s, chars > 2, chars > 3, out);
}

/* A star for every letter and digit from byte `from` to `to`; the rest as it is. Whatever is not ASCII counts as a letter. */
static void star_letters(tw_str s, size_t from, size_t to, tw_buf *out) {
    for (size_t i = 0; i < s.n;) {
        size_t at = i;
        tw_utf8_next(s, &i);
        bool shown = at < from || at >= to || !(is_digit(s.p[at]) || is_letter(s.p[at]) || (unsigned char)s.p[at] >= 0x80);
        if (shown)
            tw_buf_str(out, tw_str_sub(s, at, i));
        else
            tw_buf_char(out, '*');
    }
}

static void write_hidden(tw_str s, tw_buf *out) {
    star_letters(s, 0, s.n, out);
}

/* Words keep their first letter when they have three or more; digits go. */
static void write_text(tw_str s, tw_buf *out) {
    for (size_t i = 0; i < s.n;) {
        size_t start = i;
        while (i < s.n && (is_letter(s.p[i]) || (unsigned char)s.p[i] >= 0x80))
            i++;
        if (i > start) {
            tw_str word = tw_str_sub(s, start, i);
            star_between(word, tw_utf8_length(word) > 2, 0, out);
        } else {
            tw_buf_char(out, is_digit(s.p[i]) ? '*' : s.p[i]);
            i++;
        }
    }
}

/* Labels of a host but the last: "mail.example.com" -> "m**l.e*****e.com". */
static void write_host(tw_str host, tw_buf *out) {
    tw_str label;
    bool only_one = tw_str_find_char(host, '.', 0) == SIZE_MAX;
    while (tw_str_split(&host, '.', &label)) {
        bool last = host.p == NULL || host.n == 0;
        if (last && !only_one)
            tw_buf_str(out, label);
        else
            star_word(label, out);
        if (!last)
            tw_buf_char(out, '.');
    }
}

static size_t last_at_sign(tw_str s) {
    for (size_t i = s.n; i-- > 0;)
        if (s.p[i] == '@')
            return i;
    return SIZE_MAX;
}

static void write_email(tw_str s, tw_buf *out) {
    size_t at = last_at_sign(s);
    if (at == SIZE_MAX) {
        write_hidden(s, out);
        return;
    }
    star_word(tw_str_sub(s, 0, at), out);
    tw_buf_char(out, '@');
    write_host(tw_str_sub(s, at + 1, s.n), out);
}

/* Digits of a calling code (ITU-T E.164): one for 1 and 7, two for those listed, else three. */
static size_t calling_code(const char *digits, size_t n) {
    static const char two[] = "20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 "
                              "65 66 81 82 84 86 90 91 92 93 94 95 98";
    if (n < 4 || digits[0] == '0')
        return 0;
    if (digits[0] == '1' || digits[0] == '7')
        return 1;
    for (size_t i = 0; i + 1 < sizeof two; i += 3)
        if (two[i] == digits[0] && two[i + 1] == digits[1])
            return 2;
    return 3;
}

static void write_phone(tw_str s, tw_buf *out) {
    size_t prefix = tw_str_starts(s, TW_STR("+")) ? 1 : tw_str_starts(s, TW_STR("00")) ? 2 : 0;
    char digits[4] = "";
    size_t n = 0, at[4] = {0}, kept = 0;
    for (size_t i = prefix; prefix && i < s.n && n < 4; i++)
        if (is_digit(s.p[i])) {
            at[n] = i;
            digits[n++] = s.p[i];
        }
    size_t code = calling_code(digits, n);
    if (code)
        kept = at[code - 1] + 1;
    star_letters(s, kept, s.n, out);
}

/* The last four digits of twelve or more. */
static void write_card(tw_str s, tw_buf *out) {
    size_t digits = count_digits(s), from = s.n;
    for (size_t left = 4; digits >= 12 && left > 0;)
        left -= is_digit(s.p[--from]);
    star_letters(s, 0, from, out);
}

/* Country and the last four characters. */
static void write_iban(tw_str s, tw_buf *out) {
    if (s.n < 15) {
        write_hidden(s, out);
        return;
    }
    size_t from = s.n;
    for (size_t left = 4; left > 0;)
        left -= s.p[--from] != ' ';
    star_letters(s, 2, from, out);
}

/* Initials: "Jean-Luc Picard" -> "J.-L. P." */
static void write_name(tw_str s, tw_buf *out) {
    bool inside = false;
    for (size_t i = 0; i < s.n;) {
        size_t at = i;
        int32_t c = tw_utf8_next(s, &i);
        bool gap = tw_char_is_space(c) || c == '-';
        if (gap)
            tw_buf_str(out, tw_str_sub(s, at, i));
        else if (!inside && tw_char_is_letter(c)) {
            tw_buf_str(out, tw_str_sub(s, at, i));
            tw_buf_char(out, '.');
        } else if (!inside)
            tw_buf_char(out, '*');
        inside = !gap;
    }
}

/* The /24 of an IPv4 address, the /48 of an IPv6 one. */
static void write_ip(tw_str s, tw_buf *out) {
    bool old = tw_str_find_char(s, ':', 0) == SIZE_MAX;
    size_t at = 0, parts = 0;
    for (size_t i = 0; i < s.n && parts < 3; i++) {
        if (!old && tw_str_starts(tw_str_sub(s, i, s.n), TW_STR("::"))) {
            at = i;
            break;
        }
        if (s.p[i] == (old ? '.' : ':')) {
            parts++;
            at = i;
        }
    }
    if (old && parts < 3) {
        write_hidden(s, out);
        return;
    }
    tw_buf_str(out, tw_str_sub(s, 0, at));
    tw_buf_c(out, old ? ".*" : "::*");
}

/* The maker's half. */
static void write_mac(tw_str s, tw_buf *out) {
    star_letters(s, s.n / 2, s.n, out);
}

/* Scheme and the host's shape. */
static void write_url(tw_str s, tw_buf *out) {
    size_t mark = tw_str_find(s, TW_STR("://"), 0), start = mark == SIZE_MAX ? 0 : mark + 3, end = start;
    while (end < s.n && !strchr("/?#", s.p[end]))
        end++;
    tw_str host = tw_str_sub(s, start, end);
    size_t at = last_at_sign(host), colon = tw_str_find_char(host, ':', at == SIZE_MAX ? 0 : at);
    if (colon != SIZE_MAX)
        host.n = colon;
    tw_buf_str(out, tw_str_sub(s, 0, start));
    write_host(at == SIZE_MAX ? host : tw_str_sub(host, at + 1, host.n), out);
    if (end < s.n)
        tw_buf_c(out, "/***");
}

/* The year, where it has four digits of its own. */
static void write_date(tw_str s, tw_buf *out) {
    size_t run = 0;
    for (size_t i = 0; i <= s.n; i++) {
        if (i < s.n && is_digit(s.p[i])) {
            run++;
            continue;
        }
        if (run == 4) {
            star_letters(tw_str_sub(s, 0, i - 4), 0, i - 4, out);
            tw_buf_str(out, tw_str_sub(s, i - 4, i));
            star_letters(tw_str_sub(s, i, s.n), 0, s.n - i, out);
            return;
        }
        run = 0;
    }
    write_hidden(s, out);
}

/* The first two characters: a region. */
static void write_postcode(tw_str s, tw_buf *out) {
    star_letters(s, s.n > 3 ? 2 : 0, s.n, out);
}

/* --- guessing --- */

static bool fits_email(tw_str s) {
    size_t at = last_at_sign(s);
    return at != SIZE_MAX && at > 0 && tw_str_find_char(s, '.', at) != SIZE_MAX && tw_str_find_char(s, ' ', 0) == SIZE_MAX;
}

static bool fits_url(tw_str s) {
    return tw_str_find(s, TW_STR("://"), 0) != SIZE_MAX || tw_str_starts(s, TW_STR("www."));
}

static bool fits_mac(tw_str s) {
    for (size_t i = 0; i < s.n; i++) {
        char c = (char)(s.p[i] | 0x20);
        if (i % 3 == 2 ? s.p[i] != ':' && s.p[i] != '-' : !is_digit(s.p[i]) && !(c >= 'a' && c <= 'f'))
            return false;
    }
    return s.n == 17;
}

static bool fits_ip(tw_str s) {
    size_t dots = 0, colons = 0;
    for (size_t i = 0; i < s.n; i++) {
        char c = (char)(s.p[i] | 0x20);
        dots += s.p[i] == '.';
        colons += s.p[i] == ':';
        if (!is_digit(s.p[i]) && s.p[i] != '.' && s.p[i] != ':' && !(c >= 'a' && c <= 'f'))
            return false;
    }
    return colons >= 2 || (dots == 3 && s.n >= 7 && s.n <= 15 && colons == 0);
}

static bool fits_iban(tw_str s) {
    if (s.n < 15 || s.n > 42 || !is_letter(s.p[0]) || !is_letter(s.p[1]) || !is_digit(s.p[2]) || !is_digit(s.p[3]))
        return false;
    for (size_t i = 4; i < s.n; i++)
        if (!is_digit(s.p[i]) && !is_letter(s.p[i]) && s.p[i] != ' ')
            return false;
    return true;
}

/* Luhn's check digit, ISO/IEC 7812. */
static bool fits_card(tw_str s) {
    size_t digits = count_digits(s);
    int sum = 0;
    bool twice = false;
    if (digits < 13 || digits > 19 || !only(s, " -"))
        return false;
    for (size_t i = s.n; i-- > 0;) {
        if (!is_digit(s.p[i]))
            continue;
        int d = (s.p[i] - '0') * (twice ? 2 : 1);
        sum += d > 9 ? d - 9 : d;
        twice = !twice;
    }
    return sum % 10 == 0;
}

static bool fits_date(tw_str s) {
    return count_digits(s) >= 6 && count_digits(s) <= 8 && s.n <= 10 && s.n > count_digits(s) + 1 && only(s, "-./");
}

static bool fits_phone(tw_str s) {
    size_t digits = count_digits(s);
    return digits >= 7 && digits <= 15 && only(s, " -/().+") && (s.p[0] == '+' || s.p[0] == '0' || s.p[0] == '(');
}

static bool fits_anything(tw_str s) {
    (void)s;
    return true;
}

/* clang-format off */
static const tw_mask_kind kinds[] = {
    {"email",    "person.email email_address mail",                    fits_email,    write_email},
    {"url",      "link",                                               fits_url,      write_url},
    {"mac",      "mac_address",                                        fits_mac,      write_mac},
    {"ip",       "ip_address",                                         fits_ip,       write_ip},
    {"iban",     "",                                                   fits_iban,     write_iban},
    {"card",     "credit_card",                                        fits_card,     write_card},
    {"date",     "birth_date person.birth_date",                       fits_date,     write_date},
    {"phone",    "person.phone phone_number",                          fits_phone,    write_phone},
    {"name",     "person.name person_name",                            NULL,          write_name},
    {"postcode", "zip postal_code",                                    NULL,          write_postcode},
    {"hidden",   "national_id password username",                      NULL,          write_hidden},
    {"text",     "address person.address company",                     fits_anything, write_text},
};
/* clang-format on */

const tw_mask_kind *tw_mask_kinds(size_t *n) {
    *n = TW_COUNT(kinds);
    return kinds;
}

const tw_mask_kind *tw_mask_kind_find(tw_str name) {
    for (size_t i = 0; i < TW_COUNT(kinds); i++) {
        tw_str aliases = tw_str_c(kinds[i].aliases), alias;
        if (tw_str_eq_nocase(name, tw_str_c(kinds[i].name)))
            return &kinds[i];
        while (tw_str_split(&aliases, ' ', &alias))
            if (alias.n && tw_str_eq_nocase(name, alias))
                return &kinds[i];
    }
    return NULL;
}

void tw_mask_shape(const tw_mask_kind *kind, tw_str text, tw_buf *out) {
    tw_str trimmed = tw_str_trim(text);
    tw_buf_clear(out);
    kind->write(trimmed, out);
    if (!tw_str_eq(tw_buf_view(out), trimmed))
        return;
    tw_buf_clear(out);
    write_hidden(trimmed, out);
}
