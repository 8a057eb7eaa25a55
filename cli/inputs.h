/* What a run is fed: a source per input, and samples counted over all of them.
 *
 * There are several samples if an input has several files, a folder or a data set, or if --batch
 * cuts its tensors along their first axis into pieces as large as the model wants. */
#ifndef CLI_INPUTS_H
#define CLI_INPUTS_H

#include "folder.h"
#include "source.h"

/* The options that say what becomes of arrays. */
#define CLI_CONVERSION_OPTIONS                                                                     \
    {"layout",                                                                                     \
     0,                                                                                            \
     CLI_TEXT,                                                                                     \
     "[NAME=]AXES",                                                                                \
     "the order of axes in arrays and raw files: nchw, nhwc, chw, hwc, nhw, hw",                   \
     CLI_MANY},                                                                                    \
        {"scale",                                                                                  \
         0,                                                                                        \
         CLI_TEXT,                                                                                 \
         "[NAME=]X[,X...]",                                                                        \
         "every element x becomes (x * scale - mean) / std, each one number or one per channel, "  \
         "such as 1/255; converts to the input's element type",                                    \
         CLI_MANY},                                                                                \
        {"mean", 0, CLI_TEXT, "[NAME=]X[,X...]", "see --scale; by default 0", CLI_MANY},           \
    {                                                                                              \
        "std", 0, CLI_TEXT, "[NAME=]X[,X...]", "see --scale; by default 1", CLI_MANY               \
    }

/* The options that say what a command's inputs are, for its row. `OF` is said of whose they are. */
#define CLI_INPUT_OPTIONS(OF)                                                                      \
    {"inputs", 'i', CLI_FILE, "I.npz", "the inputs" OF ", by name; - is standard input", 0},       \
        {"input",                                                                                  \
         0,                                                                                        \
         CLI_FILE,                                                                                 \
         "[NAME=]FILE",                                                                            \
         "one input" OF ", from a file or a folder of them; again: more samples. The name may be " \
         "left out if there is one; - is standard input, and wants --format",                      \
         CLI_MANY},                                                                                \
        {"batch",                                                                                  \
         'b',                                                                                      \
         CLI_FLAG,                                                                                 \
         NULL,                                                                                     \
         "cut inputs longer than the model's along the first axis and run piece by piece",         \
         0},                                                                                       \
        {"format",                                                                                 \
         0,                                                                                        \
         CLI_CHOICE,                                                                               \
         "npy|npz|pb|picture|idx|cifar|raw",                                                       \
         "what the files are; by default their names tell",                                        \
         0},                                                                                       \
        {"raw-type",                                                                               \
         0,                                                                                        \
         CLI_TEXT,                                                                                 \
         "[NAME=]TYPE",                                                                            \
         "the element type of raw files, such as uint8; by default the input's",                   \
         CLI_MANY},                                                                                \
        CLI_CONVERSION_OPTIONS

typedef struct cli_inputs {
    cli *c;
    const finnc_graph *graph;
    cli_files files; /* of folders too; sources look into it */
    cli_source *sources;
    size_t nsources, room;
    const cli_source *named; /* the one that files behind the model are for, or NULL */
    bool is_cut, has_stdin;
    size_t nmodels; /* the first operands */
    size_t nsamples;
    int64_t nrows; /* that a sample fed last has along the first axis of the first input; 1 if that
                      is no axis of a batch */
} cli_inputs;

/* Reads the options above; `files` (there may be none) stand behind the model and are for the input
 * `only`, or (NULL) the only one that has no default. `is_cut`: as with --batch. Whatever it
 * answers, end with cli_inputs_clear. */
FINNC_MUST_USE finnc_status cli_inputs_init(cli_inputs *inputs, cli *c, const finnc_model *model,
                                            const char *only, bool is_cut, const char *const *files,
                                            size_t nfiles);
void cli_inputs_clear(cli_inputs *inputs);

/* Draws `count` samples (finnc_graph_draw_inputs) for each input that has neither a source nor a
 * default. */
FINNC_MUST_USE finnc_status cli_inputs_draw(cli_inputs *inputs, size_t count, uint64_t seed);
/* Are all options about inputs about some of these? To be asked when there are no more to come;
 * `inputs` may be NULL: there are none. */
FINNC_MUST_USE finnc_status cli_inputs_check(cli *c, const cli_inputs *inputs);
/* Is there a source of that name? */
bool cli_inputs_has(const cli_inputs *inputs, const char *name);
/* An input without a source and without a default; NULL: there is none. */
const char *cli_inputs_missing(const cli_inputs *inputs);

/* The tensors of `count` samples from `first` on, by input name; the caller ends the bundle. */
FINNC_MUST_USE finnc_status cli_inputs_take(const cli_inputs *inputs, size_t first, size_t count,
                                            finnc_bundle **tensors);
/* Hands them to the session. */
FINNC_MUST_USE finnc_status cli_inputs_feed(cli_inputs *inputs, size_t first, size_t count,
                                            finnc_session *session);
/* What to call a sample: its file's name, with a number if the file holds several; NULL if no file
 * behind the model is it. */
const char *cli_inputs_name(const cli_inputs *inputs, size_t sample,
                            char text[CLI_SAMPLE_NAME_MAX]);
/* The same of a row of a sample that has `nrows` of them: a sample of its own, but for the model
 * taking several at once. */
const char *cli_inputs_row_name(const cli_inputs *inputs, size_t sample, int64_t row, int64_t nrows,
                                char text[CLI_SAMPLE_NAME_MAX]);

#endif
