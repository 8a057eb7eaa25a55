/* A file may leave the name of an output empty, and any input: such nodes are left as they are. */
#include "support/check_pass.h"

#include <finnc/graph.h>

#include <criterion/criterion.h>

#define QONNX "qonnx.custom_op.general."
#define FIFO                                                                                       \
    "finn.custom_op.fpgadataflow.rtl.StreamingFIFO_rtl <backend = \"fpgadataflow\","               \
    " depth = 1200, folded_shape = [1, 4, 1], normal_shape = [1, 4], dataType = \"INT4\"> "

/* A graph in which `nodes` may stand beside one node that makes the output. */
#define GRAPH(nodes)                                                                                \
    "g (float[1,4] x {INT4}, float[1,4] z {INT4}, float[1,4,4,4] p {INT4, NHWC},"                   \
    "   float[1,4,4,4] c {INT4}, int64[2] i {UINT1}) => (float[1,4] y) <float[4] s = {1, 2, 2, 1}," \
    "   float[4,1,1,1] w {INT4} = {1, 2, 3, 4}, float[2,1] t {INT4} = {1, 2},"                      \
    "   float[1,1] th {INT4} = {1}, float[4,2] m {INT4} = {1, 2, 3, 4, 5, 6, 7, 1}> {"              \
    "   y = Neg(x) " nodes " }"

/* The pass ends well, and `y` is made as before; nobody can tell what became of the other node. */
static void check_passes(const char *pass, const char *text)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_model *model = test_read_text(cx, text);
    finnc_pipeline *pipeline = test_pipeline(cx, pass, NULL);
    cr_assert_eq(finnc_transform(cx, model, pipeline, NULL), FINNC_OK, "%s: %s", pass,
                 finnc_ctx_message(cx));
    const finnc_value *y = finnc_graph_output(finnc_model_graph(model), 0);
    cr_assert(finnc_node_is(finnc_value_producer(y), "Neg"), "%s", pass);
    finnc_pipeline_destroy(pipeline);
    finnc_model_destroy(model);
    finnc_ctx_destroy(cx);
}

Test(ends, nodes_without_an_output_are_left)
{
    static const struct {
        const char *pass, *text;
    } cases[] = {
        {"InferAddStreamsLayer", GRAPH("\"\" = Add(x, z)")},
        {"InferConcatLayer", GRAPH("\"\" = Concat <axis = -1> (x, z)")},
        {"InferConvInpGen", GRAPH("\"\" = " QONNX "Im2Col <input_shape = \"\","
                                  "    kernel_size = [2, 2], stride = [2, 2]> (p)")},
        {"InferGlobalAccPoolLayer", GRAPH("\"\" = GlobalAveragePool(c)")},
        {"InferLookupLayer", GRAPH("\"\" = Gather(t, i)")},
        {"InferPixelPaddingDeconv", GRAPH("\"\" = ConvTranspose(c, w)")},
        {"InferPool", GRAPH("\"\" = MaxPool <kernel_shape = [2, 2], strides = [2, 2]> (c)")},
        {"InferQuantizedMatrixVectorActivation", GRAPH("\"\" = MatMul(x, m)")},
        {"InferStreamingEltwise", GRAPH("\"\" = Sub(x, z)")},
        {"InferStreamingMaxPool", GRAPH("\"\" = " QONNX "MaxPoolNHWC <kernel_shape = [2, 2],"
                                        "    strides = [2, 2]> (p)")},
        {"InferThresholdingLayer",
         GRAPH("\"\" = " QONNX "MultiThreshold <out_dtype = \"BINARY\"> (x, th)")},
        {"InferUpsample", GRAPH("\"\" = Resize <mode = \"nearest\"> (p, , s)")},
        {"SplitLargeFIFOs", GRAPH("\"\" = " FIFO "(x)")},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check_passes(cases[i].pass, cases[i].text);
    check_remark("InferPool",
                 "g (float[1,4,4,4] c {INT4}) => (int64[1,4,2,2] i) {"
                 "   \"\", i = MaxPool <kernel_shape = [2, 2], strides = [2, 2]> (c) }",
                 "it gives the indices i, too");
}

Test(ends, a_fifo_without_an_input_is_left)
{
    check_remark("SplitLargeFIFOs", "g (float[1,4] x) => (float[1,4] y) { y = " FIFO "() }",
                 "input 0 is missing");
}

/* What is behind the layer may have no output, too. */
Test(ends, a_layer_takes_nothing_in_that_makes_nothing)
{
    check_passes("InferQuantizedMatrixVectorActivation",
                 "g (float[1,4] x {INT4}) => (float[1,4] y) <float[4,2] m {INT4} = {1, 2, 3, 4, 5,"
                 "   6, 7, 1}, float[1,1] th {INT4} = {1}, float[1,2] a {INT32}> {"
                 "   y = Neg(x) a = MatMul(x, m)"
                 "   \"\" = " QONNX "MultiThreshold <out_dtype = \"BINARY\"> (a, th) }");
    check_passes("InferStreamingEltwise",
                 "g (float[1,4] x {INT4}, float[1,4] z {INT4}) => (float[1,4] y) <float[1,4] a> {"
                 "   y = Neg(x) a = Sub(x, z) \"\" = Abs(a) }");
}
