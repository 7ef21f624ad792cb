/* Which encoding bytes are in: the mark first, then zero bytes (UTF-16 without mark), then validity
 * as UTF-8, and only for what is none of these a contest of code pages by how their typical text
 * looks.
 *
 * Code pages cannot be proved, only be likely. East Asian double-byte sets win when nearly all high
 * bytes pair up and the pairs lie where everyday characters lie; Windows-1251 and 1250 win by
 * letters that would be symbols inside words elsewhere; everything else is read as Windows-1252,
 * which never fails and comes back byte for byte. */
#include "config.h"

#include "io/encoding.h"
#include "io/sniff.h"
#include "io/sniff_notes.h"

enum { LOOK = 256 * 1024 };

static bool is_high(unsigned char c) {
    return c >= 0x80;
}

static bool in(unsigned char c, unsigned char low, unsigned char high) {
    return c >= low && c <= high;
}

/* ---- UTF-16 without a mark ---- */

/* Zero bytes sit in every other place in text of mostly ASCII and Latin characters. */
static bool looks_utf16(tw_str s, enum tw_encoding *out) {
    size_t n = TW_MIN(s.n, (size_t)LOOK) / 2, zero[2] = {0, 0}, ends[2] = {0, 0};
    for (size_t i = 0; i < n; i++) {
        unsigned char a = (unsigned char)s.p[2 * i], b = (unsigned char)s.p[2 * i + 1];
        zero[0] += a == 0;
        zero[1] += b == 0;
        ends[0] += a == 0 && (b == '\n' || b == '\r');
        ends[1] += b == 0 && (a == '\n' || a == '\r');
    }
    if (n < 2)
        return false;
    for (size_t side = 0; side < 2; side++) {
        bool mostly = zero[side] * 10 >= n * 4 && zero[1 - side] * 20 <= n;
        bool with_ends = zero[side] * 20 >= n && zero[1 - side] == 0 && ends[side] > 0 && n >= 32;
        if (mostly || with_ends) {
            *out = side ? TW_UTF16LE : TW_UTF16BE;
            return true;
        }
    }
    return false;
}

/* ---- UTF-8 ---- */

typedef struct utf8_count {
    size_t sequences, bad; /* multi-byte characters; bytes that are none */
} utf8_count;

/* Behind the ASCII bytes at i, eight at a time. */
static size_t skip_ascii(tw_str s, size_t i) {
    uint64_t word;
    for (; i + sizeof word <= s.n; i += sizeof word) {
        memcpy(&word, s.p + i, sizeof word);
        if (word & UINT64_C(0x8080808080808080))
            break;
    }
    while (i < s.n && !is_high((unsigned char)s.p[i]))
        i++;
    return i;
}

/* `cut`: the block begins and ends anywhere, so up to three bytes at its edges may be part of a
 * character. */
static void count_utf8(tw_str s, bool cut, utf8_count *out) {
    size_t i = 0;
    while (cut && i < s.n && i < 3 && ((unsigned char)s.p[i] & 0xC0) == 0x80)
        i++;
    while (i < s.n) {
        i = skip_ascii(s, i);
        if (i == s.n)
            return;
        unsigned char c = (unsigned char)s.p[i];
        size_t n = c < 0x80   ? 1
                   : c < 0xC2 ? 0
                   : c < 0xE0 ? 2
                   : c < 0xF0 ? 3
                   : c < 0xF5 ? 4
                              : 0,
               k = 1;
        while (k < n && i + k < s.n && ((unsigned char)s.p[i + k] & 0xC0) == 0x80)
            k++;
        if (n == 0 || (k < n && (i + k < s.n || !cut))) {
            out->bad++;
            i++;
            continue;
        }
        out->sequences += n > 1;
        i += k;
    }
}

/* ---- code pages ---- */

typedef struct page_count {
    size_t high;           /* bytes above 127 */
    size_t pairs, orphans; /* read as the page's double bytes */
    size_t usual;          /* pairs where everyday characters lie */
    size_t marks;          /* pairs that only this page would use so */
} page_count;

typedef struct page {
    const char *name;
    /* Bytes the character at p has (1 or 2, 0 = not of this page); p[0] is high. */
    size_t (*length)(const unsigned char *p, size_t left);
    bool (*usual)(unsigned char a, unsigned char b);
    bool (*mark)(unsigned char a, unsigned char b);
} page;

