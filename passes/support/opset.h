/* A model's standard ops in a newer version of their domain. */
#ifndef FNC_PASS_OPSET_H
#define FNC_PASS_OPSET_H

#include "pass.h"

/* Imports ai.onnx at `version` if it is older. Nodes that are written otherwise in the new version
 * (axes that have become inputs, for one) are rewritten; one that means something else there, or
 * that no rule here can rewrite, fails with UNSUPPORTED and its name. */
FINNC_MUST_USE finnc_status fnc_raise_opset(finnc_pass_run *run, finnc_graph *graph,
                                            int64_t version);

/* Before version 7 operands of element-wise nodes are lined up by attributes, or not at all: such a
 * node means something else than its namesake. */
enum { FNC_BROADCAST_OPSET = 7 };

/* Does a node of the standard, if it works on several operands element by element, line them up by
 * their shapes? */
bool fnc_node_broadcasts(const finnc_node *node);
/* Why not, for remarks; of nodes to be inserted fnc_broadcasts (build.h) tells. */
#define FNC_NO_BROADCAST "operands are lined up by their shapes from opset 7 of ONNX on only"

#endif
