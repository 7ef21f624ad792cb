/* Formats as rows. A new one is a row here and, if it reads or writes, a branch where files are
 * opened or written. */
#include "config.h"

#include "io/format.h"

#include "io/compress.h"

#define MAGIC(text)                                                                                \
    { text, sizeof text - 1 }

#ifdef HAVE_SQLITE
#define SQLITE true, true
#else
#define SQLITE false, false
#endif

/* clang-format off */
static const tw_file_format formats[] = {
    {"csv",     ".csv",     MAGIC(""),                 true,  true,  NULL},
    {"tsv",     ".tsv",     MAGIC(""),                 true,  true,  NULL},
    {"fixed",   "",         MAGIC(""),                 true,  false, NULL},
    {"jsonl",   ".jsonl",   MAGIC(""),                 true,  true,  NULL},
    {"jsonl",   ".ndjson",  MAGIC(""),                 true,  true,  NULL},
    {"json",    ".json",    MAGIC(""),                 true,  true,  NULL},
    {"parquet", ".parquet", MAGIC("PAR1"),             false, false, "duckdb"},
    {"xlsx",    ".xlsx",    MAGIC("PK\003\004"),       false, false, "xlsx2csv"},
    {"xls",     ".xls",     MAGIC("\xD0\xCF\x11\xE0"), false, false, "xls2csv"},
    {"sqlite",  ".sqlite",  MAGIC("SQLite format 3"),  SQLITE,               "sqlite3 -csv -header"},
    {"sqlite",  ".sqlite3", MAGIC("SQLite format 3"),  SQLITE,               "sqlite3 -csv -header"},
    {"sqlite",  ".db",      MAGIC("SQLite format 3"),  SQLITE,               "sqlite3 -csv -header"},
    {"arrow",   ".arrow",   MAGIC("ARROW1"),           false, false, "duckdb"},
};
/* clang-format on */

const tw_file_format *tw_file_format_at(size_t i) {
    return i < TW_COUNT(formats) ? &formats[i] : NULL;
}

const tw_file_format *tw_file_format_named(tw_str name) {
    for (size_t i = 0; i < TW_COUNT(formats); i++)
        if (tw_str_eq_c(name, formats[i].name))
            return &formats[i];
    return NULL;
}

const tw_file_format *tw_file_format_of_path(tw_str path) {
    tw_str stem;
    tw_compression_of_path(path, &stem);
    for (size_t i = 0; i < TW_COUNT(formats); i++) {
        tw_str suffix = tw_str_c(formats[i].suffix);
        if (suffix.n && stem.n > suffix.n &&
            tw_str_eq_nocase(tw_str_sub(stem, stem.n - suffix.n, stem.n), suffix))
            return &formats[i];
    }
    return NULL;
}

/* Binary formats hold control bytes early on; "PAR1,PAR2" is a header like any other. */
bool tw_file_format_is_binary(tw_str head) {
    for (size_t i = 0; i < TW_MIN(head.n, (size_t)1024); i++)
        if ((unsigned char)head.p[i] < 9)
            return true;
    return false;
}

bool tw_file_format_is_junk(tw_str head) {
    enum { MANY = 12 };
    uint32_t seen = 0;
    size_t controls = 0;
    for (size_t i = 0; i < head.n; i++) {
        unsigned char c = (unsigned char)head.p[i];
        bool control = c && c < 32 && (c < 9 || c > 13) && c != 27;
        controls += control;
        seen |= control ? UINT32_C(1) << c : 0;
    }
    return __builtin_popcount(seen) >= MANY && controls > head.n / 50;
}

const tw_file_format *tw_file_format_of_bytes(tw_str head) {
    for (size_t i = 0; i < TW_COUNT(formats); i++)
        if (formats[i].magic.n && tw_str_starts(head, formats[i].magic) &&
            tw_file_format_is_binary(head))
            return &formats[i];
    return NULL;
}

enum tw_rc tw_file_format_refuse(const tw_file_format *format, tw_error *err) {
    return tw_fail(
        err, TW_EUNSUPPORTED,
        "%s: trowel does not read this format; convert it to CSV first, for example with `%s`",
        format->name, format->converter);
}
