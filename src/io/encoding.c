/* One-to-one decoding: what comes in must come out again, byte for byte, whatever it is.
 *
 * UTF-16 and the two Western code pages are decoded here, in one loop each, because they are what
 * files really use and because iconv rejects their flaws. Every other encoding goes through iconv
 * and is checked: what does not encode back to the bytes it came from is kept as raw bytes, one
 * sequence at a time. Encodings with shift states (ISO-2022, UTF-7) are refused: their text cannot
 * be edited in place. */
#include "io/encoding.h"

#include <errno.h>
#include <iconv.h>

#include "io/wtf8.h"

typedef struct encoding_row {
    const char *name; /* canonical */
    enum tw_encoding encoding;
    const char *aliases; /* between blanks, lower case, without '-' and '_' */
} encoding_row;

/* clang-format off */
static const encoding_row rows[] = {
    {"utf-8",        TW_UTF8,        " utf8 utf ascii usascii ansix3.41968 utf8sig "},
    {"utf-16le",     TW_UTF16LE,     " utf16le utf16 ucs2 ucs2le unicode "},
    {"utf-16be",     TW_UTF16BE,     " utf16be ucs2be "},
    {"latin-1",      TW_LATIN1,      " latin1 iso88591 l1 "},
    {"windows-1252", TW_WINDOWS1252, " windows1252 cp1252 win1252 ansi 1252 "},
};
/* Windows-1252 at 0x80 to 0x9F; the five undefined bytes keep their number (C1 controls). */
static const uint16_t windows1252[32] = {
    0x20AC, 0x0081, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x008D,
    0x017D, 0x008F, 0x0090, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A,
    0x0153, 0x009D, 0x017E, 0x0178,
};
/* clang-format on */

/* "ISO_8859-1" -> " iso88591 " for the search in aliases. */
static void key_of(tw_str name, char out[40]) {
    size_t n = 0;
    out[n++] = ' ';
    for (size_t i = 0; i < name.n && n < 37; i++) {
        char c = name.p[i];
        if (c != '-' && c != '_' && c != ' ')
            out[n++] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    }
    out[n++] = ' ';
    out[n] = '\0';
}

/* Shift states make bytes mean different things by what stood before; in units of four bytes a line
 * end is no single byte. */
static bool cannot_be_cut(const char *key) {
    static const char *const starts[] = {" iso2022", " utf7", " hz", " utf32", " ucs4"};
    for (size_t i = 0; i < TW_COUNT(starts); i++)
        if (strncmp(key, starts[i], strlen(starts[i])) == 0)
            return true;
    return false;
}

enum tw_rc tw_encoding_set(tw_dialect *dialect, tw_str name, tw_error *err) {
    char key[40];
    key_of(name, key);
    for (size_t i = 0; i < TW_COUNT(rows); i++) {
        if (!strstr(rows[i].aliases, key))
            continue;
        dialect->encoding = rows[i].encoding;
        snprintf(dialect->encoding_name, sizeof dialect->encoding_name, "%s", rows[i].name);
        return TW_OK;
    }
    char text[sizeof dialect->encoding_name];
    if (name.n == 0 || name.n >= sizeof text || cannot_be_cut(key))
        return tw_fail(err, TW_EUSAGE,
                       "encoding '%.*s': trowel cannot read it; convert the file with iconv first",
                       TW_ARG(name));
    for (size_t i = 0; i < name.n; i++)
        text[i] = name.p[i] >= 'A' && name.p[i] <= 'Z' ? (char)(name.p[i] - 'A' + 'a') : name.p[i];
    text[name.n] = '\0';
    iconv_t probe = iconv_open("UTF-8", text);
    if ((intptr_t)probe == -1)
        return tw_fail(err, TW_EUSAGE,
                       "encoding '%s': no such encoding; `iconv -l` lists those of this system",
                       text);
    iconv_close(probe);
    dialect->encoding = TW_OTHER_8BIT;
    memcpy(dialect->encoding_name, text, sizeof text);
    return TW_OK;
}

size_t tw_encoding_bom(tw_str bytes, enum tw_encoding *out) {
    static const enum tw_encoding marked[] = {TW_UTF8, TW_UTF16LE, TW_UTF16BE};
    for (size_t i = 0; i < TW_COUNT(marked); i++) {
        tw_str mark = tw_encoding_mark(marked[i]);
        if (tw_str_starts(bytes, mark)) {
            *out = marked[i];
            return mark.n;
        }
    }
    return 0;
}

tw_str tw_encoding_mark(enum tw_encoding encoding) {
    return encoding == TW_UTF8      ? TW_STR("\xEF\xBB\xBF")
           : encoding == TW_UTF16LE ? TW_STR("\xFF\xFE")
           : encoding == TW_UTF16BE ? TW_STR("\xFE\xFF")
                                    : TW_STR("");
}

static uint32_t unit_at(const unsigned char *p, bool big) {
    return big ? (uint32_t)p[0] << 8 | p[1] : (uint32_t)p[1] << 8 | p[0];
}

