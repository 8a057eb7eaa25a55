/* Elements picked by index or by condition. */
#include "../broadcast.h"
#include "../move.h"

#include <inttypes.h>
#include <string.h>

static finnc_status gather(fnc_call *call)
{
    int axis;
    const int64_t *indices;
    int64_t n, dims[2 * FINNC_MAX_RANK], outer = 1, inner = 1;
    size_t size;
    char *out;
    FINNC_TRY(fnc_move_size(call, 0, &size));
    FINNC_TRY(fnc_in_ints(call, 1, &indices, &n));
    const fnc_array *x = &call->in[0], *index = &call->in[1];
    FINNC_TRY(fnc_axis(call, finnc_node_int(call->node, "axis", 0), x->rank, &axis));
    int rank = 0;
    for (int i = 0; i < axis; i++)
        outer *= dims[rank++] = x->dims[i];
    for (int i = 0; i < index->rank; i++)
        dims[rank++] = index->dims[i];
    for (int i = axis + 1; i < x->rank; i++)
        inner *= dims[rank++] = x->dims[i];
    if (rank > FINNC_MAX_RANK)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "the result would have rank %d", rank);
    FINNC_TRY(fnc_out(call, 0, x->elem, rank, dims, &out));
    size_t nbytes = (size_t)inner * size;
    for (int64_t o = 0; o < outer; o++)
        for (int64_t i = 0; i < n; i++) {
            int64_t at = indices[i] < 0 ? indices[i] + x->dims[axis] : indices[i];
            if (at < 0 || at >= x->dims[axis])
                return finnc_fail(call->cx, FINNC_BAD_VALUE,
                                  "index %" PRId64 " is outside an axis of %" PRId64, indices[i],
                                  x->dims[axis]);
            if (nbytes)
                memcpy(out + (size_t)(o * n + i) * nbytes,
                       (const char *)x->data + (size_t)(o * x->dims[axis] + at) * nbytes, nbytes);
        }
    return FINNC_OK;
}

/* One loop per size of element: where the condition holds the first, else the second. */
#define WHERE(T)                                                                                   \
    static void where_##T(const void *const *in, const int64_t *step, void *to, int64_t n,         \
                          const void *user)                                                        \
    {                                                                                              \
        const uint8_t *c = in[0];                                                                  \
        const T *x = in[1], *y = in[2];                                                            \
        T *out = to;                                                                               \
        (void)user;                                                                                \
        for (int64_t i = 0; i < n; i++)                                                            \
            out[i] = c[i * step[0]] ? x[i * step[1]] : y[i * step[2]];                             \
    }
WHERE(uint8_t)
WHERE(uint16_t)
WHERE(uint32_t)
WHERE(uint64_t)
WHERE(finnc_string) /* COMPLEX128 is of that size, too */

static finnc_status where(fnc_call *call)
{
    size_t size;
    fnc_broadcast shape;
    void *out;
    FINNC_TRY(fnc_need_inputs(call, 3));
    FINNC_TRY(fnc_move_size(call, 1, &size));
    if (call->in[0].elem != FINNC_ELEM_BOOL)
        return fnc_bad_elem(call, 0);
    if (call->in[1].elem != call->in[2].elem)
        return fnc_bad_elem(call, 2);
    const fnc_array *operands[] = {&call->in[0], &call->in[1], &call->in[2]};
    FINNC_TRY(fnc_broadcast_init(call, &shape, 3, operands));
    FINNC_TRY(fnc_out(call, 0, call->in[1].elem, shape.out_rank, shape.out_dims, &out));
    fnc_broadcast_run(call, &shape, operands, out, size,
                      size == 1   ? where_uint8_t
                      : size == 2 ? where_uint16_t
                      : size == 4 ? where_uint32_t
                      : size == 8 ? where_uint64_t
                                  : where_finnc_string,
                      NULL);
    return FINNC_OK;
}

const fnc_kernel fnc_kernel_onnx_gather = {.run = gather, .takes = FNC_TAKES_BYTES};
const fnc_kernel fnc_kernel_onnx_where = {.run = where, .takes = FNC_TAKES_BYTES};
