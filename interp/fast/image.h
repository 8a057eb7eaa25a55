/* Latency mode: one image at a time, its codes packed along the channels. */
#ifndef FNC_FAST_IMAGE_H
#define FNC_FAST_IMAGE_H

#include "kernels.h"

typedef struct fnc_image_plan fnc_image_plan;

/* Packs weights and lays out the memory of `threads` images. */
FINNC_MUST_USE finnc_status fnc_image_plan_create(finnc_ctx *cx, fnc_arena *arena,
                                                  fnc_arena *scratch, fnc_program *p,
                                                  const fnc_isa *isa, int threads,
                                                  fnc_image_plan **plan);
/* Runs images [begin, end) of `x`, each on one thread, or one at a time on all. `y`: a tensor of
 * floats per output. False: an image has an element that was not foreseen. */
bool fnc_image_run(fnc_image_plan *plan, const float *x, int64_t begin, int64_t end,
                   float *const *y);

#endif
