#include "../base/field.h"
#include "text_read.h"

#include "text_fields.h"
#include "text_kind.h"
#include "text_tensor.h"
#include "text_type.h"

#include <string.h>

/* One value, or one element of a list. */
typedef struct item {
    struct item *next;
    finnc_attr_kind kind; /* of a single value */
    fnc_literal literal;
    const finnc_tensor *tensor;
    finnc_graph *graph;
    fnc_wire type;
} item;

typedef struct items {
    item *first, **end;
    size_t count;
} items;

/* ---- one value ---- */

static finnc_status read_tensor(fnc_text_reader *r, const fnc_text_type *type, item *value)
{
    const char *name;
    FINNC_TRY(fnc_scan_find_name(&r->scan, &name)); /* allowed, and of no use here */
    fnc_scan_take(&r->scan, "=");
    finnc_tensor *tensor;
    FINNC_TRY(fnc_text_read_tensor(&r->scan, type, &tensor));
    finnc_status status = fnc_model_keep_tensor(r->scan.cx, r->model, tensor);
    finnc_tensor_release(tensor);
    value->kind = FINNC_ATTR_TENSOR;
    value->tensor = tensor;
    return status;
}

/* A type; or, if something follows it, a tensor of that type. */
static finnc_status read_type_or_tensor(fnc_text_reader *r, item *value)
{
    fnc_text_type *type = FNC_NEW(&r->scratch, fnc_text_type);
    if (!type)
        return finnc_no_memory(r->scan.cx);
    FINNC_TRY(fnc_text_read_type(&r->scan, type));
    char next = fnc_scan_peek(&r->scan);
    if (next != ',' && next != '>' && next != ']')
        return read_tensor(r, type, value);
    value->kind = FINNC_ATTR_TYPE_PROTO;
    return fnc_text_type_wire(&r->scan, type, &value->type);
}

static finnc_status read_subgraph(fnc_text_reader *r, finnc_node *node, item *value)
{
    if (!node)
        return finnc_fail(r->scan.cx, FINNC_UNSUPPORTED,
                          "%s: a graph as a function's default is not supported",
                          fnc_scan_place(&r->scan, r->scan.next));
    FINNC_TRY(fnc_graph_create(r->scan.cx, r->model, node, "", &value->graph));
    value->kind = FINNC_ATTR_GRAPH;
    return fnc_text_read_graph(r, value->graph);
}

/* Does a graph come next, that is, a name with inputs behind it? */
static bool is_graph(fnc_text_reader *r)
{
    char c = fnc_scan_peek(&r->scan);
    if (c != '"')
        return (c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) &&
               !fnc_scan_is_number(&r->scan);
    const char *p = r->scan.next + 1;
    while (*p && *p != '"')
        p += p[0] == '\\' && p[1] ? 2 : 1;
    fnc_scan ahead = r->scan;
    ahead.next = *p ? p + 1 : p;
    return fnc_scan_is(&ahead, "(");
}

static finnc_status read_item(fnc_text_reader *r, finnc_node *node, item *value)
{
    if (fnc_text_is_type(&r->scan))
        return read_type_or_tensor(r, value);
    if (is_graph(r))
        return read_subgraph(r, node, value);
    FINNC_TRY(fnc_scan_need_literal(&r->scan, &value->literal));
    switch (value->literal.kind) {
    case FNC_LITERAL_INT:
        value->kind = FINNC_ATTR_INT;
        break;
    case FNC_LITERAL_FLOAT:
        value->kind = FINNC_ATTR_FLOAT;
        break;
    case FNC_LITERAL_STRING:
        value->kind = FINNC_ATTR_STRING;
        break;
    }
    return FINNC_OK;
}

/* ---- from items to an attribute ---- */

/* One kind for all: numbers are floats as soon as one is, or the text says so. */
static finnc_status settle_kind(fnc_text_reader *r, items *list, finnc_attr_kind wanted,
                                finnc_attr_kind *kind)
{
    *kind = wanted;
    for (item *i = list->first; i; i = i->next) {
        bool widens = *kind == FINNC_ATTR_INT && i->kind == FINNC_ATTR_FLOAT && !wanted;
        if (!*kind || widens)
            *kind = i->kind;
        bool fits = i->kind == *kind || (*kind == FINNC_ATTR_FLOAT && i->kind == FINNC_ATTR_INT);
        if (!fits)
            return fnc_scan_fail(&r->scan, i->literal.at, "%s is expected here, not %s",
                                 fnc_text_kind_name(*kind), fnc_text_kind_name(i->kind));
    }
    return FINNC_OK;
}

#define NEW_LIST(reader, type, count) FNC_NEW_ARRAY(&(reader)->model->arena, type, (count))

