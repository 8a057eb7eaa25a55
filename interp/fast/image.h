/* Latency mode: one image at a time, its codes packed along the channels. */
#ifndef FNC_FAST_IMAGE_H
#define FNC_FAST_IMAGE_H

#include "halt.h"
#include "kernels.h"

typedef struct fnc_image_plan fnc_image_plan;

/* Thread `rank` of `size` that work on something. */
typedef struct fnc_share {
    int rank, size;
} fnc_share;

/* Where its part of 0 to n begins (`end` 0) and ends (1). */
static inline int64_t fnc_cut(fnc_share s, int64_t n, int end)
{
    return n * (s.rank + end) / s.size;
}

/* Packs weights and lays out the memory of `threads` images. `halt` outlives it. */
FINNC_MUST_USE finnc_status fnc_image_plan_create(finnc_ctx *cx, fnc_arena *arena,
                                                  fnc_arena *scratch, fnc_program *p,
                                                  const fnc_isa *isa, int threads, fnc_halt *halt,
                                                  fnc_image_plan **plan);
/* Runs images [begin, end) of `x`, each on one thread, or one at a time on all. `y`: a tensor of
 * floats per output. False: an image has an element that was not foreseen. What is left half done
 * for `halt` is not written. */
bool fnc_image_run(fnc_image_plan *plan, const float *x, int64_t begin, int64_t end,
                   float *const *y);

/* Runs the first `nlayers` layers on image `n`, as thread `rank`; the codes of `digits`, which stay
 * until that thread's next image; any, if it was halted. NULL: an element was not foreseen. */
const uint8_t *fnc_image_begin(fnc_image_plan *plan, const float *x, int64_t n, int rank,
                               size_t nlayers, size_t digits, struct fnc_times *times);

#endif
