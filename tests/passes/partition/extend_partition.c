#include "partition.h"

#include <finnc/model.h>

#include <sys/stat.h>

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

/* What a partition names lies in its own folder; what it becomes is seen from the model's. */
Test(extend_partition, partitions_inside_are_found_and_written)
{
#define OUTER "g (float[1] x) => (float[1] y) {"
    cr_assert_eq(mkdir("d", 0777), 0);
    write_model("in.onnx", "g (float[1] x) => (float[1] y) { y = Relu(x) }");
    cr_assert_eq(chdir("d"), 0);
    write_model("in.onnx", "g (float[1] x) => (float[1] y) { y = Neg(x) }");
    write_model("out.onnx", OUTER "a = " GP "<model=\"in.onnx\">(x) b = " GP
                                  "<model=\"in.onnx\">(a) y = Abs(b) }");
    cr_assert_eq(chdir(".."), 0);
    check_pass("ExtendPartition{extend_index=[0]}", OUTER "y = " GP "<model=\"d/out.onnx\">(x) }",
               OUTER "a = " GP "<model=\"d/in.onnx\">(x) b = " GP
                     "<model=\"d/in.onnx\">(a) y = Abs(b) }");
    cr_assert_eq(mkdir("new", 0777), 0);
    cr_expect_null(write_after("ExtendPartition{extend_index=[0]}",
                               OUTER "y = " GP "<model=\"d/out.onnx\">(x) }", "new/m.onnx"));
    check_file("new/d/in.onnx", "g (float[1] x) => (float[1] y) { y = Neg(x) }");
    /* In a body, beside a partition of the model that has the name. */
    write_model(
        "if.onnx",
        /* beside d */ "g (float[1] x, bool c) => (float[1] y) { y = If <then_branch = t () =>"
                       "    (float[1] u) { u = " GP "<model=\"d/in.onnx\">(x) },"
                       "    else_branch = e () => (float[1] v) { v = Relu(x) }>(c) }");
    check_pass("ExtendPartition{extend_index=[1]}",
               "g (float[1] x, bool c) => (float[1] z) { y = " GP "<model=\"d/in.onnx\">(x)"
               "    z = " GP "<model=\"if.onnx\">(y, c) }",
               "g (float[1] x, bool c) => (float[1] z) { y = " GP "<model=\"d/in.onnx\">(x)"
               "    z = If <then_branch = t () => (float[1] u) {"
               "    u = " GP "<model=\"d/in_2.onnx\">(y) },"
               "    else_branch = e () => (float[1] v) { v = Relu(y) }>(c) }");
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
