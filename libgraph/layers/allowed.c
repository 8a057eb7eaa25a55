/* What a value may hold besides the numbers of its data type. FINN writes thresholds and the
 * weights of depthwise convolutions in this way, and it reads them so. */
#include <finnc/layer.h>

#include <string.h>

static bool reads_thresholds(finnc_ctx *cx, const finnc_use *use)
{
    const finnc_node *user = finnc_use_node(use);
    finnc_constants constants;
    if (!finnc_layer_find(user))
        return finnc_node_is(user, "MultiThreshold") && finnc_use_index(use) == 1;
    if (finnc_layer_constants(cx, user, &constants) == FINNC_OK)
        return constants.thresholds == (int)finnc_use_index(use);
    finnc_ctx_clear(cx); /* a layer without its attributes: others say so */
    return false;
}

bool finnc_value_is_thresholds(finnc_ctx *cx, const finnc_value *value)
{
    finnc_foreach_use (use, value)
        if (!reads_thresholds(cx, use))
            return false;
    return finnc_value_nuses(value) > 0 && !finnc_value_is_output(value);
}

/* Other sparsities are the masks of channels that are to go, and these hold what all do. */
static bool is_depthwise(const finnc_value *value)
{
    const char *sparsity = finnc_value_sparsity(value);
    return sparsity && strstr(sparsity, "dw");
}

finnc_allowed finnc_value_allowed(finnc_ctx *cx, const finnc_value *value)
{
    return (finnc_allowed){.dtype = finnc_value_dtype(value),
                           .zero = is_depthwise(value),
                           .beyond = finnc_value_is_thresholds(cx, value)};
}

static bool has_numbers(const finnc_tensor *tensor)
{
    return finnc_tensor_kind(tensor) == FINNC_KIND_TENSOR &&
           finnc_elem_bits(finnc_tensor_elem(tensor)) > 0;
}

finnc_status finnc_value_find_forbidden(finnc_ctx *cx, const finnc_value *value,
                                        const finnc_tensor *tensor, int64_t *index, int64_t *count)
{
    *index = -1;
    if (count)
        *count = 0;
    if (!finnc_value_has_dtype(value) || !has_numbers(tensor))
        return FINNC_OK;
    /* Nearly all hold what their type says; only then it matters who reads them. */
    FINNC_TRY(finnc_dtype_find_forbidden(cx, finnc_value_dtype(value), tensor, index));
    return *index < 0 ? FINNC_OK
                      : finnc_allowed_find_forbidden(cx, finnc_value_allowed(cx, value), tensor,
                                                     index, count);
}
