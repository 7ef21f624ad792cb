/* Tables put end to end, their columns matched by name.
 *
 * The columns of the whole are those of the first table in its order, then what each further table
 * adds, in its order; where a table has several columns of one name, the second matches the second.
 * Cells of columns that a table lacks are missing. Nothing is read until it must be. */
#ifndef TW_DATA_STACK_H
#define TW_DATA_STACK_H

#include "data/table.h"

typedef struct tw_stack tw_stack;
/* Takes references. A label column (name NULL = none) stands first: labels[k] in the rows of table
 * k. TW_EUSAGE when a table has a column of that name. */
TW_NODISCARD enum tw_rc tw_stack_new(const tw_table *const *tables, size_t n, const char *label,
                                     const tw_str *labels, tw_stack **out, tw_error *err);
void tw_stack_free(tw_stack *stack);
size_t tw_stack_width(const tw_stack *stack);
/* Table k with the columns of the whole, lazily: its rows still have the bytes of their source. */
TW_NODISCARD enum tw_rc tw_stack_part(const tw_stack *stack, size_t k, tw_table **out,
                                      tw_error *err);
/* All rows as one table in memory, without a source. Columns of different types become float where
 * all are numbers, else text as it stands in the files; formats stay where they agree. */
TW_NODISCARD enum tw_rc tw_stack_join(const tw_stack *stack, tw_task *task, tw_table **out,
                                      tw_error *err);

/* Type of a column's cells; TW_TYPE_COUNT where all are missing. It must have been needed. */
enum tw_type tw_type_seen(const tw_table *table, size_t column);
/* The type that holds the cells of columns of these types: the same one, float, else text. A type
 * that no cell has (TW_TYPE_COUNT) does not count; all such: text. */
enum tw_type tw_common_type(const enum tw_type *types, size_t n);
/* The table with columns[i] read as types[i]; the same table where all are so already. */
TW_NODISCARD enum tw_rc tw_table_retyped(const tw_table *table, const int *columns,
                                         const enum tw_type *types, size_t n, tw_table **out,
                                         tw_error *err);
/* Two tables with columns[0][i] of the first and columns[1][i] of the second read in one type each,
 * the type that holds both (or text, as asked), and made. New references; none on failure. */
TW_NODISCARD enum tw_rc tw_tables_agree(const tw_table *const tables[2], const int *const columns[2],
                                        size_t n, bool as_text, tw_task *task, tw_table *out[2],
                                        tw_error *err);

#endif
