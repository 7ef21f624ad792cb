/* The table of all steps, looked up by Lua name and by family and method of the command line.
 *
 * Rows live in the file of their step; steps.def lists them. Names are compared with '-' and '_' as the same, because the
 * command line writes one and Lua the other. */
#include "steps/step.h"

#define TW_STEP(name) extern const tw_step_row tw_step_##name;
#include "steps/steps.def"
#undef TW_STEP

static const tw_step_row *const table[] = {
#define TW_STEP(name) &tw_step_##name,
#include "steps/steps.def"
#undef TW_STEP
};

const tw_step_row *const *tw_steps(size_t *n) {
    *n = TW_COUNT(table);
    return table;
}

static bool same_name(tw_str a, tw_str b) {
    if (a.n != b.n)
        return false;
    for (size_t i = 0; i < a.n; i++) {
        char x = a.p[i] == '-' ? '_' : a.p[i], y = b.p[i] == '-' ? '_' : b.p[i];
        if (x != y)
            return false;
    }
    return true;
}

static const char *nth_name(const void *unused, size_t i) {
    (void)unused;
    return i < TW_COUNT(table) ? table[i]->name : NULL;
}

enum tw_rc tw_step_find(tw_str name, const tw_step_row **out, tw_error *err) {
    for (size_t i = 0; i < TW_COUNT(table); i++)
        if (same_name(name, tw_str_c(table[i]->name))) {
            *out = table[i];
            return TW_OK;
        }
    const char *near = tw_nearest(name, nth_name, NULL);
    return tw_fail(
        err, TW_EUNKNOWN_NAME, "recipe: no step '%.*s'; %s%s", TW_ARG(name),
        near ? "did you mean "
             : "'trowel clean --explain', and so for impute, mask, augment and synth, lists them",
        near ? near : "");
}

/* The method of a row in its family: "impute_knn" -> "knn", "set_type" -> "set_type" (cleaning steps carry no family). */
static tw_str method_of(const tw_step_row *row) {
    tw_str name = tw_str_c(row->name), family = tw_str_c(row->family);
    if (tw_str_starts(name, family) && name.n > family.n && name.p[family.n] == '_')
        return tw_str_sub(name, family.n + 1, name.n);
    return name;
}

typedef struct family_names {
    const char *family;
} family_names;

static const char *nth_method(const void *ctx, size_t i) {
    const family_names *f = ctx;
    for (size_t k = 0; k < TW_COUNT(table); k++)
        if (strcmp(table[k]->family, f->family) == 0 && i-- == 0)
            return method_of(table[k]).p;
    return NULL;
}

enum tw_rc tw_step_find_method(const char *family, tw_str method, const tw_step_row **out, tw_error *err) {
    for (size_t i = 0; i < TW_COUNT(table); i++)
        if (strcmp(table[i]->family, family) == 0 && same_name(method, method_of(table[i]))) {
            *out = table[i];
            return TW_OK;
        }
    family_names names = {family};
    const char *near = tw_nearest(method, nth_method, &names);
    char all[512] = "";
    size_t used = 0;
    for (size_t i = 0; (near ? i == 0 : nth_method(&names, i) != NULL) && used < sizeof all; i++)
        used += (size_t)snprintf(all + used, sizeof all - used, "%s%s", i ? ", " : "",
                                 near ? near : nth_method(&names, i));
    for (char *c = all; *c; c++)
        *c = *c == '_' ? '-' : *c;
    return tw_fail(err, TW_EUNKNOWN_NAME,
                   near ? "%s: no method '%.*s'; did you mean %s?"
                        : "%s: no method '%.*s'; there are %s",
                   family, TW_ARG(method), all);
}
