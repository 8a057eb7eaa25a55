#include "partition.h"

#include <finnc/model.h>

TestSuite(extend_partition, .init = enter_folder, .fini = leave_folder);

#define GP "qonnx.custom_op.general.GenericPartition"

static void write_model(const char *path, const char *text)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_model *model = test_read_text(cx, text);
    cr_assert_eq(finnc_model_write(cx, model, path, FINNC_EXTERNAL_KEEP), FINNC_OK);
    finnc_model_destroy(model);
    finnc_ctx_destroy(cx);
}

Test(extend_partition, undoes_a_partition)
{
    check_pass("PartitionFromDict{partitioning={\"0\":[0,1],\"1\":[3]}},"
               "ExtendPartition{extend_index=[0,2]}",
               CHAIN, CHAIN);
}

/* Tensors inside may have any names; outputs may be constants, inputs, and one another. */
Test(extend_partition, joins_by_position)
{
    write_model("m.onnx", "g (float[1] y, float[1] u) => (float[1] x, float[1] x2, float[1] u,"
                          "    float[1] k) <float[1] k = {3}> {"
                          "    x = Sub(y, u) x2 = Neg(x) }");
    check_pass("ExtendPartition{extend_index=[1]}",
               "g (float[1] x) => (float[1] y, float[1] b, float[1] c, float[1] d) {"
               "    r = Relu(x) y, b, c, d = " GP "<model=\"m.onnx\">(x, r) }",
               "g (float[1] x) => (float[1] y, float[1] b, float[1] c, float[1] d)"
               "<float[1] k = {3}> {"
               "    r = Relu(x) y = Sub(x, r) b = Neg(y) c = Identity(r) d = Identity(k) }");
}

Test(extend_partition, says_why_not)
{
    write_model("two.onnx", "g (float[1] x, float[1] u) => (float[1] y) { y = Add(x, u) }");
    write_model("old.onnx", "<ir_version: 8, opset_import: [\"\" : 9]>"
                            "g (float[1] x) => (float[1] y) { y = Relu(x) }");
#define NET(file)                                                                                  \
    "g (float[1] x) => (float[1] y) { [r] a = Relu(x) [p] y = " GP "<model=\"" file "\">(a) }"
    check_remark("ExtendPartition{extend_index=[0]}", NET("two.onnx"),
                 "r (Relu): node 0 is no GenericPartition");
    check_refused("ExtendPartition{extend_index=[1]}", NET("two.onnx"),
                  "the model has 2 inputs and 1 outputs, the node 1 and 1");
    check_refused("ExtendPartition{extend_index=[1]}", NET("nowhere.onnx"), "nowhere.onnx");
    check_refused("ExtendPartition{extend_index=[1]}", NET("old.onnx"),
                  "it imports version 9 of ai.onnx");
    check_refused("ExtendPartition{extend_index=[2]}", NET("two.onnx"), "there is no node 2");
    check_refused("ExtendPartition{extend_index=1}", NET("two.onnx"), "no list of indices");
    check_refused("ExtendPartition{extend_index=[0.5]}", NET("two.onnx"), "no list of indices");
}
