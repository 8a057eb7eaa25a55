#include "support/poor.h"
#include "support/suite.h"

#include <finnc/finnc.h>

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

FNC_SUITE(text_read);

static finnc_model *read_text(const char *text)
{
    finnc_model *model = NULL;
    cr_assert_eq(finnc_model_read_text(cx, text, &model), FINNC_OK, "%s", finnc_ctx_message(cx));
    return model;
}

/* Reading fails, and the message has `words` in it. */
static void check_fails(const char *text, const char *words)
{
    finnc_model *model = NULL;
    finnc_status status = finnc_model_read_text(cx, text, &model);
    cr_assert_neq(status, FINNC_OK, "%s", text);
    cr_assert_null(model);
    cr_expect(strstr(finnc_ctx_message(cx), words), "'%s' is not in '%s'", words,
              finnc_ctx_message(cx));
}

static finnc_value *value_of(finnc_model *model, const char *name)
{
    finnc_value *value = finnc_graph_find_value(finnc_model_graph(model), name);
    cr_assert(value, "%s", name);
    return value;
}

static finnc_node *node_of(finnc_model *model, const char *name)
{
    finnc_node *node = finnc_graph_find_node(finnc_model_graph(model), name);
    cr_assert(node, "%s", name);
    return node;
}

Test(text_read, reads_a_model_in_plain_onnx_syntax)
{
    finnc_model *model = read_text("<\n"
                                   "  ir_version: 7,\n"
                                   "  opset_import: [ \"\" : 10, \"ai.onnx.ml\" : 2 ],\n"
                                   "  producer_name: \"a tool\",\n"
                                   "  metadata_props: [\"key\": \"text\"]\n"
                                   ">\n"
                                   "agraph (float[N, 128] X, float[128, 10] W, float[10] B) =>"
                                   " (float[N, 10] C)\n"
                                   "{   # a comment\n"
                                   "    T = MatMul(X, W)\n"
                                   "    [sum] S = Add(T, B)\n"
                                   "    C = Softmax<axis = 1>(S)\n"
                                   "}\n");
    finnc_graph *graph = finnc_model_graph(model);
    cr_expect_eq(finnc_model_ir_version(model), 7);
    cr_expect_eq(finnc_model_find_opset(model, ""), 10);
    cr_expect_eq(finnc_model_find_opset(model, "ai.onnx.ml"), 2);
    cr_expect_str_eq(finnc_model_producer(model), "a tool");
    const char *key;
    cr_expect_str_eq(finnc_model_metadata(model, 0, &key), "text");
    cr_expect_str_eq(key, "key");
    cr_expect_str_eq(finnc_graph_name(graph), "agraph");
    cr_expect_eq(finnc_graph_nnodes(graph), 3);
    cr_expect_eq(finnc_graph_ninputs(graph), 3);
    cr_expect_eq(finnc_graph_noutputs(graph), 1);
    const finnc_value *x = value_of(model, "X");
    cr_expect_eq(finnc_value_elem(x), FINNC_ELEM_FLOAT);
    cr_expect_eq(finnc_value_rank(x), 2);
    cr_expect_str_eq(finnc_value_dim(x, 0).symbol, "N");
    cr_expect_eq(finnc_value_dim(x, 1).size, 128);
    const finnc_node *sum = node_of(model, "sum");
    cr_expect(finnc_node_is(sum, "Add"));
    cr_expect_eq(finnc_node_input(sum, 0), value_of(model, "T"));
    cr_expect_eq(finnc_node_input(sum, 1), value_of(model, "B"));
    cr_expect_eq(finnc_node_int(finnc_node_next(sum), "axis", 7), 1);
    cr_expect_eq(finnc_graph_check(cx, graph), FINNC_OK, "%s", finnc_ctx_message(cx));
    finnc_model_destroy(model);
}

