/* Cells are kept as texts until all are there; only then is it known how wide a column is. */
#include "app/matrix.h"

#include "base/unicode.h"
#include "report/value.h"

enum { CELL_MAX = 60, GAP = 2 };

bool tw_matrix_init(tw_matrix *m, size_t columns, size_t rows) {
    *m = (tw_matrix){.columns = columns, .rows = rows};
    tw_arena_init(&m->arena);
    m->heads = tw_arena_alloc(&m->arena, columns + 1, sizeof *m->heads);
    m->right = tw_arena_alloc(&m->arena, columns + 1, sizeof *m->right);
    m->cells = tw_arena_alloc(&m->arena, columns * rows + 1, sizeof *m->cells);
    for (size_t c = 0; m->right && c < columns; c++)
        m->right[c] = true;
    return m->heads && m->right && m->cells;
}

/* Line ends and other controls would break the lines of a table. */
static void flatten(char *text) {
    for (; *text; text++)
        if ((unsigned char)*text < ' ')
            *text = ' ';
}

void tw_matrix_text(tw_matrix *m, size_t row, size_t column, const tw_buf *text, bool number) {
    if (text->p)
        flatten(text->p);
    tw_str kept = tw_arena_str(&m->arena, tw_buf_view(text));
    m->cells[row * m->columns + column] = kept.p ? kept : TW_STR("");
    m->right[column] &= number;
}

void tw_matrix_set(tw_matrix *m, size_t row, size_t column, const tw_doc *value) {
    enum tw_doc_kind kind = tw_doc_kind(value);
    tw_buf text;
    tw_buf_init(&text, TW_BUF_MAX);
    tw_value_put(value, &text);
    bool number = kind == TW_DOC_INT || kind == TW_DOC_NUMBER || kind == TW_DOC_NULL;
    tw_matrix_text(m, row, column, &text, number);
    tw_buf_fini(&text);
}

static size_t column_width(const tw_matrix *m, size_t column, size_t most) {
    size_t width = tw_text_width(m->heads[column]);
    for (size_t r = 0; r < m->rows; r++)
        width = TW_MAX(width, tw_text_width(m->cells[r * m->columns + column]));
    return TW_MIN(width, most);
}

void tw_cell_put(tw_str text, size_t width, bool right, bool last, tw_buf *out) {
    size_t used = tw_text_width(text);
    if (used > width) {
        tw_str cut = tw_str_sub(text, 0, tw_text_fit(text, width ? width - 1 : 0, &used));
        tw_buf_str(out, cut);
        tw_buf_c(out, "…");
        used++;
    } else {
        tw_buf_fill(out, ' ', right ? width - used : 0);
        tw_buf_str(out, text);
    }
    if (!last)
        tw_buf_fill(out, ' ', (right || used > width ? 0 : width - used) + GAP);
}

/* Widths that fit: the last columns give way first, down to a handful of cells each. */
static void fit(size_t *widths, size_t n, size_t room) {
    size_t total = 0;
    for (size_t c = 0; c < n; c++)
        total += widths[c] + (c ? GAP : 0);
    for (size_t c = n; c-- > 0 && total > room;) {
        size_t least = TW_MIN(widths[c], (size_t)(c + 1 == n ? 12 : 8));
        size_t take = TW_MIN(widths[c] - least, total - room);
        widths[c] -= take;
        total -= take;
    }
}

void tw_matrix_put(const tw_matrix *m, int width, tw_buf *out) {
    size_t *widths = tw_calloc(m->columns, sizeof *widths);
    if (!widths) {
        out->failed = true;
        return;
    }
    for (size_t c = 0; c < m->columns; c++)
        widths[c] = column_width(m, c, width > 0 ? CELL_MAX : SIZE_MAX);
    if (width > 0)
        fit(widths, m->columns, (size_t)width);
    for (size_t r = 0; r <= m->rows; r++) {
        for (size_t c = 0; c < m->columns; c++) {
            tw_str text = r ? m->cells[(r - 1) * m->columns + c] : m->heads[c];
            tw_cell_put(text, widths[c], m->right[c] && m->rows, c + 1 == m->columns, out);
        }
        tw_buf_char(out, '\n');
    }
    free(widths);
}

void tw_matrix_fini(tw_matrix *m) {
    tw_arena_fini(&m->arena);
}
