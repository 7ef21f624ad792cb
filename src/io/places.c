/* Offsets from the first record of a block of rows, so that four bytes do for each. */
#include "io/places.h"

enum { BLOCK_BITS = 8, BATCH_BYTES = 1 << 16 };

struct tw_places {
    uint64_t *base; /* of each block */
    uint32_t *from; /* of each row, from its block's */
};

void tw_places_free(tw_places *places) {
    if (!places)
        return;
    free(places->base);
    free(places->from);
    free(places);
}

uint64_t tw_places_at(const tw_places *places, int64_t row) {
    return places->base[row >> BLOCK_BITS] + places->from[row];
}

void tw_places_soon(const tw_places *places, int64_t row) {
    __builtin_prefetch(&places->from[row]);
}

/* False where the block grows too long. */
static bool put(tw_places *places, int64_t row, uint64_t at) {
    uint64_t *base = &places->base[row >> BLOCK_BITS];
    if ((row & ((1 << BLOCK_BITS) - 1)) == 0)
        *base = at;
    places->from[row] = (uint32_t)(at - *base);
    return at - *base <= UINT32_MAX;
}

/* *fits: false when the rest is not worth the walk. */
static enum tw_rc walk_all(const tw_source_csv *s, tw_places *places, tw_task *task, bool *fits,
                           tw_error *err) {
    const tw_csv_pick none = {.width = s->sniffed.width};
    tw_csv_cells cells, whole;
    tw_walk walk;
    int64_t row = 0, rows = tw_index_rows(s->index);
    tw_csv_cells_init(&cells);
    tw_csv_cells_init(&whole);
    enum tw_rc rc = tw_walk_to(&walk, s->index, 0, &cells, err);
    walk.pick = &none;
    walk.scratch = &whole;
    while (rc == TW_OK && row < rows && *fits) {
        const char *base = NULL;
        rc = tw_walk_next(&walk, SIZE_MAX, BATCH_BYTES, &cells, &base, err);
        for (size_t i = 0; i < cells.rows && rc == TW_OK && *fits; i++)
            *fits = put(places, row++, (uint64_t)(base - s->text.p) + cells.records[i].at);
        if (rc == TW_OK)
            rc = tw_task_check(task, err);
    }
    *fits = *fits && put(places, rows, s->data_end);
    tw_csv_cells_fini(&cells);
    tw_csv_cells_fini(&whole);
    return rc;
}

enum tw_rc tw_places_new(const tw_source_csv *source, tw_task *task, tw_places **out,
                         tw_error *err) {
    size_t rows = (size_t)tw_index_rows(source->index);
    bool fits = true;
    *out = NULL;
    tw_places *places = tw_calloc(1, sizeof *places);
    if (!places)
        return tw_fail_memory(err);
    places->base = tw_calloc((rows >> BLOCK_BITS) + 1, sizeof *places->base);
    places->from = tw_calloc(rows + 1, sizeof *places->from);
    enum tw_rc rc = places->base && places->from ? walk_all(source, places, task, &fits, err)
                                                 : tw_fail_memory(err);
    if (rc == TW_OK && fits)
        *out = places;
    else
        tw_places_free(places);
    return rc;
}