Test(text_read, a_missing_header_imports_what_the_nodes_need)
{
    finnc_model *model =
        read_text("g (float x) => (float y) { y = qonnx.custom_op.general.Quant(x) }");
    cr_expect_gt(finnc_model_find_opset(model, ""), 0);
    cr_expect_eq(finnc_model_find_opset(model, "qonnx.custom_op.general"), 1);
    finnc_model_destroy(model);
    model = read_text("<opset_import: []> g (float x) => (float y) { y = a.Op(x) }");
    cr_expect_eq(finnc_model_nopsets(model), 0);
    finnc_model_destroy(model);
}

Test(text_read, types_have_known_named_and_unknown_dimensions)
{
    finnc_model *model =
        read_text("g (float s, int8[] u, bool[2,?,\"a b\"] v, t, seq(float[2]) q) => (t) {}");
    cr_expect_eq(finnc_value_rank(value_of(model, "s")), 0);
    cr_expect_eq(finnc_value_rank(value_of(model, "u")), -1);
    cr_expect_eq(finnc_value_elem(value_of(model, "u")), FINNC_ELEM_INT8);
    const finnc_value *v = value_of(model, "v");
    cr_expect_eq(finnc_value_dim(v, 0).size, 2);
    cr_expect_eq(finnc_value_dim(v, 1).size, -1);
    cr_expect_null(finnc_value_dim(v, 1).symbol);
    cr_expect_str_eq(finnc_value_dim(v, 2).symbol, "a b");
    cr_expect_not(finnc_value_has_type(value_of(model, "t")));
    cr_expect(finnc_value_has_type(value_of(model, "q")));
    cr_expect_eq(finnc_value_elem(value_of(model, "q")), FINNC_ELEM_UNDEFINED);
    finnc_model_destroy(model);
}

Test(text_read, constants_stand_among_inputs_and_values)
{
    finnc_model *model = read_text("g (float[2] w = {1, -2.5}, float[1] x, int64[2] d) => (y)\n"
                                   "<int64[2] d = {3, 4}, float[2,1] c = {nan, -inf}> {\n"
                                   "  y = Op(w, d, c)\n"
                                   "}");
    const finnc_tensor *w = finnc_value_tensor(value_of(model, "w"));
    cr_assert(w);
    cr_expect(finnc_value_is_input(value_of(model, "w")));
    cr_expect_eq(finnc_tensor_get(w, 1), -2.5);
    cr_expect_eq(finnc_tensor_get_int(finnc_value_tensor(value_of(model, "d")), 1), 4);
    const finnc_tensor *c = finnc_value_tensor(value_of(model, "c"));
    cr_expect(isnan(finnc_tensor_get(c, 0)));
    cr_expect_eq(finnc_tensor_get(c, 1), -INFINITY);
    cr_expect_null(finnc_value_tensor(value_of(model, "x")));
    finnc_model_destroy(model);
}

