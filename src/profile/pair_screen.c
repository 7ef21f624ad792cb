/* Groups are taken evenly along the column's levels, and rows evenly along a group: no draw is
 * needed, and the same table gives the same sample. */
#include "profile/pair_screen.h"

#include <math.h>

enum { SAMPLE = 256, LEAST_OF_GROUP = 8 };
static const double STANDARD_ERRORS = 4, SCORE = 0.6, CONFIDENCE = 0.9, MU = 0.25;

static size_t size_of(const tw_texts_column *a, const tw_groups *g, uint32_t level) {
    size_t size = g->start[level + 1] - g->start[level];
    return a->states[level] == TW_MISSING || size < 2 ? 0 : size;
}

static void take_group(tw_pair_sample *s, const uint32_t *rows, size_t size, size_t take) {
    uint32_t at = s->n_groups ? s->ends[s->n_groups - 1] : 0;
    for (size_t i = 0; i < take; i++)
        s->rows[at++] = rows[i * size / take];
    s->ends[s->n_groups++] = at;
}

bool tw_pair_sample_make(const tw_texts_column *a, const tw_groups *g, tw_pair_sample *out) {
    size_t groups = 0, rows = 0, share = 0;
    double covered = 0;
    for (uint32_t l = 0; l < g->levels; l++) {
        groups += size_of(a, g, l) > 0;
        covered += (double)size_of(a, g, l);
    }
    size_t most = groups ? TW_MAX((size_t)SAMPLE / groups, (size_t)LEAST_OF_GROUP) : 0;
    for (uint32_t l = 0; l < g->levels; l++)
        rows += TW_MIN(size_of(a, g, l), most);
    *out = (tw_pair_sample){.rows = tw_calloc(rows, sizeof *out->rows),
                            .ends = tw_calloc(groups, sizeof *out->ends),
                            .groups = (double)groups,
                            .covered = covered};
    if (!out->rows || !out->ends) {
        tw_pair_sample_fini(out);
        return false;
    }
    for (uint32_t l = 0; l < g->levels; l++) {
        size_t size = size_of(a, g, l);
        share += size ? SAMPLE : 0; /* this share of the groups gives SAMPLE rows */
        if (!size || (share < rows && rows > SAMPLE))
            continue;
        share -= TW_MIN(rows, share);
        take_group(out, g->rows + g->start[l], size, TW_MIN(size, most));
    }
    return true;
}

void tw_pair_sample_fini(tw_pair_sample *s) {
    free(s->rows);
    free(s->ends);
    *s = (tw_pair_sample){0};
}

/* Standard error of a share seen among n. */
static double error_of(double share, double n) {
    return sqrt(share * (1 - share) / n);
}

/* Most that all groups' confidence can be; a group that gaps leave with one row is covered no more.
 */
static double best_confidence(const tw_pair_sample *s, const tw_pair_side *b) {
    double covered = s->covered - b->gaps - s->groups;
    return covered > 0 ? (s->groups + b->repeated) / covered : 1;
}

float tw_pair_promise(const tw_pair_sample *s, const tw_pair_side *b, uint32_t *count) {
    tw_pair_sums sums = {0};
    double confidence = fmin(CONFIDENCE, b->base + SCORE * (1 - b->base));
    if (best_confidence(s, b) < confidence)
        return NAN;
    for (size_t g = 0, from = 0; g < s->n_groups; from = s->ends[g++])
        tw_pair_sums_add(&sums, b, s->rows + from, s->ends[g] - from, count);
    if (sums.covered < 2 || b->base >= 1)
        return NAN;
    tw_pair seen = tw_pair_figures(&sums, b);
    double agree = b->chance + MU * (1 - b->chance); /* chance that two rows of a group agree */
    double slack = error_of(agree, fmax(1, sums.present - sums.groups)) / (1 - b->chance);
    bool hopeless =
        seen.confidence < confidence - STANDARD_ERRORS * error_of(confidence, sums.covered) ||
        seen.mu < MU - STANDARD_ERRORS * slack;
    return hopeless ? NAN : (float)seen.mu;
}
