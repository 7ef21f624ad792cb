/* A pipe, FIFO or stdin as bytes that grow: the first block at once, the rest when asked for.
 *
 * What has come lies in one mapping that never moves (base/spool.h): slices of it stay good while
 * more comes. One thread at a time reads on; any thread looks at the mapping and asks whether the
 * end has come. */
#ifndef TW_IO_FEED_H
#define TW_IO_FEED_H

#include "base/file.h"
#include "base/task.h"

typedef struct tw_feed tw_feed;

/* path "-" = stdin, which stays open. Beyond `memory` bytes go to a temporary file of at most `spool`
 * (base/spool.h). */
TW_NODISCARD enum tw_rc tw_feed_open(const char *path, uint64_t memory, uint64_t spool,
                                     tw_feed **out, tw_error *err);
void tw_feed_free(tw_feed *feed); /* NULL is legal; the mapping lives on */
/* Read until `enough` bytes are there or the end has come. `live`: a screen waits for it, so two
 * lines will do once nothing follows them for a moment. */
TW_NODISCARD enum tw_rc tw_feed_first(tw_feed *feed, size_t enough, bool live, tw_task *task,
                                      tw_error *err);
/* Read to the end. Cancelled, or out of room for more (TW_ELIMIT, TW_EOUTPUT), it takes what has
 * come for the whole from then on. */
TW_NODISCARD enum tw_rc tw_feed_rest(tw_feed *feed, tw_task *task, tw_error *err);
bool tw_feed_ended(const tw_feed *feed);
bool tw_feed_stopped(const tw_feed *feed); /* before its writer ended it */
/* Borrowed; grows. */
tw_mapping *tw_feed_mapping(const tw_feed *feed);

#endif
