/* Documents. A node is 16 bytes: kind and one word; text follows its node in the same block,
 * children and keys hang off a body that only lists, maps and tables have. Profiles of wide tables
 * reach some hundred thousand nodes, so scalars stay small, and a map builds a hash index once it
 * has more keys than a linear look is good for.
 *
 * Memory that runs out is remembered in the parent instead of being asked for at each call:
 * builders write one add a line and check tw_doc_failed at the end. Adding to a node of the wrong
 * kind is a mistake of ours and stops the program. */
#include "base/doc.h"

#include "base/hash.h"

enum { INDEX_FROM = 17, FIRST_ROOM = 4 };

typedef struct doc_key {
    size_t n;
    char text[];
} doc_key;

typedef struct doc_body {
    tw_doc **items;
    doc_key **keys; /* map: one an item; table: column names; list: NULL */
    size_t count, room;
    uint32_t *slots; /* map: open addressing, item number + 1; NULL while small */
    size_t slot_mask;
    size_t columns; /* table */
} doc_body;

struct tw_doc {
    uint8_t kind;
    bool failed;
    union {
        bool truth;
        int64_t integer;
        double number;
        size_t length;
        doc_body *body;
    };
    char text[];
};

static bool has_body(const tw_doc *doc) {
    return doc && doc->kind >= TW_DOC_LIST;
}

static tw_doc *doc_new(enum tw_doc_kind kind, size_t extra) {
    size_t size;
    if (!tw_add(sizeof(tw_doc), extra, &size))
        return NULL;
    tw_doc *doc = malloc(size);
    if (doc)
        *doc = (tw_doc){.kind = (uint8_t)kind};
    return doc;
}

static tw_doc *doc_with_body(enum tw_doc_kind kind) {
    tw_doc *doc = doc_new(kind, 0);
    if (!doc)
        return NULL;
    doc->body = tw_calloc(1, sizeof *doc->body);
    if (!doc->body) {
        free(doc);
        return NULL;
    }
    return doc;
}

tw_doc *tw_doc_null(void) {
    return doc_new(TW_DOC_NULL, 0);
}

tw_doc *tw_doc_bool(bool value) {
    tw_doc *doc = doc_new(TW_DOC_BOOL, 0);
    if (doc)
        doc->truth = value;
    return doc;
}

tw_doc *tw_doc_int(int64_t value) {
    tw_doc *doc = doc_new(TW_DOC_INT, 0);
    if (doc)
        doc->integer = value;
    return doc;
}

tw_doc *tw_doc_number(double value) {
    tw_doc *doc = doc_new(TW_DOC_NUMBER, 0);
    if (doc)
        doc->number = value;
    return doc;
}

tw_doc *tw_doc_text(tw_str value) {
    tw_doc *doc = value.n < SIZE_MAX ? doc_new(TW_DOC_TEXT, value.n + 1) : NULL;
    if (!doc)
        return NULL;
    if (value.n)
        memcpy(doc->text, value.p, value.n);
    doc->text[value.n] = '\0';
    doc->length = value.n;
    return doc;
}

tw_doc *tw_doc_c(const char *value) {
    return value ? tw_doc_text(tw_str_c(value)) : tw_doc_null();
}

tw_doc *tw_doc_printf(const char *fmt, ...) {
    va_list args, again;
    va_start(args, fmt);
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    tw_doc *doc = n >= 0 ? doc_new(TW_DOC_TEXT, (size_t)n + 1) : NULL;
    if (doc) {
        doc->length = (size_t)n;
        vsnprintf(doc->text, (size_t)n + 1, fmt, again);
    }
    va_end(again);
    return doc;
}

tw_doc *tw_doc_list(void) {
    return doc_with_body(TW_DOC_LIST);
}

tw_doc *tw_doc_map(void) {
    return doc_with_body(TW_DOC_MAP);
}

static doc_key *key_new(tw_str text) {
    size_t size;
    doc_key *key = tw_add(sizeof(doc_key) + 1, text.n, &size) ? malloc(size) : NULL;
    if (!key)
        return NULL;
    key->n = text.n;
    if (text.n)
        memcpy(key->text, text.p, text.n);
    key->text[text.n] = '\0';
    return key;
}

tw_doc *tw_doc_table(const char *const *columns, size_t n) {
    tw_doc *doc = doc_with_body(TW_DOC_TABLE);
    if (!doc)
        return NULL;
    doc_body *body = doc->body;
    body->keys = tw_calloc(n, sizeof *body->keys);
    for (; body->keys && body->columns < n; body->columns++) {
        body->keys[body->columns] = key_new(tw_str_c(columns[body->columns]));
        if (!body->keys[body->columns])
            break;
    }
    if (body->columns < n || !body->keys) {
        tw_doc_free(doc);
        return NULL;
    }
    return doc;
}

static void body_free(doc_body *body, bool is_map) {
    size_t keys = is_map ? body->count : body->columns;
    for (size_t i = 0; i < body->count; i++)
        tw_doc_free(body->items[i]);
    for (size_t i = 0; i < keys; i++)
        free(body->keys[i]);
    free(body->items);
    free(body->keys);
    free(body->slots);
    free(body);
}

