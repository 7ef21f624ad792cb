/* Values known by their form or by small dictionaries: addresses of mail, machines and people,
 * names, codes. Pure functions; dictionaries are static (profile/semantic_words.c). */
#ifndef TW_PROFILE_SEMANTIC_FORM_H
#define TW_PROFILE_SEMANTIC_FORM_H

#include "base/str.h"

bool tw_is_email(tw_str s);
bool tw_is_phone(tw_str s);        /* with country code, separators or a leading 0 */
bool tw_is_phone_number(tw_str s); /* any 7 to 15 digits with separators */
bool tw_is_ip_address(tw_str s);
bool tw_is_ipv4(tw_str s);
bool tw_is_mac_address(tw_str s);
bool tw_is_url(tw_str s);
bool tw_is_uuid(tw_str s);
bool tw_is_person_name(tw_str s); /* holds a known given name or surname and looks like a name */
bool tw_is_name_shaped(tw_str s); /* one to five words with capitals */
bool tw_is_address(tw_str s);
bool tw_has_letters(tw_str s);
bool tw_is_company(tw_str s);
bool tw_is_country(tw_str s);
bool tw_is_country_code(tw_str s);
bool tw_is_currency_code(tw_str s);
bool tw_is_gender(tw_str s);
bool tw_is_postal_code(tw_str s);
bool tw_is_user_name(tw_str s);
bool tw_is_password(tw_str s);
bool tw_is_latitude(tw_str s);
bool tw_is_longitude(tw_str s);
bool tw_is_nine_digits(tw_str s);
bool tw_is_any(tw_str s);

#endif
