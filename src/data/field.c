/* Fields, roles and the index of names. */
#include "data/field.h"

static const char *const role_words[TW_ROLES] = {
    [TW_AS_NONE] = "",
    [TW_AS_ID] = "id",
    [TW_AS_ENTITY] = "entity",
    [TW_AS_TARGET] = "target",
    [TW_AS_GROUP] = "group",
    [TW_AS_QUASI] = "quasi",
    [TW_AS_SENSITIVE] = "sensitive",
    [TW_AS_TIME] = "time",
    [TW_AS_WEIGHT] = "weight",
    [TW_AS_SPLIT] = "split",
    [TW_AS_TEXT] = "text",
    [TW_AS_IGNORE] = "ignore",
};

const char *tw_role_word(enum tw_role role) {
    return role_words[role];
}

bool tw_role_parse(tw_str word, enum tw_role *out) {
    for (size_t i = 0; i < TW_ROLES; i++)
        if (tw_str_eq_c(word, role_words[i])) {
            *out = (enum tw_role)i;
            return true;
        }
    return false;
}

static bool intern(const char **word) {
    if (!*word)
        return true;
    *word = tw_pattern_intern(tw_str_c(*word));
    return *word != NULL;
}

tw_named *tw_named_new(const tw_field *field, int source_column) {
    tw_format format = field->format;
    if (!intern(&format.pattern) || !intern(&format.true_word) || !intern(&format.false_word) ||
        !intern(&format.null_word))
        return NULL;
    tw_str name = tw_str_c(field->name);
    size_t size;
    tw_named *named = tw_add(sizeof *named + 1, name.n, &size) ? tw_calloc(1, size) : NULL;
    if (!named)
        return NULL;
    if (name.n)
        memcpy(named->name, name.p, name.n);
    atomic_init(&named->refs, 1);
    named->field = *field;
    named->field.format = format;
    named->field.name = named->name;
    named->field.source_column = source_column;
    return named;
}

tw_named *tw_named_ref(tw_named *named) {
    if (named)
        atomic_fetch_add_explicit(&named->refs, 1, memory_order_relaxed);
    return named;
}

void tw_named_unref(tw_named *named) {
    if (named && atomic_fetch_sub_explicit(&named->refs, 1, memory_order_acq_rel) == 1)
        free(named);
}

/* Formats are interned in a tw_named, but a caller's may not be. */
static bool same_word(const char *a, const char *b) {
    return a == b || (a && b && tw_str_eq(tw_str_c(a), tw_str_c(b)));
}

bool tw_reading_same(const tw_field *a, const tw_field *b) {
    const tw_format *f = &a->format, *g = &b->format;
    return a->type == b->type && f->number.decimal == g->number.decimal &&
           f->number.thousands == g->number.thousands && same_word(f->pattern, g->pattern) &&
           same_word(f->true_word, g->true_word) && same_word(f->false_word, g->false_word);
}

tw_names *tw_names_new(const tw_table *table) {
    size_t width = tw_table_width(table);
    tw_names *names = tw_calloc(1, sizeof *names);
    if (!names)
        return NULL;
    names->map = tw_hashmap_new(width);
    names->column = tw_calloc(width, sizeof *names->column);
    bool good = names->map && names->column;
    for (size_t i = 0; good && i < width; i++) {
        bool added = false;
        tw_str name = tw_str_c(tw_table_field(table, i)->name);
        uint32_t number = tw_hashmap_intern(names->map, name, &added);
        good = number != UINT32_MAX;
        if (good && added)
            names->column[number] = (int)i;
    }
    if (good)
        return names;
    tw_names_free(names);
    return NULL;
}

void tw_names_free(tw_names *names) {
    if (!names)
        return;
    tw_hashmap_free(names->map);
    free(names->column);
    free(names);
}

int tw_names_find(const tw_names *names, tw_str name) {
    uint32_t number = tw_hashmap_find(names->map, name);
    return number == UINT32_MAX ? -1 : names->column[number];
}

/* --- as documents --- */

static tw_doc *letter_doc(char c) {
    return c ? tw_doc_text((tw_str){&c, 1}) : tw_doc_null();
}

tw_doc *tw_field_doc(const tw_field *field) {
    tw_doc *doc = tw_doc_map();
    if (!doc)
        return NULL;
    tw_doc_set(doc, "name", tw_doc_c(field->name));
    tw_doc_set(doc, "type", tw_doc_c(tw_type_name(field->type)));
    tw_doc_set(doc, "role", tw_doc_c(tw_role_word(field->role)));
    tw_doc_set(doc, "decimal", letter_doc(field->format.number.decimal));
    tw_doc_set(doc, "thousands", letter_doc(field->format.number.thousands));
    tw_doc_set(doc, "decimals", tw_doc_int(field->format.number.decimals));
    tw_doc_set(doc, "pattern", tw_doc_c(field->format.pattern));
    tw_doc_set(doc, "true_word", tw_doc_c(field->format.true_word));
    tw_doc_set(doc, "false_word", tw_doc_c(field->format.false_word));
    tw_doc_set(doc, "null_word", tw_doc_c(field->format.null_word));
    return doc;
}

static char letter_of(const tw_doc *doc, const char *name) {
    tw_str text = tw_doc_as_text(tw_doc_get(doc, name), TW_STR(""));
    return text.n ? text.p[0] : '\0';
}

static const char *word_of(const tw_doc *doc, const char *name) {
    const tw_doc *node = tw_doc_get(doc, name);
    return tw_doc_kind(node) == TW_DOC_TEXT ? tw_pattern_intern(tw_doc_as_text(node, TW_STR("")))
                                            : NULL;
}

bool tw_field_of_doc(const tw_doc *doc, tw_field *out) {
    enum { MOST_DECIMALS = 30 };
    int64_t decimals = tw_doc_as_int(tw_doc_get(doc, "decimals"), -1);
    *out = (tw_field){.name = tw_doc_as_c(tw_doc_get(doc, "name"), ""), .source_column = -1};
    if (!tw_type_find(tw_doc_as_text(tw_doc_get(doc, "type"), TW_STR("")), &out->type) ||
        !tw_role_parse(tw_doc_as_text(tw_doc_get(doc, "role"), TW_STR("")), &out->role))
        return false;
    decimals = TW_MAX(TW_MIN(decimals, (int64_t)MOST_DECIMALS), INT64_C(-1));
    out->format = (tw_format){
        .number = {letter_of(doc, "decimal"), letter_of(doc, "thousands"), (int8_t)decimals},
        .pattern = word_of(doc, "pattern"),
        .true_word = word_of(doc, "true_word"),
        .false_word = word_of(doc, "false_word"),
        .null_word = word_of(doc, "null_word")};
    return true;
}
