/* Four libraries with the same shape: a stream that eats bytes and fills a buffer.
 *
 * Each is a row of the table below with two functions, `step` in both directions; the loops around
 * them (room in the buffer, limits, several members in one file, cut input) exist once. */
#include "config.h"

#include "io/compress.h"

#include <limits.h>
#include <zlib.h>
#ifdef HAVE_ZSTD
#include <zstd.h>
#endif
#ifdef HAVE_LZMA
#include <lzma.h>
#endif
#ifdef HAVE_BZ2
#include <bzlib.h>
#endif

#define ROOM ((size_t)1 << 16) /* least room in the output for a step */

/* What one step saw and did. */
typedef struct flow {
    const char *in;
    size_t in_n;
    char *out;
    size_t out_n;
    bool last; /* no input will follow */
} flow;

enum outcome { GOES_ON, MEMBER_DONE, DAMAGED, NO_MEMORY };

typedef union coder {
    z_stream zlib;
#ifdef HAVE_ZSTD
    ZSTD_DStream *unzstd;
    ZSTD_CStream *zstd;
#endif
#ifdef HAVE_LZMA
    lzma_stream lzma;
#endif
#ifdef HAVE_BZ2
    bz_stream bz2;
#endif
} coder;

typedef struct direction {
    bool (*begin)(coder *c);
    enum outcome (*step)(coder *c, flow *f); /* eats from f->in, fills f->out, moves both on */
    void (*end)(coder *c);
} direction;

static unsigned bounded(size_t n) {
    return n > UINT_MAX ? UINT_MAX : (unsigned)n;
}

static void moved(flow *f, size_t in, size_t out) {
    f->in += in;
    f->in_n -= in;
    f->out += out;
    f->out_n -= out;
}

/* The libraries take input as pointers to mutable bytes and do not write to it. */
static void *loosen(const char *p) {
    void *loose;
    memcpy(&loose, &p, sizeof loose);
    return loose;
}

static bool gunzip_begin(coder *c) {
    memset(&c->zlib, 0, sizeof c->zlib);
    return inflateInit2(&c->zlib, 15 + 16) == Z_OK;
}

