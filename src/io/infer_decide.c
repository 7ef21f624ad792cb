/* Deciding: from counts to a type, its format, the null tokens and the minority readings of each
 * column.
 *
 * A typed reading must explain nearly all filled cells that are no null token. What it does not
 * explain stays in the column as unreadable cells and is listed as a minority. Numbers with leading
 * zeros or with more digits than 64 bits hold are codes: they stay text. Which of day and month
 * comes first is proved by a day above 12; without proof other columns of the file decide, then
 * which of the two places varies less. */
#include "config.h"

#include "io/infer.h"

#include "io/cell_kind.h"
#include "io/infer_state.h"

enum { MAX_MINORITY = 8 };

typedef struct judged {
    const tw_infer *infer;
    const tw_column_state *c;
    int64_t filled; /* cells with text */
    int64_t tokens; /* of them null tokens under a typed reading */
    int64_t odd;    /* repeated words that stand for a missing value, by evidence */
    int64_t base;   /* filled cells that must be explained */
    int64_t right;  /* of them explained by the type */
    bool code;      /* numbers that are no quantities */
} judged;

static int64_t all_nulls(const tw_column_state *c) {
    return c->nulls[TW_NULL_WEAK] + c->nulls[TW_NULL_MARK] + c->nulls[TW_NULL_STRONG] +
           c->nulls[TW_NULL_SURE];
}

static int64_t numbers(const tw_column_state *c) {
    return c->plain + c->marked + c->dot.n;
}

tw_pair_count tw_column_pair(const tw_column_state *c, size_t pair) {
    tw_pair_count p = c->pair[pair];
    const tw_dot_count *d = &c->dot;
    if (tw_marks[pair].decimal == '.' && d->n) {
        bool first = p.readable == p.whole;
        p.least = first ? d->least : TW_MIN(p.least, d->least);
        p.most = TW_MAX(p.most, d->most);
        p.readable += d->n;
    } else if (tw_marks[pair].thousands == '.') {
        p.readable += d->groups;
        p.whole += d->groups;
    }
    return p;
}

static int64_t booleans(const tw_column_state *c) {
    int64_t n = 0;
    for (size_t i = 0; i < TW_BOOLEAN_PAIRS; i++)
        n += c->booleans[i][0] + c->booleans[i][1];
    return n;
}

/* ---- null tokens ---- */

static bool has_digit(tw_str s) {
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] >= '0' && s.p[i] <= '9')
            return true;
    return false;
}

/* A word that comes again and again among values of another kind carries no value: "Confidential"
 * among prices. Only when there are few such words, rarer than values (one alone may be nearly as
 * frequent). */
static int64_t odd_words(const tw_column_state *c, int64_t typed) {
    if (c->other_texts.more || c->long_texts || c->texts == 0 || c->texts > typed || typed < 20)
        return 0;
    int64_t sum = 0;
    size_t words = 0;
    for (size_t i = 0; i < c->other_texts.n; i++) {
        tw_str text = tw_text_sample_text(&c->other_texts, i);
        if (c->other_texts.at[i].count < 3 || has_digit(text) || text.n > 24)
            continue;
        sum += c->other_texts.at[i].count;
        words++;
    }
    return words == 1 || (words <= 3 && sum * 2 <= typed) ? sum : 0;
}

static bool is_odd_word(const tw_text_sample_entry *e) {
    return e->count >= 3 && e->n <= 24 && !has_digit((tw_str){e->text, e->n});
}

/* Short codes of capitals ("NA" may be Namibia): most sampled values have the token's own shape. */
static bool among_codes(const tw_column_state *c, tw_str token) {
    size_t alike = 0;
    for (size_t i = 0; i < c->other_texts.n; i++) {
        tw_str s = tw_text_sample_text(&c->other_texts, i);
        bool capitals = s.n == token.n;
        for (size_t k = 0; k < s.n && capitals; k++)
            capitals = (s.p[k] >= 'A' && s.p[k] <= 'Z') == (token.p[k] >= 'A' && token.p[k] <= 'Z');
        alike += capitals;
    }
    return c->other_texts.n >= 3 && alike * 10 >= c->other_texts.n * 7;
}

