/* Jobs: long commands in threads of their own. A dataset has one job at a time that may change it,
 * and its changing jobs run in the order they were given; a job that only looks waits for the
 * changes before it but holds up none. Lines for the session's own thread queue in the same list
 * when they come behind a change that still runs, so what a user types ahead happens in order and
 * the screen never waits.
 *
 * A job's thread sees its work (a snapshot) and its own fields; phase and the pipe hand it back.
 * Everything else here is the session's thread. */
#include "app/session_impl.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

enum phase { QUEUED, RUNNING, ENDED };
enum { MAX_RERUNS = 3 };

struct tw_job {
    tw_job *next;
    int id;
    tw_ready ready;
    tw_dataset *dataset; /* whose data it reads or changes; may be NULL */
    tw_work work;
    bool has_work; /* a work is set up */
    tw_task task;
    pthread_t thread;
    bool has_thread; /* to be joined */
    _Atomic int phase;
    int wake; /* where its end is told */
    int reruns;
    bool dropped; /* cancelled by an undo: its end says nothing */
    tw_doc *doc;
    tw_error err;
    enum tw_rc rc;
    int64_t started;
};

static bool is_work(const tw_job *job) {
    return job->ready.command->work != NULL;
}

static bool only_looks(const tw_job *job) {
    return job->ready.command->flags & TW_COMMAND_LOOKS;
}

/* --- the list --- */

static void append(tw_session *s, tw_job *job) {
    tw_job **at = &s->jobs;
    while (*at)
        at = &(*at)->next;
    *at = job;
}

/* Takes ready over. */
static void fill_job(tw_session *s, tw_job *job, tw_ready *ready, tw_dataset *dataset) {
    job->id = ++s->next_job;
    job->ready = *ready;
    *ready = (tw_ready){0};
    job->dataset = dataset;
    job->wake = s->wake[1];
    job->err.row = -1;
}

static void unlink_job(tw_session *s, tw_job *job) {
    for (tw_job **at = &s->jobs; *at; at = &(*at)->next)
        if (*at == job) {
            *at = job->next;
            return;
        }
}

static void free_job(tw_job *job) {
    if (job->has_work)
        tw_work_fini(&job->work);
    tw_ready_fini(&job->ready);
    tw_doc_free(job->doc);
    free(job);
}

/* An earlier job that this one must wait for. */
static bool is_blocked(const tw_session *s, const tw_job *job) {
    for (const tw_job *other = s->jobs; other && other != job; other = other->next)
        if (other->dataset == job->dataset &&
            (only_looks(other) == only_looks(job) || !only_looks(other)))
            return true;
    return false;
}

bool tw_session_is_busy(const tw_session *s, const tw_dataset *dataset) {
    for (const tw_job *job = s->jobs; job; job = job->next)
        if (job->dataset == dataset && !only_looks(job))
            return true;
    return false;
}

/* --- the job's thread --- */

static enum tw_rc do_work(void *ctx, tw_error *err) {
    tw_job *job = ctx;
    return tw_work_call(&job->work, job->ready.command, job->ready.args, &job->doc, err);
}

static void *job_thread(void *arg) {
    tw_job *job = arg;
    job->rc = tw_file_guard(do_work, job, &job->err);
    atomic_store_explicit(&job->phase, ENDED, memory_order_release);
    while (write(job->wake, "", 1) < 0 && errno == EINTR)
        ; /* a full pipe wakes as well */
    return NULL;
}

static bool start_thread(tw_job *job) {
    sigset_t all, old;
    sigfillset(&all);
    for (int fault = 0; fault < 3; fault++)
        sigdelset(&all, (const int[]){SIGBUS, SIGSEGV, SIGFPE}[fault]);
    pthread_sigmask(SIG_BLOCK, &all, &old);
    bool good = pthread_create(&job->thread, NULL, job_thread, job) == 0;
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    return good;
}

/* --- starting --- */

