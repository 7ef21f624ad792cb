/* Values with check digits: cards, bank accounts, national numbers. Each takes the whole text as
 * written, with the usual separators. Sources: ISO 7812 (Luhn), ISO 13616 (IBAN), ISO 7064, and the
 * rules of the issuing states. Pure functions. */
#ifndef TW_PROFILE_SEMANTIC_CHECK_H
#define TW_PROFILE_SEMANTIC_CHECK_H

#include "base/str.h"

bool tw_luhn(tw_str digits); /* digits only */
bool tw_is_credit_card(tw_str s);
bool tw_is_iban(tw_str s);
bool tw_is_isbn(tw_str s);
bool tw_is_id_us(tw_str s); /* 123-45-6789: no check digit, so only with its dashes */
bool tw_is_id_es(tw_str s); /* DNI, NIE */
bool tw_is_id_nl(tw_str s); /* BSN */
bool tw_is_id_fr(tw_str s); /* NIR */
bool tw_is_id_pl(tw_str s); /* PESEL */
bool tw_is_id_br(tw_str s); /* CPF */
bool tw_is_id_se(tw_str s); /* personnummer */
bool tw_is_id_fi(tw_str s); /* henkilötunnus */
bool tw_is_id_gb(tw_str s); /* National Insurance number */
bool tw_is_id_cn(tw_str s); /* resident identity number */
bool tw_is_id_it(tw_str s); /* codice fiscale */
bool tw_is_id_de(tw_str s); /* tax identification number */
bool tw_is_id_in(tw_str s); /* Aadhaar */
bool tw_is_id_ca(tw_str s); /* social insurance number, with separators */
bool tw_is_id_no(tw_str s); /* fødselsnummer */
bool tw_is_id_be(tw_str s); /* rijksregisternummer */
bool tw_is_id_ch(tw_str s); /* AHV number */
bool tw_is_id_pt(tw_str s); /* NIF */
bool tw_is_id_ro(tw_str s); /* CNP */
bool tw_is_id_dk(tw_str s); /* CPR, with its dash */

#endif
