#include <finnc/check.h>

#include <support/poor.h>
#include <support/run_text.h>

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#define HEAD "<ir_version: 8, opset_import: [\"\" : 13]>\n"

/* Everything found, a line each, with E or W before it. */
typedef struct lines {
    char text[4096];
    size_t count;
} lines;

static finnc_status add_line(void *user, finnc_ctx *cx, const finnc_finding *finding)
{
    lines *all = user;
    size_t used = strlen(all->text);
    (void)cx;
    snprintf(all->text + used, sizeof all->text - used, "%c %s\n", finding->is_error ? 'E' : 'W',
             finding->text);
    all->count++;
    return FINNC_OK;
}

static lines examine(const char *text)
{
    lines all = {0};
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_model *model = read_text(cx, text);
    cr_assert_eq(finnc_model_examine(cx, model, add_line, &all), FINNC_OK);
    cr_assert_str_empty(finnc_ctx_message(cx));
    finnc_model_destroy(model);
    finnc_ctx_destroy(cx);
    return all;
}

Test(check, what_depends_on_itself_by_a_name)
{
    lines all = examine("<ir_version: 8, opset_import: [\"\": 17, \"ai.onnx.preview.training\": 1]>"
                        "g (float[2] a) => (float[2] y) { [g] d = ai.onnx.preview.training.Gradient"
                        " <xs = [\"a\"], y = \"y\"> (a) [m] y = Max(d, d) }");
    cr_expect(strstr(all.text, "E g (Gradient): the graph has a cycle"), "%s", all.text);
}

Test(check, sequences_have_no_shape)
{
    lines all = examine(HEAD "g (seq(float[2]) x, int64 i) => (float[2] y) {"
                             " [a] y = SequenceAt(x, i) }");
    cr_expect_eq(all.count, 0, "%s", all.text);
}

Test(check, everything_is_told)
{
    lines all = examine(HEAD "g (float[1,4] x, float[2] w) => (float[1,4] y, z)"
                             " <float[2] w {INT2} = {1, 5}>"
                             " { a = Concat(x, x) y = Relu(b) b = Neg(x) z = Frob(x) }");
    cr_expect(strstr(all.text, "E Concat"), "%s", all.text);
    cr_expect(strstr(all.text, "E initialiser w: 1 of 2 elements are no INT2, the first is 5 at 1"),
              "%s", all.text);
    cr_expect(strstr(all.text, "W 4 nodes have no name"), "%s", all.text);
    cr_expect(strstr(all.text, "W nodes stand before nodes that they need; SortGraph"), "%s",
              all.text);
    cr_expect(strstr(all.text, "W initialiser w is also a graph input"), "%s", all.text);
    cr_expect(strstr(all.text, "W the shapes of 2 tensors are not known"), "%s", all.text);
    cr_expect(strstr(all.text, "W op Frob of domain ai.onnx is not known (1 node)"), "%s",
              all.text);
    cr_expect_eq(all.count, 7, "%s", all.text);
}

Test(check, what_nobody_knows)
{
    lines all =
        examine("<ir_version: 99, opset_import: [\"\": 13, \"my.own\": 1, \"f\": 1,"
                " \"qonnx.custom_op.general\": 1, \"finn.custom_op.fpgadataflow.hls\": 1]>"
                "g (float[1,4] x) => (float[1,4] y) <float[4,1] t = {1, 2, 3, 4}> {"
                " [n1] a = my.own.Frob <what = 1> (x) [n2] b = Neg(a) [n3] c = my.own.Frob(b)"
                " [n4] d = Gelu <aproximate = \"none\", more = 1> (c)"
                " [n5] e = qonnx.custom_op.general.MultiThreshold <out_dtyp = \"UINT1\","
                " out_dtype = \"UINT1\"> (d, t) [n6] y = f.Known(e) }"
                "<domain: \"f\", opset_import: [\"\": 20]>"
                "Known (x) => (y) { [n7] a = Gelu(x) [n8] y = Nobody(a) }");
    const char *const expected[] = {
        "W IR version 99 is newer than what is known, 14",
        "W op Frob of domain my.own is not known (2 nodes, the first is n1)",
        "W op Nobody of domain ai.onnx is not known (node n8)",
        "W attribute aproximate of Gelu is not known; did you mean approximate (node n4)",
        "W attribute more of Gelu is not known (node n4)",
        "W attribute out_dtyp of MultiThreshold is not known; did you mean out_dtype (node n5)",
        "E op Gelu came with opset 20, 13 of ai.onnx is imported (node n4)"};
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
        cr_expect(strstr(all.text, expected[i]), "%s in\n%s", expected[i], all.text);
    all = examine("<ir_version: 8, opset_import: [\"\" : 99]> g (float[2] x) => (float[2] y)"
                  " { [n] y = Neg(x) }");
    cr_expect_str_eq(all.text,
                     "W opset 99 is newer than what is known, 28: ops may have changed\n");
}

