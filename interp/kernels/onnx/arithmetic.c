/* Two numbers in, one out, as numpy computes them. Integers wrap around; dividing by zero, which
 * numpy leaves to a warning, gives 0. */
#include "../elementwise.h"

#include <math.h>
#include <tgmath.h>

FNC_KERNEL_BINARY(onnx_add, FNC_NUMERIC, a + b)
FNC_KERNEL_BINARY(onnx_sub, FNC_NUMERIC, a - b)
FNC_KERNEL_BINARY(onnx_mul, FNC_NUMERIC, a *b)

/* The most negative number divided by -1 would trap. */
FNC_FLOATS(FNC_BINARY_LOOP, onnx_div, FNC_SAME_TYPE, a / b)
FNC_SIGNED_INTEGERS(FNC_BINARY_LOOP, onnx_div, FNC_SAME_TYPE, b == 0 ? 0 : b == -1 ? -a : a / b)
FNC_UNSIGNED(FNC_BINARY_LOOP, onnx_div, FNC_SAME_TYPE, b == 0 ? 0 : a / b)
FNC_KERNEL_BINARY_LOOPS(onnx_div, FNC_NUMERIC(FNC_LOOP_ENTRY, onnx_div, ), FINNC_ELEM_UNDEFINED)

/* ---- Pow: base and exponent may be of different types; the result is of the base's ---- */

static int64_t raise(int64_t base, uint64_t exponent)
{
    uint64_t result = 1, square = (uint64_t)base;
    for (; exponent > 0; exponent >>= 1, square *= square)
        if (exponent & 1)
            result *= square;
    return (int64_t)result;
}

/* One over an integer is 0 unless that is 1 or -1. */
static int64_t int_power(int64_t base, int64_t exponent)
{
    if (exponent < 0)
        return base == 1 ? 1 : base == -1 ? (exponent % 2 ? -1 : 1) : 0;
    return raise(base, (uint64_t)exponent);
}

FNC_FLOATS(FNC_BINARY_LOOP, power, FNC_SAME_TYPE, pow(a, b))
FNC_BINARY_LOOP(INT64, int64_t, power, FNC_SAME_TYPE, int_power(a, b))
FNC_BINARY_LOOP(UINT64, int64_t, power, FNC_SAME_TYPE, raise(a, (uint64_t)b)) /* the exponent */

static finnc_status pow_run(fnc_call *call)
{
    FINNC_TRY(fnc_need_inputs(call, 2));
    finnc_elem base = call->in[0].elem, exponent = call->in[1].elem, elem;
    if (base == FINNC_ELEM_FLOAT && exponent == FINNC_ELEM_FLOAT)
        elem = FINNC_ELEM_FLOAT;
    else if (finnc_elem_is_float(base) || finnc_elem_is_float(exponent))
        elem = FINNC_ELEM_DOUBLE;
    else
        elem = FINNC_ELEM_INT64;
    fnc_array a, b;
    FINNC_TRY(fnc_in_as(call, 0, elem, &a));
    FINNC_TRY(fnc_in_as(call, 1, elem, &b));
    FINNC_TRY(fnc_binary_stretch(call, &a, &b));
    fnc_broadcast_loop *loop = elem == FINNC_ELEM_FLOAT        ? power_FLOAT
                               : elem == FINNC_ELEM_DOUBLE     ? power_DOUBLE
                               : exponent == FINNC_ELEM_UINT64 ? power_UINT64
                                                               : power_INT64;
    if (elem == base)
        return fnc_binary_arrays(call, &a, &b, loop, elem);
    const fnc_array *operands[] = {&a, &b};
    fnc_broadcast shape;
    void *out;
    FINNC_TRY(fnc_broadcast_init(call, &shape, 2, operands));
    FINNC_TRY(fnc_out(call, 0, base, shape.out_rank, shape.out_dims, &out));
    void *wide = fnc_scratch_array(call, sizeof(int64_t), shape.nelems);
    if (!wide)
        return finnc_no_memory(call->cx);
    fnc_broadcast_run(call, &shape, operands, wide, sizeof(int64_t), loop, NULL);
    fnc_convert(elem, wide, base, out, shape.nelems);
    return FINNC_OK;
}

const fnc_kernel fnc_kernel_onnx_pow = {.run = pow_run};

/* ---- Mod: the divisor's sign with fmod 0, as Python has it, the dividend's with fmod 1 ---- */

#define FLOOR_MOD(NAME, T, ...)                                                                    \
    static T floor_mod_##NAME(T a, T b)                                                            \
    {                                                                                              \
        T rest = fmod(a, b);                                                                       \
        if (rest == 0)                                                                             \
            return copysign(rest, b);                                                              \
        return (rest < 0) != (b < 0) ? rest + b : rest; /* a NaN stays one */                      \
    }
FNC_FLOATS(FLOOR_MOD, )
FNC_BINARY_LOOP(FLOAT, float, mod, FNC_SAME_TYPE, floor_mod_FLOAT(a, b))
FNC_BINARY_LOOP(DOUBLE, double, mod, FNC_SAME_TYPE, floor_mod_DOUBLE(a, b))
FNC_SIGNED_INTEGERS(FNC_BINARY_LOOP, mod, FNC_SAME_TYPE,
                    b == 0 || b == -1 ? 0 : a % b + (a % b != 0 && (a < 0) != (b < 0) ? b : 0))
