/* generate KIND MEGABYTES OUT [SEED]
 *
 * Writes a large CSV file, the same bytes for the same arguments, as fast as a disk takes it:
 *   mixed  20 columns: whole numbers, decimals, booleans, dates, times, text of low and high
 *          cardinality, quoted notes with commas, doubled quotes and a few line breaks; 3 % of the
 *          cells are missing ("", NA, N/A, null)
 *   tall   5 narrow columns, 1 % of the cells empty
 *   wide   600 columns, nearly all numbers, 2 % of the cells empty
 * A megabyte is 1 000 000 bytes; the file ends with the last whole row that fits. A kind is a table
 * of columns, a column a way to draw a cell with two parameters. */
#include "config.h"

#include "base/hash.h"
#include "base/number.h"
#include "base/str.h"

enum { BUFFER = 1 << 20, ROW_MAX = 64 << 10, DAYS = 3650, TOP_COLUMNS = 600 };

typedef struct draws { /* splitmix's walk with Murmur's mixer: quick, and good enough for shapes */
    uint64_t state, row;
    const char (*dates)[11];
} draws;

static uint64_t draw(draws *d) {
    return tw_mix64(d->state += UINT64_C(0x9E3779B97F4A7C15));
}

static uint64_t below(draws *d, uint64_t n) {
    return (draw(d) >> 32) * n >> 32;
}

/* 0 to n-1, small ones more often. */
static uint64_t skewed(draws *d, uint64_t n) {
    uint64_t a = below(d, n), b = below(d, n);
    return TW_MIN(a, b);
}

static char *put(char *p, const char *text) {
    size_t n = strlen(text);
    memcpy(p, text, n);
    return p + n;
}

static char *put_digits(char *p, uint64_t value, int digits) {
    for (int i = digits; i-- > 0; value /= 10)
        p[i] = (char)('0' + value % 10);
    return p + digits;
}

static char *put_whole(char *p, uint64_t value) {
    int digits = 1;
    for (uint64_t rest = value; rest >= 10; rest /= 10)
        digits++;
    return put_digits(p, value, digits);
}

typedef struct column column;
typedef char *(*cell_fn)(char *p, draws *d, const column *c);
struct column {
    const char *name;
    cell_fn cell;
    int64_t a, b; /* what they mean is the cell's business */
};

static const char *const countries[] = {
    "Germany",        "France",  "Spain",   "Italy",   "Poland",   "Norway",
    "Sweden",         "Finland", "Denmark", "Austria", "Greece",   "Ireland",
    "United Kingdom", "Malta",   "Estonia", "Latvia",  "Portugal", "Türkiye"};
static const char *const categories[] = {"garden", "kitchen", "office", "outdoor",
                                         "toys",   "books",   "audio",  "health"};
static const char *const statuses[] = {"new", "paid", "shipped", "returned"};
static const char *const syllables[] = {"ba", "ce", "di", "fo", "gu", "ha", "je", "ki",
                                        "lo", "mu", "na", "pe", "ri", "so", "tu", "va"};
static const char *const words[] = {"steel", "handle",  "with", "soft",  "grip",  "and",
                                    "spare", "blade",   "for",  "small", "rooms", "delivered",
                                    "flat",  "packed",  "in",   "green", "blue",  "grey",
                                    "large", "replace", "part", "fits",  "all",   "models"};

static char *serial(char *p, draws *d, const column *c) {
    return put_whole(p, (uint64_t)c->a + d->row);
}

/* From a to b. */
static char *whole(char *p, draws *d, const column *c) {
    int64_t value = c->a + (int64_t)skewed(d, (uint64_t)(c->b - c->a + 1));
    if (value < 0)
        *p++ = '-';
    return put_whole(p, (uint64_t)(value < 0 ? -value : value));
}

/* Below a, with b decimals; around zero where a is negative. */
static char *decimal(char *p, draws *d, const column *c) {
    uint64_t scale = 1;
    for (int64_t i = 0; i < c->b; i++)
        scale *= 10;
    uint64_t most = (uint64_t)(c->a < 0 ? -c->a : c->a) * scale, value = skewed(d, most);
    if (c->a < 0 && value && draw(d) & 1)
        *p++ = '-';
    p = put_whole(p, value / scale);
    *p++ = '.';
    return put_digits(p, value % scale, (int)c->b);
}

static char *boolean(char *p, draws *d, const column *c) {
    (void)c;
    return put(p, below(d, 100) < 60 ? "true" : "false");
}

static char *date(char *p, draws *d, const column *c) {
    (void)c;
    memcpy(p, d->dates[below(d, DAYS)], 10);
    return p + 10;
}

