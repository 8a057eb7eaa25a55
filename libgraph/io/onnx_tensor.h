/* Tensors: from TensorProto and SparseTensorProto, and back. */
#ifndef FNC_ONNX_TENSOR_H
#define FNC_ONNX_TENSOR_H

#include "onnx_external.h"

/* Makes the tensor that `proto` describes, which is taken apart; its name is not looked at. The
 * caller has entered the tensor's place and releases it. */
FINNC_MUST_USE finnc_status fnc_onnx_tensor_read(fnc_onnx_source *source, Onnx__TensorProto *proto,
                                                 finnc_tensor **tensor);
/* The same, made dense. */
FINNC_MUST_USE finnc_status fnc_onnx_sparse_read(fnc_onnx_source *source,
                                                 Onnx__SparseTensorProto *proto,
                                                 finnc_tensor **tensor);

/* How weights are written. */
typedef enum fnc_onnx_form {
    FNC_ONNX_AS_READ, /* as they stood in their file */
    FNC_ONNX_INLINE,  /* the same, external ones as raw_data */
    FNC_ONNX_RAW      /* all but strings as raw_data */
} fnc_onnx_form;

/* The message for `tensor`, in `arena`; weights are pointed to. The name is the caller's to set. A
 * message that stays external has its folder's note on it. */
FINNC_MUST_USE finnc_status fnc_onnx_tensor_write(finnc_ctx *cx, fnc_arena *arena,
                                                  const finnc_tensor *tensor, fnc_onnx_form form,
                                                  Onnx__TensorProto **proto);

#endif
