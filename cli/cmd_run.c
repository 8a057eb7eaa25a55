/* finnc run: feeds a model, runs it, and shows or keeps what comes out. */
#include "absent.h"
#include "batch.h"
#include "clock.h"
#include "explain.h"
#include "outputs.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct job {
    cli *c;
    const finnc_model *model;
    cli_batch batch;
    cli_inputs inputs;
    cli_outputs outputs;
    cli_recorder recorder;
    double begin, seconds; /* when it began; what the runs took */
} job;

static const char running[] = "running samples"; /* "running" is what a session says of nodes */

/* Runs samples as many at a time as the session's model takes, up to `end`. */
static finnc_status run_samples(job *j, finnc_session *session, size_t count, size_t *at,
                                size_t end)
{
    for (; *at + count <= end; *at += count) {
        FINNC_TRY(finnc_progress(j->c->cx, running, *at, end));
        FINNC_TRY(cli_inputs_feed(&j->inputs, *at, count, session));
        double start = cli_now();
        FINNC_TRY(finnc_session_run(session));
        j->seconds += cli_now() - start;
        FINNC_TRY(cli_outputs_take(&j->outputs, session, count, j->inputs.nrows));
        cli_recorder_next_run(&j->recorder, count, 1e6 * (cli_now() - j->begin));
    }
    return FINNC_OK;
}

/* The same, with a session of a model for `count` samples at once. */
static finnc_status run_group(job *j, size_t count, size_t *at)
{
    finnc_session_options options = {.trace = cli_recorder_trace(&j->recorder),
                                     .user = &j->recorder,
                                     .check_dtypes = cli_has(j->c, "check-datatypes"),
                                     .engine = cli_engine(j->c),
                                     .isa = cli_isa(j->c),
                                     .mode = cli_mode(j->c),
                                     .nsamples = (j->inputs.nsamples - *at) / count * count *
                                                 (size_t)j->batch.old};
    finnc_model *resized;
    finnc_session *session;
    FINNC_TRY(cli_batch_resize(&j->batch, j->c, count, &resized));
    finnc_status status =
        finnc_session_create(j->c->cx, resized ? resized : j->model, &options, &session);
    if (status == FINNC_OK) {
        if (*at == 0)
            cli_ran_note(j->c, cli_engine(j->c), session);
        status = cli_absent_feed(j->c, resized ? resized : j->model, &j->inputs, *at == 0, session);
        if (status == FINNC_OK)
            status = run_samples(j, session, count, at, j->inputs.nsamples);
        finnc_session_destroy(session);
    }
    if (status == FINNC_BAD_VALUE && resized && !options.check_dtypes && !j->c->hint[0])
        cli_hint(j->c, "the batch size may be baked in there; --batch runs the model as it is");
    finnc_model_destroy(resized);
    return status;
}

/* What is left over of the samples runs through a model of its own: nothing is made up to fill the
 * last batch. */
static finnc_status run_all(job *j)
{
    size_t at = 0, total = j->inputs.nsamples;
    j->begin = cli_now();
    j->c->job = total > 1 ? running : NULL;
    if (total >= j->batch.group)
        FINNC_TRY(run_group(j, j->batch.group, &at));
    if (at < total)
        FINNC_TRY(run_group(j, total - at, &at));
    cli_progress_end(j->c);
    return FINNC_OK;
}

static void hint_at_inputs(const job *j)
{
    if (!j->c->hint[0] && cli_inputs_missing(&j->inputs))
        cli_hint(j->c, "--samples 1 draws what is not given; files and --input give it");
}

/* What standard output is for, if not for the summary. */
static finnc_status check_stdout(cli *c)
{
    const bool is_archive = cli_is_stdout(c, "outputs"), is_profile = cli_is_stdout(c, "profile");
    if (is_archive + is_profile + cli_has(c, "json") > 1 ||
        (is_archive + is_profile > 0 && cli_has(c, "times")))
        return cli_wrong(c, "standard output takes one of --outputs -, --profile -, --json and "
                            "--times");
    if (is_archive && isatty(STDOUT_FILENO))
        return cli_wrong(c, "a terminal cannot show an .npz; redirect standard output");
    return FINNC_OK;
}

