#include "support/io_check.h"
#include "support/poor.h"
#include "support/sink.h"
#include "support/suite.h"

#include <finnc/finnc.h>

#include <criterion/criterion.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

FNC_SUITE(text_write);

static finnc_model *read_text(const char *source)
{
    finnc_model *model = NULL;
    cr_assert_eq(finnc_model_read_text(cx, source, &model), FINNC_OK, "%s in\n%s",
                 finnc_ctx_message(cx), source);
    return model;
}

static char *write_proto(const char *proto, unsigned flags);

/* What the model of `source` looks like when it is written; the caller frees. */
static char *write_text(const char *source, unsigned flags)
{
    finnc_model *model = read_text(source);
    test_sink t = {0};
    cr_assert_eq(finnc_text_write(cx, model, flags, test_sink_add, &t), FINNC_OK, "%s",
                 finnc_ctx_message(cx));
    finnc_model_destroy(model);
    return t.data;
}

/* Writing gives `source` again, letter by letter. */
static void check_same(const char *source)
{
    char *written = write_text(source, FINNC_TEXT_WEIGHTS);
    cr_expect_str_eq(written, source);
    free(written);
}

Test(text_write, a_domain_that_is_imported_twice_stays_so)
{
    check_same("<\n   ir_version: 8,\n   opset_import: [\"\" : 22, \"a\" : 1, \"\" : 9]\n>\n"
               "g () => () {\n}\n");
}

Test(text_write, a_model_reads_back_to_the_same_text)
{
    check_same(
        "<\n"
        "   ir_version: 8,\n"
        "   opset_import: [\"\" : 17, \"qonnx.custom_op.general\" : 1],\n"
        "   producer_name: \"finnc\",\n"
        "   producer_version: \"1\",\n"
        "   domain: \"d\",\n"
        "   model_version: 3,\n"
        "   doc_string: \"two\nlines\",\n"
        "   metadata_props: [\"a\": \"b\", \"c\": \"\"]\n"
        ">\n"
        "\"a graph\" (float[N,3,?,8] x {UINT8, NCHW}, float s, int8[] u) =>"
        " (float[1,10] y, z) <\n"
        "   float[2] w {BIPOLAR} = {1, -1},\n"
        "   int64[1] \"float\" = {-3},\n"
        "   float[1,8] t {INT4},\n"
        "   seq(map(string, float[2])) q,\n"
        "   opaque() o0,\n"
        "   opaque(d.e) o1,\n"
        "   opaque(d.e, \"a b\") o2,\n"
        "   opaque(\"f.\", \"\") o3,\n"
        "   \"a.b\" {FIXED<8,-3>, k: \"v\"}\n"
        "> {\n"
        "   [\"Conv 0\"] t, \"\", \"a.b\" = qonnx.custom_op.general.Quant"
        " <a = 1, b = 1.0, c = [1, 2], d = [0.1, 1e+20], e: ints = [], f = \"q\\\"\\\\\","
        " g = [\"a\", \"\"], h = float16[2] {15360, 0}, i = seq(float[]), j = -inf>"
        " (x, \"\", w, \"float\")\n"
        "   y, z = If (s) <then_branch = \"\" () => (v) {\n"
        "         v = \"odd domain\".Op:overload (t)\n"
        "      }, else_branch = e () => (o) {\n"
        "         o = Neg (t)\n"
        "      }>\n"
        "}\n"
        "<\n"
        "   domain: \"local\",\n"
        "   opset_import: [\"\" : 17, \"m\" : 2],\n"
        "   doc_string: \"doubles\"\n"
        ">\n"
        "F <alpha, \"odd name\", beta: float = 0.5, axes: ints = [1, 2], mode: string = \"r\"> (a) => (b) <\n"
        "   float[2] a,\n"
        "   float[2] t\n"
        "> {\n"
        "   b = Op <value: float = @alpha> (a)\n"
        "}\n");
}

Test(text_write, floats_are_exact_and_short)
{
    check_same("<\n"
               "   ir_version: 8,\n"
               "   opset_import: []\n"
               ">\n"
               "g () => () <\n"
               "   float[8] f = {0.1, 1e-45, 3.4028235e+38, -0, nan, -nan, inf, 16777216},\n"
               "   double[4] d = {0.1, 5e-324, 1.7976931348623157e+308, 0.3333333333333333},\n"
               "   complex64[1] c = {0.1, -0.2}\n"
               "> {\n"
               "}\n");
}