static char *moment(char *p, draws *d, const column *c) {
    p = date(p, d, c);
    const uint64_t limits[] = {24, 60, 60};
    for (size_t i = 0; i < TW_COUNT(limits); i++) {
        *p++ = i ? ':' : ' ';
        p = put_digits(p, below(d, limits[i]), 2);
    }
    return p;
}

static char *country(char *p, draws *d, const column *c) {
    (void)c;
    return put(p, countries[skewed(d, TW_COUNT(countries))]);
}

static char *category(char *p, draws *d, const column *c) {
    (void)c;
    return put(p, categories[skewed(d, TW_COUNT(categories))]);
}

static char *status(char *p, draws *d, const column *c) {
    (void)c;
    return put(p, statuses[skewed(d, TW_COUNT(statuses))]);
}

static char *put_name(char *p, uint64_t bits, int parts, bool capital) {
    char *start = p;
    for (int i = 0; i < parts; i++, bits >>= 4)
        p = put(p, syllables[bits & 15]);
    if (capital)
        *start = (char)(*start - 'a' + 'A');
    return p;
}

/* One of about 2^a names. */
static char *city(char *p, draws *d, const column *c) {
    uint64_t which = skewed(d, (uint64_t)1 << c->a);
    return put_name(p, tw_mix64(which), 2 + (int)(which & 1), true);
}

static char *person(char *p, draws *d, const column *c) {
    (void)c;
    uint64_t bits = draw(d);
    p = put_name(p, bits, 2 + (int)(bits >> 60 & 1), true);
    *p++ = ' ';
    return put_name(p, bits >> 20, 2 + (int)(bits >> 61 & 1), true);
}

static char *email(char *p, draws *d, const column *c) {
    (void)c;
    uint64_t bits = draw(d);
    p = put_name(p, bits, 2, false);
    *p++ = '.';
    p = put_name(p, bits >> 20, 2, false);
    p = put_digits(p, (bits >> 40) % 1000, 3);
    return put(p, "@example.org");
}

static char *put_words(char *p, draws *d, uint64_t n) {
    for (uint64_t i = 0; i < n; i++) {
        if (i)
            *p++ = ' ';
        p = put(p, words[below(d, TW_COUNT(words))]);
    }
    return p;
}

/* A comma in all, a doubled quote in one of five, a line break in one of fifty. */
static char *note(char *p, draws *d, const column *c) {
    (void)c;
    uint64_t kind = below(d, 100);
    *p++ = '"';
    p = put_words(p, d, 2 + below(d, 6));
    p = put(p, kind < 2 ? ",\n" : kind < 22 ? ", \"\"" : ", ");
    p = put_words(p, d, 1 + below(d, 4));
    return put(p, kind >= 2 && kind < 22 ? "\"\" cm\"" : "\"");
}

static char *code(char *p, draws *d, const column *c) {
    uint64_t bits = draw(d);
    for (int64_t i = 0; i < c->a; i++, bits >>= 4)
        *p++ = "0123456789abcdef"[bits & 15];
    return p;
}

static const column mixed[] = {
    {"id", serial, 10000000, 0},
    {"customer", whole, 1000, 399999},
    {"quantity", whole, 1, 9},
    {"stock", whole, -90, 9000},
    {"price", decimal, 500, 2},
    {"weight", decimal, 20, 4},
    {"ratio", decimal, 1, 6},
    {"score", decimal, -4, 3},
    {"temperature", decimal, -40, 2},
    {"active", boolean, 0, 0},
    {"ordered", date, 0, 0},
    {"created", moment, 0, 0},
    {"country", country, 0, 0},
    {"category", category, 0, 0},
    {"status", status, 0, 0},
    {"city", city, 9, 0},
    {"name", person, 0, 0},
    {"email", email, 0, 0},
    {"note", note, 0, 0},
    {"code", code, 12, 0},
};
static const column tall[] = {
    {"day", date, 0, 0},        {"sensor", whole, 1, 500}, {"reading", decimal, 100, 3},
    {"count", whole, 100, 900}, {"drift", decimal, -9, 2},
};
static const char *const no_value[] = {"", "", "", "", "", "", "NA", "NA", "NA", "N/A", "null"};

typedef struct kind {
    const char *name;
    const column *columns;
    size_t n;
    uint64_t missing; /* in a thousand cells, but for the first column's */
    size_t tokens;    /* of no_value that it uses */
} kind;

