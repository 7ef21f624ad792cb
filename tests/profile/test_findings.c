/* Findings: each detector finds what was planted, says so, suggests and fixes it, and leaves sound
 * tables alone. */
#include "profile/finding.h"

#include "base/hash.h"
#include "base/json.h"
#include "made_table.h"
#include "profile/detector.h"

static tw_findings *findings_of(const tw_table *table) {
    tw_findings *list = NULL;
    tw_error err = TW_ERROR_INIT;
    succeeds(tw_findings_of(table, NULL, NULL, &list, &err), &err, "looked for findings");
    return list;
}

static tw_findings *findings_in(const tw_buf *text) {
    tw_table *table = made_table(tw_buf_view(text));
    tw_findings *list = findings_of(table);
    tw_table_unref(table);
    return list;
}

static const tw_finding *of_kind(const tw_findings *list, const char *kind) {
    for (size_t i = 0; i < tw_findings_count(list); i++)
        if (strcmp(tw_findings_at(list, i)->kind, kind) == 0)
            return tw_findings_at(list, i);
    return NULL;
}

static bool has_cell(const tw_finding *f, int64_t row, const char *suggestion) {
    for (size_t i = 0; f && i < f->n_cells; i++)
        if (f->cells[i].row == row)
            return suggestion
                       ? f->cells[i].suggestion.p && tw_str_eq_c(f->cells[i].suggestion, suggestion)
                       : f->cells[i].suggestion.p == NULL;
    return false;
}

/* 60 zip codes with their cities, eight rows each, one city wrong. */
static void test_dependency(void) {
    tw_buf text;
    tw_buf_init(&text, 1 << 20);
    tw_buf_c(&text, "zip:text,city:text\n");
    for (int i = 0; i < 480; i++)
        tw_buf_printf(&text, "Z%d,%s%d\n", i % 60, i == 100 ? "wrong" : "town", i % 60 / 2);
    tw_findings *list = findings_in(&text);
    const tw_finding *f = of_kind(list, "dependency");
    ok(f != NULL && f->n_cells == 1 && has_cell(f, 100, "town20"),
       "the contradicting cell and what it should be");
    ok(f && strstr(f->message,
                   "city 'wrong20' in row 101: 7 of 7 other rows with zip Z40 say 'town20'"),
       "in words: %s", f ? f->message : "");
    ok(f && f->fix_method && strcmp(f->fix_method, "map_values") == 0, "a step mends it");
    tw_doc *doc = tw_finding_doc(f);
    is_text(tw_doc_as_text(tw_doc_get(doc, "class"), TW_STR("")), "error", "class in the document");
    is_text(tw_doc_as_text(tw_doc_at(tw_doc_get(doc, "columns"), 0), TW_STR("")), "city",
            "column by name");
    is_int(tw_doc_as_int(tw_doc_at(tw_doc_get(doc, "rows"), 0), -1), 100, "row from 0");
    tw_doc_free(doc);
    tw_findings_free(list);
    tw_buf_fini(&text);
}

/* A part of the table that follows a rule of its own is no error. */
static void test_sound_table(void) {
    tw_buf text;
    tw_buf_init(&text, 1 << 20);
    tw_buf_c(&text, "shop:text,price:float,amount:integer,kind:text\n");
    for (int i = 0; i < 400; i++)
        tw_buf_printf(&text, "shop %d,%d.%02d,%d,%s\n", i * 7 % 40, i % 90, i * 37 % 100, i % 9,
                      i % 3 ? "sale" : "return");
    tw_findings *list = findings_in(&text);
    size_t faults = 0;
    for (size_t i = 0; i < tw_findings_count(list); i++)
        faults += tw_findings_at(list, i)->class != TW_FINDING_UNUSUAL;
    is_int(faults, 0, "a sound table: nothing is called an error");
    tw_findings_free(list);
    tw_buf_fini(&text);
}

static void test_typos(void) {
    tw_buf text;
    tw_buf_init(&text, 1 << 20);
    tw_buf_c(&text, "id:integer,town:text,ward:text\n");
    for (int i = 0; i < 300; i++)
        tw_buf_printf(&text, "%d,%s,%s %d\n", i * 13 % 300,
                      i == 50 ? "birminghxm"
                      : i % 2 ? "birmingham"
                              : "coventry",
                      i == 60 ? "patiexts" : "patients", i * 31 % 97);
    tw_findings *list = findings_in(&text);
    ok(has_cell(of_kind(list, "near-duplicate-category"), 50, "birmingham"),
       "a rare spelling of a frequent value");
    ok(has_cell(of_kind(list, "near-duplicate-word"), 60, "patients 17"),
       "a rare spelling of a frequent word");
    tw_findings_free(list);
    tw_buf_fini(&text);
}

