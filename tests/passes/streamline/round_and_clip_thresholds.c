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

/* Sums and products are called INT32 or UINT32 however large they are: x * 2^20 reaches 2^36. What
 * is clipped lies where a type of 64 bits still holds it. */
Test(round_and_clip_thresholds, what_is_of_a_wide_type_may_reach_beyond_it)
{
#define WIDE(dtype, t)                                                                             \
    "n (float[1,1] x {" dtype "}) => (float[1,1] y) <float[1,3] t" t "> { y = " T " (x, t) }"
    check_pass("RoundAndClipThresholds", WIDE("INT32", " = {1.5, 4294967296, 1e30}"),
               WIDE("INT32", " {INT64} = {2, 4294967296, 4611686018427387904}"));
    check_pass("RoundAndClipThresholds", WIDE("INT32", " = {-inf, 0.5, 2147483648}"),
               WIDE("INT32", " {INT63} = {-4611686018427387904, 1, 2147483648}"));
    check_pass("RoundAndClipThresholds", WIDE("INT32", " = {0.5, 2, 2147483648}"),
               WIDE("INT32", " {INT32} = {1, 2, 2147483648}"));
    check_pass("RoundAndClipThresholds", WIDE("UINT32", " = {-5, 0.5, 8589934592}"),
               WIDE("UINT32", " {UINT34} = {0, 1, 8589934592}"));
    check_pass("RoundAndClipThresholds", WIDE("UINT25", " = {0.5, 1, 67108864}"),
               WIDE("UINT25", " {UINT27} = {1, 1, 67108864}"));
    check_pass("RoundAndClipThresholds", WIDE("UINT24", " = {0.5, 1, 67108864}"),
               WIDE("UINT24", " {UINT24} = {1, 1, 16777216}"));
    check_pass("RoundAndClipThresholds", WIDE("INT25", " = {-67108864, 1, 67108864}"),
               WIDE("INT25", " {INT25} = {-16777216, 1, 16777216}"));
    check_unchanged("RoundAndClipThresholds", WIDE("INT64", " = {0, 1e30, inf}"));
}

Test(round_and_clip_thresholds, sums_stay_on_their_side_of_what_they_are_compared_with)
{
    check_pass(
        "InferDataTypes,RoundAndClipThresholds",
        "n (float[1,1] x {INT24}) => (float[1,1] y) <float[1,1] w {INT24} = {1048576},"
        " float[1,1] t = {68719476736.5}> { m = MatMul(x, w) y = " T " (m, t) }",
        "n (float[1,1] x {INT24}) => (float[1,1] y {UINT2}) <float[1,1] w {INT24} = {1048576},"
        " float[1,1] t = {68719476736}, m {INT32}> { m = MatMul(x, w) y = " T " (m, t) }");
}

/* Numbers of float16 end at 65504: what is beyond is infinite, and stays so. */
Test(round_and_clip_thresholds, what_float16_cannot_tell_apart_is_let_be)
{
#define HALF(dtype, t)                                                                             \
    "n (float[1,1] x {" dtype "}) => (float[1,1] y) <float16[1,2] t" t "> { y = " T " (x, t) }"
    check_unchanged("RoundAndClipThresholds", HALF("INT17", " = {-inf, inf}"));
    check_unchanged("RoundAndClipThresholds", HALF("INT32", " = {-inf, inf}"));
    check_pass("RoundAndClipThresholds", HALF("INT8", " = {-inf, inf}"),
               HALF("INT8", " {INT8} = {-129.0, 128.0}"));
    /* 65536 would be one beyond; infinity is no integer, whatever it is compared with. */
    check_pass("RoundAndClipThresholds", HALF("UINT16", " = {0.5, inf}"),
               HALF("UINT16", " {FLOAT32} = {1.0, inf}"));
}
