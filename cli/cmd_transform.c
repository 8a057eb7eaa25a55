/* finnc transform: runs passes on a model. What is watched meanwhile is in watch.c. */
#include "cli.h"
#include "watch.h"

#include <finnc/reproducer.h>

#include <string.h>
#include <unistd.h>

static finnc_external external_of(const cli *c)
{
    const char *word = cli_text(c, "external", "keep");
    return !strcmp(word, "inline")  ? FINNC_EXTERNAL_INLINE
           : !strcmp(word, "split") ? FINNC_EXTERNAL_SPLIT
                                    : FINNC_EXTERNAL_KEEP;
}

/* Whoever asked for a proof has to hear how much of one this was. */
static void put_verification(const finnc_verification *v)
{
    fprintf(stderr, "verified %zu of %zu passes that changed the model\n", v->verified,
            v->verified + v->unverified);
}

/* Passes work on a model some of whose values come from nowhere, but its author should know. */
static void warn_of_loose_ends(cli *c, const finnc_model *model)
{
    if (finnc_graph_check_ends(c->cx, finnc_model_graph(model)) != FINNC_OK)
        finnc_log(c->cx, FINNC_WARNING, "%s", finnc_ctx_message(c->cx));
    finnc_ctx_clear(c->cx);
}

/* ---- failures that are kept ---- */

/* "finnc-reproducer-Streamline" beside the output, or with a number behind it. */
static bool name_folder(const cli *c, const char *pass, char *path, size_t size)
{
    const char *output = cli_text(c, "output", "-");
    const char *slash = strrchr(output, '/');
    const int folder = slash ? (int)(slash - output) + 1 : 0;
    for (int i = 1; i < 1000; i++) {
        char number[16] = "";
        if (i > 1)
            snprintf(number, sizeof number, "-%d", i);
        const int n =
            snprintf(path, size, "%.*sfinnc-reproducer-%s%s", folder, output, pass, number);
        if (n < 0 || (size_t)n >= size)
            return false;
        if (access(path, F_OK) != 0)
            return true;
    }
    return false;
}

/* A pass that refuses a model is no riddle; one that breaks it is. */
static bool is_kept(const cli *c, const finnc_transform_failure *failure)
{
    if (!failure->step || cli_has(c, "no-reproducer"))
        return false;
    return cli_has(c, "reproducer") ||
           (failure->cause != FINNC_FAILED_PASS && !cli_has(c, "dry-run"));
}

/* Keeps the failure in a folder; the words of it stay those of the context. */
static finnc_status keep_failure(cli *c, const finnc_model *model, const finnc_pipeline *pipeline,
                                 const finnc_transform_options *options, finnc_status status)
{
    char words[1024], path[4096];
    if (status == FINNC_NO_MEMORY || status == FINNC_CANCELLED || !is_kept(c, options->failure))
        return status;
    snprintf(words, sizeof words, "%s", finnc_ctx_message(c->cx));
    const char *folder = cli_text(c, "reproducer", NULL);
    if (!folder && name_folder(c, options->failure->pass, path, sizeof path))
        folder = path;
    if (!folder)
        return status;
    if (finnc_reproducer_write(c->cx, folder, model, pipeline, options, words) == FINNC_OK)
        cli_hint(c, "'finnc replay %s' runs it again", folder);
    else
        finnc_log(c->cx, FINNC_WARNING, "the failure is not kept: %s", finnc_ctx_message(c->cx));
    return finnc_fail(c->cx, status, "%s", words);
}

/* ---- the command ---- */

static finnc_status transform_model(cli *c, const finnc_pipeline *pipeline, finnc_model *model,
                                    watch *w)
{
    finnc_verification verification = {0};
    finnc_transform_failure failure = {.inputs = NULL};
    finnc_transform_options options = {
        .remark = w->wants_remarks ? watch_remark : NULL,
        .after = watch_after,
        .user = w,
        .verify_each = cli_has(c, "verify-each") || cli_has(c, "verify-tensors"),
        .verify_tensors = cli_has(c, "verify-tensors"),
        .verify_inputs = cli_int(c, "verify-inputs", 0),
        .verify_seed = cli_count(c, "verify-seed", 0),
        .verification = &verification,
        .failure = &failure,
        .check_each = cli_has(c, "check-each"),
        .stop_after = cli_int(c, "stop-after", 0),
        .rewrite_limit = cli_count(c, "rewrite-limit", 0),
    };
    warn_of_loose_ends(c, model);
    FINNC_TRY(watch_begin(w, model));
    int depth = finnc_ctx_enter(c->cx, "", cli_file_name(c->operands[0]), NULL);
    finnc_status status = finnc_transform(c->cx, model, pipeline, &options);
    finnc_ctx_leave(c->cx, depth);
    if (status != FINNC_OK)
        status = keep_failure(c, model, pipeline, &options, status);
    finnc_bundle_destroy(failure.inputs);
    FINNC_TRY(watch_end(w, model, status));
    if (options.verify_each && !c->is_quiet)
        put_verification(&verification);
    return cli_has(c, "dry-run")
               ? FINNC_OK
               : cli_model_write(c, model, cli_text(c, "output", "-"), external_of(c));
}

