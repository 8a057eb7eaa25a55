/* The attributes of a node: finding, reading with a default or with words, setting. */
#include "ir.h"

#include <string.h>

size_t finnc_node_nattrs(const finnc_node *node)
{
    return node->nattrs;
}

const finnc_attr *finnc_node_attr(const finnc_node *node, size_t i)
{
    return i < node->nattrs ? node->attrs[i] : NULL;
}

const finnc_attr *finnc_node_find_attr(const finnc_node *node, const char *name)
{
    for (size_t i = 0; i < node->nattrs; i++)
        if (!strcmp(node->attrs[i]->name, name))
            return node->attrs[i];
    return NULL;
}

static const finnc_attr *find_kind(const finnc_node *node, const char *name, finnc_attr_kind kind)
{
    const finnc_attr *attr = finnc_node_find_attr(node, name);
    return attr && attr->kind == kind ? attr : NULL;
}

int64_t finnc_node_int(const finnc_node *node, const char *name, int64_t absent)
{
    const finnc_attr *attr = find_kind(node, name, FINNC_ATTR_INT);
    return attr ? attr->u.i : absent;
}

double finnc_node_float(const finnc_node *node, const char *name, double absent)
{
    const finnc_attr *attr = find_kind(node, name, FINNC_ATTR_FLOAT);
    return attr ? (double)attr->u.f : absent;
}

const char *finnc_node_string(const finnc_node *node, const char *name, const char *absent)
{
    const finnc_attr *attr = find_kind(node, name, FINNC_ATTR_STRING);
    return attr ? attr->u.s.data : absent;
}

const int64_t *finnc_node_ints(const finnc_node *node, const char *name, size_t *count)
{
    const finnc_attr *attr = find_kind(node, name, FINNC_ATTR_INTS);
    *count = attr ? attr->count : 0;
    return attr ? attr->u.is : NULL;
}

static finnc_status need(finnc_ctx *cx, const finnc_node *node, const char *name,
                         finnc_attr_kind kind, const finnc_attr **attr)
{
    *attr = finnc_node_find_attr(node, name);
    if (*attr && (*attr)->kind == kind)
        return FINNC_OK;
    FNC_AT_NODE(cx, node);
    if (!*attr)
        return finnc_fail(cx, FINNC_BAD_VALUE, "attribute %s is missing", name);
    return finnc_fail(cx, FINNC_BAD_VALUE, "attribute %s is of kind %s, should be %s", name,
                      finnc_attr_kind_name((*attr)->kind), finnc_attr_kind_name(kind));
}

finnc_status finnc_node_need_int(finnc_ctx *cx, const finnc_node *node, const char *name,
                                 int64_t *x)
{
    const finnc_attr *attr;
    FINNC_TRY(need(cx, node, name, FINNC_ATTR_INT, &attr));
    *x = attr->u.i;
    return FINNC_OK;
}

finnc_status finnc_node_need_ints(finnc_ctx *cx, const finnc_node *node, const char *name,
                                  const int64_t **x, size_t *count)
{
    const finnc_attr *attr;
    FINNC_TRY(need(cx, node, name, FINNC_ATTR_INTS, &attr));
    *x = attr->u.is;
    *count = attr->count;
    return FINNC_OK;
}

finnc_status finnc_node_need_string(finnc_ctx *cx, const finnc_node *node, const char *name,
                                    const char **x)
{
    const finnc_attr *attr;
    FINNC_TRY(need(cx, node, name, FINNC_ATTR_STRING, &attr));
    *x = attr->u.s.data;
    return FINNC_OK;
}

finnc_graph *finnc_node_body(const finnc_node *node, size_t i, const char **attr)
{
    for (size_t a = 0; a < node->nattrs; a++) {
        finnc_graph *first = finnc_attr_graph(node->attrs[a], 0);
        size_t count = first ? node->attrs[a]->count : 0;
        if (i < count) {
            if (attr)
                *attr = node->attrs[a]->name;
            return finnc_attr_graph(node->attrs[a], i);
        }
        i -= count;
    }
    return NULL;
}

/* ---- setting ---- */

/* A file with a nameless one is refused. */
static finnc_status check_name(finnc_ctx *cx, const char *name)
{
    return *name ? FINNC_OK : finnc_fail(cx, FINNC_BAD_VALUE, "an attribute needs a name");
}

