/* Fields of ONNX's messages that the textual syntax shows and the IR keeps as wire bytes. */
#ifndef FNC_TEXT_FIELDS_H
#define FNC_TEXT_FIELDS_H

enum {
    FNC_MODEL_DOMAIN = 4,
    FNC_MODEL_VERSION = 5,
    FNC_MODEL_DOC = 6,
    FNC_FUNCTION_ATTR = 6,
    FNC_FUNCTION_DOC = 8,
    FNC_FUNCTION_OPSET = 9,
    FNC_FUNCTION_ATTR_PROTO = 11,
    FNC_OPSET_DOMAIN = 1,
    FNC_OPSET_VERSION = 2,
    FNC_ATTR_NAME = 1,
    FNC_ATTR_F = 2,
    FNC_ATTR_I = 3,
    FNC_ATTR_S = 4,
    FNC_ATTR_FLOATS = 7,
    FNC_ATTR_INTS = 8,
    FNC_ATTR_STRINGS = 9,
    FNC_ATTR_TP = 14,
    FNC_ATTR_TYPE_PROTOS = 15,
    FNC_ATTR_TYPE = 20
};

#endif
