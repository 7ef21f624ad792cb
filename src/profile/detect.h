/* The detectors' functions, family by family; what each looks for stands at the head of its file
 * and in detectors.c. */
#ifndef TW_PROFILE_DETECT_H
#define TW_PROFILE_DETECT_H

#include "profile/detector.h"

enum tw_rc tw_detect_dependency(const tw_look *look, const tw_detector *self, size_t column,
                                tw_error *err);
enum tw_rc tw_detect_typo(const tw_look *look, const tw_detector *self, size_t column,
                          tw_error *err);
enum tw_rc tw_detect_word(const tw_look *look, const tw_detector *self, size_t column,
                          tw_error *err);
enum tw_rc tw_detect_unit(const tw_look *look, const tw_detector *self, size_t column,
                          tw_error *err);
enum tw_rc tw_detect_null_token(const tw_look *look, const tw_detector *self, tw_error *err);
enum tw_rc tw_detect_missing_word(const tw_look *look, const tw_detector *self, size_t column,
                                  tw_error *err);
enum tw_rc tw_detect_merged(const tw_look *look, const tw_detector *self, size_t column,
                            tw_error *err);
enum tw_rc tw_detect_shape(const tw_look *look, const tw_detector *self, size_t column,
                           tw_error *err);
enum tw_rc tw_detect_blanks(const tw_look *look, const tw_detector *self, size_t column,
                            tw_error *err);
enum tw_rc tw_detect_variant(const tw_look *look, const tw_detector *self, size_t column,
                             tw_error *err);
enum tw_rc tw_detect_unreadable(const tw_look *look, const tw_detector *self, size_t column,
                                tw_error *err);
enum tw_rc tw_detect_sentinel(const tw_look *look, const tw_detector *self, size_t column,
                              tw_error *err);
enum tw_rc tw_detect_far(const tw_look *look, const tw_detector *self, size_t column,
                         tw_error *err);
enum tw_rc tw_detect_date(const tw_look *look, const tw_detector *self, size_t column,
                          tw_error *err);
enum tw_rc tw_detect_damage(const tw_look *look, const tw_detector *self, size_t column,
                            tw_error *err);
enum tw_rc tw_detect_constant(const tw_look *look, const tw_detector *self, size_t column,
                              tw_error *err);
enum tw_rc tw_detect_duplicate_rows(const tw_look *look, const tw_detector *self, tw_error *err);
enum tw_rc tw_detect_header(const tw_look *look, const tw_detector *self, tw_error *err);

#endif
