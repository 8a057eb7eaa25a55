#include "inputs.h"

#include "picture.h"

#include <inttypes.h>
#include <string.h>

/* ---- one file ---- */

static finnc_status read_from_npz(cli *c, const char *path, const char *name, finnc_tensor **tensor)
{
    finnc_bundle *bundle;
    FINNC_TRY(finnc_npz_read(c->cx, path, &bundle));
    const finnc_tensor *found = finnc_bundle_find(bundle, name);
    if (!found && finnc_bundle_count(bundle) == 1)
        found = finnc_bundle_at(bundle, 0, NULL);
    if (found)
        *tensor = finnc_tensor_retain(found);
    finnc_bundle_destroy(bundle);
    return found ? FINNC_OK
                 : finnc_fail(c->cx, FINNC_NOT_FOUND, "%s: holds no array named '%s'", path, name);
}

static bool is_picture(const char *path)
{
    return cli_has_suffix(path, ".png") || cli_has_suffix(path, ".jpg") ||
           cli_has_suffix(path, ".jpeg");
}

finnc_status cli_tensor_read(cli *c, const char *path, const char *name, finnc_tensor **tensor)
{
    if (is_picture(path))
        return finnc_image_read(c->cx, path, tensor);
    if (cli_has_suffix(path, ".npy"))
        return finnc_npy_read(c->cx, path, tensor);
    if (cli_has_suffix(path, ".npz"))
        return read_from_npz(c, path, name, tensor);
    if (cli_has_suffix(path, ".pb"))
        return finnc_pb_read(c->cx, path, tensor);
    return finnc_fail(c->cx, FINNC_UNSUPPORTED,
                      "%s: is no kind of file that holds an input: .npy .npz .pb .png .jpg", path);
}

/* The same, fitted to the input if it is a picture: pixels have no wish of their own. */
static finnc_status read_for(const cli_inputs *in, const char *path, const char *name,
                             finnc_tensor **tensor)
{
    const finnc_value *value = finnc_graph_find_value(in->graph, name);
    finnc_tensor *picture;
    if (value && cli_has_suffix(path, ".pb"))
        return finnc_pb_read_as(in->c->cx, path, finnc_value_kind(value), tensor);
    if (!is_picture(path) || !value)
        return cli_tensor_read(in->c, path, name, tensor);
    FINNC_TRY(cli_tensor_read(in->c, path, name, &picture));
    int depth = finnc_ctx_enter(in->c->cx, "", path, NULL);
    finnc_status status = cli_picture_fit(in->c, picture, value, tensor);
    finnc_ctx_leave(in->c->cx, depth);
    finnc_tensor_release(picture);
    return status;
}

/* ---- all of them ---- */

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

/* "NAME=FILE", or FILE alone. */
static finnc_status add_input(cli_inputs *in, const char *text)
{
    char name[256];
    const char *path = strchr(text, '='), *for_input = name;
    if (path && (size_t)(path - text) < sizeof name) {
        snprintf(name, sizeof name, "%.*s", (int)(path - text), text);
        path++;
    } else {
        path = text;
        FINNC_TRY(only_input(in, &for_input));
    }
    finnc_tensor *tensor;
    FINNC_TRY(read_for(in, path, for_input, &tensor));
    finnc_status status = finnc_bundle_set(in->given, for_input, tensor);
    finnc_tensor_release(tensor);
    return status;
}

/* How many pieces of the model's size a tensor has; 1 unless it is that many times as long. */
static finnc_status count_pieces(const cli_inputs *in, const char *name, const finnc_tensor *tensor,
                                 size_t *npieces)
{
    const finnc_value *value = finnc_graph_find_value(in->graph, name);
    int rank = finnc_tensor_rank(tensor);
    *npieces = 1;
    if (!value || rank < 1 || finnc_value_rank(value) != rank)
        return FINNC_OK;
    int64_t want = finnc_value_dim(value, 0).size, have = finnc_tensor_dim(tensor, 0);
    if (want < 1)
        want = 1;
    if (have % want)
        return finnc_fail(in->c->cx, FINNC_BAD_VALUE,
                          "input %s: %" PRId64 " along its first axis are no whole number of "
                          "batches of %" PRId64,
                          name, have, want);
    *npieces = (size_t)(have / want);
    return FINNC_OK;
}

static finnc_status count_samples(cli_inputs *in)
{
    in->nsamples = in->nfiles ? in->nfiles : 1;
    if (!cli_has(in->c, "batch"))
        return FINNC_OK;
    if (in->nfiles)
        return cli_wrong(in->c, "--batch cuts tensors; files behind the model are a sample each");
    for (size_t i = 0; i < finnc_bundle_count(in->given); i++) {
        const char *name;
        const finnc_tensor *tensor = finnc_bundle_at(in->given, i, &name);
        size_t npieces;
        FINNC_TRY(count_pieces(in, name, tensor, &npieces));
        if (i && npieces != in->nsamples)
            return finnc_fail(in->c->cx, FINNC_BAD_VALUE,
                              "input %s has %zu batches, those before have %zu", name, npieces,
                              in->nsamples);
        in->nsamples = npieces;
    }
    return FINNC_OK;
}

