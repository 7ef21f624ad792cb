/* What is shown when the program starts without a file: those opened lately and those of the current directory.
 *
 * The list of recent files is a text file of the state directory, newest first, one path a line. */
#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tui/pane.h"

#include "base/file.h"
#include "base/number.h"

enum { RECENT_MAX = 20, NEARBY_MAX = 200, PATH_BYTES = 4096 };

static const char *const suffixes[] = {".csv",    ".tsv",    ".tab",     ".txt",   ".jsonl", ".csv.gz", ".csv.zst", ".csv.xz",
                                       ".csv.bz2", ".tsv.gz", ".jsonl.gz"};

static bool has_data(const char *name) {
    for (size_t i = 0; i < TW_COUNT(suffixes); i++)
        if (name[0] != '.' && tw_str_ends(tw_str_c(name), tw_str_c(suffixes[i])))
            return true;
    return false;
}

static int by_name(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Names of data files in the current directory, sorted; each one and the list are the caller's. */
static char **nearby(size_t *n) {
    char **names = tw_calloc(NEARBY_MAX, sizeof *names);
    DIR *dir = opendir(".");
    *n = 0;
    for (struct dirent *e; names && dir && *n < NEARBY_MAX && (e = readdir(dir)) != NULL;)
        if (has_data(e->d_name) && (names[*n] = tw_str_dup(tw_str_c(e->d_name))) != NULL)
            ++*n;
    if (dir)
        closedir(dir);
    if (names)
        qsort(names, *n, sizeof *names, by_name);
    return names;
}

static void add_file(tw_doc *table, const char *path, const char *where) {
    struct stat st;
    char bytes[TW_NUMBER_MAX];
    if (stat(path, &st) != 0 || !S_ISREG(st.st_mode))
        return;
    tw_format_grouped(bytes, st.st_size);
    tw_doc *row = tw_doc_list();
    tw_doc_add(row, tw_doc_c(path));
    tw_doc_add(row, tw_doc_c(bytes));
    tw_doc_add(row, tw_doc_c(where));
    tw_doc_add(table, row);
}

static bool recent_path(const char *dir, char path[PATH_BYTES]) {
    return dir && snprintf(path, PATH_BYTES, "%s/recent", dir) < PATH_BYTES;
}

static char *read_recent(const char *dir, size_t *n) {
    char path[PATH_BYTES], *bytes = NULL;
    *n = 0;
    if (!recent_path(dir, path) || !tw_file_exists(path) || tw_file_read(path, 1 << 20, &bytes, n, NULL) != TW_OK)
        return NULL;
    return bytes;
}

static void add_recent(tw_doc *table, const char *dir) {
    size_t n;
    char *bytes = read_recent(dir, &n);
    tw_str rest = {bytes, n}, line;
    while (bytes && tw_str_split(&rest, '\n', &line)) {
        char *path = line.n ? tw_str_dup(line) : NULL;
        if (path)
            add_file(table, path, "opened lately");
        free(path);
    }
    free(bytes);
}

tw_pane *tw_files_pane_new(const char *state_dir) {
    static const char *const columns[] = {"file", "bytes", "where"};
    tw_doc *table = tw_doc_table(columns, TW_COUNT(columns));
    size_t n;
    char **names = nearby(&n);
    if (table)
        add_recent(table, state_dir);
    for (size_t i = 0; i < n; i++) {
        if (table)
            add_file(table, names[i], "here");
        free(names[i]);
    }
    free(names);
    return table ? tw_table_pane_new("open a file", "open", 0, table) : NULL;
}

void tw_files_remember(const char *state_dir, const char *path) {
    char list[PATH_BYTES], *whole = realpath(path, NULL);
    size_t n;
    char *bytes = read_recent(state_dir, &n);
    tw_str rest = {bytes, n}, line;
    tw_buf out;
    tw_buf_init(&out, 1 << 20);
    if (whole && !strchr(whole, '\n') && recent_path(state_dir, list)) {
        tw_buf_printf(&out, "%s\n", whole);
        for (int kept = 1; bytes && kept < RECENT_MAX && tw_str_split(&rest, '\n', &line); kept++)
            if (line.n && !tw_str_eq_c(line, whole))
                tw_buf_printf(&out, "%.*s\n", TW_ARG(line));
        enum tw_rc rc = tw_file_write(list, tw_buf_view(&out), NULL);
        (void)rc; /* a list of conveniences: a full disk must not end the session */
    }
    tw_buf_fini(&out);
    free(bytes);
    free(whole);
}
