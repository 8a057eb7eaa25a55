/* Operators and passes of a program's own, through the public headers alone. */
#include <finnc/finnc.h>

#include <criterion/criterion.h>

#include <math.h>
#include <pthread.h>
#include <string.h>

/* ---- SoftSign of my.ops: x / (s + |x|), s an attribute ---- */

static finnc_status like_first(finnc_infer *in)
{
    int rank = finnc_infer_rank(in, 0);
    finnc_dim dims[FINNC_MAX_RANK];
    for (int axis = 0; axis < rank; axis++)
        dims[axis] = finnc_infer_dim(in, 0, axis);
    return finnc_infer_set_type(in, 0, finnc_infer_elem(in, 0), rank, dims);
}

static finnc_status check_slope(finnc_infer *in)
{
    double slope = finnc_node_float(finnc_infer_node(in), "slope", 1);
    if (slope <= 0)
        return finnc_fail(finnc_infer_ctx(in), FINNC_BAD_VALUE, "slope is %g, should be above 0",
                          slope);
    return FINNC_OK;
}

typedef struct work {
    const float *x;
    float *y;
    float slope;
} work;

static void soft_sign_range(void *user, int64_t begin, int64_t end)
{
    const work *w = user;
    for (int64_t i = begin; i < end; i++)
        w->y[i] = w->x[i] / (w->slope + fabsf(w->x[i]));
}

static finnc_status soft_sign_run(finnc_call *call)
{
    finnc_array x = finnc_call_input(call, 0);
    void *y;
    FINNC_TRY(finnc_call_output_like(call, 0, &x, &y));
    work w = {x.data, y, (float)finnc_node_float(finnc_call_node(call), "slope", 1)};
    finnc_call_parallel(call, x.nelems, 4, soft_sign_range, &w);
    return FINNC_OK;
}

static const finnc_op soft_sign = {
    .name = "SoftSign",
    .domain = "my.ops",
    .summary = "x divided by slope plus its magnitude",
    .since = {1},
    .in = {{"X", "numbers", 0, "T"}},
    .out = {{"Y", "as X", 0, "T"}},
    .attrs = {{"slope", FINNC_ATTR_FLOAT, "1.0", "how soon it saturates", 0}},
    .types = {{"T", FINNC_TYPE(FLOAT) | FINNC_TYPE(FLOAT16)}},
    .traits = FINNC_OP_ELEMENTWISE,
    .shapes = like_first,
    .check = check_slope,
};
static const finnc_kernel soft_sign_kernel = {.run = soft_sign_run};

/* ---- Pick of my.ops: elements of X times S at the places I (the first), and X ---- */

static finnc_status pick_run(finnc_call *call)
{
    finnc_array x = finnc_call_input(call, 0);
    const int64_t *places = (const int64_t[]){0};
    int64_t count = 1;
    if (finnc_call_has(call, 2))
        FINNC_TRY(finnc_call_ints(call, 2, &places, &count));
    double scale;
    FINNC_TRY(finnc_call_scalar(call, 1, &scale));
    double *scratch = finnc_call_scratch(call, sizeof *scratch, count);
    if (!scratch)
        return finnc_no_memory(finnc_call_ctx(call));
    for (int64_t i = 0; i < count; i++) {
        if (places[i] < 0 || places[i] >= x.nelems)
            return finnc_fail(finnc_call_ctx(call), FINNC_BAD_VALUE, "no place %d", (int)places[i]);
        scratch[i] = ((const float *)x.data)[places[i]] * scale;
    }
    void *y;
    FINNC_TRY(finnc_call_output(call, 0, FINNC_ELEM_FLOAT, 1, &count, &y));
    for (int64_t i = 0; i < count; i++)
        ((float *)y)[i] = (float)scratch[i];
    if (finnc_call_wants(call, 1))
        return finnc_call_share(call, 1, finnc_call_tensor(call, 0));
    return FINNC_OK;
}

static const finnc_op pick = {
    .name = "Pick",
    .domain = "my.ops",
    .summary = "elements at some places",
    .since = {1},
    .in = {{"X", "numbers"}, {"S", "a factor"}, {"I", "places", FINNC_OPTIONAL}},
    .out = {{"Y", "those"}, {"Z", "X", FINNC_OPTIONAL}},
};
static const finnc_kernel pick_kernel = {.run = pick_run};

