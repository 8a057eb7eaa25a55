#include "retype.h"

#include "spread.h"

static bool allows_all(finnc_dtype dtype, const finnc_tensor *tensor)
{
    const int64_t n = finnc_tensor_nelems(tensor);
    for (int64_t i = 0; i < n; i++)
        if (!finnc_dtype_allows(dtype, finnc_tensor_get(tensor, i)))
            return false;
    return true;
}

static finnc_dtype smallest_of(const finnc_tensor *tensor)
{
    double lo, hi;
    fnc_tensor_range(tensor, &lo, &hi);
    finnc_dtype dtype = finnc_dtype_smallest(lo < 0 ? lo : hi);
    for (int bits = finnc_dtype_bits(dtype); lo < 0 && bits <= 64; bits++) {
        if (allows_all(dtype, tensor))
            return dtype;
        dtype = finnc_dtype_int(bits);
    }
    return allows_all(dtype, tensor) ? dtype : finnc_dtype_float32();
}

finnc_status fnc_value_retype(finnc_ctx *cx, finnc_value *value)
{
    const finnc_tensor *tensor = finnc_value_tensor(value);
    if (!tensor || !finnc_value_has_dtype(value) || finnc_value_sparsity(value) ||
        allows_all(finnc_value_dtype(value), tensor))
        return FINNC_OK;
    return finnc_value_set_dtype(cx, value, smallest_of(tensor));
}
