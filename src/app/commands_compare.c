/* Two tables side by side: how alike they are, where they differ, and charts of one or both. */
#include "app/commands.h"

#include "app/report_to.h"
#include "app/session_impl.h"
#include "compare/compare.h"
#include "compare/difference.h"

/* What a derived dataset was made from, as that stands now. */
static const tw_table *parent_table(const tw_work *work) {
    for (size_t i = 0; i < work->n_peers; i++)
        if (work->peers[i].dataset == work->dataset->parent && work->peers[i].state)
            return work->peers[i].state->table;
    return work->dataset->parent->base;
}

/* The other table: a dataset by name, a file, or, unnamed, what the subject was made from or was
 * before it was changed. */
static enum tw_rc find_other(tw_work *work, const char *who, tw_str name, const tw_table **out,
                             const char **label, tw_error *err) {
    const tw_dataset *d = work->dataset;
    if (name.p)
        return tw_work_other(work, name, out, label, err);
    if (work->batch)
        return tw_fail(err, TW_EUSAGE, "%s: the other table is missing; write 'trowel %s A B'", who,
                       who);
    if (!d->parent && work->table == d->base)
        return tw_fail(err, TW_EUSAGE,
                       "%s: %s has not been changed; name another dataset or a file", who, d->name);
    *out = tw_table_ref(d->parent ? parent_table(work) : d->base);
    *label = d->parent ? d->parent->name : "before";
    return TW_OK;
}

/* --- compare --- */

typedef struct compare_args {
    tw_str other, holdout, target, html, markdown;
    int fail_on;
} compare_args;

static const tw_param compare_params[] = {
    TW_ROW(compare_args, other, PATH, .flags = TW_PARAM_POSITIONAL,
           .help = "a file or a dataset; what the data were before without it"),
    TW_ROW(compare_args, holdout, PATH, .help = "real rows the synthesiser never saw"),
    TW_ROW(compare_args, target, COLUMN,
           .help = "column to predict: what a model learns from either table"),
    TW_ROW(compare_args, html, PATH, .help = "write it as one HTML page with charts"),
    TW_ROW(compare_args, markdown, PATH, .help = "write it as Markdown"),
    TW_ROW(compare_args, fail_on, CHOICE, .choices = "none|difference", .fallback = "none",
           .help = "exit 1 when the tables differ"),
};

/* The one column a selector means, by its name in the real table. */
static enum tw_rc find_target(tw_work *work, tw_str selector, tw_str *name, tw_error *err) {
    tw_str_list list = {&selector, 1};
    int *columns;
    size_t n;
    *name = (tw_str){NULL, 0};
    if (!selector.p)
        return TW_OK;
    enum tw_rc rc = tw_work_columns(work, &list, &columns, &n, err);
    if (rc == TW_OK && n != 1)
        rc = tw_fail(err, TW_EUSAGE, "--target: %.*s means %zu columns; name one",
                     TW_ARG(selector), n);
    if (rc == TW_OK)
        *name = tw_str_c(tw_table_field(work->table, (size_t)columns[0])->name);
    return rc;
}

static enum tw_rc compare_tables(tw_work *work, const compare_args *args, const tw_table *other,
                                 tw_doc **out, tw_error *err) {
    const tw_table *holdout = NULL;
    const char *label;
    enum tw_rc rc =
        args->holdout.p ? tw_work_other(work, args->holdout, &holdout, &label, err) : TW_OK;
    tw_compare_options options = {.holdout = holdout, .seed = work->seed ? work->seed : 1};
    if (rc == TW_OK)
        rc = find_target(work, args->target, &options.target, err);
    if (rc == TW_OK)
        rc = tw_compare(work->table, other, &options, work->task, out, err);
    tw_table_unref(holdout);
    return rc;
}

/* On screen the dataset shown is the changed or synthetic one, and the other is the real one. */
static enum tw_rc compare_pair(tw_work *work, const compare_args *args, const tw_table *other,
                               tw_doc **out, tw_error *err) {
    const tw_table *mine = work->table;
    bool swapped = !args->other.p;
    if (swapped)
        work->table = other;
    enum tw_rc rc = compare_tables(work, args, swapped ? mine : other, out, err);
    work->table = mine;
    return rc;
}

static enum tw_rc report_pair(tw_work *work, const compare_args *args, const char *label,
                              tw_doc **doc, tw_error *err) {
    tw_report_to to = {args->html, args->markdown};
    const char *mine = tw_report_title(work->dataset), *other = tw_report_name(label);
    bool swapped = !args->other.p;
    return tw_report_write(work, &to, "compare", swapped ? other : mine, swapped ? mine : other,
                           doc, err);
}

