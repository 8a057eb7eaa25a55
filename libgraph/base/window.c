#include "window.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Writes what is wrong, and is it. */
FINNC_PRINTF(2, 3)
static const char *say(fnc_windows *w, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(w->words, sizeof w->words, format, args);
    va_end(args);
    return w->words;
}

/* ---- attributes ---- */

/* `factor` numbers for each axis, none below `least`. */
static const char *read_list(fnc_windows *w, const fnc_window_list *list, int factor, int64_t least,
                             int64_t *x)
{
    const int n = factor * w->rank;
    if (!list->x && list->count > 0)
        return say(w, "attribute %s is no list of integers", list->name);
    if (!list->x && list->otherwise == FNC_WINDOW_NEEDED)
        return say(w, "attribute %s is missing", list->name);
    if (list->x && list->count != (size_t)n)
        return say(w, "attribute %s has %zu entries, should have %d", list->name, list->count, n);
    for (int i = 0; i < n; i++) {
        x[i] = list->x ? list->x[i] : list->otherwise;
        if (x[i] < least)
            return say(w, "attribute %s holds %" PRId64 ", should be at least %" PRId64, list->name,
                       x[i], least);
        if (x[i] > FNC_WINDOW_MOST)
            return say(w, "attribute %s holds %" PRId64 ", may be at most %d", list->name, x[i],
                       (int)FNC_WINDOW_MOST);
    }
    return NULL;
}

/* What the node says, what the weights have, or both. */
static const char *read_kernel(fnc_windows *w, const fnc_window_list *said, const int64_t *weights)
{
    const bool is_said = said->x || said->count > 0 || said->otherwise != FNC_WINDOW_NEEDED;
    const char *wrong = is_said || !weights ? read_list(w, said, 1, 1, w->kernel) : NULL;
    for (int i = 0; weights && i < w->rank && !wrong; i++) {
        const int axis = i + w->first_axis;
        if (weights[i] < 0 && !is_said)
            wrong = say(w, "the size of its kernel along axis %d is not known", axis);
        else if (weights[i] == 0)
            wrong = say(w, "weights without elements along axis %d", axis);
        else if (weights[i] > FNC_WINDOW_MOST)
            wrong = say(w, "the weights have %" PRId64 " along axis %d, may have at most %d",
                        weights[i], axis, (int)FNC_WINDOW_MOST);
        else if (weights[i] > 0 && is_said && weights[i] != w->kernel[i])
            wrong = say(w, "attribute %s says %" PRId64 " along axis %d, the weights have %" PRId64,
                        said->name, w->kernel[i], axis, weights[i]);
        else if (weights[i] > 0)
            w->kernel[i] = weights[i];
    }
    return wrong;
}

static const char *read_padding(fnc_windows *w, const fnc_window_attrs *attrs)
{
    int64_t pads[2 * FINNC_MAX_RANK];
    const char *mode = attrs->auto_pad ? attrs->auto_pad : "";
    const char *wrong = read_list(w, &attrs->pads, 2, attrs->least_pad, pads);
    if (wrong)
        return wrong;
    w->padding = FNC_AUTO_NONE;
    if (!*mode || !strcmp(mode, "NOTSET")) {
        memcpy(w->before, pads, (size_t)w->rank * sizeof *pads);
        memcpy(w->after, pads + w->rank, (size_t)w->rank * sizeof *pads);
        w->ceil = attrs->ceil; /* which counts windows in the padding that a node says */
    } else if (!strcmp(mode, "SAME_UPPER")) {
        w->padding = FNC_AUTO_UPPER;
    } else if (!strcmp(mode, "SAME_LOWER")) {
        w->padding = FNC_AUTO_LOWER;
    } else if (strcmp(mode, "VALID") != 0) {
        return say(w,
                   "attribute auto_pad is %.40s, may be one of: NOTSET SAME_UPPER SAME_LOWER VALID",
                   mode);
    }
    return NULL;
}

const char *fnc_windows_read(const fnc_window_attrs *attrs, int rank, const int64_t *kernel,
                             fnc_windows *w)
{
    *w = (fnc_windows){.rank = rank, .group = attrs->group, .first_axis = attrs->first_axis};
    if (rank < 1 || rank > FINNC_MAX_RANK)
        return say(w, "%d spatial axes, should be 1 to %d", rank, (int)FINNC_MAX_RANK);
    const char *wrong = read_kernel(w, &attrs->kernel, kernel);
    if (!wrong)
        wrong = read_list(w, &attrs->strides, 1, 1, w->stride);
    if (!wrong)
        wrong = read_list(w, &attrs->dilations, 1, 1, w->dilation);
    if (!wrong)
        wrong = read_padding(w, attrs);
    if (!wrong && w->group < 1)
        wrong = say(w, "attribute group is %" PRId64, w->group);
    return wrong;
}

