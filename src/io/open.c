/* Opening in two steps: what the first screen needs at once, what tables need later.
 *
 * A view is a text with what was sniffed about it. A large plain file has one view for life. Files
 * up to SNIFF_WHOLE and those that are compressed or otherwise encoded are first known by their head
 * alone; finish makes the whole text and sniffs again on it, so that further tables and the footer
 * are found and nothing depends on how the file is packed. The first view stays as it was: the
 * screen may be reading it. */
#include "io/open.h"

#include "io/csv_vector.h"
#include "io/input.h"
#include "io/load_early.h"
#include "io/opened.h"

enum {
    GUESS_ROWS = 4096,
    EARLY_BYTES = 1 << 20, /* small files are read twice in no time */
    COLUMNS_MOST = 1 << 18 /* each costs some KB once it is looked at */
};

static bool copy_str(tw_arena *arena, tw_str *s) {
    if (s->p)
        *s = tw_arena_str(arena, *s);
    return s->p != NULL;
}

/* A copy of n texts; NULL when memory is out. */
static tw_str *copy_strs(tw_arena *arena, const tw_str *list, size_t n) {
    tw_str *copy = tw_arena_alloc(arena, n + 1, sizeof *copy);
    for (size_t i = 0; copy && i < n; i++) {
        copy[i] = list[i];
        if (list[i].n && !copy_str(arena, &copy[i]))
            return NULL;
    }
    return copy;
}

/* Options outlive the call that gave them. */
static enum tw_rc copy_options(tw_opened *o, const tw_read_options *options, tw_error *err) {
    tw_arena *arena = &o->source->arena;
    tw_read_options *to = &o->options;
    *to = *options;
    tw_str *texts[] = {&to->delimiter, &to->quote,   &to->escape,    &to->encoding, &to->header,
                       &to->format,    &to->decimal, &to->thousands, &to->table,
                       &to->widths};
    bool good = true;
    for (size_t i = 0; i < TW_COUNT(texts); i++)
        good = (!texts[i]->p || copy_str(arena, texts[i])) && good;
    to->types = copy_strs(arena, options->types, options->n_types);
    to->roles = copy_strs(arena, options->roles, options->n_roles);
    if (options->null_tokens) {
        o->null_tokens.n = options->null_tokens->n;
        o->null_tokens.at = copy_strs(arena, options->null_tokens->at, o->null_tokens.n);
        to->null_tokens = &o->null_tokens;
        good = good && o->null_tokens.at;
    }
    return good && to->types && to->roles ? TW_OK : tw_fail_memory(err);
}

/* Formats that are turned into records, and one of text that fixes a delimiter. */
static const struct {
    const char *name;
    enum tw_form form;
    const char *delimiter;
    bool fixed;
} forms[] = {{"csv", TW_FORM_TEXT, NULL, false},
             {"tsv", TW_FORM_TEXT, "\t", false},
             {"fixed", TW_FORM_TEXT, NULL, true},
             {"jsonl", TW_FORM_JSONL, NULL, false},
             {"json", TW_FORM_JSONL, NULL, false},
             {"sqlite", TW_FORM_SQLITE, NULL, false}};

/* The text will be records of our own making: nothing about it is to be guessed. */
static void expect_records(tw_opened *o) {
    tw_read_options *options = &o->options;
    options->delimiter = TW_STR(",");
    options->quote = TW_STR("\"");
    options->escape = TW_STR("");
    options->header = TW_STR("1");
    options->skip = options->footer = 0;
    options->widths = (tw_str){0};
    options->records = true;
}

/* What --format, or else the path's suffix, says. Databases are known by their bytes: a suffix such
 * as .db stands on other files too. */
static enum tw_rc apply_format(tw_opened *o, const char *path, enum tw_form *form, tw_error *err) {
    tw_read_options *options = &o->options;
    bool given = options->format.p;
    const tw_file_format *format =
        given ? tw_file_format_named(options->format) : tw_file_format_of_path(tw_str_c(path));
    *form = TW_FORM_TEXT;
    if (given && !format)
        return tw_fail(err, TW_EUSAGE,
                       "--format '%.*s': no such format; csv, tsv, jsonl, json, sqlite, fixed can be read",
                       TW_ARG(options->format));
    if (given && !format->reads)
        return tw_file_format_refuse(format, err);
    for (size_t i = 0; format && i < TW_COUNT(forms); i++) {
        if (strcmp(format->name, forms[i].name) != 0)
            continue;
        if (given || forms[i].form != TW_FORM_SQLITE)
            *form = forms[i].form;
        options->fixed = forms[i].fixed;
        if (given && forms[i].delimiter && !options->delimiter.p)
            options->delimiter = tw_str_c(forms[i].delimiter);
    }
    return TW_OK;
}

