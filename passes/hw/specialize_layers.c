/* Decides for each abstract layer whether it is built in HLS or RTL:
 *
 *      y = MVAU{preferred_impl_style = "rtl"}(x, w)    becomes    y = MVAU_rtl(x, w)
 *
 * The layers themselves know what is possible (finnc_layer_bind). */
#include "hw.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *suffix, *domain;
} styles[] = {
    [FINNC_STYLE_HLS] = {"_hls", FNC_HW_DOMAIN_HLS},
    [FINNC_STYLE_RTL] = {"_rtl", FNC_HW_DOMAIN_RTL},
};

static finnc_status specialize(finnc_pass_run *run, finnc_node *node, const finnc_part *part)
{
    finnc_ctx *cx = finnc_pass_ctx(run);
    finnc_binding binding;
    char op_type[64];
    FINNC_TRY(finnc_layer_bind(cx, node, part, &binding));
    snprintf(op_type, sizeof op_type, "%s%s", finnc_layer_name(finnc_layer_find(node)),
             styles[binding.style].suffix);
    if (!binding.is_preferred)
        finnc_pass_missed(run, node, "preferred_impl_style is %s, but %s",
                          finnc_node_string(node, "preferred_impl_style", ""), binding.why);
    finnc_pass_applied(run, node, "becomes %s%s%s", op_type, *binding.why ? ": " : "", binding.why);
    finnc_node_erase_attr(node, "preferred_impl_style");
    FINNC_TRY(fnc_import(cx, finnc_node_graph(node), styles[binding.style].domain));
    return finnc_node_set_op(cx, node, op_type, styles[binding.style].domain);
}

static finnc_status specialize_layers(finnc_pass_run *run, finnc_graph *graph)
{
    finnc_part part;
    FINNC_TRY(finnc_part_find(finnc_pass_ctx(run), finnc_pass_string(run, "fpgapart"), &part));
    finnc_foreach_node (node, graph) {
        if (!finnc_layer_find(node) || fnc_hw_is_bound(node))
            continue;
        if (!finnc_pass_may_rewrite(run))
            break;
        FINNC_TRY(specialize(run, node, &part));
    }
    return FINNC_OK;
}

const finnc_pass fnc_pass_specialize_layers = {
    .name = "SpecializeLayers",
    .summary = "decides which hardware layers are built in HLS and which in RTL",
    .upstream = "finn.transformation.fpgadataflow.specialize_layers",
    .notes =
        "A layer gets what its attribute preferred_impl_style asks for, and otherwise RTL where "
        "that is possible and worth it; a remark tells what decided. Nodes keep their names, which "
        "upstream drops. A part has to be known, at least its family; boards' names are parts, too. "
        "Weights of an MVAU that are no constant count as if they held every value of their type, "
        "where upstream raises. Partitions are left alone, which upstream raises on.",
    .flags = FINNC_PASS_STABLE,
    .params = {{"fpgapart", FINNC_PARAM_STRING, NULL,
                "the FPGA, as xc7z020clg400-1, or a board of FINN's"}},
    .run = specialize_layers,
};
