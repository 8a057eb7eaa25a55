/* Attributes that a node does not say have the defaults of its op's record. */
#include "support/check_pass.h"
#include "support/suite.h"

#include <finnc/op.h>

FNC_SUITE(attrs);

static finnc_model *model;

static const finnc_node *node_of(const char *text)
{
    model = test_read_text(cx, text);
    return finnc_graph_first_node(finnc_model_graph(model));
}

Test(attrs, what_a_node_says_comes_first)
{
    const finnc_node *node = node_of("n (float[1,4,4] x) => (y) { y = LRN <size = 3, alpha = 0.5, "
                                     "beta = 2.0>(x) }");
    cr_expect_eq(finnc_node_attr_int(node, "size"), 3);
    cr_expect_eq(finnc_node_attr_float(node, "alpha"), 0.5);
    cr_expect_eq(finnc_node_attr_float(node, "beta"), 2);
    finnc_model_destroy(model);
    node = node_of("n (float[1,4] x) => (y) { y = Gelu <approximate = \"tanh\">(x) }");
    cr_expect(finnc_node_attr_is(node, "approximate", "tanh"));
    cr_expect_not(finnc_node_attr_is(node, "approximate", "none"));
    finnc_model_destroy(model);
}

Test(attrs, what_it_does_not_say_is_in_the_record)
{
    const finnc_node *node = node_of("n (float[1,4] x) => (y) { y = LayerNormalization(x) }");
    cr_expect_eq(finnc_node_attr_int(node, "axis"), -1);
    cr_expect_eq(finnc_node_attr_float(node, "epsilon"), (double)1e-5f, "a float, as kernels take");
    finnc_model_destroy(model);
    node = node_of("n (float[1,4] x) => (y) { y = Gelu(x) }");
    cr_expect(finnc_node_attr_is(node, "approximate", "none"));
    cr_expect_not(finnc_node_attr_is(node, "approximate", "non"));
    cr_expect_not(finnc_node_attr_is(node, "approximate", "none_"));
    finnc_model_destroy(model);
}

/* Before TopK could be told otherwise, it gave the largest; Selu's defaults got more digits. */
Test(attrs, the_default_is_that_of_the_version)
{
    const finnc_node *node =
        node_of("<opset_import: [\"\": 10]> n (float[4] x, int64[1] k) => (y, i)"
                " { y, i = TopK(x, k) }");
    cr_expect_eq(finnc_node_attr_int(node, "largest"), 1);
    finnc_model_destroy(model);
    node = node_of("<opset_import: [\"\": 5]> n (float[4] x) => (y) { y = Selu(x) }");
    cr_expect_eq(finnc_node_attr_float(node, "alpha"), (double)1.6732f);
    finnc_model_destroy(model);
    node = node_of("n (float[4] x) => (y) { y = Selu(x) }");
    cr_expect_eq(finnc_node_attr_float(node, "alpha"), (double)1.6732632423543772f);
    finnc_model_destroy(model);
}

Test(attrs, what_nobody_says_is_nothing)
{
    const finnc_node *node = node_of("n (float[4] x) => (y) { y = some.where.Thing <a = 1>(x) }");
    cr_expect_eq(finnc_node_attr_int(node, "a"), 1);
    cr_expect_eq(finnc_node_attr_int(node, "b"), 0);
    cr_expect_eq(finnc_node_attr_float(node, "b"), 0);
    cr_expect_not(finnc_node_attr_is(node, "b", ""));
    finnc_model_destroy(model);
}

Test(attrs, a_version_has_what_its_flags_say)
{
    const finnc_node *node =
        node_of("<opset_import: [\"\": 11]> n (float[4] x) => (y) { y = Squeeze(x) }");
    cr_expect(finnc_node_version_has(node, 0));
    cr_expect(finnc_node_version_has(node, FINNC_SINCE(11) | FINNC_OPTIONAL));
    cr_expect_not(finnc_node_version_has(node, FINNC_SINCE(13)));
    cr_expect(finnc_node_version_has(node, FINNC_UNTIL(13)));
    cr_expect_not(finnc_node_version_has(node, FINNC_UNTIL(11)));
    finnc_model_destroy(model);
}
