/* Packing and unpacking: round trips, several members, damage, limits. */
#include "config.h"

#include "../tap.h"
#include "io/compress.h"

static bool pack(enum tw_compression kind, tw_str text, size_t piece, tw_buf *out) {
    tw_compressor *c = NULL;
    if (tw_compressor_new(kind, &c, NULL) != TW_OK)
        return false;
    bool good = true;
    for (size_t at = 0; good && at < text.n; at += piece)
        good = tw_compressor_add(c, tw_str_sub(text, at, TW_MIN(at + piece, text.n)), false, out,
                                 NULL) == TW_OK;
    good = good && tw_compressor_add(c, TW_STR(""), true, out, NULL) == TW_OK;
    tw_compressor_free(c);
    return good;
}

static void round_trip(enum tw_compression kind, tw_str text) {
    const char *name = tw_compression_name(kind);
    tw_buf packed, back, head;
    tw_buf_init(&packed, TW_BUF_MAX);
    tw_buf_init(&back, TW_BUF_MAX);
    tw_buf_init(&head, TW_BUF_MAX);
    tw_error err = TW_ERROR_INIT;
    ok(pack(kind, text, 1000, &packed), "%s packs", name);
    ok(tw_compression_of(tw_buf_view(&packed)) == kind, "%s is known by its first bytes", name);
    tw_str whole = tw_buf_view(&packed);
    succeeds(tw_decompress(kind, whole, 0, &back, NULL, NULL, &err), &err, name);
    ok(tw_str_eq(tw_buf_view(&back), text), "%s comes back", name);

    ok(tw_decompress(kind, tw_str_sub(whole, 0, whole.n - 9), 0, &head, NULL, NULL, &err) ==
               TW_EDAMAGED &&
           strstr(err.message, "cut short"),
       "%s cut short is damaged", name);
    tw_buf_clear(&head);
    tw_packed_end end;
    succeeds(tw_decompress(kind, whole, 100, &head, &end, NULL, &err), &err, "a head");
    ok(!end.whole, "that is not the end");
    ok(head.n >= 100 && tw_str_starts(text, tw_buf_view(&head)), "%s gives a head", name);

    tw_buf_clear(&back);
    tw_buf twice;
    tw_buf_init(&twice, TW_BUF_MAX);
    tw_buf_str(&twice, whole);
    tw_buf_str(&twice, whole);
    succeeds(tw_decompress(kind, tw_buf_view(&twice), 0, &back, NULL, NULL, &err), &err, "two members");
    is_int(back.n, 2 * text.n, "both members are read");

    tw_buf_clear(&back);
    tw_buf_add(&twice, "\0\0\0\0", 4);
    succeeds(tw_decompress(kind, tw_buf_view(&twice), 0, &back, &end, NULL, &err), &err, "zeros behind");
    ok(end.whole && end.trailing == 0, "are padding");
    tw_buf_str(&twice, whole);
    tw_buf_clear(&back);
    succeeds(tw_decompress(kind, tw_buf_view(&twice), 0, &back, &end, NULL, &err), &err, "and a member behind them");
    is_int(back.n, 3 * text.n, "is read too");
    tw_buf_c(&twice, "junk");
    tw_buf_clear(&back);
    succeeds(tw_decompress(kind, tw_buf_view(&twice), 0, &back, &end, NULL, &err), &err, "what is no member");
    ok(end.whole && end.trailing == 4 && back.n == 3 * text.n, "is counted");

    tw_buf small;
    tw_buf_init(&small, 5000);
    ok(tw_decompress(kind, whole, 0, &small, NULL, NULL, &err) == TW_ELIMIT,
       "%s honours the memory limit", name);
    packed.p[packed.n / 2] ^= 0x55;
    tw_buf_clear(&back);
    ok(tw_decompress(kind, whole, 0, &back, NULL, NULL, &err) == TW_EDAMAGED,
       "%s with a flipped byte is damaged", name);
    tw_buf_fini(&small);
    tw_buf_fini(&twice);
    tw_buf_fini(&packed);
    tw_buf_fini(&back);
    tw_buf_fini(&head);
}

int main(void) {
    tw_buf text;
    tw_buf_init(&text, TW_BUF_MAX);
    uint64_t state = 3;
    for (int i = 0; i < 20000; i++) {
        state = state * UINT64_C(6364136223846793005) + 1;
        tw_buf_printf(&text, "%d,%llu\n", i, (unsigned long long)(state >> 40));
    }
    static const enum tw_compression built[] = {
        TW_GZIP,
#ifdef HAVE_ZSTD
        TW_ZSTD,
#endif
#ifdef HAVE_LZMA
        TW_XZ,
#endif
#ifdef HAVE_BZ2
        TW_BZIP2,
#endif
    };
    for (size_t i = 0; i < TW_COUNT(built); i++)
        round_trip(built[i], tw_buf_view(&text));
    tw_str stem;
    ok(tw_compression_of_path(TW_STR("a.CSV.GZ"), &stem) == TW_GZIP && tw_str_eq_c(stem, "a.CSV"),
       "a path's suffix");
    ok(tw_compression_of_path(TW_STR("a.csv"), &stem) == TW_PLAIN && tw_str_eq_c(stem, "a.csv"),
       "no suffix");
    tw_buf_fini(&text);
    return tap_done();
}
