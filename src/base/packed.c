/* Bytes are put together by hand, so that a file written on one machine reads on any other. */
#include "base/packed.h"

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* --- base64 --- */

static void encode(const uint8_t *bytes, size_t n, tw_buf *out) {
    for (size_t i = 0; i < n; i += 3) {
        uint32_t word = (uint32_t)bytes[i] << 16;
        word |= i + 1 < n ? (uint32_t)bytes[i + 1] << 8 : 0;
        word |= i + 2 < n ? bytes[i + 2] : 0;
        const char four[] = {letters[word >> 18], letters[word >> 12 & 63],
                             i + 1 < n ? letters[word >> 6 & 63] : '=',
                             i + 2 < n ? letters[word & 63] : '='};
        tw_buf_add(out, four, sizeof four);
    }
}

static int value_of(char c) {
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* Number of bytes, or SIZE_MAX when the text is no base64. `out` has room for text.n / 4 * 3. */
static size_t decode(tw_str text, uint8_t *out) {
    size_t pad = 0, n = 0;
    if (text.n % 4)
        return SIZE_MAX;
    while (pad < 2 && pad < text.n && text.p[text.n - 1 - pad] == '=')
        pad++;
    for (size_t i = 0; i < text.n; i += 4) {
        uint32_t word = 0;
        for (size_t k = 0; k < 4; k++) {
            bool padding = i + k >= text.n - pad;
            int value = padding ? 0 : value_of(text.p[i + k]);
            if (value < 0)
                return SIZE_MAX;
            word = word << 6 | (uint32_t)value;
        }
        for (int shift = 16; shift >= 0; shift -= 8)
            out[n++] = (uint8_t)(word >> shift);
    }
    return n - pad;
}

/* --- packing --- */

static uint64_t word_at(const void *values, size_t size, size_t i) {
    uint32_t narrow;
    uint64_t wide;
    if (size == sizeof narrow) {
        memcpy(&narrow, (const char *)values + i * size, size);
        return narrow;
    }
    memcpy(&wide, (const char *)values + i * size, sizeof wide);
    return wide;
}

static tw_doc *pack(const void *values, size_t n, size_t size, size_t width) {
    enum { PIECE = 3 * 1024 }; /* a multiple of three and of eight: pieces join without padding */
    uint8_t bytes[PIECE];
    tw_buf text;
    tw_buf_init(&text, TW_BUF_MAX);
    tw_buf_printf(&text, "%zu:", width);
    for (size_t i = 0; i < n;) {
        size_t filled = 0;
        for (; i < n && filled + width <= PIECE; i++) {
            uint64_t word = word_at(values, size, i);
            for (size_t k = 0; k < width; k++)
                bytes[filled++] = (uint8_t)(word >> 8 * k);
        }
        encode(bytes, filled, &text);
    }
    tw_doc *doc = text.failed ? NULL : tw_doc_text(tw_buf_view(&text));
    tw_buf_fini(&text);
    return doc;
}

tw_doc *tw_packed_u32(const uint32_t *values, size_t n) {
    uint32_t all = 0;
    for (size_t i = 0; i < n; i++)
        all |= values[i];
    return pack(values, n, sizeof *values, all >> 8 == 0 ? 1 : all >> 16 == 0 ? 2 : 4);
}

tw_doc *tw_packed_u64(const uint64_t *values, size_t n) {
    return pack(values, n, sizeof *values, 8);
}

tw_doc *tw_packed_f64(const double *values, size_t n) {
    return pack(values, n, sizeof *values, 8);
}

/* --- reading --- */

static enum tw_rc damaged(tw_error *err) {
    return tw_fail(err, TW_EDAMAGED, "packed numbers: the text is damaged; make the file again");
}

/* Bytes of the text and the width of a number. */
static enum tw_rc unpack(const tw_doc *doc, size_t size, uint8_t **bytes, size_t *width, size_t *n,
                         tw_error *err) {
    tw_str text = tw_doc_as_text(doc, TW_STR(""));
    *bytes = NULL;
    if (text.n < 2 || !text.p[0] || text.p[1] != ':' || !strchr(size == 4 ? "124" : "8", text.p[0]))
        return damaged(err);
    *width = (size_t)(text.p[0] - '0');
    text = tw_str_sub(text, 2, text.n);
    *bytes = tw_calloc(text.n / 4 * 3 + 1, 1);
    if (!*bytes)
        return tw_fail_memory(err);
    size_t filled = decode(text, *bytes);
    if (filled != SIZE_MAX && filled % *width == 0) {
        *n = filled / *width;
        return TW_OK;
    }
    free(*bytes);
    *bytes = NULL;
    return damaged(err);
}

static enum tw_rc unpack_words(const tw_doc *doc, size_t size, void **out, size_t *n,
                               tw_error *err) {
    uint8_t *bytes;
    size_t width = 1;
    *out = NULL;
    *n = 0;
    enum tw_rc rc = unpack(doc, size, &bytes, &width, n, err);
    if (rc != TW_OK)
        return rc;
    char *words = tw_calloc(*n, size);
    for (size_t i = 0; words && i < *n; i++) {
        uint64_t word = 0;
        for (size_t k = 0; k < width; k++)
            word |= (uint64_t)bytes[i * width + k] << 8 * k;
        uint32_t narrow = (uint32_t)word;
        memcpy(words + i * size, size == 4 ? (void *)&narrow : (void *)&word, size);
    }
    free(bytes);
    *out = words;
    return words ? TW_OK : tw_fail_memory(err);
}

enum tw_rc tw_packed_read_u32(const tw_doc *doc, uint32_t **out, size_t *n, tw_error *err) {
    void *words;
    enum tw_rc rc = unpack_words(doc, sizeof **out, &words, n, err);
    *out = words;
    return rc;
}

enum tw_rc tw_packed_read_u64(const tw_doc *doc, uint64_t **out, size_t *n, tw_error *err) {
    void *words;
    enum tw_rc rc = unpack_words(doc, sizeof **out, &words, n, err);
    *out = words;
    return rc;
}

enum tw_rc tw_packed_read_f64(const tw_doc *doc, double **out, size_t *n, tw_error *err) {
    void *words;
    enum tw_rc rc = unpack_words(doc, sizeof **out, &words, n, err);
    *out = words;
    return rc;
}
