/* ONNX out: the model file, and the data files that go with it. */
#include "onnx_save.h"

#include "onnx_graph.h"

#include <finnc/io.h>

#include <inttypes.h>
#include <string.h>

/* Weights from this size on go into the data file of FINNC_EXTERNAL_SPLIT, each at a page's start:
 * so that they can be mapped one by one. */
enum { SPLIT_BYTES = 1024, PAGE = 4096 };

/* protobuf gives up beyond it, here and in all other readers. */
#define MAX_MESSAGE INT32_MAX

/* ---- sinks ---- */

typedef struct file_sink {
    ProtobufCBuffer base;
    fnc_file_out *out;
} file_sink;

static void append_to_file(ProtobufCBuffer *buffer, size_t nbytes, const uint8_t *data)
{
    fnc_file_add(((file_sink *)buffer)->out, data, nbytes);
}

typedef struct memory_sink {
    ProtobufCBuffer base;
    uint8_t *at;
} memory_sink;

static void append_to_memory(ProtobufCBuffer *buffer, size_t nbytes, const uint8_t *data)
{
    memory_sink *sink = (memory_sink *)buffer;
    if (nbytes)
        memcpy(sink->at, data, nbytes);
    sink->at += nbytes;
}

static finnc_status need_size(finnc_ctx *cx, const Onnx__ModelProto *proto, size_t *nbytes)
{
    *nbytes = protobuf_c_message_get_packed_size(&proto->base);
    if (*nbytes > MAX_MESSAGE)
        return finnc_fail(cx, FINNC_UNSUPPORTED,
                          "the model has %zu bytes, a file of protobuf at most 2 GiB: write its "
                          "weights into a file of their own",
                          *nbytes);
    return FINNC_OK;
}

/* ---- external data ---- */

/* A model on its way into files. */
typedef struct saving {
    finnc_ctx *cx;
    fnc_arena *arena;
    const finnc_model *model;
    fnc_file_set *set; /* that the files go into */
    fnc_replacing *replacing;
    const char *target, *folder; /* NULL: none, for bytes in memory */
    fnc_file_out *data;          /* of FINNC_EXTERNAL_SPLIT, once there is something for it */
    const char *data_name;
    struct data_copy *copies;
} saving;

/* A data file to be copied beside the target. */
typedef struct data_copy {
    struct data_copy *next;
    const char *folder, *location, *target;
} data_copy;

/* Remembers that `location` has to be copied. What lies beside the target anyway stays, and nothing
 * may take its place. */
static finnc_status plan_copy(saving *s, const char *folder, const char *location)
{
    if (fnc_file_same(folder, s->folder)) {
        const char *path = fnc_arena_printf(s->arena, "%s/%s", s->folder, location);
        return path ? fnc_file_set_keep(s->set, path) : finnc_no_memory(s->cx);
    }
    for (const data_copy *c = s->copies; c; c = c->next)
        if (strcmp(c->location, location) == 0 && fnc_file_same(c->folder, folder))
            return FINNC_OK;
    data_copy *copy = FNC_NEW(s->arena, data_copy);
    char *target = fnc_arena_printf(s->arena, "%s/%s", s->folder, location);
    if (!copy || !target)
        return finnc_no_memory(s->cx);
    *copy =
        (data_copy){.next = s->copies, .folder = folder, .location = location, .target = target};
    s->copies = copy;
    return FINNC_OK;
}

static finnc_status visit_kept(finnc_ctx *cx, ProtobufCMessage *message, void *user)
{
    saving *s = user;
    Onnx__TensorProto *tensor = (Onnx__TensorProto *)message;
    const char *folder = fnc_pb_take_text(message, FNC_PB_NOTE_FOLDER);
    if (!folder || !*folder)
        folder = s->model->folder;
    if (!fnc_onnx_is_external(tensor))
        return FINNC_OK;
    const char *location = fnc_onnx_external_entry(tensor, "location");
    if (!folder || !location)
        return finnc_fail(cx, FINNC_BAD_VALUE, "external data of '%s' are nowhere",
                          tensor->name ? tensor->name : "");
    return plan_copy(s, folder, location);
}

/* After the tensors that the IR holds were taken into the message. */
static finnc_status visit_inlined(finnc_ctx *cx, ProtobufCMessage *message, void *user)
{
    const Onnx__TensorProto *tensor = (const Onnx__TensorProto *)message;
    (void)user;
    if (fnc_onnx_is_external(tensor))
        return finnc_fail(
            cx, FINNC_UNSUPPORTED,
            "external data of '%s' cannot be taken into the model: element type %d is "
            "not known",
            tensor->name ? tensor->name : "", tensor->data_type);
    return FINNC_OK;
}

