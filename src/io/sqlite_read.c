/* A query over the whole table, its rows written as records that the rest of the room reads like
 * any file: nothing else has to know databases.
 *
 * The schema of a database is somebody's program: views may call functions, triggers fire, a hot
 * journal asks to be rolled back. So the file is opened read-only, the schema untrusted and
 * defensive, and a database in WAL mode without a log is taken as immutable, which leaves no -shm
 * file behind. */
#include "config.h"

#include "io/sqlite_read.h"

#ifdef HAVE_SQLITE
#include <sqlite3.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/number.h"
#include "io/blob.h"
#include "io/csv_write.h"
#include "io/sniff.h"

#define FLUSH ((size_t)1 << 16)

enum { WAIT_MS = 2000, OPS_PER_LOOK = 20000, WRITE_VERSION_AT = 18, READ_VERSION_AT = 19, WAL = 2 };

/* What has been seen of a column's values. */
typedef struct seen {
    int64_t classes[SQLITE_NULL + 1]; /* by SQLITE_INTEGER … SQLITE_NULL */
    bool says_text, says_boolean;     /* its declared type */
} seen;

struct tw_sqlite {
    sqlite3 *db;
    tw_arena arena;
    const char **tables;
    size_t n_tables, table;
    seen *columns;
    uint8_t *known;
    size_t width;
    tw_buf line, cell;
};

/* --- errors --- */

static enum tw_rc fail_with(tw_sqlite *s, int code, const char *what, tw_error *err) {
    const char *why = s->db ? sqlite3_errmsg(s->db) : sqlite3_errstr(code);
    switch (code & 0xff) {
    case SQLITE_NOMEM:
        return tw_fail_memory(err);
    case SQLITE_INTERRUPT:
        return tw_fail(err, TW_ECANCEL, "%s: cancelled", what);
    case SQLITE_NOTADB:
        return tw_fail(err, TW_EDAMAGED,
                       "%s: it is no SQLite database, or an encrypted one; export it with the "
                       "program that made it",
                       what);
    case SQLITE_CORRUPT:
        return tw_fail(err, TW_EDAMAGED,
                       "%s: the database is damaged (%s); `sqlite3 FILE .recover` may save its rows",
                       what, why);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return tw_fail(err, TW_EINPUT, "%s: another program is writing to it; try again", what);
    case SQLITE_READONLY:
        return tw_fail(err, TW_EINPUT,
                       "%s: it was left in the middle of a change; open it once with `sqlite3`",
                       what);
    default:
        return tw_fail(err, TW_EINPUT, "%s: %s; look at it with `sqlite3`", what, why);
    }
}

/* --- opening --- */

static uint32_t number_at(tw_str bytes, size_t at) {
    uint32_t n = 0;
    for (size_t i = 0; i < 4; i++)
        n = n << 8 | (unsigned char)bytes.p[at + i];
    return n;
}

/* The library reads zeros behind the end of a file that was cut inside a page. The header says how
 * many pages there are, where its two change counters agree (SQLite's file format, 1.3). */
static bool is_cut_short(const char *path, tw_str bytes) {
    enum { PAGE_SIZE_AT = 16, CHANGES_AT = 24, PAGES_AT = 28, VALID_FOR_AT = 92, HEADER = 100 };
    struct stat st;
    if (bytes.n < HEADER)
        return true;
    uint32_t page = number_at(bytes, PAGE_SIZE_AT) >> 16;
    uint64_t want = (uint64_t)number_at(bytes, PAGES_AT) * (page == 1 ? 65536 : page);
    bool said = number_at(bytes, CHANGES_AT) == number_at(bytes, VALID_FOR_AT);
    uint64_t size = path && stat(path, &st) == 0 ? (uint64_t)st.st_size : bytes.n;
    return said && size < want;
}

/* A log with content beside it: then it must be read with it. */
static bool has_log(const char *path) {
    struct stat st;
    tw_buf log;
    tw_buf_init(&log, (size_t)1 << 16);
    bool there = !tw_buf_printf(&log, "%s-wal", path) || (stat(log.p, &st) == 0 && st.st_size > 0);
    tw_buf_fini(&log);
    return there;
}

