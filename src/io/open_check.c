/* Reading overrides that only the sniffed file can judge: a column that is not there, a type nobody
 * knows, a quote that is the delimiter. Said at open, so that a call that is wrong is wrong whatever
 * it goes on to read. */
#include "io/opened.h"

/* Marks that were given must differ from the delimiter. */
static enum tw_rc check_marks(const tw_opened *o, tw_error *err) {
    const tw_dialect *d = &o->first.sniffed.dialect;
    const struct {
        const char *flag;
        bool given;
        char mark;
    } marks[] = {{"--quote", o->options.quote.p != NULL, d->quote},
                 {"--escape", o->options.escape.p != NULL, d->escape}};
    for (size_t i = 0; i < TW_COUNT(marks); i++)
        if (marks[i].given && marks[i].mark && (unsigned char)marks[i].mark == d->delimiter)
            return tw_fail(err, TW_EUSAGE, "%s '%c': it is the delimiter too; give another",
                           marks[i].flag, marks[i].mark);
    return TW_OK;
}

/* What --type and --role say is judged before anything is done, also for those who read no types.
 * Where more columns may come it waits for them. */
static enum tw_rc check_columns(const tw_opened *o, tw_error *err) {
    const tw_sniffed *s = &o->first.sniffed;
    tw_infer *infer = NULL;
    tw_reading *readings = NULL;
    tw_arena arena;
    if ((!o->options.n_types && !o->options.n_roles) || !tw_input_is_plain(&o->input) || !s->width)
        return TW_OK;
    tw_arena_init(&arena);
    enum tw_rc rc = tw_infer_new(s, &o->options, &infer, err);
    if (rc == TW_OK)
        rc = tw_infer_finish(infer, &arena, &readings, err);
    tw_infer_free(infer);
    tw_arena_fini(&arena);
    return rc;
}

enum tw_rc tw_opened_check(const tw_opened *o, tw_error *err) {
    enum tw_rc rc = check_marks(o, err);
    return rc == TW_OK ? check_columns(o, err) : rc;
}
