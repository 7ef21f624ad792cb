/* Jobs: what waits for what, cancelling, undo while something runs, failures told as events. Work
 * here ends when the test says so, so nothing depends on time. */
#include <sched.h>

#include "app/work.h"
#include "tests/app/session_fixture.h"

/* Test commands wait at this gate; several may pass once it is open. */
static _Atomic bool gate_open;

static enum tw_rc wait_for_gate(tw_work *work, const void *args, tw_doc **out, tw_error *err) {
    (void)args, (void)out;
    enum tw_rc rc = TW_OK;
    tw_task_begin(work->task, "waiting for the gate", 10);
    while (rc == TW_OK && !atomic_load(&gate_open)) {
        sched_yield();
        rc = tw_task_check(work->task, err);
    }
    return rc;
}

static enum tw_rc slow_change(tw_work *work, const void *args, tw_doc **out, tw_error *err) {
    enum tw_rc rc = wait_for_gate(work, args, out, err);
    tw_doc *step = rc == TW_OK ? tw_doc_map() : NULL;
    if (step)
        tw_doc_set(step, "slow", tw_doc_c("id * 10"));
    return rc == TW_OK ? tw_work_step_named(work, "mutate", step, out, err) : rc;
}

static enum tw_rc fails(tw_work *work, const void *args, tw_doc **out, tw_error *err) {
    (void)work, (void)args, (void)out;
    return tw_fail(err, TW_EDATA, "fails: it always does; try another");
}

#define JOB (TW_COMMAND_SCREEN | TW_COMMAND_NEEDS_DATA | TW_COMMAND_BACKGROUND)
static const tw_command rows[] = {
    {.name = "slow-change",
     .scope = TW_SCOPE_DATASET,
     .flags = JOB | TW_COMMAND_RECORDS,
     .summary = "change when the gate opens",
     .work = slow_change},
    {.name = "slow-look",
     .scope = TW_SCOPE_DATASET,
     .flags = JOB | TW_COMMAND_LOOKS,
     .summary = "end when the gate opens",
     .work = wait_for_gate},
    {.name = "fails", .scope = TW_SCOPE_DATASET, .flags = JOB, .summary = "fail", .work = fails},
};

static bool starts(fixture *f, const char *line) {
    tw_error err = TW_ERROR_INIT;
    enum tw_rc rc = tw_session_start_line(f->session, tw_str_c(line), &err);
    if (rc != TW_OK)
        printf("# %s: %s\n", line, err.message);
    return rc == TW_OK;
}

/* Take all events; how many were errors whose text holds `text`. */
static int errors(fixture *f, const char *text) {
    int n = 0;
    tw_event event;
    while (tw_session_next_event(f->session, &event)) {
        n += event.kind == TW_EVENT_ERROR && strstr(event.text, text) != NULL;
        tw_doc_free(event.doc);
    }
    return n;
}

static int column(const fixture *f, const char *name) {
    return tw_view_find_column(view_of(f), tw_str_c(name));
}

static void test_order(fixture *f) {
    atomic_store(&gate_open, false);
    ok(starts(f, "slow-change"), "a change begins");
    tw_job_info info;
    ok(tw_session_jobs(f->session) == 1 && tw_session_job(f->session, 0, &info), "and is a job");
    is_text(tw_str_c(info.line), "slow-change", "under its command line");
    ok(starts(f, "rename city town") && starts(f, "hide age"), "two more are given meanwhile");
    is_int(tw_session_jobs(f->session), 3, "they wait");
    ok(column(f, "city") == 1 && column(f, "age") == 2, "nothing has changed");
    ok(starts(f, "datasets"), "what needs no data is answered");
    atomic_store(&gate_open, true);
    tw_session_wait_idle(f->session);
    is_int(errors(f, ""), 0, "all of them end well");
    ok(column(f, "town") == 1 && column(f, "slow") >= 0 && column(f, "age") < 0, "in their order");
    ok(does(f, "undo 3") && column(f, "city") == 1 && column(f, "age") == 2 &&
           column(f, "slow") < 0,
       "each a step to undo");
}

static void test_looks_hold_up_nothing(fixture *f) {
    atomic_store(&gate_open, false);
    ok(starts(f, "slow-look") && starts(f, "sort -id"), "a look, then a change");
    while (tw_session_jobs(f->session) > 1) {
        tw_session_pump(f->session);
        sched_yield();
    }
    shows(f, "id", "5 4 3 2 1", "the change is done while the look goes on");
    atomic_store(&gate_open, true);
    tw_session_wait_idle(f->session);
    ok(does(f, "undo"), "the look is no step");
    shows(f, "id", "1 2 3 4 5", "undo takes back the change");
}

static void test_cancel(fixture *f) {
    atomic_store(&gate_open, false);
    errors(f, "");
    ok(starts(f, "slow-change") && starts(f, "rename city town"), "a change, and one behind it");
    tw_session_cancel(f->session);
    ok(tw_session_jobs(f->session) == 1 && errors(f, "cancelled") == 1, "the newest goes first");
    tw_session_cancel(f->session);
    tw_session_wait_idle(f->session);
    ok(errors(f, "cancelled") == 1 && column(f, "slow") < 0 && column(f, "city") == 1,
       "then the one that runs; nothing has changed");
}

static void test_undo_while_running(fixture *f) {
    atomic_store(&gate_open, true);
    ok(does(f, "rename city town"), "a change");
    atomic_store(&gate_open, false);
    ok(starts(f, "slow-change") && starts(f, "undo"), "undo while another runs");
    ok(column(f, "city") == 1, "takes back the finished one at once");
    tw_session_wait_idle(f->session);
    ok(column(f, "slow") < 0 && errors(f, "") == 0, "and lets go of the other without a word");
}