Test(text_read, constants_of_every_element_type)
{
    static const struct {
        const char *text;
        finnc_elem elem;
        double first, second;
    } cases[] = {
        {"float[2] c = {0.1, -0}", FINNC_ELEM_FLOAT, 0.1f, -0.0},
        {"double[2] c = {0.1, 1e300}", FINNC_ELEM_DOUBLE, 0.1, 1e300},
        {"uint8[2] c = {255, 0}", FINNC_ELEM_UINT8, 255, 0},
        {"int8[2] c = {-128, 127}", FINNC_ELEM_INT8, -128, 127},
        {"uint16[2] c = {65535, 1}", FINNC_ELEM_UINT16, 65535, 1},
        {"int16[2] c = {-32768, 1}", FINNC_ELEM_INT16, -32768, 1},
        {"int32[2] c = {-2147483648, 1}", FINNC_ELEM_INT32, -2147483648.0, 1},
        {"uint32[2] c = {4294967295, 1}", FINNC_ELEM_UINT32, 4294967295.0, 1},
        {"int64[2] c = {-9223372036854775808, 1}", FINNC_ELEM_INT64, -9223372036854775808.0, 1},
        {"uint64[2] c = {18446744073709551615, 1}", FINNC_ELEM_UINT64, 18446744073709551615.0, 1},
        {"bool[2] c = {1, 0}", FINNC_ELEM_BOOL, 1, 0},
        {"float16[2] c = {15360, -1.5}", FINNC_ELEM_FLOAT16, 1, -1.5},
        {"bfloat16[2] c = {16256, 0.5}", FINNC_ELEM_BFLOAT16, 1, 0.5},
        {"float8e4m3fn[2] c = {56, 0.5}", FINNC_ELEM_FLOAT8E4M3FN, 1, 0.5},
        {"int4[2] c = {-8, 7}", FINNC_ELEM_INT4, -8, 7},
        {"uint4[2] c = {15, 1}", FINNC_ELEM_UINT4, 15, 1},
        {"int2[2] c = {-2, 1}", FINNC_ELEM_INT2, -2, 1},
        {"complex64[2] c = {1.5, 2, 3, 4}", FINNC_ELEM_COMPLEX64, 1.5, 3},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[128];
        snprintf(text, sizeof text, "g () => () <%s> {}", cases[i].text);
        finnc_model *model = read_text(text);
        const finnc_tensor *c = finnc_value_tensor(value_of(model, "c"));
        cr_assert(c);
        cr_expect_eq(finnc_tensor_elem(c), cases[i].elem);
        cr_expect_eq(finnc_tensor_get(c, 0), cases[i].first, "%s", cases[i].text);
        cr_expect_eq(finnc_tensor_get(c, 1), cases[i].second, "%s", cases[i].text);
        finnc_model_destroy(model);
    }
    finnc_model *model = read_text("g () => () <string[2] c = {\"a\", \"b \\\"c\\\\\"}> {}");
    const void *data;
    cr_assert_eq(finnc_tensor_need_data(cx, finnc_value_tensor(value_of(model, "c")), &data),
                 FINNC_OK);
    const finnc_string *strings = data;
    cr_expect_eq(strings[1].length, 5);
    cr_expect_arr_eq(strings[1].data, "b \"c\\", 5);
    finnc_model_destroy(model);
}

Test(text_read, values_carry_finn_annotations)
{
    finnc_model *model = read_text(
        "g (float[1,3,8,8] x {UINT8, NCHW}) => (float[1,3,8,8] y {FIXED<8,3>})\n"
        "<float[2] w {BIPOLAR, tensor_sparsity: \"{'dw': {'kernel_shape': [3, 3]}}\"} = {1, -1},\n"
        " t {INT4}, float[2] u {\"SCALE_TENSOR\": \"s\"}>\n"
        "{ t = Op(x, w) y = Op(t) }");
    const finnc_value *x = value_of(model, "x");
    cr_expect(finnc_dtype_equal(finnc_value_dtype(x), finnc_dtype_uint(8)));
    cr_expect_str_eq(finnc_value_layout(x), "NCHW");
    char name[FINNC_DTYPE_NAME_MAX];
    cr_expect_str_eq(finnc_dtype_name(finnc_value_dtype(value_of(model, "y")), name), "FIXED<8,3>");
    const finnc_value *w = value_of(model, "w");
    cr_expect(finnc_dtype_equal(finnc_value_dtype(w), finnc_dtype_bipolar()));
    cr_expect_str_eq(finnc_value_sparsity(w), "{'dw': {'kernel_shape': [3, 3]}}");
    cr_expect(finnc_value_is_constant(w));
    cr_expect(finnc_dtype_equal(finnc_value_dtype(value_of(model, "t")), finnc_dtype_int(4)));
    cr_expect_not(finnc_value_has_type(value_of(model, "t")));
    const char *key;
    cr_expect_str_eq(finnc_value_annotation(value_of(model, "u"), 0, &key), "s");
    cr_expect_str_eq(key, "SCALE_TENSOR");
    finnc_model_destroy(model);
}

