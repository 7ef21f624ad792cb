/* From text to values, some hundred cells of one column at a time.
 *
 * Each kind of column has one question that nearly all of its cells answer with yes (plain digits?
 * the layout of the date?). Those go into a run that the builder takes
 * over at once; any other cell is read by the type's own parser, which means the same and is the
 * twin of all that is quick here. Whole numbers and dates that the parser read join the run too;
 * what cannot ends it. */
#include "config.h"

#include "io/infer_tally.h"
#include "io/load_column.h"
#include "io/number_block.h"

enum { RUN = 512, MOST_DECIMALS = 9 };

typedef struct run {
    const tw_load_column *to;
    tw_column_counts *counts; /* NULL: cells are not counted */
    tw_tally tally;
    unsigned iso; /* kind of the column's moments, TW_ISO_KINDS = another one */
    bool counted; /* the cell in hand is */
    size_t n;
    int decimals; /* of the wholes of a float column */
    uint64_t valid[RUN / 64];
    int64_t whole[RUN];
} run;

static enum tw_rc flush(run *r, tw_error *err) {
    tw_builder *b = r->to->builder;
    enum tw_type type = r->to->field->type;
    size_t n = r->n;
    r->n = 0;
    if (n == 0)
        return TW_OK;
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
    r->whole[r->n] = 0;
    mark(r, false);
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
    bool good = tw_type_ops_of(field->type)->parse(tw_cell_bare(cell_text), &field->format, &cell);
    if (good && cell.state == TW_VALUE && field->type != TW_FLOAT) {
        put_whole(r, cell.i);
        return TW_OK;
    }
    enum tw_rc rc = flush(r, err);
    if (rc)
        return rc;
    return good ? tw_builder_cell(b, &cell, err) : tw_builder_unreadable(b, cell_text, err);
}

