#include "resize.h"

#include <string.h>

finnc_verdict fnc_when_resize_permutes(finnc_match *match)
{
    const finnc_node *r = finnc_match_node(match, "r");
    if (finnc_node_find_attr(r, "axes"))
        return finnc_skip(match, "the axes to resize are named by an attribute");
    if (strcmp(finnc_node_string(r, "coordinate_transformation_mode", ""), "tf_crop_and_resize") ==
        0)
        return finnc_skip(match, "tf_crop_and_resize has a region per axis, too");
    return FINNC_APPLY;
}

/* Of four numbers about N, C, H and W, those about N, H, W and C. */
static const int last[4] = {0, 2, 3, 1};

static finnc_status bind_and_release(finnc_match *match, const char *name, finnc_tensor *tensor,
                                     const char *hint)
{
    const finnc_status status = finnc_match_bind(match, name, tensor, hint);
    finnc_tensor_release(tensor);
    return status;
}

static finnc_status bind_scales(finnc_match *match, const char *name, const double first[4])
{
    finnc_tensor *scales;
    FINNC_TRY(
        finnc_tensor_create(finnc_match_ctx(match), FINNC_ELEM_FLOAT, 1, (int64_t[]){4}, &scales));
    for (int i = 0; i < 4; i++)
        finnc_tensor_set(scales, i, first[last[i]]);
    return bind_and_release(match, name, scales, "scales");
}

finnc_status fnc_resize_scales_last(finnc_match *match, const char *name)
{
    const finnc_tensor *scales = finnc_match_tensor(match, name);
    double first[4];
    for (int i = 0; i < 4; i++)
        first[i] = finnc_tensor_get(scales, i);
    return bind_scales(match, name, first);
}

/* The factor of axis i of value v, if it is one; 0 if not. */
static double factor(const finnc_match *match, int i)
{
    const int64_t dim = finnc_value_dim(finnc_match_value(match, "v"), i).size;
    const double size = (double)finnc_tensor_get_int(finnc_match_tensor(match, "sizes"), i);
    const double by = dim > 0 ? (double)(float)(size / (double)dim) : 0;
    return by * (double)dim == size ? by : 0;
}

bool fnc_resize_has_factors(const finnc_match *match)
{
    if (finnc_value_rank(finnc_match_value(match, "v")) != 4 ||
        finnc_node_find_attr(finnc_match_node(match, "r"), "keep_aspect_ratio_policy"))
        return false;
    for (int i = 0; i < 4; i++)
        if (!(factor(match, i) > 0))
            return false;
    return true;
}

finnc_status fnc_resize_factors_last(finnc_match *match, const char *name)
{
    double first[4];
    for (int i = 0; i < 4; i++)
        first[i] = factor(match, i);
    return bind_scales(match, name, first);
}

finnc_status fnc_resize_sizes_last(finnc_match *match, const char *name)
{
    const finnc_tensor *first = finnc_match_tensor(match, name);
    finnc_tensor *sizes;
    FINNC_TRY(
        finnc_tensor_create(finnc_match_ctx(match), FINNC_ELEM_INT64, 1, (int64_t[]){4}, &sizes));
    int64_t *data = finnc_tensor_edit(sizes);
    for (int i = 0; i < 4; i++)
        data[i] = finnc_tensor_get_int(first, last[i]);
    return bind_and_release(match, name, sizes, NULL);
}