FNC_UNSIGNED(FNC_BINARY_LOOP, mod, FNC_SAME_TYPE, b == 0 ? 0 : a % b)
FNC_FLOATS(FNC_BINARY_LOOP, rest, FNC_SAME_TYPE, fmod(a, b))
FNC_SIGNED_INTEGERS(FNC_BINARY_LOOP, rest, FNC_SAME_TYPE, b == 0 || b == -1 ? 0 : a % b)
FNC_UNSIGNED(FNC_BINARY_LOOP, rest, FNC_SAME_TYPE, b == 0 ? 0 : a % b)

static finnc_status mod_run(fnc_call *call)
{
    static fnc_broadcast_loop *const mods[FNC_NELEMS] = {FNC_NUMERIC(FNC_LOOP_ENTRY, mod, )};
    static fnc_broadcast_loop *const rests[FNC_NELEMS] = {FNC_NUMERIC(FNC_LOOP_ENTRY, rest, )};
    bool is_fmod = finnc_node_attr_int(call->node, "fmod") != 0;
    FINNC_TRY(fnc_need_inputs(call, 2));
    if (!is_fmod && call->version < 28 && finnc_elem_is_float(call->in[0].elem))
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "floats need fmod = 1 before version 28 of the standard");
    return fnc_binary_run(call, is_fmod ? rests : mods, FINNC_ELEM_UNDEFINED);
}

const fnc_kernel fnc_kernel_onnx_mod = {.run = mod_run};

/* ---- Sum, Mean, Min, Max: any number of operands, folded from the left ---- */

FNC_NUMERIC(FNC_BINARY_LOOP, sum, FNC_SAME_TYPE, a + b)
/* The last step of a mean of so many operands. */
FNC_FLOATS(FNC_BINARY_LOOP, mean, FNC_SAME_TYPE, (a + b) / (elem)(*(const size_t *)user))
/* A NaN on either side comes through, as in numpy. */
FNC_NUMERIC(FNC_BINARY_LOOP, least, FNC_SAME_TYPE, a < b || a != a ? a : b)
FNC_NUMERIC(FNC_BINARY_LOOP, greatest, FNC_SAME_TYPE, a > b || a != a ? a : b)

static fnc_broadcast_loop *const sums[FNC_NELEMS] = {FNC_NUMERIC(FNC_LOOP_ENTRY, sum, )};
static fnc_broadcast_loop *const means[FNC_NELEMS] = {FNC_FLOATS(FNC_LOOP_ENTRY, mean, )};
static fnc_broadcast_loop *const leasts[FNC_NELEMS] = {FNC_NUMERIC(FNC_LOOP_ENTRY, least, )};
static fnc_broadcast_loop *const greatests[FNC_NELEMS] = {FNC_NUMERIC(FNC_LOOP_ENTRY, greatest, )};

static finnc_status check_same_shape(fnc_call *call, size_t i)
{
    const fnc_array *a = &call->in[0], *b = &call->in[i];
    bool is_same = a->rank == b->rank;
    for (int k = 0; is_same && k < a->rank; k++)
        is_same = a->dims[k] == b->dims[k];
    return is_same ? FINNC_OK
                   : finnc_fail(call->cx, FINNC_BAD_VALUE,
                                "inputs 0 and %zu are of different shapes", i);
}

/* The loops of `last` make the output; they see the number of operands. Before version 8 nothing
 * broadcasts. */
static finnc_status fold(fnc_call *call, fnc_broadcast_loop *const *loops,
                         fnc_broadcast_loop *const *last)
{
    FINNC_TRY(fnc_need_inputs(call, call->ninputs ? call->ninputs : 1));
    fnc_array left = call->in[0];
    if ((size_t)left.elem >= FNC_NELEMS || !last[left.elem])
        return fnc_bad_elem(call, 0);
    if (call->ninputs == 1)
        return fnc_out_share(call, 0, fnc_in_tensor(call, 0));
    size_t size = fnc_elem_size(left.elem);
    for (size_t i = 1; i < call->ninputs; i++) {
        const fnc_array *operands[] = {&left, &call->in[i]};
        bool is_last = i + 1 == call->ninputs;
        fnc_broadcast shape;
        void *data;
        if (call->in[i].elem != left.elem)
            return fnc_bad_elem(call, i);
        if (call->version < 8)
            FINNC_TRY(check_same_shape(call, i));
        FINNC_TRY(fnc_broadcast_init(call, &shape, 2, operands));
        if (is_last)
            FINNC_TRY(fnc_out(call, 0, left.elem, shape.out_rank, shape.out_dims, &data));
        else
            data = fnc_scratch_array(call, size, shape.nelems);
        int64_t *dims = FNC_SCRATCH(call, int64_t, shape.out_rank);
        if (!data || !dims)
            return finnc_no_memory(call->cx);
        fnc_broadcast_run(call, &shape, operands, data, size, (is_last ? last : loops)[left.elem],
                          &call->ninputs);
        for (int k = 0; k < shape.out_rank; k++)
            dims[k] = shape.out_dims[k];
        left = (fnc_array){left.elem, shape.out_rank, shape.nelems, dims, data};
    }
    return FINNC_OK;
}

static finnc_status sum_run(fnc_call *call)
{
    return fold(call, sums, sums);
}

static finnc_status mean_run(fnc_call *call)
{
    return fold(call, sums, means);
}

static finnc_status min_run(fnc_call *call)
{
    return fold(call, leasts, leasts);
}

static finnc_status max_run(fnc_call *call)
{
    return fold(call, greatests, greatests);
}

const fnc_kernel fnc_kernel_onnx_sum = {.run = sum_run};
const fnc_kernel fnc_kernel_onnx_mean = {.run = mean_run};
const fnc_kernel fnc_kernel_onnx_min = {.run = min_run};
const fnc_kernel fnc_kernel_onnx_max = {.run = max_run};
