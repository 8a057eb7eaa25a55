/* The manager: whole or not at all, clean-up, limits, reports. */
#include "support/check_pass.h"

#include <finnc/run.h>

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

TestSuite(manager, .init = begin, .fini = end);

#define CHAIN                                                                                      \
    "g (float[2] x) => (float[2] y) { [a] p = Relu(x) [b] q = Relu(p) [c] r = Relu(q) "            \
    "[d] y = Relu(r) }"

static const finnc_pass relu_to_abs = {
    .name = "ReluToAbs",
    .summary = "another function",
    .flags = FINNC_PASS_CHANGES_VALUES,
    .rules = {{.have = "Relu(x)", .want = "Abs(x)"}},
};

static size_t count(const finnc_model *model, const char *op_type)
{
    size_t n = 0;
    finnc_foreach_node (node, finnc_model_graph(model))
        n += finnc_node_is(node, op_type);
    return n;
}

static finnc_status run(finnc_model *model, const finnc_pass *pass,
                        const finnc_transform_options *options)
{
    finnc_pipeline *pipeline = test_pipeline(cx, NULL, pass);
    finnc_status status = finnc_transform(cx, model, pipeline, options);
    finnc_pipeline_destroy(pipeline);
    return status;
}

/* ---- failing ---- */

static finnc_status erase_and_fail(finnc_pass_run *r, finnc_graph *graph)
{
    finnc_graph_erase_node(finnc_graph_last_node(graph));
    return finnc_fail(finnc_pass_ctx(r), FINNC_BAD_VALUE, "the sky is blue");
}

Test(manager, a_failing_pass_leaves_the_model_as_it_was)
{
    const finnc_pass pass = {.name = "Eraser", .summary = "fails", .run = erase_and_fail};
    check_own_refused(&pass, CHAIN, "pass Eraser: the sky is blue");
}

Test(manager, earlier_steps_stand_when_a_later_one_fails)
{
    const finnc_pass failing = {.name = "Eraser", .summary = "fails", .run = erase_and_fail};
    finnc_model *model = test_read_text(cx, CHAIN);
    finnc_pipeline *pipeline = test_pipeline(cx, NULL, &relu_to_abs);
    cr_assert_eq(finnc_pipeline_add(cx, pipeline, &failing, NULL), FINNC_OK);
    cr_assert_eq(finnc_transform(cx, model, pipeline, NULL), FINNC_BAD_VALUE);
    cr_assert_eq(count(model, "Abs"), 4);
    finnc_pipeline_destroy(pipeline);
    finnc_model_destroy(model);
}

/* While a pass runs, every node has a first output. */
static finnc_status fail_on_named(finnc_pass_run *r, finnc_graph *graph)
{
    cr_expect_not_null(finnc_node_output(finnc_graph_first_node(graph), 0));
    return finnc_fail(finnc_pass_ctx(r), FINNC_BAD_VALUE, "the sky is blue");
}

Test(manager, outputs_have_no_name_that_the_file_did_not_give_after_a_failure_either)
{
    const finnc_pass failing = {.name = "Failer", .summary = "fails", .run = fail_on_named};
    for (int nearlier = 0; nearlier < 3; nearlier++) {
        finnc_model *model = test_read_text(cx, "g (float[4] x) => (int64[1] y) <int64[1] k = {1}> "
                                                "{ \"\", i = TopK(x, k) y = Identity(i) }");
        finnc_pipeline *pipeline = NULL;
        cr_assert_eq(finnc_pipeline_parse(cx, "", &pipeline), FINNC_OK);
        for (int i = 0; i < nearlier; i++)
            cr_assert_eq(finnc_pipeline_add(cx, pipeline, &relu_to_abs, NULL), FINNC_OK);
        cr_assert_eq(finnc_pipeline_add(cx, pipeline, &failing, NULL), FINNC_OK);
        cr_assert_eq(finnc_transform(cx, model, pipeline, NULL), FINNC_BAD_VALUE);
        const finnc_graph *graph = finnc_model_graph(model);
        cr_assert_null(finnc_node_output(finnc_graph_first_node(graph), 0), "%d before", nearlier);
        cr_assert_null(finnc_graph_find_value(graph, "TopK_unnamed"), "%d before", nearlier);
        finnc_pipeline_destroy(pipeline);
        finnc_model_destroy(model);
    }
}

static finnc_status look_for_names(void *user, finnc_ctx *ctx, const finnc_pass_report *report,
                                   const finnc_model *model)
{
    (void)ctx;
    const finnc_graph *graph = finnc_model_graph(model);
    cr_expect_null(finnc_node_output(finnc_graph_first_node(graph), 0), "%s", report->pass);
    ++*(int *)user;
    return FINNC_OK;
}

Test(manager, who_looks_at_a_step_sees_no_name_that_the_file_did_not_give)
{
    int seen = 0;
    const finnc_transform_options options = {.after = look_for_names, .user = &seen};
    finnc_model *model = test_read_text(cx, "g (float[4] x) => (int64[1] y) <int64[1] k = {1}> "
                                            "{ \"\", i = TopK(x, k) y = Identity(i) }");
    cr_assert_eq(run(model, &relu_to_abs, &options), FINNC_OK);
    cr_expect_eq(seen, 1);
    finnc_model_destroy(model);
}

