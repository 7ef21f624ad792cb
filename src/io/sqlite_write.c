/* A table of typed columns in a new database.
 *
 * The library writes into a file of its own that has no name any more, in one transaction and
 * without a journal: nobody else can see it, and when anything fails nothing is left. Its bytes
 * then go through tw_out like any other output, so that a database too appears whole or not at all,
 * may be packed, and may go to a pipe. */
#include "config.h"

#include "io/sink.h"

#ifdef HAVE_SQLITE
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/json.h"
#include "base/spool.h"
#include "io/blob.h"
#include "io/row_cells.h"
#include "io/unique_names.h"

#define COPY_BYTES ((size_t)1 << 18)

typedef struct sqlite_sink {
    tw_sink base;
    tw_out *out;
    tw_write_options options;
    tw_task *task;
    const char *path;
    tw_row_cells rows;
    tw_arena arena;
    tw_buf text, sql;
    sqlite3 *db;
    sqlite3_stmt *insert;
    int fd;       /* the database's file, -1 = none yet */
    bool surplus; /* the table has a column for surplus cells */
} sqlite_sink;

static enum tw_rc fail_with(const sqlite_sink *s, int code, tw_error *err) {
    int kind = code & 0xff;
    if (kind == SQLITE_NOMEM)
        return tw_fail_memory(err);
    return tw_fail(err, TW_EOUTPUT, "cannot write the database: %s; %s", sqlite3_errmsg(s->db),
                   kind == SQLITE_FULL || kind == SQLITE_IOERR
                       ? "free some space or write to another disk"
                       : "write CSV instead");
}

static enum tw_rc run(sqlite_sink *s, const char *sql, tw_error *err) {
    int code = sqlite3_exec(s->db, sql, NULL, NULL, NULL);
    return code == SQLITE_OK ? TW_OK : fail_with(s, code, err);
}

/* --- cells --- */

typedef int (*bind_fn)(sqlite_sink *s, int at, const tw_cell *cell);

static int bind_text(sqlite_sink *s, int at, tw_str text) {
    return sqlite3_bind_text64(s->insert, at, text.p ? text.p : "", text.n, SQLITE_TRANSIENT,
                               SQLITE_UTF8);
}

static int bind_whole(sqlite_sink *s, int at, const tw_cell *cell) {
    return sqlite3_bind_int64(s->insert, at, cell->i);
}

static int bind_real(sqlite_sink *s, int at, const tw_cell *cell) {
    return sqlite3_bind_double(s->insert, at, cell->f);
}

static int bind_moment(sqlite_sink *s, int at, const tw_cell *cell) {
    static const tw_format plain = {.number = {'.', 0, -1}};
    tw_buf_clear(&s->text);
    if (!tw_cell_write(cell, &plain, &s->text))
        return SQLITE_NOMEM;
    return bind_text(s, at, tw_buf_view(&s->text));
}

/* How each type is declared and its values bound; no function: as text. */
static const struct {
    const char *declared;
    bind_fn bind;
} kinds[TW_TYPE_COUNT] = {
    [TW_BOOLEAN] = {"BOOLEAN", bind_whole},      [TW_INTEGER] = {"INTEGER", bind_whole},
    [TW_FLOAT] = {"REAL", bind_real},            [TW_DATE] = {"DATE", bind_moment},
    [TW_TIME] = {"TIME", bind_moment},           [TW_DATETIME] = {"DATETIME", bind_moment},
    [TW_TEXT] = {"TEXT", NULL},
};

static bool as_text(const sqlite_sink *s, size_t column) {
    return s->options.text || !kinds[s->rows.columns[column].field->type].bind;
}