Test(check, what_functions_of_the_model_know)
{
    const lines all =
        examine("<ir_version: 8, opset_import: [\"\": 13, \"l\": 1,"
                " \"qonnx.custom_op.general\": 1]>"
                "g (float[2] x) => (float[2] y) { [n] a = l.Own <k = 1> (x) [o] b = Nowhere(a)"
                " [m] y = qonnx.custom_op.general.Trunc <mine = 1> (a) }"
                "<opset_import: [\"\": 13]> Nowhere (x) => (y) { y = Neg(x) }"
                "<domain: \"l\", opset_import: [\"\": 13]>"
                "Own <k> (x) => (y) { y = Neg(x) }"
                "<domain: \"qonnx.custom_op.general\", opset_import: [\"\": 13]>"
                "Trunc <mine> (x) => (y) { y = Neg(x) }");
    cr_expect_null(strstr(all.text, "is not known"), "%s", all.text);
}

Test(check, hardware_layers_may_have_attributes_of_others)
{
    lines all =
        examine("<ir_version: 8, opset_import: [\"\": 13,"
                " \"finn.custom_op.fpgadataflow\": 1]>"
                "g (float[1,4] x) => (float[1,4] y) { [n] y ="
                " finn.custom_op.fpgadataflow.StreamingFIFO <depth = 2, folded_shape = [1, 4],"
                " normal_shape = [1, 4], dataType = \"INT4\", ip_path = \"\"> (x) }");
    cr_expect_null(strstr(all.text, "ip_path"), "%s", all.text);
}

/* Windows of two channels together, a pool of `pe`. */
static lines examine_windows(const char *op, int pe)
{
    char text[2048];
    snprintf(text, sizeof text,
             "<ir_version: 8, opset_import: [\"\": 13, \"finn.custom_op.fpgadataflow\": 1,"
             " \"finn.custom_op.fpgadataflow.hls\": 1, \"finn.custom_op.fpgadataflow.rtl\": 1]>"
             "g (float[1,2,2,4] x {UINT4}) => (float[1,1,1,4] y {UINT4})"
             " <float[1,1,1,16] m {UINT4}> {"
             " [g] m = finn.custom_op.fpgadataflow%s <ConvKernelDim = [2,2], IFMChannels = 4,"
             " IFMDim = [2,2], OFMDim = [1,1], SIMD = 2, Stride = [1,1], Dilation = [1,1],"
             " inputDataType = \"UINT4\", outputDataType = \"UINT4\", depthwise = 1> (x)"
             " [p] y = finn.custom_op.fpgadataflow.hls.Pool_hls <Channels = 4, PE = %d,"
             " KernelSize = [2,2], Function = \"MaxPool\", OutImgDims = [1,1],"
             " InputDataType = \"UINT4\", OutputDataType = \"UINT4\"> (m) }",
             op, pe);
    return examine(text);
}

