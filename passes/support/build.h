/* Making nodes and constants the short way, for passes that no picture fits. */
#ifndef FNC_BUILD_H
#define FNC_BUILD_H

#include <finnc/model.h>

/* Inserts `output` = op_type(inputs...) before `before` (NULL: at the end). `domain` NULL: ai.onnx;
 * a custom one is imported, at version 1, if the model does not import it yet. `node` may be NULL.
 */
FINNC_MUST_USE finnc_status fnc_insert_op(finnc_ctx *cx, finnc_graph *graph, const char *domain,
                                          const char *op_type, finnc_value *const *inputs,
                                          size_t ninputs, finnc_value *output, finnc_node *before,
                                          finnc_node **node);
/* Inserts a value with element type and data type of `like`, and a shape of its own. */
FINNC_MUST_USE finnc_status fnc_insert_value(finnc_ctx *cx, finnc_graph *graph, const char *hint,
                                             const finnc_value *like, int rank,
                                             const finnc_dim *dims, finnc_value **value);
/* Inserts a constant and gives back the caller's reference, also on failure. */
FINNC_MUST_USE finnc_status fnc_insert_tensor(finnc_ctx *cx, finnc_graph *graph, const char *hint,
                                              finnc_tensor *tensor, finnc_value **value);
/* Inserts a constant of shape (1), of the element type of `like` (float32 where that is not known).
 */
FINNC_MUST_USE finnc_status fnc_insert_number(finnc_ctx *cx, finnc_graph *graph, const char *hint,
                                              double x, const finnc_value *like,
                                              finnc_value **value);
/* Makes `tensor` the initialiser of input `i` of `node`: in place if nobody else reads the constant
 * there, else as a copy of it with its annotations. Gives back the caller's reference to `tensor`,
 * also on failure. */
FINNC_MUST_USE finnc_status fnc_set_constant(finnc_ctx *cx, finnc_node *node, size_t i,
                                             finnc_tensor *tensor);
/* Imports a domain unless it is imported already: a custom one at version 1, the standard's at a
 * usual one, if there is no node of it yet, which would be of version 1. */
FINNC_MUST_USE finnc_status fnc_import(finnc_ctx *cx, finnc_graph *graph, const char *domain);
/* Of which version is a standard op that is made in `graph`? */
int64_t fnc_standard_version(const finnc_graph *graph);
/* Do an Add and a Mul made there bring operands of different shapes together as numpy does? Before
 * version 7 they do so only if attributes tell them to, and stretch the second operand alone. */
bool fnc_broadcasts(const finnc_graph *graph);

#endif
