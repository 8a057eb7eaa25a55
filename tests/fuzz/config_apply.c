/* Property: any configuration of layers is an error of one line or leaves a sound graph, which can
 * tell its own configuration, and tells the same when that is applied. Nothing is left over. */
#include "kit/check.h"
#include "kit/text.h"

#include <finnc/finnc.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HW "finn.custom_op.fpgadataflow."

static const char layers[] =
    "g (float[1,4] x {INT4}) => (float[1,2] y {UINT2}) <float[4,2] w {INT4} = {1, 2, 3, 4, 5, 6, 7,"
    " 1}, float[2,3] t {INT16} = {1, 2, 3, 1, 2, 3}> { [MVAU_hls_0] a = " HW "hls.MVAU_hls"
    " <backend = \"fpgadataflow\", MW = 4, MH = 2, PE = 2, SIMD = 4, inputDataType = \"INT4\","
    " weightDataType = \"INT4\", outputDataType = \"INT16\", noActivation = 1> (x, w)"
    " [Thresholding_rtl_0] y = " HW "rtl.Thresholding_rtl <backend = \"fpgadataflow\", PE = 1,"
    " NumChannels = 2, numSteps = 3, inputDataType = \"INT16\", weightDataType = \"INT16\","
    " outputDataType = \"UINT2\"> (a, t) }";

static finnc_status apply(finnc_ctx *cx, finnc_model *model, const char *config, size_t length)
{
    finnc_pipeline *pipeline;
    char *arguments = malloc(length + 16);
    if (!arguments)
        return finnc_no_memory(cx);
    const int n = sprintf(arguments, "{\"config\":");
    memcpy(arguments + n, config, length);
    memcpy(arguments + n + (int)length, "}", 2);
    finnc_status status = finnc_pipeline_parse(cx, "", &pipeline);
    if (status == FINNC_OK) {
        status = finnc_pipeline_add(cx, pipeline, finnc_pass_find("ApplyConfig"), arguments);
        if (status == FINNC_OK)
            status = finnc_transform(cx, model, pipeline, NULL);
        finnc_pipeline_destroy(pipeline);
    }
    free(arguments);
    return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_model *model;
    /* A text would be the name of a file. */
    if (!size || data[0] != '{') {
        finnc_ctx_destroy(cx);
        return -1;
    }
    CHECK(finnc_model_read_text(cx, layers, &model) == FINNC_OK, finnc_ctx_message(cx));
    if (apply(cx, model, (const char *)data, size) != FINNC_OK)
        CHECK(finnc_ctx_message(cx)[0], "a failure without words");
    finnc_ctx_clear(cx);
    finnc_graph *graph = finnc_model_graph(model); /* after a failure it is another one */
    CHECK(finnc_graph_check(cx, graph) == FINNC_OK, finnc_ctx_message(cx));
    fuzz_text own = {0}, again = {0};
    if (finnc_config_write(cx, graph, finnc_config_attrs(FINNC_CONFIG_FINAL), fuzz_text_add,
                           &own) == FINNC_OK) {
        CHECK(apply(cx, model, own.data, own.length) == FINNC_OK, finnc_ctx_message(cx));
        graph = finnc_model_graph(model);
        CHECK(finnc_config_write(cx, graph, finnc_config_attrs(FINNC_CONFIG_FINAL), fuzz_text_add,
                                 &again) == FINNC_OK,
              finnc_ctx_message(cx));
        CHECK(!strcmp(own.data, again.data), own.data);
    }
    free(own.data);
    free(again.data);
    finnc_model_destroy(model);
    CHECK(finnc_ctx_live_bytes(cx) == 0, "memory is left");
    finnc_ctx_destroy(cx);
    return 0;
}
