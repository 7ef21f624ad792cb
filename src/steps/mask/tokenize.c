/* mask_tokenize: a keyed pseudonym that is the same for the same value wherever domain and key are the same.
 *
 * The key of a domain is derived from the master key by keyed BLAKE2b with the domain's name, so tokens of one domain join
 * across tables and tokens of two domains cannot be linked. Plain hashes are not offered: whoever can guess a value can
 * check it. The state holds the key's check value, never the key. */
#include <string.h>

#include "base/unicode.h"
#include "steps/mask/key.h"
#include "steps/mask/texts.h"
#include "steps/stored.h"

enum { MOST_BYTES = 32 };

typedef struct tokenize_args {
    tw_str_list cols;
    tw_str domain;
    int64_t bits;
    bool fold;
} tokenize_args;

typedef struct tokenizer {
    const tokenize_args *args;
    uint8_t (*keys)[32]; /* one for each column */
} tokenizer;

static size_t token_chars(int64_t bits) {
    return (size_t)(bits + 4) / 5;
}

/* Blanks at the ends do not count, composed and decomposed letters are the same; with `fold` neither does case. */
static bool canonical(const tokenize_args *args, tw_str text, tw_buf *out) {
    tw_buf folded;
    tw_buf_clear(out);
    if (!args->fold)
        return tw_text_normalize(out, tw_str_trim(text), TW_NFC);
    tw_buf_init(&folded, TW_BUF_MAX);
    bool good = tw_text_case(&folded, tw_str_trim(text), TW_CASE_FOLD) && tw_text_normalize(out, tw_buf_view(&folded), TW_NFC);
    tw_buf_fini(&folded);
    return good;
}

static enum tw_rc write_token(const void *ctx, size_t at, int64_t row, const tw_cell *cell, tw_str text, tw_buf *out,
                              tw_error *err) {
    static const tw_format plain = {.number = {'.', 0, -1}};
    (void)row;
    const tokenizer *t = ctx;
    uint8_t mac[MOST_BYTES];
    char letters[(MOST_BYTES * 8 + 4) / 5 + 1];
    tw_buf value, plainly;
    tw_buf_init(&value, TW_BUF_MAX);
    tw_buf_init(&plainly, TW_BUF_MAX);
    if (cell->state == TW_VALUE && cell->type != TW_TEXT) {
        tw_cell_write(cell, &plain, &plainly);
        text = tw_buf_view(&plainly);
    }
    bool good = canonical(t->args, text, &value) && !plainly.failed;
    if (good) {
        tw_mac(t->keys[at], tw_buf_view(&value), mac, sizeof mac);
        tw_base32(mac, sizeof mac, letters);
        tw_buf_add(out, letters, token_chars(t->args->bits));
    }
    tw_buf_fini(&value);
    tw_buf_fini(&plainly);
    return good ? TW_OK : tw_fail_memory(err);
}

/* Keys of the columns' domains: the one named, else the column's own name. */
static enum tw_rc derive(const tokenize_args *args, const tw_step_env *env, const tw_table *in, const int *columns, size_t n,
                         tokenizer *t, tw_error *err) {
    *t = (tokenizer){.args = args, .keys = tw_calloc(n + 1, sizeof *t->keys)};
    if (!t->keys)
        return tw_fail_memory(err);
    for (size_t i = 0; i < n; i++)
        tw_key_derive(env->key, args->domain.n ? args->domain : tw_str_c(tw_table_field(in, (size_t)columns[i])->name),
                      t->keys[i]);
    return TW_OK;
}

static void forget(tokenizer *t, size_t n) {
    if (t->keys)
        explicit_bzero(t->keys, n * sizeof *t->keys);
    free(t->keys);
}

/* --- fitting: do two values share a token? --- */

