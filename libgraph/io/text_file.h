/* Models in files of ONNX's textual syntax, which their names tell. */
#ifndef FNC_TEXT_FILE_H
#define FNC_TEXT_FILE_H

#include "../ir/ir.h"

/* Does `path` end in .onnxtxt, whatever the case? */
bool fnc_is_text_file(const char *path);
/* Reads a file's bytes; `folder` is its. */
FINNC_MUST_USE finnc_status fnc_text_file_read(finnc_ctx *cx, const fnc_backing *backing,
                                               const char *folder, finnc_model **model);
/* Writes it with all weights. */
FINNC_MUST_USE finnc_status fnc_text_file_write(finnc_ctx *cx, const finnc_model *model,
                                                const char *path);

#endif
