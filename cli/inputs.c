#include "inputs.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* ---- sources ---- */

static finnc_status add_source(cli_inputs *in, const char *name, cli_source **source)
{
    cli_source *grown = cli_grow(in->sources, sizeof *grown, in->nsources, &in->room);
    if (!grown)
        return finnc_no_memory(in->c->cx);
    in->sources = grown;
    *source = &in->sources[in->nsources++];
    FINNC_TRY(cli_source_init(*source, in->c, in->graph, name));
    (*source)->is_cut = in->is_cut;
    return FINNC_OK;
}

static cli_source *find_source(const cli_inputs *in, const char *name)
{
    for (size_t i = 0; i < in->nsources; i++)
        if (!strcmp(in->sources[i].name, name))
            return &in->sources[i];
    return NULL;
}

/* The input that a file without a name is for: the only one that has no default. */
static finnc_status only_input(const cli_inputs *in, const char **name)
{
    *name = NULL;
    const finnc_value *value;
    for (size_t at = 0; (value = finnc_graph_next_free_input(in->graph, &at));) {
        if (*name)
            return cli_wrong(in->c,
                             "the model has several inputs: say which with --input "
                             "NAME=FILE, such as --input %s=FILE",
                             *name);
        *name = finnc_value_name(value);
    }
    return *name ? FINNC_OK : cli_wrong(in->c, "the model has no input");
}

/* A file "-" is standard input, which can be read once: of `nmodels` models and all files one may
 * be it. */
static finnc_status take_stdin(cli_inputs *in, const char **path)
{
    bool is_taken = in->has_stdin;
    if (strcmp(*path, "-") != 0)
        return FINNC_OK;
    for (size_t i = 0; i < in->nmodels; i++)
        is_taken = is_taken || !strcmp(in->c->operands[i], "-");
    if (is_taken)
        return cli_wrong(in->c, "standard input can be one file only, or the model");
    in->has_stdin = true;
    *path = CLI_STDIN;
    return FINNC_OK;
}

/* What --inputs gives is there for the inputs that no file is named for. */
static finnc_status add_arrays(cli_inputs *in, const char *npz)
{
    finnc_bundle *bundle;
    FINNC_TRY(take_stdin(in, &npz));
    FINNC_TRY(finnc_npz_read(in->c->cx, npz, &bundle));
    finnc_status status = FINNC_OK;
    for (size_t i = 0; status == FINNC_OK && i < finnc_bundle_count(bundle); i++) {
        const char *name;
        const finnc_tensor *tensor = finnc_bundle_at(bundle, i, &name);
        cli_source *source;
        if (find_source(in, name))
            continue;
        status = add_source(in, name, &source);
        if (status == FINNC_OK)
            status = cli_source_add_tensor(source, tensor);
    }
    finnc_bundle_destroy(bundle);
    return status;
}

/* Files of one input, in the order given; folders are unfolded. */
static finnc_status add_path(cli_inputs *in, const char *name, const char *path)
{
    cli_source *source = find_source(in, name);
    size_t first = in->files.count;
    FINNC_TRY(take_stdin(in, &path));
    if (!source)
        FINNC_TRY(add_source(in, name, &source));
    FINNC_TRY(cli_files_add(in->c, &in->files, path, cli_has(in->c, "format")));
    for (size_t i = first; i < in->files.count; i++)
        FINNC_TRY(cli_source_add_file(source, in->files.paths[i]));
    return FINNC_OK;
}

/* "NAME=FILE", or FILE alone. */
static finnc_status add_input(cli_inputs *in, const char *text, const char *only)
{
    char name[256];
    const char *path = strchr(text, '=');
    if (!path || (size_t)(path - text) >= sizeof name) {
        if (!only)
            FINNC_TRY(only_input(in, &only));
        return add_path(in, only, text);
    }
    snprintf(name, sizeof name, "%.*s", (int)(path - text), text);
    return add_path(in, name, path + 1);
}

/* ---- samples ---- */

