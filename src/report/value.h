/* One value of a document as people read it: six digits, yes and no, "-" where there is nothing.
 *
 * JSON keeps all digits; everything that is shown to people goes through here, so that a figure
 * reads the same on screen, in text and in reports. Pure functions. */
#ifndef TW_REPORT_VALUE_H
#define TW_REPORT_VALUE_H

#include "base/doc.h"

/* Lists and maps become JSON on one line. Text is put as it stands: escaping is the caller's. */
void tw_value_put(const tw_doc *doc, tw_buf *out);
/* A number with six digits; NaN and infinities are "-". */
void tw_value_put_number(double value, tw_buf *out);
/* The same with so many decimals, for columns of figures. */
void tw_value_put_fixed(double value, int decimals, tw_buf *out);
/* 0.1234 as "12.3 %", with a no-break space; what is neither none nor all never reads as either. */
void tw_value_put_share(double share, tw_buf *out);

#endif