static void tell_error(tw_session *s, const tw_error *err, const char *line) {
    tw_event event = {.kind = TW_EVENT_ERROR, .rc = err->code};
    snprintf(event.line, sizeof event.line, "%s", line ? line : "");
    tw_error_render(err, event.text, sizeof event.text);
    tw_events_put(&s->events, &event);
}

static void tell_result(tw_session *s, tw_job *job, tw_doc *doc) {
    tw_event event = {.kind = TW_EVENT_RESULT,
                      .command = job->ready.command,
                      .doc = doc,
                      .dataset = job->dataset};
    snprintf(event.line, sizeof event.line, "%s", job->ready.line ? job->ready.line : "");
    if (job->has_work) {
        event.chart = job->work.chart;
        job->work.chart = NULL;
    }
    tw_events_put(&s->events, &event);
}

/* Tell how a job that is no longer in the list ended, and let it go. */
static void tell_end(tw_session *s, tw_job *job, enum tw_rc rc, tw_doc *doc) {
    if (rc == TW_OK)
        tell_result(s, job, doc);
    else if (!job->dropped)
        tell_error(s, &job->err, job->ready.line);
    free_job(job);
}

static void end_with(tw_session *s, tw_job *job, enum tw_rc rc, tw_doc *doc) {
    unlink_job(s, job);
    tell_end(s, job, rc, doc);
}

/* A line of the session's own thread whose turn has come. It sees the dataset it was given for. */
static void run_line(tw_session *s, tw_job *job) {
    tw_dataset *current = s->current;
    tw_doc *doc = NULL;
    if (job->dataset && !job->dataset->hidden)
        s->current = job->dataset;
    tw_dataset *used = s->current;
    unlink_job(s, job); /* or it would wait for itself */
    enum tw_rc rc = tw_ready_run(s, &job->ready, &doc, &job->err);
    if (s->current == used && current != used && current && !current->hidden)
        s->current = current;
    tell_end(s, job, rc, doc);
}

static enum tw_rc set_up(tw_session *s, tw_job *job) {
    tw_dataset *current = s->current;
    if (job->dataset)
        s->current = job->dataset;
    enum tw_rc rc = TW_OK;
    if (job->dataset && job->dataset->failed) {
        job->err = job->dataset->failure;
        rc = job->err.code;
    }
    if (rc == TW_OK)
        rc = tw_ready_check(s, &job->ready, &job->err);
    if (rc == TW_OK) {
        tw_task_init(&job->task, NULL, s->pool);
        rc = tw_work_init(&job->work, s, &job->task, &job->err);
        job->has_work = true;
    }
    s->current = current;
    return rc;
}

static void start_work(tw_session *s, tw_job *job) {
    enum tw_rc rc = set_up(s, job);
    if (rc != TW_OK) {
        end_with(s, job, rc, NULL);
        return;
    }
    job->started = tw_clock_monotonic(s->has_clock ? &s->clock : NULL);
    atomic_store_explicit(&job->phase, RUNNING, memory_order_relaxed);
    job->has_thread = start_thread(job);
    if (!job->has_thread)
        job_thread(job); /* a system that refuses threads: here and now */
}

static bool wants_data(const tw_session *s, const tw_ready *ready, const tw_dataset *d) {
    return tw_ready_needs_data(s, ready) && d && !d->state && !d->failed;
}

/* Reading was cancelled, and now a line needs the data after all: read once more, before it. */
static bool read_first(tw_session *s, tw_job *job) {
    if (!wants_data(s, &job->ready, job->dataset))
        return false;
    tw_ready ready;
    tw_job *read = tw_calloc(1, sizeof *read);
    const tw_command *command = tw_session_command(s, TW_STR("read"));
    if (!read || tw_ready_map(command, NULL, &ready, &job->err) != TW_OK) {
        free(read);
        return false;
    }
    fill_job(s, read, &ready, job->dataset);
    tw_job **at = &s->jobs;
    while (*at != job)
        at = &(*at)->next;
    read->next = job;
    *at = read;
    return true;
}