/* Room for the names that a kind of many columns makes. */
typedef struct wide_columns {
    column at[TOP_COLUMNS];
    char names[TOP_COLUMNS][12];
} wide_columns;

static void make_wide(wide_columns *w) {
    static const column forms[] = {{"real", decimal, -900, 2}, {"share", decimal, 1, 6},
                                   {"whole", whole, 10, 5000}, {"date", date, 0, 0},
                                   {"class", category, 0, 0},  {"text", city, 12, 0}};
    for (size_t i = 0; i < TOP_COLUMNS; i++) {
        size_t form = i % 20 ? i % 3 : i % 60 == 0 ? 3 : i % 60 == 20 ? 4 : 5;
        w->at[i] = i ? forms[form] : (column){"id", serial, 10000000, 0};
        snprintf(w->names[i], sizeof w->names[i], i ? "%s%zu" : "%s", w->at[i].name, i);
        w->at[i].name = w->names[i];
    }
}

static char *put_header(char *p, const kind *k) {
    for (size_t c = 0; c < k->n; c++) {
        p = put(p, k->columns[c].name);
        *p++ = c + 1 < k->n ? ',' : '\n';
    }
    return p;
}

static char *put_row(char *p, draws *d, const kind *k) {
    for (size_t c = 0; c < k->n; c++) {
        if (c && below(d, 1000) < k->missing)
            p = put(p, no_value[below(d, k->tokens)]);
        else
            p = k->columns[c].cell(p, d, &k->columns[c]);
        *p++ = c + 1 < k->n ? ',' : '\n';
    }
    d->row++;
    return p;
}

/* Rows until the next one would not fit. */
static bool write_rows(FILE *out, draws *d, const kind *k, uint64_t left) {
    char *buffer = malloc(BUFFER + ROW_MAX), *p = buffer;
    if (!buffer)
        return false;
    p = put_header(p, k);
    bool good = true;
    for (char *row = p; good; row = p) {
        p = put_row(p, d, k);
        bool full = (uint64_t)(p - buffer) > left;
        if (!full && p - buffer < BUFFER)
            continue;
        size_t n = (size_t)((full ? row : p) - buffer);
        good = fwrite(buffer, 1, n, out) == n;
        left -= n;
        p = buffer;
        if (full)
            break;
    }
    free(buffer);
    return good;
}

static void make_dates(char dates[DAYS][11]) {
    static const uint8_t lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    uint64_t year = 2015, month = 0, day = 1;
    for (size_t i = 0; i < DAYS; i++) {
        char *p = put_digits(dates[i], year, 4);
        *p++ = '-';
        p = put_digits(p, month + 1, 2);
        *p++ = '-';
        put_digits(p, day, 2)[0] = '\0';
        if (++day <= lengths[month])
            continue;
        day = 1;
        month = (month + 1) % 12;
        year += month == 0;
    }
}

static int usage(void) {
    fputs("usage: generate mixed|tall|wide MEGABYTES OUT [SEED]\n", stderr);
    return 2;
}

static int generate(const kind *k, uint64_t bytes, const char *path, uint64_t seed) {
    static const char cannot[] = "generate: cannot write %s\n";
    char(*dates)[11] = tw_calloc(DAYS, sizeof *dates);
    FILE *out = dates ? fopen(path, "wb") : NULL;
    bool good = out != NULL;
    if (good) {
        make_dates(dates);
        draws d = {.state = tw_mix64(seed), .dates = (const char(*)[11])dates};
        good = write_rows(out, &d, k, bytes);
        good = fclose(out) == 0 && good;
    }
    free(dates);
    if (!good)
        fprintf(stderr, cannot, path);
    return good ? 0 : 1;
}

int main(int argc, char **argv) {
    wide_columns wide;
    make_wide(&wide);
    const kind kinds[] = {
        {"mixed", mixed, TW_COUNT(mixed), 30, TW_COUNT(no_value)},
        {"tall", tall, TW_COUNT(tall), 10, 1},
        {"wide", wide.at, TOP_COLUMNS, 20, 1},
    };
    int64_t megabytes = 0, seed = 1;
    if (argc < 4 || argc > 5 || !tw_parse_i64(tw_str_c(argv[2]), &megabytes) || megabytes < 1 ||
        megabytes > 1000000 || (argc == 5 && !tw_parse_i64(tw_str_c(argv[4]), &seed)))
        return usage();
    for (size_t i = 0; i < TW_COUNT(kinds); i++)
        if (strcmp(argv[1], kinds[i].name) == 0)
            return generate(&kinds[i], (uint64_t)megabytes * 1000000, argv[3], (uint64_t)seed);
    return usage();
}
