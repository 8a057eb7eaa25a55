/* CausalConvWithState and LinearAttention. Sums and states are kept in double. */
#include "../../kernel.h"

#include <inttypes.h>
#include <math.h>

#include <base/text.h>

static finnc_status need_dims(fnc_call *call, size_t i, int rank, const int64_t *dims)
{
    const fnc_array *a = &call->in[i];
    if (a->rank != rank)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "input %zu has rank %d, should have %d", i,
                          a->rank, rank);
    for (int axis = 0; axis < rank; axis++)
        if (a->dims[axis] != dims[axis])
            return finnc_fail(call->cx, FINNC_BAD_VALUE,
                              "input %zu has %" PRId64 " elements along axis %d, should have "
                              "%" PRId64,
                              i, a->dims[axis], axis, dims[axis]);
    return FINNC_OK;
}

/* Input `i` as doubles, or NULL if it is absent. */
static finnc_status read_doubles(fnc_call *call, size_t i, const double **data)
{
    fnc_array a;
    *data = NULL;
    if (!fnc_has(call, i))
        return FINNC_OK;
    FINNC_TRY(fnc_in_as(call, i, FINNC_ELEM_DOUBLE, &a));
    *data = a.data;
    return FINNC_OK;
}

/* ---- CausalConvWithState ---- */

typedef struct causal {
    int64_t channels, length, taps;
    bool is_silu;
    const float *x, *weight, *bias, *past; /* the last two may be NULL */
    float *y, *state;
} causal;

/* Element `at` of a row with its past in front of it. */
static float extended(const causal *c, int64_t row, int64_t at)
{
    int64_t past = c->taps - 1;
    if (at >= past)
        return c->x[row * c->length + at - past];
    return c->past ? c->past[row * past + at] : 0;
}

/* Outputs [begin, end) of a row. */
static void filter_row(const causal *c, int64_t row, int64_t begin, int64_t end)
{
    const float *weight = c->weight + row % c->channels * c->taps;
    const int64_t past = c->taps - 1;
    const float *x = c->x + row * c->length;
    for (int64_t i = begin; i < end; i++) {
        double sum = c->bias ? c->bias[row % c->channels] : 0;
        for (int64_t t = 0; t < c->taps; t++)
            sum += (double)weight[t] * (i < past ? extended(c, row, i + t) : x[i + t - past]);
        c->y[row * c->length + i] = (float)(c->is_silu ? sum / (1 + exp(-sum)) : sum);
    }
}

static void keep_state(const causal *c, int64_t row)
{
    for (int64_t i = 0; i + 1 < c->taps; i++)
        c->state[row * (c->taps - 1) + i] = extended(c, row, c->length + i);
}

/* Items: outputs; rows of them, one per image and channel. */
static void filter(void *user, int64_t begin, int64_t end)
{
    const causal *c = user;
    while (begin < end) {
        int64_t row = begin / c->length, first = begin % c->length;
        int64_t n = c->length - first < end - begin ? c->length - first : end - begin;
        filter_row(c, row, first, first + n);
        if (first + n == c->length)
            keep_state(c, row);
        begin += n;
    }
}

static finnc_status causal_conv(fnc_call *call)
{
    FINNC_TRY(fnc_need_inputs(call, 2));
    const fnc_array *x = &call->in[0], *w = &call->in[1];
    const char *activation = finnc_node_string(call->node, "activation", "none");
    if (x->elem != FINNC_ELEM_FLOAT)
        return fnc_bad_elem(call, 0);
    if (x->rank != 3 || w->rank != 3 || w->dims[2] < 1)
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "needs data of rank 3 and weights of rank 3 with a tap, has ranks %d "
                          "and %d",
                          x->rank, w->rank);
    causal c = {.channels = x->dims[1],
                .length = x->dims[2],
                .taps = w->dims[2],
                .x = x->data,
                .weight = w->data};
    const int64_t weight_dims[] = {c.channels, 1, c.taps};
    const int64_t state_dims[] = {x->dims[0], c.channels, c.taps - 1};
    FINNC_TRY(need_dims(call, 1, 3, weight_dims));
    if (fnc_has(call, 2)) {
        FINNC_TRY(need_dims(call, 2, 1, &c.channels));
        c.bias = call->in[2].data;
    }
    if (fnc_has(call, 3)) {
        FINNC_TRY(need_dims(call, 3, 3, state_dims));
        c.past = call->in[3].data;
    }
    for (size_t i = 1; i < call->ninputs; i++)
        if (fnc_has(call, i) && call->in[i].elem != FINNC_ELEM_FLOAT)
            return fnc_bad_elem(call, i);
    c.is_silu = fnc_same(activation, "silu") || fnc_same(activation, "swish");
    if (!c.is_silu && !fnc_same(activation, "none"))
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "activation is %s, should be none, silu or swish", activation);
    FINNC_TRY(fnc_out_like(call, 0, x, &c.y));
    FINNC_TRY(fnc_out(call, 1, FINNC_ELEM_FLOAT, 3, state_dims, &c.state));
    const int64_t rows = x->dims[0] * c.channels;
    fnc_parallel_long(call, rows * c.length, fnc_cost(2 * (double)c.taps), filter, &c);
    for (int64_t row = 0; c.length == 0 && row < rows; row++)
        keep_state(&c, row);
    return FINNC_OK;
}

