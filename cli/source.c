#include "source.h"

#include <stdlib.h>
#include <string.h>

void cli_source_clear(cli_source *s)
{
    for (size_t i = 0; i < s->nparts; i++)
        finnc_tensor_release(s->parts[i].tensor);
    free(s->parts);
    free(s->name);
}

static finnc_status add(cli_source *s, cli_part part)
{
    cli_part *grown = cli_grow(s->parts, sizeof *grown, s->nparts, &s->room);
    if (!grown)
        return finnc_no_memory(s->c->cx);
    s->parts = grown;
    s->parts[s->nparts++] = part;
    return FINNC_OK;
}

finnc_status cli_source_add_file(cli_source *s, const char *path)
{
    const char *said = cli_text(s->c, "format", NULL);
    finnc_format format = said ? finnc_format_find(said) : finnc_format_guess(path);
    return add(s, (cli_part){.path = path, .format = format});
}

finnc_status cli_source_add_tensor(cli_source *s, const finnc_tensor *tensor)
{
    FINNC_TRY(add(s, (cli_part){.format = FINNC_FORMAT_NPY}));
    s->parts[s->nparts - 1].tensor = finnc_tensor_retain(tensor);
    return FINNC_OK;
}

static bool is_data_set(finnc_format format)
{
    return format == FINNC_FORMAT_IDX || format == FINNC_FORMAT_CIFAR;
}

/* ---- reading a file ---- */

static finnc_status read_from_npz(const cli_source *s, const char *path, finnc_tensor **tensor)
{
    finnc_bundle *bundle;
    FINNC_TRY(finnc_npz_read(s->c->cx, path, &bundle));
    const finnc_tensor *found = finnc_bundle_find(bundle, s->name);
    if (!found && finnc_bundle_count(bundle) == 1)
        found = finnc_bundle_at(bundle, 0, NULL);
    if (found)
        *tensor = finnc_tensor_retain(found);
    finnc_bundle_destroy(bundle);
    return found ? FINNC_OK
                 : finnc_fail(s->c->cx, FINNC_NOT_FOUND, "%s: holds no array named '%s'", path,
                              s->name);
}

/* ---- axes ---- */

/* What the input's axes are, if --layout is said, as far as a shape and an annotation tell; "": not
 * at all. A layout without channels is of one. */
static const char *axes_of_input(const cli_source *s)
{
    int rank = s->value ? finnc_value_rank(s->value) : -1;
    if (!s->layout[0] || rank < 3)
        return "";
    if (rank != 3)
        return finnc_value_axes(s->value);
    if (!strchr(s->layout, 'C'))
        return "NHW";
    const char *annotated = finnc_value_layout(s->value);
    if (annotated && (!strcmp(annotated, "HWC") || !strcmp(annotated, "CHW")))
        return annotated;
    int64_t first = finnc_value_dim(s->value, 0).size, last = finnc_value_dim(s->value, 2).size;
    return (last == 1 || last == 3) && first != 1 && first != 3 ? "HWC" : "CHW";
}

/* How long an axis of the input is that is called so: 1 if it has none. */
static int64_t size_of_axis(const cli_source *s, const char *axes, char name)
{
    const char *at = strchr(axes, name);
    if (name == 'N' && s->is_cut)
        return -1;
    return at ? finnc_value_dim(s->value, (int)(at - axes)).size : 1;
}

/* The shape of data whose axes are as --layout says, N left out of it or not, and their rank; 0 if
 * the input's axes are not known, or it has channels that --layout lacks. */
static int shape_as_said(const cli_source *s, int64_t *dims)
{
    const char *axes = axes_of_input(s);
    int rank = 0;
    if (!axes[0] || (!strchr(s->layout, 'C') && size_of_axis(s, axes, 'C') != 1))
        return 0;
    if (!strchr(s->layout, 'N') && size_of_axis(s, axes, 'N') != 1)
        dims[rank++] = size_of_axis(s, axes, 'N');
    for (const char *name = s->layout; *name; name++)
        dims[rank++] = size_of_axis(s, axes, *name);
    return rank;
}