void tw_doc_free(tw_doc *doc) {
    if (has_body(doc))
        body_free(doc->body, doc->kind == TW_DOC_MAP);
    free(doc);
}

static tw_doc *copy_body(const tw_doc *doc) {
    const doc_body *body = doc->body;
    tw_doc *copy = doc_with_body((enum tw_doc_kind)doc->kind);
    if (copy && doc->kind == TW_DOC_TABLE) {
        copy->body->keys = tw_calloc(body->columns, sizeof *body->keys);
        for (size_t i = 0; copy->body->keys && i < body->columns; i++) {
            copy->body->keys[i] = key_new(tw_doc_key(doc, i));
            copy->body->columns = i + 1;
            copy->failed |= !copy->body->keys[i];
        }
        copy->failed |= !copy->body->keys;
    }
    bool good = copy && !copy->failed;
    for (size_t i = 0; good && i < body->count; i++) {
        tw_doc *item = tw_doc_copy(body->items[i]);
        good = doc->kind == TW_DOC_MAP ? tw_doc_set_str(copy, tw_doc_key(doc, i), item)
                                       : tw_doc_add(copy, item);
    }
    if (good)
        return copy;
    tw_doc_free(copy);
    return NULL;
}

tw_doc *tw_doc_copy(const tw_doc *doc) {
    if (!doc)
        return NULL;
    if (has_body(doc))
        return copy_body(doc);
    if (doc->kind == TW_DOC_TEXT)
        return tw_doc_text((tw_str){doc->text, doc->length});
    tw_doc *copy = doc_new(TW_DOC_NULL, 0);
    if (copy)
        *copy = *doc;
    return copy;
}

static bool equal_bodies(const tw_doc *a, const tw_doc *b) {
    if (a->body->count != b->body->count || a->body->columns != b->body->columns)
        return false;
    size_t keys = a->kind == TW_DOC_MAP ? a->body->count : a->body->columns;
    for (size_t i = 0; i < keys; i++)
        if (!tw_str_eq(tw_doc_key(a, i), tw_doc_key(b, i)))
            return false;
    for (size_t i = 0; i < a->body->count; i++)
        if (!tw_doc_equal(a->body->items[i], b->body->items[i]))
            return false;
    return true;
}

bool tw_doc_equal(const tw_doc *a, const tw_doc *b) {
    if (tw_doc_kind(a) != tw_doc_kind(b))
        return false;
    switch (tw_doc_kind(a)) {
    case TW_DOC_NULL:
        return true;
    case TW_DOC_BOOL:
        return a->truth == b->truth;
    case TW_DOC_INT:
        return a->integer == b->integer;
    case TW_DOC_NUMBER:
        return tw_same_f64(a->number, b->number) ||
               (__builtin_isnan(a->number) && __builtin_isnan(b->number));
    case TW_DOC_TEXT:
        return a->length == b->length && memcmp(a->text, b->text, a->length) == 0;
    case TW_DOC_LIST:
    case TW_DOC_MAP:
    case TW_DOC_TABLE:
        return equal_bodies(a, b);
    }
    return false;
}

/* Room for one more item (and key); false leaves the body as it was. */
static bool body_grow(doc_body *body, bool is_map) {
    if (body->count < body->room)
        return true;
    size_t room = body->room ? body->room * 2 : FIRST_ROOM;
    if (room >= UINT32_MAX)
        return false;
    tw_doc **items = tw_realloc(body->items, room, sizeof(tw_doc *));
    if (!items)
        return false;
    body->items = items;
    if (is_map) {
        doc_key **keys = tw_realloc(body->keys, room, sizeof(doc_key *));
        if (!keys)
            return false;
        body->keys = keys;
    }
    body->room = room;
    return true;
}

static tw_str key_text(const doc_key *key) {
    return (tw_str){key->text, key->n};
}

static void index_put(doc_body *body, size_t item) {
    size_t slot = (size_t)tw_hash_str(key_text(body->keys[item])) & body->slot_mask;
    while (body->slots[slot])
        slot = (slot + 1) & body->slot_mask;
    body->slots[slot] = (uint32_t)item + 1;
}

/* Keep the index at most half full. Without memory for it look-ups stay right, only linear. */
static void index_update(doc_body *body) {
    if (body->count < INDEX_FROM)
        return;
    if (body->slots && body->count * 2 <= body->slot_mask + 1) {
        index_put(body, body->count - 1);
        return;
    }
    free(body->slots);
    size_t size = 64;
    while (size < body->count * 4)
        size *= 2;
    body->slots = tw_calloc(size, sizeof *body->slots);
    body->slot_mask = size - 1;
    for (size_t i = 0; body->slots && i < body->count; i++)
        index_put(body, i);
}

