/* Every pass and recipe gets the checks that its row can be given. */
#include "support/check_pass.h"

#include <passes/engine/engine.h>
#include <passes/engine/rule.h>
#include <passes/pass.h>

#include <criterion/criterion.h>
#include <ctype.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

static finnc_ctx *cx;

static void begin(void)
{
    cx = finnc_ctx_create(NULL);
}

static void end(void)
{
    finnc_ctx_destroy(cx);
}

TestSuite(catalogue, .init = begin, .fini = end);

#define foreach_pass(pass)                                                                         \
    for (size_t row = 0; row == 0 || finnc_pass_at(row); row++)                                    \
        for (const finnc_pass *pass = finnc_pass_at(row); pass; pass = NULL)

Test(catalogue, names_are_found_and_known_once)
{
    foreach_pass(pass)
    {
        cr_expect_eq(finnc_pass_find(pass->name), pass, "%s", pass->name);
        cr_expect(isupper((unsigned char)pass->name[0]), "%s", pass->name);
        cr_expect(!finnc_recipe_find(pass->name), "%s is also a recipe", pass->name);
        cr_expect_not_null(finnc_pass_room(row));
        for (size_t other = 0; other < row; other++)
            cr_expect_neq(finnc_pass_at(other), pass, "%s has two rows", pass->name);
    }
    cr_expect_null(finnc_pass_find("NoSuchPass"));
    cr_expect_str_eq(finnc_pass_nearest("InferShape"), "InferShapes");
    cr_expect_null(finnc_pass_nearest("xyzzy"));
}

/* "Sign becomes ...": the one word that may begin with a capital. */
static bool begins_with_an_op(const char *summary)
{
    size_t length = strcspn(summary, " ,:");
    for (size_t i = 0; finnc_op_at(i); i++)
        if (!strncmp(finnc_op_at(i)->name, summary, length) && !finnc_op_at(i)->name[length])
            return true;
    return false;
}

static void check_summary(const char *name, const char *summary)
{
    cr_expect(summary && summary[0], "%s has no summary", name);
    size_t length = strlen(summary);
    bool stops = summary[length - 1] == '.' && !(length > 3 && summary[length - 2] == '.');
    cr_expect(!strchr(summary, '\n') && !stops, "%s: %s", name, summary);
    cr_expect(!isupper((unsigned char)summary[0]) || begins_with_an_op(summary), "%s: %s", name,
              summary);
}

Test(catalogue, summaries_are_one_line_in_lower_case)
{
    foreach_pass(pass) check_summary(pass->name, pass->summary);
    for (size_t i = 0; finnc_recipe_at(i); i++)
        check_summary(finnc_recipe_at(i)->name, finnc_recipe_at(i)->summary);
}

Test(catalogue, a_pass_has_rules_or_a_function_or_steps)
{
    foreach_pass(pass)
    {
        int n = (pass->rules[0].have != NULL) + (pass->run != NULL) + (pass->steps != NULL);
        cr_expect_eq(n, 1, "%s has %d of them", pass->name, n);
        cr_expect(!pass->each || pass->steps, "%s has no steps for each", pass->name);
        cr_expect(!pass->finish || !pass->steps, "%s finishes steps", pass->name);
    }
}

/* A pass whose parameters all have fallbacks can be run by its name alone. */
static bool needs_arguments(const finnc_pass *pass)
{
    for (size_t i = 0; i < FINNC_PASS_MAX_PARAMS && pass->params[i].name; i++)
        if (!pass->params[i].fallback)
            return true;
    return false;
}

Test(catalogue, fallbacks_are_of_their_parameter_s_kind)
{
    foreach_pass(pass)
    {
        for (size_t i = 0; i < FINNC_PASS_MAX_PARAMS && pass->params[i].name; i++)
            check_summary(pass->name, pass->params[i].summary);
        if (needs_arguments(pass))
            continue;
        finnc_pipeline *pipeline = NULL;
        cr_expect_eq(finnc_pipeline_parse(cx, pass->name, &pipeline), FINNC_OK, "%s",
                     finnc_ctx_message(cx));
        finnc_pipeline_destroy(pipeline);
    }
}

static void check_argument(const char *text, const char *words)
{
    finnc_pipeline *pipeline = NULL;
    cr_expect_eq(finnc_pipeline_parse(cx, text, &pipeline), FINNC_BAD_VALUE, "%s", text);
    cr_expect(strstr(finnc_ctx_message(cx), words), "%s: %s, nothing of %s", text,
              finnc_ctx_message(cx), words);
    finnc_ctx_clear(cx);
}

Test(catalogue, a_wrong_parameter_names_those_that_there_are)
{
    char text[256];
    foreach_pass(pass)
    {
        snprintf(text, sizeof text, "%s{no_such_parameter=1}", pass->name);
        check_argument(text, pass->params[0].name ? pass->name : "it has none at all");
        for (size_t i = 0; i < FINNC_PASS_MAX_PARAMS && pass->params[i].name; i++)
            check_argument(text, pass->params[i].name);
    }
    for (size_t i = 0; finnc_recipe_at(i); i++) {
        snprintf(text, sizeof text, "%s{no_such_parameter=1}", finnc_recipe_at(i)->name);
        check_argument(text, "has no parameters");
    }
}

