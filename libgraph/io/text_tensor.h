/* The elements of a tensor in the textual syntax: `{1, 2, 3}`.
 *
 * One literal per element; two for a complex one. Small floats (float16, bfloat16, float8...) are
 * written as their bits, as ONNX has it; a literal with a point or an exponent is taken as the
 * number. */
#ifndef FNC_TEXT_TENSOR_H
#define FNC_TEXT_TENSOR_H

#include "../ir/ir.h"
#include "text_scan.h"
#include "text_type.h"

/* Reads `{...}` as the elements of a tensor of that type, which must be known in full. */
FINNC_MUST_USE finnc_status fnc_text_read_tensor(fnc_scan *scan, const fnc_text_type *type,
                                                 finnc_tensor **tensor);

/* Writes "{1, 2}", the first `limit` elements and then "..." if there are more; 0: all of them.
 * What cannot be written, an unknown element type or a zero byte in a string, is "..." too, or
 * UNSUPPORTED with `limit` 0. */
FINNC_MUST_USE finnc_status fnc_text_write_elements(finnc_ctx *cx, fnc_buf *buf,
                                                    const finnc_tensor *tensor, int64_t limit);

#endif
