/* Text into HTML: the only door through which words of data and names reach a page. */
#ifndef TW_REPORT_HTML_TEXT_H
#define TW_REPORT_HTML_TEXT_H

#include "base/buf.h"

/* Text or the inside of a quoted attribute. The five marks of HTML become references; bytes that
 * are no UTF-8, controls, and the marks that turn the reading direction of what follows become
 * U+FFFD; line ends and tabs become one blank. */
void tw_html_text(tw_buf *out, tw_str text);
/* The same with its line ends. */
void tw_html_lines(tw_buf *out, tw_str text);

#endif
