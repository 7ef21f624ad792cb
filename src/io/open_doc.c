/* What was found out about a file, as documents: `sniff --json`, `--report`, the line about
 * repairs. */
#include "io/opened.h"

static const char *delimiter_text(const tw_csv_rules *rules, char out[8]) {
    memcpy(out, rules->delimiter, rules->delimiter_n);
    out[rules->delimiter_n] = '\0';
    return out;
}

static tw_doc *char_doc(char c) {
    return tw_doc_text((tw_str){&c, c != '\0'});
}

static tw_doc *tokens_doc(const tw_str *tokens, size_t n) {
    tw_doc *list = tw_doc_list();
    tw_doc_add(list, tw_doc_c(""));
    for (size_t i = 0; i < n; i++)
        tw_doc_add(list, tw_doc_text(tokens[i]));
    return list;
}

/* How cells of the column are written, in a word or a pattern. */
static tw_doc *format_doc(const tw_reading *reading) {
    const tw_format *f = &reading->format;
    if (f->pattern)
        return tw_doc_c(f->pattern);
    if (f->true_word && f->false_word)
        return tw_doc_printf("%s/%s", f->true_word, f->false_word);
    return tw_doc_null();
}

static tw_doc *column_doc(tw_str name, const tw_reading *reading) {
    tw_doc *doc = tw_doc_map();
    tw_doc_set(doc, "name", tw_doc_text(name));
    tw_doc_set(doc, "type", tw_doc_c(tw_type_name(reading->type)));
    tw_doc_set(doc, "format", format_doc(reading));
    if (reading->type == TW_FLOAT && reading->format.number.decimals >= 0)
        tw_doc_set(doc, "decimals", tw_doc_int(reading->format.number.decimals));
    tw_doc_set(doc, "null_tokens", tokens_doc(reading->null_tokens, reading->n_null_tokens));
    tw_doc *minority = tw_doc_list();
    for (size_t i = 0; i < reading->n_minority; i++) {
        tw_doc *one = tw_doc_map();
        tw_doc_set(one, "type", tw_doc_c(tw_type_name(reading->minority[i].type)));
        tw_doc_set(one, "count", tw_doc_int(reading->minority[i].count));
        tw_doc_set(one, "example", tw_doc_text(reading->minority[i].example));
        tw_doc_add(minority, one);
    }
    tw_doc_set(doc, "minority", minority);
    tw_doc_set(doc, "confidence", tw_doc_number(reading->confidence));
    return doc;
}

/* Rows of the table that is read are known, those of others as far as the sniffer counted. */
static tw_doc *tables_doc(const tw_sniffed *s, int64_t rows) {
    tw_doc *list = tw_doc_list();
    for (size_t i = 0; i < s->dialect.n_tables; i++) {
        int64_t n = i == s->dialect.table ? rows : s->tables[i].rows;
        tw_doc *one = tw_doc_map();
        if (s->tables[i].name)
            tw_doc_set(one, "name", tw_doc_c(s->tables[i].name));
        tw_doc_set(one, "first_row", tw_doc_int(s->tables[i].first_row));
        tw_doc_set(one, "rows", n < 0 ? tw_doc_null() : tw_doc_int(n));
        tw_doc_add(list, one);
    }
    return list;
}

/* Null tokens seen in any column, each once. */
static tw_doc *all_tokens_doc(const tw_source_csv *s) {
    tw_doc *list = tokens_doc(NULL, 0);
    for (size_t c = 0; c < s->sniffed.width; c++) {
        for (size_t i = 0; i < s->readings[c].n_null_tokens; i++) {
            tw_str token = s->readings[c].null_tokens[i];
            bool seen = false;
            for (size_t k = 0; k < tw_doc_count(list) && !seen; k++)
                seen = tw_str_eq(tw_doc_as_text(tw_doc_at(list, k), TW_STR("")), token);
            if (!seen)
                tw_doc_add(list, tw_doc_text(token));
        }
    }
    return list;
}

/* First characters of fixed columns, from 0. */
static tw_doc *cuts_doc(const tw_dialect *d) {
    tw_doc *list = tw_doc_list();
    tw_doc_add(list, tw_doc_int(0));
    for (uint32_t i = 0; i < d->n_cuts; i++)
        tw_doc_add(list, tw_doc_int((int64_t)d->cuts[i]));
    return list;
}

static void set_dialect(tw_doc *doc, const tw_view *view) {
    const tw_dialect *d = &view->sniffed.dialect;
    char delimiter[8];
    tw_doc_set(doc, "format", tw_doc_c(d->format));
    tw_doc_set(doc, "compression", tw_doc_c(d->compression));
    tw_doc_set(doc, "encoding", tw_doc_c(d->encoding_name));
    tw_doc_set(doc, "bom", tw_doc_bool(d->bom));
    tw_doc_set(doc, "delimiter", tw_doc_c(delimiter_text(&view->rules, delimiter)));
    tw_doc_set(doc, "delimiter_runs", tw_doc_bool(d->delimiter_runs));
    tw_doc_set(doc, "delimiter_blank", tw_doc_bool(d->delimiter_blank));
    if (d->fixed)
        tw_doc_set(doc, "columns_at", cuts_doc(d));
    tw_doc_set(doc, "quote", char_doc(d->quote));
    tw_doc_set(doc, "escape", char_doc(view->rules.escape));
    tw_doc_set(doc, "line_end", tw_doc_c(d->line_end));
    tw_doc_set(doc, "skip_rows", tw_doc_int(d->skip_rows));
    tw_doc_set(doc, "header_rows", tw_doc_int(d->header_rows));
    tw_doc_set(doc, "units_row", tw_doc_bool(d->units_row));
    tw_doc_set(doc, "footer_rows", tw_doc_int(d->footer_rows));
    tw_doc_set(doc, "decimal", char_doc(d->decimal));
    tw_doc_set(doc, "thousands", char_doc(d->thousands));
}