static bool token_counts(const judged *j, enum tw_type type, tw_str token) {
    enum tw_null_strength strength = tw_null_token(token);
    if (type != TW_TEXT || strength == TW_NULL_SURE)
        return true;
    if (strength == TW_NULL_STRONG || strength == TW_NULL_MARK)
        return !among_codes(j->c, token);
    return false;
}

/* Insert by bytes. */
static bool add_token(tw_reading *out, tw_arena *arena, tw_str token, int64_t count) {
    tw_str kept = tw_arena_str(arena, token);
    size_t at = out->n_null_tokens++;
    for (; at > 0 && tw_str_cmp(out->null_tokens[at - 1], token) > 0; at--) {
        out->null_tokens[at] = out->null_tokens[at - 1];
        out->null_counts[at] = out->null_counts[at - 1];
    }
    out->null_tokens[at] = kept;
    out->null_counts[at] = count;
    return kept.p != NULL;
}

/* The spelling most missing cells have is the one new ones get: NULL where that is the empty cell.
 */
typedef struct usual_null {
    tw_str token;
    int64_t count;
} usual_null;

static void count_null(usual_null *usual, tw_reading *out, tw_str token, int64_t count) {
    out->missing += count;
    if (count > usual->count)
        *usual = (usual_null){token, count};
}

/* Tokens that count as missing in a column of this type, ordered by bytes; missing cells are
 * summed. */
static enum tw_rc list_tokens(const judged *j, tw_arena *arena, tw_reading *out, tw_error *err) {
    const tw_read_options *o = &j->infer->options;
    size_t most = o->null_tokens ? o->null_tokens->n : j->c->null_texts.n + j->c->other_texts.n;
    out->null_tokens = tw_arena_alloc(arena, most + 1, sizeof *out->null_tokens);
    out->null_counts = tw_arena_alloc(arena, most + 1, sizeof *out->null_counts);
    bool good = out->null_tokens && out->null_counts;
    usual_null usual = {.count = j->c->empty};
    out->missing = out->empty = j->c->empty;
    for (size_t i = 0; good && o->null_tokens && i < o->null_tokens->n; i++)
        if (o->null_tokens->at[i].n)
            good = add_token(out, arena, o->null_tokens->at[i], 0);
    for (size_t i = 0; good && !o->null_tokens && i < j->c->null_texts.n; i++) {
        tw_str token = tw_text_sample_text(&j->c->null_texts, i);
        if (!token_counts(j, out->type, token))
            continue;
        good = add_token(out, arena, token, j->c->null_texts.at[i].count);
        count_null(&usual, out, token, j->c->null_texts.at[i].count);
    }
    for (size_t i = 0; good && j->odd && out->type != TW_TEXT && i < j->c->other_texts.n; i++) {
        if (!is_odd_word(&j->c->other_texts.at[i]))
            continue;
        tw_str token = tw_text_sample_text(&j->c->other_texts, i);
        good = add_token(out, arena, token, j->c->other_texts.at[i].count);
        count_null(&usual, out, token, j->c->other_texts.at[i].count);
    }
    if (!good)
        return tw_fail_memory(err);
    if (o->null_tokens)
        out->null_counts = NULL;
    out->format.null_word = usual.token.n ? tw_pattern_intern(usual.token) : NULL;
    return TW_OK;
}

/* ---- numbers ---- */

static bool pair_allowed(const tw_infer *infer, size_t m) {
    const tw_read_options *o = &infer->options;
    if (o->decimal.p && infer->hint.decimal != tw_marks[m].decimal)
        return false;
    return !o->thousands.p || infer->hint.thousands == tw_marks[m].thousands;
}

/* Thousands marks belong to the format only where most long numbers have them. */
static int64_t pair_readable(const judged *j, size_t m) {
    if (!pair_allowed(j->infer, m))
        return -1;
    int64_t n = tw_column_pair(j->c, m).readable;
    /* "1,234" alone is a thousand and something, unless the file writes decimal commas elsewhere.
     */
    bool open = tw_marks[m].decimal == ',' && !tw_marks[m].thousands && n == j->c->pair[1].readable;
    if (open && n > 0 && j->infer->hint.decimal != ',')
        return -1;
    return tw_marks[m].thousands && n > 0 && j->c->ungrouped > n ? -1 : n;
}

