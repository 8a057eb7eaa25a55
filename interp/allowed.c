#include "allowed.h"

#include <base/compiler.h>

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

/* ---- searching: the first element that is not allowed, or -1 ---- */

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

/* ---- words ---- */

enum { WORDS = 160 };

/* "[0,3,12]", of element `i`. */
static const char *print_index(const finnc_tensor *t, int64_t i, char text[WORDS])
{
    int64_t at[FINNC_MAX_RANK];
    int rank = finnc_tensor_rank(t), used = 0;
    for (int axis = rank - 1; axis >= 0; axis--) {
        at[axis] = i % finnc_tensor_dim(t, axis);
        i /= finnc_tensor_dim(t, axis);
    }
    text[used++] = '[';
    for (int axis = 0; axis < rank && used < WORDS - 24; axis++)
        used +=
            snprintf(text + used, WORDS - (size_t)used, "%s%" PRId64, axis ? "," : "", at[axis]);
    snprintf(text + used, WORDS - (size_t)used, "]");
    return text;
}

static const char *print_element(const finnc_tensor *t, int64_t i, char text[WORDS])
{
    finnc_elem elem = finnc_tensor_elem(t);
    if (elem == FINNC_ELEM_UINT64)
        snprintf(text, WORDS, "%" PRIu64, finnc_tensor_get_uint(t, i));
    else if (finnc_elem_is_integer(elem))
        snprintf(text, WORDS, "%" PRId64, finnc_tensor_get_int(t, i));
    else
        snprintf(text, WORDS, "%.9g", finnc_tensor_get(t, i));
    return text;
}

/* What a data type holds. */
static const char *print_holds(finnc_dtype t, char text[WORDS])
{
    double min = finnc_dtype_min(t), max = finnc_dtype_max(t);
    switch (t.kind) {
    case FINNC_DTYPE_BIPOLAR:
        snprintf(text, WORDS, "-1 and 1");
        break;
    case FINNC_DTYPE_TERNARY:
        snprintf(text, WORDS, "-1, 0 and 1");
        break;
    case FINNC_DTYPE_INT:
    case FINNC_DTYPE_UINT:
        snprintf(text, WORDS, "whole numbers from %.20g to %.20g", min, max);
        break;
    case FINNC_DTYPE_FIXED:
        snprintf(text, WORDS, "multiples of %.9g from %.9g to %.9g", ldexp(1, t.int_bits - t.bits),
                 min, max);
        break;
    case FINNC_DTYPE_MINIFLOAT:
        snprintf(text, WORDS, "floats of %d mantissa bits up to %.9g", t.mantissa_bits, max);
        break;
    case FINNC_DTYPE_FLOAT32:
    case FINNC_DTYPE_FLOAT16:
    case FINNC_DTYPE_SCALEDINT: /* which hold everything */
        text[0] = 0;
        break;
    }
    return text;
}

finnc_status fnc_check_allowed(finnc_ctx *cx, const char *role, const finnc_value *value,
                               const finnc_tensor *tensor)
{
    const void *data;
    if (!finnc_value_has_dtype(value) || finnc_tensor_kind(tensor) != FINNC_KIND_TENSOR ||
        finnc_tensor_elem(tensor) == FINNC_ELEM_STRING)
        return FINNC_OK;
    FNC_AT(cx, role, finnc_value_name(value), NULL);
    FINNC_TRY(finnc_tensor_need_data(cx, tensor, &data));
    finnc_dtype dtype = finnc_value_dtype(value);
    int64_t i = search(dtype, tensor, data);
    if (i < 0)
        return FINNC_OK;
    char index[WORDS], element[WORDS], holds[WORDS], name[FINNC_DTYPE_NAME_MAX];
    return finnc_fail(cx, FINNC_BAD_VALUE, "element %s is %s, but %s holds %s",
                      print_index(tensor, i, index), print_element(tensor, i, element),
                      finnc_dtype_name(dtype, name), print_holds(dtype, holds));
}