Test(check, layers_are_folded_as_the_generators_before_them)
{
    static const char *const bound = ".rtl.ConvolutionInputGenerator_rtl";
    cr_expect_str_eq(examine_windows(bound, 2).text, "");
    cr_expect_str_eq(examine_windows(bound, 4).text,
                     "W p (Pool_hls): takes 4 channels of a tap together (PE), g "
                     "(ConvolutionInputGenerator_rtl) gives 2 (SIMD): they have to be equal\n");
    /* Which order it will have, is open. */
    cr_expect_str_eq(examine_windows(".ConvolutionInputGenerator", 4).text, "");
}

Test(check, outputs_of_one_name)
{
    lines all = examine(HEAD "g (float[2] x) => (float[2] y, float[2] z, float[2] y, float[2] y)"
                             " { [a] y = Neg(x) [b] z = Abs(x) }");
    cr_expect_str_eq(all.text, "W several outputs are y\n");
}

Test(check, an_initialiser_that_is_declared_as_something_else)
{
    lines all = examine(HEAD "g (float[N,2] v, float[1,2] w, float16[2] x) => (float[3,1] y, z)"
                             " <float[1,2] v = {1, 2}, float[2] w = {1, 2}, float[2] x = {1, 2},"
                             "  float[1,1] y = {3}> { z = Add(v, y) }");
    cr_expect_null(strstr(all.text, "initialiser v has"), "%s", all.text);
    cr_expect(strstr(all.text, "E initialiser w has the shape [2], but [1,2] where it is declared"),
              "%s", all.text);
    cr_expect(strstr(all.text, "E initialiser x is FLOAT, but FLOAT16 where it is declared"), "%s",
              all.text);
    cr_expect(
        strstr(all.text, "E initialiser y has the shape [1,1], but [3,1] where it is declared"),
        "%s", all.text);
}

static finnc_topology topology_of(const char *text)
{
    finnc_topology topology;
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_model *model = read_text(cx, text);
    cr_assert_eq(finnc_graph_topology(cx, finnc_model_graph(model), &topology), FINNC_OK);
    finnc_model_destroy(model);
    finnc_ctx_destroy(cx);
    return topology;
}

Test(check, topology_is_upstreams)
{
    finnc_topology t = topology_of(HEAD "g (float[2] x) => (float[2] y) <float[2] w = {1, 2}>"
                                        " { a = Mul(x, w) y = Add(a, a) }");
    cr_expect(t.is_linear, "a node that uses a value twice is one user");
    cr_expect(t.all_tensors_f32);
    cr_expect(t.node_inputs_in_expected_order);
    cr_expect(t.nodes_topologically_sorted);
    t = topology_of(HEAD "g (float[2] x) => (float[2] y, int64[1] n) <float[2] w = {1, 2}>"
                         " { y = Mul(w, b) b = Relu(x) n = Shape(x) }");
    cr_expect_not(t.is_linear);
    cr_expect_not(t.all_tensors_f32);
    cr_expect_not(t.node_inputs_in_expected_order);
    cr_expect_not(t.nodes_topologically_sorted);
    t = topology_of(HEAD "g (float[2] x, bool c) => (float[2] y) { y = If(c) <then_branch = t ()"
                         " => (float[2] q) { q = Abs(n) }, else_branch = e () => (float[2] q)"
                         " { q = Identity(x) }> n = Neg(x) }");
    cr_expect_not(t.nodes_topologically_sorted, "what a body needs counts, too");
    t = topology_of(HEAD "g (float[2] x, bool c) => (float[2] y) { y = If(c) <then_branch = t ()"
                         " => (float[2] q) { q = Abs(n) n = Neg(x) }, else_branch = e () =>"
                         " (float[2] q) { q = Identity(x) }> }");
    cr_expect_not(t.nodes_topologically_sorted, "and its own order");
}

static finnc_status read_and_examine(finnc_ctx *cx, void *user)
{
    lines all = {0};
    finnc_model *model;
    FINNC_TRY(finnc_model_read_text(cx, user, &model));
    finnc_status status = finnc_model_examine(cx, model, add_line, &all);
    finnc_model_destroy(model);
    return status;
}

