/* A fitted recipe as a file: versioned JSON with the schema it was fitted on, the recipe, what each step learned, and a hash
 * over all that.
 *
 * Secrets never come here: steps keep none in their states and arguments hold none. The hash finds damage and cuts, not
 * intent. Types and formats of the columns are part of the schema, so that apply reads new data as fit did, without looking
 * at them first. */
#include "recipe/recipe_impl.h"

#include "base/json.h"

enum { STATE_VERSION = 1 };

void tw_fitted_free(tw_fitted *fitted) {
    if (!fitted)
        return;
    tw_recipe_free(fitted->recipe);
    tw_doc_free(fitted->schema);
    tw_doc_free(fitted->states);
    tw_doc_free(fitted->source);
    free(fitted);
}

const tw_doc *tw_fitted_source(const tw_fitted *fitted) {
    return fitted->source;
}

const tw_recipe *tw_fitted_recipe(const tw_fitted *fitted) {
    return fitted->recipe;
}

/* --- schema --- */

tw_doc *tw_schema_of(const tw_table *table) {
    tw_doc *list = tw_doc_list();
    for (size_t i = 0; list && i < tw_table_width(table); i++)
        tw_doc_add(list, tw_field_doc(tw_table_field(table, i)));
    if (list && !tw_doc_failed(list))
        return list;
    tw_doc_free(list);
    return NULL;
}

static enum tw_rc impose_one(const tw_doc *entry, const tw_table *in, tw_draft *draft, tw_error *err) {
    tw_field wanted;
    int column = tw_table_find(in, tw_doc_as_text(tw_doc_get(entry, "name"), TW_STR("")));
    if (column < 0)
        return TW_OK;
    tw_field field = *tw_table_field(in, (size_t)column);
    if (!tw_field_of_doc(entry, &wanted))
        return tw_fail(err, TW_EVERSION, "state: column '%s' has a type or role this trowel does not know; fit again",
                       field.name);
    field.type = wanted.type;
    field.role = wanted.role;
    field.format = wanted.format;
    return tw_draft_field(draft, (size_t)column, &field, err);
}

enum tw_rc tw_schema_impose(const tw_doc *schema, const tw_table *in, tw_table **out, tw_error *err) {
    tw_draft *draft = NULL;
    enum tw_rc rc = tw_draft_new(in, &draft, err);
    for (size_t i = 0; rc == TW_OK && i < tw_doc_count(schema); i++)
        rc = impose_one(tw_doc_at(schema, i), in, draft, err);
    if (rc == TW_OK)
        return tw_draft_commit(draft, out, err);
    tw_draft_free(draft);
    return rc;
}

/* --- writing --- */

static tw_doc *step_doc(const tw_recipe_entry *entry) {
    tw_doc *doc = tw_doc_map();
    if (!doc)
        return NULL;
    tw_doc_set(doc, "method", tw_doc_c(entry->step.row->name));
    tw_doc_set(doc, "args", tw_doc_copy(entry->args));
    tw_doc_set(doc, "id", entry->own_id ? tw_doc_c(entry->id) : tw_doc_null());
    tw_doc_set(doc, "note", tw_doc_c(entry->note));
    return doc;
}

static tw_doc *recipe_doc(const tw_recipe *recipe) {
    tw_doc *doc = tw_doc_map(), *steps = tw_doc_list();
    for (size_t i = 0; steps && i < recipe->n; i++)
        tw_doc_add(steps, step_doc(&recipe->entries[i]));
    if (!doc || !steps) {
        tw_doc_free(doc);
        tw_doc_free(steps);
        return NULL;
    }
    tw_doc_set(doc, "name", tw_doc_text(tw_recipe_name(recipe)));
    /* a seed has 64 bits without a sign, JSON's integers have one: kept as text */
    tw_doc_set(doc, "seed", recipe->has_seed ? tw_doc_printf("%llu", (unsigned long long)recipe->seed) : tw_doc_null());
    tw_doc_set(doc, "source", recipe->source ? tw_doc_copy(recipe->source) : tw_doc_null());
    tw_doc_set(doc, "steps", steps);
    return doc;
}

