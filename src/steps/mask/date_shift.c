/* mask_date_shift: all dates of an entity move by the same secret number of days.
 *
 * The number is a keyed BLAKE2b of the entity's value, cut to -days .. days without 0, so that spans between the dates of a
 * person stay exact, also across tables, and a known date of one person tells nothing about another. Without an entity
 * every row would move alike or apart, neither of which is what the mask promises: it is refused. */
#include <string.h>

#include "base/calendar.h"
#include "steps/mask/key.h"
#include "steps/mask/texts.h"
#include "steps/stored.h"

enum { WEEK_DAYS = 7 };

typedef struct shift_args {
    tw_str_list cols;
    tw_str entity, domain;
    int64_t days;
    bool weekday;
} shift_args;

static enum tw_rc find_entity(const shift_args *args, const tw_step_env *env, const tw_table *in, int *entity, tw_error *err) {
    int *columns;
    size_t n = 0;
    if (args->entity.n) {
        enum tw_rc rc = tw_select_columns(in, &args->entity, 1, env->arena, &columns, &n, err);
        if (rc)
            return rc;
        *entity = columns[0];
        return n == 1 ? TW_OK : tw_fail(err, TW_EUSAGE, "%.*s: entity '%.*s' names %zu columns; name one", TW_ARG(env->id),
                                        TW_ARG(args->entity), n);
    }
    for (size_t i = 0; i < tw_table_width(in); i++)
        if (tw_table_field(in, i)->role == TW_AS_ENTITY) {
            *entity = (int)i;
            return TW_OK;
        }
    return tw_fail(err, TW_EUSAGE, "%.*s: whose dates belong together is not said; give entity, the column that tells persons apart",
                   TW_ARG(env->id));
}

static enum tw_rc check_column(const tw_field *field, tw_error *err) {
    if (field->type == TW_DATE || field->type == TW_DATETIME)
        return TW_OK;
    return tw_fail(err, TW_EDATA, "mask_date_shift: column '%s' is %s, not a date; set its type first", field->name,
                   tw_type_name(field->type));
}

static enum tw_rc fit(const void *raw, const tw_step_env *env, const tw_table *in, tw_doc **state, tw_error *err) {
    const shift_args *args = raw;
    int *columns, entity = -1;
    size_t n = 0;
    char check[9];
    enum tw_rc rc = tw_mask_need_key(env, err);
    if (!rc)
        rc = find_entity(args, env, in, &entity, err);
    if (!rc)
        rc = tw_mask_columns(env, in, &args->cols, &columns, &n, err);
    for (size_t i = 0; !rc && i < n; i++)
        rc = check_column(tw_table_field(in, (size_t)columns[i]), err);
    if (!rc && args->weekday && args->days < WEEK_DAYS)
        rc = tw_fail(err, TW_EUSAGE, "mask_date_shift: %lld days hold no whole week; give 7 or more, or leave weekday out",
                     (long long)args->days);
    if (rc)
        return rc;
    tw_key_check_value(env->key, check);
    tw_doc *names = tw_doc_list();
    for (size_t i = 0; i < n; i++)
        tw_doc_add(names, tw_doc_c(tw_table_field(in, (size_t)columns[i])->name));
    *state = tw_doc_map();
    tw_doc_set(*state, "entity", tw_doc_c(tw_table_field(in, (size_t)entity)->name));
    tw_doc_set(*state, "columns", names);
    tw_doc_set(*state, "key", tw_doc_c(check));
    return tw_stored_end(state, TW_OK, err);
}

/* --- applying --- */

/* Days for each row. A row without an entity is one by itself, keyed by its row key. */
static enum tw_rc shifts_of(const shift_args *args, const tw_step_env *env, const tw_table *in, int entity, int64_t *days,
                            tw_error *err) {
    uint8_t key[32], mac[16];
    uint64_t step = args->weekday ? WEEK_DAYS : 1, reach = (uint64_t)args->days / step;
    tw_buf text;
    tw_buf_init(&text, TW_BUF_MAX);
    tw_key_derive(env->key, args->domain.n ? args->domain : tw_str_c(tw_table_field(in, (size_t)entity)->name), key);
    enum tw_rc rc = TW_OK;
    for (int64_t row = 0; !rc && row < tw_table_rows(in); row++) {
        uint64_t drawn;
        tw_cell cell = tw_column_cell(tw_table_column(in, (size_t)entity), row);
        rc = tw_rewrite_key(in, &entity, 1, row, &text, err);
        if (cell.state == TW_MISSING)
            tw_buf_printf(&text, "%llu", (unsigned long long)tw_step_row_key(env, in, row));
        tw_mac(key, tw_str_trim(tw_buf_view(&text)), mac, sizeof mac);
        memcpy(&drawn, mac, sizeof drawn);
        int64_t place = (int64_t)(drawn % (2 * reach)) - (int64_t)reach; /* -reach .. reach - 1 */
        days[row] = (place >= 0 ? place + 1 : place) * (int64_t)step;
    }
    if (!rc)
        rc = tw_buf_check(&text, err);
    explicit_bzero(key, sizeof key);
    tw_buf_fini(&text);
    return rc;
}