static int bind_blob(sqlite_sink *s, int at, tw_str digits) {
    tw_buf_clear(&s->text);
    for (size_t i = 0; i + 1 < digits.n; i += 2)
        tw_buf_char(&s->text, (char)(tw_blob_digit(digits.p[i]) << 4 | tw_blob_digit(digits.p[i + 1])));
    if (s->text.failed)
        return SQLITE_NOMEM;
    return sqlite3_bind_blob64(s->insert, at, s->text.n ? s->text.p : "", s->text.n, SQLITE_TRANSIENT);
}

/* What a database or JSON Lines told apart and a table's cells do not; false where it is none such. */
static bool bind_as_it_was(sqlite_sink *s, size_t column, int *code) {
    tw_str digits;
    if (s->options.text)
        return false;
    if (tw_row_cells_empty_text(&s->rows, column))
        *code = bind_text(s, (int)column + 1, TW_STR(""));
    else if (tw_row_cells_blob(&s->rows, column, &digits))
        *code = bind_blob(s, (int)column + 1, digits);
    else
        return false;
    return true;
}

static enum tw_rc bind_cell(sqlite_sink *s, size_t column, tw_error *err) {
    const tw_out_column *c = &s->rows.columns[column];
    tw_cell cell = tw_column_cell(c->cells, s->rows.row);
    int at = (int)column + 1, code;
    tw_str text = cell.text;
    enum tw_rc rc = TW_OK;
    if (as_text(s, column))
        rc = tw_row_cells_text(&s->rows, column, &text, err);
    if (rc != TW_OK)
        return rc;
    if (bind_as_it_was(s, column, &code))
        return code == SQLITE_OK ? TW_OK : fail_with(s, code, err);
    if (cell.state == TW_MISSING && (!s->options.text || text.n == 0))
        code = sqlite3_bind_null(s->insert, at);
    else if (cell.state == TW_VALUE && !as_text(s, column))
        code = kinds[c->field->type].bind(s, at, &cell);
    else
        code = bind_text(s, at, text);
    return code == SQLITE_OK ? TW_OK : fail_with(s, code, err);
}

/* --- the table --- */

static tw_str table_name(const sqlite_sink *s) {
    tw_str path = tw_str_c(s->path), name = s->options.table;
    if (name.p)
        return name;
    for (size_t i = path.n; i-- > 0 && name.p == NULL;)
        if (path.p[i] == '/')
            name = tw_str_sub(path, i + 1, path.n);
    name = name.p ? name : path;
    size_t dot = tw_str_find_char(name, '.', 1);
    name = tw_str_sub(name, 0, TW_MIN(dot, name.n));
    bool reserved = name.n >= 7 && sqlite3_strnicmp(name.p, "sqlite_", 7) == 0;
    return name.n == 0 || reserved || tw_str_eq(name, TW_STR("-")) ? TW_STR("data") : name;
}

static void put_name(tw_buf *sql, tw_str name) {
    tw_buf_char(sql, '"');
    for (size_t i = 0; i < name.n; i++) {
        if (name.p[i] == '"')
            tw_buf_char(sql, '"');
        tw_buf_char(sql, name.p[i]);
    }
    tw_buf_char(sql, '"');
}

static enum tw_rc create_table(sqlite_sink *s, tw_error *err) {
    const char **names;
    enum tw_rc rc =
        tw_unique_names(s->rows.table, true, s->options.log, &s->arena, &names, err);
    if (rc != TW_OK)
        return rc;
    tw_buf_clear(&s->sql);
    tw_buf_c(&s->sql, "CREATE TABLE ");
    put_name(&s->sql, table_name(s));
    for (size_t i = 0; i < s->rows.width; i++) {
        const char *declared = kinds[s->rows.columns[i].field->type].declared;
        tw_buf_c(&s->sql, i ? ", " : " (");
        put_name(&s->sql, tw_str_c(names[i]));
        tw_buf_printf(&s->sql, " %s", s->options.text ? "TEXT" : declared);
    }
    tw_buf_char(&s->sql, ')');
    rc = tw_buf_check(&s->sql, err);
    return rc == TW_OK ? run(s, s->sql.p, err) : rc;
}