static finnc_status cut_output(finnc_pass_run *r, finnc_graph *graph)
{
    (void)r;
    finnc_graph_erase_node(finnc_graph_last_node(graph));
    return FINNC_OK;
}

Test(manager, a_pass_that_breaks_the_graph_is_found_at_once)
{
    const finnc_pass pass = {
        .name = "Cutter", .summary = "leaves an output without a maker", .run = cut_output};
    finnc_transform_options options = {.check_each = true};
    finnc_model *model = test_read_text(cx, CHAIN);
    cr_assert_neq(run(model, &pass, &options), FINNC_OK);
    cr_assert(strstr(finnc_ctx_message(cx), "pass Cutter: "), "%s", finnc_ctx_message(cx));
    cr_assert_eq(count(model, "Relu"), 4);
    finnc_model_destroy(model);
}

Test(manager, cancelling_ends_a_run)
{
    finnc_model *model = test_read_text(cx, CHAIN);
    finnc_ctx_cancel(cx);
    cr_assert_eq(run(model, &relu_to_abs, NULL), FINNC_CANCELLED);
    finnc_ctx_resume(cx);
    cr_assert_eq(count(model, "Relu"), 4);
    finnc_model_destroy(model);
}

/* ---- Gradient nodes ---- */

/* Names that a pass would change, an initialiser that two nodes share and the clean-up would copy,
 * one that nobody uses, and what only the Gradient needs. */
#define TRAINED                                                                                    \
    "<ir_version: 8, opset_import: [\"\" : 17, \"ai.onnx.preview.training\" : 1]>\n"               \
    "g (float[1,2] global_in) => (float[1,2] y, float[1,2] dx)"                                    \
    " <float[2,2] w = {1, 2, 3, 4}, float[1] b = {3}, float[1] unused = {1}> {"                    \
    "    m = Mul(b, global_in) o = Mul(global_in, b) n = MatMul(m, w) y = Identity(o)"             \
    "    dx = ai.onnx.preview.training.Gradient <xs = [\"global_in\"], y = \"n\"> (global_in) }"

static size_t count_passes(void)
{
    size_t n = 0;
    while (finnc_pass_at(n))
        n++;
    return n;
}

/* Each pass either says that it keeps nodes and names, and does, clean-up included, or declines. */
Test(manager, what_gradients_name_stays)
{
    static char before[4096];
    for (size_t i = 0; i < count_passes(); i++) {
        const finnc_pass *pass = finnc_pass_at(i);
        const bool needs_arguments = pass->params[0].name && !pass->params[0].fallback;
        const bool keeps = pass->flags & FINNC_PASS_KEEPS_GRAPH;
        if (pass->steps || needs_arguments)
            continue;
        finnc_model *model = test_read_text(cx, TRAINED);
        snprintf(before, sizeof before, "%s", test_print(cx, model));
        finnc_transform_options options = {.verify_each = true, .check_each = true};
        const finnc_status status = run(model, pass, &options);
        cr_expect_eq(status, keeps ? FINNC_OK : FINNC_UNSUPPORTED, "%s: %s", pass->name,
                     finnc_ctx_message(cx));
        cr_expect(keeps || strstr(finnc_ctx_message(cx), "the model has Gradient nodes"), "%s: %s",
                  pass->name, finnc_ctx_message(cx));
        size_t n = 0;
        static const char *const made[] = {"m", "o", "n", "y", "dx"};
        finnc_foreach_node (node, finnc_model_graph(model))
            cr_expect_str_eq(finnc_value_name(finnc_node_output(node, 0)), made[n++], "%s",
                             pass->name);
        cr_expect_eq(n, 5, "%s", pass->name);
        cr_expect(keeps || !strcmp(before, test_print(cx, model)), "%s", pass->name);
        finnc_model_destroy(model);
    }
}

Test(manager, steps_of_steps_are_held_to_it_too)
{
    check_refused("Streamline", TRAINED, "the model has Gradient nodes");
    check_refused("tidy", TRAINED, "the model has Gradient nodes");
    check_refused("fixpoint(InferShapes, RemoveIdentityOps)", TRAINED,
                  "RemoveIdentityOps: the model");
}

/* ---- clean-up ---- */

Test(manager, every_pass_is_followed_by_upstream_s_clean_up)
{
    const finnc_pass nothing = {
        .name = "Nothing", .summary = "does nothing", .rules = {{.have = "If(x)", .want = "x"}}};
    check_own_pass(&nothing,
                   "g (float[2] x) => (float[2] y, float[2] z) "
                   "<float[2] w = {1,2}, float[2] unused = {3,4}> "
                   "{ a = Mul(w, x) y = Relu(a) z = Add(w, x) }",
                   "g (float[2] x) => (float[2] y, float[2] z) "
                   "<float[2] w = {1,2}, float[2] w2 = {1,2}> "
                   "{ a = Mul(x, w) z = Add(x, w2) y = Relu(a) }");
}

/* ---- repetition ---- */

