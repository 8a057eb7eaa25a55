#include "support/check_pass.h"

#include <criterion/criterion.h>

static const char *const chain = "g (float[2] x) => (float[2] y) { a = Relu(x) y = Neg(a) }";

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

Test(change_batch_size, a_target_may_be_made_by_a_constant_node)
{
    check_pass("ChangeBatchSize{bsize=8}",
               "g (float[1,4] x) => (float[1,2,2] y) {"
               "    t = Constant<value = int64[3] {1, 2, 2}>() y = Reshape(x, t) }",
               "g (float[8,4] x) => (float[8,2,2] y) <int64[3] u = {8, 2, 2}> {"
               "    t = Constant<value = int64[3] {1, 2, 2}>() y = Reshape(x, u) }");
}

Test(change_batch_size, says_which_reshape_it_does_not_understand)
{
    check_remark("ChangeBatchSize{bsize=8}",
                 "g (float[1,4] x) => (y) <int64[2] t = {2, -1}> {"
                 "    a = Reshape(x, t) y = Relu(a) }",
                 "its target begins with 2, not the batch size");
    check_remark("ChangeBatchSize{bsize=2}",
                 "g (float[1,4] x) => (y) <int64[2] t = {2, -1}> {"
                 "    a = Reshape(x, t) y = Relu(a) }",
                 "its target begins with 2, not the batch size");
    check_refused("ChangeBatchSize{bsize=8}",
                  "g (float[1,4] x) => (y) <int64[2] t = {4, 1}> { a = Reshape(x, t) y = Relu(a) }",
                  "32 elements do not fit");
    check_refused("ChangeBatchSize{bsize=0}", chain, "bsize is 0");
}