static enum tw_rc prepare_insert(sqlite_sink *s, tw_error *err) {
    size_t width = s->rows.width + s->surplus;
    sqlite3_finalize(s->insert);
    s->insert = NULL;
    tw_buf_clear(&s->sql);
    tw_buf_c(&s->sql, "INSERT INTO ");
    put_name(&s->sql, table_name(s));
    for (size_t i = 0; i < width; i++)
        tw_buf_c(&s->sql, i ? ", ?" : " VALUES (?");
    tw_buf_char(&s->sql, ')');
    enum tw_rc rc = tw_buf_check(&s->sql, err);
    int code = rc == TW_OK ? sqlite3_prepare_v2(s->db, s->sql.p, -1, &s->insert, NULL) : SQLITE_OK;
    return code == SQLITE_OK ? rc : fail_with(s, code, err);
}

/* Cells a damaged record has beyond the table's go into a column of their own, as a JSON list. */
static enum tw_rc bind_surplus(sqlite_sink *s, tw_error *err) {
    uint32_t from, to;
    if (!tw_row_cells_surplus(&s->rows, &from, &to))
        return TW_OK;
    enum tw_rc rc = TW_OK;
    if (!s->surplus) {
        tw_buf_clear(&s->sql);
        tw_buf_c(&s->sql, "ALTER TABLE ");
        put_name(&s->sql, table_name(s));
        tw_buf_c(&s->sql, " ADD COLUMN \"__surplus\" TEXT");
        rc = run(s, s->sql.p, err);
        s->surplus = rc == TW_OK;
        if (rc == TW_OK)
            rc = prepare_insert(s, err);
        for (size_t i = 0; i < s->rows.width && rc == TW_OK; i++)
            rc = bind_cell(s, i, err);
    }
    if (rc != TW_OK)
        return rc;
    tw_buf_clear(&s->text);
    for (uint32_t i = from; i < to; i++) {
        tw_buf_c(&s->text, i > from ? ", " : "[");
        tw_json_write_text(&s->text, tw_row_cells_record_text(&s->rows, i));
    }
    tw_buf_char(&s->text, ']');
    int code = bind_text(s, (int)s->rows.width + 1, tw_buf_view(&s->text));
    return code == SQLITE_OK ? tw_buf_check(&s->text, err) : fail_with(s, code, err);
}

/* --- the sink --- */

/* Beside OUT, where there is room for it; in $TMPDIR when OUT is a pipe or device. */
static enum tw_rc open_database(sqlite_sink *s, tw_error *err) {
    struct stat st;
    char *name = NULL;
    bool file = strcmp(s->path, "-") != 0 && (stat(s->path, &st) != 0 || S_ISREG(st.st_mode));
    enum tw_rc rc = tw_temp_file(file ? s->path : NULL, &name, &s->fd, err);
    if (rc != TW_OK)
        return rc;
    int code = sqlite3_open_v2(name, &s->db, SQLITE_OPEN_READWRITE, NULL);
    unlink(name);
    free(name);
    if (code != SQLITE_OK)
        return fail_with(s, code, err);
    sqlite3_extended_result_codes(s->db, 1);
    return run(s,
               "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; "
               "PRAGMA locking_mode = EXCLUSIVE; PRAGMA encoding = 'UTF-8'; BEGIN",
               err);
}

static enum tw_rc sqlite_begin(tw_sink *sink, const tw_table *table, tw_error *err) {
    sqlite_sink *s = (sqlite_sink *)sink;
    if (tw_table_width(table) == 0)
        return tw_fail(err, TW_EOUTPUT,
                       "cannot write the database: the table has no columns; write CSV instead");
    tw_row_cells_fini(&s->rows);
    enum tw_rc rc = tw_row_cells_init(&s->rows, table, true, s->task, err);
    if (rc != TW_OK || s->db)
        return rc;
    rc = open_database(s, err);
    if (rc == TW_OK)
        rc = create_table(s, err);
    return rc == TW_OK ? prepare_insert(s, err) : rc;
}