static finnc_status one_relu(finnc_pass_run *r, finnc_graph *graph)
{
    finnc_foreach_node (node, graph)
        if (finnc_node_is(node, "Relu"))
            return finnc_node_set_op(finnc_pass_ctx(r), node, "Abs", "");
    return FINNC_OK;
}

static finnc_status flip(finnc_pass_run *r, finnc_graph *graph)
{
    finnc_node *node = finnc_graph_first_node(graph);
    return finnc_node_set_op(finnc_pass_ctx(r), node, finnc_node_is(node, "Relu") ? "Abs" : "Relu",
                             "");
}

Test(manager, a_repeated_pass_runs_until_it_edits_nothing)
{
    const unsigned flags[] = {0, FINNC_PASS_REPEATS};
    const size_t left[] = {3, 0};
    for (int i = 0; i < 2; i++) {
        const finnc_pass pass = {.name = "One",
                                 .summary = "one at a time",
                                 .flags = flags[i] | FINNC_PASS_CHANGES_VALUES,
                                 .run = one_relu};
        finnc_model *model = test_read_text(cx, CHAIN);
        cr_assert_eq(run(model, &pass, NULL), FINNC_OK);
        cr_assert_eq(count(model, "Relu"), left[i]);
        finnc_model_destroy(model);
    }
}

Test(manager, a_pass_without_end_is_an_error)
{
    const finnc_pass pass = {
        .name = "Flip", .summary = "to and fro", .flags = FINNC_PASS_REPEATS, .run = flip};
    check_own_refused(&pass, CHAIN, "pass Flip: still changes the graph after");
}

static finnc_status call_others(finnc_pass_run *r, finnc_graph *graph)
{
    (void)graph;
    return finnc_pass_call(r, "GiveUniqueNodeNames{prefix=\"z\"}, GiveReadableTensorNames");
}

Test(manager, a_pass_may_run_others)
{
    const finnc_pass pass = {.name = "Caller", .summary = "delegates", .run = call_others};
    finnc_model *model = test_read_text(cx, CHAIN);
    cr_assert_eq(run(model, &pass, NULL), FINNC_OK, "%s", finnc_ctx_message(cx));
    cr_assert_str_eq(finnc_node_name(finnc_graph_first_node(finnc_model_graph(model))), "zRelu_0");
    cr_assert_str_eq(finnc_value_name(finnc_graph_input(finnc_model_graph(model), 0)), "global_in");
    finnc_model_destroy(model);
}

static int runs;

static finnc_status count_run(finnc_pass_run *r, finnc_graph *graph)
{
    (void)r, (void)graph;
    runs++;
    return FINNC_OK;
}

Test(manager, a_stable_pass_is_left_out_while_nothing_changes)
{
    const finnc_pass pass = {
        .name = "Counted", .summary = "counts", .flags = FINNC_PASS_STABLE, .run = count_run};
    finnc_model *model = test_read_text(cx, CHAIN);
    finnc_pipeline *pipeline = test_pipeline(cx, "SortGraph", NULL);
    for (int i = 0; i < 3; i++)
        cr_assert_eq(finnc_pipeline_add(cx, pipeline, &pass, NULL), FINNC_OK);
    cr_assert_eq(finnc_pipeline_add(cx, pipeline, &relu_to_abs, NULL), FINNC_OK);
    cr_assert_eq(finnc_pipeline_add(cx, pipeline, &pass, NULL), FINNC_OK);
    cr_assert_eq(finnc_transform(cx, model, pipeline, NULL), FINNC_OK, "%s", finnc_ctx_message(cx));
    cr_assert_eq(runs, 2);
    finnc_pipeline_destroy(pipeline);
    finnc_model_destroy(model);
}

/* ---- finish ---- */

static finnc_verdict has_name(finnc_match *m)
{
    return finnc_node_name(finnc_match_root(m))[0] ? FINNC_APPLY : finnc_skip(m, "it has no name");
}

Test(manager, what_finish_finds_out_lets_more_pictures_fit)
{
    const finnc_pass pass = {.name = "Finisher",
                             .summary = "of a test",
                             .flags = FINNC_PASS_CHANGES_VALUES,
                             .finish = "GiveUniqueNodeNames",
                             .rules = {{.have = "Relu(x)", .want = "Abs(x)"},
                                       {.have = "Abs(x)", .want = "Neg(x)", .when = has_name}}};
    finnc_model *model = test_read_text(cx, CHAIN);
    cr_assert_eq(run(model, &pass, NULL), FINNC_OK, "%s", finnc_ctx_message(cx));
    cr_assert_eq(count(model, "Neg"), 4);
    finnc_model_destroy(model);
}

Test(manager, a_pass_that_always_finishes_does_so_with_nothing_to_do)
{
    for (unsigned always = 0; always < 2; always++) {
        const finnc_pass pass = {.name = "Finisher",
                                 .summary = "of a test",
                                 .flags = always ? FINNC_PASS_ALWAYS_FINISHES : 0,
                                 .finish = "GiveUniqueNodeNames",
                                 .rules = {{.have = "Sin(x)", .want = "Abs(x)"}}};
        finnc_model *model = test_read_text(cx, CHAIN);
        cr_assert_eq(run(model, &pass, NULL), FINNC_OK, "%s", finnc_ctx_message(cx));
        cr_assert_str_eq(finnc_node_name(finnc_graph_first_node(finnc_model_graph(model))),
                         always ? "Relu_0" : "a");
        finnc_model_destroy(model);
    }
}

