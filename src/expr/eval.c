/* Running a program: chunks in parallel, each in blocks small enough that all registers stay in the cache.
 *
 * A worker's frame owns the registers, masks and texts of its blocks; columns are read in place (or widened into the
 * frame's scratch, once a chunk). Results are placed by chunk, so that they do not depend on threads. Called by
 * tw_expr_eval, which joins columns made chunk by chunk, and tw_expr_filter, which gathers bits and then row numbers. */
#include "expr/eval.h"

#include "expr/kernel.h"

/* One column of the table under an input register. */
typedef struct column_view {
    const tw_column *column;
    union {
        const double *f;
        const int64_t *i;
        const tw_str *s;
    };
    const uint64_t *validity; /* of the chunk; NULL = all valid */
    void *scratch;            /* a chunk's room */
    bool as_f64;
} column_view;

typedef struct frame {
    tw_vec *views;
    tw_vec_out *outs;
    column_view *columns; /* one per register; column NULL where it reads none */
    uint64_t *masks;      /* TW_BLOCK_WORDS each */
    tw_arena memory, texts;
    tw_expr_faults faults;
} frame;

struct tw_run {
    const tw_expr *expr;
    const tw_table *table;
    const tw_column **inputs;
    frame **frames; /* by worker; made on first use */
    size_t workers;
    tw_arena arena;
};

static size_t class_bytes(enum tw_register_class class) {
    static const size_t bytes[TW_REG_CLASSES] = {[TW_REG_BITS] = TW_BLOCK_WORDS * sizeof(uint64_t),
                                                 [TW_REG_WORDS] = TW_BLOCK_ROWS * sizeof(int64_t),
                                                 [TW_REG_TEXTS] = TW_BLOCK_ROWS * sizeof(tw_str)};
    return bytes[class];
}

/* A constant in every row, or missing in every row. */
static void fill_constant(const tw_vec_out *out, const tw_cell *cell) {
    bool value = cell->state == TW_VALUE;
    memset(out->valid, value ? 0xff : 0, TW_BLOCK_WORDS * sizeof(uint64_t));
    if (!value)
        return;
    if (cell->type == TW_BOOLEAN) {
        memset(out->bits, cell->i ? 0xff : 0, TW_BLOCK_WORDS * sizeof(uint64_t));
        return;
    }
    for (size_t i = 0; i < TW_BLOCK_ROWS; i++) {
        if (cell->type == TW_TEXT)
            out->s[i] = cell->text;
        else if (cell->type == TW_FLOAT)
            out->f[i] = cell->f;
        else
            out->i[i] = cell->i;
    }
}

static bool init_register(frame *f, const struct tw_run *run, size_t at) {
    const tw_register *reg = &run->expr->program.registers[at];
    void *cells = tw_arena_alloc(&f->memory, class_bytes(reg->class), 1);
    uint64_t *valid = tw_arena_alloc(&f->memory, TW_BLOCK_WORDS, sizeof *valid);
    if (!cells || !valid)
        return false;
    f->outs[at] = (tw_vec_out){.bits = cells, .valid = valid};
    f->views[at] = (tw_vec){.bits = cells, .valid = valid};
    if (reg->constant)
        fill_constant(&f->outs[at], reg->constant);
    if (reg->input < 0)
        return true;
    size_t cell = reg->class == TW_REG_TEXTS ? sizeof(tw_str) : sizeof(int64_t);
    f->columns[at] = (column_view){.column = run->inputs[reg->input], .as_f64 = reg->as_f64};
    f->columns[at].scratch = tw_arena_alloc(&f->memory, TW_CHUNK_ROWS, cell);
    f->columns[at].as_f64 |= tw_column_type(f->columns[at].column) == TW_FLOAT;
    return f->columns[at].scratch != NULL;
}

static void free_frame(frame *f) {
    if (!f)
        return;
    tw_arena_fini(&f->memory);
    tw_arena_fini(&f->texts);
    free(f);
}

