/* FINN's example build of TFC-w1a1 at 100,000 frames a second: its six layers, whose figures are
 * known from FINN itself (cycles, LUTs, memories, throughput). */
#ifndef TEST_TFC_LAYERS_H
#define TEST_TFC_LAYERS_H

#define TFC_HLS "finn.custom_op.fpgadataflow.hls."
#define TFC_RTL "finn.custom_op.fpgadataflow.rtl."
#define TFC_MVAU(mw, mh, simd, bits, more)                                                         \
    TFC_HLS "MVAU_hls<backend=\"fpgadataflow\", MW=" #mw ", MH=" #mh ", PE=1, SIMD=" #simd         \
            ", binaryXnorMode=1, inputDataType=\"BINARY\", weightDataType=\"BINARY\","             \
            " accDataType=\"" bits "\", " more ">"

/* `first` folds the first product: SIMD, which divides 784. */
#define TFC_LAYERS(first)                                                                                                                                                                                      \
    "<ir_version: 8, opset_import: [\"\" : 13, \"finn.custom_op.fpgadataflow.hls\" : 1,"                                                                                                                       \
    " \"finn.custom_op.fpgadataflow.rtl\" : 1]>\n"                                                                                                                                                             \
    "g (float[1,784] x {UINT8}, float[1,1] t {UINT8}, float[784,64] w0 {BINARY},"                                                                                                                              \
    "   float[64,64] w1 {BINARY}, float[64,64] w2 {BINARY}, float[64,10] w3 {BINARY},"                                                                                                                         \
    "   float[64,1] t0 {UINT32}, float[64,1] t1 {UINT32}, float[64,1] t2 {UINT32})"                                                                                                                            \
    " => (float[1,1] y {UINT8}) {"                                                                                                                                                                             \
    " [Thresholding_rtl_0] a = " TFC_RTL "Thresholding_rtl<backend=\"fpgadataflow\","                                                                                                                          \
    "   NumChannels=784, PE=1, numSteps=1, ActVal=0, inputDataType=\"UINT8\","                                                                                                                                 \
    "   weightDataType=\"UINT8\", outputDataType=\"BINARY\", numInputVectors=[1]>(x, t)"                                                                                                                       \
    " [MVAU_hls_0] b = " TFC_MVAU(                                                                                                                                                                             \
        784, 64, first, "INT10",                                                                                                                                                                               \
        "outputDataType=\"BINARY\"") "(a, w0, t0)"                                                                                                                                                             \
                                     " [MVAU_hls_1] c = " TFC_MVAU(                                                                                                                                            \
                                         64, 64, 8, "INT7",                                                                                                                                                    \
                                         "outputDataType=\"BINARY\"") "(b, w1, t1)"                                                                                                                            \
                                                                      " [MVAU_hls_2] d = " TFC_MVAU(                                                                                                           \
                                                                          64, 64, 8, "INT7",                                                                                                                   \
                                                                          "outputDataType=\"BINARY\"") "(c, w2, t2)"                                                                                           \
                                                                                                       " [MVAU_hls_3] e = " TFC_MVAU(                                                                          \
                                                                                                           64,                                                                                                 \
                                                                                                           10,                                                                                                 \
                                                                                                           1,                                                                                                  \
                                                                                                           "INT7",                                                                                             \
                                                                                                           "outputDataType=\"UINT32\", noActivation=1") "(d, w3)"                                              \
                                                                                                                                                        " [LabelSelect_hls_0] y = " TFC_HLS                    \
                                                                                                                                                        "LabelSelect_hls<backend=\"fpgadataflow\", Labels=10," \
                                                                                                                                                        "   PE=1, K=1, inputDataType=\"UINT32\", outputDataType=\"UINT8\">(e) }"

#endif
