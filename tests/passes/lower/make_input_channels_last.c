#include "support/check_pass.h"

#include <criterion/criterion.h>

Test(make_input_channels_last, turns_the_input)
{
    check_pass("MakeInputChannelsLast",
               "g (float[1,3,4,5] x {UINT8}) => (float[1,3,4,5] y) { y = Relu(x) }",
               "g (float[1,4,5,3] x {UINT8, NHWC}) => (float[1,3,4,5] y)"
               "    <float[1,3,4,5] t {UINT8, NCHW}> {"
               "    t = Transpose <perm = [0, 3, 1, 2]> (x) y = Relu(t) }");
    check_pass("MakeInputChannelsLast", "g (float[1,3,4] x) => (float[1,3,4] y) { y = Relu(x) }",
               "g (float[1,4,3] x {NWC}) => (float[1,3,4] y) <float[1,3,4] t {NCW}> {"
               "    t = Transpose <perm = [0, 2, 1]> (x) y = Relu(t) }");
}

Test(make_input_channels_last, says_why_it_does_not)
{
    check_remark("MakeInputChannelsLast", "g (float[1,3] x) => (float[1,3] y) { y = Relu(x) }",
                 "no axes besides batch and channels");
    check_remark("MakeInputChannelsLast",
                 "g (float[1,3,4] x {NWC}) => (float[1,3,4] y) { y = Relu(x) }",
                 "channels last already");
}

/* Its default, an initialiser, would keep the old order; the clean-up takes it from the inputs. */
Test(make_input_channels_last, passes_over_inputs_with_a_default)
{
    check_pass("MakeInputChannelsLast",
               "g (float[1,2,1,3] w = {1,2,3,4,5,6}, float[1,2,1,3] x) => (float[1,2,1,3] y) {"
               "    y = Add(x, w) }",
               "g (float[1,1,3,2] x {NHWC}) => (float[1,2,1,3] y)"
               "    <float[1,2,1,3] w = {1,2,3,4,5,6}, float[1,2,1,3] t {NCHW}> {"
               "    t = Transpose <perm = [0, 3, 1, 2]> (x) y = Add(t, w) }");
}
