/* Shapes: how what ops find out meets what the model says. */
#include <support/check_pass.h>
#include <support/infer_text.h>

#include <criterion/criterion.h>
#include <string.h>

Test(infer, dimensions_broadcast_as_far_as_they_are_known)
{
    check_shapes("n (float[N,1,5] x, float[3,1] z) => (y) { y = Add(x, z) }", "FLOAT[N,3,5]");
    check_shapes("n (float[N] x, float[N] z) => (y) { y = Add(x, z) }", "FLOAT[N]");
    check_shapes("n (float[N] x, float[M] z) => (y) { y = Add(x, z) }", "FLOAT[?]");
    /* Of an unknown dimension beside 4 nothing but 1 and 4 is possible. */
    check_shapes("n (float[N] x, float[4] z) => (y) { y = Add(x, z) }", "FLOAT[4]");
    check_shapes("n (float[0] x, float[1] z) => (y) { y = Add(x, z) }", "FLOAT[0]");
    check_shapes("n (float[] x, float[4] z) => (y) { y = Add(x, z) }", "FLOAT");
    check_shapes("n (float[2] x, float[2,2] z) => (y) { y = Less(x, z) }", "BOOL[2,2]");
    check_shapes("<opset_import: [\"\": 6]> n (float[2,3,4] x, float[3] z) => (y)"
                 " { y = Add <broadcast = 1, axis = 1> (x, z) }",
                 "FLOAT[2,3,4]");
    check_shapes_fail("n (float[2,3] x, float[4] z) => (y) { [a] y = Add(x, z) }",
                      "a (Add): shapes [2,3] and [4] do not broadcast");
}

Test(infer, what_the_model_says_stays_and_gaps_are_filled)
{
    check_shapes("n (float[1,2] x) => (float[B,2] y) { y = Relu(x) }", "FLOAT[1,2]");
    check_shapes("n (float[?,2] x) => (float[B,?] y) { y = Relu(x) }", "FLOAT[B,2]");
    check_shapes("n (float[N,2] x) => (float[] y) { y = Relu(x) }", "FLOAT[N,2]");
    check_shapes("n (float[] x) => (float[7] y) { y = Relu(x) }", "FLOAT[7]");
}

Test(infer, a_contradiction_names_the_node_and_both_sides)
{
    check_shapes_fail("n (float[1,2] x) => (float[1,3] y) { [r] y = Relu(x) }",
                      "r (Relu): 'y' has the shape [1,3] in the model");
    check_shapes_fail("n (float[1,2] x) => (float[1,3] y) { [r] y = Relu(x) }", "make it [1,2]");
    check_shapes_fail("n (float[1,2] x) => (float[2] y) { y = Relu(x) }", "[2] in the model");
    check_shapes_fail("n (float[1] x) => (int64[1] y) { y = Relu(x) }", "'y' is INT64");
}

/* `finnc check` says what is wrong with it. */
Test(infer, a_list_where_another_version_has_it_makes_nothing_known)
{
    check_shapes("<opset_import: [\"\": 13]> n (float[1,2,1] x) => (y)"
                 " { y = Unsqueeze <axes = [0]> (x) }",
                 "FLOAT");
    check_shapes("<opset_import: [\"\": 11]> n (float[1,2,1] x) => (y) <int64[1] a = {0}>"
                 " { y = Squeeze(x, a) }",
                 "FLOAT");
}

Test(infer, unknown_ops_leave_what_they_make_unknown)
{
    check_shapes("n (float[1,2] x) => (y, float[1,2] z) { t = some.where.Thing(x) y = Relu(t)"
                 " z = some.where.Thing(t) }",
                 "UNDEFINED; FLOAT[1,2]");
}

Test(infer, types_run_down_the_graph)
{
    check_shapes("n (float[1,3,8,8] x) => (y) <float[4,3,3,3] w, int64[2] s = {0, -1}> { a = Conv"
                 " <strides = [2, 2]> (x, w) b = Relu(a) y = Reshape(b, s) }",
                 "FLOAT[1,36]");
}

/* A rewrite that made another node of the same output wants the old shape forgotten. */
Test(infer, nodes_may_stand_in_any_order)
{
    static const char *const text =
        "n (float[2,3] x {INT4}) => (y) { y = Transpose(b) b = Identity(a) a = Transpose(x) }";
    check_shapes(text, "FLOAT[2,3]");
    check_dtypes(text, "INT4");
}

