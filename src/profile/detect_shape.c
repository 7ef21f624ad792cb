/* Values whose shape is rare in a column of few shapes: "9x%" among percentages, four digits among
 * five-digit codes.
 *
 * Up to three shapes that make up at least 95 % of a text column are its usual ones; a shape held
 * by fewer than 2 % of the rows is reported, provided the usual ones carry digits or an @ (names
 * and phrases vary in shape by nature). Codes of one length are looked at again with runs counted.
 */
#include "profile/detect.h"
#include "profile/shape.h"

enum { MOST_SHAPES = 50, USUAL = 3, LEAST_ROWS = 50 };
#define COVERED 0.95
#define USUAL_SHARE 0.1
#define RARE_SHARE 0.02
#define FIXED_SHARE 0.98

typedef size_t (*shape_fn)(tw_str text, char out[TW_SHAPE_MAX]);

typedef struct shape {
    char text[TW_SHAPE_MAX];
    size_t n;
    int64_t rows;
} shape;

typedef struct shapes {
    shape at[MOST_SHAPES];
    size_t n;
    int64_t present;
    uint8_t *of; /* per level, MOST_SHAPES = missing */
} shapes;

/* False when there are too many. */
static bool gather(shapes *s, const tw_texts_column *c, shape_fn fn) {
    for (uint32_t l = 0; l < c->levels; l++) {
        char text[TW_SHAPE_MAX];
        size_t n = fn(c->values[l], text), k = 0;
        s->of[l] = MOST_SHAPES;
        if (c->states[l] == TW_MISSING)
            continue;
        while (k < s->n && (s->at[k].n != n || memcmp(s->at[k].text, text, n) != 0))
            k++;
        if (k == MOST_SHAPES)
            return false;
        if (k == s->n) {
            s->at[s->n] = (shape){.n = n};
            memcpy(s->at[s->n++].text, text, n);
        }
        s->at[k].rows += c->counts[l];
        s->present += c->counts[l];
        s->of[l] = (uint8_t)k;
    }
    return true;
}

static bool has_structure(const shape *s) {
    return memchr(s->text, '9', s->n) || memchr(s->text, '@', s->n);
}

/* A code of fixed length: digits with letters or marks between, but no quantity like "99%" or
 * "9.9". */
static bool is_code(const shape *s) {
    size_t digits = 0;
    for (size_t i = 0; i < s->n; i++)
        digits += s->text[i] == '9';
    return digits >= 3 && s->n < TW_SHAPE_MAX - 1 && !memchr(s->text, '%', s->n) &&
           !memchr(s->text, '.', s->n);
}

static bool is_rare(const shapes *s, size_t k) {
    return (double)s->at[k].rows < RARE_SHARE * (double)s->present;
}

/* The usual shapes cover the column and one with structure is among them; rare ones together stay
 * below 5 %. */
static bool has_usual(const shapes *s, size_t *most) {
    int64_t covered = 0;
    size_t usual = 0;
    bool structured = false;
    *most = 0;
    for (size_t k = 0; k < s->n; k++) {
        *most = s->at[k].rows > s->at[*most].rows ? k : *most;
        if ((double)s->at[k].rows < USUAL_SHARE * (double)s->present)
            continue;
        usual++;
        covered += s->at[k].rows;
        structured = structured || has_structure(&s->at[k]);
    }
    return usual >= 1 && usual <= USUAL && structured &&
           (double)covered >= COVERED * (double)s->present;
}

static enum tw_rc report(const tw_look *look, const tw_detector *self, size_t column,
                         const shapes *s, size_t most, tw_error *err) {
    const tw_texts_column *c = &look->texts->columns[column];
    tw_report *r = tw_report_new(look, self);
    size_t first = SIZE_MAX;
    tw_str none = {0};
    if (!r)
        return tw_fail_memory(err);
    for (size_t i = 0; i < look->texts->n; i++) {
        uint8_t k = s->of[c->codes[i]];
        if (k == MOST_SHAPES || !is_rare(s, k) || tw_look_settled(look, i, column))
            continue;
        first = first == SIZE_MAX ? i : first;
        tw_report_cell(r, i, column, none, 0.7);
    }
    if (first != SIZE_MAX) {
        const shape *usual = &s->at[most], *odd = &s->at[s->of[c->codes[first]]];
        tw_report_message(
            r, "%s '%s' in row %lld has the shape %.*s; %.1f %% of the rows look like %.*s",
            tw_look_name(look, column),
            tw_look_quote(look, tw_texts_at(look->texts, column, first)),
            (long long)tw_texts_row(look->texts, first) + 1, (int)odd->n, odd->text,
            100 * (double)usual->rows / (double)s->present, (int)usual->n, usual->text);
        tw_report_evidence(r, "usual_share", (double)usual->rows / (double)s->present);
        tw_report_evidence(r, "shapes", (double)s->n);
    }
    return tw_report_done(r, err);
}

static enum tw_rc look_with(const tw_look *look, const tw_detector *self, size_t column,
                            shape_fn fn, bool *found, tw_error *err) {
    const tw_texts_column *c = &look->texts->columns[column];
    shapes s = {.of = tw_arena_alloc(look->scratch, c->levels, 1)};
    size_t most = 0;
    if (!s.of)
        return tw_fail_memory(err);
    *found = gather(&s, c, fn) && s.n > 1 && s.present >= LEAST_ROWS && has_usual(&s, &most);
    if (fn == tw_shape_full) /* one shape of fixed length, cut ones do not count */
        *found = *found && (double)s.at[most].rows >= FIXED_SHARE * (double)s.present &&
                 is_code(&s.at[most]);
    return *found ? report(look, self, column, &s, most, err) : TW_OK;
}

enum tw_rc tw_detect_shape(const tw_look *look, const tw_detector *self, size_t column,
                           tw_error *err) {
    bool found = false;
    if (tw_table_field(look->table, column)->type != TW_TEXT)
        return TW_OK;
    enum tw_rc rc = look_with(look, self, column, tw_shape_of, &found, err);
    return rc ? rc : look_with(look, self, column, tw_shape_full, &found, err);
}
