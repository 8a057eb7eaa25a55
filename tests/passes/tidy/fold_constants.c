#include "support/check_pass.h"

#include <criterion/criterion.h>

Test(fold_constants, computes_what_depends_on_constants_only)
{
    check_pass("FoldConstants",
               "g (float[2] x) => (float[2] y) <float[2] a = {1, 2}, float[2] b = {10, 20}> {"
               "    c = Add(a, b) d = Mul(c, b) y = Add(x, d) }",
               "g (float[2] x) => (float[2] y) <float[2] d = {110, 440}> { y = Add(x, d) }");
}

Test(fold_constants, takes_the_shape_of_a_tensor_that_is_no_constant)
{
    check_pass("FoldConstants",
               "g (float[2,3,4] x) => (float[2,12] y) <int64[1] m = {-1}, int64[1] zero = {0}> {"
               "    s = Shape(x) n = Gather <axis = 0> (s, zero) t = Concat <axis = 0> (n, m)"
               "    y = Reshape(x, t) }",
               "g (float[2,3,4] x) => (float[2,12] y) <int64[2] t = {2, -1}> {"
               "    y = Reshape(x, t) }");
    check_pass("FoldConstants",
               "<opset_import: [\"\": 15]> g (float[2,3,4] x) => (float[2,3,4] x1, int64[1] y) {"
               "    x1 = Relu(x) y = Shape <start = -2, end = -1> (x) }",
               "<opset_import: [\"\": 15]> g (float[2,3,4] x) => (float[2,3,4] x1, int64[1] y)"
               "    <int64[1] y = {3}> { x1 = Relu(x) }");
}

Test(fold_constants, leaves_a_shape_with_an_unknown_dimension)
{
    check_unchanged("FoldConstants", "g (float[N,3] x) => (int64[2] y) { y = Shape(x) }");
}

Test(fold_constants, keeps_every_output_of_a_node)
{
    check_pass("FoldConstants",
               "<opset_import: [\"\": 11]> g (float[1] x) => (float[1] y, float[1] z)"
               "    <float[2] w = {3, 4}> {"
               "    a, b = Split <axis = 0, split = [1, 1]> (w) y = Add(x, a) z = Mul(x, b) }",
               "<opset_import: [\"\": 11]> g (float[1] x) => (float[1] y, float[1] z)"
               "    <float[1] a = {3}, float[1] b = {4}> { y = Add(x, a) z = Mul(x, b) }");
}

Test(fold_constants, folds_a_node_whose_optional_input_is_left_out)
{
    check_pass("FoldConstants",
               "g (float[2] x) => (float[2] y) <float[2] w = {-1, 7}, float six = {6}> {"
               "    c = Clip(w, , six) y = Add(x, c) }",
               "g (float[2] x) => (float[2] y) <float[2] c = {-1, 6}> { y = Add(x, c) }");
}

Test(fold_constants, keeps_data_types)
{
    check_pass("FoldConstants",
               "g (float[2] x) => (float[2] y) <float[2] w {BIPOLAR} = {1, -1}, c {INT2}> {"
               "    c = Neg(w) y = Add(x, c) }",
               "g (float[2] x) => (float[2] y) <float[2] c {INT2} = {-1, 1}> { y = Add(x, c) }");
}

/* What lies there lies in another order than the layer wants it. */
Test(fold_constants, leaves_what_comes_from_a_memory)
{
    check_unchanged("FoldConstants",
                    "g (float[1,4] x {INT2}) => (float[1,2] y {INT12}) <"
                    "    float[4,2] m {INT8} = {3, 1, 7, 5, 4, 2, 8, 6},"
                    "    float[4,2] w {INT8} = {1, 2, 3, 4, 5, 6, 7, 8}> {"
                    "    w = finn.custom_op.fpgadataflow.hls.IODMA_hls <NumChannels = 2,"
                    "        dataType = \"INT8\", numInputVectors = [4], streamWidth = 16,"
                    "        burstMode = \"wrap\", direction = \"in\"> (m)"
                    "    y = MatMul(x, w) }");
}

static const char *const quantised =
    "g (float[2] x) => (float[2] y)"
    "    <float[2] w = {0.3, 7}, float s = {0.5}, float z = {0}, float n = {4}> {"
    "    q = qonnx.custom_op.general.Quant <signed = 1, narrow = 0> (w, s, z, n)"
    "    y = Add(x, q) }";

Test(fold_constants, leaves_quantisers_unless_told)
{
    check_unchanged("FoldConstants", quantised);
    check_remark("FoldConstants", quantised, "Quant): its op type is excluded");
    check_pass("FoldConstants{exclude_op_types=[]}", quantised,
               "g (float[2] x) => (float[2] y) <float[2] q = {0.5, 3.5}> { y = Add(x, q) }");
    check_refused("FoldConstants{exclude_op_types=3}", quantised, "exclude_op_types");
}

Test(fold_constants, treats_a_quantiser_alike_by_either_of_its_names)
{
    check_remark("FoldConstants",
                 "g (float[2] x) => (float[2] y)"
                 "    <float[2] w = {0.3, 7}, float s = {0.5}, float z = {0}, float n = {4}> {"
                 "    q = qonnx.custom_op.general.IntQuant <signed = 1, narrow = 0> (w, s, z, n)"
                 "    y = Add(x, q) }",
                 "IntQuant): its op type is excluded");
}