static finnc_status transform(cli *c)
{
    finnc_pipeline *pipeline;
    finnc_model *model = NULL;
    watch w;
    if (!cli_has(c, "output") && !cli_has(c, "dry-run"))
        return cli_wrong(c, "say where the result goes with -o, or --dry-run");
    if (external_of(c) == FINNC_EXTERNAL_SPLIT &&
        cli_has_suffix(cli_text(c, "output", ""), ".onnxtxt"))
        return cli_wrong(c, "--external split is for FILE.onnx: a text has all weights in it");
    FINNC_TRY(cli_pipeline_read(c, &pipeline));
    finnc_status status = watch_init(&w, c);
    if (status == FINNC_OK)
        status = cli_model_read(c, c->operands[0], &model);
    if (status == FINNC_OK)
        status = transform_model(c, pipeline, model, &w);
    watch_clear(&w);
    finnc_model_destroy(model);
    finnc_pipeline_destroy(pipeline);
    return status;
}

const cli_command cli_command_transform = {
    .name = "transform",
    .group = CLI_CHANGE,
    .summary = "run passes on a model: streamline it, lower it, tidy it",
    .about =
        "Passes have the names they have in FINN and QONNX; case, dashes and underscores do not "
        "matter. LIST is 'Pass,Pass{parameter=value},fixpoint(Pass,Pass)' with values in JSON; "
        "FILE.yaml holds the same with room for comments. On a failure nothing is written, and "
        "the message names the pass, the node and the reason.\n\n"
        "--verify-each runs the model before and after every step on random inputs and fails on a "
        "difference; it says at the end how many steps were verified. --remarks tells why a rewrite did not apply where its pattern nearly "
        "matched.",
    .examples =
        "finnc transform net.onnx -o small.onnx --passes tidy,Streamline # as FINN does\n"
        "finnc transform net.onnx -o out.onnx --pipeline cnv.yaml --verify-each --time-passes # a "
        "recipe, proved and timed\n"
        "finnc transform net.onnx --dry-run --passes Streamline --remarks=missed:Mul # why are "
        "those Mul nodes still there?\n",
    .operands = {{"MODEL", CLI_FILE, 0, NULL}},
    .options =
        {
            {"output", 'o', CLI_FILE, "FILE", "the transformed model; FILE.onnxtxt: as text",
             CLI_WRITES | CLI_REPLACES},
            CLI_PIPELINE_OPTIONS,
            {"dry-run", 'n', CLI_FLAG, NULL, "write no model", 0},
            {"verify-each", 0, CLI_FLAG, NULL,
             "run the model before and after every step; a difference is an error", 0},
            {"verify-tensors", 0, CLI_FLAG, NULL,
             "compare what the nodes inside make, too, as far as it keeps its meaning", 0},
            {"verify-inputs", 0, CLI_SOME, "N",
             "with N random inputs (3), besides those at the edges of quantisers", 0},
            {"verify-seed", 0, CLI_COUNT, "N", "drawn from the seed N (0)", 0},
            {"check-each", 0, CLI_FLAG, NULL, "check the graph's invariants after every pass", 0},
            {"time-passes", 't', CLI_FLAG, NULL,
             "a table on standard error: time, rewrites and nodes, pass by pass", 0},
            {"remarks", 'r', CLI_TEXT, "missed|applied|analysis|all[:REGEX]",
             "say which rewrites nearly applied (missed, the default), which did, what else there "
             "is to say, or all; those whose line matches REGEX",
             CLI_MAY},
            {"remarks-file", 0, CLI_FILE, "FILE", "all remarks, as JSON", CLI_WRITES},
            {"print-changed", 0, CLI_TEXT, "diff|nodes",
             "after every pass that changed something: how its text differs (diff, the default), "
             "or the nodes, on standard error",
             CLI_MAY},
            {"dump-dir", 0, CLI_FOLDER, "DIR",
             "the model after every pass that changed something, as DIR/001-Pass.onnx, its "
             "partitions below DIR/001-Pass, and drawn, as DIR/001-Pass.svg (.dot where Graphviz "
             "cannot draw)",
             CLI_WRITES},
            {"reproducer", 0, CLI_FOLDER, "DIR",
             "keep a failure, whatever it is, as a folder for finnc replay; by default what "
             "--verify-each and --check-each find is kept beside FILE, as "
             "finnc-reproducer-PASS",
             CLI_WRITES},
            {"no-reproducer", 0, CLI_FLAG, NULL, "keep none", 0},
            {"stop-after", 0, CLI_SOME, "N", "stop after N steps of the list", 0},
            {"rewrite-limit", 0, CLI_SOME, "N", "stop rewriting after N rewrites", 0},
            {"external", 0, CLI_CHOICE, "keep|inline|split",
             "weights: where they are (keep), in the model file, or in FILE.data beside it", 0},
        },
    .excludes = CLI_PIPELINE_EXCLUDES "dry-run output\n"
                                      "no-reproducer reproducer",
    .run = transform,
};
