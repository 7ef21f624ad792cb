/* The list of steps and what is written beside them.
 *
 * A step is checked when it is added: its method exists, its arguments bind. Its id keys its random draws, so an id that
 * nobody gave depends only on the method and on how many of the same came before: inserting another step elsewhere moves
 * no draw. */
#include "recipe/recipe.h"

#include "base/unicode.h"
#include "recipe/recipe_impl.h"

enum tw_rc tw_recipe_new(tw_str name, tw_recipe **out, tw_error *err) {
    tw_recipe *recipe = tw_calloc(1, sizeof *recipe);
    *out = NULL;
    if (!recipe || !(recipe->name = tw_str_dup(name.p ? name : TW_STR("")))) {
        free(recipe);
        return tw_fail_memory(err);
    }
    recipe->name_n = name.n;
    *out = recipe;
    return TW_OK;
}

static void fini_entry(tw_recipe_entry *entry) {
    tw_doc_free(entry->args);
    free(entry->id);
    free(entry->note);
    *entry = (tw_recipe_entry){0};
}

void tw_recipe_free(tw_recipe *recipe) {
    if (!recipe)
        return;
    for (size_t i = 0; i < recipe->n; i++)
        fini_entry(&recipe->entries[i]);
    free(recipe->entries);
    tw_doc_free(recipe->source);
    free(recipe->name);
    free(recipe);
}

static bool copy_entry(const tw_recipe_entry *from, tw_recipe_entry *to) {
    *to = (tw_recipe_entry){.own_id = from->own_id, .ordinal = from->ordinal, .args = tw_doc_copy(from->args), .id = tw_str_dup(tw_str_c(from->id)),
                            .note = from->note ? tw_str_dup(tw_str_c(from->note)) : NULL};
    to->step = (tw_recipe_step){from->step.row, to->args, to->id, to->note};
    return to->args && to->id && (to->note || !from->note);
}

tw_recipe *tw_recipe_copy(const tw_recipe *recipe) {
    tw_recipe *copy = NULL;
    if (tw_recipe_new(tw_recipe_name(recipe), &copy, NULL) != TW_OK)
        return NULL;
    copy->seed = recipe->seed;
    copy->has_seed = recipe->has_seed;
    copy->source = recipe->source ? tw_doc_copy(recipe->source) : NULL;
    copy->entries = tw_calloc(recipe->n, sizeof *copy->entries);
    bool good = copy->entries && (copy->source || !recipe->source);
    copy->room = good ? recipe->n : 0;
    for (size_t i = 0; good && i < recipe->n; i++) {
        good = copy_entry(&recipe->entries[i], &copy->entries[i]);
        copy->n++;
    }
    if (good)
        return copy;
    tw_recipe_free(copy);
    return NULL;
}

tw_str tw_recipe_name(const tw_recipe *recipe) {
    return (tw_str){recipe->name, recipe->name_n};
}

size_t tw_recipe_count(const tw_recipe *recipe) {
    return recipe->n;
}

const tw_recipe_step *tw_recipe_at(const tw_recipe *recipe, size_t i) {
    return i < recipe->n ? &recipe->entries[i].step : NULL;
}

bool tw_recipe_seed(const tw_recipe *recipe, uint64_t *seed) {
    *seed = recipe->seed;
    return recipe->has_seed;
}

void tw_recipe_set_seed(tw_recipe *recipe, uint64_t seed) {
    recipe->seed = seed;
    recipe->has_seed = true;
}

uint64_t tw_run_seed(uint64_t given, const tw_recipe *recipe) {
    if (given)
        return given;
    return recipe && recipe->has_seed ? recipe->seed : 1;
}

const tw_doc *tw_recipe_source(const tw_recipe *recipe) {
    return recipe->source;
}

bool tw_recipe_set_source(tw_recipe *recipe, tw_doc *source) {
    if (!source)
        return false;
    tw_doc_free(recipe->source);
    recipe->source = source;
    return true;
}

/* --- adding --- */

static bool is_special(tw_str key) {
    return tw_str_eq_c(key, "id") || tw_str_eq_c(key, "note");
}

/* `id` and `note` out of the arguments; the rest in *rest. */
static enum tw_rc take_apart(const tw_doc *args, tw_recipe_entry *entry, tw_doc **rest, tw_error *err) {
    tw_str id = tw_doc_as_text(tw_doc_get(args, "id"), (tw_str){NULL, 0});
    tw_str note = tw_doc_as_text(tw_doc_get(args, "note"), (tw_str){NULL, 0});
    *rest = tw_doc_map();
    entry->own_id = id.p != NULL;
    entry->id = id.p ? tw_str_dup(id) : NULL;
    entry->note = note.p ? tw_str_dup(note) : NULL;
    if (!*rest || (id.p && !entry->id) || (note.p && !entry->note))
        return tw_fail_memory(err);
    for (size_t i = 0; i < tw_doc_count(args); i++) {
        tw_str key = tw_doc_key(args, i);
        if (!is_special(key) && !tw_doc_set_str(*rest, key, tw_doc_copy(tw_doc_at(args, i))))
            return tw_fail_memory(err);
    }
    return TW_OK;
}

