/* FlexAttention. Scores are made whole, since subgraphs want to see them so; they are computed in
 * FLOAT or DOUBLE and rounded to the precision that the node asks for before a subgraph and after
 * the softmax. */
#include "../../product.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

typedef struct flex {
    finnc_elem elem, precision; /* computed in; of what subgraphs see */
    size_t size;
    fnc_array q, k, v;
    int64_t batch, heads, kv_heads, queries, keys, head_size, value_size, nscores;
    void *scores;
} flex;

static finnc_status read_shapes(fnc_call *call, flex *f)
{
    FINNC_TRY(fnc_need_inputs(call, 3));
    for (size_t i = 0; i < 3; i++)
        if (call->in[i].rank != 4)
            return finnc_fail(call->cx, FINNC_BAD_VALUE, "input %zu has rank %d, should have 4", i,
                              call->in[i].rank);
    const int64_t *q = call->in[0].dims, *k = call->in[1].dims;
    f->batch = q[0];
    f->heads = q[1];
    f->queries = q[2];
    f->head_size = q[3];
    f->kv_heads = k[1];
    f->keys = k[2];
    f->value_size = call->in[2].dims[3];
    const int64_t keys[] = {f->batch, -1, -1, f->head_size};
    const int64_t values[] = {f->batch, f->kv_heads, f->keys, -1};
    FINNC_TRY(fnc_need_shape(call, 1, 4, keys));
    FINNC_TRY(fnc_need_shape(call, 2, 4, values));
    if (f->kv_heads < 1 || f->heads % f->kv_heads)
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "%" PRId64 " heads of queries are no multiple of %" PRId64 " of keys",
                          f->heads, f->kv_heads);
    const int64_t scores[] = {f->batch, f->heads, f->queries, f->keys};
    return finnc_shape_nelems(call->cx, 4, scores, &f->nscores);
}

static finnc_status read_precision(fnc_call *call, flex *f)
{
    finnc_elem given = call->in[0].elem; /* FLOAT for smaller ones */
    int64_t wanted = finnc_node_int(call->node, "softmax_precision", (int64_t)given);
    f->precision = (finnc_elem)wanted;
    if (wanted < 0 || wanted > 64 || !finnc_elem_is_float(f->precision) ||
        finnc_elem_bits(f->precision) < 16)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "softmax_precision is %" PRId64, wanted);
    bool is_double = given == FINNC_ELEM_DOUBLE || f->precision == FINNC_ELEM_DOUBLE;
    f->elem = is_double ? FINNC_ELEM_DOUBLE : FINNC_ELEM_FLOAT;
    f->size = fnc_elem_size(f->elem);
    FINNC_TRY(fnc_in_as(call, 0, f->elem, &f->q));
    FINNC_TRY(fnc_in_as(call, 1, f->elem, &f->k));
    FINNC_TRY(fnc_in_as(call, 2, f->elem, &f->v));
    f->scores = fnc_scratch_array(call, f->size, f->nscores);
    return f->scores ? FINNC_OK : finnc_no_memory(call->cx);
}

/* ---- products ---- */

static int64_t at_least_1(int64_t x)
{
    return x > 0 ? x : 1;
}

static const void *head_of(const flex *f, const fnc_array *x, int64_t b, int64_t h, bool is_shared)
{
    int64_t heads = is_shared ? f->kv_heads : f->heads;
    int64_t head = is_shared ? h / (f->heads / f->kv_heads) : h;
    return (const char *)x->data + (size_t)((b * heads + head) * x->dims[2] * x->dims[3]) * f->size;
}

static finnc_status multiply_keys(fnc_call *call, const flex *f)
{
    int64_t each = f->queries * f->keys;
    for (int64_t i = 0; i < f->batch * f->heads && each > 0; i++) {
        int64_t b = i / f->heads, h = i % f->heads;
        const fnc_factor q = {head_of(f, &f->q, b, h, false), at_least_1(f->head_size), false};
        const fnc_factor k = {head_of(f, &f->k, b, h, true), at_least_1(f->head_size), true};
        FINNC_TRY(fnc_product(call, f->elem, f->queries, f->keys, f->head_size, q, k,
                              (char *)f->scores + (size_t)(i * each) * f->size, f->keys));
    }
    return FINNC_OK;
}

static finnc_status multiply_values(fnc_call *call, const flex *f, void *y)
{
    int64_t each = f->queries * f->value_size;
    for (int64_t i = 0; i < f->batch * f->heads && each > 0; i++) {
        const fnc_factor w = {(const char *)f->scores +
                                  (size_t)(i * f->queries * f->keys) * f->size,
                              at_least_1(f->keys), false};
        const fnc_factor v = {head_of(f, &f->v, i / f->heads, i % f->heads, true),
                              at_least_1(f->value_size), false};
        FINNC_TRY(fnc_product(call, f->elem, f->queries, f->value_size, f->keys, w, v,
                              (char *)y + (size_t)(i * each) * f->size, f->value_size));
    }
    return FINNC_OK;
}

/* ---- between them ---- */

