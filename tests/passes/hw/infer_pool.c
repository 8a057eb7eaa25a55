#include "support/check_pass.h"

#include <criterion/criterion.h>

#define PASS          "InferPool"
#define IM2COL(attrs) "qonnx.custom_op.general.Im2Col <depthwise = 1, " attrs ">"
#define POOL(attrs)                                                                                \
    "finn.custom_op.fpgadataflow.Pool <backend = \"fpgadataflow\", BatchSize = 1, " attrs ">"
#define AVERAGE(attrs) "qonnx.custom_op.general.QuantAvgPool2d <" attrs ">"

Test(infer_pool, reduces_windows_between_transposes)
{
    check_pass(
        PASS,
        "g (float[1,2,5,4] x {UINT4}) => (float[1,2,3,2] y {UINT4}) {"
        "    y = MaxPool <kernel_shape = [3, 2], strides = [2, 2], pads = [1, 0, 1, 1]> (x)"
        "}",
        "g (float[1,2,5,4] x {UINT4}) => (float[1,2,3,2] y {UINT4})"
        "    <float[1,5,4,2] a {UINT4}, float[1,3,2,12] w {UINT4},"
        "     float[1,3,2,2] p {UINT4}> {"
        "    a = Transpose <perm = [0, 2, 3, 1]> (x) w = " IM2COL(
            "input_shape = \"(1,5,4,2)\", kernel_size = [3, 2], stride = [2, 2],"
            "pad_amount = [1, 0, 1, 1], pad_value = 0") "(a) p = " POOL("InputDataType = \"UINT4\", OutputDataType = \"UINT4\", Channels = 2, PE = 2,"
                                                                        "KernelSize = [3, 2], Function = \"MaxPool\", OutImgDims = [3, 2],"
                                                                        "AccumBits = 0, Size = 0") "(w) y = Transpose <perm = [0, 3, 1, 2]> (p) }");
}

#define LAST(op)                                                                                   \
    "g (float[1,4,4,2] x {BIPOLAR}) => (float[1,3,3,2] y {BIPOLAR}) {"                             \
    "    y = qonnx.custom_op." op " <kernel_shape = [2, 2]> (x) }"

Test(infer_pool, channels_last_need_no_transposes)
{
    static const char *const pools[] = {LAST("general.MaxPoolNHWC"), LAST("channels_last.MaxPool")};
    for (size_t i = 0; i < sizeof pools / sizeof *pools; i++)
        check_pass(
            PASS, pools[i],
            "g (float[1,4,4,2] x {BIPOLAR}) => (float[1,3,3,2] y {BIPOLAR})"
            "    <float[1,3,3,8] w {BIPOLAR}> { w = " IM2COL(
                "input_shape = \"(1,4,4,2)\", kernel_size = [2, 2], stride = [1, 1],"
                "pad_amount = [0, 0, 0, 0], pad_value = -1") "(x) y = " POOL("InputDataType = \"BIPOLAR\", OutputDataType = \"BIPOLAR\", Channels = 2,"
                                                                             "PE = 2, KernelSize = [2, 2], Function = \"MaxPool\", OutImgDims = [3, 3],"
                                                                             "AccumBits = 0, Size = 0") "(w) }");
}

/* 9 * 15 = 135 takes 8 bits, 5 more than the result has. */
Test(infer_pool, averages_shift_their_sums)
{
    check_pass(
        PASS,
        "g (float[1,6,6,1] x {UINT4}) => (float[1,2,2,1] y {UINT3}) { y = " AVERAGE(
            "kernel = 3, stride = 3, ibits = 4, obits = 3, signed = 0,"
            "data_layout = \"NHWC\"") "(x) }",
        "g (float[1,6,6,1] x {UINT4}) => (float[1,2,2,1] y {UINT3})"
        "    <float[1,2,2,9] w {UINT4}> { w = " IM2COL(
            "input_shape = \"(1,6,6,1)\", kernel_size = [3, 3], stride = [3, 3],"
            "pad_amount = [0, 0, 0, 0], pad_value = 0") "(x) y = " POOL("InputDataType = \"UINT4\", OutputDataType = \"UINT3\", Channels = 1, PE = 1,"
                                                                        "KernelSize = [3, 3], Function = \"QuantAvgPool\", OutImgDims = [2, 2],"
                                                                        "AccumBits = 8, Size = 5") "(w) }");
}

Test(infer_pool, dilated_windows_stay_dilated)
{
    check_pass(
        PASS,
        "g (float[1,1,5,5] x {INT4}) => (float[1,1,3,3] y {INT4}) {"
        "    y = MaxPool <kernel_shape = [2, 2], dilations = [2, 2]> (x) }",
        "g (float[1,1,5,5] x {INT4}) => (float[1,1,3,3] y {INT4})"
        "    <float[1,5,5,1] a {INT4}, float[1,3,3,4] w {INT4}, float[1,3,3,1] p {INT4}> {"
        "    a = Transpose <perm = [0, 2, 3, 1]> (x) w = " IM2COL(
            "input_shape = \"(1,5,5,1)\", kernel_size = [2, 2], stride = [1, 1],"
            "pad_amount = [0, 0, 0, 0], pad_value = -8, dilations = [2, 2]") "(a) p = " POOL("InputDataType = \"INT4\", OutputDataType = \"INT4\", Channels = 1, PE = 1,"
                                                                                             "KernelSize = [2, 2], Function = \"MaxPool\", OutImgDims = [3, 3],"
                                                                                             "AccumBits = 0, Size = 0") "(w) y = Transpose <perm = [0, 3, 1, 2]> (p) }");
}

