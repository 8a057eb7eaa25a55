/* ApplyMasks, PropagateMasks, RemoveMaskedChannels. */
#include "pass.h"

#include <base/buf.h>

static finnc_status prune_channels(finnc_pass_run *run, finnc_graph *graph)
{
    finnc_ctx *cx = finnc_pass_ctx(run);
    (void)graph;
    if (!finnc_pass_bool(run, "lossy"))
        finnc_log(cx, FINNC_WARNING,
                  "channels that are a constant and not zero are pruned also with lossy=false");
    fnc_buf passes;
    fnc_buf_init(&passes, cx);
    fnc_buf_printf(&passes, "ApplyMasks{prune_spec=%s}, PropagateMasks, RemoveMaskedChannels",
                   finnc_pass_json(run, "prune_spec"));
    finnc_status status = fnc_buf_check(&passes);
    if (status == FINNC_OK)
        status = finnc_pass_call(run, fnc_buf_text(&passes));
    fnc_buf_clear(&passes);
    return status;
}

const finnc_pass fnc_pass_prune_channels = {
    .name = "PruneChannels",
    .summary = "prunes channels, and all that serves only them",
    .upstream = "qonnx.transformation.pruning",
    .notes =
        "ApplyMasks, PropagateMasks, RemoveMaskedChannels; prune_spec is the first one's. Pruning "
        "a channel takes it for zero: whoever prunes channels that are not changes the results. "
        "Biases of convolutions and weights that come out of quantisers are pruned as well; "
        "upstream refuses both.",
    .flags = FINNC_PASS_CHANGES_VALUES | FINNC_PASS_CHANGES_IO,
    .params = {{"prune_spec", FINNC_PARAM_JSON, NULL, "{tensor: {axis: [channel, ...]}}"},
               {"lossy", FINNC_PARAM_BOOL, "true", "has no effect"}},
    .run = prune_channels,
};