finnc_status cli_inputs_init(cli_inputs *in, cli *c, const finnc_model *model,
                             const char *const *files, size_t nfiles)
{
    *in = (cli_inputs){.c = c, .graph = finnc_model_graph(model), .files = files, .nfiles = nfiles};
    const char *npz = cli_text(c, "inputs", NULL), *one;
    FINNC_TRY(npz ? finnc_npz_read(c->cx, npz, &in->given)
                  : finnc_bundle_create(c->cx, &in->given));
    for (size_t i = 0; (one = cli_nth(c, "input", i)); i++)
        FINNC_TRY(add_input(in, one));
    if (nfiles)
        FINNC_TRY(only_input(in, &in->file_input));
    return count_samples(in);
}

void cli_inputs_clear(cli_inputs *in)
{
    finnc_bundle_destroy(in->given);
}

const char *cli_inputs_name(const cli_inputs *in, size_t sample)
{
    return in->nfiles ? in->files[sample] : NULL;
}

/* ---- feeding ---- */

static void release_whole(void *tensor)
{
    finnc_tensor_release(tensor);
}

/* The rows of `whole` that are sample `i` of `n`, as a view. */
static finnc_status cut(cli *c, const finnc_tensor *whole, size_t i, size_t n, finnc_tensor **piece)
{
    int64_t dims[FINNC_MAX_RANK];
    int rank = finnc_tensor_rank(whole);
    size_t nbytes = finnc_tensor_nbytes(whole) / n;
    const void *data;
    if (rank > FINNC_MAX_RANK || finnc_tensor_elem(whole) == FINNC_ELEM_STRING ||
        finnc_elem_bits(finnc_tensor_elem(whole)) < 8)
        return finnc_fail(c->cx, FINNC_UNSUPPORTED, "--batch cannot cut a tensor of %s",
                          finnc_elem_name(finnc_tensor_elem(whole)));
    for (int k = 0; k < rank; k++)
        dims[k] = finnc_tensor_dim(whole, k);
    dims[0] /= (int64_t)n;
    FINNC_TRY(finnc_tensor_need_data(c->cx, whole, &data));
    finnc_tensor *kept = finnc_tensor_retain(whole);
    finnc_status status =
        finnc_tensor_create_view(c->cx, finnc_tensor_elem(whole), rank, dims,
                                 (const char *)data + i * nbytes, release_whole, kept, piece);
    if (status != FINNC_OK)
        finnc_tensor_release(kept);
    return status;
}

/* Puts sample `i` of every tensor given, and the sample's file, into the bundle. */
static finnc_status fill_sample(const cli_inputs *in, size_t sample, finnc_bundle *tensors)
{
    bool is_cut = in->nsamples > 1 && !in->nfiles;
    finnc_tensor *tensor;
    for (size_t i = 0; i < finnc_bundle_count(in->given); i++) {
        const char *name;
        const finnc_tensor *whole = finnc_bundle_at(in->given, i, &name);
        if (is_cut)
            FINNC_TRY(cut(in->c, whole, sample, in->nsamples, &tensor));
        else
            tensor = finnc_tensor_retain(whole);
        finnc_status status = finnc_bundle_set(tensors, name, tensor);
        finnc_tensor_release(tensor);
        FINNC_TRY(status);
    }
    if (!in->nfiles)
        return FINNC_OK;
    FINNC_TRY(read_for(in, in->files[sample], in->file_input, &tensor));
    finnc_status status = finnc_bundle_set(tensors, in->file_input, tensor);
    finnc_tensor_release(tensor);
    return status;
}

finnc_status cli_inputs_sample(const cli_inputs *in, size_t sample, finnc_bundle **tensors)
{
    finnc_bundle *bundle;
    FINNC_TRY(finnc_bundle_create(in->c->cx, &bundle));
    finnc_status status = fill_sample(in, sample, bundle);
    if (status == FINNC_OK)
        *tensors = bundle;
    else
        finnc_bundle_destroy(bundle);
    return status;
}

/* Would the tensor fit if it were cut into pieces? Then that is worth a hint. */
static void hint_at_batch(const cli_inputs *in, const char *name, const finnc_tensor *tensor)
{
    const finnc_value *value = finnc_graph_find_value(in->graph, name);
    int rank = finnc_tensor_rank(tensor);
    if (!value || rank < 1 || finnc_value_rank(value) != rank || cli_has(in->c, "batch"))
        return;
    int64_t want = finnc_value_dim(value, 0).size, have = finnc_tensor_dim(tensor, 0);
    if (want > 0 && have > want && have % want == 0)
        cli_hint(in->c, "--batch runs them in pieces of the model's size");
}

finnc_status cli_inputs_feed(const cli_inputs *in, size_t sample, finnc_session *session)
{
    finnc_bundle *tensors;
    finnc_ctx *cx = in->c->cx;
    FINNC_TRY(cli_inputs_sample(in, sample, &tensors));
    finnc_status status = FINNC_OK;
    for (size_t i = 0; status == FINNC_OK && i < finnc_bundle_count(tensors); i++) {
        const char *name;
        const finnc_tensor *tensor = finnc_bundle_at(tensors, i, &name);
        bool is_file = in->nfiles && !strcmp(name, in->file_input);
        int depth = is_file ? finnc_ctx_enter(cx, "", in->files[sample], NULL) : 0;
        status = finnc_session_feed(session, name, tensor);
        if (status == FINNC_BAD_VALUE)
            hint_at_batch(in, name, tensor);
        if (is_file)
            finnc_ctx_leave(cx, depth);
    }
    finnc_bundle_destroy(tensors);
    return status;
}
