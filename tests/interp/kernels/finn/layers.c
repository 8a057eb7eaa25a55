/* FINN's hardware layers in numbers small enough to follow. */
#include "support/run_text.h"

#include <criterion/criterion.h>

#define FINN     "<opset_import: [\"\": 13, \"finn.custom_op.fpgadataflow\": 1]> g () => (float y) "
#define OP(name) "y = finn.custom_op.fpgadataflow." name

Test(layers, mvau_multiplies_and_counts_thresholds)
{
#define MVAU(types, more)                                                                          \
    OP("MVAU")                                                                                     \
    " <MW = 2, MH = 2, SIMD = 1, PE = 1, " types ", noActivation = 0" more "> (x, w, t) }"
    check_output(
        FINN
        "<float[1,2] x = {1, 2}, float[2,2] w = {1, 0, 1, -3}, float[2,2] t = {0, 3, -6, 9}> {" MVAU(
            "inputDataType = \"INT3\", weightDataType = \"INT3\", outputDataType = \"INT2\"",
            ", ActVal = -2"),
        "[1,2]", 0, 0, -1); /* 3 reaches both, -6 one */
    check_output(
        FINN "<float[1,2] x = {1, 2}, float[2,2] w = {1, 0, 1, -3}, float[2,1] t = {4, -7}> {" MVAU(
            "inputDataType = \"INT3\", weightDataType = \"INT3\", outputDataType = \"BIPOLAR\"",
            ""),
        "[1,2]", 0, -1, 1);
}

Test(layers, mvau_counts_equal_bits_for_binary_and_bipolar_operands)
{
    check_output(FINN "<float[1,3] x = {1, 0, 1}, float[3,2] w = {1, 0, 0, 1, 0, 1}> {" OP(
                     "MVAU") " <MW = 3, MH = 2, SIMD = 1, PE = 1, inputDataType = \"BINARY\","
                             " weightDataType = \"BINARY\", outputDataType = \"UINT32\","
                             " noActivation = 1, binaryXnorMode = 1> (x, w) }",
                 "[1,2]", 0, 2, 1);
    check_output(FINN "<float[1,3] x = {1, -1, 1}, float[3,2] w = {1, -1, -1, 1, -1, 1}> {" OP(
                     "MVAU") " <MW = 3, MH = 2, SIMD = 1, PE = 1, inputDataType = \"BIPOLAR\","
                             " weightDataType = \"BIPOLAR\", outputDataType = \"UINT32\","
                             " noActivation = 1> (x, w) }",
                 "[1,2]", 0, 2, 1);
}

Test(layers, vvau_gives_every_channel_a_filter_of_its_own)
{
    /* Four taps of two channels; channels lie together one by one, PE being 1. */
    check_output(FINN "<float[1,1,1,8] x = {1, 2, 3, 4, 5, 6, 7, 8},"
                      " float[2,1,2,2] w = {1, 1, 1, 1, 1, 0, 0, -1}> {" OP(
                          "VVAU") " <PE = 1, SIMD = 1, Dim = [1, 1], Channels = 2, Kernel = [2, 2],"
                                  " inputDataType = \"UINT4\", weightDataType = \"INT2\","
                                  " outputDataType = \"INT8\", noActivation = 1> (x, w) }",
                 "[1,1,1,2]", 0, 10, -3);
    /* Both together: 1, 3, 5, 7 are the first channel's. */
    check_output(FINN "<float[1,1,1,8] x = {1, 2, 3, 4, 5, 6, 7, 8},"
                      " float[2,1,2,2] w = {1, 1, 1, 1, 1, 0, 0, -1}> {" OP(
                          "VVAU") " <PE = 2, SIMD = 1, Dim = [1, 1], Channels = 2, Kernel = [2, 2],"
                                  " inputDataType = \"UINT4\", weightDataType = \"INT2\","
                                  " outputDataType = \"INT8\", noActivation = 1> (x, w) }",
                 "[1,1,1,2]", 0, 16, -6);
}

/* The same, whatever PE is: it is the producer that says how channels lie. */
Test(layers, vvau_behind_im2col_finds_all_channels_together)
{
    check_output("<opset_import: [\"\": 13, \"finn.custom_op.fpgadataflow\": 1,"
                 " \"qonnx.custom_op.general\": 1]> g () => (float y) "
                 "<float[1,2,2,2] x = {1, 2, 3, 4, 5, 6, 7, 8},"
                 " float[2,1,2,2] w = {1, 1, 1, 1, 1, 0, 0, -1}> {"
                 " m = qonnx.custom_op.general.Im2Col <kernel_size = [2, 2], stride = [1, 1],"
                 " input_shape = \"(1, 2, 2, 2)\"> (x) " OP(
                     "VVAU") " <PE = 1, SIMD = 1, Dim = [1, 1], Channels = 2, Kernel = [2, 2],"
                             " inputDataType = \"UINT4\", weightDataType = \"INT2\","
                             " outputDataType = \"INT8\", noActivation = 1> (m, w) }",
                 "[1,1,1,2]", 0, 16, -6);
}

Test(layers, thresholding_shifts_by_act_val)
{
#define THRESHOLDING(more)                                                                                \
    OP("Thresholding")                                                                                    \
    " <PE = 1, NumChannels = 2, numSteps = 2, inputDataType = \"INT4\", weightDataType = \"INT4\", " more \
    "> (x, t) }"
    check_output(FINN "<float[2,2] x = {0, 0, 5, 5}, float[2,2] t = {0, 1, 1, 6}> {" THRESHOLDING(
                     "outputDataType = \"INT2\", ActVal = -1"),
                 "[2,2]", 0, 0, -1, 1, 0);
}

