#include "elementwise.h"

typedef struct unary_job {
    fnc_unary_loop *loop;
    const char *in;
    char *out;
    size_t size;
    const double *p;
} unary_job;

static void unary_range(void *user, int64_t begin, int64_t end)
{
    const unary_job *job = user;
    size_t offset = (size_t)begin * job->size;
    job->loop(job->in + offset, job->out + offset, end - begin, job->p);
}

finnc_status fnc_unary_run(fnc_call *call, fnc_unary_loop *const *loops,
                           const fnc_unary_param *params, double *p)
{
    FINNC_TRY(fnc_need_inputs(call, 1));
    const fnc_array *x = &call->in[0];
    fnc_unary_loop *loop = (size_t)x->elem < FNC_NELEMS ? loops[x->elem] : NULL;
    if (!loop)
        return fnc_bad_elem(call, 0);
    for (int i = 0; params[i].attr; i++)
        p[i] = finnc_node_float(call->node, params[i].attr, params[i].fallback);
    unary_job job = {.loop = loop, .in = x->data, .size = fnc_elem_size(x->elem), .p = p};
    FINNC_TRY(fnc_out_like(call, 0, x, &job.out));
    fnc_parallel_long(call, x->nelems, 4, unary_range, &job);
    return FINNC_OK;
}

finnc_status fnc_binary_arrays(fnc_call *call, const fnc_array *a, const fnc_array *b,
                               fnc_broadcast_loop *loop, finnc_elem out)
{
    const fnc_array *operands[] = {a, b};
    fnc_broadcast shape;
    void *data;
    FINNC_TRY(fnc_broadcast_init(call, &shape, 2, operands));
    if (out == FINNC_ELEM_UNDEFINED)
        out = a->elem;
    FINNC_TRY(fnc_out(call, 0, out, shape.out_rank, shape.out_dims, &data));
    fnc_broadcast_run(call, &shape, operands, data, fnc_elem_size(out), loop, NULL);
    return FINNC_OK;
}

finnc_status fnc_binary_stretch(fnc_call *call, const fnc_array *a, fnc_array *b)
{
    if (call->version >= 7 || finnc_node_is_custom(call->node))
        return FINNC_OK;
    bool may = finnc_node_int(call->node, "broadcast", 0) != 0;
    int axis = a->rank - b->rank;
    bool fits = axis >= 0 && (may || axis == 0);
    int64_t *dims = FNC_SCRATCH(call, int64_t, a->rank);
    if (!dims)
        return finnc_no_memory(call->cx);
    if (fits && b->nelems != 1)
        FINNC_TRY(fnc_axis(call, finnc_node_int(call->node, "axis", axis), a->rank, &axis));
    for (int i = 0; fits && i < a->rank; i++) {
        int k = i - axis;
        dims[i] = k >= 0 && k < b->rank ? b->dims[k] : 1;
        fits = axis + b->rank <= a->rank && (dims[i] == a->dims[i] || (may && dims[i] == 1));
    }
    if (!fits)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "B of rank %d does not fit on A of rank %d%s",
                          b->rank, a->rank, may ? "" : " without the attribute broadcast");
    b->rank = a->rank;
    b->dims = dims;
    return FINNC_OK;
}

/* ONNX wants both operands of one type. QONNX graphs at times mix float and double, which numpy
 * promotes to double. */
static finnc_status agree(fnc_call *call, fnc_array *a, fnc_array *b)
{
    if (a->elem == b->elem)
        return FINNC_OK;
    if (!finnc_elem_is_float(a->elem) || !finnc_elem_is_float(b->elem))
        return fnc_bad_elem(call, 1);
    FINNC_TRY(fnc_in_as(call, 0, FINNC_ELEM_DOUBLE, a));
    return fnc_in_as(call, 1, FINNC_ELEM_DOUBLE, b);
}

finnc_status fnc_binary_run(fnc_call *call, fnc_broadcast_loop *const *loops, finnc_elem out)
{
    FINNC_TRY(fnc_need_inputs(call, 2));
    fnc_array a = call->in[0], b = call->in[1];
    FINNC_TRY(agree(call, &a, &b));
    FINNC_TRY(fnc_binary_stretch(call, &a, &b));
    fnc_broadcast_loop *loop = (size_t)a.elem < FNC_NELEMS ? loops[a.elem] : NULL;
    if (!loop)
        return fnc_bad_elem(call, 0);
    return fnc_binary_arrays(call, &a, &b, loop, out);
}
