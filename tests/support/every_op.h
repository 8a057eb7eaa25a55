/* Small models, one around each op of finnc: for tests that hold lists of ops to the ops' records.
 */
#ifndef TEST_EVERY_OP_H
#define TEST_EVERY_OP_H

#include <finnc/op.h>

/* Calls `visit` with a model of one node of each op that takes floats, and what `behind` makes of
 * its result t, as text: "y = Mul(t, half)"; there are half, zero and two. The node's input `data`
 * is x, the graph's input; the others are constants of one element, all 1 or all -1; and of its
 * attributes that are floats one may be -1. The model is the visitor's to change. */
typedef void test_op_visitor(finnc_ctx *cx, finnc_model *model, finnc_node *node, size_t data);
void test_each_op(finnc_ctx *cx, const char *behind, test_op_visitor *visit);

/* Does the op's own rule (finnc_node_range_rule) say that the node only rises, or only falls, with
 * its input `data`? */
bool test_is_monotone_by_rule(finnc_ctx *cx, const finnc_node *node, size_t data);
/* Does the pass succeed, and take the node away? */
bool test_is_taken_in(finnc_ctx *cx, finnc_model *model, const finnc_node *node, const char *pass);

#endif
