/* XnorPopcountMatMul: how many places two vectors of zeros and ones agree in. */
#include "../xnor.h"

static finnc_status run(fnc_call *call)
{
    fnc_matmul shape;
    fnc_array counts;
    void *out;
    FINNC_TRY(fnc_xnor_inputs(call, &shape, &counts));
    FINNC_TRY(fnc_out(call, 0, call->in[0].elem, counts.rank, counts.dims, &out));
    fnc_convert(counts.elem, counts.data, call->in[0].elem, out, counts.nelems);
    return FINNC_OK;
}

const fnc_kernel fnc_kernel_qonnx_xnor_popcount_mat_mul = {.run = run};
