/* What the IR keeps of a function as wire bytes, when somebody calls it. */
#include "../base/field.h"
#include "onnx_graph.h"

#include <string.h>

static void free_copy(void *user)
{
    fnc_backing *backing = user;
    fnc_free(backing->cx, (void *)backing->data);
}

/* The bytes, where tensors may look into them as long as they like. */
static finnc_status copy_wire(finnc_ctx *cx, fnc_wire wire, fnc_backing **backing)
{
    void *copy = fnc_alloc(cx, wire.length);
    if (!copy)
        return finnc_no_memory(cx);
    memcpy(copy, wire.data, wire.length);
    finnc_status status = fnc_backing_create(cx, copy, wire.length, NULL, NULL, backing);
    if (status != FINNC_OK) {
        fnc_free(cx, copy);
        return status;
    }
    (*backing)->free_data = free_copy;
    (*backing)->user = *backing;
    return FINNC_OK;
}

static finnc_status add_defaults(finnc_ctx *cx, fnc_onnx_source *source, finnc_node *node)
{
    ProtobufCMessage *message;
    FINNC_TRY(fnc_pb_read(cx, &source->scratch, &onnx__function_proto__descriptor,
                          source->backing->data, source->backing->nbytes, &message));
    const Onnx__FunctionProto *proto = (const Onnx__FunctionProto *)message;
    fnc_onnx_reader r = {cx, source, &source->scratch, node->graph->model};
    for (size_t i = 0; i < proto->n_attribute_proto; i++) {
        const char *name = proto->attribute_proto[i]->name;
        if (name && !finnc_node_find_attr(node, name))
            FINNC_TRY(fnc_onnx_attr_read(&r, node, proto->attribute_proto[i]));
    }
    return FINNC_OK;
}

finnc_status fnc_function_complete(finnc_ctx *cx, const fnc_function *function, finnc_node *node)
{
    enum { ATTRIBUTE_PROTO = 11 };
    fnc_field any;
    fnc_backing *backing;
    fnc_onnx_source source;
    if (!fnc_field_find(function->extra.data, function->extra.length, ATTRIBUTE_PROTO, &any))
        return FINNC_OK;
    FINNC_TRY(copy_wire(cx, function->extra, &backing));
    fnc_onnx_source_init(&source, cx, backing, node->graph->model->folder);
    finnc_status status = add_defaults(cx, &source, node);
    fnc_onnx_source_clear(&source);
    fnc_backing_release(backing);
    return status;
}

int64_t fnc_function_opset(const fnc_function *function, const char *domain)
{
    enum { OPSET_IMPORT = 9, DOMAIN = 1, VERSION = 2 };
    if (!function->extra.length)
        return 0;
    if (!strcmp(domain, "ai.onnx")) /* both are one: in the import, and in the node */
        domain = "";
    const uint8_t *at = function->extra.data, *end = at + function->extra.length;
    fnc_field import, name, version;
    while (fnc_field_next(&at, end, &import)) {
        if (import.number != OPSET_IMPORT || !import.data)
            continue;
        size_t length = 0;
        if (fnc_field_find(import.data, import.length, DOMAIN, &name) && name.data)
            length = name.length;
        if (length == 7 && !memcmp(name.data, "ai.onnx", 7))
            length = 0;
        bool is_it = strlen(domain) == length && (!length || !memcmp(name.data, domain, length));
        if (is_it && fnc_field_find(import.data, import.length, VERSION, &version) &&
            !version.data && version.value <= INT64_MAX)
            return (int64_t)version.value;
    }
    return 0;
}
