/* Marks: chunks of 64 Ki step numbers, absent where nothing was changed. */
#include "data/marks.h"

typedef struct mark_chunk {
    _Atomic uint32_t refs;
    bool uniform; /* all cells carry at[0] */
    uint16_t at[];
} mark_chunk;

struct tw_marks {
    _Atomic uint32_t refs;
    int64_t rows;
    size_t n;
    mark_chunk *chunks[]; /* NULL = no marks */
};

static mark_chunk *chunk_ref(mark_chunk *chunk) {
    if (chunk)
        atomic_fetch_add_explicit(&chunk->refs, 1, memory_order_relaxed);
    return chunk;
}

static void chunk_unref(mark_chunk *chunk) {
    if (chunk && atomic_fetch_sub_explicit(&chunk->refs, 1, memory_order_acq_rel) == 1)
        free(chunk);
}

tw_marks *tw_marks_ref(tw_marks *marks) {
    if (marks)
        atomic_fetch_add_explicit(&marks->refs, 1, memory_order_relaxed);
    return marks;
}

void tw_marks_unref(tw_marks *marks) {
    if (!marks || atomic_fetch_sub_explicit(&marks->refs, 1, memory_order_acq_rel) != 1)
        return;
    for (size_t i = 0; i < marks->n; i++)
        chunk_unref(marks->chunks[i]);
    free(marks);
}

static uint16_t chunk_get(const mark_chunk *chunk, size_t at) {
    return chunk ? chunk->at[chunk->uniform ? 0 : at] : 0;
}

uint16_t tw_marks_get(const tw_marks *marks, int64_t row) {
    if (!marks)
        return 0;
    return chunk_get(marks->chunks[(uint64_t)row / TW_CHUNK_ROWS], (uint64_t)row % TW_CHUNK_ROWS);
}

static tw_marks *marks_new(int64_t rows) {
    size_t n = ((size_t)rows + TW_CHUNK_ROWS - 1) / TW_CHUNK_ROWS;
    tw_marks *marks = tw_calloc(1, sizeof *marks + n * sizeof marks->chunks[0]);
    if (marks) {
        atomic_init(&marks->refs, 1);
        marks->rows = rows;
        marks->n = n;
    }
    return marks;
}

static size_t chunk_rows(const tw_marks *marks, size_t i) {
    return (size_t)TW_MIN(marks->rows - (int64_t)(i * TW_CHUNK_ROWS), (int64_t)TW_CHUNK_ROWS);
}

/* Put open marks into a chunk, as narrow as they go; false when memory is out. */
static bool chunk_seal(const uint16_t *open, size_t n, mark_chunk **out) {
    size_t same = 1;
    while (same < n && open[same] == open[0])
        same++;
    bool uniform = same >= n;
    *out = NULL;
    if (uniform && open[0] == 0)
        return true;
    mark_chunk *chunk = tw_calloc(1, sizeof *chunk + (uniform ? 1 : n) * sizeof *open);
    if (!chunk)
        return false;
    atomic_init(&chunk->refs, 1);
    chunk->uniform = uniform;
    memcpy(chunk->at, open, (uniform ? 1 : n) * sizeof *open);
    *out = chunk;
    return true;
}

/* A mark of nothing is no marks. */
static bool finish(tw_marks *marks, uint16_t *open, bool good, tw_marks **out) {
    free(open);
    bool any = false;
    for (size_t i = 0; good && i < marks->n; i++)
        any = any || marks->chunks[i];
    if (any) {
        *out = marks;
        return true;
    }
    tw_marks_unref(marks);
    *out = NULL;
    return good;
}

static bool any_bit(const uint64_t *changed, size_t first, size_t n) {
    for (size_t w = first / 64; w < (first + n + 63) / 64; w++)
        if (changed[w])
            return true;
    return false;
}

bool tw_marks_set(tw_marks *old, int64_t rows, const uint64_t *changed, uint16_t step,
                  tw_marks **out) {
    tw_marks *marks = marks_new(rows);
    uint16_t *open = tw_calloc(TW_CHUNK_ROWS, sizeof *open);
    bool good = marks && open;
    for (size_t i = 0; good && i < marks->n; i++) {
        size_t n = chunk_rows(marks, i), first = i * TW_CHUNK_ROWS;
        mark_chunk *before = old ? old->chunks[i] : NULL;
        if (changed && !any_bit(changed, first, n)) {
            marks->chunks[i] = chunk_ref(before);
            continue;
        }
        for (size_t k = 0; k < n; k++)
            open[k] = !changed || tw_bit_get(changed, first + k) ? step : chunk_get(before, k);
        good = chunk_seal(open, n, &marks->chunks[i]);
    }
    return finish(marks, open, good, out);
}

bool tw_marks_gather(tw_marks *old, const int64_t *rows, int64_t n, tw_marks **out) {
    *out = NULL;
    if (!old)
        return true;
    tw_marks *marks = marks_new(n);
    uint16_t *open = tw_calloc(TW_CHUNK_ROWS, sizeof *open);
    bool good = marks && open;
    for (size_t i = 0; good && i < marks->n; i++) {
        const int64_t *from = rows + i * TW_CHUNK_ROWS;
        size_t count = chunk_rows(marks, i);
        for (size_t k = 0; k < count; k++)
            open[k] = tw_marks_get(old, from[k]);
        good = chunk_seal(open, count, &marks->chunks[i]);
    }
    return finish(marks, open, good, out);
}

bool tw_marks_extend(tw_marks *old, int64_t rows, int64_t more, tw_marks **out) {
    *out = NULL;
    if (!old)
        return true;
    tw_marks *marks = marks_new(rows + more);
    uint16_t *open = tw_calloc(TW_CHUNK_ROWS, sizeof *open);
    bool good = marks && open;
    for (size_t i = 0; good && i < old->n; i++) {
        size_t had = chunk_rows(old, i), has = chunk_rows(marks, i);
        if (had == has || !old->chunks[i]) {
            marks->chunks[i] = chunk_ref(old->chunks[i]);
            continue;
        }
        for (size_t k = 0; k < has; k++)
            open[k] = k < had ? chunk_get(old->chunks[i], k) : 0;
        good = chunk_seal(open, has, &marks->chunks[i]);
    }
    return finish(marks, open, good, out);
}
