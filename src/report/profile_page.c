/* The layout of a profile: an overview, findings by rank, an index of the columns and a card for
 * each, then what relates columns. Reads the document of `profile --json` (CLI.md) and nothing
 * else; a part the document has not is left out. */
#include "report/page.h"
#include "report/profile_parts.h"

#include <math.h>

enum { MOST_FINDINGS = 200, MOST_ROWS = 10, MOST_FIX_LINES_BYTES = 4000 };

static int64_t whole(const tw_doc *map, const char *key) {
    return tw_doc_as_int(tw_doc_get(map, key), 0);
}

static void profile_lead(tw_page *p, const tw_doc *doc, const char *title, const char *other,
                         tw_str *head, tw_str *lead) {
    (void)other;
    *head = tw_page_cut(p, tw_str_c(title ? title : "Profile"), 2 * TW_PAGE_NAME);
    *lead = tw_page_printf(p, "Profile of %.*s rows and %zu columns",
                           TW_ARG(tw_page_count(p, whole(doc, "rows"))),
                           tw_doc_count(tw_doc_get(doc, "columns")));
}

/* --- overview --- */

static tw_str types_detail(tw_page *p, const tw_doc *columns) {
    static const char *const types[] = {"text", "integer", "float",   "boolean",
                                        "date", "time",    "datetime"};
    tw_str detail = TW_STR("");
    for (size_t t = 0; t < TW_COUNT(types); t++) {
        size_t n = 0;
        for (size_t i = 0; i < tw_doc_count(columns); i++)
            n += strcmp(tw_doc_as_c(tw_doc_get(tw_doc_at(columns, i), "type"), ""), types[t]) == 0;
        if (n)
            detail = tw_page_printf(p, "%.*s%s%zu %s", TW_ARG(detail), detail.n ? ", " : "", n,
                                    types[t]);
    }
    return detail;
}

static int64_t sum_of(const tw_doc *columns, const char *key) {
    int64_t sum = 0;
    for (size_t i = 0; i < tw_doc_count(columns); i++)
        sum += whole(tw_doc_at(columns, i), key);
    return sum;
}

static tw_page_tile missing_tile(tw_page *p, const tw_doc *doc) {
    const tw_doc *columns = tw_doc_get(doc, "columns");
    int64_t missing = sum_of(columns, "missing"), unreadable = sum_of(columns, "unreadable");
    double cells = (double)whole(doc, "rows") * (double)tw_doc_count(columns);
    tw_page_tile tile = {.label = "Missing cells", .value = tw_page_count(p, missing)};
    tw_str share = tw_page_share(p, cells > 0 ? (double)missing / cells : 0);
    tile.detail = unreadable ? tw_page_printf(p, "%.*s of all; %.*s more unreadable", TW_ARG(share),
                                              TW_ARG(tw_page_count(p, unreadable)))
                             : tw_page_printf(p, "%.*s of all", TW_ARG(share));
    tile.tone = unreadable ? TW_TONE_STYLE : TW_TONE_PLAIN;
    return tile;
}

static size_t count_class(const tw_doc *findings, const char *word) {
    size_t n = 0;
    for (size_t i = 0; i < tw_doc_count(findings); i++)
        n += strcmp(tw_doc_as_c(tw_doc_get(tw_doc_at(findings, i), "class"), ""), word) == 0;
    return n;
}

static tw_page_tile findings_tile(tw_page *p, const tw_doc *findings) {
    size_t errors = count_class(findings, "error"), styles = count_class(findings, "style");
    size_t n = tw_doc_count(findings);
    tw_page_tile tile = {.label = "Findings", .value = tw_page_count(p, (int64_t)n)};
    tile.detail = n ? tw_page_printf(p, "%zu error%s, %zu of style, %zu unusual", errors,
                                     errors == 1 ? "" : "s", styles, n - errors - styles)
                    : TW_STR("nothing found");
    tile.tone = errors ? TW_TONE_ERROR : n ? TW_TONE_STYLE : TW_TONE_GOOD;
    return tile;
}

