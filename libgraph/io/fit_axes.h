/* How data lie in an input that has another number of axes. */
#ifndef FNC_FIT_AXES_H
#define FNC_FIT_AXES_H

#include "../ir/ir.h"

/* Data: their sizes and, if their axes are known, the order of all four ("NCHW", "NHWC"; else "").
 */
typedef struct fnc_axes {
    const char *layout;
    int rank;
    const int64_t *dims;
} fnc_axes;

typedef struct fnc_axes_goal {
    const char *layout; /* the order that the data have to be brought to first */
    int64_t dims[FINNC_MAX_RANK];
    char name[8]; /* what the input's axes are then: "HWC", "N1CHW", "N,HW,C"; "": not told */
} fnc_axes_goal;

/* Where the data go in `value`, whose rank is another one than theirs; false if they do not fit.
 * The input's axes have to be the data's, one behind the other, with axes of one element added, N
 * or C of one element left out, or neighbours merged; the first may be longer or shorter, as the
 * batch. Height and width are compared, so that a picture of another size does not fit.
 * - A sample along one axis is filled in the data's own order.
 * - Data with known axes go in with channels first or last as the input's layout annotation says,
 *   else as its sizes tell; channels first if both would do.
 * - Other data stay in their order; where they have fewer axes, one of theirs may be cut in
 * several. */
bool fnc_axes_place(const fnc_axes *data, const finnc_value *value, fnc_axes_goal *goal);

#endif
