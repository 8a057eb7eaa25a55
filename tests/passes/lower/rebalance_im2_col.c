#include "support/check_pass.h"

#include <criterion/criterion.h>

#define IM2COL "qonnx.custom_op.general.Im2Col "

Test(rebalance_im2_col, takes_neighbours_as_channels)
{
    check_pass("RebalanceIm2Col{extract_channels=2}",
               "g (float[1,4,8,1] x {UINT8}) => (float[1,2,2,8] y {UINT8}) {"
               "    y = " IM2COL "<kernel_size = [2,4], stride = [2,4],"
               "        input_shape = \"(1,4,8,1)\"> (x) }",
               "g (float[1,4,8,1] x {UINT8}) => (float[1,2,2,8] y {UINT8})"
               "    <int64[4] s = {1,4,4,2}, float[1,4,4,2] r> {"
               "    r = Reshape (x, s) y = " IM2COL "<kernel_size = [2,2], stride = [2,2],"
               "        input_shape = \"(1, 4, 4, 2)\"> (r) }");
    check_pass("RebalanceIm2Col{extract_channels=4}",
               "g (float[n,4,4,1] x) => (float[n,1,1,16] y) {"
               "    y = " IM2COL "<kernel_size = [4,4], stride = [4,4],"
               "        input_shape = \"(1,4,4,1)\"> (x) }",
               "g (float[n,4,4,1] x) => (float[n,1,1,16] y)"
               "    <int64[4] s = {-1,4,1,4}, float[n,4,1,4] r> {"
               "    r = Reshape (x, s) y = " IM2COL "<kernel_size = [4,1], stride = [4,1],"
               "        input_shape = \"(1, 4, 1, 4)\"> (r) }");
}

Test(rebalance_im2_col, has_nothing_to_do_for_one)
{
    check_unchanged("RebalanceIm2Col{extract_channels=1}",
                    "g (float[1,4,4,1] x) => (float[1,2,2,4] y) {"
                    "    y = " IM2COL "<kernel_size = [2,2], stride = [2,2],"
                    "        input_shape = \"(1,4,4,1)\"> (x) }");
}

#define CHECK(in, out, attrs, words)                                                               \
    check_remark("RebalanceIm2Col{extract_channels=2}",                                            \
                 "g (float[" in "] x) => (float[" out "] y) { y = " IM2COL                         \
                 "<input_shape = \"\", " attrs "> (x) }",                                          \
                 words)

Test(rebalance_im2_col, says_why_it_does_not)
{
    CHECK("1,4,4,3", "1,2,2,12", "kernel_size = [2,2], stride = [2,2]", "one channel");
    CHECK("1,4,4,1", "1,3,3,4", "kernel_size = [2,2], stride = [1,1]", "overlap");
    CHECK("1,4,4,1", "1,3,3,4", "kernel_size = [2,2], stride = [2,2], pad_amount = [1,1,1,1]",
          "it pads");
    CHECK("1,4,4,1", "1,1,1,4", "kernel_size = [2,2], stride = [2,2], dilations = [2,2]",
          "it is dilated");
    CHECK("1,4,4,1", "1,2,2,4", "kernel_size = [2,2], stride = [2,2], depthwise = 1",
          "it is depthwise");
    CHECK("1,4,6,1", "1,2,2,6", "kernel_size = [2,3], stride = [2,3]", "kernel cannot be divided");
    CHECK("1,4,5,1", "1,2,2,4", "kernel_size = [2,2], stride = [2,2]", "width of its input");
    CHECK("1,4,w,1", "1,2,v,4", "kernel_size = [2,2], stride = [2,2]", "shape of its input");
}

Test(rebalance_im2_col, leaves_models_whose_reshape_has_its_target_in_an_attribute)
{
    check_remark("RebalanceIm2Col{extract_channels=2}",
                 "<ir_version: 3, opset_import: [\"\": 4, \"qonnx.custom_op.general\": 1]>"
                 "g (float[1,4,4,1] x) => (float[1,2,2,4] y) { y = " IM2COL
                 "<input_shape = \"\", kernel_size = [2,2], stride = [2,2]> (x) }",
                 "before version 5 of the standard a Reshape has no second input");
}

Test(rebalance_im2_col, refuses_what_is_no_number_of_channels)
{
    check_refused("RebalanceIm2Col{extract_channels=0}",
                  "g (float[1,4] x) => (float[1,4] y) { y = Relu (x) }",
                  "extract_channels is 0, not 1 or more");
}
