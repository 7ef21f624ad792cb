/* The registry and the vote. Rows stand in the order in which they are tried: check digits before
 * forms, forms before dictionaries, so that a number with a valid check digit is not taken for a
 * phone number. */
#include "profile/semantic.h"

#include <math.h>

#include "base/calendar.h"
#include "profile/semantic_check.h"
#include "profile/semantic_form.h"

enum { LEAST_VALUES = 5 };
#define NAMED_SHARE 0.5

/* Every order has a date and every film a release; people are born over decades and not lately. */
static bool is_birth_range(const tw_semantic_context *c, const tw_str *values, size_t n) {
    (void)values;
    (void)n;
    static const char other[] =
        "release released order ordered invoice created updated modified opened founded built "
        "published start end due payment transaction since event visit admission issue";
    if (c->type != TW_DATE && c->type != TW_DATETIME)
        return false;
    double day = c->type == TW_DATE ? 1 : (double)TW_DAY_MICROS;
    if (tw_semantic_named(c->name, "birth born dob birthday birthdate geboren geburtsdatum "
                                   "geburtstag naissance nacimiento"))
        return true;
    double low = c->low / day, middle = c->middle / day, high = c->high / day;
    bool decades = high - low >= 25 * 365.25 && high <= (double)tw_days_from_civil(2012, 1, 1) &&
                   low >= (double)tw_days_from_civil(1900, 1, 1) &&
                   middle >= (double)tw_days_from_civil(1935, 1, 1);
    return decades && !c->sorted && c->distinct * 2 >= c->present &&
           !tw_semantic_named(c->name, other);
}

/* Names of people differ; a column of three different words is a category. */
static bool has_many(const tw_semantic_context *c, const tw_str *values, size_t n) {
    (void)values;
    return n >= 12 || (n >= LEAST_VALUES && c->distinct * 2 >= c->present);
}

static bool has_many_texts(const tw_semantic_context *c, const tw_str *values, size_t n) {
    return c->type == TW_TEXT && has_many(c, values, n);
}

static bool is_text(const tw_semantic_context *c, const tw_str *values, size_t n) {
    (void)values;
    return c->type == TW_TEXT && n > 0;
}

static bool is_float(const tw_semantic_context *c, const tw_str *values, size_t n) {
    (void)values;
    return c->type == TW_FLOAT && n > 0;
}

/* Consecutive numbers pass any check digit now and then, never nine in ten times; still, counters
 * are no identities. */
static bool is_no_counter(const tw_semantic_context *c, const tw_str *values, size_t n) {
    (void)values;
    return n >= LEAST_VALUES &&
           !(c->sorted && c->type == TW_INTEGER && c->high - c->low < 4 * (double)c->distinct);
}