Test(layers, windows_and_pools)
{
    check_output(FINN "<float[1,3,1,2] x = {1, 2, 3, 4, 5, 6}> {" OP(
                     "ConvolutionInputGenerator") " <ConvKernelDim = [2, 1], IFMChannels = 2,"
                                                  " IFMDim = [3, 1], OFMDim = [2, 1], SIMD = 1,"
                                                  " Stride = [1, 1], Dilation = [1, 1],"
                                                  " inputDataType = \"UINT4\","
                                                  " outputDataType = \"UINT4\"> (x) }",
                 "[1,2,1,4]", 0, 1, 2, 3, 4, 3, 4, 5, 6);
    check_output(FINN "<float[1,2,2,1] x = {1, 4, 3, 2}> {" OP(
                     "StreamingMaxPool") " <ImgDim = [2, 2], PoolDim = [2, 2], NumChannels = 1,"
                                         " PE = 1, dataType = \"UINT4\"> (x) }",
                 "[1,1,1,1]", 0, 4);
    check_output(FINN "<float[1,2,2,1] x = {1, 4, 3, 2}> {" OP(
                     "GlobalAccPool") " <NumChannels = 1, PE = 1, inputDataType = \"UINT4\","
                                      " numInputVectors = [1, 2, 2]> (x) }",
                 "[1,1,1,1]", 0, 10);
}

Test(layers, pictures_grow_and_shrink)
{
    check_output(FINN "<float[1,1,2,1] x = {1, 2}> {" OP(
                     "FMPadding") " <ImgDim = [1, 2], Padding = [1, 0, 0, 1], NumChannels = 1,"
                                  " inputDataType = \"UINT4\"> (x) }",
                 "[1,2,3,1]", 0, 0, 0, 0, 1, 2, 0);
    check_output(FINN "<float[1,2,2,1] x = {1, 2, 3, 4}> {" OP(
                     "FMPadding_Pixel") " <ImgDim = [2, 2], Stride = [1, 2], NumChannels = 1,"
                                        " inputDataType = \"UINT4\"> (x) }",
                 "[1,2,3,1]", 0, 1, 0, 2, 3, 0, 4);
    check_output(FINN "<float[1,3,3,1] x = {1, 2, 3, 4, 5, 6, 7, 8, 9}> {" OP(
                     "DownSampler") " <ImgDim = 3, NumChannels = 1, Stride = 2,"
                                    " inputDataType = \"UINT4\"> (x) }",
                 "[1,2,2,1]", 0, 1, 3, 7, 9);
    check_output(FINN "<float[1,2,1,1] x = {1, 2}> {" OP(
                     "UpsampleNearestNeighbour") " <IFMDim = 2, OFMDim = 4, NumChannels = 1,"
                                                 " DimMode = 1, inputDataType = \"UINT4\"> (x) }",
                 "[1,4,1,1]", 0, 1, 1, 2, 2);
}

Test(layers, streams_are_added_picked_joined_and_looked_up)
{
    check_output(FINN "<float[1,2] a = {1, 2}, float[1,2] b = {10, 20}> {" OP(
                     "AddStreams") " <NumChannels = 2, PE = 1, inputDataType = \"UINT8\"> (a, b) }",
                 "[1,2]", 0, 11, 22);
    check_output(FINN "<float[1,2] a = {1, 9}, float[1,2] b = {4, 2}> {" OP(
                     "StreamingEltwise") " <eltwiseOp = \"AbsDiff\", NumChannels = 2, PE = 1,"
                                         " inputDataType0 = \"UINT8\", inputDataType1 = \"UINT8\">"
                                         " (a, b) }",
                 "[1,2]", 0, 3, 7);
    check_output(FINN "<float[2,2] a = {1, 2, 3, 4}, float[2] b = {10, 100}> {" OP(
                     "ChannelwiseOp") " <Func = \"mul\", NumChannels = 2, PE = 1,"
                                      " inputDataType = \"UINT8\", paramDataType = \"UINT8\","
                                      " outputDataType = \"UINT16\"> (a, b) }",
                 "[2,2]", 0, 10, 200, 30, 400);
    check_output(FINN "<float[1,5] x = {3, 9, 1, 9, 5}> {" OP(
                     "LabelSelect") " <Labels = 5, PE = 1, K = 3, inputDataType = \"UINT8\"> (x) }",
                 "[1,3]", 0, 1, 3, 4);
    check_output(
        FINN "<float[2,1] a = {1, 2}, float[2,2] b = {3, 4, 5, 6}> {" OP(
            "StreamingConcat") " <ElemsPerStream = [1, 2], inputDataType = \"UINT8\"> (a, b) }",
        "[2,3]", 0, 1, 3, 4, 2, 5, 6);
    check_output(FINN "<int64[2] i = {1, 0}, float[2,2] t = {1, 2, 3, 4}> {" OP(
                     "Lookup") " <NumEmbeddings = 2, EmbeddingDim = 2, EmbeddingType = \"UINT8\","
                               " InputType = \"UINT8\"> (i, t) }",
                 "[2,2]", 0, 3, 4, 1, 2);
    check_run_fails(
        FINN "<int64[1] i = {2}, float[2,2] t = {1, 2, 3, 4}> {" OP(
            "Lookup") " <NumEmbeddings = 2, EmbeddingDim = 2, EmbeddingType = \"UINT8\","
                      " InputType = \"UINT8\"> (i, t) }",
        FINNC_BAD_VALUE, "index 2 in a table of 2");
}
