/* Bytes that come one after another and stay where they are: what a pipe sends, what is made of a
 * database.
 *
 * Held in memory up to a limit, then up to another in an unlinked file in $TMPDIR (else /tmp);
 * neither moves what is there already, so slices of the mapping stay good while it grows. One thread adds; any thread
 * reads the mapping, which lives on when the spool is freed. */
#ifndef TW_BASE_SPOOL_H
#define TW_BASE_SPOOL_H

#include "base/file.h"

typedef struct tw_spool tw_spool;

/* memory: bytes to hold before they go to a file. most: bytes the file may take; 0 = half of what is
 * free on its disk when it is made. */
TW_NODISCARD enum tw_rc tw_spool_new(uint64_t memory, uint64_t most, tw_spool **out,
                                     tw_error *err);
void tw_spool_free(tw_spool *spool); /* NULL is legal */
/* Room for `want` bytes behind what is there, to be filled and then taken over by tw_spool_add.
 * TW_ENOMEM; TW_ELIMIT beyond what it may hold; TW_EOUTPUT where no temporary file can be made. */
TW_NODISCARD enum tw_rc tw_spool_room(tw_spool *spool, size_t want, char **room, tw_error *err);
/* The first n bytes of the room now count. TW_EOUTPUT when the disk is full. */
TW_NODISCARD enum tw_rc tw_spool_add(tw_spool *spool, size_t n, tw_error *err);
/* Room, copy and add in one. */
TW_NODISCARD enum tw_rc tw_spool_put(tw_spool *spool, tw_str bytes, tw_error *err);
/* Borrowed; grows with the spool. */
tw_mapping *tw_spool_mapping(const tw_spool *spool);

/* A new file nobody else can open, in the folder of `beside` or, where that is NULL, in $TMPDIR.
 * *path is on the heap: the caller unlinks and frees it and closes *fd. TW_EOUTPUT. */
TW_NODISCARD enum tw_rc tw_temp_file(const char *beside, char **path, int *fd, tw_error *err);

#endif