static enum tw_rc name_step(const tw_recipe *recipe, tw_recipe_entry *entry, tw_error *err) {
    enum { LONGEST_ID = 120 };
    const tw_step_row *row = entry->step.row;
    size_t equal = 1;
    for (size_t i = recipe->n; i > 0 && equal == 1; i--)
        if (recipe->entries[i - 1].step.row == row)
            equal = recipe->entries[i - 1].ordinal + 1;
    entry->ordinal = equal;
    if (!entry->own_id) {
        tw_buf text;
        tw_buf_init(&text, LONGEST_ID);
        tw_buf_c(&text, row->name);
        if (equal > 1)
            tw_buf_printf(&text, "-%zu", equal);
        entry->id = tw_buf_take(&text);
    }
    if (!entry->id)
        return tw_fail_memory(err);
    tw_str id = tw_str_c(entry->id);
    if (tw_utf8_valid(id) < id.n)
        return tw_fail(err, TW_EUSAGE, "%s: its id is no UTF-8; choose another", row->name);
    if (!id.n || id.n > LONGEST_ID)
        return tw_fail(err, TW_EUSAGE, "%s: an id has 1 to %d characters; choose another", row->name, LONGEST_ID);
    for (size_t i = 0; i < recipe->n; i++) /* made ids differ among themselves */
        if ((entry->own_id || recipe->entries[i].own_id) && strcmp(recipe->entries[i].id, entry->id) == 0)
            return tw_fail(err, TW_EUSAGE, "%s: id '%s' is taken by step %zu; choose another", row->name, entry->id, i + 1);
    return TW_OK;
}

enum tw_rc tw_step_check(const tw_step_row *row, const tw_doc *args, tw_error *err) {
    tw_arena arena;
    tw_arena_init(&arena);
    void *bound = tw_arena_alloc(&arena, 1, row->args_size);
    enum tw_rc rc = bound ? tw_step_bind(row, args, bound, &arena, err) : tw_fail_memory(err);
    tw_arena_fini(&arena);
    return rc;
}

static enum tw_rc make_entry(const tw_recipe *recipe, tw_str method, const tw_doc *args, tw_recipe_entry *entry,
                             tw_error *err) {
    enum tw_rc rc = tw_step_find(method, &entry->step.row, err);
    tw_doc *rest = NULL;
    if (rc == TW_OK)
        rc = take_apart(args, entry, &rest, err);
    if (rc != TW_OK) {
        tw_doc_free(rest);
        return rc;
    }
    entry->args = tw_step_gather(entry->step.row, rest);
    rc = entry->args ? tw_step_check(entry->step.row, entry->args, err) : tw_fail_memory(err);
    return rc == TW_OK ? name_step(recipe, entry, err) : rc;
}

enum tw_rc tw_recipe_add(tw_recipe *recipe, tw_str method, tw_doc *args, tw_error *err) {
    tw_recipe_entry entry = {0};
    if (recipe->n >= TW_RECIPE_STEPS) {
        tw_doc_free(args);
        return tw_fail(err, TW_ELIMIT, "recipe: more than %d steps; split it", TW_RECIPE_STEPS);
    }
    enum tw_rc rc = make_entry(recipe, method, args, &entry, err);
    tw_doc_free(args);
    if (rc == TW_OK && recipe->n == recipe->room) {
        size_t room = recipe->room ? recipe->room * 2 : 8;
        tw_recipe_entry *bigger = tw_realloc(recipe->entries, room, sizeof *bigger);
        if (bigger) {
            recipe->entries = bigger;
            recipe->room = room;
        } else {
            rc = tw_fail_memory(err);
        }
    }
    if (rc != TW_OK) {
        fini_entry(&entry);
        return rc;
    }
    entry.step = (tw_recipe_step){entry.step.row, entry.args, entry.id, entry.note};
    recipe->entries[recipe->n++] = entry;
    return TW_OK;
}

enum tw_rc tw_recipe_remove_last(tw_recipe *recipe, tw_error *err) {
    if (!recipe->n)
        return tw_fail(err, TW_EUSAGE, "recipe: it has no steps; there is nothing to remove");
    fini_entry(&recipe->entries[--recipe->n]);
    return TW_OK;
}