static bool is_wal(tw_str bytes) {
    return bytes.n > READ_VERSION_AT && bytes.p[READ_VERSION_AT] == WAL;
}

static int open_file(tw_sqlite *s, const char *path, tw_str bytes) {
    static const char plain[] = "/-_.~";
    tw_buf uri;
    tw_buf_init(&uri, (size_t)1 << 16);
    tw_buf_c(&uri, path[0] == '/' ? "file://" : "file:");
    for (const char *p = path; *p; p++) {
        bool safe = (*p >= '0' && *p <= '9') || ((*p | 32) >= 'a' && (*p | 32) <= 'z');
        if (safe || strchr(plain, *p))
            tw_buf_char(&uri, *p);
        else
            tw_buf_printf(&uri, "%%%02X", (unsigned char)*p);
    }
    tw_buf_c(&uri, "?mode=ro");
    if (is_wal(bytes) && !has_log(path))
        tw_buf_c(&uri, "&immutable=1");
    int code = uri.failed ? SQLITE_NOMEM
                          : sqlite3_open_v2(uri.p, &s->db, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI,
                                            NULL);
    tw_buf_fini(&uri);
    return code;
}

/* A database that came as a stream or packed. There is no log to it: the header must not ask for
 * one. */
static int open_bytes(tw_sqlite *s, tw_str bytes) {
    int code = sqlite3_open_v2(":memory:", &s->db, SQLITE_OPEN_READWRITE, NULL);
    unsigned char *copy = code == SQLITE_OK ? sqlite3_malloc64(bytes.n) : NULL;
    if (!copy)
        return code == SQLITE_OK ? SQLITE_NOMEM : code;
    memcpy(copy, bytes.p, bytes.n);
    if (is_wal(bytes))
        copy[WRITE_VERSION_AT] = copy[READ_VERSION_AT] = 1;
    return sqlite3_deserialize(s->db, "main", copy, (sqlite3_int64)bytes.n, (sqlite3_int64)bytes.n,
                               SQLITE_DESERIALIZE_FREEONCLOSE | SQLITE_DESERIALIZE_READONLY);
}

static void distrust(sqlite3 *db) {
    sqlite3_extended_result_codes(db, 1);
    sqlite3_busy_timeout(db, WAIT_MS);
    sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
    sqlite3_exec(db, "PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0; PRAGMA query_only = ON",
                 NULL, NULL, NULL);
}

static enum tw_rc add_table(tw_sqlite *s, const char *name, tw_error *err) {
    const char **more = tw_realloc(s->tables, s->n_tables + 1, sizeof *more);
    if (!more)
        return tw_fail_memory(err);
    s->tables = more;
    s->tables[s->n_tables] = tw_arena_str(&s->arena, tw_str_c(name)).p;
    return s->tables[s->n_tables++] ? TW_OK : tw_fail_memory(err);
}

static enum tw_rc list_tables(tw_sqlite *s, tw_error *err) {
    static const char sql[] = "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') "
                              "AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY type, rowid";
    sqlite3_stmt *list = NULL;
    int code = sqlite3_prepare_v2(s->db, sql, -1, &list, NULL);
    enum tw_rc rc = TW_OK;
    while (code == SQLITE_OK && rc == TW_OK && (code = sqlite3_step(list)) == SQLITE_ROW) {
        const unsigned char *name = sqlite3_column_text(list, 0);
        rc = name ? add_table(s, (const char *)name, err) : TW_OK;
        code = SQLITE_OK;
    }
    if (rc == TW_OK && code != SQLITE_OK && code != SQLITE_DONE)
        rc = fail_with(s, code, "cannot read the list of tables", err);
    sqlite3_finalize(list);
    return rc;
}