/* A NaN was a NaN; quiet ones and others, and the sign. */
Test(text_write, nans_keep_their_bits)
{
    check_same("<\n"
               "   ir_version: 8,\n"
               "   opset_import: [\"\" : 17]\n"
               ">\n"
               "g (x) => () <\n"
               "   float[5] f = {nan(0x400001), nan(0x1), -nan(0x7fffff), nan, -nan},\n"
               "   double[4] d = {nan(0x8000000000001), -nan(0x1), nan(0xfffffffffffff), nan},\n"
               "   complex64[1] c = {nan(0x1), 1}\n"
               "> {\n"
               "   = A <a = nan(0x1), b = [-nan(0x400002), nan]> (x)\n"
               "}\n");
    finnc_model *model = io_read(
        cx,
        "graph { initializer { name: 'w' dims: 1 data_type: 1 raw_data: '\\001\\000\\200\\177' } }");
    test_sink t = {0};
    cr_assert_eq(finnc_text_write(cx, model, FINNC_TEXT_WEIGHTS, test_sink_add, &t), FINNC_OK);
    cr_expect(strstr(t.data, "{nan(0x1)}"), "%s", t.data);
    free(t.data);
    finnc_model_destroy(model);
}

/* The input takes any number of rows, its default has three. */
Test(text_write, an_input_may_take_more_than_its_default_is)
{
    check_same("<\n"
               "   ir_version: 8,\n"
               "   opset_import: [\"\" : 17]\n"
               ">\n"
               "g (float[N,2] w, float[] v, float[2] u) => (float[?] o, float[N,2] w) <\n"
               "   float[3,2] w = {1, 2, 3, 4, 5, 6},\n"
               "   float[1] v = {1},\n"
               "   float[2] u = {1, 2},\n"
               "   float[1] o = {1},\n"
               "   float[2] i = {1, 2},\n"
               "   float[M] i\n"
               "> {\n"
               "}\n");
    const char *proto =
        "ir_version: 8 opset_import { version: 17 } graph { name: 'g'"
        " initializer { name: 'w' dims: 3 data_type: 2 raw_data: 'abc' }"
        " initializer { name: 'v' dims: 1 data_type: 2 raw_data: 'a' }"
        " input { name: 'w' type { tensor_type { elem_type: 2 shape { dim { dim_param: 'N' } } } } }"
        " value_info { name: 'v' type { tensor_type { elem_type: 2 shape { dim { } } } } } }";
    char *text = write_proto(proto, FINNC_TEXT_WEIGHTS);
    cr_assert(text, "%s", finnc_ctx_message(cx));
    finnc_model *model = read_text(text);
    io_check_written(cx, model, proto);
    finnc_model_destroy(model);
    free(text);
}

Test(text_write, elements_beyond_a_few_are_left_out_and_reading_says_so)
{
    const char *source = "g () => () <float[3,4] w = {1,2,3,4,5,6,7,8,9,10,11,12}> {}";
    char *written = write_text(source, 0);
    cr_expect(strstr(written, "float[3,4] w = {1, 2, 3, 4, 5, 6, 7, 8, ...}"), "%s", written);
    finnc_model *model = NULL;
    cr_expect_neq(finnc_model_read_text(cx, written, &model), FINNC_OK);
    cr_expect(strstr(finnc_ctx_message(cx), "written with its weights"), "%s",
              finnc_ctx_message(cx));
    free(written);
    written = write_text(source, FINNC_TEXT_WEIGHTS);
    cr_expect(strstr(written, "8, 9, 10, 11, 12}"));
    free(written);
}

Test(text_write, numbers_do_not_follow_the_locale)
{
    /* Where no such locale is installed this is the test above again. */
    setlocale(LC_ALL, "de_DE.UTF-8");
    char *written =
        write_text("g () => () <float w = {0.5}> { = Op <a = 0.25> () }", FINNC_TEXT_WEIGHTS);
    setlocale(LC_ALL, "C");
    cr_expect(strstr(written, "{0.5}"));
    cr_expect(strstr(written, "a = 0.25"));
    free(written);
}

Test(text_write, annotations_that_no_short_form_means_keep_their_text)
{
    check_same("<\n"
               "   ir_version: 8,\n"
               "   opset_import: []\n"
               ">\n"
               "g (x {tensor_layout: \"['N','C']\"}, y {finn_datatype: \"INT08\"},"
               " z {tensor_layout: \"[]\"}, w {tensor_layout: \"['N', 'C', 'x']\"}) => () {\n"
               "}\n");
}

Test(text_write, types_of_a_functions_inputs_are_among_its_values)
{
    char *written = write_text(
        "g () => () {} <domain: \"d\"> F (float[2] a) => (b) { b = Neg (a) }", FINNC_TEXT_WEIGHTS);
    cr_expect(strstr(written, "F (a) => (b) <\n   float[2] a\n> {"), "%s", written);
    free(written);
}

