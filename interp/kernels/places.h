/* Places in a tensor that another tensor lists: what Gather... and Scatter... ops have in common.
 */
#ifndef FNC_PLACES_H
#define FNC_PLACES_H

#include "../kernel.h"

/* `count` runs of `width` elements of input 0; at[i]: where the i-th begins, in elements. */
typedef struct fnc_places {
    int64_t count, width;
    const int64_t *at;
} fnc_places;

/* Whole slices: the numbers in input 1 counted from the front of `axis` of input 0, in scratch.
 * BAD_VALUE names an index outside and the axis. */
FINNC_MUST_USE finnc_status fnc_places_on_axis(fnc_call *call, int axis, const int64_t **at,
                                               int64_t *count);
/* Single elements: input 1 replaces the index along `axis`, the others are its own. BAD_VALUE
 * names an index outside and the axis. */
FINNC_MUST_USE finnc_status fnc_places_along(fnc_call *call, int64_t axis, fnc_places *places);
/* Slices: tuples of indices along the last axis of input 1, for the axes of input 0 behind the
 * `batch` ones that both share. */
FINNC_MUST_USE finnc_status fnc_places_of_tuples(fnc_call *call, int64_t batch, fnc_places *places);

#endif
