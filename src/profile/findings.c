/* Runs the detectors over a table and ranks what they report.
 *
 * Texts of all cells are loaded once (a sample of them beyond 64 million cells); what relates
 * columns works on all rows up to 2 million cells and on 100 000 of them above, fewer the wider the
 * table. What was not looked at is said. */
#include "profile/findings_impl.h"

#include <math.h>

#include "profile/profile_impl.h"

enum { PART_CELLS = 2000000, PART_ROWS = 100000, SAMPLE_CELLS = 20000000, MOST_CELLS = 64000000 };

static const char *const class_words[] = {"error", "style", "unusual"};

const char *tw_finding_class_word(enum tw_finding_class class) {
    return class_words[class];
}

void tw_findings_free(tw_findings *list) {
    if (!list)
        return;
    for (size_t i = 0; i < 2 * list->n; i++)
        tw_doc_free(list->docs[i]);
    free(list->docs);
    tw_doc_free(list->left_out);
    for (size_t c = 0; c < list->width && list->claimed; c++)
        free(list->claimed[c]);
    free(list->claimed);
    free(list->at);
    tw_hashmap_free(list->texts);
    tw_arena_fini(&list->arena);
    free(list);
}

size_t tw_findings_count(const tw_findings *list) {
    return list->n;
}

const tw_doc *tw_findings_left_out(const tw_findings *list) {
    return list->left_out;
}

const tw_finding *tw_findings_at(const tw_findings *list, size_t i) {
    return &list->at[i];
}

static enum tw_rc new_list(size_t width, size_t rows, tw_findings **out, tw_error *err) {
    tw_findings *list = tw_calloc(1, sizeof *list);
    if (!list)
        return tw_fail_memory(err);
    tw_arena_init(&list->arena);
    list->texts = tw_hashmap_new(64);
    list->claimed = tw_calloc(width, sizeof *list->claimed);
    list->left_out = tw_doc_list();
    bool good = list->texts && list->claimed && list->left_out;
    list->width = good ? width : 0;
    list->words = tw_bitmap_words(rows);
    for (size_t c = 0; good && c < width; c++) {
        list->claimed[c] = tw_calloc(2 * tw_bitmap_words(rows) + 1, sizeof **list->claimed);
        good = list->claimed[c] != NULL;
    }
    if (!good) {
        tw_findings_free(list);
        return tw_fail_memory(err);
    }
    *out = list;
    return TW_OK;
}

static void drop_claims(tw_findings *list) {
    for (size_t c = 0; c < list->width; c++)
        free(list->claimed[c]);
    free(list->claimed);
    list->claimed = NULL;
}

static double weight(const tw_finding *f) {
    return f->severity * f->confidence * log2(1 + (double)f->count);
}

static int by_weight(const void *a, const void *b) {
    const tw_finding *x = a, *y = b;
    double wx = weight(x), wy = weight(y);
    return wx > wy ? -1 : wx < wy ? 1 : strcmp(x->id, y->id);
}

static enum tw_rc run_one(const tw_look *look, const tw_detector *d, tw_error *err) {
    if (d->table)
        return d->table(look, d, err);
    for (size_t c = 0; c < look->texts->width; c++) {
        enum tw_rc rc = tw_task_check(look->task, err);
        if (!rc)
            rc = d->column(look, d, c, err);
        if (rc)
            return rc;
        tw_arena_reset(look->scratch);
    }
    return TW_OK;
}

static enum tw_rc run_all(const tw_look *look, tw_error *err) {
    size_t n;
    const tw_detector *d = tw_detectors(&n);
    for (size_t i = 0; i < n; i++) {
        enum tw_rc rc = run_one(look, &d[i], err);
        if (rc)
            return rc;
        tw_arena_reset(look->scratch);
        tw_task_advance(look->task, 1);
    }
    return TW_OK;
}

/* The pairs of the profile, where it measured them on the same rows: all, or the same sample. */
static const tw_pairs *known_pairs(const tw_look *look) {
    bool whole = (int64_t)look->texts->n == tw_table_rows(look->table);
    return whole && look->profile->pair_rows == look->part->n ? &look->profile->pairs : NULL;
}

/* Pairs over the part, then the detectors. */
static enum tw_rc look_around(tw_look *look, tw_error *err) {
    tw_arena scratch;
    tw_pairs own = {0};
    const tw_pairs *pairs = known_pairs(look);
    bool *measures = tw_calloc(look->part->width, sizeof *measures);
    enum tw_rc rc = measures ? TW_OK : tw_fail_memory(err);
    if (!rc && !pairs)
        rc = tw_pairs_measure(look->part, look->task, &own, err);
    if (rc) {
        free(measures);
        return rc;
    }
    for (size_t c = 0; c < look->part->width; c++)
        measures[c] = tw_look_is_measure(look, c);
    tw_arena_init(&scratch);
    look->scratch = &scratch;
    look->pairs = pairs ? pairs : &own;
    look->measures = measures;
    if (look->pairs->left_out)
        tw_doc_add(look->out->left_out,
                   tw_doc_printf("dependencies: %zu pairs of columns were not looked at",
                                 look->pairs->left_out));
    rc = run_all(look, err);
    tw_arena_fini(&scratch);
    tw_pairs_fini(&own);
    free(measures);
    return rc;
}

