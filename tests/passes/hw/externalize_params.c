#include "layers.h"

#include "support/check_pass.h"

#include <criterion/criterion.h>

#define DMA(mode)                                                                                  \
    HLS "IODMA_hls<backend=\"fpgadataflow\", numInputVectors=[4], NumChannels=2,"                  \
        " dataType=\"INT8\", intfWidth=32, streamWidth=16, direction=\"in\", burstMode=\"" mode    \
        "\">"
#define MVAU                                                                                       \
    HLS "MVAU_hls<backend=\"fpgadataflow\", MW=4, MH=2, SIMD=2, PE=1, inputDataType=\"INT2\","     \
        " weightDataType=\"INT8\", outputDataType=\"INT12\", noActivation=1,"                      \
        " mem_mode=\"external\">"
#define M "float[4,2] m {INT8} = {3,1, 7,5, 4,2, 8,6}"
#define W "float[4,2] w {INT8} = {1,2, 3,4, 5,6, 7,8}"
#define NET(mode, constants)                                                                       \
    "g (float[1,4] x {INT2}) => (float[1,2] z {INT12}) <" constants "> {"                          \
    "    [d] w = " DMA(mode) "(m) z = " MVAU "(x, w) }"

Test(externalize_params, what_memory_brings_is_no_constant)
{
    check_pass_unrun("ExternalizeParams", NET("wrap", M ", " W),
                     NET("wrap", M ", float[4,2] w {INT8}"));
}

Test(externalize_params, what_streams_data_stays)
{
    check_unchanged_unrun("ExternalizeParams", NET("increment", M ", " W));
    check_unchanged_unrun("ExternalizeParams", NET("wrap", M ", float[4,2] w {INT8}"));
}

Test(externalize_params, says_why_not)
{
    check_remark("ExternalizeParams",
                 "g (float[1,4] x {INT2}, float[4,2] m {INT8}) => (float[1,2] z {INT12}) <" W "> {"
                 "    [d] w = " DMA("wrap") "(m) z = " MVAU "(x, w) }",
                 "d (IODMA_hls): its weights are no constant");
}
