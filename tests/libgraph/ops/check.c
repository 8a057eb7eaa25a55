/* Nodes held against their ops. */
#include <support/check_pass.h>
#include <support/infer_text.h>

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#define GENERAL "qonnx.custom_op.general."

Test(check, the_number_of_inputs_and_outputs)
{
    check_node_passes("n (float[2] x) => (y) { y = Relu(x) }");
    check_node_fails("n (float[2] x) => (y) { [r] y = Relu(x, x) }",
                     "r (Relu): takes 1 input, has 2");
    check_node_fails("n (float[2] x) => (y) { y = Add(x) }", "input 1 (B) is missing");
    check_node_fails("n (float[1,1,2] x) => (y) { y = Conv(x) }", "input 1 (W) is missing");
    check_node_fails("n (float[2] x) => (y) { y = Sum() }", "takes at least 1 input");
    check_node_fails("n (float[2] x) => (y, z) { y, z = Relu(x) }", "makes 1 output, has 2");
}

#define OPSET(version) "<ir_version: 8, opset_import: [\"\" : " version "]> "

/* k is an attribute, then an input. */
Test(check, what_a_version_of_the_op_has)
{
    check_node_passes(OPSET("1") "n (float[2] x) => (y, z) { y, z = TopK<k = 1>(x) }");
    check_node_passes(OPSET("10") "n (float[2] x, int64[1] k) => (y, z) { y, z = TopK(x, k) }");
    check_node_fails(OPSET("1") "n (float[2] x, int64[1] k) => (y, z) { y, z = TopK(x, k) }",
                     "takes 1 input in version 1, has 2");
    check_node_fails(OPSET("1") "n (float[2] x) => (y, z) { y, z = TopK(x) }",
                     "attribute k is missing");
    check_node_fails(OPSET("10") "n (float[2] x) => (y, z) { y, z = TopK<k = 1>(x) }",
                     "input 1 (K) is missing");
    check_node_fails(OPSET("23") "n (float[2] x, int64[1] k) => (y, z) {"
                                 " y, z = TopK<k = 1>(x, k) }",
                     "attribute k is of versions before 10 of the op, this is version 11");
    check_node_fails(OPSET("10") "n (float[2] x, int64[1] k) => (y, z) {"
                                 " y, z = TopK<largest = 0>(x, k) }",
                     "attribute largest is of versions from 11 of the op, this is version 10");
}

/* Not needed, then needed; of one kind, then of another. */
Test(check, what_a_version_of_the_op_says_of_an_attribute)
{
    check_node_passes(OPSET("3") "n (float[1,2] x) => (y) { y = Concat(x, x) }");
    check_node_fails(OPSET("4") "n (float[1,2] x) => (y) { y = Concat(x, x) }",
                     "attribute axis is missing");
    check_node_fails(OPSET("9") "n () => (y) { y = Constant() }", "attribute value is missing");
    check_node_passes(OPSET("1") "n (float[1,1,2] x) => (y) { y = GlobalLpPool<p = 2.0>(x) }");
    check_node_fails(OPSET("1") "n (float[1,1,2] x) => (y) { y = GlobalLpPool<p = 2>(x) }",
                     "attribute p is of kind INT, should be FLOAT");
    check_node_fails(OPSET("2") "n (float[1,1,2] x) => (y) { y = GlobalLpPool<p = 2.0>(x) }",
                     "attribute p is of kind FLOAT, should be INT");
    check_node_passes(OPSET("5") "n (float[2] x) => (y) { y = Cast<to = \"INT8\">(x) }");
    check_node_fails(OPSET("6") "n (float[2] x) => (y) { y = Cast<to = \"INT8\">(x) }",
                     "attribute to is of kind STRING, should be INT");
}

Test(check, inputs_that_cannot_be_left_out)
{
    check_node_passes("n (float[2] x, float m) => (y) { y = Clip(x, , m) }");
    check_node_fails("n (float[2] x) => (y) { y = Sub(, x) }", "input 0 (A) is missing");
}

Test(check, inputs_with_a_type_variable_in_common_are_of_one_type)
{
    check_node_passes("n (float[2] x, x2) => (y) { y = Add(x, x2) }");
    check_node_fails("n (float[2] a, uint64[2] b) => (y) { [s] y = Add(a, b) }",
                     "s (Add): input 0 (A) is FLOAT, input 1 (B) is UINT64: they should be of one");
    check_node_passes("n (float[2] x, int64[1] s) => (y) { y = Reshape(x, s) }");
}