static void test_units(void) {
    static const char *const units[3] = {" kg", " KG", " kg."};
    tw_buf text;
    tw_buf_init(&text, 1 << 20);
    tw_buf_c(&text, "weight:text,share:text,house:text\n");
    for (int i = 0; i < 90; i++)
        tw_buf_printf(&text, "%d.0%s,0.0%d%s,%d%s\n", 50 + i % 17, units[i % 3], 10 + i % 40,
                      i % 9 ? "" : "%", 1 + i % 2, i % 2 ? "Story" : "Fin");
    tw_findings *list = findings_in(&text);
    const tw_finding *weight = NULL, *share = NULL, *house = NULL;
    for (size_t i = 0; i < tw_findings_count(list); i++) {
        const tw_finding *f = tw_findings_at(list, i);
        bool unit = strcmp(f->kind, "unit") == 0;
        weight = unit && f->columns[0] == 0 ? f : weight;
        share = unit && f->columns[0] == 1 ? f : share;
        house = unit && f->columns[0] == 2 ? f : house;
    }
    ok(weight && weight->n_cells == 90 && has_cell(weight, 4, "54"),
       "units in three spellings are to go");
    ok(share && share->n_cells == 10 && has_cell(share, 9, "0.019"),
       "some with %%, most without: those follow");
    ok(!house, "names that begin with a digit are no quantities");
    tw_findings_free(list);
    tw_buf_fini(&text);
}

static void test_merged(void) {
    tw_buf text;
    tw_buf_init(&text, 1 << 20);
    tw_buf_c(&text, "city:text,state:text\n");
    for (int i = 0; i < 60; i++)
        tw_buf_printf(&text, i % 12 == 5 ? "Springfield IL,\n" : "%s\n",
                      i % 2 ? "Springfield,IL" : "Portland,OR");
    tw_findings *list = findings_in(&text);
    const tw_finding *f = of_kind(list, "merged-cells");
    ok(f && f->n_cells == 10, "five rows, two cells each");
    ok(has_cell(f, 5, "Springfield"), "one cell loses the piece");
    ok(f && tw_str_eq_c(f->cells[1].suggestion, "IL"), "the other receives it");
    tw_findings_free(list);
    tw_buf_fini(&text);
}

static void test_style_and_slips(void) {
    tw_buf text;
    tw_buf_init(&text, 1 << 20);
    tw_buf_c(&text, "age:integer,day:date,city:text,zip:text,note:text\n");
    for (int i = 0; i < 200; i++)
        tw_buf_printf(&text, "%s,%s,%s,%s,%s\n",
                      i == 3   ? "2O"
                      : i == 4 ? "1'234"
                               : "31",
                      i == 7 ? "2021-02-30" : "2021-03-01",
                      i == 9    ? "oslo"
                      : i == 10 ? " Oslo"
                                : "Oslo",
                      i == 11 ? "9x210"
                      : i % 2 ? "92100"
                              : "10115",
                      i == 12 ? "n/a"
                      : i % 3 ? "good"
                              : "poor");
    tw_findings *list = findings_in(&text);
    bool slip = false, style = false, date = false;
    for (size_t i = 0; i < tw_findings_count(list); i++) {
        const tw_finding *f = tw_findings_at(list, i);
        if (strcmp(f->kind, "unreadable") != 0)
            continue;
        slip = slip || (f->class == TW_FINDING_ERROR && has_cell(f, 3, "20"));
        style = style || (f->class == TW_FINDING_STYLE && has_cell(f, 4, "1234"));
        date = date || (has_cell(f, 7, NULL) && strstr(f->message, "no calendar has"));
    }
    ok(slip, "letters for digits: a slip");
    ok(style, "thousands marks: style");
    ok(date, "a day no calendar has");
    ok(has_cell(of_kind(list, "variant"), 9, "Oslo"), "case differs");
    ok(has_cell(of_kind(list, "blanks"), 10, "Oslo"), "blanks around");
    ok(has_cell(of_kind(list, "rare-shape"), 11, NULL), "a letter among digits");
    ok(has_cell(of_kind(list, "missing-word"), 12, ""), "a word for missing");
    tw_findings_free(list);
    tw_buf_fini(&text);
}

