/* Semantic types: what the values of a column are (an e-mail address, an IBAN, a date of birth),
 * and whether they are personal data.
 *
 * A type is a row: its name, a test for one value (form, check digits, small dictionaries) and
 * words its column is often called by. A column has a type when at least four in five of about a
 * thousand of its different values pass, or half of them and its name says so; never by single
 * cells. Names may be dotted ("person.email"): the last part counts. Pure functions over static
 * tables; any thread. */
#ifndef TW_PROFILE_SEMANTIC_H
#define TW_PROFILE_SEMANTIC_H

#include "base/str.h"
#include "data/type.h"

/* What is known about a column besides its values. */
typedef struct tw_semantic_context {
    tw_str name;
    enum tw_type type;
    double low, high; /* 5 % and 95 % quantile of a column with a scale, else NaN */
    double middle;    /* median */
    bool sorted;
    int64_t distinct, present;
} tw_semantic_context;

typedef struct tw_semantic {
    const char *name; /* "email", "national_id_us", … */
    bool sensitive;
    bool (*valid)(tw_str value);     /* strict: form and check digits; NULL = only with its name */
    bool (*plausible)(tw_str value); /* enough when the column's name says so; NULL = valid */
    const char *words; /* of column names, each alone or with others: "email mail e_mail" */
    double share;      /* of the different values that must be valid */
    /* May the column as a whole be this; NULL = yes. */
    bool (*fits)(const tw_semantic_context *context, const tw_str *values, size_t n);
} tw_semantic;

const tw_semantic *tw_semantics(size_t *n);
/* NULL: no such type. "person.email" finds "email", "person.name" finds "person_name". */
const tw_semantic *tw_semantic_find(tw_str name);
bool tw_semantic_valid(const tw_semantic *type, tw_str value);
/* The type of a column from some of its different values, or NULL. */
const tw_semantic *tw_semantic_guess(const tw_semantic_context *context, const tw_str *values,
                                     size_t n);
/* Does a column name hold one of the words (separated by blanks; '_' joins what must follow each
 * other). */
bool tw_semantic_named(tw_str name, const char *words);

#endif