finnc_status fnc_node_put_attr(finnc_ctx *cx, finnc_node *node, const finnc_attr *attr)
{
    FINNC_TRY(check_name(cx, attr->name));
    for (size_t i = 0; i < node->nattrs; i++)
        if (!strcmp(node->attrs[i]->name, attr->name)) {
            if (!finnc_attr_equal(node->attrs[i], attr)) {
                node->attrs[i] = attr;
                fnc_touch(node->graph);
            }
            return FINNC_OK;
        }
    FINNC_TRY(fnc_check_few(cx, node->nattrs + 1, "attributes"));
    const finnc_attr **attrs = fnc_arena_grow(fnc_graph_arena(node->graph), node->attrs,
                                              sizeof *attrs, node->nattrs, &node->attrs_room);
    if (!attrs)
        return finnc_no_memory(cx);
    node->attrs = attrs;
    node->attrs[node->nattrs++] = attr;
    fnc_touch(node->graph);
    return FINNC_OK;
}

static finnc_attr *new_attr(const finnc_node *node, const char *name, finnc_attr_kind kind,
                            size_t count)
{
    fnc_arena *arena = fnc_graph_arena(node->graph);
    finnc_attr *attr = FNC_NEW(arena, finnc_attr);
    if (!attr)
        return NULL;
    attr->name = fnc_arena_strdup(arena, name);
    attr->kind = kind;
    attr->count = count;
    return attr->name ? attr : NULL;
}

finnc_status finnc_node_set_int(finnc_ctx *cx, finnc_node *node, const char *name, int64_t x)
{
    finnc_attr *attr = new_attr(node, name, FINNC_ATTR_INT, 1);
    if (!attr)
        return finnc_no_memory(cx);
    attr->u.i = x;
    return fnc_node_put_attr(cx, node, attr);
}

finnc_status finnc_node_set_float(finnc_ctx *cx, finnc_node *node, const char *name, double x)
{
    finnc_attr *attr = new_attr(node, name, FINNC_ATTR_FLOAT, 1);
    if (!attr)
        return finnc_no_memory(cx);
    attr->u.f = (float)x;
    return fnc_node_put_attr(cx, node, attr);
}

finnc_status finnc_node_set_string(finnc_ctx *cx, finnc_node *node, const char *name, const char *x)
{
    finnc_attr *attr = new_attr(node, name, FINNC_ATTR_STRING, 1);
    char *copy = attr ? fnc_arena_strdup(fnc_graph_arena(node->graph), x) : NULL;
    if (!copy)
        return finnc_no_memory(cx);
    attr->u.s = (finnc_string){copy, strlen(copy)};
    return fnc_node_put_attr(cx, node, attr);
}

finnc_status finnc_node_set_ints(finnc_ctx *cx, finnc_node *node, const char *name,
                                 const int64_t *x, size_t count)
{
    finnc_attr *attr = new_attr(node, name, FINNC_ATTR_INTS, count);
    if (!attr || !(attr->u.is = fnc_arena_copy(fnc_graph_arena(node->graph), x, count * sizeof *x)))
        return finnc_no_memory(cx);
    return fnc_node_put_attr(cx, node, attr);
}

finnc_status finnc_node_set_floats(finnc_ctx *cx, finnc_node *node, const char *name,
                                   const float *x, size_t count)
{
    finnc_attr *attr = new_attr(node, name, FINNC_ATTR_FLOATS, count);
    if (!attr || !(attr->u.fs = fnc_arena_copy(fnc_graph_arena(node->graph), x, count * sizeof *x)))
        return finnc_no_memory(cx);
    return fnc_node_put_attr(cx, node, attr);
}

finnc_status finnc_node_set_strings(finnc_ctx *cx, finnc_node *node, const char *name,
                                    const char *const *x, size_t count)
{
    fnc_arena *arena = fnc_graph_arena(node->graph);
    finnc_attr *attr = new_attr(node, name, FINNC_ATTR_STRINGS, count);
    finnc_string *copy = attr ? FNC_NEW_ARRAY(arena, finnc_string, count) : NULL;
    if (!copy)
        return finnc_no_memory(cx);
    for (size_t i = 0; i < count; i++) {
        copy[i] = (finnc_string){fnc_arena_strdup(arena, x[i]), strlen(x[i])};
        if (!copy[i].data)
            return finnc_no_memory(cx);
    }
    attr->u.ss = copy;
    return fnc_node_put_attr(cx, node, attr);
}

finnc_status finnc_node_set_tensor(finnc_ctx *cx, finnc_node *node, const char *name,
                                   const finnc_tensor *x)
{
    finnc_attr *attr = new_attr(node, name, FINNC_ATTR_TENSOR, 1);
    if (!attr)
        return finnc_no_memory(cx);
    FINNC_TRY(fnc_model_keep_tensor(cx, node->graph->model, x));
    attr->u.t = x;
    return fnc_node_put_attr(cx, node, attr);
}

