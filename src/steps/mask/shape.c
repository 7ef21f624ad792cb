/* mask_shape: keep the form of addresses, numbers and names, star what tells people apart. */
#include "steps/mask/kinds.h"
#include "steps/mask/texts.h"
#include "steps/stored.h"

enum { LOOKED_AT = 1000 };

typedef struct shape_args {
    tw_str_list cols;
    tw_str kind;
} shape_args;

/* The first kind that four in five of the first thousand values have. */
static const tw_mask_kind *guess(const tw_table *in, int column) {
    const tw_column *cells = tw_table_column(in, (size_t)column);
    size_t n_kinds, seen = 0;
    const tw_mask_kind *kinds = tw_mask_kinds(&n_kinds);
    size_t hits[16] = {0};
    tw_buf text;
    tw_buf_init(&text, TW_BUF_MAX);
    for (int64_t row = 0; row < tw_column_rows(cells) && seen < LOOKED_AT; row++) {
        tw_cell cell = tw_column_cell(cells, row);
        if (cell.state != TW_VALUE)
            continue;
        seen++;
        tw_buf_clear(&text);
        tw_cell_write(&cell, &tw_table_field(in, (size_t)column)->format, &text);
        tw_str trimmed = tw_str_trim(tw_buf_view(&text));
        for (size_t k = 0; k < n_kinds && trimmed.n; k++)
            hits[k] += kinds[k].fits && kinds[k].fits(trimmed);
    }
    tw_buf_fini(&text);
    for (size_t k = 0; k < n_kinds; k++)
        if (seen && hits[k] * 5 >= seen * 4)
            return &kinds[k];
    return &kinds[n_kinds - 1];
}

static enum tw_rc unknown_kind(tw_str kind, tw_error *err) {
    size_t n;
    const tw_mask_kind *kinds = tw_mask_kinds(&n);
    tw_buf known;
    tw_buf_init(&known, 4096);
    for (size_t i = 0; i < n; i++)
        tw_buf_printf(&known, "%s%s", i ? ", " : "", kinds[i].name);
    enum tw_rc rc = tw_fail(err, TW_EUSAGE, "mask_shape: no kind '%.*s'; there are %s", TW_ARG(kind), known.p);
    tw_buf_fini(&known);
    return rc;
}

static enum tw_rc fit(const void *raw, const tw_step_env *env, const tw_table *in, tw_doc **state, tw_error *err) {
    const shape_args *args = raw;
    const tw_mask_kind *named = args->kind.n ? tw_mask_kind_find(args->kind) : NULL;
    int *columns;
    size_t n;
    if (args->kind.n && !named)
        return unknown_kind(args->kind, err);
    enum tw_rc rc = tw_mask_columns(env, in, &args->cols, &columns, &n, err);
    if (rc)
        return rc;
    tw_doc *kinds = tw_doc_map();
    for (size_t i = 0; i < n; i++) {
        const tw_mask_kind *kind = named ? named : guess(in, columns[i]);
        tw_doc_set(kinds, tw_table_field(in, (size_t)columns[i])->name, tw_doc_c(kind->name));
    }
    *state = tw_doc_map();
    tw_doc_set(*state, "kinds", kinds);
    return tw_stored_end(state, TW_OK, err);
}

static enum tw_rc write_shape(const void *ctx, size_t at, int64_t row, const tw_cell *cell, tw_str text, tw_buf *out,
                              tw_error *err) {
    (void)row;
    (void)cell;
    (void)err;
    const tw_mask_kind *const *kinds = ctx;
    tw_mask_shape(kinds[at], text, out);
    return TW_OK;
}

static enum tw_rc apply(const void *raw, const tw_doc *state, const tw_step_env *env, const tw_table *in, tw_step_result *out,
                        tw_error *err) {
    (void)raw;
    const tw_doc *fitted = tw_doc_get(state, "kinds");
    size_t n = tw_doc_count(fitted);
    int *columns = tw_arena_alloc(env->arena, n + 1, sizeof *columns);
    const tw_mask_kind **kinds = tw_arena_alloc(env->arena, n + 1, sizeof *kinds);
    tw_rewrite w;
    enum tw_rc rc = tw_rewrite_begin(&w, env, in, err);
    if (!rc && (!columns || !kinds))
        rc = tw_fail_memory(err);
    for (size_t i = 0; !rc && i < n; i++) {
        rc = tw_rewrite_find(in, "mask_shape", tw_doc_key(fitted, i), TW_STR(""), &columns[i], err);
        kinds[i] = tw_mask_kind_find(tw_doc_as_text(tw_doc_at(fitted, i), TW_STR("text")));
        if (!rc && !kinds[i])
            rc = unknown_kind(tw_doc_as_text(tw_doc_at(fitted, i), TW_STR("")), err);
    }
    if (!rc)
        rc = tw_table_need(in, columns, n, env->task, err);
    if (!rc)
        rc = tw_mask_texts(&w, columns, n, write_shape, kinds, err);
    rc = tw_rewrite_finish(&w, rc, out, err);
    if (!rc)
        tw_doc_set(out->summary, "kinds", tw_doc_copy(fitted));
    return rc;
}

/* clang-format off */
static const tw_param params[] = {
    {.name = "cols", .kind = TW_PARAM_COLUMNS, .offset = offsetof(shape_args, cols), .flags = TW_PARAM_REQUIRED, .help = "columns to mask"},
    {.name = "kind", .kind = TW_PARAM_TEXT,    .offset = offsetof(shape_args, kind), .help = "email, url, mac, ip, iban, card, date, phone, name, postcode, hidden or text; default: by content"},
};

const tw_step_row tw_step_mask_shape = {
    .name = "mask_shape",
    .family = "mask",
    .summary = "keep the form, star the content",
    .method = "E-mail addresses keep the first and last letter of each part and the top-level domain (a****d@e*****e.com); phone "
              "numbers their country code; cards and IBANs their last four characters, IBANs also the country; names become "
              "initials; IP addresses keep the /24 or /48; URLs their scheme; dates the year; postcodes two characters; other "
              "text the first letter of words of three letters or more; `hidden` keeps nothing but blanks and punctuation. "
              "Text that has not the form of its kind is starred whole. Different values may get the same mask: for joins take "
              "mask_tokenize. Lengths stay visible.",
    .source = "own rules; ITU-T E.164 for calling codes, ISO/IEC 7812 for guessing cards",
    .params = params, .n_params = TW_COUNT(params), .args_size = sizeof(shape_args),
    .flags = TW_STEP_ROW_LOCAL, .state = TW_STATE_GATHERED,
    .fit = fit, .apply = apply,
    .example = "r:mask_shape { cols = \"email\", kind = \"email\" }",
};
/* clang-format on */
