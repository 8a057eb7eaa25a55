/* A generator of windows and who reads them, for the tests of passes that fold or part the two. */
#ifndef TEST_HW_WINDOWS_H
#define TEST_HW_WINDOWS_H

/* Four pixels with four channels, in 2 by 2 places, and their maxima. */
#define WINDOWS(op, simd, more)                                                                    \
    "finn.custom_op.fpgadataflow." op                                                              \
    "<backend=\"fpgadataflow\", ConvKernelDim=[2,2], IFMChannels=4, IFMDim=[3,3], OFMDim=[2,2],"   \
    " SIMD=" #simd ", Stride=[1,1], Dilation=[1,1], inputDataType=\"UINT4\","                      \
    " outputDataType=\"UINT4\", depthwise=1" more ">"
#define MAXIMA(op, pe)                                                                             \
    "finn.custom_op.fpgadataflow." op "<backend=\"fpgadataflow\", Channels=4, PE=" #pe             \
    ", KernelSize=[2,2], Function=\"MaxPool\", OutImgDims=[2,2], InputDataType=\"UINT4\","         \
    " OutputDataType=\"UINT4\">"
#define GENERATOR       "ConvolutionInputGenerator"
#define BOUND_GENERATOR "rtl.ConvolutionInputGenerator_rtl"
#define BOUND_POOL      "hls.Pool_hls"

#define WINDOWS_AND(between, read)                                                                  \
    "g (float[1,3,3,4] x {UINT4}) => (float[1,2,2,4] y {UINT4}) <float[1,2,2,16] m {UINT4}" between \
    "> {" read " }"
#define POOLED(generator, simd, pool, pe)                                                          \
    WINDOWS_AND("", "[g] m = " WINDOWS(generator, simd, "") "(x)"                                  \
                                                            " [p] y = " MAXIMA(pool, pe) "(m)")

#endif
