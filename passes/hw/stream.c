#include "stream.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

void fnc_hw_give_reason(fnc_hw_reason *why, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(why->text, sizeof why->text, format, args);
    va_end(args);
}

bool fnc_hw_has_inputs(fnc_hw_reason *why, const finnc_node *node, size_t ninputs)
{
    for (size_t i = 0; i < ninputs; i++)
        if (!finnc_node_input(node, i))
            return fnc_hw_decline(why, "input %zu is missing", i);
    return true;
}

bool fnc_hw_is_integer(fnc_hw_reason *why, const finnc_value *value)
{
    if (!value)
        return fnc_hw_decline(why, "an input is missing");
    const char *name = finnc_value_name(value);
    const finnc_dtype dtype = finnc_value_dtype(value);
    const finnc_elem elem = finnc_value_elem(value);
    char text[FINNC_DTYPE_NAME_MAX];
    if (!finnc_dtype_is_integer(dtype))
        return fnc_hw_decline(why, "%s is %s: layers take integers", name,
                              finnc_dtype_name(dtype, text));
    if (elem != FINNC_ELEM_FLOAT && elem != FINNC_ELEM_UNDEFINED)
        return fnc_hw_decline(why, "%s has elements of %s: layers keep integers in FLOAT", name,
                              finnc_elem_name(elem));
    return true;
}

bool fnc_hw_is_stream(fnc_hw_reason *why, const finnc_value *value, int rank, int64_t *dims)
{
    if (!fnc_hw_is_integer(why, value))
        return false;
    const char *name = finnc_value_name(value);
    if (rank >= 0 && finnc_value_rank(value) >= 0 && finnc_value_rank(value) != rank)
        return fnc_hw_decline(why, "%s has rank %d, not %d", name, finnc_value_rank(value), rank);
    if (finnc_value_rank(value) < 1 || !finnc_value_dims(value, rank, dims))
        return fnc_hw_decline(why, "the shape of %s is not known: InferShapes finds it", name);
    for (int i = 0; i < finnc_value_rank(value); i++)
        if (dims[i] < 1)
            return fnc_hw_decline(why, "%s is empty", name);
    return true;
}

bool fnc_hw_is_image(fnc_hw_reason *why, const finnc_value *value, int64_t dims[4])
{
    if (!fnc_hw_is_stream(why, value, 4, dims))
        return false;
    if (dims[0] != 1)
        return fnc_hw_decline(why, "%s is a batch of %" PRId64 ": the layer takes one at a time",
                              finnc_value_name(value), dims[0]);
    return true;
}

bool fnc_hw_has_size(fnc_hw_reason *why, const finnc_value *value, int first, const int64_t size[2])
{
    int64_t dims[4];
    if (!finnc_value_dims(value, 4, dims) || (dims[first] == size[0] && dims[first + 1] == size[1]))
        return true;
    return fnc_hw_decline(why,
                          "its input makes %s %" PRId64 " by %" PRId64 ", the model says %" PRId64
                          " by %" PRId64,
                          finnc_value_name(value), size[0], size[1], dims[first], dims[first + 1]);
}

bool fnc_hw_may_pad(fnc_hw_reason *why, const finnc_value *value)
{
    char text[FINNC_DTYPE_NAME_MAX];
    if (finnc_dtype_allows(finnc_value_dtype(value), 0))
        return true;
    return fnc_hw_decline(why, "it pads with 0, which %s does not hold",
                          finnc_dtype_name(finnc_value_dtype(value), text));
}