Test(text_write, a_value_that_nobody_makes_is_declared)
{
    check_same("<\n"
               "   ir_version: 8,\n"
               "   opset_import: []\n"
               ">\n"
               "g () => (y) <\n"
               "   a,\n"
               "   b\n"
               "> {\n"
               "   y = Op (b, a)\n"
               "}\n");
}

/* The model, in protobuf's text format, as text; NULL if there is none for it. */
static char *write_proto(const char *proto, unsigned flags)
{
    finnc_model *model = io_read(cx, proto);
    test_sink t = {0};
    const finnc_status status = finnc_text_write(cx, model, flags, test_sink_add, &t);
    finnc_model_destroy(model);
    if (status == FINNC_OK)
        return t.data;
    cr_expect_eq(status, FINNC_UNSUPPORTED);
    free(t.data);
    return NULL;
}

#define TYPE_OF(more) "type { tensor_type { elem_type: 1 shape { " more " } } }"
#define FLOATS        TYPE_OF("dim { dim_value: 2 }")
#define IN_BODY(more)                                                                              \
    "graph { input { name: 'x' } node { name: 'n' op_type: 'If' output: 'y' attribute {"           \
    " name: 'b' type: GRAPH g { " more " } } } }"

Test(text_write, what_the_syntax_has_no_words_for_is_an_error_and_still_shown)
{
    static const char *const cases[][2] = {
        {"graph { } training_info { algorithm { name: 'a' } }", "cannot express training_info"},
        {"graph { } configuration { name: 'c' num_devices: 2 }", "cannot express configuration"},
        {"graph { } 1000: 'new'", "cannot express field number 1000"},
        {"graph { node { name: 'n' op_type: 'Neg' device_configurations { pipeline_stage: 1 } } }",
         "n (Neg): the textual syntax cannot express device_configurations"},
        {"graph { input { name: 'x' type { denotation: 'IMAGE' tensor_type { elem_type: 1 } } } }",
         "tensor x: the textual syntax cannot express the denotation of a type"},
        {"graph { input { name: 'x' " TYPE_OF(
             "dim { dim_value: 2 denotation: 'DATA_BATCH' }") " } }",
         "tensor x: the textual syntax cannot express the denotation of an axis"},
        {"graph { input { name: 'x' type { sequence_type { elem_type { denotation: 'AUDIO'"
         " tensor_type { elem_type: 1 } } } } } }",
         "cannot express the denotation of a type"},
        {"graph { input { name: 'x' } quantization_annotation { tensor_name: 'x'"
         " quant_parameter_tensor_names { key: 'a' value: 'b' } } quantization_annotation {"
         " tensor_name: 'x' quant_parameter_tensor_names { key: 'c' value: 'd' } } }",
         "cannot express a second annotation of a tensor"},
        {IN_BODY("quantization_annotation { tensor_name: 'x'"
                 " quant_parameter_tensor_names { key: 'a' value: 'b' } }"),
         "or one of a value of the graph around"},
        {IN_BODY("value_info { name: 'x' " FLOATS " }"), "or a type of one of the graph around"},
        {"graph { node { name: 'n' op_type: 'Neg' attribute { name: 'i' type: INT i: 1 f: 2 } } }",
         "n (Neg): attribute i: the textual syntax cannot express field number 2"},
        {"graph { } functions { name: 'F' domain: 'd' 1000: 1 }",
         "function F: the textual syntax cannot express field number 1000"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *shown = write_proto(cases[i][0], 0),
             *whole = write_proto(cases[i][0], FINNC_TEXT_WEIGHTS);
        cr_expect(shown, "%s", cases[i][0]);
        cr_expect_null(whole, "%s", cases[i][0]);
        cr_expect(strstr(finnc_ctx_message(cx), cases[i][1]), "%s", finnc_ctx_message(cx));
        free(shown);
        free(whole);
    }
}

Test(text_write, documentation_and_what_says_nothing_may_be_left_out)
{
    static const char *const cases[] = {
        "graph { name: '' doc_string: 'd' metadata_props { key: 'k' value: 'v' }"
        " node { op_type: 'Neg' name: '' doc_string: 'd' metadata_props { key: 'k' value: 'v' }"
        " attribute { name: 'i' type: INT i: 1 doc_string: 'd' } }"
        " input { name: 'x' doc_string: 'd' metadata_props { key: 'k' value: 'v' } " FLOATS " }"
        " initializer { name: 'w' data_type: 1 float_data: 1 doc_string: 'd' } }",
        "graph { input { name: 'x' " TYPE_OF("dim { dim_value: -1 } dim { dim_param: '' }") " } }",
        "graph { input { name: 'x' type { denotation: '' tensor_type { elem_type: 1 } } } }",
        IN_BODY("value_info { name: 'x' doc_string: 'd' }"),
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *whole = write_proto(cases[i], FINNC_TEXT_WEIGHTS);
        cr_expect(whole, "%s: %s", cases[i], finnc_ctx_message(cx));
        free(whole);
    }
}

/* What the IR leaves in the rest of a reference is written, and read again. */
Test(text_write, a_reference_keeps_its_kind)
{
    const char *proto =
        "ir_version: 8 opset_import { version: 17 } graph { name: 'g' }"
        " functions { name: 'F' domain: 'd' attribute: 'slope' input: 'a' output: 'b'"
        " node { op_type: 'LeakyRelu' input: 'a' output: 'b'"
        " attribute { name: 'alpha' type: FLOAT ref_attr_name: 'slope' }"
        " attribute { name: 'body' type: GRAPH ref_attr_name: 'part' } } }";
    char *text = write_proto(proto, FINNC_TEXT_WEIGHTS);
    cr_assert(text, "%s", finnc_ctx_message(cx));
    cr_expect(strstr(text, "LeakyRelu <alpha: float = @slope, body: graph = @part> (a)"), "%s",
              text);
    finnc_model *model = read_text(text);
    io_check_written(cx, model, proto);
    char *again = write_text(text, FINNC_TEXT_WEIGHTS);
    cr_expect_str_eq(again, text);
    free(again);
    finnc_model_destroy(model);
    free(text);
}

static finnc_status refuse(void *user, finnc_ctx *ctx, const char *data, size_t length)
{
    (void)user, (void)data, (void)length;
    return finnc_fail(ctx, FINNC_BAD_FILE, "the disk is full");
}

Test(text_write, a_failing_sink_ends_the_writing)
{
    finnc_model *model = read_text("g () => () {}");
    cr_expect_eq(finnc_text_write(cx, model, 0, refuse, NULL), FINNC_BAD_FILE);
    cr_expect_str_eq(finnc_ctx_message(cx), "the disk is full");
    finnc_model_destroy(model);
}

static finnc_status ignore(void *user, finnc_ctx *ctx, const char *data, size_t length)
{
    (void)user, (void)ctx, (void)data, (void)length;
    return FINNC_OK;
}

static finnc_status write_model(finnc_ctx *poor, void *user)
{
    finnc_model *m = NULL;
    finnc_status status = finnc_model_read_text(poor, user, &m);
    if (status == FINNC_OK)
        status = finnc_text_write(poor, m, FINNC_TEXT_WEIGHTS, ignore, NULL);
    finnc_model_destroy(m);
    return status;
}

Test(text_write, running_out_of_memory_anywhere_is_an_error)
{
    check_poor(write_model,
               (void *)"g (float[N] x {UINT8}) => (y) <float[2] w = {1, 2}, seq(float) q>"
                       "{ y = Op <a = [1, 2], s = \"s\", b = h () => () {}> (x, w) }");
}

/* Bare, they would be numbers. */
Test(text_write, bodies_that_are_called_like_numbers)
{
    static const char *const names[] = {"inf", "NaN", "Infinity"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char source[400];
        snprintf(
            source, sizeof source,
            "g (bool c, float[2] x) => (float[2] y) { y = If (c) <then_branch = \"%s\" () =>"
            " (float[2] t) { t = Neg(x) }, else_branch = b () => (float[2] e) { e = Abs(x) }> }",
            names[i]);
        char *written = write_text(source, FINNC_TEXT_WEIGHTS);
        finnc_model *model = read_text(written);
        const finnc_node *node = finnc_graph_first_node(finnc_model_graph(model));
        cr_expect_str_eq(finnc_graph_name(finnc_node_body(node, 0, NULL)), names[i]);
        finnc_model_destroy(model);
        free(written);
    }
}

/* As a tensor's: some write -1 for a dimension that is not known. */
Test(text_write, a_dimension_below_zero_is_unknown_in_nested_types_too)
{
    char *text = write_proto("graph { input { name: 'x' type { sequence_type { elem_type {"
                             " tensor_type { elem_type: 1 shape { dim { dim_value: -1 }"
                             " dim { dim_value: 3 } } } } } } } }",
                             FINNC_TEXT_WEIGHTS);
    cr_assert(text, "%s", finnc_ctx_message(cx));
    cr_expect(strstr(text, "seq(float[?,3]) x"), "%s", text);
    free(text);
}
