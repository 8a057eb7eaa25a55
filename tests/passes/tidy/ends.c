/* Passes that change what a graph takes and gives. */
#include "support/check_pass.h"

#include <criterion/criterion.h>

static const char *const chain = "g (float[2] x) => (float[2] y) { a = Relu(x) y = Neg(a) }";

Test(insert_identity, goes_on_either_side_of_a_tensor)
{
    check_pass("InsertIdentity{tensor_name=\"a\",producer_or_consumer=\"producer\"}", chain,
               "g (float[2] x) => (float[2] y) { b = Relu(x) a = Identity(b) y = Neg(a) }");
    check_pass("InsertIdentity{tensor_name=\"x\",producer_or_consumer=\"consumer\"}",
               "g (float[2] x) => (float[2] y) { y = Mul(x, x) }",
               "g (float[2] x) => (float[2] y) { a = Identity(x) y = Mul(a, a) }");
    check_pass("InsertIdentity{tensor_name=\"y\",producer_or_consumer=\"consumer\"}", chain,
               "g (float[2] x) => (float[2] z) { a = Relu(x) y = Neg(a) z = Identity(y) }");
    check_pass("InsertIdentity{tensor_name=\"x\",producer_or_consumer=\"producer\"}", chain,
               "g (float[2] z) => (float[2] y) { x = Identity(z) a = Relu(x) y = Neg(a) }");
}

Test(insert_identity, refuses_unknown_tensors_and_sides)
{
    check_refused("InsertIdentity{tensor_name=\"q\",producer_or_consumer=\"producer\"}", chain,
                  "there is no tensor 'q'");
    check_refused("InsertIdentity{tensor_name=\"a\",producer_or_consumer=\"left\"}", chain,
                  "'left', not 'producer' or 'consumer'");
}

Test(insert_identity_on_all_top_level_io, keeps_the_ends_names)
{
    check_pass("InsertIdentityOnAllTopLevelIO", chain,
               "g (float[2] x) => (float[2] y) {"
               "    b = Identity(x) a = Relu(b) c = Neg(a) y = Identity(c) }");
}

Test(expose, shows_what_a_pattern_finds)
{
    check_pass("ExposeIntermediateTensorsPatternList{pattern_list=[\"mid\"]}",
               "g (float[2] x_mid) => (float[2] y) <float[2] w_mid = {1, 2}> {"
               "    a_mid = Add(x_mid, w_mid) b = Relu(a_mid) mid2 = Neg(b) y = Abs(mid2) }",
               "g (float[2] x_mid) => (float[2] y, float[2] a_mid, float[2] mid2)"
               "    <float[2] w_mid = {1, 2}> {"
               "    a_mid = Add(x_mid, w_mid) b = Relu(a_mid) mid2 = Neg(b) y = Abs(mid2) }");
    check_refused("ExposeIntermediateTensorsPatternList{pattern_list=3}", chain, "pattern_list");
}

Test(change_batch_size, follows_the_batch_through_the_graph)
{
    check_pass("ChangeBatchSize{bsize=8}",
               "g (float[1,4] x, float[1,2] z) => (float[1,2,2] y, float[1,2] v)"
               "    <int64[3] t = {1, 2, 2}, float[1,4] a, float[4] w = {1, 2, 3, 4},"
               "     int64[2] u = {1, 4}> {"
               "    r = Reshape(w, u) a = Add(x, r) y = Reshape(a, t) v = Relu(z) }",
               "g (float[8,4] x, float[8,2] z) => (float[8,2,2] y, float[8,2] v)"
               "    <int64[3] t = {8, 2, 2}, float[8,4] a, float[4] w = {1, 2, 3, 4},"
               "     int64[2] u = {1, 4}> {"
               "    r = Reshape(w, u) a = Add(x, r) y = Reshape(a, t) v = Relu(z) }");
}

Test(change_batch_size, says_which_reshape_it_does_not_understand)
{
    check_remark("ChangeBatchSize{bsize=8}",
                 "g (float[1,4] x) => (float[4,1] y) <int64[2] t = {4, 1}> {"
                 "    a = Reshape(x, t) y = Relu(a) }",
                 "its target begins with 4, not the batch size");
    check_refused("ChangeBatchSize{bsize=0}", chain, "bsize is 0");
}
