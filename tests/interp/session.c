#include "support/run_text.h"

#include <finnc/kernel.h>

#include <criterion/criterion.h>

#include <pthread.h>
#include <string.h>
#include <time.h>

static finnc_ctx *cx;
static finnc_model *model;
static finnc_session *session;

static void setup(void)
{
    cx = finnc_ctx_create(NULL);
}

static void teardown(void)
{
    finnc_session_destroy(session);
    finnc_model_destroy(model);
    cr_assert_eq(finnc_ctx_live_bytes(cx), 0, "a leak");
    finnc_ctx_destroy(cx);
}

TestSuite(session, .init = setup, .fini = teardown);

static const char *const two_steps =
    "g (float[2,N] input) => (float[2,N] y) <float two = {2}> { h = Mul(input, two) y = Add(h, two) }";

static void open(const char *text, const finnc_session_options *options)
{
    model = read_text(cx, text);
    cr_assert_eq(finnc_session_create(cx, model, options, &session), FINNC_OK, "%s",
                 finnc_ctx_message(cx));
}

static void feed(const char *name, int64_t columns, const float *elements)
{
    finnc_tensor *tensor = floats(cx, 2, (int64_t[]){2, columns}, elements);
    cr_assert_eq(finnc_session_feed(session, name, tensor), FINNC_OK, "%s", finnc_ctx_message(cx));
    finnc_tensor_release(tensor);
}

Test(session, several_are_fed_all_or_none)
{
    open("g (float[2,1] a, float[2,1] b) => (float[2,1] y) { y = Sub(a, b) }", NULL);
    finnc_tensor *five = floats(cx, 2, (int64_t[]){2, 1}, (float[]){5, 5});
    finnc_tensor *one = floats(cx, 2, (int64_t[]){2, 1}, (float[]){1, 1});
    finnc_tensor *wide = floats(cx, 2, (int64_t[]){2, 2}, (float[]){7, 7, 7, 7});
    const char *const names[] = {"a", "b"}, *const wrong[] = {"a", "d"};
    const finnc_tensor *const fine[] = {five, one}, *const bad[] = {one, wide};
    cr_assert_eq(finnc_session_feed_all(session, names, bad, 2), FINNC_BAD_VALUE);
    cr_assert(strstr(finnc_ctx_message(cx), "tensor b: the shape is [2,2]"), "%s",
              finnc_ctx_message(cx));
    cr_assert_eq(finnc_session_run(session), FINNC_BAD_VALUE);
    cr_assert(strstr(finnc_ctx_message(cx), "input a has no tensor"), "%s", finnc_ctx_message(cx));
    cr_assert_eq(finnc_session_feed_all(session, names, fine, 2), FINNC_OK);
    cr_assert_eq(finnc_session_feed_all(session, names, bad, 2), FINNC_BAD_VALUE);
    cr_assert_eq(finnc_session_feed_all(session, wrong, bad, 2), FINNC_NOT_FOUND);
    cr_assert_eq(finnc_session_feed_all(session, names, fine, 0), FINNC_OK);
    cr_assert_eq(finnc_session_run(session), FINNC_OK);
    cr_assert_eq(finnc_tensor_get(finnc_session_fetch(session, "y"), 0), 4, "a is still 5");
    finnc_tensor_release(five);
    finnc_tensor_release(one);
    finnc_tensor_release(wide);
}

Test(session, runs_as_often_as_one_likes)
{
    open(two_steps, NULL);
    for (int k = 0; k < 3; k++) {
        feed("input", 2, (float[]){(float)k, 1, 2, 3});
        cr_assert_eq(finnc_session_run(session), FINNC_OK);
        cr_assert_eq(finnc_tensor_get(finnc_session_fetch(session, "y"), 0), 2 * k + 2);
        cr_assert_eq(finnc_tensor_get(finnc_session_fetch(session, "y"), 3), 8);
    }
    feed("input", 1, (float[]){5, 6}); /* N may change from run to run */
    cr_assert_eq(finnc_session_run(session), FINNC_OK);
    cr_assert_eq(finnc_tensor_dim(finnc_session_fetch(session, "y"), 1), 1);
}

