/* A report is made in memory first: it is a few megabytes at most, and a full disk is then told
 * from a full memory. */
#include "config.h"

#include "app/report_to.h"

#include "report/report.h"

const char *tw_report_name(const char *path) {
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    return strcmp(name, "-") == 0 ? "stdin" : name;
}

const char *tw_report_title(const tw_dataset *dataset) {
    return dataset->path ? tw_report_name(dataset->path) : dataset->name;
}

static enum tw_rc check_one(tw_work *work, tw_str path, const tw_str *others, size_t n,
                            tw_error *err) {
    const char *name, *other;
    if (!path.p)
        return TW_OK;
    enum tw_rc rc = tw_work_path(work, path, &name, err);
    if (rc == TW_OK)
        rc = tw_work_refuse_input(work, name, false, err);
    for (size_t i = 0; rc == TW_OK && i < n; i++) {
        if (!others[i].p)
            continue;
        rc = tw_work_path(work, others[i], &other, err);
        if (rc == TW_OK && strcmp(name, "-") != 0 && tw_file_same(name, other))
            rc = tw_fail(err, TW_EUSAGE, "%s: it is an input; write the report somewhere else",
                         name);
    }
    return rc;
}

enum tw_rc tw_report_check(tw_work *work, const tw_report_to *to, const tw_str *others, size_t n,
                           tw_error *err) {
    enum tw_rc rc = check_one(work, to->html, others, n, err);
    return rc == TW_OK ? check_one(work, to->markdown, others, n, err) : rc;
}

typedef enum tw_rc (*renderer)(const tw_doc *doc, const tw_report_info *info, tw_buf *out,
                               tw_error *err);

/* Written and on disk, but not yet in its place. *out stays NULL when it is not asked for. */
static enum tw_rc prepare_one(tw_work *work, tw_str path, renderer render, const tw_doc *doc,
                              const tw_report_info *info, tw_output **out, tw_error *err) {
    const char *name;
    tw_buf text;
    if (!path.p)
        return TW_OK;
    enum tw_rc rc = tw_work_path(work, path, &name, err);
    tw_buf_init(&text, TW_BUF_MAX);
    if (rc == TW_OK)
        rc = render(doc, info, &text, err);
    if (rc == TW_OK)
        rc = tw_file_prepare(name, tw_buf_view(&text), out, err);
    tw_buf_fini(&text);
    return rc;
}

static enum tw_rc commit_all(tw_output **outputs, size_t n, tw_error *err) {
    enum tw_rc rc = TW_OK;
    for (size_t i = 0; i < n; i++) {
        if (rc == TW_OK && outputs[i])
            rc = tw_output_commit(outputs[i], err);
        else
            tw_output_abort(outputs[i]);
    }
    return rc;
}

enum tw_rc tw_report_write(tw_work *work, const tw_report_to *to, const char *view,
                           const char *title, const char *other, tw_doc **doc, tw_error *err) {
    tw_report_info info = {
        .view = view, .title = title, .other = other, .program = "trowel " PACKAGE_VERSION};
    tw_output *outputs[2] = {NULL, NULL};
    enum tw_rc rc = prepare_one(work, to->html, tw_report_html, *doc, &info, &outputs[0], err);
    if (rc == TW_OK)
        rc = prepare_one(work, to->markdown, tw_report_markdown, *doc, &info, &outputs[1], err);
    if (rc == TW_OK)
        rc = commit_all(outputs, TW_COUNT(outputs), err);
    else
        for (size_t i = 0; i < TW_COUNT(outputs); i++)
            tw_output_abort(outputs[i]);
    if (rc == TW_OK && to->html.p && to->markdown.p && !work->batch)
        tw_say(work->log, TW_NOTE, "written: %.*s, %.*s", TW_ARG(to->html), TW_ARG(to->markdown));
    else if (rc == TW_OK)
        tw_work_say_written(work, to->html.p ? to->html : to->markdown);
    bool used = tw_str_eq_c(to->html, "-") || tw_str_eq_c(to->markdown, "-");
    if (rc == TW_OK && used && !work->json) {
        tw_doc_free(*doc);
        *doc = NULL;
    }
    return rc;
}
