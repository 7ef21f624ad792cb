/* From text to values, some hundred cells of one column at a time.
 *
 * Each kind of column has one question that nearly all of its cells answer with yes (plain digits?
 * the layout of the date? text that stands as it is?). Those go into a run that the builder takes
 * over at once; any other cell is read by the type's own parser, which means the same and is the
 * twin of all that is quick here. Whole numbers and dates that the parser read join the run too;
 * what cannot ends it. */
#include "config.h"

#include "io/load_column.h"

enum { RUN = 512, MOST_DECIMALS = 9 };

typedef struct run {
    const tw_load_column *to;
    size_t n;
    int decimals; /* of the wholes of a float column */
    uint64_t valid[RUN / 64];
    union {
        int64_t whole[RUN];
        tw_str text[RUN];
    };
} run;

static enum tw_rc flush(run *r, tw_error *err) {
    tw_builder *b = r->to->builder;
    enum tw_type type = r->to->field->type;
    size_t n = r->n;
    r->n = 0;
    if (n == 0)
        return TW_OK;
    if (type == TW_TEXT)
        return tw_builder_texts(b, r->text, r->valid, n, err);
    if (type == TW_FLOAT)
        return tw_builder_decimals(b, r->whole, r->valid, n, r->decimals, err);
    return tw_builder_wholes(b, r->whole, r->valid, n, err);
}

static inline void mark(run *r, bool valid) {
    uint64_t bit = (uint64_t)valid << (r->n & 63);
    r->valid[r->n >> 6] = r->n & 63 ? r->valid[r->n >> 6] | bit : bit;
    r->n++;
}

static inline void put_whole(run *r, int64_t value) {
    r->whole[r->n] = value;
    mark(r, true);
}

static inline void put_missing(run *r) {
    if (r->to->field->type == TW_TEXT)
        r->text[r->n] = (tw_str){NULL, 0};
    else
        r->whole[r->n] = 0;
    mark(r, false);
}

/* The text as it stands is a null token; blanks around one are left to tw_null_set_has. */
static inline bool is_token(const tw_null_set *nulls, tw_str text) {
    if (!(nulls->lengths >> TW_MIN(text.n, (size_t)63) & 1))
        return false;
    for (size_t i = 0; i < nulls->n; i++)
        if (nulls->tokens[i].n == text.n && nulls->tokens[i].p[0] == text.p[0] &&
            memcmp(nulls->tokens[i].p, text.p, text.n) == 0)
            return true;
    return false;
}

/* Any cell, by the parser of its type. */
static TW_COLD enum tw_rc add_slow(run *r, tw_str cell_text, tw_error *err) {
    const tw_field *field = r->to->field;
    tw_builder *b = r->to->builder;
    tw_cell cell;
    if (tw_null_set_has(r->to->nulls, cell_text)) {
        put_missing(r);
        return TW_OK;
    }
    tw_str text = field->type == TW_TEXT ? cell_text : tw_cell_bare(cell_text);
    bool good = tw_type_ops_of(field->type)->parse(text, &field->format, &cell);
    if (good && cell.state == TW_VALUE && field->type != TW_TEXT && field->type != TW_FLOAT) {
        put_whole(r, cell.i);
        return TW_OK;
    }
    enum tw_rc rc = flush(r, err);
    if (rc)
        return rc;
    return good ? tw_builder_cell(b, &cell, err) : tw_builder_unreadable(b, cell_text, err);
}

/* [-]digits mark digits, sixteen bytes at most, no minus in front of nothing but zeros. */
static inline bool add_decimal(run *r, const tw_plain_number *number, unsigned n, tw_cell16 c,
                               enum tw_rc *rc, tw_error *err) {
    static const int64_t powers[] = {1,      10,      100,      1000,      10000,
                                     100000, 1000000, 10000000, 100000000, 1000000000};
    int decimals = number->point < n ? (int)(n - number->point - 1) : 0;
    if (decimals > MOST_DECIMALS || n > 15 ||
        (number->point < n && (decimals == 0 || number->point == number->sign)))
        return false;
    int64_t value = (int64_t)tw_cell16_value(c, n, *number);
    if (number->sign && value == 0)
        return false;
    if (decimals != r->decimals) {
        if (r->n && (decimals > r->decimals || value >= INT64_C(1000000)))
            *rc = flush(r, err);
        if (r->n == 0)
            r->decimals = decimals;
        value *= powers[r->decimals - decimals];
    }
    put_whole(r, number->sign ? -value : value);
    return true;
}