static enum tw_rc with_part(tw_look *look, tw_error *err) {
    const tw_texts *t = look->texts;
    tw_texts *part = NULL;
    size_t n, most = TW_MIN((size_t)PART_ROWS, TW_MAX(SAMPLE_CELLS / t->width, (size_t)100));
    if (t->n <= PART_CELLS / t->width || t->n <= most) {
        look->part = t;
        return look_around(look, err);
    }
    uint32_t *rows = tw_sample_rows(t->n, most, 1, &n);
    enum tw_rc rc = rows ? tw_texts_part(t, rows, n, &part, err) : tw_fail_memory(err);
    look->part = part;
    look->part_rows = rows;
    if (!rc)
        tw_doc_add(look->out->left_out,
                   tw_doc_printf("dependencies: looked for on %zu of %zu rows", n, t->n));
    if (!rc)
        rc = look_around(look, err);
    tw_texts_free(part);
    free(rows);
    return rc;
}

static enum tw_rc load_texts(const tw_table *table, tw_task *task, tw_texts **out, tw_error *err) {
    size_t rows = (size_t)tw_table_rows(table), width = tw_table_width(table), n;
    size_t most = MOST_CELLS / TW_MAX(width, (size_t)1);
    if (rows <= most)
        return tw_texts_load(table, NULL, 0, NULL, 0, task, out, err);
    most = TW_MIN((size_t)PART_ROWS, TW_MAX(most, (size_t)100));
    uint32_t *picked = tw_sample_rows(rows, most, 1, &n);
    int64_t *sample = tw_calloc(n, sizeof *sample);
    for (size_t i = 0; picked && sample && i < n; i++)
        sample[i] = picked[i];
    enum tw_rc rc = picked && sample ? tw_texts_load(table, NULL, 0, sample, n, task, out, err)
                                     : tw_fail_memory(err);
    free(picked);
    free(sample);
    return rc;
}

static enum tw_rc find_all(const tw_table *table, const tw_profile *profile, tw_task *task,
                           tw_findings **out, tw_error *err) {
    tw_texts *texts = NULL;
    tw_findings *list = NULL;
    size_t n;
    tw_detectors(&n);
    tw_task_begin(task, "looking for what is wrong", n);
    enum tw_rc rc = load_texts(table, task, &texts, err);
    if (!rc)
        rc = new_list(texts->width, texts->n, &list, err);
    tw_look look = {.table = table, .profile = profile, .texts = texts, .task = task, .out = list};
    if (!rc && (int64_t)texts->n < tw_table_rows(table))
        tw_doc_add(list->left_out, tw_doc_printf("cells: %zu of %lld rows were looked at", texts->n,
                                                 (long long)tw_table_rows(table)));
    if (!rc && texts->width && texts->n)
        rc = with_part(&look, err);
    if (!rc && tw_doc_failed(list->left_out))
        rc = tw_fail_memory(err);
    tw_texts_free(texts);
    if (rc) {
        tw_findings_free(list);
        return rc;
    }
    drop_claims(list);
    if (list->n)
        qsort(list->at, list->n, sizeof *list->at, by_weight);
    *out = list;
    return TW_OK;
}

enum tw_rc tw_findings_of(const tw_table *table, const tw_profile *profile, tw_task *task,
                          tw_findings **out, tw_error *err) {
    static const tw_profile_options columns = {.columns_only = true, .no_histogram = true};
    tw_profile *made = NULL;
    enum tw_rc rc = tw_table_need(table, NULL, 0, task, err);
    if (!rc && !profile)
        rc = tw_profile_table(table, &columns, task, &made, err);
    if (!rc)
        rc = find_all(table, profile ? profile : made, task, out, err);
    tw_profile_free(made);
    return rc;
}

enum { ROWS_LISTED = 1000 };

static tw_doc *rows_of(const tw_finding *f) {
    tw_doc *rows = tw_doc_list();
    int64_t last = -1;
    for (size_t i = 0, listed = 0; i < f->n_cells && listed < ROWS_LISTED; i++) {
        if (f->cells[i].row == last)
            continue;
        last = f->cells[i].row;
        listed++;
        tw_doc_add(rows, tw_doc_int(last));
    }
    return rows;
}

tw_doc *tw_finding_doc(const tw_finding *f) {
    tw_doc *map = tw_doc_map(), *columns = tw_doc_list();
    for (size_t i = 0; i < f->n_columns; i++)
        tw_doc_add(columns, tw_doc_c(f->column_names[i]));
    tw_doc_set(map, "id", tw_doc_c(f->id));
    tw_doc_set(map, "class", tw_doc_c(tw_finding_class_word(f->class)));
    tw_doc_set(map, "kind", tw_doc_c(f->kind));
    tw_doc_set(map, "columns", columns);
    tw_doc_set(map, "rows", rows_of(f));
    tw_doc_set(map, "count", tw_doc_int(f->count));
    tw_doc_set(map, "severity", tw_doc_number(f->severity));
    tw_doc_set(map, "confidence", tw_doc_number(f->confidence));
    tw_doc_set(map, "message", tw_doc_c(f->message));
    tw_doc_set(map, "evidence", tw_doc_copy(f->evidence));
    return map;
}
