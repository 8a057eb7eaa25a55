/* Gather: slices picked by index. */
#include "../move.h"

#include <inttypes.h>
#include <string.h>

typedef struct picking {
    int64_t count, axis_dim; /* indices, and what they pick from */
    const int64_t *at;       /* checked and counted from the front */
    size_t nbytes;           /* of a slice */
    const char *from;
    char *to;
} picking;

/* Items: slices of the output. */
static void pick(void *user, int64_t begin, int64_t end)
{
    const picking *p = user;
    for (int64_t item = begin; item < end; item++) {
        int64_t from = item / p->count * p->axis_dim + p->at[item % p->count];
        memcpy(p->to + (size_t)item * p->nbytes, p->from + (size_t)from * p->nbytes, p->nbytes);
    }
}

static finnc_status check_indices(fnc_call *call, int64_t axis_dim, int64_t count,
                                  const int64_t *indices, const int64_t **checked)
{
    int64_t *at = FNC_SCRATCH(call, int64_t, count);
    if (!at)
        return finnc_no_memory(call->cx);
    for (int64_t i = 0; i < count; i++) {
        at[i] = indices[i] < 0 ? indices[i] + axis_dim : indices[i];
        if (at[i] < 0 || at[i] >= axis_dim)
            return finnc_fail(call->cx, FINNC_BAD_VALUE,
                              "index %" PRId64 " is outside an axis of %" PRId64, indices[i],
                              axis_dim);
    }
    *checked = at;
    return FINNC_OK;
}

static finnc_status gather(fnc_call *call)
{
    int axis, rank = 0;
    const int64_t *indices;
    int64_t dims[2 * FINNC_MAX_RANK], outer = 1, inner = 1;
    picking p;
    size_t size;
    FINNC_TRY(fnc_move_size(call, 0, &size));
    FINNC_TRY(fnc_in_ints(call, 1, &indices, &p.count));
    const fnc_array *x = &call->in[0], *index = &call->in[1];
    FINNC_TRY(fnc_axis(call, finnc_node_int(call->node, "axis", 0), x->rank, &axis));
    for (int i = 0; i < axis; i++)
        outer *= dims[rank++] = x->dims[i];
    for (int i = 0; i < index->rank; i++)
        dims[rank++] = index->dims[i];
    for (int i = axis + 1; i < x->rank; i++)
        inner *= dims[rank++] = x->dims[i];
    if (rank > FINNC_MAX_RANK)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "the result would have rank %d", rank);
    p.axis_dim = x->dims[axis];
    FINNC_TRY(check_indices(call, p.axis_dim, p.count, indices, &p.at));
    FINNC_TRY(fnc_out(call, 0, x->elem, rank, dims, &p.to));
    p.from = x->data;
    p.nbytes = (size_t)inner * size;
    if (p.nbytes)
        fnc_parallel(call, outer * p.count, inner + 8, pick, &p);
    return FINNC_OK;
}

const fnc_kernel fnc_kernel_onnx_gather = {.run = gather, .takes = FNC_TAKES_BYTES};