static size_t best_pair(const judged *j) {
    size_t best = 0;
    for (size_t m = 1; m < TW_MARKS; m++)
        if (pair_readable(j, m) > pair_readable(j, best))
            best = m;
    for (size_t m = 0; m < TW_MARKS; m++) {
        bool hinted = tw_marks[m].decimal == j->infer->hint.decimal &&
                      tw_marks[m].thousands == j->infer->hint.thousands;
        if (hinted && pair_readable(j, m) == pair_readable(j, best))
            return m;
    }
    return best;
}

static int64_t number_score(const judged *j, size_t pair) {
    return j->c->plain + tw_column_pair(j->c, pair).readable;
}

/* Leading zeros or too many digits: a code, not a quantity. */
static bool is_code(const tw_column_state *c, int64_t floats) {
    int64_t whole = c->plain;
    if (floats * 20 > whole)
        return false;
    return c->wide > 0 || c->codes * 1000 > whole || (c->codes > 0 && whole < 1000);
}

static void format_number(const judged *j, size_t pair, tw_reading *out) {
    tw_pair_count p = tw_column_pair(j->c, pair);
    int64_t floats = p.readable - p.whole;
    out->type = floats > 0 ? TW_FLOAT : TW_INTEGER;
    out->format.number = tw_marks[pair];
    /* a column that writes 10001 would be written 10.001 by the marks of its neighbours */
    if (j->c->pair[pair].readable == 0 && (tw_marks[pair].decimal == '.' || j->c->ungrouped > 0))
        out->format.number.thousands = 0;
    bool fixed = floats > 0 && p.least == p.most && j->c->plain + p.whole == 0 && p.most < 100;
    out->format.number.decimals = fixed ? (int8_t)p.most : -1;
}

/* ---- dates and times ---- */

static int64_t base_count(const tw_column_state *c, uint32_t key, uint32_t *all) {
    int64_t n = 0;
    *all = key;
    for (uint32_t i = 0; i < c->n_keys; i++)
        if (tw_date_key_union(key, c->keys[i].key)) {
            n += c->keys[i].count;
            *all = tw_date_key_union(*all, c->keys[i].key);
        }
    return n;
}

static int bits(uint32_t mask) {
    return __builtin_popcount(mask);
}

int tw_column_day_first(const tw_column_counts *counts) {
    const tw_column_state *c = counts->rest;
    if (!c)
        return 0;
    int64_t day = 0, month = 0;
    uint32_t all;
    for (uint32_t i = 0; i < c->n_keys; i++) {
        int64_t n = base_count(c, c->keys[i].key, &all);
        if (tw_date_key_day_first(c->keys[i].key))
            day = TW_MAX(day, n);
        if (tw_date_key_month_first(c->keys[i].key))
            month = TW_MAX(month, n);
    }
    return (day > month) - (day < month);
}

/* Both orders read every date: one that varies little is the day of monthly dates; else what other
 * columns say. */
static int open_order(const tw_column_state *c, int day_first) {
    int first = bits(c->first), second = bits(c->second);
    if (first == 1 && second >= 3)
        return 1;
    if (second == 1 && first >= 3)
        return -1;
    return day_first;
}

/* The key that reads most dates; *count = how many. */
static uint32_t best_key(const tw_column_state *c, enum tw_type type, bool any_type, int day_first,
                         int64_t *count) {
    uint32_t best = 0, all;
    int order = open_order(c, day_first);
    *count = 0;
    for (uint32_t i = 0; i < c->n_keys; i++) {
        uint32_t key = c->keys[i].key;
        if (!any_type && tw_date_key_type(key) != type)
            continue;
        int64_t n = base_count(c, key, &all);
        bool preferred = n == *count && ((order > 0 && tw_date_key_day_first(key)) ||
                                         (order < 0 && tw_date_key_month_first(key)));
        if (n > *count || preferred) {
            best = all;
            *count = n;
        }
    }
    return best;
}

