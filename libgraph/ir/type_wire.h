/* Types that are no tensors, as the IR keeps them: onnx.TypeProto in wire bytes. */
#ifndef FNC_TYPE_WIRE_H
#define FNC_TYPE_WIRE_H

#include "../base/buf.h"
#include "ir.h"

/* Field numbers of onnx.TypeProto and what it holds. */
enum {
    FNC_TYPE_TENSOR = 1,
    FNC_TYPE_SEQUENCE = 4,
    FNC_TYPE_MAP = 5,
    FNC_TYPE_DENOTATION = 6,
    FNC_TYPE_OPAQUE = 7,
    FNC_TYPE_SPARSE = 8,
    FNC_TYPE_OPTIONAL = 9,
    FNC_TENSOR_ELEM = 1,
    FNC_TENSOR_SHAPE = 2,
    FNC_SHAPE_DIM = 1,
    FNC_DIM_VALUE = 1,
    FNC_DIM_PARAM = 2,
    FNC_INNER = 1, /* elem_type of sequences and optionals */
    FNC_MAP_KEY = 1,
    FNC_MAP_VALUE = 2,
    FNC_OPAQUE_DOMAIN = 1,
    FNC_OPAQUE_NAME = 2
};

/* Appends a tensor type as field `field`. `rank` -1: no shape. */
void fnc_type_put_tensor(fnc_buf *buf, uint32_t field, finnc_elem elem, int rank,
                         const finnc_dim *dims);

#endif