/* A source of one sample goes with every sample of the others. */
static finnc_status count_samples(cli_inputs *in)
{
    const cli_source *longest = NULL;
    in->nsamples = 1;
    for (size_t i = 0; in->sources && i < in->nsources; i++) {
        cli_source *source = &in->sources[i];
        FINNC_TRY(cli_source_count(source));
        size_t count = cli_source_nsamples(source);
        if (count == 0)
            return finnc_fail(in->c->cx, FINNC_BAD_VALUE,
                              "input %s: there is no sample in what it is given", source->name);
        if (count == 1)
            continue;
        if (longest && count != in->nsamples)
            return finnc_fail(in->c->cx, FINNC_BAD_VALUE, "input %s has %zu samples, %s has %zu",
                              source->name, count, longest->name, in->nsamples);
        longest = source;
        in->nsamples = count;
    }
    return FINNC_OK;
}

finnc_status cli_inputs_init(cli_inputs *in, cli *c, const finnc_model *model, const char *only,
                             bool is_cut, const char *const *files, size_t nfiles)
{
    *in = (cli_inputs){.c = c,
                       .graph = finnc_model_graph(model),
                       .nmodels = c->noperands - nfiles,
                       .is_cut = is_cut};
    const char *npz = cli_text(c, "inputs", NULL), *one;
    for (size_t i = 0; (one = cli_nth(c, "input", i)); i++)
        FINNC_TRY(add_input(in, one, only));
    if (nfiles && !only)
        FINNC_TRY(only_input(in, &only));
    for (size_t i = 0; i < nfiles; i++)
        FINNC_TRY(add_path(in, only, files[i]));
    if (npz)
        FINNC_TRY(add_arrays(in, npz));
    if (nfiles)
        in->named = find_source(in, only);
    return count_samples(in);
}

finnc_status cli_inputs_check(cli *c, const cli_inputs *in)
{
    return cli_conversion_check(c, in ? in->sources : NULL, in ? in->nsources : 0);
}

bool cli_inputs_has(const cli_inputs *in, const char *name)
{
    return find_source(in, name) != NULL;
}

const char *cli_inputs_missing(const cli_inputs *in)
{
    const finnc_value *value;
    for (size_t at = 0; (value = finnc_graph_next_free_input(in->graph, &at));)
        if (!find_source(in, finnc_value_name(value)))
            return finnc_value_name(value);
    return NULL;
}

static finnc_status draw_sample(cli_inputs *in, uint64_t seed, size_t sample, size_t ngiven)
{
    finnc_bundle *bundle;
    FINNC_TRY(finnc_graph_draw_inputs(in->c->cx, in->graph, seed, sample, &bundle));
    finnc_status status = FINNC_OK;
    for (size_t i = 0; status == FINNC_OK && i < finnc_bundle_count(bundle); i++) {
        const char *name;
        const finnc_tensor *tensor = finnc_bundle_at(bundle, i, &name);
        cli_source *source = find_source(in, name);
        if (source && (size_t)(source - in->sources) < ngiven)
            continue;
        if (!source)
            status = add_source(in, name, &source);
        if (status == FINNC_OK)
            status = cli_source_add_tensor(source, tensor);
    }
    finnc_bundle_destroy(bundle);
    return status;
}

finnc_status cli_inputs_draw(cli_inputs *in, size_t count, uint64_t seed)
{
    const size_t ngiven = in->nsources;
    for (size_t i = 0; i < count; i++) {
        FINNC_TRY(finnc_progress(in->c->cx, "drawing samples", i, count));
        FINNC_TRY(draw_sample(in, seed, i, ngiven));
    }
    return count_samples(in);
}

void cli_inputs_clear(cli_inputs *in)
{
    for (size_t i = 0; i < in->nsources; i++)
        cli_source_clear(&in->sources[i]);
    free(in->sources);
    cli_files_clear(&in->files);
}

const char *cli_inputs_name(const cli_inputs *in, size_t sample, char text[CLI_SAMPLE_NAME_MAX])
{
    return cli_inputs_row_name(in, sample, 0, 1, text);
}

const char *cli_inputs_row_name(const cli_inputs *in, size_t sample, int64_t row, int64_t nrows,
                                char text[CLI_SAMPLE_NAME_MAX])
{
    int64_t index;
    const char *path = in->named ? cli_source_file(in->named, sample, &index) : NULL;
    if (!path)
        return NULL;
    if (nrows > 1)
        index = (index < 0 ? 0 : index) * nrows + row;
    if (index < 0)
        snprintf(text, CLI_SAMPLE_NAME_MAX, "%s", path);
    else
        snprintf(text, CLI_SAMPLE_NAME_MAX, "%.480s[%" PRId64 "]", path, index);
    return text;
}

