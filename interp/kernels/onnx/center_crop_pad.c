/* CenterCropPad and ReverseSequence. */
#include "../move.h"

#include <inttypes.h>
#include <string.h>

/* ---- CenterCropPad ---- */

/* Where each of `wanted` places comes from in [0, n), the middles of both lying on one another; -1:
 * from nowhere. */
static finnc_status map_middle(fnc_call *call, int64_t n, int64_t wanted, const int64_t **map)
{
    *map = NULL;
    if (wanted == n)
        return FINNC_OK;
    int64_t *to = FNC_SCRATCH(call, int64_t, wanted);
    if (!to)
        return finnc_no_memory(call->cx);
    *map = to;
    int64_t before = wanted > n ? (wanted - n) / 2 : -((n - wanted) / 2);
    for (int64_t i = 0; i < wanted; i++)
        to[i] = i - before >= 0 && i - before < n ? i - before : -1;
    return FINNC_OK;
}

static finnc_status center_crop_pad(fnc_call *call)
{
    static const char zero[sizeof(finnc_string)]; /* as long as any element */
    const int64_t *wanted, *maps[FINNC_MAX_RANK] = {NULL};
    int64_t n, dims[FINNC_MAX_RANK];
    size_t size, naxes;
    uint64_t seen = 0;
    void *out;
    FINNC_TRY(fnc_need_inputs(call, 2));
    FINNC_TRY(fnc_move_size(call, 0, &size));
    FINNC_TRY(fnc_in_ints(call, 1, &wanted, &n));
    const fnc_array *x = &call->in[0];
    const int64_t *axes = finnc_node_ints(call->node, "axes", &naxes);
    if (!axes)
        naxes = (size_t)x->rank;
    if ((size_t)n != naxes)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "shape has %" PRId64 " entries for %zu axes",
                          n, naxes);
    memcpy(dims, x->dims, (size_t)x->rank * sizeof *dims);
    for (int64_t i = 0; i < n; i++) {
        int axis;
        FINNC_TRY(fnc_axis(call, axes ? axes[i] : i, x->rank, &axis));
        if (wanted[i] < 0)
            return finnc_fail(call->cx, FINNC_BAD_VALUE, "shape has %" PRId64 " in it", wanted[i]);
        if (seen >> axis & 1)
            return finnc_fail(call->cx, FINNC_BAD_VALUE, "axis %d is in axes twice", axis);
        seen |= UINT64_C(1) << axis;
        dims[axis] = wanted[i];
    }
    FINNC_TRY(fnc_out(call, 0, x->elem, x->rank, dims, &out));
    for (int axis = 0; axis < x->rank; axis++)
        FINNC_TRY(map_middle(call, x->dims[axis], dims[axis], &maps[axis]));
    fnc_take(call, size, x->rank, x->dims, x->data, dims, out, maps, zero);
    return FINNC_OK;
}

/* ---- ReverseSequence ---- */

typedef struct reversal {
    bool batch_first;
    int64_t nbatch, ntime;
    const int64_t *lengths;
    size_t nbytes; /* of a step */
    const char *from;
    char *to;
} reversal;

/* Items: steps of the output. */
static void reverse_range(void *user, int64_t begin, int64_t end)
{
    const reversal *r = user;
    for (int64_t i = begin; i < end; i++) {
        int64_t batch = r->batch_first ? i / r->ntime : i % r->nbatch;
        int64_t time = r->batch_first ? i % r->ntime : i / r->nbatch;
        int64_t length = r->lengths[batch], source = time < length ? length - 1 - time : time;
        int64_t from = r->batch_first ? batch * r->ntime + source : source * r->nbatch + batch;
        memcpy(r->to + (size_t)i * r->nbytes, r->from + (size_t)from * r->nbytes, r->nbytes);
    }
}

static finnc_status reverse_sequence(fnc_call *call)
{
    size_t size;
    int64_t n, batch = finnc_node_attr_int(call->node, "batch_axis"), inner = 1;
    int64_t time = finnc_node_attr_int(call->node, "time_axis");
    reversal r = {.batch_first = batch == 0};
    FINNC_TRY(fnc_need_inputs(call, 2));
    FINNC_TRY(fnc_move_size(call, 0, &size));
    const fnc_array *x = &call->in[0];
    if ((batch != 0 && batch != 1) || time != 1 - batch || x->rank < 2)
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "batch_axis %" PRId64 " and time_axis %" PRId64
                          " of a tensor of rank %d: should be 0 and 1",
                          batch, time, x->rank);
    r.nbatch = x->dims[batch];
    r.ntime = x->dims[time];
    FINNC_TRY(fnc_need_shape(call, 1, 1, &r.nbatch));
    FINNC_TRY(fnc_in_ints(call, 1, &r.lengths, &n));
    for (int64_t i = 0; i < n; i++)
        if (r.lengths[i] < 0 || r.lengths[i] > r.ntime)
            return finnc_fail(call->cx, FINNC_BAD_VALUE,
                              "sequence %" PRId64 " has %" PRId64 " steps of %" PRId64, i,
                              r.lengths[i], r.ntime);
    FINNC_TRY(fnc_out_like(call, 0, x, &r.to));
    for (int i = 2; i < x->rank; i++)
        inner *= x->dims[i];
    r.nbytes = (size_t)inner * size;
    r.from = x->data;
    if (x->nelems > 0)
        fnc_parallel_long(call, r.nbatch * r.ntime, inner + 8, reverse_range, &r);
    return FINNC_OK;
}

const fnc_kernel fnc_kernel_onnx_center_crop_pad = {.run = center_crop_pad,
                                                    .takes = FNC_TAKES_BYTES};
const fnc_kernel fnc_kernel_onnx_reverse_sequence = {.run = reverse_sequence,
                                                     .takes = FNC_TAKES_BYTES};
