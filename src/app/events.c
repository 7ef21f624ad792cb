/* The ring of news. Results are never lost before messages: a screen that does not look for a while
 * loses old texts first, and a full ring of results gives up its oldest. The lock is for warnings,
 * which steps give on worker threads. */
#include "app/events.h"

#include "plot/plot.h"

void tw_event_fini(tw_event *event) {
    tw_doc_free(event->doc);
    tw_chart_free(event->chart);
    event->doc = NULL;
    event->chart = NULL;
}

void tw_events_init(tw_event_queue *queue) {
    *queue = (tw_event_queue){0};
    pthread_mutex_init(&queue->lock, NULL);
}

void tw_events_fini(tw_event_queue *queue) {
    tw_event event;
    while (tw_events_take(queue, &event))
        tw_event_fini(&event);
    pthread_mutex_destroy(&queue->lock);
}

static tw_event *slot(tw_event_queue *queue, size_t i) {
    return &queue->at[(queue->first + i) % TW_EVENTS_MAX];
}

/* Room for one more: the oldest message goes, else the oldest event. */
static void make_room(tw_event_queue *queue) {
    size_t victim = 0;
    for (size_t i = 0; i < queue->n; i++)
        if (slot(queue, i)->kind == TW_EVENT_MESSAGE) {
            victim = i;
            break;
        }
    tw_event_fini(slot(queue, victim));
    for (size_t i = victim; i + 1 < queue->n; i++)
        *slot(queue, i) = *slot(queue, i + 1);
    queue->n--;
}

void tw_events_put(tw_event_queue *queue, const tw_event *event) {
    pthread_mutex_lock(&queue->lock);
    if (queue->n == TW_EVENTS_MAX)
        make_room(queue);
    *slot(queue, queue->n++) = *event;
    pthread_mutex_unlock(&queue->lock);
}

bool tw_events_take(tw_event_queue *queue, tw_event *out) {
    pthread_mutex_lock(&queue->lock);
    bool any = queue->n > 0;
    if (any) {
        *out = *slot(queue, 0);
        *slot(queue, 0) = (tw_event){0};
        queue->first = (queue->first + 1) % TW_EVENTS_MAX;
        queue->n--;
    }
    pthread_mutex_unlock(&queue->lock);
    return any;
}
