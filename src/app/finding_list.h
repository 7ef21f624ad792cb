/* The findings of one table version, with a look-up by cell and verdicts kept apart (app/state.h).
 *
 * Immutable once made, reference-counted; any thread. Numbers count from 0 here, from 1 where
 * people see them. */
#ifndef TW_APP_FINDING_LIST_H
#define TW_APP_FINDING_LIST_H

#include "app/state.h"
#include "profile/finding.h"

typedef struct tw_finding_list tw_finding_list;

/* Takes findings over (also on failure) and a reference of the table of the version they are about.
 */
TW_NODISCARD enum tw_rc tw_finding_list_new(tw_findings *findings, const tw_state *about,
                                            tw_finding_list **out, tw_error *err);
tw_finding_list *tw_finding_list_ref(tw_finding_list *list);
void tw_finding_list_unref(tw_finding_list *list);
size_t tw_finding_list_count(const tw_finding_list *list); /* NULL: 0 */
const tw_finding *tw_finding_list_at(const tw_finding_list *list, size_t i);
const tw_table *tw_finding_list_table(const tw_finding_list *list);
uint64_t tw_finding_list_rows_version(const tw_finding_list *list);
/* What was said of a finding, and the verdict to add (NULL when memory is out). An accepted finding
 * is one of this list only: found again after its fix it is open. A silenced one stays so wherever
 * its message comes again. */
enum tw_verdict_kind tw_finding_list_verdict(const tw_finding_list *list, size_t i,
                                             const tw_verdict *verdicts);
tw_verdict *tw_finding_list_judge(const tw_finding_list *list, size_t i, enum tw_verdict_kind kind,
                                  tw_verdict *earlier);
/* First finding without verdict at a cell of the table it is about, SIZE_MAX = none. */
size_t tw_finding_list_find(const tw_finding_list *list, int column, int64_t row,
                            const tw_verdict *verdicts);
/* `findings --json`: each with its recipe line and verdict ("open", "accepted", "silenced"). */
tw_doc *tw_finding_list_doc(const tw_finding_list *list, const tw_verdict *verdicts);
/* What was not looked at: a list of texts, borrowed; empty when nothing was. */
const tw_doc *tw_finding_list_left_out(const tw_finding_list *list);

#endif
