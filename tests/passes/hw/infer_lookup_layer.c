#include "support/check_pass.h"

#include <criterion/criterion.h>

#define PASS "InferLookupLayer"

Test(infer_lookup_layer, rows_of_a_table_are_looked_up)
{
    check_pass(PASS,
               "g (int64[2,3] i {UINT2}) => (float[2,3,2] y {INT4})"
               "    <float[4,2] t {INT4} = {1, 2, 3, 4, 5, 6, 7, -8}> {"
               "    y = Gather <axis = 0> (t, i) }",
               "g (int64[2,3] i {UINT2}) => (float[2,3,2] y {INT4})"
               "    <float[4,2] t {INT4} = {1, 2, 3, 4, 5, 6, 7, -8}> {"
               "    y = finn.custom_op.fpgadataflow.Lookup <backend = \"fpgadataflow\","
               "        NumEmbeddings = 4, EmbeddingDim = 2, EmbeddingType = \"INT4\","
               "        InputType = \"UINT2\", InputShape = [2, 3]> (i, t) }");
}

Test(infer_lookup_layer, says_why_not)
{
    static const struct {
        const char *text, *reason;
    } cases[] = {
        {"g (int64[3] i {UINT2}, float[4,2] t {INT4}) => (float[3,2] y) { [a] y = Gather(t, i) }",
         "a (Gather): t is not a constant"},
        {"g (int64[1] i {UINT2}) => (float[1,4] y) <float[1,4] t {INT4} = {1, 2, 3, 4}> {"
         "    y = Gather <axis = 1> (t, i) }",
         "it takes along axis 1: the layer takes rows"},
        {"g (int64[3] i {UINT2}) => (float[3] y) <float[4] t {INT4} = {1, 2, 3, 4}> {"
         "    y = Gather(t, i) }",
         "its table has rank 1, not 2"},
        {"g (int64[1] i {INT2}) => (float[1,1] y) <float[4,1] t {INT4} = {1, 2, 3, 4}> {"
         "    y = Gather(t, i) }",
         "its indices are INT2: the layer takes unsigned integers"},
        {"g (int64[1] i {UINT2}) => (int8[1,1] y) <int8[4,1] t {INT4} = {1, 2, 3, 4}> {"
         "    y = Gather(t, i) }",
         "its table has elements of INT8: layers keep numbers in FLOAT"},
        {"g (int64[1] i {UINT2}) => (float[1,0] y) <float[2,0] t {INT4} = {}> { y = Gather(t, i) }",
         "its table of 2 by 0 is empty"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        check_remark(PASS, cases[i].text, cases[i].reason);
        check_unchanged_unrun(PASS, cases[i].text);
    }
}
