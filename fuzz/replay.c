/* Feeds files to a fuzz target without a fuzzer: `replay_x FILE|DIRECTORY…`. Without arguments: the
 * corpus of the target's name, fuzz/corpus/x, under $top_srcdir; the form in which `make check`
 * replays it. */
#include <dirent.h>
#include <sys/stat.h>

#include "../tests/tap.h"
#include "base/file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int feed_file(const char *path) {
    char *bytes = NULL;
    size_t n = 0;
    if (tw_file_read(path, (size_t)1 << 30, &bytes, &n, NULL) != TW_OK)
        return 0;
    LLVMFuzzerTestOneInput((const uint8_t *)bytes, n);
    free(bytes);
    return 1;
}

static int feed(const char *path) {
    DIR *dir = opendir(path);
    if (!dir)
        return feed_file(path);
    int fed = 0;
    for (const struct dirent *entry = readdir(dir); entry; entry = readdir(dir)) {
        char file[4096];
        if (entry->d_name[0] != '.' &&
            snprintf(file, sizeof file, "%s/%s", path, entry->d_name) < (int)sizeof file)
            fed += feed_file(file);
    }
    closedir(dir);
    return fed;
}

int main(int argc, char **argv) {
    int fed = 0;
    for (int i = 1; i < argc; i++)
        fed += feed(argv[i]);
    const char *name = strrchr(argv[0], '_'), *top = getenv("top_srcdir");
    if (argc == 1 && name) {
        char corpus[4096];
        snprintf(corpus, sizeof corpus, "%s/fuzz/corpus/%s", top ? top : ".", name + 1);
        fed = feed(corpus);
    }
    ok(fed > 0, "%d texts replayed", fed);
    return tap_done();
}
