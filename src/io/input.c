/* Bytes in, text out.
 *
 * The head that is sniffed is 64 KiB, and more where lines are long: a decision on a few records
 * needs a few records, and on the columns the whole first one. The blocks from the middle and the end exist only where the text can be
 * reached at any place for nothing, that is for a plain mapped file; for the others the sniffer
 * looks again once the whole is there. Blocks of a mapping are copied before they are sniffed: a
 * file cut short meanwhile is met while nothing is held that could be lost. */
#include "io/input.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/number.h"
#include "io/encoding.h"
#include "io/format.h"
#include "io/jsonl_read.h"

#define HEAD_BYTES ((size_t)64 << 10)
#define HEAD_MOST ((size_t)4 << 20)
#define HEAD_LINE ((size_t)16 << 20) /* until the first line ends: very many columns */
#define HEAD_LINES 16
#define BLOCK_BYTES ((size_t)16 << 10)

/* Half of the memory that is free now, as /proc/meminfo says; 1 GiB where it says nothing. */
static uint64_t memory_default(void) {
    char *bytes = NULL;
    size_t n = 0;
    int64_t kib = 0;
    if (tw_file_read("/proc/meminfo", (size_t)1 << 20, &bytes, &n, NULL) == TW_OK) {
        tw_str rest = {bytes, n}, line;
        while (tw_str_split(&rest, '\n', &line))
            if (tw_str_starts(line, TW_STR("MemAvailable:")) && line.n > 16)
                if (!tw_parse_i64(tw_str_trim(tw_str_sub(line, 13, line.n - 3)), &kib))
                    kib = 0;
    }
    free(bytes);
    return kib > 0 ? (uint64_t)kib * 512 : (uint64_t)1 << 30;
}

static enum tw_rc get_stream(tw_input *in, const char *path, const tw_read_options *options,
                             tw_task *task, tw_error *err) {
    enum tw_rc rc = tw_feed_open(path, in->memory, options->spool, &in->feed, err);
    if (rc == TW_OK)
        rc = tw_feed_first(in->feed, 2 * HEAD_BYTES, options->live, task, err);
    if (rc == TW_OK)
        in->raw = tw_mapping_ref(tw_feed_mapping(in->feed));
    return rc;
}

/* `<FILE`: as good as its name, as long as nothing of it was read. */
static bool is_file_on_stdin(void) {
    struct stat st;
    return fstat(STDIN_FILENO, &st) == 0 && S_ISREG(st.st_mode) &&
           lseek(STDIN_FILENO, 0, SEEK_CUR) == 0;
}

static enum tw_rc get_raw(tw_input *in, const char *path, const tw_read_options *options,
                          tw_task *task, tw_error *err) {
    if (strcmp(path, "-") == 0) {
        if (is_file_on_stdin() && tw_mapping_open("/proc/self/fd/0", &in->raw, NULL) == TW_OK)
            return TW_OK;
        return get_stream(in, path, options, task, err);
    }
    tw_error no_file = TW_ERROR_INIT;
    enum tw_rc rc = tw_mapping_open(path, &in->raw, &no_file);
    if (rc == TW_EUNSUPPORTED)
        return get_stream(in, path, options, task, err);
    if (rc && err)
        *err = no_file;
    return rc;
}

/* Bytes of a head: up to the last line end in HEAD_BYTES, or further where that holds only few
 * lines. */
static size_t head_size(tw_str text) {
    size_t lines = 0, at = 0, end = 0, size = HEAD_BYTES / 2;
    if (text.n <= 2 * HEAD_BYTES)
        return text.n;
    while (at < text.n && size < (end ? HEAD_MOST : HEAD_LINE) &&
           (at < HEAD_BYTES || lines < HEAD_LINES)) {
        size *= 2;
        for (; at < TW_MIN(size, text.n); at++) {
            if (text.p[at] == '\n' || text.p[at] == '\r') {
                lines++;
                end = at + 1;
            }
        }
    }
    return at == text.n ? text.n : end ? end : at;
}