/* The pattern that takes day and month the other way round and reads most. */
static void find_rival(const tw_column_state *c, uint32_t key, tw_reading *out) {
    char pattern[TW_DATE_PATTERN];
    bool day_first = tw_date_key_day_first(key);
    uint32_t best = 0, all;
    if (!day_first && !tw_date_key_month_first(key))
        return;
    for (uint32_t i = 0; i < c->n_keys; i++) {
        uint32_t other = c->keys[i].key;
        int64_t n = base_count(c, other, &all);
        bool turned = day_first ? tw_date_key_month_first(other) : tw_date_key_day_first(other);
        if (turned && tw_date_key_type(other) == tw_date_key_type(key) && n > out->rival_values) {
            best = all;
            out->rival_values = n;
        }
    }
    if (!best)
        return;
    tw_date_pattern(best, pattern);
    out->rival = tw_pattern_intern(tw_str_c(pattern));
}

static void format_moment(const tw_column_state *c, uint32_t key, tw_reading *out) {
    char pattern[TW_DATE_PATTERN];
    tw_date_pattern(key, pattern);
    out->type = tw_date_key_type(key);
    if (strcmp(pattern, "%Y-%m-%d") != 0)
        out->format.pattern = tw_pattern_intern(tw_str_c(pattern));
    find_rival(c, key, out);
}

/* Cells the pattern reads, as far as they were counted. */
static int64_t pattern_count(const tw_column_state *c, const char *wanted) {
    char pattern[TW_DATE_PATTERN];
    uint32_t all;
    for (uint32_t i = 0; i < c->n_keys; i++) {
        int64_t n = base_count(c, c->keys[i].key, &all);
        tw_date_pattern(all, pattern);
        if (strcmp(pattern, wanted) == 0)
            return n;
    }
    return 0;
}

/* ---- booleans ---- */

static size_t best_booleans(const tw_column_state *c, int64_t *count) {
    size_t best = 0;
    *count = 0;
    for (size_t i = 0; i < TW_BOOLEAN_PAIRS; i++) {
        int64_t n = c->booleans[i][0] + c->booleans[i][1];
        if (n > *count) {
            best = i;
            *count = n;
        }
    }
    return best;
}

static bool has_both(const tw_column_state *c, size_t pair) {
    return c->booleans[pair][0] > 0 && c->booleans[pair][1] > 0;
}

/* One word of a pair proves little: "NO" is Norway, "F" a sex. Without its partner only true,
 * false, yes and no count, and only where nothing else stands in the column. */
static bool booleans_count(const tw_column_state *c, size_t pair) {
    int64_t n = c->booleans[pair][0] + c->booleans[pair][1];
    for (size_t i = 0; i < c->other_texts.n; i++) {
        bool value, own = tw_boolean_word(tw_text_sample_text(&c->other_texts, i), &value);
        if (!own && c->other_texts.at[i].count >= 3)
            return false; /* a third answer, as in yes, no, maybe */
    }
    return has_both(c, pair) || (c->texts == 0 && (pair == 0 || (pair == 1 && n >= 5)));
}

/* The word of the pair as the file spells it most. */
static const char *spelled(const tw_column_state *c, tw_str word) {
    size_t best = SIZE_MAX;
    for (size_t i = 0; i < c->other_texts.n; i++)
        if (tw_str_eq_nocase(tw_text_sample_text(&c->other_texts, i), word) &&
            (best == SIZE_MAX || c->other_texts.at[i].count > c->other_texts.at[best].count))
            best = i;
    return tw_pattern_intern(best == SIZE_MAX ? word : tw_text_sample_text(&c->other_texts, best));
}

static void format_boolean(const tw_column_state *c, size_t pair, tw_reading *out) {
    out->type = TW_BOOLEAN;
    out->format.true_word = spelled(c, tw_boolean_pairs[pair][0]);
    out->format.false_word = spelled(c, tw_boolean_pairs[pair][1]);
}

/* ---- minority readings ---- */