#define SCALE(NAME, T, ...)                                                                        \
    static void scale_##NAME(T *x, int64_t n, double factor)                                       \
    {                                                                                              \
        for (int64_t i = 0; i < n; i++)                                                            \
            x[i] *= (T)factor;                                                                     \
    }
FNC_FLOATS(SCALE, )

/* Rows become weights that add up to 1; a row in which all is forbidden becomes NaN, as the formula
 * has it. */
#define SOFTMAX(NAME, T, ...)                                                                      \
    static void softmax_##NAME(T *x, int64_t rows, int64_t n)                                      \
    {                                                                                              \
        for (int64_t r = 0; r < rows; r++, x += n) {                                               \
            T greatest = -(T)INFINITY, sum = 0;                                                    \
            for (int64_t i = 0; i < n; i++)                                                        \
                greatest = x[i] > greatest || x[i] != x[i] ? x[i] : greatest;                      \
            for (int64_t i = 0; i < n; i++) {                                                      \
                x[i] = (T)exp((double)(x[i] - greatest));                                          \
                sum += x[i];                                                                       \
            }                                                                                      \
            for (int64_t i = 0; i < n; i++)                                                        \
                x[i] /= sum;                                                                       \
        }                                                                                          \
    }
FNC_FLOATS(SOFTMAX, )

static void scale_scores(const flex *f, double factor)
{
    if (f->elem == FINNC_ELEM_DOUBLE)
        scale_DOUBLE(f->scores, f->nscores, factor);
    else
        scale_FLOAT(f->scores, f->nscores, factor);
}

static void weigh(const flex *f)
{
    int64_t rows = f->batch * f->heads * f->queries;
    if (f->elem == FINNC_ELEM_DOUBLE)
        softmax_DOUBLE(f->scores, rows, f->keys);
    else
        softmax_FLOAT(f->scores, rows, f->keys);
}

static finnc_status take_back(fnc_call *call, const flex *f, const char *name,
                              const finnc_tensor *modified)
{
    const int64_t dims[] = {f->batch, f->heads, f->queries, f->keys};
    const void *data;
    bool is_same = finnc_tensor_kind(modified) == FINNC_KIND_TENSOR &&
                   finnc_tensor_elem(modified) == f->precision && finnc_tensor_rank(modified) == 4;
    for (int i = 0; is_same && i < 4; i++)
        is_same = finnc_tensor_dim(modified, i) == dims[i];
    if (!is_same)
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "%s changes the shape or element type of what it is given", name);
    FINNC_TRY(finnc_tensor_need_data(call->cx, modified, &data));
    fnc_convert(f->precision, data, f->elem, f->scores, f->nscores);
    return FINNC_OK;
}

/* Rounds the scores to the precision, and sends them through a subgraph if there is one. */
static finnc_status modify(fnc_call *call, const flex *f, const char *name)
{
    const int64_t dims[] = {f->batch, f->heads, f->queries, f->keys};
    finnc_tensor *scores, *modified;
    bool has_body = finnc_node_find_attr(call->node, name) != NULL;
    fnc_body *body;
    if (!has_body && f->precision == f->elem)
        return FINNC_OK;
    FINNC_TRY(finnc_tensor_create(call->cx, f->precision, 4, dims, &scores));
    fnc_convert(f->elem, f->scores, f->precision, finnc_tensor_edit(scores), f->nscores);
    finnc_status status = FINNC_OK;
    if (has_body) {
        const finnc_tensor *input = scores;
        status = fnc_need_body(call, name, 1, 1, &body);
        if (status == FINNC_OK)
            status = fnc_body_run(call, body, &input, &modified);
        finnc_tensor_release(scores);
        FINNC_TRY(status);
        scores = modified;
    }
    status = take_back(call, f, name, scores);
    finnc_tensor_release(scores);
    return status;
}

static finnc_status flex_attention(fnc_call *call)
{
    flex f = {0};
    void *y, *wide;
    FINNC_TRY(read_shapes(call, &f));
    FINNC_TRY(read_precision(call, &f));
    double scale = finnc_node_float(call->node, "scale", 0);
    if (!finnc_node_find_attr(call->node, "scale"))
        scale = 1 / sqrt((double)f.head_size);
    FINNC_TRY(multiply_keys(call, &f));
    scale_scores(&f, scale);
    FINNC_TRY(modify(call, &f, "score_mod"));
    weigh(&f);
    FINNC_TRY(modify(call, &f, "prob_mod"));
    const int64_t dims[] = {f.batch, f.heads, f.queries, f.value_size};
    FINNC_TRY(fnc_out(call, 0, call->in[0].elem, 4, dims, &y));
    if (call->in[0].elem == f.elem)
        return multiply_values(call, &f, y);
    int64_t n;
    FINNC_TRY(finnc_shape_nelems(call->cx, 4, dims, &n));
    if (!(wide = fnc_scratch_array(call, f.size, n)))
        return finnc_no_memory(call->cx);
    FINNC_TRY(multiply_values(call, &f, wide));
    fnc_convert(f.elem, wide, call->in[0].elem, y, n);
    return FINNC_OK;
}

const fnc_kernel fnc_kernel_preview_flex_attention = {.run = flex_attention};