/* Start whatever need not wait; true when something has happened. */
static bool schedule(tw_session *s) {
    bool any = false;
    for (tw_job *job = s->jobs, *next; job; job = next) {
        next = job->next;
        if (atomic_load_explicit(&job->phase, memory_order_relaxed) != QUEUED || is_blocked(s, job))
            continue;
        any = true;
        if (read_first(s, job))
            return true;
        if (is_work(job)) {
            start_work(s, job);
        } else {
            run_line(s, job);
            return true; /* it may have changed the list */
        }
    }
    return any;
}

enum tw_rc tw_session_enqueue(tw_session *s, tw_ready *ready, tw_error *err) {
    tw_job *job = tw_calloc(1, sizeof *job);
    if (!job) {
        tw_ready_fini(ready);
        return tw_fail_memory(err);
    }
    fill_job(s, job, ready, s->current);
    append(s, job);
    return TW_OK;
}

/* --- ending --- */

static void note_failure(tw_job *job) {
    tw_dataset *d = job->dataset;
    bool reading = d && !d->state && strcmp(job->ready.command->name, "read") == 0;
    if (reading && job->rc != TW_ECANCEL && !tw_opened_stopped(d->opened)) {
        d->failed = true;
        d->failure = job->err;
    }
}

/* The dataset moved on under the job: once more from where it stands now. */
static bool rerun(tw_job *job) {
    if (job->dropped || job->reruns++ >= MAX_RERUNS)
        return false;
    tw_work_fini(&job->work);
    tw_doc_free(job->doc);
    job->has_work = false;
    job->doc = NULL;
    atomic_store_explicit(&job->phase, QUEUED, memory_order_relaxed);
    return true;
}

static void finish(tw_session *s, tw_job *job) {
    if (job->has_thread)
        pthread_join(job->thread, NULL);
    job->has_thread = false;
    bool stale = false;
    enum tw_rc rc = job->rc;
    if (rc != TW_OK)
        note_failure(job);
    else if (job->dropped)
        rc = TW_ECANCEL;
    if (rc == TW_OK)
        rc = tw_work_commit(s, &job->work, &stale, &job->err);
    if (stale && rerun(job))
        return;
    if (rc == TW_OK)
        rc = tw_session_note(s, job->ready.command, job->ready.line, &job->err);
    tw_doc *doc = job->doc;
    job->doc = rc == TW_OK ? NULL : doc;
    end_with(s, job, rc, doc);
}

static tw_job *ended(const tw_session *s) {
    for (tw_job *job = s->jobs; job; job = job->next)
        if (atomic_load_explicit(&job->phase, memory_order_acquire) == ENDED)
            return job;
    return NULL;
}

static void drain_pipe(const tw_session *s) {
    char bytes[64];
    while (read(s->wake[0], bytes, sizeof bytes) > 0)
        ;
}

/* One line of a journal being replayed, when all is quiet. */
static bool feed_pending(tw_session *s) {
    if (s->jobs || s->at_pending >= s->n_pending)
        return false;
    char *line = s->pending[s->at_pending++];
    tw_session_replay_line(s, line);
    if (s->at_pending == s->n_pending)
        tw_session_replay_done(s);
    return true;
}

bool tw_session_pump(tw_session *s) {
    bool any = false;
    drain_pipe(s);
    for (tw_job *job; (job = ended(s)) != NULL; any = true)
        finish(s, job);
    while (schedule(s) || feed_pending(s))
        any = true;
    for (size_t i = 0; i < s->n_datasets; i++)
        any = tw_dataset_grow(s->datasets[i]) || any;
    return any;
}

void tw_session_wait_idle(tw_session *s) {
    while (tw_session_pump(s) || s->jobs) {
        struct pollfd fd = {.fd = s->wake[0], .events = POLLIN};
        if (s->jobs && !ended(s))
            poll(&fd, 1, 1000);
    }
}

