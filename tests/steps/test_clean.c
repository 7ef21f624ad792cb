/* Cleaning steps on small tables: what changes, what is counted, what is marked, what stays shared. */
#include "recipe/recipe.h"

#include "base/json.h"

#include "../expr/table.h"
#include "../tap.h"

static tw_table *shop(void) {
    static const char *const city[] = {" Oslo ", "oslo", "BERGEN", "", "Bergen\u00a0", "Bod\u00f8"};
    static const char *const amount[] = {"12", "-5", " 7", "999", "n/a", "40"};
    static const char *const price[] = {"1.25", "2.35", "-0.5", "", "1e3", "10"};
    static const char *const day[] = {"2024-01-31", "2023-05-01", "", "31.12.2023", "2020-02-29", "2024-01-01"};
    static const test_column columns[] = {
        {"city", TW_TEXT, city}, {"amount", TW_INTEGER, amount}, {"price", TW_FLOAT, price}, {"day", TW_DATE, day}};
    return test_table(columns, TW_COUNT(columns), 6);
}

/* "a|b|~|?x?" of a column: missing ~, unreadable in question marks. */
static void print_column(const tw_table *table, const char *name, tw_buf *out) {
    int column = tw_table_find(table, tw_str_c(name));
    tw_buf_clear(out);
    if (column < 0 || tw_table_need(table, &column, 1, NULL, NULL) != TW_OK)
        return;
    for (int64_t i = 0; i < tw_table_rows(table); i++) {
        tw_cell cell = tw_column_cell(tw_table_column(table, (size_t)column), i);
        if (i)
            tw_buf_char(out, '|');
        if (cell.state == TW_MISSING)
            tw_buf_char(out, '~');
        if (cell.state == TW_UNREADABLE)
            tw_buf_char(out, '?');
        tw_cell_write(&cell, &tw_table_field(table, (size_t)column)->format, out);
        if (cell.state == TW_UNREADABLE)
            tw_buf_char(out, '?');
    }
}

typedef struct outcome {
    enum tw_rc rc;
    tw_step_result result;
    tw_error err;
    char warnings[512];
} outcome;

static void hear(void *self, enum tw_level level, const char *message) {
    outcome *o = self;
    size_t n = strlen(o->warnings);
    if (level == TW_WARNING)
        snprintf(o->warnings + n, sizeof o->warnings - n, "%s\n", message);
}

/* Run one step with arguments as JSON. */
static void run(const tw_table *in, const char *method, const char *json, outcome *o) {
    const tw_step_row *row = NULL;
    tw_doc *args = NULL;
    *o = (outcome){.err = TW_ERROR_INIT};
    const tw_log log = {hear, o};
    const tw_run_options options = {.log = &log};
    o->rc = tw_step_find(tw_str_c(method), &row, &o->err);
    if (o->rc == TW_OK)
        o->rc = tw_json_read(tw_str_c(json), &args, &o->err);
    if (o->rc == TW_OK)
        o->rc = tw_step_run(row, args, tw_str_c(method), 7, &options, in, &o->result, NULL, &o->err);
    tw_doc_free(args);
}

static void done(outcome *o) {
    tw_table_unref(o->result.table);
    tw_doc_free(o->result.summary);
}

/* The step makes this of the column and counts so many changed cells. */
static void makes(const char *method, const char *json, const char *column, const char *want, int64_t changed) {
    tw_table *in = shop();
    outcome o;
    tw_buf text;
    tw_buf_init(&text, 1 << 16);
    run(in, method, json, &o);
    if (o.rc == TW_OK)
        print_column(o.result.table, column, &text);
    char label[256];
    snprintf(label, sizeof label, "%s %s", method, json);
    if (!is_text(tw_buf_view(&text), want, label))
        printf("# rc %d %s\n", (int)o.rc, o.err.message);
    is_int(o.result.cells_changed, changed, "cells changed");
    tw_buf_fini(&text);
    done(&o);
    tw_table_unref(in);
}

