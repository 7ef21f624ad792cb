/* JSON Lines to delimited text: one object a line becomes one record, keys become columns.
 *
 * Columns stand in the order in which their keys first appear. Numbers and booleans keep their
 * text, null is an empty cell, lists and objects inside keep theirs as JSON. Pure; any thread. */
#ifndef TW_IO_JSONL_READ_H
#define TW_IO_JSONL_READ_H

#include "base/buf.h"

/* RFC 4180 text with a header, appended to out. `more`: text was cut, its last line is left out
 * unless it ends. TW_EDAMAGED with the line in err->row where a line is no object. */
TW_NODISCARD enum tw_rc tw_jsonl_to_csv(tw_str text, bool more, tw_buf *out, tw_error *err);

#endif
