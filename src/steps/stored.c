/* Whole numbers are kept as such, so that days and microseconds come back exactly; nothing is kept as formatted text,
 * because the format of the column that a value goes to may be another one. */
#include "steps/stored.h"

#include <math.h>

#include "base/decimal.h"

enum { MOST_DECIMALS = 6 };

tw_doc *tw_stored_doc(const tw_cell *cell) {
    if (cell->state != TW_VALUE)
        return tw_doc_null();
    if (cell->type == TW_TEXT)
        return tw_doc_text(cell->text);
    return cell->type == TW_FLOAT ? tw_doc_number(cell->f) : tw_doc_int(cell->i);
}

tw_cell tw_stored_cell(enum tw_type type, const tw_doc *doc) {
    if (tw_doc_kind(doc) == TW_DOC_NULL)
        return tw_cell_missing(type);
    if (type == TW_TEXT)
        return tw_cell_text(tw_doc_as_text(doc, TW_STR("")));
    return type == TW_FLOAT ? tw_cell_f64(tw_doc_as_number(doc, NAN)) : tw_cell_i64(type, tw_doc_as_int(doc, 0));
}

static int decimals_of(double value) {
    if (!isfinite(value) || fpclassify(value) == FP_ZERO)
        return 0;
    int exponent = tw_decimal_shortest(fabs(value)).exponent;
    return exponent < 0 ? -exponent : 0;
}

int tw_stored_decimals(const tw_field *field, const tw_column *column) {
    if (field->type != TW_FLOAT)
        return 0;
    if (field->format.number.decimals >= 0)
        return field->format.number.decimals;
    int most = 0;
    double *scratch = tw_calloc(TW_CHUNK_ROWS, sizeof *scratch);
    for (size_t c = 0; scratch && c < tw_column_chunks(column) && most <= MOST_DECIMALS; c++) {
        const double *x = tw_column_f64(column, c, scratch);
        for (size_t i = 0; i < tw_column_chunk_rows(column, c) && most <= MOST_DECIMALS; i++)
            most = TW_MAX(most, decimals_of(x[i]));
    }
    bool known = scratch && most <= MOST_DECIMALS;
    free(scratch);
    return known ? most : -1;
}

tw_cell tw_stored_number(enum tw_type type, int decimals, double value) {
    if (type == TW_FLOAT)
        return tw_cell_f64(decimals >= 0 ? tw_round_to(value, decimals) : value);
    tw_cell cell = tw_cell_missing(type);
    return tw_type_ops_of(type)->from_f64(value, &cell) ? cell : tw_cell_missing(type);
}

enum tw_rc tw_stored_end(tw_doc **state, enum tw_rc rc, tw_error *err) {
    if (rc == TW_OK && tw_doc_failed(*state))
        rc = tw_fail_memory(err);
    if (rc != TW_OK) {
        tw_doc_free(*state);
        *state = NULL;
    }
    return rc;
}
