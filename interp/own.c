/* The public side of kernel.h: what kernels that a program adds see of their call. */
#include "kernel.h"

finnc_ctx *finnc_call_ctx(const finnc_call *call)
{
    return call->cx;
}

const finnc_node *finnc_call_node(const finnc_call *call)
{
    return call->node;
}

int finnc_call_version(const finnc_call *call)
{
    return call->version;
}

size_t finnc_call_ninputs(const finnc_call *call)
{
    return call->ninputs;
}

size_t finnc_call_noutputs(const finnc_call *call)
{
    return call->noutputs;
}

bool finnc_call_has(const finnc_call *call, size_t i)
{
    return finnc_call_tensor(call, i) != NULL;
}

finnc_array finnc_call_input(const finnc_call *call, size_t i)
{
    return i < call->ninputs ? call->in[i] : (finnc_array){.elem = FINNC_ELEM_UNDEFINED};
}

const finnc_tensor *finnc_call_tensor(const finnc_call *call, size_t i)
{
    return fnc_in_tensor(call, i);
}

static finnc_status need_input(const finnc_call *call, size_t i)
{
    if (!fnc_has(call, i))
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "input %zu is missing", i);
    return FINNC_OK;
}

finnc_status finnc_call_ints(finnc_call *call, size_t i, const int64_t **ints, int64_t *count)
{
    FINNC_TRY(need_input(call, i));
    return fnc_in_ints(call, i, ints, count);
}

finnc_status finnc_call_scalar(finnc_call *call, size_t i, double *x)
{
    FINNC_TRY(need_input(call, i));
    return fnc_in_scalar(call, i, x);
}

finnc_status finnc_call_output(finnc_call *call, size_t o, finnc_elem elem, int rank,
                               const int64_t *dims, void **data)
{
    return fnc_out_at(call, o, elem, rank, dims, data);
}

finnc_status finnc_call_output_like(finnc_call *call, size_t o, const finnc_array *like,
                                    void **data)
{
    return fnc_out_like_at(call, o, like, data);
}

finnc_status finnc_call_share(finnc_call *call, size_t o, const finnc_tensor *tensor)
{
    return fnc_out_share(call, o, tensor);
}

bool finnc_call_wants(const finnc_call *call, size_t o)
{
    return fnc_out_is_wanted(call, o);
}

void *finnc_call_scratch(finnc_call *call, size_t size, int64_t count)
{
    return fnc_scratch_array(call, size, count);
}

void finnc_call_parallel(const finnc_call *call, int64_t count, int64_t cost,
                         void (*body)(void *user, int64_t begin, int64_t end), void *user)
{
    fnc_parallel(call, count, cost, body, user);
}
