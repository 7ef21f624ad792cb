/* Dictionaries for semantic types, each sorted by bytes and in lower case: common given names and
 * surnames of many countries (from public frequency lists), countries, currencies, street words,
 * company forms. Look-up by bisection. */
#ifndef TW_PROFILE_SEMANTIC_WORDS_H
#define TW_PROFILE_SEMANTIC_WORDS_H

#include "base/str.h"

enum tw_dictionary {
    TW_GIVEN_NAMES,
    TW_SURNAMES,
    TW_COUNTRIES,
    TW_COUNTRY_CODES,
    TW_CURRENCIES,
    TW_STREET_WORDS,
    TW_STREET_ENDINGS, /* of compounds: "straße" in "Lindenstraße" */
    TW_COMPANY_FORMS,
    TW_GENDERS,
    TW_DICTIONARIES
};

/* Compared without ASCII case; letters outside ASCII must match as lower case. */
bool tw_dictionary_has(enum tw_dictionary which, tw_str word);
/* One of the entries ends the word. */
bool tw_dictionary_ends(enum tw_dictionary which, tw_str word);

#endif