/* The shape of a raw file is the input's, in the order that --layout says; the first axis is as
 * long as the file makes it if that is to be cut, or if the model leaves it open. */
static finnc_status read_raw(const cli_source *s, const char *path, finnc_tensor **tensor)
{
    const finnc_value *value = s->value;
    int64_t dims[FINNC_MAX_RANK];
    int rank = value ? finnc_value_rank(value) : -1;
    finnc_elem elem = s->raw_elem || !value ? s->raw_elem : finnc_value_elem(value);
    if (rank < 0 || rank > FINNC_MAX_RANK || elem == FINNC_ELEM_UNDEFINED)
        return finnc_fail(s->c->cx, FINNC_BAD_VALUE,
                          "%s: a raw file, and the model does not say what %s looks like", path,
                          s->name);
    int as_said = shape_as_said(s, dims);
    for (int i = 0; !as_said && i < rank; i++)
        dims[i] = i == 0 && s->is_cut ? -1 : finnc_value_dim(value, i).size;
    finnc_status status =
        finnc_raw_read(s->c->cx, path, elem, as_said ? as_said : rank, dims, tensor);
    if (status == FINNC_BAD_FILE && !s->is_cut)
        cli_hint(s->c,
                 "--batch cuts a file of several samples, --raw-type says what elements it "
                 "has if not %s",
                 finnc_elem_name(elem));
    return status;
}

static finnc_status read_file(const cli_source *s, const cli_part *part, finnc_tensor **tensor)
{
    finnc_ctx *cx = s->c->cx;
    switch (part->format) {
    case FINNC_FORMAT_NPY:
        return finnc_npy_read(cx, part->path, tensor);
    case FINNC_FORMAT_NPZ:
        return read_from_npz(s, part->path, tensor);
    case FINNC_FORMAT_PB:
        return s->value ? finnc_pb_read_as(cx, part->path, finnc_value_kind(s->value), tensor)
                        : finnc_pb_read(cx, part->path, tensor);
    case FINNC_FORMAT_PICTURE:
        return finnc_image_read(cx, part->path, tensor);
    case FINNC_FORMAT_IDX:
        return finnc_idx_read(cx, part->path, tensor);
    case FINNC_FORMAT_CIFAR:
        return finnc_cifar_read(cx, part->path, tensor, NULL);
    case FINNC_FORMAT_RAW:
        return read_raw(s, part->path, tensor);
    case FINNC_FORMAT_UNKNOWN:
        break;
    }
    cli_hint(s->c, "--format says what it is, whatever its name");
    return finnc_fail(cx, FINNC_UNSUPPORTED,
                      "%s: is no kind of file that holds an input: .npy .npz .pb .raw .bin, "
                      "pictures, IDX and CIFAR-10 files",
                      part->path);
}

/* Can it be read again? */
static bool is_file(const cli_part *part)
{
    return part->path && strcmp(part->path, CLI_STDIN) != 0;
}

/* The tensor of a part, borrowed. One file at a time stays open. */
static finnc_status open_part(cli_source *s, size_t i, const finnc_tensor **tensor)
{
    cli_part *part = &s->parts[i];
    if (!part->tensor) {
        finnc_tensor *read;
        cli_part *before = &s->parts[s->open];
        FINNC_TRY(read_file(s, part, &read));
        if (is_file(before)) {
            finnc_tensor_release(before->tensor);
            before->tensor = NULL;
        }
        part->tensor = read;
        s->open = i;
    }
    *tensor = part->tensor;
    return FINNC_OK;
}

/* ---- counting ---- */

/* Does the input hold a single sample of a data set, in colour or grey, without an axis for more?
 */
static bool holds_one(const cli_source *s, const cli_part *part, const finnc_tensor *tensor)
{
    int64_t count = finnc_tensor_dim(tensor, 0), have = finnc_tensor_nelems(tensor);
    int64_t want = s->value ? finnc_value_nelems(s->value) : -1;
    return want > 0 && count > 0 &&
           (want == have / count ||
            (part->format == FINNC_FORMAT_CIFAR && want == have / count / 3));
}

