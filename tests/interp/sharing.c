/* One model, two threads with sessions of their own. The preset `tsan` makes this a program that
 * the thread sanitizer watches. */
#include <finnc/finnc.h>

#include <criterion/criterion.h>

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { ROUNDS = 10, NOUT = 4 };

static finnc_ctx *cx;
static finnc_model *model;
static pthread_barrier_t both_ready;

static const char *const text =
    "<opset_import: [\"\": 13, \"qonnx.custom_op.general\": 1]>"
    "g (float[1,2,6,6] x) => (float[1,4] y) <float[3,2,3,3] k, float[1,3] t, int64[2] shape,"
    " float[48,4] w, float s> {"
    " c = Conv (x, k) r = Relu (c) q = qonnx.custom_op.general.MultiThreshold (r, t)"
    " f = Reshape (q, shape) m = MatMul (f, w) y = Mul (m, s) }";

/* The elements as they may lie in a file: at an odd address. */
static void give_view(const char *name, finnc_elem elem, int rank, const int64_t *dims)
{
    finnc_tensor *view;
    size_t n = 1, size = (size_t)finnc_elem_bits(elem) / 8;
    for (int i = 0; i < rank; i++)
        n *= (size_t)dims[i];
    char *memory = malloc(n * size + 1);
    for (size_t i = 0; i < n; i++) {
        float x = (float)(i % 7) - 2.5f;
        int64_t shape = i == 0 ? 1 : -1;
        memcpy(memory + 1 + i * size, elem == FINNC_ELEM_INT64 ? (void *)&shape : (void *)&x, size);
    }
    cr_assert_eq(finnc_tensor_create_view(cx, elem, rank, dims, memory + 1, free, memory, &view),
                 FINNC_OK);
    finnc_value *value = finnc_graph_find_value(finnc_model_graph(model), name);
    cr_assert_eq(finnc_value_set_tensor(cx, value, view), FINNC_OK);
    finnc_tensor_release(view);
}

static void setup(void)
{
    cx = finnc_ctx_create(NULL);
    cr_assert_eq(finnc_model_read_text(cx, text, &model), FINNC_OK, "%s", finnc_ctx_message(cx));
    give_view("k", FINNC_ELEM_FLOAT, 4, (int64_t[]){3, 2, 3, 3});
    give_view("t", FINNC_ELEM_FLOAT, 2, (int64_t[]){1, 3});
    give_view("shape", FINNC_ELEM_INT64, 1, (int64_t[]){2});
    give_view("w", FINNC_ELEM_FLOAT, 2, (int64_t[]){48, 4});
    give_view("s", FINNC_ELEM_FLOAT, 0, NULL);
    pthread_barrier_init(&both_ready, NULL, 2);
}

static void teardown(void)
{
    pthread_barrier_destroy(&both_ready);
    finnc_model_destroy(model);
    cr_assert_eq(finnc_ctx_live_bytes(cx), 0, "a leak");
    finnc_ctx_destroy(cx);
}

TestSuite(sharing, .init = setup, .fini = teardown);

/* A copy of its own, changed by passes; then the model itself is as it was. */
static finnc_status transform_once(finnc_ctx *mine, finnc_model *which, float *y)
{
    finnc_model *copy;
    finnc_pipeline *pipeline;
    FINNC_TRY(finnc_model_clone(mine, which, &copy));
    finnc_status status = finnc_pipeline_parse(mine, "tidy,Streamline", &pipeline);
    if (status == FINNC_OK) {
        status = finnc_transform(mine, copy, pipeline, NULL);
        finnc_pipeline_destroy(pipeline);
    }
    y[0] = (float)finnc_graph_nnodes(finnc_model_graph(copy));
    finnc_model_destroy(copy);
    return status;
}

typedef enum task { RUNS, RUNS_FAST, TRANSFORMS } task;

typedef struct runner {
    task task;
    finnc_model *model; /* NULL: one of its own, read in its thread */
    float y[ROUNDS][NOUT];
    finnc_status status;
    size_t left; /* bytes of its context */
} runner;

