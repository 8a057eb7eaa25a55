/* Pipelines: the line, the YAML form, arguments, and what is wrong with either. */
#include "support/check_pass.h"

#include <finnc/pass.h>

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static finnc_ctx *cx;

static void begin(void)
{
    cx = finnc_ctx_create(NULL);
}

static void end(void)
{
    cr_assert_eq(finnc_ctx_live_bytes(cx), 0, "%llu bytes are left",
                 (unsigned long long)finnc_ctx_live_bytes(cx));
    finnc_ctx_destroy(cx);
}

TestSuite(pipeline, .init = begin, .fini = end);

static void check_steps(const char *text, size_t n)
{
    finnc_pipeline *pipeline;
    cr_assert_eq(finnc_pipeline_parse(cx, text, &pipeline), FINNC_OK, "%s", finnc_ctx_message(cx));
    cr_assert_eq(finnc_pipeline_nsteps(pipeline), n, "%s has %zu steps", text,
                 finnc_pipeline_nsteps(pipeline));
    finnc_pipeline_destroy(pipeline);
}

static void check_fails(const char *text, finnc_status status, const char *words)
{
    finnc_pipeline *pipeline;
    cr_assert_eq(finnc_pipeline_parse(cx, text, &pipeline), status, "%s: %s", text,
                 finnc_ctx_message(cx));
    cr_assert(strstr(finnc_ctx_message(cx), words), "%s: %s", text, finnc_ctx_message(cx));
}

static void check_yaml(const char *yaml, size_t n)
{
    finnc_pipeline *pipeline;
    cr_assert_eq(finnc_pipeline_read_text(cx, yaml, &pipeline), FINNC_OK, "%s",
                 finnc_ctx_message(cx));
    cr_assert_eq(finnc_pipeline_nsteps(pipeline), n, "%zu steps", finnc_pipeline_nsteps(pipeline));
    finnc_pipeline_destroy(pipeline);
}

static void check_yaml_fails(const char *yaml, const char *words)
{
    finnc_pipeline *pipeline;
    cr_assert_neq(finnc_pipeline_read_text(cx, yaml, &pipeline), FINNC_OK, "%s", yaml);
    cr_assert(strstr(finnc_ctx_message(cx), words), "%s", finnc_ctx_message(cx));
}

/* ---- the line ---- */

Test(pipeline, names_are_found_whatever_their_case_and_dashes)
{
    check_steps("InferShapes", 1);
    check_steps("infer-shapes,infer_shapes,INFERSHAPES", 3);
    check_steps("", 0);
    check_steps("  \n ", 0);
}

Test(pipeline, blanks_are_free)
{
    check_steps(" InferShapes ,\n InsertTopK { k = 3 , axis = -1 } ", 2);
}

Test(pipeline, groups_label_and_fixpoints_count_as_one)
{
    check_steps("first(InferShapes, InferDataTypes), SortGraph", 3);
    check_steps("first(a(InferShapes), b(InferDataTypes, SortGraph))", 3);
    check_steps("fixpoint(InferShapes, InferDataTypes), SortGraph", 2);
}

Test(pipeline, a_recipe_is_spliced_in)
{
    check_steps("tidy", 6);
    check_steps("tidy, SortGraph", 7);
    check_steps("cnv", 13);
}

Test(pipeline, what_is_wrong_has_a_column)
{
    check_fails("InferShapes,", FINNC_BAD_VALUE, "column 13, the end of the passes: expected");
    check_fails("InferShapes InferShapes", FINNC_BAD_VALUE, "column 13");
    check_fails("InferShapes(", FINNC_BAD_VALUE, "column 13");
    check_fails("a(InferShapes", FINNC_BAD_VALUE, "expected ',' or ')'");
    check_fails("InsertTopK{k=1", FINNC_BAD_VALUE, "expected ',' or '}'");
    check_fails("InsertTopK{k}", FINNC_BAD_VALUE,
                "column 13 of the passes, at \"}\": expected '='");
    check_fails("InsertTopK{k=one}", FINNC_BAD_VALUE, "text wants double quotes");
    check_fails("InsertTopK{k=}", FINNC_BAD_VALUE, "a value is missing");
    check_fails("InsertTopK{k=1,k=2}", FINNC_BAD_VALUE, "given twice");
    check_fails("InsertTopK{\"k=1}", FINNC_BAD_VALUE, "expected '\"'");
    check_fails("InsertTopK{k=[1}", FINNC_BAD_VALUE, "column");
    check_fails("&", FINNC_BAD_VALUE, "column 1 of the passes, at \"&\"");
}

