/* Layers that hand on what they get: copies, other words, queues, memory, marks; and CheckSum. */
#include "../hardware.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

/* The input as it came; floats as integers where the model says that of the output. */
static finnc_status hand_on(fnc_call *call)
{
    FINNC_TRY(fnc_need_inputs(call, 1));
    const finnc_elem elem = call->in[0].elem;
    for (size_t o = 0; o < call->noutputs; o++) {
        const finnc_elem wanted = elem == FINNC_ELEM_FLOAT ? fnc_hw_said_elem(call, o, elem) : elem;
        fnc_array x;
        void *y;
        if (wanted == elem) {
            FINNC_TRY(fnc_out_share(call, o, fnc_in_tensor(call, 0)));
            continue;
        }
        FINNC_TRY(fnc_in_as(call, 0, wanted, &x));
        FINNC_TRY(fnc_out_like(call, o, &x, &y));
        memcpy(y, x.data, (size_t)x.nelems * (size_t)(finnc_elem_bits(wanted) / 8));
    }
    return FINNC_OK;
}

/* IODMA too: upstream's leaves its output as zeros, the hardware does not. */
const fnc_kernel fnc_kernel_finn_duplicate_streams = {.run = hand_on, .takes = FNC_TAKES_ALL};
const fnc_kernel fnc_kernel_finn_iodma = {.run = hand_on, .takes = FNC_TAKES_ALL};
const fnc_kernel fnc_kernel_finn_streaming_data_width_converter = {.run = hand_on,
                                                                   .takes = FNC_TAKES_ALL};
const fnc_kernel fnc_kernel_finn_streaming_fifo = {.run = hand_on, .takes = FNC_TAKES_ALL};
const fnc_kernel fnc_kernel_finn_tlast_marker = {.run = hand_on, .takes = FNC_TAKES_ALL};

/* ---- CheckSum ---- */

/* The bits that stand for x in hardware. */
static finnc_status bits_of(fnc_call *call, finnc_dtype t, float x, uint64_t *bits)
{
    int n = finnc_dtype_bits(t);
    double code = x;
    char name[FINNC_DTYPE_NAME_MAX];
    if (t.kind == FINNC_DTYPE_FLOAT32) {
        uint32_t pattern;
        memcpy(&pattern, &x, sizeof pattern);
        *bits = pattern;
        return FINNC_OK;
    }
    if (!(finnc_dtype_is_integer(t) || t.kind == FINNC_DTYPE_FIXED) || n > 63)
        return finnc_fail(call->cx, FINNC_UNSUPPORTED, "sums of %s", finnc_dtype_name(t, name));
    if (!finnc_dtype_allows(t, x))
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "has %.9g in it, which %s does not hold", x,
                          finnc_dtype_name(t, name));
    if (t.kind == FINNC_DTYPE_BIPOLAR)
        code = x > 0;
    else if (t.kind == FINNC_DTYPE_FIXED)
        code = ldexp(x, t.bits - t.int_bits);
    *bits = (uint64_t)(int64_t)code & ((UINT64_C(1) << n) - 1);
    return FINNC_OK;
}

/* Elements count once, twice, three times and again, modulo 2^24; above 23 bits, slices of so many
 * are folded into one another. The counter above the sum is that of a first frame, 0. */
static finnc_status check_sum(fnc_call *call)
{
    const int64_t one = 1;
    const uint64_t slice = (UINT64_C(1) << 23) - 1;
    finnc_dtype t;
    float *y;
    uint64_t sum = 0;
    FINNC_TRY(fnc_need_inputs(call, 1));
    FINNC_TRY(fnc_hw_dtype(call, "inputDataType", &t));
    FINNC_TRY(fnc_out_share(call, 0, fnc_in_tensor(call, 0)));
    FINNC_TRY(fnc_out(call, 1, FINNC_ELEM_FLOAT, 1, &one, &y));
    const fnc_array *x = &call->in[0];
    if (x->elem != FINNC_ELEM_FLOAT)
        return fnc_bad_elem(call, 0);
    for (int64_t i = 0; i < x->nelems; i++) {
        uint64_t bits = 0, folded = 0;
        FINNC_TRY(bits_of(call, t, ((const float *)x->data)[i], &bits));
        for (; bits; bits >>= 23)
            folded ^= bits & slice;
        sum += folded * (uint64_t)(i % 3 + 1);
    }
    *y = (float)(sum & ((UINT64_C(1) << 24) - 1));
    return FINNC_OK;
}

const fnc_kernel fnc_kernel_finn_check_sum = {.run = check_sum};
