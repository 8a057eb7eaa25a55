/* When everything in a network can happen if every frame goes as the one before, a period later. */
#ifndef FNC_FIFO_SCHEDULE_H
#define FNC_FIFO_SCHEDULE_H

#include "fifo.h"

typedef struct fnc_schedule fnc_schedule;

/* As early as words allow, with no end of room. End it with fnc_schedule_clear, whatever became of
 * it. */
FINNC_MUST_USE finnc_status fnc_schedule_init(fnc_schedule *schedule, fnc_network *network);
void fnc_schedule_clear(fnc_schedule *schedule);
/* Most words that wait in a channel at once. */
int64_t fnc_schedule_peak(const fnc_schedule *schedule, size_t channel);
/* Is there a schedule if the channel holds no more than `capacity`, and the others what they do?
 * If so it becomes that one, and the channel's capacity; otherwise nothing changes. */
FINNC_MUST_USE finnc_status fnc_schedule_try(fnc_schedule *schedule, size_t channel,
                                             int64_t capacity, bool *yes);

/* ---- inside ---- */

/* The cycles of one process in which words move, in a frame. */
typedef struct fnc_track {
    size_t count;
    int64_t *at;  /* when; frame n's are n periods later */
    int64_t *gap; /* cycles after the one before; of the first, after the last of a frame before
                   */
    uint8_t *by;  /* what makes it so late: 0 nothing, 1 the one before, 2 + i the word from
                     channel `in` i, 2 + nin + o room in channel `out` o */
    int32_t **in, **out; /* number of the word that is taken, given; -1: none */
    uint32_t *stamp;     /* of a search for circles */
    size_t low, high;    /* have to be looked at: from `low` up to `high` */
    bool is_waiting;
} fnc_track;

struct fnc_schedule {
    fnc_network *n;
    finnc_ctx *cx;
    fnc_arena arena;
    fnc_track *tracks;
    int32_t **writers, **readers; /* for each channel and word: the moment in its process's track */
    int64_t **saved;              /* for each track */
    size_t total;                 /* moments */
    size_t *queue, first, nqueued;
    uint32_t stamp;
};

#endif
