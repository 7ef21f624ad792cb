/* Findings with a look-up by cell. Painting a screen asks for some hundred cells at a time, and a
 * dirty file has a million flagged ones: so the cells are sorted once, by column and row, and found
 * by halving. */
#include "app/finding_list.h"

typedef struct flag {
    int64_t row;
    int32_t column;
    uint32_t number;
} flag;

struct tw_finding_list {
    _Atomic int refs;
    tw_findings *findings;
    const tw_table *table;
    uint64_t rows_version;
    unsigned step; /* steps before the version */
    flag *flags;
    size_t n;
};

tw_finding_list *tw_finding_list_ref(tw_finding_list *list) {
    if (list)
        atomic_fetch_add_explicit(&list->refs, 1, memory_order_relaxed);
    return list;
}

void tw_finding_list_unref(tw_finding_list *list) {
    if (!list || atomic_fetch_sub_explicit(&list->refs, 1, memory_order_acq_rel) != 1)
        return;
    tw_findings_free(list->findings);
    tw_table_unref(list->table);
    free(list->flags);
    free(list);
}

static int by_place(const void *a, const void *b) {
    const flag *x = a, *y = b;
    if (x->column != y->column)
        return x->column < y->column ? -1 : 1;
    if (x->row != y->row)
        return x->row < y->row ? -1 : 1;
    return (x->number > y->number) - (x->number < y->number);
}

static bool index_cells(tw_finding_list *list) {
    size_t total = 0, count = tw_findings_count(list->findings);
    for (size_t i = 0; i < count; i++)
        total += tw_findings_at(list->findings, i)->n_cells;
    list->flags = tw_calloc(total, sizeof *list->flags);
    if (!list->flags)
        return false;
    for (size_t i = 0; i < count; i++) {
        const tw_finding *f = tw_findings_at(list->findings, i);
        for (size_t k = 0; k < f->n_cells; k++)
            list->flags[list->n++] = (flag){f->cells[k].row, f->cells[k].column, (uint32_t)i};
    }
    qsort(list->flags, list->n, sizeof *list->flags, by_place);
    return true;
}

enum tw_rc tw_finding_list_new(tw_findings *findings, const tw_state *about, tw_finding_list **out,
                               tw_error *err) {
    tw_finding_list *list = tw_calloc(1, sizeof *list);
    if (!list) {
        tw_findings_free(findings);
        return tw_fail_memory(err);
    }
    list->refs = 1;
    list->findings = findings;
    list->table = tw_table_ref(about->table);
    list->rows_version = about->rows_version;
    list->step = about->made ? about->made->number : 0;
    if (!index_cells(list)) {
        tw_finding_list_unref(list);
        return tw_fail_memory(err);
    }
    *out = list;
    return TW_OK;
}

size_t tw_finding_list_count(const tw_finding_list *list) {
    return list ? tw_findings_count(list->findings) : 0;
}

const tw_finding *tw_finding_list_at(const tw_finding_list *list, size_t i) {
    return i < tw_finding_list_count(list) ? tw_findings_at(list->findings, i) : NULL;
}

const tw_table *tw_finding_list_table(const tw_finding_list *list) {
    return list->table;
}

uint64_t tw_finding_list_rows_version(const tw_finding_list *list) {
    return list->rows_version;
}

/* --- verdicts --- */

enum { KEY_MAX = 1024 };

static void verdict_key(const tw_finding_list *list, size_t i, enum tw_verdict_kind kind,
                        char out[KEY_MAX]) {
    const tw_finding *f = tw_findings_at(list->findings, i);
    if (kind == TW_ACCEPTED)
        snprintf(out, KEY_MAX, "%u %s", list->step, f->id);
    else
        snprintf(out, KEY_MAX, "%s", f->message);
}

enum tw_verdict_kind tw_finding_list_verdict(const tw_finding_list *list, size_t i,
                                             const tw_verdict *verdicts) {
    char key[KEY_MAX];
    for (enum tw_verdict_kind kind = TW_ACCEPTED; verdicts && kind <= TW_SILENCED; kind++) {
        verdict_key(list, i, kind, key);
        if (tw_verdict_of(verdicts, key) == kind)
            return kind;
    }
    return TW_OPEN;
}

tw_verdict *tw_finding_list_judge(const tw_finding_list *list, size_t i, enum tw_verdict_kind kind,
                                  tw_verdict *earlier) {
    char key[KEY_MAX];
    verdict_key(list, i, kind, key);
    return tw_verdict_new(earlier, kind, key);
}

size_t tw_finding_list_find(const tw_finding_list *list, int column, int64_t row,
                            const tw_verdict *verdicts) {
    if (!list)
        return SIZE_MAX;
    flag wanted = {.row = row, .column = column};
    size_t low = 0, high = list->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (by_place(&list->flags[middle], &wanted) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < list->n && list->flags[low].row == row && list->flags[low].column == column;
         low++) {
        size_t number = list->flags[low].number;
        if (tw_finding_list_verdict(list, number, verdicts) == TW_OPEN)
            return number;
    }
    return SIZE_MAX;
}

/* The recipe line that fixes a finding: "r:trim { cols = \"city\" }", or null. */
static tw_doc *fix_line(const tw_finding *finding) {
    const tw_step_row *row = NULL;
    if (!finding->fix_method || tw_step_find(tw_str_c(finding->fix_method), &row, NULL) != TW_OK)
        return tw_doc_null();
    tw_buf line;
    tw_buf_init(&line, TW_BUF_MAX);
    tw_doc *doc =
        tw_recipe_step_lua(row, finding->fix_args, &line) ? tw_doc_text(tw_buf_view(&line)) : NULL;
    tw_buf_fini(&line);
    return doc;
}

tw_doc *tw_finding_list_doc(const tw_finding_list *list, const tw_verdict *verdicts) {
    static const char *const words[] = {
        [TW_OPEN] = "open", [TW_ACCEPTED] = "accepted", [TW_SILENCED] = "silenced"};
    tw_doc *all = tw_doc_list();
    for (size_t i = 0; all && i < tw_finding_list_count(list); i++) {
        const tw_finding *finding = tw_findings_at(list->findings, i);
        tw_doc *one = tw_finding_doc(finding);
        if (one) {
            tw_doc_set(one, "fix", fix_line(finding));
            tw_doc_set(one, "verdict", tw_doc_c(words[tw_finding_list_verdict(list, i, verdicts)]));
        }
        tw_doc_add(all, one);
    }
    return all;
}

const tw_doc *tw_finding_list_left_out(const tw_finding_list *list) {
    return tw_findings_left_out(list->findings);
}
