/* What the stages of a program take: the least that was seen, per image, of one thread. */
#ifndef FNC_FAST_TIMES_H
#define FNC_FAST_TIMES_H

#include "program.h"

/* Stages: reading; each layer; turning images to planes; writing. */
typedef struct fnc_times {
    size_t n;
    double last;   /* when the stage at hand began */
    double *now;   /* of the pass at hand */
    double *least; /* of all passes, per image; 0: none yet */
} fnc_times;

enum { FNC_STAGE_READ, FNC_STAGE_LAYER };
static inline size_t fnc_stage_turn(const fnc_program *p)
{
    return FNC_STAGE_LAYER + p->nlayers;
}
static inline size_t fnc_stage_write(const fnc_program *p)
{
    return fnc_stage_turn(p) + 1;
}

FINNC_MUST_USE finnc_status fnc_times_create(finnc_ctx *cx, fnc_arena *arena, const fnc_program *p,
                                             fnc_times **times);
/* All of these do nothing if `times` is NULL. */
void fnc_times_begin(fnc_times *times);
/* The stage at hand, which ends here, was that one. */
void fnc_times_lap(fnc_times *times, size_t stage);
/* The pass, over `n` images, ends. */
void fnc_times_end(fnc_times *times, int64_t n);

#endif