Test(fold_constants, leaves_what_would_be_too_large)
{
    check_remark(
        "FoldConstants",
        "g (float[1] x) => (float[1] y) <int64[2] s = {65536, 65536}, float[65536,65536] b,"
        "    int64[1] n = {1}, int64[1] i = {0}> {"
        "    b = ConstantOfShape(s) c = ReduceMax <keepdims = 0> (b) y = Add(x, c) }",
        "ConstantOfShape): its output is too large");
}

Test(fold_constants, leaves_ops_that_nobody_knows)
{
    check_remark("FoldConstants",
                 "g (float[2] x) => (float[2] y) <float[2] w = {1, 2}> {"
                 "    a = some.where.Strange(w) y = Add(x, a) }",
                 "Strange): there is no kernel for it");
}

/* ONNX has initialisers for tensors alone. What is made of such a result stays with it. */
Test(fold_constants, leaves_sequences_and_folds_around_them)
{
    static const char *const sequence =
        "g (int64 i) => (float[1] y) <float[1] a = {1}, float[1] b = {2}> {"
        "    n = Neg(b) s = SequenceConstruct(a, n) y = SequenceAt(s, i) }";
    check_pass("FoldConstants", sequence,
               "g (int64 i) => (float[1] y) <float[1] a = {1}, float[1] n = {-2}> {"
               "    s = SequenceConstruct(a, n) y = SequenceAt(s, i) }");
    check_remark("FoldConstants", sequence, "SequenceConstruct): its result is no tensor");
}

Test(fold_constants, gives_a_constant_to_a_graph_output_and_to_a_subgraph)
{
    check_pass_unrun("FoldConstants",
                     "g (bool c, float[1] x) => (float[1] y, float[1] k) <float[1] w = {2}> {"
                     "    k = Neg(w)"
                     "    y = If <then_branch = t () => (float[1] a) { a = Add(x, k) },"
                     "            else_branch = e () => (float[1] b) { b = Identity(x) }> (c) }",
                     "g (bool c, float[1] x) => (float[1] y, float[1] k) <float[1] k = {-2}> {"
                     "    y = If <then_branch = t () => (float[1] a) { a = Add(x, k) },"
                     "            else_branch = e () => (float[1] b) { b = Identity(x) }> (c) }");
}

/* Somebody states it and may count on it; a constant could not hold both. */
Test(fold_constants, leaves_what_contradicts_its_annotation)
{
    check_remark(
        "FoldConstants",
        "g (float[2] x {INT4}) => (float[2] y) <float[2] a = {1, 0.5}, float[2] c {INT4}> {"
        "    c = Neg(a) y = Add(x, c) }",
        "Neg): c is annotated INT4, but its element 1 is -0.5");
    check_unchanged("FoldConstants",
                    "g (float[2] x) => (float[2] y) <float[2] a = {3, 1}, float[2] c {BIPOLAR}> {"
                    "    c = Neg(a) y = Add(x, c) }");
}

/* Zeros around a depthwise filter are none of its weights. */
Test(fold_constants, takes_sparse_weights_as_they_are)
{
#define SPARSE "float[2,2] w {BIPOLAR, tensor_sparsity: \"{'dw': {'kernel_shape': [1, 1]}}\"}"
    check_pass("FoldConstants",
               "g (float[1,2] x) => (float[1,2] y) <float[2,2] a = {-1, 0, 0, 1}, " SPARSE "> {"
               "    w = Neg(a) y = MatMul(x, w) }",
               "g (float[1,2] x) => (float[1,2] y) <" SPARSE " = {1, 0, 0, -1}> {"
               "    y = MatMul(x, w) }");
    check_remark("FoldConstants",
                 "g (float[1,2] x) => (float[1,2] y) <float[2,2] a = {-1, 0, 0, 3}, " SPARSE "> {"
                 "    w = Neg(a) y = MatMul(x, w) }",
                 "Neg): w is annotated BIPOLAR, but its element 3 is -3");
}

/* Thresholds lie beside the type that they are annotated with, as upstream has it. */
Test(fold_constants, takes_thresholds_as_they_are)
{
    check_pass("FoldConstants",
               "g (float[1,1] x {UINT2}) => (float[1,1] y)"
               "    <float[1,1] a = {-4}, float[1,1] t {UINT2}> { t = Neg(a)"
               "    y = qonnx.custom_op.general.MultiThreshold <out_dtype = \"BINARY\"> (x, t) }",
               "g (float[1,1] x {UINT2}) => (float[1,1] y) <float[1,1] t {UINT2} = {4}> {"
               "    y = qonnx.custom_op.general.MultiThreshold <out_dtype = \"BINARY\"> (x, t) }");
    check_remark("FoldConstants",
                 "g (float[1,1] x {UINT2}) => (float[1,1] y)"
                 "    <float[1,1] a = {-5}, float[1,1] t {UINT2}> { t = Neg(a)"
                 "    y = qonnx.custom_op.general.MultiThreshold <out_dtype = \"BINARY\"> (x, t) }",
                 "Neg): t is annotated UINT2, but its element 0 is 5");
}
