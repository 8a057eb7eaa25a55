#include "support/run_text.h"
#include "support/suite.h"

#include <criterion/criterion.h>

#include <string.h>

FNC_SUITE(eval);

Test(eval, an_op_runs_on_constants)
{
    finnc_tensor *a = floats(cx, 2, (int64_t[]){2, 1}, (float[]){1, 2});
    finnc_tensor *b = floats(cx, 1, (int64_t[]){3}, (float[]){10, 20, 30}), *y;
    const finnc_tensor *inputs[] = {a, b};
    cr_assert_eq(finnc_op_eval(cx, NULL, "Mul", 0, inputs, 2, &y), FINNC_OK, "%s",
                 finnc_ctx_message(cx));
    cr_assert_eq(finnc_tensor_nelems(y), 6);
    cr_assert_eq(finnc_tensor_get(y, 5), 60);
    finnc_tensor_release(y);
    finnc_tensor_release(b);
    finnc_tensor_release(a);
}

Test(eval, failures_name_the_op)
{
    finnc_tensor *a = floats(cx, 1, (int64_t[]){2}, (float[]){1, 2});
    finnc_tensor *b = floats(cx, 1, (int64_t[]){3}, (float[]){1, 2, 3}), *y;
    const finnc_tensor *inputs[] = {a, b};
    cr_assert_eq(finnc_op_eval(cx, NULL, "Mul", 0, inputs, 2, &y), FINNC_BAD_VALUE);
    cr_assert(strstr(finnc_ctx_message(cx), "Mul: operands cannot be broadcast: 2 and 3"), "%s",
              finnc_ctx_message(cx));
    cr_assert_eq(finnc_op_eval(cx, NULL, "Nonsense", 0, inputs, 2, &y), FINNC_UNSUPPORTED);
    cr_assert(strstr(finnc_ctx_message(cx), "unsupported op"), "%s", finnc_ctx_message(cx));
    finnc_tensor_release(b);
    finnc_tensor_release(a);
}

/* As files may hold it. */
Test(eval, any_byte_but_0_is_true)
{
    finnc_tensor *a, *b, *y;
    cr_assert_eq(finnc_tensor_create(cx, FINNC_ELEM_BOOL, 1, (int64_t[]){3}, &a), FINNC_OK);
    cr_assert_eq(finnc_tensor_create(cx, FINNC_ELEM_BOOL, 1, (int64_t[]){3}, &b), FINNC_OK);
    memcpy(finnc_tensor_edit(a), (uint8_t[]){2, 1, 0}, 3);
    memcpy(finnc_tensor_edit(b), (uint8_t[]){1, 4, 8}, 3);
    const finnc_tensor *inputs[] = {a, b};
    cr_assert_eq(finnc_op_eval(cx, NULL, "Equal", 0, inputs, 2, &y), FINNC_OK);
    cr_expect_eq(finnc_tensor_get(y, 0), 1);
    cr_expect_eq(finnc_tensor_get(y, 1), 1);
    cr_expect_eq(finnc_tensor_get(y, 2), 0);
    finnc_tensor_release(y);
    finnc_tensor_release(b);
    finnc_tensor_release(a);
}

Test(eval, versions_are_honoured)
{
    /* Softmax over all axes from 1 on before opset 13, over the last one since. */
    finnc_tensor *x = floats(cx, 3, (int64_t[]){1, 2, 2}, (float[]){0, 0, 0, 0}), *y;
    const finnc_tensor *inputs[] = {x};
    cr_assert_eq(finnc_op_eval(cx, "", "Softmax", 11, inputs, 1, &y), FINNC_OK);
    cr_assert_eq(finnc_tensor_get(y, 0), 0.25);
    finnc_tensor_release(y);
    cr_assert_eq(finnc_op_eval(cx, "", "Softmax", 13, inputs, 1, &y), FINNC_OK);
    cr_assert_eq(finnc_tensor_get(y, 0), 0.5);
    finnc_tensor_release(y);
    finnc_tensor_release(x);
}

Test(eval, a_node_gives_all_its_outputs)
{
    finnc_model *model =
        read_text(cx, "<opset_import: [\"\": 11]> g (float[5] x) => (float[2] a, float[3] b) {"
                      " a, b = Split <axis = 0, split = [2, 3]> (x) }");
    finnc_tensor *x = floats(cx, 1, (int64_t[]){5}, (float[]){1, 2, 3, 4, 5}), *out[2];
    const finnc_node *node = finnc_graph_first_node(finnc_model_graph(model));
    const finnc_tensor *inputs[] = {x};
    cr_assert(finnc_node_can_run(node));
    cr_assert_eq(finnc_node_eval(cx, node, inputs, 1, out, 2), FINNC_OK);
    cr_assert_eq(finnc_tensor_nelems(out[0]), 2);
    cr_assert_eq(finnc_tensor_get(out[1], 2), 5);
    finnc_tensor_release(out[0]);
    finnc_tensor_release(out[1]);
    finnc_tensor_release(x);
    finnc_model_destroy(model);
}
