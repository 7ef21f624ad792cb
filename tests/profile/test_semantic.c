/* Semantic types: published example numbers pass, altered ones fail; columns are judged by vote,
 * name and type. */
#include "profile/semantic.h"

#include "../tap.h"
#include "profile/semantic_check.h"
#include "profile/semantic_form.h"
#include "profile/semantic_words.h"

typedef struct sample {
    const char *type, *good, *bad;
} sample;

/* Examples from the issuers' documentation or the standards; the second differs in its check or
 * form. */
static const sample samples[] = {
    {"email", "jane.o'neil+x@mail.example.org", "jane@localhost"},
    {"phone", "+49 30 901820", "1234567890"},
    {"phone", "(555) 010-4477", "2021-05-17"},
    {"phone", "01 23 45 67 89", "12.5"},
    {"ip_address", "192.168.7.3", "1.12.3.7"},
    {"ip_address", "2001:db8::1", "12:30:11"},
    {"mac_address", "00:1b:44:11:3a:b7", "00:1b:44:11:3a"},
    {"iban", "GB82 WEST 1234 5698 7654 32", "GB82 WEST 1234 5698 7654 33"},
    {"credit_card", "4111-1111-1111-1111", "4111-1111-1111-1112"},
    {"credit_card", "378282246310005", "1234567812345670"},
    {"isbn", "978-0-306-40615-7", "978-0-306-40615-8"},
    {"national_id_us", "123-45-6789", "123456789"},
    {"national_id_es", "12345678Z", "12345678A"},
    {"national_id_nl", "111222333", "111222334"},
    {"national_id_fr", "255081416802538", "255081416802539"},
    {"national_id_pl", "44051401359", "44051401358"},
    {"national_id_br", "529.982.247-25", "529.982.247-26"},
    {"national_id_se", "811228-9874", "811228-9875"},
    {"national_id_fi", "131052-308T", "131052-308U"},
    {"national_id_gb", "AB 12 34 56 C", "QQ 12 34 56 C"},
    {"national_id_cn", "11010519491231002X", "110105194912310021"},
    {"national_id_it", "RSSMRA85T10A562S", "RSSMRA85T10A562T"},
    {"national_id_de", "86095742719", "86095742718"},
    {"national_id_in", "2341 2341 2346", "2341 2341 2347"},
    {"national_id_ca", "130-692-544", "130692544"},
    {"national_id_be", "85.07.30-033.28", "85.07.30-033.29"},
    {"national_id_ch", "756.9217.0769.85", "756.9217.0769.84"},
    {"national_id_pt", "123456789", "123456788"},
    {"url", "https://example.org/a", "example"},
    {"uuid", "123e4567-e89b-12d3-a456-426614174000", "123e4567e89b12d3a456426614174000"},
    {"person_name", "García, María", "Blue Kettle"},
    {"address", "12 Baker Street", "Baker"},
    {"address", "Lindenstraße 7", "Spring 2013"},
    {"currency", "EUR", "FOO"},
    {"country", "New Zealand", "Atlantis"},
};

static void test_values(void) {
    for (size_t i = 0; i < TW_COUNT(samples); i++) {
        const tw_semantic *t = tw_semantic_find(tw_str_c(samples[i].type));
        ok(t && tw_semantic_valid(t, tw_str_c(samples[i].good)), "%s: %s", samples[i].type,
           samples[i].good);
        ok(t && !tw_semantic_valid(t, tw_str_c(samples[i].bad)), "not %s: %s", samples[i].type,
           samples[i].bad);
    }
    ok(tw_luhn(TW_STR("79927398713")) && !tw_luhn(TW_STR("79927398710")), "Luhn");
}

static void test_registry(void) {
    size_t n;
    const tw_semantic *all = tw_semantics(&n);
    bool named = true;
    for (size_t i = 0; i < n; i++)
        named = named && tw_semantic_find(tw_str_c(all[i].name)) == &all[i] && all[i].valid;
    ok(named, "every type is found by its name and has a test");
    ok(tw_semantic_find(TW_STR("person.email")) == tw_semantic_find(TW_STR("email")),
       "dotted names are the same registry");
    ok(tw_semantic_find(TW_STR("person.name")) == tw_semantic_find(TW_STR("person_name")),
       "person.name too");
    ok(!tw_semantic_find(TW_STR("shoe_size")), "an unknown name");
    ok(tw_semantic_named(TW_STR("birthDate"), "birth"), "words of a name in camel case");
    ok(tw_semantic_named(TW_STR("Date of Birth"), "dob date_of_birth"),
       "words that follow each other");
    ok(!tw_semantic_named(TW_STR("shipping"), "ip"), "a part of a word is no word");
    ok(tw_dictionary_has(TW_SURNAMES, TW_STR("MÜLLER")), "dictionaries fold case and accents");
}

static const char *guess(const char *name, enum tw_type type, double low, double middle,
                         double high, const char *list) {
    tw_str rest = tw_str_c(list), part, values[32];
    size_t n = 0;
    while (n < 32 && tw_str_split(&rest, ';', &part))
        values[n++] = part;
    tw_semantic_context c = {.name = tw_str_c(name),
                             .type = type,
                             .low = low,
                             .middle = middle,
                             .high = high,
                             .distinct = (int64_t)n,
                             .present = (int64_t)n};
    const tw_semantic *t = tw_semantic_guess(&c, values, n);
    return t ? t->name : "none";
}

static void test_columns(void) {
    static const char people[] = "Anna Smith;Piotr Nowak;Mei Chen;Omar Haddad;Lucia Rossi;Jens "
                                 "Hansen;Maria Silva;Ivan Petrov";
    static const char things[] = "Blue Lamp;Heavy Drill;Smart Chair;Mini Kettle;Steel Router;Solar "
                                 "Pump;Ultra Valve;Compact Table";
    is_text(tw_str_c(guess("c1", TW_TEXT, 0, 0, 0, people)), "person_name",
            "names from values alone");
    is_text(tw_str_c(guess("c1", TW_TEXT, 0, 0, 0, things)), "none", "products are not people");
    is_text(tw_str_c(guess("c1", TW_INTEGER, 0, 0, 0,
                           "123456789;987654321;456789123;321654987;741852963")),
            "none", "nine digits are no identity");
    is_text(tw_str_c(guess("ssn", TW_INTEGER, 0, 0, 0,
                           "123456789;987654321;456789123;321654987;741852963")),
            "national_id_us", "unless the column is called so");
    is_text(
        tw_str_c(guess("population", TW_FLOAT, 0, 0, 0, "0.123456789;0.987654321;0.5;0.25;0.75")),
        "none", "numbers with decimals are nothing of this");
    is_text(tw_str_c(guess("c1", TW_DATE, -9000, 3000, 12000,
                           "1950-01-01;1980-05-02;1999-03-04;1961-07-08;1970-09-09")),
            "birth_date", "dates over decades, none of late");
    is_text(tw_str_c(guess("c1", TW_DATE, 18600, 19000, 19500,
                           "2021-01-01;2022-05-02;2023-03-04;2021-07-08;2022-09-09")),
            "none", "dates of the last years");
    is_text(tw_str_c(guess("release_date", TW_DATE, -9000, 3000, 12000,
                           "1950-01-01;1980-05-02;1999-03-04;1961-07-08")),
            "none", "a name that says something else");
    is_text(tw_str_c(guess("zip", TW_TEXT, 0, 0, 0, "10115;20095;80331")), "postal_code",
            "short lists by name");
}

int main(void) {
    test_values();
    test_registry();
    test_columns();
    return tap_done();
}
