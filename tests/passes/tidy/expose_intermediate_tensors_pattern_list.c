#include "support/check_pass.h"

#include <criterion/criterion.h>

static const char *const chain = "g (float[2] x) => (float[2] y) { a = Relu(x) y = Neg(a) }";

Test(expose_intermediate_tensors_pattern_list, shows_what_a_pattern_finds)
{
    check_pass("InferShapes,ExposeIntermediateTensorsPatternList{pattern_list=[\"mid\"]}",
               "g (float[2] x_mid) => (float[2] y) <float[2] w_mid = {1, 2}> {"
               "    a_mid = Add(x_mid, w_mid) b = Relu(a_mid) mid2 = Neg(b) y = Abs(mid2) }",
               "g (float[2] x_mid) => (float[2] y, a_mid, mid2)"
               "    <float[2] w_mid = {1, 2}> {"
               "    a_mid = Add(x_mid, w_mid) b = Relu(a_mid) mid2 = Neg(b) y = Abs(mid2) }");
    check_refused("ExposeIntermediateTensorsPatternList{pattern_list=3}", chain, "pattern_list");
}
