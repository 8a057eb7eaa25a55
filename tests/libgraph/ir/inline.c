/* Functions in place of their calls, seen by what the model computes then. */
#include "support/run_text.h"

#include <finnc/finnc.h>

#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HEAD     "<ir_version: 9, opset_import: [\"\" : 17, \"f\" : 1]>\n"
#define FUNCTION "<opset_import: [\"\" : 17, \"f\" : 1], domain: \"f\">\n"

Test(inlining, a_call_computes_what_the_body_says)
{
    check_output(HEAD
                 "g () => (float y) <float[2] x = {1, 2}> { y = f.sum_of_squares(x) }\n" FUNCTION
                 "sum_of_squares (a) => (s) { q = Mul(a, a) s = ReduceSum<keepdims = 0>(q) }",
                 "[]", 0, 5);
}

/* The standard wants them sorted; not all who write functions sort them. */
Test(inlining, a_body_may_stand_in_any_order)
{
    check_output(HEAD "g () => (float[2] y) <float[2] x = {1, 2}> { y = f.squares(x) }\n" FUNCTION
                      "squares (a) => (b) { b = Neg(m) m = Mul(n, a) n = f.minus(a) }\n" FUNCTION
                      "minus (a) => (b) { b = Neg(c) c = Identity(a) }",
                 "[2]", 0, 1, 4);
    check_output(
        HEAD
        "g () => (float[2] y) <float[2] x = {1, 2}, bool c = {1}> { y = f.pick(x, c) }\n" FUNCTION
        "pick (a, c) => (b) { b = If (c) <then_branch = t () => (p)"
        " { p = Neg(q) q = Neg(a) }, else_branch = e () => (p) { p = Abs(a) }> }",
        "[2]", 0, 1, 2);
}

Test(inlining, attributes_are_those_of_the_call_or_the_defaults)
{
    static const char *const text = HEAD
        "g () => (float[2] y) <float[2] x = {-1, 2}> { t = f.leak%s(x) y = Identity(t) }\n" FUNCTION
        "leak <slope: float = 0.5> (a) => (b) { b = LeakyRelu<alpha: float = @slope>(a) }";
    char with[600];
    snprintf(with, sizeof with, text, "<slope = 0.25>");
    check_output(with, "[2]", 0, -0.25, 2);
    snprintf(with, sizeof with, text, "");
    check_output(with, "[2]", 0, -0.5, 2);
}

Test(inlining, an_attribute_that_nobody_gives_is_absent)
{
    check_output(HEAD "g () => (float[2] y) <float[2] x = {-1, 2}> { y = f.leak(x) }\n" FUNCTION
                      "leak <slope> (a) => (b) { b = LeakyRelu<alpha: float = @slope>(a) }",
                 "[2]", 1e-7, -0.01, 2);
}

Test(inlining, functions_call_functions_and_are_called_twice)
{
    check_output(HEAD
                 "g () => (float y) <float x = {3}> { a = f.quad(x) y = f.twice(a) }\n" FUNCTION
                 "quad (a) => (b) { c = f.twice(a) b = f.twice(c) }\n" FUNCTION
                 "twice (a) => (b) { b = Add(a, a) }",
                 "[]", 0, 24);
}

Test(inlining, a_parameter_may_be_handed_on_and_a_result_stand_twice)
{
    check_output(
        HEAD
        "g () => (float z) <float x = {3}> { a, b, c = f.same(x) d = Add(a, b) z = Mul(d, c) }\n" FUNCTION
        "same (p) => (p, q, q) { q = Neg(p) }",
        "[]", 0, 0);
}

Test(inlining, an_input_that_the_call_leaves_out_is_absent_in_the_body)
{
    check_output(HEAD "g () => (float[2] y) <float[2] x = {-5, 5}> { y = f.limit(x) }\n" FUNCTION
                      "limit (a, low, high) => (b) { b = Clip(a, low, high) }",
                 "[2]", 0, -5, 5);
}

Test(inlining, calls_inside_of_subgraphs_and_subgraphs_inside_of_functions)
{
    check_output(
        HEAD
        "g () => (float y) <float x = {3}, bool yes = {1}> {\n"
        " y = If (yes) <then_branch = t () => (float u) { u = f.pick(x, yes) },\n"
        "               else_branch = e () => (float u) { u = Identity(x) }> }\n" FUNCTION
        "pick (a, c) => (b) {\n"
        " b = If (c) <then_branch = t2 () => (v) { v = Add(a, a) }, else_branch = e2 () => (v) { v = Identity(a) }> }",
        "[]", 0, 6);
}