const char *fnc_windows_check_channels(fnc_windows *w, int64_t channels, int64_t depth,
                                       int64_t filters)
{
    int64_t seen;
    if (channels >= 0 && depth >= 0 && (!fnc_mul_i64(depth, w->group, &seen) || seen != channels))
        return say(
            w, "weights take %" PRId64 " channels in %" PRId64 " group(s), the input has %" PRId64,
            depth, w->group, channels);
    if (filters >= 0 && filters % w->group)
        return say(w, "%" PRId64 " output channels do not divide into %" PRId64 " groups", filters,
                   w->group);
    return NULL;
}

const char *fnc_windows_check_transposed(fnc_windows *w, int64_t channels, int64_t weighted)
{
    if (channels >= 0 && weighted >= 0 && channels != weighted)
        return say(w, "weights for %" PRId64 " channels, the input has %" PRId64, weighted,
                   channels);
    if (weighted >= 0 && weighted % w->group)
        return say(w, "%" PRId64 " channels in %" PRId64 " groups", weighted, w->group);
    return NULL;
}

/* ---- on an axis ---- */

bool fnc_window_count(const fnc_window_axis *axis, bool ceil, int64_t *count, bool *is_cut)
{
    int64_t reach, inside, padded, room;
    if (!fnc_mul_i64(axis->kernel - 1, axis->dilation, &reach) || !fnc_add_i64(reach, 1, &reach) ||
        !fnc_add_i64(axis->size, axis->before, &inside) ||
        !fnc_add_i64(inside, axis->after, &padded) || !fnc_add_i64(padded, -reach, &room) ||
        room < 0)
        return false;
    *count = room / axis->stride + 1 + (ceil && room % axis->stride);
    *is_cut = ceil && (inside < 1 || *count - 1 > (inside - 1) / axis->stride);
    *count -= *is_cut;
    return true;
}

/* From a window's first tap to its last. */
static int64_t reach_of(const fnc_windows *w, int axis)
{
    return (w->kernel[axis] - 1) * w->dilation[axis] + 1;
}

/* The odd element is after (UPPER) or before (LOWER). */
static void divide_padding(fnc_windows *w, int axis, int64_t total, bool is_upper)
{
    w->before[axis] = is_upper ? total / 2 : total - total / 2;
    w->after[axis] = total - w->before[axis];
}

/* A window for each stride that begins, and padding for the last one. */
static void place_same(fnc_windows *w, int axis, int64_t size)
{
    const int64_t stride = w->stride[axis], n = size / stride + (size % stride != 0);
    const int64_t total = n > 0 ? (n - 1) * stride - size + reach_of(w, axis) : 0;
    divide_padding(w, axis, total > 0 ? total : 0, w->padding == FNC_AUTO_UPPER);
    w->out[axis] = n;
}

const char *fnc_windows_place(fnc_windows *w, int axis, int64_t size)
{
    w->in[axis] = size;
    w->is_cut[axis] = false;
    if (w->padding != FNC_AUTO_NONE) {
        place_same(w, axis, size);
        return NULL;
    }
    const fnc_window_axis windows = {.size = size,
                                     .kernel = w->kernel[axis],
                                     .stride = w->stride[axis],
                                     .dilation = w->dilation[axis],
                                     .before = w->before[axis],
                                     .after = w->after[axis]};
    if (fnc_window_count(&windows, w->ceil, &w->out[axis], &w->is_cut[axis]))
        return NULL;
    return say(w,
               "a kernel of %" PRId64 " (dilated by %" PRId64 ") does not fit into %" PRId64
               " elements padded by %" PRId64 " and %" PRId64,
               w->kernel[axis], w->dilation[axis], size, w->before[axis], w->after[axis]);
}

/* output_shape, or what SAME_* makes of it; -1: the node leaves it to the padding. */
static const char *find_wanted(fnc_windows *w, const fnc_window_list *shape, int axis, int64_t size,
                               int64_t *wanted)
{
    *wanted = -1;
    if (!shape->x && shape->count > 0)
        return say(w, "attribute output_shape is no list of integers");
    const size_t rank = (size_t)w->rank;
    if (shape->x && shape->count != rank && shape->count != rank + 2)
        return say(w, "attribute output_shape has %zu entries for %zu spatial axes", shape->count,
                   rank);
    if (shape->x) {
        *wanted = shape->x[shape->count - rank + (size_t)axis]; /* some write batch and channels */
        if (*wanted < 0)
            return say(w, "attribute output_shape holds %" PRId64, *wanted);
    } else if (size >= 0 && w->padding != FNC_AUTO_NONE &&
               !fnc_mul_i64(size, w->stride[axis], wanted)) {
        return say(w, "an axis of %" PRId64 " elements is too long", size);
    }
    return NULL;
}

