/* What a run is fed: tensors from files, one set of them per sample.
 *
 * A sample is one run of the session. There are several if the command line names several files, or
 * if --batch cuts the tensors along their first axis into pieces as large as the model wants. */
#ifndef CLI_INPUTS_H
#define CLI_INPUTS_H

#include "cli.h"

typedef struct cli_inputs {
    cli *c;
    const finnc_graph *graph;
    finnc_bundle *given;      /* tensors by input name, whole */
    const char *const *files; /* one per sample, for the one input named `file_input`; or none */
    size_t nfiles;
    const char *file_input;
    size_t nsamples;
} cli_inputs;

/* Reads the options --inputs, --input and --batch; `files` (there may be none) are a sample each.
 * Whatever it answers, end with cli_inputs_clear. */
FINNC_MUST_USE finnc_status cli_inputs_init(cli_inputs *inputs, cli *c, const finnc_model *model,
                                            const char *const *files, size_t nfiles);
void cli_inputs_clear(cli_inputs *inputs);

/* The tensors of a sample, by input name; the caller ends the bundle. */
FINNC_MUST_USE finnc_status cli_inputs_sample(const cli_inputs *inputs, size_t sample,
                                              finnc_bundle **tensors);
/* Hands the tensors of a sample to the session. */
FINNC_MUST_USE finnc_status cli_inputs_feed(const cli_inputs *inputs, size_t sample,
                                            finnc_session *session);
/* What to call a sample: its file's name, or NULL. */
const char *cli_inputs_name(const cli_inputs *inputs, size_t sample);

/* Reads the tensor of one file by its suffix: .npy .npz .pb .png .jpg; in a .npz the one called
 * `name`, or the only one. */
FINNC_MUST_USE finnc_status cli_tensor_read(cli *c, const char *path, const char *name,
                                            finnc_tensor **tensor);

#endif