/* ---- limits and reports ---- */

Test(manager, a_rewrite_limit_stops_after_that_many)
{
    for (uint64_t limit = 1; limit <= 4; limit++) {
        finnc_transform_options options = {.rewrite_limit = limit};
        finnc_model *model = test_read_text(cx, CHAIN);
        cr_assert_eq(run(model, &relu_to_abs, &options), FINNC_OK);
        cr_assert_eq(count(model, "Abs"), limit);
        finnc_model_destroy(model);
    }
}

typedef struct log {
    char text[4096];
    uint64_t numbers[16];
    size_t nremarks;
} log;

static finnc_status note(void *user, finnc_ctx *context, const finnc_pass_report *report,
                         const finnc_model *model)
{
    (void)context, (void)model;
    log *l = user;
    size_t n = strlen(l->text);
    snprintf(l->text + n, sizeof l->text - n, "%d.%d %s%s%s %zu>%zu %d;", report->step,
             report->depth, report->group ? report->group : "", report->group ? "/" : "",
             report->pass, report->nodes_before, report->nodes_after, (int)report->rewrites);
    cr_assert(report->seconds >= 0);
    return FINNC_OK;
}

static void note_remark(void *user, const finnc_remark *remark)
{
    log *l = user;
    if (remark->kind == FINNC_REMARK_APPLIED)
        l->numbers[l->nremarks++] = remark->rewrite;
}

Test(manager, rewrites_are_numbered_through_a_run)
{
    log l = {0};
    finnc_transform_options options = {.remark = note_remark, .user = &l};
    finnc_model *model = test_read_text(cx, CHAIN);
    cr_assert_eq(run(model, &relu_to_abs, &options), FINNC_OK);
    cr_assert_eq(l.nremarks, 4);
    for (size_t i = 0; i < 4; i++)
        cr_assert_eq(l.numbers[i], i + 1);
    finnc_model_destroy(model);
}

static void count_misses(void *user, const finnc_remark *remark)
{
    *(size_t *)user += remark->kind == FINNC_REMARK_MISSED;
}

static finnc_status miss_twice(finnc_pass_run *r, finnc_graph *graph)
{
    for (int i = 0; i < 2; i++)
        finnc_foreach_node (node, graph)
            finnc_pass_missed(r, node, "it is the same as before");
    return FINNC_OK;
}

Test(manager, a_miss_is_told_once_in_a_step)
{
    const finnc_pass pass = {.name = "Misser", .summary = "of a test", .run = miss_twice};
    size_t misses = 0;
    finnc_transform_options options = {.remark = count_misses, .user = &misses};
    finnc_model *model = test_read_text(cx, CHAIN);
    cr_assert_eq(run(model, &pass, &options), FINNC_OK, "%s", finnc_ctx_message(cx));
    cr_assert_eq(misses, 4);
    cr_assert_eq(run(model, &pass, &options), FINNC_OK, "%s", finnc_ctx_message(cx));
    cr_assert_eq(misses, 8); /* another run says it again */
    finnc_model_destroy(model);
}

Test(manager, reports_come_inner_ones_first_without_the_clean_up)
{
    log l = {0};
    finnc_transform_options options = {.after = note, .user = &l};
    finnc_model *model = test_read_text(cx, CHAIN);
    finnc_pipeline *pipeline = test_pipeline(cx, "names(GiveUniqueNodeNames)", &relu_to_abs);
    const finnc_pass outer = {.name = "Outer", .summary = "two steps", .steps = "SortGraph"};
    cr_assert_eq(finnc_pipeline_add(cx, pipeline, &outer, NULL), FINNC_OK);
    cr_assert_eq(finnc_transform(cx, model, pipeline, &options), FINNC_OK);
    cr_assert_str_eq(l.text, "1.0 names/GiveUniqueNodeNames 4>4 1;2.0 ReluToAbs 4>4 4;"
                             "3.1 SortGraph 4>4 0;3.0 Outer 4>4 0;");
    finnc_pipeline_destroy(pipeline);
    finnc_model_destroy(model);
}

Test(manager, stop_after_counts_top_level_steps)
{
    log l = {0};
    finnc_transform_options options = {.after = note, .user = &l, .stop_after = 1};
    finnc_model *model = test_read_text(cx, CHAIN);
    finnc_pipeline *pipeline = test_pipeline(cx, "SortGraph, SortGraph", &relu_to_abs);
    cr_assert_eq(finnc_transform(cx, model, pipeline, &options), FINNC_OK);
    cr_assert_str_eq(l.text, "1.0 SortGraph 4>4 0;");
    finnc_pipeline_destroy(pipeline);
    finnc_model_destroy(model);
}

/* ---- verification ---- */

Test(manager, a_pass_that_changes_what_is_computed_is_caught)
{
    finnc_pass pass = relu_to_abs;
    pass.flags = 0;
    finnc_transform_options options = {.verify_each = true, .verify_seed = 3};
    finnc_model *model = test_read_text(cx, CHAIN);
    cr_assert_eq(run(model, &pass, &options), FINNC_BAD_VALUE);
    cr_assert(strstr(finnc_ctx_message(cx), "pass ReluToAbs: not equivalent: output y, element"),
              "%s", finnc_ctx_message(cx));
    cr_assert_eq(count(model, "Relu"), 4);
    finnc_model_destroy(model);
}