Test(text_read, attributes_of_every_kind)
{
    finnc_model *model = read_text(
        "g (x) => (y) { [n] y = Op <i = -3, f = 1.5, s = \"a\\\"b\", is = [1, 2], fs = [1, 2.5],\n"
        " ss = [\"a\", \"\"], e: ints = [], g: float = 2, t = int8[2] {1, 2}, named = float z = {3},\n"
        " ts = [int8[1] {1}, int8[1] {2}], inf = inf, tp = seq(float[N]), \"odd name\" = 1> (x) }");
    const finnc_node *n = node_of(model, "n");
    cr_expect_eq(finnc_node_int(n, "i", 0), -3);
    cr_expect_eq(finnc_node_float(n, "f", 0), 1.5);
    cr_expect_str_eq(finnc_node_string(n, "s", ""), "a\"b");
    size_t count;
    const int64_t *is = finnc_node_ints(n, "is", &count);
    cr_assert_eq(count, 2);
    cr_expect_eq(is[1], 2);
    const finnc_attr *fs = finnc_node_find_attr(n, "fs");
    cr_expect_eq(finnc_attr_get_kind(fs), FINNC_ATTR_FLOATS);
    cr_expect_eq(finnc_attr_float(fs, 0), 1);
    cr_expect_eq(finnc_attr_float(fs, 1), 2.5);
    const finnc_attr *ss = finnc_node_find_attr(n, "ss");
    cr_expect_eq(finnc_attr_count(ss), 2);
    cr_expect_eq(finnc_attr_string(ss, 1).length, 0);
    cr_expect_eq(finnc_attr_get_kind(finnc_node_find_attr(n, "e")), FINNC_ATTR_INTS);
    cr_expect_eq(finnc_attr_count(finnc_node_find_attr(n, "e")), 0);
    cr_expect_eq(finnc_node_float(n, "g", 0), 2);
    cr_expect_eq(finnc_tensor_get(finnc_attr_tensor(finnc_node_find_attr(n, "t"), 0), 1), 2);
    cr_expect_eq(finnc_tensor_rank(finnc_attr_tensor(finnc_node_find_attr(n, "named"), 0)), 0);
    cr_expect_eq(finnc_attr_count(finnc_node_find_attr(n, "ts")), 2);
    cr_expect_eq(finnc_tensor_get(finnc_attr_tensor(finnc_node_find_attr(n, "ts"), 1), 0), 2);
    cr_expect_eq(finnc_node_float(n, "inf", 0), INFINITY);
    cr_expect_eq(finnc_attr_get_kind(finnc_node_find_attr(n, "tp")), FINNC_ATTR_TYPE_PROTO);
    cr_expect_eq(finnc_node_int(n, "odd name", 0), 1);
    finnc_model_destroy(model);
}

Test(text_read, optional_inputs_and_outputs_may_be_absent)
{
    finnc_model *model = read_text("g (x) => (y) { [n] y, \"\", z = Op(x, , x, \"\") }");
    const finnc_node *n = node_of(model, "n");
    cr_expect_eq(finnc_node_ninputs(n), 4);
    cr_expect_null(finnc_node_input(n, 1));
    cr_expect_eq(finnc_node_input(n, 2), value_of(model, "x"));
    cr_expect_eq(finnc_node_noutputs(n), 3);
    cr_expect_null(finnc_node_output(n, 1));
    finnc_model_destroy(model);
}

Test(text_read, bodies_use_values_of_the_graph_around_them)
{
    finnc_model *model =
        read_text("g (bool c, float x) => (float y) {\n"
                  "  [if] y = If (c) <\n"
                  "    then_branch = then () => (float a) { a = Add(x, later) },\n"
                  "    else_branch = \"else body\" () => (float b) { b = Identity(x) }\n"
                  "  >\n"
                  "  later = Neg(x)\n"
                  "}");
    finnc_graph *then =
        finnc_attr_graph(finnc_node_find_attr(node_of(model, "if"), "then_branch"), 0);
    cr_assert(then);
    cr_expect_eq(finnc_graph_owner(then), node_of(model, "if"));
    const finnc_node *add = finnc_graph_first_node(then);
    cr_expect_eq(finnc_node_input(add, 0), value_of(model, "x"));
    cr_expect_eq(finnc_node_input(add, 1), value_of(model, "later"));
    cr_expect_eq(finnc_value_nuses(value_of(model, "x")), 3);
    finnc_model_destroy(model);
}

