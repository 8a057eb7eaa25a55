#include "partition.h"

#include <sys/stat.h>

TestSuite(partition_from_dict, .init = enter_folder, .fini = leave_folder);

#define GP "qonnx.custom_op.general.GenericPartition"

Test(partition_from_dict, moves_nodes_into_a_model_of_their_own)
{
#define DOWN "PartitionFromDict{partitioning={\"0\":[1,2]}, partition_dir=\"deep/down\"}"
    check_pass(DOWN, CHAIN,
               "g (float[1,2] x {INT2}) => (float[1,2] y) <float[2] w {INT2} = {1,-2},"
               "    float[1,2] a {INT4}, float[1,2] c> {"
               "    a = Mul(x, w) c = " GP "<model=\"deep/down/partition_0.onnx\">(a)"
               "    y = Add(c, a) }");
    cr_expect_neq(access("deep", F_OK), 0); /* until the model is written */
    cr_expect_null(write_after(DOWN, CHAIN, "parent.onnx"));
    check_file("deep/down/partition_0.onnx",
               "g (float[1,2] a {INT4}) => (float[1,2] c) <float[1,2] b> {"
               "    b = Neg(a) c = Relu(b) }");
}

Test(partition_from_dict, constants_move_in_and_ends_are_in_order_of_use)
{
#define ENDS "PartitionFromDict{partitioning={\"first\":[0,1],\"last\":[3]}}"
    check_pass(ENDS, CHAIN,
               "g (float[1,2] x {INT2}) => (float[1,2] y) <float[1,2] a {INT4}, float[1,2] b,"
               "    float[1,2] c> {"
               "    a, b = " GP "<model=\"partition_first.onnx\">(x) c = Relu(b)"
               "    y = " GP "<model=\"partition_last.onnx\">(c, a) }");
    cr_expect_null(write_after(ENDS, CHAIN, "parent.onnx"));
    check_file("partition_first.onnx",
               "g (float[1,2] x {INT2}) => (float[1,2] a {INT4}, float[1,2] b)"
               "<float[2] w {INT2} = {1,-2}> { a = Mul(x, w) b = Neg(a) }");
    check_file("partition_last.onnx", "g (float[1,2] c, float[1,2] a {INT4}) => (float[1,2] y)"
                                      "{ y = Add(c, a) }");
}

Test(partition_from_dict, a_body_takes_along_what_it_uses)
{
    check_pass("PartitionFromDict{partitioning={\"0\":[1]}}",
               "g (bool c, float[1] x) => (float[1] z) <float[1] p, float[1] y> {"
               "    p = Relu(x) y = If <then_branch = t () => (float[1] a) { a = Neg(p) },"
               "        else_branch = e () => (float[1] b) { b = Abs(p) }> (c) z = Neg(y) }",
               "g (bool c, float[1] x) => (float[1] z) <float[1] p, float[1] y> {"
               "    p = Relu(x) y = " GP "<model=\"partition_0.onnx\">(c, p) z = Neg(y) }");
}

Test(partition_from_dict, nothing_to_do)
{
    check_unchanged("PartitionFromDict", CHAIN);
    check_unchanged("PartitionFromDict{partitioning={\"0\":[],\"-1\":[1]}}", CHAIN);
    cr_expect_neq(access("partition_0.onnx", F_OK), 0);
}

#define DICT(partitioning) "PartitionFromDict{partitioning=" partitioning ",partition_dir=\"d/e\"}"

