/* What a detector sees, and how it reports.
 *
 * A detector is a row of the table in detectors.c. It looks at one column or at the whole table and
 * reports findings through the calls below. Detectors run one after the other in the order of the
 * table, the strongest first: a cell belongs to the first that claims it, so that one cause is one
 * finding. Everything reported is copied into the list. */
#ifndef TW_PROFILE_DETECTOR_H
#define TW_PROFILE_DETECTOR_H

#include "profile/finding.h"
#include "profile/pair.h"

typedef struct tw_look {
    const tw_table *table;
    const tw_profile *profile;
    const tw_texts *texts;     /* all rows; of a table beyond 64 million cells a sample */
    const tw_texts *part;      /* for what relates columns: texts itself, or 100 000 rows of it */
    const uint32_t *part_rows; /* index in texts of each row of part; NULL when part is texts */
    const tw_pairs *pairs;     /* over part */
    const bool *measures;      /* by column: tw_look_is_measure, worked out once */
    tw_arena *scratch;         /* reset after each call of a detector */
    tw_task *task;
    tw_findings *out;
} tw_look;

typedef struct tw_detector {
    const char *kind;
    enum tw_finding_class class;
    double severity; /* 0..100 */
    const char *summary;
    /* One of the two. */
    enum tw_rc (*column)(const tw_look *look, const struct tw_detector *self, size_t column,
                         tw_error *err);
    enum tw_rc (*table)(const tw_look *look, const struct tw_detector *self, tw_error *err);
} tw_detector;

const tw_detector *tw_detectors(size_t *n);

/* A finding being put together; dropped by tw_report_drop or handed in by tw_report_done, which
 * frees it either way. */
typedef struct tw_report tw_report;
TW_NODISCARD tw_report *tw_report_new(const tw_look *look,
                                      const tw_detector *self); /* NULL: memory is out */
void tw_report_drop(tw_report *r);
void tw_report_column(tw_report *r, size_t column);
/* Row by its index in look->texts. The suggestion's p NULL = none. */
void tw_report_cell(tw_report *r, size_t index, size_t column, tw_str suggestion,
                    double confidence);
size_t tw_report_cells(const tw_report *r);
void tw_report_whole(tw_report *r); /* the finding is about whole rows: it names no columns */
void tw_report_class(tw_report *r, enum tw_finding_class class);
void tw_report_confidence(tw_report *r, double confidence); /* else the mean over the cells */
void tw_report_count(tw_report *r, int64_t count);          /* else the number of cells */
void tw_report_evidence(tw_report *r, const char *key, double value);
void tw_report_message(tw_report *r, const char *fmt, ...) TW_PRINTF(2, 3);
/* The step that mends it; args are taken over. */
void tw_report_fix(tw_report *r, const char *method, tw_doc *args);
/* Add to the list, unless it holds neither cells nor a count. TW_ENOMEM. */
TW_NODISCARD enum tw_rc tw_report_done(tw_report *r, tw_error *err);

/* The score a dependency needs to be taken for more than an association. A column of many levels
 * names things (a zip code, a flight), and what it names may often be wrong: 0.6. A column of few
 * levels or of numbers must determine the other nearly always, and so must any column that is to
 * determine a measurement: 0.9. Measurements determine nothing, nor does the coarser of two
 * columns: 2. */
double tw_look_least_score(const tw_look *look, const tw_pair *pair);
/* Numbers with decimals, and texts most of which are numbers with decimals or units; to be asked of
 * `measures`. */
bool tw_look_is_measure(const tw_look *look, size_t column);

/* Cells reported as error or style are claimed. Cells that dependencies support are cleared:
 * evidence from their text alone (a rare spelling, a rare shape) does not count against them. */
bool tw_look_claimed(const tw_look *look, size_t index, size_t column);
void tw_look_claim(const tw_look *look, size_t index, size_t column);
bool tw_look_cleared(const tw_look *look, size_t index, size_t column);
void tw_look_clear(const tw_look *look, size_t index, size_t column);
static inline bool tw_look_settled(const tw_look *look, size_t index, size_t column) {
    return tw_look_claimed(look, index, column) || tw_look_cleared(look, index, column);
}

/* {"cols": [name], "map": {was: to}} for map_values, from the report's cells; NULL when one text
 * would have to become two others or stands in cells that are not in the report. One cell alone
 * gives an edit. Sets the fix. */
void tw_report_fix_by_map(tw_report *r, size_t column);
tw_doc *tw_fix_cols(const tw_look *look, size_t column); /* {"cols": [name]} */
const char *tw_look_name(const tw_look *look, size_t column);
/* Text for a message, cut to 40 characters, in the scratch arena. */
const char *tw_look_quote(const tw_look *look, tw_str text);
/* Any text for a message, in the scratch arena; "" when memory is out. */
const char *tw_look_format(const tw_look *look, const char *fmt, ...) TW_PRINTF(2, 3);

#endif
