/* An allow list by character: what is not plainly harmless is replaced, so that no cell, name or
 * message can open a tag, leave an attribute, or turn round the text beside it. */
#include "report/html_text.h"

#include "base/unicode.h"

static const char *reference_of(int32_t c) {
    static const struct {
        int32_t c;
        const char *text;
    } references[] = {
        {'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'"', "&quot;"}, {'\'', "&#39;"}};
    for (size_t i = 0; i < TW_COUNT(references); i++)
        if (references[i].c == c)
            return references[i].text;
    return NULL;
}

/* Embeddings, overrides and isolates: they reach beyond their own text. */
static bool turns_direction(int32_t c) {
    return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

static void put_text(tw_buf *out, tw_str text, bool lines) {
    for (size_t i = 0; i < text.n;) {
        int32_t c = tw_utf8_next(text, &i);
        const char *reference = reference_of(c);
        if (reference)
            tw_buf_c(out, reference);
        else if (c == '\n' && lines)
            tw_buf_char(out, '\n');
        else if (c == '\n' || c == '\t' || c == '\r')
            tw_buf_char(out, ' ');
        else
            tw_utf8_put(out, tw_char_is_control(c) || turns_direction(c) ? 0xFFFD : c);
    }
}

void tw_html_text(tw_buf *out, tw_str text) {
    put_text(out, text, false);
}

void tw_html_lines(tw_buf *out, tw_str text) {
    put_text(out, text, true);
}
