#include "support/check_pass.h"

#include <criterion/criterion.h>

#define PASS "InferConcatLayer"

Test(infer_concat_layer, puts_streams_side_by_side)
{
    check_pass(PASS,
               "g (float[1,3,2] a {INT4}, float[1,3,4] b {INT4}) => (float[1,3,8] y {INT4}) {"
               "    y = Concat <axis = 2> (a, b, a) }",
               "g (float[1,3,2] a {INT4}, float[1,3,4] b {INT4}) => (float[1,3,8] y {INT4}) {"
               "    y = finn.custom_op.fpgadataflow.StreamingConcat <backend = \"fpgadataflow\","
               "        ElemsPerStream = [2, 4, 2], inputDataType = \"INT4\","
               "        numInputVectors = [1, 3], inFIFODepths = [2, 2, 2]> (a, b, a) }");
}

Test(infer_concat_layer, says_why_not)
{
    static const struct {
        const char *text, *reason;
    } cases[] = {
        {"g (float[1,2] a, float[1,2] b) => (float[1,4] y) { [c] y = Concat <axis = 1> (a, b) }",
         "c (Concat): a is FLOAT32: layers take integers"},
        {"g (float[1,2] a {INT4}, float[1,2] b {INT4}) => (float[2,2] y) {"
         "    y = Concat <axis = 0> (a, b) }",
         "it joins along axis 0 of 2, not the last"},
        {"g (float[1,2] a {INT4}, float[1,2] b {UINT4}) => (float[1,4] y) {"
         "    y = Concat <axis = -1> (a, b) }",
         "a is INT4 and b is UINT4: streams have one type"},
        {"g (float[1,2] a {INT4}) => (float[1,4] y) <float[1,2] b {INT4} = {1, 2}> {"
         "    y = Concat <axis = -1> (a, b) }",
         "b is a constant, no stream"},
        {"g (int8[1,2] a {INT4}, int8[1,2] b {INT4}) => (int8[1,4] y) {"
         "    y = Concat <axis = -1> (a, b) }",
         "a has elements of INT8: layers keep integers in FLOAT"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        check_remark(PASS, cases[i].text, cases[i].reason);
        check_unchanged(PASS, cases[i].text);
    }
}
