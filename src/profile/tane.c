/* A node is a set of columns with its stripped partition: groups of rows that agree in all of them,
 * groups of one left out. The partition of a set is made by refining the smallest partition among
 * its subsets by one column's codes. X -> A holds when X and XA have equal errors (rows less
 * groups). What a key X gives is minimal when no subset of X gives it, which is tested on the
 * subset's own partition. Two levels are held at a time. */
#include "profile/tane.h"

#include "base/hash.h"

enum { LEVEL_ROWS = 1 << 27 }; /* what the partitions of one level may hold: 512 MiB */

typedef struct partition {
    uint32_t *rows; /* group after group */
    uint32_t *ends; /* one per group */
    uint32_t n_rows, n_groups;
} partition;

typedef struct node {
    uint64_t set, candidates;
    uint32_t error;
    partition p;
    bool dropped;
} node;

typedef struct level {
    node *at;
    size_t n, room;
    uint32_t *slots; /* set -> index + 1 */
    size_t n_slots;  /* power of two */
} level;

typedef struct search {
    const uint32_t *const *codes;
    const uint32_t *levels;
    size_t width, rows;
    uint32_t most_levels;
    uint64_t everything, budget, spent;
    size_t most; /* dependencies */
    level before, now, next;
    tw_fds *out;
    size_t fd_room, key_room;
    const level *parents; /* of the level being built */
} search;

static int lowest(uint64_t set) {
    return __builtin_ctzll(set);
}

static void partition_fini(partition *p) {
    free(p->rows);
    free(p->ends);
    *p = (partition){0};
}

static void level_fini(level *l) {
    for (size_t i = 0; i < l->n; i++)
        partition_fini(&l->at[i].p);
    free(l->at);
    free(l->slots);
    *l = (level){0};
}

static node *find(const level *l, uint64_t set) {
    if (!l->n_slots)
        return NULL;
    for (size_t at = tw_mix64(set) & (l->n_slots - 1); l->slots[at];
         at = (at + 1) & (l->n_slots - 1))
        if (l->at[l->slots[at] - 1].set == set)
            return &l->at[l->slots[at] - 1];
    return NULL;
}

static bool index_level(level *l) {
    l->n_slots = 16;
    while (l->n_slots < 2 * l->n + 1)
        l->n_slots *= 2;
    free(l->slots);
    l->slots = tw_calloc(l->n_slots, sizeof *l->slots);
    for (size_t i = 0; l->slots && i < l->n; i++) {
        size_t at = tw_mix64(l->at[i].set) & (l->n_slots - 1);
        while (l->slots[at])
            at = (at + 1) & (l->n_slots - 1);
        l->slots[at] = (uint32_t)i + 1;
    }
    return l->slots != NULL;
}

static bool push(level *l, uint64_t set) {
    if (l->n == l->room) {
        size_t room = l->room ? l->room * 2 : 64;
        node *more = tw_realloc(l->at, room, sizeof *more);
        if (!more)
            return false;
        l->at = more;
        l->room = room;
    }
    l->at[l->n++] = (node){.set = set};
    return true;
}

/* Groups of `rows` that agree in the column, appended to out; count and place are scratch over the
 * column's levels. */
static void refine_group(const uint32_t *codes, const uint32_t *rows, size_t n, uint32_t *count,
                         uint32_t *place, partition *out) {
    for (size_t i = 0; i < n; i++)
        count[codes[rows[i]]]++;
    for (size_t i = 0; i < n; i++) {
        uint32_t code = codes[rows[i]], size = count[code];
        if (size < 2) {
            count[code] = 0; /* alone: left out */
            continue;
        }
        if (place[code] == 0) { /* first of its group: reserve */
            place[code] = out->n_rows + 1;
            out->n_rows += size;
            out->ends[out->n_groups++] = out->n_rows;
        }
        out->rows[place[code]++ - 1] = rows[i];
    }
    for (size_t i = 0; i < n; i++) {
        count[codes[rows[i]]] = 0;
        place[codes[rows[i]]] = 0;
    }
}