finnc_status finnc_node_set_graph(finnc_ctx *cx, finnc_node *node, const char *name,
                                  finnc_graph **body)
{
    FINNC_TRY(check_name(cx, name));
    finnc_attr *attr = new_attr(node, name, FINNC_ATTR_GRAPH, 1);
    if (!attr)
        return finnc_no_memory(cx);
    finnc_node_erase_attr(node, name);
    FINNC_TRY(fnc_graph_create(cx, node->graph->model, node, name, &attr->u.g));
    FINNC_TRY(fnc_node_put_attr(cx, node, attr));
    *body = attr->u.g;
    return FINNC_OK;
}

finnc_status fnc_node_copy_attr(finnc_ctx *cx, finnc_node *node, const finnc_attr *from)
{
    fnc_arena *arena = fnc_graph_arena(node->graph);
    finnc_attr *attr = new_attr(node, from->name, from->kind, from->count);
    if (!attr)
        return finnc_no_memory(cx);
    if (from->ref && !(attr->ref = fnc_arena_strdup(arena, from->ref)))
        return finnc_no_memory(cx);
    FINNC_TRY(fnc_wire_copy(cx, arena, from->extra.data, from->extra.length, &attr->extra));
    const void *list = NULL;
    switch (from->kind) {
    case FINNC_ATTR_STRING:
        attr->u.s.length = from->u.s.length;
        list = attr->u.s.data = fnc_arena_strndup(arena, from->u.s.data, from->u.s.length);
        break;
    case FINNC_ATTR_INTS:
        list = attr->u.is = fnc_arena_copy(arena, from->u.is, from->count * sizeof *from->u.is);
        break;
    case FINNC_ATTR_FLOATS:
        list = attr->u.fs = fnc_arena_copy(arena, from->u.fs, from->count * sizeof *from->u.fs);
        break;
    case FINNC_ATTR_STRINGS: {
        finnc_string *strings = FNC_NEW_ARRAY(arena, finnc_string, from->count);
        list = attr->u.ss = strings;
        for (size_t i = 0; strings && i < from->count; i++) {
            strings[i] =
                (finnc_string){fnc_arena_strndup(arena, from->u.ss[i].data, from->u.ss[i].length),
                               from->u.ss[i].length};
            if (!strings[i].data)
                return finnc_no_memory(cx);
        }
        break;
    }
    case FINNC_ATTR_TENSOR:
        list = attr->u.t = from->u.t;
        FINNC_TRY(fnc_model_keep_tensor(cx, node->graph->model, from->u.t));
        break;
    case FINNC_ATTR_TENSORS:
        list = attr->u.ts = fnc_arena_copy(arena, from->u.ts, from->count * sizeof *from->u.ts);
        for (size_t i = 0; i < from->count; i++)
            FINNC_TRY(fnc_model_keep_tensor(cx, node->graph->model, from->u.ts[i]));
        break;
    case FINNC_ATTR_FLOAT:
    case FINNC_ATTR_INT:
        attr->u = from->u;
        list = attr;
        break;
    case FINNC_ATTR_GRAPH:
    case FINNC_ATTR_GRAPHS:
        return FINNC_OK;
    case FINNC_ATTR_SPARSE_TENSOR:
        attr->u.t = from->u.t;
        if (from->u.t)
            FINNC_TRY(fnc_model_keep_tensor(cx, node->graph->model, from->u.t));
        list = attr; /* the sparse one is in `extra` */
        break;
    case FINNC_ATTR_UNDEFINED:
    case FINNC_ATTR_SPARSE_TENSORS:
    case FINNC_ATTR_TYPE_PROTO:
    case FINNC_ATTR_TYPE_PROTOS:
        list = attr; /* the value is in `extra` */
        break;
    }
    if (!list)
        return finnc_no_memory(cx);
    return fnc_node_put_attr(cx, node, attr);
}

finnc_status finnc_node_copy_attrs(finnc_ctx *cx, finnc_node *node, const finnc_node *from)
{
    for (size_t i = 0; i < from->nattrs; i++)
        FINNC_TRY(fnc_node_copy_attr(cx, node, from->attrs[i]));
    return FINNC_OK;
}

void finnc_node_erase_attr(finnc_node *node, const char *name)
{
    for (size_t i = 0; i < node->nattrs; i++)
        if (!strcmp(node->attrs[i]->name, name)) {
            const finnc_attr *attr = node->attrs[i];
            for (size_t k = 0; k < attr->count && finnc_attr_graph(attr, k); k++)
                fnc_graph_erase_nodes(finnc_attr_graph(attr, k));
            memmove(&node->attrs[i], &node->attrs[i + 1],
                    (node->nattrs - i - 1) * sizeof *node->attrs);
            node->nattrs--;
            fnc_touch(node->graph);
            return;
        }
}