/* Of a database only the choice of the table was a decision. */
static enum tw_rc say_database(tw_opened *o, tw_sniffed *s, tw_error *err) {
    tw_sqlite *db = o->input.sqlite;
    int64_t blobs = tw_sqlite_blobs(db);
    tw_decision *d = tw_arena_alloc(&o->source->arena, 2, sizeof *d);
    if (!d)
        return tw_fail_memory(err);
    d[0] = (tw_decision){.what = "table", .score = 1};
    snprintf(d[0].value, sizeof d[0].value, "%.47s", tw_sqlite_table_name(db, s->dialect.table));
    snprintf(d[0].why, sizeof d[0].why, "%s of %zu tables and views",
             o->table_given ? "the one named" : "the first", s->dialect.n_tables);
    d[1] = (tw_decision){.what = "blobs", .score = 1};
    snprintf(d[1].value, sizeof d[1].value, "%lld", (long long)blobs);
    snprintf(d[1].why, sizeof d[1].why, "bytes are shown in hexadecimal digits: X'…'");
    s->decisions = d;
    s->n_decisions = blobs ? 2 : 1;
    return TW_OK;
}

/* What the tables of a database are called, and what its values say about types. */
static enum tw_rc add_database(tw_opened *o, tw_view *view, tw_error *err) {
    tw_sqlite *db = o->input.sqlite;
    tw_sniffed *s = &view->sniffed;
    tw_arena *arena = &o->source->arena;
    size_t n = tw_sqlite_tables(db), now = tw_sqlite_table(db);
    tw_sniffed_table *tables = tw_arena_alloc(arena, n, sizeof *tables);
    uint8_t *known = tw_arena_alloc(arena, s->width + 1, 1);
    if (!tables || !known)
        return tw_fail_memory(err);
    for (size_t i = 0; i < n; i++) {
        tables[i] = i == now && s->tables ? s->tables[0] : (tw_sniffed_table){.rows = -1};
        tables[i].name = tw_arena_str(arena, tw_str_c(tw_sqlite_table_name(db, i))).p;
        if (!tables[i].name)
            return tw_fail_memory(err);
    }
    s->tables = tables;
    s->dialect.n_tables = n;
    s->dialect.table = now;
    memcpy(known, tw_sqlite_known(db), TW_MIN(s->width, tw_sqlite_width(db)));
    s->known = known;
    return say_database(o, s, err);
}

/* Names as they are shown: the file's own, or c1, c2, … */
static tw_str *names_of(const tw_sniffed *s, tw_arena *arena) {
    tw_str *names = tw_arena_alloc(arena, s->width + 1, sizeof *names);
    for (size_t i = 0; names && i < s->width; i++) {
        tw_str own = s->names ? s->names[i] : (tw_str){0};
        names[i] =
            own.p ? tw_arena_str(arena, own) : tw_str_c(tw_arena_printf(arena, "c%zu", i + 1));
        if (!names[i].p)
            return NULL;
    }
    return names;
}

