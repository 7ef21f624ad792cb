/* Rooms that have not landed: each function here goes when its room brings the real one. Linked into the program only. */
#include "profile/finding.h"
#include "recipe/recipe.h"

static enum tw_rc absent(tw_error *err, const char *room) {
    return tw_fail(err, TW_EUNSUPPORTED, "%s: this room has not landed; rebuild when it has", room);
}

const char *tw_finding_class_word(enum tw_finding_class class) {
    static const char *const words[] = {"error", "style", "unusual"};
    return words[class];
}
tw_doc *tw_finding_doc(const tw_finding *finding) {
    (void)finding;
    return NULL;
}
const tw_finding *tw_findings_at(const tw_findings *findings, size_t i) {
    (void)findings, (void)i;
    return NULL;
}
size_t tw_findings_count(const tw_findings *findings) {
    (void)findings;
    return 0;
}
void tw_findings_free(tw_findings *findings) {
    (void)findings;
}
enum tw_rc tw_findings_of(const tw_table *table, const tw_profile *profile, tw_task *task, tw_findings **out, tw_error *err) {
    (void)table, (void)profile, (void)task, (void)out;
    return absent(err, "findings");
}
enum tw_rc tw_fitted_apply(const tw_fitted *fitted, const tw_table *in, const tw_run_options *options, tw_table **out,
                           tw_run_report *report, tw_error *err) {
    (void)fitted, (void)in, (void)options, (void)out, (void)report;
    return absent(err, "recipe");
}
void tw_fitted_free(tw_fitted *fitted) {
    (void)fitted;
}
enum tw_rc tw_fitted_read(tw_str text, tw_fitted **out, tw_error *err) {
    (void)text, (void)out;
    return absent(err, "recipe");
}
const tw_recipe *tw_fitted_recipe(const tw_fitted *fitted) {
    (void)fitted;
    return NULL;
}
const tw_doc *tw_fitted_source(const tw_fitted *fitted) {
    (void)fitted;
    return NULL;
}
enum tw_rc tw_fitted_write(const tw_fitted *fitted, tw_buf *out, tw_error *err) {
    (void)fitted, (void)out;
    return absent(err, "recipe");
}
tw_doc *tw_manifest(const tw_recipe *recipe, const tw_run_report *report, const char *input_path, tw_str input_bytes,
                    tw_str state_bytes, uint64_t seed) {
    (void)recipe, (void)report, (void)input_path, (void)input_bytes, (void)state_bytes, (void)seed;
    return NULL;
}
enum tw_rc tw_recipe_add(tw_recipe *recipe, tw_str method, tw_doc *args, tw_error *err) {
    (void)recipe, (void)method;
    tw_doc_free(args);
    return absent(err, "recipe");
}
const tw_recipe_step *tw_recipe_at(const tw_recipe *recipe, size_t i) {
    (void)recipe, (void)i;
    return NULL;
}
tw_recipe *tw_recipe_copy(const tw_recipe *recipe) {
    (void)recipe;
    return NULL;
}
size_t tw_recipe_count(const tw_recipe *recipe) {
    (void)recipe;
    return 0;
}
void tw_recipe_free(tw_recipe *recipe) {
    (void)recipe;
}
bool tw_recipe_lua(const tw_recipe *recipe, tw_buf *out) {
    (void)recipe, (void)out;
    return true;
}
enum tw_rc tw_recipe_new(tw_str name, tw_recipe **out, tw_error *err) {
    (void)name, (void)out;
    return absent(err, "recipe");
}
enum tw_rc tw_recipe_run(const tw_recipe *recipe, const tw_table *in, const tw_run_options *options, tw_table **out,
                         tw_fitted **fitted, tw_run_report *report, tw_error *err) {
    (void)recipe, (void)in, (void)options, (void)out, (void)fitted, (void)report;
    return absent(err, "recipe");
}
bool tw_recipe_seed(const tw_recipe *recipe, uint64_t *seed) {
    (void)recipe, (void)seed;
    return false;
}
void tw_recipe_set_seed(tw_recipe *recipe, uint64_t seed) {
    (void)recipe, (void)seed;
}
bool tw_recipe_set_source(tw_recipe *recipe, tw_doc *source) {
    (void)recipe;
    tw_doc_free(source);
    return true;
}
const tw_doc *tw_recipe_source(const tw_recipe *recipe) {
    (void)recipe;
    return NULL;
}
bool tw_recipe_step_lua(const tw_step_row *row, const tw_doc *args, tw_buf *out) {
    (void)row, (void)args, (void)out;
    return true;
}
void tw_run_report_fini(tw_run_report *report) {
    tw_doc_free(report->steps);
}
enum tw_rc tw_step_run(const tw_step_row *row, const tw_doc *args, tw_str id, uint16_t number, const tw_run_options *options,
                       const tw_table *in, tw_step_result *out, tw_doc **state, tw_error *err) {
    (void)row, (void)args, (void)id, (void)number, (void)options, (void)in, (void)out, (void)state;
    return absent(err, "steps");
}