enum tw_rc tw_opened_doc(tw_opened *o, tw_doc **out, tw_error *err) {
    const tw_source_csv *s = o->source;
    const tw_view *view = tw_opened_view(o);
    if (!atomic_load(&o->exact))
        TW_BUG("tw_opened_doc before tw_opened_finish");
    int64_t rows = tw_index_rows(s->index);
    tw_doc *doc = tw_doc_map(), *count = tw_doc_map(), *columns = tw_doc_list();
    tw_doc_set(doc, "file", tw_doc_c(s->path));
    tw_doc_set(doc, "bytes", tw_doc_int((int64_t)tw_opened_bytes(o)));
    set_dialect(doc, view);
    tw_doc_set(doc, "trailing_bytes", tw_doc_int((int64_t)o->trailing));
    tw_doc_set(doc, "null_tokens", all_tokens_doc(s));
    tw_doc_set(doc, "tables", tables_doc(&view->sniffed, rows));
    tw_doc_set(count, "value", tw_doc_int(rows));
    tw_doc_set(count, "exact", tw_doc_bool(true));
    tw_doc_set(doc, "rows", count);
    for (size_t i = 0; i < s->sniffed.width; i++)
        tw_doc_add(columns, column_doc(s->names[i], &s->readings[i]));
    tw_doc_set(doc, "columns", columns);
    tw_doc_set(doc, "decisions", tw_opened_decisions(o));
    if (!doc || tw_doc_failed(doc)) {
        tw_doc_free(doc);
        return tw_fail_memory(err);
    }
    *out = doc;
    return TW_OK;
}

void tw_opened_table_names(const tw_opened *o, char out[400]) {
    const tw_sniffed *s = &tw_opened_view(o)->sniffed;
    size_t n = s->dialect.n_tables, at = 0;
    out[0] = '\0';
    if (n < 2 || !s->tables || !s->tables[s->dialect.table].name)
        return;
    at = (size_t)snprintf(out, 400, "%.100s (others:", s->tables[s->dialect.table].name);
    for (size_t i = 0; i < n && at < 270; i++)
        if (i != s->dialect.table)
            at += (size_t)snprintf(out + at, 400 - at, "%s %.100s", out[at - 1] == ':' ? "" : ",",
                                   s->tables[i].name);
    snprintf(out + at, 400 - at, "%s)", at < 270 ? "" : " …");
}

tw_doc *tw_opened_repairs(const tw_opened *o) {
    tw_doc *list = tw_doc_list();
    size_t n = 0;
    const tw_repaired *repaired = o->source->index ? tw_index_repaired(o->source->index, &n) : NULL;
    for (size_t i = 0; i < n; i++) {
        tw_doc *one = tw_doc_map();
        tw_str bytes = {o->source->text.p + repaired[i].at, (size_t)repaired[i].bytes};
        tw_doc_set(one, "row", tw_doc_int(repaired[i].row));
        tw_doc_set(one, "kind", tw_doc_c(tw_repair_word((enum tw_repair_kind)repaired[i].kind)));
        tw_doc_set(one, "bytes", tw_doc_text(bytes));
        tw_doc_add(list, one);
    }
    return list;
}

static void summarise_repairs(const tw_opened *o, tw_buf *out) {
    size_t n = 0, counts[TW_REPAIR_KINDS] = {0};
    const tw_repaired *repaired = o->source->index ? tw_index_repaired(o->source->index, &n) : NULL;
    for (size_t i = 0; i < n; i++)
        counts[repaired[i].kind]++;
    if (!n)
        return;
    tw_buf_printf(out, "%s%zu record%s repaired", out->n ? "; " : "", n, n == 1 ? "" : "s");
    const char *before = ":";
    for (int k = 0; k < TW_REPAIR_KINDS; k++) {
        if (!counts[k])
            continue;
        tw_buf_printf(out, "%s %zu %s", before, counts[k], tw_repair_word((enum tw_repair_kind)k));
        before = ",";
    }
}

/* What a server sends in place of a file, saved under the file's name. */
static bool is_page(tw_str text) {
    static const char *const begins[] = {"<!doctype", "<html", "<?xml"};
    text = tw_str_trim(tw_str_sub(text, 0, TW_MIN(text.n, (size_t)4096)));
    for (size_t i = 0; i < TW_COUNT(begins); i++) {
        size_t n = strlen(begins[i]);
        if (text.n >= n && tw_str_eq_nocase(tw_str_sub(text, 0, n), tw_str_c(begins[i])))
            return true;
    }
    return false;
}

void tw_opened_summary(const tw_opened *o, char out[TW_SUMMARY_MAX]) {
    tw_buf words;
    tw_buf_init(&words, TW_SUMMARY_MAX);
    if (is_page(o->input.sample.head))
        tw_buf_c(&words, "it begins like a page of HTML or XML, not like a table");
    if (o->trailing)
        tw_buf_printf(&words, "%s%zu byte%s behind the end of the %s data left out", words.n ? "; " : "", o->trailing,
                      o->trailing == 1 ? "" : "s", tw_compression_name(o->input.compression));
    summarise_repairs(o, &words);
    snprintf(out, TW_SUMMARY_MAX, "%.*s", TW_ARG(tw_buf_view(&words)));
    tw_buf_fini(&words);
}
