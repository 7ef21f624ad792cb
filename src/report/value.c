/* Numbers lose digits here and nowhere else on their way to people. */
#include "report/value.h"

#include <math.h>

#include "base/json.h"
#include "base/number.h"

enum { DIGITS = 6 };

void tw_value_put_number(double value, tw_buf *out) {
    char text[TW_NUMBER_MAX];
    double size = fabs(value);
    if (!isfinite(value)) {
        tw_buf_char(out, '-');
        return;
    }
    int power = size > 0 ? (int)floor(log10(size)) : 0;
    bool plain = size <= 0 || (power >= -4 && power < 15);
    double shown = plain ? tw_round_to(value, DIGITS - 1 - power)
                         : tw_round_to(value / pow(10, power), DIGITS - 1);
    tw_buf_add(out, text, tw_format_f64(text, shown));
    if (!plain)
        tw_buf_printf(out, "e%+03d", power);
}

void tw_value_put_fixed(double value, int decimals, tw_buf *out) {
    char text[TW_NUMBER_MAX];
    if (!isfinite(value)) {
        tw_buf_char(out, '-');
        return;
    }
    tw_number_format format = {'.', 0, (int8_t)decimals};
    tw_buf_add(out, text, tw_format_f64_as(text, value, format));
}

void tw_value_put_share(double share, tw_buf *out) {
    double percent = 100 * share;
    if (!isfinite(percent)) {
        tw_buf_char(out, '-');
        return;
    }
    bool whole = percent <= 0 || percent >= 100;
    if (!whole && percent < 0.1) {
        tw_buf_c(out, "<0.1");
    } else if (!whole && percent > 99.9) {
        tw_buf_c(out, ">99.9");
    } else {
        tw_value_put_fixed(percent, whole ? 0 : 1, out);
    }
    tw_buf_c(out, "\u00a0%");
}

void tw_value_put(const tw_doc *doc, tw_buf *out) {
    switch (tw_doc_kind(doc)) {
    case TW_DOC_NULL:
        tw_buf_c(out, "-");
        break;
    case TW_DOC_BOOL:
        tw_buf_c(out, tw_doc_as_bool(doc, false) ? "yes" : "no");
        break;
    case TW_DOC_INT:
        tw_buf_printf(out, "%lld", (long long)tw_doc_as_int(doc, 0));
        break;
    case TW_DOC_NUMBER:
        tw_value_put_number(tw_doc_as_number(doc, 0), out);
        break;
    case TW_DOC_TEXT:
        tw_buf_str(out, tw_doc_as_text(doc, TW_STR("")));
        break;
    case TW_DOC_LIST:
    case TW_DOC_MAP:
    case TW_DOC_TABLE:
        tw_json_write(out, doc, 0);
        break;
    }
}