/* ---- namesakes: of ours, in a domain of its own and in FINN's, and one that cannot be run ---- */

static finnc_status never_run(finnc_call *call)
{
    return finnc_fail(finnc_call_ctx(call), FINNC_UNSUPPORTED, "the wrong kernel");
}

static const finnc_op own_relu = {
    .name = "Relu", .domain = "my.ops", .since = {1}, .in = {{"X"}}, .out = {{"Y"}}};
static const finnc_op other_quant = {.name = "MultiThreshold",
                                     .domain = "qonnx.custom_op.general",
                                     .since = {1},
                                     .in = {{"X"}, {"T"}},
                                     .out = {{"Y"}}};
static const finnc_op mute = {
    .name = "Mute", .domain = "my.ops", .since = {1}, .in = {{"X"}}, .out = {{"Y"}}};
static const finnc_kernel wrong = {.run = never_run};

static const finnc_own_op own_ops[] = {
    {&soft_sign, &soft_sign_kernel}, {&pick, &pick_kernel}, {&own_relu, &soft_sign_kernel},
    {&other_quant, &wrong},          {&mute, NULL},         {NULL, NULL}};

/* Twice a SoftSign is none: of no use, but a pass. */
static const finnc_pass drop_pairs = {
    .name = "DropPairs",
    .summary = "leaves out a SoftSign of a SoftSign",
    .flags = FINNC_PASS_CHANGES_VALUES,
    .rules = {{.have = "\"my.ops\"SoftSign(\"my.ops\"SoftSign(x))", .want = "x"}},
};
static const finnc_pass *const own_passes[] = {&drop_pairs, NULL};

static finnc_ctx *cx;
static finnc_model *model;

static void setup(void)
{
    cx = finnc_ctx_create(&(finnc_ctx_options){.ops = own_ops, .passes = own_passes});
}

static void teardown(void)
{
    finnc_model_destroy(model);
    cr_assert_eq(finnc_ctx_live_bytes(cx), 0, "a leak");
    finnc_ctx_destroy(cx);
}

TestSuite(own, .init = setup, .fini = teardown);

#define HEAD                                                                                       \
    "<ir_version: 8, opset_import: [\"\": 13, \"my.ops\": 1, \"qonnx.custom_op.general\": 1]> "

static void must(finnc_status status)
{
    cr_assert_eq(status, FINNC_OK, "%s", finnc_ctx_message(cx));
}

static void read(const char *text)
{
    must(finnc_model_read_text(cx, text, &model));
}

static finnc_node *first_node(void)
{
    return finnc_graph_first_node(finnc_model_graph(model));
}

/* Output y of a model whose inputs are initialisers. */
static finnc_tensor *run(finnc_ctx *c, const finnc_model *m)
{
    finnc_session *session;
    cr_assert_eq(finnc_session_create(c, m, NULL, &session), FINNC_OK, "%s", finnc_ctx_message(c));
    cr_assert_eq(finnc_session_run(session), FINNC_OK, "%s", finnc_ctx_message(c));
    finnc_tensor *y = finnc_tensor_retain(finnc_session_fetch(session, "y"));
    finnc_session_destroy(session);
    return y;
}

static const char *const one_soft_sign =
    HEAD "g () => (y) <float[2,2] x = {-1, 0, 1, 3}> { y = my.ops.SoftSign<slope = 1.0>(x) }";

static void check_soft_sign(finnc_tensor *y)
{
    const double want[] = {-0.5, 0, 0.5, 0.75};
    cr_assert_eq(finnc_tensor_nelems(y), 4);
    for (int i = 0; i < 4; i++)
        cr_expect_eq(finnc_tensor_get(y, i), want[i], "%d: %g", i, finnc_tensor_get(y, i));
    finnc_tensor_release(y);
}

Test(own, an_op_runs)
{
    read(one_soft_sign);
    cr_expect_eq(finnc_node_find_op(first_node()), &soft_sign);
    cr_expect_eq(finnc_node_own_kernel(first_node()), &soft_sign_kernel);
    cr_expect(finnc_node_can_run(first_node()));
    check_soft_sign(run(cx, model));
}

