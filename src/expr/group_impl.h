/* What group and pivot share. Private to expr. */
#ifndef TW_EXPR_GROUP_IMPL_H
#define TW_EXPR_GROUP_IMPL_H

#include "data/name_set.h"
#include "expr/group.h"

/* All columns that keys and summary read, in one scan. */
TW_NODISCARD enum tw_rc tw_group_need(const tw_table *table, const int *keys, size_t n_keys,
                                      const tw_summary *summary, tw_task *task, tw_error *err);
/* The rows in groups by their keys, in the order of the keys; no keys: one group in any case. */
TW_NODISCARD enum tw_rc tw_group_rows(const tw_table *table, const int *keys, size_t n_keys,
                                      tw_task *task, tw_grouping *out, tw_error *err);
/* The names of the keys, which stay theirs. */
TW_NODISCARD bool tw_group_take_names(const tw_table *table, const int *keys, size_t n_keys,
                                      tw_name_set *names);

#endif