Test(infer, a_single_node_can_replace_what_is_said)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_model *model = test_read_text(cx, "n (float[1,2] x) => (float[7] y) { y = Relu(x) }");
    finnc_graph *graph = finnc_model_graph(model);
    finnc_node *relu = finnc_graph_first_node(graph);
    cr_expect_eq(finnc_node_infer_shapes(cx, relu, false), FINNC_BAD_VALUE);
    cr_expect_eq(finnc_node_infer_shapes(cx, relu, true), FINNC_OK);
    cr_expect_eq(finnc_value_rank(finnc_graph_output(graph, 0)), 2);
    finnc_model_destroy(model);
    finnc_ctx_destroy(cx);
}

Test(infer, constants_come_from_initialisers_and_constant_nodes)
{
    check_shapes("n (float[2,6] x) => (y) { s = Constant <value = int64[2] {3, 4}> ()"
                 " y = Reshape(x, s) }",
                 "FLOAT[3,4]");
    check_shapes("n (float[2,6] x) => (y) { s = Constant <value_ints = [4, 3]> ()"
                 " y = Reshape(x, s) }",
                 "FLOAT[4,3]");
    check_shapes("n (float[2,6] x) => (y, i) { k = Constant <value_int = 5> ()"
                 " y, i = TopK <axis = 1> (x, k) }",
                 "FLOAT[2,5]; INT64[2,5]");
    check_shapes("n (float[2,6] x, int64[2] s) => (y) { y = Reshape(x, s) }", "FLOAT[?,?]");
}

Test(infer, bodies_see_outer_values_and_tell_their_owners)
{
    check_shapes("n (bool c, float[2,3] x) => (y) { y = If <"
                 " then_branch = a () => (float[] p) { p = Relu(x) },"
                 " else_branch = b () => (float[] q) { q = Neg(x) }> (c) }",
                 "FLOAT[2,3]");
    check_shapes("n (bool c, float[2,3] x) => (y) { y = If <"
                 " then_branch = a () => (float[] p) { p = Relu(x) },"
                 " else_branch = b () => (float[] q) { q = Transpose(x) }> (c) }",
                 "FLOAT[?,?]");
    check_shapes("n (bool c, float[N,K] x, float[M,K] z) => (y) { y = If <"
                 " then_branch = a () => (float[] p) { p = Relu(x) },"
                 " else_branch = b () => (float[] q) { q = Neg(z) }> (c) }",
                 "FLOAT[?,K]");
}

/* Nobody says of what type the branches are before they are inferred. */
Test(infer, branches_are_of_one_type)
{
    check_shapes_fail("n (bool c, float[2] x, double[2] z) => (y) { [i] y = If <"
                      " then_branch = a () => (p) { p = Relu(x) },"
                      " else_branch = b () => (q) { q = Neg(z) }> (c) }",
                      "i (If): output 0 is FLOAT in then_branch ('p'), DOUBLE in else_branch");
}

Test(infer, items_of_a_sequence_have_in_common_what_all_have)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_model *model =
        test_read_text(cx, "n (float[N,K] x, float[M,K] z) => (s, t) { s = SequenceConstruct(x, z)"
                           " t = SequenceConstruct(x, x) }");
    cr_expect_eq(finnc_graph_infer_shapes(cx, finnc_model_graph(model)), FINNC_OK);
    const char *text = test_print(cx, model);
    cr_expect(strstr(text, "(seq(float[?,K]) s, seq(float[N,K]) t)"), "%s", text);
    finnc_model_destroy(model);
    finnc_ctx_destroy(cx);
}

/* The graph after inference of its first node. */
static void check_replaced(const char *text, bool replace, finnc_status status, const char *words)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_model *model = test_read_text(cx, text);
    finnc_node *node = finnc_graph_first_node(finnc_model_graph(model));
    cr_expect_eq(finnc_node_infer_shapes(cx, node, replace), status, "%s", text);
    const char *is = status == FINNC_OK ? test_print(cx, model) : finnc_ctx_message(cx);
    cr_expect(strstr(is, words), "%s instead of %s", is, words);
    finnc_model_destroy(model);
    finnc_ctx_destroy(cx);
}