static bool is_high(uint32_t unit) {
    return unit >= 0xD800 && unit < 0xDC00;
}

static bool is_low(uint32_t unit) {
    return unit >= 0xDC00 && unit < 0xE000;
}

/* A unit of two bytes becomes at most three. */
static bool decode_utf16(tw_str bytes, bool big, bool more, tw_buf *out) {
    if (!tw_buf_reserve(out, bytes.n / 2 * 3 + 2))
        return false;
    const unsigned char *p = (const unsigned char *)bytes.p, *end = p + bytes.n;
    char *o = out->p + out->n;
    while (end - p >= 2) {
        uint32_t c = unit_at(p, big);
        if (is_high(c) && end - p < 4 && more)
            break;
        p += 2;
        if (is_high(c) && end - p >= 2 && is_low(unit_at(p, big))) {
            c = 0x10000 + ((c - 0xD800) << 10) + (unit_at(p, big) - 0xDC00);
            p += 2;
        }
        o += tw_wtf8_put(o, c);
    }
    if (end - p == 1 && !more)
        o += tw_wtf8_put_raw(o, *p);
    out->n = (size_t)(o - out->p);
    *o = '\0';
    return true;
}

static bool decode_western(tw_str bytes, const uint16_t *upper, tw_buf *out) {
    if (!tw_buf_reserve(out, bytes.n * (upper ? 3 : 2)))
        return false;
    char *o = out->p + out->n;
    for (size_t i = 0; i < bytes.n; i++) {
        unsigned char b = (unsigned char)bytes.p[i];
        uint32_t c = upper && b >= 0x80 && b < 0xA0 ? upper[b - 0x80] : b;
        o += tw_wtf8_put(o, c);
    }
    out->n = (size_t)(o - out->p);
    *o = '\0';
    return true;
}

/* iconv from bytes to out; returns the bytes it took. Stops at what it cannot convert. */
static size_t convert(iconv_t to, tw_str bytes, tw_buf *out, int *why) {
    char *in = NULL;
    memcpy(&in, &bytes.p, sizeof in); /* iconv takes char ** but does not write */
    size_t left = bytes.n;
    *why = 0;
    while (left && !*why) {
        if (!tw_buf_reserve(out, TW_MIN(left, (size_t)1 << 16) * 2 + 16))
            return bytes.n - left;
        char *o = out->p + out->n;
        size_t room = out->capacity - out->n - 1;
        size_t rc = iconv(to, &in, &left, &o, &room);
        out->n = (size_t)(o - out->p);
        if (rc == (size_t)-1 && errno != E2BIG)
            *why = errno;
    }
    return bytes.n - left;
}

typedef struct pair {
    iconv_t in, out;
} pair;

/* One step of the checked decoding: a piece that comes back the same, or its first byte raw.
 * Returns the bytes used. */
static size_t decode_piece(pair *with, tw_str bytes, bool more, tw_buf *back, tw_buf *out) {
    size_t from = out->n;
    int why, back_why;
    size_t used = convert(with->in, bytes, out, &why);
    if (used) {
        tw_buf_clear(back);
        convert(with->out, (tw_str){out->p + from, out->n - from}, back, &back_why);
        if (back_why == 0 && tw_str_eq(tw_buf_view(back), (tw_str){bytes.p, used}))
            return used;
        out->n = from;
        if (used > 1) /* halves find the culprit without a call for each character */
            return decode_piece(with, (tw_str){bytes.p, used > 8 ? used / 2 : 1}, false, back, out);
    } else if (more && why == EINVAL) {
        return 0;
    }
    char raw[2];
    tw_wtf8_put_raw(raw, (unsigned char)bytes.p[0]);
    tw_buf_add(out, raw, 2);
    return 1;
}

static enum tw_rc decode_other(const tw_dialect *dialect, tw_str bytes, bool more, tw_buf *out,
                               tw_error *err) {
    pair with = {iconv_open("UTF-8", dialect->encoding_name),
                 iconv_open(dialect->encoding_name, "UTF-8")};
    enum tw_rc rc = TW_OK;
    tw_buf back;
    tw_buf_init(&back, TW_BUF_MAX);
    if ((intptr_t)with.in == -1 || (intptr_t)with.out == -1) {
        rc = tw_fail(err, TW_EUNSUPPORTED,
                     "encoding '%s': this system cannot convert it; convert the file with iconv",
                     dialect->encoding_name);
        goto done;
    }
    while (bytes.n && !out->failed) {
        tw_str piece = {bytes.p, TW_MIN(bytes.n, (size_t)4096)};
        bool cut = more || piece.n < bytes.n;
        size_t used = decode_piece(&with, piece, cut, &back, out);
        if (used == 0)
            break;
        bytes.p += used;
        bytes.n -= used;
    }
done:
    tw_buf_fini(&back);
    if ((intptr_t)with.in != -1)
        iconv_close(with.in);
    if ((intptr_t)with.out != -1)
        iconv_close(with.out);
    return rc ? rc : tw_buf_check(out, err);
}

