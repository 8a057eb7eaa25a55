/* QuantAvgPool2d knows both orders of the axes; hardware wants the channels last. Only nodes with
 * the channels first change, so it ends. */
#include "pass.h"

const finnc_pass fnc_pass_change_data_layout_quant_avg_pool2d = {
    .name = "ChangeDataLayoutQuantAvgPool2d",
    .summary = "QuantAvgPool2d works on channels-last data, between Transposes",
    .upstream = "qonnx.transformation.change_datalayout",
    .notes = "The images need not be square. The values between get no annotations, as upstream; "
             "InferDataTypes and InferDataLayouts find them out.",
    .flags = FINNC_PASS_STABLE,
    .finish = "InferShapes",
    .rules = {{
        .have = "q:QuantAvgPool2d{data_layout=\"NCHW\"}(x)",
        .want = "Transpose{perm=[0,3,1,2]}("
                "q{data_layout=\"NHWC\"}(Transpose{perm=[0,2,3,1]}(x)))",
    }},
};