static bool gzip_begin(coder *c) {
    memset(&c->zlib, 0, sizeof c->zlib);
    return deflateInit2(&c->zlib, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK;
}

static enum outcome zlib_step(coder *c, flow *f, int (*run)(z_stream *, int), int flush) {
    unsigned in = bounded(f->in_n), out = bounded(f->out_n);
    c->zlib.next_in = loosen(f->in);
    c->zlib.avail_in = in;
    c->zlib.next_out = (unsigned char *)f->out;
    c->zlib.avail_out = out;
    int rc = run(&c->zlib, flush);
    moved(f, in - c->zlib.avail_in, out - c->zlib.avail_out);
    return rc == Z_STREAM_END                ? MEMBER_DONE
           : rc == Z_OK || rc == Z_BUF_ERROR ? GOES_ON
           : rc == Z_MEM_ERROR               ? NO_MEMORY
                                             : DAMAGED;
}

static enum outcome gunzip_step(coder *c, flow *f) {
    return zlib_step(c, f, inflate, Z_NO_FLUSH);
}

static enum outcome gzip_step(coder *c, flow *f) {
    return zlib_step(c, f, deflate, f->last ? Z_FINISH : Z_NO_FLUSH);
}

static void gunzip_end(coder *c) {
    inflateEnd(&c->zlib);
}

static void gzip_end(coder *c) {
    deflateEnd(&c->zlib);
}

#ifdef HAVE_ZSTD
static bool unzstd_begin(coder *c) {
    c->unzstd = ZSTD_createDStream();
    return c->unzstd != NULL;
}

static bool zstd_begin(coder *c) {
    c->zstd = ZSTD_createCStream();
    return c->zstd && !ZSTD_isError(ZSTD_CCtx_setParameter(c->zstd, ZSTD_c_checksumFlag, 1));
}

static enum outcome unzstd_step(coder *c, flow *f) {
    ZSTD_inBuffer in = {f->in, f->in_n, 0};
    ZSTD_outBuffer out = {f->out, f->out_n, 0};
    size_t rc = ZSTD_decompressStream(c->unzstd, &out, &in);
    moved(f, in.pos, out.pos);
    return ZSTD_isError(rc) ? DAMAGED : rc == 0 ? MEMBER_DONE : GOES_ON;
}

static enum outcome zstd_step(coder *c, flow *f) {
    ZSTD_inBuffer in = {f->in, f->in_n, 0};
    ZSTD_outBuffer out = {f->out, f->out_n, 0};
    size_t rc = ZSTD_compressStream2(c->zstd, &out, &in, f->last ? ZSTD_e_end : ZSTD_e_continue);
    moved(f, in.pos, out.pos);
    return ZSTD_isError(rc) ? NO_MEMORY : f->last && rc == 0 ? MEMBER_DONE : GOES_ON;
}

static void unzstd_end(coder *c) {
    ZSTD_freeDStream(c->unzstd);
}

static void zstd_end(coder *c) {
    ZSTD_freeCStream(c->zstd);
}
#endif

#ifdef HAVE_LZMA
static bool unxz_begin(coder *c) {
    c->lzma = (lzma_stream)LZMA_STREAM_INIT;
    return lzma_stream_decoder(&c->lzma, (uint64_t)1 << 30, 0) == LZMA_OK;
}

static bool xz_begin(coder *c) {
    c->lzma = (lzma_stream)LZMA_STREAM_INIT;
    return lzma_easy_encoder(&c->lzma, 6, LZMA_CHECK_CRC64) == LZMA_OK;
}

static enum outcome lzma_step(coder *c, flow *f) {
    c->lzma.next_in = loosen(f->in);
    c->lzma.avail_in = f->in_n;
    c->lzma.next_out = loosen(f->out);
    c->lzma.avail_out = f->out_n;
    lzma_ret rc = lzma_code(&c->lzma, f->last ? LZMA_FINISH : LZMA_RUN);
    moved(f, f->in_n - c->lzma.avail_in, f->out_n - c->lzma.avail_out);
    return rc == LZMA_STREAM_END                               ? MEMBER_DONE
           : rc == LZMA_OK || rc == LZMA_BUF_ERROR             ? GOES_ON
           : rc == LZMA_MEM_ERROR || rc == LZMA_MEMLIMIT_ERROR ? NO_MEMORY
                                                               : DAMAGED;
}

static void xz_end(coder *c) {
    lzma_end(&c->lzma);
}
#endif

#ifdef HAVE_BZ2
static bool unbzip2_begin(coder *c) {
    memset(&c->bz2, 0, sizeof c->bz2);
    return BZ2_bzDecompressInit(&c->bz2, 0, 0) == BZ_OK;
}

static bool bzip2_begin(coder *c) {
    memset(&c->bz2, 0, sizeof c->bz2);
    return BZ2_bzCompressInit(&c->bz2, 9, 0, 0) == BZ_OK;
}

static void bz2_give(coder *c, const flow *f) {
    c->bz2.next_in = loosen(f->in);
    c->bz2.avail_in = bounded(f->in_n);
    c->bz2.next_out = f->out;
    c->bz2.avail_out = bounded(f->out_n);
}

static enum outcome unbzip2_step(coder *c, flow *f) {
    bz2_give(c, f);
    int rc = BZ2_bzDecompress(&c->bz2);
    moved(f, bounded(f->in_n) - c->bz2.avail_in, bounded(f->out_n) - c->bz2.avail_out);
    return rc == BZ_STREAM_END  ? MEMBER_DONE
           : rc == BZ_OK        ? GOES_ON
           : rc == BZ_MEM_ERROR ? NO_MEMORY
                                : DAMAGED;
}

static enum outcome bzip2_step(coder *c, flow *f) {
    if (!f->last && f->in_n == 0)
        return GOES_ON;
    bz2_give(c, f);
    int rc = BZ2_bzCompress(&c->bz2, f->last ? BZ_FINISH : BZ_RUN);
    moved(f, bounded(f->in_n) - c->bz2.avail_in, bounded(f->out_n) - c->bz2.avail_out);
    return rc == BZ_STREAM_END ? MEMBER_DONE : rc < 0 ? NO_MEMORY : GOES_ON;
}

static void unbzip2_end(coder *c) {
    BZ2_bzDecompressEnd(&c->bz2);
}

static void bzip2_end(coder *c) {
    BZ2_bzCompressEnd(&c->bz2);
}
#endif

typedef struct format_row {
    const char *name, *suffix, *package;
    tw_str magic;
    direction in, out; /* begin NULL: not built in */
} format_row;

#define MAGIC(text)                                                                                \
    { text, sizeof text - 1 }

/* clang-format off */
static const format_row formats[TW_COMPRESSIONS] = {
    [TW_PLAIN] = {.name = "", .suffix = "", .package = ""},
    [TW_GZIP] = {"gzip", ".gz", "zlib1g-dev", MAGIC("\x1F\x8B"), {gunzip_begin, gunzip_step, gunzip_end},
                 {gzip_begin, gzip_step, gzip_end}},
    [TW_ZSTD] = {.name = "zstd", .suffix = ".zst", .package = "libzstd-dev", .magic = MAGIC("\x28\xB5\x2F\xFD"),
#ifdef HAVE_ZSTD
                 .in = {unzstd_begin, unzstd_step, unzstd_end}, .out = {zstd_begin, zstd_step, zstd_end},
#endif
                },
    [TW_XZ] = {.name = "xz", .suffix = ".xz", .package = "liblzma-dev", .magic = MAGIC("\xFD" "7zXZ\0"),
#ifdef HAVE_LZMA
               .in = {unxz_begin, lzma_step, xz_end}, .out = {xz_begin, lzma_step, xz_end},
#endif
              },
    [TW_BZIP2] = {.name = "bzip2", .suffix = ".bz2", .package = "libbz2-dev", .magic = MAGIC("BZh"),
#ifdef HAVE_BZ2
                  .in = {unbzip2_begin, unbzip2_step, unbzip2_end}, .out = {bzip2_begin, bzip2_step, bzip2_end},
#endif
                 },
};
/* clang-format on */

/* "BZh" may begin a text: a level and the mark of a block or of the end follow, as far as they are there. */
static bool is_bzip2(tw_str head) {
    static const char block[] = "1AY&SY", end[] = "\x17\x72\x45\x38\x50\x90";
    if (head.n < 4 || head.p[3] < '1' || head.p[3] > '9')
        return false;
    tw_str mark = tw_str_sub(head, 4, TW_MIN(head.n, (size_t)10));
    return memcmp(mark.p, block, mark.n) == 0 || memcmp(mark.p, end, mark.n) == 0;
}

/* A frame for other programs, which may stand before and between those that hold data. */
static bool is_skippable(tw_str head) {
    return head.n >= 4 && ((unsigned char)head.p[0] & 0xf0) == 0x50 &&
           memcmp(head.p + 1, "\x2A\x4D\x18", 3) == 0;
}

enum tw_compression tw_compression_of(tw_str head) {
    for (int i = TW_GZIP; i < TW_COMPRESSIONS; i++)
        if (tw_str_starts(head, formats[i].magic))
            return i != TW_BZIP2 || is_bzip2(head) ? (enum tw_compression)i : TW_PLAIN;
    return is_skippable(head) ? TW_ZSTD : TW_PLAIN;
}

enum tw_compression tw_compression_of_path(tw_str path, tw_str *stem) {
    if (stem)
        *stem = path;
    for (int i = TW_GZIP; i < TW_COMPRESSIONS; i++) {
        tw_str suffix = tw_str_c(formats[i].suffix);
        if (path.n <= suffix.n ||
            !tw_str_eq_nocase(tw_str_sub(path, path.n - suffix.n, path.n), suffix))
            continue;
        if (stem)
            *stem = tw_str_sub(path, 0, path.n - suffix.n);
        return (enum tw_compression)i;
    }
    return TW_PLAIN;
}

const char *tw_compression_name(enum tw_compression kind) {
    return formats[kind].name;
}

enum tw_compression tw_compression_named(const char *name) {
    for (int i = TW_GZIP; i < TW_COMPRESSIONS; i++)
        if (strcmp(formats[i].name, name) == 0)
            return (enum tw_compression)i;
    return TW_PLAIN;
}

static enum tw_rc not_built_in(enum tw_compression kind, tw_error *err) {
    return tw_fail(err, TW_EUNSUPPORTED,
                   "%s: trowel was built without it; install %s and build again, or use `%s` "
                   "on the file",
                   formats[kind].name, formats[kind].package, formats[kind].name);
}

enum tw_rc tw_packed_fail(enum tw_compression kind, const char *how, tw_error *err) {
    return tw_fail(err, TW_EDAMAGED, "cannot unpack %s: the file is %s; fetch it again, or unpack what is there with `%s -dc`",
                   formats[kind].name, how, formats[kind].name);
}

/* Room for a step, within the buffer's maximum. */
static bool give_room(tw_buf *out, flow *f) {
    if (out->capacity - out->n <= ROOM && out->n < out->max) {
        size_t more = TW_MAX(ROOM * 2, out->n / 2); /* by halves: unpacked files are big */
        if (!tw_buf_reserve(out, TW_MIN(more, out->max - out->n)))
            return false;
    }
    size_t room = TW_MIN(out->capacity, out->max) - out->n;
    f->out = out->p + out->n;
    f->out_n = room ? room - 1 : 0;
    return f->out_n > 0;
}

/* Behind a member: true where another one begins. Zeros fill up blocks of tapes and files of xz. */
static bool goes_on(enum tw_compression kind, flow *f, tw_packed_end *end) {
    while (f->in_n && !*f->in)
        moved(f, 1, 0);
    *end = (tw_packed_end){true, f->in_n};
    return tw_compression_of((tw_str){f->in, f->in_n}) == kind;
}

static enum tw_rc unpack(enum tw_compression kind, coder *c, tw_str bytes, size_t enough,
                         tw_buf *out, tw_packed_end *end, tw_task *task, tw_error *err) {
    const direction *way = &formats[kind].in;
    flow f = {.in = bytes.p, .in_n = bytes.n};
    for (;;) {
        enum tw_rc rc = tw_task_check(task, err);
        if (rc)
            return rc;
        if (!give_room(out, &f))
            return out->failed
                       ? tw_buf_check(out, err)
                       : tw_fail(err, TW_ELIMIT,
                                 "cannot unpack %s: the text is larger than the memory allowed; "
                                 "unpack the file first or give --memory",
                                 formats[kind].name);
        const char *in = f.in, *begin = f.out;
        enum outcome outcome = way->step(c, &f);
        out->n += (size_t)(f.out - begin);
        out->p[out->n] = '\0';
        if (outcome == NO_MEMORY)
            return tw_fail_memory(err);
        if (outcome == DAMAGED)
            return tw_packed_fail(kind, "damaged", err);
        if (enough && out->n >= enough)
            return TW_OK;
        if (outcome == MEMBER_DONE) {
            if (!goes_on(kind, &f, end))
                return TW_OK;
            *end = (tw_packed_end){0};
            way->end(c);
            if (!way->begin(c))
                return tw_fail_memory(err);
        } else if (f.in_n == 0 && f.out == begin && f.in == in) {
            return enough ? TW_OK : tw_packed_fail(kind, "cut short", err);
        }
    }
}

enum tw_rc tw_decompress(enum tw_compression kind, tw_str bytes, size_t enough, tw_buf *out,
                         tw_packed_end *end, tw_task *task, tw_error *err) {
    const direction *way = &formats[kind].in;
    tw_packed_end here, *at = end ? end : &here;
    *at = (tw_packed_end){0};
    if (!way->begin)
        return not_built_in(kind, err);
    coder c;
    if (!way->begin(&c))
        return tw_fail_memory(err);
    enum tw_rc rc = unpack(kind, &c, bytes, enough, out, at, task, err);
    way->end(&c);
    return rc;
}

struct tw_compressor {
    enum tw_compression kind;
    coder coder;
};

enum tw_rc tw_compressor_new(enum tw_compression kind, tw_compressor **out, tw_error *err) {
    const direction *way = &formats[kind].out;
    if (kind != TW_PLAIN && !way->begin)
        return not_built_in(kind, err);
    tw_compressor *c = tw_calloc(1, sizeof *c);
    if (!c || (kind != TW_PLAIN && !way->begin(&c->coder))) {
        free(c);
        return tw_fail_memory(err);
    }
    c->kind = kind;
    *out = c;
    return TW_OK;
}

void tw_compressor_free(tw_compressor *c) {
    if (c && c->kind != TW_PLAIN)
        formats[c->kind].out.end(&c->coder);
    free(c);
}

enum tw_rc tw_compressor_add(tw_compressor *c, tw_str bytes, bool last, tw_buf *out,
                             tw_error *err) {
    if (c->kind == TW_PLAIN) {
        tw_buf_str(out, bytes);
        return tw_buf_check(out, err);
    }
    flow f = {.in = bytes.p, .in_n = bytes.n, .last = last};
    for (;;) {
        if (!give_room(out, &f))
            return tw_fail_memory(err);
        const char *begin = f.out;
        enum outcome outcome = formats[c->kind].out.step(&c->coder, &f);
        out->n += (size_t)(f.out - begin);
        if (outcome == DAMAGED || outcome == NO_MEMORY)
            return tw_fail_memory(err);
        if (outcome == MEMBER_DONE || (!last && f.in_n == 0 && f.out_n > 0))
            return TW_OK;
    }
}