/* Number of the item under key, or SIZE_MAX. */
static size_t body_find(const doc_body *body, tw_str key) {
    if (!body->slots) {
        for (size_t i = 0; i < body->count; i++)
            if (tw_str_eq(key_text(body->keys[i]), key))
                return i;
        return SIZE_MAX;
    }
    size_t slot = (size_t)tw_hash_str(key) & body->slot_mask;
    for (; body->slots[slot]; slot = (slot + 1) & body->slot_mask) {
        size_t item = body->slots[slot] - 1;
        if (tw_str_eq(key_text(body->keys[item]), key))
            return item;
    }
    return SIZE_MAX;
}

/* The value could not be put: free it and remember that. */
static bool refuse(tw_doc *parent, tw_doc *value) {
    if (parent)
        parent->failed = true;
    tw_doc_free(value);
    return false;
}

bool tw_doc_add(tw_doc *list, tw_doc *value) {
    if (list && list->kind != TW_DOC_LIST && list->kind != TW_DOC_TABLE)
        TW_BUG("tw_doc_add to a node that is no list or table");
    if (!list || !value || !body_grow(list->body, false))
        return refuse(list, value);
    list->body->items[list->body->count++] = value;
    return true;
}

bool tw_doc_set(tw_doc *map, const char *key, tw_doc *value) {
    return tw_doc_set_str(map, tw_str_c(key), value);
}

bool tw_doc_set_str(tw_doc *map, tw_str key, tw_doc *value) {
    if (map && map->kind != TW_DOC_MAP)
        TW_BUG("tw_doc_set on a node that is no map");
    if (!map || !value)
        return refuse(map, value);
    doc_body *body = map->body;
    size_t at = body_find(body, key);
    if (at != SIZE_MAX) {
        tw_doc_free(body->items[at]);
        body->items[at] = value;
        return true;
    }
    doc_key *copy = body_grow(body, true) ? key_new(key) : NULL;
    if (!copy)
        return refuse(map, value);
    body->keys[body->count] = copy;
    body->items[body->count++] = value;
    index_update(body);
    return true;
}

bool tw_doc_failed(const tw_doc *doc) {
    if (!doc || doc->failed)
        return true;
    for (size_t i = 0; has_body(doc) && i < doc->body->count; i++)
        if (tw_doc_failed(doc->body->items[i]))
            return true;
    return false;
}

enum tw_doc_kind tw_doc_kind(const tw_doc *doc) {
    return doc ? (enum tw_doc_kind)doc->kind : TW_DOC_NULL;
}

size_t tw_doc_count(const tw_doc *doc) {
    return has_body(doc) ? doc->body->count : 0;
}

size_t tw_doc_columns(const tw_doc *table) {
    return tw_doc_kind(table) == TW_DOC_TABLE ? table->body->columns : 0;
}

const tw_doc *tw_doc_at(const tw_doc *doc, size_t i) {
    return i < tw_doc_count(doc) ? doc->body->items[i] : NULL;
}

tw_str tw_doc_key(const tw_doc *map, size_t i) {
    size_t n = tw_doc_kind(map) == TW_DOC_MAP ? map->body->count : tw_doc_columns(map);
    return i < n ? key_text(map->body->keys[i]) : TW_STR("");
}

const tw_doc *tw_doc_get_str(const tw_doc *map, tw_str key) {
    if (tw_doc_kind(map) != TW_DOC_MAP)
        return NULL;
    size_t at = body_find(map->body, key);
    return at == SIZE_MAX ? NULL : map->body->items[at];
}

const tw_doc *tw_doc_get(const tw_doc *map, const char *key) {
    return tw_doc_get_str(map, tw_str_c(key));
}

tw_doc *tw_doc_get_mut(tw_doc *map, const char *key) {
    if (tw_doc_kind(map) != TW_DOC_MAP)
        return NULL;
    size_t at = body_find(map->body, tw_str_c(key));
    return at == SIZE_MAX ? NULL : map->body->items[at];
}

bool tw_doc_as_bool(const tw_doc *doc, bool fallback) {
    return tw_doc_kind(doc) == TW_DOC_BOOL ? doc->truth : fallback;
}

int64_t tw_doc_as_int(const tw_doc *doc, int64_t fallback) {
    if (tw_doc_kind(doc) == TW_DOC_INT)
        return doc->integer;
    /* 2^63 itself is out of range; NaN fails both comparisons. */
    if (tw_doc_kind(doc) == TW_DOC_NUMBER && doc->number >= -0x1p63 && doc->number < 0x1p63 &&
        tw_same_f64((double)(int64_t)doc->number, doc->number))
        return (int64_t)doc->number;
    return fallback;
}

double tw_doc_as_number(const tw_doc *doc, double fallback) {
    if (tw_doc_kind(doc) == TW_DOC_NUMBER)
        return doc->number;
    return tw_doc_kind(doc) == TW_DOC_INT ? (double)doc->integer : fallback;
}

tw_str tw_doc_as_text(const tw_doc *doc, tw_str fallback) {
    return tw_doc_kind(doc) == TW_DOC_TEXT ? (tw_str){doc->text, doc->length} : fallback;
}

const char *tw_doc_as_c(const tw_doc *doc, const char *fallback) {
    return tw_doc_kind(doc) == TW_DOC_TEXT ? doc->text : fallback;
}