Test(text_read, functions_follow_the_graph)
{
    finnc_model *model = read_text(
        "g (float[2] x) => (float[2] y) { y = local.F <alpha = 2.0> (x) }\n"
        "<domain: \"local\", opset_import: [\"\": 17], doc_string: \"doubles\">\n"
        "F <alpha, beta: float = 1.0, axes: ints = [1, 2]> (a) => (b) {\n"
        "  c = Constant <value_float: float = @alpha> ()\n"
        "  b = Mul(a, c)\n"
        "}\n"
        "<domain: \"local\"> G (float[2] a) => (float[2] b) <float[2] t> { t = Neg(a) b = Neg(t) }");
    cr_assert_eq(finnc_model_nfunctions(model), 2);
    const char *domain;
    finnc_graph *body;
    cr_expect_str_eq(finnc_model_function(model, 0, &domain, &body), "F");
    cr_expect_str_eq(domain, "local");
    const finnc_attr *value = finnc_node_find_attr(finnc_graph_first_node(body), "value_float");
    cr_expect_str_eq(finnc_attr_ref(value), "alpha");
    cr_expect_eq(finnc_attr_get_kind(value), FINNC_ATTR_UNDEFINED);
    cr_expect_str_eq(finnc_model_function(model, 1, NULL, &body), "G");
    cr_expect_eq(finnc_value_rank(finnc_graph_find_value(body, "t")), 1);
    finnc_model_destroy(model);
}

