/* Columns put end to end: parts of a parallel load, tables stacked, rows appended.
 *
 * The parts' spaces are laid into one and their dictionaries merged, which gives each part a move
 * for its views and a new number for its codes. A chunk that starts at a chunk border and that
 * nothing changes is shared; the others are opened and sealed again. */
#include "data/column_impl.h"

typedef struct merge {
    enum tw_type type;
    size_t n;
    const tw_column *const *parts;
    int64_t rows;
    bool lean; /* only codes: texts are copied for entries of the merged dictionary alone */
    tw_space *space;
    tw_dict *dict;      /* NULL: codes become views */
    tw_move **moves;    /* one for each part */
    uint32_t **recodes; /* one for each part with a dictionary, NULL = codes stay */
    tw_cells in, open;  /* the chunk read; the chunk being filled */
    enum tw_pack open_pack;
    const tw_chunk **chunks;
    size_t n_chunks;
} merge;

static uint64_t moved(const merge *m, size_t part, uint64_t view) {
    return tw_move_view(m->moves[part], view);
}

/* Text of a part's view where it lies for the merged column. */
static tw_str part_text(const merge *m, size_t part, uint64_t view) {
    return m->lean ? tw_space_text(m->parts[part]->space, view)
                   : tw_space_text(m->space, moved(m, part, view));
}

/* Codes of a part in the merged dictionary. *full: the dictionary has outgrown its limit. */
static bool recode_part(merge *m, size_t part, tw_dict_writer *w, bool *full) {
    const tw_dict *dict = m->parts[part]->dict;
    uint32_t *recode = tw_calloc(dict->n, sizeof *recode);
    bool same = true;
    m->recodes[part] = recode;
    if (!recode)
        return false;
    for (uint32_t code = 0; code < dict->n && !*full; code++) {
        recode[code] = tw_dict_writer_code(w, part_text(m, part, dict->views[code]));
        if (recode[code] == UINT32_MAX)
            return false;
        same = same && recode[code] == code;
        *full = w->n > tw_dict_limit(m->rows);
    }
    if (same) {
        free(recode);
        m->recodes[part] = NULL;
    }
    return true;
}

static bool merge_dicts(merge *m) {
    tw_heap heap;
    tw_dict_writer w;
    bool any = false, full = false;
    for (size_t p = 0; p < m->n; p++)
        any = any || m->parts[p]->dict;
    if (!any)
        return true;
    tw_heap_init(&heap, m->space);
    bool good = tw_dict_writer_init(&w, &heap, NULL);
    for (size_t p = 0; good && !full && p < m->n; p++)
        if (m->parts[p]->dict)
            good = recode_part(m, p, &w, &full);
    if (good && !full) {
        m->dict = tw_dict_writer_seal(&w);
        good = m->dict != NULL;
    }
    tw_space *space = NULL; /* differs when a cell of 16 MiB got a record of its own */
    good = good && tw_heap_seal(&heap, &space);
    if (good) {
        tw_space_unref(m->space);
        m->space = space;
    }
    tw_dict_writer_fini(&w);
    tw_heap_fini(&heap);
    return good;
}

static void forget_texts(merge *m) {
    for (size_t p = 0; p < m->n; p++) {
        free(m->moves[p]);
        free(m->recodes[p]);
        m->moves[p] = NULL;
        m->recodes[p] = NULL;
    }
    tw_space_unref(m->space);
    m->space = NULL;
}

static bool only_codes(const merge *m) {
    for (size_t p = 0; p < m->n; p++)
        if (m->type != TW_TEXT || m->parts[p]->n_bad || tw_column_pack(m->parts[p]) != TW_PACK_CODE)
            return false;
    return true;
}

/* Parts of codes alone need no heaps of theirs, unless the dictionary dies. */
static bool merge_spaces(merge *m, const tw_space **spaces) {
    for (size_t p = 0; p < m->n; p++)
        spaces[p] = m->parts[p]->space;
    m->lean = only_codes(m);
    if (!tw_space_join(spaces, m->n, !m->lean, &m->space, m->moves) || !merge_dicts(m))
        return false;
    if (!m->lean || m->dict)
        return true;
    forget_texts(m);
    m->lean = false;
    return tw_space_join(spaces, m->n, true, &m->space, m->moves);
}

