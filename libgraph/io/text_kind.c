#include "text_kind.h"

#include <string.h>

/* Singles and their lists, side by side. */
static const struct {
    finnc_attr_kind single, list;
    const char *name, *list_name;
} kinds[] = {
    {FINNC_ATTR_FLOAT, FINNC_ATTR_FLOATS, "float", "floats"},
    {FINNC_ATTR_INT, FINNC_ATTR_INTS, "int", "ints"},
    {FINNC_ATTR_STRING, FINNC_ATTR_STRINGS, "string", "strings"},
    {FINNC_ATTR_TENSOR, FINNC_ATTR_TENSORS, "tensor", "tensors"},
    {FINNC_ATTR_GRAPH, FINNC_ATTR_GRAPHS, "graph", "graphs"},
    {FINNC_ATTR_SPARSE_TENSOR, FINNC_ATTR_SPARSE_TENSORS, "sparse_tensor", "sparse_tensors"},
    {FINNC_ATTR_TYPE_PROTO, FINNC_ATTR_TYPE_PROTOS, "type_proto", "type_protos"},
};
enum { NKINDS = sizeof kinds / sizeof *kinds };

const char *fnc_text_kind_name(finnc_attr_kind kind)
{
    for (size_t i = 0; i < NKINDS; i++)
        if (kinds[i].single == kind || kinds[i].list == kind)
            return kinds[i].single == kind ? kinds[i].name : kinds[i].list_name;
    return "undefined";
}

finnc_attr_kind fnc_text_find_kind(const char *name)
{
    for (size_t i = 0; i < NKINDS; i++) {
        if (strcmp(name, kinds[i].name) == 0)
            return kinds[i].single;
        if (strcmp(name, kinds[i].list_name) == 0)
            return kinds[i].list;
    }
    return FINNC_ATTR_UNDEFINED;
}

bool fnc_text_kind_is_list(finnc_attr_kind kind)
{
    return kind && fnc_text_kind_list(kind) == kind;
}

finnc_attr_kind fnc_text_kind_list(finnc_attr_kind kind)
{
    for (size_t i = 0; i < NKINDS; i++)
        if (kinds[i].single == kind)
            return kinds[i].list;
    return kind;
}

finnc_attr_kind fnc_text_kind_single(finnc_attr_kind kind)
{
    for (size_t i = 0; i < NKINDS; i++)
        if (kinds[i].list == kind)
            return kinds[i].single;
    return kind;
}