Test(check, what_repeats_is_of_one_type_and_there)
{
    check_node_passes("n (float[2] x, x2, float[3] z) => (y) { y = Concat<axis = 0>(x, x2, z) }");
    check_node_fails("n (float[2] x, float[2] w, int64[2] z) => (y) {"
                     " [c] y = Concat<axis = 0>(x, w, z) }",
                     "c (Concat): input 0 (inputs) is FLOAT, input 2 (inputs) is INT64: they");
    /* Kernels of two operands take them, these do not. */
    check_node_fails("n (float[2] x, double[2] z) => (y) { y = Max(x, z) }", "of one type");
    check_node_fails("n (float[2] x) => (y) { y = Sum(x, , x) }", "input 1 (X) is missing");
    /* More of them than a record has places. */
    check_node_fails("n (float x, double z) => (y) {"
                     " y = Max(x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, z) }",
                     "input 0 (X) is FLOAT, input 17 (X) is DOUBLE");
    check_node_fails("n (float x, int64 z) => (y) { y = SequenceConstruct(x, z) }", "of one type");
}

Test(check, what_repeats_with_types_of_its_own)
{
#define LOOP(inputs)                                                                               \
    "n (float x, int64 k) => (y, z) { y, z = Loop<body = b (int64 i, bool c, float p, int64 q) =>" \
    " (bool d, float r, int64 s) { d = Identity(c) r = Identity(p) s = Identity(q) }>"             \
    "(" inputs ") }"
    check_node_passes(LOOP("k, , x, k"));
    check_node_passes("n (float x, int64 k) => (y, z) { y, z = qonnx.custom_op.general."
                      "GenericPartition<model = \"m.onnx\">(x, k) }");
}

Test(check, sequences_are_no_tensors)
{
    check_node_passes("n (seq(float[2]) x, int64 i) => (y) { y = SequenceAt(x, i) }");
    check_node_fails("n (seq(float[2]) x, float[2] z) => (y) { [a] y = Add(x, z) }",
                     "a (Add): input 0 (A) is a sequence of FLOAT, it may be FLOAT, ");
    check_node_fails("n (seq(float[2]) x) => (y) { y = Relu(x) }", "is a sequence of FLOAT");
    check_node_fails("n (optional(float[2]) x) => (y) { y = Relu(x) }", "is an optional of FLOAT");
    check_node_fails("n (float[2] x, int64 i) => (y) { y = SequenceAt(x, i) }", "is FLOAT, it may");
    check_node_fails("n (seq(bfloat16[2]) x) => (y) {"
                     " y = ai.onnx.ml.ZipMap<classlabels_int64s = [1]>(x) }",
                     "is a sequence of BFLOAT16");
    check_node_passes("n (map(int64, float) x) => (y) {"
                      " y = ai.onnx.ml.DictVectorizer<int64_vocabulary = [1]>(x) }");
    check_node_fails("n (map(int64, float) x) => (y) { y = Relu(x) }", "is a map of ");
}

#define IF(then, otherwise)                                                                        \
    "n (bool c, float[2] f, double[3] d, seq(float[2]) s, seq(double[2]) e) => (y) { [i] y = If<"  \
    " then_branch = a () => (" then " p) { p = Identity(f) },"                                     \
    " else_branch = b () => (" otherwise " q) { q = Identity(d) }>(c) }"

Test(check, branches_are_of_one_type)
{
    check_node_passes(IF("float[2]", "float[3,1]"));
    check_node_passes(IF("float[]", ""));
    check_node_passes(IF("seq(float[2])", "seq(float[3])"));
    check_node_fails(IF("float[2]", "double[2]"),
                     "i (If): output 0 is FLOAT in then_branch ('p'), DOUBLE in else_branch ('q')");
    check_node_fails(IF("seq(float[2])", "float[2]"),
                     "is a sequence in then_branch ('p'), a tensor in else_branch ('q'): they");
    check_node_fails(IF("seq(float[2])", "seq(double[2])"), "is FLOAT in then_branch");
    check_node_fails(IF("optional(float[2])", "optional(double[2])"), "is FLOAT in then_branch");
    check_node_fails(IF("optional(seq(float[2]))", "optional(float[2])"),
                     "is made of sequence in then_branch ('p'), tensor in else_branch ('q')");
}

Test(check, what_a_version_has_no_word_for)
{
    check_node_fails("<opset_import: [\"\": 11]> n (float[6] x) => (a, b) <int64[2] s = {2, 4}>"
                     " { a, b = Split(x, s) }",
                     "version 11 has the sizes of parts as an attribute");
    check_node_passes("<opset_import: [\"\": 1]> n (float[6] x) => (a, b) <int64[2] s = {2, 4}>"
                      " { a, b = Split(x, s) }");
    check_node_fails("<opset_import: [\"\": 9]> n (float[1,3,5,5] x) => (y)"
                     " <float[4] s = {1, 1, 2, 2}> { y = Upsample <mode = \"cubic\"> (x, s) }",
                     "attribute mode is cubic");
}

