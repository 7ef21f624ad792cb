/* Findings: what a user should look at, with class, evidence, rows, a suggested value and the
 * recipe line that fixes it.
 *
 * Detectors are rows of one table (profile/detectors.c); each looks at one column or at the whole
 * table and adds findings to a list. One cause = one finding. The list owns everything in it; one
 * thread at a time. */
#ifndef TW_PROFILE_FINDING_H
#define TW_PROFILE_FINDING_H

#include "profile/profile.h"

enum tw_finding_class { TW_FINDING_ERROR, TW_FINDING_STYLE, TW_FINDING_UNUSUAL };

typedef struct tw_finding_cell {
    int64_t row; /* of the table looked at */
    int column;
    tw_str value;      /* text as it stands */
    tw_str suggestion; /* p NULL = none; "" = make it empty */
    double confidence; /* 0..1 */
} tw_finding_cell;

typedef struct tw_finding {
    const char *id; /* stable within a run: "near-duplicate:city:1" */
    enum tw_finding_class class;
    const char *kind; /* detector's name: "near-duplicate-category" */
    const int *columns;
    const char *const *column_names; /* of the table looked at */
    size_t n_columns;
    const tw_finding_cell *cells; /* row order; all of them */
    size_t n_cells;
    int64_t count;     /* cells or rows affected */
    double severity;   /* 0..100 */
    double confidence; /* 0..1 */
    const char
        *message; /* "city 'birminghxm' in row 12: 24 of 25 rows with zip 35233 say 'birmingham'" */
    const tw_doc *evidence; /* map of numbers */
    const char *fix_method; /* step name, NULL = nothing to offer */
    const tw_doc *fix_args; /* its arguments */
} tw_finding;

typedef struct tw_findings tw_findings;
/* Ranked by severity x confidence x log of cells affected. */
TW_NODISCARD enum tw_rc tw_findings_of(const tw_table *table, const tw_profile *profile,
                                       tw_task *task, tw_findings **out,
                                       tw_error *err); /* profile may be NULL: made here */
void tw_findings_free(tw_findings *findings);
size_t tw_findings_count(const tw_findings *findings);
const tw_finding *tw_findings_at(const tw_findings *findings, size_t i);
/* What was not looked at in a large or wide table: a list of texts, empty when nothing was. */
const tw_doc *tw_findings_left_out(const tw_findings *findings);
const char *tw_finding_class_word(enum tw_finding_class class);
/* One finding as `findings --json` has it, the first 1000 rows; "fix" is added by the caller, who
 * renders the Lua line. */
tw_doc *tw_finding_doc(const tw_finding *finding);

#endif
