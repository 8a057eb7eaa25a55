/* Gather: slices picked by index. */
#include "../move.h"
#include "../places.h"

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

static finnc_status gather(fnc_call *call)
{
    int axis, rank = 0;
    int64_t dims[2 * FINNC_MAX_RANK], outer = 1, inner = 1;
    picking p;
    size_t size;
    FINNC_TRY(fnc_need_inputs(call, 2));
    FINNC_TRY(fnc_move_size(call, 0, &size));
    const fnc_array *x = &call->in[0], *index = &call->in[1];
    FINNC_TRY(fnc_axis(call, finnc_node_attr_int(call->node, "axis"), x->rank, &axis));
    for (int i = 0; i < axis; i++)
        outer *= dims[rank++] = x->dims[i];
    for (int i = 0; i < index->rank; i++)
        dims[rank++] = index->dims[i];
    for (int i = axis + 1; i < x->rank; i++)
        inner *= dims[rank++] = x->dims[i];
    if (rank > FINNC_MAX_RANK)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "the result would have rank %d", rank);
    p.axis_dim = x->dims[axis];
    FINNC_TRY(fnc_places_on_axis(call, axis, &p.at, &p.count));
    FINNC_TRY(fnc_out(call, 0, x->elem, rank, dims, &p.to));
    p.from = x->data;
    p.nbytes = (size_t)inner * size;
    if (p.nbytes)
        fnc_parallel_long(call, outer * p.count, inner + 8, pick, &p);
    return FINNC_OK;
}

const fnc_kernel fnc_kernel_onnx_gather = {.run = gather, .takes = FNC_TAKES_BYTES};