Test(session, an_output_outlives_the_session_of_whoever_retains_it)
{
    open(two_steps, NULL);
    feed("input", 1, (float[]){1, 2});
    cr_assert_eq(finnc_session_run(session), FINNC_OK);
    finnc_tensor *y = finnc_tensor_retain(finnc_session_fetch(session, "y"));
    feed("input", 1, (float[]){7, 8});
    cr_assert_eq(finnc_session_run(session), FINNC_OK);
    finnc_session_destroy(session);
    session = NULL;
    cr_assert_eq(finnc_tensor_get(y, 0), 4);
    finnc_tensor_release(y);
}

Test(session, says_which_input_is_missing)
{
    open(two_steps, NULL);
    cr_assert_eq(finnc_session_run(session), FINNC_BAD_VALUE);
    cr_assert(strstr(finnc_ctx_message(cx), "input input has no tensor"), "%s",
              finnc_ctx_message(cx));
}

Test(session, refuses_another_shape_and_says_both)
{
    open(two_steps, NULL);
    finnc_tensor *tensor = floats(cx, 2, (int64_t[]){3, 1}, (float[]){1, 2, 3});
    cr_assert_eq(finnc_session_feed(session, "input", tensor), FINNC_BAD_VALUE);
    cr_assert(strstr(finnc_ctx_message(cx), "the shape is [3,1], the model wants [2,N]"), "%s",
              finnc_ctx_message(cx));
    finnc_tensor_release(tensor);
}

Test(session, refuses_another_element_type_and_says_both)
{
    finnc_tensor *tensor;
    open(two_steps, NULL);
    cr_assert_eq(finnc_tensor_create(cx, FINNC_ELEM_INT8, 2, (int64_t[]){2, 1}, &tensor), FINNC_OK);
    cr_assert_eq(finnc_session_feed(session, "input", tensor), FINNC_BAD_VALUE);
    cr_assert(strstr(finnc_ctx_message(cx), "INT8, the model wants FLOAT"), "%s",
              finnc_ctx_message(cx));
    finnc_tensor_release(tensor);
}

/* Before it runs, as far as types are known then. */
Test(session, inputs_that_repeat_are_of_one_type)
{
    finnc_tensor *one, *other;
    check_run_fails("g (float[1] x, double[1] z) => (y) { [m] y = Max(x, z) }", FINNC_BAD_VALUE,
                    "m (Max): input 0 (X) is FLOAT, input 1 (X) is DOUBLE");
    open("g (x, z) => (y) { [m] y = Max(x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, z) }",
         NULL);
    cr_assert_eq(finnc_tensor_create_scalar(cx, FINNC_ELEM_FLOAT, 1, &one), FINNC_OK);
    cr_assert_eq(finnc_tensor_create_scalar(cx, FINNC_ELEM_DOUBLE, 1, &other), FINNC_OK);
    cr_assert_eq(finnc_session_feed(session, "x", one), FINNC_OK);
    cr_assert_eq(finnc_session_feed(session, "z", other), FINNC_OK);
    cr_expect_eq(finnc_session_run(session), FINNC_BAD_VALUE);
    cr_expect(strstr(finnc_ctx_message(cx), "input 0 (X) is FLOAT, input 17 (X) is DOUBLE"), "%s",
              finnc_ctx_message(cx));
    finnc_tensor_release(one);
    finnc_tensor_release(other);
}

Test(session, offers_the_nearest_name_for_an_unknown_one)
{
    open(two_steps, NULL);
    finnc_tensor *tensor = floats(cx, 2, (int64_t[]){2, 1}, (float[]){1, 2});
    cr_assert_eq(finnc_session_feed(session, "inptu", tensor), FINNC_NOT_FOUND);
    cr_assert(strstr(finnc_ctx_message(cx), "did you mean input?"), "%s", finnc_ctx_message(cx));
    finnc_tensor_release(tensor);
}

Test(session, names_the_first_node_without_a_kernel)
{
    model = read_text(cx, "g (float[2] x) => (float[2] y) { h = Relu(x) y = NoSuchOp(h) }");
    cr_assert_eq(finnc_session_create(cx, model, NULL, &session), FINNC_UNSUPPORTED);
    cr_assert(strstr(finnc_ctx_message(cx), "unsupported op NoSuchOp of domain ai.onnx"), "%s",
              finnc_ctx_message(cx));
}