static void refuses(const char *method, const char *json, enum tw_rc rc, const char *says) {
    tw_table *in = shop();
    outcome o;
    run(in, method, json, &o);
    if (!ok(o.rc == rc && tw_str_find(tw_str_c(o.err.message), tw_str_c(says), 0) != SIZE_MAX, "%s %s is refused", method, json))
        printf("# rc %d %s\n", (int)o.rc, o.err.message);
    done(&o);
    tw_table_unref(in);
}

static void texts(void) {
    makes("trim", "{\"cols\":\"city\"}", "city", "Oslo|oslo|BERGEN|~|Bergen|Bod\u00f8", 2);
    makes("trim", "{}", "amount", "12|-5|7|999|?n/a?|40", 3);
    makes("case", "{\"cols\":\"city\",\"to\":\"upper\"}", "city", " OSLO |OSLO|BERGEN|~|BERGEN\u00a0|BOD\u00d8", 4);
    makes("squish", "{\"cols\":\"city\"}", "city", "Oslo|oslo|BERGEN|~|Bergen|Bod\u00f8", 2);
    makes("replace", "{\"cols\":\"city\",\"what\":\"o\",\"with\":\"0\"}", "city", " Osl0 |0sl0|BERGEN|~|Bergen\u00a0|B0d\u00f8", 3);
    makes("replace", "{\"cols\":\"city\",\"what\":\"(?i)(b)er\",\"with\":\"$1-\",\"regex\":true}", "city",
          " Oslo |oslo|B-GEN|~|B-gen\u00a0|Bod\u00f8", 2);
    makes("case", "{\"cols\":\"city\",\"to\":\"lower\",\"when\":\"amount > 0\"}", "city", " oslo |oslo|BERGEN|~|Bergen\u00a0|bod\u00f8", 2);
}

static void values(void) {
    makes("map_values", "{\"cols\":\"city\",\"map\":{\"oslo\":\"Oslo\",\"BERGEN\":\"Bergen\",\"\":\"unknown\"}}", "city",
          " Oslo |Oslo|Bergen|unknown|Bergen\u00a0|Bod\u00f8", 3);
    makes("map_values", "{\"cols\":\"amount\",\"map\":{\" 7\":7,\"999\":\"\",\"n/a\":\"\"}}", "amount", "12|-5|7|~|~|40", 3);
    makes("map_values", "{\"cols\":\"city\",\"map\":{\"oslo\":\"BERGEN\",\"BERGEN\":\"oslo\"}}", "city",
          " Oslo |BERGEN|oslo|~|Bergen\u00a0|Bod\u00f8", 2);
    refuses("map_values", "{\"cols\":\"amount\",\"map\":{\"999\":\"many\"}}", TW_EUSAGE, "set_type");
    refuses("map_values", "{\"cols\":\"amount\"}", TW_EUSAGE, "map");
    makes("to_missing", "{\"cols\":\"amount\",\"values\":[\"999\",\"n/a\"]}", "amount", "12|-5|? 7?|~|~|40", 2);
    makes("to_missing", "{\"cols\":\"price\",\"values\":[1000]}", "price", "1.25|2.35|-0.5|~|~|10", 1);
    makes("to_missing", "{\"values\":[\"40\",\"BERGEN\"]}", "amount", "12|-5|? 7?|999|?n/a?|~", 2);
}

static void edits(void) {
    makes("edit", "{\"row\":3,\"col\":\"amount\",\"was\":\" 7\",\"to\":\"7\"}", "amount", "12|-5|7|999|?n/a?|40", 1);
    makes("edit", "{\"row\":3,\"col\":\"amount\",\"was\":\"8\",\"to\":\"7\"}", "amount", "12|-5|? 7?|999|?n/a?|40", 0);
    makes("edit", "{\"row\":4,\"col\":\"city\",\"was\":\"\",\"to\":\"Moss\"}", "city", " Oslo |oslo|BERGEN|Moss|Bergen\u00a0|Bod\u00f8", 1);
    makes("edit", "{\"row\":1,\"col\":\"amount\",\"to\":\"twelve\"}", "amount", "?twelve?|-5|? 7?|999|?n/a?|40", 1);
    makes("edit", "{\"row\":1,\"col\":\"amount\",\"to\":\"\"}", "amount", "~|-5|? 7?|999|?n/a?|40", 1);
    makes("edit", "{\"row\":99,\"col\":\"amount\",\"to\":\"1\"}", "amount", "12|-5|? 7?|999|?n/a?|40", 0);
    refuses("edit", "{\"row\":1,\"col\":\"amuont\",\"to\":\"1\"}", TW_EUNKNOWN_COLUMN, "amount");
    tw_table *in = shop();
    outcome o;
    run(in, "edit", "{\"row\":3,\"col\":\"amount\",\"was\":\"8\",\"to\":\"7\"}", &o);
    ok(strstr(o.warnings, "left out, there stands ' 7'") != NULL, "what stands there is said");
    is_int(tw_doc_as_int(tw_doc_get(o.result.summary, "skipped"), 0), 1, "and counted");
    done(&o);
    tw_table_unref(in);
}

