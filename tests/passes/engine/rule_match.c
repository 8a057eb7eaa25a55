/* Which nodes a picture, or a pass that asks for an op by its name, takes for that op. */
#include "support/check_pass.h"

#include <finnc/model.h>
#include <finnc/op.h>

#include <criterion/criterion.h>
#include <stdlib.h>

#define HEAD                                                                                       \
    "<ir_version: 8, opset_import: [\"\" : 13, \"com.acme\" : 1, \"local\" : 1, "                  \
    "\"qonnx.custom_op.general\" : 1]> "
#define LOCAL_MUL                                                                                  \
    " <domain: \"local\", opset_import: [\"\" : 13]> Mul (a, b) => (c) { c = Div(a, b) }"
#define CONV_BEHIND(op)                                                                            \
    HEAD "g (float[1,1,3,3] x) => (float[1,1,2,2] y) <float s = {2}, float[1,1,2,2] w = "          \
         "{1,2,3,4}> { a = " op "(x, s) y = Conv(a, w) }"

/* ---- whose Mul? ---- */

Test(rule_match, an_op_of_another_domain_is_not_the_op_of_that_name)
{
    check_unchanged_unrun("MoveScalarMulPastConv", CONV_BEHIND("com.acme.Mul"));
    check_unchanged_unrun("RemoveIdentityOps",
                          HEAD "g (float[1,4] x) => (float[1,4] y) <float one = {1}> "
                               "{ a = com.acme.Mul(x, one) b = com.acme.Identity(a) y = Relu(b) }");
}

/* Of QONNX's channels-last ops only those are taken that a picture asks for. */
Test(rule_match, an_op_with_its_channels_last_is_not_the_standard_s_of_that_name)
{
#define LAST                                                                                       \
    "<ir_version: 8, opset_import: [\"\" : 17, \"qonnx.custom_op.general\" : 1, "                  \
    "\"qonnx.custom_op.channels_last\" : 1]> "
#define OP "qonnx.custom_op.channels_last."
    check_unchanged("Absorb1BitMulIntoConv",
                    LAST "g (float[1,3,3,2] x) => (float[1,2,2,2] y) <float[1,2,1,1] a {BIPOLAR} = "
                         "{1,-1}, float[2,2,2,2] w {INT4} = {1,2,3,4,5,6,7,-7,1,2,3,4,5,6,7,-7}> "
                         "{ v = " OP "Conv<kernel_shape = [2,2]>(x, w) y = Mul(v, a) }");
    check_unchanged("MoveMulPastMaxPool",
                    LAST "g (float[1,2,2,2] x) => (float[1,1,1,2] y) <float[1,2,1,1] a = {1,2}> "
                         "{ v = Mul(x, a) y = " OP "MaxPool<kernel_shape = [2,2]>(v) }");
    check_unchanged("MoveMulPastDWConv",
                    LAST "g (float[1,2,3,2] x) => (float[1,1,3,2] y) <float[2,1,1,1] w = {1,2}, "
                         "float[1,2,1,1] s = {1,2}> { v = Mul(x, s) y = " OP
                         "Conv<kernel_shape = [1,1], group = 2, strides = [2,1]>(v, w) }");
    check_unchanged("MakeMaxPoolNHWC",
                    LAST "g (float[1,2,2,2] x) => (float[1,1,2,1] y) { v = " OP
                         "MaxPool<kernel_shape = [2,2]>(x) y = Transpose<perm = [0,2,3,1]>(v) }");
    check_pass(
        "MoveScalarMulPastConv",
        LAST "g (float[1,3,3,2] x) => (float[1,2,2,1] y) <float s = {2}, float[1,2,2,2] w "
             "= {1,2,3,4,5,6,7,8}> { v = Mul(x, s) y = " OP "Conv<kernel_shape = [2,2]>(v, w) }",
        LAST "g (float[1,3,3,2] x) => (float[1,2,2,1] y) <float s = {2}, float[1,2,2,2] w "
             "= {1,2,3,4,5,6,7,8}> { v = " OP "Conv<kernel_shape = [2,2]>(x, w) y = Mul(v, s) }");
}

Test(rule_match, a_function_of_the_model_is_not_the_op_of_that_name)
{
    check_unchanged_unrun("MoveScalarMulPastConv", CONV_BEHIND("local.Mul") LOCAL_MUL);
}

/* A function has precedence in the domain of a known op as well. */
Test(rule_match, a_function_in_a_known_domain_takes_the_known_op_s_place)
{
    check_unchanged_unrun("AbsorbMulIntoMultiThreshold",
                          HEAD "g (float[1,2] x) => (float[1,2] y) "
                               "<float s = {2}, float[2,1] t = {1,2}> { a = Mul(x, s) "
                               "y = qonnx.custom_op.general.MultiThreshold(a, t) } "
                               "<domain: \"qonnx.custom_op.general\", opset_import: [\"\" : 13]> "
                               "MultiThreshold (a, t) => (b) { b = Identity(a) }");
}