Test(session, names_the_node_that_reads_what_nothing_makes)
{
    open("g (float[2] x) => (float[2] y) <float[2] loose> { h = Relu(x) y = Add(h, loose) }", NULL);
    cr_assert_eq(finnc_session_feed_random(session, 1), FINNC_OK);
    cr_assert_eq(finnc_session_run(session), FINNC_BAD_VALUE);
    cr_assert(strstr(finnc_ctx_message(cx), "Add: input loose: nothing makes it"), "%s",
              finnc_ctx_message(cx));
}

Test(session, cuts_the_graph_where_a_value_is_fed)
{
    open(two_steps, NULL);
    feed("h", 1, (float[]){10, 20}); /* the input is not needed then */
    cr_assert_eq(finnc_session_run(session), FINNC_OK, "%s", finnc_ctx_message(cx));
    cr_assert_eq(finnc_tensor_get(finnc_session_fetch(session, "y"), 1), 22);
}

Test(session, keeps_values_that_are_asked_for_and_no_others)
{
    const char *const keep[] = {"h"};
    open(two_steps, &(finnc_session_options){.keep = keep, .nkeep = 1});
    feed("input", 1, (float[]){1, 2});
    cr_assert_eq(finnc_session_run(session), FINNC_OK);
    cr_assert_eq(finnc_tensor_get(finnc_session_fetch(session, "h"), 1), 4);
    cr_assert_null(finnc_session_fetch(session, "input"));
    cr_assert_null(finnc_session_fetch(session, "nobody"));
}

Test(session, an_input_with_a_default_need_not_be_fed)
{
    open("g (float[1] x, float[1] b = {5}) => (float[1] y) { y = Add(x, b) }", NULL);
    finnc_tensor *one = floats(cx, 1, (int64_t[]){1}, (float[]){1});
    cr_assert_eq(finnc_session_feed(session, "x", one), FINNC_OK);
    cr_assert_eq(finnc_session_run(session), FINNC_OK);
    cr_assert_eq(finnc_tensor_get(finnc_session_fetch(session, "y"), 0), 6);
    cr_assert_eq(finnc_session_feed(session, "b", one), FINNC_OK);
    cr_assert_eq(finnc_session_run(session), FINNC_OK);
    cr_assert_eq(finnc_tensor_get(finnc_session_fetch(session, "y"), 0), 2);
    finnc_tensor_release(one);
}

/* ---- what is the same in every run ---- */

/* An op that counts how often it is run. */
static int nruns;

static finnc_status less_run(finnc_call *call)
{
    finnc_array x = finnc_call_input(call, 0);
    void *y;
    FINNC_TRY(finnc_call_output_like(call, 0, &x, &y));
    *(float *)y = -*(const float *)x.data;
    nruns++;
    return FINNC_OK;
}

static const finnc_op less = {.name = "Less",
                              .domain = "my.ops",
                              .summary = "the negative",
                              .since = {1},
                              .in = {{"X", "a number", 0, "T"}},
                              .out = {{"Y", "as X", 0, "T"}},
                              .types = {{"T", FINNC_TYPE(FLOAT)}}};
static const finnc_kernel less_kernel = {.run = less_run};
static const finnc_own_op own_ops[] = {{&less, &less_kernel}, {NULL, NULL}};

static const char *const steady =
    "<ir_version: 8, opset_import: [\"\" : 13, \"my.ops\" : 1]>\n"
    "g (float[1] x, float[1] b = {5}) => (float[1] y) <float[1] a = {3}>\n"
    "{ ab = Mul(a, b) c = my.ops.Less(ab) y = Add(x, c) }";

static void open_steady(const finnc_session_options *options)
{
    finnc_ctx_destroy(cx);
    cx = finnc_ctx_create(&(finnc_ctx_options){.ops = own_ops});
    nruns = 0;
    open(steady, options);
}

