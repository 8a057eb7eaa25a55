#include "ranking.h"

#include <stdlib.h>
#include <string.h>

/* ---- labels ---- */

static finnc_status split_lines(cli_labels *labels, cli *c, size_t nbytes)
{
    size_t nlines = 0;
    for (size_t i = 0; i < nbytes; i++)
        nlines += labels->text[i] == '\n';
    labels->names = calloc(nlines + 1, sizeof *labels->names);
    if (!labels->names)
        return finnc_no_memory(c->cx);
    for (char *line = labels->text, *end; *line; line = end) {
        labels->names[labels->count++] = line;
        end = line + strcspn(line, "\n");
        if (end > line && end[-1] == '\r')
            end[-1] = 0;
        if (*end)
            *end++ = 0;
    }
    while (labels->count && !labels->names[labels->count - 1][0]) /* empty lines at the end */
        labels->count--;
    return FINNC_OK;
}

enum { LABELS_MAX = 1 << 24 }; /* bytes; ImageNet's take 30,000 */

finnc_status cli_labels_read(cli_labels *labels, cli *c, const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return finnc_fail(c->cx, FINNC_NOT_FOUND, "%s: cannot open the labels", path);
    labels->text = calloc(1, LABELS_MAX + 1);
    size_t nbytes = labels->text ? fread(labels->text, 1, LABELS_MAX, file) : 0;
    bool is_whole = feof(file) && !ferror(file);
    fclose(file);
    if (!labels->text)
        return finnc_no_memory(c->cx);
    if (!is_whole || strlen(labels->text) != nbytes)
        return finnc_fail(c->cx, FINNC_BAD_FILE, "%s: is no list of labels, one a line", path);
    return split_lines(labels, c, nbytes);
}

void cli_labels_clear(cli_labels *labels)
{
    free(labels->names);
    free(labels->text);
}

const char *cli_label(const cli_labels *labels, int64_t class_number)
{
    bool is_known = class_number >= 0 && class_number < (int64_t)labels->count;
    return is_known ? labels->names[class_number] : NULL;
}

/* ---- ranking ---- */

int64_t cli_row_length(cli_row row)
{
    return finnc_tensor_nelems(row.tensor) / row.nrows;
}

bool cli_is_class_list(const cli_labels *labels, cli_row row)
{
    const int64_t n = cli_row_length(row);
    return finnc_is_class_list(row.tensor, row.index * n, n, (int64_t)labels->count);
}

finnc_ranked *cli_rank(const cli_labels *labels, cli_row row, size_t top_k, size_t *count)
{
    const int64_t n = cli_row_length(row);
    top_k = top_k < (size_t)n ? top_k : (size_t)n;
    finnc_ranked *best = calloc(top_k + 1, sizeof *best);
    if (!best)
        return NULL;
    *count = finnc_rank_classes(row.tensor, row.index * n, n, cli_is_class_list(labels, row), best,
                                top_k);
    return best;
}
