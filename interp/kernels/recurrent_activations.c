/* Activations of recurrent layers, by name. */
#include "recurrent.h"

#include <math.h>
#include <strings.h>
#include <tgmath.h>

/* A NaN is not limited. */
#define ACTIVATION(NAME, T, symbol, expr)                                                          \
    static void symbol##_##NAME(void *at, int64_t n, double clip, double alpha, double beta)       \
    {                                                                                              \
        const T limit = (T)clip, a = (T)alpha, b = (T)beta;                                        \
        T *elems = at;                                                                             \
        (void)a, (void)b;                                                                          \
        for (int64_t i = 0; i < n; i++) {                                                          \
            const T in = elems[i], x = in > limit ? limit : in < -limit ? -limit : in;             \
            elems[i] = (expr);                                                                     \
        }                                                                                          \
    }
FNC_FLOATS(ACTIVATION, relu, x < 0 ? 0 : x)
FNC_FLOATS(ACTIVATION, tanh_of, tanh(x))
FNC_FLOATS(ACTIVATION, sigmoid, 1 / (1 + exp(-x)))
FNC_FLOATS(ACTIVATION, affine, (a * x + b))
FNC_FLOATS(ACTIVATION, leaky_relu, x < 0 ? a * x : x)
FNC_FLOATS(ACTIVATION, thresholded_relu, x < a ? 0 : x)
FNC_FLOATS(ACTIVATION, scaled_tanh, (a * tanh(b * x)))
FNC_FLOATS(ACTIVATION, hard_sigmoid, b + a * x < 0 ? 0 : b + a * x > 1 ? 1 : b + a * x)
FNC_FLOATS(ACTIVATION, elu, x < 0 ? a * (exp(x) - 1) : x)
FNC_FLOATS(ACTIVATION, softsign, x / (1 + fabs(x)))
/* log(1 + e^x) without overflow. */
FNC_FLOATS(ACTIVATION, softplus, (x > 0 ? x : 0) + log1p(exp(-fabs(x))))

/* Where the standard gives no default, the one that changes nothing. */
#define ROW(name, symbol, ...)                                                                     \
    {                                                                                              \
        name, symbol##_FLOAT, symbol##_DOUBLE, __VA_ARGS__                                         \
    }
static const struct {
    const char *name;
    fnc_activation_loop *float_loop, *double_loop;
    bool has_alpha, has_beta;
    double alpha, beta;
} known[] = {
    ROW("Relu", relu, false, false, 0, 0),
    ROW("Tanh", tanh_of, false, false, 0, 0),
    ROW("Sigmoid", sigmoid, false, false, 0, 0),
    ROW("Affine", affine, true, true, 1, 0),
    ROW("LeakyRelu", leaky_relu, true, false, 0.01f, 0),
    ROW("ThresholdedRelu", thresholded_relu, true, false, 1, 0),
    ROW("ScaledTanh", scaled_tanh, true, true, 1, 1),
    ROW("HardSigmoid", hard_sigmoid, true, true, 0.2f, 0.5f),
    ROW("Elu", elu, true, false, 1, 0),
    ROW("Softsign", softsign, false, false, 0, 0),
    ROW("Softplus", softplus, false, false, 0, 0),
};

static size_t find(const char *name)
{
    size_t i = 0;
    while (i < sizeof known / sizeof *known && strcasecmp(known[i].name, name) != 0)
        i++;
    return i;
}

/* Parameters in the order of the activations that have one. */
typedef struct parameters {
    const float *x;
    size_t count, used;
} parameters;

static parameters read_parameters(fnc_call *call, const char *name)
{
    parameters p = {0};
    const finnc_attr *attr = finnc_node_find_attr(call->node, name);
    p.x = attr ? finnc_attr_floats(attr, &p.count) : NULL;
    p.count = p.x ? p.count : 0;
    return p;
}

static double next(parameters *p, bool is_used, double fallback)
{
    return is_used && p->used < p->count ? (double)p->x[p->used++] : fallback;
}

finnc_status fnc_activations_read(fnc_call *call, finnc_elem elem, int directions, int count,
                                  const char *const *fallback, fnc_activation *activations)
{
    parameters alpha = read_parameters(call, "activation_alpha");
    parameters beta = read_parameters(call, "activation_beta");
    const finnc_attr *names = finnc_node_find_attr(call->node, "activations");
    size_t given = names ? finnc_attr_count(names) : 0;
    const int wanted = directions * count;
    if (names && given < (size_t)wanted)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "%zu activations, should be %d", given,
                          wanted);
    for (int i = 0; i < wanted; i++) {
        const char *name = names ? finnc_attr_string(names, (size_t)i).data : fallback[i % count];
        size_t k = find(name);
        if (k == sizeof known / sizeof *known)
            return finnc_fail(call->cx, FINNC_BAD_VALUE, "%s is no activation", name);
        activations[i] = (fnc_activation){.loop = elem == FINNC_ELEM_FLOAT ? known[k].float_loop
                                                                           : known[k].double_loop,
                                          .alpha = next(&alpha, known[k].has_alpha, known[k].alpha),
                                          .beta = next(&beta, known[k].has_beta, known[k].beta)};
    }
    return FINNC_OK;
}
