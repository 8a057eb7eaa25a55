/* Decides for each abstract layer whether it is built in HLS or RTL:
 *
 *      y = MVAU{preferred_impl_style = "rtl"}(x, w)    becomes    y = MVAU_rtl(x, w)
 *
 * The layers themselves know what is possible (finnc_layer_bind). */
#include "hw.h"

#include <base/arena.h>

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

/* ---- the order of windows ---- */

typedef struct readers {
    finnc_node **nodes;
    size_t count;
} readers;

/* Windows have no order as long as their generator is abstract. Which layers read such? */
static finnc_status find_readers(finnc_ctx *cx, fnc_arena *arena, finnc_graph *graph, readers *r)
{
    r->nodes = FNC_NEW_ARRAY(arena, finnc_node *, finnc_graph_nnodes(graph) + 1);
    if (!r->nodes)
        return finnc_no_memory(cx);
    finnc_foreach_node (node, graph) {
        const finnc_node *maker = finnc_layer_find(node) ? fnc_hw_stream_maker(node) : NULL;
        if (maker && finnc_layer_find(maker) && finnc_node_leaves_order_open(maker))
            r->nodes[r->count++] = node;
    }
    return FINNC_OK;
}

/* Once it is bound, SIMD decides. */
static finnc_status check_readers(finnc_ctx *cx, const readers *r)
{
    for (size_t i = 0; i < r->count; i++) {
        const finnc_node *maker = fnc_hw_stream_maker(r->nodes[i]);
        if (fnc_hw_is_bound(maker))
            FINNC_TRY(finnc_layer_check_order(cx, maker, r->nodes[i]));
    }
    return FINNC_OK;
}

/* ---- the pass ---- */

static finnc_status specialize_all(finnc_pass_run *run, finnc_graph *graph)
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

static finnc_status specialize_layers(finnc_pass_run *run, finnc_graph *graph)
{
    finnc_ctx *cx = finnc_pass_ctx(run);
    fnc_arena scratch;
    readers r = {.count = 0};
    fnc_arena_init(&scratch, cx);
    finnc_status status = find_readers(cx, &scratch, graph, &r);
    if (status == FINNC_OK)
        status = specialize_all(run, graph);
    if (status == FINNC_OK)
        status = check_readers(cx, &r);
    fnc_arena_clear(&scratch);
    return status;
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
        "where upstream raises. Partitions are left alone, which upstream raises on.\n\n"
        "A generator of windows that is bound lays them out in groups of SIMD channels if it is "
        "depthwise. A reader that takes them in groups of another size (its PE; for a matrix "
        "product all channels) is an error: upstream builds what computes something else.",
    .flags = FINNC_PASS_STABLE,
    .params = {{"fpgapart", FINNC_PARAM_STRING, NULL,
                "the FPGA, as xc7z020clg400-1, or a board of FINN's"}},
    .run = specialize_layers,
};