static size_t sjis_length(const unsigned char *p, size_t left) {
    if (in(p[0], 0xA1, 0xDF))
        return 1;
    if (!in(p[0], 0x81, 0x9F) && !in(p[0], 0xE0, 0xEF))
        return 0;
    return left > 1 && (in(p[1], 0x40, 0x7E) || in(p[1], 0x80, 0xFC)) ? 2 : 0;
}
static bool sjis_usual(unsigned char a, unsigned char b) {
    return (a >= 0x81 && a <= 0x83) || in(a, 0x88, 0x97) || (a == 0x98 && b < 0x73);
}
static bool sjis_mark(unsigned char a, unsigned char b) {
    return (a == 0x82 && in(b, 0x9F, 0xF1)) || (a == 0x83 && in(b, 0x40, 0x96));
}
static size_t euc_length(const unsigned char *p, size_t left) {
    return in(p[0], 0xA1, 0xFE) && left > 1 && in(p[1], 0xA1, 0xFE) ? 2 : 0;
}
static bool jp_usual(unsigned char a, unsigned char b) {
    (void)b;
    return a == 0xA1 || a == 0xA3 || a == 0xA4 || a == 0xA5 || in(a, 0xB0, 0xCF);
}
static bool jp_mark(unsigned char a, unsigned char b) {
    return (a == 0xA4 && b <= 0xF3) || (a == 0xA5 && b <= 0xF6);
}
static bool gb_usual(unsigned char a, unsigned char b) {
    (void)b;
    return a == 0xA1 || a == 0xA3 || in(a, 0xB0, 0xD7);
}
static bool gb_mark(unsigned char a, unsigned char b) {
    (void)b;
    return in(a, 0xC9, 0xD7);
}
static bool kr_usual(unsigned char a, unsigned char b) {
    (void)b;
    return a == 0xA1 || a == 0xA3 || in(a, 0xB0, 0xC8);
}
static bool kr_mark(unsigned char a, unsigned char b) {
    (void)b;
    return in(a, 0xB0, 0xC8);
}
static size_t big5_length(const unsigned char *p, size_t left) {
    return in(p[0], 0xA1, 0xF9) && left > 1 && (in(p[1], 0x40, 0x7E) || in(p[1], 0xA1, 0xFE)) ? 2
                                                                                              : 0;
}
static bool big5_usual(unsigned char a, unsigned char b) {
    (void)b;
    return in(a, 0xA1, 0xC6);
}
static bool big5_mark(unsigned char a, unsigned char b) {
    return in(a, 0xA4, 0xC6) && b < 0x7F;
}
static size_t gbk_length(const unsigned char *p, size_t left) {
    return in(p[0], 0x81, 0xFE) && left > 1 && p[1] >= 0x40 && p[1] != 0x7F && p[1] != 0xFF ? 2 : 0;
}

enum { SJIS, EUC_JP, GB2312, EUC_KR, BIG5, GB18030, PAGES };
static const page pages[PAGES] = {
    [SJIS] = {"shift_jis", sjis_length, sjis_usual, sjis_mark},
    [EUC_JP] = {"euc-jp", euc_length, jp_usual, jp_mark},
    [GB2312] = {"gb2312", euc_length, gb_usual, gb_mark},
    [EUC_KR] = {"euc-kr", euc_length, kr_usual, kr_mark},
    [BIG5] = {"big5", big5_length, big5_usual, big5_mark},
    [GB18030] = {"gb18030", gbk_length, gb_usual, gb_mark},
};

static void count_page(const page *how, tw_str s, page_count *out) {
    const unsigned char *p = (const unsigned char *)s.p;
    for (size_t i = 0; i < s.n;) {
        if (!is_high(p[i])) {
            i++;
            continue;
        }
        size_t n = how->length(p + i, s.n - i);
        if (n == 2) {
            out->pairs++;
            out->usual += how->usual(p[i], p[i + 1]);
            out->marks += how->mark(p[i], p[i + 1]);
            i += 2;
        } else {
            out->orphans += n == 0;
            i++;
        }
    }
}