Test(partition_from_dict, refuses_what_makes_no_sense)
{
    check_refused(DICT("{\"0\":[0,3]}"), CHAIN,
                  "a path leaves partition 0 and comes back to it by way of n (Neg), r (Relu)");
    check_refused(DICT("{\"0\":[0,2],\"1\":[1,3]}"), CHAIN,
                  "a path leaves partition 0 and comes back to it by way of another one");
    check_refused(DICT("{\"0\":[0],\"b\":[0]}"), CHAIN,
                  "node 0, m (Mul), is in partitions 0 and b");
    check_refused(DICT("{\"0\":[4]}"), CHAIN, "partition 0: there is no node 4, the graph has 4");
    check_refused(DICT("{\"0\":[-1]}"), CHAIN, "there is no node -1");
    check_refused(DICT("{\"0\":\"Mul\"}"), CHAIN, "is no list of the indices of nodes");
    check_refused(DICT("{\"../0\":[0]}"), CHAIN, "an id is part of a file's name");
    check_refused(DICT("{\"\":[0]}"), CHAIN, "an id is part of a file's name");
    check_refused(DICT("[[0]]"), CHAIN, "partitioning is no object");
    cr_expect_neq(access("d", F_OK), 0);
}

/* Of t it is the second output that leaves the partition. */
Test(partition_from_dict, a_partition_is_known_by_any_output)
{
    check_refused("PartitionFromDict{partitioning={\"0\":[0,2]}}",
                  "g (float[1,4] x) => (float[1,2] y) <int64[1] k = {2}, float[1,2] v,"
                  "    int64[1,2] i, float[1,2] f> {"
                  "    [t] v, i = TopK(x, k) [f] f = Cast<to=1>(i) [z] y = Add(f, v) }",
                  "a path leaves partition 0 and comes back to it by way of f (Cast)");
    check_refused("PartitionFromDict{partitioning={\"0\":[0,2]}}",
                  "g (float[1,4] x) => (float[1,2] y) <int64[1] k = {2}, int64[1,2] i,"
                  "    float[1,2] f> {"
                  "    [t] \"\", i = TopK(x, k) [f] f = Cast<to=1>(i) [z] y = Neg(f) }",
                  "a path leaves partition 0 and comes back to it by way of f (Cast)");
}

Test(partition_from_dict, files_are_beside_the_model_that_is_written)
{
    cr_assert_eq(mkdir("out", 0777), 0);
    cr_expect_null(write_after(DICT("{\"0\":[1]}"), CHAIN, "out/parent.onnx"));
    check_file("out/d/e/partition_0.onnx",
               "g (float[1,2] a {INT4}) => (float[1,2] b) { b = Neg(a) }");
    cr_expect_neq(access("d", F_OK), 0);
}

/* The old ones stay whole, and no folder is left. */
Test(partition_from_dict, all_files_are_written_or_none)
{
    cr_assert_null(write_after(DICT("{\"0\":[1]}"), CHAIN, "parent.onnx"));
    cr_assert_eq(mkdir("d/e/partition_1.onnx", 0777), 0); /* in the way */
    cr_expect(strstr(write_after(DICT("{\"0\":[2],\"1\":[1]}"), CHAIN, "parent.onnx"),
                     "partition_1.onnx"));
    check_file("d/e/partition_0.onnx", "g (float[1,2] a {INT4}) => (float[1,2] b) { b = Neg(a) }");

    FILE *file = fopen("f", "w");
    cr_assert_not_null(file);
    fclose(file);
    cr_expect(strstr(
        write_after("PartitionFromDict{partitioning={\"0\":[1]},partition_dir=\"new/../f/g\"}",
                    CHAIN, "other.onnx"),
        "cannot make the folder"));
    cr_expect_neq(access("new", F_OK), 0);
    cr_expect_neq(access("other.onnx", F_OK), 0);
}

Test(partition_from_dict, a_later_failure_leaves_no_file)
{
    cr_expect(strstr(write_after(DICT("{\"0\":[1]}") ",ChangeBatchSize{bsize=0}", CHAIN, "m.onnx"),
                     "bsize"));
    cr_expect_neq(access("d", F_OK), 0);
    cr_expect_neq(access("m.onnx", F_OK), 0);
}