/* --- for screens --- */

enum tw_rc tw_session_start_line(tw_session *s, tw_str line, tw_error *err) {
    tw_ready ready;
    enum tw_rc rc = tw_ready_line(s, line, &ready, err);
    if (rc == TW_OK)
        rc = tw_ready_check(s, &ready, err);
    if (rc != TW_OK) {
        tw_ready_fini(&ready);
        return rc;
    }
    const unsigned touches = TW_COMMAND_NEEDS_DATA | TW_COMMAND_RECORDS | TW_COMMAND_UNDOABLE;
    bool early = ready.command->early && ready.command->early(s, ready.args);
    bool waits = wants_data(s, &ready, s->current) ||
                 (!early && (ready.command->flags & touches) && tw_session_is_busy(s, s->current));
    if (ready.command->work || waits) {
        rc = tw_session_enqueue(s, &ready, err);
        while (rc == TW_OK && schedule(s))
            ;
        return rc;
    }
    tw_doc *doc = NULL;
    tw_task_init(&s->task, NULL, s->pool);
    rc = tw_ready_run(s, &ready, &doc, err);
    if (rc == TW_OK) {
        tw_job plain = {.ready = ready, .dataset = s->current};
        tell_result(s, &plain, doc);
        while (schedule(s))
            ;
    }
    tw_ready_fini(&ready);
    return rc;
}

size_t tw_session_jobs(const tw_session *s) {
    size_t n = 0;
    for (const tw_job *job = s->jobs; job; job = job->next)
        n++;
    return n;
}

bool tw_session_job(const tw_session *s, size_t i, tw_job_info *out) {
    for (tw_job *job = s->jobs; job; job = job->next)
        if (i-- == 0) {
            const char *what = atomic_load_explicit(&job->task.what, memory_order_relaxed);
            bool running = atomic_load_explicit(&job->phase, memory_order_relaxed) == RUNNING;
            *out =
                (tw_job_info){.id = job->id,
                              .line = job->ready.line ? job->ready.line : job->ready.command->name,
                              .what = !running ? "waiting"
                                      : what   ? what
                                               : "working",
                              .done = atomic_load_explicit(&job->task.done, memory_order_relaxed),
                              .total = atomic_load_explicit(&job->task.total, memory_order_relaxed),
                              .started_micros = job->started};
            return true;
        }
    return false;
}

/* --- cancelling --- */

static void cancel_job(tw_session *s, tw_job *job) {
    if (atomic_load_explicit(&job->phase, memory_order_relaxed) != QUEUED) {
        tw_task_cancel(&job->task);
        return;
    }
    job->rc = tw_fail(&job->err, TW_ECANCEL, "%s: cancelled; nothing was changed", job->ready.line);
    end_with(s, job, job->rc, NULL);
}

void tw_session_cancel(tw_session *s) {
    tw_job *newest = NULL;
    for (tw_job *job = s->jobs; job; job = job->next)
        newest = job;
    if (newest)
        cancel_job(s, newest);
    else
        tw_task_cancel(&s->task);
}

void tw_session_cancel_changes(tw_session *s) {
    for (tw_job *job = s->jobs, *next; job; job = next) {
        next = job->next;
        bool reading = strcmp(job->ready.command->name, "read") == 0;
        if (only_looks(job) || reading)
            continue;
        job->dropped = true;
        cancel_job(s, job);
    }
}

void tw_session_drop_jobs(tw_session *s) {
    while (s->jobs) {
        tw_job *job = s->jobs;
        if (atomic_load_explicit(&job->phase, memory_order_relaxed) != QUEUED) {
            tw_task_cancel(&job->task);
            if (job->has_thread)
                pthread_join(job->thread, NULL);
        }
        s->jobs = job->next;
        free_job(job);
    }
}
