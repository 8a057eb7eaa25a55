/* Files of data: TensorProto, SequenceProto, OptionalProto and MapProto. */
#ifndef FNC_ONNX_DATA_H
#define FNC_ONNX_DATA_H

#include "onnx_tensor.h"

/* Reads the whole of source->backing as a thing of that kind. */
FINNC_MUST_USE finnc_status fnc_onnx_data_read(fnc_onnx_source *source, finnc_kind kind,
                                               finnc_tensor **tensor);

#endif
