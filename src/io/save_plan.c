/* What a save would do, counted before it is done. */
#include "io/save.h"
#include "io/source_csv.h"

#include "base/bitmap.h"

/* Cells changed of one column, and a mark in `rows` for each row with one. */
static int64_t count_marks(const tw_table *table, size_t column, uint64_t *rows) {
    int64_t n = 0, all = tw_table_rows(table);
    for (int64_t row = 0; row < all; row++) {
        if (tw_table_origin(table, row) < 0 || !tw_table_mark(table, column, row))
            continue;
        tw_bit_set(rows, (size_t)row);
        n++;
    }
    return n;
}

/* Columns against those of the source; cells changed of each. */
static void plan_columns(const tw_table *table, tw_source *source, tw_save_plan *plan,
                         uint64_t *rows) {
    size_t width = tw_table_width(table), kept = 0,
           source_width = source ? source->ops->width(source) : 0;
    size_t at = 0;
    int before = -1;
    for (size_t i = 0; i < width; i++) {
        const tw_field *field = tw_table_field(table, i);
        if (field->source_column < 0 || !source) {
            plan->columns_added++;
            continue;
        }
        kept++;
        plan->reordered = plan->reordered || field->source_column < before;
        before = field->source_column;
        const tw_field *own = source->ops->field(source, (size_t)field->source_column);
        plan->columns_renamed += strcmp(own->name, field->name) != 0;
        int64_t n = tw_table_has_marks(table, i) ? count_marks(table, i, rows) : 0;
        plan->cells_changed += n;
        size_t room = sizeof plan->by_column - at;
        if (n && room > 1) {
            int put = snprintf(plan->by_column + at, room, "%s%s %lld", at ? ", " : "", field->name,
                               (long long)n);
            at += put < 0 ? 0 : TW_MIN((size_t)put, room - 1);
        }
    }
    plan->columns_dropped = source_width > kept ? source_width - kept : 0;
}

/* Rows by where they come from; false without memory. */
static bool plan_rows(const tw_table *table, int64_t source_rows, const uint64_t *changed,
                      tw_save_plan *plan) {
    uint64_t *seen = tw_calloc(tw_bitmap_words((size_t)source_rows) + 1, sizeof *seen);
    int64_t before = -1;
    if (!seen)
        return false;
    for (int64_t row = 0; row < plan->rows; row++) {
        int64_t origin = tw_table_origin(table, row);
        if (origin < 0) {
            plan->rows_new++;
            continue;
        }
        plan->rows_changed += tw_bit_get(changed, (size_t)row);
        plan->reordered = plan->reordered || origin < before;
        before = origin;
        if (origin < source_rows)
            tw_bit_set(seen, (size_t)origin);
    }
    plan->rows_copied = plan->rows - plan->rows_new - plan->rows_changed;
    plan->rows_dropped = source_rows - (int64_t)tw_bitmap_count(seen, (size_t)source_rows);
    free(seen);
    return true;
}

enum tw_rc tw_save_plan_of(const tw_table *table, tw_save_plan *out, tw_error *err) {
    *out = (tw_save_plan){.rows = tw_table_rows(table)};
    tw_source *source = tw_table_source(table);
    uint64_t *changed = tw_calloc(tw_bitmap_words((size_t)out->rows) + 1, sizeof *changed);
    if (!changed)
        return tw_fail_memory(err);
    plan_columns(table, source, out, changed);
    bool good = plan_rows(table, source ? source->ops->rows(source) : 0, changed, out);
    free(changed);
    return good ? TW_OK : tw_fail_memory(err);
}