static enum tw_rc choose_table(tw_sqlite *s, tw_str wanted, tw_error *err) {
    int64_t number;
    if (s->n_tables == 0)
        return tw_fail(err, TW_EINPUT, "cannot read a table: the database holds none");
    if (!wanted.p)
        return TW_OK;
    for (size_t i = 0; i < s->n_tables; i++)
        if (tw_str_eq_c(wanted, s->tables[i])) {
            s->table = i;
            return TW_OK;
        }
    if (tw_parse_i64(wanted, &number) && number >= 1 && (uint64_t)number <= s->n_tables) {
        s->table = (size_t)number - 1;
        return TW_OK;
    }
    tw_buf names;
    tw_buf_init(&names, 300);
    for (size_t i = 0; i < s->n_tables && !names.failed; i++)
        tw_buf_printf(&names, "%s%s", i ? ", " : "", s->tables[i]);
    enum tw_rc rc = tw_fail(err, TW_EUSAGE,
                            "--table '%.*s': the database has %zu; give a number or a name: %s%s",
                            TW_ARG(wanted), s->n_tables, names.p ? names.p : "",
                            names.failed ? " …" : "");
    tw_buf_fini(&names);
    return rc;
}

enum tw_rc tw_sqlite_open(const char *path, tw_str bytes, tw_str wanted, tw_sqlite **out,
                          tw_error *err) {
    *out = NULL;
    tw_sqlite *s = tw_calloc(1, sizeof *s);
    if (!s)
        return tw_fail_memory(err);
    tw_arena_init(&s->arena);
    tw_buf_init(&s->line, TW_BUF_MAX);
    tw_buf_init(&s->cell, TW_BUF_MAX);
    int code = SQLITE_OK;
    enum tw_rc rc = TW_OK;
    if (is_cut_short(path, bytes))
        rc = tw_fail(err, TW_EDAMAGED,
                     "cannot open: the database is damaged, its file is cut short; copy it again");
    if (rc == TW_OK)
        code = path ? open_file(s, path, bytes) : open_bytes(s, bytes);
    if (code != SQLITE_OK)
        rc = fail_with(s, code, "cannot open", err);
    if (rc == TW_OK) {
        distrust(s->db);
        rc = list_tables(s, err);
    }
    if (rc == TW_OK)
        rc = choose_table(s, wanted, err);
    if (rc == TW_OK)
        *out = s;
    else
        tw_sqlite_close(s);
    return rc;
}

void tw_sqlite_close(tw_sqlite *s) {
    if (!s)
        return;
    sqlite3_close(s->db);
    free(s->tables);
    free(s->columns);
    free(s->known);
    tw_buf_fini(&s->line);
    tw_buf_fini(&s->cell);
    tw_arena_fini(&s->arena);
    free(s);
}

size_t tw_sqlite_tables(const tw_sqlite *s) {
    return s->n_tables;
}

const char *tw_sqlite_table_name(const tw_sqlite *s, size_t table) {
    return s->tables[table];
}

size_t tw_sqlite_table(const tw_sqlite *s) {
    return s->table;
}

/* --- columns --- */

/* Rule 2 of "Determination Of Column Affinity" (SQLite's manual, datatype3), and the word that
 * programs declare truth values with. */
static void read_declaration(const char *declared, seen *out) {
    static const char *const texts[] = {"%CHAR%", "%CLOB%", "%TEXT%"};
    if (!declared)
        return;
    for (size_t i = 0; i < TW_COUNT(texts); i++)
        out->says_text = out->says_text || sqlite3_strlike(texts[i], declared, 0) == 0;
    out->says_text = out->says_text && sqlite3_strlike("%INT%", declared, 0) != 0;
    out->says_boolean = sqlite3_strlike("BOOL%", declared, 0) == 0;
}

static uint8_t known_of(const seen *c) {
    int64_t whole = c->classes[SQLITE_INTEGER], real = c->classes[SQLITE_FLOAT];
    int64_t text = c->classes[SQLITE_TEXT], blob = c->classes[SQLITE_BLOB];
    if (blob)
        return TW_KNOWN_TYPE + TW_TEXT;
    if (text)
        return c->says_text ? TW_KNOWN_WORDS : TW_KNOWN_NOTHING;
    if (real)
        return TW_KNOWN_TYPE + TW_FLOAT;
    return whole && !c->says_boolean ? TW_KNOWN_TYPE + TW_INTEGER : TW_KNOWN_NOTHING;
}

static enum tw_rc begin_columns(tw_sqlite *s, sqlite3_stmt *rows, tw_error *err) {
    s->width = (size_t)sqlite3_column_count(rows);
    free(s->columns);
    free(s->known);
    s->columns = tw_calloc(s->width, sizeof *s->columns);
    s->known = tw_calloc(s->width, sizeof *s->known);
    if (!s->columns || !s->known)
        return tw_fail_memory(err);
    for (size_t i = 0; i < s->width; i++)
        read_declaration(sqlite3_column_decltype(rows, (int)i), &s->columns[i]);
    return TW_OK;
}