// clang-format off
static const tw_semantic types[] = {
    {"email", true, tw_is_email, NULL, "email mail e_mail", 0.8, NULL},
    {"url", false, tw_is_url, NULL, "url link website homepage", 0.8, NULL},
    {"uuid", false, tw_is_uuid, NULL, "uuid guid", 0.8, NULL},
    {"mac_address", true, tw_is_mac_address, NULL, "mac", 0.8, NULL},
    {"ip_address", true, tw_is_ip_address, NULL, "ip ipaddress ipv4 ipv6", 0.6, is_text},
    {"iban", true, tw_is_iban, NULL, "iban", 0.8, NULL},
    {"credit_card", true, tw_is_credit_card, NULL, "card creditcard pan", 0.8, is_no_counter},
    {"isbn", false, tw_is_isbn, NULL, "isbn", 0.8, NULL},
    {"national_id_ch", true, tw_is_id_ch, NULL, "ahv", 0.8, NULL},
    {"national_id_fr", true, tw_is_id_fr, NULL, "nir insee", 0.8, is_no_counter},
    {"national_id_cn", true, tw_is_id_cn, NULL, NULL, 0.8, NULL},
    {"national_id_it", true, tw_is_id_it, NULL, "codice_fiscale", 0.8, NULL},
    {"national_id_es", true, tw_is_id_es, NULL, "dni nie nif", 0.8, NULL},
    {"national_id_fi", true, tw_is_id_fi, NULL, "hetu", 0.8, NULL},
    {"national_id_gb", true, tw_is_id_gb, NULL, "nino", 0.8, NULL},
    {"national_id_br", true, tw_is_id_br, NULL, "cpf", 0.8, is_no_counter},
    {"national_id_pl", true, tw_is_id_pl, NULL, "pesel", 0.8, is_no_counter},
    {"national_id_no", true, tw_is_id_no, NULL, NULL, 0.8, is_no_counter},
    {"national_id_be", true, tw_is_id_be, NULL, "rijksregisternummer", 0.8, is_no_counter},
    {"national_id_de", true, tw_is_id_de, NULL, "steuer_id", 0.8, is_no_counter},
    {"national_id_ro", true, tw_is_id_ro, NULL, "cnp", 0.8, is_no_counter},
    {"national_id_in", true, tw_is_id_in, NULL, "aadhaar", 0.8, is_no_counter},
    {"national_id_se", true, tw_is_id_se, NULL, "personnummer", 0.8, NULL},
    {"national_id_us", true, tw_is_id_us, tw_is_nine_digits, "ssn social_security", 0.8, NULL},
    {"national_id_ca", true, tw_is_id_ca, NULL, "sin", 0.8, NULL},
    {"national_id_nl", true, tw_is_id_nl, NULL, "bsn", 0.8, is_no_counter},
    {"national_id_pt", true, tw_is_id_pt, NULL, NULL, 0.8, is_no_counter},
    {"national_id_dk", true, tw_is_id_dk, NULL, "cpr", 0.9, NULL},
    {"birth_date", true, tw_is_any, NULL, "birth born dob birthday birthdate geburtsdatum", 0.8, is_birth_range},
    {"phone", true, tw_is_phone, tw_is_phone_number,
     "phone telephone mobile cell fax tel telefon handy telefono telephone_number", 0.8, NULL},
    {"address", true, tw_is_address, tw_has_letters, "address street strasse straße adresse direccion address1 address_1 addr", 0.6, has_many_texts},
    {"company", false, tw_is_company, NULL, "company firm firma employer organisation organization", 0.6, is_text},
    {"country", false, tw_is_country, NULL, "country nation land", 0.8, is_text},
    {"currency", false, tw_is_currency_code, NULL, "currency", 0.9, is_text},
    {"gender", false, tw_is_gender, NULL, "gender sex geschlecht", 1.1, NULL},
    {"country_code", false, tw_is_country_code, NULL, "country country_code nation land", 1.1, is_text},
    {"postal_code", false, tw_is_postal_code, NULL, "zip postcode postal plz zipcode", 1.1, NULL},
    {"username", true, tw_is_user_name, NULL, "username user_name login userid screen_name nickname", 1.1, is_text},
    {"password", true, tw_is_password, NULL, "password passwd pwd passwort secret", 1.1, NULL},
    {"latitude", false, tw_is_latitude, NULL, "lat latitude", 1.1, is_float},
    {"longitude", false, tw_is_longitude, NULL, "lon lng long longitude", 1.1, is_float},
    {"person_name", true, tw_is_person_name, tw_is_name_shaped,
     "fullname full_name first_name last_name firstname lastname surname forename given_name family_name vorname nachname "
     "patient_name customer_name contact_name person maiden_name nom prenom apellido", 0.7, has_many},
};
// clang-format on

const tw_semantic *tw_semantics(size_t *n) {
    *n = TW_COUNT(types);
    return types;
}

const tw_semantic *tw_semantic_find(tw_str name) {
    size_t dot = SIZE_MAX;
    for (size_t i = 0; i < name.n; i++)
        dot = name.p[i] == '.' ? i : dot;
    tw_str last = dot == SIZE_MAX ? name : tw_str_sub(name, dot + 1, name.n);
    for (size_t i = 0; i < TW_COUNT(types); i++)
        if (tw_str_eq_c(last, types[i].name))
            return &types[i];
    if (tw_str_eq_c(name, "person.name"))
        return tw_semantic_find(TW_STR("person_name"));
    return NULL;
}

