/* What the width converters cost that InsertDWC would put between foldings of two layers. */
#include "fold.h"

/* The node that InsertDWC would insert, its widths not said yet. */
static finnc_status make_converter(fnc_fold_space *s, const fnc_fold_edge *edge, finnc_node **dwc)
{
    finnc_stream stream;
    char name[FINNC_DTYPE_NAME_MAX];
    const finnc_node_spec spec = {.op_type = "StreamingDataWidthConverter_hls",
                                  .domain = "finn.custom_op.fpgadataflow.hls"};
    FINNC_TRY(fnc_fold_stream_at(s, &s->ports[edge->from], &stream));
    FINNC_TRY(finnc_graph_insert_node(s->cx, finnc_model_graph(s->model), &spec, NULL, dwc));
    FINNC_TRY(finnc_node_set_ints(s->cx, *dwc, "shape", stream.dims, (size_t)stream.rank));
    return finnc_node_set_string(s->cx, *dwc, "dataType", finnc_dtype_name(stream.dtype, name));
}

/* It cannot be made if words would not divide the last axis. */
static finnc_status price_converter(fnc_fold_space *s, finnc_node *dwc, const fnc_fold_class *a,
                                    const fnc_fold_class *b, double *luts)
{
    finnc_stream in, out;
    finnc_resources r;
    FINNC_TRY(finnc_node_set_int(s->cx, dwc, "inWidth", a->width));
    FINNC_TRY(finnc_node_set_int(s->cx, dwc, "outWidth", b->width));
    if (finnc_layer_input(s->cx, dwc, 0, &in) != FINNC_OK ||
        finnc_layer_output(s->cx, dwc, 0, &out) != FINNC_OK) {
        finnc_ctx_clear(s->cx);
        return FINNC_OK;
    }
    FINNC_TRY(finnc_layer_resources(s->cx, dwc, &s->part, &r));
    *luts = r.lut;
    return FINNC_OK;
}

/* Whole bytes are as good as the bits in them: IODMAs have those. */
static bool same_bytes(int64_t a, int64_t b)
{
    return (a + 7) / 8 == (b + 7) / 8;
}

static const finnc_node *node_at(const fnc_fold_space *s, size_t port)
{
    return s->layers[s->ports[port].layer].node;
}

bool fnc_fold_converts(const fnc_fold_space *space, const fnc_fold_edge *edge, size_t i, size_t j)
{
    return finnc_layer_converts(node_at(space, edge->from),
                                space->ports[edge->from].classes[i].elems, node_at(space, edge->to),
                                space->ports[edge->to].classes[j].elems);
}

finnc_status fnc_fold_price_edge(fnc_fold_space *s, fnc_fold_edge *edge)
{
    const fnc_fold_port *from = &s->ports[edge->from], *to = &s->ports[edge->to];
    const bool rigid =
        finnc_layer_is_rigid(node_at(s, edge->from)) || finnc_layer_is_rigid(node_at(s, edge->to));
    finnc_node *dwc;
    FINNC_TRY(make_converter(s, edge, &dwc));
    edge->luts = FNC_NEW_ARRAY(&s->arena, double, from->nclasses * to->nclasses + 1);
    if (!edge->luts)
        return finnc_no_memory(s->cx);
    for (size_t i = 0; i < from->nclasses; i++) {
        FINNC_TRY(finnc_ctx_check(s->cx));
        for (size_t j = 0; j < to->nclasses; j++) {
            const fnc_fold_class *a = &from->classes[i], *b = &to->classes[j];
            double *luts = &edge->luts[i * to->nclasses + j];
            *luts = -1;
            if (a->pe != b->pe || a->taps != b->taps || (rigid && !same_bytes(a->width, b->width)))
                continue;
            if (fnc_fold_converts(s, edge, i, j))
                FINNC_TRY(price_converter(s, dwc, a, b, luts));
            else
                *luts = 0;
        }
    }
    finnc_graph_erase_node(dwc);
    return FINNC_OK;
}
