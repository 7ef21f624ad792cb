/* Inside of a recipe, for the files that write, run and save it. Private to the room. */
#ifndef TW_RECIPE_RECIPE_IMPL_H
#define TW_RECIPE_RECIPE_IMPL_H

#include "recipe/recipe.h"

enum { TW_RECIPE_STEPS = 65000 }; /* marks of cells are 16 bits */

typedef struct tw_recipe_entry {
    tw_recipe_step step; /* points into the fields below */
    tw_doc *args;
    char *id, *note;
    bool own_id;     /* given by the recipe, not made */
    size_t ordinal; /* among steps of the same method, from 1 */
} tw_recipe_entry;

struct tw_recipe {
    char *name;
    size_t name_n;
    tw_recipe_entry *entries;
    size_t n, room;
    tw_doc *source;
    uint64_t seed;
    bool has_seed;
};

struct tw_fitted {
    tw_recipe *recipe;
    tw_doc *schema; /* list of {name, type, role, format} as read at fit, in the recipe's names */
    tw_doc *states; /* one per step; null = none */
    tw_doc *source; /* reading settings by the names of CLI.md */
    uint64_t seed;
};

/* The arguments bind: names, types, ranges. */
TW_NODISCARD enum tw_rc tw_step_check(const tw_step_row *row, const tw_doc *args, tw_error *err);
/* Fields of a table as the schema keeps them; NULL when memory is out. */
tw_doc *tw_schema_of(const tw_table *table);
/* The table read as the schema says: types and formats of columns that it names; a new reference in *out. */
TW_NODISCARD enum tw_rc tw_schema_impose(const tw_doc *schema, const tw_table *in, tw_table **out, tw_error *err);

#endif
