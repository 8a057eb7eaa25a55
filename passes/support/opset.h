/* A model's nodes in a newer version of their domain. */
#ifndef FNC_PASS_OPSET_H
#define FNC_PASS_OPSET_H

#include "../pass.h"

/* Imports `domain` ("": ai.onnx) at `version` if `model` has it older, or does not import it (then
 * its nodes are of version 1). Nodes mean what they did: those that are written otherwise in the
 * new version (axes that have become inputs, for one) are rewritten; one that no rule here can
 * rewrite fails with UNSUPPORTED and its name. Functions have imports of their own, and stay. A
 * failure leaves part of it done. */
FINNC_MUST_USE finnc_status fnc_raise_opset(finnc_ctx *cx, finnc_model *model, const char *domain,
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
