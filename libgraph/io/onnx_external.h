/* External data: where a TensorProto says that its elements are, and the files that hold them. */
#ifndef FNC_ONNX_EXTERNAL_H
#define FNC_ONNX_EXTERNAL_H

#include "onnx_pb.h"

#include <onnx.pb-c.h>

/* What a model is read from. */
typedef struct fnc_onnx_source {
    finnc_ctx *cx;
    fnc_arena scratch;    /* messages; gone when reading ends */
    fnc_backing *backing; /* the file; raw data point into it */
    const char *folder;   /* of external data; NULL: there can be none */
    struct fnc_onnx_data_file *data_files;
} fnc_onnx_source;

void fnc_onnx_source_init(fnc_onnx_source *source, finnc_ctx *cx, fnc_backing *backing,
                          const char *folder);
void fnc_onnx_source_clear(fnc_onnx_source *source);

static inline bool fnc_onnx_is_external(const Onnx__TensorProto *tensor)
{
    return tensor->has_data_location &&
           tensor->data_location == ONNX__TENSOR_PROTO__DATA_LOCATION__EXTERNAL;
}
/* The value of the last entry of that key, or NULL. */
const char *fnc_onnx_external_entry(const Onnx__TensorProto *tensor, const char *key);
/* Maps the file at `location`, seen from the folder of the model that names it. */
FINNC_MUST_USE finnc_status fnc_onnx_external_map(finnc_ctx *cx, const char *folder,
                                                  const char *location, fnc_backing **backing);
/* Remembers which file a tensor lies in, whether somebody looks into it or not; and what was
 * remembered, for the model that was read. */
FINNC_MUST_USE finnc_status fnc_onnx_external_note(fnc_onnx_source *source,
                                                   const Onnx__TensorProto *tensor);
FINNC_MUST_USE finnc_status fnc_onnx_external_list(const fnc_onnx_source *source,
                                                   finnc_model *model);
/* Finds the bytes of an external tensor, exactly `nbytes` of them; the file stays open in `source`,
 * which holds the reference to `backing`. */
FINNC_MUST_USE finnc_status fnc_onnx_external_find(fnc_onnx_source *source,
                                                   const Onnx__TensorProto *tensor, size_t nbytes,
                                                   fnc_backing **backing, const uint8_t **data);

#endif
