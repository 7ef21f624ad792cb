/* drop, rename, role, relocate: the columns themselves; no cell is touched. */
#include "steps/clean/cells.h"

typedef struct columns_args {
    tw_str_list cols, to;
    tw_str before, after;
    int role;
} columns_args;

#define AT(field) offsetof(columns_args, field)

/* The columns a step is about, and the version it makes. */
typedef struct change {
    int *columns;
    size_t n;
    tw_draft *draft;
} change;

static enum tw_rc begin(const columns_args *args, const tw_step_env *env, const tw_table *in,
                        change *c, tw_error *err) {
    *c = (change){0};
    enum tw_rc rc = tw_step_columns(env, in, &args->cols, NULL, &c->columns, &c->n, err);
    return rc == TW_OK ? tw_draft_new(in, &c->draft, err) : rc;
}

static enum tw_rc finish(change *c, enum tw_rc rc, tw_step_result *out, tw_error *err) {
    if (rc == TW_OK)
        return tw_clean_commit(c->draft, out, err);
    tw_draft_free(c->draft);
    return rc;
}

static int descending(const void *a, const void *b) {
    int x, y;
    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return (x < y) - (x > y);
}

static enum tw_rc apply_drop(const void *raw, const tw_doc *state, const tw_step_env *env, const tw_table *in,
                             tw_step_result *out, tw_error *err) {
    change c;
    (void)state;
    enum tw_rc rc = begin(raw, env, in, &c, err);
    if (rc == TW_OK)
        qsort(c.columns, c.n, sizeof *c.columns, descending);
    for (size_t i = 0; rc == TW_OK && i < c.n; i++)
        rc = tw_draft_drop(c.draft, (size_t)c.columns[i], err);
    return finish(&c, rc, out, err);
}

static enum tw_rc check_names(const tw_table *in, const int *columns, size_t n, const tw_str_list *to, tw_error *err) {
    if (n != to->n)
        return tw_fail(err, TW_EUSAGE, "rename: %zu column%s and %zu new name%s; give as many of each", n, n == 1 ? "" : "s",
                       to->n, to->n == 1 ? "" : "s");
    for (size_t i = 0; i < n; i++) {
        bool renamed = false;
        int taken = tw_table_find(in, to->at[i]);
        if (!to->at[i].n)
            return tw_fail(err, TW_EUSAGE, "rename: a new name is empty; give every column a name");
        if (memchr(to->at[i].p, '\0', to->at[i].n))
            return tw_fail(err, TW_EUSAGE, "rename: a new name holds a NUL byte; leave it out");
        for (size_t k = 0; k < n; k++) {
            renamed |= columns[k] == taken;
            if (k < i && tw_str_eq(to->at[k], to->at[i]))
                return tw_fail(err, TW_EUSAGE, "rename: '%.*s' is given twice; choose different names", TW_ARG(to->at[i]));
        }
        if (taken >= 0 && !renamed)
            return tw_fail(err, TW_EUSAGE, "rename: there is a column '%.*s' already; choose another name or rename it too",
                           TW_ARG(to->at[i]));
    }
    return TW_OK;
}

static enum tw_rc apply_rename(const void *raw, const tw_doc *state, const tw_step_env *env, const tw_table *in,
                               tw_step_result *out, tw_error *err) {
    const columns_args *args = raw;
    change c;
    (void)state;
    enum tw_rc rc = begin(args, env, in, &c, err);
    if (rc == TW_OK)
        rc = check_names(in, c.columns, c.n, &args->to, err);
    for (size_t i = 0; rc == TW_OK && i < c.n; i++) {
        tw_field field = *tw_table_field(in, (size_t)c.columns[i]);
        tw_str name = tw_arena_str(env->arena, args->to.at[i]);
        field.name = name.p;
        rc = name.p ? tw_draft_field(c.draft, (size_t)c.columns[i], &field, err) : tw_fail_memory(err);
    }
    return finish(&c, rc, out, err);
}

static enum tw_rc apply_role(const void *raw, const tw_doc *state, const tw_step_env *env, const tw_table *in,
                             tw_step_result *out, tw_error *err) {
    const columns_args *args = raw;
    change c;
    (void)state;
    enum tw_rc rc = begin(args, env, in, &c, err);
    for (size_t i = 0; rc == TW_OK && i < c.n; i++) {
        tw_field field = *tw_table_field(in, (size_t)c.columns[i]);
        field.role = (enum tw_role)args->role;
        rc = tw_draft_field(c.draft, (size_t)c.columns[i], &field, err);
    }
    return finish(&c, rc, out, err);
}

/* The new order as old numbers: the columns to move, put together before or behind the anchor. */
static void new_order(const int *columns, size_t n, int anchor, bool behind, size_t width, int *order) {
    size_t at = 0;
    for (int i = 0; i < (int)width; i++) {
        bool moves = false, here = i == anchor;
        for (size_t k = 0; k < n; k++)
            moves |= columns[k] == i;
        if (here && behind && !moves)
            order[at++] = i;
        for (size_t k = 0; here && k < n; k++)
            order[at++] = columns[k];
        if (!moves && !(here && behind))
            order[at++] = i;
    }
}

