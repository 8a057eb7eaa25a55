#include "support/check_pass.h"

#include <criterion/criterion.h>

Test(insert_top_k, shows_classes_instead_of_scores)
{
    check_pass("InsertTopK{k=2}", "g (float[N,10] x) => (float[N,10] y) { y = Relu(x) }",
               "g (float[N,10] x) => (int64[N,2] i {UINT32}) <int64[1] k = {2}, float[N,2] v> {"
               "    y = Relu(x) v, i = TopK <axis = -1, largest = 1, sorted = 1> (y, k) }");
    check_pass(
        "InsertTopK{k=1,axis=0,largest=0,sorted=0}",
        "g (float[4,10] x) => (float[4,10] y {INT4}, float[4,10] z) { y = Relu(x) z = Neg(x) }",
        "g (float[4,10] x) => (int64[1,10] i {UINT32}, float[4,10] z)"
        "    <int64[1] k = {1}, y {INT4}, v {INT4}> {"
        "    y = Relu(x) z = Neg(x) v, i = TopK <axis = 0, largest = 0, sorted = 0> (y, k) }");
}

Test(insert_top_k, does_so_once)
{
    static const char *const text =
        "g (float[1,10] x) => (int64[1,2] i) <int64[1] k = {2}> { v, i = TopK(x, k) }";
    check_unchanged("InsertTopK", text);
    check_remark("InsertTopK", text, "TopK's already");
}

Test(insert_top_k, refuses_what_could_not_run)
{
    static const char *const text = "g (float[1,3] x) => (float[1,3] y) { y = Relu(x) }";
    check_refused("InsertTopK", text, "k is 5, more than the 3 entries along axis -1");
    check_refused("InsertTopK{k=1,axis=2}", text, "axis 2 is outside a tensor of rank 2");
    check_refused("InsertTopK{k=0}", text, "k is 0");
    check_refused("InsertTopK{k=1}", "g (bool[1,3] x) => (bool[1,3] y) { y = Not(x) }",
                  "tensor y: input 0 (X) is BOOL");
}

/* k was an attribute, and the largest ones in order were all that there was. */
Test(insert_top_k, writes_it_as_its_version_has_it)
{
#define BEFORE(version)                                                                            \
    "<ir_version: 4, opset_import: [\"\" : " version "]> "                                         \
    "g (float[1,4] x) => (float[1,4] y) { y = Relu(x) }"
#define AFTER(version, constants, node)                                                            \
    "<ir_version: 4, opset_import: [\"\" : " version "]> "                                         \
    "g (float[1,4] x) => (int64[1,2] i {UINT32}) " constants " { y = Relu(x) v, i = " node " }"
    check_pass("InsertTopK{k=2}", BEFORE("9"), AFTER("9", "", "TopK <axis = -1, k = 2> (y)"));
    check_pass("InsertTopK{k=2,sorted=0}", BEFORE("10"),
               AFTER("10", "<int64[1] k = {2}>", "TopK <axis = -1> (y, k)"));
    check_pass(
        "InsertTopK{k=2,largest=0}", BEFORE("9"),
        AFTER("11", "<int64[1] k = {2}>", "TopK <axis = -1, largest = 0, sorted = 1> (y, k)"));
    check_refused("InsertTopK{k=1,largest=0}",
                  "<ir_version: 4, opset_import: [\"\" : 10]> g (float[1,1,2,2] x) => "
                  "(float[1,1,4,4] y) <float[4] s = {1,1,2,2}> { y = Resize(x, s) }",
                  "Resize: version 11 of the op places pixels otherwise");
    check_pass(
        "InsertTopK{k=2,largest=0}",
        "<ir_version: 4, opset_import: [\"\" : 5]> g (float[1,4] x) => (float[1,4] y) {"
        "    y = Relu <consumed_inputs = [0]> (x) }",
        AFTER("11", "<int64[1] k = {2}>", "TopK <axis = -1, largest = 0, sorted = 1> (y, k)"));
    check_refused("InsertTopK{k=1,largest=0}",
                  "<ir_version: 4, opset_import: [\"\" : 9]> g (float[1,4] x) => (float[1,4] y) {"
                  "    [r] y = LeakyRelu <consumed_inputs = [0]> (x) }",
                  "r (LeakyRelu): attribute consumed_inputs is of versions before 6 of the op");
#undef BEFORE
#undef AFTER
}

/* What is not written in the model is found out first. */
Test(insert_top_k, a_shape_that_is_not_known_is_inferred)
{
    check_refused("InsertTopK", "g (float[1,5,4,2] x {INT2}) => (y) { y = Shape(x) }",
                  "pass InsertTopK: k is 5, more than the 4 entries along axis -1");
    check_pass("InsertTopK{k=2}", "g (float[1,5,4,2] x) => (y) { y = Shape(x) }",
               "g (float[1,5,4,2] x) => (int64[2] i {UINT32}) <int64[1] k = {2}, int64[4] y,"
               "    int64[2] v> { y = Shape(x)"
               "    v, i = TopK <axis = -1, largest = 1, sorted = 1> (y, k) }");
}
