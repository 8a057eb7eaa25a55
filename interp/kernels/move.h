/* Elements brought to other places: what Transpose, Slice, Pad, Tile and their like have in common.
 */
#ifndef FNC_MOVE_H
#define FNC_MOVE_H

#include "../kernel.h"

/* Copies a block of `rank` axes of `dims` elements each from `from` to `to`; strides in elements of
 * `size` bytes, and may be 0 or negative in `from`. */
void fnc_copy_block(const fnc_call *call, size_t size, int rank, const int64_t *dims,
                    const void *from, const int64_t *from_strides, void *to,
                    const int64_t *to_strides);
/* Strides of an array without gaps. */
void fnc_strides(int rank, const int64_t *dims, int64_t *strides);

/* to[i0, i1, ...] = from[maps[0][i0], maps[1][i1], ...], or `fill` (an element) where a map has -1.
 * A NULL map is the identity. */
void fnc_take(const fnc_call *call, size_t size, int rank, const int64_t *from_dims,
              const void *from, const int64_t *to_dims, void *to, const int64_t *const *maps,
              const void *fill);

/* The bytes of an element of input `i`, which are moved whole: a finnc_string is 16 of them. */
FINNC_MUST_USE finnc_status fnc_move_size(fnc_call *call, size_t i, size_t *size);

#endif
