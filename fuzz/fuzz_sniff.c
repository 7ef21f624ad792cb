/* Fuzz target: any bytes are sniffed, counted and repaired within bounds. First byte: which
 * overrides, and where the text is cut into head, middle and end. */
#include "io/encoding.h"
#include "io/infer.h"
#include "io/repair.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool good, const char *why) {
    if (!good)
        TW_BUG(why);
}

/* Spans of the last record lie inside its bytes. */
static void check_record(const tw_csv_cells *cells, size_t bytes) {
    size_t row = cells->rows - 1;
    for (size_t i = cells->first[row]; i < cells->first[row + 1]; i++)
        must((size_t)cells->cells[i].at + cells->cells[i].n <= bytes,
             "a repaired cell reaches beyond its record");
}

typedef struct run {
    tw_str text;
    tw_sniffed sniffed;
    tw_csv_rules rules;
    tw_repairer *repairer;
    tw_infer *infer, *other;
    tw_csv_cells cells, fixed;
} run;

static size_t mend(run *r, size_t row) {
    enum tw_repair_kind kind;
    size_t consumed, at = r->cells.records[row].at;
    tw_csv_cells_clear(&r->fixed);
    must(tw_repair_record(r->repairer, tw_str_sub(r->text, at, r->text.n), &r->cells, row,
                          &r->fixed, &consumed, &kind, NULL) == TW_OK,
         "repairing fails");
    must(kind < TW_REPAIR_KINDS && consumed <= r->text.n - at,
         "a repair consumes more than there is");
    if (consumed) {
        must(r->fixed.rows == 1, "a repair gives one record");
        check_record(&r->fixed, consumed);
    }
    return consumed;
}

/* Count the records from data_begin on, mending each that is bad, into two states that are then
 * merged. */
static void read_records(run *r) {
    size_t at = (size_t)r->sniffed.data_begin, next;
    for (size_t step = 0; at < r->text.n && step < 2000; step++) {
        tw_csv_cells_clear(&r->cells);
        must(tw_csv_scan(&r->rules, r->text, at, r->text.n, 1, &r->cells, &next, NULL) == TW_OK,
             "scanning fails");
        if (!r->cells.rows)
            break;
        tw_batch batch;
        tw_csv_cells_batch(&r->cells, r->text.p, 0, &r->rules, &batch);
        must(tw_infer_rows(step % 2 ? r->infer : r->other, &batch, NULL) == TW_OK,
             "counting fails");
        size_t consumed = mend(r, 0);
        at = consumed ? r->cells.records[0].at + consumed : next;
    }
}

static void check_sniffed(const run *r) {
    const tw_dialect *d = &r->sniffed.dialect;
    must(d->table_begin <= r->sniffed.data_begin && r->sniffed.data_begin <= r->text.n,
         "data begin outside the text");
    must(d->table < d->n_tables, "a table that is not there");
    must(r->sniffed.n_decisions > 0, "no decision");
}

static void use(run *r, const tw_sample *sample, const tw_read_options *options, tw_arena *arena) {
    tw_reading *readings;
    check_sniffed(r);
    r->rules = tw_csv_rules_of(&r->sniffed.dialect);
    must(tw_repairer_new(&r->sniffed, sample, &r->repairer, NULL) == TW_OK, "learning fails");
    must(tw_infer_new(&r->sniffed, options, &r->infer, NULL) == TW_OK, "no state");
    must(tw_infer_new(&r->sniffed, options, &r->other, NULL) == TW_OK, "no second state");
    read_records(r);
    must(tw_infer_merge(r->infer, r->other, NULL) == TW_OK, "merging fails");
    must(tw_infer_finish(r->infer, arena, &readings, NULL) == TW_OK, "deciding fails");
    for (size_t c = 0; c < r->sniffed.width; c++)
        must(readings[c].confidence >= 0 && readings[c].confidence <= 1,
             "a confidence outside 0 to 1");
}

static tw_sample cut(tw_str text, unsigned how) {
    tw_sample s = {.head = text, .total = text.n, .whole = true};
    if (how & 1 && text.n > 8) {
        size_t part = text.n / 3;
        s = (tw_sample){.head = tw_str_sub(text, 0, part),
                        .middle = tw_str_sub(text, part, 2 * part),
                        .end = tw_str_sub(text, 2 * part, text.n),
                        .end_at = 2 * part,
                        .total = how & 2 ? 0 : text.n};
    }
    return s;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size == 0 || size > 1 << 16)
        return 0;
    unsigned how = data[0];
    tw_str bytes = {(const char *)data + 1, size - 1};
    tw_sample sample = cut(bytes, how);
    tw_read_options options = TW_READ_DEFAULT;
    tw_dialect dialect = {.encoding = TW_UTF8};
    tw_decision decision;
    tw_arena arena;
    tw_buf text;
    run r = {.text = bytes};
    tw_arena_init(&arena);
    tw_buf_init(&text, TW_BUF_MAX);
    tw_csv_cells_init(&r.cells);
    tw_csv_cells_init(&r.fixed);
    if (how & 4)
        options.header = how & 8 ? TW_STR("none") : TW_STR("2");
    options.skip = how & 16 ? 1 : -1;
    options.fixed = how & 32;
    if (how & 64)
        options.widths = TW_STR("3,2,5");
    enum tw_rc known = tw_sniff_encoding(&sample, &options, &dialect, &decision, NULL);
    must(known == TW_OK || known == TW_EINPUT, "no encoding"); /* UTF-32 is not read */
    if (known == TW_OK && tw_decode(&dialect, bytes, false, &text, NULL) == TW_OK) {
        r.text = tw_buf_view(&text);
        sample = cut(r.text, how);
        enum tw_rc rc = tw_sniff(&sample, &options, &dialect, &arena, &r.sniffed, NULL);
        must(rc == TW_OK || rc == TW_EUSAGE, "sniffing fails"); /* fewer records than asked for */
        if (rc == TW_OK && r.sniffed.width)
            use(&r, &sample, &options, &arena);
    }
    tw_repairer_free(r.repairer);
    tw_infer_free(r.infer);
    tw_infer_free(r.other);
    tw_csv_cells_fini(&r.cells);
    tw_csv_cells_fini(&r.fixed);
    tw_buf_fini(&text);
    tw_arena_fini(&arena);
    return 0;
}
