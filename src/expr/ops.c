/* The table of operators in one sequence, and what every kernel shares.
 *
 * The rows live beside their kernels in ops_*.c; this file only strings them together, so that the checker, the manual
 * and the completion walk one list. */
#include "expr/ops.h"

static const struct {
    enum tw_type type;
    char letter;
} letters[] = {
    {TW_BOOLEAN, 'b'}, {TW_INTEGER, 'i'}, {TW_FLOAT, 'f'}, {TW_DATE, 'd'},
    {TW_TIME, 'c'},    {TW_DATETIME, 's'}, {TW_TEXT, 't'},
};

char tw_type_letter(enum tw_type type) {
    for (size_t i = 0; i < TW_COUNT(letters); i++)
        if (letters[i].type == type)
            return letters[i].letter;
    return '\0';
}

enum tw_type tw_letter_type(char letter) {
    for (size_t i = 0; i < TW_COUNT(letters); i++)
        if (letters[i].letter == letter)
            return letters[i].type;
    return TW_NO_TYPE;
}

const tw_op *tw_op_at(size_t i) {
    const struct {
        const tw_op *rows;
        size_t n;
    } tables[] = {
        {tw_ops_compare, tw_ops_compare_count},
        {tw_ops_number, tw_ops_number_count},
        {tw_ops_text, tw_ops_text_count},
        {tw_ops_time, tw_ops_time_count},
    };
    for (size_t t = 0; t < TW_COUNT(tables); t++) {
        if (i < tables[t].n)
            return &tables[t].rows[i];
        i -= tables[t].n;
    }
    return NULL;
}

/* Operators are rows as well; functions are those with a name one can write. */
const char *tw_expr_function_at(size_t wanted) {
    for (size_t i = 0; tw_op_at(i); i++) {
        const char *name = tw_op_at(i)->name;
        if (name[0] >= 'a' && name[0] <= 'z' && wanted-- == 0)
            return name;
    }
    return NULL;
}

void tw_call_valid(tw_call *call) {
    for (size_t w = 0; w < call->words; w++) {
        uint64_t valid = call->args[0].valid[w];
        for (size_t i = 1; i < call->n; i++)
            valid &= call->args[i].valid[w];
        call->out.valid[w] = valid;
    }
}
