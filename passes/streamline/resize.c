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
static finnc_status bind_last(finnc_match *match, const char *name, const double first[4])
{
    static const int perm[4] = {0, 2, 3, 1};
    finnc_tensor *scales;
    FINNC_TRY(
        finnc_tensor_create(finnc_match_ctx(match), FINNC_ELEM_FLOAT, 1, (int64_t[]){4}, &scales));
    for (int i = 0; i < 4; i++)
        finnc_tensor_set(scales, i, first[perm[i]]);
    const finnc_status status = finnc_match_bind(match, name, scales, "scales");
    finnc_tensor_release(scales);
    return status;
}

finnc_status fnc_resize_scales_last(finnc_match *match, const char *name)
{
    const finnc_tensor *scales = finnc_match_tensor(match, name);
    double first[4];
    for (int i = 0; i < 4; i++)
        first[i] = finnc_tensor_get(scales, i);
    return bind_last(match, name, first);
}

finnc_status fnc_resize_sizes_last(finnc_match *match, const char *name)
{
    const finnc_tensor *sizes = finnc_match_tensor(match, "sizes");
    const finnc_value *v = finnc_match_value(match, "v");
    double first[4];
    for (int i = 0; i < 4; i++)
        first[i] = finnc_tensor_get(sizes, i) / (double)finnc_value_dim(v, i).size;
    return bind_last(match, name, first);
}
