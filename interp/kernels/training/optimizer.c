/* Adagrad, Adam and Momentum: one element's step in double, for every element of every tensor. */
#include "../../kernel.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

enum { RATE, COUNT, FIRST, MAX_GROUPS = 4 };

typedef struct optimizer {
    double rate, alpha, beta, epsilon, norm, norm_post;
    bool is_nesterov;
    /* Of one element: x, g and what is remembered; the new x and what is remembered. */
    void (*update)(const struct optimizer *o, const double *in, double *out);
    int groups; /* tensors in for each parameter; one less come out */
} optimizer;

typedef struct tensors {
    const optimizer *o;
    const void *in[MAX_GROUPS];
    void *out[MAX_GROUPS];
} tensors;

#define UPDATE(NAME, T, ...)                                                                       \
    static void update_##NAME(void *user, int64_t begin, int64_t end)                              \
    {                                                                                              \
        const tensors *t = user;                                                                   \
        double in[MAX_GROUPS], out[MAX_GROUPS];                                                    \
        for (int64_t i = begin; i < end; i++) {                                                    \
            for (int k = 0; k < t->o->groups; k++)                                                 \
                in[k] = ((const T *)t->in[k])[i];                                                  \
            t->o->update(t->o, in, out);                                                           \
            for (int k = 0; k + 1 < t->o->groups; k++)                                             \
                ((T *)t->out[k])[i] = (T)out[k];                                                   \
        }                                                                                          \
    }
FNC_FLOATS(UPDATE, )

/* One parameter, the `i`-th of `n`. */
static finnc_status run_one(fnc_call *call, const optimizer *o, size_t i, size_t n)
{
    tensors t = {.o = o};
    const fnc_array *x = &call->in[FIRST + i];
    for (size_t k = 0; k < (size_t)o->groups; k++) {
        const fnc_array *in = &call->in[FIRST + k * n + i];
        FINNC_TRY(fnc_need_shape(call, FIRST + k * n + i, x->rank, x->dims));
        if (in->elem != x->elem || (x->elem != FINNC_ELEM_FLOAT && x->elem != FINNC_ELEM_DOUBLE))
            return fnc_bad_elem(call, FIRST + k * n + i);
        t.in[k] = in->data;
    }
    for (size_t k = 0; k + 1 < (size_t)o->groups; k++)
        FINNC_TRY(fnc_out_like(call, k * n + i, x, &t.out[k]));
    fnc_parallel_long(call, x->nelems, 16,
                      x->elem == FINNC_ELEM_FLOAT ? update_FLOAT : update_DOUBLE, &t);
    return FINNC_OK;
}

/* The attributes that all have, the rate and the count. */
static finnc_status read(fnc_call *call, optimizer *o, double *count)
{
    FINNC_TRY(fnc_need_inputs(call, call->ninputs > FIRST ? call->ninputs : FIRST));
    FINNC_TRY(fnc_in_scalar(call, RATE, &o->rate));
    FINNC_TRY(fnc_in_scalar(call, COUNT, count));
    o->epsilon = finnc_node_attr_float(call->node, "epsilon");
    o->norm = finnc_node_float(call->node, "norm_coefficient", 0);
    return FINNC_OK;
}

static finnc_status run(fnc_call *call, const optimizer *o)
{
    size_t groups = (size_t)o->groups, ntensors = call->ninputs - FIRST, n = ntensors / groups;
    if (n == 0 || n * groups != ntensors)
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "%zu tensors after R and T, should be %zu for each parameter", ntensors,
                          groups);
    for (size_t i = 0; i < n; i++)
        FINNC_TRY(run_one(call, o, i, n));
    return FINNC_OK;
}

static void update_adagrad(const optimizer *o, const double *in, double *out)
{
    double g = o->norm * in[0] + in[1];
    out[1] = in[2] + g * g;
    out[0] = in[0] - o->rate * g / (sqrt(out[1]) + o->epsilon);
}

static finnc_status adagrad(fnc_call *call)
{
    optimizer o = {.update = update_adagrad, .groups = 3};
    double count;
    FINNC_TRY(read(call, &o, &count));
    o.rate /= 1 + count * finnc_node_attr_float(call->node, "decay_factor");
    return run(call, &o);
}

static void update_adam(const optimizer *o, const double *in, double *out)
{
    double g = o->norm * in[0] + in[1];
    out[1] = o->alpha * in[2] + (1 - o->alpha) * g;
    out[2] = o->beta * in[3] + (1 - o->beta) * g * g;
    double x = in[0] - o->rate * out[1] / (sqrt(out[2]) + o->epsilon);
    out[0] = (1 - o->norm_post) * x;
}

static finnc_status adam(fnc_call *call)
{
    optimizer o = {.update = update_adam, .groups = 4};
    double count;
    FINNC_TRY(read(call, &o, &count));
    o.alpha = finnc_node_attr_float(call->node, "alpha");
    o.beta = finnc_node_attr_float(call->node, "beta");
    o.norm_post = finnc_node_attr_float(call->node, "norm_coefficient_post");
    if (count > 0)
        o.rate *= sqrt(1 - pow(o.beta, count)) / (1 - pow(o.alpha, count));
    return run(call, &o);
}

static void update_momentum(const optimizer *o, const double *in, double *out)
{
    double g = o->norm * in[0] + in[1];
    out[1] = o->alpha * in[2] + o->beta * g;
    out[0] = in[0] - o->rate * (o->is_nesterov ? g + o->alpha * out[1] : out[1]);
}

static finnc_status momentum(fnc_call *call)
{
    optimizer o = {.update = update_momentum, .groups = 3};
    double count;
    FINNC_TRY(read(call, &o, &count));
    const char *mode = finnc_node_string(call->node, "mode", "");
    o.is_nesterov = !strcmp(mode, "nesterov");
    if (!o.is_nesterov && strcmp(mode, "standard") != 0)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "mode is %s, it may be standard or nesterov",
                          mode);
    o.alpha = finnc_node_attr_float(call->node, "alpha");
    o.beta = count > 0 ? finnc_node_attr_float(call->node, "beta") : 1;
    return run(call, &o);
}

const fnc_kernel fnc_kernel_training_adagrad = {.run = adagrad};
const fnc_kernel fnc_kernel_training_adam = {.run = adam};
const fnc_kernel fnc_kernel_training_momentum = {.run = momentum};
