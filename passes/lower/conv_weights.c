#include "conv_weights.h"

#include "../support/build.h"
#include "../support/eval.h"
#include "../support/quantiser.h"

#include <base/compiler.h>

#include <string.h>

enum { MAX_PARAMS = 8 };

/* ---- what can be lowered ---- */

/* One number for all, or one per filter: any other spread would have to follow the weights around.
 */
static bool is_per_filter(const finnc_tensor *param)
{
    if (finnc_tensor_nelems(param) == 1)
        return true;
    return finnc_tensor_rank(param) == 4 &&
           finnc_tensor_dim(param, 0) == finnc_tensor_nelems(param);
}

/* Does it give 0 for 0? Zeros stand for the channels that a filter does not see. */
static bool keeps_zero(finnc_ctx *cx, const finnc_node *quantiser)
{
    const finnc_tensor *weights = finnc_value_tensor(finnc_node_input(quantiser, 0));
    finnc_tensor *zeros, *result = NULL;
    if (finnc_tensor_create(cx, finnc_tensor_elem(weights), finnc_tensor_rank(weights),
                            finnc_tensor_dims(weights), &zeros) != FINNC_OK) {
        finnc_ctx_clear(cx);
        return false;
    }
    bool keeps = fnc_eval_on(cx, quantiser, 0, zeros, &result) == FINNC_OK;
    if (!keeps)
        finnc_ctx_clear(cx);
    for (int64_t i = 0; keeps && i < finnc_tensor_nelems(result); i++)
        keeps = finnc_tensor_get(result, i) == 0;
    finnc_tensor_release(result);
    finnc_tensor_release(zeros);
    return keeps;
}

static const char *quantiser_obstacle(finnc_ctx *cx, const finnc_node *quantiser,
                                      const fnc_conv_geometry *g)
{
    const size_t n = finnc_node_ninputs(quantiser);
    if (n < 1 || n > MAX_PARAMS)
        return "the quantiser of its weights has too many inputs";
    for (size_t i = 0; i < n; i++) {
        const finnc_value *value = finnc_node_input(quantiser, i);
        if (!value || !finnc_value_is_constant(value))
            return "the quantiser of its weights has an input that is no constant";
        if (i > 0 && !is_per_filter(finnc_value_tensor(value)))
            return "the quantiser of its weights has parameters that are not per filter";
    }
    if (finnc_value_rank(finnc_node_input(quantiser, 0)) != 4)
        return "the quantiser of its weights makes them larger";
    if (g->w.group > 1 && !keeps_zero(cx, quantiser))
        return "the quantiser of its weights makes something else of 0, and its groups need zeros";
    return NULL;
}

const char *fnc_conv_weights_obstacle(finnc_ctx *cx, const finnc_node *conv,
                                      const fnc_conv_geometry *g)
{
    const finnc_value *weights = finnc_node_input(conv, 1);
    const finnc_node *producer = finnc_value_producer(weights);
    const finnc_value *constant = weights;
    if (producer) {
        if (!fnc_is_quantiser(producer))
            return "its weights are no constant";
        const char *reason = quantiser_obstacle(cx, producer, g);
        if (reason)
            return reason;
        constant = finnc_node_input(producer, 0);
    }
    if (!finnc_value_is_constant(constant))
        return "its weights are no constant";
    if (finnc_elem_bits(finnc_value_elem(constant)) % 8 != 0)
        return "its weights have elements that share bytes";
    return NULL;
}

/* ---- lowering ---- */

/* (O, I, kh, kw) becomes (O, C, kh, kw). */
static finnc_status fill_groups(finnc_ctx *cx, const finnc_tensor *weights,
                                const fnc_conv_geometry *g, finnc_tensor **dense)
{
    const int64_t dims[] = {g->filters, g->channels, g->w.kernel[0], g->w.kernel[1]};
    const void *data;
    FINNC_TRY(finnc_tensor_need_data(cx, weights, &data));
    FINNC_TRY(finnc_tensor_create(cx, finnc_tensor_elem(weights), 4, dims, dense));

    /* All sizes are parts of the two tensors', which fit. */
    const size_t seen = finnc_tensor_nbytes(weights) / (size_t)g->filters;
    const size_t all = finnc_tensor_nbytes(*dense) / (size_t)g->filters;
    const int64_t group_filters = g->filters / g->w.group;
    const uint8_t *from = data;
    uint8_t *to = finnc_tensor_edit(*dense);
    for (int64_t o = 0; o < g->filters; o++)
        memcpy(to + (size_t)o * all + (size_t)(o / group_filters) * seen, from + (size_t)o * seen,
               seen);
    return FINNC_OK;
}

