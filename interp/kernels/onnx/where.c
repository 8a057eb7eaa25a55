/* Where: one of two elements, by a condition. */
#include "../broadcast.h"
#include "../move.h"

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

const fnc_kernel fnc_kernel_onnx_where = {.run = where, .takes = FNC_TAKES_BYTES};
