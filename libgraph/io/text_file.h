/* Models in files of ONNX's textual syntax. Names tell what to write, and either names or contents
 * what to read. */
#ifndef FNC_TEXT_FILE_H
#define FNC_TEXT_FILE_H

#include "file.h"

/* Does `path` end in .onnxtxt, whatever the case? */
bool fnc_is_text_file(const char *path);
/* Do the bytes begin with '<', space aside? No field of a ModelProto is written so. */
bool fnc_is_text(const fnc_backing *backing);
/* Reads a file's bytes; `folder` is its. */
FINNC_MUST_USE finnc_status fnc_text_file_read(finnc_ctx *cx, const fnc_backing *backing,
                                               const char *folder, finnc_model **model);
/* The model with all weights. */
FINNC_MUST_USE finnc_status fnc_text_file_add(finnc_ctx *cx, const finnc_model *model,
                                              fnc_file_out *out);

#endif
