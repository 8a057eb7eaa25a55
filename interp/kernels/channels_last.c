#include "channels_last.h"

#include "move.h"

#include <string.h>

finnc_status fnc_to_channels_first(fnc_call *call, const fnc_array *x, const void **data,
                                   int64_t *dims)
{
    int64_t own[FINNC_MAX_RANK], strides[FINNC_MAX_RANK], to[FINNC_MAX_RANK];
    size_t size = fnc_elem_size(x->elem);
    if (x->rank < 2)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "the input has rank %d", x->rank);
    fnc_strides(x->rank, x->dims, own);
    for (int i = 0; i < x->rank; i++) {
        int from = i == 0 ? 0 : i == 1 ? x->rank - 1 : i - 1;
        dims[i] = x->dims[from];
        strides[i] = own[from];
    }
    void *turned = fnc_scratch_array(call, size, x->nelems);
    if (!turned)
        return finnc_no_memory(call->cx);
    fnc_strides(x->rank, dims, to);
    fnc_copy_block(call, size, x->rank, dims, x->data, strides, turned, to);
    *data = turned;
    return FINNC_OK;
}

void fnc_to_channels_last(const fnc_call *call, finnc_elem elem, int rank, const int64_t *dims,
                          const void *from, void *to)
{
    int64_t own[FINNC_MAX_RANK], strides[FINNC_MAX_RANK], out[FINNC_MAX_RANK],
        to_strides[FINNC_MAX_RANK];
    fnc_strides(rank, dims, own); /* channels first */
    for (int i = 0; i < rank; i++) {
        int axis = i == 0 ? 0 : i == rank - 1 ? 1 : i + 1;
        out[i] = dims[axis];
        strides[i] = own[axis];
    }
    fnc_strides(rank, out, to_strides);
    fnc_copy_block(call, fnc_elem_size(elem), rank, out, from, strides, to, to_strides);
}

typedef struct patch_job {
    const fnc_windows *w;
    const char *x, *fill;
    char *y;
    size_t size, channel_bytes;
    int64_t channels;
} patch_job;

static void fill_pixel(const patch_job *job, char *to)
{
    for (int64_t c = 0; c < job->channels; c++)
        memcpy(to + (size_t)c * job->size, job->fill, job->size);
}

/* Items: (image, output position). */
static void patch_range(void *user, int64_t begin, int64_t end)
{
    const patch_job *job = user;
    const fnc_windows *w = job->w;
    for (int64_t item = begin; item < end; item++) {
        int64_t image = item / w->out_size, rest = item % w->out_size;
        int64_t at[FINNC_MAX_RANK], tap[FINNC_MAX_RANK] = {0};
        char *to = job->y + (size_t)(item * w->taps) * job->channel_bytes;
        for (int i = w->rank - 1; i >= 0; i--) {
            at[i] = rest % w->out[i];
            rest /= w->out[i];
        }
        for (int64_t t = 0; t < w->taps; t++, to += job->channel_bytes) {
            int64_t place = image;
            bool inside = true;
            for (int i = 0; i < w->rank; i++) {
                int64_t in = fnc_windows_at(w, i, at[i], tap[i]);
                inside &= in >= 0 && in < w->in[i];
                place = place * w->in[i] + in;
            }
            if (inside)
                memcpy(to, job->x + (size_t)place * job->channel_bytes, job->channel_bytes);
            else
                fill_pixel(job, to);
            for (int i = w->rank - 1; i >= 0 && ++tap[i] == w->kernel[i]; i--)
                tap[i] = 0;
        }
    }
}

void fnc_patches(const fnc_call *call, const fnc_windows *w, size_t size, int64_t images,
                 int64_t channels, const void *x, const void *fill, void *y)
{
    patch_job job = {.w = w,
                     .x = x,
                     .fill = fill,
                     .y = y,
                     .size = size,
                     .channel_bytes = (size_t)channels * size,
                     .channels = channels};
    if (job.channel_bytes == 0) /* however many windows there are */
        return;
    fnc_parallel_long(call, images * w->out_size, w->taps * channels, patch_range, &job);
}