static void rows(void) {
    makes("filter", "{\"expr\":\"amount > 0\"}", "amount", "12|999|40", 0);
    makes("arrange", "{\"keys\":\"-amount\"}", "amount", "999|40|12|-5|? 7?|?n/a?", 0);
    makes("arrange", "{\"keys\":[\"city\"]}", "city", " Oslo |BERGEN|Bergen\u00a0|Bod\u00f8|oslo|~", 0);
    makes("drop_rows", "{\"rows\":\"2,4-5\"}", "amount", "12|? 7?|40", 0);
    makes("drop_rows", "{\"rows\":\"5,1-2,2-3\"}", "amount", "999|40", 0);
    makes("drop_rows", "{\"rows\":\"-1,99\"}", "amount", "12|-5|? 7?|999|?n/a?|40", 0);
    refuses("drop_rows", "{\"rows\":\"2,x\"}", TW_EUSAGE, "numbers and ranges");
    refuses("drop_rows", "{\"rows\":\"5-2\"}", TW_EUSAGE, "numbers and ranges");
    refuses("filter", "{\"expr\":\"amount\"}", TW_EPARSE, "true or false");
    refuses("arrange", "{\"keys\":\"-amuont\"}", TW_EUNKNOWN_COLUMN, "amount");
    tw_table *in = shop();
    outcome o, edit;
    run(in, "arrange", "{\"keys\":\"-amount\"}", &o);
    run(o.result.table, "edit", "{\"row\":6,\"col\":\"amount\",\"was\":\"40\",\"to\":\"41\"}", &edit);
    tw_buf text;
    tw_buf_init(&text, 1 << 10);
    print_column(edit.result.table, "amount", &text);
    is_text(tw_buf_view(&text), "999|41|12|-5|? 7?|?n/a?", "an edit finds its row after sorting");
    tw_buf_fini(&text);
    done(&edit);
    done(&o);
    tw_table_unref(in);
}

static void numbers(void) {
    makes("clip", "{\"cols\":\"amount\",\"lower\":0,\"upper\":100}", "amount", "12|0|? 7?|100|?n/a?|40", 2);
    makes("clip", "{\"cols\":\"price\",\"upper\":\"75%\"}", "price", "1.25|2.35|-0.5|~|10|10", 1);
    makes("clip", "{\"cols\":\"day\",\"lower\":\"2023-01-01\"}", "day", "2024-01-31|2023-05-01|~|?31.12.2023?|2023-01-01|2024-01-01", 1);
    refuses("clip", "{\"cols\":\"amount\"}", TW_EUSAGE, "neither");
    refuses("clip", "{\"cols\":\"amount\",\"lower\":5,\"upper\":1}", TW_EUSAGE, "exchange");
    makes("round", "{\"cols\":\"price\",\"digits\":1}", "price", "1.2|2.4|-0.5|~|1000|10", 2);
    makes("round", "{\"cols\":\"amount\",\"digits\":-1}", "amount", "10|0|? 7?|1000|?n/a?|40", 3);
    refuses("round", "{\"cols\":\"city\"}", TW_EDATA, "text");
    /* numpy 1.26: a = [12, -5, 999, 40]; a - a.mean(), and in scaled() a / a.std(ddof=1) */
    makes("center", "{\"cols\":\"amount\"}", "amount", "-249.5|-266.5|? 7?|737.5|?n/a?|-221.5", 4);
    makes("mutate", "{\"set\":{\"amount\":\"amount + 0\"}}", "amount", "12|-5|~|999|~|40", 2);
}

