/* The registry of file formats: how each is known, whether trowel reads and writes it, and what
 * converts it if not. */
#ifndef TW_IO_FORMAT_H
#define TW_IO_FORMAT_H

#include "base/error.h"
#include "base/str.h"

typedef struct tw_file_format {
    const char *name;   /* as in --format */
    const char *suffix; /* ".csv"; "" = none of its own */
    tw_str magic;       /* first bytes; empty = text */
    bool reads, writes;
    const char *converter; /* program that makes CSV of it; NULL where trowel reads it */
} tw_file_format;

/* i-th format, NULL at the end. */
const tw_file_format *tw_file_format_at(size_t i);
const tw_file_format *tw_file_format_named(tw_str name);
/* By a path's suffix behind any compression; NULL when none is known. */
const tw_file_format *tw_file_format_of_path(tw_str path);
bool tw_file_format_is_binary(tw_str head); /* control characters stand early on */
/* By the first bytes; NULL for text. */
const tw_file_format *tw_file_format_of_bytes(tw_str head);
/* No text at all: pictures, programs, archives hold nearly all control characters, while a file with
 * one of them for a delimiter holds few. Not for UTF-16. */
bool tw_file_format_is_junk(tw_str head);
/* TW_EUNSUPPORTED with the converter's name. */
enum tw_rc tw_file_format_refuse(const tw_file_format *format, tw_error *err) TW_COLD;

#endif