bool tw_semantic_valid(const tw_semantic *type, tw_str value) {
    return type->valid(value);
}

static bool is_word_char(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (unsigned char)c >= 0x80;
}

/* "birthDate", "Date of birth" -> "_birth_date_", "_date_of_birth_"; at most 127 bytes. */
static tw_str flatten(tw_str name, char out[128]) {
    size_t n = 0;
    out[n++] = '_';
    for (size_t i = 0; i < name.n && n + 3 < 128; i++) {
        char c = name.p[i];
        bool upper = c >= 'A' && c <= 'Z',
             after_lower = i > 0 && name.p[i - 1] >= 'a' && name.p[i - 1] <= 'z';
        if (upper && after_lower && out[n - 1] != '_')
            out[n++] = '_';
        c = upper ? (char)(c - 'A' + 'a') : c;
        if (is_word_char(c))
            out[n++] = c;
        else if (out[n - 1] != '_')
            out[n++] = '_';
    }
    if (out[n - 1] != '_')
        out[n++] = '_';
    return (tw_str){out, n};
}

bool tw_semantic_named(tw_str name, const char *words) {
    char flat[128], wanted[64];
    tw_str flattened = flatten(name, flat), rest = tw_str_c(words), word;
    while (tw_str_split(&rest, ' ', &word)) {
        int n = snprintf(wanted, sizeof wanted, "_%.*s_", TW_ARG(word));
        if (word.n > 0 && n > 0 &&
            tw_str_find(flattened, (tw_str){wanted, (size_t)n}, 0) != SIZE_MAX)
            return true;
    }
    return false;
}

static double share_of(bool (*test)(tw_str), const tw_str *values, size_t n, double needed) {
    size_t good = 0, most_bad = (size_t)((1 - needed) * (double)n) + 1;
    for (size_t i = 0; i < n; i++) {
        good += test(values[i]);
        if (i + 1 - good > most_bad)
            return 0; /* cannot reach it any more */
    }
    return (double)good / (double)n;
}

/* Is the whole name one of the plain words for a person's name: "Name", "name". */
static bool is_plain_name(tw_str name) {
    char flat[128];
    tw_str flattened = flatten(name, flat);
    return tw_str_eq_c(flattened, "_name_") || tw_str_eq_c(flattened, "_names_");
}

static bool matches(const tw_semantic *t, const tw_semantic_context *c, const tw_str *values,
                    size_t n) {
    bool named = t->words && tw_semantic_named(c->name, t->words);
    if (t->fits && !t->fits(c, values, n))
        return false;
    if (named) {
        bool (*test)(tw_str) = t->plausible ? t->plausible : t->valid;
        if (share_of(test, values, n, NAMED_SHARE) >= NAMED_SHARE)
            return true;
    }
    double needed = t->valid == tw_is_person_name && is_plain_name(c->name) ? 0.3 : t->share;
    return n >= LEAST_VALUES && needed <= 1 && share_of(t->valid, values, n, needed) >= needed;
}

/* A number with decimals is a measurement; only coordinates are looked for among them. */
static bool is_excluded(const tw_semantic *t, const tw_semantic_context *c) {
    bool dates = c->type == TW_DATE || c->type == TW_DATETIME;
    if (c->type == TW_FLOAT)
        return t->fits != is_float;
    if (c->type == TW_BOOLEAN || c->type == TW_TIME)
        return true;
    return dates != (t->fits == is_birth_range);
}

const tw_semantic *tw_semantic_guess(const tw_semantic_context *context, const tw_str *values,
                                     size_t n) {
    for (size_t i = 0; n > 0 && i < TW_COUNT(types); i++)
        if (!is_excluded(&types[i], context) && matches(&types[i], context, values, n))
            return &types[i];
    return NULL;
}
