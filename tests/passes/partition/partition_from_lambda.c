#include "partition.h"

TestSuite(partition_from_lambda, .init = enter_folder, .fini = leave_folder);

#define GP "qonnx.custom_op.general.GenericPartition"

Test(partition_from_lambda, moves_what_a_filter_accepts)
{
#define ACT "PartitionFromLambda{partitioning={\"act\":[\"Relu\",{\"name\":\"n\"}]}}"
    check_pass(ACT, CHAIN,
               "g (float[1,2] x {INT2}) => (float[1,2] y) <float[2] w {INT2} = {1,-2},"
               "    float[1,2] a {INT4}, float[1,2] c> {"
               "    a = Mul(x, w) c = " GP "<model=\"partition_act.onnx\">(a) y = Add(c, a) }");
    cr_expect_null(write_after(ACT, CHAIN, "parent.onnx"));
    check_file("partition_act.onnx", "g (float[1,2] a {INT4}) => (float[1,2] c) <float[1,2] b> {"
                                     "    b = Neg(a) c = Relu(b) }");
}

Test(partition_from_lambda, refuses_what_is_no_filter)
{
    check_refused("PartitionFromLambda{partitioning={\"0\":[1,2]}}", CHAIN,
                  "partitioning: a filter is an op type");
    check_refused("PartitionFromLambda{partitioning={\"0\":\"Mul\",\"1\":{}}}", CHAIN,
                  "is in partitions 0 and 1");
}