static void test_numbers(void) {
    tw_buf text;
    tw_buf_init(&text, 1 << 20);
    tw_buf_c(&text, "systolic:integer,temperature:float,score:integer,day:date,same:text\n");
    for (int i = 0; i < 300; i++)
        tw_buf_printf(&text, "%d,%.1f,%d,%s-03-01,x\n",
                      i % 40 == 3 ? 999 : 100 + (int)(tw_mix64((uint64_t)i) % 60),
                      i % 50 == 7 ? -127.0 : 15 + (double)(tw_mix64((uint64_t)i + 1000) % 100) / 10,
                      i == 20 ? 5000 : 40 + (int)(tw_mix64((uint64_t)i + 2000) % 30),
                      i == 8  ? "2121"
                      : i % 2 ? "2020"
                              : "2021");
    tw_findings *list = findings_in(&text);
    const tw_finding *systolic = NULL, *temperature = NULL, *far = of_kind(list, "far-value");
    for (size_t i = 0; i < tw_findings_count(list); i++) {
        const tw_finding *f = tw_findings_at(list, i);
        bool sentinel = strcmp(f->kind, "sentinel") == 0;
        systolic = sentinel && f->columns[0] == 0 ? f : systolic;
        temperature = sentinel && f->columns[0] == 1 ? f : temperature;
    }
    ok(systolic && systolic->class == TW_FINDING_ERROR && systolic->n_cells == 8 &&
           has_cell(systolic, 3, ""),
       "a number people use for missing");
    ok(systolic && strcmp(systolic->fix_method, "to_missing") == 0, "is made missing");
    ok(temperature && temperature->n_cells == 6, "a lowest value that repeats far from all others");
    ok(far && far->class == TW_FINDING_UNUSUAL && has_cell(far, 20, NULL),
       "a far value is unusual, never an error");
    ok(has_cell(of_kind(list, "impossible-date"), 8, NULL), "a date a century off");
    const tw_finding *constant = of_kind(list, "constant");
    ok(constant && constant->n_cells == 0 && constant->count == 300,
       "a constant column is a finding without cells");
    tw_findings_free(list);
    tw_buf_fini(&text);
}

static void test_damage_and_rows(void) {
    tw_buf text;
    tw_buf_init(&text, 1 << 20);
    tw_buf_c(&text, "name:text,town:text,size:text\n");
    for (int i = 0; i < 60; i++)
        tw_buf_printf(&text, "%s %d,%s,%d\n",
                      i == 4   ? "M\xc3\x83\xc2\xbcller"
                      : i == 5 ? "Ba\xe2\x80\x8b"
                                 "ch"
                               : "Gauss",
                      i,
                      i == 6   ? "L\xef\xbf\xbdtz"
                      : i == 7 ? "M\xd0\xbesby"
                               : "Lund",
                      i % 17);
    tw_buf_c(&text, "name,Town,size\nGauss 30,Lund,13\n");
    tw_findings *list = findings_in(&text);
    bool twice = false, hidden = false, lost = false, scripts = false;
    for (size_t i = 0; i < tw_findings_count(list); i++) {
        const tw_finding *f = tw_findings_at(list, i);
        bool damaged = strcmp(f->kind, "damaged-text") == 0;
        twice = twice || (damaged && has_cell(f, 4, "M\xc3\xbcller 4"));
        hidden = hidden || (damaged && has_cell(f, 5, "Bach 5"));
        lost = lost || (damaged && has_cell(f, 6, NULL));
        scripts = scripts || (damaged && has_cell(f, 7, NULL));
    }
    ok(twice, "UTF-8 encoded twice is decoded once");
    ok(hidden, "an invisible character is taken out");
    ok(lost, "what was lost is said");
    ok(scripts, "a Cyrillic letter in a Latin word");
    const tw_finding *header = of_kind(list, "repeated-header"),
                     *again = of_kind(list, "duplicate-rows");
    ok(header && header->n_cells == 3 && header->cells[0].row == 60 && header->n_columns == 0,
       "the header among the data");
    ok(again && again->class == TW_FINDING_UNUSUAL && again->cells[0].row == 61 &&
           strstr(again->message, "row 62 is row 31"),
       "a row that stands twice");
    tw_findings_free(list);
    tw_buf_fini(&text);
}

static void test_ids_and_rank(void) {
    tw_buf text;
    tw_buf_init(&text, 1 << 20);
    tw_buf_c(&text, "town:text,zip:text,id:integer\n");
    for (int i = 0; i < 100; i++)
        tw_buf_printf(&text, "%s,%s,%d\n", i < 30 ? " Lund" : "Lund",
                      i == 5  ? "x2100"
                      : i % 2 ? "22100"
                              : "22200",
                      i * 7 % 100);
    tw_findings *list = findings_in(&text);
    ok(tw_findings_count(list) == 2, "two findings");
    ok(tw_findings_count(list) == 2 && strcmp(tw_findings_at(list, 0)->id, "blanks:town:1") == 0,
       "thirty cells of style outrank one of another shape");
    tw_findings_free(list);
    tw_buf_fini(&text);
    tw_buf_init(&text, 64);
    tw_buf_c(&text, "a:text\n");
    list = findings_in(&text);
    is_int(tw_findings_count(list), 0, "a table without rows has none");
    tw_findings_free(list);
    tw_buf_fini(&text);
}

int main(void) {
    test_dependency();
    test_sound_table();
    test_typos();
    test_units();
    test_merged();
    test_style_and_slips();
    test_numbers();
    test_damage_and_rows();
    test_ids_and_rank();
    return tap_done();
}
