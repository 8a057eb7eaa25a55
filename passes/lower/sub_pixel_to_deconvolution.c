/*      y = DepthToSpace{b}(Conv(x, w))       becomes       y = ConvTranspose{stride b}(x, w')
 * The b by b filters whose results DepthToSpace puts beside one another become one, their taps
 * beside one another: no arithmetic, so quantised weights stay on their grid. */
#include "pass.h"

#include "deconvolution.h"

#include <inttypes.h>
#include <string.h>

typedef struct rewriting {
    finnc_ctx *cx;
    finnc_node *shuffle;
    fnc_deconvolution d;
    int64_t block, channels; /* of the output */
    bool is_crd;
} rewriting;

static const char *shuffle_obstacle(rewriting *r)
{
    int64_t pixels;
    r->block = finnc_node_int(r->shuffle, "blocksize", 0);
    r->is_crd = !strcmp(finnc_node_string(r->shuffle, "mode", "DCR"), "CRD");
    if (r->block < 1 || !fnc_mul_i64(r->block, r->block, &pixels) || r->d.g.filters % pixels != 0)
        return "its channels are no multiple of its block of pixels";
    r->channels = r->d.g.filters / pixels;
    return NULL;
}

static const char *conv_obstacle(rewriting *r)
{
    if (finnc_node_input(r->d.conv, 2))
        return "it has a bias";
    const char *reason = fnc_deconvolution_read(r->d.conv, &r->d);
    for (size_t i = 1; !reason && r->d.quant && i < 4; i++)
        if (finnc_tensor_nelems(finnc_value_tensor(finnc_node_input(r->d.quant, i))) != 1)
            reason = "the Quant of its weights has parameters per channel";
    return reason;
}

/* The filter whose result is the pixel (i, j) of a block. */
static int64_t filter_of(const rewriting *r, int64_t channel, int64_t i, int64_t j)
{
    const int64_t pixel = r->block * i + j;
    return r->is_crd ? channel * r->block * r->block + pixel : pixel * r->channels + channel;
}

static double weight_at(const rewriting *r, int64_t in, int64_t out, int64_t y, int64_t x)
{
    const fnc_conv_geometry *g = &r->d.g;
    const int64_t filter = filter_of(r, out, y % r->block, x % r->block);
    const int64_t row = g->w.kernel[0] - 1 - y / r->block,
                  column = g->w.kernel[1] - 1 - x / r->block;
    return finnc_tensor_get(r->d.weights,
                            ((filter * g->channels + in) * g->w.kernel[0] + row) * g->w.kernel[1] +
                                column);
}

static finnc_status shuffle_weights(const rewriting *r, finnc_tensor **shuffled)
{
    const fnc_conv_geometry *g = &r->d.g;
    /* As many as before. */
    const int64_t dims[] = {g->channels, r->channels, r->block * g->w.kernel[0],
                            r->block * g->w.kernel[1]};
    int64_t n = 0;
    FINNC_TRY(finnc_tensor_create(r->cx, finnc_tensor_elem(r->d.weights), 4, dims, shuffled));
    for (int64_t in = 0; in < dims[0]; in++)
        for (int64_t out = 0; out < dims[1]; out++)
            for (int64_t y = 0; y < dims[2]; y++)
                for (int64_t x = 0; x < dims[3]; x++)
                    finnc_tensor_set(*shuffled, n++, weight_at(r, in, out, y, x));
    return FINNC_OK;
}

static finnc_status rewrite(rewriting *r)
{
    finnc_tensor *shuffled;
    finnc_value *x = finnc_node_input(r->d.conv, 0), *y = finnc_node_output(r->shuffle, 0);
    FINNC_TRY(shuffle_weights(r, &shuffled));
    FINNC_TRY(fnc_deconvolution_build(r->cx, &r->d, x, r->block, r->block, shuffled));
    finnc_graph_erase_node(r->shuffle);
    return finnc_node_set_output(r->cx, r->d.conv, 0, y);
}

static finnc_node *find_shuffle(const finnc_node *conv)
{
    const finnc_value *y = finnc_node_output(conv, 0);
    if (!y)
        return NULL;
    finnc_foreach_use (use, y) {
        finnc_node *user = finnc_use_node(use); /* a body's runs once for each of its runs */
        if (finnc_node_is(user, "DepthToSpace") && finnc_node_graph(user) == finnc_node_graph(conv))
            return user;
    }
    return NULL;
}

static finnc_status rewrite_all(finnc_pass_run *run, finnc_graph *graph)
{
    finnc_ctx *cx = finnc_pass_ctx(run);
    finnc_foreach_node (node, graph) {
        finnc_node *shuffle = finnc_node_is(node, "Conv") ? find_shuffle(node) : NULL;
        if (!shuffle || !finnc_pass_may_rewrite(run))
            continue;
        FNC_AT_NODE(cx, node);
        rewriting r = {.cx = cx, .shuffle = shuffle, .d = {.conv = node}};
        const finnc_value *y = finnc_node_output(node, 0);
        const char *reason = finnc_value_only_user(y) != shuffle
                                 ? "somebody else uses what it makes"
                                 : conv_obstacle(&r);
        if (!reason)
            reason = shuffle_obstacle(&r);
        if (reason) {
            finnc_pass_missed(run, node, "%s", reason);
            continue;
        }
        finnc_pass_applied(run, node, "makes blocks of %" PRId64 " by %" PRId64 " pixels itself",
                           r.block, r.block);
        FINNC_TRY(rewrite(&r));
    }
    return FINNC_OK;
}

const finnc_pass fnc_pass_sub_pixel_to_deconvolution = {
    .name = "SubPixelToDeconvolution",
    .summary = "a convolution before DepthToSpace becomes a transposed convolution",
    .upstream = "qonnx.transformation.subpixel_to_deconv",
    .notes = "Either order of channels (mode DCR or CRD) is kept; upstream takes DCR, the default, "
             "for CRD, converts dilated convolutions wrongly and stops at a Conv whose output "
             "nobody uses. Padding need not be symmetric.",
    .flags = FINNC_PASS_STABLE,
    .run = rewrite_all,
};
