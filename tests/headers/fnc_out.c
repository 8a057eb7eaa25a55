/* Compiles; with MISUSE it does not: fnc_out wants the address of a pointer. */
#include <kernel.h>

finnc_status use(fnc_call *call);

finnc_status use(fnc_call *call)
{
    float *y;
    void *z;
    FINNC_TRY(fnc_out_like(call, 0, &call->in[0], &z));
#ifdef MISUSE
    return fnc_out_like(call, 0, &call->in[0], y);
#else
    return fnc_out_like(call, 0, &call->in[0], &y);
#endif
}
