/* How programs run, images or planes, and for which instructions: whoever makes the session may say
 * so, then the environment, then what is estimated to take less time. */
#include "engines.h"

TestSuite(modes, .init = setup, .fini = teardown);

/* Products of signs, for which planes do not pay. */
static const char signs[] = "<ir_version: 8, opset_import: [\"\": 14]>"
                            "n (float[N,8] x {BIPOLAR}) => (y) <float[8,4] w ="
                            "{1,1,1,1,-1,1,1,-1,1,1,-1,1,1,1,1,1,"
                            "1,-1,1,1,-1,1,1,-1,1,1,-1,1,1,-1,1,1}>"
                            "{ y = MatMul(x, w) }";

Test(modes, the_environment_may_ask_for_a_mode_and_an_unknown_one_is_refused)
{
    static const struct {
        const char *mode;
        bool is_one;
    } cases[] = {
        {"", true}, {"images", true}, {"planes", true}, {"plane", false}, {"abacus", false}};
    finnc_model *model = read_text(cx, signs);
    const finnc_session_options options = {.engine = FINNC_ENGINE_FAST, .threads = 1};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        finnc_session *session = NULL;
        setenv("FINNC_MODE", cases[i].mode, 1);
        const finnc_status status = finnc_session_create(cx, model, &options, &session);
        cr_expect_eq(status, cases[i].is_one ? FINNC_OK : FINNC_BAD_VALUE, "%s: %s", cases[i].mode,
                     finnc_ctx_message(cx));
        if (status == FINNC_OK)
            finnc_session_destroy(session);
        else
            cr_expect(strstr(finnc_ctx_message(cx), "there are images and planes"), "%s",
                      finnc_ctx_message(cx));
    }
    finnc_model_destroy(model);
}

static void check_modes(const finnc_session *session, size_t nimages, size_t nplanes)
{
    finnc_stage stage;
    size_t n[2] = {0};
    for (size_t i = 0; finnc_session_stage(session, i, &stage); i++) {
        const bool is_planes = !strcmp(stage.mode, "planes");
        cr_expect(is_planes || n[1] == 0, "images come first");
        cr_expect(is_planes || strcmp(stage.kind, "turn"), "one image is never turned");
        n[is_planes]++;
    }
    cr_expect_eq(n[0], nimages);
    cr_expect_eq(n[1], nplanes);
}

/* Reading, the product, writing; and turning. */
Test(modes, stages_are_those_that_a_run_may_take)
{
    finnc_model *model = read_text(cx, signs);
    const finnc_value *input = finnc_graph_input(finnc_model_graph(model), 0);
    finnc_tensor *one = draw_input(input, 1, 1), *many = draw_input(input, 600, 1);
    const finnc_session_options options = {
        .engine = FINNC_ENGINE_FAST, .threads = 1, .mode = FINNC_MODE_PLANES};
    finnc_session *session = NULL;
    cr_assert_eq(finnc_session_create(cx, model, &options, &session), FINNC_OK);
    check_modes(session, 3, 0);
    run_on(session, input, one);
    check_modes(session, 3, 0);
    run_on(session, input, many);
    check_modes(session, 3, 4);
    finnc_session_destroy(session);
    finnc_tensor_release(many);
    finnc_tensor_release(one);
    finnc_model_destroy(model);
}

/* Did a batch of 600 go through planes? */
static bool takes_planes(const finnc_model *model, const finnc_session_options *options)
{
    finnc_session *session = NULL;
    finnc_stage stage;
    bool has_planes = false;
    const finnc_value *input = finnc_graph_input(finnc_model_graph(model), 0);
    finnc_tensor *x = draw_input(input, 600, 1);
    cr_assert_eq(finnc_session_create(cx, model, options, &session), FINNC_OK, "%s",
                 finnc_ctx_message(cx));
    run_on(session, input, x);
    for (size_t i = 0; finnc_session_stage(session, i, &stage); i++)
        has_planes |= stage.seconds > 0 && !strcmp(stage.mode, "planes");
    finnc_tensor_release(x);
    finnc_session_destroy(session);
    return has_planes;
}

Test(modes, a_session_may_ask_for_a_mode_and_comes_before_the_environment)
{
    finnc_model *model = read_text(cx, signs);
    finnc_session_options options = {.engine = FINNC_ENGINE_FAST, .threads = 1, .profile = true};
    cr_expect_not(takes_planes(model, &options));
    options.mode = FINNC_MODE_PLANES;
    cr_expect(takes_planes(model, &options));
    setenv("FINNC_MODE", "planes", 1);
    options.mode = FINNC_MODE_IMAGES;
    cr_expect_not(takes_planes(model, &options));
    options.mode = FINNC_MODE_ESTIMATED;
    cr_expect(takes_planes(model, &options));
    finnc_model_destroy(model);
}

/* The text is the caller's, who may be done with it. */
Test(modes, a_session_may_ask_for_an_instruction_set_which_has_to_be_there)
{
    finnc_model *model = read_text(cx, signs);
    finnc_session *session = NULL;
    char name[] = "portable";
    setenv("FINNC_ISA", "abacus", 1);
    finnc_session_options options = {.engine = FINNC_ENGINE_FAST, .isa = name};
    cr_assert_eq(finnc_session_create(cx, model, &options, &session), FINNC_OK, "%s",
                 finnc_ctx_message(cx));
    memset(name, '?', sizeof name - 1);
    cr_expect_str_eq(finnc_session_isa(session), "portable");
    finnc_session_destroy(session);
    for (int engine = FINNC_ENGINE_REFERENCE; engine <= FINNC_ENGINE_AUTO; engine++) {
        options = (finnc_session_options){.engine = (finnc_engine)engine, .isa = "quipu"};
        cr_expect_eq(finnc_session_create(cx, model, &options, &session), FINNC_BAD_VALUE);
        cr_expect(strstr(finnc_ctx_message(cx), "quipu"), "%s", finnc_ctx_message(cx));
        options = (finnc_session_options){.engine = (finnc_engine)engine, .mode = (finnc_mode)9};
        cr_expect_eq(finnc_session_create(cx, model, &options, &session), FINNC_BAD_VALUE);
        cr_expect(strstr(finnc_ctx_message(cx), "no mode 9"), "%s", finnc_ctx_message(cx));
    }
    finnc_model_destroy(model);
}
