/* Parts of a tensor. */
#include "../move.h"

#include <inttypes.h>
#include <string.h>

typedef struct cut {
    int64_t start, step, n;
} cut;

static int64_t clamp(int64_t x, int64_t low, int64_t high)
{
    return x < low ? low : x > high ? high : x;
}

/* numpy's rules: negative positions count from the end, anything outside is brought inside. */
static cut find_cut(int64_t dim, int64_t start, int64_t end, int64_t step)
{
    if (start < 0)
        start = start < -dim ? -1 : start + dim;
    if (end < 0)
        end = end < -dim ? -1 : end + dim;
    if (step > 0) {
        start = clamp(start, 0, dim);
        end = clamp(end, 0, dim);
        return (cut){start, step, end > start ? (end - start - 1) / step + 1 : 0};
    }
    start = clamp(start, -1, dim - 1);
    end = clamp(end, -1, dim - 1);
    return (cut){start, step,
                 start > end ? (start - end - 1) / -(step + (step == INT64_MIN)) + 1 : 0};
}

static finnc_status slice(fnc_call *call)
{
    const int64_t *starts, *ends, *axes, *steps = NULL;
    int64_t n, nends, naxes, nsteps = 0, dims[FINNC_MAX_RANK], strides[FINNC_MAX_RANK],
                             to[FINNC_MAX_RANK], offset = 0;
    bool is_cut[FINNC_MAX_RANK] = {false};
    size_t size;
    void *out;
    FINNC_TRY(fnc_move_size(call, 0, &size));
    const fnc_array *x = &call->in[0];
    FINNC_TRY(fnc_attr_or_input(call, "starts", 1, &starts, &n));
    FINNC_TRY(fnc_attr_or_input(call, "ends", 2, &ends, &nends));
    FINNC_TRY(fnc_attr_or_input(call, "axes", 3, &axes, &naxes));
    if (fnc_has(call, 4))
        FINNC_TRY(fnc_in_ints(call, 4, &steps, &nsteps));
    if (nends != n || (axes && naxes != n) || (steps && nsteps != n) || n > x->rank)
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "%" PRId64 " starts, %" PRId64 " ends, %" PRId64 " axes, %" PRId64
                          " steps on rank %d",
                          n, nends, naxes, nsteps, x->rank);
    memcpy(dims, x->dims, (size_t)x->rank * sizeof *dims);
    fnc_strides(x->rank, x->dims, strides);
    for (int i = 0; i < n; i++) {
        int axis;
        FINNC_TRY(fnc_axis(call, axes ? axes[i] : i, x->rank, &axis));
        int64_t step = steps ? steps[i] : 1;
        if (step == 0)
            return finnc_fail(call->cx, FINNC_BAD_VALUE, "step %d is 0", i);
        if (is_cut[axis])
            return finnc_fail(call->cx, FINNC_BAD_VALUE, "axis %d is there twice", axis);
        is_cut[axis] = true;
        cut c = find_cut(x->dims[axis], starts[i], ends[i], step);
        dims[axis] = c.n;
        if (c.n > 0)
            offset += c.start * strides[axis];
        strides[axis] *= c.n > 1 ? c.step : 1;
    }
    FINNC_TRY(fnc_out(call, 0, x->elem, x->rank, dims, &out));
    fnc_strides(x->rank, dims, to);
    fnc_copy_block(call, size, x->rank, dims, (const char *)x->data + (size_t)offset * size,
                   strides, out, to);
    return FINNC_OK;
}

const fnc_kernel fnc_kernel_onnx_slice = {.run = slice, .takes = FNC_TAKES_BYTES};
