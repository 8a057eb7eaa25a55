/* finnc eval: how often is a model right, and what does it take for what? */
#include "inputs.h"
#include "judgement.h"

static finnc_status open_dataset(cli *c, finnc_dataset **dataset)
{
    const char *images = cli_text(c, "images", NULL);
    const finnc_dataset_options options = {.images = cli_text(c, "images-key", NULL),
                                           .labels = cli_text(c, "truth-key", NULL),
                                           .truth = cli_text(c, "truth", NULL),
                                           .classes = cli_text(c, "labels", NULL)};
    if (!images)
        return cli_wrong(c, "--images is missing: the folder or file with the samples");
    finnc_status status = finnc_dataset_open(c->cx, images, &options, dataset);
    if (status == FINNC_NOT_FOUND && !options.truth)
        cli_hint(c, "--truth says which class each sample is of: a file with a label a line, .npy, "
                    ".npz or IDX");
    return status;
}

static finnc_status evaluate(cli *c, const finnc_model *model, const finnc_dataset *dataset,
                             const cli_source *conversion)
{
    const finnc_eval_options options = {.top_k = (size_t)cli_count(c, "top-k", 1),
                                        .limit = (size_t)cli_count(c, "limit", 0),
                                        .batch = (size_t)cli_count(c, "batch-size", 1),
                                        .output = cli_text(c, "judge", NULL),
                                        .has_scores = cli_has(c, "scores"),
                                        .engine = cli_engine(c),
                                        .isa = cli_isa(c),
                                        .mode = cli_mode(c),
                                        .fit = cli_conversion_fit(conversion)};
    finnc_evaluation *evaluation;
    finnc_eval_report report;
    FINNC_TRY(finnc_evaluate(c->cx, model, dataset, &options, &evaluation, &report));
    cli_progress_end(c);
    const cli_judgement judgement = {
        .c = c, .dataset = dataset, .evaluation = evaluation, .report = &report};
    const char *wrong = cli_text(c, "wrong", NULL);
    finnc_status status = wrong ? cli_wrong_write(&judgement, wrong) : FINNC_OK;
    if (status == FINNC_OK)
        status = cli_judgement_show(&judgement, stdout);
    finnc_evaluation_destroy(evaluation);
    return status;
}

static finnc_status evaluate_as_asked(cli *c, const finnc_model *model,
                                      const finnc_dataset *dataset)
{
    const finnc_graph *graph = finnc_model_graph(model);
    const finnc_value *input = finnc_graph_next_free_input(graph, &(size_t){0});
    cli_source conversion;
    finnc_status status =
        cli_conversion_init(&conversion, c, graph, input ? finnc_value_name(input) : "");
    if (status == FINNC_OK)
        status = cli_conversion_check(c, &conversion, 1);
    if (status == FINNC_OK)
        status = evaluate(c, model, dataset, &conversion);
    cli_source_clear(&conversion);
    return status;
}

static finnc_status eval(cli *c)
{
    finnc_model *model = NULL;
    finnc_dataset *dataset = NULL;
    finnc_status status = open_dataset(c, &dataset);
    if (status == FINNC_OK)
        status = cli_model_read(c, c->operands[0], &model);
    if (status == FINNC_OK) {
        int depth = finnc_ctx_enter(c->cx, "", cli_file_name(c->operands[0]), NULL);
        status = evaluate_as_asked(c, model, dataset);
        finnc_ctx_leave(c->cx, depth);
    }
    finnc_model_destroy(model);
    finnc_dataset_destroy(dataset);
    return status;
}

const cli_command cli_command_eval = {
    .name = "eval",
    .group = CLI_RUN,
    .summary = "tell how often a model is right on a data set, and what it takes for what",
    .about =
        "The samples come from a folder with a folder of pictures for each class; from a flat one "
        "with --truth; or from a .npz, .npy, IDX or CIFAR-10 binary file. In a .npz the arrays are "
        "found by the usual names (images, x; labels, y; classes), by shape and by type, or said "
        "with --images-key and --truth-key.\n\n"
        "The model's first output is judged: a score for each class, or class numbers, best first, "
        "as of TopK. Batches are as large as the model has them, and run side by side on all "
        "cores; the answer does not depend on their number.",
    .examples =
        "finnc eval net.onnx --images cifar10.npz # images, labels and classes in one file\n"
        "finnc eval net.onnx --images test/ --labels classes.txt --top-k 5 # test/cat/*.png ...\n"
        "finnc eval net.onnx --images flat/ --truth list.txt # lines such as: 1.png cat\n"
        "finnc eval net.onnx --images t10k-images-idx3-ubyte.gz --truth t10k-labels-idx1-ubyte.gz\n"
        "finnc eval net.onnx --images cifar10.npz --wrong wrong/ # look at the mistakes\n",
    .operands = {{"MODEL", CLI_FILE, 0, NULL}},
    .options =
        {
            {"images", 'i', CLI_FILE, "DIR|FILE", "the samples", 0},
            {"truth", 't', CLI_FILE, "FILE",
             "which class each sample is of: text, .npy, .npz or IDX; if --images does not say", 0},
            {"labels", 'l', CLI_FILE, "FILE", "the classes' names, one a line", 0},
            {"images-key", 0, CLI_TEXT, "NAME", "the array of samples in a .npz", 0},
            {"truth-key", 0, CLI_TEXT, "NAME", "the array of their classes in a .npz", 0},
            CLI_CONVERSION_OPTIONS,
            {"top-k", 'k', CLI_SOME, "K", "count what is among the K best (1)", 0},
            {"limit", 'n', CLI_SOME, "N", "only the first N samples", 0},
            {"batch-size", 0, CLI_SOME, "N", "samples at once, for models that leave it open (1)",
             0},
            {"judge", 0, CLI_TEXT, "NAME", "look at this output, not the first", 0},
            {"scores", 0, CLI_FLAG, NULL,
             "the output has scores, although they look like class numbers", 0},
            CLI_ENGINE_OPTION,
            CLI_KERNEL_OPTIONS,
            {"wrong", 'w', CLI_FILE, "DIR|FILE",
             "list the samples that were put into the wrong class; a folder gets them as .npy too",
             CLI_WRITES},
            {"json", 0, CLI_FLAG, NULL, "the answer as JSON", 0},
        },
    .excludes = CLI_KERNEL_EXCLUDES,
    .run = eval,
};
