/* The fast engine, as a session sees it: programs in the place of steps of a plan. */
#ifndef FNC_FAST_FAST_H
#define FNC_FAST_FAST_H

#include "kernels.h"

typedef struct fnc_fast fnc_fast;

/* Is there what they ask for by name? Sessions ask whatever engine they take, so that what is
 * refused does not depend on which is estimated to be faster. */
FINNC_MUST_USE finnc_status fnc_fast_check(finnc_ctx *cx, const finnc_session_options *options);
/* Compiles what can be of a plan whose constants are there. Finding nothing is fine. On failure
 * `*fast` is NULL. */
FINNC_MUST_USE finnc_status fnc_fast_create(const fnc_runner *runner, fnc_plan *plan,
                                            fnc_fast **fast);
void fnc_fast_destroy(fnc_fast *fast);
/* Before a run: no program has run yet. `fast` may be NULL here and below. */
void fnc_fast_begin(fnc_fast *fast);
/* Before step `s`: runs the program that begins there, if one does. Where it meets something else
 * than it was compiled for, it is `*missed` (else NULL): its steps have to run one by one, first of
 * them those that it folded and that lie before `s`. */
FINNC_MUST_USE finnc_status fnc_fast_step(fnc_fast *fast, const fnc_runner *runner, size_t s,
                                          const fnc_program **missed);
/* Is there nothing left to do of step `s`? */
bool fnc_fast_has_done(const fnc_fast *fast, size_t s);

/* Might a node of that op become part of a program? */
bool fnc_fast_knows(const finnc_node *node);
/* What programs do for an image. */
typedef struct fnc_fast_work {
    size_t programs;
    double products;
    double elements, elements_alone; /* that are read: many at a time; one by one */
} fnc_fast_work;
fnc_fast_work fnc_fast_measure(const fnc_fast *fast);

finnc_how fnc_fast_how(const fnc_fast *fast, size_t s);
bool fnc_fast_stage(fnc_fast *fast, size_t i, finnc_stage *stage);
const fnc_isa *fnc_fast_isa(const fnc_fast *fast);

#endif
