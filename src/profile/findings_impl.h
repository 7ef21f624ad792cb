/* What a list of findings is made of; for findings.c and report.c. */
#ifndef TW_PROFILE_FINDINGS_IMPL_H
#define TW_PROFILE_FINDINGS_IMPL_H

#include "base/hash.h"
#include "profile/detector.h"

struct tw_findings {
    tw_arena arena;    /* texts, cells, column numbers */
    tw_hashmap *texts; /* one copy of each text */
    tw_finding *at;
    tw_doc **docs; /* evidence and fix of each, two a finding */
    size_t n, room;
    tw_doc *left_out;
    uint64_t **claimed; /* two bitmaps for each column over the rows looked at, claimed and cleared;
                           while detectors run */
    size_t words;       /* of one bitmap */
    size_t width;
};

#endif
