/* Says which channels are to go; PropagateMasks finds out what goes with them, RemoveMaskedChannels
 * takes them away. */
#include "pass.h"

#include "mask.h"
#include "spec.h"

#include <inttypes.h>

static finnc_status count_from_the_end(finnc_ctx *cx, fnc_arena *scratch, const finnc_value *value,
                                       const fnc_mask *from, fnc_mask *mask)
{
    const int rank = finnc_value_rank(value);
    *mask = (fnc_mask){NULL};
    for (const fnc_mask_axis *a = from->axes; a; a = a->next) {
        bool grew;
        const int64_t axis = a->axis < 0 && rank >= 0 ? a->axis + rank : a->axis;
        if (axis < 0 || (a->count > 0 && a->channels[0] < 0))
            return finnc_fail(cx, FINNC_BAD_VALUE, "axis %" PRId64 ", channel %" PRId64 ": no such",
                              a->axis, a->count > 0 ? a->channels[0] : 0);
        FINNC_TRY(fnc_mask_add(cx, scratch, mask, axis, a->channels, a->count, &grew));
    }
    return FINNC_OK;
}

static finnc_status apply_all(finnc_pass_run *run, finnc_graph *graph, fnc_arena *scratch)
{
    finnc_ctx *cx = finnc_pass_ctx(run);
    fnc_mask_spec *spec;
    FINNC_TRY(fnc_prune_spec_read(run, scratch, &spec));
    for (; spec && finnc_pass_may_rewrite(run); spec = spec->next) {
        FNC_AT_TENSOR(cx, spec->tensor);
        finnc_value *value = finnc_graph_find_value(graph, spec->tensor);
        fnc_mask mask;
        if (!value)
            return finnc_fail(cx, FINNC_NOT_FOUND, "the graph has no tensor of that name");
        FINNC_TRY(count_from_the_end(cx, scratch, value, &spec->mask, &mask));
        FINNC_TRY(fnc_mask_annotate(cx, value, &mask));
    }
    return FINNC_OK;
}

static finnc_status apply_masks(finnc_pass_run *run, finnc_graph *graph)
{
    fnc_arena scratch;
    fnc_arena_init(&scratch, finnc_pass_ctx(run));
    const finnc_status status = apply_all(run, graph, &scratch);
    fnc_arena_clear(&scratch);
    return status;
}

const finnc_pass fnc_pass_apply_masks = {
    .name = "ApplyMasks",
    .summary = "annotates tensors with the channels that are to be pruned",
    .upstream = "qonnx.transformation.pruning",
    .notes = "prune_spec is {tensor: {axis: channels}}, channels a list; or a text of the same in "
             "Python's spelling, {'Mul_0_out0': {1: {0, 3}}}. A tensor's mask takes the place of "
             "the one that it had. A tensor that is not there is an error; upstream annotates it "
             "all the same and drops the annotation at once.",
    .flags = FINNC_PASS_STABLE,
    .params = {{"prune_spec", FINNC_PARAM_JSON, NULL, "{tensor: {axis: [channel, ...]}}"}},
    .run = apply_masks,
};
