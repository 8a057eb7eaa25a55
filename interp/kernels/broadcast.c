#include "broadcast.h"

#include <inttypes.h>

static finnc_status out_shape(fnc_call *call, fnc_broadcast *b, const fnc_array *const *operands)
{
    for (int k = 0; k < b->count; k++)
        if (operands[k]->rank > b->out_rank)
            b->out_rank = operands[k]->rank;
    if (b->out_rank > FINNC_MAX_RANK)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "rank %d is too high", b->out_rank);
    for (int i = 0; i < b->out_rank; i++) {
        b->out_dims[i] = 1;
        for (int k = 0; k < b->count; k++) {
            int axis = i - (b->out_rank - operands[k]->rank);
            int64_t dim = axis < 0 ? 1 : operands[k]->dims[axis];
            if (dim == 1)
                continue;
            if (b->out_dims[i] != 1 && b->out_dims[i] != dim)
                return finnc_fail(call->cx, FINNC_BAD_VALUE,
                                  "operands cannot be broadcast: %" PRId64 " and %" PRId64
                                  " along axis %d",
                                  b->out_dims[i], dim, i);
            b->out_dims[i] = dim;
        }
    }
    return finnc_shape_nelems(call->cx, b->out_rank, b->out_dims, &b->nelems);
}

/* The strides of one operand over the output's axes. */
static void operand_strides(const fnc_broadcast *b, const fnc_array *operand, int64_t *strides)
{
    int64_t stride = 1;
    for (int i = b->out_rank; i-- > 0;) {
        int axis = i - (b->out_rank - operand->rank);
        int64_t dim = axis < 0 ? 1 : operand->dims[axis];
        strides[i] = dim == 1 ? 0 : stride;
        stride *= dim;
    }
}

/* Can axis `inner` be counted together with the axis `outer` before it? */
static bool can_merge(const fnc_broadcast *b, int64_t strides[][FINNC_MAX_RANK], int outer,
                      int inner)
{
    for (int k = 0; k < b->count; k++)
        if (strides[k][outer] != strides[k][inner] * b->out_dims[inner])
            return false;
    return true;
}

finnc_status fnc_broadcast_init(fnc_call *call, fnc_broadcast *b, int count,
                                const fnc_array *const *operands)
{
    int64_t strides[FNC_BROADCAST_MAX][FINNC_MAX_RANK] = {0};
    *b = (fnc_broadcast){.count = count};
    FINNC_TRY(out_shape(call, b, operands));
    for (int k = 0; k < count; k++)
        operand_strides(b, operands[k], strides[k]);
    int last = -1; /* the axis merged last */
    for (int i = 0; i < b->out_rank; i++) {
        if (b->out_dims[i] == 1)
            continue;
        bool merge = last >= 0 && can_merge(b, strides, last, i);
        if (!merge)
            b->dims[b->rank++] = b->out_dims[i];
        else
            b->dims[b->rank - 1] *= b->out_dims[i];
        for (int k = 0; k < count; k++)
            b->strides[k][b->rank - 1] = strides[k][i];
        last = i;
    }
    if (b->rank == 0) {
        b->rank = 1;
        b->dims[0] = 1;
    }
    return FINNC_OK;
}

typedef struct job {
    const fnc_broadcast *b;
    const char *in[FNC_BROADCAST_MAX];
    size_t sizes[FNC_BROADCAST_MAX];
    char *out;
    size_t out_size;
    fnc_broadcast_loop *loop;
    const void *user;
} job;

/* The output elements [begin, end), one run of the innermost axis (or a part of it) at a time. */
static void range(void *user, int64_t begin, int64_t end)
{
    const job *j = user;
    const fnc_broadcast *b = j->b;
    int inner = b->rank - 1;
    int64_t steps[FNC_BROADCAST_MAX], index[FINNC_MAX_RANK], at = begin;
    for (int i = inner; i >= 0; i--) {
        index[i] = at % b->dims[i];
        at /= b->dims[i];
    }
    for (int k = 0; k < b->count; k++)
        steps[k] = b->strides[k][inner];
    for (at = begin; at < end;) {
        int64_t n = b->dims[inner] - index[inner];
        const void *in[FNC_BROADCAST_MAX];
        if (n > end - at)
            n = end - at;
        for (int k = 0; k < b->count; k++) {
            int64_t offset = 0;
            for (int i = 0; i < b->rank; i++)
                offset += index[i] * b->strides[k][i];
            in[k] = j->in[k] + (size_t)offset * j->sizes[k];
        }
        j->loop(in, steps, j->out + (size_t)at * j->out_size, n, j->user);
        at += n;
        index[inner] = 0;
        for (int i = inner - 1; i >= 0 && ++index[i] == b->dims[i]; i--)
            index[i] = 0;
    }
}

void fnc_broadcast_run(const fnc_call *call, const fnc_broadcast *b, const fnc_array *const *in,
                       void *out, size_t out_size, fnc_broadcast_loop *loop, const void *user)
{
    job j = {.b = b, .out = out, .out_size = out_size, .loop = loop, .user = user};
    for (int k = 0; k < b->count; k++) {
        j.in[k] = in[k]->data;
        j.sizes[k] = fnc_elem_size(in[k]->elem);
    }
    fnc_parallel_long(call, b->nelems, 1, range, &j);
}
