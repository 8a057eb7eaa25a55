/* From whatever holds hardware layers to a model that can be estimated. */
#include <finnc/dataflow.h>

#include <support/poor_model.h>
#include <support/run_text.h>
#include <support/suite.h>

#include <criterion/criterion.h>
#include <string.h>

FNC_SUITE(open_dataflow);

#define HEAD  "<ir_version: 8, opset_import: [\"finn.custom_op.fpgadataflow\": 1]>"
#define LAYER "<NumChannels = 4, PE = 1, inputDataType = \"INT2\", numInputVectors = [1]>"
static const char abstract[] = HEAD "g (float[1,4] x {INT2}) => (float[1,4] y {INT4}) {"
                                    " a = finn.custom_op.fpgadataflow.AddStreams" LAYER "(x, x)"
                                    " y = finn.custom_op.fpgadataflow.AddStreams" LAYER "(a, a) }";

static finnc_status open_for(finnc_ctx *context, const finnc_model *model, const char *name,
                             finnc_model **opened)
{
    finnc_part part;
    if (name)
        FINNC_TRY(finnc_part_find(context, name, &part));
    return finnc_dataflow_open(context, model, name ? &part : NULL, opened);
}

Test(open_dataflow, layers_are_bound_and_named_in_a_copy)
{
    finnc_model *model = read_text(cx, abstract), *opened;
    cr_assert_eq(open_for(cx, model, NULL, &opened), FINNC_BAD_VALUE);
    cr_assert(strstr(finnc_ctx_message(cx), "2 layers are bound neither to HLS nor to RTL"));
    cr_assert_null(opened);
    finnc_ctx_clear(cx);
    cr_assert_eq(open_for(cx, model, "Pynq-Z1", &opened), FINNC_OK, "%s", finnc_ctx_message(cx));
    const finnc_node *node = finnc_graph_first_node(finnc_model_graph(opened));
    cr_expect_str_eq(finnc_node_op_type(node), "AddStreams_hls");
    cr_expect_str_eq(finnc_node_name(node), "AddStreams_hls_0");
    cr_expect_str_eq(finnc_node_name(finnc_node_next(node)), "AddStreams_hls_1");
    node = finnc_graph_first_node(finnc_model_graph(model));
    cr_expect_str_eq(finnc_node_op_type(node), "AddStreams");
    finnc_model_destroy(opened);
    finnc_model_destroy(model);
}

static void check_refused(const char *text, finnc_status wanted, const char *words)
{
    finnc_model *model = read_text(cx, text), *opened;
    cr_expect_eq(open_for(cx, model, "Pynq-Z1", &opened), wanted);
    cr_expect(strstr(finnc_ctx_message(cx), words), "%s", finnc_ctx_message(cx));
    cr_expect_null(opened);
    finnc_model_destroy(model);
}

Test(open_dataflow, what_holds_no_layers_or_too_many_is_refused)
{
    check_refused("g (float[1] x) => (y) { y = Relu(x) }", FINNC_BAD_VALUE, "no hardware layers");
    check_refused(
        HEAD "g (float[1] x) => (y) {"
             " [a] z = finn.custom_op.fpgadataflow.StreamingDataflowPartition<model = \"a\">(x)"
             " [b] y = finn.custom_op.fpgadataflow.StreamingDataflowPartition<model = \"b\">(z) }",
        FINNC_UNSUPPORTED, "several partitions, a and b");
}

static finnc_status open_poorly(finnc_ctx *context, void *user)
{
    finnc_model *opened;
    const finnc_status status = open_for(context, user, "Pynq-Z1", &opened);
    finnc_model_destroy(opened);
    return status;
}

Test(open_dataflow, whichever_allocation_fails)
{
    check_poor_model(abstract, open_poorly, "open");
}
