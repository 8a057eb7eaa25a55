/* From when to when a program's digits are needed, and how these share memory. */
#ifndef FNC_FAST_LIVES_H
#define FNC_FAST_LIVES_H

#include "program.h"

#include <base/arena.h>

/* Moments: 0 is reading, i + 1 layer i, nlayers + 1 writing. */
typedef struct fnc_life {
    size_t first, last; /* written; last read, or `first` again */
} fnc_life;

/* Of each of p->ndigits. */
void fnc_lives_find(const fnc_program *p, fnc_life *lives);

/* A piece of memory. */
typedef struct fnc_room {
    size_t nbytes; /* 0: none is needed */
    fnc_life life;
    size_t offset; /* found: a multiple of 64 */
} fnc_room;

/* Finds offsets, so that no two pieces overlap whose lives do; each takes the lowest place that is
 * free when it is first written. `nbytes`: of all. */
FINNC_MUST_USE finnc_status fnc_lives_lay_out(finnc_ctx *cx, fnc_arena *scratch, fnc_room *rooms,
                                              size_t n, size_t *nbytes);

#endif