Test(infer, items_that_the_model_declares_are_compared_or_replaced)
{
#define ERASE(in, out) "n (" in " x) => (" out " y) { [e] y = SequenceErase(x) }"
    check_replaced(
        ERASE("seq(float[2])", "seq(int64[2])"), false, FINNC_BAD_VALUE,
        "e (SequenceErase): an item of 'y' is INT64 in the model, but the inputs make it "
        "FLOAT");
    check_replaced(ERASE("seq(float[2])", "seq(float[3])"), false, FINNC_BAD_VALUE,
                   "an item of 'y' has the shape [3] in the model, but the inputs make it [2]");
    check_replaced(ERASE("seq(float[2])", "float[2]"), false, FINNC_BAD_VALUE,
                   "'y' is a tensor in the model, but becomes a sequence");
    check_replaced(ERASE("seq(float[2])", "seq(int64[3])"), true, FINNC_OK, "seq(float[2]) y)");
    check_replaced(ERASE("seq(float[2])", "float[2]"), true, FINNC_OK, "seq(float[2]) y)");
    check_replaced(ERASE("seq(float[2])", "seq(float[])"), true, FINNC_OK, "seq(float[2]) y)");
    /* What is declared besides is not lost. */
    check_replaced(ERASE("seq(float[2])", "seq(float[])"), false, FINNC_OK, "seq(float[]) y)");
    check_replaced(ERASE("seq(float[])", "seq(float[N])"), false, FINNC_OK, "seq(float[N]) y)");
    check_replaced(ERASE("seq(float[M])", "seq(float[N])"), true, FINNC_OK, "seq(float[N]) y)");
    check_replaced("n (seq(float[2]) x) => (float[2] y) { y = Identity(x) }", true, FINNC_OK,
                   "seq(float[2]) y)");
    check_replaced("n (float[2] x) => (seq(float[2]) y) { y = Relu(x) }", false, FINNC_BAD_VALUE,
                   "'y' is a sequence in the model, but becomes a tensor");
    check_replaced("n (float[2] x) => (seq(float[2]) y) { y = Relu(x) }", true, FINNC_OK,
                   "(float[2] y)");
}

Test(infer, an_optional_holds_what_is_one_level_within)
{
#define GET(in, out) "n (" in " x) => (" out " y) { [g] y = OptionalGetElement(x) }"
    check_replaced(GET("optional(seq(float[2]))", ""), false, FINNC_OK, "(seq(float[2]) y)");
    check_replaced(GET("optional(float[2])", ""), false, FINNC_OK, "(float[2] y)");
    check_replaced(GET("seq(float[2])", ""), false, FINNC_OK, "(seq(float[2]) y)");
    check_replaced(GET("optional(seq(float[2]))", "float[2]"), false, FINNC_BAD_VALUE,
                   "'y' is a tensor in the model, but becomes a sequence");
    check_replaced("n (optional(seq(float[2])) x) => (y) { y = Identity(x) }", false, FINNC_OK,
                   "(optional(seq(float[2])) y)");
    check_replaced("n (optional(seq(float[2])) x) => (optional(float[2]) y) { y = Identity(x) }",
                   false, FINNC_BAD_VALUE,
                   "'y' is made of tensors in the model, but becomes one of sequences");
}

/* 100,000 nodes take tens of milliseconds; a rule that looked at more than a node would take ages.
 */
Test(infer, work_grows_with_the_nodes, .timeout = 60)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_model *model;
    finnc_value *x;
    enum { NODES = 100000 };
    cr_assert_eq(finnc_model_create(cx, &model), FINNC_OK);
    finnc_graph *graph = finnc_model_graph(model);
    cr_assert_eq(finnc_graph_insert_value(cx, graph, "x", &x), FINNC_OK);
    cr_assert_eq(finnc_value_set_shape(cx, x, FINNC_ELEM_FLOAT, 2, (int64_t[]){2, 3}), FINNC_OK);
    for (int i = 0; i < NODES; i++) {
        finnc_value *y;
        cr_assert_eq(finnc_graph_insert_value(cx, graph, "y", &y), FINNC_OK);
        finnc_node_spec spec = {
            .op_type = "Relu", .inputs = &x, .ninputs = 1, .outputs = &y, .noutputs = 1};
        cr_assert_eq(finnc_graph_insert_node(cx, graph, &spec, NULL, NULL), FINNC_OK);
        x = y;
    }
    cr_expect_eq(finnc_graph_infer_shapes(cx, graph), FINNC_OK);
    cr_expect_eq(finnc_graph_infer_dtypes(cx, graph, false), FINNC_OK);
    cr_expect_eq(finnc_value_nelems(x), 6);
    finnc_model_destroy(model);
    finnc_ctx_destroy(cx);
}
