#include "../partition/partition.h"

TestSuite(create_dataflow_partition, .init = enter_folder, .fini = leave_folder);

#define HW  "finn.custom_op.fpgadataflow."
#define ADD HW "AddStreams<backend=\"fpgadataflow\", NumChannels=2, PE=1, inputDataType=\"INT2\""

#define LAYERS(second)                                                                             \
    "g (float[1,2] x {INT2}) => (float[1,2] y {INT4}) <float[1,2] a {INT2}, float[1,2] b {INT3}> " \
    "{ [t] a = Neg(x) [p] b = " ADD ">(a, a) [q] y = " ADD second ">(b, b) }"

Test(create_dataflow_partition, layers_become_a_model_of_their_own)
{
    check_pass("CreateDataflowPartition{partition_model_dir=\"parts\"}", LAYERS(""),
               "g (float[1,2] x {INT2}) => (float[1,2] y {INT4}) <float[1,2] a {INT2}> {"
               "    a = Neg(x) y = " HW
               "StreamingDataflowPartition<model=\"parts/partition_0.onnx\","
               "        partition_id=0, slr=-1, mem_port=\"\">(a) }");
    cr_expect_null(write_after("CreateDataflowPartition{partition_model_dir=\"parts\"}", LAYERS(""),
                               "parent.onnx"));
    check_file("parts/partition_0.onnx",
               "g (float[1,2] a {INT2}) => (float[1,2] y {INT4}) <float[1,2] b {INT3}> {"
               "    b = " ADD ">(a, a) y = " ADD ">(b, b) }");
}

Test(create_dataflow_partition, one_model_per_id)
{
    check_pass("CreateDataflowPartition", LAYERS(", partition_id=7, slr=1, mem_port=\"DDR\""),
               "g (float[1,2] x {INT2}) => (float[1,2] y {INT4}) <float[1,2] a {INT2},"
               "    float[1,2] b {INT3}> { a = Neg(x) b = " HW
               "StreamingDataflowPartition<model=\"partition_0.onnx\", partition_id=0, slr=-1,"
               "        mem_port=\"\">(a) y = " HW
               "StreamingDataflowPartition<model=\"partition_7.onnx\", partition_id=1, slr=1,"
               "        mem_port=\"DDR\">(b) }");
    cr_expect_null(write_after("CreateDataflowPartition",
                               LAYERS(", partition_id=7, slr=1, mem_port=\"DDR\""), "m.onnx"));
    cr_expect_eq(access("partition_7.onnx", F_OK), 0);
}

Test(create_dataflow_partition, nothing_to_do_without_layers)
{
    check_unchanged("CreateDataflowPartition", CHAIN);
    cr_expect_neq(access("partition_0.onnx", F_OK), 0);
}

Test(create_dataflow_partition, a_partition_is_on_one_die_and_has_one_port)
{
    check_refused("CreateDataflowPartition", LAYERS(", slr=2"),
                  "p (AddStreams) is on SLR -1, q (AddStreams) on SLR 2");
    check_refused("CreateDataflowPartition",
                  "g (float[1,2] x {INT2}) => (float[1,2] y) <float[1,2] b> {"
                  "    [p] b = " ADD ", mem_port=\"A\">(x, x)"
                  "    [q] y = " ADD ", mem_port=\"B\">(b, b) }",
                  "p (AddStreams) uses memory port A, q (AddStreams) uses B");
    cr_expect_neq(access("partition_0.onnx", F_OK), 0);
}

Test(create_dataflow_partition, what_lies_between_is_named)
{
    check_refused("CreateDataflowPartition",
                  "g (float[1,2] x {INT2}) => (float[1,2] y) <float[1,2] a, float[1,2] b,"
                  "    float[1,2] c> { [p] a = " ADD ">(x, x) [n] b = Neg(a) [r] c = Relu(b)"
                  "    [q] y = " ADD ">(c, c) }",
                  "a path leaves partition 0 and comes back to it by way of n (Neg), r (Relu)");
}

Test(create_dataflow_partition, layers_that_nobody_reads_stay)
{
    check_remark("CreateDataflowPartition",
                 "g (float[1,2] x {INT2}) => (float[1,2] y) { y = Neg(x) [p] a = " ADD ">(x, x) }",
                 "p (AddStreams): nobody reads what partition 0 makes");
    check_unchanged("CreateDataflowPartition",
                    "g (float[1,2] x {INT2}) => (float[1,2] y) { y = Neg(x) [p] a = " ADD
                    ">(x, x) }");
}
