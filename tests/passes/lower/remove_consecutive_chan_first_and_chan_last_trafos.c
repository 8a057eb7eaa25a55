#include "support/check_pass.h"

#include <criterion/criterion.h>

#define PASS "RemoveConsecutiveChanFirstAndChanLastTrafos"

Test(remove_consecutive_chan_first_and_chan_last_trafos, takes_out_both_for_all_readers)
{
    check_pass(PASS,
               "g (float[1,4,5,2] x) => (float[1,4,5,2] y, float[1,4,5,2] z)"
               "    <float[1,4,5,2] a {INT8}> {"
               "    r = Relu (x) f = Transpose <perm = [0,3,1,2]> (r)"
               "    a = Transpose <perm = [0,2,3,1]> (f) y = Relu (a) z = Neg (a) }",
               "g (float[1,4,5,2] x) => (float[1,4,5,2] y, float[1,4,5,2] z)"
               "    <float[1,4,5,2] r {INT8}> { r = Relu (x) y = Relu (r) z = Neg (r) }");
    check_pass(PASS,
               "g (float[1,4,2] x) => (float[1,4,2] y) {"
               "    f = Transpose <perm = [0,2,1]> (x) a = Transpose <perm = [0,2,1]> (f)"
               "    y = Relu (a) }",
               "g (float[1,4,2] x) => (float[1,4,2] y) { y = Relu (x) }");
}

Test(remove_consecutive_chan_first_and_chan_last_trafos, leaves_other_pairs)
{
    check_unchanged(PASS, "g (float[1,2,4,5] x) => (float[1,2,4,5] y) {"
                          "    l = Transpose <perm = [0,2,3,1]> (x)"
                          "    a = Transpose <perm = [0,3,1,2]> (l) y = Relu (a) }");
    check_unchanged(PASS, "g (float[2,3,4] x) => (float[2,3,4] y) {"
                          "    a = Transpose (x) b = Transpose (a) y = Relu (b) }");
}

Test(remove_consecutive_chan_first_and_chan_last_trafos, says_why_it_does_not)
{
    check_remark(PASS,
                 "g (float[1,4,5,2] x) => (float[1,4,5,2] y) {"
                 "    f = Transpose <perm = [0,3,1,2]> (x) y = Transpose <perm = [0,2,3,1]> (f) }",
                 "it makes the graph output y");
    check_remark(PASS,
                 "g (float[1,4,5,2] x) => (float[1,4,5,2] y, float[1,2,4,5] z) {"
                 "    f = Transpose <perm = [0,3,1,2]> (x) a = Transpose <perm = [0,2,3,1]> (f)"
                 "    y = Relu (a) z = Relu (f) }",
                 "is used by 2 nodes");
}