Test(rule_match, passes_written_as_functions_leave_other_domains_alone)
{
    check_unchanged_unrun("SortCommutativeInputsInitializerLast",
                          HEAD "g (float[4] x) => (float[4] y) <float s = {2}> "
                               "{ y = com.acme.Add(s, x) }");
    check_unchanged_unrun("LowerConvsToMatMul",
                          HEAD "g (float[1,1,3,3] x) => (float[1,1,2,2] y) "
                               "<float[1,1,2,2] w = {1,2,3,4}> { y = com.acme.Conv(x, w) }");
    check_unchanged_unrun("MovePadAttributeToTensor", HEAD "g (float[2] x) => (float[4] y) "
                                                           "{ y = com.acme.Pad<pads = [1,1]>(x) }");
    check_unchanged_unrun("MoveTransposePastJoinAdd",
                          HEAD "g (float[1,2] x, float[1,2] z) => (float[2,1] y) "
                               "{ a = com.acme.Transpose(x) b = com.acme.Transpose(z) "
                               "y = Add(a, b) }");
}

/* Upstream's custom ops move between its domains: there the name decides. */
Test(rule_match, an_old_name_of_a_domain_is_as_good_as_the_new_one)
{
    const finnc_pass pass = {.name = "Own",
                             .summary = "of a test",
                             .flags = FINNC_PASS_CHANGES_VALUES,
                             .rules = {{.have = "Frobnicate(x)", .want = "Relu(x)"}}};
    check_own_pass(&pass,
                   "<ir_version: 8, opset_import: [\"\" : 13, \"finn\" : 1]> "
                   "g (float[4] x) => (float[4] y) { y = finn.Frobnicate(x) }",
                   "g (float[4] x) => (float[4] y) { y = Relu(x) }");
}

Test(rule_match, a_picture_may_name_the_domain)
{
    const finnc_pass pass = {.name = "Own",
                             .summary = "of a test",
                             .flags = FINNC_PASS_CHANGES_VALUES,
                             .rules = {{.have = "\"com.acme\"Mul(x, y)", .want = "Mul(x, y)"}}};
    check_own_pass(&pass,
                   HEAD "g (float[4] x, float[4] z) => (float[4] y) "
                        "{ a = com.acme.Mul(x, z) b = local.Mul(a, z) y = Mul(b, z) }" LOCAL_MUL,
                   "g (float[4] x, float[4] z) => (float[4] y) "
                   "{ a = Mul(x, z) b = local.Mul(a, z) y = Mul(b, z) }");
}

Test(rule_match, a_star_is_any_node)
{
    const finnc_pass pass = {.name = "Own",
                             .summary = "of a test",
                             .flags = FINNC_PASS_CHANGES_VALUES,
                             .rules = {{.have = "Relu(n:*(x))", .want = "n(x)"}}};
    check_own_pass(&pass, HEAD "g (float[4] x) => (float[4] y) { a = com.acme.Mul(x) y = Relu(a) }",
                   HEAD "g (float[4] x) => (float[4] y) { y = com.acme.Mul(x) }");
}

/* ---- records ---- */

Test(rule_match, a_call_of_a_function_has_no_record)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_model *model = test_read_text(
        cx, "<ir_version: 8, opset_import: [\"\" : 13, \"qonnx.custom_op.general\" : 1]> "
            "g (float[4] x) => (float[4] y) { a = qonnx.custom_op.general.Im2Col(x) "
            "b = qonnx.custom_op.general.XnorPopcountMatMul(a, a) y = Mul(b, b) } "
            "<domain: \"qonnx.custom_op.general\", opset_import: [\"\" : 13]> "
            "Im2Col (a) => (b) { b = Identity(a) } "
            "<domain: \"ai.onnx\", opset_import: [\"\" : 13]> Mul (a, b) => (c) { c = Add(a, b) }");
    const finnc_node *node = finnc_graph_first_node(finnc_model_graph(model));
    cr_assert_null(finnc_node_find_op(node), "the function has precedence");
    cr_assert_not(finnc_node_is(node, "Im2Col"));
    node = finnc_node_next(node);
    cr_assert_not_null(finnc_node_find_op(node));
    cr_assert(finnc_node_is(node, "XnorPopcountMatMul"));
    node = finnc_node_next(node);
    cr_assert_not_null(finnc_node_find_op(node), "nobody redefines ONNX's own ops");
    cr_assert(finnc_node_is(node, "Mul"));
    finnc_model_destroy(model);
    finnc_ctx_destroy(cx);
}

/* ---- memory ---- */

static long until_failure;

/* One allocation fails, those after it do not: what swallows the failure goes on. */
static void *fail_once(void *user, void *ptr, size_t size)
{
    (void)user;
    if (size > 0 && until_failure-- == 0)
        return NULL;
    return size > 0 ? realloc(ptr, size) : (free(ptr), NULL);
}

