/* The same input gives the same bytes, in a second run and on another number of threads: models
 * that were transformed, and what random networks compute. */
#include "seeds.h"
#include "support/check_pass.h"
#include "support/random_graph.h"

#include <finnc/run.h>

#include <criterion/criterion.h>
#include <string.h>

static const char flow[] = "tidy,ConvertQONNXtoFINN,Streamline,LowerConvsToMatMul,Streamline,"
                           "InferDataTypes,FoldConstants";

/* All that a run on `threads` threads gives. */
typedef struct result {
    finnc_ctx *cx;
    void *model;
    size_t nmodel;
    finnc_session *session;
    finnc_model *source;
} result;

static finnc_engine engine_of(uint64_t seed)
{
    return seed % 2 ? FINNC_ENGINE_REFERENCE : FINNC_ENGINE_FAST;
}

static result begin(const char *text, int threads, uint64_t seed)
{
    result r = {.cx = finnc_ctx_create(&(finnc_ctx_options){.threads = threads})};
    finnc_model *model = test_read_text(r.cx, text);
    finnc_pipeline *pipeline = test_pipeline(r.cx, flow, NULL);
    if (finnc_transform(r.cx, model, pipeline, NULL) != FINNC_OK)
        finnc_ctx_clear(r.cx);
    finnc_pipeline_destroy(pipeline);
    cr_assert_eq(finnc_model_write_bytes(r.cx, model, &r.model, &r.nmodel), FINNC_OK);
    finnc_model_destroy(model);

    r.source = test_read_text(r.cx, text);
    const finnc_session_options options = {.threads = threads, .engine = engine_of(seed)};
    cr_assert_eq(finnc_session_create(r.cx, r.source, &options, &r.session), FINNC_OK, "%s",
                 finnc_ctx_message(r.cx));
    cr_assert_eq(finnc_session_feed_random(r.session, seed), FINNC_OK);
    cr_assert_eq(finnc_session_run(r.session), FINNC_OK, "%s", finnc_ctx_message(r.cx));
    return r;
}

static void end(result *r)
{
    finnc_session_destroy(r->session);
    finnc_model_destroy(r->source);
    finnc_bytes_destroy(r->cx, r->model);
    cr_assert_eq(finnc_ctx_live_bytes(r->cx), 0);
    finnc_ctx_destroy(r->cx);
}

static void check_same(const result *a, const result *b, uint64_t seed, const char *what)
{
    cr_expect(a->nmodel == b->nmodel && !memcmp(a->model, b->model, a->nmodel),
              "seed %llu: the transformed network differs %s", (unsigned long long)seed, what);
    const finnc_graph *graph = finnc_model_graph(a->source);
    for (size_t i = 0; i < finnc_graph_noutputs(graph); i++) {
        const char *name = finnc_value_name(finnc_graph_output(graph, i));
        const finnc_tensor *x = finnc_session_fetch(a->session, name);
        const finnc_tensor *y = finnc_session_fetch(b->session, name);
        cr_assert(x && y, "seed %llu: %s", (unsigned long long)seed, name);
        cr_expect(finnc_tensor_equal(x, y), "seed %llu: %s differs %s", (unsigned long long)seed,
                  name, what);
    }
}

Test(deterministic, random_networks_in_two_runs_and_on_two_threads)
{
    seeds_foreach(seed, 40)
    {
        char *text = random_graph(seed);
        result first = begin(text, 1, seed), again = begin(text, 1, seed);
        result two = begin(text, 2, seed);
        check_same(&first, &again, seed, "in a second run");
        check_same(&first, &two, seed, "on two threads");
        end(&first);
        end(&again);
        end(&two);
        free(text);
    }
}