/* ---- feeding ---- */

finnc_status cli_inputs_take(const cli_inputs *in, size_t first, size_t count,
                             finnc_bundle **tensors)
{
    finnc_bundle *bundle;
    FINNC_TRY(finnc_bundle_create(in->c->cx, &bundle));
    finnc_status status = FINNC_OK;
    for (size_t i = 0; status == FINNC_OK && i < in->nsources; i++) {
        finnc_tensor *tensor;
        status = cli_source_take(&in->sources[i], first, count, &tensor);
        if (status == FINNC_OK) {
            status = finnc_bundle_set(bundle, in->sources[i].name, tensor);
            finnc_tensor_release(tensor);
        }
    }
    if (status == FINNC_OK)
        *tensors = bundle;
    else
        finnc_bundle_destroy(bundle);
    return status;
}

/* The session refused a tensor. Is there an option that would make it fit? */
static void hint_at_options(const cli_inputs *in, const cli_source *s, const finnc_tensor *t)
{
    const finnc_value *value = s->value;
    int rank = finnc_tensor_rank(t);
    if (!value || finnc_value_kind(value) != FINNC_KIND_TENSOR ||
        finnc_tensor_kind(t) != FINNC_KIND_TENSOR)
        return;
    if (finnc_value_elem(value) != finnc_tensor_elem(t)) {
        cli_hint(in->c, "--scale 1 converts the numbers as they are, --scale 1/255 bytes to 0..1");
        return;
    }
    if (rank < 1 || finnc_value_rank(value) != rank)
        return;
    int64_t want = finnc_value_dim(value, 0).size, have = finnc_tensor_dim(t, 0);
    bool fits_behind = true, fits_turned = rank == 4;
    static const int turned[] = {0, 2, 3, 1}, back[] = {0, 3, 1, 2};
    const int *perm = !strcmp(finnc_value_axes(value), "NHWC") ? turned : back;
    for (int i = 1; i < rank; i++) {
        int64_t size = finnc_value_dim(value, i).size;
        fits_behind &= size < 0 || size == finnc_tensor_dim(t, i);
        fits_turned = fits_turned && (size < 0 || size == finnc_tensor_dim(t, perm[i]));
    }
    if (fits_behind && !in->is_cut && want > 0 && have > want && have % want == 0)
        cli_hint(in->c, "--batch runs them in pieces of the model's size");
    else if (!fits_behind && fits_turned)
        cli_hint(in->c, "--layout %s says where the data have their channels",
                 perm == turned ? "nchw" : "nhwc");
}

static int64_t rows_of_sample(const cli_inputs *in, const finnc_bundle *tensors, size_t count)
{
    const finnc_value *value = finnc_graph_next_free_input(in->graph, &(size_t){0});
    const finnc_tensor *t = value ? finnc_bundle_find(tensors, finnc_value_name(value)) : NULL;
    if (!t || finnc_tensor_kind(t) != FINNC_KIND_TENSOR || finnc_tensor_rank(t) < 2)
        return 1;
    const int64_t n = finnc_tensor_dim(t, 0) / (int64_t)count;
    return n > 1 ? n : 1;
}

finnc_status cli_inputs_feed(cli_inputs *in, size_t first, size_t count, finnc_session *session)
{
    finnc_bundle *tensors;
    finnc_ctx *cx = in->c->cx;
    FINNC_TRY(cli_inputs_take(in, first, count, &tensors));
    finnc_status status = FINNC_OK;
    for (size_t i = 0; status == FINNC_OK && i < in->nsources; i++) {
        const cli_source *source = &in->sources[i];
        const finnc_tensor *tensor = finnc_bundle_find(tensors, source->name);
        char text[CLI_SAMPLE_NAME_MAX];
        const char *file = source == in->named ? cli_inputs_name(in, first, text) : NULL;
        int depth = file ? finnc_ctx_enter(cx, "", file, NULL) : 0;
        status = finnc_session_feed(session, source->name, tensor);
        if (status == FINNC_BAD_VALUE)
            hint_at_options(in, source, tensor);
        if (file)
            finnc_ctx_leave(cx, depth);
    }
    in->nrows = rows_of_sample(in, tensors, count);
    finnc_bundle_destroy(tensors);
    return status;
}