static tw_page_tile duplicates_tile(tw_page *p, const tw_doc *duplicates) {
    int64_t exact = whole(duplicates, "exact"), near = whole(duplicates, "near");
    return (tw_page_tile){
        .label = "Duplicate rows",
        .value = tw_page_count(p, exact),
        .detail = tw_page_printf(p, "and %.*s near ones", TW_ARG(tw_page_count(p, near))),
        .tone = exact ? TW_TONE_UNUSUAL : TW_TONE_GOOD};
}

/* A page is passed on more easily than the file it describes. */
static bool sensitive_tile(tw_page *p, const tw_doc *columns, tw_page_tile *tile) {
    int64_t n = 0;
    for (size_t i = 0; i < tw_doc_count(columns); i++)
        n += tw_doc_as_bool(tw_doc_get(tw_doc_at(columns, i), "sensitive"), false);
    *tile = (tw_page_tile){.label = "Sensitive columns",
                           .value = tw_page_count(p, n),
                           .detail = TW_STR("some of their values stand in this page"),
                           .tone = TW_TONE_ERROR};
    return n > 0;
}

static void put_overview(tw_page *p, const tw_doc *doc) {
    const tw_doc *columns = tw_doc_get(doc, "columns"), *findings = tw_doc_get(doc, "findings");
    tw_page_tile tiles[6];
    size_t n = 0;
    tiles[n++] = (tw_page_tile){.label = "Rows", .value = tw_page_count(p, whole(doc, "rows"))};
    tiles[n++] = (tw_page_tile){.label = "Columns",
                                .value = tw_page_count(p, (int64_t)tw_doc_count(columns)),
                                .detail = types_detail(p, columns)};
    tiles[n++] = missing_tile(p, doc);
    if (tw_doc_get(doc, "duplicates"))
        tiles[n++] = duplicates_tile(p, tw_doc_get(doc, "duplicates"));
    if (findings)
        tiles[n++] = findings_tile(p, findings);
    n += sensitive_tile(p, columns, &tiles[n]);
    p->ops->tiles(p, tiles, n);
    if (tw_doc_get(doc, "rows_read"))
        p->ops->note(p, tw_page_printf(p,
                                       "The figures of columns cover all rows. Findings across "
                                       "columns and what relates columns were looked for in a "
                                       "sample of %.*s rows.",
                                       TW_ARG(tw_page_count(p, whole(doc, "rows_read")))));
}

/* --- findings --- */

static enum tw_tone tone_of(const char *class) {
    static const struct {
        const char *class;
        enum tw_tone tone;
    } tones[] = {{"error", TW_TONE_ERROR}, {"style", TW_TONE_STYLE}, {"unusual", TW_TONE_UNUSUAL}};
    for (size_t i = 0; i < TW_COUNT(tones); i++)
        if (strcmp(class, tones[i].class) == 0)
            return tones[i].tone;
    return TW_TONE_PLAIN;
}

/* Rows as people count them, from 1; the document counts from 0. */
static tw_str rows_text(tw_page *p, const tw_doc *finding) {
    const tw_doc *rows = tw_doc_get(finding, "rows");
    size_t n = tw_doc_count(rows);
    tw_str text = TW_STR("");
    for (size_t i = 0; i < n && i < MOST_ROWS; i++)
        text = tw_page_printf(p, "%.*s%s%lld", TW_ARG(text),
                              i        ? ", "
                              : n == 1 ? " · row "
                                       : " · rows ",
                              (long long)tw_doc_as_int(tw_doc_at(rows, i), 0) + 1);
    if (n > MOST_ROWS)
        text = tw_page_printf(p, "%.*s and %zu more", TW_ARG(text), n - MOST_ROWS);
    return text;
}

