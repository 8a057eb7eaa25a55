#include "support/check_pass.h"

#include <criterion/criterion.h>

#define NET                                                                                        \
    "g (float[2] x) => (float[2] y) <float[2] a = {1, 2}, float[2] b = {3, 4}> {"                  \
    "    [p] c = Add(a, b) [q] d = Mul(c, b) [r] e = Neg(d) y = Add(x, e) }"

Test(fold_constants_filtered, folds_what_the_filter_accepts)
{
    check_pass("FoldConstantsFiltered{match_filter_fxn=\"Add\"}", NET,
               "g (float[2] x) => (float[2] y) <float[2] c = {4, 6}, float[2] b = {3, 4}> {"
               "    d = Mul(c, b) e = Neg(d) y = Add(x, e) }");
    check_pass("FoldConstantsFiltered{match_filter_fxn={\"not\":{\"name\":\"r*\"}}}", NET,
               "g (float[2] x) => (float[2] y) <float[2] d = {12, 24}> {"
               "    e = Neg(d) y = Add(x, e) }");
}

Test(fold_constants_filtered, folds_quantisers_if_asked_to)
{
    check_pass("FoldConstantsFiltered{match_filter_fxn=[\"Quant\"]}",
               "g (float[2] x) => (float[2] y) <float[2] w = {1, 2.6}, float s = {1},"
               "    float z = {0}, float b = {4}> {"
               "    q = qonnx.custom_op.general.Quant<signed=1,narrow=0>(w, s, z, b)"
               "    y = Add(x, q) }",
               "g (float[2] x) => (float[2] y) <float[2] q = {1, 3}> { y = Add(x, q) }");
}

Test(fold_constants_filtered, says_why_not)
{
    check_remark("FoldConstantsFiltered{match_filter_fxn=\"Neg\"}", NET,
                 "p (Add): match_filter_fxn leaves it out");
    check_refused("FoldConstantsFiltered{match_filter_fxn=3}", NET,
                  "match_filter_fxn: a filter is");
}
