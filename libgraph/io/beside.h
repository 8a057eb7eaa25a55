/* Files that a model names: those of external data, and the models of partitions.
 *
 * A model may come from anybody, so there is one rule for both: such a file lies below the folder
 * of the model that names it, on a way without `..` and without links. A model without a folder,
 * one from memory, names none. */
#ifndef FNC_BESIDE_H
#define FNC_BESIDE_H

#include "../ir/ir.h"

/* Opens and maps the regular file at `location`, seen from `folder`, for reading. BAD_FILE if that
 * is against the rule, NOT_FOUND if there is no such file. */
FINNC_MUST_USE finnc_status fnc_beside_map(finnc_ctx *cx, const char *folder, const char *location,
                                           fnc_backing **backing);
/* Which file below `folder` is meant by a path that began elsewhere: FINN writes whole paths, and
 * such from the folder that it was started in, which lead nowhere once a model is moved together
 * with its parts. It is the one at the longest tail of `path` that there is: of /build/a/b.onnx
 * build/a/b.onnx, a/b.onnx or b.onnx. `location` (`size` bytes) receives it, without `.`. */
FINNC_MUST_USE finnc_status fnc_beside_find(finnc_ctx *cx, const char *folder, const char *path,
                                            char *location, size_t size);
/* Is it absolute, or is `..` a part of it? */
bool fnc_beside_leads_out(const char *path);

#endif
