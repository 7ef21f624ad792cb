/* Format one message and hand it to the sink. Messages quote data, so controls are blanked as in
 * errors. */
#include "base/log.h"

#include <stdarg.h>

#include "base/error.h"

void tw_say(const tw_log *log, enum tw_level level, const char *fmt, ...) {
    char text[1024];
    if (!log || !log->sink)
        return;
    va_list args;
    va_start(args, fmt);
    int n = vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    if (n < 0)
        return;
    tw_blank_controls(text);
    log->sink(log->self, level, text);
}
