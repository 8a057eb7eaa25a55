/* Whether MVAU and VVAU can be had in RTL, which multiplies in DSP blocks: what a block takes
 * (AMD's UG479, UG579 and AM004; finn-rtllib's mvu) decides. */
#include "products.h"

#include <inttypes.h>

/* "UINT4" for messages. */
typedef struct type_name {
    char text[FINNC_DTYPE_NAME_MAX];
} type_name;

static type_name name_of(finnc_dtype dtype)
{
    type_name name;
    finnc_dtype_name(dtype, name.text);
    return name;
}

/* What both have in common. */
static finnc_status common(const fnc_layer_node *l, char *why, finnc_dtype *input,
                           finnc_dtype *weight)
{
    enum { WIDEST = 8 };
    int64_t no_activation;
    FINNC_TRY(fnc_layer_int(l, "noActivation", &no_activation));
    FINNC_TRY(fnc_layer_dtype(l, "inputDataType", input));
    FINNC_TRY(fnc_layer_dtype(l, "weightDataType", weight));
    const int bits = finnc_dtype_bits(*input);
    if (!no_activation)
        fnc_layer_against(why, "it has thresholds (noActivation is 0), RTL has none");
    if (!finnc_dtype_is_signed(*weight))
        fnc_layer_against(why, "weights are %s, RTL takes signed ones", name_of(*weight).text);
    if (bits > WIDEST + 1 || (bits > WIDEST && !finnc_dtype_is_signed(*input)))
        fnc_layer_against(why, "inputs are %s, RTL takes %d bits, or %d with a sign",
                          name_of(*input).text, WIDEST, WIDEST + 1);
    if (finnc_dtype_bits(*weight) > WIDEST)
        fnc_layer_against(why, "weights are %s, RTL takes %d bits", name_of(*weight).text, WIDEST);
    return FINNC_OK;
}

/* Below 4 bits LUTs do it better. */
static void unasked(char *why, finnc_dtype input, finnc_dtype weight)
{
    enum { NARROWEST = 4 };
    if (finnc_dtype_bits(input) < NARROWEST)
        fnc_layer_against(why, "inputs are %s, RTL is worth it from %d bits on",
                          name_of(input).text, NARROWEST);
    if (finnc_dtype_bits(weight) < NARROWEST)
        fnc_layer_against(why, "weights are %s, RTL is worth it from %d bits on",
                          name_of(weight).text, NARROWEST);
}

/* A DSP48E1 has no room for the least weight, whose opposite the type does not hold. */
static finnc_status check_narrow(const fnc_layer_node *l, char *why, finnc_dtype weight)
{
    const finnc_value *w = finnc_node_input(l->node, 1);
    const finnc_tensor *tensor = w ? finnc_value_tensor(w) : NULL;
    const double least = finnc_dtype_min(weight);
    if (!tensor) {
        fnc_layer_against(
            why, "weights are no constant and may be %.0f, which DSP48E1 does not take", least);
        return FINNC_OK;
    }
    const void *data;
    FINNC_TRY(finnc_tensor_need_data(l->cx, tensor, &data));
    const int64_t n = finnc_tensor_nelems(tensor);
    for (int64_t i = 0; i < n; i++)
        if (finnc_tensor_get(tensor, i) <= least) {
            fnc_layer_against(why, "a weight is %.0f, the least %s, which DSP48E1 does not take",
                              least, name_of(weight).text);
            break;
        }
    return FINNC_OK;
}

finnc_status fnc_mvau_styles(const fnc_layer_node *l, const finnc_part *part,
                             fnc_layer_styles *styles)
{
    finnc_dtype input, weight;
    int64_t counts_bits;
    FINNC_TRY(fnc_layer_int(l, "binaryXnorMode", &counts_bits));
    if (counts_bits)
        fnc_layer_against(styles->against_rtl,
                          "binaryXnorMode is %" PRId64 ", RTL does not count bits", counts_bits);
    FINNC_TRY(common(l, styles->against_rtl, &input, &weight));
    if (part->dsp == FINNC_DSP48E1 && !*styles->against_rtl)
        FINNC_TRY(check_narrow(l, styles->against_rtl, weight));
    unasked(styles->unasked_rtl, input, weight);
    return FINNC_OK;
}

finnc_status fnc_vvau_styles(const fnc_layer_node *l, const finnc_part *part,
                             fnc_layer_styles *styles)
{
    finnc_dtype input, weight;
    if (!part->is_versal)
        fnc_layer_against(styles->against_rtl, "%s is no Versal, which VVAU_rtl needs", part->name);
    FINNC_TRY(common(l, styles->against_rtl, &input, &weight));
    unasked(styles->unasked_rtl, input, weight);
    return FINNC_OK;
}