size_t tw_sqlite_width(const tw_sqlite *s) {
    return s->width;
}

const uint8_t *tw_sqlite_known(const tw_sqlite *s) {
    for (size_t i = 0; i < s->width; i++)
        s->known[i] = known_of(&s->columns[i]);
    return s->known;
}

int64_t tw_sqlite_blobs(const tw_sqlite *s) {
    int64_t n = 0;
    for (size_t i = 0; i < s->width; i++)
        n += s->columns[i].classes[SQLITE_BLOB];
    return n;
}

/* --- records --- */

static void put_integer(tw_sqlite *s, const seen *column, int64_t value) {
    char digits[TW_NUMBER_MAX];
    if (column->says_boolean && (value == 0 || value == 1))
        tw_buf_c(&s->cell, value ? "true" : "false");
    else
        tw_buf_add(&s->cell, digits, tw_format_i64(digits, value));
}

/* A real keeps a sign of being one: 3 is "3.0". */
static void put_real(tw_sqlite *s, double value) {
    char digits[TW_NUMBER_MAX];
    size_t n = tw_format_f64(digits, value);
    tw_buf_add(&s->cell, digits, n);
    if (strspn(digits, "-0123456789") == n)
        tw_buf_c(&s->cell, ".0");
}

/* A value as text: in `cell`, or where the library keeps it until the next row. */
static tw_str text_of(tw_sqlite *s, sqlite3_stmt *rows, int i, int class) {
    tw_buf_clear(&s->cell);
    size_t n;
    switch (class) {
    case SQLITE_INTEGER:
        put_integer(s, &s->columns[i], sqlite3_column_int64(rows, i));
        break;
    case SQLITE_FLOAT:
        put_real(s, sqlite3_column_double(rows, i));
        break;
    case SQLITE_TEXT: {
        const unsigned char *text = sqlite3_column_text(rows, i);
        n = (size_t)sqlite3_column_bytes(rows, i);
        return text ? (tw_str){(const char *)text, n} : TW_STR("");
    }
    case SQLITE_BLOB: {
        const unsigned char *bytes = sqlite3_column_blob(rows, i);
        tw_blob_put(&s->cell, bytes, (size_t)sqlite3_column_bytes(rows, i));
        break;
    }
    default:
        break;
    }
    return tw_buf_view(&s->cell);
}

static enum tw_rc put_cell(tw_sqlite *s, size_t i, tw_str text, bool quoted, tw_error *err) {
    const tw_csv_style rfc = TW_CSV_STYLE_RFC;
    if (i)
        tw_buf_char(&s->line, ',');
    return tw_csv_put_cell(&s->line, &rfc, text, quoted || (s->width == 1 && text.n == 0), err);
}

static enum tw_rc put_header(tw_sqlite *s, sqlite3_stmt *rows, tw_error *err) {
    enum tw_rc rc = TW_OK;
    for (size_t i = 0; i < s->width && rc == TW_OK; i++) {
        const char *name = sqlite3_column_name(rows, (int)i);
        rc = name ? put_cell(s, i, tw_str_c(name), false, err) : tw_fail_memory(err);
    }
    tw_buf_char(&s->line, '\n');
    return rc;
}

static enum tw_rc put_row(tw_sqlite *s, sqlite3_stmt *rows, tw_error *err) {
    enum tw_rc rc = TW_OK;
    for (size_t i = 0; i < s->width && rc == TW_OK; i++) {
        int class = sqlite3_column_type(rows, (int)i);
        s->columns[i].classes[class]++;
        tw_str text = text_of(s, rows, (int)i, class), digits;
        bool quoted = class == SQLITE_TEXT && (text.n == 0 || tw_blob_of(text, &digits));
        rc = s->cell.failed ? tw_fail_memory(err) : put_cell(s, i, text, quoted, err);
    }
    tw_buf_char(&s->line, '\n');
    return rc == TW_OK ? tw_buf_check(&s->line, err) : rc;
}