Test(pipeline, unknown_passes_are_not_found_and_hinted_at)
{
    check_fails("NoSuchThingAtAll", FINNC_NOT_FOUND, "unknown pass NoSuchThingAtAll");
    check_fails("Streamlin", FINNC_NOT_FOUND, "unknown pass Streamlin; did you mean Streamline?");
}

Test(pipeline, parameters_are_checked_by_name_and_kind)
{
    check_steps("InsertTopK{k=3}", 1);
    check_steps("InsertTopK{\"k\": 3}", 1);
    check_steps("InsertTopK{}", 1);
    check_fails("InsertTopK{kk=3}", FINNC_BAD_VALUE, "InsertTopK has no parameter kk; it has k");
    check_fails("InsertTopK{k=\"3\"}", FINNC_BAD_VALUE,
                "parameter k of InsertTopK wants an integer, got a string");
    check_fails("InferShapes{k=1}", FINNC_BAD_VALUE, "has none at all");
    check_fails("tidy{k=1}", FINNC_BAD_VALUE, "the recipe tidy has no parameters");
}

Test(pipeline, deep_groups_end_in_an_error)
{
    char text[4096] = "";
    for (int i = 0; i < 1000; i++)
        strcat(text, "a(");
    check_fails(text, FINNC_BAD_VALUE, "nest more than");
}

/* ---- arguments, as a pass sees them ---- */

static finnc_status see(finnc_pass_run *run, finnc_graph *graph)
{
    (void)graph;
    cr_assert_eq(finnc_pass_int(run, "i"), 7);
    cr_assert_float_eq(finnc_pass_float(run, "f"), 2, 0);
    cr_assert(finnc_pass_bool(run, "b"));
    cr_assert_str_eq(finnc_pass_string(run, "s"), "a,}\"b");
    cr_assert_null(finnc_pass_string(run, "none"));
    cr_assert_str_eq(finnc_pass_json(run, "j"), "{\"a\":[1,2]}");
    cr_assert_str_eq(finnc_pass_json(run, "i"), "7");
    return FINNC_OK;
}

static const finnc_pass seer = {
    .name = "Seer",
    .summary = "looks at its arguments",
    .params = {{"i", FINNC_PARAM_INT, NULL, "a number"},
               {"f", FINNC_PARAM_FLOAT, "2", "another"},
               {"b", FINNC_PARAM_BOOL, "false", "yes or no"},
               {"s", FINNC_PARAM_STRING, "\"\"", "text"},
               {"none", FINNC_PARAM_STRING, "null", "no text"},
               {"j", FINNC_PARAM_JSON, "[]", "anything"}},
    .run = see,
};

Test(pipeline, a_pass_sees_arguments_and_fallbacks)
{
    finnc_pipeline *pipeline = test_pipeline(cx, "", NULL);
    finnc_model *model = test_read_text(cx, "g (float x) => (float y) { y = Neg(x) }");
    cr_assert_eq(finnc_pipeline_add(cx, pipeline, &seer,
                                    "{\"i\":7,\"b\":true,\"s\":\"a,}\\\"b\",\"j\":{\"a\":[1,2]}}"),
                 FINNC_OK, "%s", finnc_ctx_message(cx));
    cr_assert_eq(finnc_transform(cx, model, pipeline, NULL), FINNC_OK, "%s", finnc_ctx_message(cx));
    cr_assert_eq(finnc_pipeline_add(cx, pipeline, &seer, NULL), FINNC_BAD_VALUE);
    cr_assert_str_eq(finnc_ctx_message(cx), "parameter i of Seer has to be given: a number");
    cr_assert_eq(finnc_pipeline_add(cx, pipeline, &seer, "[1]"), FINNC_BAD_VALUE);
    cr_assert_eq(finnc_pipeline_add(cx, pipeline, &seer, "{"), FINNC_BAD_VALUE);
    finnc_pipeline_destroy(pipeline);
    finnc_model_destroy(model);
}

/* ---- YAML ---- */

