/* Which elements of a tensor does a data type not hold? */
#include <finnc/dtype.h>

bool finnc_allowed_has(finnc_allowed allowed, double x)
{
    const finnc_dtype t = allowed.dtype;
    if (finnc_dtype_allows(t, x) || (allowed.zero && x == 0))
        return true;
    return allowed.beyond && finnc_dtype_is_integer(t) &&
           (x == finnc_dtype_min(t) - 1 || x == finnc_dtype_max(t) + 1);
}

typedef struct search {
    finnc_allowed allowed;
    const finnc_tensor *tensor;
    bool counts; /* or ends at the first one */
    int64_t first, count;
} search;

/* Is that the last one that is looked for? */
static bool is_last(search *s, int64_t i)
{
    if (s->count++ == 0)
        s->first = i;
    return !s->counts;
}

/* Floats against a narrow range of integers, which is nearly every annotated tensor: a block at a
 * time in a loop that vectorises, and only a block with something in it is looked at one by one.
 * Adding and taking away 1.5 * 2^23 rounds |x| < 2^22 to an integer. */
static void search_floats(search *s, double lowest, double highest, const float *x)
{
    const float magic = 12582912.0f;
    const float min = (float)lowest, max = (float)highest;
    const bool has_zero = finnc_allowed_has(s->allowed, 0);
    const int64_t n = finnc_tensor_nelems(s->tensor);
    for (int64_t i = 0; i < n; i += 1024) {
        int64_t end = n - i < 1024 ? n : i + 1024;
        int odd = 0;
        for (int64_t k = i; k < end; k++)
            odd |= !(x[k] >= min) | !(x[k] <= max) | ((x[k] + magic) - magic != x[k]) |
                   (!has_zero & (x[k] == 0));
        for (int64_t k = i; odd && k < end; k++)
            if (!finnc_allowed_has(s->allowed, (double)x[k]) && is_last(s, k))
                return;
    }
}

static bool holds_uint(finnc_dtype dtype, uint64_t x)
{
    int bits = dtype.kind == FINNC_DTYPE_UINT ? dtype.bits : dtype.bits - 1;
    return bits >= 64 || (bits >= 0 && x >> bits == 0);
}

static bool holds_int(finnc_dtype dtype, int64_t x)
{
    if (dtype.kind == FINNC_DTYPE_UINT)
        return x >= 0 && (dtype.bits >= 63 || x >> dtype.bits == 0);
    if (dtype.bits >= 64)
        return true;
    return dtype.bits > 0 && (x < 0 ? ~x : x) >> (dtype.bits - 1) == 0;
}

/* Stored integers against a range of integers: exact, where doubles would round beyond 2^53. What
 * lies one beyond is a neighbour of one inside. */
static bool has_int(finnc_allowed allowed, const finnc_tensor *t, int64_t i)
{
    const finnc_dtype dtype = allowed.dtype;
    if (finnc_tensor_elem(t) == FINNC_ELEM_UINT64) {
        const uint64_t x = finnc_tensor_get_uint(t, i);
        return holds_uint(dtype, x) || (allowed.beyond && x > 0 && holds_uint(dtype, x - 1));
    }
    const int64_t x = finnc_tensor_get_int(t, i);
    return holds_int(dtype, x) || (allowed.beyond && x > INT64_MIN && holds_int(dtype, x - 1)) ||
           (allowed.beyond && x < INT64_MAX && holds_int(dtype, x + 1));
}

static bool holds_everything(finnc_dtype dtype)
{
    return dtype.kind == FINNC_DTYPE_FLOAT32 || dtype.kind == FINNC_DTYPE_FLOAT16 ||
           dtype.kind == FINNC_DTYPE_SCALEDINT;
}

static void search_all(search *s, const void *data)
{
    const double narrow = 4194304; /* 2^22 */
    const finnc_tensor *t = s->tensor;
    const finnc_dtype dtype = s->allowed.dtype;
    const int64_t n = finnc_tensor_nelems(t);
    const double min = finnc_dtype_min(dtype) - s->allowed.beyond;
    const double max = finnc_dtype_max(dtype) + s->allowed.beyond;
    if (finnc_tensor_elem(t) == FINNC_ELEM_FLOAT && finnc_dtype_is_integer(dtype) &&
        min >= -narrow && max <= narrow) {
        search_floats(s, min, max, data);
        return;
    }
    if (holds_everything(dtype))
        return;
    const bool is_plain = dtype.kind == FINNC_DTYPE_INT || dtype.kind == FINNC_DTYPE_UINT;
    const bool is_exact = is_plain && finnc_elem_is_integer(finnc_tensor_elem(t));
    for (int64_t i = 0; i < n; i++)
        if ((is_exact ? !has_int(s->allowed, t, i)
                      : !finnc_allowed_has(s->allowed, finnc_tensor_get(t, i))) &&
            is_last(s, i))
            return;
}

finnc_status finnc_allowed_find_forbidden(finnc_ctx *cx, finnc_allowed allowed,
                                          const finnc_tensor *tensor, int64_t *index,
                                          int64_t *count)
{
    const void *data;
    FINNC_TRY(finnc_tensor_need_data(cx, tensor, &data));
    search s = {.allowed = allowed, .tensor = tensor, .counts = count != NULL, .first = -1};
    search_all(&s, data);
    *index = s.first;
    if (count)
        *count = s.count;
    return FINNC_OK;
}

finnc_status finnc_dtype_find_forbidden(finnc_ctx *cx, finnc_dtype dtype,
                                        const finnc_tensor *tensor, int64_t *index)
{
    return finnc_allowed_find_forbidden(cx, (finnc_allowed){.dtype = dtype}, tensor, index, NULL);
}