static double run_on(const char *name, float x)
{
    finnc_tensor *tensor = floats(cx, 1, (int64_t[]){1}, &x);
    cr_assert_eq(finnc_session_feed(session, name, tensor), FINNC_OK);
    finnc_tensor_release(tensor);
    cr_assert_eq(finnc_session_run(session), FINNC_OK, "%s", finnc_ctx_message(cx));
    return finnc_tensor_get(finnc_session_fetch(session, "y"), 0);
}

Test(session, what_is_made_of_constants_is_made_once)
{
    const char *const keep[] = {"ab", "c"};
    open_steady(&(finnc_session_options){.keep = keep, .nkeep = 2});
    cr_expect_eq(nruns, 0, "nobody has needed it yet");
    for (float x = 0; x < 3; x++) {
        cr_expect_eq(run_on("x", x), x - 15);
        cr_expect_eq(finnc_tensor_get(finnc_session_fetch(session, "ab"), 0), 15);
        cr_expect_eq(finnc_tensor_get(finnc_session_fetch(session, "c"), 0), -15);
    }
    cr_expect_eq(nruns, 1);
}

Test(session, is_made_again_when_a_constant_is_fed)
{
    open_steady(NULL);
    cr_expect_eq(run_on("x", 20), 5);
    cr_expect_eq(run_on("b", 1), 17);
    cr_expect_eq(run_on("b", 2), 14);
    cr_expect_eq(run_on("a", 1), 18);
    cr_expect_eq(run_on("c", 7), 27); /* what is made of them may be fed, too */
    cr_expect_eq(run_on("x", 1), 8);
    cr_expect_eq(nruns, 4);
}

Test(session, constants_of_a_body_are_not_lost)
{
    open(
        "g (int64 n, bool go, float[1] x) => (float[1] y) <float[1] a = {3}> {\n"
        "y = Loop(n, go, x) <body = b (int64 i, bool on, float[1] v) => (bool on_out, float[1] w)\n"
        "<float[1] k = {2}, float[1] m = {4}>\n"
        "{ on_out = Identity(on) km = Mul(k, m) kma = Add(km, a) w = Add(v, kma) }> }",
        NULL);
    finnc_tensor *n, *go;
    cr_assert_eq(finnc_tensor_create(cx, FINNC_ELEM_INT64, 0, NULL, &n), FINNC_OK);
    cr_assert_eq(finnc_tensor_create(cx, FINNC_ELEM_BOOL, 0, NULL, &go), FINNC_OK);
    finnc_tensor_set(n, 0, 3);
    finnc_tensor_set(go, 0, 1);
    cr_assert_eq(finnc_session_feed(session, "n", n), FINNC_OK);
    cr_assert_eq(finnc_session_feed(session, "go", go), FINNC_OK);
    cr_expect_eq(run_on("x", 1), 34);
    cr_expect_eq(run_on("x", 2), 35);
    cr_expect_eq(run_on("a", 0), 26);
    finnc_tensor_release(n);
    finnc_tensor_release(go);
}

/* ---- tracing, progress, cancelling ---- */

typedef struct seen {
    char ops[64];
    double first;
} seen;

static finnc_status note(void *user, finnc_ctx *ctx, const finnc_trace *trace)
{
    seen *s = user;
    (void)ctx;
    strcat(s->ops, finnc_node_op_type(trace->node));
    cr_assert_eq(trace->noutputs, 1);
    s->first = finnc_tensor_get(trace->outputs[0], 0);
    return FINNC_OK;
}

Test(session, traces_what_is_made_of_constants_each_time)
{
    seen s = {.ops = ""};
    open_steady(&(finnc_session_options){.trace = note, .user = &s});
    run_on("x", 1);
    run_on("x", 2);
    cr_expect_str_eq(s.ops, "MulLessAddMulLessAdd");
}

Test(session, traces_every_node_in_order)
{
    seen s = {.ops = ""};
    open(two_steps, &(finnc_session_options){.trace = note, .user = &s});
    feed("input", 1, (float[]){1, 2});
    cr_assert_eq(finnc_session_run(session), FINNC_OK);
    cr_assert_str_eq(s.ops, "MulAdd");
    cr_assert_eq(s.first, 4);
}

static finnc_status cancel(void *user, finnc_ctx *ctx, const finnc_trace *trace)
{
    (void)user;
    (void)trace;
    finnc_ctx_cancel(ctx);
    return FINNC_OK;
}

