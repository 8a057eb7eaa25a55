#include "support/check_pass.h"

#include <criterion/criterion.h>

#define PASS   "InferLabelSelectLayer"
#define SELECT "finn.custom_op.fpgadataflow.LabelSelect <backend = \"fpgadataflow\", PE = 1, "

Test(infer_label_select_layer, a_top_k_of_integers)
{
    check_pass(PASS,
               "g (float[3,10] x {INT32}) => (int64[3,2] y {UINT32}) <int64[1] k = {2}> {"
               "    v, y = TopK(x, k) }",
               "g (float[3,10] x {INT32}) => (int64[3,2] y {UINT8}) {"
               "    y = " SELECT "Labels = 10, K = 2, inputDataType = \"INT32\","
               "        outputDataType = \"UINT8\", numInputVectors = [3]> (x) }");
}

Test(infer_label_select_layer, labels_take_whole_bytes)
{
    check_pass(PASS,
               "g (float[1,1,1,300] x {INT8}) => (int64[1,1,1,1] y) <int64[1] k = {1}> {"
               "    v, y = TopK <axis = 3> (x, k) }",
               "g (float[1,1,1,300] x {INT8}) => (int64[1,1,1,1] y {UINT16}) {"
               "    y = " SELECT "Labels = 300, K = 1, inputDataType = \"INT8\","
               "        outputDataType = \"UINT16\", numInputVectors = [1, 1, 1]> (x) }");
    /* upstream's single bit for two labels */
    check_pass(PASS,
               "g (float[1,2] x {INT8}) => (int64[1,1] y) <int64[1] k = {1}> { v, y = TopK(x, k) }",
               "g (float[1,2] x {INT8}) => (int64[1,1] y {BINARY}) {"
               "    y = " SELECT "Labels = 2, K = 1, inputDataType = \"INT8\","
               "        outputDataType = \"BINARY\", numInputVectors = [1]> (x) }");
}

#define TOP(outputs, v, attrs, k)                                                                  \
    "g (float[2,10] x {INT32}) => (" outputs ") <" k "> { " v ", y = TopK <" attrs "> (x, k) }"

Test(infer_label_select_layer, says_why_not)
{
    check_remark(PASS,
                 "g (float[2,10] x) => (int64[2,1] y) <int64[1] k = {1}> { v, y = TopK(x, k) }",
                 "x is FLOAT32: layers take integers");
    check_remark(PASS,
                 "g (float[N,10] x {INT8}) => (int64[N,1] y) <int64[1] k = {1}> {"
                 "    v, y = TopK(x, k) }",
                 "the shape of x is not known");
    check_remark(PASS, TOP("int64[2,1] y, float[2,1] v", "v", "axis = 1", "int64[1] k = {1}"),
                 "the largest values are used");
    check_remark(PASS, TOP("int64[1,10] y", "v", "axis = 0", "int64[1] k = {1}"),
                 "along axis 0, not the last of 2");
    check_remark(PASS, TOP("int64[2,1] y", "v", "largest = 0", "int64[1] k = {1}"),
                 "it selects the smallest");
    check_remark(PASS, TOP("int64[2,11] y", "v", "axis = 1", "int64[1] k = {11}"),
                 "k is 11 of 10 labels");
    check_remark(PASS,
                 "g (float[2,10] x {INT32}, int64[1] k) => (int64[2,M] y) { v, y = TopK(x, k) }",
                 "k is not one constant number");
}

/* Indices stay what somebody reads as indices. */
Test(infer_label_select_layer, indices_without_a_type_are_those_of_a_top_k)
{
#define TABLE "float[4,3] t = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}"
    check_pass(PASS,
               "g (float[1,4] x {INT4}) => (float[1,2,3] y) <int64[1] k = {2}, " TABLE "> {"
               "    v, i = TopK(x, k) y = Gather(t, i) }",
               "g (float[1,4] x {INT4}) => (float[1,2,3] y) <int64[1,2] i {UINT8}, " TABLE "> {"
               "    i = " SELECT "Labels = 4, K = 2, inputDataType = \"INT4\","
               "        outputDataType = \"UINT8\", numInputVectors = [1]> (x)"
               "    y = Gather(t, i) }");
}
