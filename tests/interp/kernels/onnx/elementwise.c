/* What the element-wise families promise beyond ONNX's own cases: numpy's corners. */
#include "support/run_text.h"

#include <criterion/criterion.h>

#include <math.h>
#include <stdio.h>

Test(elementwise, operands_are_broadcast_like_numpys)
{
    check_output("g () => (float y) <float[2,1,2] a = {1, 2, 3, 4}, float[3,1] b = {10, 20, 30}> {"
                 " y = Add(a, b) }",
                 "[2,3,2]", 0, 11, 12, 21, 22, 31, 32, 13, 14, 23, 24, 33, 34);
    check_output("g () => (float y) <float[2,2] a = {1, 2, 3, 4}, float[2,1] b = {10, 20}> {"
                 " y = Sub(b, a) }",
                 "[2,2]", 0, 9, 8, 17, 16);
    check_run_fails("g () => (float y) <float[2] a = {1, 2}, float[3] b = {1, 2, 3}> {"
                    " y = Mul(a, b) }",
                    FINNC_BAD_VALUE, "operands cannot be broadcast: 2 and 3 along axis 0");
}

Test(elementwise, empty_tensors_stay_empty)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_tensor *a, *b = floats(cx, 1, (int64_t[]){1}, (float[]){1}), *y;
    cr_assert_eq(finnc_tensor_create(cx, FINNC_ELEM_FLOAT, 2, (int64_t[]){0, 3}, &a), 0);
    const finnc_tensor *in[] = {a, b};
    cr_assert_eq(finnc_op_eval(cx, "", "Add", 0, in, 2, &y), 0, "%s", finnc_ctx_message(cx));
    cr_assert_eq(finnc_tensor_nelems(y), 0);
    cr_assert_eq(finnc_tensor_dim(y, 1), 3);
    finnc_tensor_release(y);
    finnc_tensor_release(a);
    finnc_tensor_release(b);
    finnc_ctx_destroy(cx);
}

Test(elementwise, integers_wrap_and_never_trap)
{
    check_output(
        "g () => (int8 y) <int8[2] a = {127, -128}, int8[2] b = {1, -1}> { y = Add(a, b) }", "[2]",
        0, -128, 127);
    check_output("g () => (int32 y) <int32[3] a = {7, -2147483648, 5}, int32[3] b = {-2, -1, 0}> {"
                 " y = Div(a, b) }",
                 "[3]", 0, -3, -2147483648.0, 0);
    check_output("g () => (uint16 y) <uint16[1] a = {65535}> { y = Mul(a, a) }", "[1]", 0, 1);
    check_output("g () => (int64 y) <int64[2] a = {3, 2}, int64[2] b = {5, -1}> { y = Pow(a, b) }",
                 "[2]", 0, 243, 0);
}

Test(elementwise, not_a_number_comes_through)
{
    const char *nan = "g () => (float y) <float[1] z = {0}> { n = Div(z, z) y = %s(n) }";
    static const char *const ops[] = {"Relu", "Sign", "Abs", "Sigmoid", "LeakyRelu", "Clip"};
    for (size_t i = 0; i < sizeof ops / sizeof *ops; i++) {
        char text[200];
        snprintf(text, sizeof text, nan, ops[i]);
        check_output(text, "[1]", 0, NAN);
    }
    check_output("g () => (float y) <float[1] z = {0}, float[1] a = {1}> {"
                 " n = Div(z, z) y = Max(n, a) }",
                 "[1]", 0, NAN);
}

Test(elementwise, small_floats_come_and_go_widened)
{
    check_output("g () => (float16 y) <float16[3] a = {1.0, 2.5, 1000.0}, float16[1] b = {0.5}> {"
                 " y = Mul(a, b) }",
                 "[3]", 0, 0.5, 1.25, 500);
    check_output("g () => (bfloat16 y) <bfloat16[2] a = {1.0, 256.0}, bfloat16[1] b = {1.0}> {"
                 " y = Add(a, b) }",
                 "[2]", 0, 2, 256); /* 257 takes nine bits: ties to even */
    check_output(
        "g () => (bool y) <float16[2] a = {1.0, 3.0}, float16[1] b = {2.0}> { y = Less(a, b) }",
        "[2]", 0, 1, 0);
}