Test(session, stops_at_the_next_node_when_cancelled_and_can_go_on_later)
{
    open(two_steps, &(finnc_session_options){.trace = cancel});
    feed("input", 1, (float[]){1, 2});
    cr_assert_eq(finnc_session_run(session), FINNC_CANCELLED);
    finnc_ctx_resume(cx);
    cr_assert_eq(finnc_session_run(session), FINNC_CANCELLED);
    finnc_ctx_resume(cx);
}

/* ---- memory ---- */

Test(session, buffers_of_dead_values_serve_again)
{
    open("g (float[1000] x) => (float[1000] y) {"
         " a = Neg(x) b = Neg(a) c = Neg(b) d = Neg(c) e = Neg(d) y = Neg(e) }",
         NULL);
    cr_assert_eq(finnc_session_feed_random(session, 1), FINNC_OK);
    cr_assert_eq(finnc_session_run(session), FINNC_OK);
    cr_assert_eq(finnc_session_peak_bytes(session), 2 * 4000, "%llu",
                 (unsigned long long)finnc_session_peak_bytes(session));
}

Test(session, reshapes_share_their_input)
{
    open("g (float[1000] x) => (float[10,100] y) <int64[2] s = {10, -1}> {"
         " a = Neg(x) b = Identity(a) y = Reshape(b, s) }",
         NULL);
    cr_assert_eq(finnc_session_feed_random(session, 1), FINNC_OK);
    cr_assert_eq(finnc_session_run(session), FINNC_OK);
    cr_assert_eq(finnc_session_peak_bytes(session), 4000);
}

static const char *const small_net =
    "<opset_import: [\"\": 13]>"
    "g (float[2,3,6,6] x) => (float[2,4] y) <float[4,3,3,3] w, int64[2] s = {2, 4}> {"
    " c = Conv <kernel_shape = [3, 3]> (x, w) r = Relu(c)"
    " p = MaxPool <kernel_shape = [4, 4]> (r) f = Reshape(p, s) y = Softmax(f) }";

static size_t allowed;
static void *fail_after(void *user, void *ptr, size_t size)
{
    (void)user;
    if (size == 0) {
        free(ptr);
        return NULL;
    }
    if (allowed == 0)
        return NULL;
    allowed--;
    return realloc(ptr, size);
}

/* Reads, runs and ends it all; whatever fails on the way has to leave nothing behind. */
static finnc_status run_it_all(finnc_ctx *mine)
{
    finnc_model *m = NULL;
    finnc_session *s = NULL;
    const float w[108] = {1};
    finnc_tensor *weights = NULL;
    finnc_status status = finnc_model_read_text(mine, small_net, &m);
    if (status == FINNC_OK)
        status = finnc_tensor_create_from(mine, FINNC_ELEM_FLOAT, 4, (int64_t[]){4, 3, 3, 3}, w,
                                          &weights);
    if (status == FINNC_OK)
        status = finnc_value_set_tensor(mine, finnc_graph_find_value(finnc_model_graph(m), "w"),
                                        weights);
    finnc_tensor_release(weights);
    if (status == FINNC_OK)
        status = finnc_session_create(mine, m, NULL, &s);
    if (status == FINNC_OK)
        status = finnc_session_feed_random(s, 3);
    if (status == FINNC_OK)
        status = finnc_session_run(s);
    finnc_session_destroy(s);
    finnc_model_destroy(m);
    return status;
}

Test(session, every_allocation_may_fail)
{
    finnc_status status = FINNC_NO_MEMORY;
    size_t n = 1;
    for (; status != FINNC_OK && n < 5000; n++) {
        allowed = n;
        finnc_ctx *mine = finnc_ctx_create(&(finnc_ctx_options){.realloc = fail_after});
        if (!mine)
            continue;
        status = run_it_all(mine);
        cr_assert(status == FINNC_OK || status == FINNC_NO_MEMORY, "allocation %zu: %s", n,
                  finnc_ctx_message(mine));
        cr_assert_eq(finnc_ctx_live_bytes(mine), 0, "allocation %zu leaks", n);
        finnc_ctx_destroy(mine);
    }
    cr_assert_eq(status, FINNC_OK);
    cr_assert_gt(n, 20);
}

