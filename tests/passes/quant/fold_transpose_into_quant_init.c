#include "support/check_pass.h"

#include <criterion/criterion.h>

#define QUANT "qonnx.custom_op.general.Quant <signed = 1, narrow = 1>"

Test(fold_transpose_into_quant_init, turns_the_constants)
{
    check_pass("FoldTransposeIntoQuantInit",
               "g (float[1,2] x) => (float[1,3] y) <float[3,2] w = {1, 2, 3, 4, 5, 6},"
               "    float[3,1] s = {1, 2, 4}, float z = {0}, float n = {4}> {"
               "    q = " QUANT " (w, s, z, n) t = Transpose(q) y = MatMul(x, t) }",
               "g (float[1,2] x) => (float[1,3] y) <float[2,3] w = {1, 3, 5, 2, 4, 6},"
               "    float[1,3] s = {1, 2, 4}, float z = {0}, float n = {4}> {"
               "    t = " QUANT " (w, s, z, n) y = MatMul(x, t) }");
    check_pass("FoldTransposeIntoQuantInit",
               "g (float[1,2] x) => (float[1,3] y)"
               "    <float[3,2] w = {1, -2, 3, 4, -5, 6}, float s = {0.5}> {"
               "    q = qonnx.custom_op.general.BipolarQuant(w, s)"
               "    t = Transpose <perm = [1, 0]> (q) y = MatMul(x, t) }",
               "g (float[1,2] x) => (float[1,3] y)"
               "    <float[2,3] w = {1, 3, -5, -2, 4, 6}, float s = {0.5}> {"
               "    t = qonnx.custom_op.general.BipolarQuant(w, s) y = MatMul(x, t) }");
}

Test(fold_transpose_into_quant_init, spells_out_parameters_of_fewer_axes)
{
    check_pass("FoldTransposeIntoQuantInit",
               "g (float[1,2] x) => (float[1,3] y) <float[3,2] w = {1, 2, 3, 4, 5, 6},"
               "    float[2] s = {1, 2}, float z = {0}, float n = {4}> {"
               "    q = " QUANT " (w, s, z, n) t = Transpose(q) y = MatMul(x, t) }",
               "g (float[1,2] x) => (float[1,3] y) <float[2,3] w = {1, 3, 5, 2, 4, 6},"
               "    float[2,1] s = {1, 2}, float z = {0}, float n = {4}> {"
               "    t = " QUANT " (w, s, z, n) y = MatMul(x, t) }");
}

Test(fold_transpose_into_quant_init, leaves_what_others_read)
{
    check_unchanged(
        "FoldTransposeIntoQuantInit",
        "g (float[1,2] x) => (float[1,3] y, float[3,2] v) <float[3,2] w = {1, 2, 3, 4, 5, 6},"
        "    float s = {1}, float z = {0}, float n = {4}> {"
        "    q = " QUANT " (w, s, z, n) t = Transpose(q) y = MatMul(x, t) v = Neg(q) }");
}

/* Nodes are sorted by depth, then as they stood: upstream's quantiser stands where it stood. */
Test(fold_transpose_into_quant_init, leaves_the_quantiser_in_its_place)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_model *model = test_read_text(
        cx, "<ir_version: 8, opset_import: [\"\" : 13, \"qonnx.custom_op.general\" : 1]>"
            "g (float[1,2] x) => (float[1,3] y) <float[3,2] w = {1, 2, 3, 4, 5, 6},"
            "    float s = {1}, float z = {0}, float n = {4}> {"
            "    q = " QUANT " (w, s, z, n) a = Neg(x) t = Transpose(q) y = MatMul(a, t) }");
    finnc_pipeline *pipeline = test_pipeline(cx, "FoldTransposeIntoQuantInit", NULL);
    cr_assert_eq(finnc_transform(cx, model, pipeline, NULL), FINNC_OK);
    finnc_graph *graph = finnc_model_graph(model);
    cr_expect_eq(finnc_graph_nnodes(graph), 3);
    cr_expect_str_eq(finnc_node_op_type(finnc_graph_first_node(graph)), "Quant");
    finnc_pipeline_destroy(pipeline);
    finnc_model_destroy(model);
    finnc_ctx_destroy(cx);
}

Test(fold_transpose_into_quant_init, parameters_of_more_axes_than_the_data_stay)
{
    check_remark("FoldTransposeIntoQuantInit",
                 "g (float[2,1] x) => (float[2,1] y) "
                 "<float[1,2] w = {1,2}, float[1,1,1] s = {2}, float z = {0}, float n = {4}> "
                 "{ q = qonnx.custom_op.general.Quant<signed = 1, narrow = 0>(w, s, z, n) "
                 "t = Transpose(q) y = Mul(x, t) }",
                 "a parameter of the quantiser has rank 3, its data rank 2");
}