static int by_text(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* "TOKEN VALUE" for each level, sorted: equal tokens stand side by side. */
static enum tw_rc count_collisions(const tokenizer *t, const tw_step_env *env, const tw_column *cells, size_t at,
                                   int64_t *distinct, int64_t *collisions, tw_error *err) {
    const tw_factor *f;
    enum tw_rc rc = tw_column_factor(cells, 0, &f, err);
    char **lines = rc ? NULL : tw_arena_alloc(env->arena, (size_t)f->levels + 1, sizeof *lines);
    if (rc || !lines)
        return rc ? rc : tw_fail_memory(err);
    size_t width = token_chars(t->args->bits);
    static const tw_format plain = {.number = {'.', 0, -1}};
    tw_buf text, token, value;
    tw_buf_init(&text, TW_BUF_MAX);
    tw_buf_init(&token, TW_BUF_MAX);
    tw_buf_init(&value, TW_BUF_MAX);
    for (uint32_t l = 0; !rc && l < f->levels; l++) {
        tw_cell cell = tw_column_cell(cells, f->first[l]);
        tw_buf_clear(&text);
        tw_buf_clear(&token);
        tw_cell_write(&cell, &plain, &text);
        rc = write_token(t, at, f->first[l], &cell, tw_buf_view(&text), &token, err);
        if (!rc && canonical(t->args, tw_buf_view(&text), &value))
            tw_buf_str(&token, tw_buf_view(&value));
        lines[l] = rc ? NULL : (char *)(uintptr_t)tw_arena_str(env->arena, tw_buf_view(&token)).p;
        if (!rc && !lines[l])
            rc = tw_fail_memory(err);
    }
    if (!rc)
        qsort(lines, f->levels, sizeof *lines, by_text);
    *distinct = f->levels;
    for (uint32_t l = 1; !rc && l < f->levels; l++)
        *collisions += strncmp(lines[l], lines[l - 1], width) == 0 && strcmp(lines[l], lines[l - 1]) != 0;
    tw_buf_fini(&text);
    tw_buf_fini(&token);
    tw_buf_fini(&value);
    return rc;
}

static enum tw_rc fit(const void *raw, const tw_step_env *env, const tw_table *in, tw_doc **state, tw_error *err) {
    const tokenize_args *args = raw;
    int *columns;
    size_t n;
    tokenizer t = {0};
    enum tw_rc rc = tw_mask_need_key(env, err);
    if (!rc)
        rc = tw_mask_columns(env, in, &args->cols, &columns, &n, err);
    if (!rc)
        rc = derive(args, env, in, columns, n, &t, err);
    if (rc)
        return rc;
    char check[9];
    tw_key_check_value(env->key, check);
    tw_doc *names = tw_doc_list();
    int64_t all = 0, collisions = 0;
    for (size_t i = 0; !rc && i < n; i++) {
        int64_t distinct = 0;
        rc = count_collisions(&t, env, tw_table_column(in, (size_t)columns[i]), i, &distinct, &collisions, err);
        tw_doc_add(names, tw_doc_c(tw_table_field(in, (size_t)columns[i])->name));
        all += distinct;
    }
    forget(&t, n);
    if (!rc && collisions)
        tw_say(env->log, TW_WARNING, "mask_tokenize: %lld of %lld values share a token with another; raise bits",
               (long long)collisions, (long long)all);
    *state = tw_doc_map();
    tw_doc_set(*state, "columns", names);
    tw_doc_set(*state, "key", tw_doc_c(check));
    tw_doc_set(*state, "collisions", tw_doc_int(collisions));
    return tw_stored_end(state, rc, err);
}

static enum tw_rc apply(const void *raw, const tw_doc *state, const tw_step_env *env, const tw_table *in, tw_step_result *out,
                        tw_error *err) {
    const tw_doc *names = tw_doc_get(state, "columns");
    size_t n = tw_doc_count(names);
    int *columns = tw_arena_alloc(env->arena, n + 1, sizeof *columns);
    tokenizer t = {0};
    tw_rewrite w;
    enum tw_rc rc = tw_rewrite_begin(&w, env, in, err);
    if (!rc)
        rc = columns ? tw_mask_same_key(env, state, "tokens would not join", err) : tw_fail_memory(err);
    for (size_t i = 0; !rc && i < n; i++)
        rc = tw_rewrite_find(in, "mask_tokenize", tw_doc_as_text(tw_doc_at(names, i), TW_STR("")), TW_STR(""), &columns[i], err);
    if (!rc)
        rc = tw_table_need(in, columns, n, env->task, err);
    if (!rc)
        rc = derive(raw, env, in, columns, n, &t, err);
    if (!rc)
        rc = tw_mask_texts(&w, columns, n, write_token, &t, err);
    forget(&t, n);
    rc = tw_rewrite_finish(&w, rc, out, err);
    if (!rc)
        tw_doc_set(out->summary, "collisions", tw_doc_copy(tw_doc_get(state, "collisions")));
    return rc;
}

/* clang-format off */
static const tw_param params[] = {
    {.name = "cols",   .kind = TW_PARAM_COLUMNS, .offset = offsetof(tokenize_args, cols),   .flags = TW_PARAM_REQUIRED, .help = "columns to mask"},
    {.name = "domain", .kind = TW_PARAM_TEXT,    .offset = offsetof(tokenize_args, domain), .help = "what the values are (person.email); equal domain and key join; default: the column's name"},
    {.name = "bits",   .kind = TW_PARAM_INT,     .offset = offsetof(tokenize_args, bits),   .fallback = "100", .min = 40, .max = 250, .help = "length of the token; five bits a character"},
    {.name = "fold",   .kind = TW_PARAM_BOOL,    .offset = offsetof(tokenize_args, fold),   .fallback = "false", .help = "upper and lower case are the same value"},
};

const tw_step_row tw_step_mask_tokenize = {
    .name = "mask_tokenize",
    .family = "mask",
    .summary = "keyed pseudonyms that still join",
    .method = "Keyed BLAKE2b of the value (blanks at its ends do not count, Unicode in NFC, numbers and dates in plain form), cut to "
              "`bits` and written in base32. The key is derived from yours with the domain's name: the same value gets the same "
              "token in every table with that key and domain, and nothing links two domains. Without the key a token cannot be "
              "checked against a guess; with a lost key it cannot be made again. Equal values stay recognisable as equal. Values "
              "that share a token by chance are counted when the step is fitted.",
    .source = "RFC 7693 (BLAKE2), RFC 4648 (base32)",
    .params = params, .n_params = TW_COUNT(params), .args_size = sizeof(tokenize_args),
    .flags = TW_STEP_ROW_LOCAL | TW_STEP_KEYED, .state = TW_STATE_GATHERED,
    .fit = fit, .apply = apply,
    .example = "r:mask_tokenize { cols = \"patient_id\", domain = \"patient\" }",
};
/* clang-format on */