static void add_minority(tw_reading *out, tw_arena *arena, enum tw_type type, int64_t count,
                         const tw_example *example) {
    if (count <= 0 || out->n_minority == MAX_MINORITY)
        return;
    tw_str text = tw_arena_str(arena, (tw_str){example->text, example->n});
    if (text.p)
        out->minority[out->n_minority++] = (tw_minority){type, count, text};
}

static int by_count(const void *a, const void *b) {
    const tw_minority *x = a, *y = b;
    return x->count != y->count ? (x->count < y->count ? 1 : -1) : (int)x->type - (int)y->type;
}

static enum tw_type moment_type(const tw_column_state *c) {
    int64_t count;
    uint32_t key = best_key(c, TW_DATE, true, 0, &count);
    return key ? tw_date_key_type(key) : TW_DATE;
}

static enum tw_type number_type(const judged *j, size_t pair) {
    tw_pair_count p = tw_column_pair(j->c, pair);
    return p.readable > p.whole ? TW_FLOAT : TW_INTEGER;
}

/* Readings that filled cells have besides the column's own. */
static enum tw_rc list_minority(const judged *j, tw_arena *arena, tw_reading *out, tw_error *err) {
    const tw_column_state *c = j->c;
    out->minority = tw_arena_alloc(arena, MAX_MINORITY, sizeof *out->minority);
    if (!out->minority)
        return tw_fail_memory(err);
    bool number = out->type == TW_INTEGER || out->type == TW_FLOAT;
    bool moment = out->type == TW_DATE || out->type == TW_TIME || out->type == TW_DATETIME;
    int64_t n_words;
    size_t pair = best_pair(j), words = best_booleans(c, &n_words);
    int64_t left = numbers(c) - (number ? j->right : 0);
    const tw_example *example = &c->example[TW_SEEN_NUMBER];
    if (!example->set || (number && c->grouped && c->example[TW_SEEN_GROUPED].set))
        example = &c->example[TW_SEEN_GROUPED];
    add_minority(out, arena, number ? TW_TEXT : number_type(j, pair), left, example);
    add_minority(out, arena, moment_type(c), c->moments - (moment ? j->right : 0),
                 &c->example[TW_SEEN_MOMENT]);
    bool flags = out->type != TW_TEXT || has_both(c, words);
    if (flags)
        add_minority(out, arena, TW_BOOLEAN, booleans(c) - (out->type == TW_BOOLEAN ? j->right : 0),
                     &c->example[TW_SEEN_BOOLEAN]);
    if (out->type != TW_TEXT)
        add_minority(out, arena, TW_TEXT, c->texts - j->odd, &c->example[TW_SEEN_TEXT]);
    qsort(out->minority, out->n_minority, sizeof *out->minority, by_count);
    return TW_OK;
}

/* ---- the type ---- */

typedef struct proposal {
    enum tw_type type;
    int64_t right;
    size_t pair; /* of marks or boolean words */
    uint32_t key;
} proposal;

static proposal propose_number(const judged *j) {
    size_t pair = best_pair(j);
    return (proposal){number_type(j, pair), number_score(j, pair), pair, 0};
}

static proposal propose_moment(const judged *j, int day_first) {
    proposal p = {TW_DATE, 0, 0, 0};
    p.key = best_key(j->c, TW_DATE, true, day_first, &p.right);
    p.type = p.key ? tw_date_key_type(p.key) : TW_DATE;
    return p;
}

static proposal propose_boolean(const judged *j) {
    proposal p = {TW_BOOLEAN, 0, 0, 0};
    p.pair = best_booleans(j->c, &p.right);
    return p;
}

static void accept(const judged *j, const proposal *p, tw_reading *out) {
    if (p->type == TW_INTEGER || p->type == TW_FLOAT)
        format_number(j, p->pair, out);
    else if (p->type == TW_BOOLEAN)
        format_boolean(j->c, p->pair, out);
    else
        format_moment(j->c, p->key, out);
}

/* Share of the filled cells a type must explain. */
static bool explains(const judged *j, int64_t right) {
    return j->base > 0 && right * 10 >= j->base * 9;
}

