/* Attributes: AttributeProto. */
#include "onnx_graph.h"

#include <string.h>

/* What an attribute may leave out though it has a value: its kind (files before IR version 2), or a
 * value of zero (writers that know only proto3). Noted, so that it is left out again. */
enum { NO_KIND = 1, NO_VALUE = 2 };

/* The kind that the fields tell, for an attribute without one. */
static finnc_attr_kind guess_kind(const Onnx__AttributeProto *p)
{
    if (p->has_f)
        return FINNC_ATTR_FLOAT;
    if (p->has_i)
        return FINNC_ATTR_INT;
    if (p->has_s)
        return FINNC_ATTR_STRING;
    if (p->t)
        return FINNC_ATTR_TENSOR;
    if (p->g)
        return FINNC_ATTR_GRAPH;
    if (p->n_floats)
        return FINNC_ATTR_FLOATS;
    if (p->n_ints)
        return FINNC_ATTR_INTS;
    if (p->n_strings)
        return FINNC_ATTR_STRINGS;
    if (p->n_tensors)
        return FINNC_ATTR_TENSORS;
    return p->n_graphs ? FINNC_ATTR_GRAPHS : FINNC_ATTR_UNDEFINED;
}

/* ---- reading: each takes its field out of the message ---- */

static finnc_status read_tensor(fnc_onnx_reader *r, Onnx__TensorProto **proto,
                                const finnc_tensor **tensor)
{
    Onnx__TensorProto *p = *proto;
    /* The tensor's name means nothing, but belongs to the attribute: it is all that stays. */
    char *name = p->name;
    FNC_AT_TENSOR(r->cx, name ? name : "");
    finnc_tensor *t;
    FINNC_TRY(fnc_onnx_tensor_read(r->source, p, &t));
    *tensor = t;
    finnc_status status = fnc_model_keep_tensor(r->cx, r->model, t);
    finnc_tensor_release(t);
    onnx__tensor_proto__init(p);
    p->name = name;
    return status;
}

/* The sparse tensor itself stays in the rest: it is read from a copy. */
static finnc_status read_sparse(fnc_onnx_reader *r, const Onnx__SparseTensorProto *proto,
                                const finnc_tensor **tensor)
{
    fnc_wire wire;
    ProtobufCMessage *copy;
    finnc_tensor *t;
    FINNC_TRY(fnc_pb_pack(r->cx, r->scratch, &proto->base, &wire));
    FINNC_TRY(fnc_pb_unpack(r->cx, r->scratch, proto->base.descriptor, wire, &copy));
    FINNC_TRY(fnc_onnx_sparse_read(r->source, (Onnx__SparseTensorProto *)copy, &t));
    *tensor = t;
    finnc_status status = fnc_model_keep_tensor(r->cx, r->model, t);
    finnc_tensor_release(t);
    return status;
}

static finnc_status read_tensors(fnc_onnx_reader *r, Onnx__AttributeProto *p, finnc_attr *attr)
{
    const finnc_tensor **tensors =
        FNC_NEW_ARRAY(&r->model->arena, const finnc_tensor *, p->n_tensors);
    if (!tensors)
        return finnc_no_memory(r->cx);
    bool named = false;
    for (size_t i = 0; i < p->n_tensors; i++) {
        FINNC_TRY(read_tensor(r, &p->tensors[i], &tensors[i]));
        named |= p->tensors[i]->name != NULL;
    }
    attr->count = p->n_tensors;
    attr->u.ts = tensors;
    p->n_tensors = named ? p->n_tensors : 0;
    return FINNC_OK;
}

static finnc_status read_graph(fnc_onnx_reader *r, finnc_node *node, Onnx__GraphProto *proto,
                               finnc_graph **graph)
{
    FINNC_TRY(fnc_graph_create(r->cx, r->model, node, "", graph));
    return fnc_onnx_graph_read(r, proto, *graph);
}

