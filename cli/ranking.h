/* Classes: their names, and which of them a tensor puts first. */
#ifndef CLI_RANKING_H
#define CLI_RANKING_H

#include "cli.h"

typedef struct cli_labels {
    char *text; /* the file, lines ended by zeros */
    const char **names;
    size_t count;
} cli_labels;

/* Reads a file with a name a line. Whatever it answers, end with cli_labels_clear. */
FINNC_MUST_USE finnc_status cli_labels_read(cli_labels *labels, cli *c, const char *path);
void cli_labels_clear(cli_labels *labels);
/* The name of a class, or NULL. */
const char *cli_label(const cli_labels *labels, int64_t class_number);

/* One of the `nrows` rows, each of a sample, that a tensor's elements are. */
typedef struct cli_row {
    const finnc_tensor *tensor;
    int64_t index, nrows;
} cli_row;

int64_t cli_row_length(cli_row row);
/* Is this a list of class numbers, best first, as TopK's second output? */
bool cli_is_class_list(const cli_labels *labels, cli_row row);
/* The `top_k` best classes by scores or by a list of classes, best first; of equal scores the
 * first, as TopK. The caller frees them. NULL: no memory. */
finnc_ranked *cli_rank(const cli_labels *labels, cli_row row, size_t top_k, size_t *count);

#endif
