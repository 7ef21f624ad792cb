/* Reports as files: what --html and --markdown of a command ask for.
 *
 * Files appear whole or not at all; "-" is stdout, and then the document is not shown as text
 * too. */
#ifndef TW_APP_REPORT_TO_H
#define TW_APP_REPORT_TO_H

#include "app/work.h"

typedef struct tw_report_to {
    tw_str html, markdown; /* p NULL = not asked for */
} tw_report_to;

/* TW_EUSAGE when one of them is an input: a dataset's file, or one of `others` (n paths or names;
 * empty ones are skipped). Ask before the work is done. */
TW_NODISCARD enum tw_rc tw_report_check(tw_work *work, const tw_report_to *to, const tw_str *others,
                                        size_t n, tw_error *err);
/* Write what is asked for: when one file cannot be written, neither appears. other (may be NULL): a comparison's second table. When stdout is among
 * the files the document is freed and *doc becomes NULL, unless JSON is wanted. */
TW_NODISCARD enum tw_rc tw_report_write(tw_work *work, const tw_report_to *to, const char *view,
                                        const char *title, const char *other, tw_doc **doc,
                                        tw_error *err);
/* The name of a file without its folder: "people.csv"; "stdin" for "-". */
const char *tw_report_name(const char *path);
/* What a report on a dataset is headed: its file's name, or its own. */
const char *tw_report_title(const tw_dataset *dataset);

#endif