static const char *const of_another_kind[] = {
    [FINNC_PARAM_INT] = "\"two\"", [FINNC_PARAM_FLOAT] = "\"two\"", [FINNC_PARAM_BOOL] = "2",
    [FINNC_PARAM_STRING] = "2",    [FINNC_PARAM_JSON] = NULL,
};

Test(catalogue, a_value_of_another_kind_is_told_what_is_wanted)
{
    char text[256];
    foreach_pass(pass)
    {
        for (size_t i = 0; i < FINNC_PASS_MAX_PARAMS && pass->params[i].name; i++) {
            const char *value = of_another_kind[pass->params[i].kind];
            snprintf(text, sizeof text, "%s{%s=%s}", pass->name, pass->params[i].name,
                     value ? value : "");
            if (value && (i == 0 || !needs_arguments(pass)))
                check_argument(text, pass->params[i].name);
        }
        if (needs_arguments(pass))
            check_argument(pass->name, "has to be given");
    }
}

Test(catalogue, pictures_parse_and_bind_what_they_use)
{
    foreach_pass(pass)
    {
        fnc_arena arena;
        fnc_arena_init(&arena, cx);
        struct fnc_rules *rules;
        cr_expect_eq(fnc_rules_parse(cx, &arena, pass, &rules), FINNC_OK, "%s: %s", pass->name,
                     finnc_ctx_message(cx));
        fnc_arena_clear(&arena);
    }
}

static void check_known(const char *text, int depth)
{
    if (!text)
        return;
    cr_assert_geq(depth, 0, "passes run themselves: %s", text);
    finnc_pipeline *pipeline = NULL;
    cr_assert_eq(finnc_pipeline_parse(cx, text, &pipeline), FINNC_OK, "%s: %s", text,
                 finnc_ctx_message(cx));
    for (const fnc_step *step = pipeline->first; step; step = step->next)
        if (step->pass) {
            check_known(step->pass->steps, depth - 1);
            check_known(step->pass->each, depth - 1);
            check_known(step->pass->finish, depth - 1);
        }
    finnc_pipeline_destroy(pipeline);
}

Test(catalogue, steps_name_known_passes_and_never_themselves)
{
    foreach_pass(pass)
    {
        check_known(pass->steps, 8);
        check_known(pass->each, 8);
        check_known(pass->finish, 8);
    }
}

Test(catalogue, recipes_read_and_have_steps)
{
    cr_assert_not_null(finnc_recipe_find("cnv"));
    cr_assert_eq(finnc_recipe_find("Tidy"), finnc_recipe_find("tidy"));
    for (size_t i = 0; finnc_recipe_at(i); i++) {
        finnc_pipeline *pipeline = NULL;
        cr_assert_eq(finnc_pipeline_parse(cx, finnc_recipe_at(i)->name, &pipeline), FINNC_OK,
                     "%s: %s", finnc_recipe_at(i)->name, finnc_ctx_message(cx));
        cr_assert_gt(finnc_pipeline_nsteps(pipeline), 0);
        finnc_pipeline_destroy(pipeline);
    }
}

/* Small graphs with something to do for many passes. */
static const char *const graphs[] = {
    "<ir_version: 8, opset_import: [\"\": 13, \"qonnx.custom_op.general\": 1]> "
    "g (float[1,4] x {INT4}) => (float[1,2] y) "
    "<float s = {2}, float[4,2] w {INT2} = {1,0,1,-1,0,1,1,1}, float[2] b = {1,2}, "
    "float[2,3] t = {0,1,2,0,1,2}> "
    "{ a = Mul(x, s) c = MatMul(a, w) d = Add(b, c) "
    "e = qonnx.custom_op.general.MultiThreshold<out_dtype = \"INT2\", out_bias = -1.0>(d, t) "
    "y = Sub(e, b) }",
    "<ir_version: 8, opset_import: [\"\": 13]> "
    "g (float[1,2,4,4] x) => (float[1,3,3,3] y, float[1,2,4,4] z) "
    "<float[3,2,2,2] w = {1,2,3,4,5,6,7,8,1,2,3,4,5,6,7,8,1,2,3,4,5,6,7,8}, float s = {0.5}, "
    "float[1,2,1,1] unused = {1,1}> "
    "{ a = Mul(s, x) y = Conv<kernel_shape = [2,2]>(a, w) b = Identity(x) z = Relu(b) }",
};

/* A stable pass may be left out while nothing changes, so a second run must change nothing. */
Test(catalogue, stable_passes_change_nothing_the_second_time)
{
    foreach_pass(pass)
    {
        if (!(pass->flags & FINNC_PASS_STABLE) || needs_arguments(pass))
            continue;
        for (size_t g = 0; g < sizeof graphs / sizeof graphs[0]; g++) {
            finnc_model *model = test_read_text(cx, graphs[g]);
            finnc_pipeline *pipeline = test_pipeline(cx, pass->name, NULL);
            bool settled = finnc_transform(cx, model, pipeline, NULL) == FINNC_OK;
            /* Once more, since its own clean-up may have edited after it. */
            settled = settled && finnc_transform(cx, model, pipeline, NULL) == FINNC_OK;
            uint64_t edits = finnc_graph_edits(finnc_model_graph(model));
            if (settled && finnc_transform(cx, model, pipeline, NULL) == FINNC_OK)
                cr_expect_eq(finnc_graph_edits(finnc_model_graph(model)), edits,
                             "%s edits graph %zu again", pass->name, g);
            finnc_pipeline_destroy(pipeline);
            finnc_model_destroy(model);
        }
    }
}
