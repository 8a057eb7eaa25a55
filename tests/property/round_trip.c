/* What is written and read again is the same model, of random networks and of what flows make of
 * them: byte by byte in ONNX's binary form, as a graph and as text in its textual one. */
#include "seeds.h"
#include "support/check_pass.h"
#include "support/graph_equal.h"
#include "support/random_graph.h"
#include "support/sink.h"
#include "support/suite.h"

#include <jansson.h>
#include <string.h>

FNC_SUITE(round_trip);

/* Networks as exported, and on their way: FINN's ops, annotations, other domains, other layouts. */
static const char *const stages[] = {
    "", "tidy", "ConvertQONNXtoFINN,InferDataTypes", "Streamline,LowerConvsToMatMul",
    "InferDataLayouts,InferThresholdingLayer,InferBinaryMatrixVectorActivation"};

static finnc_status write_text(void *user, finnc_ctx *context, const finnc_model *model)
{
    return finnc_text_write(context, model, FINNC_TEXT_WEIGHTS, test_sink_add, user);
}

static void check_binary(const finnc_model *model, uint64_t seed, const char *stage)
{
    void *first = NULL, *second = NULL;
    size_t nfirst = 0, nsecond = 0;
    finnc_model *again = NULL;
    cr_assert_eq(finnc_model_write_bytes(cx, model, &first, &nfirst), FINNC_OK);
    cr_assert_eq(finnc_model_read_bytes(cx, first, nfirst, NULL, &again), FINNC_OK,
                 "seed %llu after '%s': %s", (unsigned long long)seed, stage,
                 finnc_ctx_message(cx));
    cr_assert_eq(finnc_model_write_bytes(cx, again, &second, &nsecond), FINNC_OK);
    cr_assert(nfirst == nsecond && !memcmp(first, second, nfirst),
              "seed %llu after '%s': %zu bytes become %zu others", (unsigned long long)seed, stage,
              nfirst, nsecond);
    finnc_bytes_destroy(cx, first);
    finnc_bytes_destroy(cx, second);
    finnc_model_destroy(again);
}

static void check_text(const finnc_model *model, uint64_t seed, const char *stage)
{
    test_sink first = {NULL}, second = {NULL};
    finnc_model *again = NULL;
    char why[512];
    cr_assert_eq(write_text(&first, cx, model), FINNC_OK);
    cr_assert_eq(finnc_model_read_text(cx, first.data, &again), FINNC_OK,
                 "seed %llu after '%s': %s", (unsigned long long)seed, stage,
                 finnc_ctx_message(cx));
    cr_assert(graph_equal(finnc_model_graph(again), finnc_model_graph(model), why, sizeof why),
              "seed %llu after '%s': %s", (unsigned long long)seed, stage, why);
    cr_assert_eq(write_text(&second, cx, again), FINNC_OK);
    cr_assert_str_eq(second.data, first.data, "seed %llu after '%s'", (unsigned long long)seed,
                     stage);
    free(first.data);
    free(second.data);
    finnc_model_destroy(again);
}

/* Nothing reads JSON back, but it is JSON, and holds every node in order. */
static void check_json(const finnc_model *model, uint64_t seed, const char *stage)
{
    test_sink text = {NULL};
    json_error_t error;
    cr_assert_eq(finnc_json_write(cx, model, FINNC_TEXT_WEIGHTS, test_sink_add, &text), FINNC_OK);
    json_t *root = json_loads(text.data, JSON_REJECT_DUPLICATES, &error);
    cr_assert_not_null(root, "seed %llu after '%s': %s", (unsigned long long)seed, stage,
                       error.text);
    const json_t *nodes = json_object_get(root, "nodes");
    size_t i = 0;
    cr_assert_eq(json_array_size(nodes), finnc_graph_nnodes(finnc_model_graph(model)));
    finnc_foreach_node (node, finnc_model_graph(model)) {
        const json_t *entry = json_array_get(nodes, i++);
        cr_assert_str_eq(json_string_value(json_object_get(entry, "op")), finnc_node_op_type(node));
    }
    json_decref(root);
    free(text.data);
}

Test(round_trip, random_networks_come_back_at_every_stage)
{
    seeds_foreach(seed, 60)
    {
        char *text = random_graph(seed);
        finnc_model *model = test_read_text(cx, text);
        free(text);
        for (size_t s = 0; s < sizeof stages / sizeof *stages; s++) {
            finnc_pipeline *pipeline = test_pipeline(cx, stages[s], NULL);
            /* A pass may refuse a network, which then stays as it was. */
            if (finnc_transform(cx, model, pipeline, NULL) != FINNC_OK)
                finnc_ctx_clear(cx);
            finnc_pipeline_destroy(pipeline);
            check_binary(model, seed, stages[s]);
            check_text(model, seed, stages[s]);
            check_json(model, seed, stages[s]);
        }
        finnc_model_destroy(model);
    }
}
