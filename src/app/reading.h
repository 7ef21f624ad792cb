/* Reading overrides of CLI.md as parameters: what `:open`, the command line and r:source{…} share.
 *
 * One table of parameters, one argument struct; tw_reading_options turns it into io's options.
 * Texts and lists borrow from the document and the arena given to tw_args_bind. */
#ifndef TW_APP_READING_H
#define TW_APP_READING_H

#include "base/args.h"
#include "io/dialect.h"

typedef struct tw_reading_args {
    tw_str delimiter, quote, escape, encoding, header, decimal, thousands, format, table,
        widths;
    int64_t skip, footer;
    tw_str_list null, type, role;
    tw_str memory, spool;
} tw_reading_args;

/* The rows. */
extern const tw_param tw_reading_params[];
enum { TW_READING_COUNT = 17 };

/* Bind a map (NULL = all guesses on); what the options point to lives in the arena and the map. */
TW_NODISCARD enum tw_rc tw_reading_options(const tw_doc *values, tw_arena *arena,
                                           tw_read_options *out, tw_error *err);
/* "512M", "2 GB", "1e9": bytes. */
TW_NODISCARD enum tw_rc tw_parse_size(tw_str text, uint64_t *out, tw_error *err);
/* The row of that name, NULL = none. */
const tw_param *tw_reading_find(const char *name);
/* One more override from text, into a map that is made where it is NULL; a value that does not fit
 * is told by tw_reading_options. False when memory is out. */
bool tw_reading_add(tw_doc **reading, const char *name, tw_str value);
/* Values of `over` laid over those of `under`; a new map, NULL when memory is out. */
tw_doc *tw_reading_merge(const tw_doc *under, const tw_doc *over);

#endif
