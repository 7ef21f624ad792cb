/* Two ways to one whole. For writers each table is dressed in the columns of the whole (tw_stack_part)
 * and goes out row by row with its own bytes, so that memory holds no cells. For screens the cells
 * are joined column by column; a column whose types differ is read again from its source in the
 * common type, so that text is what the file says and not what a number looks like when printed. */
#include "data/stack.h"

#include "base/hash.h"

struct tw_stack {
    tw_arena arena;
    const tw_table **tables;
    size_t n, width; /* width without the label */
    const char *label;
    const tw_str *labels;
    const char **names;
    int **from; /* for each table: its column for each column of the whole, -1 = none */
};

/* --- matching names --- */

/* A name and which of its kind it is, as one key. */
static tw_str key_of(const char *name, size_t occurrence, tw_buf *out) {
    tw_buf_clear(out);
    tw_buf_c(out, name);
    tw_buf_char(out, '\0');
    tw_buf_add(out, &occurrence, sizeof occurrence);
    return tw_buf_view(out);
}

typedef struct matching {
    tw_stack *stack;
    tw_hashmap *columns; /* key -> column of the whole */
    int **to;            /* for each table: column of the whole for each of its columns */
    tw_buf key;
} matching;

/* How many columns before this one are called the same, for each column. */
static bool count_names(const tw_table *table, size_t *before) {
    size_t width = tw_table_width(table);
    tw_hashmap *names = tw_hashmap_new(width);
    size_t *count = tw_calloc(width, sizeof *count);
    bool good = names && count;
    for (size_t c = 0; good && c < width; c++) {
        uint32_t number =
            tw_hashmap_intern(names, tw_str_c(tw_table_field(table, c)->name), NULL);
        good = number != UINT32_MAX;
        if (good)
            before[c] = count[number]++;
    }
    tw_hashmap_free(names);
    free(count);
    return good;
}

static bool match_column(matching *m, const char *name, size_t before, int *to) {
    tw_str key = key_of(name, before, &m->key);
    uint32_t number = tw_hashmap_find(m->columns, key);
    if (number == UINT32_MAX && !m->key.failed) {
        tw_str kept = tw_arena_str(&m->stack->arena, key);
        number = kept.p ? tw_hashmap_intern(m->columns, kept, NULL) : UINT32_MAX;
    }
    *to = (int)number;
    return number != UINT32_MAX && !m->key.failed;
}

static bool match_table(matching *m, size_t k) {
    const tw_table *table = m->stack->tables[k];
    size_t width = tw_table_width(table);
    size_t *before = tw_calloc(width, sizeof *before);
    m->to[k] = tw_arena_alloc(&m->stack->arena, width + 1, sizeof **m->to);
    bool good = before && m->to[k] && count_names(table, before);
    for (size_t c = 0; good && c < width; c++)
        good = match_column(m, tw_table_field(table, c)->name, before[c], &m->to[k][c]);
    free(before);
    return good;
}

/* Turn the maps round, now that the width is known. */
static bool turn_maps(matching *m) {
    tw_stack *s = m->stack;
    s->width = tw_hashmap_count(m->columns);
    s->names = tw_arena_alloc(&s->arena, s->width + 1, sizeof *s->names);
    for (size_t i = 0; s->names && i < s->width; i++)
        s->names[i] = tw_hashmap_key(m->columns, (uint32_t)i).p; /* ends at the NUL inside */
    for (size_t k = 0; s->names && k < s->n; k++) {
        s->from[k] = tw_arena_alloc(&s->arena, s->width + 1, sizeof **s->from);
        if (!s->from[k])
            return false;
        for (size_t i = 0; i < s->width; i++)
            s->from[k][i] = -1;
        for (size_t c = 0; c < tw_table_width(s->tables[k]); c++)
            s->from[k][m->to[k][c]] = (int)c;
    }
    return s->names != NULL;
}

static bool match_all(tw_stack *s) {
    matching m = {.stack = s, .columns = tw_hashmap_new(64)};
    tw_buf_init(&m.key, TW_BUF_MAX);
    m.to = tw_arena_alloc(&s->arena, s->n + 1, sizeof *m.to);
    bool good = m.columns && m.to;
    for (size_t k = 0; good && k < s->n; k++)
        good = match_table(&m, k);
    good = good && turn_maps(&m);
    tw_hashmap_free(m.columns);
    tw_buf_fini(&m.key);
    return good;
}

static bool keep_labels(tw_stack *s, const char *label, const tw_str *labels) {
    tw_str *kept = tw_arena_alloc(&s->arena, s->n + 1, sizeof *kept);
    s->label = tw_arena_str(&s->arena, tw_str_c(label)).p;
    s->labels = kept;
    for (size_t k = 0; kept && k < s->n; k++) {
        kept[k] = tw_arena_str(&s->arena, labels[k]);
        if (!kept[k].p)
            return false;
    }
    return kept && s->label;
}