static finnc_status read_graphs(fnc_onnx_reader *r, finnc_node *node, Onnx__AttributeProto *p,
                                finnc_attr *attr)
{
    finnc_graph **graphs = FNC_NEW_ARRAY(&r->model->arena, finnc_graph *, p->n_graphs);
    if (!graphs)
        return finnc_no_memory(r->cx);
    for (size_t i = 0; i < p->n_graphs; i++)
        FINNC_TRY(read_graph(r, node, p->graphs[i], &graphs[i]));
    attr->count = p->n_graphs;
    attr->u.gs = graphs;
    p->n_graphs = 0;
    return FINNC_OK;
}

static finnc_status read_string(fnc_onnx_reader *r, ProtobufCBinaryData bytes, finnc_string *string)
{
    string->data = fnc_arena_strndup(&r->model->arena, (const char *)bytes.data, bytes.len);
    string->length = bytes.len;
    return string->data ? FINNC_OK : finnc_no_memory(r->cx);
}

static finnc_status read_strings(fnc_onnx_reader *r, Onnx__AttributeProto *p, finnc_attr *attr)
{
    finnc_string *strings = FNC_NEW_ARRAY(&r->model->arena, finnc_string, p->n_strings);
    if (!strings)
        return finnc_no_memory(r->cx);
    for (size_t i = 0; i < p->n_strings; i++)
        FINNC_TRY(read_string(r, p->strings[i], &strings[i]));
    attr->count = p->n_strings;
    attr->u.ss = strings;
    p->n_strings = 0;
    return FINNC_OK;
}

/* Copies a list of numbers into the model. */
static finnc_status read_numbers(fnc_onnx_reader *r, const void *numbers, size_t size,
                                 size_t *nnumbers, finnc_attr *attr, const void **list)
{
    *list = fnc_arena_copy(&r->model->arena, numbers, size * *nnumbers);
    attr->count = *nnumbers;
    *nnumbers = 0;
    return *list ? FINNC_OK : finnc_no_memory(r->cx);
}

/* Takes a single value's presence, noting its absence. */
static void take(protobuf_c_boolean *has, uint64_t *absent)
{
    if (!*has)
        *absent |= NO_VALUE;
    *has = false;
}

static finnc_status read_value(fnc_onnx_reader *r, finnc_node *node, Onnx__AttributeProto *p,
                               finnc_attr *attr, uint64_t *absent)
{
    const void *list = NULL;
    attr->count = 1;
    switch (attr->kind) {
    case FINNC_ATTR_FLOAT:
        attr->u.f = p->f;
        take(&p->has_f, absent);
        return FINNC_OK;
    case FINNC_ATTR_INT:
        attr->u.i = p->i;
        take(&p->has_i, absent);
        return FINNC_OK;
    case FINNC_ATTR_STRING:
        take(&p->has_s, absent);
        return read_string(r, p->s, &attr->u.s);
    case FINNC_ATTR_TENSOR:
        FINNC_TRY(read_tensor(r, &p->t, &attr->u.t));
        p->t = p->t->name ? p->t : NULL;
        return FINNC_OK;
    case FINNC_ATTR_GRAPH: {
        Onnx__GraphProto *graph = p->g;
        p->g = NULL;
        return read_graph(r, node, graph, &attr->u.g);
    }
    case FINNC_ATTR_FLOATS:
        FINNC_TRY(read_numbers(r, p->floats, sizeof *p->floats, &p->n_floats, attr, &list));
        attr->u.fs = list;
        return FINNC_OK;
    case FINNC_ATTR_INTS:
        FINNC_TRY(read_numbers(r, p->ints, sizeof *p->ints, &p->n_ints, attr, &list));
        attr->u.is = list;
        return FINNC_OK;
    case FINNC_ATTR_STRINGS:
        return read_strings(r, p, attr);
    case FINNC_ATTR_TENSORS:
        return read_tensors(r, p, attr);
    case FINNC_ATTR_GRAPHS:
        return read_graphs(r, node, p, attr);
    case FINNC_ATTR_SPARSE_TENSORS:
        attr->count = p->n_sparse_tensors;
        return FINNC_OK;
    case FINNC_ATTR_TYPE_PROTOS:
        attr->count = p->n_type_protos;
        return FINNC_OK;
    case FINNC_ATTR_UNDEFINED:
        attr->count = 0;
        return FINNC_OK;
    case FINNC_ATTR_SPARSE_TENSOR:
        return p->sparse_tensor ? read_sparse(r, p->sparse_tensor, &attr->u.t) : FINNC_OK;
    case FINNC_ATTR_TYPE_PROTO:
        break; /* the value stays in the rest */
    }
    return FINNC_OK;
}

