/* News for whoever shows the session: a ring of events; when it is full the oldest message goes.
 *
 * Owned by the session; any thread. Events own their documents and charts until they are taken. */
#ifndef TW_APP_EVENTS_H
#define TW_APP_EVENTS_H

#include <pthread.h>

#include "app/session.h"

enum { TW_EVENTS_MAX = 128 };
typedef struct tw_event_queue {
    tw_event at[TW_EVENTS_MAX];
    size_t first, n;
    pthread_mutex_t lock;
} tw_event_queue;

void tw_events_init(tw_event_queue *queue);
void tw_events_fini(tw_event_queue *queue);
/* Takes the event over. */
void tw_events_put(tw_event_queue *queue, const tw_event *event);
bool tw_events_take(tw_event_queue *queue, tw_event *out);
void tw_event_fini(tw_event *event);

#endif
