#include "ir.h"

#include "../base/float_bits.h"

#include <string.h>

const char *finnc_attr_name(const finnc_attr *attr)
{
    return attr->name;
}

finnc_attr_kind finnc_attr_get_kind(const finnc_attr *attr)
{
    return attr->kind;
}

const char *finnc_attr_kind_name(finnc_attr_kind kind)
{
    static const char *const names[] = {
        "UNDEFINED",      "FLOAT",      "INT",         "STRING",  "TENSOR", "GRAPH",
        "FLOATS",         "INTS",       "STRINGS",     "TENSORS", "GRAPHS", "SPARSE_TENSOR",
        "SPARSE_TENSORS", "TYPE_PROTO", "TYPE_PROTOS",
    };
    return (size_t)kind < sizeof names / sizeof *names ? names[kind] : "UNDEFINED";
}

const char *finnc_attr_ref(const finnc_attr *attr)
{
    return attr->ref;
}

size_t finnc_attr_count(const finnc_attr *attr)
{
    return attr->count;
}

int64_t finnc_attr_int(const finnc_attr *attr, size_t i)
{
    if (attr->kind == FINNC_ATTR_INT && i == 0)
        return attr->u.i;
    return attr->kind == FINNC_ATTR_INTS && i < attr->count ? attr->u.is[i] : 0;
}

float finnc_attr_float(const finnc_attr *attr, size_t i)
{
    if (attr->kind == FINNC_ATTR_FLOAT && i == 0)
        return attr->u.f;
    return attr->kind == FINNC_ATTR_FLOATS && i < attr->count ? attr->u.fs[i] : 0;
}

finnc_string finnc_attr_string(const finnc_attr *attr, size_t i)
{
    if (attr->kind == FINNC_ATTR_STRING && i == 0)
        return attr->u.s;
    if (attr->kind == FINNC_ATTR_STRINGS && i < attr->count)
        return attr->u.ss[i];
    return (finnc_string){"", 0};
}

const finnc_tensor *finnc_attr_tensor(const finnc_attr *attr, size_t i)
{
    if ((attr->kind == FINNC_ATTR_TENSOR || attr->kind == FINNC_ATTR_SPARSE_TENSOR) && i == 0)
        return attr->u.t;
    return attr->kind == FINNC_ATTR_TENSORS && i < attr->count ? attr->u.ts[i] : NULL;
}

finnc_graph *finnc_attr_graph(const finnc_attr *attr, size_t i)
{
    if (attr->kind == FINNC_ATTR_GRAPH && i == 0)
        return attr->u.g;
    return attr->kind == FINNC_ATTR_GRAPHS && i < attr->count ? attr->u.gs[i] : NULL;
}

const int64_t *finnc_attr_ints(const finnc_attr *attr, size_t *count)
{
    bool is = attr->kind == FINNC_ATTR_INTS;
    *count = is ? attr->count : 0;
    return is ? attr->u.is : NULL;
}

const float *finnc_attr_floats(const finnc_attr *attr, size_t *count)
{
    bool is = attr->kind == FINNC_ATTR_FLOATS;
    *count = is ? attr->count : 0;
    return is ? attr->u.fs : NULL;
}

static bool same_string(finnc_string a, finnc_string b)
{
    return a.length == b.length && (!a.length || !memcmp(a.data, b.data, a.length));
}

static bool same_element(const finnc_attr *a, const finnc_attr *b, size_t i)
{
    switch (a->kind) {
    case FINNC_ATTR_FLOAT:
    case FINNC_ATTR_FLOATS:
        return fnc_float_is_same(finnc_attr_float(a, i), finnc_attr_float(b, i));
    case FINNC_ATTR_INT:
    case FINNC_ATTR_INTS:
        return finnc_attr_int(a, i) == finnc_attr_int(b, i);
    case FINNC_ATTR_STRING:
    case FINNC_ATTR_STRINGS:
        return same_string(finnc_attr_string(a, i), finnc_attr_string(b, i));
    case FINNC_ATTR_TENSOR:
    case FINNC_ATTR_TENSORS:
        return finnc_tensor_equal(finnc_attr_tensor(a, i), finnc_attr_tensor(b, i));
    case FINNC_ATTR_GRAPH:
    case FINNC_ATTR_GRAPHS:
        return finnc_attr_graph(a, i) == finnc_attr_graph(b, i);
    case FINNC_ATTR_UNDEFINED:
    case FINNC_ATTR_SPARSE_TENSOR:
    case FINNC_ATTR_SPARSE_TENSORS:
    case FINNC_ATTR_TYPE_PROTO:
    case FINNC_ATTR_TYPE_PROTOS:
        return true; /* their values are in `extra`, compared by the caller */
    }
    return false;
}

bool finnc_attr_equal(const finnc_attr *a, const finnc_attr *b)
{
    if (a->kind != b->kind || a->count != b->count || a->extra.length != b->extra.length ||
        !a->ref != !b->ref || (a->ref && strcmp(a->ref, b->ref)))
        return false;
    if (a->extra.length && memcmp(a->extra.data, b->extra.data, a->extra.length))
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (!same_element(a, b, i))
            return false;
    return true;
}