static enum tw_rc check_label(const tw_stack *s, const char *label, tw_error *err) {
    for (size_t k = 0; label && k < s->n; k++)
        if (tw_table_find(s->tables[k], tw_str_c(label)) >= 0)
            return tw_fail(err, TW_EUSAGE,
                           "'%s': a table has a column of that name; choose another one", label);
    return TW_OK;
}

enum tw_rc tw_stack_new(const tw_table *const *tables, size_t n, const char *label,
                        const tw_str *labels, tw_stack **out, tw_error *err) {
    tw_stack *s = tw_calloc(1, sizeof *s);
    if (!s)
        return tw_fail_memory(err);
    tw_arena_init(&s->arena);
    s->tables = tw_arena_alloc(&s->arena, n + 1, sizeof *s->tables);
    s->from = tw_arena_alloc(&s->arena, n + 1, sizeof *s->from);
    for (; s->tables && s->n < n; s->n++)
        s->tables[s->n] = tw_table_ref(tables[s->n]);
    bool good = s->tables && s->from && match_all(s) && (!label || keep_labels(s, label, labels));
    enum tw_rc rc = good ? check_label(s, label, err) : tw_fail_memory(err);
    if (rc == TW_OK)
        *out = s;
    else
        tw_stack_free(s);
    return rc;
}

void tw_stack_free(tw_stack *s) {
    if (!s)
        return;
    for (size_t k = 0; k < s->n; k++)
        tw_table_unref(s->tables[k]);
    tw_arena_fini(&s->arena);
    free(s);
}

size_t tw_stack_width(const tw_stack *s) {
    return s->width + (s->label != NULL);
}

/* --- one table in the columns of the whole --- */

/* A text column that says the same in every row. */
static enum tw_rc constant_column(tw_str text, int64_t rows, tw_column **out, tw_error *err) {
    tw_builder *b = NULL;
    enum tw_rc rc = tw_builder_new(TW_TEXT, NULL, &b, err);
    for (int64_t i = 0; i < rows && rc == TW_OK; i++)
        rc = tw_builder_text(b, text, err);
    if (rc == TW_OK)
        rc = tw_builder_finish(b, out, err);
    tw_builder_free(b);
    return rc;
}

static enum tw_rc add_text_column(tw_draft *draft, const char *name, tw_column *column,
                                  tw_error *err) {
    tw_field field = {
        .name = name, .type = TW_TEXT, .format = TW_FORMAT_PLAIN, .source_column = -1};
    return tw_draft_add(draft, &field, column, err);
}

/* What table k lacks, behind its own columns. */
static enum tw_rc add_missing(const tw_stack *s, size_t k, tw_draft *draft, tw_error *err) {
    tw_column *missing = NULL;
    enum tw_rc rc = TW_OK;
    for (size_t i = 0; i < s->width && rc == TW_OK; i++) {
        if (s->from[k][i] >= 0)
            continue;
        if (!missing)
            rc = tw_column_missing(TW_TEXT, tw_table_rows(s->tables[k]), &missing, err);
        if (rc == TW_OK)
            rc = add_text_column(draft, s->names[i], tw_column_ref(missing), err);
    }
    tw_column_unref(missing);
    return rc;
}

static enum tw_rc add_label(const tw_stack *s, size_t k, tw_draft *draft, tw_error *err) {
    tw_column *column = NULL;
    enum tw_rc rc = constant_column(s->labels[k], tw_table_rows(s->tables[k]), &column, err);
    return rc == TW_OK ? add_text_column(draft, s->label, column, err) : rc;
}

/* Into the order of the whole: column i is moved to place i, those behind it keep their order.
 * `order` holds for each place of the draft which column of the whole stands there (the label: -1). */
static enum tw_rc order_columns(tw_draft *draft, int *order, size_t n, int first, tw_error *err) {
    enum tw_rc rc = TW_OK;
    for (size_t i = 0; i < n && rc == TW_OK; i++) {
        size_t at = i;
        while (order[at] != first + (int)i)
            at++;
        if (at == i)
            continue;
        rc = tw_draft_move(draft, at, i, err);
        memmove(order + i + 1, order + i, (at - i) * sizeof *order);
        order[i] = first + (int)i;
    }
    return rc;
}