/* Sniff a sample of `text` into a view. */
static enum tw_rc sniff_view(tw_opened *o, tw_view *view, tw_str text, const tw_sample *sample,
                             const tw_dialect *encoding, tw_error *err) {
    view->text = text;
    enum tw_rc rc =
        tw_sniff(sample, &o->options, encoding, &o->source->arena, &view->sniffed, err);
    if (rc == TW_OK && view->sniffed.width > COLUMNS_MOST)
        rc = tw_fail(err, TW_ELIMIT,
                     "cannot read a table of so many columns: %zu are more than %d; cut some out of it "
                     "first, as with `cut -f`",
                     view->sniffed.width, COLUMNS_MOST);
    if (rc)
        return rc;
    static const char *const names[] = {"csv", "jsonl", "sqlite"}; /* by enum tw_form */
    const tw_sniffed *s = &view->sniffed;
    snprintf(view->sniffed.dialect.format, sizeof view->sniffed.dialect.format, "%s",
             s->dialect.fixed ? "fixed" : names[o->input.form]);
    if (o->input.form == TW_FORM_JSONL && !o->input.lines)
        memcpy(view->sniffed.dialect.format, "json", sizeof "json");
    if (o->input.form == TW_FORM_SQLITE)
        rc = add_database(o, view, err);
    if (rc)
        return rc;
    view->names = names_of(s, &o->source->arena);
    if (!view->names)
        return tw_fail_memory(err);
    view->rules = tw_csv_rules_of(&s->dialect);
    view->data_begin = TW_MIN(s->data_begin, text.n);
    view->data_end = s->dialect.table_end ? TW_MIN(s->dialect.table_end, text.n) : text.n;
    view->data_end = TW_MAX(view->data_end, view->data_begin);
    if (s->width == 0)
        return TW_OK;
    return tw_repairer_new(s, sample, &view->repairer, err);
}

tw_index_input tw_view_input(const tw_view *view) {
    return (tw_index_input){.text = view->text,
                            .begin = view->data_begin,
                            .end = view->data_end,
                            .rules = view->rules,
                            .width = view->sniffed.width,
                            .repairer = view->repairer};
}

/* An index of the first `rows` data records, looking at `bytes` of text at most. */
static enum tw_rc index_some(const tw_view *view, int64_t rows, uint64_t bytes, tw_index **out,
                             tw_error *err) {
    tw_index_input in = tw_view_input(view);
    in.end = in.begin + TW_MIN(bytes, in.end - in.begin);
    in.max_rows = rows;
    return tw_index_build(&in, NULL, out, err);
}

static enum tw_rc index_head(const tw_view *view, int64_t rows, tw_index **out, tw_error *err) {
    return index_some(view, rows, UINT64_MAX, out, err);
}

/* Rows of the whole, from the size of the first ones. A record that is longer than what is looked
 * at says nothing about others: there may be one only. */
static enum tw_rc estimate_rows(tw_opened *o, tw_error *err) {
    const tw_view *view = &o->first;
    tw_index *index = NULL;
    if (view->sniffed.width == 0)
        return TW_OK;
    enum tw_rc rc = index_some(view, ESTIMATE_ROWS, ESTIMATE_BYTES, &index, err);
    if (rc)
        return rc;
    int64_t seen = tw_index_rows(index);
    uint64_t bytes = tw_index_bytes(index), all = view->data_end - view->data_begin;
    if (seen == 1 && bytes == ESTIMATE_BYTES)
        bytes = all;
    if (!o->input.sample.whole && o->input.sample.total == 0) /* packed: take three to one */
        all = tw_mapping_bytes(o->input.raw).n * (o->input.compression == TW_PLAIN ? 1 : 3);
    o->rows_a_byte = bytes ? (double)seen / (double)bytes : 0;
    atomic_store(&o->rows, TW_MAX((int64_t)((double)all * o->rows_a_byte), seen));
    tw_index_free(index);
    return TW_OK;
}

typedef struct open_call {
    tw_opened *o;
    tw_str text;
} open_call;

static enum tw_rc look(void *ctx, tw_error *err) {
    open_call *c = ctx;
    enum tw_rc rc = sniff_view(c->o, &c->o->first, c->text, &c->o->input.sample,
                               &c->o->input.encoding, err);
    if (rc == TW_OK)
        rc = tw_opened_check(c->o, err);
    return rc ? rc : estimate_rows(c->o, err);
}

