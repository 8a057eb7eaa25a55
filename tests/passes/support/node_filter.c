#include "support/check_pass.h"

#include <criterion/criterion.h>
#include <stdio.h>

/* What a filter accepts is seen in what becomes an output. */
static void check_filter(const char *filter, const char *outputs)
{
    static const char *const nodes =
        "<float[1,2] a, float[1,2] b, float[1,2] c, float[2,1] d, float[1,2] e> {"
        "    [Relu_0] a = Relu(x) [Softmax_0] b = Softmax<axis = 1>(a)"
        "    [Elu_0] c = Elu<alpha = 0.5>(b) [Transpose_0] d = Transpose<perm = [1, 0]>(c)"
        "    [own] e = Transpose<perm = [1, 0]>(d)"
        "    y = qonnx.custom_op.general.DebugMarker<export_debug_name = \"m\">(e) }";
    char passes[512], before[1024], after[1024];
    snprintf(passes, sizeof passes,
             "ExposeIntermediateTensorsLambda{tensor_filter={\"producer\":%s}}", filter);
    snprintf(before, sizeof before, "g (float[1,2] x) => (float[1,2] y) %s", nodes);
    snprintf(after, sizeof after, "g (float[1,2] x) => (float[1,2] y%s) %s", outputs, nodes);
    check_pass(passes, before, after);
}

Test(node_filter, op_types_names_and_domains)
{
    check_filter("\"Relu\"", ", a");
    check_filter("[\"Relu\",\"Elu\"]", ", a, c");
    check_filter("{\"op_type\":[\"Relu\",\"Elu\"],\"name\":\"E*\"}", ", c");
    check_filter("{\"name\":[\"own\",\"Relu_?\"]}", ", a, e");
    check_filter("{\"domain\":\"qonnx.custom_op.general\"}", "");
    check_filter("{\"domain\":\"\",\"op_type\":\"Elu\"}", ", c");
    check_filter("[]", "");
    check_filter("{}", ", a, b, c, d, e");
}

Test(node_filter, attributes)
{
    check_filter("{\"attribute\":{\"axis\":1}}", ", b");
    check_filter("{\"attribute\":{\"axis\":true}}", ", b");
    check_filter("{\"attribute\":{\"axis\":2}}", "");
    check_filter("{\"attribute\":{\"alpha\":0.5}}", ", c");
    check_filter("{\"attribute\":{\"perm\":[1,0]}}", ", d, e");
    check_filter("{\"attribute\":{\"perm\":[1]}}", "");
    check_filter("{\"attribute\":{\"perm\":null,\"alpha\":null,\"axis\":null}}", ", a");
}

Test(node_filter, nots)
{
    check_filter("{\"not\":\"Transpose\"}", ", a, b, c");
    check_filter("{\"op_type\":\"Transpose\",\"not\":{\"name\":\"own\"}}", ", d");
    check_filter("{\"not\":{\"not\":\"Elu\"}}", ", c");
}

#define NET          "g (float[1,2] x) => (float[1,2] y) { y = Relu(x) }"
#define FOLD(filter) "FoldConstantsFiltered{match_filter_fxn=" filter "}"

Test(node_filter, what_is_none_is_refused)
{
    check_refused(FOLD("1"), NET, "a filter is an op type, a list or an object");
    check_refused(FOLD("[[1]]"), NET, "a filter is an op type, a list or an object");
    check_refused(FOLD("{\"op\":\"Relu\"}"), NET, "a filter has no op, but op_type");
    check_refused(FOLD("{\"op_type\":[1]}"), NET, "op_type is neither a text nor a list of texts");
    check_refused(FOLD("{\"attribute\":[]}"), NET, "attribute is no object");
    check_refused(FOLD("[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]"), NET, "more than 16 deep");
}
