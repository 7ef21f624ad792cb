/* Steps as a shared list. The id of a step keys its random draws, so it must be the one that the
 * recipe written from the list will give it: its own `id`, else the method, with an ordinal from
 * the second equal one on (steps/step.h). */
#include "app/made.h"

tw_made *tw_made_ref(tw_made *made) {
    if (made)
        atomic_fetch_add_explicit(&made->refs, 1, memory_order_relaxed);
    return made;
}

void tw_made_unref(tw_made *made) {
    while (made && atomic_fetch_sub_explicit(&made->refs, 1, memory_order_acq_rel) == 1) {
        tw_made *earlier = made->earlier;
        tw_doc_free(made->args);
        free(made->id);
        free(made->note);
        free(made);
        made = earlier;
    }
}

static char *make_id(const tw_made *earlier, const tw_step_row *row) {
    size_t equal = 1;
    for (const tw_made *m = earlier; m; m = m->earlier)
        equal += m->row == row;
    tw_buf text;
    tw_buf_init(&text, 256);
    tw_buf_c(&text, row->name);
    if (equal > 1)
        tw_buf_printf(&text, "-%zu", equal);
    return tw_buf_take(&text);
}

static bool is_taken(const tw_made *earlier, const char *id) {
    for (const tw_made *m = earlier; m; m = m->earlier)
        if (strcmp(m->id, id) == 0)
            return true;
    return false;
}

enum tw_rc tw_made_add(tw_made *earlier, const tw_step_row *row, tw_doc *args, const char *id,
                       const char *note, tw_made **out, tw_error *err) {
    tw_made *made = tw_calloc(1, sizeof *made);
    char *usual = make_id(earlier, row);
    char *note_copy = note ? tw_str_dup(tw_str_c(note)) : NULL;
    bool own = usual && id && strcmp(id, usual) != 0 && !is_taken(earlier, id);
    char *own_copy = own ? tw_str_dup(tw_str_c(id)) : NULL;
    if (!made || !usual || !args || (note && !note_copy) || (own && !own_copy)) {
        free(made);
        free(usual);
        free(own_copy);
        free(note_copy);
        tw_doc_free(args);
        return tw_fail_memory(err);
    }
    unsigned number = earlier ? earlier->number + 1u : 1u;
    *made = (tw_made){.refs = 1,
                      .earlier = tw_made_ref(earlier),
                      .row = row,
                      .args = args,
                      .id = own ? own_copy : usual,
                      .note = note_copy,
                      .own_id = own,
                      .number = (uint16_t)TW_MIN(number, UINT16_MAX)};
    if (own)
        free(usual);
    *out = made;
    return TW_OK;
}

/* The arguments as a recipe takes them: with id and note where they are needed. */
static tw_doc *args_of(const tw_made *made) {
    tw_doc *args = tw_doc_copy(made->args);
    if (args && made->own_id)
        tw_doc_set(args, "id", tw_doc_c(made->id));
    if (args && made->note)
        tw_doc_set(args, "note", tw_doc_c(made->note));
    return args;
}

enum tw_rc tw_made_append(const tw_made *last, tw_recipe *recipe, tw_error *err) {
    size_t n = 0;
    for (const tw_made *m = last; m; m = m->earlier)
        n++;
    const tw_made **steps = tw_calloc(n, sizeof *steps);
    if (!steps)
        return tw_fail_memory(err);
    size_t i = n;
    for (const tw_made *m = last; m; m = m->earlier)
        steps[--i] = m;
    enum tw_rc rc = TW_OK;
    for (; i < n && rc == TW_OK; i++)
        rc = tw_recipe_add(recipe, tw_str_c(steps[i]->row->name), args_of(steps[i]), err);
    free(steps);
    return rc;
}

enum tw_rc tw_made_recipe(const tw_made *last, tw_str name, uint64_t seed, const tw_doc *source,
                          tw_recipe **out, tw_error *err) {
    tw_recipe *recipe = NULL;
    enum tw_rc rc = tw_recipe_new(name, &recipe, err);
    if (rc == TW_OK && seed)
        tw_recipe_set_seed(recipe, seed);
    if (rc == TW_OK && tw_doc_count(source) && !tw_recipe_set_source(recipe, tw_doc_copy(source)))
        rc = tw_fail_memory(err);
    if (rc == TW_OK)
        rc = tw_made_append(last, recipe, err);
    if (rc != TW_OK) {
        tw_recipe_free(recipe);
        return rc;
    }
    *out = recipe;
    return TW_OK;
}