/* Remarks and warnings of a run, one after the other. */
static char said[2048];

static void hear_warning(void *user, finnc_severity severity, const char *line)
{
    (void)user, (void)severity;
    size_t length = strlen(said);
    snprintf(said + length, sizeof said - length, "warning: %s\n", line);
}

static void hear_analysis(void *user, const finnc_remark *remark)
{
    (void)user;
    size_t length = strlen(said);
    if (remark->kind == FINNC_REMARK_ANALYSIS)
        snprintf(said + length, sizeof said - length, "%s: %s\n", remark->pass, remark->text);
}

/* Runs the passes with verification, and puts into `said` what is heard and in words what became
 * of it. */
static finnc_verification verify(const char *passes, const finnc_pass *own, const char *text)
{
    finnc_verification counts = {0};
    finnc_transform_options options = {
        .remark = hear_analysis, .verify_each = true, .verification = &counts};
    finnc_ctx *loud = finnc_ctx_create(&(finnc_ctx_options){.log = hear_warning});
    said[0] = '\0';
    finnc_model *model = test_read_text(loud, text);
    finnc_pipeline *pipeline = test_pipeline(loud, passes, own);
    if (finnc_transform(loud, model, pipeline, &options) != FINNC_OK)
        snprintf(said, sizeof said, "%s", finnc_ctx_message(loud));
    finnc_pipeline_destroy(pipeline);
    finnc_model_destroy(model);
    finnc_ctx_destroy(loud);
    return counts;
}

Test(manager, verified_steps_are_counted)
{
    const finnc_verification v =
        verify("RemoveIdentityOps, RemoveIdentityOps, ConvertSubToAdd", NULL,
               "g (float[2] x) => (float[2] y) <float s = {2}> "
               "{ a = Identity(x) b = Relu(a) y = Sub(b, s) }");
    cr_assert_str_empty(said);
    cr_assert_eq(v.verified, 2, "the second of three changes nothing");
    cr_assert_eq(v.unverified, 0);
}

/* Streamline holds ConvertSignToThres, which changes what Sign makes of 0. */
Test(manager, a_step_is_verified_unless_what_changes_values_in_it_has_done_so)
{
    finnc_verification v = verify("Streamline", NULL,
                                  "g (float[2] x) => (float[2] y) <float s = {2}> "
                                  "{ y = Sub(x, s) }");
    cr_expect_eq(v.verified, 1);
    cr_expect_eq(v.unverified, 0);
    v = verify("Streamline", NULL, "g (float[1,2] x) => (float[1,2] y) { y = Sign(x) }");
    cr_expect_eq(v.verified, 0);
    cr_expect_eq(v.unverified, 1);
}

/* The default of an input goes, and the output gets the size that it has. */
Test(manager, what_was_only_said_is_no_other_input_or_output)
{
    const finnc_verification v = verify("Cleanup", NULL,
                                        "g (float[1,2,2,2] x, float w = {2}) => (float[N,2,2,2] y) "
                                        "{ a = Mul(x, w) y = Relu(a) }");
    cr_expect_eq(v.verified, 1, "%s", said);
    cr_expect_eq(v.unverified, 0, "%s", said);
}

/* By name each would be fed with what the other one got before. */
Test(manager, inputs_may_exchange_their_names)
{
    const finnc_verification v =
        verify("GiveReadableTensorNames", NULL,
               "g (float[2] global_in_1, float[2] global_in) => (float[2] y) "
               "{ [s] y = Sub(global_in_1, global_in) }");
    cr_assert_str_empty(said);
    cr_expect_eq(v.verified, 1);
}

/* Random indices are outside of nearly every tensor: the steps are not to blame. */
Test(manager, a_model_that_could_not_be_run_before_is_no_fault_of_the_step)
{
    const finnc_verification v =
        verify("RemoveIdentityOps, ConvertSubToAdd", NULL,
               "g (int64[64] i) => (float[64] y) <float[3] w = {1,2,3}, float s = {2}> "
               "{ [look] a = Gather(w, i) b = Identity(a) y = Sub(b, s) }");
    const char *warning = strstr(said, "warning: pass RemoveIdentityOps: not verified");
    cr_assert(warning, "%s", said);
    cr_assert_null(strstr(warning + 1, "warning: "), "once is enough: %s", said);
    cr_assert(strstr(said, "look (Gather): index"), "%s", said);
    cr_assert(strstr(said, "\nConvertSubToAdd: not verified: look (Gather): index"), "%s", said);
    cr_assert_null(strstr(strstr(said, "pass RemoveIdentityOps") + 4, "pass RemoveIdentityOps"),
                   "the place is said once: %s", said);
    cr_assert_eq(v.verified, 0);
    cr_assert_eq(v.unverified, 2);
}

