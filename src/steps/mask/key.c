/* What keyed masks ask of their key. A mask applied with another key than it was fitted with would
 * give values that agree with nothing masked before, so that is an error and no warning. */
#include "steps/mask/key.h"

enum tw_rc tw_mask_need_key(const tw_step_env *env, tw_error *err) {
    if (env->key)
        return TW_OK;
    return tw_fail(err, TW_EKEY,
                   "%.*s: no key is given; make one with 'trowel keygen FILE' and name it with "
                   "--key-file",
                   TW_ARG(env->id));
}

enum tw_rc tw_mask_same_key(const tw_step_env *env, const tw_doc *state, const char *otherwise,
                            tw_error *err) {
    char check[9];
    enum tw_rc rc = tw_mask_need_key(env, err);
    if (rc)
        return rc;
    tw_key_check_value(env->key, check);
    tw_str fitted = tw_doc_as_text(tw_doc_get(state, "key"), TW_STR(""));
    if (tw_str_eq_c(fitted, check))
        return TW_OK;
    return tw_fail(err, TW_EKEY,
                   "%.*s: this is key %s, but the step was fitted with key %.*s; %s; give that one",
                   TW_ARG(env->id), check, TW_ARG(fitted), otherwise);
}
