/* The table of detectors. Order matters: a cell belongs to the first that claims it. */
#include "profile/detect.h"

// clang-format off
static const tw_detector detectors[] = {
    {"repeated-header", TW_FINDING_ERROR, 70, "a row that is the header again", NULL, tw_detect_header},
    {"damaged-text", TW_FINDING_ERROR, 60, "text encoded twice, invisible characters, mixed scripts", tw_detect_damage, NULL},
    {"blanks", TW_FINDING_STYLE, 30, "blanks around values", tw_detect_blanks, NULL},
    {"unit", TW_FINDING_STYLE, 60, "numbers with several units, or with and without", tw_detect_unit, NULL},
    {"merged-cells", TW_FINDING_ERROR, 70, "two values in one cell while another cell is empty", tw_detect_merged, NULL},
    {"variant", TW_FINDING_STYLE, 40, "one value in several spellings of case, accents, marks", tw_detect_variant, NULL},
    {"dependency", TW_FINDING_ERROR, 80, "a cell contradicts what other columns determine", tw_detect_dependency, NULL},
    {"unreadable", TW_FINDING_ERROR, 70, "text that is not of the column's type", tw_detect_unreadable, NULL},
    {"near-duplicate-category", TW_FINDING_ERROR, 60, "a rare spelling of a frequent value", tw_detect_typo, NULL},
    {"near-duplicate-word", TW_FINDING_ERROR, 50, "a rare spelling of a frequent word", tw_detect_word, NULL},
    {"missing-token", TW_FINDING_STYLE, 30, "missing cells written as text", NULL, tw_detect_null_token},
    {"missing-word", TW_FINDING_STYLE, 30, "values that are words for missing", tw_detect_missing_word, NULL},
    {"rare-shape", TW_FINDING_ERROR, 50, "a value of another shape than the column's", tw_detect_shape, NULL},
    {"impossible-date", TW_FINDING_ERROR, 60, "a date centuries from the others", tw_detect_date, NULL},
    {"sentinel", TW_FINDING_ERROR, 50, "a number that stands for missing", tw_detect_sentinel, NULL},
    {"far-value", TW_FINDING_UNUSUAL, 20, "a number far from the others", tw_detect_far, NULL},
    {"duplicate-rows", TW_FINDING_UNUSUAL, 40, "rows that repeat an earlier one", NULL, tw_detect_duplicate_rows},
    {"constant", TW_FINDING_UNUSUAL, 20, "a column that says nothing", tw_detect_constant, NULL},
};
// clang-format on

const tw_detector *tw_detectors(size_t *n) {
    *n = TW_COUNT(detectors);
    return detectors;
}
