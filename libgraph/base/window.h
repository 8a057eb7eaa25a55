/* Windows that slide over spatial axes: what the attributes of convolutions and pools say of them,
 * and how they lie on an input. One reader for all: those who infer shapes, who compute, and who
 * rewrite, with the same words for what makes no sense. */
#ifndef FNC_BASE_WINDOW_H
#define FNC_BASE_WINDOW_H

#include "compiler.h"

#include <finnc/tensor.h>

/* Numbers, one for each axis: a list, or one number for all of them. */
typedef struct fnc_window_list {
    const char *name;  /* of the attribute, for words */
    const int64_t *x;  /* NULL: there is no list */
    size_t count;      /* with x NULL: above 0 if there is something else in its place */
    int64_t otherwise; /* where there is none; FNC_WINDOW_NEEDED: there has to be one */
} fnc_window_list;

enum { FNC_WINDOW_NEEDED = INT_MIN };

/* What a node says, as it says it. nodes/window_attrs.h fills it in from a node, by its kind. */
typedef struct fnc_window_attrs {
    fnc_window_list kernel, strides, dilations;
    fnc_window_list pads; /* begins, then ends */
    int64_t least_pad;
    const char *auto_pad; /* NULL or "": NOTSET */
    bool ceil;
    int64_t group;
    int first_axis; /* which of the input's is the first spatial one, for words */
    /* Of transposed convolutions: */
    fnc_window_list output_padding;
    fnc_window_list output_shape; /* for all axes or the spatial ones; no x: it follows */
} fnc_window_attrs;

/* Numbers are at most so large: what is beyond is a mistake, and sums and products of two of them
 * do not overflow. */
enum { FNC_WINDOW_MOST = 1 << 30 };

typedef enum fnc_window_auto { FNC_AUTO_NONE, FNC_AUTO_UPPER, FNC_AUTO_LOWER } fnc_window_auto;

typedef struct fnc_windows {
    int rank; /* spatial axes */
    int64_t kernel[FINNC_MAX_RANK];
    int64_t stride[FINNC_MAX_RANK];
    int64_t dilation[FINNC_MAX_RANK];
    int64_t before[FINNC_MAX_RANK]; /* padding; that of auto_pad SAME_* comes with the size */
    int64_t after[FINNC_MAX_RANK];
    fnc_window_auto padding; /* SAME_*; VALID is no padding */
    bool ceil;               /* the last window may hang over; not with auto_pad */
    int64_t group;           /* of channels */
    int first_axis;
    /* By size: */
    int64_t in[FINNC_MAX_RANK];
    int64_t out[FINNC_MAX_RANK];
    bool is_cut[FINNC_MAX_RANK];     /* one more would begin in the padding behind the input */
    int64_t in_size, out_size, taps; /* products of in, out, kernel */
    char words[256];
} fnc_windows;

/* ---- all of these: NULL, or what is wrong, in words that lie in `w` ---- */

/* Reads what does not depend on the input's size. `kernel` (`rank` entries, or NULL) is what the
 * weights have, negative where that is not known: a node that says its kernel has to say the same.
 */
const char *fnc_windows_read(const fnc_window_attrs *attrs, int rank, const int64_t *kernel,
                             fnc_windows *w);
/* Lays them on an axis of `size` elements: padding, in, out and is_cut of that axis. */
const char *fnc_windows_place(fnc_windows *w, int axis, int64_t size);
/* The same for a transposed convolution, by the windows of the one that it undoes: `size` elements
 * are `out`, and what comes out is `in`, which out * stride, kernel and padding add up to. Where
 * that is said (output_shape, SAME_*) padding follows from it, negative after the end if the output
 * is longer than what windows reach. A negative `size` is not known: `in` is what output_shape says
 * then, or negative, and padding is left alone. */
const char *fnc_windows_place_transposed(fnc_windows *w, const fnc_window_attrs *attrs, int axis,
                                         int64_t size);
/* What the products are, once all axes have their sizes. */
const char *fnc_windows_multiply(fnc_windows *w);
/* The three for all axes. */
const char *fnc_windows_lay(const fnc_window_attrs *attrs, int rank, const int64_t *kernel,
                            const int64_t *sizes, fnc_windows *w);
/* Do `filters` filters that see `depth` of `channels` channels each fit the groups? Negative: not
 * known. */
const char *fnc_windows_check_channels(fnc_windows *w, int64_t channels, int64_t depth,
                                       int64_t filters);
/* The same for a transposed convolution: all of `channels` have weights, and groups share them. */
const char *fnc_windows_check_transposed(fnc_windows *w, int64_t channels, int64_t weighted);

/* BAD_VALUE in these words; OK if there are none. */
static inline FINNC_MUST_USE finnc_status fnc_windows_status(finnc_ctx *cx, const char *wrong)
{
    return wrong ? finnc_fail(cx, FINNC_BAD_VALUE, "%s", wrong) : FINNC_OK;
}

/* Is anything padded, or cut off? With SAME_* known of axes that have their sizes. */
bool fnc_windows_are_padded(const fnc_windows *w);
bool fnc_windows_are_dilated(const fnc_windows *w);
/* May a window have all of its taps along an axis in the padding? False: none has. */
bool fnc_windows_may_miss(const fnc_windows *w, int axis);
/* May one at some size of the axis, from one element on? For axes that have not been placed. */
bool fnc_windows_may_ever_miss(const fnc_windows *w, int axis);
/* In the order of the attribute: begins, then ends; 2 * rank. */
void fnc_windows_list_pads(const fnc_windows *w, int64_t *pads);

/* ---- one axis, in numbers ---- */

/* An axis of `size` elements with padding (which may be negative) before and after it, and windows
 * of `kernel` taps that lie `dilation` apart, one every `stride` elements. */
typedef struct fnc_window_axis {
    int64_t size, kernel, stride, dilation, before, after;
} fnc_window_axis;

/* How many windows there are: false if not one fits, or a number is beyond an int64_t. With `ceil`
 * the last one may reach beyond the padding, but not begin in the padding behind the elements:
 * *is_cut says that there would be one. */
bool fnc_window_count(const fnc_window_axis *axis, bool ceil, int64_t *count, bool *is_cut);

#endif