static tw_str evidence_text(tw_page *p, const tw_doc *evidence) {
    tw_str text = TW_STR("");
    for (size_t i = 0; i < tw_doc_count(evidence); i++)
        text = tw_page_printf(p, "%.*s · %.*s %.*s", TW_ARG(text), TW_ARG(tw_doc_key(evidence, i)),
                              TW_ARG(tw_page_value(p, tw_doc_at(evidence, i))));
    return text;
}

static void put_finding(tw_page *p, const tw_doc *finding) {
    const char *class = tw_doc_as_c(tw_doc_get(finding, "class"), "");
    const char *verdict = tw_doc_as_c(tw_doc_get(finding, "verdict"), "open");
    bool open = strcmp(verdict, "open") == 0;
    double sure = tw_doc_as_number(tw_doc_get(finding, "confidence"), (double)NAN);
    tw_str fix = tw_doc_as_text(tw_doc_get(finding, "fix"), TW_STR(""));
    tw_str message = tw_doc_as_text(tw_doc_get(finding, "message"), TW_STR(""));
    tw_str meta = tw_page_printf(p, "%s%.*s · confidence %.*s%.*s",
                                 tw_doc_as_c(tw_doc_get(finding, "kind"), ""),
                                 TW_ARG(rows_text(p, finding)), TW_ARG(tw_page_share(p, sure)),
                                 TW_ARG(evidence_text(p, tw_doc_get(finding, "evidence"))));
    tw_page_item item = {.pill = {tw_str_c(class), tone_of(class)},
                         .text = tw_page_cut(p, message, 4 * TW_PAGE_TEXT),
                         .meta = meta,
                         .code = fix.n > MOST_FIX_LINES_BYTES ? TW_STR("") : fix,
                         .columns = tw_doc_get(finding, "columns")};
    if (!open)
        item.text = tw_page_printf(p, "%.*s (%s)", TW_ARG(item.text), verdict);
    p->ops->item(p, &item);
}

static void put_findings(tw_page *p, const tw_doc *doc) {
    const tw_doc *findings = tw_doc_get(doc, "findings");
    size_t n = tw_doc_count(findings);
    if (!n)
        p->ops->note(p, TW_STR("Nothing looked wrong."));
    for (size_t i = 0; i < n && i < MOST_FINDINGS; i++)
        put_finding(p, tw_doc_at(findings, i));
    if (n > MOST_FINDINGS)
        p->ops->note(p,
                     tw_page_printf(p, "%zu more findings rank below these.", n - MOST_FINDINGS));
}

/* --- sections --- */

static bool always(const tw_doc *doc) {
    (void)doc;
    return true;
}

static bool has_findings(const tw_doc *doc) {
    return tw_doc_get(doc, "findings") != NULL;
}

static bool has_columns(const tw_doc *doc) {
    return tw_doc_count(tw_doc_get(doc, "columns")) > 0;
}

static bool has_associations(const tw_doc *doc) {
    return tw_doc_count(tw_doc_get(doc, "associations")) > 0;
}

static bool has_dependencies(const tw_doc *doc) {
    return tw_doc_get(doc, "dependencies") != NULL;
}

static bool has_missingness(const tw_doc *doc) {
    return tw_doc_get(doc, "missingness") != NULL;
}

static const tw_report_part parts[] = {
    {"Overview", always, put_overview},
    {"Findings", has_findings, put_findings},
    {"Columns", has_columns, tw_report_column_index},
    {"Column by column", has_columns, tw_report_column_cards},
    {"Associations", has_associations, tw_report_associations},
    {"Dependencies", has_dependencies, tw_report_dependencies},
    {"Missing cells", has_missingness, tw_report_missingness},
    {"Left out", tw_page_has_left_out, tw_page_left_out},
};

const tw_report_layout tw_report_profile = {.view = "profile",
                                            .lead = profile_lead,
                                            .parts = parts,
                                            .n = TW_COUNT(parts),
                                            .has_card = always,
                                            .most_cards = TW_REPORT_CARDS};
