/* A pass whose row says FINNC_PASS_STABLE changes nothing the second time, byte by byte, on random
 * networks as they are exported and as FINN's flow leaves them. */
#include "seeds.h"
#include "support/check_pass.h"
#include "support/random_graph.h"
#include "support/suite.h"

#include <string.h>

FNC_SUITE(idempotent);

typedef struct bytes {
    void *data;
    size_t length;
} bytes;

static bytes written(const finnc_model *model)
{
    bytes b = {NULL, 0};
    cr_assert_eq(finnc_model_write_bytes(cx, model, &b.data, &b.length), FINNC_OK);
    return b;
}

/* False, without words: the pass refuses this network. */
static bool run(finnc_model *model, const char *passes)
{
    finnc_pipeline *pipeline = test_pipeline(cx, passes, NULL);
    const bool is_done = finnc_transform(cx, model, pipeline, NULL) == FINNC_OK;
    finnc_pipeline_destroy(pipeline);
    finnc_ctx_clear(cx);
    return is_done;
}

static bool needs_arguments(const finnc_pass *pass)
{
    for (size_t i = 0; i < FINNC_PASS_MAX_PARAMS && pass->params[i].name; i++)
        if (!pass->params[i].fallback)
            return true;
    return false;
}

static void check_pass_on(const finnc_pass *pass, const finnc_model *original, uint64_t seed)
{
    finnc_model *model = NULL;
    cr_assert_eq(finnc_model_clone(cx, original, &model), FINNC_OK);
    if (run(model, pass->name)) {
        const bytes once = written(model);
        cr_expect(run(model, pass->name), "seed %llu: %s refuses what it made",
                  (unsigned long long)seed, pass->name);
        const bytes twice = written(model);
        cr_expect(once.length == twice.length && !memcmp(once.data, twice.data, once.length),
                  "seed %llu: %s changes the network again\n%s", (unsigned long long)seed,
                  pass->name, test_print(cx, model));
        finnc_bytes_destroy(cx, once.data);
        finnc_bytes_destroy(cx, twice.data);
    }
    finnc_model_destroy(model);
}

static void check_all(const char *prepare, uint64_t seed)
{
    char *text = random_graph(seed);
    finnc_model *model = test_read_text(cx, text);
    free(text);
    run(model, prepare);
    const finnc_pass *pass;
    for (size_t i = 0; (pass = finnc_pass_at(i)); i++)
        if (pass->flags & FINNC_PASS_STABLE && !needs_arguments(pass))
            check_pass_on(pass, model, seed);
    finnc_model_destroy(model);
}

Test(idempotent, stable_passes_on_networks_as_exported)
{
    seeds_foreach(seed, 12) check_all("tidy", seed);
}

Test(idempotent, stable_passes_on_networks_of_FINN_s)
{
    seeds_foreach(seed, 12) check_all("tidy,ConvertQONNXtoFINN,Streamline,InferDataLayouts", seed);
}
