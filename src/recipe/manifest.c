/* The manifest beside an output: what went in, what was done, with which seed. No clock, no path, no key. */
#include "config.h"

#include "recipe/recipe_impl.h"

static const char *file_name(const char *path) {
    const char *slash = path ? strrchr(path, '/') : NULL;
    return slash ? slash + 1 : path;
}

static tw_doc *digest(tw_str bytes) {
    char hash[65];
    tw_digest_hex(bytes, hash);
    return tw_doc_c(hash);
}

static tw_doc *input_doc(const char *path, tw_str bytes) {
    tw_doc *doc = tw_doc_map();
    if (!doc)
        return NULL;
    tw_doc_set(doc, "name", tw_doc_c(file_name(path)));
    tw_doc_set(doc, "bytes", bytes.p ? tw_doc_int((int64_t)bytes.n) : tw_doc_null());
    tw_doc_set(doc, "blake2b", bytes.p ? digest(bytes) : tw_doc_null());
    return doc;
}

static tw_doc *recipe_hash(const tw_recipe *recipe) {
    tw_buf text;
    tw_buf_init(&text, TW_BUF_MAX);
    tw_doc *hash = tw_recipe_lua(recipe, &text) ? digest(tw_buf_view(&text)) : NULL;
    tw_buf_fini(&text);
    return hash;
}

tw_doc *tw_manifest(const tw_recipe *recipe, const tw_run_report *report, const char *input_path, tw_str input_bytes,
                    tw_str state_bytes, uint64_t seed) {
    tw_doc *doc = tw_doc_map();
    if (!doc)
        return NULL;
    tw_doc_set(doc, "trowel", tw_doc_c(PACKAGE_VERSION));
    tw_doc_set(doc, "input", input_doc(input_path, input_bytes));
    tw_doc_set(doc, "recipe", tw_doc_text(tw_recipe_name(recipe)));
    tw_doc_set(doc, "recipe_blake2b", recipe_hash(recipe));
    tw_doc_set(doc, "state_blake2b", state_bytes.p ? digest(state_bytes) : tw_doc_null());
    tw_doc_set(doc, "seed", tw_doc_int((int64_t)seed));
    tw_doc_set(doc, "steps", report && report->steps ? tw_doc_copy(report->steps) : tw_doc_list());
    if (!tw_doc_failed(doc))
        return doc;
    tw_doc_free(doc);
    return NULL;
}
