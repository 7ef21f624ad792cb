/* set_type: read columns as another type.
 *
 * No text changes: a cell that can be read becomes a value, any other keeps its text as unreadable and is counted. How
 * numbers and dates are written is found at fit by reading every cell in each of the usual ways and taking the one that
 * reads most, the first listed where several read as many; `pattern`, `decimal` and the words settle it by hand. Two date
 * orders that fit equally well are said. The state keeps the choice, so new data are read the same way. */
#include "steps/clean/cells.h"

#include "base/calendar.h"

typedef struct type_args {
    tw_str_list cols;
    int type;
    tw_str pattern, decimal, thousands, true_word, false_word;
} type_args;

/* A way to write cells, and how many cells it reads. */
typedef struct candidate {
    tw_format format;
    int64_t reads;
} candidate;

enum { MOST_CANDIDATES = 128 };

typedef struct contest {
    candidate list[MOST_CANDIDATES];
    size_t n;
    enum tw_type type;
} contest;

static void enter(contest *c, tw_format format) {
    if (c->n < MOST_CANDIDATES)
        c->list[c->n++] = (candidate){format, 0};
}

static enum tw_rc mark_of(tw_str text, const char *name, char *out, tw_error *err) {
    static const char allowed[] = ".,' ";
    *out = '\0';
    if (!text.n)
        return TW_OK;
    if (text.n > 1 || !strchr(allowed, text.p[0]))
        return tw_fail(err, TW_EUSAGE, "set_type: '%s' is '%.*s'; give one of . , ' or a space", name,
                       (int)TW_MIN(text.n, (size_t)16), text.p);
    *out = text.p[0];
    return TW_OK;
}

static enum tw_rc enter_numbers(contest *c, const type_args *args, const tw_format *was, tw_error *err) {
    static const char marks[][2] = {{'.', 0}, {'.', ','}, {',', 0}, {',', '.'}, {'.', ' '}, {',', ' '}, {'.', '\''}, {',', '\''}};
    char decimal, thousands;
    enum tw_rc rc = mark_of(args->decimal, "decimal", &decimal, err);
    if (rc == TW_OK)
        rc = mark_of(args->thousands, "thousands", &thousands, err);
    if (rc != TW_OK)
        return rc;
    if (decimal || thousands) {
        tw_format given = {.number = {decimal ? decimal : (thousands == '.' ? ',' : '.'), thousands, -1}};
        enter(c, given);
        return TW_OK;
    }
    if (was->number.decimal)
        enter(c, (tw_format){.number = was->number});
    for (size_t i = 0; i < TW_COUNT(marks); i++)
        enter(c, (tw_format){.number = {marks[i][0], marks[i][1], -1}});
    return TW_OK;
}

static enum tw_rc enter_times(contest *c, const type_args *args, const tw_format *was, tw_error *err) {
    const char *const *patterns = c->type == TW_DATE ? tw_date_patterns : tw_datetime_patterns;
    tw_format format = TW_FORMAT_PLAIN;
    if (args->pattern.n) {
        format.pattern = tw_pattern_intern(args->pattern);
        enter(c, format);
        return format.pattern ? TW_OK : tw_fail_memory(err);
    }
    enter(c, format);
    if (was->pattern) {
        format.pattern = was->pattern;
        enter(c, format);
    }
    for (size_t i = 0; c->type != TW_TIME && patterns[i]; i++) {
        format.pattern = patterns[i];
        enter(c, format);
    }
    return TW_OK;
}

static enum tw_rc enter_words(contest *c, const type_args *args, const tw_format *was, tw_error *err) {
    static const char *const words[][2] = {{"true", "false"}, {"yes", "no"}, {"y", "n"}, {"t", "f"}, {"1", "0"},
                                           {"on", "off"},     {"ja", "nein"}, {"ja", "nei"}, {"oui", "non"}, {"sí", "no"}};
    tw_format format = TW_FORMAT_PLAIN;
    if ((args->true_word.n != 0) != (args->false_word.n != 0))
        return tw_fail(err, TW_EUSAGE, "set_type: only one of 'true_word' and 'false_word' is given; give both");
    if (args->true_word.n) {
        format.true_word = tw_pattern_intern(args->true_word);
        format.false_word = tw_pattern_intern(args->false_word);
        enter(c, format);
        return format.true_word && format.false_word ? TW_OK : tw_fail_memory(err);
    }
    enter(c, format);
    if (was->true_word)
        enter(c, *was);
    for (size_t i = 1; i < TW_COUNT(words); i++) {
        format.true_word = words[i][0];
        format.false_word = words[i][1];
        enter(c, format);
    }
    return TW_OK;
}

