/* The journal: what was written is found again once its session is gone, torn lines are left out, a
 * changed file is told. */
#include "app/journal.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/file.h"
#include "tests/tap.h"

static char dir[] = "/tmp/trowel-journal-XXXXXX";
static char data[sizeof dir + 16];

static void put(const char *text) {
    tw_error err = TW_ERROR_INIT;
    if (tw_file_write(data, tw_str_c(text), &err) != TW_OK)
        printf("# %s\n", err.message);
}

static char *found(bool *changed) {
    char *name = NULL;
    tw_error err = TW_ERROR_INIT;
    if (tw_journal_find(dir, data, &name, changed, &err) != TW_OK)
        printf("# %s\n", err.message);
    return name;
}

static tw_journal *begin(void) {
    tw_journal *j = NULL;
    tw_error err = TW_ERROR_INIT;
    succeeds(tw_journal_new(dir, data, NULL, &j, &err), &err, "a journal begins");
    return j;
}

static void add(tw_journal *j, const char *line, bool changes) {
    tw_error err = TW_ERROR_INIT;
    tw_journal_entry e = {
        .line = (char *)(uintptr_t)line, .row = 4, .column = 2, .changes = changes};
    succeeds(tw_journal_add(j, &e, &err), &err, line);
}

static void test_crash(void) {
    bool changed;
    tw_journal *j = begin();
    add(j, "sort age", false);
    add(j, "edit \"a b\"", true);
    ok(!found(&changed), "a journal whose session lives is not offered");
    tw_journal_free(j, true);
    char *name = found(&changed);
    ok(name && !changed, "after a crash it is found");
    tw_journal_entry *e;
    size_t n;
    tw_error err = TW_ERROR_INIT;
    succeeds(tw_journal_read(name, &e, &n, &err), &err, "and read");
    is_int(n, 2, "with all its lines");
    is_text(tw_str_c(e[1].line), "edit \"a b\"", "as they were");
    ok(e[1].changes && !e[0].changes && e[1].row == 4 && e[1].column == 2,
       "with the cursor and what they did");
    tw_journal_entries_free(e, n);
    int fd = open(name, O_WRONLY | O_APPEND);
    ok(write(fd, "{\"line\": \"ed", 12) == 12, "a line is torn");
    close(fd);
    succeeds(tw_journal_read(name, &e, &n, &err), &err, "it is still read");
    is_int(n, 2, "without the torn line");
    tw_journal_entries_free(e, n);
    put("a,b\n1,2\n3,4\n");
    free(name);
    name = found(&changed);
    ok(name && changed, "a file that changed since is told");
    tw_journal_remove(name);
    free(name);
    ok(!found(&changed), "a removed journal is gone");
}

static void test_nothing_to_ask(void) {
    bool changed;
    tw_error err = TW_ERROR_INIT;
    tw_journal *j = begin();
    add(j, "sort age", false);
    tw_journal_free(j, true);
    ok(!found(&changed), "view state alone is not worth asking about");
    j = begin();
    add(j, "edit 1", true);
    succeeds(tw_journal_saved(j, &err), &err, "work is saved");
    tw_journal_free(j, true);
    ok(!found(&changed), "saved work is not asked about");
    j = begin();
    add(j, "edit 1", true);
    tw_journal_free(j, false);
    ok(!found(&changed), "a session that ended well leaves nothing");
}

static void test_damaged(void) {
    char name[sizeof dir + 16];
    tw_journal_entry *e;
    size_t n;
    tw_error err = TW_ERROR_INIT;
    snprintf(name, sizeof name, "%s/bad.jsonl", dir);
    ok(tw_file_write(name, TW_STR("hello\n"), &err) == TW_OK, "a file that is no journal");
    is_int(tw_journal_read(name, &e, &n, &err), TW_EDAMAGED, "is refused");
    ok(tw_file_write(name, TW_STR("{\"trowel_journal\": 99}\n"), &err) == TW_OK,
       "one of a later version");
    is_int(tw_journal_read(name, &e, &n, &err), TW_EVERSION, "is refused with another code");
    unlink(name);
}

int main(void) {
    if (!mkdtemp(dir))
        return 1;
    snprintf(data, sizeof data, "%s/data.csv", dir);
    put("a,b\n1,2\n");
    test_crash();
    test_nothing_to_ask();
    test_damaged();
    unlink(data);
    char folder[sizeof dir + 16];
    snprintf(folder, sizeof folder, "%s/journal", dir);
    rmdir(folder);
    ok(rmdir(dir) == 0, "no file is left");
    return tap_done();
}
