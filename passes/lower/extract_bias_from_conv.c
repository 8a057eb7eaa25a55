/* A bias is one addition per channel, so it may as well be an Add behind the convolution. Takes
 * inputs away from convolutions and gives none back, so it ends. */
#include "pass.h"

#include "../support/build.h"

#include <inttypes.h>
#include <string.h>

/* Rank of the data, which is that of the weights. */
static int data_rank(const finnc_match *m)
{
    const finnc_value *y = finnc_node_output(finnc_match_node(m, "c"), 0);
    const int rank = finnc_value_rank(y);
    return rank >= 0 ? rank : finnc_value_rank(finnc_match_value(m, "w"));
}

static finnc_verdict may_add(finnc_match *m)
{
    const int rank = data_rank(m);
    if (!fnc_broadcasts(finnc_match_graph(m)))
        return finnc_skip(m,
                          "before version 7 of the standard an Add does not stretch its operands");
    if (rank < 0)
        return finnc_skip(m, "the rank of its output is not known");
    if (rank < 2 || rank > FINNC_MAX_RANK)
        return finnc_skip(m, "its output has rank %d", rank);
    return FINNC_APPLY;
}

/* Where the channels are: second, but last of the variant that has them there. */
static int channel_axis(const finnc_node *conv, int rank)
{
    return !strcmp(finnc_node_home(conv), "qonnx.custom_op.channels_last") ? rank - 1 : 1;
}

/* A list of one number per channel becomes (1, C, 1, ...), which is what Add has to see; one number
 * for all stays. */
static finnc_status align(finnc_match *m, const char *name)
{
    if (!finnc_match_value(m, name))
        return FINNC_OK;
    const finnc_tensor *tensor = finnc_match_tensor(m, name);
    const int64_t count = finnc_tensor_nelems(tensor);
    if (count == 1 && finnc_tensor_rank(tensor) <= 1)
        return FINNC_OK;
    int64_t dims[FINNC_MAX_RANK];
    const int rank = data_rank(m), axis = channel_axis(finnc_match_node(m, "c"), rank);
    for (int i = 0; i < rank; i++)
        dims[i] = i == axis ? count : 1;
    finnc_tensor *aligned;
    FINNC_TRY(finnc_tensor_reshape(finnc_match_ctx(m), tensor, rank, dims, &aligned));
    finnc_status status = finnc_match_bind(m, name, aligned, NULL);
    finnc_tensor_release(aligned);
    return status;
}

static finnc_status align_bias(finnc_match *m)
{
    return align(m, "b");
}

static finnc_status align_quantiser(finnc_match *m)
{
    FINNC_TRY(align(m, "b"));
    FINNC_TRY(align(m, "s"));
    FINNC_TRY(align(m, "z"));
    return align(m, "n");
}

const finnc_pass fnc_pass_extract_bias_from_conv = {
    .name = "ExtractBiasFromConv",
    .summary = "the bias of a convolution becomes an Add behind it",
    .upstream = "qonnx.transformation.extract_conv_bias",
    .notes =
        "The bias may come out of a quantiser, whose scale, zero point and bit width may be "
        "single numbers of rank 0 or 1 or one per channel; upstream stops on rank 0, and on a "
        "BipolarQuant. Behind a convolution with its channels last the bias has them last, too; "
        "upstream's would be added to rows. A bias that is computed while the network runs stays.",
    .flags = FINNC_PASS_STABLE,
    .rules =
        {{.have = "c:\"*\"Conv|ConvTranspose(x, w, $b)",
          .want = "Add(c(x, w), $b)",
          .when = may_add,
          .make = align_bias},
         {.have =
              "c:\"*\"Conv|ConvTranspose(x, w, v@q:Quant|IntQuant|BipolarQuant($b, $s, $z?, $n?))",
          .want = "Add(c(x, w), v@q($b, $s, $z?, $n?))",
          .when = may_add,
          .make = align_quantiser}},
};
