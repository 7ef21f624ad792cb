/* The repair table: each kind of damage, and records that must stay as they are. */
#include "../tap.h"

#include "io/repair.h"

/* A table to learn from: names, then a number, a date, a word and a text each. */
#define GOOD                                                                                       \
    "id,day,city,note\n1,2020-01-01,Rome,\"fine, dry\"\n2,2020-01-02,Oslo,\"cold, "                \
    "wet\"\n3,2020-01-03,Bern,ok\n"                                                                \
    "4,2020-01-04,Kiel,windy\n5,2020-01-05,Bonn,\"six \"\"inches\"\"\"\n6,2020-01-06,Graz,ok\n"

typedef struct mended {
    enum tw_repair_kind kind;
    size_t consumed;
    char cells[256]; /* joined by '|', "" where the record stands as it is */
} mended;

/* Repair the record that begins at `damage` behind the good records. */
static mended mend(const char *damage) {
    tw_buf text, cell;
    tw_arena arena;
    tw_sniffed sniffed;
    tw_error err = TW_ERROR_INIT;
    tw_repairer *repairer = NULL;
    tw_read_options options = TW_READ_DEFAULT;
    tw_dialect encoding = {.encoding = TW_UTF8};
    tw_csv_cells cells, out;
    mended m = {.kind = TW_REPAIR_KINDS};
    size_t next, used = 0;
    tw_arena_init(&arena);
    tw_buf_init(&text, TW_BUF_MAX);
    tw_buf_init(&cell, TW_BUF_MAX);
    tw_csv_cells_init(&cells);
    tw_csv_cells_init(&out);
    tw_buf_c(&text, GOOD);
    tw_buf_c(&text, damage);
    tw_sample sample = {.head = {text.p, sizeof GOOD - 1}, .total = sizeof GOOD - 1, .whole = true};
    if (tw_sniff(&sample, &options, &encoding, &arena, &sniffed, &err) != TW_OK ||
        tw_repairer_new(&sniffed, &sample, &repairer, &err) != TW_OK)
        TW_BUG(err.message);
    tw_csv_rules rules = tw_csv_rules_of(&sniffed.dialect);
    tw_str all = tw_buf_view(&text);
    if (tw_csv_scan(&rules, all, sizeof GOOD - 1, all.n, 1, &cells, &next, &err) != TW_OK ||
        tw_repair_record(repairer, tw_str_sub(all, cells.records[0].at, all.n), &cells, 0, &out,
                         &m.consumed, &m.kind, &err) != TW_OK)
        TW_BUG(err.message);
    for (size_t i = 0; i < out.n; i++) {
        tw_buf_clear(&cell);
        tw_str own = {damage + out.cells[i].at, out.cells[i].n};
        if (out.flags[i] & TW_CELL_DOUBLED)
            tw_csv_unescape(own, rules.quote, rules.escape, &cell);
        else
            tw_buf_str(&cell, own);
        used +=
            (size_t)snprintf(m.cells + used, sizeof m.cells - used, "%s%s", i ? "|" : "", cell.p);
    }
    tw_repairer_free(repairer);
    tw_csv_cells_fini(&cells);
    tw_csv_cells_fini(&out);
    tw_buf_fini(&text);
    tw_buf_fini(&cell);
    tw_arena_fini(&arena);
    return m;
}

