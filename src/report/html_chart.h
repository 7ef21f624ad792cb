/* Charts of a report as inline SVG: drawn from binned figures, coloured by the page's style, each
 * with a label for readers that do not see it. */
#ifndef TW_REPORT_HTML_CHART_H
#define TW_REPORT_HTML_CHART_H

#include "report/page.h"

/* A histogram with the first and last edge below it; plain: without a label at each bar. */
void tw_html_bins(tw_buf *out, const tw_page_bins *bins, bool plain);
/* The same as small as a word. */
void tw_html_spark(tw_buf *out, const tw_doc *counts);
/* A square of associations, values 0 .. 1, NaN = none. */
void tw_html_heat(tw_buf *out, const tw_str *names, const double *values, size_t n);
/* A score on its line up to 1, between floor and ceiling. */
void tw_html_scale(tw_buf *out, const tw_page_scale *scale);

#endif