static enum tw_rc work_compare(tw_work *work, const void *raw, tw_doc **out, tw_error *err) {
    const compare_args *args = raw;
    const tw_str inputs[] = {args->other, args->holdout};
    tw_report_to to = {args->html, args->markdown};
    const tw_table *other = NULL;
    const char *label = NULL;
    tw_doc *doc = NULL;
    enum tw_rc rc = tw_report_check(work, &to, inputs, TW_COUNT(inputs), err);
    if (rc == TW_OK)
        rc = find_other(work, "compare", args->other, &other, &label, err);
    if (rc == TW_OK)
        rc = compare_pair(work, args, other, &doc, err);
    tw_table_unref(other);
    if (rc == TW_OK)
        work->found = args->fail_on && tw_doc_as_number(tw_doc_get(doc, "overall"), 0) < 1;
    if (rc == TW_OK)
        rc = report_pair(work, args, label, &doc, err);
    if (rc == TW_OK)
        *out = doc;
    else
        tw_doc_free(doc);
    return rc;
}

/* --- diff --- */

typedef struct diff_args {
    tw_str other, changes;
    tw_str_list key;
    bool text;
    int64_t n;
    int fail_on;
} diff_args;

static const tw_param diff_params[] = {
    TW_ROW(diff_args, other, PATH, .flags = TW_PARAM_POSITIONAL,
           .help = "a file or a dataset; what the data were before without it"),
    TW_ROW(diff_args, key, COLUMNS, .letter = 'k',
           .help = "columns that tell rows apart; rows are matched by their place without"),
    TW_ROW(diff_args, text, BOOL, .help = "compare the text of cells: 1.0 is not 1"),
    TW_ROW(diff_args, n, INT, .fallback = "10000", .min = 0, .max = 9e15, .letter = 'n',
           .help = "how many rows to list; all are counted"),
    TW_ROW(diff_args, changes, PATH, .help = "write one JSON line for each row that differs"),
    TW_ROW(diff_args, fail_on, CHOICE, .choices = "none|difference", .fallback = "none",
           .help = "exit 1 when the tables differ"),
};

static enum tw_rc put_changes(const tw_work *work, const tw_difference *d, tw_output *file,
                              tw_error *err) {
    tw_difference_row row = {0};
    enum tw_rc rc = TW_OK;
    while (rc == TW_OK && tw_difference_next(d, &row)) {
        tw_doc *line = NULL;
        rc = tw_difference_row_doc(d, &row, &line, err);
        if (rc == TW_OK)
            rc = tw_output_json(file, line, err);
        if (rc == TW_OK)
            rc = tw_task_check(work->task, err);
        tw_doc_free(line);
    }
    return rc;
}

static enum tw_rc write_changes(tw_work *work, const tw_difference *d, tw_str to,
                                const char *other, tw_error *err) {
    const char *path;
    tw_output *file = NULL;
    enum tw_rc rc = tw_work_path(work, to, &path, err);
    if (rc == TW_OK)
        rc = tw_work_refuse_input(work, path, false, err);
    if (rc == TW_OK && tw_file_same_regular(path, other))
        rc = tw_fail(err, TW_EUSAGE, "%s: it is an input; write somewhere else", path);
    if (rc == TW_OK)
        rc = tw_output_open(path, &file, err);
    if (rc != TW_OK)
        return rc;
    rc = put_changes(work, d, file, err);
    if (rc == TW_OK)
        rc = tw_output_commit(file, err);
    else
        tw_output_abort(file);
    if (rc == TW_OK)
        tw_work_say_written(work, to);
    return rc;
}

static const char *name_of(const tw_work *work) {
    return work->dataset->path && work->batch ? work->dataset->path : work->dataset->name;
}

/* A is the file named first; on screen what is shown, unless B is left out: then what it was. */
static enum tw_rc work_diff(tw_work *work, const void *raw, tw_doc **out, tw_error *err) {
    const diff_args *args = raw;
    const tw_table *other = NULL;
    const char *label;
    tw_difference *d = NULL;
    enum tw_rc rc = find_other(work, "diff", args->other, &other, &label, err);
    if (rc != TW_OK)
        return rc;
    bool before = !args->other.p;
    tw_difference_options options = {
        .key = args->key, .by_origin = before, .as_text = args->text};
    options.names[before] = name_of(work);
    options.names[!before] = label;
    rc = tw_difference_make(before ? other : work->table, before ? work->table : other, &options,
                            work->task, &d, err);
    if (rc == TW_OK && args->changes.p)
        rc = write_changes(work, d, args->changes, label, err);
    if (rc == TW_OK)
        rc = tw_difference_doc(d, args->n, out, err);
    if (rc == TW_OK) {
        tw_difference_counts n = tw_difference_count(d);
        work->found = args->fail_on && tw_difference_any(&n);
    }
    tw_difference_free(d);
    tw_table_unref(other);
    return rc;
}

/* --- plot --- */

typedef struct plot_args {
    tw_str spec, out, other;
    bool before;
} plot_args;

