/* A node of a graph, run while passes run: what it makes of one operand, its others being
 * constants. */
#ifndef FNC_SUPPORT_EVAL_H
#define FNC_SUPPORT_EVAL_H

#include <finnc/graph.h>

/** Output 0 of `node` for `x` as its input `at`; the other inputs have to be constants, or absent.
 * The caller releases `y`. */
FINNC_MUST_USE finnc_status fnc_eval_on(finnc_ctx *cx, const finnc_node *node, size_t at,
                                        const finnc_tensor *x, finnc_tensor **y);

#endif