static bool all_compact_dates(const tw_column_state *c) {
    return c->compact >= 2 && c->compact == numbers(c);
}

static void decide(judged *j, int day_first, tw_reading *out) {
    const tw_column_state *c = j->c;
    proposal options[] = {propose_number(j), propose_moment(j, day_first), propose_boolean(j)};
    const proposal *best = &options[0];
    for (size_t i = 1; i < TW_COUNT(options); i++)
        if (options[i].right > best->right)
            best = &options[i];
    j->odd = best->type == TW_BOOLEAN ? 0 : odd_words(c, best->right);
    j->base = j->filled - j->tokens - j->odd;
    out->type = TW_TEXT;
    bool number = best->type == TW_INTEGER || best->type == TW_FLOAT;
    tw_pair_count pair = tw_column_pair(c, number ? best->pair : 0);
    j->code = number && is_code(c, pair.readable - pair.whole);
    if (!explains(j, best->right) || j->code ||
        (best->type == TW_BOOLEAN && !booleans_count(c, best->pair))) {
        j->odd = 0;
        j->right = j->filled - j->tokens;
        j->base = j->right;
        return;
    }
    j->right = best->right;
    accept(j, best, out);
    if (out->type == TW_INTEGER && all_compact_dates(c)) {
        out->type = TW_DATE;
        out->format = TW_FORMAT_PLAIN;
        out->format.pattern = tw_pattern_intern(TW_STR("%Y%m%d"));
    }
}

/* The user named the type: only its format is left to find. */
static void decide_forced(judged *j, const tw_given_type *given, int day_first, tw_reading *out) {
    enum tw_type type = given->type;
    proposal p = {type, 0, 0, 0};
    j->base = j->filled - j->tokens;
    if (type == TW_INTEGER || type == TW_FLOAT) {
        p = propose_number(j);
        format_number(j, p.pair, out);
    } else if (type == TW_BOOLEAN) {
        p = propose_boolean(j);
        format_boolean(j->c, p.pair, out);
    } else if (given->pattern) {
        p.right = pattern_count(j->c, given->pattern);
        out->format.pattern = given->pattern;
    } else if (type != TW_TEXT) {
        p.key = best_key(j->c, type, false, day_first, &p.right);
        if (p.key)
            format_moment(j->c, p.key, out);
        else if (type == TW_DATE && j->c->compact)
            out->format.pattern = tw_pattern_intern(TW_STR("%Y%m%d"));
    }
    j->right = type == TW_TEXT ? j->base : p.right;
    out->type = type;
}

static double confidence_of(const judged *j, const tw_reading *out) {
    if (j->base <= 0)
        return 0;
    double share = (double)TW_MIN(j->right, j->base) / (double)j->base, n = (double)j->base;
    bool typed = out->n_minority > 0 && out->type == TW_TEXT && !j->code;
    double taken = typed ? 1 - 0.5 * (double)out->minority[0].count / n : 1;
    return share * taken * (n / (n + 1));
}

enum tw_rc tw_column_decide(const tw_infer *infer, size_t column, const tw_given_type *given,
                            int day_first, tw_arena *arena, tw_reading *out, tw_error *err) {
    tw_column_state all = tw_column_all(&infer->columns[column]);
    const tw_column_state *c = &all;
    judged j = {.infer = infer, .c = c, .filled = c->cells - c->empty};
    j.tokens = infer->options.null_tokens ? 0 : all_nulls(c);
    *out = (tw_reading){.type = TW_TEXT, .format = TW_FORMAT_PLAIN, .given = given->given};
    if (given->given)
        decide_forced(&j, given, day_first, out);
    else if (j.filled > 0)
        decide(&j, day_first, out);
    enum tw_rc rc = list_tokens(&j, arena, out, err);
    if (rc == TW_OK)
        rc = list_minority(&j, arena, out, err);
    out->values =
        out->type == TW_TEXT ? c->cells - out->missing : TW_MIN(j.right, c->cells - out->missing);
    out->confidence = given->given ? 1 : confidence_of(&j, out);
    return rc;
}