static enum tw_rc order_part(const tw_stack *s, size_t k, tw_draft *draft, tw_error *err) {
    size_t n = tw_stack_width(s), own = tw_table_width(s->tables[k]), behind = own;
    int *order = tw_calloc(n + 1, sizeof *order), first = s->label ? -1 : 0;
    if (!order)
        return tw_fail_memory(err);
    for (size_t i = 0; i < s->width; i++) {
        int from = s->from[k][i];
        order[from >= 0 ? (size_t)from : behind++] = (int)i;
    }
    if (s->label)
        order[n - 1] = -1;
    enum tw_rc rc = order_columns(draft, order, n, first, err);
    free(order);
    return rc;
}

enum tw_rc tw_stack_part(const tw_stack *s, size_t k, tw_table **out, tw_error *err) {
    tw_draft *draft = NULL;
    enum tw_rc rc = tw_draft_new(s->tables[k], &draft, err);
    if (rc == TW_OK)
        rc = add_missing(s, k, draft, err);
    if (rc == TW_OK && s->label)
        rc = add_label(s, k, draft, err);
    if (rc == TW_OK)
        rc = order_part(s, k, draft, err);
    if (rc == TW_OK)
        return tw_draft_commit(draft, out, err);
    tw_draft_free(draft);
    return rc;
}

/* --- types --- */

enum tw_type tw_type_seen(const tw_table *table, size_t column) {
    const tw_column *cells = tw_table_column(table, column);
    bool any = tw_column_valid_count(cells) || tw_column_unreadable_count(cells);
    return any ? tw_table_field(table, column)->type : TW_TYPE_COUNT;
}

enum tw_type tw_common_type(const enum tw_type *types, size_t n) {
    enum tw_type common = TW_TYPE_COUNT;
    for (size_t i = 0; i < n; i++) {
        if (types[i] == TW_TYPE_COUNT || types[i] == common)
            continue;
        bool numbers = common != TW_TYPE_COUNT && tw_type_ops_of(common)->is_number &&
                       tw_type_ops_of(types[i])->is_number;
        if (common != TW_TYPE_COUNT && !numbers)
            return TW_TEXT;
        common = numbers ? TW_FLOAT : types[i];
    }
    return common == TW_TYPE_COUNT ? TW_TEXT : common;
}

enum tw_rc tw_table_retyped(const tw_table *table, const int *columns, const enum tw_type *types,
                            size_t n, tw_table **out, tw_error *err) {
    tw_draft *draft = NULL;
    enum tw_rc rc = tw_draft_new(table, &draft, err);
    for (size_t i = 0; i < n && rc == TW_OK; i++) {
        tw_field field = *tw_table_field(table, (size_t)columns[i]);
        if (field.type == types[i])
            continue;
        field.type = types[i];
        if (types[i] == TW_FLOAT)
            field.format.number.decimals = -1;
        rc = tw_draft_field(draft, (size_t)columns[i], &field, err);
    }
    if (rc == TW_OK)
        return tw_draft_commit(draft, out, err);
    tw_draft_free(draft);
    return rc;
}

static enum tw_rc types_of_both(const tw_table *const tables[2], const int *const columns[2],
                                size_t n, enum tw_type *types, tw_task *task, tw_error *err) {
    enum tw_rc rc = TW_OK;
    for (size_t t = 0; t < 2 && rc == TW_OK; t++)
        rc = tw_table_need(tables[t], columns[t], n, task, err);
    for (size_t i = 0; i < n && rc == TW_OK; i++)
        types[i] = tw_common_type(
            (const enum tw_type[]){tw_type_seen(tables[0], (size_t)columns[0][i]),
                                   tw_type_seen(tables[1], (size_t)columns[1][i])},
            2);
    return rc;
}

enum tw_rc tw_tables_agree(const tw_table *const tables[2], const int *const columns[2], size_t n,
                           bool as_text, tw_task *task, tw_table *out[2], tw_error *err) {
    enum tw_type *types = tw_calloc(n, sizeof *types);
    tw_table *typed[2] = {NULL, NULL};
    enum tw_rc rc = types ? TW_OK : tw_fail_memory(err);
    for (size_t i = 0; rc == TW_OK && i < n; i++)
        types[i] = TW_TEXT;
    if (rc == TW_OK && !as_text)
        rc = types_of_both(tables, columns, n, types, task, err);
    for (size_t t = 0; t < 2 && rc == TW_OK; t++) {
        rc = tw_table_retyped(tables[t], columns[t], types, n, &typed[t], err);
        if (rc == TW_OK)
            rc = tw_table_need(typed[t], columns[t], n, task, err);
    }
    for (size_t t = 0; t < 2; t++) {
        if (rc == TW_OK)
            out[t] = typed[t];
        else
            tw_table_unref(typed[t]);
    }
    free(types);
    return rc;
}

/* --- all in one table --- */

typedef struct joining {
    const tw_stack *stack;
    tw_table **parts; /* as tw_stack_part, in the types of the whole */
    enum tw_type *types;
    tw_column **cells; /* of one column */
} joining;

