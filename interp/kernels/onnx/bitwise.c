/* Bits of integers; BitCast, which only gives them another name. */
#include "../elementwise.h"

#include <base/text.h>

#include <inttypes.h>
#include <string.h>

FNC_KERNEL_BINARY(onnx_bitwise_and, FNC_INTEGERS, a &b)
FNC_KERNEL_BINARY(onnx_bitwise_or, FNC_INTEGERS, a | b)
FNC_KERNEL_BINARY(onnx_bitwise_xor, FNC_INTEGERS, a ^ b)
FNC_KERNEL_UNARY(onnx_bitwise_not, FNC_INTEGERS, ~x)

/* ---- BitShift: a negative number of places is as good as one beyond the width ---- */

#define IS_BEYOND(b) ((uint64_t)(b) >= 8 * sizeof(elem))

FNC_INTEGERS(FNC_BINARY_LOOP, left, FNC_SAME_TYPE, IS_BEYOND(b) ? 0 : (uint64_t)a << b)
FNC_SIGNED_INTEGERS(FNC_BINARY_LOOP, right, FNC_SAME_TYPE,
                    a >> (IS_BEYOND(b) ? 8 * sizeof(elem) - 1 : (size_t)b))
FNC_UNSIGNED(FNC_BINARY_LOOP, right, FNC_SAME_TYPE, IS_BEYOND(b) ? 0 : a >> b)

static finnc_status bit_shift(fnc_call *call)
{
    static fnc_broadcast_loop *const lefts[FNC_NELEMS] = {FNC_INTEGERS(FNC_LOOP_ENTRY, left, )};
    static fnc_broadcast_loop *const rights[FNC_NELEMS] = {FNC_INTEGERS(FNC_LOOP_ENTRY, right, )};
    bool is_left = fnc_same(finnc_node_string(call->node, "direction", ""), "LEFT");
    return fnc_binary_run(call, is_left ? lefts : rights, FINNC_ELEM_UNDEFINED);
}

const fnc_kernel fnc_kernel_onnx_bit_shift = {.run = bit_shift};

/* ---- BitCast ---- */

static finnc_status bit_cast(fnc_call *call)
{
    int64_t number;
    int to;
    void *out;
    FINNC_TRY(fnc_need_inputs(call, 1));
    FINNC_TRY(finnc_node_need_int(call->cx, call->node, "to", &number));
    const fnc_array *x = &call->in[0];
    if (!fnc_to_int(number, &to) || finnc_elem_bits(x->elem) == 0 ||
        finnc_elem_bits((finnc_elem)to) != finnc_elem_bits(x->elem))
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "elements of %d bits cannot be read as element type %" PRId64,
                          finnc_elem_bits(x->elem), number);
    FINNC_TRY(fnc_out(call, 0, (finnc_elem)to, x->rank, x->dims, &out));
    if (x->nelems > 0)
        memcpy(out, x->data, finnc_tensor_nbytes(fnc_in_tensor(call, 0)));
    return FINNC_OK;
}

const fnc_kernel fnc_kernel_onnx_bit_cast = {.run = bit_cast, .takes = FNC_TAKES_ALL};
