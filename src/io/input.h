/* From a path to text: mapping or spooling, unpacking, decoding, other formats to records; first a
 * sample for the sniffer, later the whole.
 *
 * A plain UTF-8 file is used in place, whatever its size. Compressed and otherwise encoded files
 * are unpacked and decoded into memory by tw_input_text, tables of a database are written out as
 * records; before that only their head is. Of a stream the first block is read, the rest by
 * tw_input_text. Owned by tw_open; one thread, except that others read the sample, and the bytes
 * of a stream so far, while tw_input_text runs. */
#ifndef TW_IO_INPUT_H
#define TW_IO_INPUT_H

#include "base/file.h"
#include "base/task.h"
#include "io/compress.h"
#include "io/feed.h"
#include "io/sniff.h"
#include "io/sqlite_read.h"

/* What records are made of. */
enum tw_form {
    TW_FORM_TEXT,  /* they stand in the text */
    TW_FORM_JSONL, /* JSON objects in lines or in a list: tw_jsonl_to_csv */
    TW_FORM_SQLITE /* a table of a database: tw_sqlite_records */
};

typedef struct tw_input {
    tw_mapping *raw; /* the file or the spooled stream */
    tw_feed *feed;   /* NULL: a file */
    enum tw_form form;
    bool lines;        /* TW_FORM_JSONL: an object stands in each line */
    tw_sqlite *sqlite; /* TW_FORM_SQLITE */
    tw_spool *head;    /* its first records */
    enum tw_compression compression;
    size_t trailing; /* bytes behind a packed database that were left out */
    bool encoding_guessed; /* without a mark, from the sample alone */
    uint64_t memory;     /* bytes an unpacked or spooled text may take */
    tw_dialect encoding; /* encoding fields and compression only */
    tw_decision decision;
    size_t mark;                       /* bytes of the byte order mark, behind compression */
    tw_buf unpacked, decoded, records; /* of the head */
    tw_buf looked;                     /* what is sniffed of a plain file, copied */
    tw_sample sample;                  /* UTF-8 */
} tw_input;

/* path "-" = stdin. Options decide the encoding where they name one. TW_FORM_TEXT becomes
 * TW_FORM_SQLITE or TW_FORM_JSONL where the bytes say so and no format, or delimiter, is named. */
TW_NODISCARD enum tw_rc tw_input_open(tw_input *in, const char *path,
                                      const tw_read_options *options, enum tw_form form,
                                      tw_task *task, tw_error *err);
void tw_input_fini(tw_input *in);
/* The text is the raw bytes themselves, from the mark on. */
bool tw_input_is_plain(const tw_input *in);
/* More bytes may come than the mapping has now. */
bool tw_input_is_open(const tw_input *in);
/* Whole lines of a plain stream so far. */
tw_str tw_input_so_far(const tw_input *in);
/* The whole text. Of a stream the encoding is decided once more, now that all of it is there. */
typedef struct tw_whole_text {
    tw_mapping *holder; /* a new reference */
    tw_str text;
    tw_dialect encoding; /* as in tw_input */
    tw_decision decision;
    size_t trailing; /* bytes behind packed ones that are left out */
} tw_whole_text;
TW_NODISCARD enum tw_rc tw_input_text(const tw_input *in, tw_task *task, tw_whole_text *out,
                                      tw_error *err);
/* The blocks of a whole text that the sniffer looks at. */
tw_sample tw_sample_of(tw_str text);

#endif
