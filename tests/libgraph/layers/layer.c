#include <finnc/layer.h>
#include <finnc/op.h>

#include <support/check_pass.h>

#include <criterion/criterion.h>
#include <string.h>
#include <strings.h>

static bool is_layer(const char *name)
{
    const finnc_layer *layer;
    for (size_t i = 0; (layer = finnc_layer_at(i)); i++)
        if (!strcmp(finnc_layer_name(layer), name))
            return true;
    return false;
}

/* An op that is hardware and has no row in layers.def would count for nothing. */
Test(layer, every_hardware_op_is_one)
{
    const finnc_op *op;
    size_t nops = 0, nlayers = 0;
    for (size_t i = 0; (op = finnc_op_at(i)); i++) {
        if (!(op->traits & FINNC_OP_HARDWARE) || op->traits & FINNC_OP_PARTITION)
            continue;
        cr_expect(is_layer(op->name), "%s has no row in layers.def", op->name);
        nops++;
    }
    while (finnc_layer_at(nlayers))
        nlayers++;
    cr_expect_eq(nlayers, nops, "%zu layers, %zu ops", nlayers, nops);
}

Test(layer, rows_are_sorted)
{
    const finnc_layer *a, *b;
    for (size_t i = 0; (a = finnc_layer_at(i)) && (b = finnc_layer_at(i + 1)); i++)
        cr_expect_lt(strcasecmp(finnc_layer_name(a), finnc_layer_name(b)), 0, "%s, %s",
                     finnc_layer_name(a), finnc_layer_name(b));
}

#define HLS "finn.custom_op.fpgadataflow.hls."

/* As InsertDWC: no converter stands next to a converter or an IODMA. */
Test(layer, converters_come_between_words_that_differ)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_model *model = test_read_text(cx, "g (float[1,4] x) => (float[1,4] y) { a = " HLS
                                            "LabelSelect_hls(x) b = " HLS "IODMA_hls(a) y = " HLS
                                            "StreamingDataWidthConverter_hls(b) }");
    const finnc_node *layer = finnc_graph_first_node(finnc_model_graph(model));
    const finnc_node *dma = finnc_node_next(layer), *dwc = finnc_node_next(dma);
    cr_expect(finnc_layer_converts(layer, 2, layer, 3));
    cr_expect_not(finnc_layer_converts(layer, 2, layer, 2));
    cr_expect_not(finnc_layer_converts(layer, 0, layer, 2), "nobody knows");
    cr_expect_not(finnc_layer_converts(layer, 2, layer, 0), "nobody knows");
    cr_expect_not(finnc_layer_converts(layer, 2, dma, 3));
    cr_expect_not(finnc_layer_converts(dma, 2, layer, 3));
    cr_expect_not(finnc_layer_converts(layer, 2, dwc, 3));
    finnc_model_destroy(model);
    finnc_ctx_destroy(cx);
}
