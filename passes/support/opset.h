/* A model's standard ops in a newer version of their domain. */
#ifndef FNC_PASS_OPSET_H
#define FNC_PASS_OPSET_H

#include "pass.h"

/* Imports ai.onnx at `version` if it is older. Nodes that are written otherwise in the new version
 * (axes that have become inputs, for one) are rewritten; one that means something else there, or
 * that no rule here can rewrite, fails with UNSUPPORTED and its name. */
FINNC_MUST_USE finnc_status fnc_raise_opset(finnc_pass_run *run, finnc_graph *graph,
                                            int64_t version);

#endif