static inline enum tw_rc add_number(run *r, tw_str text, tw_cell16 c, char mark_byte,
                                    tw_error *err) {
    bool decimals = r->to->field->type == TW_FLOAT;
    unsigned n = (unsigned)text.n;
    tw_plain_number number;
    enum tw_rc rc = TW_OK;
    if (text.n > 16 || !tw_cell16_plain(c, n, mark_byte, &number))
        return add_slow(r, text, err);
    if (decimals)
        return add_decimal(r, &number, n, c, &rc, err) ? rc : add_slow(r, text, err);
    if (number.point < n)
        return add_slow(r, text, err);
    int64_t value = (int64_t)tw_cell16_value(c, n, number);
    put_whole(r, number.sign ? -value : value);
    return TW_OK;
}

/* The words of booleans and other short texts: what the parser said last of this one. */
typedef struct known {
    tw_cell16 text;
    uint64_t n;
    int64_t value;
} known;
enum { KNOWN_BITS = 6 };

static enum tw_rc add_word(run *r, tw_str text, tw_cell16 c, known *table, tw_error *err) {
    known *k = &table[tw_cell16_slot(c, KNOWN_BITS)];
    if (k->text.lo == c.lo && k->text.hi == c.hi && k->n == text.n && text.n <= 16) {
        put_whole(r, k->value);
        return TW_OK;
    }
    size_t before = r->n;
    enum tw_rc rc = add_slow(r, text, err);
    bool value = r->n == before + 1 && r->valid[before >> 6] >> (before & 63) & 1;
    if (value && text.n <= 16)
        *k = (known){c, text.n, r->whole[before]};
    return rc;
}

static inline enum tw_rc add_moment(run *r, tw_str text, tw_cell16 c, known *table, tw_error *err) {
    int64_t value;
    if (!r->to->layout->n || !tw_time_layout_read(r->to->layout, text, c, &value))
        return add_word(r, text, c, table, err);
    put_whole(r, value);
    return TW_OK;
}

enum way { AS_NUMBER, AS_MOMENT, AS_TEXT };

/* The cells of rows [from, to), at most a run of them; `way` is known to the compiler. */
__attribute__((always_inline)) static inline enum tw_rc
add_rows(run *r, const tw_batch *batch, size_t column, enum way way, known *table, tw_error *err) {
    const tw_null_set *nulls = r->to->nulls;
    char decimal = r->to->field->type == TW_FLOAT ? r->to->field->format.number.decimal : '\0';
    enum tw_rc rc = TW_OK;
    for (size_t row = 0; row < batch->rows && rc == TW_OK; row++) {
        if (r->n == RUN && (rc = flush(r, err)) != TW_OK)
            break;
        size_t cell = batch->first[row] + column;
        tw_span span = cell < batch->first[row + 1] ? batch->cells[cell] : (tw_span){0, 0};
        tw_str text = {batch->base + span.at, span.n};
        if (span.n == 0 || is_token(nulls, text)) {
            put_missing(r);
            continue;
        }
        if (batch->flags[cell] & TW_CELL_DOUBLED) {
            rc = add_slow(r, tw_batch_text(batch, cell, r->to->scratch), err);
            continue;
        }
        if (way == AS_TEXT) {
            bool padded =
                (unsigned char)text.p[0] <= ' ' || (unsigned char)text.p[text.n - 1] <= ' ';
            if (padded && tw_null_set_has(nulls, text)) {
                put_missing(r);
            } else {
                r->text[r->n] = text;
                mark(r, true);
            }
            continue;
        }
        tw_cell16 c = tw_cell16_of(text, batch->bytes > span.at ? batch->bytes - span.at : span.n);
        rc = way == AS_NUMBER ? add_number(r, text, c, decimal, err)
                              : add_moment(r, text, c, table, err);
    }
    return rc;
}

enum tw_rc tw_load_cells(const tw_load_column *to, const tw_batch *batch, size_t column,
                         tw_error *err) {
    enum tw_type type = to->field->type;
    known table[1 << KNOWN_BITS];
    run r;
    r.to = to;
    r.n = 0;
    r.decimals = 0;
    memset(table, 0, type == TW_TEXT || type == TW_INTEGER || type == TW_FLOAT ? 0 : sizeof table);
    enum tw_rc rc = type == TW_TEXT ? add_rows(&r, batch, column, AS_TEXT, NULL, err)
                    : type == TW_INTEGER || type == TW_FLOAT
                        ? add_rows(&r, batch, column, AS_NUMBER, NULL, err)
                        : add_rows(&r, batch, column, AS_MOMENT, table, err);
    return rc ? rc : flush(&r, err);
}