static void test_kinds(void) {
    static const struct {
        const char *name, *damage;
        enum tw_repair_kind kind;
        size_t lines; /* consumed */
        const char *cells;
    } cases[] = {
        {"short", "7,2020-01-07\n8,2020-01-08,Linz,ok\n", TW_REPAIR_SHORT, 0, ""},
        {"surplus and empty", "7,2020-01-07,Linz,ok,,\n", TW_REPAIR_SURPLUS, 0, ""},
        {"surplus with text", "7,2020-01-07,Linz,ok,more,yet more\n", TW_REPAIR_EXTRA, 0, ""},
        {"an empty cell too many in the middle", "7,,2020-01-07,Linz,ok\n", TW_REPAIR_MERGED, 1,
         "7|2020-01-07|Linz|ok"},
        {"a line end in a bare cell", "7,2020-01-07,Li\nnz,ok\n8,2020-01-08,Linz,ok\n",
         TW_REPAIR_JOINED, 2, "7|2020-01-07|Li\nnz|ok"},
        {"two line ends", "7,2020-01-07,a\nb\nc,ok\n8,2020-01-08,Linz,ok\n", TW_REPAIR_JOINED, 3,
         "7|2020-01-07|a\nb\nc|ok"},
        {"blanks for commas", "7 2020-01-07 Linz ok\n", TW_REPAIR_SPLIT, 1, "7|2020-01-07|Linz|ok"},
        {"semicolons for commas", "7;2020-01-07;Linz;ok\n", TW_REPAIR_SPLIT, 1,
         "7|2020-01-07|Linz|ok"},
        {"a quote in front", "\"7,2020-01-07,Linz,\"dry, fine\"\n", TW_REPAIR_QUOTE, 1,
         "\"7|2020-01-07|Linz|dry, fine"},
        {"a quote in front of a quoted cell harms nothing", "7,2020-01-07,Linz,\"\"dry, fine\"\n",
         TW_REPAIR_NONE, 0, ""},
        {"quotes that are not doubled", "7,2020-01-07,Linz,\"a \"dry\" day, fine\"\n",
         TW_REPAIR_NONE, 0, ""},
        {"inches before the closing quote", "7,2020-01-07,\"Table, 48\"\",\"wide, long\"\n",
         TW_REPAIR_QUOTE, 1, "7|2020-01-07|Table, 48\"|wide, long"},
        {"a quote at the end swallows no lines", "7,2020-01-07,Linz,\"\n8,2020-01-08,Linz,ok\n",
         TW_REPAIR_QUOTE, 1, "7|2020-01-07|Linz|\""},
        {"two short records are not joined", "7,2020-01-07\n8,2020-01-08,Linz\n", TW_REPAIR_SHORT,
         0, ""},
        {"lines of another table are not joined", "7,2020-01-07\nLinz,ok\nGraz,ok\nWien,ok\n",
         TW_REPAIR_SHORT, 0, ""},
        {"a whole record is not joined", "7,2020-01-07,Linz\n8,2020-01-08,Linz,ok\n",
         TW_REPAIR_SHORT, 0, ""},
    };
    for (size_t i = 0; i < TW_COUNT(cases); i++) {
        mended m = mend(cases[i].damage);
        size_t consumed = 0;
        for (size_t lines = cases[i].lines; lines > 0; consumed++)
            lines -= cases[i].damage[consumed] == '\n';
        bool good = m.kind == cases[i].kind && m.consumed == consumed &&
                    strcmp(m.cells, cases[i].cells) == 0;
        if (!ok(good, "repair: %s", cases[i].name))
            printf("# %s, %zu bytes: %s\n", tw_repair_word(m.kind), m.consumed, m.cells);
    }
}

static void test_bounds(void) {
    tw_buf text;
    tw_buf_init(&text, TW_BUF_MAX);
    tw_buf_fill(&text, '"', 200000);
    tw_buf_fill(&text, ',', 200000);
    mended m = mend(text.p);
    ok(m.kind < TW_REPAIR_KINDS, "a record of quotes and commas ends");
    tw_buf_clear(&text);
    for (int i = 0; i < 60; i++)
        tw_buf_c(&text, "\",\"\"");
    m = mend(text.p);
    ok(m.kind < TW_REPAIR_KINDS, "as does one of nothing but strays");
    tw_buf_fini(&text);
    ok(strcmp(tw_repair_word(TW_REPAIR_JOINED), "joined") == 0, "kinds have words");
}

int main(void) {
    test_kinds();
    test_bounds();
    return tap_done();
}