static enum tw_rc open_steps(tw_opened *o, const char *path, const tw_read_options *options,
                             tw_task *task, tw_error *err) {
    enum tw_form form;
    enum tw_rc rc = copy_options(o, options, err);
    if (rc == TW_OK)
        rc = apply_format(o, path, &form, err);
    if (rc == TW_OK)
        rc = tw_input_open(&o->input, path, &o->options, form, task, err);
    if (rc)
        return rc;
    o->has_input = true;
    if (o->input.form == TW_FORM_JSONL)
        expect_records(o);
    if (o->input.form == TW_FORM_SQLITE) { /* which is known by its bytes, so only now */
        expect_records(o);
        o->table_given = options->table.p != NULL;
        o->options.table = (tw_str){0};
        o->options.null_tokens = options->null_tokens ? o->options.null_tokens : &o->null_tokens;
    }
    open_call call = {o, o->input.sample.head};
    if (tw_input_is_plain(&o->input) && !tw_input_is_open(&o->input)) {
        tw_str raw = tw_mapping_bytes(o->input.raw);
        call.text = tw_str_sub(raw, o->input.mark, raw.n);
    }
    return tw_file_guard(look, &call, err);
}

enum tw_rc tw_open(const char *path, const tw_read_options *options, tw_task *task, tw_opened **out,
                   tw_error *err) {
    *out = NULL;
    tw_opened *o = tw_calloc(1, sizeof *o);
    if (!o)
        return tw_fail_memory(err);
    atomic_init(&o->current, &o->first);
    atomic_init(&o->rows, 0);
    atomic_init(&o->exact, false);
    enum tw_rc rc = tw_source_csv_new(path, &o->source, err);
    if (rc == TW_OK)
        rc = open_steps(o, path, options ? options : &TW_READ_DEFAULT, task, err);
    if (rc) {
        rc = tw_error_place(err, rc, path, -1, NULL);
        tw_opened_free(o);
        return rc;
    }
    *out = o;
    return TW_OK;
}

void tw_opened_free(tw_opened *o) {
    if (!o)
        return;
    tw_repairer_free(o->first.repairer);
    tw_repairer_free(o->whole.repairer);
    if (o->has_input)
        tw_input_fini(&o->input);
    tw_source_csv_unref(o->source);
    free(o);
}

const tw_view *tw_opened_view(const tw_opened *o) {
    return atomic_load(&o->current);
}

const tw_dialect *tw_opened_dialect(const tw_opened *o) {
    return &tw_opened_view(o)->sniffed.dialect;
}

uint64_t tw_opened_bytes(const tw_opened *o) {
    return tw_mapping_bytes(o->input.raw).n;
}

size_t tw_opened_width(const tw_opened *o) {
    return tw_opened_view(o)->sniffed.width;
}

tw_str tw_opened_name(const tw_opened *o, size_t column) {
    return tw_opened_view(o)->names[column];
}

int64_t tw_opened_rows(const tw_opened *o, bool *exact) {
    int64_t rows = atomic_load(&o->rows);
    *exact = atomic_load(&o->exact);
    if (*exact || !o->input.feed)
        return rows;
    uint64_t bytes = tw_mapping_bytes(o->input.raw).n, from = o->first.data_begin;
    return TW_MAX(rows, (int64_t)((double)(bytes > from ? bytes - from : 0) * o->rows_a_byte));
}

tw_view tw_opened_first(const tw_opened *o) {
    tw_view view = o->first;
    uint64_t bytes;
    if (!tw_opened_growing(o, &bytes))
        return view;
    view.text = tw_input_so_far(&o->input);
    view.data_end = TW_MAX(view.text.n, view.data_begin);
    return view;
}

bool tw_opened_ended(const tw_opened *o) {
    return !tw_input_is_open(&o->input);
}

bool tw_opened_stopped(const tw_opened *o) {
    return o->input.feed && tw_feed_stopped(o->input.feed);
}

bool tw_opened_growing(const tw_opened *o, uint64_t *bytes) {
    *bytes = tw_mapping_bytes(o->input.raw).n;
    return o->input.feed && tw_input_is_plain(&o->input) && !atomic_load(&o->exact);
}

typedef struct head_call {
    tw_opened *o;
    size_t n;
    tw_arena *arena;
    tw_batch *out;
} head_call;

/* The last of the records may be cut where the bytes ended it: it is left out. */
static enum tw_rc head_guarded(void *ctx, tw_error *err) {
    head_call *c = ctx;
    const tw_view view = tw_opened_first(c->o);
    tw_index *index = NULL;
    enum tw_rc rc = index_some(&view, (int64_t)c->n, HEAD_BYTES, &index, err);
    if (rc)
        return rc;
    size_t rows = (size_t)tw_index_rows(index);
    bool cut = rows && tw_index_bytes(index) == HEAD_BYTES &&
               HEAD_BYTES < view.data_end - view.data_begin;
    rows -= cut;
    c->o->head_cut = cut && rows;
    rc = tw_csv_fetch(index, view.sniffed.width, 0, rows, false, c->arena, c->out, err);
    tw_index_free(index);
    return rc;
}

