#include "picture.h"

#include <string.h>

/* Does the input have its channels last? Its layout says so, or else its shape. */
static bool is_channels_last(const finnc_value *value)
{
    const char *layout = finnc_value_layout(value);
    if (finnc_value_rank(value) != 4)
        return false;
    if (layout && layout[0])
        return !strcmp(layout, "NHWC");
    int64_t first = finnc_value_dim(value, 1).size, last = finnc_value_dim(value, 3).size;
    return (last == 1 || last == 3) && first != 1 && first != 3;
}

static bool is_grey(const finnc_value *value)
{
    if (finnc_value_rank(value) == 4)
        return finnc_value_dim(value, is_channels_last(value) ? 3 : 1).size == 1;
    return false;
}

/* Luma of ITU-R BT.601, in the 16-bit integers that PIL's mode "L" uses. */
static finnc_status make_grey(cli *c, const finnc_tensor *colour, finnc_tensor **grey)
{
    const int64_t *dims = finnc_tensor_dims(colour);
    int64_t n = dims[2] * dims[3];
    FINNC_TRY(
        finnc_tensor_create(c->cx, FINNC_ELEM_UINT8, 4, (int64_t[]){1, 1, dims[2], dims[3]}, grey));
    for (int64_t i = 0; i < n; i++) {
        int64_t red = finnc_tensor_get_int(colour, i), green = finnc_tensor_get_int(colour, n + i),
                blue = finnc_tensor_get_int(colour, 2 * n + i);
        finnc_tensor_set_int(*grey, i, (red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16);
    }
    return FINNC_OK;
}

/* Gives `t` the rank of the input by leaving out or adding to the axes, if all sizes agree. */
static finnc_status fit_rank(cli *c, const finnc_tensor *t, const finnc_value *value,
                             finnc_tensor **fitted)
{
    int64_t dims[FINNC_MAX_RANK];
    int rank = finnc_value_rank(value);
    if (rank < 1 || rank == 4 || rank > FINNC_MAX_RANK) {
        *fitted = finnc_tensor_retain(t);
        return FINNC_OK;
    }
    int64_t known = 1;
    for (int i = 0; i < rank; i++) {
        dims[i] = finnc_value_dim(value, i).size;
        if (dims[i] < 0)
            dims[i] = 1;
        if (!dims[i] || known > finnc_tensor_nelems(t) / dims[i])
            known = -1;
        else if (known > 0)
            known *= dims[i];
    }
    if (known == finnc_tensor_nelems(t))
        return finnc_tensor_reshape(c->cx, t, rank, dims, fitted);
    *fitted = finnc_tensor_retain(t);
    return FINNC_OK;
}

static finnc_status fit_layout(cli *c, const finnc_tensor *t, const finnc_value *value,
                               finnc_tensor **fitted)
{
    static const int to_channels_last[] = {0, 2, 3, 1};
    if (is_channels_last(value))
        return finnc_tensor_transpose(c->cx, t, to_channels_last, fitted);
    return fit_rank(c, t, value, fitted);
}

finnc_status cli_picture_fit(cli *c, const finnc_tensor *picture, const finnc_value *value,
                             finnc_tensor **fitted)
{
    finnc_tensor *channels = NULL, *arranged = NULL;
    finnc_elem elem = finnc_value_elem(value);
    finnc_status status = FINNC_OK;
    if (is_grey(value))
        status = make_grey(c, picture, &channels);
    else
        channels = finnc_tensor_retain(picture);
    if (status == FINNC_OK)
        status = fit_layout(c, channels, value, &arranged);
    if (status == FINNC_OK)
        status = finnc_tensor_cast(c->cx, arranged,
                                   elem == FINNC_ELEM_UNDEFINED ? FINNC_ELEM_UINT8 : elem, fitted);
    finnc_tensor_release(arranged);
    finnc_tensor_release(channels);
    return status;
}