static finnc_status fill_ints(fnc_text_reader *r, const items *list, finnc_attr *attr)
{
    int64_t *ints = NEW_LIST(r, int64_t, list->count);
    if (!ints && list->count)
        return finnc_no_memory(r->scan.cx);
    size_t n = 0;
    for (const item *i = list->first; i; i = i->next)
        if (!fnc_literal_int(&i->literal, &ints[n++]))
            return fnc_scan_fail(&r->scan, i->literal.at, "this integer needs more than 64 bits");
    if (attr->kind == FINNC_ATTR_INT)
        attr->u.i = ints[0];
    else
        attr->u.is = ints;
    return FINNC_OK;
}

static finnc_status fill_floats(fnc_text_reader *r, const items *list, finnc_attr *attr)
{
    float *floats = NEW_LIST(r, float, list->count);
    if (!floats && list->count)
        return finnc_no_memory(r->scan.cx);
    size_t n = 0;
    for (const item *i = list->first; i; i = i->next)
        FINNC_TRY(fnc_literal_need_float(&r->scan, &i->literal, &floats[n++]));
    if (attr->kind == FINNC_ATTR_FLOAT)
        attr->u.f = floats[0];
    else
        attr->u.fs = floats;
    return FINNC_OK;
}

static finnc_status fill_strings(fnc_text_reader *r, const items *list, finnc_attr *attr)
{
    finnc_string *strings = NEW_LIST(r, finnc_string, list->count);
    if (!strings && list->count)
        return finnc_no_memory(r->scan.cx);
    size_t n = 0;
    for (const item *i = list->first; i; i = i->next) {
        size_t length = i->literal.string.length;
        const char *copy = fnc_arena_strndup(&r->model->arena, i->literal.string.data, length);
        if (!copy)
            return finnc_no_memory(r->scan.cx);
        strings[n++] = (finnc_string){copy, length};
    }
    if (attr->kind == FINNC_ATTR_STRING)
        attr->u.s = strings[0];
    else
        attr->u.ss = strings;
    return FINNC_OK;
}

static finnc_status fill_tensors(fnc_text_reader *r, const items *list, finnc_attr *attr)
{
    const finnc_tensor **tensors = NEW_LIST(r, const finnc_tensor *, list->count);
    if (!tensors && list->count)
        return finnc_no_memory(r->scan.cx);
    size_t n = 0;
    for (const item *i = list->first; i; i = i->next)
        tensors[n++] = i->tensor;
    if (attr->kind == FINNC_ATTR_TENSOR)
        attr->u.t = tensors[0];
    else
        attr->u.ts = tensors;
    return FINNC_OK;
}

static finnc_status fill_graphs(fnc_text_reader *r, const items *list, finnc_attr *attr)
{
    finnc_graph **graphs = NEW_LIST(r, finnc_graph *, list->count);
    if (!graphs && list->count)
        return finnc_no_memory(r->scan.cx);
    size_t n = 0;
    for (const item *i = list->first; i; i = i->next)
        graphs[n++] = i->graph;
    if (attr->kind == FINNC_ATTR_GRAPH)
        attr->u.g = graphs[0];
    else
        attr->u.gs = graphs;
    return FINNC_OK;
}

/* What the IR does not look into is kept as a file would have it; clears `buf`. */
static finnc_status keep_wire(fnc_text_reader *r, fnc_buf *buf, finnc_attr *attr)
{
    finnc_status status = fnc_buf_check(buf);
    if (status == FINNC_OK)
        status = fnc_wire_copy(r->scan.cx, &r->model->arena, fnc_buf_text(buf), buf->length,
                               &attr->extra);
    fnc_buf_clear(buf);
    return status;
}

static finnc_status fill_types(fnc_text_reader *r, const items *list, finnc_attr *attr)
{
    fnc_buf buf;
    fnc_buf_init(&buf, r->scan.cx);
    uint32_t field = attr->kind == FINNC_ATTR_TYPE_PROTO ? FNC_ATTR_TP : FNC_ATTR_TYPE_PROTOS;
    for (const item *i = list->first; i; i = i->next)
        fnc_field_put_bytes(&buf, field, i->type.data, i->type.length);
    return keep_wire(r, &buf, attr);
}

static finnc_status fill(fnc_text_reader *r, const items *list, finnc_attr *attr)
{
    attr->count = list->count;
    switch (attr->kind) {
    case FINNC_ATTR_INT:
    case FINNC_ATTR_INTS:
        return fill_ints(r, list, attr);
    case FINNC_ATTR_FLOAT:
    case FINNC_ATTR_FLOATS:
        return fill_floats(r, list, attr);
    case FINNC_ATTR_STRING:
    case FINNC_ATTR_STRINGS:
        return fill_strings(r, list, attr);
    case FINNC_ATTR_TENSOR:
    case FINNC_ATTR_TENSORS:
        return fill_tensors(r, list, attr);
    case FINNC_ATTR_GRAPH:
    case FINNC_ATTR_GRAPHS:
        return fill_graphs(r, list, attr);
    case FINNC_ATTR_TYPE_PROTO:
    case FINNC_ATTR_TYPE_PROTOS:
        return fill_types(r, list, attr);
    case FINNC_ATTR_UNDEFINED:
    case FINNC_ATTR_SPARSE_TENSOR:
    case FINNC_ATTR_SPARSE_TENSORS:
        break;
    }
    return fnc_scan_fail(&r->scan, NULL, "the textual syntax has no attributes of kind %s",
                         fnc_text_kind_name(attr->kind));
}

