/* Votes from columns that determine other columns.
 *
 * Each kept dependency A -> B lets the rows with equal A vote on each other's B. A cell collects,
 * weighted by the dependency's score, the share of its group that agrees with it and the share that
 * agrees on another value; it is reported when the others weigh more. A cell's own vote is left
 * out, so a group of two never convicts. This is the most precise evidence there is without labels:
 * on tables with planted errors about nine in ten of its flags are right. */
#include "profile/detect.h"

#include <math.h>

#define LEAST_MU 0.25
#define BEHIND_BEST                                                                                \
    0.05 /* a dependency that much weaker than the column's best is noise beside it */
#define EXPLAINED                                                                                  \
    0.8 /* share of a level's rows accused at once from which the level, not an error, explains    \
           them */
#define FILLED 0.75     /* share of cells with a value from which an empty one is accused too */
enum { PART_ROWS = 8 }; /* least accused rows of such a level */

typedef struct ballot {
    float pro, contra;     /* weights */
    float lead;            /* of the candidate, by weighted majority (Boyer, Moore) */
    uint32_t candidate;    /* level of the column */
    uint16_t agree;        /* dependencies whose group disagrees with the cell */
    int16_t lhs;           /* column of the strongest of them */
    uint32_t votes, group; /* its counts: rows that say `candidate`, rows asked */
    float strongest;
} ballot;

typedef struct poll {
    const tw_look *look;
    size_t rhs;
    bool filled;     /* most cells have a value */
    ballot *at;      /* one per row of look->part */
    uint32_t *count; /* per level of rhs, zero between groups */
} poll;

static bool is_missing(const tw_texts_column *c, uint32_t level) {
    return c->states[level] == TW_MISSING;
}

static void vote_against(ballot *b, double weight, uint32_t level, uint32_t votes, uint32_t others,
                         int lhs) {
    double w = weight * votes / others;
    b->contra += (float)w;
    if (b->candidate == level || !(b->lead > 0)) {
        b->candidate = level;
        b->lead += (float)w;
    } else {
        b->lead -= (float)w;
    }
    b->agree++;
    if (w > (double)b->strongest) {
        b->strongest = (float)w;
        b->lhs = (int16_t)lhs;
        b->votes = votes;
        b->group = others;
    }
}

/* The two most frequent levels of a group; returns the rows that have one. */
static uint32_t count_group(const poll *p, const tw_texts_column *b, const uint32_t *rows, size_t n,
                            uint32_t best[2]) {
    uint32_t size = 0;
    best[0] = best[1] = TW_NO_CODE;
    for (size_t i = 0; i < n; i++) {
        uint32_t level = b->codes[rows[i]];
        if (is_missing(b, level))
            continue;
        size++;
        uint32_t times = ++p->count[level];
        if (level == best[0])
            continue;
        if (best[0] == TW_NO_CODE || times > p->count[best[0]]) {
            best[1] = best[0];
            best[0] = level;
        } else if (level != best[1] && (best[1] == TW_NO_CODE || times > p->count[best[1]])) {
            best[1] = level;
        }
    }
    return size;
}

/* Equal values of a minority that are more than the dependency's own error rate would scatter are a
 * fact, not errors: of the rows with city Portland a fifth lie in Maine. */
static bool is_fact(const tw_pair *pair, uint32_t same, uint32_t size) {
    return same + 1 > 2 + 2 * size * (1 - pair->confidence);
}

/* Rows of one group vote on each other. */
static void poll_group(poll *p, const tw_pair *pair, const uint32_t *rows, size_t n) {
    const tw_texts_column *b = &p->look->part->columns[p->rhs];
    uint32_t best[2], size = count_group(p, b, rows, n, best);
    for (size_t i = 0; size >= 2 && i < n; i++) {
        uint32_t own = b->codes[rows[i]];
        if (is_missing(b, own) && !p->filled)
            continue;
        uint32_t rival = own == best[0] ? best[1] : best[0];
        uint32_t others = is_missing(b, own) ? size : size - 1,
                 same = is_missing(b, own) ? 0 : p->count[own] - 1;
        uint32_t against = rival == TW_NO_CODE ? 0 : p->count[rival];
        double weight = pair->score * others / (others + 1.0); /* few voters weigh less */
        p->at[rows[i]].pro += (float)(weight * same / others);
        if (against >= 2 && against > same + 1 && !is_fact(pair, same, size))
            vote_against(&p->at[rows[i]], weight, rival, against, others, pair->lhs);
    }
    for (size_t i = 0; i < n; i++)
        p->count[b->codes[rows[i]]] = 0;
}

static enum tw_rc poll_pair(poll *p, const tw_pair *pair, tw_error *err) {
    const tw_texts *t = p->look->part;
    const tw_texts_column *a = &t->columns[pair->lhs];
    tw_groups g;
    if (!tw_groups_make(a, t->n, &g))
        return tw_fail_memory(err);
    for (uint32_t l = 0; l < a->levels; l++)
        if (!is_missing(a, l) && g.start[l + 1] - g.start[l] >= 2)
            poll_group(p, pair, g.rows + g.start[l], g.start[l + 1] - g.start[l]);
    tw_groups_fini(&g);
    return tw_task_check(p->look->task, err);
}

/* Score of the strongest dependency among those of a column, 0 = none worth keeping. */
static double best_score(const tw_look *look, const tw_pair *pairs, size_t n) {
    double best = 0;
    for (size_t i = 0; i < n; i++)
        if (pairs[i].score > best && pairs[i].score >= tw_look_least_score(look, &pairs[i]))
            best = pairs[i].score;
    return best;
}

