/* Activations of two operands. */
#include "../elementwise.h"

#include <inttypes.h>
#include <math.h>
#include <tgmath.h>

static bool same_shape(const fnc_array *a, const fnc_array *b)
{
    bool same = a->rank == b->rank;
    for (int i = 0; same && i < a->rank; i++)
        same = a->dims[i] == b->dims[i];
    return same;
}

static finnc_status same_elem(fnc_call *call)
{
    FINNC_TRY(fnc_need_inputs(call, 2));
    return call->in[0].elem == call->in[1].elem ? FINNC_OK : fnc_bad_elem(call, 1);
}

/* ---- PRelu ---- */

FNC_SIGNED(FNC_BINARY_LOOP, prelu, FNC_SAME_TYPE, a < 0 ? a * b : a)
FNC_UNSIGNED(FNC_BINARY_LOOP, prelu, FNC_SAME_TYPE, ((void)b, a))

/* Before version 7 a slope of one number per channel lies along axis 1. */
static finnc_status along_channels(fnc_call *call, const fnc_array *x, fnc_array *slope)
{
    int64_t channels = x->rank > 1 ? x->dims[1] : x->rank ? x->dims[0] : 1;
    if (slope->nelems == 1 || same_shape(x, slope))
        return FINNC_OK;
    if (slope->nelems != channels)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "%" PRId64 " slopes for %" PRId64 " channels",
                          slope->nelems, channels);
    int rank = x->rank > 1 ? x->rank - 1 : 1;
    int64_t *dims = FNC_SCRATCH(call, int64_t, rank);
    if (!dims)
        return finnc_no_memory(call->cx);
    dims[0] = channels;
    for (int i = 1; i < rank; i++)
        dims[i] = 1;
    slope->rank = rank;
    slope->dims = dims;
    return FINNC_OK;
}

static finnc_status prelu(fnc_call *call)
{
    static fnc_broadcast_loop *const loops[FNC_NELEMS] = {FNC_NUMERIC(FNC_LOOP_ENTRY, prelu, )};
    fnc_broadcast shape;
    void *out;
    FINNC_TRY(same_elem(call));
    const fnc_array *x = &call->in[0];
    fnc_array slope = call->in[1];
    const fnc_array *operands[] = {x, &slope};
    fnc_broadcast_loop *loop = (size_t)x->elem < FNC_NELEMS ? loops[x->elem] : NULL;
    if (!loop)
        return fnc_bad_elem(call, 0);
    if (call->version < 7)
        FINNC_TRY(along_channels(call, x, &slope));
    FINNC_TRY(fnc_broadcast_init(call, &shape, 2, operands));
    if (!same_shape(x, &(fnc_array){.rank = shape.out_rank, .dims = shape.out_dims}))
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "the slope does not broadcast to X");
    FINNC_TRY(fnc_out_like(call, 0, x, &out));
    fnc_broadcast_run(call, &shape, operands, out, fnc_elem_size(x->elem), loop, NULL);
    return FINNC_OK;
}

const fnc_kernel fnc_kernel_onnx_prelu = {.run = prelu};

/* ---- SwiGLU ---- */

FNC_FLOATS(FNC_BINARY_LOOP, swiglu, FNC_SAME_TYPE, a / (1 + exp(-*(const elem *)user * a)) * b)

static finnc_status swiglu(fnc_call *call)
{
    fnc_broadcast shape;
    void *out;
    FINNC_TRY(same_elem(call));
    const fnc_array *a = &call->in[0], *b = &call->in[1], *operands[] = {a, b};
    if (!same_shape(a, b))
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "A and B are of different shapes");
    const double alpha = finnc_node_attr_float(call->node, "alpha");
    const float alpha_float = (float)alpha;
    FINNC_TRY(fnc_broadcast_init(call, &shape, 2, operands));
    FINNC_TRY(fnc_out_like(call, 0, a, &out));
    if (a->elem == FINNC_ELEM_FLOAT)
        fnc_broadcast_run(call, &shape, operands, out, sizeof(float), swiglu_FLOAT, &alpha_float);
    else if (a->elem == FINNC_ELEM_DOUBLE)
        fnc_broadcast_run(call, &shape, operands, out, sizeof(double), swiglu_DOUBLE, &alpha);
    else
        return fnc_bad_elem(call, 0);
    return FINNC_OK;
}

const fnc_kernel fnc_kernel_onnx_swiglu = {.run = swiglu};
