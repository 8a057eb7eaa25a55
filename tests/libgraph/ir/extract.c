#include "support/check_pass.h"

#include "support/poor.h"
#include "support/run_text.h"
#include "support/suite.h"

#include <finnc/finnc.h>

#include <string.h>

FNC_SUITE(extract);

static const char *const diamond =
    "g (float[2] x, float[2] z) => (float[2] y, float[2] v) <float[1] w = {3}, float[1] u = {4}> {"
    "    a = Mul(x, w) b = Relu(a) c = Neg(a) y = Add(b, c) v = Add(z, u) }";

static void extract(const char *text, const char *from, const char *to, const char *want)
{
    finnc_model *model = read_text(cx, text);
    const char *const begin[] = {from}, *const end[] = {to};
    cr_assert_eq(
        finnc_graph_extract(cx, finnc_model_graph(model), begin, from != NULL, end, to != NULL),
        FINNC_OK, "%s", finnc_ctx_message(cx));
    cr_assert_eq(finnc_graph_check(cx, finnc_model_graph(model)), FINNC_OK, "%s",
                 finnc_ctx_message(cx));
    finnc_model *other = read_text(cx, want);
    static char text_a[8192];
    strncpy(text_a, test_print(cx, model), sizeof text_a - 1);
    cr_expect_str_eq(text_a, test_print(cx, other));
    finnc_model_destroy(other);
    finnc_model_destroy(model);
}

Test(extract, what_lies_between_two_values_is_left)
{
    extract(diamond, "a", "b", "g (a) => (b) { b = Relu(a) }");
    extract(diamond, "a", NULL,
            "g (a, float[2] z) => (float[2] y, float[2] v) <float[1] u = {4}> {"
            "    b = Relu(a) c = Neg(a) y = Add(b, c) v = Add(z, u) }");
    extract(diamond, NULL, "c",
            "g (float[2] x) => (c) <float[1] w = {3}> { a = Mul(x, w) c = Neg(a) }");
}

Test(extract, an_initialiser_may_become_an_input)
{
    extract(diamond, "u", "v", "g (float[1] u, float[2] z) => (float[2] v) { v = Add(z, u) }");
}

Test(extract, a_value_may_be_both_ends)
{
    extract(diamond, "a", "a", "g (a) => (a) {}");
    extract(diamond, NULL, "x", "g (float[2] x) => (float[2] x) {}");
}

Test(extract, what_a_body_reads_is_needed)
{
    const char *text = "g (bool k, float[2] x) => (float[2] y) {"
                       "    a = Relu(x) b = Neg(x)"
                       "    y = If(k) <then_branch = t () => (p) { p = Neg(a) },"
                       "               else_branch = e () => (q) { q = Neg(b) }> }";
    extract(text, "a", "y",
            "g (a, bool k, float[2] x) => (float[2] y) {"
            "    b = Neg(x)"
            "    y = If(k) <then_branch = t () => (p) { p = Neg(a) },"
            "               else_branch = e () => (q) { q = Neg(b) }> }");
}

Test(extract, an_unknown_name_has_a_near_one)
{
    finnc_model *model = read_text(cx, "g (float[2] first) => (float[2] y) { y = Relu(first) }");
    finnc_graph *graph = finnc_model_graph(model);
    const char *const names[] = {"firsd", "first", "first"};
    cr_expect_eq(finnc_graph_extract(cx, graph, names, 1, NULL, 0), FINNC_NOT_FOUND);
    cr_expect(strstr(finnc_ctx_message(cx), "did you mean first?"), "%s", finnc_ctx_message(cx));
    cr_expect_eq(finnc_graph_extract(cx, graph, names + 1, 2, NULL, 0), FINNC_BAD_VALUE);
    finnc_model_destroy(model);
}

Test(extract, what_comes_out_has_to_depend_on_what_goes_in)
{
    finnc_model *model =
        read_text(cx, "g (float[2] x) => (float[2] y) { a = Relu(x) b = Neg(a) y = Relu(b) }");
    const char *const from[] = {"b"}, *const to[] = {"a"};
    cr_expect_eq(finnc_graph_extract(cx, finnc_model_graph(model), from, 1, to, 1),
                 FINNC_BAD_VALUE);
    cr_expect(strstr(finnc_ctx_message(cx), "depends on 'b'"), "%s", finnc_ctx_message(cx));
    finnc_model_destroy(model);
}

