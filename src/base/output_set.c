/* Several files that appear together: an output is opened for each, so that its place, its mode and
 * the right to write it are settled before anything is made; whoever writes the file replaces the
 * hidden one beside it, and commit renames one after the other. A second link keeps what stood in
 * each place until all of them are there. No file system renames several files at once: a power cut
 * in the middle can leave some, an error cannot. */
#include "config.h"

#include "base/file.h"

#include <stdio.h>
#include <unistd.h>

#include "base/buf.h"

typedef struct entry {
    tw_output *output; /* NULL once committed */
    char *target;
    bool replaces; /* something stands there */
    char *kept;    /* a second name of it */
} entry;

struct tw_output_set {
    entry *at;
    size_t n, room;
};

tw_output_set *tw_output_set_new(void) {
    return tw_calloc(1, sizeof(tw_output_set));
}

static bool grow(tw_output_set *set) {
    if (set->n < set->room)
        return true;
    size_t room = set->room ? set->room * 2 : 8;
    entry *bigger = tw_realloc(set->at, room, sizeof *bigger);
    if (!bigger)
        return false;
    set->at = bigger;
    set->room = room;
    return true;
}

enum tw_rc tw_output_set_add(tw_output_set *set, const char *path, const char **staged,
                             tw_error *err) {
    entry e = {0};
    enum tw_rc rc = grow(set) ? tw_output_open(path, &e.output, err) : tw_fail_memory(err);
    if (rc != TW_OK)
        return rc;
    if (!tw_output_gathered(e.output))
        rc = tw_fail(
            err, TW_EOUTPUT,
            "%s: it is no plain file, so it cannot appear together with others; name a file", path);
    else if (!(e.target = tw_str_dup(tw_str_c(tw_output_target(e.output)))))
        rc = tw_fail_memory(err);
    if (rc != TW_OK) {
        tw_output_abort(e.output);
        return rc;
    }
    *staged = tw_output_gathered(e.output);
    set->at[set->n++] = e;
    return TW_OK;
}

static void set_free(tw_output_set *set) {
    for (size_t i = 0; i < set->n; i++) {
        tw_output_abort(set->at[i].output);
        if (set->at[i].kept)
            (void)unlink(set->at[i].kept);
        free(set->at[i].kept);
        free(set->at[i].target);
    }
    free(set->at);
    free(set);
}

void tw_output_set_abort(tw_output_set *set) {
    if (set)
        set_free(set);
}

/* A second link to what is there now, so that it can come back. Where links cannot be made, the new
 * file is all there is and stays. */
static enum tw_rc keep(entry *e, tw_error *err) {
    tw_buf name;
    tw_buf_init(&name, TW_BUF_MAX);
    tw_buf_printf(&name, "%s.old", tw_output_gathered(e->output));
    char *kept = tw_buf_take(&name);
    tw_buf_fini(&name);
    if (!kept)
        return tw_fail_memory(err);
    e->replaces = tw_file_exists(e->target);
    if (e->replaces && link(e->target, kept) == 0)
        e->kept = kept;
    else
        free(kept);
    return TW_OK;
}

static void put_back(entry *e) {
    if (e->kept && rename(e->kept, e->target) == 0) {
        free(e->kept);
        e->kept = NULL;
    } else if (!e->replaces) {
        (void)unlink(e->target);
    }
}

enum tw_rc tw_output_set_commit(tw_output_set *set, tw_error *err) {
    enum tw_rc rc = TW_OK;
    size_t done = 0;
    for (size_t i = 0; rc == TW_OK && i < set->n; i++)
        rc = keep(&set->at[i], err);
    for (; rc == TW_OK && done < set->n; done += rc == TW_OK) {
        tw_output *output = set->at[done].output;
        set->at[done].output = NULL;
        rc = tw_output_commit(output, err);
    }
    while (rc != TW_OK && done-- > 0)
        put_back(&set->at[done]);
    set_free(set);
    return rc;
}