static void scaled(void) {
    static const double want[] = {0.024389421074954187, -0.010162258781230912, 2.030419304489936, 0.0812980702498473};
    tw_table *in = shop();
    outcome o;
    run(in, "scale", "{\"cols\":\"amount\"}", &o);
    if (!ok(o.rc == TW_OK, "scale"))
        return;
    succeeds(tw_table_need(o.result.table, NULL, 0, NULL, &o.err), &o.err, "loaded");
    const tw_column *column = tw_table_column(o.result.table, 1);
    is_near(tw_column_number(column, 0), want[0], 1e-14, "12 / sd");
    is_near(tw_column_number(column, 1), want[1], 1e-14, "-5 / sd");
    is_near(tw_column_number(column, 3), want[2], 1e-14, "999 / sd");
    is_near(tw_column_number(column, 5), want[3], 1e-14, "40 / sd");
    is_int(tw_table_field(o.result.table, 1)->type, TW_FLOAT, "an integer column becomes float");
    done(&o);
    tw_table_unref(in);
}

static void computed(void) {
    makes("mutate", "{\"double\":\"amount * 2\",\"half\":\"price / 2\"}", "double", "24|-10|~|1998|~|80", 12);
    makes("mutate", "{\"price\":\"if(price > 2, price * 2, price)\"}", "price", "1.25|4.7|-0.5|~|2000|20", 3);
    makes("mutate", "{\"set\":[\"a = amount + 1\",\"`b c` = upper(city)\"]}", "b c", " OSLO |OSLO|BERGEN|~|BERGEN\u00a0|BOD\u00d8", 12);
    refuses("mutate", "{\"x\":\"amuont + 1\"}", TW_EUNKNOWN_COLUMN, "amount");
    refuses("mutate", "{\"x\":\"amount + \"}", TW_EPARSE, "mutate: 'x'");
    refuses("mutate", "{}", TW_EUSAGE, "set");
    tw_table *in = shop();
    outcome o;
    run(in, "mutate", "{\"ratio\":\"price / (amount - 12)\"}", &o);
    ok(strstr(o.warnings, "'ratio': 1 cell became missing: division by zero") != NULL, "faults are said");
    is_int(tw_table_width(o.result.table), 5, "a new column goes behind");
    done(&o);
    tw_table_unref(in);
}

static void is_names(const char *method, const char *json, const char *want) {
    tw_table *in = shop();
    outcome o;
    tw_buf text;
    tw_buf_init(&text, 1024);
    run(in, method, json, &o);
    for (size_t i = 0; o.rc == TW_OK && i < tw_table_width(o.result.table); i++)
        tw_buf_printf(&text, "%s%s", i ? "," : "", tw_table_field(o.result.table, i)->name);
    char label[200];
    snprintf(label, sizeof label, "%s %s", method, json);
    if (!is_text(tw_buf_view(&text), want, label))
        printf("# %s\n", o.err.message);
    tw_buf_fini(&text);
    done(&o);
    tw_table_unref(in);
}

static void columns(void) {
    is_names("drop", "{\"cols\":\"price,city\"}", "amount,day");
    is_names("drop", "{\"cols\":\"!city\"}", "city");
    is_names("rename", "{\"cols\":\"price\",\"to\":\"cost\"}", "city,amount,cost,day");
    is_names("rename", "{\"cols\":[\"price\",\"amount\"],\"to\":[\"amount\",\"price\"]}", "city,price,amount,day");
    is_names("relocate", "{\"cols\":\"day\"}", "day,city,amount,price");
    is_names("relocate", "{\"cols\":\"day,city\",\"after\":\"amount\"}", "amount,day,city,price");
    is_names("relocate", "{\"cols\":\"city\",\"before\":\"day\"}", "amount,price,city,day");
    refuses("rename", "{\"cols\":\"price\",\"to\":\"city\"}", TW_EUSAGE, "already");
    refuses("rename", "{\"cols\":\"price\",\"to\":[\"a\",\"b\"]}", TW_EUSAGE, "as many");
    refuses("role", "{\"cols\":\"price\",\"role\":\"tarfet\"}", TW_EUSAGE, "target");
    tw_table *in = shop();
    outcome o;
    run(in, "role", "{\"cols\":\"city\",\"role\":\"quasi\"}", &o);
    is_int(o.rc == TW_OK ? tw_table_field(o.result.table, 0)->role : TW_AS_NONE, TW_AS_QUASI, "a role is set");
    ok(o.rc == TW_OK && tw_table_column(o.result.table, 0) == tw_table_column(in, 0), "the cells are shared");
    done(&o);
    tw_table_unref(in);
}

