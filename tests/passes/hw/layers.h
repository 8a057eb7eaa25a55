/* Layers in ONNX's textual syntax, for the tests of passes over hardware. */
#ifndef TEST_HW_LAYERS_H
#define TEST_HW_LAYERS_H

#define HW  "finn.custom_op.fpgadataflow."
#define HLS "finn.custom_op.fpgadataflow.hls."
#define RTL "finn.custom_op.fpgadataflow.rtl."

/* Doubles (1, C) numbers of type `type`, PE at once; one more bit comes out. */
#define DOUBLE(c, pe, type, more)                                                                  \
    HLS "AddStreams_hls<backend=\"fpgadataflow\", NumChannels=" #c ", PE=" #pe                     \
        ", inputDataType=\"" type "\"" more ">"
/* The same of two streams in one. */
#define COPY(c, pe, type, more)                                                                    \
    HLS "ChannelwiseOp_hls<backend=\"fpgadataflow\", Func=\"mul\", NumChannels=" #c ", PE=" #pe    \
        ", inputDataType=\"" type "\", paramDataType=\"UINT1\", outputDataType=\"" type "\"" more  \
        ">"
#define FIFO(n, folded, normal, type, style)                                                       \
    "StreamingFIFO<backend=\"fpgadataflow\", depth=" #n ", folded_shape=" folded                   \
    ", normal_shape=" normal ", dataType=\"" type "\", impl_style=\"" style                        \
    "\", ram_style=\"auto\">"

#endif
