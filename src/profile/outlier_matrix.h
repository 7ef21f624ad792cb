/* The table as the outlier methods see it: standardised numbers without gaps, row-major.
 *
 * A number column becomes (x - mean) / sd; a missing cell takes the median and, when some but not
 * all are missing, a 0/1 column says so. A category becomes -log of its level's share (rare =
 * large), standardised too, and keeps its codes for methods that can split levels. Columns without
 * spread and texts that hardly repeat are left out. Owns its arrays; borrows factors from the
 * table's columns, which must be needed and live as long. Immutable once made. */
#ifndef TW_PROFILE_OUTLIER_MATRIX_H
#define TW_PROFILE_OUTLIER_MATRIX_H

#include "base/task.h"
#include "data/table.h"

enum tw_strange_kind { TW_STRANGE_NUMBER, TW_STRANGE_LEVEL, TW_STRANGE_GAP /* is it missing */ };

typedef struct tw_strange_column {
    enum tw_strange_kind kind;
    size_t column;           /* of the table */
    double mean, sd;         /* of the raw values */
    double median, mad;      /* of the standardised values; mad scaled to the normal and never 0 */
    double fill;             /* raw value of missing cells */
    const tw_factor *levels; /* kind LEVEL */
} tw_strange_column;

typedef struct tw_strange_matrix {
    size_t n, d;
    double *x; /* n * d */
    tw_strange_column *columns;
    const tw_table *table;
} tw_strange_matrix;

/* columns NULL: all but those with the role id, ignore or text. TW_EDATA when nothing remains that
 * varies. */
TW_NODISCARD enum tw_rc tw_strange_make(const tw_table *table, const int *columns, size_t n_columns,
                                        tw_task *task, tw_strange_matrix *out, tw_error *err);
void tw_strange_fini(tw_strange_matrix *m);

#endif