/* Is something wanted besides that outputs are shown? */
static bool has_other(const cli *c)
{
    static const char *const others[] = {"outputs", "trace", "profile", "times"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (cli_has(c, others[i]))
            return true;
    return false;
}

/* With --quiet outputs are shown only where nothing else was asked for; never behind what a program
 * is going to read. */
static bool shows_outputs(const cli *c)
{
    if (cli_is_stdout(c, "outputs") || cli_is_stdout(c, "profile"))
        return false;
    return !c->is_quiet || !has_other(c) || cli_has(c, "json");
}

/* Nobody asked for anything, and of several samples nothing was shown. */
static void note_hidden(const job *j)
{
    const cli *c = j->c;
    if (j->inputs.nsamples > 1 && !j->outputs.top_k && !cli_has(c, "json") && !has_other(c))
        finnc_log(c->cx, FINNC_NOTE,
                  "outputs of several samples are not shown: --outputs O.npz writes them, --top-k "
                  "K ranks them, --json sums them up");
}

/* Files are written before anything is shown: a failure to write shows no result. */
static finnc_status report(job *j)
{
    const char *npz = cli_text(j->c, "outputs", NULL);
    FINNC_TRY(cli_recorder_write(&j->recorder));
    if (npz)
        FINNC_TRY(cli_outputs_write(&j->outputs, strcmp(npz, "-") ? npz : "/dev/stdout"));
    if (!shows_outputs(j->c))
        return j->recorder.times.by_name ? cli_recorder_show_times(&j->recorder, stdout) : FINNC_OK;
    FINNC_TRY(cli_outputs_show(&j->outputs, &j->inputs, &j->recorder, j->seconds, stdout));
    note_hidden(j);
    return FINNC_OK;
}

static finnc_status run_model(cli *c, const finnc_model *model)
{
    job j = {.c = c, .model = model, .outputs = {.c = c}, .recorder = {.c = c}};
    bool is_cut = cli_has(c, "batch") || cli_has(c, "batch-size");
    const char *only = cli_nth(c, "from", 1) ? NULL : cli_nth(c, "from", 0);
    finnc_status status = cli_batch_init(&j.batch, c, model);
    if (status == FINNC_OK)
        status =
            cli_inputs_init(&j.inputs, c, model, only, is_cut, c->operands + 1, c->noperands - 1);
    if (status == FINNC_OK && cli_has(c, "samples"))
        status = cli_inputs_draw(&j.inputs, (size_t)cli_count(c, "samples", 1),
                                 (uint64_t)cli_count(c, "seed", 0));
    if (status == FINNC_OK)
        status = cli_inputs_check(c, &j.inputs);
    if (status == FINNC_OK)
        status = cli_outputs_init(&j.outputs, c, model, j.inputs.nsamples);
    if (status == FINNC_OK)
        status = cli_recorder_init(&j.recorder, c);
    if (status == FINNC_OK && (status = run_all(&j)) == FINNC_BAD_VALUE)
        hint_at_inputs(&j);
    if (status == FINNC_OK)
        status = report(&j);
    cli_recorder_clear(&j.recorder);
    cli_outputs_clear(&j.outputs);
    cli_inputs_clear(&j.inputs);
    return status;
}

/* The values of an option given several times. The caller frees the list. */
static finnc_status collect(cli *c, const char *option, const char ***names, size_t *count)
{
    *count = 0;
    while (cli_nth(c, option, *count))
        ++*count;
    *names = calloc(*count + 1, sizeof **names);
    if (!*names)
        return finnc_no_memory(c->cx);
    for (size_t i = 0; i < *count; i++)
        (*names)[i] = cli_nth(c, option, i);
    return FINNC_OK;
}

/* --from and --to: leaves of the model what lies between. */
static finnc_status cut_model(cli *c, finnc_model *model)
{
    const char **from = NULL, **to = NULL;
    size_t nfrom, nto;
    finnc_graph *graph = finnc_model_graph(model);
    finnc_status status = collect(c, "from", &from, &nfrom);
    if (status == FINNC_OK)
        status = collect(c, "to", &to, &nto);
    if (status == FINNC_OK && (nfrom || nto))
        status = finnc_graph_extract(c->cx, graph, from, nfrom, to, nto);
    free(from);
    free(to);
    return status;
}

/* Sessions infer the shapes that a file does not have; here they are needed where the model is cut,
 * for a tensor to begin at, and to tell one sample's output from several. What cannot be inferred
 * stays unknown. */
static finnc_status read_model(cli *c, finnc_model **model)
{
    FINNC_TRY(cli_model_read(c, c->operands[0], model));
    bool needs_shapes = cli_has(c, "from") || cli_has(c, "batch") || cli_has(c, "batch-size");
    if (needs_shapes && finnc_graph_infer_shapes(c->cx, finnc_model_graph(*model)) != FINNC_OK)
        finnc_ctx_clear(c->cx);
    return FINNC_OK;
}

static finnc_status run(cli *c)
{
    finnc_model *model;
    FINNC_TRY(check_stdout(c));
    FINNC_TRY(read_model(c, &model));
    int depth = finnc_ctx_enter(c->cx, "", cli_file_name(c->operands[0]), NULL);
    finnc_status status = cut_model(c, model);
    if (status == FINNC_OK)
        status =
            cli_has(c, "explain-plan") ? cli_explain_plan(c, model, stdout) : run_model(c, model);
    finnc_ctx_leave(c->cx, depth);
    finnc_model_destroy(model);
    return status;
}

const cli_command cli_command_run = {
    .name = "run",
    .group = CLI_RUN,
    .summary = "run a model on tensors or pictures and show what comes out",
    .about =
        "Inputs come from a .npz whose keys are the inputs' names, from files named with --input, "
        "or from FILEs behind the model, which are for its one input: .npy, .npz, .pb, raw "
        "elements (.raw, .bin), pictures, IDX files (MNIST, gzip'd too), CIFAR-10's binary batches. "
        "Several files, a folder (all below it in the order of their names) or a data set are run "
        "one sample after another.\n\n"
        "Arrays have to be what the model takes, unless --layout, --scale, --mean or --std says "
        "that they are to be converted. Pixels are fitted to the input's channels, layout and "
        "element type, never to its size. What was converted is noted.\n\n"
        "With --labels or --top-k the classes are ranked: an output with a number per class by "
        "its values, an output of class numbers (TopK) as it stands; of a batch each row.\n\n"
        "Of one sample the outputs are shown, of several they are not: --outputs writes them, "
        "--top-k ranks them, and --json has the extremes of each.\n\n"
        "With --quiet outputs are not shown where --outputs, --trace, --profile or --times says "
        "what is wanted.",
    .examples =
        "finnc run net.onnx --inputs in.npz --outputs out.npz # keys are tensor names\n"
        "finnc run net.onnx cat.png dog.png --labels labels.txt # what is in the pictures?\n"
        "finnc run net.onnx t10k-images-idx3-ubyte.gz --batch-size 64 --outputs out.npz # 64 at a "
        "time through a model that takes one\n"
        "finnc run net.onnx pictures --layout nhwc --scale 1/255 # all below a folder; arrays are "
        "nhwc\n"
        "finnc run net.onnx --samples 100 --times # random inputs: which nodes take long?\n"
        "finnc run net.onnx x.npy --from Conv_2_out0 --to Relu_5_out0 # a part of the model\n"
        "finnc run net.onnx x.npy --check-datatypes --times # is INT4 INT4? which node is slow?\n"
        "finnc run net.onnx - --format npy --outputs - < x.npy | consumer # arrays in pipes\n"
        "finnc run net.onnx --input x=x.npy --trace steps --profile run.json # every tensor, every "
        "node's time\n",
    .operands = {{"MODEL", CLI_FILE, 0, NULL}, {"FILE", CLI_FILE, CLI_MAY | CLI_MANY, NULL}},
    .options =
        {
            CLI_INPUT_OPTIONS(""),
            {"samples", 'n', CLI_SOME, "N", "draw N random samples for inputs that are given none",
             0},
            {"seed", 0, CLI_COUNT, "N", "drawn from the seed N (0)", 0},
            {"batch-size", 0, CLI_SOME, "N",
             "cut them, and change the model so that it runs N at a time (as ChangeBatchSize does)",
             0},
            {"from", 0, CLI_TEXT, "TENSOR",
             "begin at this tensor, which is fed in place of an input; again: at several",
             CLI_MANY},
            {"to", 0, CLI_TEXT, "TENSOR",
             "end at this tensor, which is shown and written in place of the outputs; again: at "
             "several",
             CLI_MANY},
            {"check-datatypes", 0, CLI_FLAG, NULL,
             "fail at the first value that its tensor's annotated data type forbids", 0},
            {"outputs", 'o', CLI_FILE, "O.npz",
             "write the outputs, by name; - is standard output, which then gets nothing else",
             CLI_WRITES},
            CLI_ENGINE_OPTION,
            CLI_KERNEL_OPTIONS,
            {"explain-plan", 0, CLI_FLAG, NULL,
             "run nothing: say what the fast engine would do with each node, and why", 0},
            {"labels", 'l', CLI_FILE, "FILE", "the classes' names, one a line", 0},
            {"top-k", 'k', CLI_COUNT, "K", "rank the K best classes (with --labels: 3)", 0},
            {"trace", 0, CLI_FOLDER, "DIR", "keep every node's outputs, as DIR/*.npy and an index",
             CLI_WRITES},
            {"profile", 0, CLI_FILE, "FILE",
             "every node's time, for Chrome's about:tracing; and print how much memory tensors took",
             CLI_WRITES},
            {"times", 0, CLI_COUNT, "K", "the K nodes that took longest, as a table (20)", CLI_MAY},
            {"json", 0, CLI_FLAG, NULL, "the summary as JSON", 0},
        },
    .excludes = CLI_KERNEL_EXCLUDES
    "check-datatypes engine=fast\n"
    "trace engine=fast\n"
    "explain-plan outputs trace profile times top-k labels check-datatypes engine=reference",
    .run = run,
};