static tw_doc *body_doc(const tw_fitted *fitted) {
    tw_doc *body = tw_doc_map();
    if (!body)
        return NULL;
    tw_doc_set(body, "seed", tw_doc_printf("%llu", (unsigned long long)fitted->seed));
    tw_doc_set(body, "schema", tw_doc_copy(fitted->schema));
    tw_doc_set(body, "source", tw_doc_copy(fitted->source));
    tw_doc_set(body, "recipe", recipe_doc(fitted->recipe));
    tw_doc_set(body, "states", tw_doc_copy(fitted->states));
    return body;
}

static enum tw_rc hash_of(const tw_doc *body, char out[65], tw_error *err) {
    tw_buf text;
    tw_buf_init(&text, TW_BUF_MAX);
    enum tw_rc rc = tw_json_write(&text, body, 0) ? TW_OK : tw_fail_memory(err);
    if (rc == TW_OK)
        tw_digest_hex(tw_buf_view(&text), out);
    tw_buf_fini(&text);
    return rc;
}

enum tw_rc tw_fitted_write(const tw_fitted *fitted, tw_buf *out, tw_error *err) {
    char hash[65];
    tw_doc *doc = tw_doc_map(), *body = body_doc(fitted);
    enum tw_rc rc = doc && body && !tw_doc_failed(body) ? hash_of(body, hash, err) : tw_fail_memory(err);
    if (rc == TW_OK) {
        tw_doc_set(doc, "trowel_state", tw_doc_int(STATE_VERSION));
        tw_doc_set(doc, "hash", tw_doc_c(hash));
        bool good = tw_doc_set(doc, "body", body) && !tw_doc_failed(doc);
        body = NULL;
        good = good && tw_json_write(out, doc, 1) && tw_buf_char(out, '\n');
        rc = good ? TW_OK : tw_fail_memory(err);
    }
    tw_doc_free(body);
    tw_doc_free(doc);
    return rc;
}

/* --- reading --- */

static enum tw_rc damaged(tw_error *err, const char *what) {
    return tw_fail(err, TW_EDAMAGED, "state: %s; fit the recipe again", what);
}

static bool read_seed(const tw_doc *node, uint64_t *out) {
    tw_str text = tw_doc_as_text(node, TW_STR(""));
    *out = 0;
    for (size_t i = 0; i < text.n; i++) {
        unsigned digit = (unsigned char)text.p[i] - (unsigned)'0';
        if (digit > 9 || __builtin_mul_overflow(*out, UINT64_C(10), out) || __builtin_add_overflow(*out, digit, out))
            return false;
    }
    return text.n > 0;
}

static enum tw_rc read_step(const tw_doc *doc, tw_recipe *recipe, tw_error *err) {
    if (tw_doc_kind(tw_doc_get(doc, "args")) != TW_DOC_MAP)
        return damaged(err, "a step has no arguments");
    tw_doc *args = tw_doc_copy(tw_doc_get(doc, "args"));
    tw_str id = tw_doc_as_text(tw_doc_get(doc, "id"), (tw_str){NULL, 0});
    tw_str note = tw_doc_as_text(tw_doc_get(doc, "note"), (tw_str){NULL, 0});
    if (!args)
        return tw_fail_memory(err);
    if ((id.p && !tw_doc_set(args, "id", tw_doc_text(id))) || (note.p && !tw_doc_set(args, "note", tw_doc_text(note)))) {
        tw_doc_free(args);
        return tw_fail_memory(err);
    }
    tw_error inner = TW_ERROR_INIT;
    enum tw_rc rc = tw_recipe_add(recipe, tw_doc_as_text(tw_doc_get(doc, "method"), TW_STR("")), args, &inner);
    if (rc == TW_EUNKNOWN_NAME || rc == TW_EUSAGE)
        return tw_fail(err, TW_EVERSION, "state: it was made by another version: %.600s", inner.message);
    if (rc != TW_OK && err)
        *err = inner;
    return rc;
}