Test(check, inputs_of_whatever_types)
{
    check_node_passes("n (float[1,2] x, double[2,1] t) => (y) { y = " GENERAL
                      "MultiThreshold <out_dtype = \"BIPOLAR\"> (x, t) }");
    check_node_passes("n (float[2] x, double[2] d) => (y) { y = Add(x, d) }");
    check_node_fails("n (float x, double d) => (y) { y = Range(x, d, d) }", "of one type");
}

Test(check, attributes_that_cannot_be_left_out)
{
    check_node_passes("n (float[1,1,4] x) => (y) { y = MaxPool <kernel_shape = [2]> (x) }");
    check_node_fails("n (float[1,1,4] x) => (y) { y = MaxPool(x) }",
                     "attribute kernel_shape is missing");
}

Test(check, kinds_of_attributes)
{
    check_node_fails("n (float[1,1,4] x) => (y) { y = MaxPool <kernel_shape = 2> (x) }",
                     "attribute kernel_shape is of kind INT, should be INTS");
    check_node_fails("n (float[1,1,4] x) => (y) { y = MaxPool <kernel_shape = [2],"
                     " pads = \"1\"> (x) }",
                     "attribute pads is of kind STRING, should be INTS");
}

Test(check, what_exporters_write_for_every_quantiser_passes)
{
    check_node_passes("n (float[2] x, float s, float z, float b) => (y) { y = " GENERAL
                      "BipolarQuant <signed = 1, narrow = 1, rounding_mode = \"ROUND\">"
                      " (x, s, z, b) }");
    check_node_passes(
        "n (float[2] x, float s, float z, float b, float c, float o) => (y) { y = " GENERAL
        "Trunc <rounding_mode = \"FLOOR\"> (x, s, z, b, c, o) }");
}

Test(check, ops_have_checks_of_their_own)
{
    check_node_fails("n (float[1,2] x, float[3] t) => (y) { y = " GENERAL
                     "MultiThreshold <out_dtype = \"UINT2\"> (x, t) }",
                     "rank 1");
    check_node_fails("n (float[3] x, float[1,3] t) => (y) { y = " GENERAL
                     "MultiThreshold <out_dtype = \"UINT2\"> (x, t) }",
                     "the input has rank 1, thresholds per channel need 2 or more");
}

Test(check, attributes_that_are_one_of_several)
{
#define POOL(more)                                                                                 \
    "n (float[1,1,2,2] x) => (y) { [p] y = " GENERAL "QuantAvgPool2d <kernel = 2, stride = 2,"     \
    " ibits = 4, obits = 4" more "> (x) }"
    check_node_passes(POOL(", signed = 1, data_layout = \"NHWC\""));
    check_node_fails(POOL(", signed = 2"), "p (QuantAvgPool2d): attribute signed is 2, may be one");
    check_node_fails(POOL(", signed = 1, data_layout = \"NCH\""), "NCHW NHWC");
    check_node_fails(POOL(", signed = 1, data_layout = \"NCHW NHWC\""), "may be one of");
    /* FINN leaves empty what it has no opinion of. */
    check_node_passes("n (float[1,2] x) => (y) { y = finn.custom_op.fpgadataflow.AddStreams"
                      " <NumChannels = 2, PE = 1, inputDataType = \"INT2\", exec_mode = \"\">"
                      " (x, x) }");
}

/* Upstream reads rounding modes in any case. */
Test(check, words_and_numbers_of_quantisers)
{
    static const char *const quantisers[] = {"Quant", "IntQuant"};
    char text[400];
    for (size_t i = 0; i < sizeof quantisers / sizeof *quantisers; i++) {
        static const struct {
            const char *attrs, *words;
        } cases[] = {
            {"signed = 0, narrow = 1, rounding_mode = \"half_Up\"", NULL},
            {"signed = 0, narrow = 1, rounding_mode = \"\"", NULL},
            {"signed = 0, narrow = 1", NULL},
            {"signed = 5, narrow = 1", "attribute signed is 5, may be one of: 0 1"},
            {"signed = 1, narrow = 7", "attribute narrow is 7, may be one of: 0 1"},
            {"signed = 1, narrow = 0, rounding_mode = \"SOMEHOW\"",
             "attribute rounding_mode is SOMEHOW, may be one of: ROUND HALF_EVEN CEIL"},
        };
        for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
            snprintf(text, sizeof text,
                     "n (float[2] x, float s, float z, float b) => (y) { y = " GENERAL
                     "%s <%s> (x, s, z, b) }",
                     quantisers[i], cases[k].attrs);
            if (cases[k].words)
                check_node_fails(text, cases[k].words);
            else
                check_node_passes(text);
        }
    }
    check_node_fails("n (float[3] x, float s, float e, float m) => (y) { y = " GENERAL
                     "FloatQuant<has_inf = 0, has_nan = 0, has_subnormal = 1, saturation = 1,"
                     " rounding_mode = \"NEAREST\">(x, s, e, m) }",
                     "attribute rounding_mode is NEAREST");
}