static void types(void) {
    makes("set_type", "{\"cols\":\"amount\",\"type\":\"text\"}", "amount", "12|-5| 7|999|n/a|40", 0);
    makes("set_type", "{\"cols\":\"day\",\"type\":\"date\",\"pattern\":\"%d.%m.%Y\"}", "day",
          "31.01.2024|01.05.2023|~|31.12.2023|29.02.2020|01.01.2024", 0);
    makes("set_type", "{\"cols\":\"price\",\"type\":\"integer\"}", "price", "?1.25?|?2.35?|?-0.5?|~|1000|10", 0);
    refuses("set_type", "{\"cols\":\"day\",\"type\":\"dat\"}", TW_EUSAGE, "date");
    tw_table *in = shop();
    outcome o;
    run(in, "set_type", "{\"cols\":\"price\",\"type\":\"integer\"}", &o);
    ok(strstr(o.warnings, "column 'price' cannot be read as integer") != NULL, "unreadable cells are said");
    done(&o);
    tw_table_unref(in);
}

/* Unchanged columns are the same objects, changed cells and no others carry the mark. */
static void sharing(void) {
    tw_table *in = shop();
    outcome o;
    run(in, "trim", "{}", &o);
    if (!ok(o.rc == TW_OK, "trim all"))
        return;
    ok(tw_table_column(o.result.table, 2) == tw_table_column(in, 2), "price is shared");
    ok(tw_table_column(o.result.table, 0) != tw_table_column(in, 0), "city is new");
    is_int(tw_table_mark(o.result.table, 0, 0), 7, "a changed cell has the step's mark");
    is_int(tw_table_mark(o.result.table, 0, 1), 0, "its neighbour has none");
    ok(!tw_table_has_marks(o.result.table, 2), "price has no marks");
    done(&o);
    run(in, "to_missing", "{\"cols\":\"city\",\"values\":[\"nowhere\"]}", &o);
    ok(o.rc == TW_OK && tw_table_column(o.result.table, 0) == tw_table_column(in, 0), "nothing found: the column is shared");
    done(&o);
    tw_table_unref(in);
}

/* Every row has what people and programs read from it; the table is in order within a family. */
static void rows_of_the_table(void) {
    size_t n;
    const tw_step_row *const *all = tw_steps(&n);
    bool whole = true, sorted = true;
    for (size_t i = 0; i < n; i++) {
        const tw_step_row *row = all[i];
        bool good = row->name && row->family && row->summary && row->method && row->example && row->apply && row->args_size;
        if (!good)
            printf("# %s lacks something\n", row->name);
        whole = whole && good;
        if (i && strcmp(all[i - 1]->family, row->family) == 0 && strcmp(all[i - 1]->name, row->name) >= 0) {
            printf("# %s before %s\n", all[i - 1]->name, row->name);
            sorted = false;
        }
    }
    ok(whole, "every row is whole");
    ok(sorted, "rows are in order");
    const tw_step_row *row = NULL;
    tw_error err = TW_ERROR_INIT;
    succeeds(tw_step_find_method("clean", TW_STR("set-type"), &row, &err), &err, "a method with a dash");
    is_int(tw_step_find(TW_STR("trimm"), &row, &err), TW_EUNKNOWN_NAME, "an unknown step");
    ok(strstr(err.message, "trim") != NULL, "the nearest one is named");
}

int main(void) {
    texts();
    values();
    edits();
    rows();
    numbers();
    scaled();
    computed();
    columns();
    types();
    sharing();
    rows_of_the_table();
    return tap_done();
}
