#include "window.h"

#include <inttypes.h>
#include <string.h>

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b != 0 && (a < 0) != (b < 0));
}

finnc_status fnc_windows_need(fnc_call *call, const fnc_window_attrs *attrs, int rank,
                              const int64_t *sizes, const int64_t *kernel, fnc_windows *w)
{
    /* Below this no sum or product of a size and what attributes may hold can overflow. */
    for (int i = 0; i < rank; i++)
        if (sizes[i] > UINT32_MAX)
            return finnc_fail(call->cx, FINNC_UNSUPPORTED, "an axis of %" PRId64 " is too long",
                              sizes[i]);
    return fnc_windows_status(call->cx, fnc_windows_lay(attrs, rank, kernel, sizes, w));
}

finnc_status fnc_windows_global(fnc_call *call, int rank, const int64_t *in, fnc_windows *w)
{
    *w = (fnc_windows){.rank = rank};
    for (int i = 0; i < rank; i++) {
        w->in[i] = w->kernel[i] = in[i];
        w->stride[i] = w->dilation[i] = w->out[i] = 1;
    }
    return fnc_windows_status(call->cx, fnc_windows_multiply(w));
}

/* The first tap at `position` or behind it, of a window that begins at `begin`. */
static int64_t tap_from(const fnc_windows *w, int axis, int64_t begin, int64_t position)
{
    int64_t d = w->dilation[axis], tap = position <= begin ? 0 : (position - begin - 1) / d + 1;
    return tap < w->kernel[axis] ? tap : w->kernel[axis];
}

int64_t fnc_windows_covered(const fnc_windows *w, int axis, int64_t at, int64_t low, int64_t high)
{
    int64_t begin = fnc_windows_at(w, axis, at, 0), n;
    n = tap_from(w, axis, begin, high) - tap_from(w, axis, begin, low);
    return n > 0 ? n : 0;
}

fnc_windows fnc_windows_trimmed(const fnc_windows *w)
{
    fnc_windows t = *w;
    t.taps = 1;
    for (int i = 0; i < w->rank; i++) {
        /* The last window reaches the input with the least tap, the first one with the largest. */
        int64_t last = fnc_windows_at(w, i, w->out[i] > 0 ? w->out[i] - 1 : 0, 0);
        int64_t first = tap_from(w, i, last, 0), end = tap_from(w, i, -w->before[i], w->in[i]);
        if (first >= end) { /* all lie in the padding */
            first = 0;
            end = 1;
        }
        t.before[i] -= first * w->dilation[i];
        t.kernel[i] = end - first;
        t.taps *= t.kernel[i]; /* no more than there were */
    }
    return t;
}

void fnc_windows_valid(const fnc_windows *w, int axis, int64_t tap, int64_t *low, int64_t *high)
{
    int64_t shift = tap * w->dilation[axis] - w->before[axis];
    *low = shift < 0 ? (-shift + w->stride[axis] - 1) / w->stride[axis] : 0;
    *high = floor_div(w->in[axis] - 1 - shift, w->stride[axis]) + 1;
    if (*high > w->out[axis])
        *high = w->out[axis];
    if (*high < *low)
        *high = *low;
}

void fnc_rows_init(fnc_rows *rows, const fnc_windows *w, int64_t out_row)
{
    int outer = w->rank - 1;
    rows->w = w;
    rows->out_row = out_row;
    rows->tap_rows = 1;
    for (int i = outer - 1; i >= 0; i--) {
        rows->out_at[i] = out_row % w->out[i];
        out_row /= w->out[i];
        rows->tap_at[i] = 0;
        rows->tap_rows *= w->kernel[i];
    }
    rows->tap_row = -1;
}

/* Where the input row of the taps at hand begins; false if it lies in the padding. */
static bool find_in_row(fnc_rows *rows)
{
    const fnc_windows *w = rows->w;
    rows->in_row = 0;
    for (int i = 0; i < w->rank - 1; i++) {
        int64_t at = fnc_windows_at(w, i, rows->out_at[i], rows->tap_at[i]);
        if (at < 0 || at >= w->in[i])
            return false;
        rows->in_row = (rows->in_row + at) * w->in[i + 1];
    }
    return true;
}

