/* MaxUnpool. */
#include "../move.h"
#include "../window.h"

#include <inttypes.h>
#include <string.h>

/* The shape that the windows were taken from, as far as the attributes tell. */
static finnc_status infer_shape(fnc_call *call, int64_t *dims)
{
    const fnc_array *x = &call->in[0];
    fnc_windows w;
    const fnc_window_attrs attrs = fnc_window_attrs_of(call->node);
    FINNC_TRY(fnc_windows_status(call->cx, fnc_windows_read(&attrs, x->rank - 2, NULL, &w)));
    dims[0] = x->dims[0];
    dims[1] = x->dims[1];
    for (int i = 0; i < w.rank; i++) {
        int64_t *d = &dims[i + 2];
        if (!fnc_mul_i64(x->dims[i + 2] - 1, w.stride[i], d) ||
            !fnc_add_i64(*d, w.kernel[i] - w.before[i] - w.after[i], d) || *d < 0)
            return finnc_fail(call->cx, FINNC_BAD_VALUE,
                              "%" PRId64 " windows of %" PRId64 ", %" PRId64
                              " apart, do not make an axis",
                              x->dims[i + 2], w.kernel[i], w.stride[i]);
    }
    return FINNC_OK;
}

/* output_shape, if it is there. The indices count in the inferred shape, which lies in the first
 * corner of the other: so the standard's own test has it. Where it does not fit into that, as
 * behind a MaxPool with ceil_mode, they count in output_shape itself. */
static finnc_status read_shape(fnc_call *call, int64_t *inferred, int64_t *dims)
{
    int rank = call->in[0].rank;
    const int64_t *given;
    int64_t count;
    bool fits = true;
    memcpy(dims, inferred, (size_t)rank * sizeof *dims);
    if (!fnc_has(call, 2))
        return FINNC_OK;
    FINNC_TRY(fnc_in_ints(call, 2, &given, &count));
    if (count != rank)
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "output_shape has %" PRId64 " numbers, the input has rank %d", count,
                          rank);
    for (int i = 0; i < rank; i++) {
        if (given[i] < 0)
            return finnc_fail(call->cx, FINNC_BAD_VALUE, "output_shape has %" PRId64 " in it",
                              given[i]);
        dims[i] = given[i];
        fits &= inferred[i] <= given[i];
    }
    if (!fits)
        memcpy(inferred, dims, (size_t)rank * sizeof *dims);
    return FINNC_OK;
}

/* Where element `at` of an array of `from` dimensions lies in one of `to`; -1 if outside. */
static int64_t place_in(int rank, const int64_t *from, const int64_t *to, int64_t at)
{
    int64_t place = 0, stride = 1;
    for (int i = rank; i-- > 0;) {
        int64_t index = at % from[i];
        at /= from[i];
        if (index >= to[i])
            return -1;
        place += index * stride;
        stride *= to[i];
    }
    return place;
}

static finnc_status max_unpool(fnc_call *call)
{
    int64_t inferred[FINNC_MAX_RANK] = {0}, dims[FINNC_MAX_RANK], count, ninferred, nelems;
    const int64_t *indices;
    size_t size;
    char *y;
    FINNC_TRY(fnc_need_inputs(call, 2));
    const fnc_array *x = &call->in[0];
    if (x->rank < 3)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "the input has rank %d", x->rank);
    FINNC_TRY(fnc_move_size(call, 0, &size));
    FINNC_TRY(fnc_in_ints(call, 1, &indices, &count));
    if (count != x->nelems)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "%" PRId64 " elements and %" PRId64 " indices",
                          x->nelems, count);
    FINNC_TRY(infer_shape(call, inferred));
    FINNC_TRY(read_shape(call, inferred, dims));
    FINNC_TRY(finnc_shape_nelems(call->cx, x->rank, inferred, &ninferred));
    FINNC_TRY(finnc_shape_nelems(call->cx, x->rank, dims, &nelems));
    FINNC_TRY(fnc_out(call, 0, x->elem, x->rank, dims, &y));
    if (nelems > 0)
        memset(y, 0, (size_t)nelems * size);
    for (int64_t i = 0; i < count; i++) {
        int64_t at = indices[i];
        if (at >= 0 && at < ninferred)
            at = place_in(x->rank, inferred, dims, at);
        else
            at = -1;
        if (at < 0)
            return finnc_fail(call->cx, FINNC_BAD_VALUE, "index %" PRId64 " is outside the output",
                              indices[i]);
        memcpy(y + (size_t)at * size, (const char *)x->data + (size_t)i * size, size);
    }
    return FINNC_OK;
}

const fnc_kernel fnc_kernel_onnx_max_unpool = {.run = max_unpool, .takes = FNC_TAKES_BYTES};
