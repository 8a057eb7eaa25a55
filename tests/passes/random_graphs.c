/* A hundred random networks through random passes, verified after each: no difference, no crash.
 *
 * FINNC_SEED=N runs only that one, FINNC_GRAPHS=N as many from there on. A failure prints seed,
 * passes and network: save the network as FILE.onnxtxt, and 'finnc bisect' and 'finnc reduce' make
 * a test of it, which goes to those of the pass that was wrong. */
#include "support/check_pass.h"
#include "support/random_graph.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NGRAPHS = 100, MAX_PASSES = 8 };

static uint64_t from_environment(const char *name, uint64_t absent)
{
    const char *text = getenv(name);
    return text ? strtoull(text, NULL, 10) : absent;
}

/* A pass may refuse a network, but not run in circles. */
static bool is_fault(const finnc_transform_failure *failure, const char *message)
{
    return failure->cause != FINNC_FAILED_PASS || strstr(message, " after ");
}

static bool run_pass(finnc_ctx *cx, finnc_model *model, const char *pass, uint64_t seed)
{
    finnc_transform_failure failure = {.inputs = NULL};
    finnc_verification verification = {0};
    const finnc_transform_options options = {.verify_each = true,
                                             .verify_tensors = true,
                                             .verify_inputs = 2,
                                             .verify_seed = seed,
                                             .verification = &verification,
                                             .check_each = true,
                                             .failure = &failure};
    finnc_pipeline *pipeline = test_pipeline(cx, pass, NULL);
    const finnc_status status = finnc_transform(cx, model, pipeline, &options);
    finnc_bundle_destroy(failure.inputs);
    finnc_pipeline_destroy(pipeline);
    return status == FINNC_OK || !is_fault(&failure, finnc_ctx_message(cx));
}

static bool run_graph(uint64_t seed)
{
    finnc_ctx *cx = finnc_ctx_create(&(finnc_ctx_options){.threads = 1});
    char *text = random_graph(seed), passes[1024] = "";
    uint64_t state = seed + 1;
    finnc_model *model = test_read_text(cx, text);
    const uint64_t npasses = 3 + random_below(&state, MAX_PASSES - 2);
    bool is_right = true;
    for (uint64_t i = 0; i <= npasses && is_right; i++) {
        const char *pass = i == 0 ? "tidy" : random_pass(&state);
        snprintf(passes + strlen(passes), sizeof passes - strlen(passes), "%s%s", i ? "," : "",
                 pass);
        is_right = run_pass(cx, model, pass, seed);
    }
    if (!is_right)
        fprintf(stderr, "seed %llu: %s\npasses: %s\n%s\n", (unsigned long long)seed,
                finnc_ctx_message(cx), passes, text);
    finnc_model_destroy(model);
    free(text);
    cr_assert_eq(finnc_ctx_live_bytes(cx), 0, "seed %llu: %llu bytes are left",
                 (unsigned long long)seed, (unsigned long long)finnc_ctx_live_bytes(cx));
    finnc_ctx_destroy(cx);
    return is_right;
}

Test(random_graphs, compute_the_same_after_each_pass)
{
    const bool is_one = getenv("FINNC_SEED") != NULL;
    const uint64_t first = from_environment("FINNC_SEED", 1);
    const uint64_t count = from_environment("FINNC_GRAPHS", is_one ? 1 : NGRAPHS);
    uint64_t nwrong = 0;
    for (uint64_t seed = first; seed < first + count; seed++)
        nwrong += !run_graph(seed);
    cr_assert_eq(nwrong, 0, "%llu of %llu networks", (unsigned long long)nwrong,
                 (unsigned long long)count);
}