static bool refine(const partition *from, const uint32_t *codes, uint32_t levels, partition *out) {
    uint32_t *count = tw_calloc(levels, 2 * sizeof *count);
    out->rows = tw_calloc(from->n_rows, sizeof *out->rows);
    out->ends = tw_calloc(from->n_rows / 2 + 1, sizeof *out->ends);
    bool good = count && out->rows && out->ends;
    for (uint32_t g = 0, start = 0; good && g < from->n_groups; start = from->ends[g++])
        refine_group(codes, from->rows + start, from->ends[g] - start, count, count + levels, out);
    free(count);
    uint32_t *rows = good ? tw_realloc(out->rows, out->n_rows, sizeof *rows) : NULL;
    uint32_t *ends = good ? tw_realloc(out->ends, out->n_groups, sizeof *ends) : NULL;
    out->rows = rows ? rows : out->rows;
    out->ends = ends ? ends : out->ends;
    return good;
}

/* The subset one smaller with the smallest partition, and the column that is missing from it. */
static const node *best_parent(const search *s, uint64_t set, int *column) {
    const node *best = NULL;
    for (uint64_t rest = set; rest; rest &= rest - 1) {
        const node *n = find(s->parents, set ^ (rest & -rest));
        if (n && (!best || n->p.n_rows < best->p.n_rows)) {
            best = n;
            *column = lowest(rest);
        }
    }
    return best;
}

static enum tw_rc build_node(void *ctx, size_t i, size_t worker, tw_error *err) {
    (void)worker;
    search *s = ctx;
    node *n = &s->next.at[i];
    int column = 0;
    const node *parent = best_parent(s, n->set, &column);
    if (!parent)
        TW_BUG("a set was built without its subsets");
    if (!refine(&parent->p, s->codes[column], s->levels[column], &n->p))
        return tw_fail_memory(err);
    n->error = n->p.n_rows - n->p.n_groups;
    return TW_OK;
}

/* Beyond the most there may be, a dependency is left out and the search ends with this level. */
static bool add_fd(search *s, uint64_t lhs, int rhs) {
    if (s->out->n == s->most) {
        s->out->full = true;
        return true;
    }
    if (s->out->n == s->fd_room) {
        size_t room = s->fd_room ? s->fd_room * 2 : 64;
        tw_fd *more = tw_realloc(s->out->at, room, sizeof *more);
        if (!more)
            return false;
        s->out->at = more;
        s->fd_room = room;
    }
    s->out->at[s->out->n++] = (tw_fd){lhs, rhs};
    return true;
}

static bool add_key(search *s, uint64_t set) {
    if (s->out->n_keys == s->key_room) {
        size_t room = s->key_room ? s->key_room * 2 : 16;
        uint64_t *more = tw_realloc(s->out->keys, room, sizeof *more);
        if (!more)
            return false;
        s->out->keys = more;
        s->key_room = room;
    }
    s->out->keys[s->out->n_keys++] = set;
    return true;
}

/* Does every group of the partition agree in the column? */
static bool determines(const partition *p, const uint32_t *codes) {
    for (uint32_t g = 0, start = 0; g < p->n_groups; start = p->ends[g++])
        for (uint32_t i = start + 1; i < p->ends[g]; i++)
            if (codes[p->rows[i]] != codes[p->rows[start]])
                return false;
    return true;
}

static bool all_equal(const uint32_t *codes, size_t rows) {
    for (size_t i = 1; i < rows; i++)
        if (codes[i] != codes[0])
            return false;
    return true;
}

/* No subset one smaller of the key gives the column. */
static bool is_minimal(const search *s, uint64_t key, int column) {
    for (uint64_t rest = key; rest; rest &= rest - 1) {
        uint64_t subset = key ^ (rest & -rest);
        const node *n = find(&s->before, subset);
        bool holds = n ? determines(&n->p, s->codes[column]) : all_equal(s->codes[column], s->rows);
        if (holds && (n || subset == 0))
            return false;
    }
    return true;
}