/* As visit_inlined. What was read without a folder led nowhere then, and goes on leading there. */
static finnc_status visit_bytes(finnc_ctx *cx, ProtobufCMessage *message, void *user)
{
    const saving *s = user;
    const char *folder = fnc_pb_take_text(message, FNC_PB_NOTE_FOLDER);
    if ((!folder || !*folder) && !s->model->folder)
        return FINNC_OK;
    return visit_inlined(cx, message, user);
}

static finnc_status set_external(saving *s, Onnx__TensorProto *tensor, uint64_t offset,
                                 uint64_t length)
{
    const char *const keys[] = {"location", "offset", "length"};
    const char *const values[] = {s->data_name, fnc_arena_printf(s->arena, "%" PRIu64, offset),
                                  fnc_arena_printf(s->arena, "%" PRIu64, length)};
    enum { N = sizeof keys / sizeof *keys };
    tensor->external_data = FNC_NEW_ARRAY(s->arena, Onnx__StringStringEntryProto *, N);
    Onnx__StringStringEntryProto *entries =
        FNC_NEW_ARRAY(s->arena, Onnx__StringStringEntryProto, N);
    if (!tensor->external_data || !entries)
        return finnc_no_memory(s->cx);
    for (size_t i = 0; i < N; i++) {
        if (!values[i])
            return finnc_no_memory(s->cx);
        onnx__string_string_entry_proto__init(&entries[i]);
        entries[i].key = fnc_pb_text(keys[i]);
        entries[i].value = fnc_pb_text(values[i]);
        tensor->external_data[i] = &entries[i];
    }
    tensor->n_external_data = N;
    tensor->has_data_location = true;
    tensor->data_location = ONNX__TENSOR_PROTO__DATA_LOCATION__EXTERNAL;
    return FINNC_OK;
}

/* Maps what lies at `location` beside the target: NULL if nothing does. A link is an error, for
 * nobody would read through it. */
static finnc_status find_present(saving *s, const char *location, fnc_backing **there)
{
    const finnc_status status = fnc_onnx_external_map(s->cx, s->folder, location, there);
    if (status != FINNC_NOT_FOUND)
        return status;
    finnc_ctx_clear(s->cx);
    *there = NULL;
    return FINNC_OK;
}

/* FILE.data, with the first weight that goes into it. */
static finnc_status begin_data(saving *s)
{
    fnc_backing *there;
    const char *path = fnc_arena_printf(s->arena, "%s.data", s->target);
    if (!path)
        return finnc_no_memory(s->cx);
    const char *slash = strrchr(path, '/');
    s->data_name = slash ? slash + 1 : path;
    FINNC_TRY(find_present(s, s->data_name, &there));
    if (there) {
        fnc_backing_release(there);
        FINNC_TRY(fnc_replacing_check_data(s->replacing, path));
    }
    return fnc_file_set_begin(s->set, path, (fnc_file_owner){NULL, NULL}, &s->data);
}

static finnc_status visit_split(finnc_ctx *cx, ProtobufCMessage *message, void *user)
{
    saving *s = user;
    Onnx__TensorProto *tensor = (Onnx__TensorProto *)message;
    FINNC_TRY(visit_inlined(cx, message, user));
    if (!tensor->has_raw_data || tensor->raw_data.len < SPLIT_BYTES)
        return FINNC_OK;
    if (!s->data)
        FINNC_TRY(begin_data(s));
    fnc_file_align(s->data, PAGE);
    uint64_t offset = s->data->length;
    fnc_file_add(s->data, tensor->raw_data.data, tensor->raw_data.len);
    tensor->has_raw_data = false;
    return set_external(s, tensor, offset, tensor->raw_data.len);
}

/* ---- data files ---- */

/* A file that lies at the target already is left if it is the same. Another one stays as well, be
 * it of the model that is replaced: the name is no model's own, and several may have data there. */
static finnc_status check_present(saving *s, const data_copy *copy, const fnc_backing *from,
                                  bool *present)
{
    fnc_backing *there;
    *present = false;
    FINNC_TRY(find_present(s, copy->location, &there));
    if (!there)
        return FINNC_OK;
    *present = there->nbytes == from->nbytes &&
               (from->nbytes == 0 || memcmp(there->data, from->data, from->nbytes) == 0);
    fnc_backing_release(there);
    return *present ? fnc_file_set_keep(s->set, copy->target)
                    : fnc_replacing_refuse(s->replacing, copy->target);
}