static enum tw_rc find_anchor(const columns_args *args, const tw_table *in, int *anchor, bool *behind, tw_error *err) {
    if (args->before.p && args->after.p)
        return tw_fail(err, TW_EUSAGE, "relocate: both 'before' and 'after' are given; give one");
    *behind = args->after.p != NULL;
    *anchor = 0;
    if (!args->before.p && !args->after.p)
        return TW_OK;
    return tw_table_require(in, *behind ? args->after : args->before, anchor, err);
}

static enum tw_rc apply_relocate(const void *raw, const tw_doc *state, const tw_step_env *env, const tw_table *in,
                                 tw_step_result *out, tw_error *err) {
    const columns_args *args = raw;
    change c;
    int anchor = 0;
    size_t width = tw_table_width(in);
    bool behind = false;
    (void)state;
    enum tw_rc rc = begin(args, env, in, &c, err);
    if (rc == TW_OK)
        rc = find_anchor(args, in, &anchor, &behind, err);
    int *order = tw_arena_alloc(env->arena, width + 1, sizeof *order), *place = tw_arena_alloc(env->arena, width, sizeof *place);
    if (rc == TW_OK && (!order || !place))
        rc = tw_fail_memory(err);
    if (rc == TW_OK)
        new_order(c.columns, c.n, anchor, behind, width, order);
    for (size_t i = 0; rc == TW_OK && i < width; i++)
        place[i] = (int)i; /* place[k]: which old column stands at k */
    for (size_t to = 0; rc == TW_OK && to < width; to++) {
        size_t from = to;
        while (place[from] != order[to])
            from++;
        memmove(&place[to + 1], &place[to], (from - to) * sizeof *place);
        place[to] = order[to];
        rc = from == to ? TW_OK : tw_draft_move(c.draft, from, to, err);
    }
    return finish(&c, rc, out, err);
}

// clang-format off
#define COLS {.name = "cols", .kind = TW_PARAM_COLUMNS, .offset = AT(cols), .flags = TW_PARAM_REQUIRED | TW_PARAM_POSITIONAL, .help = "columns"}
static const tw_param drop_params[] = {COLS};
static const tw_param rename_params[] = {
    COLS,
    {.name = "to", .kind = TW_PARAM_TEXTS, .offset = AT(to), .flags = TW_PARAM_REQUIRED | TW_PARAM_POSITIONAL, .help = "new names, as many as columns"},
};
static const tw_param role_params[] = {
    COLS,
    {.name = "role", .kind = TW_PARAM_CHOICE, .offset = AT(role), .flags = TW_PARAM_REQUIRED | TW_PARAM_POSITIONAL,
     .choices = "none|id|entity|target|group|quasi|sensitive|time|weight|split|text|ignore", .help = "what the columns are for"},
};
static const tw_param relocate_params[] = {
    COLS,
    {.name = "before", .kind = TW_PARAM_COLUMN, .offset = AT(before), .help = "put them before this column; neither: to the front"},
    {.name = "after", .kind = TW_PARAM_COLUMN, .offset = AT(after), .help = "put them behind this column"},
};

const tw_step_row tw_step_drop = {
    .name = "drop", .family = "clean", .summary = "remove columns", .method = "The rows and the other columns stay as they are.",
    .source = "", .params = drop_params, .n_params = TW_COUNT(drop_params), .args_size = sizeof(columns_args),
    .flags = TW_STEP_ROW_LOCAL | TW_STEP_SCHEMA, .apply = apply_drop, .example = "r:drop { cols = { \"name\", \"phone\" } }",
};
const tw_step_row tw_step_rename = {
    .name = "rename", .family = "clean", .summary = "give columns other names",
    .method = "The i-th column gets the i-th name; names can be swapped. A name that another column has is refused.",
    .source = "", .params = rename_params, .n_params = TW_COUNT(rename_params), .args_size = sizeof(columns_args),
    .flags = TW_STEP_ROW_LOCAL | TW_STEP_SCHEMA, .apply = apply_rename, .example = "r:rename { cols = \"bmi\", to = \"body_mass_index\" }",
};
const tw_step_row tw_step_role = {
    .name = "role", .family = "clean", .summary = "say what columns are for",
    .method = "Roles steer profiles, findings and later steps: id, entity, target, group, quasi (quasi-identifier), sensitive, time, "
              "weight, split, text, ignore; none takes a role away.",
    .source = "", .params = role_params, .n_params = TW_COUNT(role_params), .args_size = sizeof(columns_args),
    .flags = TW_STEP_ROW_LOCAL | TW_STEP_SCHEMA, .apply = apply_role, .example = "r:role { cols = \"readmitted\", role = \"target\" }",
};
const tw_step_row tw_step_relocate = {
    .name = "relocate", .family = "clean", .summary = "move columns before or behind another",
    .method = "The columns come together in the order named; without before and after they go to the front.",
    .source = "dplyr::relocate", .params = relocate_params, .n_params = TW_COUNT(relocate_params),
    .args_size = sizeof(columns_args), .flags = TW_STEP_ROW_LOCAL | TW_STEP_SCHEMA, .apply = apply_relocate,
    .example = "r:relocate { cols = \"diagnosis\", after = \"patient_id\" }",
};
// clang-format on
