/* Reading a model whose file somebody else has opened. */
#ifndef FNC_READ_MAPPED_H
#define FNC_READ_MAPPED_H

#include "../ir/ir.h"

/* As finnc_model_read: `path` tells the format and the folder. Declare the place around it. */
FINNC_MUST_USE finnc_status fnc_model_read_mapped(finnc_ctx *cx, fnc_backing *backing,
                                                  const char *path, finnc_model **model);

#endif
