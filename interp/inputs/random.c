/* Inputs for trying a model out. Numbers come from integer arithmetic and exact float operations
 * alone, so that they are the same on every machine. */
#include "../generator.h"

#include <finnc/run.h>

#include <math.h>

/* One of 0 to count - 1; `count` is far below 2^64, so the bias of a remainder does not matter. */
static double draw_below(uint64_t *state, double count)
{
    return count < 1 ? 0 : (double)(fnc_random_next(state) % (uint64_t)count);
}

/* Near enough to normal: the sum of twelve uniform numbers, less its mean, has variance 1. */
static double draw_normal(uint64_t *state)
{
    uint64_t sum = 0;
    for (int i = 0; i < 3; i++) {
        uint64_t x = fnc_random_next(state);
        sum += (x & 0xffff) + (x >> 16 & 0xffff) + (x >> 32 & 0xffff) + (x >> 48);
    }
    return ((double)sum + 6.0) / 65536.0 - 6.0;
}

/* Of a wide type 24 bits are drawn: what a float holds exactly. */
static double draw_between(uint64_t *state, double min, double max)
{
    const double limit = 8388608.0;
    min = fmax(min, -limit);
    max = fmin(max, limit - 1);
    return min + draw_below(state, max - min + 1);
}

static double draw_minifloat(uint64_t *state, finnc_dtype dtype)
{
    int exponent, least = 1 - dtype.bias;
    double x = draw_normal(state), max = finnc_dtype_max(dtype);
    x = fmin(fmax(x, -max), max);
    if (x == 0)
        return x;
    frexp(x, &exponent); /* |x| is in [2^(exponent - 1), 2^exponent) */
    double unit = ldexp(1.0, (exponent - 1 > least ? exponent - 1 : least) - dtype.mantissa_bits);
    return trunc(x / unit) * unit;
}

static double draw_dtype(uint64_t *state, finnc_dtype dtype)
{
    switch (dtype.kind) {
    case FINNC_DTYPE_FLOAT32:
    case FINNC_DTYPE_FLOAT16:
        return draw_normal(state);
    case FINNC_DTYPE_UINT:
    case FINNC_DTYPE_INT:
    case FINNC_DTYPE_TERNARY:
        return draw_between(state, finnc_dtype_min(dtype), finnc_dtype_max(dtype));
    case FINNC_DTYPE_BIPOLAR:
        return draw_below(state, 2) * 2 - 1;
    case FINNC_DTYPE_FIXED: {
        double top = ldexp(1.0, dtype.bits - 1);
        return ldexp(draw_between(state, -top, top - 1), dtype.int_bits - dtype.bits);
    }
    case FINNC_DTYPE_SCALEDINT: {
        double top = ldexp(1.0, dtype.bits - 1);
        return draw_between(state, -top, top - 1);
    }
    case FINNC_DTYPE_MINIFLOAT:
        return draw_minifloat(state, dtype);
    }
    return 0;
}

static double draw_elem(uint64_t *state, finnc_elem elem)
{
    if (elem == FINNC_ELEM_BOOL)
        return draw_below(state, 2);
    if (finnc_elem_is_float(elem))
        return draw_normal(state);
    return finnc_elem_bits(elem) < 8 ? draw_below(state, 2) : draw_below(state, 10);
}

/* What is drawn: tensors, or what is made of them. */
typedef struct drawing {
    finnc_ctx *cx;
    const finnc_value *value;
    finnc_elem elem;
    int rank;
    int64_t dims[FINNC_MAX_RANK];
    uint64_t state;
} drawing;

static finnc_status draw_tensor(drawing *d, finnc_tensor **tensor)
{
    const bool is_annotated = finnc_value_has_dtype(d->value);
    FINNC_TRY(finnc_tensor_create(d->cx, d->elem, d->rank, d->dims, tensor));
    for (int64_t i = 0, n = finnc_tensor_nelems(*tensor); i < n; i++)
        finnc_tensor_set(*tensor, i,
                         is_annotated ? draw_dtype(&d->state, finnc_value_dtype(d->value))
                                      : draw_elem(&d->state, d->elem));
    return FINNC_OK;
}

