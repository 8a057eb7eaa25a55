#include "kind.h"

#include <stdio.h>

fnc_kind fnc_node_kind(const finnc_node *node)
{
    static const struct {
        unsigned trait;
        fnc_kind kind;
    } kinds[] = {
        {FINNC_OP_HARDWARE, FNC_KIND_HARDWARE},
        {FINNC_OP_QUANTISER, FNC_KIND_QUANTISER},
        {FINNC_OP_CONTROL, FNC_KIND_CONTROL},
    };
    if (!finnc_node_find_op(node))
        return FNC_KIND_UNKNOWN;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (finnc_node_has_trait(node, kinds[i].trait))
            return kinds[i].kind;
    return finnc_node_is_custom(node) ? FNC_KIND_CUSTOM : FNC_KIND_STANDARD;
}

const char *fnc_kind_name(fnc_kind kind)
{
    static const char *const names[FNC_NKINDS] = {
        [FNC_KIND_STANDARD] = "standard", [FNC_KIND_QUANTISER] = "quantiser",
        [FNC_KIND_CUSTOM] = "custom",     [FNC_KIND_HARDWARE] = "hardware",
        [FNC_KIND_CONTROL] = "control",   [FNC_KIND_UNKNOWN] = "unknown",
    };
    return names[kind];
}

/* Does FINN's data type say more than the element type? */
static bool goes_by_dtype(const finnc_value *value)
{
    finnc_elem elem = finnc_value_elem(value);
    return finnc_value_has_dtype(value) || elem == FINNC_ELEM_FLOAT || elem == FINNC_ELEM_FLOAT16;
}

const char *fnc_value_type_name(const finnc_value *value, char name[FINNC_DTYPE_NAME_MAX])
{
    if (goes_by_dtype(value))
        return finnc_dtype_name(finnc_value_dtype(value), name);
    finnc_elem elem = finnc_value_elem(value);
    const char *known = elem == FINNC_ELEM_UNDEFINED ? "" : finnc_elem_name(elem);
    snprintf(name, FINNC_DTYPE_NAME_MAX, "%s", known ? known : "");
    return name;
}

int fnc_value_type_bits(const finnc_value *value)
{
    return goes_by_dtype(value) ? finnc_dtype_bits(finnc_value_dtype(value))
                                : finnc_elem_bits(finnc_value_elem(value));
}
