/* ONNX files in. */
#include "file.h"
#include "onnx_data.h"
#include "onnx_graph.h"
#include "read_mapped.h"
#include "text_file.h"

#include <finnc/io.h>

#include <string.h>

static finnc_status read_into(finnc_ctx *cx, fnc_onnx_source *source, finnc_model *model)
{
    static const char pointer[] = "version https://git-lfs";
    const fnc_backing *b = source->backing;
    if (b->nbytes >= sizeof pointer - 1 && memcmp(b->data, pointer, sizeof pointer - 1) == 0)
        return finnc_fail(cx, FINNC_BAD_FILE,
                          "is a pointer of Git LFS: fetch the file it stands for");
    ProtobufCMessage *message;
    FINNC_TRY(fnc_pb_read(cx, &source->scratch, &onnx__model_proto__descriptor, b->data, b->nbytes,
                          &message));
    fnc_onnx_reader r = {cx, source, &source->scratch, model};
    return fnc_onnx_model_read(&r, (Onnx__ModelProto *)message);
}

/* `folder` may be NULL. */
static finnc_status read_model(finnc_ctx *cx, fnc_backing *backing, const char *folder,
                               finnc_model **model)
{
    finnc_model *m;
    FINNC_TRY(finnc_model_create(cx, &m));
    fnc_onnx_source source;
    fnc_onnx_source_init(&source, cx, backing, folder);
    m->folder = folder ? fnc_arena_strdup(&m->arena, folder) : NULL;
    finnc_status status = folder && !m->folder ? finnc_no_memory(cx) : read_into(cx, &source, m);
    if (status == FINNC_OK)
        status = fnc_onnx_external_list(&source, m);
    fnc_onnx_source_clear(&source);
    if (status != FINNC_OK) {
        finnc_model_destroy(m);
        return status;
    }
    *model = m;
    return FINNC_OK;
}

static finnc_status read_either(finnc_ctx *cx, fnc_backing *backing, const char *path,
                                const char *folder, finnc_model **model)
{
    return fnc_is_text_file(path) || fnc_is_text(backing)
               ? fnc_text_file_read(cx, backing, folder, model)
               : read_model(cx, backing, folder, model);
}

finnc_status fnc_model_read_mapped(finnc_ctx *cx, fnc_backing *backing, const char *path,
                                   finnc_model **model)
{
    fnc_arena scratch;
    fnc_arena_init(&scratch, cx);
    const char *folder;
    finnc_model *read = NULL;
    finnc_status status = fnc_file_find_folder(cx, &scratch, path, &folder);
    if (status == FINNC_OK)
        status = read_either(cx, backing, path, folder, &read);
    if (status == FINNC_OK && !(read->file = fnc_arena_strdup(&read->arena, path)))
        status = finnc_no_memory(cx);
    if (status == FINNC_OK)
        *model = read;
    else
        finnc_model_destroy(read);
    fnc_arena_clear(&scratch);
    return status;
}

finnc_status finnc_model_read(finnc_ctx *cx, const char *path, finnc_model **model)
{
    FNC_AT_FILE(cx, path);
    fnc_backing *backing;
    FINNC_TRY(fnc_file_map(cx, path, &backing));
    finnc_status status = fnc_model_read_mapped(cx, backing, path, model);
    fnc_backing_release(backing);
    return status;
}

struct copy {
    finnc_ctx *cx;
    void *data;
};

static void free_copy(void *user)
{
    struct copy *copy = user;
    fnc_free(copy->cx, copy->data);
    fnc_free(copy->cx, copy);
}

static finnc_status copy_bytes(finnc_ctx *cx, const void *data, size_t nbytes,
                               fnc_backing **backing)
{
    struct copy *copy = fnc_alloc(cx, sizeof *copy);
    if (!copy)
        return finnc_no_memory(cx);
    *copy = (struct copy){cx, fnc_alloc(cx, nbytes)};
    if (copy->data && nbytes)
        memcpy(copy->data, data, nbytes);
    finnc_status status = copy->data
                              ? fnc_backing_create(cx, copy->data, nbytes, free_copy, copy, backing)
                              : finnc_no_memory(cx);
    if (status != FINNC_OK)
        free_copy(copy);
    return status;
}

finnc_status finnc_model_read_bytes(finnc_ctx *cx, const void *data, size_t nbytes,
                                    const char *folder, finnc_model **model)
{
    fnc_backing *backing;
    FINNC_TRY(copy_bytes(cx, data, nbytes, &backing));
    finnc_status status = read_model(cx, backing, folder, model);
    fnc_backing_release(backing);
    return status;
}

static finnc_status read_data(finnc_ctx *cx, fnc_backing *backing, const char *path,
                              finnc_kind kind, finnc_tensor **tensor)
{
    fnc_onnx_source source;
    fnc_onnx_source_init(&source, cx, backing, NULL);
    source.folder = fnc_file_folder(&source.scratch, path);
    finnc_status status =
        source.folder ? fnc_onnx_data_read(&source, kind, tensor) : finnc_no_memory(cx);
    fnc_onnx_source_clear(&source);
    return status;
}

finnc_status finnc_pb_read_as(finnc_ctx *cx, const char *path, finnc_kind kind,
                              finnc_tensor **tensor)
{
    FNC_AT_FILE(cx, path);
    fnc_backing *backing;
    FINNC_TRY(fnc_file_map(cx, path, &backing));
    finnc_status status = read_data(cx, backing, path, kind, tensor);
    fnc_backing_release(backing);
    return status;
}

finnc_status finnc_pb_read(finnc_ctx *cx, const char *path, finnc_tensor **tensor)
{
    return finnc_pb_read_as(cx, path, FINNC_KIND_TENSOR, tensor);
}
