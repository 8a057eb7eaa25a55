/* Which engine FINNC_ENGINE_AUTO takes, and what it says of why. */
#include "support/run_text.h"
#include "support/suite.h"

#include <criterion/criterion.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

FNC_SUITE(choice);

/* A product of `size` signs and as many outputs, all weights being `weight`. */
static finnc_model *make_product(int size, const char *weight)
{
    size_t room = (size_t)(size * size) * 8 + 400, n = 0;
    char *text = malloc(room);
    n +=
        (size_t)snprintf(text, room,
                         "<ir_version: 8, opset_import: [\"\": 14]> n (float[1,%d] x {BIPOLAR}) => "
                         "(float[1,%d] y) <float[%d,%d] w = {",
                         size, size, size, size);
    for (int i = 0; i < size * size; i++)
        n += (size_t)snprintf(text + n, room - n, "%s%s", i ? ", " : "", weight);
    snprintf(text + n, room - n, "}> { y = MatMul(x, w) }");
    finnc_model *model = read_text(cx, text);
    free(text);
    return model;
}

static finnc_engine engine_for(const finnc_model *model, size_t nsamples,
                               finnc_engine_choice *choice)
{
    const finnc_session_options options = {
        .engine = FINNC_ENGINE_AUTO, .nsamples = nsamples, .threads = 1};
    finnc_session *session;
    cr_assert_eq(finnc_session_create(cx, model, &options, &session), FINNC_OK, "%s",
                 finnc_ctx_message(cx));
    finnc_engine engine = finnc_session_engine(session);
    cr_assert(finnc_session_choice(session, choice));
    cr_assert_eq(engine, choice->engine);
    finnc_session_destroy(session);
    return engine;
}

Test(choice, compiling_pays_from_some_number_of_samples_on)
{
    finnc_model *model = make_product(500, "1");
    finnc_engine_choice choice;
    cr_expect_eq(engine_for(model, 0, &choice), FINNC_ENGINE_FAST);
    cr_expect_gt(choice.samples, 1);
    cr_expect_gt(choice.reference, choice.fast);
    size_t enough = (size_t)ceil(choice.samples);
    cr_expect_eq(engine_for(model, enough, &choice), FINNC_ENGINE_FAST);
    cr_expect_eq(engine_for(model, enough - 1, &choice), FINNC_ENGINE_REFERENCE);
    cr_expect_eq(engine_for(model, 1, &choice), FINNC_ENGINE_REFERENCE);
    finnc_model_destroy(model);
}

Test(choice, a_small_network_stays_where_it_is)
{
    finnc_model *model = make_product(3, "1");
    finnc_engine_choice choice;
    cr_expect_eq(engine_for(model, 0, &choice), FINNC_ENGINE_REFERENCE);
    cr_expect_eq(choice.samples, INFINITY);
    finnc_model_destroy(model);
}

/* That weights are no integers shows when they are looked at. */
Test(choice, what_cannot_be_compiled_stays_too)
{
    finnc_model *model = make_product(500, "0.3");
    finnc_engine_choice choice;
    cr_expect_eq(engine_for(model, 0, &choice), FINNC_ENGINE_REFERENCE);
    cr_expect_eq(choice.samples, INFINITY);
    finnc_model_destroy(model);
}

static finnc_status ignore(void *user, finnc_ctx *ctx, const finnc_trace *trace)
{
    (void)user;
    (void)ctx;
    (void)trace;
    return FINNC_OK;
}

Test(choice, traced_runs_and_engines_that_are_named_are_no_choice)
{
    finnc_model *model = make_product(500, "1");
    finnc_engine_choice choice;
    finnc_session_options options[] = {{.engine = FINNC_ENGINE_AUTO, .trace = ignore},
                                       {.engine = FINNC_ENGINE_REFERENCE},
                                       {.engine = FINNC_ENGINE_FAST}};
    for (size_t i = 0; i < 3; i++) {
        finnc_session *session;
        cr_assert_eq(finnc_session_create(cx, model, &options[i], &session), FINNC_OK);
        cr_expect_eq(finnc_session_engine(session),
                     i == 2 ? FINNC_ENGINE_FAST : FINNC_ENGINE_REFERENCE);
        cr_expect_eq(finnc_session_choice(session, &choice), i == 0);
        finnc_session_destroy(session);
    }
    finnc_model_destroy(model);
}

/* Depthwise filters have one input channel each, and as many outputs as inputs together. */
Test(choice, sizes_are_guessed_through_groups)
{
    finnc_engine_choice choice;
    finnc_model *model = read_text(
        cx, "<ir_version: 8, opset_import: [\"\": 14]>"
            "n (float[N,4,8,8] x) => (y) <float[4,1,1,1] w = {1, 1, 1, 1}> {"
            "    a = Conv<group = 4>(x, w) b = Conv<group = 4>(a, w) c = Conv<group = 4>(b, w)"
            "    y = Conv<group = 4>(c, w) }");
    engine_for(model, 1, &choice);
    cr_expect_lt(choice.reference, 10); /* 1,024 products, and as many elements */
    finnc_model_destroy(model);
}
