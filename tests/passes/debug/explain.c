#include "support/check_pass.h"

#include <finnc/explain.h>

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static finnc_ctx *cx;

static void begin(void)
{
    cx = finnc_ctx_create(NULL);
}

static void end(void)
{
    cr_assert_eq(finnc_ctx_live_bytes(cx), 0);
    finnc_ctx_destroy(cx);
}

TestSuite(explain, .init = begin, .fini = end);

/* A line an event: "+pass@node>now,now" with the rewrite's number, "-pass@node: text". */
static char told[8192];
static char at_last[256]; /* the ops of those followed in the end */

static void tell(void *user, const finnc_fate *fate)
{
    (void)user;
    size_t n = strlen(told);
    if (fate->kind == FINNC_FATE_DECLINED)
        snprintf(told + n, sizeof told - n, "-%s@%s: %s\n", fate->pass, fate->node, fate->text);
    at_last[0] = '\0';
    for (size_t i = 0; i < fate->nnow; i++)
        snprintf(at_last + strlen(at_last), sizeof at_last - strlen(at_last), "%s%s", i ? "," : "",
                 finnc_node_op_type(fate->now[i]));
    if (fate->kind != FINNC_FATE_REWRITTEN)
        return;
    snprintf(told + n, sizeof told - n, "+%s@%s>%s\n", fate->pass, fate->node, at_last);
}

static const char *explain(const char *text, const char *passes, const finnc_pass *own,
                           const char *name, const finnc_explain_options *options)
{
    told[0] = '\0';
    finnc_model *model = test_read_text(cx, text);
    finnc_pipeline *pipeline = test_pipeline(cx, passes, own);
    if (finnc_explain(cx, model, pipeline, name, options, tell, NULL) != FINNC_OK)
        snprintf(told, sizeof told, "%s", finnc_ctx_message(cx));
    finnc_pipeline_destroy(pipeline);
    finnc_model_destroy(model);
    return told;
}

#define SCALED                                                                                     \
    "g (float[1,1,3,3] x) => (float[1,2,2,2] y) <float s = {2}, float[2,1,2,2] w = "               \
    "{1,2,3,4,5,6,7,8}, float[1,2,1,1] each = {3,4}> "                                             \
    "{ [first] a = Mul(x, s) [conv] b = Conv(a, w) [second] c = Mul(b, each) [last] y = Relu(c) }"

Test(explain, a_node_is_followed_as_what_becomes_of_it)
{
    cr_assert_str_eq(
        explain(SCALED, "MoveScalarMulPastConv, CollapseRepeatedMul", NULL, "first", NULL),
        "+MoveScalarMulPastConv@first>Mul\n+CollapseRepeatedMul@>Mul\n");
}

Test(explain, other_nodes_are_not_followed)
{
    cr_assert_str_eq(
        explain(SCALED, "MoveScalarMulPastConv, CollapseRepeatedMul", NULL, "last", NULL), "");
    cr_assert_str_eq(explain(SCALED, "MoveScalarMulPastConv", NULL, "conv", NULL),
                     "+MoveScalarMulPastConv@conv>Conv\n");
}

Test(explain, near_misses_say_why)
{
    const char *text = "g (float[1,2,3,3] x) => (float[1,1,2,2] y) <float[1,2,1,1] s = {0.5,3}, "
                       "float[1,2,2,2] w = {1,2,3,4,5,6,7,8}> "
                       "{ [scale] a = Mul(x, s) [conv] y = Conv(a, w) }";
    const char *expected =
        "-MoveScalarMulPastConv@conv: the factor is not one number: 2 values, 0.5 to 3\n";
    cr_assert_str_eq(explain(text, "MoveScalarMulPastConv", NULL, "conv", NULL), expected);
    /* The Conv is where the picture begins, the Mul belongs to it. */
    cr_assert(strstr(explain(text, "MoveScalarMulPastConv", NULL, "scale", NULL),
                     "the factor is not one number"),
              "%s", told);
}

Test(explain, far_misses_are_told_on_demand)
{
    const char *text = "g (float[1,1,3,3] x) => (float[1,1,2,2] y) <float[1,1,2,2] w = {1,2,3,4}> "
                       "{ [r] a = Relu(x) [conv] y = Conv(a, w) }";
    cr_assert_str_eq(explain(text, "MoveScalarMulPastConv", NULL, "conv", NULL), "");
    cr_assert_str_eq(explain(text, "MoveScalarMulPastConv", NULL, "conv",
                             &(finnc_explain_options){.wants_far = true}),
                     "-MoveScalarMulPastConv@conv: a is made by r (Relu), the picture wants Mul\n");
}

Test(explain, what_a_function_makes_is_found_by_its_value)
{
    cr_assert_str_eq(explain(SCALED, "InferShapes, LowerConvsToMatMul", NULL, "b", NULL),
                     "+LowerConvsToMatMul@conv>Conv\n"); /* it says so before it does it */
    cr_assert_str_eq(at_last, "Transpose,Im2Col,MatMul,Transpose");
}

Test(explain, what_is_taken_out_is_gone)
{
    const char *text = "g (float[2] x) => (float[2] y) { [same] a = Identity(x) y = Relu(a) }";
    cr_assert_str_eq(explain(text, "RemoveIdentityOps", NULL, "same", NULL),
                     "+RemoveIdentityOps@same>\n");
}

Test(explain, the_node_has_to_be_there)
{
    cr_assert_str_eq(explain(SCALED, "SortGraph", NULL, "nobody", NULL),
                     "there is no node nobody, nor one that makes a value of that name");
    cr_assert_str_eq(
        explain(SCALED, "SortGraph", NULL, "secand", NULL),
        "there is no node secand, nor one that makes a value of that name; did you mean second?");
    cr_assert_str_eq(explain(SCALED, "SortGraph", NULL, "x", NULL),
                     "no node makes x: it is a graph input");
    cr_assert_str_eq(explain(SCALED, "SortGraph", NULL, "w", NULL),
                     "no node makes w: it is a constant");
}