#define QONNX(version, domain)                                                                     \
    "<ir_version: 8, opset_import: [\"\" : 17, \"qonnx.custom_op." domain "\" : " version "]> "

/* Trunc's fifth input was the width that is the sixth now. */
Test(check, what_a_version_of_qonnx_s_ops_has)
{
#define TRUNC(version, attrs, inputs)                                                              \
    QONNX(version, "general")                                                                      \
    "n (float[2] x, float s, float z, float b, float c, float o) => (y) { [t] y = " GENERAL        \
    "Trunc <" attrs "> (" inputs ") }"
#define NORM(version)                                                                              \
    QONNX(version, "channels_last")                                                                \
    "n (float[1,2] x, float[2] s) => (y) {"                                                        \
    "    y = qonnx.custom_op.channels_last.BatchNormalization <training_mode = 0> (x, s, s, s, s) }"
    check_node_passes(TRUNC("1", "rounding_mode = \"FLOOR\"", "x, s, z, b, c"));
    check_node_passes(TRUNC("2", "signed = 1, narrow = 0", "x, s, z, b, c, o"));
    check_node_passes(TRUNC("1", "narrow = 1", "x, s, z, b, c, o")); /* as upstream */
    check_node_fails(TRUNC("2", "signed = 1", "x, s, z, b, c"),
                     "input 5 (out_bitwidth) is missing");
    check_node_passes(NORM("14"));
    check_node_fails(NORM("9"), "attribute training_mode is of versions from 14");
#undef NORM
}

static void keep_line(void *user, finnc_severity severity, const char *line)
{
    if (severity == FINNC_WARNING)
        snprintf(user, 200, "%s", line);
}

Test(check, a_trunc_written_for_another_version_is_worth_a_warning)
{
    static const char *const cases[][2] = {
        {TRUNC("1", "rounding_mode = \"FLOOR\"", "x, s, z, b, c"), ""},
        {TRUNC("1", "rounding_mode = \"FLOOR\"", "x, s, z, b, c, o"), "imported at version 1"},
        {TRUNC("1", "narrow = 1", "x, s, z, b, c"), "imported at version 1"},
        {TRUNC("2", "narrow = 1", "x, s, z, b, c, o"), ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char heard[200] = "";
        finnc_ctx *cx = finnc_ctx_create(&(finnc_ctx_options){.log = keep_line, .user = heard});
        finnc_model *model = test_read_text(cx, cases[i][0]);
        const finnc_node *node = finnc_graph_first_node(finnc_model_graph(model));
        cr_assert_eq(finnc_node_check(cx, node), FINNC_OK, "%s", finnc_ctx_message(cx));
        cr_expect(*cases[i][1] ? strstr(heard, cases[i][1]) != NULL : !*heard, "%zu: %s", i, heard);
        finnc_model_destroy(model);
        finnc_ctx_destroy(cx);
    }
}
#undef TRUNC

Test(check, attributes_that_all_layers_have)
{
    check_node_fails("n (float[1,2] x) => (y) { y = finn.custom_op.fpgadataflow.hls.AddStreams_hls"
                     " <NumChannels = 2, PE = 1, inputDataType = \"INT2\", slr = \"1\"> (x, x) }",
                     "attribute slr is of kind STRING, should be INT");
    check_node_fails("n (float[1,2] x) => (y) { y = finn.custom_op.fpgadataflow.AddStreams"
                     " <NumChannels = 2, PE = 1, inputDataType = \"INT2\", exec_mode = \"fast\">"
                     " (x, x) }",
                     "attribute exec_mode is fast, may be one of: rtlsim cppsim");
}

Test(check, ops_that_nobody_knows_pass)
{
    check_node_passes("n (float[2] x) => (y) { y = some.where.Thing <a = 1> (x, x, x) }");
}

Test(check, what_a_kernel_would_refuse)
{
    check_node_fails("n (float[2] x) => (y) <int64[2] p = {1, 1}, float[2] c = {9, 10}> {"
                     " y = Pad(x, p, c) }",
                     "constant_value has 2 elements, not 1");
    check_node_fails("n (float[2] x) => (y) <int64[2] p = {1, 1}> {"
                     " y = Pad<mode = \"CONSTANT\">(x, p) }",
                     "attribute mode is CONSTANT, may be one of: constant reflect edge wrap");
    check_node_fails("n (float[3] x, float s, float e, float m) => (y) { y = " GENERAL
                     "FloatQuant<has_inf = 0, has_nan = 0, has_subnormal = 1, saturation = 0>"
                     "(x, s, e, m) }",
                     "without saturation the format needs infinity or NaN");
}