Test(manager, a_step_after_which_the_model_cannot_be_run_is_caught)
{
    const finnc_pass pass = {.name = "ToAcme",
                             .summary = "makes an op that nobody runs",
                             .rules = {{.have = "Relu(x)", .want = "\"com.acme\"Relu(x)"}}};
    const finnc_verification v = verify(NULL, &pass, CHAIN);
    cr_assert(strstr(said, "pass ToAcme: not equivalent: the model could be run before"), "%s",
              said);
    cr_assert(strstr(said, "unsupported op"), "%s", said);
    cr_assert_eq(v.verified + v.unverified, 0);
}

Test(manager, a_model_that_cannot_be_run_after_is_no_fault_if_it_could_not_be_before)
{
    const finnc_pass pass = {.name = "ToAcme",
                             .summary = "makes an op that nobody runs",
                             .rules = {{.have = "Relu(x)", .want = "\"com.acme\"Relu(x)"}}};
    const finnc_verification v = verify(NULL, &pass,
                                        "g (int64[64] i) => (float[64] y) <float[3] w = {1,2,3}> "
                                        "{ a = Gather(w, i) y = Relu(a) }");
    cr_assert(strstr(said, "ToAcme: not verified: Gather: index"), "%s", said);
    cr_assert_eq(v.unverified, 1);
}

/* ... and a sample of one is nothing that the model afterwards takes. */
Test(manager, an_open_size_that_a_step_fixes_is_another_input)
{
    verify("ChangeBatchSize{bsize=2}", NULL, "g (float[N,4] x) => (float[N,4] y) { y = Relu(x) }");
    cr_assert(strstr(said, "not verified: inputs or outputs are others than before"), "%s", said);
}

Test(manager, an_input_of_signs_that_takes_bits_is_another_input)
{
    const finnc_verification v = verify("ConvertBipolarMatMulToXnorPopcount", NULL,
                                        "g (float[1,3] x {BIPOLAR}) => (float[1,1] y) "
                                        "<float[3,1] w {BIPOLAR} = {1,-1,1}> { y = MatMul(x, w) }");
    cr_assert(strstr(said, "not verified: an input takes 0 and 1 now"), "%s", said);
    cr_assert_eq(v.unverified, 1);
}

Test(manager, a_step_that_changes_values_on_purpose_is_counted_as_not_verified)
{
    const finnc_verification v = verify(NULL, &relu_to_abs, CHAIN);
    cr_assert_str_eq(said, "ReluToAbs: not verified: it changes values on purpose\n");
    cr_assert_eq(v.unverified, 1);
}

/* The next number after 0.25. x >= t becomes x > t: nobody draws a float that shows it. */
static finnc_status next_threshold(finnc_match *m)
{
    finnc_tensor *next;
    FINNC_TRY(
        finnc_tensor_create_scalar(finnc_match_ctx(m), FINNC_ELEM_FLOAT, 0x1.000002p-2, &next));
    finnc_tensor *shaped = NULL;
    finnc_status status =
        finnc_tensor_reshape(finnc_match_ctx(m), next, 2, (int64_t[]){1, 1}, &shaped);
    if (status == FINNC_OK)
        status = finnc_match_bind(m, "t", shaped, NULL);
    finnc_tensor_release(shaped);
    finnc_tensor_release(next);
    return status;
}

static finnc_verdict is_first_time(finnc_match *m)
{
    return finnc_tensor_get(finnc_match_tensor(m, "t"), 0) == 0.25 ? FINNC_APPLY : FINNC_SKIP;
}

Test(manager, a_threshold_that_lies_beside_its_place_is_caught)
{
    const finnc_pass pass = {.name = "Beside",
                             .summary = "of a test",
                             .rules = {{.have = "m:MultiThreshold(x, $t)",
                                        .want = "m(x, $t)",
                                        .when = is_first_time,
                                        .make = next_threshold}}};
    verify(NULL, &pass,
           "<opset_import: [\"\" : 13, \"qonnx.custom_op.general\" : 1]> "
           "g (float[1,8] x) => (float[1,8] y) <float[1,1] t = {0.25}> "
           "{ y = qonnx.custom_op.general.MultiThreshold(x, t) }");
    cr_assert(strstr(said, "pass Beside: not equivalent: output y"), "%s", said);
}

/* A Sign hides it. */
static finnc_status double_factor(finnc_pass_run *r, finnc_graph *graph)
{
    finnc_value *s = finnc_graph_find_value(graph, "s");
    finnc_tensor *twice;
    FINNC_TRY(finnc_tensor_create_scalar(finnc_pass_ctx(r), FINNC_ELEM_FLOAT,
                                         2 * finnc_tensor_get(finnc_value_tensor(s), 0), &twice));
    const finnc_status status = finnc_value_set_tensor(finnc_pass_ctx(r), s, twice);
    finnc_tensor_release(twice);
    return status;
}

Test(manager, tensors_inside_are_compared_on_demand)
{
    finnc_pass pass = {.name = "Doubles", .summary = "of a test", .run = double_factor};
    for (int on_demand = 0; on_demand < 2; on_demand++) {
        finnc_transform_options options = {.verify_each = true, .verify_tensors = on_demand};
        finnc_model *model = test_read_text(cx, "g (float[4] x) => (float[4] y) <float s = {2}> "
                                                "{ v = Mul(x, s) y = Sign(v) }");
        const finnc_status status = run(model, &pass, &options);
        cr_assert_eq(status, on_demand ? FINNC_BAD_VALUE : FINNC_OK);
        if (on_demand)
            cr_assert(strstr(finnc_ctx_message(cx), "not equivalent: tensor v, element"), "%s",
                      finnc_ctx_message(cx));
        finnc_model_destroy(model);
    }
}