enum tw_rc tw_opened_head(tw_opened *o, size_t n, tw_arena *arena, tw_batch *out, tw_error *err) {
    *out = (tw_batch){0};
    head_call call = {o, n, arena, out};
    if (n == 0 || o->first.sniffed.width == 0)
        return TW_OK;
    return tw_error_place(err, tw_file_guard(head_guarded, &call, err), o->source->path, -1, NULL);
}

/* A source of its own for the head: its text, mapped or copied, and columns that are all text. */
static enum tw_rc head_source(tw_opened *o, tw_source_csv **out, tw_error *err) {
    const tw_view *view = &o->first;
    tw_source_csv *s = NULL;
    enum tw_rc rc = tw_source_csv_new(o->source->path, &s, err);
    if (rc)
        return rc;
    *out = s;
    o->source->base.ops->ref(&o->source->base);
    s->owner = o->source;
    s->text = view->text;
    if (tw_input_is_plain(&o->input)) {
        s->mapping = tw_mapping_ref(o->input.raw);
        s->raw = tw_mapping_ref(o->input.raw);
    } else {
        char *copy = tw_calloc(view->text.n, 1);
        if (!copy)
            return tw_fail_memory(err);
        memcpy(copy, view->text.p, view->text.n);
        rc = tw_mapping_take(copy, view->text.n, &s->mapping, err);
        s->text = s->mapping ? tw_mapping_bytes(s->mapping) : TW_STR("");
    }
    s->sniffed = view->sniffed;
    s->names = view->names;
    s->rules = view->rules;
    s->converted = o->input.form != TW_FORM_TEXT;
    return rc;
}

bool tw_opened_head_cut(const tw_opened *o) {
    return o->head_cut;
}

typedef struct head_table_call {
    tw_opened *o;
    int64_t n;
    tw_source_csv *source;
    bool enough;
} head_table_call;

static tw_reading *text_readings(tw_arena *arena, size_t width) {
    tw_reading *readings = tw_arena_alloc(arena, width + 1, sizeof *readings);
    for (size_t i = 0; readings && i < width; i++)
        readings[i] = (tw_reading){.type = TW_TEXT, .format = TW_FORMAT_PLAIN};
    return readings;
}

static enum tw_rc head_table_guarded(void *ctx, tw_error *err) {
    head_table_call *c = ctx;
    tw_view view = c->o->first;
    enum tw_rc rc = head_source(c->o, &c->source, err);
    if (rc)
        return rc;
    tw_source_csv *s = c->source;
    tw_index *index = NULL;
    tw_reading *readings = text_readings(&s->arena, view.sniffed.width);
    if (!readings)
        return tw_fail_memory(err);
    view.text = s->text;
    rc = index_head(&view, c->n, &index, err);
    if (rc)
        return rc;
    bool all = tw_input_is_plain(&c->o->input) && !c->o->input.feed;
    c->enough = tw_index_rows(index) >= c->n || all || c->o->input.sample.whole;
    s->data_end = view.data_begin + tw_index_bytes(index);
    return tw_source_csv_complete(s, index, readings, err);
}

enum tw_rc tw_opened_head_table(tw_opened *o, int64_t n, tw_table **out, tw_error *err) {
    head_table_call call = {.o = o, .n = TW_MAX(n, INT64_C(1))};
    *out = NULL;
    enum tw_rc rc = tw_file_guard(head_table_guarded, &call, err);
    if (rc == TW_OK && call.enough)
        rc = tw_table_from_source(&call.source->base, out, err);
    tw_source_csv_unref(call.source);
    return tw_error_place(err, rc, o->source->path, -1, NULL);
}

/* What the sniffer sees of a whole text: all of a small one, so that further tables and a footer are found wherever they
 * stand. */
static tw_sample whole_sample(tw_str text) {
    return text.n <= SNIFF_WHOLE ? (tw_sample){.head = text, .total = text.n, .whole = true} : tw_sample_of(text);
}