static enum tw_rc enter_plain(contest *c, const type_args *args, const tw_format *was, tw_error *err) {
    (void)args, (void)was, (void)err;
    enter(c, TW_FORMAT_PLAIN);
    return TW_OK;
}

/* --- reading every text in every way --- */

/* The column as text, whatever its type is. */
static enum tw_rc as_text(const tw_step_env *env, const tw_table *in, size_t column, tw_table **out, tw_error *err) {
    tw_draft *draft = NULL;
    tw_field field = *tw_table_field(in, column);
    field.type = TW_TEXT;
    enum tw_rc rc = tw_draft_new(in, &draft, err);
    if (rc == TW_OK)
        rc = tw_draft_field(draft, column, &field, err);
    if (rc != TW_OK) {
        tw_draft_free(draft);
        return rc;
    }
    rc = tw_draft_commit(draft, out, err);
    int needed = (int)column;
    return rc == TW_OK ? tw_table_need(*out, &needed, 1, env->task, err) : rc;
}

/* Candidates that read less than half of what the best one does in the first chunk are out. */
static void prune(contest *c) {
    int64_t best = 0;
    size_t kept = 0;
    for (size_t i = 0; i < c->n; i++)
        best = TW_MAX(best, c->list[i].reads);
    for (size_t i = 0; i < c->n; i++)
        if (c->list[i].reads * 2 >= best)
            c->list[kept++] = c->list[i];
    c->n = kept;
}

static void read_text(contest *c, tw_str text) {
    const tw_type_ops *ops = tw_type_ops_of(c->type);
    tw_cell cell;
    for (size_t i = 0; i < c->n; i++)
        c->list[i].reads += ops->parse(text, &c->list[i].format, &cell);
}

static enum tw_rc read_all(contest *c, const tw_column *texts, tw_task *task, tw_error *err) {
    enum { BLOCK = 4096 };
    tw_str *scratch = tw_calloc(TW_CHUNK_ROWS, sizeof *scratch);
    if (!scratch)
        return tw_fail_memory(err);
    enum tw_rc rc = TW_OK;
    for (size_t chunk = 0; chunk < tw_column_chunks(texts) && rc == TW_OK; chunk++) {
        const tw_str *cells = tw_column_texts(texts, chunk, scratch);
        for (size_t i = 0; i < tw_column_chunk_rows(texts, chunk) && rc == TW_OK; i++) {
            if (cells[i].p)
                read_text(c, cells[i]);
            if (i % BLOCK == BLOCK - 1) {
                prune(c);
                rc = tw_task_check(task, err);
            }
        }
    }
    free(scratch);
    return rc;
}

/* The winner; a date order that reads as many is said. */
static const candidate *winner(const contest *c, const tw_step_env *env, const char *name) {
    const candidate *best = &c->list[0];
    for (size_t i = 1; i < c->n; i++)
        if (c->list[i].reads > best->reads)
            best = &c->list[i];
    for (size_t i = 0; i < c->n; i++) {
        const char *a = best->format.pattern, *b = c->list[i].format.pattern;
        bool other_order = a && b && a[1] != b[1] && strlen(a) == strlen(b) && strchr(b, 'm');
        if (&c->list[i] != best && best->reads && c->list[i].reads == best->reads && other_order) {
            tw_say(env->log, TW_WARNING, "set_type: column '%s' reads as %s and as %s alike; took the first, say pattern = "
                   "\"%s\" for the other", name, a, b, b);
            break;
        }
    }
    return best;
}

static tw_doc *letter_doc(char c) {
    return c ? tw_doc_text((tw_str){&c, 1}) : tw_doc_null();
}