/* ---- soundness ---- */

static finnc_status widen_constant(finnc_pass_run *r, finnc_graph *graph)
{
    return finnc_value_set_dtype(finnc_pass_ctx(r), finnc_graph_find_value(graph, "s"),
                                 finnc_dtype_bipolar());
}

static finnc_status lengthen(finnc_pass_run *r, finnc_graph *graph)
{
    return finnc_value_set_shape(finnc_pass_ctx(r), finnc_graph_find_value(graph, "v"),
                                 FINNC_ELEM_FLOAT, 1, (int64_t[]){5});
}

static finnc_status say_sparse(finnc_pass_run *r, finnc_graph *graph)
{
    finnc_value *s = finnc_graph_find_value(graph, "s");
    FINNC_TRY(finnc_value_set_sparsity(finnc_pass_ctx(r), s, "{'dw': {'kernel_shape': [1, 1]}}"));
    return finnc_value_set_dtype(finnc_pass_ctx(r), s, finnc_dtype_bipolar());
}

Test(manager, shapes_and_data_types_have_to_hold)
{
    const struct {
        finnc_status (*run)(finnc_pass_run *run, finnc_graph *graph);
        const char *words;
    } cases[] = {{widen_constant, "constant s is annotated BIPOLAR, but element 0 is 2"},
                 {say_sparse, "constant s is annotated BIPOLAR, but element 0 is 2"},
                 {lengthen, "[4]"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const finnc_pass pass = {.name = "Liar", .summary = "of a test", .run = cases[i].run};
        finnc_transform_failure failure;
        finnc_transform_options options = {.check_each = true, .failure = &failure};
        finnc_model *model = test_read_text(cx, "g (float[4] x) => (float[4] y) <float s = {2}, "
                                                "float[4] v> { v = Mul(x, s) y = Relu(v) }");
        cr_assert_eq(run(model, &pass, &options), FINNC_BAD_VALUE);
        cr_assert_eq(failure.cause, FINNC_FAILED_CHECK);
        cr_assert(strstr(finnc_ctx_message(cx), "pass Liar: "), "%s", finnc_ctx_message(cx));
        cr_assert(strstr(finnc_ctx_message(cx), cases[i].words), "%s", finnc_ctx_message(cx));
        finnc_model_destroy(model);
    }
}

/* Which type v has is a matter of which input comes first, and clean-up sorts them. */
Test(manager, a_contradiction_of_types_is_not_laid_to_the_charge_of_the_next_pass)
{
    const finnc_pass nothing = {
        .name = "Nothing", .summary = "does nothing", .rules = {{.have = "If(x)", .want = "x"}}};
    finnc_transform_options options = {.check_each = true};
    const char *texts[] = {"g (uint64[2] w) => (float[2] y) <float[1] x = {1}, float[2] v> "
                           "{ v = Add(x, w) y = Relu(v) }",
                           "g (double[2] w) => (float[2] y) <float[1] x = {1}, float[2] v> "
                           "{ v = Add(x, w) y = Relu(v) }"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        finnc_model *model = test_read_text(cx, texts[i]);
        cr_assert_eq(run(model, &nothing, &options), FINNC_OK, "%s", finnc_ctx_message(cx));
        finnc_model_destroy(model);
    }
}

/* ---- failures ---- */

Test(manager, a_failure_says_where_and_on_what)
{
    const finnc_pass failing = {.name = "Eraser", .summary = "fails", .run = erase_and_fail};
    const finnc_pass cutting = {.name = "Cutter", .summary = "cuts", .run = cut_output};
    finnc_pass changing = relu_to_abs;
    changing.flags = 0;
    const struct {
        const finnc_pass *pass;
        finnc_failure_cause cause;
        uint64_t rewrites;
    } cases[] = {{&failing, FINNC_FAILED_PASS, 1},
                 {&cutting, FINNC_FAILED_CHECK, 2},
                 {&changing, FINNC_FAILED_VERIFICATION, 5}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        finnc_transform_failure failure;
        finnc_transform_options options = {
            .verify_each = true, .check_each = true, .failure = &failure};
        finnc_model *model = test_read_text(cx, CHAIN);
        finnc_pipeline *pipeline =
            test_pipeline(cx, "GiveUniqueNodeNames{prefix=\"a\"}, SortGraph", cases[i].pass);
        cr_assert_eq(finnc_transform(cx, model, pipeline, &options), FINNC_BAD_VALUE);
        cr_assert_eq(failure.cause, cases[i].cause, "%s", finnc_ctx_message(cx));
        cr_assert_eq(failure.step, 3);
        cr_assert_str_eq(failure.pass, cases[i].pass->name);
        cr_assert_eq(failure.earlier_rewrites, 1);
        cr_assert_eq(failure.rewrite, cases[i].rewrites, "%d", (int)failure.rewrite);
        cr_assert_eq(failure.inputs != NULL, cases[i].cause == FINNC_FAILED_VERIFICATION);
        cr_assert(!failure.inputs || finnc_bundle_find(failure.inputs, "x"));
        finnc_bundle_destroy(failure.inputs);
        finnc_pipeline_destroy(pipeline);
        finnc_model_destroy(model);
    }
}

/* ---- memory ---- */

/* Lets the N-th allocation fail. */
static size_t budget;

static void *limited(void *user, void *ptr, size_t size)
{
    (void)user;
    if (size > 0 && budget-- == 0) {
        budget = 0;
        return NULL;
    }
    return size > 0 ? realloc(ptr, size) : (free(ptr), NULL);
}

Test(manager, every_failing_allocation_is_an_error_and_nothing_leaks)
{
    finnc_ctx_options options = {.realloc = limited};
    finnc_status status = FINNC_NO_MEMORY;
    for (size_t n = 0; status != FINNC_OK; n++) {
        cr_assert_lt(n, 100000);
        budget = SIZE_MAX;
        finnc_ctx *own = finnc_ctx_create(&options);
        finnc_model *model = test_read_text(own, CHAIN);
        finnc_pipeline *pipeline = NULL;
        budget = n;
        status = finnc_pipeline_parse(own, "tidy, ConvertSubToAdd", &pipeline);
        if (status == FINNC_OK)
            status = finnc_pipeline_add(own, pipeline, &relu_to_abs, NULL);
        if (status == FINNC_OK)
            status = finnc_transform(own, model, pipeline, NULL);
        budget = SIZE_MAX;
        finnc_pipeline_destroy(pipeline);
        finnc_model_destroy(model);
        cr_assert_eq(finnc_ctx_live_bytes(own), 0);
        finnc_ctx_destroy(own);
    }
}

/* ---- outputs without a name ---- */

Test(manager, a_node_that_makes_nothing_goes_before_any_pass_sees_it)
{
    check_pass(
        "ConvertSubToAdd",
        "g (float[2] x) => (float[2] y) <float[2] c = {1,2}> { \"\" = Sub(x, c) y = Relu(x) }",
        "g (float[2] x) => (float[2] y) { y = Relu(x) }");
    check_pass("MoveChanLastUpstream",
               "g (float[1,2,3] x) => (float[1,2,3] y) "
               "{ v = Relu(x) \"\" = Transpose<perm = [0,2,1]>(v) y = Relu(x) }",
               "g (float[1,2,3] x) => (float[1,2,3] y) { v = Relu(x) y = Relu(x) }");
}

Test(manager, nor_does_one_in_a_body_stay)
{
    check_pass("ConvertSubToAdd",
               "g (bool c, float[2] x) => (float[2] y) { y = If(c) "
               "<then_branch = t () => (float[2] p) { \"\" = Abs(x) p = Relu(x) }, "
               "else_branch = e () => (float[2] q) { q = Neg(x) }> }",
               "g (bool c, float[2] x) => (float[2] y) { y = If(c) "
               "<then_branch = t () => (float[2] p) { p = Relu(x) }, "
               "else_branch = e () => (float[2] q) { q = Neg(x) }> }");
}

static finnc_status count_first_outputs(finnc_pass_run *r, finnc_graph *graph)
{
    finnc_foreach_node (node, graph)
        finnc_pass_missed(r, node, "first output %s", finnc_node_output(node, 0) ? "there" : "not");
    return FINNC_OK;
}

#define SECOND_ONLY "g (float[1,4] x) => (int64[1,1] y) <int64[1] k = {1}> { \"\", y = TopK(x, k) }"

Test(manager, passes_see_a_first_output_where_only_a_later_one_has_a_name)
{
    const finnc_pass pass = {.name = "Counter", .summary = "counts", .run = count_first_outputs};
    check_own_remark(&pass, SECOND_ONLY, "first output there");
}

Test(manager, its_name_is_gone_when_the_pipeline_has_ended)
{
    finnc_model *model = test_read_text(cx, SECOND_ONLY);
    finnc_pipeline *pipeline =
        test_pipeline(cx, "GiveUniqueNodeNames, GiveReadableTensorNames", NULL);
    cr_assert_eq(finnc_transform(cx, model, pipeline, NULL), FINNC_OK);
    const finnc_node *node = finnc_graph_first_node(finnc_model_graph(model));
    cr_assert_eq(finnc_node_noutputs(node), 2);
    cr_assert_null(finnc_node_output(node, 0));
    cr_assert_not_null(finnc_node_output(node, 1));
    cr_assert_eq(finnc_graph_check(cx, finnc_model_graph(model)), FINNC_OK);
    finnc_pipeline_destroy(pipeline);
    finnc_model_destroy(model);
}

Test(manager, a_first_step_that_fails_leaves_what_makes_nothing)
{
    const finnc_pass pass = {.name = "Eraser", .summary = "fails", .run = erase_and_fail};
    check_own_refused(&pass,
                      "g (float[2] x) => (float[2] y) { \"\" = Abs(x) y = Relu(x) z = Neg(x) }",
                      "pass Eraser: the sky is blue");
}
