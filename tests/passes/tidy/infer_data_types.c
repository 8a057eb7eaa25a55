#include "support/check_pass.h"

#include <criterion/criterion.h>

Test(infer_data_types, follows_the_ops)
{
    check_pass(
        "InferDataTypes",
        "g (float[2] x {INT4}, float[2] z {UINT4}) => (float[2] y) {"
        "    a = Mul(x, z) b = Identity(z) y = Add(a, b) }",
        "g (float[2] x {INT4}, float[2] z {UINT4}) => (float[2] y {INT32}) <a {INT32}, b {UINT4}> {"
        "    a = Mul(x, z) b = Identity(z) y = Add(a, b) }");
}

/* Found by tests/passes/random_graphs.c: they had the type of their first input. */
Test(infer_data_types, parts_of_several_types_have_one_that_holds_them)
{
    check_pass("InferDataTypes",
               "g (float[2] x {INT4}, float[2] z {UINT4}, float[2] f) => (float[4] y, float[4] u, "
               "float[4] v) "
               "{ y = Concat<axis=0>(x, z) u = Concat<axis=0>(x, f) v = Concat<axis=0>(x, x) }",
               "g (float[2] x {INT4}, float[2] z {UINT4}, float[2] f) => (float[4] y {INT5}, "
               "float[4] u, float[4] v {INT4}) "
               "{ y = Concat<axis=0>(x, z) u = Concat<axis=0>(x, f) v = Concat<axis=0>(x, x) }");
}

Test(infer_data_types, with_the_channels_last_too_what_is_computed_is_another_type)
{
    check_pass(
        "InferDataTypes",
        "<opset_import: [\"\" : 13, \"qonnx.custom_op.channels_last\" : 13]> "
        "g (float[1,1,1,2] x {UINT2}) => (float[1,1,1,2] y, float[1,1,1,1] z) "
        "<float[2] a = {0.5,2}, float[2] b = {1,1}, float[2] m = {1,0}, float[2] v = {1,2}, float[1,1,1,2] w {INT2} = {1,-1}> "
        "{ y = qonnx.custom_op.channels_last.BatchNormalization(x, a, b, m, v) "
        "z = qonnx.custom_op.channels_last.Conv<kernel_shape=[1,1]>(x, w) }",
        "<opset_import: [\"\" : 13, \"qonnx.custom_op.channels_last\" : 13]> "
        "g (float[1,1,1,2] x {UINT2}) => (float[1,1,1,2] y, float[1,1,1,1] z {INT32}) "
        "<float[2] a = {0.5,2}, float[2] b = {1,1}, float[2] m = {1,0}, float[2] v = {1,2}, float[1,1,1,2] w {INT2} = {1,-1}> "
        "{ y = qonnx.custom_op.channels_last.BatchNormalization(x, a, b, m, v) "
        "z = qonnx.custom_op.channels_last.Conv<kernel_shape=[1,1]>(x, w) }");
}

/* Of signs by signs these layers count those that agree: the attribute says what is computed. */
Test(infer_data_types, a_product_does_not_become_a_count_nor_the_reverse)
{
#define MVAU(is, said, weights)                                                                     \
    "g (float[1,3] x {" is "}) => (float[1,1] y {INT32}) <float[3,1] w = {-1, 1, 1}> {"             \
    "    y = finn.custom_op.fpgadataflow.MVAU <backend = \"fpgadataflow\", MW = 3, MH = 1, PE = 1," \
    "        SIMD = 1, inputDataType = \"" said "\", weightDataType = \"" weights "\","             \
    "        outputDataType = \"INT32\", noActivation = 1> (x, w) }"
    check_unchanged("InferDataTypes", MVAU("BIPOLAR", "INT2", "BIPOLAR"));
    check_unchanged("InferDataTypes", MVAU("INT2", "BIPOLAR", "BIPOLAR"));
    check_pass("InferDataTypes", MVAU("BIPOLAR", "INT2", "INT2"),
               MVAU("BIPOLAR", "BIPOLAR", "INT2"));
    check_pass("InferDataTypes", MVAU("INT4", "INT2", "BIPOLAR"), MVAU("INT4", "INT4", "BIPOLAR"));
#define VVAU(is, said)                                                                             \
    "g (float[1,1,1,2] x {" is "}) => (float[1,1,1,1] y {INT32}) <float[1,1,2,1] w = {-1, 1}> {"   \
    "    y = finn.custom_op.fpgadataflow.VVAU <backend = \"fpgadataflow\", PE = 1, Channels = 1,"  \
    "        Dim = [1, 1], Kernel = [2, 1], inputDataType = \"" said "\","                         \
    "        weightDataType = \"BIPOLAR\", outputDataType = \"INT32\", noActivation = 1> (x, w) }"
    check_unchanged("InferDataTypes", VVAU("BIPOLAR", "INT2"));
    check_unchanged("InferDataTypes", VVAU("INT2", "BIPOLAR"));
}

/* One attribute tells of all streams. Upstream looks at the first. */
Test(infer_data_types, layers_that_join_streams_say_what_holds_all_of_them)
{
#define JOIN(layer, attrs, type, out)                                                              \
    "g (float[1,2] x {UINT2}, float[1,2] z {INT8}) => (" out ") { y = finn.custom_op."             \
    "fpgadataflow." layer "<backend=\"fpgadataflow\", inputDataType=\"" type "\", " attrs          \
    ">(x, z) }"
    check_pass("InferDataTypes", JOIN("AddStreams", "NumChannels=2, PE=1", "UINT2", "float[1,2] y"),
               JOIN("AddStreams", "NumChannels=2, PE=1", "INT8", "float[1,2] y {INT9}"));
    check_pass("InferDataTypes",
               JOIN("StreamingConcat", "ElemsPerStream=[2,2]", "UINT2", "float[1,4] y"),
               JOIN("StreamingConcat", "ElemsPerStream=[2,2]", "INT8", "float[1,4] y {INT8}"));
}