Test(text_read, errors_tell_line_column_and_what_was_expected)
{
    static const struct {
        const char *text, *words;
    } cases[] = {
        {"", "line 1, column 1: the name of a graph is expected, the text ends here"},
        {"g (float x) = (y) {}", "line 1, column 13: '=>' is expected, not '='"},
        {"g (x)\n  => (y)\n{ y = Op(z) }", "line 3, column 10: no input, initialiser"},
        {"g (xs) => (y) { y = Op(x) }", "did you mean 'xs'?"},
        {"g (x) => (y) { y = Op(x", "the text ends here"},
        {"<ir_versio: 8> g (x) => (y) {}", "did you mean ir_version?"},
        {"<ir_version: \"8\"> g (x) => (y) {}", "a version is expected, not '\"'"},
        {"g (x, x) => (y) {}", "line 1, column 7: x is an input twice"},
        {"g (x) => (y) { y = A(x) y = B(x) }", "y is made by two nodes"},
        {"g (x) => (y) { y, y = A(x) }", "y is made by two nodes or twice by one"},
        {"g (x) => (y) { x = A(y) }", "x is a graph input already"},
        {"g (float[2] x) => (float[3] x) {}", "x is declared twice, with different types"},
        {"g () => () <float[2] c = {1}> {}", "the shape wants 2 numbers"},
        {"g () => () <float[2] c = {1, 2, 3}> {}", "the shape wants 2 numbers"},
        {"g () => () <float[2] c = {1, ...}> {}", "written with its weights"},
        {"g () => () <float[1000] c = {1, ...}> {}", "written with its weights"},
        {"g () => () <float[4294967296,4294967296] c = {1}> {}", "line 1, column 46"},
        {"g () => () <float[99999999999] c = {1}> {}", "the shape wants 99999999999 numbers"},
        {"g () => () <float[N] c = {1}> {}", "dimension 0 of a constant is not a number"},
        {"g () => () <c = {1}> {}", "the constant c needs a type"},
        {"g () => () <float c = {1}> { c = Identity(c) }",
         "c is an initialiser already, no node can make it"},
        {"g () => () <float c = {1}, float c = {1}> {}", "c has an initialiser already"},
        {"g () => () <float[2] c = [\"location\": \"f\"]> {}", "no folder for external data"},
        {"g () => () <uint8 c = {256}> {}", "line 1, column 24: this is no uint8"},
        {"g () => () <int4 c = {8}> {}", "this is no int4"},
        {"g () => () <bool c = {2}> {}", "this is no bool"},
        {"g () => () <uint8 c = {-1}> {}", "this is no uint8"},
        {"g () => () <int64 c = {9223372036854775808}> {}", "this is no int64"},
        {"g () => () <int64 c = {99999999999999999999}> {}", "needs more than 64 bits"},
        {"g () => () <int32 c = {1.5}> {}", "this is no int32"},
        {"g () => () <string c = {1}> {}", "a string is expected"},
        {"g () => () <float c = {\"1\"}> {}", "a number is expected, not a string"},
        {"g (x {INT}) => (y) {}", "INT is neither a data type nor a layout"},
        {"g (x {UINT8 NCHW}) => (y) {}", "'}' is expected, not 'NCHW'"},
        {"g (x {FIXED<8,3}) => (y) {}", "have no closing '>'"},
        {"g (x) => (y) { y = A<a = 1, a = 2>(x) }", "attribute a is there already"},
        {"g (x) => (y) { y = A<a = []>(x) }", "a: ints = []"},
        {"g (x) => (y) { y = A<a: real = 1>(x) }", "'real' is no kind of attribute"},
        {"g (x) => (y) { y = A<a: int = [1]>(x) }", "attribute a is of kind int"},
        {"g (x) => (y) { y = A<a = [1, \"b\"]>(x) }", "line 1, column 30: int is expected here"},
        {"g (x) => (y) { y = A<a: int = 1.5>(x) }", "int is expected here, not float"},
        {"g (float[-1] x) => (y) {}", "a dimension cannot be -1"},
        {"g (\"x) => (y) {}", "line 1, column 4: this string has no closing quote"},
        {"g (x) => (y) {} ?", "'?'"},
        {"g (x) => (y) { y = A<a = 1e>(x) }", "an exponent has no digits"},
        {"g (x) => (y) { y = A<a = 12ab>(x) }", "a number runs into 'a'"},
        {"g (x) => (y) { y = A<a = nan(0x0)>(x) }", "line 1, column 29: the bits of a NaN are"},
        {"g (x) => (y) { y = A<a = nan(12)>(x) }", "the bits of a NaN are expected"},
        {"g (x) => (y) { y = A<a = nan(>(x) }", "the bits of a NaN are expected"},
        {"g (x) => (y) { y = A<a = nan(0x1", "the bits of a NaN are expected"},
        {"g (x) => (y) { y = A<a = inf(0x1)>(x) }", "not '('"},
        {"g (x) => (y) { y = A<a = nan(0x800000)>(x) }", "a float's NaN has 23 bits at most"},
        {"g () => () <float c = {nan(0x800000)}> {}", "a float's NaN has 23 bits at most"},
        {"g () => () <double c = {nan(0x10000000000000)}> {}", "not zero and 52 at most"},
        {"g () => () <double c = {nan(0x1ffffffffffffffff)}> {}", "not zero and 52 at most"},
        {"g (float[N] x) => () <float[2] x = {1, 2}, float[M] x> {}", "x is declared twice"},
        {"g () => () <float[2] x = {1, 2}, float[M] x, float[N] x> {}", "x is declared twice"},
        {"g () => () {} F () => () <int8 c = {1}> {}", "a function holds no annotations"},
        {"g () => () {} F (x {INT8}) => () {}", "line 1, column 20: a function holds no"},
        {"g (x) => (\x01) {}", "not the byte 0x01"},
        {"g (x) => (y) { a = A(x, b) [n] b = B(a) y = C(b) }", "the graph has a cycle"},
        {"g () => () {} F (x) => (y) { y = A(x, b) b = B(y) }",
         "function F: A: the graph has a cycle"},
        {"g (x) => (y) { y = If<b = e () => (x) {}>(x) }",
         "line 1, column 36: graph output 'x' is a value of the graph around, which an Identity"},
        {"g (x) => (y) { y = If<b = e () => (a) {}>(x) a = Neg(x) }",
         "'a' is a value of the graph"},
        {"g () => () {} F (x) => (y) { y = If<b = e () => (x) {}>(x) }", "'x' is a value of the"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check_fails(cases[i].text, cases[i].words);
}

Test(text_read, nesting_is_bounded)
{
    enum { DEEP = 10000 };
    static const char open[] = "g () => (y) { y = If() <b = ";
    char *text = malloc(DEEP * sizeof open);
    char *at = text;
    for (int i = 0; i < DEEP; i++)
        at = stpcpy(at, open);
    check_fails(text, "65 graphs are beyond 64, the most that the limit nesting can be");
    strcpy(text, "g (");
    at = text + 3;
    for (int i = 0; i < DEEP; i++)
        at = stpcpy(at, "seq(");
    check_fails(text, "types are nested more than");
    free(text);
}

/* `repeated` as often as it takes, %d standing for a number. */
static void check_many(const char *begin, const char *repeated, const char *end, const char *words)
{
    enum { MANY = 4097 };
    const size_t room = MANY * (strlen(repeated) + 8) + strlen(begin) + strlen(end) + 1;
    char *text = malloc(room), *at = stpcpy(text, begin);
    for (int i = 0; i < MANY; i++) {
        at += snprintf(at, room - (size_t)(at - text), "%s", i ? ", " : "");
        at += sprintf(at, repeated, i);
    }
    strcpy(at, end);
    check_fails(text, words);
    free(text);
}

Test(text_read, what_is_searched_from_end_to_end_is_bounded)
{
    check_many("<ir_version: 8, opset_import: [", "\"d%d\": 1",
               "]> g (float x) => (y) { y = Neg(x) }", "more than 4096 opset imports");
    check_many("<ir_version: 8, opset_import: [\"\": 13]> g (float x) => (y) { y = Neg <",
               "a%d = 1", "> (x) }", "more than 4096 attributes");
    check_many("<ir_version: 8, opset_import: [\"\": 13]> g (float x {", "k%d: \"t\"",
               "}) => (y) { y = Neg(x) }", "more than 4096 annotations");
}

Test(text_read, domains_may_have_many_parts)
{
    enum { PARTS = 100 };
    char text[1200], domain[3 * PARTS] = "", *at = domain;
    finnc_model *model;
    for (int i = 0; i < PARTS; i++)
        at += sprintf(at, "%sp", i ? "." : "");
    snprintf(text, sizeof text,
             "<ir_version: 8, opset_import: [\"\": 13]>"
             " g (opaque(%s, t) x) => (y) { y = %s.Op(x) }",
             domain, domain);
    cr_assert_eq(finnc_model_read_text(cx, text, &model), FINNC_OK, "%s", finnc_ctx_message(cx));
    const finnc_node *node = finnc_graph_first_node(finnc_model_graph(model));
    cr_expect_str_eq(finnc_node_domain(node), domain);
    cr_expect_str_eq(finnc_node_op_type(node), "Op");
    finnc_model_destroy(model);
}

static const char rich[] =
    "<ir_version: 8, opset_import: [\"\": 17], domain: \"d\", model_version: 3, doc_string: \"t\">\n"
    "g (bool c, float[N,2] x {UINT8, NC}, seq(map(string, int64[])) q) => (float y)\n"
    "<float[2] w {FIXED<8,3>} = {1.5, -2e3}, t {k: \"v\"}, optional(sparse_tensor(float[2])) o>\n"
    "{ [n] t = a.b.Op:v <i = 1, l = [1.0, 2.0], s = [\"a\"], t = int4[3] {1, 2, 3},\n"
    "  p = opaque(d.e, f)> (x, , w)\n"
    "  y = If (c) <then_branch = h () => (float z) { z = Neg(t) }> }\n"
    "<domain: \"a.b\"> F <p, q: ints = [1, 2], r: string = \"s\"> (u) => (v) { v = Neg <a = @p> (u) }";

Test(text_read, every_prefix_is_read_or_refused)
{
    char text[sizeof rich];
    for (size_t length = 0; length < sizeof rich; length++) {
        memcpy(text, rich, length);
        text[length] = 0;
        finnc_model *model = NULL;
        finnc_status status = finnc_model_read_text(cx, text, &model);
        cr_expect_eq(status == FINNC_OK, model != NULL);
        finnc_model_destroy(model);
        cr_assert_eq(finnc_ctx_live_bytes(cx), 0);
    }
}

static finnc_status read_rich(finnc_ctx *poor, void *user)
{
    finnc_model *model = NULL;
    finnc_status status = finnc_model_read_text(poor, user, &model);
    finnc_model_destroy(model);
    return status;
}

Test(text_read, running_out_of_memory_anywhere_is_an_error)
{
    check_poor(read_rich, (void *)rich);
}

/* ---- what a body says of values around it ---- */

#define BRANCHES(declared)                                                                         \
    "g (bool c, float[2] x) => (float[2] y) {"                                                     \
    "    y = If (c) <then_branch = a () => (float[2] t) <" declared "> { [n] t = Neg(x) },"        \
    "                else_branch = b () => (float[2] e) { e = Abs(x) }> }"

/* As in a file, where value_info may tell of such a value. */
Test(text_read, a_body_may_declare_a_value_of_the_graph_around)
{
    finnc_model *model = read_text(BRANCHES("float[2] x"));
    finnc_node *owner = finnc_graph_first_node(finnc_model_graph(model));
    const finnc_graph *body = finnc_node_body(owner, 0, NULL);
    cr_expect_eq(finnc_node_input(finnc_graph_find_node(body, "n"), 0), value_of(model, "x"));
    cr_expect_null(finnc_graph_find_value(body, "x"));
    cr_expect_eq(finnc_graph_check_ends(cx, finnc_model_graph(model)), FINNC_OK, "%s",
                 finnc_ctx_message(cx));
    finnc_model_destroy(model);

    model = read_text(BRANCHES("float[2] x = {1, 2}")); /* its own */
    body = finnc_node_body(finnc_graph_first_node(finnc_model_graph(model)), 0, NULL);
    cr_expect_eq(finnc_node_input(finnc_graph_find_node(body, "n"), 0),
                 finnc_graph_find_value(body, "x"));
    finnc_model_destroy(model);
}

Test(text_read, an_annotation_belongs_where_the_value_is_declared)
{
    check_fails(BRANCHES("x {INT4}"), "a body annotates 'x', which is a value of the graph around");
}

Test(text_read, what_can_be_there_once_is_refused_twice)
{
    check_fails("<ir_version: 8, opset_import: [\"\" : 17], ir_version: 9> g () => () {}",
                "ir_version is there already");
#define FUNCTION(overload) "<domain: \"l\"" overload ", opset_import: [\"\" : 17]> F (x) => (y) {}"
    check_fails("g () => () {} " FUNCTION("") FUNCTION(""),
                "function F of domain 'l' is there twice");
    finnc_model_destroy(read_text("<opset_import: [\"\" : 17], metadata_props: [\"a\": \"b\"],"
                                  " metadata_props: [\"c\": \"d\"]> g () => () {} " FUNCTION("")
                                      FUNCTION(", overload: \"o\"")));
}

/* Each entry took an array of all: 32,000 of them nine gigabytes. */
Test(text_read, a_long_header_takes_no_more_than_it_says)
{
    enum { COUNT = 4000 };
    finnc_ctx *own = finnc_ctx_create(NULL);
    char *text = malloc(COUNT * 16 + 200), *at = text;
    finnc_model *model;
    at += sprintf(at, "<opset_import: [\"\" : 17], metadata_props: [\"a\": \"b\"");
    for (int i = 0; i < COUNT; i++)
        at += sprintf(at, ", \"k%d\": \"v\"", i);
    sprintf(at, "]> g () => () {}");
    cr_assert_eq(finnc_model_read_text(own, text, &model), FINNC_OK);
    cr_expect_eq(finnc_model_nmetadata(model), COUNT + 1);
    cr_expect_lt(finnc_ctx_live_bytes(own), 4 << 20);
    finnc_model_destroy(model);
    finnc_ctx_destroy(own);
    free(text);
}