Test(check, memory_may_run_out)
{
    check_poor(read_and_examine,
               HEAD "g (float[1,4] x) => (float[1,4] y) { a = Concat(x, x) y = Relu(x) }");
}

/* Nothing of two bits reaches 4. */
Test(check, thresholds_may_lie_one_beyond_their_type)
{
#define THRESHOLDS(t)                                                                              \
    "<ir_version: 8, opset_import: [\"\" : 13, \"qonnx.custom_op.general\" : 1]>"                  \
    "g (float[1,1] x {UINT2}) => (float[1,1] y) <float[1,1] t {UINT2} = {" t "}> {"                \
    "    [n] y = qonnx.custom_op.general.MultiThreshold <out_dtype = \"BINARY\"> (x, t) }"
    const lines fine = examine(THRESHOLDS("4"));
    cr_expect_not(strstr(fine.text, "are no UINT2"), "%s", fine.text);
    const lines wrong = examine(THRESHOLDS("5"));
    cr_expect(strstr(wrong.text, "1 of 1 elements are no UINT2"), "%s", wrong.text);
}

/* Which of them reads it first is nobody's business. */
Test(check, thresholds_that_are_something_else_as_well_hold_their_type)
{
#define COUNT "[n] y = qonnx.custom_op.general.MultiThreshold <out_dtype = \"UINT2\"> (x, t)"
#define SHARED(nodes)                                                                              \
    "<ir_version: 8, opset_import: [\"\" : 13, \"qonnx.custom_op.general\" : 1]>"                  \
    "g (float[1,1] x) => (float[1,1] y, float[1,2] z) <float[1,2] t {UINT4} = {-1, 3}> {" nodes    \
    "}"
    static const char *const texts[] = {SHARED(COUNT "[a] z = Add(x, t)"),
                                        SHARED("[a] z = Add(x, t)" COUNT)};
    for (size_t i = 0; i < 2; i++) {
        const lines found = examine(texts[i]);
        cr_expect(strstr(found.text, "1 of 2 elements are no UINT4, the first is -1 at 0"), "%s",
                  found.text);
    }
}

/* As LowerConvsToMatMul makes them. */
Test(check, zeros_around_depthwise_weights_are_fine)
{
#define WEIGHTS(w)                                                                                 \
    "<ir_version: 8, opset_import: [\"\" : 13]>"                                                   \
    "g (float[1,2] x) => (float[1,2] y) <float[2,2] w {BIPOLAR,"                                   \
    " tensor_sparsity: \"{'dw': {'kernel_shape': [1, 1]}}\"} = {" w "}> { [n] y = MatMul(x, w) }"
    const lines fine = examine(WEIGHTS("1, 0, 0, -1"));
    cr_expect_eq(fine.count, 0, "%s", fine.text);
    const lines wrong = examine(WEIGHTS("1, 0, 2, -3"));
    cr_expect(strstr(wrong.text, "2 of 4 elements are no BIPOLAR, the first is 2 at 2"), "%s",
              wrong.text);
}

/* A session would make a double of it, and shapes say float. */
Test(check, a_sum_of_two_kinds_of_floats_is_an_error)
{
    const lines found =
        examine("g (float[2] x) => (float[2] y) <double[1] c = {0}> { [n] y = Add(x, c) }");
    cr_expect(strstr(found.text, "E n (Add): input 0 (A) is FLOAT, input 1 (B) is DOUBLE: they "
                                 "should be of one type"),
              "%s", found.text);
}

/* Somebody else gets them, too, and reads the annotation. */
Test(check, thresholds_that_are_handed_out_hold_their_type)
{
    const lines found = examine(
        "<ir_version: 8, opset_import: [\"\" : 13, \"qonnx.custom_op.general\" : 1]>"
        "g (float[1,2] x {INT2}) => (float[1,2] y, float[1,2] t) <float[1,2] t {INT2} = {-3, 2}> {"
        "    [n] y = qonnx.custom_op.general.MultiThreshold <out_dtype = \"UINT2\"> (x, t) }");
    cr_expect(strstr(found.text, "2 of 2 elements are no INT2"), "%s", found.text);
}