static finnc_status copy_data(saving *s, const data_copy *copy)
{
    fnc_backing *from;
    fnc_file_out *out;
    bool present = false;
    const char *source = fnc_arena_printf(&s->set->arena, "%s/%s", copy->folder, copy->location);
    if (!source)
        return finnc_no_memory(s->cx);
    const fnc_file_owner owner = {.source = source};
    FINNC_TRY(fnc_file_set_find(s->set, copy->target, owner, &present)); /* for a partition */
    if (present)
        return FINNC_OK;
    FINNC_TRY(fnc_onnx_external_map(s->cx, copy->folder, copy->location, &from));
    const char *folder = fnc_file_folder(&s->set->arena, copy->target);
    finnc_status status = folder ? fnc_file_set_folder(s->set, folder) : finnc_no_memory(s->cx);
    if (status == FINNC_OK)
        status = check_present(s, copy, from, &present);
    if (status == FINNC_OK && !present)
        status = fnc_file_set_begin(s->set, copy->target, owner, &out);
    if (status == FINNC_OK && !present) {
        fnc_file_add(out, from->data, from->nbytes);
        status = fnc_file_finish(out);
    }
    fnc_backing_release(from);
    return status;
}

/* ---- models ---- */

static finnc_status build(saving *s, finnc_external external, fnc_pb_visit_fn visit,
                          Onnx__ModelProto **proto)
{
    static const fnc_onnx_form forms[] = {[FINNC_EXTERNAL_KEEP] = FNC_ONNX_AS_READ,
                                          [FINNC_EXTERNAL_INLINE] = FNC_ONNX_INLINE,
                                          [FINNC_EXTERNAL_SPLIT] = FNC_ONNX_RAW};
    fnc_onnx_writer w = {s->cx, s->arena, forms[external]};
    FINNC_TRY(fnc_onnx_model_write(&w, s->model, proto));
    return fnc_pb_visit(s->cx, &(*proto)->base, &onnx__tensor_proto__descriptor, visit, s);
}

/* The model's own file and its data, which are put in place before it, so that no model is there
 * without them. */
static finnc_status save_files(saving *s, finnc_external external, fnc_file_out *out)
{
    static const fnc_pb_visit_fn visits[] = {[FINNC_EXTERNAL_KEEP] = visit_kept,
                                             [FINNC_EXTERNAL_INLINE] = visit_inlined,
                                             [FINNC_EXTERNAL_SPLIT] = visit_split};
    Onnx__ModelProto *proto;
    size_t nbytes;
    FINNC_TRY(build(s, external, visits[external], &proto));
    FINNC_TRY(need_size(s->cx, proto, &nbytes));
    file_sink sink = {{append_to_file}, out};
    (void)protobuf_c_message_pack_to_buffer(&proto->base, &sink.base);
    FINNC_TRY(fnc_file_finish(out));
    for (const data_copy *c = s->copies; c; c = c->next)
        FINNC_TRY(copy_data(s, c));
    return s->data ? fnc_file_finish(s->data) : FINNC_OK;
}

finnc_status fnc_onnx_save(fnc_file_set *set, fnc_replacing *replacing, finnc_external external,
                           fnc_file_out *out)
{
    fnc_arena arena;
    fnc_arena_init(&arena, set->cx);
    saving s = {.cx = set->cx,
                .arena = &arena,
                .model = replacing->model,
                .set = set,
                .replacing = replacing,
                .target = out->target,
                .folder = out->folder};
    if (out->direct) /* nothing can lie beside a pipe or a device */
        external = FINNC_EXTERNAL_INLINE;
    const finnc_status status = save_files(&s, external, out);
    fnc_arena_clear(&arena);
    return status;
}

finnc_status finnc_model_write_bytes(finnc_ctx *cx, const finnc_model *model, void **data,
                                     size_t *nbytes)
{
    fnc_arena arena;
    fnc_arena_init(&arena, cx);
    saving s = {.cx = cx, .arena = &arena, .model = model};
    Onnx__ModelProto *proto = NULL;
    uint8_t *bytes = NULL;
    finnc_status status = build(&s, FINNC_EXTERNAL_INLINE, visit_bytes, &proto);
    if (status == FINNC_OK)
        status = need_size(cx, proto, nbytes);
    if (status == FINNC_OK && !(bytes = fnc_alloc(cx, *nbytes)))
        status = finnc_no_memory(cx);
    if (status == FINNC_OK) {
        memory_sink sink = {{append_to_memory}, bytes};
        (void)protobuf_c_message_pack_to_buffer(&proto->base, &sink.base);
        *data = bytes;
    }
    fnc_arena_clear(&arena);
    return status;
}

void finnc_bytes_destroy(finnc_ctx *cx, void *data)
{
    fnc_free(cx, data);
}