Test(inlining, a_function_has_opset_versions_of_its_own)
{
    /* Before version 13 Softmax takes all axes from its axis on. */
    check_output(HEAD "g () => (float[1,2,2] y) <float[1,2,2] x = {0, 0, 0, 0}> { y = f.old(x) }\n"
                      "<opset_import: [\"\" : 11], domain: \"f\">\n"
                      "old (a) => (b) { b = Softmax<axis = 1>(a) }",
                 "[1,2,2]", 1e-7, 0.25, 0.25, 0.25, 0.25);
}

Test(inlining, both_names_of_the_standard_domain_are_one)
{
    static const char *const names[] = {"", "ai.onnx"};
    for (int i = 0; i < 4; i++) {
        char text[512];
        snprintf(text, sizeof text,
                 HEAD "g () => (float[1,2,2] y) <float[1,2,2] x = {0, 0, 0, 0}> { y = f.old(x) }\n"
                      "<opset_import: [\"%s\" : 11], domain: \"f\">\n"
                      "old (a) => (b) { b = %s%sSoftmax<axis = 1>(a) }",
                 names[i / 2], names[i % 2], i % 2 ? "." : "");
        check_output(text, "[1,2,2]", 1e-7, 0.25, 0.25, 0.25, 0.25);
    }
}

Test(inlining, circles_and_wrong_numbers_of_inputs_are_errors)
{
    check_run_fails(HEAD "g () => (float y) <float x = {3}> { y = f.a(x) }\n" FUNCTION
                         "a (p) => (q) { q = f.b(p) }\n" FUNCTION "b (p) => (q) { q = f.a(p) }",
                    FINNC_BAD_VALUE, "functions call one another 100 deep");
    check_run_fails(HEAD "g () => (float y) <float x = {3}> { y = f.a(x, x) }\n" FUNCTION
                         "a (p) => (q) { q = Neg(p) }",
                    FINNC_BAD_VALUE, "has 2 inputs and 1 outputs, the function 1 and 1");
}

Test(inlining, a_small_file_that_means_astronomic_graphs_is_an_error)
{
    char text[6000] = HEAD "g () => (float y) <float x = {3}> { y = f.f0(x) }\n";
    size_t n = strlen(text);
    for (int i = 0; i < 40; i++)
        n += (size_t)snprintf(text + n, sizeof text - n,
                              FUNCTION "f%d (p) => (q) { r = f.f%d(p) q = f.f%d(r) }\n", i, i + 1,
                              i + 1);
    snprintf(text + n, sizeof text - n, FUNCTION "f40 (p) => (q) { q = Neg(p) }");
    check_run_fails(text, FINNC_BAD_VALUE, "functions expand to more than");
}

/* 2^10 copies of one node with a list of a megabyte. */
Test(inlining, large_attributes_times_calls_are_an_error_too)
{
    enum { LEVELS = 10, ENTRIES = 1 << 17 };
    const size_t room = 2 * ENTRIES + 4000;
    char *text = malloc(room), *at = text;
    at = stpcpy(at, HEAD "g () => (float y) <float x = {3}> { y = f.f0(x) }\n");
    for (int i = 0; i < LEVELS; i++)
        at += snprintf(at, room - (size_t)(at - text),
                       FUNCTION "f%d (p) => (q) { r = f.f%d(p) q = f.f%d(r) }\n", i, i + 1, i + 1);
    at += snprintf(at, room - (size_t)(at - text), FUNCTION "f%d (p) => (q) { q = Neg <a = [0",
                   LEVELS);
    for (int i = 1; i < ENTRIES; i++)
        at = stpcpy(at, ",0");
    strcpy(at, "]> (p) }");
    check_run_fails(text, FINNC_BAD_VALUE, "functions expand to more than 512 MiB");
    free(text);
}

Test(inlining, the_model_itself_stays_as_it_is)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_model *model = read_text(cx, HEAD "g (float x) => (float y) { y = f.twice(x) }\n" FUNCTION
                                            "twice (a) => (b) { b = Add(a, a) }");
    finnc_session *session;
    cr_assert_eq(finnc_session_create(cx, model, NULL, &session), FINNC_OK, "%s",
                 finnc_ctx_message(cx));
    cr_expect_eq(finnc_graph_nnodes(finnc_model_graph(model)), 1);
    cr_expect_str_eq(finnc_node_op_type(finnc_graph_first_node(finnc_model_graph(model))), "twice");
    finnc_session_destroy(session);
    finnc_model_destroy(model);
    cr_expect_eq(finnc_ctx_live_bytes(cx), 0);
    finnc_ctx_destroy(cx);
}