typedef struct whole_call {
    tw_opened *o;
    const tw_whole_text *text;
} whole_call;

static enum tw_rc sniff_whole(void *ctx, tw_error *err) {
    whole_call *c = ctx;
    tw_sample sample = whole_sample(c->text->text);
    return sniff_view(c->o, &c->o->whole, c->text->text, &sample, &c->text->encoding, err);
}

/* The view of the whole text: the first one, or a new one where more is to be seen now than the first had. */
static enum tw_rc whole_view(tw_opened *o, tw_task *task, tw_view **out, tw_error *err) {
    tw_source_csv *s = o->source;
    *out = o->whole.text.p ? &o->whole : &o->first;
    if (s->mapping)
        return TW_OK; /* an earlier finish was cancelled behind this point */
    tw_whole_text whole;
    enum tw_rc rc = tw_input_text(&o->input, task, &whole, err);
    bool part = !o->input.sample.whole && (o->input.feed || whole.text.n <= SNIFF_WHOLE);
    bool more = !tw_input_is_plain(&o->input) || part;
    if (rc == TW_OK && more) {
        *out = &o->whole;
        rc = tw_file_guard(sniff_whole, &(whole_call){o, &whole}, err);
    }
    if (rc) {
        tw_mapping_unref(whole.holder);
        return rc;
    }
    o->input.decision = whole.decision;
    o->trailing = whole.trailing;
    s->mapping = whole.holder;
    s->converted = o->input.form != TW_FORM_TEXT;
    if (o->input.form != TW_FORM_SQLITE) { /* others may go on writing into a database: we hold a copy */
        s->raw = tw_mapping_ref(o->input.raw);
        s->witness = tw_mapping_ref(o->input.raw);
    }
    s->text = whole.text;
    s->sniffed = (*out)->sniffed;
    s->names = (*out)->names;
    s->rules = (*out)->rules;
    s->data_end = (*out)->data_end;
    return TW_OK;
}

/* Index alone: where records begin and which were repaired. */
static enum tw_rc index_records(const tw_view *view, const char *what, tw_task *task,
                                tw_index **out, tw_error *err) {
    static tw_infer *const no_states[64];
    size_t slots = 2 * tw_pool_threads(task ? task->pool : NULL);
    /* The quotes that threads need counted first take as long as the records themselves. */
    bool alone = tw_csv_rules_are_plain(&view->rules) && tw_csv_vector_usable();
    tw_index_input in = tw_view_input(view);
    in.slots = no_states;
    in.n_slots = alone || slots <= 2 ? 1 : TW_MIN(slots, TW_COUNT(no_states));
    tw_task_begin(task, what, view->data_end - view->data_begin);
    return tw_index_build(&in, task, out, err);
}

enum tw_rc tw_opened_count(tw_opened *o, tw_task *task, int64_t *rows, tw_error *err) {
    tw_view *view = NULL;
    tw_index *index = NULL;
    *rows = atomic_load(&o->rows);
    if (atomic_load(&o->exact))
        return TW_OK;
    enum tw_rc rc = whole_view(o, task, &view, err);
    if (rc == TW_OK && view->sniffed.width)
        rc = index_records(view, "counting", task, &index, err);
    if (rc == TW_OK)
        rc = tw_source_csv_check(o->source, err);
    if (rc == TW_OK)
        *rows = index ? tw_index_rows(index) : 0;
    tw_index_free(index);
    return tw_error_place(err, rc, o->source->path, -1, NULL);
}

typedef struct infer_states {
    tw_infer *all, **slots;
    size_t n;
} infer_states;

static void infer_states_fini(infer_states *states) {
    for (size_t i = 0; states->slots && i < states->n; i++)
        tw_infer_free(states->slots[i]);
    free(states->slots);
    tw_infer_free(states->all);
}

/* only: the columns to be judged; NULL = all. */
static enum tw_rc new_state(const tw_opened *o, const tw_view *view, const tw_csv_pick *only,
                            tw_infer **out, tw_error *err) {
    enum tw_rc rc = tw_infer_new(&view->sniffed, &o->options, out, err);
    if (rc == TW_OK && only)
        tw_infer_only(*out, only->columns, only->n);
    return rc;
}