static finnc_status to_matrix(finnc_ctx *cx, const finnc_tensor *weights,
                              const fnc_conv_geometry *g, finnc_tensor **matrix)
{
    static const int perm[] = {2, 3, 1, 0};
    finnc_tensor *dense, *turned;
    if (g->w.group > 1)
        FINNC_TRY(fill_groups(cx, weights, g, &dense));
    else
        dense = finnc_tensor_retain(weights);
    finnc_status status = finnc_tensor_transpose(cx, dense, perm, &turned);
    finnc_tensor_release(dense);
    FINNC_TRY(status);
    const int64_t dims[] = {finnc_tensor_nelems(turned) / g->filters, g->filters};
    status = finnc_tensor_reshape(cx, turned, 2, dims, matrix);
    finnc_tensor_release(turned);
    return status;
}

/* Zeros between groups are no weights of a bipolar layer. A depthwise one says so by its sparsity
 * annotation, which FINN goes by, and keeps its type. */
static finnc_status allow_zeros(finnc_ctx *cx, finnc_value *weights, const fnc_conv_geometry *g)
{
    const bool has_zeros = g->w.group > 1 && !fnc_conv_is_depthwise(g);
    if (!has_zeros || finnc_value_dtype(weights).kind != FINNC_DTYPE_BIPOLAR)
        return FINNC_OK;
    return finnc_value_set_dtype(cx, weights, (finnc_dtype){.kind = FINNC_DTYPE_TERNARY});
}

static finnc_status lower_constant(finnc_ctx *cx, finnc_node *node, size_t i,
                                   const fnc_conv_geometry *g)
{
    finnc_tensor *matrix;
    FINNC_TRY(to_matrix(cx, finnc_value_tensor(finnc_node_input(node, i)), g, &matrix));
    FINNC_TRY(fnc_set_constant(cx, node, i, matrix));
    return allow_zeros(cx, finnc_node_input(node, i), g);
}

/* A number per filter: (O, 1, 1, 1) becomes (1, O). */
static finnc_status lower_param(finnc_ctx *cx, finnc_node *quantiser, size_t i)
{
    const finnc_tensor *param = finnc_value_tensor(finnc_node_input(quantiser, i));
    if (finnc_tensor_rank(param) <= 1)
        return FINNC_OK;
    finnc_tensor *row;
    FINNC_TRY(finnc_tensor_reshape(cx, param, 2, (int64_t[]){1, finnc_tensor_nelems(param)}, &row));
    return fnc_set_constant(cx, quantiser, i, row);
}

/* A quantiser of our own, if somebody else wants the weights as they were. */
static finnc_status own_quantiser(finnc_ctx *cx, finnc_node *conv, finnc_node **quantiser)
{
    finnc_value *weights = finnc_node_input(conv, 1);
    finnc_node *old = finnc_value_producer(weights);
    *quantiser = old;
    if (finnc_value_only_user(weights) == conv)
        return FINNC_OK;

    finnc_value *inputs[MAX_PARAMS], *copy;
    const size_t n = finnc_node_ninputs(old);
    for (size_t i = 0; i < n; i++)
        inputs[i] = finnc_node_input(old, i);
    FINNC_TRY(
        finnc_graph_insert_value(cx, finnc_node_graph(conv), finnc_value_name(weights), &copy));
    FINNC_TRY(finnc_value_copy_type(cx, copy, weights));
    FINNC_TRY(finnc_graph_insert_like(cx, old, inputs, n, &copy, 1, conv, quantiser));
    return finnc_node_set_input(cx, conv, 1, copy);
}

finnc_status fnc_conv_weights_lower(finnc_ctx *cx, finnc_node *conv, const fnc_conv_geometry *g,
                                    finnc_value **matrix)
{
    if (!finnc_value_producer(finnc_node_input(conv, 1))) {
        FINNC_TRY(lower_constant(cx, conv, 1, g));
        *matrix = finnc_node_input(conv, 1);
        return FINNC_OK;
    }
    finnc_node *quantiser;
    FINNC_TRY(own_quantiser(cx, conv, &quantiser));
    FINNC_TRY(lower_constant(cx, quantiser, 0, g));
    for (size_t i = 1; i < finnc_node_ninputs(quantiser); i++)
        FINNC_TRY(lower_param(cx, quantiser, i));
    *matrix = finnc_node_output(quantiser, 0);
    FINNC_TRY(allow_zeros(cx, *matrix, g));
    const finnc_value *data = finnc_node_input(quantiser, 0);
    const int64_t dims[] = {finnc_value_dim(data, 0).size, finnc_value_dim(data, 1).size};
    return finnc_value_set_shape(cx, *matrix, finnc_value_elem(*matrix), 2, dims);
}
