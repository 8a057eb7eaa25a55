/* Where an input's tensors come from: files and arrays, seen as a row of samples.
 *
 * A sample is what the model takes at once as it stands: of a model with batch 1 a picture. A file
 * is one sample, whatever its shape; a data set (IDX, CIFAR-10), or any file if the source is cut,
 * is as many as go into its first axis. */
#ifndef CLI_SOURCE_H
#define CLI_SOURCE_H

#include "cli.h"

enum { CLI_MAX_CHANNELS = 64, CLI_SAMPLE_NAME_MAX = 512 };

/* How standard input is called as a file. */
#define CLI_STDIN "/dev/stdin"

typedef struct cli_part {
    const char *path;           /* borrowed; NULL: it came with --inputs */
    const finnc_tensor *tensor; /* read; NULL: not yet, or not any more */
    finnc_format format;
    size_t end; /* samples in it and in the parts before */
} cli_part;

typedef struct cli_source {
    cli *c;
    char *name;               /* of the input */
    const finnc_value *value; /* NULL: the model has no such input, which feeding it will say */
    bool is_cut;
    cli_part *parts;
    size_t nparts, room;
    size_t open; /* the part that was read last */

    bool is_converted; /* the command line asks for it */
    char layout[8];    /* "": not said */
    double scale[CLI_MAX_CHANNELS], mean[CLI_MAX_CHANNELS], std[CLI_MAX_CHANNELS];
    size_t nscale, nmean, nstd;
    finnc_elem raw_elem;             /* of raw files; UNDEFINED: the input's */
    char words[FINNC_FIT_WORDS_MAX]; /* what became of the first sample; "": it came as it is */
} cli_source;

/* Reads --layout, --scale, --mean, --std and --raw-type as far as they are about this input. End
 * with cli_source_clear in any case. */
FINNC_MUST_USE finnc_status cli_source_init(cli_source *source, cli *c, const finnc_graph *graph,
                                            const char *name);
void cli_source_clear(cli_source *source);
/* The same of a source without files: what is to become of data that come another way. */
FINNC_MUST_USE finnc_status cli_conversion_init(cli_source *source, cli *c,
                                                const finnc_graph *graph, const char *name);
finnc_fit cli_conversion_fit(const cli_source *source);
/* Each of those options has to be about one of these sources, which are all that there are: what
 * is about no input that is given data would be dropped without a word. */
FINNC_MUST_USE finnc_status cli_conversion_check(cli *c, const cli_source *sources,
                                                 size_t nsources);
/* `path` is borrowed; its format is --format or told by its name. */
FINNC_MUST_USE finnc_status cli_source_add_file(cli_source *source, const char *path);
FINNC_MUST_USE finnc_status cli_source_add_tensor(cli_source *source, const finnc_tensor *tensor);
/* Counts the samples of all parts; before that nothing can be taken. */
FINNC_MUST_USE finnc_status cli_source_count(cli_source *source);
size_t cli_source_nsamples(const cli_source *source);
/* `count` samples from `first` on in one tensor, along the first axis, fitted to the input. A
 * source of one sample gives that one whatever `first` is, as often as the model's batch asks. */
FINNC_MUST_USE finnc_status cli_source_take(cli_source *source, size_t first, size_t count,
                                            finnc_tensor **tensor);
/* The file that a sample lies in; NULL if there is none. `index`: which of its samples, -1 if it is
 * the only one. */
const char *cli_source_file(const cli_source *source, size_t sample, int64_t *index);

/* Rows `first` to `first` + `count` of a tensor along its first axis, as a view. */
FINNC_MUST_USE finnc_status cli_tensor_rows(cli *c, const finnc_tensor *whole, int64_t first,
                                            int64_t count, finnc_tensor **rows);
/* Tensors one behind the other along the first axis; scalars become a vector. BAD_VALUE: their
 * other axes, or their elements, differ. */
FINNC_MUST_USE finnc_status cli_tensors_join(cli *c, const finnc_tensor *const *tensors,
                                             size_t count, finnc_tensor **joined);

#endif