/* ---- threads ---- */

typedef struct runner {
    int threads;
    float y[65536];
} runner;

/* Large enough that kernels do split their work. */
static void *run_large(void *user)
{
    runner *r = user;
    finnc_ctx *mine = finnc_ctx_create(&(finnc_ctx_options){.threads = r->threads});
    finnc_model *m = read_text(mine, "g (float[1,16,64,64] x, float[16,16,3,3] w) =>"
                                     " (float[1,16,64,64] y) {"
                                     " y = Conv <pads = [1, 1, 1, 1]> (x, w) }");
    finnc_session *s;
    const void *data;
    cr_assert_eq(finnc_session_create(mine, m, NULL, &s), FINNC_OK);
    cr_assert_eq(finnc_session_feed_random(s, 7), FINNC_OK);
    cr_assert_eq(finnc_session_run(s), FINNC_OK);
    cr_assert_eq(finnc_tensor_need_data(mine, finnc_session_fetch(s, "y"), &data), FINNC_OK);
    memcpy(r->y, data, sizeof r->y);
    finnc_session_destroy(s);
    finnc_model_destroy(m);
    finnc_ctx_destroy(mine);
    return NULL;
}

static runner one = {.threads = 1}, two = {.threads = 2}, three = {.threads = 3};

Test(session, results_do_not_depend_on_threads_or_neighbours)
{
    pthread_t a, b;
    run_large(&one);
    pthread_create(&a, NULL, run_large, &two);
    pthread_create(&b, NULL, run_large, &three);
    pthread_join(a, NULL);
    pthread_join(b, NULL);
    cr_assert_eq(memcmp(one.y, two.y, sizeof one.y), 0);
    cr_assert_eq(memcmp(one.y, three.y, sizeof one.y), 0);
}

/* One node of a minute or more: whoever waits for it hears soon, from the node's place. */
static void check_soon_over(const char *text)
{
    finnc_ctx *hasty = finnc_ctx_create(NULL);
    finnc_model *long_one;
    finnc_session *run;
    struct timespec begin, end;
    cr_assert_eq(finnc_model_read_text(hasty, text, &long_one), FINNC_OK, "%s",
                 finnc_ctx_message(hasty));
    const finnc_session_options options = {.threads = 2};
    cr_assert_eq(finnc_session_create(hasty, long_one, &options, &run), FINNC_OK, "%s",
                 finnc_ctx_message(hasty));
    cr_assert_eq(finnc_session_feed_random(run, 1), FINNC_OK);
    finnc_ctx_set_timeout(hasty, 0.2);
    clock_gettime(CLOCK_MONOTONIC, &begin);
    cr_expect_eq(finnc_session_run(run), FINNC_CANCELLED);
    clock_gettime(CLOCK_MONOTONIC, &end);
    cr_expect(strstr(finnc_ctx_message(hasty), "the time is over"), "%s", finnc_ctx_message(hasty));
    cr_expect_lt(end.tv_sec - begin.tv_sec, 20);
    finnc_session_destroy(run);
    finnc_model_destroy(long_one);
    cr_expect_eq(finnc_ctx_live_bytes(hasty), 0);
    finnc_ctx_destroy(hasty);
}

#define HEAD_13 "<ir_version: 8, opset_import: [\"\" : 13]> g "

Test(session, a_long_node_ends_when_the_time_is_over)
{
    if (getenv(
            "FINNC_UNDER_VALGRIND")) /* what takes tenths of a second takes half a minute there */
        return;
    check_soon_over(HEAD_13 "(int64[3000,3000] x) => (int64[3000,3000] y) { y = MatMul(x, x) }");
    check_soon_over(HEAD_13
                    "(float[1,256,96,96] x, float[256,256,17,17] w) => (float[1,256,80,80] y)"
                    " { y = Conv(x, w) }");
    check_soon_over(HEAD_13 "(float[1] x) => (float[1] y) <bool c = {1}> { y = Loop<body = b"
                            " (int64 i, bool d, float[1] a) => (bool e, float[1] f)"
                            " <bool yes = {1}> { e = Identity(yes) f = Neg(a) }>(, c, x) }");
}