const char *fnc_windows_place_transposed(fnc_windows *w, const fnc_window_attrs *attrs, int axis,
                                         int64_t size)
{
    int64_t extra[FINNC_MAX_RANK], wanted, whole, total;
    const char *wrong = read_list(w, &attrs->output_padding, 1, 0, extra);
    if (!wrong)
        wrong = find_wanted(w, &attrs->output_shape, axis, size, &wanted);
    if (wrong)
        return wrong;
    w->out[axis] = size;
    w->is_cut[axis] = false;
    if (size < 0) {
        w->in[axis] = wanted;
        return NULL;
    }
    if (!fnc_mul_i64(size - 1, w->stride[axis], &whole) ||
        !fnc_add_i64(whole, reach_of(w, axis) + extra[axis], &whole))
        return say(w, "an axis of %" PRId64 " elements is too long", size);
    if (wanted >= 0) {
        if (!fnc_add_i64(whole, -wanted, &total))
            return say(w, "attribute output_shape holds %" PRId64, wanted);
        divide_padding(w, axis, total > 0 ? total : 0, w->padding == FNC_AUTO_UPPER);
        w->after[axis] = total - w->before[axis];
        w->in[axis] = wanted;
        return NULL;
    }
    if (!fnc_add_i64(whole, -w->before[axis] - w->after[axis], &w->in[axis]) || w->in[axis] < 0)
        return say(w, "the output would have %" PRId64 " elements along axis %d", w->in[axis],
                   axis + w->first_axis);
    return NULL;
}

const char *fnc_windows_multiply(fnc_windows *w)
{
    w->in_size = w->out_size = w->taps = 1;
    for (int i = 0; i < w->rank; i++)
        if (!fnc_mul_i64(w->in_size, w->in[i], &w->in_size) ||
            !fnc_mul_i64(w->out_size, w->out[i], &w->out_size) ||
            !fnc_mul_i64(w->taps, w->kernel[i], &w->taps))
            return say(w, "its windows are too many, or too large");
    return NULL;
}

const char *fnc_windows_lay(const fnc_window_attrs *attrs, int rank, const int64_t *kernel,
                            const int64_t *sizes, fnc_windows *w)
{
    const char *wrong = fnc_windows_read(attrs, rank, kernel, w);
    for (int i = 0; i < rank && !wrong; i++)
        wrong = fnc_windows_place(w, i, sizes[i]);
    return wrong ? wrong : fnc_windows_multiply(w);
}

/* ---- questions ---- */

bool fnc_windows_are_padded(const fnc_windows *w)
{
    for (int i = 0; i < w->rank; i++)
        if (w->before[i] != 0 || w->after[i] != 0)
            return true;
    return false;
}

bool fnc_windows_are_dilated(const fnc_windows *w)
{
    for (int i = 0; i < w->rank; i++)
        if (w->dilation[i] != 1)
            return true;
    return false;
}

/* Do all taps of a window that begins `before` elements in front of an axis lie before it, or
 * beyond, if it has as few as `fewest` elements? One tap lies on the first `dilation` elements, if
 * the window reaches so far and the axis has as many. */
static bool may_skip(const fnc_windows *w, int axis, int64_t before, int64_t fewest)
{
    const int64_t d = w->dilation[axis];
    return before > 0 && (fewest < d || (before - 1) / d + 1 >= w->kernel[axis]);
}

bool fnc_windows_may_miss(const fnc_windows *w, int axis)
{
    const int64_t before = w->before[axis];
    /* Of a window that begins within the axis the first tap is there. */
    if (w->out[axis] > 0 && (w->out[axis] - 1) * w->stride[axis] - before >= w->in[axis])
        return true;
    return may_skip(w, axis, before, w->in[axis]);
}

bool fnc_windows_may_ever_miss(const fnc_windows *w, int axis)
{
    /* SAME_* pads by half of a window's reach, rounded up: a tap in the middle is there, unless
     * taps lie on both sides of the axis. */
    if (w->padding != FNC_AUTO_NONE)
        return w->kernel[axis] > 1 && w->dilation[axis] > 1;
    return w->after[axis] >= reach_of(w, axis) || may_skip(w, axis, w->before[axis], 1);
}

void fnc_windows_list_pads(const fnc_windows *w, int64_t *pads)
{
    for (int i = 0; i < w->rank; i++) {
        pads[i] = w->before[i];
        pads[w->rank + i] = w->after[i];
    }
}