static enum tw_rc flush(tw_sqlite *s, tw_spool *out, tw_error *err) {
    enum tw_rc rc = tw_buf_check(&s->line, err);
    if (rc == TW_OK)
        rc = tw_spool_put(out, tw_buf_view(&s->line), err);
    tw_buf_clear(&s->line);
    return rc;
}

static int poll_task(void *task) {
    return tw_task_cancelled(task);
}

static int prepare_rows(tw_sqlite *s, sqlite3_stmt **rows) {
    char *sql = sqlite3_mprintf("SELECT * FROM \"%w\"", s->tables[s->table]);
    int code = sql ? sqlite3_prepare_v2(s->db, sql, -1, rows, NULL) : SQLITE_NOMEM;
    sqlite3_free(sql);
    return code;
}

static enum tw_rc write_rows(tw_sqlite *s, sqlite3_stmt *rows, size_t most, tw_spool *out,
                             int *code, tw_error *err) {
    tw_mapping *written = tw_spool_mapping(out);
    enum tw_rc rc = TW_OK;
    while (rc == TW_OK && (*code = sqlite3_step(rows)) == SQLITE_ROW) {
        rc = put_row(s, rows, err);
        if (rc == TW_OK && s->line.n > FLUSH)
            rc = flush(s, out, err);
        if (most && tw_mapping_bytes(written).n + s->line.n > most)
            break;
    }
    return rc == TW_OK ? flush(s, out, err) : rc;
}

enum tw_rc tw_sqlite_records(tw_sqlite *s, size_t most, tw_task *task, tw_spool *out, bool *whole,
                             tw_error *err) {
    sqlite3_stmt *rows = NULL;
    char what[160];
    snprintf(what, sizeof what, "cannot read table %.120s", s->tables[s->table]);
    tw_buf_clear(&s->line);
    tw_task_begin(task, "reading", 0);
    sqlite3_progress_handler(s->db, OPS_PER_LOOK, task ? poll_task : NULL, task);
    int code = prepare_rows(s, &rows);
    enum tw_rc rc = code == SQLITE_OK ? begin_columns(s, rows, err) : fail_with(s, code, what, err);
    if (rc == TW_OK)
        rc = put_header(s, rows, err);
    if (rc == TW_OK)
        rc = write_rows(s, rows, most, out, &code, err);
    if (rc == TW_OK && code != SQLITE_ROW && code != SQLITE_DONE)
        rc = fail_with(s, code, what, err);
    *whole = code == SQLITE_DONE;
    sqlite3_finalize(rows);
    sqlite3_progress_handler(s->db, 0, NULL, NULL);
    return rc;
}
#else
enum tw_rc tw_sqlite_open(const char *path, tw_str bytes, tw_str wanted, tw_sqlite **out,
                          tw_error *err) {
    (void)path, (void)bytes, (void)wanted;
    *out = NULL;
    return tw_fail(err, TW_EUNSUPPORTED,
                   "sqlite: this trowel was built without SQLite; build it where libsqlite3-dev is "
                   "installed, or export the table with `sqlite3 -csv -header`");
}

void tw_sqlite_close(tw_sqlite *s) {
    (void)s;
}

size_t tw_sqlite_tables(const tw_sqlite *s) {
    (void)s;
    return 0;
}

const char *tw_sqlite_table_name(const tw_sqlite *s, size_t table) {
    (void)s, (void)table;
    return "";
}

size_t tw_sqlite_table(const tw_sqlite *s) {
    (void)s;
    return 0;
}

enum tw_rc tw_sqlite_records(tw_sqlite *s, size_t most, tw_task *task, tw_spool *out, bool *whole,
                             tw_error *err) {
    (void)s, (void)most, (void)task, (void)out;
    *whole = true;
    return tw_fail(err, TW_EUNSUPPORTED, "sqlite: this trowel was built without SQLite");
}

size_t tw_sqlite_width(const tw_sqlite *s) {
    (void)s;
    return 0;
}

const uint8_t *tw_sqlite_known(const tw_sqlite *s) {
    (void)s;
    return NULL;
}

int64_t tw_sqlite_blobs(const tw_sqlite *s) {
    (void)s;
    return 0;
}
#endif