const fnc_kernel fnc_kernel_onnx_causal_conv_with_state = {.run = causal_conv};

/* ---- LinearAttention ---- */

typedef struct attention {
    const finnc_ctx *cx;
    int64_t batch, length, q_heads, kv_heads, dk, dv;
    bool is_gated, is_delta, is_decay_per_key, is_beta_shared;
    double scale;
    const double *q, *k, *v, *decay, *beta;
    double *state; /* (batch, kv_heads, dk, dv) */
    double *y;
    double *written; /* what a step adds to the state's rows: dv for each thread */
} attention;

/* state = exp(decay) * state, row by row. */
static void forget(const attention *a, int64_t step, int64_t head, double *state)
{
    const double *decay =
        a->decay + (step * a->kv_heads + head) * (a->is_decay_per_key ? a->dk : 1);
    for (int64_t i = 0; i < a->dk; i++) {
        double factor = exp(decay[a->is_decay_per_key ? i : 0]);
        for (int64_t j = 0; j < a->dv; j++)
            state[i * a->dv + j] *= factor;
    }
}

/* What to write: the value, or as far as it is not what the key finds already. */
static void correct(const attention *a, int64_t step, int64_t head, const double *state,
                    const double *key, double *written)
{
    const double *value = a->v + (step * a->kv_heads + head) * a->dv;
    for (int64_t j = 0; j < a->dv; j++)
        written[j] = 0;
    for (int64_t i = 0; a->is_delta && i < a->dk; i++)
        for (int64_t j = 0; j < a->dv; j++)
            written[j] += state[i * a->dv + j] * key[i];
    double rate = !a->is_delta        ? 1
                  : a->is_beta_shared ? a->beta[step]
                                      : a->beta[step * a->kv_heads + head];
    for (int64_t j = 0; j < a->dv; j++)
        written[j] = rate * (value[j] - written[j]);
}

static void read_state(const attention *a, int64_t step, int64_t q_head, const double *state)
{
    const double *query = a->q + (step * a->q_heads + q_head) * a->dk;
    double *y = a->y + (step * a->q_heads + q_head) * a->dv;
    for (int64_t j = 0; j < a->dv; j++)
        y[j] = 0;
    for (int64_t i = 0; i < a->dk; i++)
        for (int64_t j = 0; j < a->dv; j++)
            y[j] += query[i] * state[i * a->dv + j];
    for (int64_t j = 0; j < a->dv; j++)
        y[j] *= a->scale;
}

/* Items: (batch, key head), each a sequence of its own. */
static void attend(void *user, int64_t begin, int64_t end)
{
    const attention *a = user;
    const int64_t shared = a->q_heads / a->kv_heads;
    double *written = a->written + fnc_parallel_thread() * a->dv;
    fnc_patience patience = {.cx = a->cx};
    for (int64_t item = begin; item < end; item++) {
        int64_t batch = item / a->kv_heads, head = item % a->kv_heads;
        double *state = a->state + item * a->dk * a->dv;
        for (int64_t t = 0; t < a->length; t++) {
            if (!fnc_patience_lasts(&patience, (3 + shared) * a->dk * a->dv))
                return;
            int64_t step = batch * a->length + t;
            const double *key = a->k + (step * a->kv_heads + head) * a->dk;
            if (a->is_gated)
                forget(a, step, head, state);
            correct(a, step, head, state, key, written);
            for (int64_t i = 0; i < a->dk; i++)
                for (int64_t j = 0; j < a->dv; j++)
                    state[i * a->dv + j] += key[i] * written[j];
            for (int64_t q = 0; q < shared; q++)
                read_state(a, step, head * shared + q, state);
        }
    }
}

static finnc_status read_rule(fnc_call *call, attention *a)
{
    const char *rule = finnc_node_string(call->node, "update_rule", "gated_delta");
    a->is_gated = fnc_same(rule, "gated") || fnc_same(rule, "gated_delta");
    a->is_delta = fnc_same(rule, "delta") || fnc_same(rule, "gated_delta");
    if (!a->is_gated && !a->is_delta && !fnc_same(rule, "linear"))
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "update_rule is %s, should be linear, gated, delta or gated_delta", rule);
    if (a->is_gated != fnc_has(call, 4))
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "update_rule %s %s input decay", rule,
                          a->is_gated ? "needs" : "has no use for");
    if (a->is_delta != fnc_has(call, 5))
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "update_rule %s %s input beta", rule,
                          a->is_delta ? "needs" : "has no use for");
    return FINNC_OK;
}