static enum tw_rc infer_states_init(infer_states *states, const tw_opened *o, const tw_view *view,
                                    const tw_csv_pick *only, size_t n, tw_error *err) {
    *states = (infer_states){.n = n, .slots = tw_calloc(n, sizeof *states->slots)};
    enum tw_rc rc = states->slots ? new_state(o, view, only, &states->all, err)
                                  : tw_fail_memory(err);
    for (size_t i = 1; i < n && rc == TW_OK; i++) /* slot 0 feeds the whole directly */
        rc = new_state(o, view, only, &states->slots[i], err);
    return rc;
}

/* What the first rows say of each column, in the source's arena. */
static enum tw_rc guess_readings(tw_opened *o, tw_index_input in, tw_reading **out, tw_error *err) {
    tw_index *index = NULL;
    in.infer = NULL;
    in.n_slots = 0;
    in.max_rows = GUESS_ROWS;
    enum tw_rc rc = tw_infer_new(&o->source->sniffed, &o->options, &in.infer, err);
    if (rc == TW_OK)
        rc = tw_index_build(&in, NULL, &index, err);
    if (rc == TW_OK)
        rc = tw_infer_finish(in.infer, &o->source->arena, out, err);
    tw_index_free(index);
    tw_infer_free(in.infer);
    return rc;
}

/* Index and infer; with `early` (may be NULL) make columns on the way. */
static enum tw_rc read_all(tw_opened *o, tw_index_input *in, tw_early **early, tw_task *task,
                           tw_index **index, tw_error *err) {
    tw_reading *guess = NULL;
    enum tw_rc rc = TW_OK;
    if (o->all_columns && !in->pick && in->n_slots <= 1 && in->end - in->begin >= EARLY_BYTES) {
        rc = guess_readings(o, *in, &guess, err);
        if (rc == TW_OK)
            rc = tw_early_new(o->source, guess, in->infer, early, err);
        in->rows = *early ? tw_early_rows : NULL;
        in->rows_ctx = *early;
    }
    tw_task_begin(task, "reading", in->end - in->begin);
    if (rc == TW_OK)
        rc = tw_index_build(in, task, index, err);
    return rc == TW_OK && *early ? tw_early_close(*early, err) : rc;
}

/* The columns made early go to the source, where tw_source_ops.load finds them. */
static enum tw_rc keep_early(tw_source_csv *s, tw_early *early, const tw_reading *readings,
                             tw_error *err) {
    tw_column **columns = tw_calloc(s->sniffed.width, sizeof(tw_column *));
    enum tw_rc rc =
        columns ? tw_early_end(early, readings, columns, err) : tw_fail_memory(err);
    if (rc == TW_OK)
        s->early = columns;
    else
        free(columns);
    return rc;
}

/* What a pass over the file gives. */
typedef struct pass {
    tw_index *index;
    tw_reading *readings;
    tw_early *early;
    bool wants_others; /* columns that were not judged are needed after all */
} pass;

static void pass_fini(pass *p) {
    tw_index_free(p->index);
    tw_early_free(p->early);
    *p = (pass){0};
}

/* Index and infer; only: the columns to be judged, NULL = all. */
static enum tw_rc judge(tw_opened *o, const tw_view *view, const tw_csv_pick *only, tw_task *task,
                        pass *out, tw_error *err) {
    size_t threads = tw_pool_threads(task ? task->pool : NULL);
    infer_states states;
    enum tw_rc rc = infer_states_init(&states, o, view, only, threads > 1 ? 2 * threads : 1, err);
    if (rc == TW_OK) {
        tw_index_input in = tw_view_input(view);
        in.pick = only;
        in.infer = states.all;
        in.slots = states.slots;
        in.n_slots = states.n;
        rc = read_all(o, &in, &out->early, task, &out->index, err);
    }
    if (rc == TW_OK)
        rc = tw_infer_finish(states.all, &o->source->arena, &out->readings, err);
    out->wants_others = rc == TW_OK && tw_infer_wants_others(states.all);
    infer_states_fini(&states);
    return rc;
}