/* libyaml would take half a minute for the second. */
Test(pipeline, yaml_that_goes_deeper_and_deeper)
{
    static char text[100001];
    const char *const starts[] = {"[", "{a: "};
    for (size_t i = 0; i < 2; i++) {
        const size_t n = strlen(starts[i]);
        for (size_t at = 0; at + n < sizeof text; at += n)
            memcpy(text + at, starts[i], n);
        check_yaml_fails(text, "line 1: lists and maps lie more than 128 deep in one another");
    }
}

Test(pipeline, yaml_says_the_same_with_room_for_comments)
{
    check_yaml("- InferShapes\n# and then\n- InferDataTypes\n", 2);
    check_yaml("name: mine\nsummary: a few\npasses:\n  - InferShapes\n  - InsertTopK: {k: 3}\n", 2);
    check_yaml("- InsertTopK:\n    k: 3\n    axis: -1\n- InferShapes:\n", 2);
    check_yaml("- {group: first, steps: [InferShapes, InferDataTypes]}\n- SortGraph\n", 3);
    check_yaml("- fixpoint: [InferShapes, InferDataTypes]\n- tidy\n", 7);
    check_yaml("- InsertTopK{k=2}, SortGraph\n", 2);
    check_yaml("- &again InferShapes\n- *again\n", 2);
    check_yaml("[]", 0);
    check_yaml("---\n- InferShapes\n...\n", 1);
}

Test(pipeline, wrong_yaml_has_a_line)
{
    check_yaml_fails("- InferShapes\n- NoSuch\n", "line 2: unknown pass NoSuch");
    check_yaml_fails("- InferShapes\n- InsertTopK: {k: three}\n",
                     "parameter k of InsertTopK wants an integer, got a string");
    check_yaml_fails("- InsertTopK:\n  k: 3\n", "line 1: a step is one pass");
    check_yaml_fails("pases: []\n", "line 1: only name, summary and passes may stand here");
    check_yaml_fails("name: x\n", "there are no passes");
    check_yaml_fails("- [InferShapes]\n", "line 1: a step is the name of a pass or a mapping");
    check_yaml_fails("- {group: a}\n", "a group is");
    check_yaml_fails("- fixpoint: InferShapes\n", "a list of steps is expected");
    check_yaml_fails("- fixpiont: [InferShapes]\n",
                     "a list of steps is for fixpoint, not for fixpiont");
    check_yaml_fails("- InsertTopK: {k: 1, k: 2}\n", "given twice: k");
    check_yaml_fails("- {a: [}\n", "line 1");
    check_yaml_fails("passes: [InferShapes]\nname: x\npasses: [SortGraph]\n",
                     "line 3: given twice: passes");
    check_yaml_fails("name: a\nname: b\npasses: []\n", "line 2: given twice: name");
    check_yaml_fails("- InferShapes\n---\n- SortGraph\n",
                     "line 2: a second document begins here, a pipeline is one");
    check_yaml_fails("- InferShapes\n...\n- [rest: {\n", "line 3");
    check_yaml_fails("", "empty");
}

/* Ten lists of ten aliases each stand for 10^10 steps. */
Test(pipeline, aliases_cannot_blow_up)
{
    char yaml[8192] = "- &a0 {fixpoint: [InferShapes]}\n";
    for (int i = 1; i < 10; i++) {
        char line[256];
        int n = snprintf(line, sizeof line, "- &a%d {fixpoint: [", i);
        for (int k = 0; k < 10; k++)
            n += snprintf(line + n, sizeof line - (size_t)n, "%s*a%d", k ? ", " : "", i - 1);
        strcat(yaml, line);
        strcat(yaml, "]}\n");
    }
    check_yaml_fails(yaml, "");
}

Test(pipeline, files_are_read_and_absence_is_said)
{
    finnc_pipeline *pipeline;
    cr_assert_eq(finnc_pipeline_read(cx, FNC_SOURCE_DIR "/recipes/tidy.yaml", &pipeline), FINNC_OK,
                 "%s", finnc_ctx_message(cx));
    cr_assert_eq(finnc_pipeline_nsteps(pipeline), 6);
    finnc_pipeline_destroy(pipeline);
    cr_assert_eq(finnc_pipeline_read(cx, "/nowhere/at-all.yaml", &pipeline), FINNC_NOT_FOUND);
    cr_assert(strstr(finnc_ctx_message(cx), "/nowhere/at-all.yaml: cannot be opened"));
}