bool fnc_rows_next_tap(fnc_rows *rows)
{
    const fnc_windows *w = rows->w;
    while (++rows->tap_row < rows->tap_rows) {
        if (rows->tap_row > 0)
            for (int i = w->rank - 2; i >= 0 && ++rows->tap_at[i] == w->kernel[i]; i--)
                rows->tap_at[i] = 0;
        if (find_in_row(rows))
            return true;
    }
    return false;
}

/* What one tap of the last axis gives for outputs [begin, end) of a row, whatever the channel:
 * zeros, input elements, zeros. */
typedef struct span {
    size_t before, count, after; /* elements */
    size_t from, step; /* the first input element in its row, and how far apart they are */
} span;

static span span_of(const fnc_windows *w, int64_t tap, int64_t begin, int64_t end)
{
    int axis = w->rank - 1;
    int64_t low, high;
    fnc_windows_valid(w, axis, tap, &low, &high);
    low = low < begin ? begin : low > end ? end : low;
    high = high > end ? end : high < low ? low : high;
    return (span){.before = (size_t)(low - begin),
                  .count = (size_t)(high - low),
                  .after = (size_t)(end - high),
                  .from = high > low ? (size_t)fnc_windows_at(w, axis, low, tap) : 0,
                  .step = (size_t)w->stride[axis]};
}

static void put_span(const span *s, size_t size, const char *in_row, char *to)
{
    const char *from = in_row + s->from * size;
    if (s->before)
        memset(to, 0, s->before * size);
    to += s->before * size;
    if (s->step == 1) {
        memcpy(to, from, s->count * size);
    } else if (size == sizeof(float)) {
        for (size_t i = 0; i < s->count; i++)
            ((float *)(void *)to)[i] = ((const float *)(const void *)from)[i * s->step];
    } else {
        for (size_t i = 0; i < s->count; i++)
            ((double *)(void *)to)[i] = ((const double *)(const void *)from)[i * s->step];
    }
    if (s->after)
        memset(to + s->count * size, 0, s->after * size);
}

/* One output row's piece of the matrix: all channels and taps. */
static void im2col_piece(const fnc_windows *w, size_t size, const char *in, int64_t channels,
                         int64_t out_row, int64_t begin, int64_t end, char *columns, int64_t stride)
{
    int64_t inner = w->kernel[w->rank - 1];
    size_t row = (size_t)stride * size, plane = (size_t)w->in_size * size;
    size_t channel = (size_t)w->taps * row;
    fnc_rows rows;
    fnc_rows_init(&rows, w, out_row);
    int64_t next = 0; /* tap rows before this one are written */
    bool more = true;
    while (more) {
        more = fnc_rows_next_tap(&rows);
        int64_t until = more ? rows.tap_row : rows.tap_rows;
        for (int64_t t = next * inner; t < until * inner; t++)
            for (int64_t c = 0; c < channels; c++)
                memset(columns + (size_t)c * channel + (size_t)t * row, 0,
                       (size_t)(end - begin) * size);
        for (int64_t t = 0; more && t < inner; t++) {
            const span s = span_of(w, t, begin, end);
            const char *from = in + (size_t)rows.in_row * size;
            char *to = columns + (size_t)(until * inner + t) * row;
            for (int64_t c = 0; c < channels; c++)
                put_span(&s, size, from + (size_t)c * plane, to + (size_t)c * channel);
        }
        next = until + 1;
    }
}

void fnc_im2col(const fnc_windows *w, size_t size, const void *in, int64_t channels, int64_t begin,
                int64_t end, void *columns, int64_t stride)
{
    int64_t width = w->out[w->rank - 1];
    for (int64_t at = begin; at < end;) {
        int64_t row = at / width, x = at % width;
        int64_t n = width - x < end - at ? width - x : end - at;
        im2col_piece(w, size, in, channels, row, x, x + n,
                     (char *)columns + (size_t)(at - begin) * size, stride);
        at += n;
    }
}