static finnc_status run_model(finnc_ctx *mine, finnc_model *which, finnc_engine engine,
                              uint64_t seed, float *y)
{
    finnc_session *session;
    const void *data;
    const finnc_session_options options = {.engine = engine};
    FINNC_TRY(finnc_session_create(mine, which, &options, &session));
    finnc_status status = finnc_session_feed_random(session, seed);
    if (status == FINNC_OK)
        status = finnc_session_run(session);
    if (status == FINNC_OK)
        status = finnc_tensor_need_data(mine, finnc_session_fetch(session, "y"), &data);
    if (status == FINNC_OK)
        memcpy(y, data, NOUT * sizeof *y);
    finnc_session_destroy(session);
    return status;
}

static finnc_status do_once(task what, finnc_ctx *mine, finnc_model *which, uint64_t seed, float *y)
{
    switch (what) {
    case RUNS:
        return run_model(mine, which, FINNC_ENGINE_REFERENCE, seed, y);
    case RUNS_FAST:
        return run_model(mine, which, FINNC_ENGINE_FAST, seed, y);
    case TRANSFORMS:
        return transform_once(mine, which, y);
    }
    return FINNC_OK;
}

/* The one with constants in it, as a file has them. */
static finnc_status read_own(finnc_ctx *mine, finnc_model **own)
{
    void *bytes;
    size_t nbytes;
    FINNC_TRY(finnc_model_write_bytes(mine, model, &bytes, &nbytes));
    const finnc_status status = finnc_model_read_bytes(mine, bytes, nbytes, NULL, own);
    finnc_bytes_destroy(mine, bytes);
    return status;
}

/* One thread each: the one of OpenMP's runtime is nothing that a sanitizer sees through. */
static void *run_rounds(void *user)
{
    runner *r = user;
    finnc_ctx *mine = finnc_ctx_create(&(finnc_ctx_options){.threads = 1});
    pthread_barrier_wait(&both_ready);
    finnc_model *own = NULL;
    if (!r->model)
        r->status = read_own(mine, &own);
    for (int i = 0; i < ROUNDS && r->status == FINNC_OK; i++)
        r->status = do_once(r->task, mine, own ? own : r->model, (uint64_t)i, r->y[i]);
    finnc_model_destroy(own);
    r->left = finnc_ctx_live_bytes(mine);
    finnc_ctx_destroy(mine);
    return NULL;
}

static void check_side_by_side(runner *a, runner *b)
{
    static const float nothing[NOUT];
    pthread_t thread;
    cr_assert_eq(pthread_create(&thread, NULL, run_rounds, a), 0);
    run_rounds(b);
    pthread_join(thread, NULL);
    cr_assert_eq(a->status, FINNC_OK);
    cr_assert_eq(b->status, FINNC_OK);
    cr_assert_eq(a->left, 0);
    cr_assert_eq(b->left, 0);
    cr_assert_neq(memcmp(a->y[0], nothing, sizeof nothing), 0, "a result that says something");
}

Test(sharing, two_sessions_of_one_model_run_side_by_side)
{
    static runner a, b;
    a.model = b.model = model;
    check_side_by_side(&a, &b);
    cr_assert_eq(memcmp(a.y, b.y, sizeof a.y), 0);
}

Test(sharing, the_fast_engine_and_the_reference_share_a_model)
{
    static runner a = {.task = RUNS_FAST}, b = {.task = RUNS_FAST}, c, d = {.task = RUNS_FAST};
    a.model = b.model = c.model = d.model = model;
    check_side_by_side(&a, &b);
    cr_assert_eq(memcmp(a.y, b.y, sizeof a.y), 0);
    check_side_by_side(&c, &d);
    cr_assert_eq(memcmp(a.y, d.y, sizeof a.y), 0);
}

Test(sharing, two_models_are_read_and_run_side_by_side)
{
    static runner a, b = {.task = RUNS_FAST}, c = {.task = TRANSFORMS}, d = {.task = TRANSFORMS};
    check_side_by_side(&a, &b);
    check_side_by_side(&c, &d);
    cr_assert_eq(memcmp(c.y, d.y, sizeof c.y), 0);
}

Test(sharing, copies_are_transformed_while_the_model_runs)
{
    static runner a = {.task = TRANSFORMS}, b = {.task = TRANSFORMS}, c, d = {.task = TRANSFORMS};
    a.model = b.model = c.model = d.model = model;
    check_side_by_side(&a, &b);
    cr_assert_eq(memcmp(a.y, b.y, sizeof a.y), 0);
    check_side_by_side(&c, &d);
    cr_assert_eq(memcmp(a.y, d.y, sizeof a.y), 0);
}
