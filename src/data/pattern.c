/* Interned patterns and words of formats.
 *
 * Formats are copied by value into fields, cells' writers and fitted states; a pattern that were
 * owned by one of them would need a reference count in every copy. A process meets a few dozen
 * patterns, so they live for ever in one list behind a mutex, and equal patterns have equal
 * pointers. */
#include "data/type.h"

#include <pthread.h>

typedef struct interned {
    struct interned *next;
    char text[];
} interned;

static pthread_mutex_t intern_lock = PTHREAD_MUTEX_INITIALIZER;
static interned *intern_list;

static interned *intern_new(tw_str text) {
    size_t size;
    interned *node = tw_add(sizeof *node + 1, text.n, &size) ? tw_calloc(1, size) : NULL;
    if (!node)
        return NULL;
    if (text.n)
        memcpy(node->text, text.p, text.n);
    node->next = intern_list;
    intern_list = node;
    return node;
}

const char *tw_pattern_intern(tw_str text) {
    pthread_mutex_lock(&intern_lock);
    interned *node = intern_list;
    while (node && !tw_str_eq_c(text, node->text))
        node = node->next;
    if (!node)
        node = intern_new(text);
    pthread_mutex_unlock(&intern_lock);
    return node ? node->text : NULL;
}