static enum tw_rc shift_column(tw_rewrite *w, int column, const int64_t *days, tw_error *err) {
    const tw_column *cells = tw_table_column(w->in, (size_t)column);
    enum tw_type type = tw_column_type(cells);
    int64_t rows = tw_column_rows(cells), n = 0, lost = 0;
    int64_t *at = tw_arena_alloc(w->env->arena, (size_t)rows + 1, sizeof *at);
    tw_cell *moved = tw_arena_alloc(w->env->arena, (size_t)rows + 1, sizeof *moved);
    if (!at || !moved)
        return tw_fail_memory(err);
    for (int64_t row = 0; row < rows; row++) {
        tw_cell cell = tw_column_cell(cells, row);
        if (cell.state == TW_MISSING)
            continue;
        lost += cell.state == TW_UNREADABLE;
        at[n] = row;
        moved[n++] = cell.state == TW_UNREADABLE ? tw_cell_missing(type)
                                                 : tw_cell_i64(type, cell.i + days[row] * (type == TW_DATE ? 1 : TW_DAY_MICROS));
    }
    if (lost)
        tw_say(w->env->log, TW_WARNING, "mask_date_shift: %lld cells of column '%s' cannot be read and become missing",
               (long long)lost, tw_table_field(w->in, (size_t)column)->name);
    return tw_rewrite_patch(w, column, at, moved, n, err);
}

static enum tw_rc apply(const void *raw, const tw_doc *state, const tw_step_env *env, const tw_table *in, tw_step_result *out,
                        tw_error *err) {
    const tw_doc *names = tw_doc_get(state, "columns");
    int entity = -1;
    tw_rewrite w;
    enum tw_rc rc = tw_rewrite_begin(&w, env, in, err);
    int64_t *days = rc ? NULL : tw_arena_alloc(env->arena, (size_t)tw_table_rows(in) + 1, sizeof *days);
    if (!rc)
        rc = days ? tw_mask_same_key(env, state, "dates would not agree", err) : tw_fail_memory(err);
    if (!rc)
        rc = tw_rewrite_find(in, "mask_date_shift", tw_doc_as_text(tw_doc_get(state, "entity"), TW_STR("")), TW_STR(""), &entity, err);
    if (!rc)
        rc = tw_table_need(in, &entity, 1, env->task, err);
    if (!rc && env->row_key >= 0)
        rc = tw_table_need(in, &env->row_key, 1, env->task, err);
    if (!rc)
        rc = shifts_of(raw, env, in, entity, days, err);
    for (size_t i = 0; !rc && i < tw_doc_count(names); i++) {
        int column;
        rc = tw_rewrite_find(in, "mask_date_shift", tw_doc_as_text(tw_doc_at(names, i), TW_STR("")), TW_STR(""), &column, err);
        if (!rc)
            rc = check_column(tw_table_field(in, (size_t)column), err);
        if (!rc)
            rc = tw_table_need(in, &column, 1, env->task, err);
        if (!rc)
            rc = shift_column(&w, column, days, err);
    }
    return tw_rewrite_finish(&w, rc, out, err);
}

/* clang-format off */
static const tw_param params[] = {
    {.name = "cols",    .kind = TW_PARAM_COLUMNS, .offset = offsetof(shift_args, cols),    .flags = TW_PARAM_REQUIRED, .help = "dates to move"},
    {.name = "entity",  .kind = TW_PARAM_COLUMN,  .offset = offsetof(shift_args, entity),  .help = "column that tells persons apart; default: the one with the role entity"},
    {.name = "days",    .kind = TW_PARAM_INT,     .offset = offsetof(shift_args, days),    .fallback = "182", .min = 1, .max = 36500, .help = "farthest shift, forwards or back"},
    {.name = "weekday", .kind = TW_PARAM_BOOL,    .offset = offsetof(shift_args, weekday), .fallback = "false", .help = "whole weeks only: a Monday stays a Monday"},
    {.name = "domain",  .kind = TW_PARAM_TEXT,    .offset = offsetof(shift_args, domain),  .help = "what the entities are; equal domain and key: equal shifts; default: the entity column's name"},
};

const tw_step_row tw_step_mask_date_shift = {
    .name = "mask_date_shift",
    .family = "mask",
    .summary = "all dates of a person move by the same secret number of days",
    .method = "The shift of an entity is a keyed hash of its value, between -days and days and never 0: spans between its dates stay "
              "exact in every table masked with that key and domain. Times of day stay. Seasons blur with 182 days; with weekday "
              "the shift is in whole weeks. Who knows one true date of an entity knows all of that entity. A row without an "
              "entity moves by itself; cells that cannot be read become missing.",
    .source = "Hripcsak et al., Preserving temporal relations in clinical data while maintaining privacy, JAMIA 2016; RFC 7693",
    .params = params, .n_params = TW_COUNT(params), .args_size = sizeof(shift_args),
    .flags = TW_STEP_ROW_LOCAL | TW_STEP_KEYED, .state = TW_STATE_GATHERED,
    .fit = fit, .apply = apply,
    .example = "r:mask_date_shift { cols = { \"birth_date\", \"admitted\" }, entity = \"patient_id\" }",
};
/* clang-format on */