/* How long the first axis of one sample is. */
static int64_t rows_of_sample(const cli_source *s, const cli_part *part, const finnc_tensor *tensor)
{
    int rank = s->value ? finnc_value_rank(s->value) : -1;
    const char *axes = axes_of_input(s);
    if (is_data_set(part->format) ? holds_one(s, part, tensor) : axes[0] && axes[0] != 'N')
        return 1; /* it has no axis for more */
    int64_t rows =
        rank > (is_data_set(part->format) ? 1 : 0) ? finnc_value_dim(s->value, 0).size : 1;
    return rows > 0 ? rows : 1;
}

static bool is_cut_in_samples(const cli_source *s, const cli_part *part, const finnc_tensor *tensor)
{
    if (finnc_tensor_rank(tensor) < 1 || finnc_tensor_kind(tensor) != FINNC_KIND_TENSOR)
        return false;
    int rank = finnc_tensor_rank(tensor);
    bool has_batch = s->value && finnc_value_rank(s->value) == rank;
    if (axes_of_input(s)[0])
        has_batch = rank == 4 || (s->layout[0] == 'N' && (int)strlen(s->layout) == rank);
    return is_data_set(part->format) || (s->is_cut && has_batch);
}

static finnc_status count_part(cli_source *s, size_t i, size_t *count)
{
    const cli_part *part = &s->parts[i];
    const finnc_tensor *tensor;
    *count = 1;
    if (part->format == FINNC_FORMAT_PICTURE || (!s->is_cut && !is_data_set(part->format)))
        return FINNC_OK;
    FINNC_TRY(open_part(s, i, &tensor));
    if (!is_cut_in_samples(s, part, tensor))
        return FINNC_OK;
    int64_t rows = rows_of_sample(s, part, tensor), have = finnc_tensor_dim(tensor, 0);
    if (have % rows)
        return finnc_fail(s->c->cx, FINNC_BAD_VALUE,
                          "input %s: %lld along its first axis are no whole number of batches of "
                          "%lld",
                          s->name, (long long)have, (long long)rows);
    *count = (size_t)(have / rows);
    return FINNC_OK;
}

finnc_status cli_source_count(cli_source *s)
{
    size_t end = 0;
    for (size_t i = 0; i < s->nparts; i++) {
        size_t count;
        FINNC_TRY(finnc_ctx_check(s->c->cx));
        FINNC_TRY(count_part(s, i, &count));
        s->parts[i].end = end += count;
    }
    return FINNC_OK;
}

size_t cli_source_nsamples(const cli_source *s)
{
    return s->nparts ? s->parts[s->nparts - 1].end : 0;
}

