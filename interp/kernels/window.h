/* Sliding windows: what convolutions, pools and Im2Col have in common. */
#ifndef FNC_WINDOW_H
#define FNC_WINDOW_H

#include "../kernel.h"

#include <nodes/window_attrs.h>

/* What the attributes say, laid on axes of `sizes`: all of `w`. `kernel` is that of the weights, or
 * NULL. BAD_VALUE for what makes no sense. */
FINNC_MUST_USE finnc_status fnc_windows_need(fnc_call *call, const fnc_window_attrs *attrs,
                                             int rank, const int64_t *sizes, const int64_t *kernel,
                                             fnc_windows *w);
/* One window over everything. */
FINNC_MUST_USE finnc_status fnc_windows_global(fnc_call *call, int rank, const int64_t *in,
                                               fnc_windows *w);
/* The input position of tap `tap` of output `at` along an axis; may lie in the padding. */
static inline int64_t fnc_windows_at(const fnc_windows *w, int axis, int64_t at, int64_t tap)
{
    return at * w->stride[axis] - w->before[axis] + tap * w->dilation[axis];
}
/* The same windows without the taps that meet no input element in any of them: what they sum up or
 * pick is the same, and no loop is longer than the input however large a kernel is said to be. */
fnc_windows fnc_windows_trimmed(const fnc_windows *w);
/* How many taps of output `at` lie at [low, high) of the input, along an axis. */
int64_t fnc_windows_covered(const fnc_windows *w, int axis, int64_t at, int64_t low, int64_t high);
/* The outputs [*low, *high) whose tap `tap` lies inside the input, along an axis. */
void fnc_windows_valid(const fnc_windows *w, int axis, int64_t tap, int64_t *low, int64_t *high);

/* Rows of outputs of one plane: as many as there are coordinates but the last; 0 if they are empty.
 */
static inline int64_t fnc_windows_rows(const fnc_windows *w)
{
    return w->out_size ? w->out_size / w->out[w->rank - 1] : 0;
}
/* What it costs to look at one tap of a row, besides its elements; and to add up a row. */
enum { FNC_WINDOWS_STEP = 16 };
static inline int64_t fnc_windows_row_cost(const fnc_windows *w)
{
    return fnc_cost((double)w->taps * (double)w->out[w->rank - 1]);
}

/* All pairs of an output row and an input row that a window joins: output coordinates but the last
 * in order, and for each the taps but the last, those in the padding left out. */
typedef struct fnc_rows {
    const fnc_windows *w;
    int64_t out_row, out_rows; /* the output row at hand, and how many there are up to */
    int64_t tap_row, tap_rows; /* of taps */
    int64_t out_at[FINNC_MAX_RANK], tap_at[FINNC_MAX_RANK];
    int64_t in_row; /* where the input row begins, in elements */
} fnc_rows;

/* Starts before the first tap of output row `out_row`. */
void fnc_rows_init(fnc_rows *rows, const fnc_windows *w, int64_t out_row);
/* The next tap row of this output row; false when it has no more. */
bool fnc_rows_next_tap(fnc_rows *rows);

/* Writes a matrix with a row per (channel, tap) and a column per output position [begin, end), zero
 * for padding. `in`: `channels` planes of w->in_size; `size`: bytes of an element (4 or 8). */
void fnc_im2col(const fnc_windows *w, size_t size, const void *in, int64_t channels, int64_t begin,
                int64_t end, void *columns, int64_t stride);

#endif