static tw_doc *format_doc(enum tw_type type, const tw_format *format) {
    tw_doc *doc = tw_doc_map();
    if (!doc)
        return NULL;
    tw_doc_set(doc, "type", tw_doc_c(tw_type_name(type)));
    tw_doc_set(doc, "decimal", letter_doc(format->number.decimal));
    tw_doc_set(doc, "thousands", letter_doc(format->number.thousands));
    tw_doc_set(doc, "pattern", tw_doc_c(format->pattern));
    tw_doc_set(doc, "true_word", tw_doc_c(format->true_word));
    tw_doc_set(doc, "false_word", tw_doc_c(format->false_word));
    if (!tw_doc_failed(doc))
        return doc;
    tw_doc_free(doc);
    return NULL;
}

static enum tw_rc fit_column(const type_args *args, const tw_step_env *env, const tw_table *in, size_t column,
                             tw_doc *state, tw_error *err) {
    static enum tw_rc (*const entries[TW_TYPE_COUNT])(contest *c, const type_args *args, const tw_format *was,
                                                      tw_error *err) = {
        [TW_BOOLEAN] = enter_words, [TW_INTEGER] = enter_numbers, [TW_FLOAT] = enter_numbers, [TW_DATE] = enter_times,
        [TW_TIME] = enter_times,    [TW_DATETIME] = enter_times,  [TW_TEXT] = enter_plain};
    const tw_field *field = tw_table_field(in, column);
    tw_table *texts = NULL;
    contest *c = tw_arena_alloc(env->arena, 1, sizeof *c);
    if (!c)
        return tw_fail_memory(err);
    c->type = (enum tw_type)args->type;
    enum tw_rc rc = entries[c->type](c, args, &field->format, err);
    if (rc == TW_OK && c->n > 1)
        rc = as_text(env, in, column, &texts, err);
    if (rc == TW_OK && c->n > 1)
        rc = read_all(c, tw_table_column(texts, column), env->task, err);
    if (rc == TW_OK && !tw_doc_set(state, field->name, format_doc(c->type, &winner(c, env, field->name)->format)))
        rc = tw_fail_memory(err);
    tw_table_unref(texts);
    return rc;
}

static enum tw_rc fit(const void *raw, const tw_step_env *env, const tw_table *in, tw_doc **state, tw_error *err) {
    const type_args *args = raw;
    int *columns;
    size_t n;
    enum tw_rc rc = tw_step_columns(env, in, &args->cols, NULL, &columns, &n, err);
    tw_doc *map = tw_doc_map();
    if (rc == TW_OK && !map)
        rc = tw_fail_memory(err);
    for (size_t i = 0; rc == TW_OK && i < n; i++)
        rc = fit_column(args, env, in, (size_t)columns[i], map, err);
    if (rc == TW_OK)
        *state = map;
    else
        tw_doc_free(map);
    return rc;
}

/* --- apply --- */

static char letter_of(const tw_doc *doc) {
    tw_str text = tw_doc_as_text(doc, TW_STR(""));
    return text.n ? text.p[0] : '\0';
}

static const char *word_of(const tw_doc *doc) {
    return tw_doc_kind(doc) == TW_DOC_TEXT ? tw_pattern_intern(tw_doc_as_text(doc, TW_STR(""))) : NULL;
}

static enum tw_rc set_field(const tw_doc *choice, const tw_table *in, int column, tw_draft *draft, tw_error *err) {
    tw_field field = *tw_table_field(in, (size_t)column);
    if (!tw_type_find(tw_doc_as_text(tw_doc_get(choice, "type"), TW_STR("")), &field.type))
        return tw_fail(err, TW_EDAMAGED, "state of set_type: it names no type; fit the recipe again");
    bool float_kept = field.type == TW_FLOAT && tw_table_field(in, (size_t)column)->type == TW_FLOAT;
    int8_t decimals = float_kept ? field.format.number.decimals : -1;
    field.format = (tw_format){.number = {letter_of(tw_doc_get(choice, "decimal")), letter_of(tw_doc_get(choice, "thousands")), decimals},
                               .pattern = word_of(tw_doc_get(choice, "pattern")),
                               .true_word = word_of(tw_doc_get(choice, "true_word")),
                               .false_word = word_of(tw_doc_get(choice, "false_word"))};
    return tw_draft_field(draft, (size_t)column, &field, err);
}

