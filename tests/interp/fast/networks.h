/* Networks written down as texts, on both engines. */
#ifndef TEST_NETWORKS_H
#define TEST_NETWORKS_H

#include "engines.h"
#include "support/poor.h"

typedef struct poor_session {
    const finnc_model *model;
    finnc_tensor *x;
} poor_session;

static inline finnc_status run_poorly(finnc_ctx *context, void *user)
{
    const poor_session *p = user;
    const finnc_session_options options = {.engine = FINNC_ENGINE_FAST, .threads = 1};
    finnc_session *session = NULL;
    FINNC_TRY(finnc_session_create(context, p->model, &options, &session));
    const finnc_value *input = finnc_graph_input(finnc_model_graph(p->model), 0);
    finnc_status status = finnc_session_feed(session, finnc_value_name(input), p->x);
    if (status == FINNC_OK)
        status = finnc_session_run(session);
    finnc_session_destroy(session);
    return status;
}

/* Whichever allocation fails while a program is compiled or run: an error, or done otherwise. */
static inline void check_poorly(const char *whole, int64_t batch)
{
    poor_purse purse = {false};
    finnc_ctx *before = cx;
    cx = purse_open(&purse);
    finnc_model *model = read_text(cx, whole);
    poor_session p = {model, draw_input(finnc_graph_input(finnc_model_graph(model), 0), batch, 1)};
    check_poor_sample(&purse, cx, (unsigned)strlen(whole), run_poorly, &p, "fast");
    finnc_tensor_release(p.x);
    finnc_model_destroy(model);
    cr_assert_eq(finnc_ctx_live_bytes(cx), 0, "a leak");
    finnc_ctx_destroy(cx);
    cx = before;
}

/* At least `nfast` nodes are fast, and all batch sizes give what the reference gives: on two
 * threads with planes wherever there may be any. */
static inline void check_equal(const char *text, size_t nfast, const int64_t *batches,
                               size_t nbatches)
{
    char *whole = expand(text, 7);
    finnc_model *model = read_text(cx, whole);
    finnc_session *plain = open(model, FINNC_ENGINE_REFERENCE, 2);
    const finnc_value *input = finnc_graph_input(finnc_model_graph(model), 0);
    for (int threads = 1; threads <= 2; threads++) {
        setenv("FINNC_MODE", threads == 2 ? "planes" : "", 1);
        finnc_session *fast = open(model, FINNC_ENGINE_FAST, threads);
        for (size_t i = 0; i < finnc_session_nnodes(fast) && count_fast(fast) < nfast; i++)
            if (finnc_session_how(fast, i).why)
                printf("%s: %s\n", finnc_node_op_type(finnc_session_how(fast, i).node),
                       finnc_session_how(fast, i).why);
        cr_assert_geq(count_fast(fast), nfast, "%zu nodes are fast", count_fast(fast));
        for (size_t i = 0; i < nbatches; i++) {
            finnc_tensor *x = draw_input(input, batches[i], i);
            run_on(plain, input, x);
            run_on(fast, input, x);
            compare(model, plain, fast);
            finnc_tensor_release(x);
        }
        finnc_session_destroy(fast);
    }
    finnc_session_destroy(plain);
    finnc_model_destroy(model);
    check_poorly(whole, 2); /* a hundred times */
    free(whole);
}

#define check(text, nfast, ...)                                                                    \
    check_equal(text, nfast, (const int64_t[]){__VA_ARGS__},                                       \
                sizeof((const int64_t[]){__VA_ARGS__}) / sizeof(int64_t))

#define BN(n)                                                                                      \
    "float[" #n "] g = @reals(" #n "), float[" #n "] b = @reals(" #n "), float[" #n                \
    "] m = @reals(" #n "), float[" #n "] v = @positive(" #n ")"
#define HEAD_OF(opset)                                                                             \
    "<ir_version: 8, opset_import: [\"\": " opset ", \"qonnx.custom_op.general\": 1]>"
#define HEAD    HEAD_OF("14")
#define HEAD_19 HEAD_OF("19")
#define MT      "qonnx.custom_op.general.MultiThreshold"

/* No node is fast, and one says why. */
static inline void check_slow(const char *text, const char *why)
{
    char *whole = expand(text, 1);
    finnc_model *model = read_text(cx, whole);
    finnc_session *fast = open(model, FINNC_ENGINE_FAST, 1);
    cr_assert_eq(count_fast(fast), 0);
    size_t n = finnc_session_nnodes(fast);
    bool is_said = false;
    for (size_t i = 0; i < n; i++)
        is_said |= strstr(finnc_session_how(fast, i).why, why) != NULL;
    cr_assert(is_said, "nobody says '%s', but '%s'", why, finnc_session_how(fast, n - 1).why);
    finnc_session_destroy(fast);
    finnc_model_destroy(model);
    free(whole);
}

#endif
