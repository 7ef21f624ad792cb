/* Fields as versions share them: immutable, reference-counted, with their name. Private to data. */
#ifndef TW_DATA_FIELD_H
#define TW_DATA_FIELD_H

#include "base/hash.h"
#include "data/table.h"

typedef struct tw_named {
    _Atomic uint32_t refs;
    tw_field field;
    char name[];
} tw_named;

/* A copy; source_column as given apart. NULL when memory is out. */
tw_named *tw_named_new(const tw_field *field, int source_column);
tw_named *tw_named_ref(tw_named *named);
void tw_named_unref(tw_named *named);

/* Names of a version, for wide tables: name -> first column that has it. */
typedef struct tw_names {
    tw_hashmap *map;
    int *column; /* by number in the map */
} tw_names;
tw_names *tw_names_new(const tw_table *table); /* NULL when memory is out */
void tw_names_free(tw_names *names);
int tw_names_find(const tw_names *names, tw_str name); /* -1 = none */

#endif
