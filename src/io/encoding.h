/* Encodings: any text file to UTF-8 in memory, one-to-one, and back to the same bytes.
 *
 * UTF-8 is never touched, invalid bytes included. UTF-16 decodes with lone surrogates as three
 * bytes (WTF-8); Latin-1 and Windows-1252 map every byte (1252: the five undefined ones to C1
 * controls). Other names go through iconv; sequences that would not come back the same are kept as
 * raw bytes in the form F8|b>>6, 80|b&3F, which no UTF-8 uses. Thus encode(decode(x)) == x for
 * every x. Pure functions; any thread. */
#ifndef TW_IO_ENCODING_H
#define TW_IO_ENCODING_H

#include "base/buf.h"
#include "io/dialect.h"

/* Encoding and canonical lower-case name into the dialect from any usual spelling ("UTF8",
 * "cp1252", "latin1", "shift_jis"). TW_EUSAGE when nobody knows it. */
TW_NODISCARD enum tw_rc tw_encoding_set(tw_dialect *dialect, tw_str name, tw_error *err);
/* Length of the byte order mark at the front; 0 = none. *out is set when there is one. */
size_t tw_encoding_bom(tw_str bytes, enum tw_encoding *out);
/* Bytes of the mark this encoding writes, 0 for encodings without one. */
tw_str tw_encoding_mark(enum tw_encoding encoding);
/* All of bytes (mark cut off already) appended to out as UTF-8. `more`: bytes were cut at an
 * arbitrary place, so a character broken at the end is left out instead of kept raw. TW_ENOMEM when
 * out's maximum is reached. */
TW_NODISCARD enum tw_rc tw_decode(const tw_dialect *dialect, tw_str bytes, bool more, tw_buf *out,
                                  tw_error *err);
/* UTF-8 text back to bytes. TW_EOUTPUT naming the first character the encoding cannot hold. */
TW_NODISCARD enum tw_rc tw_encode(const tw_dialect *dialect, tw_str text, tw_buf *out,
                                  tw_error *err);

#endif
