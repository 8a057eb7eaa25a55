#include <support/check_pass.h>

#include <criterion/criterion.h>

Test(convert_sign_to_thres, becomes_one_threshold)
{
    check_pass("ConvertSignToThres", "n (float[1,4] x) => (float[1,4] y) { y = Sign(x) }",
               "<ir_version: 8, opset_import: [\"\": 17, \"qonnx.custom_op.general\": 1]>"
               "n (float[1,4] x) => (float[1,4] y {BIPOLAR}) <float[1,1] t = {0}>"
               " { y = qonnx.custom_op.general.MultiThreshold"
               " <out_dtype = \"BIPOLAR\", out_scale = 2.0, out_bias = -1.0> (x, t) }");
}

Test(convert_sign_to_thres, a_list_has_no_channels)
{
    check_remark("ConvertSignToThres", "g (float[2] x) => (float[2] y) { y = Sign(x) }",
                 "a MultiThreshold needs data of two axes or more, x has 1");
}