static void test_failure(fixture *f) {
    ok(starts(f, "fails"), "a job that will fail starts");
    tw_session_wait_idle(f->session);
    is_int(errors(f, "it always does"), 1, "its error is told");
    ok(!does(f, "no-such-command"), "an unknown command is an error at once");
}

/* A file whose reading was cancelled is read when something needs it. */
static void test_reading_cancelled(void) {
    fixture f;
    tw_error err = TW_ERROR_INIT;
    tw_session_options options = {.threads = 1, .headless = true};
    if (!fixture_file(&f, small_csv) || tw_session_new(&options, &f.session, &err) != TW_OK)
        return;
    succeeds(tw_session_open(f.session, f.data, NULL, &err), &err, "a file opens");
    tw_session_cancel(f.session); /* before anything has begun */
    tw_session_wait_idle(f.session);
    ok(!tw_dataset_ready(tw_session_dataset(f.session)), "reading it is cancelled");
    errors(&f, "");
    ok(does(&f, "sort -id"), "a sort asks for the data");
    shows(&f, "id", "5 4 3 2 1", "and gets them");
    ok(does(&f, "goto 2 city") && does(&f, "edit x") && does(&f, "quit!"), "all goes on");
    tw_session_free(f.session);
    ok(unlink(f.data) == 0 && rmdir(f.dir) == 0, "nothing is left behind");
}

/* Row numbers from 1; the rows behind are longer than the first, so that estimates are wrong. */
static bool large_file(fixture *f) {
    enum { ROWS = 400000 };
    tw_buf text;
    tw_buf_init(&text, TW_BUF_MAX);
    tw_buf_c(&text, "id,city,note\n");
    for (int i = 1; i <= ROWS; i++)
        tw_buf_printf(&text, i < 5000 ? "%d,Oslo,a\n" : "%d,Bergen,this one has more to tell than most\n", i);
    bool good = fixture_file(f, "") && tw_file_write(f->data, tw_buf_view(&text), NULL) == TW_OK;
    tw_buf_fini(&text);
    return good;
}

static void at_row(const fixture *f, int64_t row, const char *id, const char *name) {
    tw_dataset *d = tw_session_dataset(f->session);
    enum tw_cell_state state;
    tw_buf text;
    tw_buf_init(&text, TW_BUF_MAX);
    is_int(tw_view_cursor_row(tw_dataset_view(d)) + 1, row, name);
    if (id && tw_dataset_text(d, 0, row - 1, &text, &state, NULL) == TW_OK)
        is_text(tw_buf_view(&text), id, "which is the row asked for");
    tw_buf_fini(&text);
}

/* Rows of a large file can be gone to before they are counted; then the cursor is on the row asked
 * for. */
static void test_goto_while_reading(void) {
    fixture f;
    tw_error err = TW_ERROR_INIT;
    tw_session_options options = {.threads = 1, .headless = true};
    if (!large_file(&f) || tw_session_new(&options, &f.session, &err) != TW_OK)
        return;
    succeeds(tw_session_open(f.session, f.data, NULL, &err), &err, "a large file opens");
    tw_session_cancel(f.session); /* as if it took for ever */
    tw_session_wait_idle(f.session);
    errors(&f, "");
    ok(does(&f, "goto 300000 city"), "a row that is not counted yet");
    at_row(&f, 300000, NULL, "the cursor goes there");
    ok(does(&f, "goto -10"), "from the end too");
    ok(does(&f, "goto 200000 2"), "and on");
    ok(!tw_dataset_ready(tw_session_dataset(f.session)), "without waiting for the others");
    ok(!does(&f, "goto 99999999"), "a row that cannot be there waits for the count, and fails");
    ok(tw_dataset_ready(tw_session_dataset(f.session)), "now all are read");
    at_row(&f, 200000, "200000", "the cursor stays");
    ok(does(&f, "quit!"), "all goes on");
    tw_session_free(f.session);
    ok(unlink(f.data) == 0 && rmdir(f.dir) == 0, "nothing is left behind");
}

static void test_end_while_running(void) {
    fixture f;
    atomic_store(&gate_open, false);
    if (!fixture_file(&f, small_csv) || !fixture_session(&f, true))
        return;
    tw_error err = TW_ERROR_INIT;
    succeeds(tw_session_add_commands(f.session, rows, TW_COUNT(rows), &err), &err,
             "rows of another session");
    ok(starts(&f, "slow-look") && starts(&f, "slow-change"), "jobs run");
    ok(starts(&f, "quit!"), "the user leaves");
    tw_session_free(f.session);
    f.session = NULL;
    ok(unlink(f.data) == 0 && rmdir(f.dir) == 0, "a session may end while jobs run");
}

int main(void) {
    fixture f;
    tw_error err = TW_ERROR_INIT;
    if (!fixture_file(&f, small_csv) || !ok(fixture_session(&f, true), "a file opens"))
        return 1;
    succeeds(tw_session_add_commands(f.session, rows, TW_COUNT(rows), &err), &err,
             "rows are added");
    test_order(&f);
    test_looks_hold_up_nothing(&f);
    test_cancel(&f);
    test_undo_while_running(&f);
    test_failure(&f);
    ok(fixture_end(&f), "nothing is left behind");
    test_reading_cancelled();
    test_goto_while_reading();
    test_end_while_running();
    return tap_done();
}