tw_sample tw_sample_of(tw_str text) {
    tw_sample s = {.total = text.n};
    size_t head = head_size(text);
    s.head = tw_str_sub(text, 0, head);
    s.whole = head == text.n;
    if (s.whole || text.n - head < 4 * BLOCK_BYTES)
        return s;
    size_t middle = head + (text.n - head) / 2;
    s.middle = tw_str_sub(text, middle, middle + BLOCK_BYTES);
    s.end_at = text.n - BLOCK_BYTES;
    s.end = tw_str_sub(text, text.n - BLOCK_BYTES, text.n);
    return s;
}

/* The same blocks, copied. */
static enum tw_rc copy_sample(tw_input *in, tw_str text, tw_sample *out, tw_error *err) {
    tw_sample s = tw_sample_of(text);
    tw_buf_clear(&in->looked);
    if (!tw_buf_str(&in->looked, s.head) || !tw_buf_str(&in->looked, s.middle) ||
        !tw_buf_str(&in->looked, s.end))
        return tw_fail_memory(err);
    tw_str all = tw_buf_view(&in->looked);
    s.head = tw_str_sub(all, 0, s.head.n);
    if (s.middle.p)
        s.middle = tw_str_sub(all, s.head.n, s.head.n + s.middle.n);
    if (s.end.p)
        s.end = tw_str_sub(all, all.n - s.end.n, all.n);
    *out = s;
    return TW_OK;
}

bool tw_input_is_plain(const tw_input *in) {
    return in->compression == TW_PLAIN && in->encoding.encoding == TW_UTF8 &&
           in->form == TW_FORM_TEXT;
}

bool tw_input_is_open(const tw_input *in) {
    return in->feed && !tw_feed_ended(in->feed);
}

static tw_str whole_lines(tw_str text) {
    size_t n = text.n;
    while (n && text.p[n - 1] != '\n' && text.p[n - 1] != '\r')
        n--;
    return n ? tw_str_sub(text, 0, n) : text;
}

tw_str tw_input_so_far(const tw_input *in) {
    bool open = tw_input_is_open(in); /* asked first: it may end meanwhile */
    tw_str raw = tw_mapping_bytes(in->raw), text = tw_str_sub(raw, in->mark, raw.n);
    return open ? whole_lines(text) : text;
}

/* What is there of a plain text. A stream that goes on has no middle and no end yet. */
static enum tw_rc sample_raw(tw_input *in, tw_sample *out, tw_error *err) {
    if (tw_input_is_open(in)) {
        *out = (tw_sample){.head = tw_input_so_far(in)};
        return TW_OK;
    }
    return copy_sample(in, tw_input_so_far(in), out, err);
}

/* Raw bytes to look at, behind compression; `whole` = nothing follows them. */
static enum tw_rc look_at_bytes(tw_input *in, const tw_read_options *options, tw_sample *bytes,
                                tw_task *task, tw_error *err) {
    bool open = tw_input_is_open(in);
    tw_str raw = tw_mapping_bytes(in->raw);
    const tw_file_format *format = tw_file_format_of_bytes(raw);
    if (format && !format->reads && !options->format.p)
        return tw_file_format_refuse(format, err);
    in->compression = tw_compression_of(raw);
    if (in->compression == TW_PLAIN)
        return sample_raw(in, bytes, err);
    tw_str packed = tw_str_sub(raw, 0, TW_MIN(raw.n, HEAD_MOST));
    size_t enough = 2 * HEAD_BYTES;
    tw_packed_end end;
    enum tw_rc rc = tw_decompress(in->compression, packed, enough, &in->unpacked, &end, task, err);
    *bytes = tw_sample_of(tw_buf_view(&in->unpacked));
    bytes->whole = in->unpacked.n < enough && packed.n == raw.n && !open;
    if (rc == TW_OK && bytes->whole && !end.whole)
        rc = tw_packed_fail(in->compression, "cut short", err);
    bytes->total = bytes->whole ? in->unpacked.n : 0;
    bytes->middle = bytes->end = (tw_str){0};
    return rc;
}

/* The decoded head, cut at a line end unless it is everything. */
static enum tw_rc decode_head(tw_input *in, const tw_sample *bytes, tw_error *err) {
    tw_str head = tw_str_sub(bytes->head, in->mark, bytes->head.n);
    enum tw_rc rc = tw_decode(&in->encoding, head, !bytes->whole, &in->decoded, err);
    tw_str text = tw_buf_view(&in->decoded);
    in->sample = (tw_sample){.head = bytes->whole ? text : whole_lines(text), .whole = bytes->whole};
    in->sample.total = bytes->whole ? text.n : 0;
    return rc;
}

