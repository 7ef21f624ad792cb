/* Options of a session: one typed table; rooms add their rows, values are kept as documents.
 *
 * A row is a parameter (base/args.h) whose offset is unused: name, kind (bool, int, number, text,
 * choice), default, choices, range, help. Owned by the session; its thread only. */
#ifndef TW_APP_OPTIONS_H
#define TW_APP_OPTIONS_H

#include "base/args.h"

typedef struct tw_options {
    const tw_param **rows;
    size_t n;
    tw_doc *values; /* name -> text; only what was set */
} tw_options;

extern const tw_param tw_app_options[];
extern const size_t tw_app_options_count;

TW_NODISCARD enum tw_rc tw_options_add(tw_options *options, const tw_param *rows, size_t n,
                                       tw_error *err);
void tw_options_fini(tw_options *options);
/* TW_EUNKNOWN_NAME with the nearest, TW_EUSAGE for a value that does not fit. */
TW_NODISCARD enum tw_rc tw_options_set(tw_options *options, tw_str name, tw_str value,
                                       tw_error *err);
tw_str tw_options_get(const tw_options *options,
                      const char *name); /* as text; the default where nothing was set */
/* All of them: name, value, default, what it does. */
tw_doc *tw_options_doc(const tw_options *options);

#endif