Test(own, shapes_and_types_are_inferred)
{
    read(HEAD "g (float[N,3] x) => (y) { y = my.ops.SoftSign(x) }");
    must(finnc_graph_infer_shapes(cx, finnc_model_graph(model)));
    const finnc_value *y = finnc_node_output(first_node(), 0);
    cr_expect_eq(finnc_value_elem(y), FINNC_ELEM_FLOAT);
    cr_expect_eq(finnc_value_rank(y), 2);
    cr_expect_eq(finnc_value_dim(y, 1).size, 3);
    cr_expect_str_eq(finnc_value_dim(y, 0).symbol, "N");
}

Test(own, nodes_are_held_to_the_record)
{
    read(HEAD "g (float[3] x) => (y) { y = my.ops.SoftSign<slope = -1.0>(x) }");
    cr_expect_eq(finnc_node_check(cx, first_node()), FINNC_BAD_VALUE);
    cr_expect(strstr(finnc_ctx_message(cx), "slope is -1, should be above 0"), "%s",
              finnc_ctx_message(cx));
    finnc_model_destroy(model);
    read(HEAD "g (int32[3] x) => (y) { y = my.ops.SoftSign(x) }");
    cr_expect_eq(finnc_node_check(cx, first_node()), FINNC_BAD_VALUE);
    cr_expect(strstr(finnc_ctx_message(cx), "INT32"), "%s", finnc_ctx_message(cx));
    finnc_ctx_clear(cx);
}

Test(own, small_floats_come_widened_and_go_back)
{
    read(HEAD "g () => (y) <float16[2] x = {1.0, -3.0}> { y = my.ops.SoftSign(x) }");
    finnc_tensor *y = run(cx, model);
    cr_expect_eq(finnc_tensor_elem(y), FINNC_ELEM_FLOAT16);
    cr_expect_eq(finnc_tensor_get(y, 1), -0.75);
    finnc_tensor_release(y);
}

Test(own, a_kernel_sees_inputs_scratch_and_outputs)
{
    read(HEAD "g () => (y, z) <float[3] x = {1, 2, 3}, int8[2] i = {2, 0}, double s = {10}> "
              "{ y, z = my.ops.Pick(x, s, i) }");
    finnc_tensor *y = run(cx, model);
    cr_expect_eq(finnc_tensor_nelems(y), 2);
    cr_expect_eq(finnc_tensor_get(y, 0), 30);
    cr_expect_eq(finnc_tensor_get(y, 1), 10);
    finnc_tensor_release(y);
    finnc_model_destroy(model);
    read(HEAD "g () => (y) <float[3] x = {4, 2, 3}, float s = {0.5}> { y = my.ops.Pick(x, s) }");
    y = run(cx, model);
    cr_expect_eq(finnc_tensor_nelems(y), 1);
    cr_expect_eq(finnc_tensor_get(y, 0), 2);
    finnc_tensor_release(y);
}

Test(own, a_kernels_failure_has_the_nodes_place)
{
    read(HEAD "g () => (y) <float[1] x = {1}, int64[1] i = {7}, float s = {1}> "
              "{ [p] y = my.ops.Pick(x, s, i) }");
    finnc_session *session;
    must(finnc_session_create(cx, model, NULL, &session));
    cr_expect_eq(finnc_session_run(session), FINNC_BAD_VALUE);
    cr_expect(strstr(finnc_ctx_message(cx), "Pick): no place 7"), "%s", finnc_ctx_message(cx));
    finnc_session_destroy(session);
    finnc_ctx_clear(cx);
}

Test(own, one_without_a_kernel_is_known_but_does_not_run)
{
    read(HEAD "g (float[3] x) => (y) { y = my.ops.Mute(x) }");
    cr_expect_eq(finnc_node_find_op(first_node()), &mute);
    cr_expect_not(finnc_node_can_run(first_node()));
    finnc_session *session;
    cr_expect_eq(finnc_session_create(cx, model, NULL, &session), FINNC_UNSUPPORTED);
    finnc_ctx_clear(cx);
}

Test(own, namesakes_do_not_take_one_anothers_place)
{
    read(HEAD "g () => (y) <float[1] x = {1}> { y = my.ops.Relu(x) }");
    cr_expect_eq(finnc_node_find_op(first_node()), &own_relu);
    cr_expect_not(finnc_node_is(first_node(), "Relu"), "ONNX's is another one");
    finnc_tensor *y = run(cx, model);
    cr_expect_eq(finnc_tensor_get(y, 0), 0.5);
    finnc_tensor_release(y);
    finnc_model_destroy(model);
    read(HEAD "g () => (y) <float[1,1] x = {1}, float[1,1] t = {0}> "
              "{ y = qonnx.custom_op.general.MultiThreshold(x, t) }");
    cr_expect_neq(finnc_node_find_op(first_node()), &other_quant);
    cr_expect_null(finnc_node_own_kernel(first_node()));
    y = run(cx, model);
    cr_expect_eq(finnc_tensor_get(y, 0), 1);
    finnc_tensor_release(y);
}