static bool is_kept(const tw_look *look, const tw_pair *pair, double best) {
    return pair->mu >= LEAST_MU && 1 - pair->score <= BEHIND_BEST + 2 * (1 - best) &&
           pair->score >= tw_look_least_score(look, pair);
}

/* The share that speaks against a cell, a little less when few did. */
static double certainty(const ballot *b) {
    double all = (double)b->contra + (double)b->pro;
    return all > 0 ? (double)b->contra / all * (1 - 0.5 / (1 + (double)b->contra * 4)) : 0;
}

static void describe(tw_report *r, const poll *p, size_t index, const ballot *b, size_t more) {
    const tw_look *look = p->look;
    const tw_texts *t = look->part;
    tw_str own = tw_texts_at(t, p->rhs, index), lhs = tw_texts_at(t, (size_t)b->lhs, index);
    char tail[64] = "", agree[48] = "";
    if (b->agree > 1)
        snprintf(agree, sizeof agree, "; %d dependencies agree", b->agree);
    if (more)
        snprintf(tail, sizeof tail, " (%zu more cell%s like this)", more, more == 1 ? "" : "s");
    tw_report_message(r, "%s %s%s%s in row %lld: %u of %u other rows with %s %s say '%s'%s%s",
                      tw_look_name(look, p->rhs), own.n ? "'" : "",
                      own.n ? tw_look_quote(look, own) : "is empty", own.n ? "'" : "",
                      (long long)tw_texts_row(t, index) + 1, b->votes, b->group,
                      tw_look_name(look, (size_t)b->lhs), tw_look_quote(look, lhs),
                      tw_look_quote(look, t->columns[p->rhs].values[b->candidate]), agree, tail);
    tw_report_evidence(r, "votes", b->votes);
    tw_report_evidence(r, "asked", b->group);
    tw_report_evidence(r, "dependencies", b->agree);
}

static bool convicts(const ballot *b) {
    return b->contra > b->pro && b->lead > 0;
}

/* Acquit rows of a level of `other` most of whose rows are accused: a part of the table with rules
 * of its own. */
static bool acquit_levels(poll *p, const tw_texts_column *other) {
    uint32_t *accused = tw_calloc(other->levels, sizeof *accused);
    size_t n = p->look->part->n;
    for (size_t i = 0; accused && i < n; i++)
        accused[other->codes[i]] += convicts(&p->at[i]);
    for (size_t i = 0; accused && i < n; i++) {
        uint32_t level = other->codes[i];
        if (accused[level] >= PART_ROWS && !is_missing(other, level) &&
            accused[level] >= EXPLAINED * (double)other->counts[level])
            p->at[i] = (ballot){.pro = 1};
    }
    bool good = accused != NULL;
    free(accused);
    return good;
}

static enum tw_rc acquit(poll *p, tw_error *err) {
    for (size_t c = 0; c < p->look->part->width; c++)
        if (c != p->rhs && !acquit_levels(p, &p->look->part->columns[c]))
            return tw_fail_memory(err);
    return TW_OK;
}

static size_t whole_index(const tw_look *look, size_t index) {
    return look->part_rows ? look->part_rows[index] : index;
}

/* Report what the votes convict; clear what they support, so that weaker evidence does not accuse
 * it again. */
static enum tw_rc report_column(const poll *p, const tw_detector *self, tw_error *err) {
    const tw_texts *t = p->look->part;
    const tw_texts_column *c = &t->columns[p->rhs];
    tw_report *r = tw_report_new(p->look, self);
    if (!r)
        return tw_fail_memory(err);
    size_t best = SIZE_MAX;
    for (size_t i = 0; i < t->n; i++) {
        const ballot *b = &p->at[i];
        if (tw_look_claimed(p->look, whole_index(p->look, i), p->rhs))
            continue;
        if (convicts(b)) {
            tw_report_cell(r, whole_index(p->look, i), p->rhs, c->values[b->candidate],
                           certainty(b));
            best = best == SIZE_MAX || certainty(b) > certainty(&p->at[best]) ? i : best;
        } else if ((double)b->pro > 0.5) {
            tw_look_clear(p->look, whole_index(p->look, i), p->rhs);
        }
    }
    if (best != SIZE_MAX) {
        describe(r, p, best, &p->at[best], tw_report_cells(r) - 1);
        tw_report_fix_by_map(r, p->rhs);
    }
    return tw_report_done(r, err);
}

enum tw_rc tw_detect_dependency(const tw_look *look, const tw_detector *self, size_t column,
                                tw_error *err) {
    poll p = {.look = look, .rhs = column};
    size_t n;
    const tw_pair *pairs = tw_pairs_on(look->pairs, column, &n);
    double best = best_score(look, pairs, n);
    if (!(best > 0))
        return TW_OK;
    const tw_column_profile *profile = tw_profile_at(look->profile, column);
    p.filled = (double)profile->missing <= (1 - FILLED) * (double)profile->rows;
    p.at = tw_calloc(look->part->n, sizeof *p.at);
    p.count = tw_calloc(look->part->columns[column].levels, sizeof *p.count);
    enum tw_rc rc = p.at && p.count ? TW_OK : tw_fail_memory(err);
    for (size_t i = 0; !rc && i < n; i++)
        if (is_kept(look, &pairs[i], best))
            rc = poll_pair(&p, &pairs[i], err);
    if (!rc)
        rc = acquit(&p, err);
    if (!rc)
        rc = report_column(&p, self, err);
    free(p.at);
    free(p.count);
    return rc;
}