static frame *new_frame(const struct tw_run *run) {
    const tw_program *p = &run->expr->program;
    frame *f = tw_calloc(1, sizeof *f);
    if (!f)
        return NULL;
    tw_arena_init(&f->memory);
    tw_arena_init(&f->texts);
    f->views = tw_arena_alloc(&f->memory, p->n_registers, sizeof *f->views);
    f->outs = tw_arena_alloc(&f->memory, p->n_registers, sizeof *f->outs);
    f->columns = tw_arena_alloc(&f->memory, p->n_registers, sizeof *f->columns);
    f->masks = tw_arena_alloc(&f->memory, (p->masks + 1) * TW_BLOCK_WORDS, sizeof *f->masks);
    bool good = f->views && f->outs && f->columns && f->masks;
    for (size_t i = 0; good && i < p->n_registers; i++)
        good = init_register(f, run, i);
    if (good)
        return f;
    free_frame(f);
    return NULL;
}

static void open_chunk(frame *f, const tw_program *p, size_t chunk) {
    for (size_t i = 0; i < p->n_registers; i++) {
        column_view *view = &f->columns[i];
        if (!view->column)
            continue;
        view->validity = tw_column_validity(view->column, chunk);
        if (p->registers[i].class == TW_REG_TEXTS)
            view->s = tw_column_texts(view->column, chunk, view->scratch);
        else if (view->as_f64)
            view->f = tw_column_f64(view->column, chunk, view->scratch);
        else
            view->i = tw_column_i64(view->column, chunk, view->scratch);
    }
}

/* Point the registers of columns at rows [from, from + rows) of the chunk. */
static void open_block(frame *f, const tw_program *p, size_t from, size_t rows) {
    size_t words = tw_bitmap_words(rows);
    for (size_t i = 0; i < p->n_registers; i++) {
        const column_view *view = &f->columns[i];
        tw_vec_out *out = &f->outs[i];
        if (!view->column)
            continue;
        tw_bitmap_fill(out->valid, rows);
        for (size_t w = 0; view->validity && w < words; w++)
            out->valid[w] &= view->validity[from / 64 + w];
        if (p->registers[i].class == TW_REG_TEXTS) {
            f->views[i].s = view->s + from;
        } else if (view->as_f64) {
            f->views[i].f = view->f + from;
        } else if (p->registers[i].class == TW_REG_WORDS) {
            f->views[i].i = view->i + from;
        } else {
            tw_compare_i64_one[TW_NE](view->i + from, 0, rows, out->bits);
            for (size_t w = 0; w < words; w++)
                out->bits[w] &= out->valid[w];
        }
    }
}

static bool none_set(const uint64_t *bits, size_t words) {
    uint64_t any = 0;
    for (size_t w = 0; w < words; w++)
        any |= bits[w];
    return !any;
}

static bool run_call(frame *f, const tw_instruction *in, const uint64_t *active, size_t rows) {
    tw_call call = {.n = in->n, .rows = rows, .words = tw_bitmap_words(rows), .out = f->outs[in->to],
                    .constant = in->constant, .data = in->data, .active = active, .faults = &f->faults,
                    .texts = &f->texts, .arg_type = in->arg_type};
    for (size_t i = 0; i < in->n; i++)
        call.args[i] = f->views[in->from[i]];
    in->run(&call);
    return !call.failed;
}

/* A part that nobody wants: its register becomes all missing. */
static void leave_missing(frame *f, const tw_program *p, int reg) {
    if (reg < 0)
        return;
    memset(f->outs[reg].valid, 0, TW_BLOCK_WORDS * sizeof(uint64_t));
    if (p->registers[reg].class == TW_REG_BITS)
        memset(f->outs[reg].bits, 0, TW_BLOCK_WORDS * sizeof(uint64_t));
}

