#include <support/check_pass.h>

#include <criterion/criterion.h>

#define T "qonnx.custom_op.general.MultiThreshold <out_dtype = \"UINT2\">"

Test(round_and_clip_thresholds, rounds_up_and_clips_to_the_range_and_one_beyond)
{
    check_pass("RoundAndClipThresholds",
               "n (float[1,2] x {INT4}) => (float[1,2] y) <float[1,3] t = {1.5, 20, -30}>"
               " { y = " T " (x, t) }",
               "n (float[1,2] x {INT4}) => (float[1,2] y) <float[1,3] t {INT4} = {2, 8, -9}>"
               " { y = " T " (x, t) }");
    check_pass("RoundAndClipThresholds",
               "n (float[1,2] x {UINT4}) => (float[1,2] y) <float[1,3] t = {1.5, inf, -inf}>"
               " { y = " T " (x, t) }",
               "n (float[1,2] x {UINT4}) => (float[1,2] y) <float[1,3] t {UINT4} = {2, 16, 0}>"
               " { y = " T " (x, t) }");
}

Test(round_and_clip_thresholds, what_is_called_bipolar_may_be_0)
{
    check_pass("RoundAndClipThresholds",
               "n (float[1,2] x {BIPOLAR}) => (float[1,2] y) <float[1,2] t = {-0.5, 0.5}>"
               " { y = " T " (x, t) }",
               "n (float[1,2] x {BIPOLAR}) => (float[1,2] y) <float[1,2] t {INT2} = {0, 1}>"
               " { y = " T " (x, t) }");
    check_pass(
        "RoundAndClipThresholds",
        "n (float[1,2] x) => (float[1,2] y) <float[1,2] t = {-0.5, 0.5}, float[1,2] s {BIPOLAR}>"
        " { s = Sign(x) y = " T " (s, t) }",
        "n (float[1,2] x) => (float[1,2] y) <float[1,2] t {INT2} = {0, 1}, float[1,2] s {BIPOLAR}>"
        " { s = Sign(x) y = " T " (s, t) }");
}

Test(round_and_clip_thresholds, leaves_integers_within_reach_and_other_inputs_alone)
{
    const char *fine = "n (float[1,2] x {INT4}) => (float[1,2] y) <float[1,3] t = {-9, 0, 8}>"
                       " { y = " T " (x, t) }";
    check_unchanged("RoundAndClipThresholds", fine);
    check_no_remark("RoundAndClipThresholds", fine);
    check_remark("RoundAndClipThresholds",
                 "n (float[1,2] x) => (float[1,2] y) <float[1,1] t = {0.5}> { y = " T " (x, t) }",
                 "the input is FLOAT32, not an integer");
    check_remark("RoundAndClipThresholds",
                 "n (float[1,2] x {FIXED<8,4>}) => (float[1,2] y) <float[1,1] t = {0.5}>"
                 " { y = " T " (x, t) }",
                 "the input is FIXED<8,4>, not an integer");
}