/* ---- an attribute ---- */

static finnc_status read_items(fnc_text_reader *r, finnc_node *node, bool one, items *list)
{
    *list = (items){0};
    list->end = &list->first;
    if (!one && fnc_scan_take(&r->scan, "]"))
        return FINNC_OK;
    do {
        item *next = FNC_NEW(&r->scratch, item);
        if (!next)
            return finnc_no_memory(r->scan.cx);
        (void)fnc_scan_peek(&r->scan);
        next->literal.at = r->scan.next;
        FINNC_TRY(read_item(r, node, next));
        *list->end = next;
        list->end = &next->next;
        list->count++;
    } while (!one && fnc_scan_take(&r->scan, ","));
    return one ? FINNC_OK : fnc_scan_need(&r->scan, "]");
}

/* `: ints`, if it is there. */
static finnc_status read_kind(fnc_text_reader *r, finnc_attr_kind *kind)
{
    *kind = FINNC_ATTR_UNDEFINED;
    if (!fnc_scan_take(&r->scan, ":"))
        return FINNC_OK;
    const char *word;
    const char *at = r->scan.next;
    FINNC_TRY(fnc_scan_need_id(&r->scan, "the kind of an attribute", &word));
    *kind = fnc_text_find_kind(word);
    if (*kind == FINNC_ATTR_UNDEFINED)
        return fnc_scan_fail(&r->scan, at, "'%s' is no kind of attribute", word);
    return FINNC_OK;
}

/* It has no value of its own: the kind that the text says is the model's to keep, as of files. */
static finnc_status read_reference(fnc_text_reader *r, finnc_attr *attr)
{
    const char *ref;
    FINNC_TRY(fnc_scan_need_name(&r->scan, "the name of a function's attribute", &ref));
    attr->ref = fnc_arena_strdup(&r->model->arena, ref);
    if (!attr->ref)
        return finnc_no_memory(r->scan.cx);
    if (!attr->kind)
        return FINNC_OK;
    fnc_buf buf;
    fnc_buf_init(&buf, r->scan.cx);
    fnc_field_put_varint(&buf, FNC_ATTR_TYPE, attr->kind);
    attr->kind = FINNC_ATTR_UNDEFINED;
    return keep_wire(r, &buf, attr);
}

finnc_status fnc_text_read_attr(fnc_text_reader *r, finnc_node *node, const char *name,
                                finnc_attr *attr)
{
    *attr = (finnc_attr){.name = fnc_arena_strdup(&r->model->arena, name)};
    if (!attr->name)
        return finnc_no_memory(r->scan.cx);
    FINNC_TRY(read_kind(r, &attr->kind));
    FINNC_TRY(fnc_scan_need(&r->scan, "="));
    if (fnc_scan_take(&r->scan, "@"))
        return read_reference(r, attr);
    (void)fnc_scan_peek(&r->scan);
    const char *at = r->scan.next;
    bool one = !fnc_scan_take(&r->scan, "[");
    if (attr->kind && fnc_text_kind_is_list(attr->kind) == one)
        return fnc_scan_fail(&r->scan, at, "attribute %s is of kind %s, and this is %s list", name,
                             fnc_text_kind_name(attr->kind), one ? "no" : "a");
    items list;
    FINNC_TRY(read_items(r, node, one, &list));
    finnc_attr_kind kind; /* of each element */
    FINNC_TRY(settle_kind(r, &list, fnc_text_kind_single(attr->kind), &kind));
    if (!kind)
        return fnc_scan_fail(&r->scan, at, "an empty list has to say of what: %s: ints = []", name);
    attr->kind = one ? kind : fnc_text_kind_list(kind);
    return fill(r, &list, attr);
}

finnc_status fnc_text_read_attrs(fnc_text_reader *r, finnc_node *node)
{
    if (!fnc_scan_take(&r->scan, "<"))
        return FINNC_OK;
    if (fnc_scan_take(&r->scan, ">"))
        return FINNC_OK;
    do {
        (void)fnc_scan_peek(&r->scan);
        const char *at = r->scan.next;
        const char *name;
        FINNC_TRY(fnc_scan_need_name(&r->scan, "the name of an attribute", &name));
        if (finnc_node_find_attr(node, name))
            return fnc_scan_fail(&r->scan, at, "attribute %s is there already", name);
        finnc_attr *attr = FNC_NEW(&r->model->arena, finnc_attr);
        if (!attr)
            return finnc_no_memory(r->scan.cx);
        FINNC_TRY(fnc_text_read_attr(r, node, name, attr));
        FINNC_TRY(fnc_node_put_attr(r->scan.cx, node, attr));
    } while (fnc_scan_take(&r->scan, ","));
    return fnc_scan_need(&r->scan, ">");
}
