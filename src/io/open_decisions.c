/* The guesses behind an opened file with their evidence: the encoding, what the sniffer decided about
 * the text, then for each column its type, the tokens taken as missing and, where both orders are
 * possible, whether the day or the month comes first. */
#include "io/opened.h"

#include <inttypes.h>

static void add(tw_doc *list, const tw_decision *d, tw_str column) {
    tw_doc *one = tw_doc_map();
    tw_doc_set(one, "what", tw_doc_c(d->what));
    tw_doc_set(one, "column", column.p ? tw_doc_text(column) : tw_doc_null());
    tw_doc_set(one, "value", tw_doc_c(d->value));
    tw_doc_set(one, "score", tw_doc_number(d->score));
    tw_doc_set(one, "runner_up", tw_doc_c(d->runner_up));
    tw_doc_set(one, "runner_up_score", tw_doc_number(d->runner_up_score));
    tw_doc_set(one, "why", tw_doc_c(d->why));
    tw_doc_add(list, one);
}

static double share(int64_t part, int64_t whole) {
    return whole > 0 ? (double)part / (double)whole : 0;
}

static const char *plural(int64_t n) {
    return n == 1 ? "" : "s";
}

static void add_type(tw_doc *list, const tw_reading *r, tw_str name) {
    tw_decision d = {.what = "type", .score = r->confidence};
    int64_t filled = r->values;
    for (size_t i = 0; i < r->n_minority && r->type != TW_TEXT; i++)
        filled += r->minority[i].count;
    snprintf(d.value, sizeof d.value, "%s", tw_type_name(r->type));
    if (r->n_minority) {
        snprintf(d.runner_up, sizeof d.runner_up, "%s", tw_type_name(r->minority[0].type));
        d.runner_up_score = share(r->minority[0].count, filled);
    }
    if (r->given)
        snprintf(d.why, sizeof d.why, "given");
    else
        snprintf(d.why, sizeof d.why, "%" PRId64 " of %" PRId64 " filled cells read so", r->values,
                 filled);
    add(list, &d, name);
}

static void add_tokens(tw_doc *list, const tw_reading *r, tw_str name) {
    tw_decision d = {.what = "null_tokens", .score = 1};
    size_t value = 0, why = 0;
    if (!r->n_null_tokens || !r->null_counts)
        return;
    for (size_t i = 0; i < r->n_null_tokens; i++) {
        tw_str token = r->null_tokens[i];
        if (value < sizeof d.value)
            value += (size_t)snprintf(d.value + value, sizeof d.value - value, "%s%.*s",
                                      i ? ", " : "", TW_ARG(token));
        if (why < sizeof d.why)
            why += (size_t)snprintf(d.why + why, sizeof d.why - why,
                                    "%s'%.*s' in %" PRId64 " cell%s", i ? ", " : "",
                                    TW_ARG(token), r->null_counts[i], plural(r->null_counts[i]));
    }
    add(list, &d, name);
}

static void add_date_order(tw_doc *list, const tw_reading *r, tw_str name) {
    tw_decision d = {.what = "date_order", .score = 1};
    if (!r->rival || r->given)
        return;
    snprintf(d.value, sizeof d.value, "%s", r->format.pattern ? r->format.pattern : "%Y-%m-%d");
    snprintf(d.runner_up, sizeof d.runner_up, "%s", r->rival);
    d.runner_up_score = share(r->rival_values, r->values);
    if (r->rival_values < r->values)
        snprintf(d.why, sizeof d.why, "%" PRId64 " date%s can be read no other way",
                 r->values - r->rival_values, plural(r->values - r->rival_values));
    else
        snprintf(d.why, sizeof d.why,
                 "nothing in the column proves it: --type 'COL=%s:%s' turns it round",
                 tw_type_name(r->type), r->rival);
    add(list, &d, name);
}

tw_doc *tw_opened_decisions(const tw_opened *o) {
    const tw_source_csv *s = o->source;
    const tw_sniffed *sniffed = &tw_opened_view(o)->sniffed;
    tw_doc *list = tw_doc_list();
    add(list, &o->input.decision, (tw_str){0});
    for (size_t i = 0; i < sniffed->n_decisions; i++)
        add(list, &sniffed->decisions[i], (tw_str){0});
    for (size_t i = 0; i < s->sniffed.width; i++) {
        add_type(list, &s->readings[i], s->names[i]);
        add_tokens(list, &s->readings[i], s->names[i]);
        add_date_order(list, &s->readings[i], s->names[i]);
    }
    return list;
}
