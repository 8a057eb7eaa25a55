/* Optionals: something, or nothing. */
#include "../../kernel.h"

static finnc_status make(fnc_call *call)
{
    const finnc_tensor *item = fnc_in_tensor(call, 0);
    finnc_tensor *optional;
    FINNC_TRY(
        finnc_tensor_create_of(call->cx, FINNC_KIND_OPTIONAL, &item, item ? 1 : 0, &optional));
    finnc_status status = fnc_out_share(call, 0, optional);
    finnc_tensor_release(optional);
    return status;
}

/* From version 18 on a tensor or sequence is as good as an optional that holds it. */
static finnc_status has_element(fnc_call *call)
{
    const finnc_tensor *x = fnc_in_tensor(call, 0);
    uint8_t *has;
    FINNC_TRY(fnc_out(call, 0, FINNC_ELEM_BOOL, 0, NULL, &has));
    *has = x && (finnc_tensor_kind(x) != FINNC_KIND_OPTIONAL || finnc_tensor_nelems(x) > 0);
    return FINNC_OK;
}

static finnc_status get_element(fnc_call *call)
{
    const finnc_tensor *x = fnc_in_tensor(call, 0);
    if (x && finnc_tensor_kind(x) == FINNC_KIND_OPTIONAL)
        x = finnc_tensor_item(x, 0);
    if (!x)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "the optional is empty");
    return fnc_out_share(call, 0, x);
}

const fnc_kernel fnc_kernel_onnx_optional = {.run = make, .takes = FNC_TAKES_ALL};
const fnc_kernel fnc_kernel_onnx_optional_has_element = {.run = has_element,
                                                         .takes = FNC_TAKES_ALL};
const fnc_kernel fnc_kernel_onnx_optional_get_element = {.run = get_element,
                                                         .takes = FNC_TAKES_ALL};
