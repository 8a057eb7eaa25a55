/* Col2Im: the inverse of cutting an image into blocks. */
#include "../infer.h"

#include <inttypes.h>

static finnc_status col2_im_shapes(finnc_infer *in)
{
    fnc_shape x = fnc_shape_of(in, 0), image, block, y = {.elem = x.elem, .rank = -1};
    finnc_dim nblock = fnc_known(1);
    FINNC_TRY(fnc_infer_need_rank(in, 0, 3));
    FINNC_TRY(fnc_shape_listed(in, 1, &image));
    FINNC_TRY(fnc_shape_listed(in, 2, &block));
    if (image.rank >= 0 && block.rank >= 0 && image.rank != block.rank)
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "blocks of %d axes in an image of %d",
                          block.rank, image.rank);
    if (image.rank < 0 || image.rank > FINNC_MAX_RANK - 2)
        return fnc_infer_set(in, 0, &y);
    y.rank = image.rank + 2;
    y.dims[0] = x.rank < 0 ? fnc_unknown_dim() : x.dims[0];
    y.dims[1] = fnc_unknown_dim();
    for (int i = 0; i < block.rank; i++)
        nblock = fnc_dim_mul(nblock, block.dims[i]);
    if (x.rank == 3 && block.rank >= 0 && x.dims[1].size >= 0 && nblock.size > 0) {
        if (x.dims[1].size % nblock.size != 0)
            return finnc_fail(in->cx, FINNC_BAD_VALUE,
                              "%" PRId64 " rows are no multiple of a block's %" PRId64 " elements",
                              x.dims[1].size, nblock.size);
        y.dims[1] = fnc_known(x.dims[1].size / nblock.size);
    }
    for (int i = 0; i < image.rank; i++)
        y.dims[i + 2] = image.dims[i];
    return fnc_infer_set(in, 0, &y);
}

const finnc_op fnc_op_onnx_col2_im = {
    .name = "Col2Im",
    .summary = "puts blocks back into an image, adding up where they overlap",
    .since = {18},
    .in = {{"input", "(N, C * elements of a block, blocks)", 0, "T"},
           {"image_shape", "the image's spatial sizes", 0, "INT64"},
           {"block_shape", "a block's", 0, "INT64"}},
    .out = {{"output", "(N, C, spatial sizes)", 0, "T"}},
    .attrs = {{"strides", FINNC_ATTR_INTS, NULL, "from block to block; absent: 1", 0},
              {"pads", FINNC_ATTR_INTS, NULL, "around the image, begins then ends; absent: 0", 0},
              {"dilations", FINNC_ATTR_INTS, NULL, "between a block's elements; absent: 1", 0}},
    .types = {{"T", FINNC_TYPES_CLASSIC}},
    .shapes = col2_im_shapes};
