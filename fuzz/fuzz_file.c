/* Fuzz target: any bytes open as a table, its columns load, and saving gives the same bytes back.
 */
#include <unistd.h>

#include "data/source.h"
#include "io/open.h"
#include "io/save.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_table(tw_opened *o, tw_table *table, const char *out, tw_str want) {
    tw_arena arena;
    tw_arena_init(&arena);
    tw_batch batch;
    char *bytes = NULL;
    size_t n = 0;
    if (tw_opened_head(o, 5, &arena, &batch, NULL) != TW_OK)
        TW_BUG("no head of a file that opened");
    if (tw_table_need(table, NULL, 0, NULL, NULL) != TW_OK)
        TW_BUG("columns do not load");
    for (size_t i = 0; i < tw_table_width(table); i++)
        if (tw_column_rows(tw_table_column(table, i)) != tw_table_rows(table))
            TW_BUG("a column of another length");
    if (tw_save_table(table, out, false, NULL, NULL, NULL) != TW_OK ||
        tw_file_read(out, SIZE_MAX / 2, &bytes, &n, NULL) != TW_OK)
        TW_BUG("a file that opened is not saved");
    if (!tw_str_eq((tw_str){bytes, n}, want))
        TW_BUG("other bytes after open and save");
    free(bytes);
    tw_arena_fini(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char in[64], out[64];
    tw_opened *o = NULL;
    tw_table *table = NULL;
    tw_str bytes = {(const char *)data, size};
    snprintf(in, sizeof in, "fuzz-%ld.in", (long)getpid());
    snprintf(out, sizeof out, "fuzz-%ld.out", (long)getpid());
    if (tw_file_write(in, bytes, NULL) != TW_OK)
        return 0;
    if (tw_read_table(in, &TW_READ_DEFAULT, NULL, &o, &table, NULL) == TW_OK) {
        const char *compression = tw_opened_dialect(o)->compression;
        bool database = strcmp(tw_opened_dialect(o)->format, "sqlite") == 0;
        if (!compression[0] && !database) /* packed bytes may differ; of a database a table is read */
            check_table(o, table, out, bytes);
    }
    tw_table_unref(table);
    tw_opened_free(o);
    unlink(in);
    unlink(out);
    return 0;
}