static finnc_status read_heads(fnc_call *call, attention *a)
{
    const fnc_array *q = &call->in[0], *v = &call->in[2];
    a->q_heads = finnc_node_int(call->node, "q_num_heads", 0);
    a->kv_heads = finnc_node_int(call->node, "kv_num_heads", 0);
    if (a->q_heads < 1 || a->kv_heads < 1 || a->q_heads % a->kv_heads)
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "%" PRId64 " query heads are no multiple of %" PRId64 " key heads",
                          a->q_heads, a->kv_heads);
    if (q->rank != 3 || v->rank != 3 || q->dims[2] % a->q_heads || v->dims[2] % a->kv_heads)
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "query and value do not divide into %" PRId64 " and %" PRId64 " heads",
                          a->q_heads, a->kv_heads);
    a->batch = q->dims[0];
    a->length = q->dims[1];
    a->dk = q->dims[2] / a->q_heads;
    a->dv = v->dims[2] / a->kv_heads;
    a->scale = finnc_node_attr_float(call->node, "scale");
    if (a->scale == 0)
        a->scale = 1 / sqrt((double)a->dk);
    return FINNC_OK;
}

static finnc_status check_inputs(fnc_call *call, attention *a)
{
    const int64_t key[] = {a->batch, a->length, a->kv_heads * a->dk};
    const int64_t value[] = {a->batch, a->length, a->kv_heads * a->dv};
    const int64_t heads[] = {a->batch, a->length, a->kv_heads};
    const int64_t one[] = {a->batch, a->length, 1};
    const int64_t state[] = {a->batch, a->kv_heads, a->dk, a->dv};
    FINNC_TRY(need_dims(call, 1, 3, key));
    FINNC_TRY(need_dims(call, 2, 3, value));
    if (fnc_has(call, 3))
        FINNC_TRY(need_dims(call, 3, 4, state));
    if (a->is_gated) {
        const fnc_array *decay = &call->in[4];
        a->is_decay_per_key = decay->rank == 3 && decay->dims[2] != a->kv_heads;
        FINNC_TRY(need_dims(call, 4, 3, a->is_decay_per_key ? key : heads));
    }
    if (a->is_delta) {
        const fnc_array *beta = &call->in[5];
        a->is_beta_shared = beta->rank == 3 && beta->dims[2] != a->kv_heads;
        FINNC_TRY(need_dims(call, 5, 3, a->is_beta_shared ? one : heads));
    }
    return FINNC_OK;
}

static finnc_status make_state(fnc_call *call, attention *a, int64_t nstate)
{
    const double *past;
    FINNC_TRY(read_doubles(call, 3, &past));
    a->state = FNC_SCRATCH(call, double, nstate);
    if (!a->state)
        return finnc_no_memory(call->cx);
    for (int64_t i = 0; i < nstate; i++)
        a->state[i] = past ? past[i] : 0;
    return FINNC_OK;
}

static finnc_status linear_attention(fnc_call *call)
{
    attention a = {.cx = call->cx};
    int64_t ny, nstate, nwritten;
    void *y, *state;
    FINNC_TRY(fnc_need_inputs(call, 3));
    FINNC_TRY(read_rule(call, &a));
    FINNC_TRY(read_heads(call, &a));
    FINNC_TRY(check_inputs(call, &a));
    FINNC_TRY(read_doubles(call, 0, &a.q));
    FINNC_TRY(read_doubles(call, 1, &a.k));
    FINNC_TRY(read_doubles(call, 2, &a.v));
    FINNC_TRY(read_doubles(call, 4, &a.decay));
    FINNC_TRY(read_doubles(call, 5, &a.beta));
    int64_t columns;
    if (!fnc_mul_i64(a.q_heads, a.dv, &columns))
        return finnc_no_memory(call->cx);
    const int64_t y_dims[] = {a.batch, a.length, columns};
    const int64_t state_dims[] = {a.batch, a.kv_heads, a.dk, a.dv};
    finnc_elem elem = call->in[0].elem, state_elem = fnc_has(call, 3) ? call->in[3].elem : elem;
    FINNC_TRY(finnc_shape_nelems(call->cx, 3, y_dims, &ny));
    FINNC_TRY(finnc_shape_nelems(call->cx, 4, state_dims, &nstate));
    FINNC_TRY(fnc_out(call, 0, elem, 3, y_dims, &y));
    FINNC_TRY(fnc_out(call, 1, state_elem, 4, state_dims, &state));
    FINNC_TRY(make_state(call, &a, nstate));
    a.y = FNC_SCRATCH(call, double, ny);
    if (!fnc_mul_i64(a.dv, call->threads > 0 ? call->threads : 1, &nwritten))
        return finnc_no_memory(call->cx);
    a.written = FNC_SCRATCH(call, double, nwritten);
    if (!a.y || !a.written)
        return finnc_no_memory(call->cx);
    fnc_parallel_long(call, a.batch * a.kv_heads,
                      fnc_cost((double)a.length * (double)(a.dk + 1) * (double)a.dv), attend, &a);
    fnc_convert(FINNC_ELEM_DOUBLE, a.y, elem, y, ny);
    fnc_convert(FINNC_ELEM_DOUBLE, a.state, state_elem, state, nstate);
    return FINNC_OK;
}

const fnc_kernel fnc_kernel_onnx_linear_attention = {.run = linear_attention,
                                                     .takes = FNC_TAKES_ALL};
