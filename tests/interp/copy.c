#include "fast/engines.h"
#include "support/poor_model.h"

static finnc_model *model;
static void *before; /* the model's bytes */
static size_t nbefore;

static void close_model(void)
{
    finnc_bytes_destroy(cx, before);
    finnc_model_destroy(model);
    teardown();
}

TestSuite(copy, .init = setup, .fini = close_model);

#define HEAD                                                                                       \
    "<ir_version: 8, opset_import: [\"\" : 13, \"qonnx.custom_op.general\" : 1, \"f\" : 1]>\n"
#define CONSTANTS                                                                                  \
    "float s = {1}, float z = {0}, float n = {4}, "                                                \
    "float[2,3,1,1] w = {1, -1, 2, 1, 1, -1}"
#define LAYERS                                                                                     \
    "[quant] q = qonnx.custom_op.general.Quant<signed = 1, narrow = 0>(e, s, z, n)\n"              \
    "[conv] c = Conv(q, w) [relu] y = Relu(c)"

/* Where the sizes end that the file tells: nothing is compiled behind it until e has a shape. */
#define BARE HEAD "g (float[1,3,4,4] x) => (y) <" CONSTANTS "> { [wave] e = Sin(x) " LAYERS " }"

static void read_model(const char *text)
{
    model = read_text(cx, text);
    cr_assert_eq(finnc_model_write_bytes(cx, model, &before, &nbefore), FINNC_OK);
}

static void check_unchanged(void)
{
    void *after;
    size_t nafter;
    cr_assert_eq(finnc_model_write_bytes(cx, model, &after, &nafter), FINNC_OK);
    cr_expect_eq(nafter, nbefore);
    cr_expect(nafter == nbefore && !memcmp(after, before, nafter), "the model was changed");
    finnc_bytes_destroy(cx, after);
}

/* So many nodes are fast, and both engines give the same. */
static finnc_session *check_fast(size_t nfast)
{
    finnc_session *fast = open(model, FINNC_ENGINE_FAST, 1);
    finnc_session *plain = open(model, FINNC_ENGINE_REFERENCE, 1);
    for (size_t i = 0; count_fast(fast) != nfast && i < finnc_session_nnodes(fast); i++)
        printf("%zu: %s\n", i, finnc_session_how(fast, i).why);
    cr_assert_eq(count_fast(fast), nfast);
    for (uint64_t seed = 0; seed < 3; seed++) {
        cr_assert_eq(finnc_session_feed_random(fast, seed), FINNC_OK);
        cr_assert_eq(finnc_session_feed_random(plain, seed), FINNC_OK);
        cr_assert_eq(finnc_session_run(fast), FINNC_OK, "%s", finnc_ctx_message(cx));
        cr_assert_eq(finnc_session_run(plain), FINNC_OK, "%s", finnc_ctx_message(cx));
        compare(model, fast, plain);
    }
    finnc_session_destroy(plain);
    check_unchanged();
    return fast;
}

Test(copy, shapes_that_a_file_does_not_have_are_inferred)
{
    read_model(BARE);
    finnc_session_destroy(check_fast(3));
}

Test(copy, what_is_told_is_told_of_the_models_own_nodes)
{
    read_model(BARE);
    finnc_session *session = check_fast(3);
    size_t i = 0, nlayers = 0;
    finnc_stage stage;
    finnc_foreach_node (node, finnc_model_graph(model))
        cr_expect_eq(finnc_session_how(session, i++).node, node);
    for (i = 0; finnc_session_stage(session, i, &stage); i++)
        if (stage.node) {
            cr_expect_eq(finnc_node_graph(stage.node), finnc_model_graph(model));
            nlayers++;
        }
    cr_expect_gt(nlayers, 0);
    finnc_session_destroy(session);
}

static finnc_status see(void *user, finnc_ctx *which, const finnc_trace *trace)
{
    size_t *seen = user;
    (void)which;
    cr_expect_eq(finnc_graph_model(finnc_node_graph(trace->node)), model);
    if (finnc_node_is(trace->node, "Sin"))
        seen[trace->depth]++;
    return FINNC_OK;
}

