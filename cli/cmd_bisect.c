/* finnc bisect: which rewrite broke the result? */
#include "cli.h"
#include "difference.h"
#include "inputs.h"
#include "json.h"

/* ---- the answer ---- */

static json_t *rewrite_as_json(const finnc_bisection *b)
{
    json_t *rewrite =
        json_pack("{s:I, s:I, s:i, s:s, s:s, s:o, s:o, s:o, s:b}", "number", (json_int_t)b->rewrite,
                  "last", (json_int_t)b->last, "step", b->step, "pass", b->pass, "rule", b->rule,
                  "node", cli_json_text(b->node), "op", cli_json_text(b->op_type), "text",
                  cli_json_text(b->text), "on_purpose", b->is_on_purpose);
    if (rewrite && b->failure[0])
        json_object_set_new(rewrite, "failure", cli_json_text(b->failure));
    return rewrite;
}

static finnc_status put_json(cli *c, const finnc_bisection *b)
{
    const finnc_comparison *k = &b->comparison;
    json_t *root = json_pack("{s:b, s:I, s:i}", "equal", b->rewrite == 0, "rewrites",
                             (json_int_t)b->nrewrites, "runs", (int)b->nruns);
    if (root && b->rewrite)
        json_object_set_new(root, "rewrite", rewrite_as_json(b));
    if (root && k->difference.value) {
        json_object_set_new(root, "sample", json_integer((json_int_t)k->sample));
        json_object_set_new(root, "output", cli_difference_json(&k->difference));
        cli_parting_json(k, root);
    }
    return cli_json_answer(c, "bisection", root, stdout);
}

static void put_line(const char *indent, const char *text)
{
    fputs(indent, stdout);
    cli_put(stdout, text);
    putchar('\n');
}

static void put_number(const finnc_bisection *b)
{
    if (b->last > b->rewrite)
        printf("rewrites %llu to %llu, which are made together,", (unsigned long long)b->rewrite,
               (unsigned long long)b->last);
    else
        printf("rewrite %llu", (unsigned long long)b->rewrite);
    printf(" of %llu ", (unsigned long long)b->nrewrites);
}

static void put_text(const finnc_bisection *b)
{
    if (!b->rewrite) {
        printf("equal: none of %llu rewrites changes a result\n", (unsigned long long)b->nrewrites);
        return;
    }
    put_number(b);
    puts(b->failure[0]      ? "makes the run fail"
         : b->is_on_purpose ? "changes a result, on purpose"
                            : "changes a result");
    printf("  step %d, pass ", b->step);
    put_line("", b->pass);
    if (b->op_type[0]) {
        fputs("  at ", stdout);
        cli_put(stdout, b->node);
        printf(b->node[0] ? " (%s)\n" : "%s\n", b->op_type);
    }
    put_line("  ", b->failure[0] ? b->failure : b->text);
    if (b->comparison.difference.value) {
        printf("sample %zu: output ", b->comparison.sample);
        cli_difference_put(&b->comparison.difference);
        cli_parting_put(&b->comparison);
    }
}

/* ---- the command ---- */

static finnc_status sample_of(void *user, finnc_ctx *cx, size_t sample, finnc_bundle **inputs)
{
    (void)cx;
    return cli_inputs_take(user, sample, 1, inputs);
}

static finnc_status bisect_on(cli *c, const finnc_model *model, const finnc_pipeline *pipeline,
                              const finnc_compare_options *compare, finnc_bisection *b)
{
    cli_inputs inputs;
    finnc_bisect_options options = {.compare = *compare,
                                    .check_each = cli_has(c, "check-each"),
                                    .stop_after = cli_int(c, "stop-after", 0)};
    if (!cli_has(c, "inputs") && !cli_has(c, "input")) {
        FINNC_TRY(cli_inputs_check(c, NULL));
        return finnc_bisect(c->cx, model, pipeline, &options, b);
    }
    finnc_status status = cli_inputs_init(&inputs, c, model, NULL, cli_has(c, "batch"), NULL, 0);
    if (status == FINNC_OK)
        status = cli_inputs_check(c, &inputs);
    if (status == FINNC_OK) {
        options.compare.nsamples = inputs.nsamples;
        options.compare.inputs = sample_of;
        options.compare.user = &inputs;
        status = finnc_bisect(c->cx, model, pipeline, &options, b);
    }
    cli_inputs_clear(&inputs);
    return status;
}

static finnc_status write_if(cli *c, const char *option, const finnc_model *model)
{
    const char *path = cli_text(c, option, NULL);
    return path && model ? cli_model_write(c, model, path, FINNC_EXTERNAL_KEEP) : FINNC_OK;
}

static finnc_status answer(cli *c, const finnc_bisection *b)
{
    c->exit_status = b->rewrite != 0;
    FINNC_TRY(write_if(c, "before", b->before));
    FINNC_TRY(write_if(c, "after", b->after));
    if (cli_has(c, "json"))
        return put_json(c, b);
    put_text(b);
    return FINNC_OK;
}

static finnc_status bisect(cli *c)
{
    finnc_pipeline *pipeline;
    finnc_model *model = NULL;
    finnc_bisection bisection = {.rewrite = 0};
    finnc_compare_options compare;
    FINNC_TRY(cli_comparison_read(c, &compare));
    FINNC_TRY(cli_pipeline_read(c, &pipeline));
    finnc_status status = cli_model_read(c, c->operands[0], &model);
    if (status == FINNC_OK) {
        const int depth = finnc_ctx_enter(c->cx, "", cli_file_name(c->operands[0]), NULL);
        status = bisect_on(c, model, pipeline, &compare, &bisection);
        finnc_ctx_leave(c->cx, depth);
    }
    cli_progress_end(c);
    if (status == FINNC_OK)
        status = answer(c, &bisection);
    finnc_bisection_clear(&bisection);
    finnc_model_destroy(model);
    finnc_pipeline_destroy(pipeline);
    return status;
}

const cli_command cli_command_bisect = {
    .name = "bisect",
    .group = CLI_CHANGE,
    .summary = "find the first rewrite that changes what a model computes",
    .about =
        "Runs the passes again and again, stopping after so many rewrites, and compares with the "
        "model as it was: by halving, a dozen runs find one of thousands. It names pass, rule and "
        "node, and the first tensor that differs. A run that fails is searched in the same way. The exit status "
        "is 1 if there is such a rewrite.",
    .examples =
        "finnc bisect net.onnx --passes tidy,Streamline # is it equal, and if not, since when?\n"
        "finnc bisect net.onnx --pipeline flow.yaml --inputs data.npz --before a.onnx --after "
        "b.onnx # keep the models beside the rewrite\n",
    .operands = {{"MODEL", CLI_FILE, 0, NULL}},
    .options = {CLI_PIPELINE_OPTIONS,
                CLI_INPUT_OPTIONS(""),
                CLI_COMPARISON_OPTIONS,
                {"check-each", 0, CLI_FLAG, NULL,
                 "look for the first one that breaks an invariant of the graph, too", 0},
                {"stop-after", 0, CLI_SOME, "N", "only N steps of the list", 0},
                {"before", 0, CLI_FILE, "FILE", "the model without the rewrite", CLI_WRITES},
                {"after", 0, CLI_FILE, "FILE", "the model with it", CLI_WRITES},
                {"json", 0, CLI_FLAG, NULL, "the answer as JSON", 0}},
    .excludes = CLI_PIPELINE_EXCLUDES "samples inputs input",
    .run = bisect,
};