/* y = (ax)^2 b by x; only the Gradient needs y. */
#define TRAINED  "<ir_version: 8, opset_import: [\"\" : 17, \"ai.onnx.preview.training\" : 1]>\n"
#define GRADIENT "d = ai.onnx.preview.training.Gradient <xs = [\"x\"], y = \"y\"> (x)"
static const char *const trained =
    TRAINED "g (float[2] i, float[2] j) => (float[2] d, float[2] z) <float[1] b = {3}> {"
            "    x = Neg(i) h = Mul(x, x) y = Mul(h, b) z = Relu(j) " GRADIENT " }";

Test(extract, what_a_gradient_names_is_needed)
{
    extract(trained, NULL, "d",
            TRAINED "g (float[2] i) => (float[2] d) <float[1] b = {3}> {"
                    "    x = Neg(i) h = Mul(x, x) y = Mul(h, b) " GRADIENT " }");
    extract(trained, NULL, "z", TRAINED "g (float[2] j) => (float[2] z) { z = Relu(j) }");
    extract(trained, "x", "d",
            TRAINED "g (x) => (float[2] d) <float[1] b = {3}> {"
                    "    h = Mul(x, x) y = Mul(h, b) " GRADIENT " }");
    extract(trained, "j", NULL,
            TRAINED "g (float[2] j, float[2] i) => (float[2] d, float[2] z) <float[1] b = {3}> {"
                    "    x = Neg(i) h = Mul(x, x) y = Mul(h, b) z = Relu(j) " GRADIENT " }");
    /* By an input that nothing else reads. */
    extract(TRAINED "g (float i, float x, float k) => (float d, float k2) {"
                    "    y = Neg(i) " GRADIENT " k2 = Neg(k) }",
            NULL, "d", TRAINED "g (float i, float x) => (float d) { y = Neg(i) " GRADIENT " }");
}

static void expect_parted(const char *text, const char *from, const char *to)
{
    finnc_model *model = read_text(cx, text);
    cr_expect_eq(finnc_graph_extract(cx, finnc_model_graph(model), &from, 1, &to, 1),
                 FINNC_BAD_VALUE, "%s", from);
    cr_expect(strstr(finnc_ctx_message(cx), "lies between values that this node names"), "%s",
              finnc_ctx_message(cx));
    finnc_model_destroy(model);
}

Test(extract, a_gradient_has_to_keep_its_way)
{
    expect_parted(trained, "h", "d");
    expect_parted(trained, "y", "d");
    expect_parted(TRAINED "g (bool c, float[2] x) => (float[2] o) { h = Mul(x, x)"
                          " o = If (c) <then_branch = t () => (float[2] d) { y = Neg(h) " GRADIENT
                          " }, else_branch = e () => (float[2] e) { e = Neg(x) }> }",
                  "h", "o");
    finnc_model *model = read_text(cx, trained);
    const char *const from[] = {"h"}, *const to[] = {"y"}; /* the Gradient goes */
    cr_expect_eq(finnc_graph_extract(cx, finnc_model_graph(model), from, 1, to, 1), FINNC_OK, "%s",
                 finnc_ctx_message(cx));
    finnc_model_destroy(model);
}

static finnc_status extract_names_poorly(finnc_ctx *poor, void *user)
{
    finnc_model *model;
    const char *const from[] = {"x"}, *const to[] = {"d"};
    (void)user;
    FINNC_TRY(finnc_model_read_text(poor, trained, &model));
    finnc_status status = finnc_graph_extract(poor, finnc_model_graph(model), from, 1, to, 1);
    finnc_model_destroy(model);
    return status;
}

Test(extract, running_out_of_memory_amid_names_is_an_error)
{
    check_poor(extract_names_poorly, NULL);
}

static finnc_status extract_poorly(finnc_ctx *poor, void *user)
{
    finnc_model *model;
    const char *const from[] = {"a"}, *const to[] = {"c"};
    (void)user;
    FINNC_TRY(finnc_model_read_text(poor, diamond, &model));
    finnc_status status = finnc_graph_extract(poor, finnc_model_graph(model), from, 1, to, 1);
    finnc_model_destroy(model);
    return status;
}

Test(extract, running_out_of_memory_anywhere_is_an_error)
{
    check_poor(extract_poorly, NULL);
}
