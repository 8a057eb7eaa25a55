/* From quantisers to integers and thresholds: what FINN's flow begins with. Each step takes nodes
 * away that no later one gives back, so the list ends. */
#include "pass.h"

const finnc_pass fnc_pass_convert_qonnx_to_finn = {
    .name = "ConvertQONNXtoFINN",
    .summary = "quantisers become integer weights and MultiThresholds",
    .upstream = "finn.transformation.qonnx.convert_qonnx_to_finn",
    .notes = "Activations of more than 8 bits stay; another width is an argument of "
             "ConvertQuantActToMultiThreshold, run before.",
    .steps = "ExtractBiasFromConv, GemmToMatMul, FoldTransposeIntoQuantInit, InferDataTypes, "
             "FoldQuantWeights, ConvertQuantActToMultiThreshold, InferDataTypes, "
             "AvgPoolAndTruncToQuantAvgPool, RemoveIdentityOps",
};
