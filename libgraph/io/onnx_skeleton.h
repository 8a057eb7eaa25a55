/* A copy of a message's bytes without its weights.
 *
 * protobuf-c copies every bytes field, and it trusts its recursion and its reader. So a file is
 * first walked here, which checks its structure (lengths, kinds, depth) without decoding values,
 * and which leaves a short bookmark in place of each tensor's raw_data. What is then unpacked is
 * small, whatever the model weighs, and nobody has touched the weights' pages. */
#ifndef FNC_ONNX_SKELETON_H
#define FNC_ONNX_SKELETON_H

#include "../base/buf.h"

#include <protobuf-c/protobuf-c.h>

/* What stands in place of raw_data: where in the file it lies. */
typedef struct fnc_skeleton_cut {
    uint64_t offset, nbytes;
} fnc_skeleton_cut;

/* Fails with BAD_FILE, naming the field and the byte. */
FINNC_MUST_USE finnc_status fnc_skeleton_make(finnc_ctx *cx, const ProtobufCMessageDescriptor *type,
                                              const uint8_t *data, size_t nbytes,
                                              fnc_buf *skeleton);

#endif
