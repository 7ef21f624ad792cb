/* Dictionaries of repeated text: code -> view, and a writer that gives codes. Private to data.
 *
 * Entries are views into the column's space and all different. A dictionary is immutable and
 * reference-counted; a writer may start from one and keeps its codes. */
#ifndef TW_DATA_DICT_H
#define TW_DATA_DICT_H

#include "data/text.h"

typedef struct tw_dict {
    _Atomic uint32_t refs;
    uint32_t n;
    uint64_t views[];
} tw_dict;

tw_dict *tw_dict_ref(const tw_dict *dict);
void tw_dict_unref(const tw_dict *dict);

/* Entries a dictionary may have in a column of so many rows. */
static inline uint32_t tw_dict_limit(int64_t rows) {
    int64_t tenth = rows / 10;
    return (uint32_t)(tenth > 65536 ? (tenth < INT32_MAX ? tenth : INT32_MAX) : 65536);
}

typedef struct tw_dict_writer {
    uint64_t *views;
    uint32_t *hashes;
    uint32_t *slots; /* code + 1, 0 = free; a power of two of them */
    uint32_t n, room, mask;
    tw_heap *heap;
} tw_dict_writer;

/* The heap gives and takes the texts; it must outlive the writer. `dict` may be NULL. */
TW_NODISCARD bool tw_dict_writer_init(tw_dict_writer *w, tw_heap *heap, const tw_dict *dict);
void tw_dict_writer_fini(tw_dict_writer *w);
/* No entries, the memory kept; the heap may be another one from here on. */
void tw_dict_writer_clear(tw_dict_writer *w);
/* Code of text, new ones copied to the heap unless they lie in its space. UINT32_MAX: memory is
 * out. */
uint32_t tw_dict_writer_code(tw_dict_writer *w, tw_str text);
/* A dictionary of all entries; NULL when memory is out. */
tw_dict *tw_dict_writer_seal(const tw_dict_writer *w);

#endif
