#include "support/check_pass.h"

#include <criterion/criterion.h>

#define MASK(text) "{tensor_sparsity: \"" text "\"}"

Test(propagate_masks, go_through_products_and_channel_by_channel_ops)
{
    check_pass(
        "PropagateMasks",
        "g (float[1,2] x) => (float[1,2] y) <float[2,3] v = {1,2,3,4,5,6},"
        "    float[3] s = {1,2,3}, float[1,3] r " MASK(
            "{1: {2}}") ","
                        "    float[3,2] w = {1,2,3,4,5,6}> {"
                        "    a = MatMul(x, v) m = Mul(a, s) r = Relu(m) y = MatMul(r, w) }",
        "g (float[1,2] x " MASK("{1: set()}") ") => (float[1,2] y " MASK(
            "{1: set()}") ")"
                          "<float[2,3] v " MASK(
                              "{0: set(), 1: {2}}") " = {1,2,3,4,5,6},"
                                                    "    float[3] s " MASK("{1: {2}}") " = {1,2,3}, a " MASK(
                                                        "{1: {2}}") ","
                                                                    "    m " MASK("{1: {2}}") ", float[1,3] r " MASK(
                                                                        "{1: {2}}") ","
                                                                                    "    float[3,2] w " MASK(
                                                                                        "{0: {2}, 1: set()}") " = {1,2,3,4,5,6}> {"
                                                                                                              "    a = MatMul(x, v) m = Mul(a, s) r = Relu(m) y = MatMul(r, w) }");
}

Test(propagate_masks, join_the_two_ends_of_a_depthwise_convolution)
{
    check_pass(
        "PropagateMasks",
        "g (float[1,2,2,2] x) => (float[1,2,2,2] y " MASK(
            "{1: {1}}") ")"
                        "<float[2,1,1,1] w = {1,2}, float[2] b = {1,2}> {"
                        "    y = Conv<group=2>(x, w, b) }",
        "g (float[1,2,2,2] x " MASK(
            "{1: {1}}") ") =>"
                        "  (float[1,2,2,2] y " MASK(
                            "{1: {1}}") ")"
                                        "<float[2,1,1,1] w " MASK(
                                            "{0: {1}}") " = {1,2},"
                                                        "    float[2] b " MASK(
                                                            "{0: {1}}") " = {1,2}> {"
                                                                        "    y = Conv<group=2>(x, w, b) }");
}

Test(propagate_masks, line_operands_up_as_broadcasting_does)
{
    check_pass(
        "PropagateMasks",
        "g (float[2,3,4] x " MASK("{1: {2}, 2: {0}}") ", float[3,1] u) =>"
                                                      "  (float[2,3,4] y) { y = Add(x, u) }",
        "g (float[2,3,4] x " MASK("{1: {2}, 2: {0}}") ", float[3,1] u " MASK(
            "{0: {2}}") ") => (float[2,3,4] y " MASK("{1: {2}, 2: {0}}") ") { y = Add(x, u) }");
}

Test(propagate_masks, take_the_last_axis_of_a_product_for_channels)
{
    check_pass(
        "PropagateMasks",
        "g (float[2,3,2] x) => (float[2,3,2] y) <float[2,3,2] a " MASK(
            "{2: {0}}") ","
                        "    float[2,2] v = {1,2,3,4}> { a = Relu(x) y = MatMul(a, v) }",
        "g (float[2,3,2] x " MASK("{2: {0}}") ") => (float[2,3,2] y " MASK(
            "{2: set()}") ")"
                          "<float[2,3,2] a " MASK(
                              "{2: {0}}") ","
                                          "    float[2,2] v " MASK(
                                              "{0: {0}, 1: set()}") " = {1,2,3,4}> {"
                                                                    "    a = Relu(x) y = MatMul(a, v) }");
}

Test(propagate_masks, say_where_they_end)
{
    check_remark(
        "PropagateMasks",
        "g (float[1,4] x " MASK("{1: {1}}") ") => (float[2,2] y)"
                                            "<int64[2] s = {2, 2}> { [r] y = Reshape(x, s) }",
        "r (Reshape): masks end here");
    check_no_remark("PropagateMasks", "g (float[1,4] x) => (float[2,2] y)"
                                      "<int64[2] s = {2, 2}> { [r] y = Reshape(x, s) }");
    check_remark("PropagateMasks",
                 "g (float[1,4,1,1] x " MASK(
                     "{1: {1}}") ") => (float[1,2,1,1] y)"
                                 "<float[2,2,1,1] w = {1,2,3,4}> { [c] y = Conv<group=2>(x, w) }",
                 "c (Conv): masks end here");
}

Test(propagate_masks, leave_other_annotations_alone)
{
    check_pass(
        "PropagateMasks",
        "g (float[1,2] x " MASK(
            "{1: {1}}") ") => (float[1,2] y)"
                        "<float[2] w " MASK(
                            "{'dw': {'kernel_shape': [3, 3]}}") " = {1,2}> { y = Mul(x, w) }",
        "g (float[1,2] x " MASK("{1: {1}}") ") => (float[1,2] y " MASK(
            "{1: {1}}") ")"
                        "<float[2] w " MASK(
                            "{'dw': {'kernel_shape': [3, 3]}}") " = {1,2}> { y = Mul(x, w) }");
}

/* a has an axis more than the op gives it: what goes in on one axis comes back on the next. */
Test(propagate_masks, shapes_that_contradict_one_another_do_not_keep_it_going)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_model *model = test_read_text(
        cx,
        "g (float[1,4] x {tensor_sparsity: \"{1: {0, 3}}\"}) => (float[1,4] y) <float[1,4,4] a> "
        "{ a = Relu(x) f = Add(a, x) y = Neg(f) }");
    finnc_pipeline *passes = test_pipeline(cx, "PropagateMasks", NULL);
    cr_assert_eq(finnc_transform(cx, model, passes, NULL), FINNC_OK, "%s", finnc_ctx_message(cx));
    finnc_pipeline_destroy(passes);
    finnc_model_destroy(model);
    finnc_ctx_destroy(cx);
}