static enum tw_rc read_recipe(const tw_doc *doc, tw_recipe **out, tw_error *err) {
    const tw_doc *steps = tw_doc_get(doc, "steps"), *source = tw_doc_get(doc, "source");
    uint64_t seed;
    if (tw_doc_kind(steps) != TW_DOC_LIST)
        return damaged(err, "it holds no recipe");
    enum tw_rc rc = tw_recipe_new(tw_doc_as_text(tw_doc_get(doc, "name"), TW_STR("")), out, err);
    for (size_t i = 0; rc == TW_OK && i < tw_doc_count(steps); i++)
        rc = read_step(tw_doc_at(steps, i), *out, err);
    if (rc == TW_OK && read_seed(tw_doc_get(doc, "seed"), &seed))
        tw_recipe_set_seed(*out, seed);
    if (rc == TW_OK && tw_doc_kind(source) == TW_DOC_MAP && !tw_recipe_set_source(*out, tw_doc_copy(source)))
        rc = tw_fail_memory(err);
    return rc;
}

static enum tw_rc read_body(const tw_doc *body, tw_fitted *f, tw_error *err) {
    const tw_doc *schema = tw_doc_get(body, "schema"), *source = tw_doc_get(body, "source"), *states = tw_doc_get(body, "states");
    if (tw_doc_kind(schema) != TW_DOC_LIST || tw_doc_kind(source) != TW_DOC_MAP || tw_doc_kind(states) != TW_DOC_LIST ||
        !read_seed(tw_doc_get(body, "seed"), &f->seed))
        return damaged(err, "a part is missing");
    f->schema = tw_doc_copy(schema);
    f->source = tw_doc_copy(source);
    f->states = tw_doc_copy(states);
    if (!f->schema || !f->source || !f->states)
        return tw_fail_memory(err);
    enum tw_rc rc = read_recipe(tw_doc_get(body, "recipe"), &f->recipe, err);
    if (rc == TW_OK && tw_doc_count(f->states) != tw_recipe_count(f->recipe))
        rc = damaged(err, "steps and what they learned do not match");
    return rc;
}

static enum tw_rc check_head(const tw_doc *doc, tw_error *err) {
    char hash[65];
    int64_t version = tw_doc_as_int(tw_doc_get(doc, "trowel_state"), 0);
    const tw_doc *body = tw_doc_get(doc, "body");
    if (!version)
        return damaged(err, "this is no state file");
    if (version != STATE_VERSION)
        return tw_fail(err, TW_EVERSION, "state: it has version %lld and this trowel reads %d; fit the recipe again",
                       (long long)version, STATE_VERSION);
    if (tw_doc_kind(body) != TW_DOC_MAP)
        return damaged(err, "it has no body");
    enum tw_rc rc = hash_of(body, hash, err);
    if (rc == TW_OK && !tw_str_eq_c(tw_doc_as_text(tw_doc_get(doc, "hash"), TW_STR("")), hash))
        return damaged(err, "its content does not match its hash");
    return rc;
}

enum tw_rc tw_fitted_read(tw_str text, tw_fitted **out, tw_error *err) {
    tw_doc *doc = NULL;
    tw_error inner = TW_ERROR_INIT;
    *out = NULL;
    enum tw_rc rc = tw_json_read(text, &doc, &inner);
    if (rc == TW_ENOMEM)
        return tw_fail_memory(err);
    if (rc != TW_OK)
        return tw_fail(err, TW_EDAMAGED, "state: no JSON at byte %lld, perhaps cut short; fit the recipe again",
                       (long long)inner.row);
    tw_fitted *f = tw_calloc(1, sizeof *f);
    rc = f ? check_head(doc, err) : tw_fail_memory(err);
    if (rc == TW_OK)
        rc = read_body(tw_doc_get(doc, "body"), f, err);
    tw_doc_free(doc);
    if (rc == TW_OK)
        *out = f;
    else
        tw_fitted_free(f);
    return rc;
}
