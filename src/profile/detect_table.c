/* The table as a whole: columns that say nothing, rows that stand twice, the header repeated among
 * the data. */
#include "profile/detect.h"
#include "profile/duplicate.h"

enum { NEARLY_ROWS = 100 };
#define NEARLY 0.99

enum tw_rc tw_detect_constant(const tw_look *look, const tw_detector *self, size_t column,
                              tw_error *err) {
    const tw_column_profile *p = tw_profile_at(look->profile, column);
    int64_t present = p->rows - p->missing - p->unreadable;
    double share = p->n_top && present ? (double)p->top[0].count / (double)present : 1;
    bool empty = p->rows > 0 && present == 0 && p->unreadable == 0,
         constant = p->distinct == 1 && present > 1;
    bool nearly = !constant && present >= NEARLY_ROWS && share >= NEARLY;
    if (!empty && !constant && !nearly)
        return TW_OK;
    tw_report *r = tw_report_new(look, self);
    if (!r)
        return tw_fail_memory(err);
    tw_report_column(r, column);
    tw_report_count(r, empty ? p->rows : p->top[0].count);
    tw_report_confidence(r, nearly ? 0.6 : 0.9);
    tw_report_evidence(r, "share", empty ? 1 : share);
    tw_str top = empty ? TW_STR("") : tw_texts_at(look->texts, column, 0);
    if (empty)
        tw_report_message(r, "%s has no value in any of %lld rows", tw_look_name(look, column),
                          (long long)p->rows);
    else if (constant)
        tw_report_message(r, "%s is always the same ('%s')%s", tw_look_name(look, column),
                          tw_look_quote(look, top), p->missing ? " where it is not missing" : "");
    else
        tw_report_message(r, "%s has one value in %.1f %% of the rows", tw_look_name(look, column),
                          100 * share);
    tw_report_fix(r, "drop", tw_fix_cols(look, column));
    return tw_report_done(r, err);
}

enum tw_rc tw_detect_duplicate_rows(const tw_look *look, const tw_detector *self, tw_error *err) {
    tw_duplicates d;
    tw_str none = {0};
    enum tw_rc rc = tw_duplicates_find(look->texts, false, look->task, &d, err);
    if (rc)
        return rc;
    tw_report *r = d.exact ? tw_report_new(look, self) : NULL;
    size_t example = SIZE_MAX;
    if (r)
        tw_report_whole(r);
    for (size_t i = 0; r && i < look->texts->n; i++)
        if (d.first[i] != i) {
            example = example == SIZE_MAX ? i : example;
            tw_report_cell(r, i, 0, none, 0.9);
        }
    if (r && example != SIZE_MAX)
        tw_report_message(r,
                          "%lld row%s an earlier one in every column: row %lld is row %lld again",
                          (long long)d.exact, d.exact == 1 ? " repeats" : "s repeat",
                          (long long)tw_texts_row(look->texts, example) + 1,
                          (long long)tw_texts_row(look->texts, d.first[example]) + 1);
    rc = d.exact ? tw_report_done(r, err) : TW_OK;
    tw_duplicates_fini(&d);
    return rc;
}

/* Rows in which at least half of the columns, and two, hold their own name. */
enum tw_rc tw_detect_header(const tw_look *look, const tw_detector *self, tw_error *err) {
    const tw_texts *t = look->texts;
    uint32_t *hits = tw_arena_alloc(look->scratch, t->n, sizeof *hits);
    tw_str none = {0};
    if (!hits)
        return tw_fail_memory(err);
    for (size_t c = 0; c < t->width; c++)
        for (uint32_t l = 0; l < t->columns[c].levels; l++) {
            if (!tw_str_eq_nocase(tw_str_trim(t->columns[c].values[l]),
                                  tw_str_c(tw_look_name(look, c))))
                continue;
            for (size_t i = 0; i < t->n; i++)
                hits[i] += t->columns[c].codes[i] == l;
        }
    tw_report *r = tw_report_new(look, self);
    size_t first = SIZE_MAX, rows = 0;
    if (r)
        tw_report_whole(r);
    for (size_t i = 0; r && i < t->n; i++) {
        if (hits[i] < 2 || hits[i] * 2 < t->width)
            continue;
        first = first == SIZE_MAX ? i : first;
        rows++;
        for (size_t c = 0; c < t->width; c++)
            tw_report_cell(r, i, c, none, 0.95);
    }
    if (r && first != SIZE_MAX)
        tw_report_message(r, "row %lld is the header again%s",
                          (long long)tw_texts_row(t, first) + 1,
                          rows > 1 ? tw_look_format(look, " (%zu such rows)", rows) : "");
    return tw_report_done(r, err);
}