Test(rule_match, a_failed_allocation_is_no_reason_not_to_fit)
{
    const finnc_pass pass = {.name = "Own",
                             .summary = "of a test",
                             .rules = {{.have = "f:Flatten{axis=1}(Identity(x))", .want = "f(x)"}}};
    finnc_status status = FINNC_NO_MEMORY;
    for (long n = 0; until_failure < 0 || n == 0; n++) {
        cr_assert_lt(n, 100000);
        until_failure = -1;
        finnc_ctx *cx = finnc_ctx_create(&(finnc_ctx_options){.realloc = fail_once});
        finnc_model *model = test_read_text(
            cx, "g (float[2,2] x) => (float[2,2] y) { a = Identity(x) y = Flatten(a) }");
        finnc_pipeline *pipeline = test_pipeline(cx, NULL, &pass);
        until_failure = n;
        status = finnc_transform(cx, model, pipeline, NULL);
        if (status == FINNC_OK)
            cr_assert_eq(finnc_graph_nnodes(finnc_model_graph(model)), 1,
                         "allocation %ld fails: nothing is rewritten, and nobody says so", n);
        else
            cr_assert_eq(status, FINNC_NO_MEMORY);
        finnc_pipeline_destroy(pipeline);
        finnc_model_destroy(model);
        finnc_ctx_destroy(cx);
    }
    cr_assert_eq(status, FINNC_OK);
}

/* ---- before opset 7 ---- */

#define OLD     "<ir_version: 3, opset_import: [\"\" : 6, \"qonnx.custom_op.general\" : 1]> "
#define TOO_OLD "operands are lined up by their shapes from opset 7 of ONNX on only"

/* `axis` and `broadcast` say which of the rows of x get which element, where a vector would line up
 * with the columns. */
Test(rule_match, nodes_that_line_up_operands_by_attributes_are_other_nodes)
{
    check_remark("ConvertSubToAdd",
                 OLD "g (float[2,2] x) => (float[2,2] y) <float[2] c = {1,2}> "
                     "{ y = Sub<axis = 0, broadcast = 1>(x, c) }",
                 TOO_OLD);
    check_unchanged("CollapseRepeatedAdd",
                    OLD "g (float[2,2] x) => (float[2,2] y) <float[2] a = {1,2}, "
                        "float[2,2] b = {0,0,0,0}> "
                        "{ d = Add<axis = 0, broadcast = 1>(x, a) y = Add(d, b) }");
#define OLD_ADD                                                                                    \
    OLD "g (float[2,2] x) => (float[2,2] y) <float[2] a = {1,5}, float[2,1] t = {1,1}> "           \
        "{ d = Add<axis = 0, broadcast = 1>(x, a) "                                                \
        "y = qonnx.custom_op.general.MultiThreshold<out_dtype = \"UINT1\">(d, t) }"
    check_remark("AbsorbAddIntoMultiThreshold", OLD_ADD, TOO_OLD);
    check_remark("AbsorbMonotoneIntoMultiThreshold", OLD_ADD, TOO_OLD);
    check_remark("MoveScalarMulPastMatMul",
                 OLD "g (float[1,2] x) => (float[1,2] y) <float[1] a = {5}, "
                     "float[2,2] w = {1,2,3,4}> { d = Mul<broadcast = 1>(x, a) y = MatMul(d, w) }",
                 TOO_OLD);
}

Test(rule_match, none_are_inserted_that_would_line_up_operands_by_shape)
{
    check_remark("BatchNormToAffine",
                 OLD "g (float[2,2] x) => (float[2,2] y) <float[2] s = {1,2}, float[2] b = {0,3}, "
                     "float[2] m = {0,0}, float[2] v = {1,1}> "
                     "{ y = BatchNormalization<is_test = 1>(x, s, b, m, v) }",
                 TOO_OLD);
#define OLD_QUANT(x, more)                                                                         \
    OLD "g (float[2,2] x) => (float[2,2] y) <float[2,2] w = {1,2,3,4}, float s = {0.5}, "          \
        "float z = {0}, float n = {4}> "                                                           \
        "{ q = qonnx.custom_op.general.Quant<signed = 1, narrow = 0>(" x ", s, z, n) " more " }"
    check_remark("ConvertQuantActToMultiThreshold", OLD_QUANT("x", "y = Relu(q)"), TOO_OLD);
    check_remark("FoldQuantWeights", OLD_QUANT("w", "y = MatMul(x, q)"), TOO_OLD);
    check_remark("ConvertBipolarMatMulToXnorPopcount",
                 OLD "g (float[1,2] x) => (float[1,2] y) <float[1,1] t = {1}, "
                     "float[1,2] h {BIPOLAR}, float[2,2] w {BIPOLAR} = {1,-1,1,1}> "
                     "{ h = qonnx.custom_op.general.MultiThreshold<out_dtype = \"BIPOLAR\", "
                     "out_scale = 2.0, out_bias = -1.0>(x, t) y = MatMul(h, w) }",
                 TOO_OLD);
}

Test(rule_match, ops_of_one_operand_are_the_same_in_all_opsets)
{
    check_pass("AbsorbConsecutiveTransposes",
               OLD "g (float[1,2] x) => (float[1,2] y) "
                   "{ a = Transpose(x) b = Transpose(a) y = Relu(b) }",
               OLD "g (float[1,2] x) => (float[1,2] y) { y = Relu(x) }");
}