/* A sequence is of two items, so that their order matters; what is optional is there. */
static finnc_status draw_kind(drawing *d, int depth, finnc_tensor **tensor)
{
    enum { MAX_DEPTH = 4, MAX_ITEMS = 2 };
    const finnc_kind kind = finnc_value_kind_at(d->value, depth);
    finnc_tensor *items[MAX_ITEMS] = {0};
    finnc_status status = FINNC_OK;
    if (kind == FINNC_KIND_TENSOR)
        return draw_tensor(d, tensor);
    if (kind == FINNC_KIND_MAP || depth == MAX_DEPTH)
        return finnc_fail(d->cx, FINNC_UNSUPPORTED, "%s %s, for which nothing is drawn",
                          finnc_value_name(d->value),
                          depth == MAX_DEPTH ? "is nested deeper than 4 levels"
                          : depth            ? "is made of maps"
                                             : "is a map");
    const size_t count = kind == FINNC_KIND_SEQUENCE ? MAX_ITEMS : 1;
    for (size_t i = 0; i < count && status == FINNC_OK; i++)
        status = draw_kind(d, depth + 1, &items[i]);
    if (status == FINNC_OK)
        status =
            finnc_tensor_create_of(d->cx, kind, (const finnc_tensor *const *)items, count, tensor);
    for (size_t i = 0; i < count; i++)
        finnc_tensor_release(items[i]);
    return status;
}

finnc_status finnc_value_draw(finnc_ctx *cx, const finnc_value *value, uint64_t seed,
                              finnc_tensor **tensor)
{
    finnc_dim dims[FINNC_MAX_RANK];
    drawing d = {.cx = cx,
                 .value = value,
                 .elem = finnc_value_elem(value),
                 .rank = finnc_value_rank(value),
                 .state = seed};
    if (d.rank > FINNC_MAX_RANK)
        return finnc_fail(cx, FINNC_UNSUPPORTED, "%s has rank %d", finnc_value_name(value), d.rank);
    for (int i = 0; i < d.rank; i++)
        dims[i] = finnc_value_dim(value, i);
    if (finnc_value_kind(value) != FINNC_KIND_TENSOR)
        (void)finnc_value_item(value, &d.elem, &d.rank, dims);
    if (d.elem == FINNC_ELEM_UNDEFINED)
        d.elem = FINNC_ELEM_FLOAT;
    d.rank = d.rank < 0 ? 0 : d.rank;
    for (int i = 0; i < d.rank; i++)
        d.dims[i] = dims[i].size >= 0 ? dims[i].size : 1;
    return draw_kind(&d, 0, tensor);
}

/* Streams that have nothing to do with one another: consecutive seeds alone would not do, for what
 * sample 1 draws second sample 2 would draw first. */
static uint64_t mix(uint64_t seed, uint64_t sample, uint64_t input)
{
    uint64_t state = seed;
    state = fnc_random_next(&state) ^ sample;
    state = fnc_random_next(&state) ^ input;
    return fnc_random_next(&state);
}

finnc_status finnc_graph_draw_inputs(finnc_ctx *cx, const finnc_graph *graph, uint64_t seed,
                                     uint64_t sample, finnc_bundle **inputs)
{
    finnc_bundle *drawn;
    const finnc_value *value;
    FINNC_TRY(finnc_bundle_create(cx, &drawn));
    for (size_t at = 0; (value = finnc_graph_next_free_input(graph, &at));) {
        finnc_tensor *tensor = NULL;
        finnc_status status = finnc_value_draw(cx, value, mix(seed, sample, at), &tensor);
        if (status == FINNC_OK)
            status = finnc_bundle_set(drawn, finnc_value_name(value), tensor);
        finnc_tensor_release(tensor);
        if (status != FINNC_OK) {
            finnc_bundle_destroy(drawn);
            return status;
        }
    }
    *inputs = drawn;
    return FINNC_OK;
}