static bool take_key(search *s, const node *n) {
    bool good = add_key(s, n->set);
    for (uint64_t rest = n->candidates & ~n->set; good && !s->out->full && rest; rest &= rest - 1)
        if (is_minimal(s, n->set, lowest(rest)))
            good = add_fd(s, n->set, lowest(rest));
    return good;
}

/* Candidates of a set: what each subset still allows; error of the subsets is looked up on the way.
 */
static void set_candidates(const search *s, node *n) {
    n->candidates = s->everything;
    for (uint64_t rest = n->set; rest; rest &= rest - 1) {
        uint64_t subset = n->set ^ (rest & -rest);
        const node *below = find(&s->before, subset);
        if (subset)
            n->candidates &= below ? below->candidates : 0;
    }
}

static uint32_t error_of(const search *s, uint64_t set) {
    const node *n = find(&s->before, set);
    return set == 0 ? (uint32_t)s->rows - 1 : n ? n->error : UINT32_MAX;
}

/* Dependencies inside the sets of one level: left sides one smaller than the sets. */
static bool look_inside(search *s) {
    bool good = true;
    for (size_t i = 0; i < s->now.n; i++)
        set_candidates(s, &s->now.at[i]);
    for (size_t i = 0; good && !s->out->full && i < s->now.n; i++) {
        node *n = &s->now.at[i];
        for (uint64_t rest = n->set & n->candidates; good && rest; rest &= rest - 1) {
            uint64_t bit = rest & -rest;
            if (error_of(s, n->set ^ bit) != n->error)
                continue;
            good = add_fd(s, n->set ^ bit, lowest(bit));
            n->candidates &= ~bit & n->set;
        }
    }
    return good;
}

/* Keys of one level and what they give; nodes that lead nowhere are dropped. */
static bool look_at_keys(search *s) {
    bool good = true;
    for (size_t i = 0; good && i < s->now.n; i++) {
        node *n = &s->now.at[i];
        n->dropped = n->candidates == 0 || n->error == 0;
        if (n->candidates && n->error == 0)
            good = take_key(s, n);
    }
    return good;
}

/* Sets one larger, all of whose subsets were kept: joined from sets that share all but their
 * highest column. */
static bool join_level(search *s) {
    bool good = true;
    for (size_t i = 0; good && i < s->now.n; i++) {
        uint64_t a = s->now.at[i].set, high = UINT64_C(1) << (63 - __builtin_clzll(a));
        for (size_t k = i + 1; good && k < s->now.n && !s->now.at[i].dropped; k++) {
            uint64_t b = s->now.at[k].set, both = a | b;
            uint64_t high_b = UINT64_C(1) << (63 - __builtin_clzll(b));
            if ((a ^ high) != (b ^ high_b))
                break; /* sorted by prefix: no later one shares it */
            bool whole = !s->now.at[k].dropped;
            for (uint64_t rest = both; whole && rest; rest &= rest - 1) {
                const node *n = find(&s->now, both ^ (rest & -rest));
                whole = n && !n->dropped;
            }
            if (whole)
                good = push(&s->next, both);
        }
    }
    return good;
}

/* By the set without its highest column, then by that: equal prefixes lie together. */
static int by_prefix(const void *a, const void *b) {
    uint64_t x = ((const node *)a)->set, y = ((const node *)b)->set;
    uint64_t hx = UINT64_C(1) << (63 - __builtin_clzll(x)), hy = UINT64_C(1)
                                                                 << (63 - __builtin_clzll(y));
    if ((x ^ hx) != (y ^ hy))
        return (x ^ hx) < (y ^ hy) ? -1 : 1;
    return hx < hy ? -1 : hx > hy;
}

/* Rows that building the next level will refine. */
static uint64_t cost_of_next(const search *s) {
    uint64_t cost = 0;
    int column;
    for (size_t i = 0; i < s->next.n; i++) {
        const node *parent = best_parent(s, s->next.at[i].set, &column);
        cost += parent ? parent->p.n_rows + 64 : 0;
    }
    return cost;
}