static enum tw_rc put_row(sqlite_sink *s, int64_t row, tw_error *err) {
    enum tw_rc rc = tw_row_cells_go(&s->rows, row, err);
    sqlite3_clear_bindings(s->insert);
    for (size_t i = 0; i < s->rows.width && rc == TW_OK; i++)
        rc = bind_cell(s, i, err);
    if (rc == TW_OK)
        rc = bind_surplus(s, err);
    if (rc == TW_OK && sqlite3_step(s->insert) != SQLITE_DONE)
        rc = fail_with(s, sqlite3_extended_errcode(s->db), err);
    sqlite3_reset(s->insert);
    return tw_error_place(err, rc, NULL, row, NULL);
}

static enum tw_rc sqlite_rows(tw_sink *sink, int64_t first, int64_t n, tw_error *err) {
    enum tw_rc rc = TW_OK;
    for (int64_t row = first; row < first + n && rc == TW_OK; row++)
        rc = put_row((sqlite_sink *)sink, row, err);
    return rc;
}

static enum tw_rc copy_out(sqlite_sink *s, tw_error *err) {
    char *bytes = tw_calloc(COPY_BYTES, 1);
    enum tw_rc rc = bytes ? TW_OK : tw_fail_memory(err);
    ssize_t got = 1;
    for (off_t at = 0; rc == TW_OK && got > 0; at += got) {
        got = pread(s->fd, bytes, COPY_BYTES, at);
        if (got < 0)
            rc = tw_fail_errno(err, TW_EOUTPUT, "cannot read the database back", "try again");
        else
            rc = tw_out_put(s->out, (tw_str){bytes, (size_t)got}, err);
    }
    free(bytes);
    return rc;
}

static enum tw_rc sqlite_end(tw_sink *sink, tw_error *err) {
    sqlite_sink *s = (sqlite_sink *)sink;
    sqlite3_finalize(s->insert);
    s->insert = NULL;
    enum tw_rc rc = run(s, "COMMIT", err);
    if (rc != TW_OK)
        return rc;
    int code = sqlite3_close(s->db);
    if (code != SQLITE_OK)
        return fail_with(s, code, err);
    s->db = NULL;
    return copy_out(s, err);
}

static void sqlite_free(tw_sink *sink) {
    sqlite_sink *s = (sqlite_sink *)sink;
    sqlite3_finalize(s->insert);
    sqlite3_close(s->db);
    if (s->fd >= 0)
        close(s->fd);
    tw_row_cells_fini(&s->rows);
    tw_buf_fini(&s->text);
    tw_buf_fini(&s->sql);
    tw_arena_fini(&s->arena);
    free(s);
}

enum tw_rc tw_sqlite_sink_new(tw_out *out, const char *path, const tw_write_options *options,
                              tw_task *task, tw_sink **sink, tw_error *err) {
    static const tw_sink_ops ops = {sqlite_begin, sqlite_rows, sqlite_end, sqlite_free};
    sqlite_sink *s = tw_calloc(1, sizeof *s);
    if (!s)
        return tw_fail_memory(err);
    *s = (sqlite_sink){
        .base = {&ops}, .out = out, .options = *options, .task = task, .path = path, .fd = -1};
    tw_buf_init(&s->text, TW_BUF_MAX);
    tw_buf_init(&s->sql, TW_BUF_MAX);
    tw_arena_init(&s->arena);
    *sink = &s->base;
    return TW_OK;
}
#else
enum tw_rc tw_sqlite_sink_new(tw_out *out, const char *path, const tw_write_options *options,
                              tw_task *task, tw_sink **sink, tw_error *err) {
    (void)out, (void)path, (void)options, (void)task;
    *sink = NULL;
    return tw_fail(err, TW_EUNSUPPORTED, "sqlite: this trowel was built without SQLite");
}
#endif