static bool merge_texts(merge *m) {
    const tw_space **spaces = tw_calloc(m->n, sizeof *spaces);
    m->moves = tw_calloc(m->n, sizeof *m->moves);
    m->recodes = tw_calloc(m->n, sizeof *m->recodes);
    bool good = spaces && m->moves && m->recodes && merge_spaces(m, spaces);
    free(spaces);
    return good;
}

static bool chunk_stays(const merge *m, size_t part, const tw_chunk *chunk) {
    bool still = tw_move_is_still(m->moves[part]);
    if (chunk->n_bad && !still)
        return false;
    if (chunk->pack == TW_PACK_CODE)
        return m->dict && !m->recodes[part];
    return chunk->pack != TW_PACK_VIEW || still;
}

/* Open a chunk of a part in terms of the merged column. */
static bool open_chunk(merge *m, size_t part, const tw_chunk *chunk, enum tw_pack *pack) {
    tw_cells *in = &m->in;
    if (!tw_cells_load(in, chunk))
        return false;
    *pack = chunk->pack == TW_PACK_DECIMAL ? TW_PACK_REAL : chunk->pack;
    for (size_t i = 0; i < in->n_bad; i++)
        in->bad_views[i] = moved(m, part, in->bad_views[i]);
    if (chunk->pack == TW_PACK_CODE && !m->dict) {
        tw_cells_to_views(in, m->parts[part]->dict);
        *pack = TW_PACK_VIEW;
    }
    const uint32_t *recode = *pack == TW_PACK_CODE ? m->recodes[part] : NULL;
    for (size_t i = 0; recode && i < in->rows; i++)
        if (tw_bit_get(in->validity, i))
            in->word[i] = recode[in->word[i]];
    if (*pack == TW_PACK_VIEW && !tw_move_is_still(m->moves[part]))
        for (size_t i = 0; i < in->rows; i++)
            if (tw_bit_get(in->validity, i))
                in->word[i] = moved(m, part, in->word[i]);
    return true;
}

static bool seal_open(merge *m) {
    if (m->open.rows == 0)
        return true;
    const tw_chunk *chunk = tw_chunk_seal(&m->open, m->open_pack);
    if (!chunk)
        return false;
    m->chunks[m->n_chunks++] = chunk;
    tw_cells_clear(&m->open);
    return true;
}

/* Codes and views cannot share a chunk: the codes give way. */
static enum tw_pack common_pack(merge *m, enum tw_pack pack) {
    if (m->open.rows == 0 || m->open_pack == pack)
        return pack;
    tw_cells_to_views(pack == TW_PACK_CODE ? &m->in : &m->open, m->dict);
    return TW_PACK_VIEW;
}

/* Move cells [from, from + n) of `in` behind those of `open`. */
static bool append_cells(merge *m, size_t from, size_t n) {
    tw_cells *open = &m->open;
    const tw_cells *in = &m->in;
    size_t at = open->rows;
    memcpy(open->word + at, in->word + from, n * sizeof *in->word);
    for (size_t i = 0; i < n; i++)
        if (tw_bit_get(in->validity, from + i)) {
            tw_bit_set(open->validity, at + i);
            open->valid++;
        }
    for (size_t i = 0; i < in->n_bad; i++)
        if (in->bad_rows[i] >= from && in->bad_rows[i] < from + n &&
            !tw_cells_bad(open, at + in->bad_rows[i] - from, in->bad_views[i]))
            return false;
    open->rows += n;
    return true;
}

static bool merge_chunk(merge *m, size_t part, const tw_chunk *chunk, bool last) {
    bool whole = chunk->rows == TW_CHUNK_ROWS || last;
    enum tw_pack pack;
    if (m->open.rows == 0 && whole && chunk_stays(m, part, chunk)) {
        m->chunks[m->n_chunks++] = tw_chunk_ref(chunk);
        return true;
    }
    if (!open_chunk(m, part, chunk, &pack))
        return false;
    for (size_t from = 0; from < m->in.rows;) {
        m->open_pack = common_pack(m, pack);
        pack = m->open_pack;
        size_t n = TW_MIN(m->in.rows - from, TW_CHUNK_ROWS - m->open.rows);
        if (!append_cells(m, from, n))
            return false;
        from += n;
        if (m->open.rows == TW_CHUNK_ROWS && !seal_open(m))
            return false;
    }
    return true;
}

