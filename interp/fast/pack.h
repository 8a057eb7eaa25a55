/* Where digits lie in memory, and weights as the kernels want them. */
#ifndef FNC_FAST_PACK_H
#define FNC_FAST_PACK_H

#include "kernels.h"

/* Decides which digits are packed bits and how many bytes their pixels take. */
FINNC_MUST_USE finnc_status fnc_pack_digits(finnc_ctx *cx, fnc_arena *scratch, fnc_program *p);
/* Packs a DOT layer. `*dot` is zeroed and then filled. */
FINNC_MUST_USE finnc_status fnc_pack_dot(finnc_ctx *cx, fnc_arena *arena, const fnc_program *p,
                                         const fnc_layer *layer, fnc_dot *dot);
/* Zeroed, aligned to 64 bytes; NULL without words. */
void *fnc_pack_alloc(fnc_arena *arena, size_t size, int64_t count);

/* ---- images in and out ---- */

/* How a source's elements become digits: codes, or what the layer makes of them that is alone in
 * using these, if it only maps them. (read.c) */
typedef struct fnc_reader {
    size_t source;                 /* digits: the codes */
    size_t digits;                 /* what comes out */
    const fnc_layer *map;          /* NULL: the codes themselves */
    bool is_for_all;               /* it maps all channels alike */
    const struct fnc_jumps *jumps; /* the same map; NULL: as `map` is */
} fnc_reader;
/* Both that a program has at most; how many. `has_maps`: with layers that map. */
size_t fnc_readers(const fnc_program *p, bool has_maps, fnc_reader readers[2]);
/* Reads image `n` of the source's tensor. False: an element is none that was foreseen. */
bool fnc_read_image(const fnc_isa *isa, const fnc_program *p, const fnc_reader *reader,
                    const float *x, int64_t n, uint8_t *to);
enum { FNC_CHUNK = 256 }; /* pixels at a time that stay in registers and near memory */
/* Digits as image `n` of a tensor of floats. */
void fnc_write_image(const fnc_program *p, const fnc_program_output *output, const uint8_t *from,
                     int64_t n, float *y);

/* Element (pixel, channel) of images whose digits are x[0] to x[n - 1]; the first one's tensor
 * begins at `y`, the next ones' `step` elements further each. */
void fnc_write_element(const fnc_program *p, const fnc_program_output *output, int64_t pixel,
                       int64_t channel, const int32_t *x, int64_t n, float *y, int64_t step);

#endif
