/* A model as an ONNX file. */
#ifndef FNC_ONNX_SAVE_H
#define FNC_ONNX_SAVE_H

#include "file_set.h"
#include "replace.h"

/* The model that is on its way into `out`, a file of the set, and its data files, if there are any,
 * into files of their own beside it, which are put in place before it. */
FINNC_MUST_USE finnc_status fnc_onnx_save(fnc_file_set *set, fnc_replacing *replacing,
                                          finnc_external external, fnc_file_out *out);

#endif