static bool merge_chunks(merge *m) {
    m->chunks = tw_calloc((size_t)m->rows / TW_CHUNK_ROWS + 1, sizeof *m->chunks);
    if (!m->chunks || !tw_cells_init(&m->in, TW_CHUNK_ROWS) ||
        !tw_cells_init(&m->open, TW_CHUNK_ROWS))
        return false;
    int64_t seen = 0;
    for (size_t p = 0; p < m->n; p++)
        for (size_t i = 0; i < m->parts[p]->n_chunks; i++) {
            const tw_chunk *chunk = m->parts[p]->chunks[i];
            seen += chunk->rows;
            if (chunk->rows && !merge_chunk(m, p, chunk, seen == m->rows))
                return false;
        }
    return seal_open(m);
}

static void merge_fini(merge *m) {
    for (size_t i = 0; i < m->n_chunks; i++)
        tw_chunk_unref(m->chunks[i]);
    for (size_t p = 0; p < m->n; p++) {
        free(m->moves ? m->moves[p] : NULL);
        free(m->recodes ? m->recodes[p] : NULL);
    }
    free(m->moves);
    free(m->recodes);
    free(m->chunks);
    tw_cells_fini(&m->in);
    tw_cells_fini(&m->open);
    tw_space_unref(m->space);
    tw_dict_unref(m->dict);
}

static enum tw_rc merge_columns(enum tw_type type, const tw_column *const *parts, size_t n,
                                tw_column **out, tw_error *err) {
    merge m = {.type = type, .parts = parts, .n = n};
    for (size_t p = 0; p < n; p++) {
        if (parts[p]->type != type)
            TW_BUG("columns of different types put end to end");
        m.rows += parts[p]->rows;
    }
    enum tw_rc rc;
    if (merge_texts(&m) && merge_chunks(&m)) {
        rc = tw_column_make(type, m.chunks, m.n_chunks, m.space, m.dict, out, err);
        m.n_chunks = 0;
        m.space = NULL;
        m.dict = NULL;
    } else {
        rc = tw_fail_memory(err);
    }
    merge_fini(&m);
    return rc;
}

enum tw_rc tw_column_join(enum tw_type type, tw_column *const *parts, size_t n, tw_column **out,
                          tw_error *err) {
    return merge_columns(type, (const tw_column *const *)parts, n, out, err);
}

enum tw_rc tw_column_concat(const tw_column *a, const tw_column *b, tw_column **out,
                            tw_error *err) {
    const tw_column *const parts[] = {a, b};
    return merge_columns(a->type, parts, 2, out, err);
}

/* One chunk of missing cells stands for all, behind it what is left over. */
static enum tw_rc missing_part(enum tw_type type, int64_t rows, tw_column **out, tw_error *err) {
    tw_builder *b;
    enum tw_rc rc = tw_builder_new(type, NULL, &b, err);
    if (rc)
        return rc;
    rc = tw_builder_missing(b, rows, err);
    if (rc == TW_OK)
        rc = tw_builder_finish(b, out, err);
    tw_builder_free(b);
    return rc;
}

enum tw_rc tw_column_missing(enum tw_type type, int64_t rows, tw_column **out, tw_error *err) {
    size_t whole = (size_t)rows / TW_CHUNK_ROWS;
    tw_column *full = NULL, *rest = NULL;
    enum tw_rc rc = missing_part(type, rows % (int64_t)TW_CHUNK_ROWS, &rest, err);
    if (rc || whole == 0) {
        *out = rest;
        return rc;
    }
    tw_column **parts = tw_calloc(whole + 1, sizeof *parts);
    rc = parts ? missing_part(type, TW_CHUNK_ROWS, &full, err) : tw_fail_memory(err);
    if (rc == TW_OK) {
        for (size_t i = 0; i < whole; i++)
            parts[i] = full;
        parts[whole] = rest;
        rc = tw_column_join(type, parts, whole + 1, out, err);
    }
    free(parts);
    tw_column_unref(full);
    tw_column_unref(rest);
    return rc;
}
