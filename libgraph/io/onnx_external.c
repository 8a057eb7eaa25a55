#include "onnx_external.h"

#include "beside.h"

#include <string.h>

/* Each file is mapped once for all the tensors in it. */
typedef struct fnc_onnx_data_file {
    struct fnc_onnx_data_file *next;
    const char *location;
    fnc_backing *backing; /* NULL: nobody wanted to look into it yet */
} data_file;

void fnc_onnx_source_init(fnc_onnx_source *source, finnc_ctx *cx, fnc_backing *backing,
                          const char *folder)
{
    *source = (fnc_onnx_source){.cx = cx, .backing = backing, .folder = folder};
    fnc_arena_init(&source->scratch, cx);
}

void fnc_onnx_source_clear(fnc_onnx_source *source)
{
    for (const data_file *file = source->data_files; file; file = file->next)
        if (file->backing)
            fnc_backing_release(file->backing);
    fnc_arena_clear(&source->scratch);
}

const char *fnc_onnx_external_entry(const Onnx__TensorProto *tensor, const char *key)
{
    for (size_t i = tensor->n_external_data; i-- > 0;) {
        const Onnx__StringStringEntryProto *entry = tensor->external_data[i];
        if (entry->key && strcmp(entry->key, key) == 0)
            return entry->value;
    }
    return NULL;
}

static finnc_status read_size(finnc_ctx *cx, const Onnx__TensorProto *tensor, const char *key,
                              size_t absent, size_t *size)
{
    const char *text = fnc_onnx_external_entry(tensor, key);
    *size = text ? 0 : absent;
    if (!text)
        return FINNC_OK;
    bool good = *text != '\0';
    for (const char *p = text; *p && good; p++)
        good = *p >= '0' && *p <= '9' && fnc_mul(*size, 10, size) &&
               fnc_add(*size, (size_t)(*p - '0'), size);
    if (!good)
        return finnc_fail(cx, FINNC_BAD_FILE,
                          "the %s of its external data is '%s', no number of bytes", key, text);
    return FINNC_OK;
}

finnc_status fnc_onnx_external_map(finnc_ctx *cx, const char *folder, const char *location,
                                   fnc_backing **backing)
{
    FNC_AT(cx, "data file", location, NULL);
    return fnc_beside_map(cx, folder, location, backing);
}

static finnc_status note_file(fnc_onnx_source *source, const char *location, data_file **noted)
{
    for (data_file *file = source->data_files; file; file = file->next)
        if (strcmp(file->location, location) == 0) {
            *noted = file;
            return FINNC_OK;
        }
    data_file *file = FNC_NEW(&source->scratch, data_file);
    if (!file || !(file->location = fnc_arena_strdup(&source->scratch, location)))
        return finnc_no_memory(source->cx);
    file->next = source->data_files;
    source->data_files = file;
    *noted = file;
    return FINNC_OK;
}

finnc_status fnc_onnx_external_note(fnc_onnx_source *source, const Onnx__TensorProto *tensor)
{
    data_file *file;
    const char *location = fnc_onnx_external_entry(tensor, "location");
    return location ? note_file(source, location, &file) : FINNC_OK;
}

finnc_status fnc_onnx_external_list(const fnc_onnx_source *source, finnc_model *model)
{
    for (const data_file *file = source->data_files; file && source->folder; file = file->next) {
        fnc_data_file *listed = FNC_NEW(&model->arena, fnc_data_file);
        const char *path = fnc_arena_printf(&model->arena, "%s/%s", source->folder, file->location);
        if (!listed || !path)
            return finnc_no_memory(source->cx);
        *listed = (fnc_data_file){.next = model->data_files, .path = path};
        model->data_files = listed;
    }
    return FINNC_OK;
}

static finnc_status need_file(fnc_onnx_source *source, const char *location, fnc_backing **backing)
{
    data_file *file;
    FINNC_TRY(note_file(source, location, &file));
    if (!file->backing)
        FINNC_TRY(fnc_onnx_external_map(source->cx, source->folder, location, &file->backing));
    *backing = file->backing;
    return FINNC_OK;
}

finnc_status fnc_onnx_external_find(fnc_onnx_source *source, const Onnx__TensorProto *tensor,
                                    size_t nbytes, fnc_backing **backing, const uint8_t **data)
{
    finnc_ctx *cx = source->cx;
    const char *location = fnc_onnx_external_entry(tensor, "location");
    if (!location)
        return finnc_fail(cx, FINNC_BAD_FILE, "its data are external, but no location is given");
    if (!source->folder)
        return finnc_fail(cx, FINNC_BAD_FILE,
                          "its data are in another file (%s), and a model in memory has no folder",
                          location);
    FINNC_TRY(need_file(source, location, backing));
    size_t room = (*backing)->nbytes, offset, length;
    FINNC_TRY(read_size(cx, tensor, "offset", 0, &offset));
    if (offset > room)
        return finnc_fail(cx, FINNC_BAD_FILE,
                          "its data begin at byte %zu of %s, which has %zu bytes", offset, location,
                          room);
    FINNC_TRY(read_size(cx, tensor, "length", room - offset, &length));
    if (length > room - offset)
        return finnc_fail(cx, FINNC_BAD_FILE,
                          "its data are %zu bytes from byte %zu on of %s, which has %zu bytes",
                          length, offset, location, room);
    if (length != nbytes)
        return finnc_fail(cx, FINNC_BAD_FILE, "%zu bytes of external data, its shape wants %zu",
                          length, nbytes);
    *data = (*backing)->data + offset;
    return FINNC_OK;
}