/* JSON Lines: the sample becomes what its objects are as records. */
static enum tw_rc records_of_head(tw_input *in, tw_error *err) {
    (void)tw_jsonl_is(in->sample.head, !in->sample.whole, &in->lines);
    enum tw_rc rc = tw_jsonl_to_csv(in->sample.head, !in->sample.whole, &in->records, err);
    in->sample.head = tw_buf_view(&in->records);
    in->sample.total = in->sample.whole ? in->records.n : 0;
    return rc;
}

/* --- databases --- */

static bool is_sqlite(tw_str head) {
    const tw_file_format *format = tw_file_format_of_bytes(head);
    return format && strcmp(format->name, "sqlite") == 0;
}

/* All bytes of a database that is no file of its own: streamed or packed. */
static enum tw_rc whole_database(tw_input *in, tw_task *task, tw_str *bytes, tw_error *err) {
    enum tw_rc rc = in->feed ? tw_feed_rest(in->feed, task, err) : TW_OK;
    *bytes = tw_mapping_bytes(in->raw);
    if (rc != TW_OK || in->compression == TW_PLAIN)
        return rc;
    tw_buf_clear(&in->unpacked);
    tw_packed_end end;
    rc = tw_decompress(in->compression, *bytes, 0, &in->unpacked, &end, task, err);
    in->trailing = end.trailing;
    *bytes = tw_buf_view(&in->unpacked);
    return rc;
}

static enum tw_rc open_database(tw_input *in, const char *path, const tw_read_options *options,
                                tw_task *task, tw_error *err) {
    bool file = !in->feed && in->compression == TW_PLAIN && strcmp(path, "-") != 0;
    tw_str bytes = tw_mapping_bytes(in->raw);
    enum tw_rc rc = file ? TW_OK : whole_database(in, task, &bytes, err);
    if (rc == TW_OK && !is_sqlite(bytes))
        rc = tw_fail(err, TW_EDAMAGED,
                     "cannot open as sqlite: it does not begin like a database; it is another "
                     "kind of file, damaged, or encrypted");
    if (rc == TW_OK)
        rc = tw_sqlite_open(file ? path : NULL, bytes, options->table, &in->sqlite, err);
    tw_buf_fini(&in->unpacked);
    return rc;
}

/* The first records of the table. */
static enum tw_rc database_head(tw_input *in, const char *path, const tw_read_options *options,
                                tw_task *task, tw_error *err) {
    bool whole = false;
    in->form = TW_FORM_SQLITE;
    in->encoding = (tw_dialect){.encoding = TW_UTF8, .encoding_name = "utf-8"};
    in->decision = (tw_decision){
        .what = "encoding", .value = "utf-8", .score = 1, .why = "a database says what it holds"};
    enum tw_rc rc = open_database(in, path, options, task, err);
    if (rc == TW_OK)
        rc = tw_spool_new(in->memory, 0, &in->head, err);
    if (rc == TW_OK)
        rc = tw_sqlite_records(in->sqlite, HEAD_BYTES, task, in->head, &whole, err);
    if (rc != TW_OK)
        return rc;
    tw_str text = tw_mapping_bytes(tw_spool_mapping(in->head));
    in->sample = (tw_sample){.head = text, .whole = whole, .total = whole ? text.n : 0};
    return TW_OK;
}

/* A file that is called a database and is neither that nor text: most likely an encrypted one. */
static bool is_locked_database(const char *path, tw_str head) {
    const tw_file_format *format = tw_file_format_of_path(tw_str_c(path));
    return format && strcmp(format->name, "sqlite") == 0 && tw_file_format_is_binary(head);
}

/* --- the sample --- */

static enum tw_rc refuse_junk(const tw_input *in, const tw_read_options *options, tw_str head,
                              tw_error *err) {
    bool wide = in->encoding.encoding == TW_UTF16LE || in->encoding.encoding == TW_UTF16BE;
    if (wide || options->format.p || options->encoding.p || !tw_file_format_is_junk(head))
        return TW_OK;
    return tw_fail(err, TW_EUNSUPPORTED,
                   "cannot read a table: it is no text but a picture, program, archive or the like; "
                   "--format csv reads it all the same");
}