Test(check, an_initialiser_is_no_sequence)
{
    const lines found = examine(HEAD "g (float[2] x) => (float[2] y, seq(float[2]) w)"
                                     " <float[2] w = {1, 2}> { [n] y = Relu(x) }");
    cr_expect(strstr(found.text, "initialiser w is FLOAT, but a sequence where it is declared"),
              "%s", found.text);
}

Test(check, bodies_of_functions_are_looked_at)
{
    const lines found =
        examine("<ir_version: 8, opset_import: [\"\" : 13, \"l\" : 1]>"
                "g (float[1,1,4] x) => (float[1,4] y) { [n] y = l.f(x) }"
                "<domain: \"l\", opset_import: [\"\" : 13]>"
                "f <k> (x) => (y) { a = Squeeze <axes = [0]> (x) b = Elu <alpha = @k> (a)"
                " y = Concat(b, b) }");
    cr_expect(strstr(found.text, "E function f: Squeeze: attribute axes is of versions before 13"),
              "%s", found.text);
    cr_expect(strstr(found.text, "E function f: Concat: "), "%s", found.text);
    cr_expect_not(strstr(found.text, "Elu"), "%s", found.text);
}

Test(check, partitions_in_partitions_have_an_end)
{
    lines all = {0};
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_model *model = read_text(
        cx, HEAD "g (float[2] x) => (float[2] y) {"
                 " [p] y = qonnx.custom_op.general.GenericPartition <model = \"p.onnx\"> (x) }");
    for (int i = 0; i < 20; i++) {
        finnc_model *around = read_text(
            cx,
            HEAD "g (float[2] x) => (float[2] y) {"
                 " [p] y = qonnx.custom_op.general.GenericPartition <model = \"p.onnx\"> (x) }");
        cr_assert_eq(finnc_node_set_partition(cx, finnc_graph_first_node(finnc_model_graph(around)),
                                              "p.onnx", model),
                     FINNC_OK);
        model = around;
    }
    cr_assert_eq(finnc_model_examine(cx, model, add_line, &all), FINNC_OK);
    cr_expect(strstr(all.text, "partitions lie more than 16 deep"), "%s", all.text);
    cr_expect_eq(all.count, 1, "%s", all.text);
    finnc_model_destroy(model);
    finnc_ctx_destroy(cx);
}

Test(check, functions_have_versions_of_their_own)
{
    const lines found =
        examine("<ir_version: 8, opset_import: [\"\" : 13, \"l\" : 1]>"
                "g (float[1,1,4] x) => (float[1,4] y) { [n] y = l.f(x) }"
                "<domain: \"l\", opset_import: [\"\" : 11]>"
                "f (x) => (y) { a = Squeeze <axes = [0]> (x) y = Squeeze <axes = [0]> (a) }");
    cr_expect_null(strstr(found.text, "Squeeze"), "%s", found.text);
}

Test(check, partitions_are_looked_into)
{
    lines all = {0};
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_model *model = read_text(
        cx, HEAD "g (float[2] x) => (float[2] y) {"
                 " [p] a = qonnx.custom_op.general.GenericPartition <model = \"p.onnx\"> (x)"
                 " [q] y = qonnx.custom_op.general.GenericPartition <model = \"q.onnx\"> (a) }");
    finnc_model *part = read_text(cx, HEAD "g (float[2] x) => (float[2] y) { [n] y = Frob(x) }");
    cr_assert_eq(finnc_node_set_partition(cx, finnc_graph_first_node(finnc_model_graph(model)),
                                          "p.onnx", part),
                 FINNC_OK);
    cr_assert_eq(finnc_model_examine(cx, model, add_line, &all), FINNC_OK);
    cr_expect(strstr(all.text, "W partition p: op Frob of domain ai.onnx is not known (node n)"),
              "%s", all.text);
    cr_expect(strstr(all.text, "E q (GenericPartition): "), "%s", all.text);
    finnc_model_destroy(model);
    finnc_ctx_destroy(cx);
}