static enum tw_rc build_next(search *s, tw_task *task, tw_error *err) {
    s->next = (level){0};
    s->parents = &s->now;
    if (!join_level(s))
        return tw_fail_memory(err);
    uint64_t cost_of_level = cost_of_next(s);
    s->spent += cost_of_level;
    if (s->next.n == 0)
        return TW_OK;
    if (s->spent > s->budget || cost_of_level > LEVEL_ROWS) {
        s->out->complete = false;
        level_fini(&s->next);
        return TW_OK;
    }
    qsort(s->next.at, s->next.n, sizeof *s->next.at, by_prefix);
    if (!index_level(&s->next))
        return tw_fail_memory(err);
    return tw_parallel_for(task, s->next.n, build_node, s, err);
}

static enum tw_rc first_level(search *s, tw_error *err) {
    partition all = {.n_rows = (uint32_t)s->rows, .n_groups = 1};
    all.rows = tw_calloc(s->rows, sizeof *all.rows);
    all.ends = tw_calloc(1, sizeof *all.ends);
    bool good = all.rows && all.ends;
    for (size_t i = 0; good && i < s->rows; i++)
        all.rows[i] = (uint32_t)i;
    if (good)
        all.ends[0] = all.n_rows;
    for (size_t c = 0; good && c < s->width; c++) {
        good = push(&s->now, UINT64_C(1) << c) &&
               refine(&all, s->codes[c], s->levels[c], &s->now.at[c].p);
        if (good)
            s->now.at[c].error = s->now.at[c].p.n_rows - s->now.at[c].p.n_groups;
    }
    good = good && index_level(&s->now);
    partition_fini(&all);
    return good ? TW_OK : tw_fail_memory(err);
}

static int by_left_side(const void *a, const void *b) {
    const tw_fd *x = a, *y = b;
    int size_x = __builtin_popcountll(x->lhs), size_y = __builtin_popcountll(y->lhs);
    if (size_x != size_y)
        return size_x < size_y ? -1 : 1;
    if (x->lhs != y->lhs)
        return x->lhs < y->lhs ? -1 : 1;
    return x->rhs < y->rhs ? -1 : x->rhs > y->rhs;
}

static enum tw_rc run(search *s, tw_task *task, tw_error *err) {
    enum tw_rc rc = first_level(s, err);
    while (!rc && s->now.n) {
        if (!look_inside(s))
            return tw_fail_memory(err);
        s->out->largest += !s->out->full;
        if (!look_at_keys(s))
            return tw_fail_memory(err);
        rc = s->out->full ? TW_OK : build_next(s, task, err);
        level_fini(&s->before);
        s->before = s->now;
        s->now = s->next;
        s->next = (level){0};
        if (!rc)
            rc = tw_task_check(task, err);
    }
    if (s->out->full)
        s->out->complete = false;
    return rc;
}

enum tw_rc tw_tane(const uint32_t *const *codes, const uint32_t *levels, size_t width, size_t rows,
                   uint64_t budget, size_t most, tw_task *task, tw_fds *out, tw_error *err) {
    search s = {.codes = codes,
                .levels = levels,
                .width = width,
                .rows = rows,
                .budget = budget,
                .most = most,
                .out = out};
    *out = (tw_fds){.complete = true};
    if (width > TW_TANE_COLUMNS)
        TW_BUG("more columns than bits");
    if (rows == 0 || width == 0)
        return TW_OK;
    s.everything = width == 64 ? UINT64_MAX : (UINT64_C(1) << width) - 1;
    enum tw_rc rc = run(&s, task, err);
    level_fini(&s.before);
    level_fini(&s.now);
    level_fini(&s.next);
    if (rc) {
        tw_fds_fini(out);
        return rc;
    }
    if (out->n)
        qsort(out->at, out->n, sizeof *out->at, by_left_side);
    return TW_OK;
}

void tw_fds_fini(tw_fds *fds) {
    free(fds->at);
    free(fds->keys);
    *fds = (tw_fds){0};
}