/* How many cells read and how many do not, for the report. */
static enum tw_rc report(const tw_step_env *env, const int *columns, size_t n, tw_step_result *out, tw_error *err) {
    enum tw_rc rc = n ? tw_table_need(out->table, columns, n, env->task, err) : TW_OK;
    out->summary = tw_doc_map();
    if (rc == TW_OK && !out->summary)
        rc = tw_fail_memory(err);
    for (size_t i = 0; rc == TW_OK && i < n; i++) {
        const tw_column *column = tw_table_column(out->table, (size_t)columns[i]);
        const tw_field *field = tw_table_field(out->table, (size_t)columns[i]);
        int64_t bad = tw_column_unreadable_count(column);
        tw_doc *figures = tw_doc_map();
        if (bad)
            tw_say(env->log, TW_WARNING, "set_type: %lld cell%s of column '%s' cannot be read as %s; the text stays",
                   (long long)bad, bad == 1 ? "" : "s", field->name, tw_type_name(field->type));
        bool good = figures && tw_doc_set(figures, "values", tw_doc_int(tw_column_valid_count(column))) &&
                    tw_doc_set(figures, "unreadable", tw_doc_int(bad));
        if (!tw_doc_set(out->summary, field->name, figures) || !good)
            rc = tw_fail_memory(err);
    }
    return rc;
}

static enum tw_rc apply(const void *raw, const tw_doc *state, const tw_step_env *env, const tw_table *in,
                        tw_step_result *out, tw_error *err) {
    size_t n = tw_doc_count(state);
    tw_draft *draft = NULL;
    (void)raw;
    int *columns = tw_arena_alloc(env->arena, n, sizeof *columns);
    enum tw_rc rc = columns ? tw_draft_new(in, &draft, err) : tw_fail_memory(err);
    for (size_t i = 0; rc == TW_OK && i < n; i++) {
        rc = tw_table_require(in, tw_doc_key(state, i), &columns[i], err);
        if (rc == TW_OK)
            rc = set_field(tw_doc_at(state, i), in, columns[i], draft, err);
    }
    if (rc == TW_OK)
        rc = tw_clean_commit(draft, out, err);
    else
        tw_draft_free(draft);
    return rc == TW_OK ? report(env, columns, n, out, err) : rc;
}

// clang-format off
#define AT(field) offsetof(type_args, field)
static const tw_param params[] = {
    {.name = "cols", .kind = TW_PARAM_COLUMNS, .offset = AT(cols), .flags = TW_PARAM_REQUIRED | TW_PARAM_POSITIONAL, .help = "columns"},
    {.name = "type", .kind = TW_PARAM_CHOICE, .offset = AT(type), .flags = TW_PARAM_REQUIRED | TW_PARAM_POSITIONAL, .choices = "boolean|integer|float|date|time|datetime|text", .help = "what to read them as"},
    {.name = "pattern", .kind = TW_PARAM_TEXT, .offset = AT(pattern), .help = "how dates and times are written, as \"%d.%m.%Y\"; none: the one that reads most"},
    {.name = "decimal", .kind = TW_PARAM_TEXT, .offset = AT(decimal), .help = "decimal mark; none: the one that reads most"},
    {.name = "thousands", .kind = TW_PARAM_TEXT, .offset = AT(thousands), .help = "mark between groups of three digits"},
    {.name = "true_word", .kind = TW_PARAM_TEXT, .offset = AT(true_word), .help = "how true is written"},
    {.name = "false_word", .kind = TW_PARAM_TEXT, .offset = AT(false_word), .help = "how false is written"},
};
_Static_assert(TW_BOOLEAN == 0 && TW_INTEGER == 1 && TW_FLOAT == 2 && TW_DATE == 3 && TW_TIME == 4 && TW_DATETIME == 5 &&
               TW_TEXT == 6, "the choices of type follow types.def");

const tw_step_row tw_step_set_type = {
    .name = "set_type", .family = "clean", .summary = "read columns as another type",
    .method = "No text changes. Cells that cannot be read keep their text, count as unreadable and are reported. Decimal marks, "
              "date patterns and words for true and false are found at fit as those that read most cells, and kept.",
    .source = "", .params = params, .n_params = TW_COUNT(params), .args_size = sizeof(type_args),
    .flags = TW_STEP_ROW_LOCAL | TW_STEP_SCHEMA, .state = TW_STATE_GATHERED, .fit = fit, .apply = apply,
    .example = "r:set_type { cols = \"postcode\", type = \"text\" }",
};
// clang-format on
