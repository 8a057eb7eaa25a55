#include "support/check_pass.h"

#include <criterion/criterion.h>

#define QUANT "qonnx.custom_op.general.Quant <signed = 1, narrow = 0, rounding_mode = \"ROUND\"> "
#define P     "[0.5, 0, 4, 0, 1, \"ROUND\"]"

Test(quantize_graph, inputs_and_outputs_by_op_type)
{
    check_pass("QuantizeGraph{quantnode_map={\"op_type\":{\"MatMul\":[[[\"input\",1]," P
               "],[[\"output\",0]," P "]]}}}",
               "g (float[1,2] x) => (float[1,1] y, float[1,1] z) <float[2,1] w = {0.6, -3}> "
               "{ m = MatMul(x, w) y = Relu(m) z = Neg(m) }",
               "g (float[1,2] x) => (float[1,1] y, float[1,1] z) <float[2,1] w = {0.6, -3}, "
               "float s = {0.5}, float o = {0}, float n = {4}, float s2 = {0.5}, float o2 = {0}, "
               "float n2 = {4}> { q = " QUANT "(w, s, o, n) e = MatMul(x, q) m = " QUANT
               "(e, s2, o2, n2) y = Relu(m) z = Neg(m) }");
}

Test(quantize_graph, names_come_first)
{
    check_pass("QuantizeGraph{quantnode_map={\"op_type\":{\"Relu\":[[[\"input\",0]," P
               "]]},\"name\":{\"r\":[[[\"input\",0],[[0.25],0,4,0,1,\"ROUND\"]]]}}}",
               "g (float[2] x) => (float[2] y) { [r] y = Relu(x) }",
               "g (float[2] x) => (float[2] y) <float[1] s = {0.25}, float o = {0}, float n = {4}> "
               "{ q = " QUANT "(x, s, o, n) y = Relu(q) }");
}

Test(quantize_graph, what_is_quantised_stays)
{
    check_remark("QuantizeGraph{quantnode_map={\"op_type\":{\"Relu\":[[[\"input\",0]," P "]]}}}",
                 "g (float[2] x) => (float[2] y) <float s = {1}, float o = {0}, float n = {4}> "
                 "{ q = " QUANT "(x, s, o, n) y = Relu(q) }",
                 "input 0 is quantised already");
}

Test(quantize_graph, refuses_what_it_does_not_understand)
{
    const char *text = "g (float[2] x) => (float[2] y) { y = Relu(x) }";
    check_refused("QuantizeGraph{quantnode_map={\"names\":{}}}", text, "quantnode_map has names");
    check_refused("QuantizeGraph{quantnode_map={\"name\":{\"a\":[]}}}", text, "there is no node a");
    check_refused("QuantizeGraph{quantnode_map={\"op_type\":{\"Relu\":[[[\"input\",0],[1,0]]]}}}",
                  text, "a place is");
}