/* What it is to us: a kind that is newer than we are, a reference to an attribute of the function
 * around, and a tensor or graph that is not there, are not looked into. */
static finnc_attr_kind kind_of(const Onnx__AttributeProto *p)
{
    if (p->ref_attr_name && *p->ref_attr_name)
        return FINNC_ATTR_UNDEFINED;
    finnc_attr_kind kind = p->has_type ? (finnc_attr_kind)p->type : guess_kind(p);
    if ((kind == FINNC_ATTR_TENSOR && !p->t) || (kind == FINNC_ATTR_GRAPH && !p->g) ||
        kind > FINNC_ATTR_TYPE_PROTOS)
        return FINNC_ATTR_UNDEFINED;
    return kind;
}

finnc_status fnc_onnx_attr_read(fnc_onnx_reader *r, finnc_node *node, Onnx__AttributeProto *p)
{
    finnc_ctx *cx = r->cx;
    if (!p->name || !*p->name)
        return finnc_fail(cx, FINNC_BAD_FILE, "attribute %zu has no name", node->nattrs);
    FNC_AT(cx, "attribute", p->name, NULL);
    if (finnc_node_find_attr(node, p->name))
        return finnc_fail(cx, FINNC_BAD_FILE, "it is there twice");
    finnc_attr *attr = FNC_NEW(&r->model->arena, finnc_attr);
    if (!attr || !(attr->name = fnc_arena_strdup(&r->model->arena, p->name)))
        return finnc_no_memory(cx);
    attr->kind = kind_of(p);
    if (p->ref_attr_name && *p->ref_attr_name) {
        FINNC_TRY(fnc_onnx_take_text(r, &p->ref_attr_name, &attr->ref));
    }
    uint64_t absent = p->has_type ? 0 : NO_KIND;
    FINNC_TRY(read_value(r, node, p, attr, &absent));
    p->name = NULL;
    if (attr->kind != FINNC_ATTR_UNDEFINED)
        p->has_type = false;
    if (absent && attr->kind != FINNC_ATTR_UNDEFINED)
        FINNC_TRY(fnc_pb_note(cx, r->scratch, &p->base, FNC_PB_NOTE_ABSENT, absent));
    FINNC_TRY(fnc_onnx_keep(r, &p->base, &attr->extra));
    return fnc_node_put_attr(cx, node, attr);
}

/* ---- writing ---- */

static finnc_status write_tensor(fnc_onnx_writer *w, const finnc_tensor *tensor,
                                 Onnx__TensorProto **proto)
{
    char *name = *proto ? (*proto)->name : NULL;
    FINNC_TRY(fnc_onnx_tensor_write(w->cx, w->arena, tensor, w->form, proto));
    (*proto)->name = name;
    return FINNC_OK;
}

static finnc_status write_tensors(fnc_onnx_writer *w, const finnc_attr *attr,
                                  Onnx__AttributeProto *p)
{
    Onnx__TensorProto **tensors = FNC_NEW_ARRAY(w->arena, Onnx__TensorProto *, attr->count);
    if (!tensors)
        return finnc_no_memory(w->cx);
    for (size_t i = 0; i < attr->count; i++) {
        tensors[i] = i < p->n_tensors ? p->tensors[i] : NULL;
        FINNC_TRY(write_tensor(w, attr->u.ts[i], &tensors[i]));
    }
    p->tensors = tensors;
    p->n_tensors = attr->count;
    return FINNC_OK;
}

