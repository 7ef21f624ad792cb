/* JSON (RFC 8259) to and from documents.
 *
 * Reader: strict, UTF-8, depth at most 200, duplicate keys: the last wins. A number without '.',
 * 'e' is an integer when it fits int64, else a float; -0 and what int64 cannot hold are floats.
 * Lone surrogates and numbers beyond the range of a double are refused. Writer: UTF-8, integers as
 * such, floats in the shortest text that reads back the same (a whole float reads back as an
 * integer), NaN and infinities as null, invalid UTF-8 replaced by U+FFFD. */
#ifndef TW_BASE_JSON_H
#define TW_BASE_JSON_H

#include "base/doc.h"

/* err->row holds the byte offset of the fault. */
TW_NODISCARD enum tw_rc tw_json_read(tw_str text, tw_doc **out, tw_error *err);
/* indent 0 = one line without blanks, else blanks a level (short lists of scalars and rows of a
 * table stay on one line). A table is a list of maps; cells missing at the end of a row are null.
 * NULL writes null. False: the buffer failed. */
bool tw_json_write(tw_buf *out, const tw_doc *doc, int indent);
/* "text" with quotes and escapes. */
bool tw_json_write_text(tw_buf *out, tw_str text);

#endif
