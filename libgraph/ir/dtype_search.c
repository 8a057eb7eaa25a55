/* Which element of a tensor does a data type not hold? */
#include <finnc/dtype.h>

#include <math.h>

/* Floats against a narrow range of integers, which is nearly every annotated tensor: a block at a
 * time in a loop that vectorises, and only a block with something in it is looked at one by one.
 * Adding and taking away 1.5 * 2^23 rounds |x| < 2^22 to an integer. */
static int64_t search_floats(finnc_dtype dtype, const float *x, int64_t n)
{
    const float magic = 12582912.0f;
    const float min = (float)finnc_dtype_min(dtype), max = (float)finnc_dtype_max(dtype);
    const bool has_zero = dtype.kind != FINNC_DTYPE_BIPOLAR;
    for (int64_t i = 0; i < n; i += 1024) {
        int64_t end = n - i < 1024 ? n : i + 1024;
        int odd = 0;
        for (int64_t k = i; k < end; k++)
            odd |= !(x[k] >= min) | !(x[k] <= max) | ((x[k] + magic) - magic != x[k]) |
                   (!has_zero & (x[k] == 0));
        for (int64_t k = i; odd && k < end; k++)
            if (!finnc_dtype_allows(dtype, (double)x[k]))
                return k;
    }
    return -1;
}

/* Stored integers against a range of integers: exact, where doubles would round beyond 2^53. */
static bool allows_int(finnc_dtype dtype, const finnc_tensor *t, int64_t i)
{
    if (finnc_tensor_elem(t) == FINNC_ELEM_UINT64) {
        uint64_t x = finnc_tensor_get_uint(t, i);
        int bits = dtype.kind == FINNC_DTYPE_UINT ? dtype.bits : dtype.bits - 1;
        return bits >= 64 || (bits >= 0 && x >> bits == 0);
    }
    int64_t x = finnc_tensor_get_int(t, i);
    if (dtype.kind == FINNC_DTYPE_UINT)
        return x >= 0 && (dtype.bits >= 63 || x >> dtype.bits == 0);
    if (dtype.bits >= 64)
        return true;
    return dtype.bits > 0 && (x < 0 ? ~x : x) >> (dtype.bits - 1) == 0;
}

static int64_t search(finnc_dtype dtype, const finnc_tensor *t, const void *data)
{
    const double narrow = 4194304; /* 2^22 */
    int64_t n = finnc_tensor_nelems(t);
    bool is_plain = dtype.kind == FINNC_DTYPE_INT || dtype.kind == FINNC_DTYPE_UINT;
    if (finnc_tensor_elem(t) == FINNC_ELEM_FLOAT && finnc_dtype_is_integer(dtype) &&
        dtype.kind != FINNC_DTYPE_FIXED && finnc_dtype_min(dtype) >= -narrow &&
        finnc_dtype_max(dtype) <= narrow)
        return search_floats(dtype, data, n);
    bool is_exact = is_plain && finnc_elem_is_integer(finnc_tensor_elem(t));
    for (int64_t i = 0; i < n; i++)
        if (is_exact ? !allows_int(dtype, t, i)
                     : !finnc_dtype_allows(dtype, finnc_tensor_get(t, i)))
            return i;
    return -1;
}

finnc_status finnc_dtype_find_forbidden(finnc_ctx *cx, finnc_dtype dtype,
                                        const finnc_tensor *tensor, int64_t *index)
{
    const void *data;
    FINNC_TRY(finnc_tensor_need_data(cx, tensor, &data));
    *index = search(dtype, tensor, data);
    return FINNC_OK;
}
