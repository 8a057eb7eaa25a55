/* Matrix products of bytes. They are computed in floats, which BLAS is fast at, or in doubles where
 * a sum could pass the integers that floats have: exact in either. */
#include "../elementwise.h"
#include "../matmul.h"

#include <inttypes.h>

#define TO_FLOAT(T)  float
#define TO_DOUBLE(T) double
FNC_BINARY_LOOP(INT8, int8_t, floats, TO_FLOAT, a - b)
FNC_BINARY_LOOP(UINT8, uint8_t, floats, TO_FLOAT, a - b)
FNC_BINARY_LOOP(INT8, int8_t, doubles, TO_DOUBLE, a - b)
FNC_BINARY_LOOP(UINT8, uint8_t, doubles, TO_DOUBLE, a - b)

/* The distances of input `i` from its zero points, input `zero`: one, or one for each index of the
 * axis before the last (rows) or of the last (columns). */
static finnc_status centred(fnc_call *call, size_t i, size_t zero, bool is_rows, finnc_elem elem,
                            const void **data)
{
    static const uint64_t none = 0;
    const fnc_array *x = &call->in[i];
    fnc_array z = {.elem = x->elem, .nelems = 1, .data = &none};
    int64_t column[2] = {0, 1}; /* a vector of a number for each row, standing up */
    if (fnc_has(call, zero))
        z = call->in[zero];
    if (z.elem != x->elem)
        return fnc_bad_elem(call, zero);
    if (z.nelems == 1)
        z.rank = 0;
    if (is_rows && z.rank == 1) {
        column[0] = z.dims[0];
        z.rank = 2;
        z.dims = column;
    }
    int along = is_rows ? z.rank - 1 : z.rank - 2; /* where all have one zero point */
    const fnc_array *operands[] = {x, &z};
    fnc_broadcast shape;
    bool fits = z.rank <= x->rank && (along < 0 || z.dims[along] == 1) &&
                (is_rows || x->rank > 1 || z.rank == 0);
    if (fits)
        FINNC_TRY(fnc_broadcast_init(call, &shape, 2, operands));
    if (!fits || shape.nelems != x->nelems)
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "%" PRId64 " zero points (input %zu, rank %d) do not fit input %zu",
                          z.nelems, zero, z.rank, i);
    bool is_float = elem == FINNC_ELEM_FLOAT, is_signed = x->elem == FINNC_ELEM_INT8;
    void *out = fnc_scratch_array(call, fnc_elem_size(elem), x->nelems);
    if (!out)
        return finnc_no_memory(call->cx);
    fnc_broadcast_run(call, &shape, operands, out, fnc_elem_size(elem),
                      is_float ? (is_signed ? floats_INT8 : floats_UINT8)
                               : (is_signed ? doubles_INT8 : doubles_UINT8),
                      NULL);
    *data = out;
    return FINNC_OK;
}

static finnc_status run(fnc_call *call)
{
    enum { FLOAT_TERMS = (1 << 24) / (255 * 255) };
    fnc_matmul shape;
    const void *a = NULL, *b = NULL;
    int32_t *y;
    FINNC_TRY(fnc_need_inputs(call, 2));
    for (size_t i = 0; i < 2; i++)
        if (call->in[i].elem != FINNC_ELEM_INT8 && call->in[i].elem != FINNC_ELEM_UINT8)
            return fnc_bad_elem(call, i);
    FINNC_TRY(fnc_matmul_init(call, &call->in[0], &call->in[1], &shape));
    finnc_elem elem = shape.k <= FLOAT_TERMS ? FINNC_ELEM_FLOAT : FINNC_ELEM_DOUBLE;
    FINNC_TRY(centred(call, 0, 2, true, elem, &a));
    FINNC_TRY(centred(call, 1, 3, false, elem, &b));
    FINNC_TRY(fnc_out(call, 0, FINNC_ELEM_INT32, shape.rank, shape.dims, &y));
    void *wide = fnc_scratch_array(call, fnc_elem_size(elem), shape.nelems);
    if (!wide)
        return finnc_no_memory(call->cx);
    FINNC_TRY(fnc_matmul_run(call, &shape, elem, a, b, wide));
    /* Through int64_t, so that sums beyond 32 bits wrap as they would there. */
    for (int64_t i = 0; i < shape.nelems; i++)
        y[i] = (int32_t)(int64_t)(elem == FINNC_ELEM_FLOAT ? (double)((float *)wide)[i]
                                                           : ((double *)wide)[i]);
    return FINNC_OK;
}

const fnc_kernel fnc_kernel_onnx_mat_mul_integer = {.run = run};
