/* The recipe that gathers scales and shifts into thresholds: everything between two quantisers that
 * is not integer arithmetic goes into the second one. Upstream's order, each step run to its
 * fixpoint; the steps end, so their list does. */
#include <pass.h>

const finnc_pass fnc_pass_streamline = {
    .name = "Streamline",
    .summary = "moves scales and shifts into the thresholds, leaving integers between quantisers",
    .upstream = "finn.transformation.streamline",
    .notes =
        "Products and sums of two values that are not constant stay as they are; upstream ends "
        "with an error when it meets one.",
    .steps = "ConvertSubToAdd, ConvertDivToMul, BatchNormToAffine, ConvertSignToThres, "
             "MoveMulPastMaxPool, MoveScalarLinearPastInvariants, "
             "AbsorbSignBiasIntoMultiThreshold, MoveAddPastMul, MoveScalarAddPastMatMul, "
             "MoveAddPastConv, MoveScalarMulPastMatMul, MoveScalarMulPastConv, MoveAddPastMul, "
             "CollapseRepeatedAdd, CollapseRepeatedMul, MoveMulPastMaxPool, "
             "AbsorbAddIntoMultiThreshold, FactorOutMulSignMagnitude, "
             "AbsorbMulIntoMultiThreshold, Absorb1BitMulIntoMatMul, Absorb1BitMulIntoConv, "
             "RoundAndClipThresholds",
    .each = "RemoveIdentityOps, GiveUniqueNodeNames, GiveReadableTensorNames, InferDataTypes",
};
