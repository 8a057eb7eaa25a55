/* finnc run: feeds a model, runs it, and shows or keeps what comes out. */
#include "cli.h"
#include "inputs.h"
#include "outputs.h"
#include "recorder.h"

#include <time.h>

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static finnc_status run_samples(cli *c, finnc_session *session, const cli_inputs *inputs,
                                cli_outputs *outputs, cli_recorder *recorder, double *seconds)
{
    double begin = now();
    *seconds = 0;
    for (size_t i = 0; i < inputs->nsamples; i++) {
        FINNC_TRY(finnc_progress(c->cx, "running", i, inputs->nsamples));
        FINNC_TRY(cli_inputs_feed(inputs, i, session));
        double start = now();
        FINNC_TRY(finnc_session_run(session));
        *seconds += now() - start;
        FINNC_TRY(cli_outputs_take(outputs, session));
        cli_recorder_next_sample(recorder, 1e6 * (now() - begin));
    }
    cli_progress_end(c);
    return FINNC_OK;
}

/* Runs what was read, then writes files, then talks: a failure to write shows no result. */
static finnc_status run_all(cli *c, const finnc_model *model, const cli_inputs *inputs,
                            cli_outputs *outputs, cli_recorder *recorder)
{
    finnc_session_options options = {.trace = cli_recorder_trace(recorder), .user = recorder};
    finnc_session *session;
    double seconds;
    FINNC_TRY(finnc_session_create(c->cx, model, &options, &session));
    finnc_status status = run_samples(c, session, inputs, outputs, recorder, &seconds);
    finnc_session_destroy(session);
    FINNC_TRY(status);
    FINNC_TRY(cli_recorder_write(recorder));
    const char *npz = cli_text(c, "outputs", NULL);
    if (npz)
        FINNC_TRY(cli_outputs_write(outputs, npz));
    if (c->is_quiet && !cli_has(c, "json"))
        return FINNC_OK;
    return cli_outputs_show(outputs, inputs, seconds, stdout);
}

static finnc_status run_model(cli *c, const finnc_model *model)
{
    cli_inputs inputs;
    cli_outputs outputs = {.c = c};
    cli_recorder recorder = {.c = c};
    finnc_status status = cli_inputs_init(&inputs, c, model, c->operands + 1, c->noperands - 1);
    if (status == FINNC_OK)
        status = cli_outputs_init(&outputs, c, model, inputs.nsamples);
    if (status == FINNC_OK)
        status = cli_recorder_init(&recorder, c);
    if (status == FINNC_OK)
        status = run_all(c, model, &inputs, &outputs, &recorder);
    cli_recorder_clear(&recorder);
    cli_outputs_clear(&outputs);
    cli_inputs_clear(&inputs);
    return status;
}

static finnc_status run(cli *c)
{
    finnc_model *model;
    FINNC_TRY(cli_model_read(c, c->operands[0], &model));
    int depth = finnc_ctx_enter(c->cx, "", cli_file_name(c->operands[0]), NULL);
    finnc_status status = run_model(c, model);
    finnc_ctx_leave(c->cx, depth);
    finnc_model_destroy(model);
    return status;
}

const cli_command cli_command_run = {
    .name = "run",
    .group = CLI_RUN,
    .summary = "run a model on tensors or pictures and show what comes out",
    .about =
        "Inputs come from a .npz whose keys are the inputs' names, from single files, or from "
        "FILEs behind the model: those are run one after another through its one input. A picture "
        "is fitted to the input's channels, layout and element type, never to its size.\n\n"
        "With --labels or --top-k the classes are ranked: an output with a number per class by "
        "its values, an output of class numbers (TopK) as it stands.",
    .examples =
        "finnc run net.onnx --inputs in.npz --outputs out.npz # keys are tensor names\n"
        "finnc run net.onnx cat.png dog.png --labels labels.txt # what is in the pictures?\n"
        "finnc run net.onnx --inputs data.npz --batch --outputs out.npz # 1000 pictures through a "
        "model that takes one\n"
        "finnc run net.onnx --input x=x.npy --trace steps --profile run.json # every tensor, every "
        "node's time\n",
    .operands = {{"MODEL", CLI_FILE, 0, NULL}, {"FILE", CLI_FILE, CLI_MAY | CLI_MANY, NULL}},
    .options =
        {
            {"inputs", 'i', CLI_FILE, "I.npz", "the inputs, by name", 0},
            {"input", 0, CLI_FILE, "[NAME=]FILE",
             "one input, from .npy .npz .pb .png .jpg; the name may be left out if there is one",
             CLI_MANY},
            {"batch", 'b', CLI_FLAG, NULL,
             "cut inputs longer than the model's along the first axis and run piece by piece", 0},
            {"outputs", 'o', CLI_FILE, "O.npz", "write the outputs, by name", 0},
            {"engine", 'e', CLI_CHOICE, "reference", "what runs it: exact and plain kernels", 0},
            {"labels", 'l', CLI_FILE, "FILE", "the classes' names, one a line", 0},
            {"top-k", 'k', CLI_COUNT, "K", "rank the K best classes (with --labels: 3)", 0},
            {"trace", 0, CLI_FOLDER, "DIR", "keep every node's outputs, as DIR/*.npy and an index",
             0},
            {"profile", 0, CLI_FILE, "FILE",
             "every node's time, for Chrome's about:tracing; and print how much memory tensors took",
             0},
            {"json", 0, CLI_FLAG, NULL, "the summary as JSON", 0},
        },
    .run = run,
};