static enum tw_rc make_sample(tw_input *in, const char *path, const tw_read_options *options,
                              tw_task *task, tw_error *err) {
    tw_sample bytes = {0};
    enum tw_rc rc = look_at_bytes(in, options, &bytes, task, err);
    bool by_looks = !options->format.p &&
                    (is_sqlite(bytes.head) || is_locked_database(path, bytes.head));
    bool sqlite = in->form == TW_FORM_SQLITE || by_looks;
    if (rc == TW_OK && sqlite)
        rc = database_head(in, path, options, task, err);
    else if (rc == TW_OK)
        rc = tw_sniff_encoding(&bytes, options, &in->encoding, &in->decision, err);
    if (rc == TW_OK && !sqlite)
        rc = refuse_junk(in, options, bytes.head, err);
    snprintf(in->encoding.compression, sizeof in->encoding.compression, "%s",
             tw_compression_name(in->compression));
    if (rc || sqlite)
        return rc;
    enum tw_encoding marked;
    in->mark = tw_encoding_bom(bytes.head, &marked);
    if (in->mark && marked != in->encoding.encoding)
        in->mark = 0; /* an override says that it is text */
    in->encoding.bom = in->mark > 0;
    in->encoding_guessed = !in->mark && !options->encoding.p;
    bool named = options->format.p || options->delimiter.p;
    if (in->form == TW_FORM_TEXT && !named &&
        tw_jsonl_is(tw_str_sub(bytes.head, in->mark, bytes.head.n), !bytes.whole, &in->lines))
        in->form = TW_FORM_JSONL;
    if (!tw_input_is_plain(in)) {
        rc = decode_head(in, &bytes, err);
        return rc || in->form != TW_FORM_JSONL ? rc : records_of_head(in, err);
    }
    return sample_raw(in, &in->sample, err);
}

typedef struct sample_call {
    tw_input *in;
    const char *path;
    const tw_read_options *options;
    tw_task *task;
} sample_call;

static enum tw_rc sample_guarded(void *ctx, tw_error *err) {
    sample_call *c = ctx;
    return make_sample(c->in, c->path, c->options, c->task, err);
}

enum tw_rc tw_input_open(tw_input *in, const char *path, const tw_read_options *options,
                         enum tw_form form, tw_task *task, tw_error *err) {
    *in = (tw_input){.memory = options->memory ? options->memory : memory_default(), .form = form};
    tw_buf_init(&in->records, (size_t)in->memory);
    tw_buf_init(&in->unpacked, (size_t)in->memory);
    tw_buf_init(&in->decoded, (size_t)in->memory);
    tw_buf_init(&in->looked, TW_BUF_MAX);
    enum tw_rc rc = get_raw(in, path, options, task, err);
    sample_call call = {in, path, options, task};
    if (rc == TW_OK)
        rc = tw_file_guard(sample_guarded, &call, err);
    if (rc)
        tw_input_fini(in);
    return rc;
}

void tw_input_fini(tw_input *in) {
    tw_sqlite_close(in->sqlite);
    tw_spool_free(in->head);
    tw_feed_free(in->feed);
    tw_mapping_unref(in->raw);
    in->sqlite = NULL;
    in->head = NULL;
    in->feed = NULL;
    in->raw = NULL;
    tw_buf_fini(&in->unpacked);
    tw_buf_fini(&in->decoded);
    tw_buf_fini(&in->records);
    tw_buf_fini(&in->looked);
}

/* The stages between the raw bytes and the text; `last` is the buffer that holds the text so far,
 * NULL = the raw bytes. */
typedef struct text_call {
    const tw_input *in;
    const tw_dialect *encoding;
    tw_task *task;
    tw_buf unpacked, decoded, records;
    tw_buf *last;
    size_t mark; /* bytes of the mark still in front of the text */
    tw_packed_end end;
} text_call;

static tw_str text_so_far(const text_call *c) {
    tw_str all = c->last ? tw_buf_view(c->last) : tw_mapping_bytes(c->in->raw);
    return tw_str_sub(all, c->mark, all.n);
}

