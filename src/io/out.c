/* Three stages, each skipped where it has nothing to do: gather, encode, compress. */
#include "io/out.h"

#include "io/compress.h"
#include "io/encoding.h"

#define GATHER ((size_t)1 << 18)
#define PIECE ((size_t)4 << 20) /* encoded at once: bounds the memory of a long text */

struct tw_out {
    tw_output *file;
    tw_compressor *packer;
    bool packs;
    tw_dialect encoding;
    tw_buf text, bytes, packed;
};

static void out_free(tw_out *out) {
    tw_compressor_free(out->packer);
    tw_buf_fini(&out->text);
    tw_buf_fini(&out->bytes);
    tw_buf_fini(&out->packed);
    free(out);
}

static enum tw_rc put_bytes(tw_out *out, tw_str bytes, bool last, tw_error *err) {
    if (!out->packs)
        return tw_output_write(out->file, bytes.p, bytes.n, err);
    enum tw_rc rc = tw_compressor_add(out->packer, bytes, last, &out->packed, err);
    if (rc == TW_OK)
        rc = tw_output_write(out->file, out->packed.p, out->packed.n, err);
    tw_buf_clear(&out->packed);
    return rc;
}

/* Bytes of a piece of text that ends at a character. */
static size_t piece_of(tw_str text) {
    size_t n = TW_MIN(text.n, PIECE);
    while (n < text.n && n > PIECE - 8 && ((unsigned char)text.p[n] & 0xC0) == 0x80)
        n--;
    return n;
}

static enum tw_rc put_text(tw_out *out, tw_str text, tw_error *err) {
    if (out->encoding.encoding == TW_UTF8)
        return put_bytes(out, text, false, err);
    enum tw_rc rc = TW_OK;
    while (text.n && rc == TW_OK) {
        size_t n = piece_of(text);
        tw_buf_clear(&out->bytes);
        rc = tw_encode(&out->encoding, tw_str_sub(text, 0, n), &out->bytes, err);
        if (rc == TW_OK)
            rc = put_bytes(out, tw_buf_view(&out->bytes), false, err);
        text = tw_str_sub(text, n, text.n);
    }
    return rc;
}

static enum tw_rc flush(tw_out *out, tw_error *err) {
    enum tw_rc rc = put_text(out, tw_buf_view(&out->text), err);
    tw_buf_clear(&out->text);
    return rc;
}

enum tw_rc tw_out_open(const char *path, const char *packed, const tw_dialect *encoding,
                       tw_out **result, tw_error *err) {
    enum tw_compression kind = packed ? tw_compression_named(packed)
                                      : tw_compression_of_path(tw_str_c(path), NULL);
    tw_out *out = tw_calloc(1, sizeof *out);
    *result = NULL;
    if (!out)
        return tw_fail_memory(err);
    out->packs = kind != TW_PLAIN;
    if (encoding)
        out->encoding = *encoding;
    tw_buf_init(&out->text, TW_BUF_MAX);
    tw_buf_init(&out->bytes, TW_BUF_MAX);
    tw_buf_init(&out->packed, TW_BUF_MAX);
    enum tw_rc rc = tw_compressor_new(kind, &out->packer, err);
    if (rc == TW_OK)
        rc = tw_output_open(path, &out->file, err);
    if (rc == TW_OK && encoding && encoding->bom)
        rc = put_bytes(out, tw_encoding_mark(encoding->encoding), false, err);
    if (rc) {
        tw_output_abort(out->file);
        out_free(out);
        return rc;
    }
    *result = out;
    return TW_OK;
}

enum tw_rc tw_out_put(tw_out *out, tw_str text, tw_error *err) {
    if (out->text.n + text.n > GATHER) {
        enum tw_rc rc = flush(out, err);
        if (rc)
            return rc;
    }
    if (text.n > GATHER)
        return put_text(out, text, err);
    tw_buf_str(&out->text, text);
    return tw_buf_check(&out->text, err);
}

bool tw_out_closed(const tw_out *out) {
    return tw_output_closed(out->file);
}

enum tw_rc tw_out_commit(tw_out *out, tw_error *err) {
    enum tw_rc rc = flush(out, err);
    if (rc == TW_OK && out->packs)
        rc = put_bytes(out, TW_STR(""), true, err);
    if (rc == TW_OK)
        rc = tw_output_commit(out->file, err);
    else
        tw_output_abort(out->file);
    out_free(out);
    return rc;
}

void tw_out_abort(tw_out *out) {
    if (!out)
        return;
    tw_output_abort(out->file);
    out_free(out);
}
