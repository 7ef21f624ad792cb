/* Reports: the document of a command as one Markdown text or one self-contained HTML page.
 *
 * The page holds everything it shows: styles, and charts as inline SVG from the binned figures of
 * the document. No script, no font, no address of anything elsewhere, and a policy in its head that
 * forbids the browser to run or fetch any. Whatever comes from data or from names is escaped.
 *
 * Profiles and comparisons have a layout of their own, other documents follow their shape. The same
 * document gives the same bytes: no clock, no folder, no seconds. Long lists are cut, and the page
 * says so. The caller owns the buffer; any thread. */
#ifndef TW_REPORT_REPORT_H
#define TW_REPORT_REPORT_H

#include "base/doc.h"

typedef struct tw_report_info {
    const char *view;    /* "profile", "compare"; NULL or another word: by shape */
    const char *title;   /* what the report is about: a file's name without its folder */
    const char *other;   /* comparisons: the second table's name; NULL = "the other table" */
    const char *program; /* "trowel 0.1.0" for the foot of the page; NULL = none */
} tw_report_info;

/* TW_ENOMEM. */
TW_NODISCARD enum tw_rc tw_report_html(const tw_doc *doc, const tw_report_info *info, tw_buf *out,
                                       tw_error *err);
TW_NODISCARD enum tw_rc tw_report_markdown(const tw_doc *doc, const tw_report_info *info,
                                           tw_buf *out, tw_error *err);

#endif