Test(own, a_function_of_the_model_goes_before)
{
    read(HEAD "g () => (y) <float[1] x = {-2}> { y = my.ops.SoftSign(x) } "
              "<domain: \"my.ops\", opset_import: [\"\": 13]> SoftSign (a) => (b) { b = Neg(a) }");
    cr_expect_null(finnc_node_find_op(first_node()));
    finnc_tensor *y = run(cx, model);
    cr_expect_eq(finnc_tensor_get(y, 0), 2);
    finnc_tensor_release(y);
}

Test(own, another_context_knows_none_of_it)
{
    finnc_ctx *plain = finnc_ctx_create(NULL);
    finnc_model *m;
    cr_assert_eq(finnc_model_read_text(plain, one_soft_sign, &m), FINNC_OK);
    finnc_session *session;
    cr_expect_eq(finnc_session_create(plain, m, NULL, &session), FINNC_UNSUPPORTED);
    cr_expect(strstr(finnc_ctx_message(plain), "unsupported op SoftSign of domain my.ops"), "%s",
              finnc_ctx_message(plain));
    finnc_model_destroy(m);
    finnc_pipeline *pipeline;
    cr_expect_eq(finnc_pipeline_parse(plain, "DropPairs", &pipeline), FINNC_NOT_FOUND);
    finnc_ctx_destroy(plain);
}

/* A clone is made with the other thread's context: sessions of a model that inlines functions do
 * so. */
Test(own, clones_and_parts_keep_the_ops_whatever_context_makes_them)
{
    read(one_soft_sign);
    finnc_ctx *plain = finnc_ctx_create(NULL);
    finnc_model *clone, *part;
    cr_assert_eq(finnc_model_clone(plain, model, &clone), FINNC_OK);
    check_soft_sign(run(plain, clone));
    finnc_node *node = first_node();
    finnc_value *y = finnc_node_output(node, 0);
    cr_assert_eq(
        finnc_model_extract(plain, finnc_model_graph(model), &node, 1, NULL, 0, &y, 1, &part),
        FINNC_OK);
    check_soft_sign(run(plain, part));
    finnc_model_destroy(part);
    finnc_model_destroy(clone);
    finnc_ctx_destroy(plain);
}

static void *run_elsewhere(void *m)
{
    finnc_ctx *own = finnc_ctx_create(NULL);
    for (int i = 0; i < 20; i++)
        check_soft_sign(run(own, m));
    finnc_ctx_destroy(own);
    return NULL;
}

Test(own, threads_share_a_model)
{
    read(one_soft_sign);
    pthread_t threads[2];
    for (int i = 0; i < 2; i++)
        pthread_create(&threads[i], NULL, run_elsewhere, model);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
}

Test(own, a_model_that_ops_travel_through_bytes_with_knows_them_again)
{
    read(one_soft_sign);
    void *bytes;
    size_t n;
    must(finnc_model_write_bytes(cx, model, &bytes, &n));
    finnc_model_destroy(model);
    must(finnc_model_read_bytes(cx, bytes, n, NULL, &model));
    finnc_bytes_destroy(cx, bytes);
    check_soft_sign(run(cx, model));
}

static void transform(const char *passes, const finnc_transform_options *options)
{
    finnc_pipeline *pipeline;
    must(finnc_pipeline_parse(cx, passes, &pipeline));
    must(finnc_transform(cx, model, pipeline, options));
    finnc_pipeline_destroy(pipeline);
}

Test(own, passes_see_the_ops)
{
    read(one_soft_sign);
    transform("FoldConstants", NULL);
    cr_expect_null(first_node(), "it was run when it was folded");
}

Test(own, verification_runs_them)
{
    read(HEAD "g (float[2] x) => (float[2] y) <float[1] zero = {0}> "
              "{ a = Add(x, zero) y = my.ops.SoftSign(a) }");
    finnc_verification v = {0};
    transform("RemoveIdentityOps",
              &(finnc_transform_options){.verify_each = true, .verification = &v});
    cr_expect_eq(v.verified, 1);
    cr_expect_eq(v.unverified, 0);
}

