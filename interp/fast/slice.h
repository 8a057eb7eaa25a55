/* Throughput mode: as many images at a time as a register has bits.
 *
 * Bit i of every register is image i's. A *plane* is one bit of one channel of one pixel, of all
 * images: a register. Sums are numbers whose bits are planes, added by full adders: five gates, or
 * two ternary ones.
 *
 * A sum of signs times codes is 2 T - S, where T is the sum of the codes whose sign is +, and S
 * that of all codes, which all output channels share. So only half of the codes are added up for a
 * channel. Two channels together need each code at most once: it is added for the first alone, for
 * the second alone, or for both, and these three sums give both T. Three channels need seven sums
 * of 1/8 of the codes each, and so on. */
#ifndef FNC_FAST_SLICE_H
#define FNC_FAST_SLICE_H

#include "image.h"
#include "lives.h"

typedef struct fnc_slice_plan fnc_slice_plan;

/* Where planes are taken: where they save something, wherever they may be, or nowhere. */
typedef enum fnc_slice_mode {
    FNC_SLICE_ESTIMATED,
    FNC_SLICE_ALWAYS,
    FNC_SLICE_NEVER
} fnc_slice_mode;

/* `*plan` is NULL if the program is not of the kind, or would not gain by it. */
FINNC_MUST_USE finnc_status fnc_slice_plan_create(finnc_ctx *cx, fnc_arena *arena,
                                                  fnc_arena *scratch, const fnc_program *p,
                                                  const fnc_isa *isa, fnc_slice_mode mode,
                                                  int threads, fnc_halt *halt,
                                                  fnc_image_plan *images, fnc_slice_plan **plan);
/* Does layer `i` run on planes? */
bool fnc_slice_has(const fnc_slice_plan *plan, size_t i);
/* How many full adders it takes there, at least: one for each plane that is added. */
double fnc_slice_adders(const fnc_slice_plan *plan, size_t i);
/* Images at a time. */
int64_t fnc_slice_size(const fnc_slice_plan *plan);
/* Runs images [begin, end), at most that many. False: one has an element that was not foreseen.
 * What is left half done is not written. */
bool fnc_slice_run(fnc_slice_plan *plan, const float *x, int64_t begin, int64_t end,
                   float *const *y);

/* ---- which layers (slice_choice.c) ---- */

/* What is asked for; where that is ESTIMATED, what FINNC_MODE in the environment asks for: planes
 * or images; BAD_VALUE if it is anything else. */
FINNC_MUST_USE finnc_status fnc_slice_mode_choose(finnc_ctx *cx, finnc_mode asked,
                                                  fnc_slice_mode *mode);
/* The layer from which on planes save most, at least something, its input being all that goes in
 * there; where planes are asked for, the first that may be; p->nlayers: none. `size`: bytes of a
 * plane. */
FINNC_MUST_USE finnc_status fnc_slice_choose(finnc_ctx *cx, fnc_arena *scratch,
                                             const fnc_program *p, const fnc_life *lives,
                                             fnc_slice_mode mode, size_t size, size_t *first);

/* ---- packing (slice_pack.c) ---- */

/* `size`: bytes of a plane. */
FINNC_MUST_USE finnc_status fnc_slice_pack(finnc_ctx *cx, fnc_arena *arena, const fnc_program *p,
                                           const fnc_layer *layer, size_t size, fnc_slice_dot *dot);
/* Bits of a code. */
int fnc_slice_planes(const fnc_digits *d);

#endif
