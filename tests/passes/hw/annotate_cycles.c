#include "../partition/partition.h"

TestSuite(annotate_cycles, .init = enter_folder, .fini = leave_folder);

#define HW "finn.custom_op.fpgadataflow."
#define ADD(attrs)                                                                                 \
    HW "hls.AddStreams_hls<backend=\"fpgadataflow\", inputDataType=\"INT2\", " attrs ">"
#define SDP(file) HW "StreamingDataflowPartition<model=\"" file "\">"
#define ONE(op)   "g (float[1,6] x {INT2}) => (float[1,6] y) { [a] y = " op "(x, x) }"

/* Writes a model into the test's folder. */
static void write_file(const char *path, const char *text)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_model *model = test_parse_text(cx, text);
    cr_assert_eq(finnc_model_write(cx, model, path, FINNC_EXTERNAL_INLINE), FINNC_OK, "%s",
                 finnc_ctx_message(cx));
    finnc_model_destroy(model);
    finnc_ctx_destroy(cx);
}

Test(annotate_cycles, of_layers_that_are_bound)
{
    check_pass("AnnotateCycles", ONE(ADD("NumChannels=6, PE=2")),
               ONE(ADD("NumChannels=6, PE=2, cycles_estimate=3")));
    check_pass("AnnotateCycles", ONE(ADD("NumChannels=6, PE=2, cycles_estimate=9")),
               ONE(ADD("NumChannels=6, PE=2, cycles_estimate=3")));
    check_unchanged("AnnotateCycles",
                    ONE(HW "AddStreams<backend=\"fpgadataflow\", inputDataType=\"INT2\","
                           "    NumChannels=6, PE=2>"));
}

Test(annotate_cycles, an_illegal_folding_is_an_error)
{
    check_refused("AnnotateCycles", ONE(ADD("NumChannels=6, PE=4")),
                  "a (AddStreams_hls): PE 4 does not divide");
}

#define PARENT                                                                                     \
    "g (float[1,6] x {INT2}) => (float[1,6] y) <float[1,6] m> { [p] m = " SDP(                     \
        "one.onnx") "(x)"                                                                          \
                    "    [q] y = " SDP("two.onnx") "(m) }"

Test(annotate_cycles, goes_into_partitions)
{
    write_file("one.onnx", ONE(ADD("NumChannels=6, PE=2")));
    write_file("two.onnx", ONE(ADD("NumChannels=6, PE=1")));
    check_unchanged("AnnotateCycles", PARENT);
    cr_expect_null(write_after("AnnotateCycles", PARENT, "parent.onnx"));
    check_file("one.onnx", ONE(ADD("NumChannels=6, PE=2, cycles_estimate=3")));
    check_file("two.onnx", ONE(ADD("NumChannels=6, PE=1, cycles_estimate=6")));
}

Test(annotate_cycles, an_error_in_a_partition_leaves_all_files)
{
    write_file("one.onnx", ONE(ADD("NumChannels=6, PE=2")));
    write_file("two.onnx", ONE(ADD("NumChannels=6, PE=5")));
    check_refused("AnnotateCycles", PARENT, "two.onnx: a (AddStreams_hls): PE 5 does not divide");
    check_file("one.onnx", ONE(ADD("NumChannels=6, PE=2")));
}

Test(annotate_cycles, a_partition_does_not_lie_in_itself)
{
    write_file("one.onnx", PARENT);
    write_file("two.onnx", ONE(ADD("NumChannels=6, PE=1")));
    check_refused("AnnotateCycles", PARENT, "partitions lie more than 16 deep");
    check_refused("AnnotateCycles",
                  "g (float[1,6] x) => (float[1,6] y) { y = " SDP("none.onnx") "(x) }",
                  "none.onnx");
}
