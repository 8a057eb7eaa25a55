/* Changes of element type. */
#include "../../kernel.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- strings ---- */

enum { NUMBER_LENGTH = 64 };

/* The shortest text that reads back as the number, in the manner of numpy's str. */
static int write_number(finnc_elem elem, const finnc_tensor *x, int64_t i, char *text)
{
    double v = finnc_tensor_get(x, i);
    if (elem == FINNC_ELEM_BOOL)
        return snprintf(text, NUMBER_LENGTH, "%d", v != 0);
    if (elem == FINNC_ELEM_UINT64)
        return snprintf(text, NUMBER_LENGTH, "%" PRIu64, (uint64_t)finnc_tensor_get_int(x, i));
    if (finnc_elem_is_integer(elem))
        return snprintf(text, NUMBER_LENGTH, "%" PRId64, finnc_tensor_get_int(x, i));
    if (isnan(v))
        return snprintf(text, NUMBER_LENGTH, "NaN");
    if (isinf(v))
        return snprintf(text, NUMBER_LENGTH, v > 0 ? "INF" : "-INF");
    int n = 0;
    for (int digits = 1; digits <= 17; digits++) {
        n = snprintf(text, NUMBER_LENGTH, "%.*g", digits, v);
        double back = strtod(text, NULL);
        if (elem == FINNC_ELEM_DOUBLE ? back == v
                                      : finnc_elem_decode(elem, finnc_elem_encode(elem, back)) == v)
            break;
    }
    return n;
}

static finnc_status to_strings(fnc_call *call, const fnc_array *x)
{
    finnc_tensor *out;
    char text[NUMBER_LENGTH];
    FINNC_TRY(finnc_tensor_create(call->cx, FINNC_ELEM_STRING, x->rank, x->dims, &out));
    finnc_status status = FINNC_OK;
    for (int64_t i = 0; i < x->nelems && status == FINNC_OK; i++) {
        int n = write_number(x->elem, fnc_in_tensor(call, 0), i, text);
        status = finnc_tensor_set_string(call->cx, out, i, text, (size_t)n);
    }
    if (status == FINNC_OK)
        status = fnc_out_share(call, 0, out);
    finnc_tensor_release(out);
    return status;
}

static finnc_status from_strings(fnc_call *call, const fnc_array *x, finnc_elem to)
{
    const finnc_string *strings = x->data;
    double *numbers = FNC_SCRATCH(call, double, x->nelems);
    void *out;
    if (!numbers)
        return finnc_no_memory(call->cx);
    for (int64_t i = 0; i < x->nelems; i++) {
        char text[NUMBER_LENGTH] = "", *end;
        size_t length = strings[i].length;
        if (length < sizeof text)
            memcpy(text, strings[i].data, length);
        numbers[i] = strtod(text, &end);
        if (length == 0 || length >= sizeof text || *end)
            return finnc_fail(call->cx, FINNC_BAD_VALUE, "element %" PRId64 " is no number: %s", i,
                              text);
    }
    FINNC_TRY(fnc_out(call, 0, to, x->rank, x->dims, &out));
    fnc_convert(FINNC_ELEM_DOUBLE, numbers, to, out, x->nelems);
    return FINNC_OK;
}

/* ---- Cast, CastLike ---- */

static finnc_status cast_to(fnc_call *call, finnc_elem to)
{
    FINNC_TRY(fnc_need_inputs(call, 1));
    const fnc_array *x = &call->in[0];
    void *out;
    if (x->elem == to)
        return fnc_out_share(call, 0, fnc_in_tensor(call, 0));
    if (to == FINNC_ELEM_STRING)
        return to_strings(call, x);
    if (!finnc_elem_bits(to) || to == FINNC_ELEM_COMPLEX64 || to == FINNC_ELEM_COMPLEX128)
        return finnc_fail(call->cx, FINNC_UNSUPPORTED, "casts to element type %d", (int)to);
    if (x->elem == FINNC_ELEM_STRING)
        return from_strings(call, x, to);
    FINNC_TRY(fnc_out(call, 0, to, x->rank, x->dims, &out));
    fnc_convert(x->elem, x->data, to, out, x->nelems);
    return FINNC_OK;
}

/* `to` was a string in opset 1. */
static finnc_status cast(fnc_call *call)
{
    int64_t to;
    if (call->version < 6)
        return cast_to(call, finnc_elem_find(finnc_node_string(call->node, "to", "")));
    FINNC_TRY(finnc_node_need_int(call->cx, call->node, "to", &to));
    if (to <= 0 || to >= FNC_NELEMS)
        return finnc_fail(call->cx, FINNC_UNSUPPORTED, "casts to element type %" PRId64, to);
    return cast_to(call, (finnc_elem)to);
}

const fnc_kernel fnc_kernel_onnx_cast = {.run = cast, .takes = FNC_TAKES_ALL};

static finnc_status cast_like(fnc_call *call)
{
    FINNC_TRY(fnc_need_inputs(call, 2));
    return cast_to(call, call->in[1].elem);
}

const fnc_kernel fnc_kernel_onnx_cast_like = {.run = cast_like, .takes = FNC_TAKES_ALL};