enum tw_rc tw_decode(const tw_dialect *dialect, tw_str bytes, bool more, tw_buf *out,
                     tw_error *err) {
    switch (dialect->encoding) {
    case TW_UTF8:
        tw_buf_str(out, bytes);
        break;
    case TW_UTF16LE:
    case TW_UTF16BE:
        decode_utf16(bytes, dialect->encoding == TW_UTF16BE, more, out);
        break;
    case TW_LATIN1:
        decode_western(bytes, NULL, out);
        break;
    case TW_WINDOWS1252:
        decode_western(bytes, windows1252, out);
        break;
    case TW_OTHER_8BIT:
        return decode_other(dialect, bytes, more, out, err);
    }
    return tw_buf_check(out, err);
}

static TW_COLD enum tw_rc refuse(const tw_dialect *dialect, tw_str text, tw_error *err) {
    size_t n = 0;
    uint32_t c = tw_wtf8_get(text.p, text.p + text.n, &n);
    return tw_fail(err, TW_EOUTPUT,
                   "cannot write '%.*s' (U+%04X): the file's encoding %s has no such character; "
                   "change the cell or convert the file to UTF-8",
                   (int)n, text.p, (unsigned)(c & ~TW_WTF8_RAW), dialect->encoding_name);
}

static size_t put_unit(char *o, uint32_t unit, bool big) {
    o[big ? 0 : 1] = (char)(unit >> 8);
    o[big ? 1 : 0] = (char)(unit & 0xFF);
    return 2;
}

static bool encode_utf16(tw_str text, bool big, tw_buf *out) {
    if (!tw_buf_reserve(out, text.n * 2))
        return false;
    char *o = out->p + out->n;
    const char *end = text.p + text.n;
    for (const char *p = text.p; p < end;) {
        size_t n;
        uint32_t c = tw_wtf8_get(p, end, &n);
        p += n;
        if (c & TW_WTF8_RAW) {
            *o++ = (char)(c & 0xFF);
        } else if (c >= 0x10000) {
            o += put_unit(o, 0xD800 + ((c - 0x10000) >> 10), big);
            o += put_unit(o, 0xDC00 + ((c - 0x10000) & 0x3FF), big);
        } else {
            o += put_unit(o, c, big);
        }
    }
    out->n = (size_t)(o - out->p);
    *o = '\0';
    return true;
}

/* Byte of c in a Western code page, or -1. */
static int western_byte(uint32_t c, const uint16_t *upper) {
    if (c < 0x80 || (c >= 0xA0 && c < 0x100) || (!upper && c < 0x100))
        return (int)c;
    for (int i = 0; upper && i < 32; i++)
        if (upper[i] == c)
            return 0x80 + i;
    return -1;
}

static enum tw_rc encode_western(const tw_dialect *dialect, tw_str text, const uint16_t *upper,
                                 tw_buf *out, tw_error *err) {
    if (!tw_buf_reserve(out, text.n))
        return tw_buf_check(out, err);
    const char *end = text.p + text.n;
    for (const char *p = text.p; p < end;) {
        size_t n;
        uint32_t c = tw_wtf8_get(p, end, &n);
        int byte = western_byte(c, upper);
        if (byte < 0)
            return refuse(dialect, (tw_str){p, (size_t)(end - p)}, err);
        tw_buf_char(out, (char)byte);
        p += n;
    }
    return TW_OK;
}

/* Raw bytes between stretches that iconv converts. */
static enum tw_rc encode_other(const tw_dialect *dialect, tw_str text, tw_buf *out, tw_error *err) {
    iconv_t to = iconv_open(dialect->encoding_name, "UTF-8");
    if ((intptr_t)to == -1)
        return tw_fail(err, TW_EUNSUPPORTED,
                       "encoding '%s': this system cannot convert it; convert the file with iconv",
                       dialect->encoding_name);
    enum tw_rc rc = TW_OK;
    while (text.n && !out->failed && rc == TW_OK) {
        int why;
        size_t used = convert(to, text, out, &why), n = 0;
        text = tw_str_sub(text, used, text.n);
        if (text.n == 0)
            break;
        uint32_t c = tw_wtf8_get(text.p, text.p + text.n, &n);
        if (c & TW_WTF8_RAW)
            tw_buf_char(out, (char)(c & 0xFF));
        else
            rc = refuse(dialect, text, err);
        text = tw_str_sub(text, n, text.n);
    }
    iconv_close(to);
    return rc ? rc : tw_buf_check(out, err);
}

enum tw_rc tw_encode(const tw_dialect *dialect, tw_str text, tw_buf *out, tw_error *err) {
    switch (dialect->encoding) {
    case TW_UTF8:
        tw_buf_str(out, text);
        break;
    case TW_UTF16LE:
    case TW_UTF16BE:
        encode_utf16(text, dialect->encoding == TW_UTF16BE, out);
        break;
    case TW_LATIN1:
        return encode_western(dialect, text, NULL, out, err);
    case TW_WINDOWS1252:
        return encode_western(dialect, text, windows1252, out, err);
    case TW_OTHER_8BIT:
        return encode_other(dialect, text, out, err);
    }
    return tw_buf_check(out, err);
}