Test(copy, a_trace_is_of_the_models_own_nodes_in_bodies_too)
{
    size_t seen[2] = {0};
    finnc_session *session;
    read_model(HEAD "g (float[1,4] x) => (y) <bool yes = {1}> { e = Sin(x)\n"
                    "y = If (yes) <then_branch = a () => (float[1,4] t) { u = Sin(e) t = Sin(u) },"
                    " else_branch = b () => (float[1,4] f) { f = Identity(e) }> }");
    const finnc_session_options options = {.trace = see, .user = seen};
    cr_assert_eq(finnc_session_create(cx, model, &options, &session), FINNC_OK, "%s",
                 finnc_ctx_message(cx));
    cr_assert_eq(finnc_session_feed_random(session, 1), FINNC_OK);
    cr_assert_eq(finnc_session_run(session), FINNC_OK, "%s", finnc_ctx_message(cx));
    cr_expect_eq(seen[0], 1);
    cr_expect_eq(seen[1], 2);
    finnc_session_destroy(session);
}

Test(copy, a_node_that_contradicts_the_model_keeps_no_other_from_being_fast)
{
    read_model(HEAD "g (float[1,3,4,4] x) => (y) <float[7] wrong, float[9] worse, " CONSTANTS
                    "> { wrong = Relu(x) worse = Neg(wrong) [wave] e = Sin(x) " LAYERS " }");
    finnc_session_destroy(check_fast(3));
}

Test(copy, values_of_functions_have_shapes_too)
{
    read_model(HEAD "g (float[1,3,4,4] x) => (y) <" CONSTANTS
                    "> {\n y = f.layers(x, s, z, n, w) }\n"
                    "<opset_import: [\"\" : 13, \"qonnx.custom_op.general\" : 1], domain: \"f\">\n"
                    "layers (x, s, z, n, w) => (y) { [wave] e = Sin(x) " LAYERS " }\n");
    finnc_session_destroy(check_fast(3));
}

/* What may be fed is the model's to say, whatever is inferred. */
Test(copy, a_value_without_a_shape_takes_any)
{
    read_model(BARE);
    finnc_tensor *e = floats(cx, 4, (int64_t[]){1, 3, 1, 2}, (float[]){1, 2, 3, 4, 5, 6});
    for (int k = 0; k < 2; k++) {
        finnc_session *session = open(model, k ? FINNC_ENGINE_FAST : FINNC_ENGINE_REFERENCE, 1);
        cr_expect_eq(finnc_session_feed(session, "e", e), FINNC_OK, "%s", finnc_ctx_message(cx));
        cr_assert_eq(finnc_session_run(session), FINNC_OK, "%s", finnc_ctx_message(cx));
        const finnc_tensor *y = finnc_session_fetch(session, "y");
        cr_expect_eq(finnc_tensor_dim(y, 3), 2);
        cr_expect_eq(finnc_tensor_get(y, 1), 10); /* 2 - 4 + 2 * 6 */
        finnc_session_destroy(session);
    }
    finnc_tensor_release(e);
}

/* A scan of no rounds has the sizes that its body tells. */
Test(copy, bodies_have_shapes_too)
{
    read_model(HEAD "g (float[2,3] x, int64 none) => (z) <bool yes = {1}> {\n"
                    "z = Loop (none, yes) <body = b (int64 i, bool go) => (bool on, t) "
                    "{ on = Identity(go) t = Sin(x) }> }");
    finnc_session *session = open(model, FINNC_ENGINE_REFERENCE, 1);
    finnc_tensor *none;
    cr_assert_eq(finnc_session_feed_random(session, 1), FINNC_OK);
    cr_assert_eq(finnc_tensor_create_from(cx, FINNC_ELEM_INT64, 0, NULL, (int64_t[]){0}, &none),
                 FINNC_OK);
    cr_assert_eq(finnc_session_feed(session, "none", none), FINNC_OK);
    finnc_tensor_release(none);
    cr_assert_eq(finnc_session_run(session), FINNC_OK, "%s", finnc_ctx_message(cx));
    const finnc_tensor *z = finnc_session_fetch(session, "z");
    cr_assert_eq(finnc_tensor_rank(z), 3);
    cr_expect_eq(finnc_tensor_dim(z, 1), 2);
    cr_expect_eq(finnc_tensor_dim(z, 2), 3);
    finnc_session_destroy(session);
}

/* ---- little memory ---- */

static finnc_status open_fast(finnc_ctx *poor, void *user)
{
    finnc_session *session;
    const finnc_session_options options = {.engine = FINNC_ENGINE_FAST, .threads = 1};
    FINNC_TRY(finnc_session_create(poor, user, &options, &session));
    finnc_status status = finnc_session_feed_random(session, 1);
    if (status == FINNC_OK)
        status = finnc_session_run(session);
    finnc_session_destroy(session);
    return status;
}

Test(copy, any_allocation_may_fail)
{
    check_poor_model(BARE, open_fast, "a session of a model without shapes");
}