/* [-]digits mark digits, sixteen bytes at most, no minus in front of nothing but zeros. */
__attribute__((always_inline)) static inline bool add_decimal(run *r, const tw_plain_number *number,
                                                              unsigned n, tw_cell16 c,
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

__attribute__((always_inline)) static inline enum tw_rc
add_number(run *r, tw_str text, tw_cell16 c, char mark_byte, bool counting, tw_error *err) {
    bool decimals = r->to->field->type == TW_FLOAT;
    unsigned n = (unsigned)text.n;
    tw_plain_number number;
    enum tw_rc rc = TW_OK;
    if (text.n > 16 || !tw_cell16_plain(c, n, mark_byte, &number))
        return add_slow(r, text, err);
    if (counting && (mark_byte == '.' || number.point == n))
        r->counted = tw_tally_number(&r->tally, r->counts, text, c, number);
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
enum { KNOWN_BITS = 4 };

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

__attribute__((always_inline)) static inline enum tw_rc
add_moment(run *r, tw_str text, tw_cell16 c, known *table, bool counting, tw_error *err) {
    const tw_time_layout *layout = r->to->layout;
    int64_t value;
    if (!layout->n || !tw_time_layout_read(layout, text, c, &value))
        return add_word(r, text, c, table, err);
    put_whole(r, value);
    /* types know years from 1000 to 2999 only */
    if (counting && r->iso < TW_ISO_KINDS && text.n == layout->n &&
        (text.p[0] == '1' || text.p[0] == '2')) {
        tw_tally_moment(&r->tally, r->counts, text, c, r->iso);
        r->counted = true;
    }
    return TW_OK;
}

enum way { AS_NUMBER, AS_MOMENT };

static inline enum tw_rc add_typed(run *r, tw_str text, size_t room, enum way way, bool counting,
                                   known *table, tw_error *err) {
    tw_cell16 c = tw_cell16_of(text, room);
    const tw_field *field = r->to->field;
    char decimal = field->type == TW_FLOAT ? field->format.number.decimal : '\0';
    return way == AS_NUMBER ? add_number(r, text, c, decimal, counting, err)
                            : add_moment(r, text, c, table, counting, err);
}

/* One cell; what it is read as is known to the compiler. */
__attribute__((always_inline)) static inline enum tw_rc add_cell(run *r, const tw_batch *batch,
                                                                 size_t row, size_t column,
                                                                 enum way way, bool counting,
                                                                 known *table, tw_error *err) {
    enum tw_rc rc = TW_OK;
    if (r->n == RUN && (rc = flush(r, err)) != TW_OK)
        return rc;
    size_t cell = batch->first[row] + column;
    tw_span span = cell < batch->first[row + 1] ? batch->cells[cell] : (tw_span){0, 0};
    tw_str text = {batch->base + span.at, span.n};
    r->counted = false;
    if (span.n == 0) {
        put_missing(r);
        r->tally.empty++;
        return TW_OK;
    }
    if (tw_load_is_token(r->to->nulls, text))
        put_missing(r);
    else if (batch->flags[cell] & TW_CELL_DOUBLED)
        rc = add_slow(r, tw_batch_text(batch, cell, r->to->scratch), err);
    else
        rc = add_typed(r, text, batch->bytes > span.at ? batch->bytes - span.at : span.n, way,
                       counting, table, err);
    if (counting && !r->counted &&
        !tw_tally_cell(&r->tally, r->to->infer, r->counts, batch, (uint32_t)cell))
        rc = tw_fail_memory(err);
    return rc;
}

__attribute__((always_inline)) static inline enum tw_rc add_rows(run *r, const tw_batch *batch,
                                                                 size_t column, enum way way,
                                                                 bool counting, known *table,
                                                                 tw_error *err) {
    enum tw_rc rc = TW_OK;
    for (size_t row = 0; row < batch->rows && rc == TW_OK; row++)
        rc = add_cell(r, batch, row, column, way, counting, table, err);
    return rc;
}

/* ---- numbers in blocks ---- */

/* Digits behind the mark, the most among the first few cells. */
static int guess_decimals(const tw_batch *batch, size_t column, size_t row, size_t n) {
    enum { FEW = 6 };
    size_t most = 0;
    for (size_t i = row; i < row + TW_MIN(n, (size_t)FEW); i++) {
        size_t cell = batch->first[i] + column, behind = 0;
        if (cell >= batch->first[i + 1])
            continue;
        tw_span span = batch->cells[cell];
        const char *end = batch->base + span.at + span.n;
        while (behind < TW_MIN((size_t)span.n, (size_t)MOST_DECIMALS + 1) &&
               end[-(ptrdiff_t)behind - 1] != '.')
            behind++;
        if (behind < span.n && behind <= MOST_DECIMALS)
            most = TW_MAX(most, behind);
    }
    return (int)most;
}

/* Cells [from, to) of a block, none of them odd. */
static enum tw_rc put_block(run *r, const tw_number_block *b, size_t from, size_t to, int decimals,
                            tw_error *err) {
    enum tw_rc rc = TW_OK;
    size_t n = to - from;
    if (n == 0)
        return TW_OK;
    if (r->n + n > RUN || (decimals >= 0 && decimals != r->decimals))
        rc = flush(r, err);
    r->decimals = decimals;
    memcpy(r->whole + r->n, b->value + from, n * sizeof *r->whole);
    uint64_t bits = ~b->empty >> from & UINT64_MAX >> (64 - n);
    size_t word = r->n >> 6, shift = r->n & 63;
    r->valid[word] = shift ? r->valid[word] | bits << shift : bits;
    if (shift + n > 64)
        r->valid[word + 1] = bits >> (64 - shift);
    r->n += n;
    return rc;
}

/* Numbers 64 at a time, cell by cell what is odd. */
static enum tw_rc add_blocks(run *r, const tw_batch *batch, size_t column, tw_error *err) {
    bool decimals = r->to->field->type == TW_FLOAT;
    tw_number_block b;
    enum tw_rc rc = TW_OK;
    for (size_t row = 0, n; row < batch->rows && rc == TW_OK; row += n) {
        n = TW_MIN(batch->rows - row, (size_t)TW_NUMBER_BLOCK);
        int behind = decimals ? guess_decimals(batch, column, row, n) : -1;
        if (decimals && r->n)
            behind = TW_MAX(behind, r->decimals);
        tw_number_block_read(batch, column, row, n, behind, r->tally.least_number, &b);
        if (r->counts)
            tw_tally_block(&r->tally, r->counts, batch, column, row, n, &b);
        size_t done = 0;
        for (uint64_t odd = b.odd; odd && rc == TW_OK; odd &= odd - 1) {
            size_t i = (size_t)__builtin_ctzll(odd);
            rc = put_block(r, &b, done, i, behind, err);
            if (rc == TW_OK)
                rc = r->counts ? add_cell(r, batch, row + i, column, AS_NUMBER, true, NULL, err)
                               : add_cell(r, batch, row + i, column, AS_NUMBER, false, NULL, err);
            done = i + 1;
        }
        if (rc == TW_OK)
            rc = put_block(r, &b, done, n, behind, err);
    }
    return rc;
}

/* A mark of decimals that blocks know, and no number among the null tokens. */
static bool blocks_fit(const tw_load_column *to) {
    if (to->field->type == TW_FLOAT && to->field->format.number.decimal != '.')
        return false;
    for (size_t i = 0; i < to->nulls->n; i++)
        for (size_t k = 0; k < to->nulls->tokens[i].n; k++)
            if ((unsigned char)(to->nulls->tokens[i].p[k] - '0') <= 9)
                return false;
    return tw_number_block_usable();
}

static enum tw_rc load(run *r, const tw_batch *batch, size_t column, enum way way, known *table,
                       tw_error *err) {
    if (way == AS_NUMBER && blocks_fit(r->to))
        return add_blocks(r, batch, column, err);
    if (way == AS_NUMBER)
        return r->counts ? add_rows(r, batch, column, AS_NUMBER, true, table, err)
                         : add_rows(r, batch, column, AS_NUMBER, false, table, err);
    return r->counts ? add_rows(r, batch, column, AS_MOMENT, true, table, err)
                     : add_rows(r, batch, column, AS_MOMENT, false, table, err);
}

enum tw_rc tw_load_cells(const tw_load_column *to, const tw_batch *batch, size_t column,
                         tw_error *err) {
    enum tw_type type = to->field->type;
    enum way way = type == TW_INTEGER || type == TW_FLOAT ? AS_NUMBER : AS_MOMENT;
    if (type == TW_TEXT)
        return tw_load_texts(to, batch, column, err);
    known table[1 << KNOWN_BITS];
    run r;
    r.to = to;
    r.counts = NULL;
    r.n = 0;
    r.decimals = 0;
    r.tally.empty = 0;
    r.tally.least_number = 0;
    if (way == AS_MOMENT)
        memset(table, 0, sizeof table);
    if (to->infer) {
        r.counts = &to->infer->columns[column];
        r.tally = tw_tally_begin(to->infer, column);
        r.iso = way == AS_MOMENT && tw_column_rest(r.counts) ? to->layout->iso : TW_ISO_KINDS;
    }
    enum tw_rc rc = load(&r, batch, column, way, table, err);
    if (r.counts)
        tw_tally_end(&r.tally, r.counts, batch->rows);
    return rc ? rc : flush(&r, err);
}