static const tw_param plot_params[] = {
    TW_ROW(plot_args, spec, EXPR, .flags = TW_WORD,
           .help =
               "hist(age), bar(city), box(age, by=sex), scatter(x, y, color=g), auto(age, income)"),
    TW_ROW(plot_args, out, PATH, .letter = 'o',
           .help = "write .svg, .png, .pdf (through gnuplot) or .gp (its script)"),
    TW_ROW(plot_args, other, PATH, .help = "a file or dataset to lay over it"),
    TW_ROW(plot_args, before, BOOL,
           .help = "lay over it what the data were before they were changed"),
};

static enum tw_rc save_chart(tw_work *work, const tw_chart *chart, tw_str to, tw_error *err) {
    const char *path;
    tw_gnuplot *gnuplot = NULL;
    enum tw_rc rc = tw_work_path(work, to, &path, err);
    if (rc == TW_OK)
        rc = tw_work_refuse_input(work, path, false, err);
    if (rc == TW_OK)
        rc = tw_gnuplot_new(&gnuplot, err);
    if (rc == TW_OK)
        rc = tw_gnuplot_save(gnuplot, chart, path, work->task, err);
    if (rc == TW_OK)
        tw_work_say_written(work, to);
    tw_gnuplot_free(gnuplot);
    return rc;
}

static enum tw_rc add_picture(const tw_work *work, const tw_chart *chart, tw_doc *doc,
                              tw_error *err) {
    tw_cellgrid *grid = tw_cellgrid_new(work->text_width, work->text_height);
    tw_buf text;
    tw_buf_init(&text, 1 << 20);
    if (grid) {
        tw_chart_paint(chart, grid, 0, 0, work->text_width, work->text_height, work->ascii);
        tw_cellgrid_dump(grid, false, &text);
    }
    bool good = grid && !text.failed && tw_doc_set(doc, "picture", tw_doc_text(tw_buf_view(&text)));
    tw_cellgrid_free(grid);
    tw_buf_fini(&text);
    return good ? TW_OK : tw_fail_memory(err);
}

static enum tw_rc work_plot(tw_work *work, const void *raw, tw_doc **out, tw_error *err) {
    const plot_args *args = raw;
    const tw_table *other = NULL;
    const char *label = NULL;
    enum tw_rc rc =
        args->before || args->other.p ? find_other(work, "plot", args->other, &other, &label, err)
                                       : TW_OK;
    if (rc == TW_OK)
        rc = tw_chart_make(args->spec, work->table, other, work->dataset->name, label, work->task,
                           &work->chart, err);
    if (rc == TW_OK && args->out.p)
        rc = save_chart(work, work->chart, args->out, err);
    tw_table_unref(other);
    if (rc != TW_OK || (work->batch && args->out.p))
        return rc;
    *out = tw_chart_doc(work->chart);
    if (!*out)
        return tw_fail_memory(err);
    return work->batch && !work->json ? add_picture(work, work->chart, *out, err) : TW_OK;
}

#define LOOKS                                                                                      \
    (TW_COMMAND_CLI | TW_COMMAND_SCREEN | TW_COMMAND_NEEDS_DATA | TW_COMMAND_BACKGROUND |          \
     TW_COMMAND_LOOKS | TW_COMMAND_FILE_FIRST)
const tw_command tw_commands_compare[] = {
    {.name = "compare",
     .scope = TW_SCOPE_FILE,
     .flags = LOOKS,
     .params = compare_params,
     .n_params = TW_COUNT(compare_params),
     .args_size = sizeof(compare_args),
     .summary = "Compare two tables column by column: real and synthetic, before and after",
     .help = "FILE is the real table. Columns are matched by name, the worst come first: 1 is the "
             "same distribution, 0 nothing in common.",
     .example = "compare samples/patients.csv samples/patients.csv",
     .view = "compare",
     .work = work_compare},
    {.name = "diff",
     .scope = TW_SCOPE_FILE,
     .flags = LOOKS,
     .params = diff_params,
     .n_params = TW_COUNT(diff_params),
     .args_size = sizeof(diff_args),
     .summary = "List the rows and cells in which two tables differ",
     .help = "Rows are matched by --key, else by their place; columns by name. Cells are equal when "
             "their values are: 1.0 is 1, and a missing cell is another one, however each file "
             "writes it. A key must stand once in each table.",
     .example = "diff samples/sensors.csv samples/sensors.csv --key time,station",
     .view = "diff",
     .work = work_diff},
    {.name = "plot",
     .scope = TW_SCOPE_FILE,
     .flags = LOOKS | TW_COMMAND_NAMED_COLUMNS | TW_COMMAND_IN_VIEW,
     .params = plot_params,
     .n_params = TW_COUNT(plot_params),
     .args_size = sizeof(plot_args),
     .summary = "Draw a chart",
     .help = "Data are binned first, so charts of big files are as quick as those of small ones.",
     .example = "plot samples/patients.csv 'hist(age)'",
     .view = "plot",
     .work = work_plot},
};
const size_t tw_commands_compare_count = TW_COUNT(tw_commands_compare);