/* How likely the bytes are text of a double-byte page, 0 to 1. */
static double page_score(size_t which, const page_count *c) {
    if (c->pairs < 4 || c->orphans * 50 > c->pairs)
        return 0;
    double usual = (double)c->usual / (double)c->pairs, marks = (double)c->marks / (double)c->pairs;
    switch (which) {
    case SJIS:
        return usual * (marks > 0.05 ? 1 : 0.6);
    case EUC_JP:
        return marks > 0.1 ? usual : 0.3 * usual;
    case GB2312:
        return usual * (marks > 0.08 ? 0.98 : 0.8);
    case EUC_KR:
        return marks > 0.9 ? usual : 0.3 * usual;
    case BIG5:
        return marks > 0.15 ? usual * 0.97 : 0.3 * usual;
    default:
        return usual * 0.9;
    }
}

/* Single bytes: how words look in the Western, Cyrillic and Central European pages. */
typedef struct word_count {
    size_t high, beside_high;  /* high bytes; of them beside another one */
    size_t lower, upper_first; /* as Windows-1251: small letters, capitals that begin a word */
    size_t inside;             /* high bytes between ASCII letters */
    size_t central;            /* of them symbols in 1252 but letters in 1250 */
    size_t undefined;          /* bytes Windows-1252 leaves open */
    size_t controls;           /* 80 to 9F */
} word_count;

static bool is_ascii_letter(unsigned char c) {
    return (c | 32) >= 'a' && (c | 32) <= 'z';
}

static void count_words(tw_str s, word_count *out) {
    static const char central[] = "\x8f\x9f\xa3\xa5\xaa\xaf\xb3\xb9\xba\xbc\xbe\xbf\x8d\x9d";
    const unsigned char *p = (const unsigned char *)s.p;
    for (size_t i = 0; i < s.n; i++) {
        if (!is_high(p[i]))
            continue;
        unsigned char before = i ? p[i - 1] : ' ', behind = i + 1 < s.n ? p[i + 1] : ' ';
        out->high++;
        out->beside_high += is_high(before) || is_high(behind);
        out->lower += p[i] >= 0xE0 || p[i] == 0xB8;
        out->upper_first += in(p[i], 0xC0, 0xDF) && !is_high(before);
        out->controls += p[i] < 0xA0;
        out->undefined +=
            p[i] == 0x81 || p[i] == 0x8D || p[i] == 0x8F || p[i] == 0x90 || p[i] == 0x9D;
        if (is_ascii_letter(before) || is_ascii_letter(behind)) {
            out->inside++;
            out->central += strchr(central, (char)p[i]) != NULL;
        }
    }
}

typedef struct guess {
    const char *name;
    double score;
    char why[120];
} guess;

static guess single_byte(tw_str s) {
    word_count w = {0};
    count_words(s, &w);
    guess g = {"windows-1252", 0.6, ""};
    snprintf(g.why, sizeof g.why,
             "not UTF-8; %zu bytes above 127 stand as Western letters and signs do", w.high);
    if (w.high >= 12 && w.beside_high * 10 >= w.high * 8 && w.lower * 10 >= w.high * 6) {
        g = (guess){"windows-1251", 0.5 + 0.5 * (double)(w.lower + w.upper_first) / (double)w.high,
                    ""};
        snprintf(g.why, sizeof g.why,
                 "%zu of %zu high bytes are small Cyrillic letters in whole words", w.lower,
                 w.high);
    } else if (w.central >= 3 && w.central * 8 >= w.inside) {
        g = (guess){"windows-1250", 0.5 + 0.5 * (double)w.central / (double)w.inside, ""};
        snprintf(g.why, sizeof g.why,
                 "%zu of %zu high bytes in words are signs in Windows-1252 and letters here",
                 w.central, w.inside);
    } else if (w.undefined) {
        g.name = "iso-8859-1";
        snprintf(g.why, sizeof g.why, "not UTF-8; %zu bytes that Windows-1252 leaves open",
                 w.undefined);
    }
    return g;
}