static finnc_status write_graphs(fnc_onnx_writer *w, const finnc_attr *attr,
                                 Onnx__AttributeProto *p)
{
    p->n_graphs = attr->count;
    p->graphs = FNC_NEW_ARRAY(w->arena, Onnx__GraphProto *, attr->count);
    if (!p->graphs)
        return finnc_no_memory(w->cx);
    for (size_t i = 0; i < attr->count; i++)
        FINNC_TRY(fnc_onnx_graph_write(w, attr->u.gs[i], &p->graphs[i]));
    return FINNC_OK;
}

static finnc_status write_strings(fnc_onnx_writer *w, const finnc_attr *attr,
                                  Onnx__AttributeProto *p)
{
    p->n_strings = attr->count;
    p->strings = FNC_NEW_ARRAY(w->arena, ProtobufCBinaryData, attr->count);
    if (!p->strings)
        return finnc_no_memory(w->cx);
    for (size_t i = 0; i < attr->count; i++)
        p->strings[i] = fnc_pb_bytes(attr->u.ss[i].data, attr->u.ss[i].length);
    return FINNC_OK;
}

static finnc_status write_value(fnc_onnx_writer *w, const finnc_attr *attr, bool has,
                                Onnx__AttributeProto *p)
{
    switch (attr->kind) {
    case FINNC_ATTR_FLOAT:
        p->has_f = has;
        p->f = attr->u.f;
        break;
    case FINNC_ATTR_INT:
        p->has_i = has;
        p->i = attr->u.i;
        break;
    case FINNC_ATTR_STRING:
        p->has_s = has;
        p->s = fnc_pb_bytes(attr->u.s.data, attr->u.s.length);
        break;
    case FINNC_ATTR_TENSOR:
        return write_tensor(w, attr->u.t, &p->t);
    case FINNC_ATTR_GRAPH:
        return fnc_onnx_graph_write(w, attr->u.g, &p->g);
    case FINNC_ATTR_FLOATS:
        p->n_floats = attr->count;
        p->floats = (float *)attr->u.fs;
        break;
    case FINNC_ATTR_INTS:
        p->n_ints = attr->count;
        p->ints = (int64_t *)attr->u.is;
        break;
    case FINNC_ATTR_STRINGS:
        return write_strings(w, attr, p);
    case FINNC_ATTR_TENSORS:
        return write_tensors(w, attr, p);
    case FINNC_ATTR_GRAPHS:
        return write_graphs(w, attr, p);
    case FINNC_ATTR_UNDEFINED:
    case FINNC_ATTR_SPARSE_TENSOR:
    case FINNC_ATTR_SPARSE_TENSORS:
    case FINNC_ATTR_TYPE_PROTO:
    case FINNC_ATTR_TYPE_PROTOS:
        break; /* in `extra` */
    }
    return FINNC_OK;
}

finnc_status fnc_onnx_attr_write(fnc_onnx_writer *w, const finnc_attr *attr,
                                 Onnx__AttributeProto **proto)
{
    Onnx__AttributeProto *p;
    FINNC_TRY(fnc_onnx_begin(w, &onnx__attribute_proto__descriptor, attr->extra, &p));
    *proto = p;
    uint64_t absent = 0;
    (void)fnc_pb_take_note(&p->base, FNC_PB_NOTE_ABSENT, &absent);
    p->name = fnc_pb_text(attr->name);
    fnc_onnx_put_text(attr->ref, &p->ref_attr_name);
    if (attr->kind != FINNC_ATTR_UNDEFINED) {
        p->has_type = !(absent & NO_KIND);
        p->type = (Onnx__AttributeProto__AttributeType)attr->kind;
    }
    if (attr->ref) /* which has the value; one of its own is in the rest */
        return FINNC_OK;
    return write_value(w, attr, !(absent & NO_VALUE), p);
}
