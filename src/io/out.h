/* Where written text goes: through an encoding and a compressor into a file that appears whole or
 * not at all.
 *
 * Text is UTF-8 (or the one-to-one form of io/encoding.h). One thread. */
#ifndef TW_IO_OUT_H
#define TW_IO_OUT_H

#include "base/file.h"
#include "io/dialect.h"

typedef struct tw_out tw_out;
/* `packed`: name of a compression, NULL = by the path's suffix. `encoding` NULL = UTF-8 without a
 * mark, else its encoding and, where it says so, mark. */
TW_NODISCARD enum tw_rc tw_out_open(const char *path, const char *packed,
                                    const tw_dialect *encoding, tw_out **out, tw_error *err);
/* Short texts are gathered; long ones go straight through. Cut texts at characters only. */
TW_NODISCARD enum tw_rc tw_out_put(tw_out *out, tw_str text, tw_error *err);
/* The reader of our stdout has gone: stop producing, commit will do. */
bool tw_out_closed(const tw_out *out);
/* Write what is left, finish, rename; frees out in every case. */
TW_NODISCARD enum tw_rc tw_out_commit(tw_out *out, tw_error *err);
void tw_out_abort(tw_out *out); /* NULL is legal */

#endif