/* A partition of what has been partitioned; and back. */
Test(partition_from_dict, partitions_go_into_partitions)
{
    check_pass("PartitionFromDict{partitioning={\"0\":[1]},partition_dir=\"in\"},"
               "PartitionFromDict{partitioning={\"1\":[1,2]},partition_dir=\"out\"}",
               CHAIN,
               "g (float[1,2] x {INT2}) => (float[1,2] y) <float[2] w {INT2} = {1,-2},"
               "    float[1,2] a {INT4}, float[1,2] c> {"
               "    a = Mul(x, w) c = " GP "<model=\"out/partition_1.onnx\">(a)"
               "    y = Add(c, a) }");
    cr_expect_null(
        write_after("PartitionFromDict{partitioning={\"0\":[1]},partition_dir=\"in\"},"
                    "PartitionFromDict{partitioning={\"1\":[1,2]},partition_dir=\"out\"}",
                    CHAIN, "m.onnx"));
    check_file("out/in/partition_0.onnx",
               "g (float[1,2] a {INT4}) => (float[1,2] b) { b = Neg(a) }");
    check_unchanged("PartitionFromDict{partitioning={\"0\":[1]}},ExtendPartition{extend_index=[1]}",
                    CHAIN);
}

/* Nodes that name one file share its model: the second would take the place of the first's. */
Test(partition_from_dict, an_id_that_is_there_already_is_refused)
{
#define FIRST "PartitionFromDict{partitioning={\"0\":[0]}},"
#define CLASH(path)                                                                                \
    "partition 0: node p has its model in " path " already: choose another id or "                 \
    "partition_dir"
#define PARTED                                                                                     \
    "g (float[1] x) => (float[1] y) <float[1] a, float[1] b> {"                                    \
    "    [p] a = " GP "<model=\"partition_0.onnx\">(x) [n] b = Neg(a) [r] y = Relu(b) }"
    const char *said =
        write_after(FIRST "PartitionFromDict{partitioning={\"0\":[1]}}", CHAIN, "m.onnx");
    cr_expect(said && strstr(said, "node GenericPartition_0 has its model in partition_0.onnx"));
    check_refused("PartitionFromDict{partitioning={\"0\":[1]}}", PARTED, CLASH("partition_0.onnx"));
    check_refused("PartitionFromDict{partitioning={\"1\":[1],\"0\":[2]}}", PARTED,
                  CLASH("partition_0.onnx"));
    /* Which is where it would be inside the second, too. */
    check_refused("PartitionFromDict{partitioning={\"0\":[0,1]}}", PARTED,
                  CLASH("partition_0.onnx"));
    check_refused("PartitionFromDict{partitioning={\"0\":[0,1]},partition_dir=\"d\"}", PARTED,
                  CLASH("d/partition_0.onnx"));
    cr_expect_null(write_after(FIRST "PartitionFromDict{partitioning={\"0\":[1]},"
                                     "partition_dir=\"d\"}",
                               CHAIN, "m.onnx"));
    check_file("partition_0.onnx", "g (float[1,2] x {INT2}) => (float[1,2] a {INT4})"
                                   "<float[2] w {INT2} = {1,-2}> { a = Mul(x, w) }");
    check_file("d/partition_0.onnx", "g (float[1,2] a {INT4}) => (float[1,2] b) { b = Neg(a) }");
}

/* A node without outputs would go, and its nodes with it. */
Test(partition_from_dict, what_nobody_reads_stays)
{
    const char *text = "g (float[1] x) => (float[1] y) { y = Neg(x) [a] u = Relu(x) v = Abs(u) }";
    check_remark(DICT("{\"7\":[1,2]}"), text,
                 "a (Relu): nobody reads what partition 7 makes: it stays here");
    check_pass(DICT("{\"7\":[1,2],\"8\":[0]}"), text,
               "g (float[1] x) => (float[1] y) {"
               "    y = " GP "<model=\"d/e/partition_8.onnx\">(x) u = Relu(x) v = Abs(u) }");
    /* Read by what stays is read. */
    check_pass(DICT("{\"7\":[2],\"8\":[1]}"), text,
               "g (float[1] x) => (float[1] y) {"
               "    y = Neg(x) u = " GP "<model=\"d/e/partition_8.onnx\">(x) v = Abs(u) }");
}
