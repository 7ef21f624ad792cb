/* Contingency tables of two code vectors, as the cells that occur.
 *
 * Codes are small whole numbers; TW_NO_LEVEL (missing) leaves the row out. Cells are sorted by (a,
 * b). The table owns its arrays. */
#ifndef TW_STAT_CROSSTAB_H
#define TW_STAT_CROSSTAB_H

#include "base/attr.h"

#define TW_NO_LEVEL UINT32_MAX

typedef struct tw_crosstab_cell {
    uint32_t a, b;
    int64_t count;
} tw_crosstab_cell;

typedef struct tw_crosstab {
    uint32_t levels_a, levels_b; /* as given */
    int64_t n;                   /* rows with both codes */
    int64_t *row, *column;       /* margins over those rows */
    size_t used_a, used_b;       /* levels that occur among them */
    tw_crosstab_cell *cells;     /* count > 0 only */
    size_t n_cells;
} tw_crosstab;

/* False: memory is out (nothing to free then). */
TW_NODISCARD bool tw_crosstab_make(const uint32_t *a, uint32_t levels_a, const uint32_t *b,
                                   uint32_t levels_b, size_t n, tw_crosstab *out);
void tw_crosstab_fini(tw_crosstab *t);

#endif
