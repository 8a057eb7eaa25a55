/* Windows that slide along an axis: how many there are, for those who infer shapes and those who
 * compute. */
#ifndef FNC_BASE_WINDOW_H
#define FNC_BASE_WINDOW_H

#include "compiler.h"

/* An axis of `size` elements with padding (which may be negative) before and after it, and windows
 * of `kernel` taps that lie `dilation` apart, one every `stride` elements. */
typedef struct fnc_window_axis {
    int64_t size, kernel, stride, dilation, before, after;
} fnc_window_axis;

/* How many windows there are: false if not one fits, or a number is beyond an int64_t. With `ceil`
 * the last one may reach beyond the padding, but not begin in the padding behind the elements:
 * *is_cut says that there would be one. */
bool fnc_window_count(const fnc_window_axis *axis, bool ceil, int64_t *count, bool *is_cut);
/* The same where padding is made for it (auto_pad SAME): one for each stride that begins. */
int64_t fnc_window_count_same(int64_t size, int64_t stride);

#endif