static enum tw_rc text_guarded(void *ctx, tw_error *err) {
    text_call *c = ctx;
    const tw_input *in = c->in;
    enum tw_rc rc = TW_OK;
    c->mark = in->compression == TW_PLAIN ? in->mark : 0;
    if (in->compression != TW_PLAIN) {
        rc = tw_decompress(in->compression, tw_mapping_bytes(in->raw), 0, &c->unpacked, &c->end,
                           c->task, err);
        c->last = &c->unpacked;
        c->mark = in->mark;
    }
    if (rc == TW_OK && c->encoding->encoding != TW_UTF8) {
        rc = tw_decode(c->encoding, text_so_far(c), false, &c->decoded, err);
        c->last = &c->decoded;
        c->mark = 0;
        tw_buf_fini(&c->unpacked);
    }
    if (rc == TW_OK && in->form == TW_FORM_JSONL) {
        rc = tw_jsonl_to_csv(text_so_far(c), false, &c->records, err);
        c->last = &c->records;
        c->mark = 0;
    }
    return rc;
}

static enum tw_rc records_of_table(const tw_input *in, tw_task *task, tw_whole_text *out,
                                   tw_error *err) {
    tw_spool *spool = NULL;
    bool whole = false;
    enum tw_rc rc = tw_spool_new(in->memory, 0, &spool, err);
    if (rc == TW_OK)
        rc = tw_sqlite_records(in->sqlite, 0, task, spool, &whole, err);
    if (rc == TW_OK) {
        out->holder = tw_mapping_ref(tw_spool_mapping(spool));
        out->text = tw_mapping_bytes(out->holder);
    }
    tw_spool_free(spool);
    return rc;
}

/* The head of a stream may have held nothing that tells encodings apart. */
static enum tw_rc read_stream(const tw_input *in, tw_task *task, tw_whole_text *out,
                              tw_error *err) {
    enum tw_rc rc = tw_feed_rest(in->feed, task, err);
    if (rc != TW_OK || !in->encoding_guessed || !tw_input_is_plain(in))
        return rc;
    tw_sample bytes = tw_sample_of(tw_mapping_bytes(in->raw));
    return tw_sniff_encoding(&bytes, &TW_READ_DEFAULT, &out->encoding, &out->decision, err);
}

static enum tw_rc make_text(const tw_input *in, tw_task *task, tw_whole_text *out, tw_error *err) {
    text_call call = {.in = in, .encoding = &out->encoding, .task = task};
    tw_buf_init(&call.unpacked, (size_t)in->memory);
    tw_buf_init(&call.decoded, (size_t)in->memory);
    tw_buf_init(&call.records, (size_t)in->memory);
    enum tw_rc rc = tw_file_guard(text_guarded, &call, err);
    if (rc == TW_OK) {
        size_t n = call.last->n;
        char *bytes = tw_buf_take(call.last);
        rc = bytes ? tw_mapping_take(bytes, n, &out->holder, err) : tw_fail_memory(err);
    }
    if (rc == TW_OK) {
        tw_str all = tw_mapping_bytes(out->holder);
        out->text = tw_str_sub(all, call.mark, all.n);
        out->trailing = call.end.trailing;
    }
    tw_buf_fini(&call.unpacked);
    tw_buf_fini(&call.decoded);
    tw_buf_fini(&call.records);
    return rc;
}

enum tw_rc tw_input_text(const tw_input *in, tw_task *task, tw_whole_text *out, tw_error *err) {
    *out = (tw_whole_text){
        .encoding = in->encoding, .decision = in->decision, .trailing = in->trailing};
    if (in->form == TW_FORM_SQLITE)
        return records_of_table(in, task, out, err);
    enum tw_rc rc = in->feed ? read_stream(in, task, out, err) : TW_OK;
    if (rc != TW_OK)
        return rc;
    if (!tw_input_is_plain(in) || out->encoding.encoding != TW_UTF8)
        return make_text(in, task, out, err);
    tw_str raw = tw_mapping_bytes(in->raw);
    out->text = tw_str_sub(raw, in->mark, raw.n);
    out->holder = tw_mapping_ref(in->raw);
    return TW_OK;
}
