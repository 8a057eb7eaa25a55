#include "onnx_graph.h"

finnc_status fnc_onnx_take_text(fnc_onnx_reader *r, char **field, const char **text)
{
    *text = "";
    if (!*field || !**field)
        return FINNC_OK;
    *text = fnc_arena_strdup(&r->model->arena, *field);
    *field = NULL;
    return *text ? FINNC_OK : finnc_no_memory(r->cx);
}

finnc_status fnc_onnx_keep(fnc_onnx_reader *r, const ProtobufCMessage *message, fnc_wire *extra)
{
    return fnc_pb_pack(r->cx, &r->model->arena, message, extra);
}

void fnc_onnx_put_text(const char *text, char **field)
{
    if (text && *text)
        *field = fnc_pb_text(text);
}

finnc_status fnc_onnx_begin(fnc_onnx_writer *w, const ProtobufCMessageDescriptor *type,
                            fnc_wire extra, void *message)
{
    ProtobufCMessage *m;
    FINNC_TRY(fnc_pb_unpack(w->cx, w->arena, type, extra, &m));
    *(void **)message = m;
    return FINNC_OK;
}
