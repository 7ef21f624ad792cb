/* Documents: the one result type. An ordered map, list, text, number, boolean, null or table.
 *
 * Commands, findings, profiles, states and reports produce tw_doc; screen, text, JSON, HTML and Lua
 * render it. A node owns its children; tw_doc_free(NULL) is legal. Adding takes ownership of the
 * value, also when it fails (NULL value = memory was out: the add returns false and the parent is
 * marked, see tw_doc_failed; a NULL parent frees the value and returns false). So a document can be
 * built without a check a line and asked once at the end. Keys are found by a hash index in maps of
 * more than 16 keys. One thread at a time. */
#ifndef TW_BASE_DOC_H
#define TW_BASE_DOC_H

#include "base/buf.h"

enum tw_doc_kind {
    TW_DOC_NULL,
    TW_DOC_BOOL,
    TW_DOC_INT,
    TW_DOC_NUMBER,
    TW_DOC_TEXT,
    TW_DOC_LIST,
    TW_DOC_MAP,
    TW_DOC_TABLE
};
typedef struct tw_doc tw_doc;

tw_doc *tw_doc_null(void);
tw_doc *tw_doc_bool(bool value);
tw_doc *tw_doc_int(int64_t value);
tw_doc *tw_doc_number(double value); /* NaN and infinities become null in JSON */
tw_doc *tw_doc_text(tw_str value);   /* copied */
tw_doc *tw_doc_c(const char *value); /* NULL gives a null node */
tw_doc *tw_doc_printf(const char *fmt, ...) TW_PRINTF(1, 2);
tw_doc *tw_doc_list(void);
tw_doc *tw_doc_map(void);
/* A table for people: named columns; rows are lists added by tw_doc_add. JSON: a list of maps. */
tw_doc *tw_doc_table(const char *const *columns, size_t n);
void tw_doc_free(tw_doc *doc);
tw_doc *tw_doc_copy(const tw_doc *doc);
/* Same kinds, values, keys and order; NaN equals NaN, an integer never equals a float. */
bool tw_doc_equal(const tw_doc *a, const tw_doc *b);

bool tw_doc_add(tw_doc *list, tw_doc *value);                 /* list or table */
bool tw_doc_set(tw_doc *map, const char *key, tw_doc *value); /* replaces an equal key in place */
bool tw_doc_set_str(tw_doc *map, tw_str key, tw_doc *value);
bool tw_doc_failed(const tw_doc *doc); /* NULL, or an add somewhere below ran out of memory */

enum tw_doc_kind tw_doc_kind(const tw_doc *doc);      /* NULL: TW_DOC_NULL */
size_t tw_doc_count(const tw_doc *doc);               /* children */
const tw_doc *tw_doc_at(const tw_doc *doc, size_t i); /* i-th child value; NULL beyond */
/* i-th key of a map, i-th column name of a table; terminated, "" beyond. */
tw_str tw_doc_key(const tw_doc *map, size_t i);
size_t tw_doc_columns(const tw_doc *table);                   /* column names of a table, else 0 */
const tw_doc *tw_doc_get(const tw_doc *map, const char *key); /* NULL when absent or not a map */
const tw_doc *tw_doc_get_str(const tw_doc *map, tw_str key);
tw_doc *tw_doc_get_mut(tw_doc *map, const char *key);
/* Values with a fallback when the node is NULL or of another kind. An integer converts to a number;
 * a number to an integer when it is whole and in range. */
bool tw_doc_as_bool(const tw_doc *doc, bool fallback);
int64_t tw_doc_as_int(const tw_doc *doc, int64_t fallback);
double tw_doc_as_number(const tw_doc *doc, double fallback);
tw_str tw_doc_as_text(const tw_doc *doc, tw_str fallback);
const char *tw_doc_as_c(const tw_doc *doc, const char *fallback); /* text nodes are terminated */

#endif