static bool run_block(frame *f, const tw_program *p, size_t rows) {
    size_t depth = 0, words = tw_bitmap_words(rows);
    tw_arena_reset(&f->texts);
    tw_bitmap_fill(f->masks, rows);
    for (size_t at = 0; at < p->n; at++) {
        const tw_instruction *in = &p->code[at];
        uint64_t *active = f->masks + depth * TW_BLOCK_WORDS;
        if (in->kind == TW_DO_UNMASK) {
            depth--;
        } else if (in->kind == TW_DO_MASK) {
            in->mask(&f->views[in->from[0]], active, active + TW_BLOCK_WORDS, words);
            bool skip = none_set(active + TW_BLOCK_WORDS, words);
            depth += !skip;
            at = skip ? in->skip : at;
            if (skip)
                leave_missing(f, p, in->to);
        } else if (!run_call(f, in, active, rows)) {
            return false;
        }
    }
    return true;
}

enum tw_rc tw_run_new(const tw_expr *expr, const tw_table *table, tw_task *task, struct tw_run **out, tw_error *err) {
    struct tw_run *run = tw_calloc(1, sizeof *run);
    if (!run)
        return tw_fail_memory(err);
    tw_arena_init(&run->arena);
    size_t n = expr->checked.n_inputs;
    run->expr = expr;
    run->table = table;
    run->workers = tw_pool_threads(task ? task->pool : NULL);
    run->inputs = tw_arena_alloc(&run->arena, n, sizeof(tw_column *));
    run->frames = tw_arena_alloc(&run->arena, run->workers, sizeof(frame *));
    int *columns = tw_arena_alloc(&run->arena, n, sizeof *columns);
    enum tw_rc rc = run->inputs && run->frames && columns ? TW_OK : tw_fail_memory(err);
    for (size_t i = 0; rc == TW_OK && i < n; i++) {
        const tw_input *input = &expr->checked.inputs[i];
        rc = tw_table_require(table, input->name, &columns[i], err);
        if (rc == TW_OK && tw_table_field(table, (size_t)columns[i])->type != input->type)
            rc = tw_fail(err, TW_EPARSE, "column '%.*s': it is %s now and was %s when the expression was read; write it anew",
                         TW_ARG(input->name), tw_type_name(tw_table_field(table, (size_t)columns[i])->type),
                         tw_type_name(input->type));
    }
    if (rc == TW_OK && n)
        rc = tw_table_need(table, columns, n, task, err);
    for (size_t i = 0; rc == TW_OK && i < n; i++)
        run->inputs[i] = tw_table_column(table, (size_t)columns[i]);
    if (rc == TW_OK)
        *out = run;
    else
        tw_run_free(run);
    return rc;
}

void tw_run_free(struct tw_run *run) {
    if (!run)
        return;
    for (size_t i = 0; run->frames && i < run->workers; i++)
        free_frame(run->frames[i]);
    tw_arena_fini(&run->arena);
    free(run);
}

tw_expr_faults tw_run_faults(const struct tw_run *run) {
    tw_expr_faults sum = {0};
    for (size_t i = 0; i < run->workers; i++) {
        if (run->frames[i])
            tw_expr_add_faults(&sum, &run->frames[i]->faults);
    }
    return sum;
}

enum tw_rc tw_run_chunk(struct tw_run *run, size_t chunk, size_t worker, tw_block_fn fn, void *ctx, tw_error *err) {
    const tw_program *p = &run->expr->program;
    size_t all = (size_t)tw_table_rows(run->table), first = chunk * TW_CHUNK_ROWS;
    size_t chunk_rows = TW_MIN(all - first, TW_CHUNK_ROWS);
    if (!run->frames[worker])
        run->frames[worker] = new_frame(run);
    frame *f = run->frames[worker];
    if (!f)
        return tw_fail_memory(err);
    open_chunk(f, p, chunk);
    for (size_t from = 0; from < chunk_rows; from += TW_BLOCK_ROWS) {
        size_t rows = TW_MIN(chunk_rows - from, (size_t)TW_BLOCK_ROWS);
        open_block(f, p, from, rows);
        if (!run_block(f, p, rows))
            return tw_fail_memory(err);
        enum tw_rc rc = fn(ctx, first + from, rows, &f->views[p->result], err);
        if (rc != TW_OK)
            return rc;
    }
    return TW_OK;
}