/* The table with all its columns read in the types of the whole. */
static enum tw_rc retype_part(joining *j, size_t k, int *columns, tw_task *task, tw_error *err) {
    size_t width = tw_stack_width(j->stack);
    tw_table *typed = NULL;
    for (size_t i = 0; i < width; i++)
        columns[i] = (int)i;
    enum tw_rc rc = tw_table_retyped(j->parts[k], columns, j->types, width, &typed, err);
    if (rc != TW_OK)
        return rc;
    tw_table_unref(j->parts[k]);
    j->parts[k] = typed;
    return tw_table_need(typed, NULL, 0, task, err);
}

static enum tw_rc prepare_parts(joining *j, tw_task *task, tw_error *err) {
    size_t width = tw_stack_width(j->stack), n = j->stack->n;
    enum tw_type *types = tw_calloc(n, sizeof *types);
    int *columns = tw_calloc(width, sizeof *columns);
    enum tw_rc rc = types && columns ? TW_OK : tw_fail_memory(err);
    for (size_t k = 0; k < n && rc == TW_OK; k++) {
        rc = tw_stack_part(j->stack, k, &j->parts[k], err);
        if (rc == TW_OK)
            rc = tw_table_need(j->parts[k], NULL, 0, task, err);
    }
    for (size_t i = 0; i < width && rc == TW_OK; i++) {
        for (size_t k = 0; k < n; k++)
            types[k] = tw_type_seen(j->parts[k], i);
        j->types[i] = tw_common_type(types, n);
    }
    for (size_t k = 0; k < n && rc == TW_OK; k++)
        rc = retype_part(j, k, columns, task, err);
    free(types);
    free(columns);
    return rc;
}

static bool same_format(const tw_format *a, const tw_format *b) {
    return a->number.decimal == b->number.decimal && a->number.thousands == b->number.thousands &&
           a->number.decimals == b->number.decimals && a->pattern == b->pattern &&
           a->true_word == b->true_word && a->false_word == b->false_word;
}

/* The field of the whole: the first table's that has the column, with its format where all agree. */
static tw_field field_of(const joining *j, size_t column) {
    const tw_field *first = NULL;
    bool same = true;
    for (size_t k = 0; k < j->stack->n; k++) {
        const tw_field *field = tw_table_field(j->parts[k], column);
        if (tw_type_seen(j->parts[k], column) == TW_TYPE_COUNT)
            continue;
        same = same && (!first || same_format(&first->format, &field->format));
        first = first ? first : field;
    }
    tw_field out = first ? *first : *tw_table_field(j->parts[0], column);
    if (!same)
        out.format = TW_FORMAT_PLAIN;
    out.format.null_word = NULL;
    out.source_column = -1;
    return out;
}

static enum tw_rc join_columns(joining *j, tw_draft *draft, tw_task *task, tw_error *err) {
    size_t width = tw_stack_width(j->stack), n = j->stack->n;
    enum tw_rc rc = TW_OK;
    tw_task_begin(task, "joining", width);
    for (size_t i = 0; i < width && rc == TW_OK; i++) {
        tw_column *whole = NULL;
        tw_field field = field_of(j, i);
        for (size_t k = 0; k < n; k++)
            j->cells[k] = (tw_column *)(uintptr_t)tw_table_column(j->parts[k], i);
        rc = tw_column_join(j->types[i], j->cells, n, &whole, err);
        if (rc == TW_OK)
            rc = tw_draft_add(draft, &field, whole, err);
        if (rc == TW_OK)
            rc = tw_task_check(task, err);
        tw_task_advance(task, 1);
    }
    return rc;
}

enum tw_rc tw_stack_join(const tw_stack *s, tw_task *task, tw_table **out, tw_error *err) {
    joining j = {.stack = s};
    tw_draft *draft = NULL;
    j.parts = tw_calloc(s->n, sizeof *j.parts);
    j.cells = tw_calloc(s->n, sizeof *j.cells);
    j.types = tw_calloc(tw_stack_width(s), sizeof *j.types);
    enum tw_rc rc = j.parts && j.cells && j.types ? prepare_parts(&j, task, err)
                                                  : tw_fail_memory(err);
    if (rc == TW_OK)
        rc = tw_draft_new(NULL, &draft, err);
    if (rc == TW_OK)
        rc = join_columns(&j, draft, task, err);
    if (rc == TW_OK)
        rc = tw_draft_commit(draft, out, err);
    else
        tw_draft_free(draft);
    for (size_t k = 0; j.parts && k < s->n; k++)
        tw_table_unref(j.parts[k]);
    free(j.parts);
    free(j.cells);
    free(j.types);
    return rc;
}