Test(own, a_pass_is_known_by_name)
{
    cr_expect_eq(finnc_ctx_find_pass(cx, "drop-pairs"), &drop_pairs);
    cr_expect_eq(finnc_ctx_find_pass(cx, "InferShapes"), finnc_pass_find("InferShapes"));
    read(HEAD "g (float[2] x) => (float[2] y) { a = my.ops.SoftSign(x) b = my.ops.SoftSign(a) "
              "y = Relu(b) }");
    transform("InferShapes, DropPairs", NULL);
    cr_expect_str_eq(finnc_node_op_type(first_node()), "Relu");
    finnc_pipeline *pipeline;
    cr_expect_eq(finnc_pipeline_parse(cx, "DropPair", &pipeline), FINNC_NOT_FOUND);
    cr_expect(strstr(finnc_ctx_message(cx), "did you mean DropPairs"), "%s", finnc_ctx_message(cx));
    finnc_ctx_clear(cx);
}

/* ---- records ---- */

static void check_record(const finnc_op *op, const char *words)
{
    finnc_status status = finnc_op_check(cx, op);
    cr_expect_eq(status, words ? FINNC_BAD_VALUE : FINNC_OK, "%s", finnc_ctx_message(cx));
    cr_expect(!words || strstr(finnc_ctx_message(cx), words), "%s", finnc_ctx_message(cx));
    finnc_ctx_clear(cx);
}

Test(own, records_are_told_what_is_wrong_with_them)
{
    const finnc_op *op;
    for (size_t i = 0; (op = finnc_op_at(i)); i++)
        check_record(op, NULL); /* ours are well made */
    check_record(&soft_sign, NULL);
    check_record(&pick, NULL);
    check_record(&other_quant, "op MultiThreshold (qonnx.custom_op.general): finnc has an op");

    finnc_op bad = soft_sign;
    bad.name = NULL;
    check_record(&bad, "without a name");
    bad = soft_sign;
    bad.out[0].name = NULL;
    check_record(&bad, "op SoftSign (my.ops): it has no outputs");
    bad = soft_sign;
    bad.since[0] = 0;
    check_record(&bad, "no version");
    bad.since[0] = 3;
    bad.since[1] = 2;
    check_record(&bad, "version 2 comes behind version 3");
    bad = soft_sign;
    bad.in[0].type = "U";
    check_record(&bad, "X is of type U, which is no element type");
    bad.in[0].type = "INT8";
    check_record(&bad, NULL);
    bad = pick;
    bad.in[0].flags = FINNC_OPTIONAL;
    check_record(&bad, "S is needed, yet comes behind X");
    bad.in[0].flags = FINNC_VARIADIC;
    check_record(&bad, "S comes behind X, which may repeat");
    bad.in[0].flags = FINNC_MIXED;
    check_record(&bad, "X is of mixed types, yet does not repeat");
    bad = soft_sign;
    bad.attrs[0].fallback = "\"steep\"";
    check_record(&bad, "attribute slope has the default \"steep\", which is not of its kind");
    bad.attrs[0].fallback = "1.0.0";
    check_record(&bad, "which is not JSON");
    bad = soft_sign;
    bad.attrs[0].flags = FINNC_REQUIRED;
    check_record(&bad, "attribute slope is required, yet has a default");
    bad = soft_sign;
    bad.attrs[1] = bad.attrs[0];
    check_record(&bad, "attribute slope is there twice");
    bad.since[1] = 2;
    bad.attrs[0].flags = FINNC_UNTIL(2);
    check_record(&bad, "attribute slope is there twice");
    bad.attrs[1].flags = FINNC_SINCE(2);
    bad.attrs[1].fallback = "3.0";
    check_record(&bad, NULL);
    cr_expect_eq(finnc_op_find_attr(&bad, "slope", 1), &bad.attrs[0]);
    cr_expect_eq(finnc_op_find_attr(&bad, "slope", 2), &bad.attrs[1]);
    cr_expect_null(finnc_op_find_attr(&bad, "slop", 2));
    bad = soft_sign;
    bad.choices = (const finnc_choice[]){{"mode", "a b"}, {NULL, NULL}};
    check_record(&bad, "choices for mode, which is no attribute");
}