/* ceil_mode adds no window to VALID: 5 pixels have two of 2, none of which hangs over. */
Test(infer_pool, valid_has_no_padding_and_no_window_more)
{
    check_pass(
        PASS,
        "g (float[1,1,5,5] x {INT4}) => (float[1,1,2,2] y {INT4}) {"
        "    y = MaxPool <auto_pad = \"VALID\", kernel_shape = [2, 2], strides = [2, 2],"
        "        pads = [1, 1, 1, 1], ceil_mode = 1> (x) }",
        "g (float[1,1,5,5] x {INT4}) => (float[1,1,2,2] y {INT4})"
        "    <float[1,5,5,1] a {INT4}, float[1,2,2,4] w {INT4}, float[1,2,2,1] p {INT4}> {"
        "    a = Transpose <perm = [0, 2, 3, 1]> (x) w = " IM2COL(
            "input_shape = \"(1,5,5,1)\", kernel_size = [2, 2], stride = [2, 2],"
            "pad_amount = [0, 0, 0, 0], pad_value = -8") "(a) p = " POOL("InputDataType = \"INT4\", OutputDataType = \"INT4\", Channels = 1, PE = 1,"
                                                                         "KernelSize = [2, 2], Function = \"MaxPool\", OutImgDims = [2, 2],"
                                                                         "AccumBits = 0, Size = 0") "(w) y = Transpose <perm = [0, 3, 1, 2]> (p) }");
}

Test(infer_pool, says_why_not)
{
    static const struct {
        const char *text, *reason;
    } cases[] = {
        {"g (float[1,1,4,4] x) => (float[1,1,2,2] y) {"
         "    [p] y = MaxPool <kernel_shape = [2, 2], strides = [2, 2]> (x) }",
         "p (MaxPool): x is FLOAT32: layers take integers"},
        {"g (float[1,1,5,5] x {INT4}) => (float[1,1,3,3] y) {"
         "    y = MaxPool <kernel_shape = [3, 3], strides = [2, 2], pads = [1, 1, 1, 1]> (x) }",
         "it pads with -8, the smallest INT4, and FMPadding with 0 only"},
        {"g (float[1,1,4,4] x {UINT4}) => (float[1,1,2,2] y) {"
         "    y = MaxPool <kernel_shape = [1, 2], strides = [2, 2]> (x) }",
         "windows of 1 by 2 leave gaps: they lie 2 by 2 apart"},
        {"g (float[1,1,4] x {UINT4}) => (float[1,1,2] y) {"
         "    y = MaxPool <kernel_shape = [2], strides = [2]> (x) }",
         "x has rank 3, not 4"},
        {"g (float[1,1,5,4] x {UINT4}) => (float[1,1,3,2] y) {"
         "    y = MaxPool <kernel_shape = [2, 2], strides = [2, 2], ceil_mode = 1> (x) }",
         "ceil_mode adds a window that ends beyond the 5 pixels of an axis"},
        {"g (float[1,1,4,4] x {UINT4}) => (float[1,1,4,4] y) {"
         "    y = MaxPool <kernel_shape = [2, 2], auto_pad = \"SAME_UPPER\"> (x) }",
         "auto_pad is SAME_UPPER: the paddings have to be numbers"},
        {"g (float[1,1,4,4] x {UINT4}) => (float[1,1,3,3] y, int64[1,1,3,3] i) {"
         "    y, i = MaxPool <kernel_shape = [2, 2]> (x) }",
         "it gives the indices i, too"},
        {"g (float[1,1,4,4] x {UINT4}) => (float[1,1,2,2] y) { y = " AVERAGE(
             "kernel = 2, stride = 2, ibits = 8, obits = 3, signed = 0") "(x) }",
         "it averages unsigned integers of 8 bits, its input is UINT4"},
        {"g (float[3,1,4,4] x {UINT4}) => (float[3,1,3,3] y) {"
         "    y = MaxPool <kernel_shape = [2, 2]> (x) }",
         "x is a batch of 3"},
        {"g (float[1,1,4,4] x {UINT4}) => (float[1,1,2,2] y) {"
         "    y = MaxPool <kernel_shape = [2, 2]> (x) }",
         "its input makes y 3 by 3, the model says 2 by 2"},
        {"g (float[1,1,3,3] x {UINT4}) => (float[1,1,4,4] y) {"
         "    y = MaxPool <kernel_shape = [1, 1], pads = [1, 1, 0, 0]> (x) }",
         "a window may lie in the padding of 1 and 0 alone"},
        /* Taps at -1 and 2 of 2 rows. */
        {"g (float[1,1,2,3] x {UINT4}) => (float[1,1,1,3] y) {"
         "    y = MaxPool <kernel_shape = [2, 1], dilations = [3, 1], pads = [1, 0, 1, 0]> (x) }",
         "a window may lie in the padding of 1 and 1 alone"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        check_remark(PASS, cases[i].text, cases[i].reason);
        check_unchanged_unrun(PASS, cases[i].text);
    }
}

/* Whatever InferPool makes, InferConvInpGen can go on with. */
Test(infer_pool, its_windows_become_hardware)
{
    check_no_remark(PASS ", InferConvInpGen",
                    "g (float[1,2,5,4] x {UINT4}) => (float[1,2,3,2] y {UINT4}) {"
                    "    y = MaxPool <kernel_shape = [3, 2], strides = [2, 2],"
                    "        pads = [1, 0, 1, 1]> (x) }");
}