/* Index alone, with what the user says of types. */
static enum tw_rc judge_nothing(tw_opened *o, const tw_view *view, tw_task *task, pass *out,
                                tw_error *err) {
    const tw_csv_pick none = {.columns = o->only};
    tw_infer *infer = NULL;
    enum tw_rc rc = new_state(o, view, &none, &infer, err);
    if (rc == TW_OK)
        rc = tw_infer_finish(infer, &o->source->arena, &out->readings, err);
    if (rc == TW_OK)
        rc = index_records(view, "reading", task, &out->index, err);
    tw_infer_free(infer);
    return rc;
}

/* The columns are those of the head, by whose numbers some were chosen. */
static bool has_head_columns(const tw_opened *o, const tw_view *view) {
    if (view->sniffed.width != o->first.sniffed.width)
        return false;
    for (size_t c = 0; c < view->sniffed.width; c++)
        if (!tw_str_eq(view->names[c], o->first.names[c]))
            return false;
    return view->sniffed.width > 0;
}

/* Index, infer, make the source whole. */
static enum tw_rc complete(tw_opened *o, const tw_view *view, tw_task *task, tw_error *err) {
    const tw_csv_pick only = {.columns = o->only, .n = o->n_only, .width = view->sniffed.width};
    bool some = o->only && o->n_only <= TW_CSV_PICK_MAX && has_head_columns(o, view);
    pass p = {0};
    enum tw_rc rc = some && !only.n ? judge_nothing(o, view, task, &p, err)
                                    : judge(o, view, some ? &only : NULL, task, &p, err);
    if (rc == TW_OK && p.wants_others) {
        pass_fini(&p);
        rc = judge(o, view, NULL, task, &p, err);
    }
    if (rc == TW_OK && p.early)
        rc = keep_early(o->source, p.early, p.readings, err);
    if (rc == TW_OK) {
        tw_index *index = p.index;
        p.index = NULL; /* the source's from here on */
        rc = tw_source_csv_complete(o->source, index, p.readings, err);
    }
    pass_fini(&p);
    return rc;
}

void tw_opened_expect(tw_opened *o) {
    o->all_columns = true;
}

enum tw_rc tw_opened_expect_types(tw_opened *o, const int *columns, size_t n, tw_error *err) {
    size_t width = o->first.sniffed.width, kept = 0;
    bool *wanted = tw_calloc(width + 1, sizeof *wanted);
    int *only = tw_arena_alloc(&o->source->arena, width + 1, sizeof *only);
    enum tw_rc rc = wanted && only ? TW_OK : tw_fail_memory(err);
    for (size_t i = 0; rc == TW_OK && i < n; i++)
        wanted[columns[i]] = true;
    for (size_t c = 0; rc == TW_OK && c < width; c++)
        if (wanted[c])
            only[kept++] = (int)c;
    free(wanted);
    o->only = only;
    o->n_only = kept;
    return rc;
}

enum tw_rc tw_opened_finish(tw_opened *o, tw_task *task, tw_source **out, tw_error *err) {
    *out = NULL;
    tw_source_csv *s = o->source;
    tw_view *view = NULL;
    enum tw_rc rc = TW_OK;
    if (!atomic_load(&o->exact)) {
        rc = whole_view(o, task, &view, err);
        if (rc == TW_OK)
            rc = tw_source_csv_check(s, err);
        if (rc == TW_OK)
            rc = complete(o, view, task, err);
        if (rc)
            return tw_error_place(err, rc, s->path, -1, NULL);
        atomic_store(&o->current, view);
        atomic_store(&o->rows, tw_index_rows(s->index));
        atomic_store(&o->exact, true);
    }
    *out = s->base.ops->ref(&s->base);
    return TW_OK;
}

enum tw_rc tw_read_table(const char *path, const tw_read_options *options, tw_task *task,
                         tw_opened **opened, tw_table **out, tw_error *err) {
    tw_opened *o = NULL;
    tw_source *source = NULL;
    *out = NULL;
    *opened = NULL;
    enum tw_rc rc = tw_open(path, options, task, &o, err);
    if (rc == TW_OK)
        rc = tw_opened_finish(o, task, &source, err);
    if (rc == TW_OK)
        rc = tw_table_from_source(source, out, err);
    if (source)
        source->ops->unref(source);
    if (rc)
        tw_opened_free(o);
    else
        *opened = o;
    return rc;
}
