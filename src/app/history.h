/* The history: a tree of nodes, each the session as it was after one command.
 *
 * A node = command line + the version of every dataset + which one was current. Undo goes to the
 * parent, redo to the youngest child, jump anywhere; nothing is lost by changing something after an
 * undo, but for the oldest versions where all of them would take too much memory: their nodes stay
 * as what was done, and no way leads back to them. Nodes number from 0, the start. Owned by the session; its thread only. Nodes hold
 * references of states and borrow datasets. */
#ifndef TW_APP_HISTORY_H
#define TW_APP_HISTORY_H

#include "app/dataset.h"

typedef struct tw_head {
    tw_dataset *dataset;
    tw_state *state;
} tw_head;

typedef struct tw_node {
    size_t number;
    char *line;
    struct tw_node *parent;
    struct tw_node *youngest; /* child that redo follows */
    tw_head *heads; /* none once dropped */
    size_t n_heads;
    bool dropped;
    tw_dataset *current;
    int64_t cursor_row; /* where the command was given */
    size_t cursor_column;
} tw_node;

typedef struct tw_history {
    tw_node **nodes; /* by number */
    size_t n;
    tw_node *at;
    size_t weighed; /* nodes there were when tw_history_trim looked last */
    size_t dropped; /* nodes of which only the line is left */
} tw_history;

TW_NODISCARD enum tw_rc tw_history_init(tw_history *history, tw_error *err); /* with its node 0 */
void tw_history_fini(tw_history *history);
/* A node behind the current one, which becomes current. Takes references of the states. */
TW_NODISCARD enum tw_rc tw_history_add(tw_history *history, tw_str line, const tw_head *heads,
                                       size_t n, tw_dataset *current, tw_error *err);
/* Drop the oldest versions until the others take at most `limit` bytes besides what the n `kept`
 * states hold; the current node stays. How many were dropped; it does not look at every call where
 * there are many nodes. */
size_t tw_history_trim(tw_history *history, tw_state *const *kept, size_t n, uint64_t limit);
/* Go `steps` back, or forward along the youngest children, as far as it goes; how many were gone.
 */
size_t tw_history_undo(tw_history *history, size_t steps);
size_t tw_history_redo(tw_history *history, size_t steps);
/* False: no such node, or it was dropped. Makes its line the one redo follows. */
bool tw_history_jump(tw_history *history, size_t number);
/* State of a dataset in a node, NULL = it was not there. */
tw_state *tw_node_state(const tw_node *node, const tw_dataset *dataset);

#endif