static guess code_page(tw_str s, guess *rival) {
    guess best = single_byte(s);
    *rival = (guess){"", 0, ""};
    for (size_t i = 0; i < PAGES; i++) {
        page_count c = {0};
        count_page(&pages[i], s, &c);
        guess g = {pages[i].name, page_score(i, &c), ""};
        snprintf(g.why, sizeof g.why,
                 "%zu double bytes, %zu of them everyday characters, %zu bytes left over", c.pairs,
                 c.usual, c.orphans);
        bool wins = g.score > best.score && g.score > 0.75;
        if (wins)
            *rival = best;
        else if (g.score > rival->score)
            *rival = g;
        if (wins)
            best = g;
    }
    return best;
}

/* ---- the decision ---- */

static enum tw_rc decide(tw_dialect *d, const char *name, double score, const char *why,
                         tw_decision *out, tw_error *err) {
    tw_notes notes = {.n = 0};
    enum tw_rc rc = tw_encoding_set(d, tw_str_c(name), err);
    if (rc == TW_OK) {
        tw_note(&notes, "encoding", d->encoding_name, score, "%s", why);
        *out = notes.at[0];
    }
    return rc;
}

static const char *const unicode_names[] = {
    [TW_UTF8] = "utf-8", [TW_UTF16LE] = "utf-16le", [TW_UTF16BE] = "utf-16be"};

/* Bytes with something above 127 in them, from the whole sample. */
static tw_str busiest(const tw_sample *s) {
    tw_str blocks[] = {tw_str_sub(s->head, 0, TW_MIN(s->head.n, (size_t)LOOK)), s->middle, s->end};
    tw_str best = blocks[0];
    size_t most = 0;
    for (size_t b = 0; b < TW_COUNT(blocks); b++) {
        size_t high = 0;
        for (size_t i = 0; i < blocks[b].n; i++)
            high += is_high((unsigned char)blocks[b].p[i]);
        if (high > most) {
            most = high;
            best = blocks[b];
        }
    }
    return best;
}

/* The mark of UTF-32 begins like that of UTF-16. */
static bool is_utf32(tw_str head) {
    return tw_str_starts(head, (tw_str){"\xFF\xFE\0\0", 4}) ||
           tw_str_starts(head, (tw_str){"\0\0\xFE\xFF", 4});
}

enum tw_rc tw_sniff_encoding(const tw_sample *bytes, const tw_read_options *options,
                             tw_dialect *dialect, tw_decision *decision, tw_error *err) {
    enum tw_encoding encoding;
    if (!options->encoding.p && is_utf32(bytes->head))
        return tw_fail(err, TW_EINPUT,
                       "encoding UTF-32: trowel cannot read it; convert the file with `iconv -f "
                       "UTF-32 -t UTF-8` first");
    size_t mark = tw_encoding_bom(bytes->head, &encoding);
    if (options->encoding.p) {
        enum tw_rc rc = tw_encoding_set(dialect, options->encoding, err);
        dialect->bom = rc == TW_OK && mark > 0 && dialect->encoding == encoding;
        tw_notes notes = {.n = 0};
        tw_note_given(&notes, "encoding", dialect->encoding_name);
        *decision = notes.at[0];
        return rc;
    }
    dialect->bom = mark > 0;
    if (mark)
        return decide(dialect, unicode_names[encoding], 1, "a byte order mark", decision, err);
    if (looks_utf16(bytes->head, &encoding))
        return decide(dialect, unicode_names[encoding], 0.95, "every other byte is zero", decision,
                      err);
    utf8_count n = {0, 0};
    count_utf8(bytes->head, !bytes->whole, &n);
    count_utf8(bytes->middle, true, &n);
    count_utf8(bytes->end, true, &n);
    if (n.bad == 0 || n.sequences > 4 * n.bad) {
        char why[120];
        snprintf(why, sizeof why,
                 n.sequences ? "%zu characters of several bytes are valid, %zu bytes are not"
                             : "all ASCII",
                 n.sequences, n.bad);
        return decide(dialect, "utf-8", n.bad ? 0.8 : 1, why, decision, err);
    }
    guess rival, best = code_page(busiest(bytes), &rival);
    enum tw_rc rc = decide(dialect, best.name, best.score, best.why, decision, err);
    if (rc != TW_OK) /* a page this system's iconv lacks */
        rc = decide(dialect, "windows-1252", 0.5, "no better reading is at hand", decision, NULL);
    else if (rival.score > 0)
        tw_note_rival(decision, rival.name, rival.score);
    return rc;
}
