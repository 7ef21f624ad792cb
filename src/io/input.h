/* From a path to text: mapping or spooling, unpacking, decoding, JSON Lines to records; first a
 * sample for the sniffer, later the whole.
 *
 * A plain UTF-8 file is used in place, whatever its size. Compressed and otherwise encoded files
 * are unpacked and decoded into memory by tw_input_text; before that only their head is. Streams
 * are read to their end. Owned by tw_open; one thread, except that the sample is read by others
 * while tw_input_text runs. */
#ifndef TW_IO_INPUT_H
#define TW_IO_INPUT_H

#include "base/file.h"
#include "base/task.h"
#include "io/compress.h"
#include "io/sniff.h"

typedef struct tw_input {
    tw_mapping *raw; /* the file or the spooled stream */
    bool stream;
    bool jsonl; /* its lines are JSON objects: text is what tw_jsonl_to_csv makes of them */
    enum tw_compression compression;
    uint64_t memory;     /* bytes an unpacked or spooled text may take */
    tw_dialect encoding; /* encoding fields and compression only */
    tw_decision decision;
    size_t mark;                       /* bytes of the byte order mark, behind compression */
    tw_buf unpacked, decoded, records; /* of the head */
    tw_buf looked;                     /* what is sniffed of a plain file, copied */
    tw_sample sample;                  /* UTF-8 */
} tw_input;

/* path "-" = stdin. Options decide the encoding where they name one. */
TW_NODISCARD enum tw_rc tw_input_open(tw_input *in, const char *path,
                                      const tw_read_options *options, bool jsonl, tw_task *task,
                                      tw_error *err);
void tw_input_fini(tw_input *in);
/* The text is the raw bytes themselves, from the mark on. */
bool tw_input_is_plain(const tw_input *in);
/* The whole text and what holds it (a new reference). */
TW_NODISCARD enum tw_rc tw_input_text(const tw_input *in, tw_task *task, tw_mapping **holder,
                                      tw_str *text, tw_error *err);
/* The blocks of a whole text that the sniffer looks at. */
tw_sample tw_sample_of(tw_str text);

#endif
