#include "partition.h"

TestSuite(create_generic_partitions, .init = enter_folder, .fini = leave_folder);

#define GP "qonnx.custom_op.general.GenericPartition"

Test(create_generic_partitions, takes_indices_and_filters)
{
    check_pass("CreateGenericPartitions{partitioning={\"0\":[0],\"1\":\"Relu\"}}", CHAIN,
               "g (float[1,2] x {INT2}) => (float[1,2] y) <float[1,2] a {INT4}, float[1,2] b,"
               "    float[1,2] c> {"
               "    a = " GP "<model=\"partition_0.onnx\">(x) b = Neg(a)"
               "    c = " GP "<model=\"partition_1.onnx\">(b) y = Add(c, a) }");
}

Test(create_generic_partitions, a_partition_may_hold_partitions)
{
    check_pass("CreateGenericPartitions{partitioning={\"0\":[1]}}, "
               "CreateGenericPartitions{partitioning={\"1\":\"GenericPartition\"}}",
               CHAIN,
               "g (float[1,2] x {INT2}) => (float[1,2] y) <float[2] w {INT2} = {1,-2},"
               "    float[1,2] a {INT4}, float[1,2] b, float[1,2] c> {"
               "    a = Mul(x, w) b = " GP "<model=\"partition_1.onnx\">(a)"
               "    c = Relu(b) y = Add(c, a) }");
}

Test(create_generic_partitions, constants_may_be_all_that_goes_in)
{
    check_pass("CreateGenericPartitions{partitioning={\"0\":\"Neg\"}}",
               "g (float[1] x) => (float[1] y) <float[1] w = {1}, float[1] a> {"
               "    a = Neg(w) y = Add(x, a) }",
               "g (float[1] x) => (float[1] y) <float[1] a> {"
               "    a = " GP "<model=\"partition_0.onnx\">() y = Add(x, a) }");
}