/* The part that a sample is in. */
static size_t part_of(const cli_source *s, size_t sample)
{
    size_t low = 0, high = s->nparts - 1;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (s->parts[middle].end <= sample)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static size_t begin_of(const cli_source *s, size_t part)
{
    return part ? s->parts[part - 1].end : 0;
}

const char *cli_source_file(const cli_source *s, size_t sample, int64_t *index)
{
    size_t i = part_of(s, sample), begin = begin_of(s, i);
    *index = s->parts[i].end - begin > 1 ? (int64_t)(sample - begin) : -1;
    return s->parts[i].path;
}

/* ---- taking ---- */

/* What the format itself tells of the data. */
static finnc_fit fit_of(const cli_source *s, const cli_part *part, const finnc_tensor *tensor)
{
    finnc_fit fit = cli_conversion_fit(s);
    fit.layout = NULL; /* decided here */
    int rank = finnc_tensor_rank(tensor);
    if (part->format == FINNC_FORMAT_PICTURE || part->format == FINNC_FORMAT_CIFAR) {
        fit.layout = "NCHW";
        fit.is_colour = true;
    } else if (part->format == FINNC_FORMAT_IDX) {
        fit.layout = rank == 3 ? "NHW" : NULL;
    } else if (s->layout[0] && (rank == 3 || rank == 4)) { /* it is said of pictures */
        fit.layout = s->layout;
    }
    return fit;
}

static finnc_status fit(cli_source *s, const cli_part *part, const finnc_tensor *tensor,
                        finnc_tensor **fitted)
{
    char words[FINNC_FIT_WORDS_MAX];
    bool is_pixels = part->format == FINNC_FORMAT_PICTURE || is_data_set(part->format);
    if (!s->value || (!is_pixels && !s->is_converted)) {
        *fitted = finnc_tensor_retain(tensor);
        return FINNC_OK;
    }
    const finnc_fit how = fit_of(s, part, tensor);
    FINNC_TRY(finnc_tensor_fit(s->c->cx, tensor, &how, s->value, fitted, words));
    if (words[0] && !s->words[0]) {
        memcpy(s->words, words, sizeof words);
        finnc_log(s->c->cx, FINNC_NOTE, "input %s: %s", s->name, words);
    }
    return FINNC_OK;
}

/* `count` samples of one part, from its `first` on. */
static finnc_status take_from_part(cli_source *s, size_t i, size_t first, size_t count,
                                   finnc_tensor **tensor)
{
    const cli_part *part = &s->parts[i];
    const finnc_tensor *whole;
    finnc_tensor *rows;
    FINNC_TRY(open_part(s, i, &whole));
    int depth = finnc_ctx_enter(s->c->cx, "", part->path ? part->path : "--inputs", NULL);
    finnc_status status = FINNC_OK;
    if (is_cut_in_samples(s, part, whole)) {
        int64_t step = rows_of_sample(s, part, whole);
        status = cli_tensor_rows(s->c, whole, (int64_t)first * step, (int64_t)count * step, &rows);
    } else {
        rows = finnc_tensor_retain(whole);
    }
    if (status == FINNC_OK) {
        status = fit(s, part, rows, tensor);
        finnc_tensor_release(rows);
    }
    finnc_ctx_leave(s->c->cx, depth);
    return status;
}

/* Has this input the batch for its first axis, so that several samples are a longer tensor? */
static bool grows(const cli_source *s)
{
    const finnc_graph *graph = s->value ? finnc_value_graph(s->value) : NULL;
    const finnc_value *first =
        graph && finnc_graph_ninputs(graph) ? finnc_graph_input(graph, 0) : NULL;
    return first && finnc_value_rank(first) > 0 && finnc_value_rank(s->value) > 0 &&
           finnc_value_dim(first, 0).size == finnc_value_dim(s->value, 0).size;
}

static finnc_status take_pieces(cli_source *s, size_t first, size_t count,
                                const finnc_tensor **pieces, size_t *npieces)
{
    bool is_same = cli_source_nsamples(s) == 1; /* for every sample */
    if (is_same)
        count = grows(s) ? count : 1;
    for (size_t done = 0; done < count;) {
        finnc_tensor *piece;
        size_t sample = is_same ? 0 : first + done, i = part_of(s, sample), n = 1;
        if (!is_same)
            n = s->parts[i].end - sample < count - done ? s->parts[i].end - sample : count - done;
        FINNC_TRY(take_from_part(s, i, sample - begin_of(s, i), n, &piece));
        pieces[(*npieces)++] = piece;
        done += n;
    }
    return FINNC_OK;
}

finnc_status cli_source_take(cli_source *s, size_t first, size_t count, finnc_tensor **tensor)
{
    size_t npieces = 0;
    const finnc_tensor **pieces = calloc(count, sizeof *pieces);
    if (!pieces)
        return finnc_no_memory(s->c->cx);
    finnc_status status = take_pieces(s, first, count, pieces, &npieces);
    if (status == FINNC_OK) {
        int depth = finnc_ctx_enter(s->c->cx, "input", s->name, NULL);
        status = cli_tensors_join(s->c, pieces, npieces, tensor);
        finnc_ctx_leave(s->c->cx, depth);
    }
    for (size_t i = 0; i < npieces; i++)
        finnc_tensor_release(pieces[i]);
    free(pieces);
    return status;
}
