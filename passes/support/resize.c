#include "resize.h"

#include <finnc/op.h>

#include <string.h>

/* Between pixels' middles (half_pixel) the nearest one covers the place, whatever ties are: there
 * are none. */
bool fnc_resize_repeats(const finnc_node *resize, int64_t factor)
{
    const bool is_old = finnc_node_version(resize) < 11; /* no such attributes: as asymmetric */
    const char *where = finnc_node_string(resize, "coordinate_transformation_mode",
                                          is_old ? "asymmetric" : "half_pixel");
    const char *round =
        finnc_node_string(resize, "nearest_mode", is_old ? "floor" : "round_prefer_floor");
    if (factor == 1) /* the modes of TensorFlow look half a pixel on, or into a region */
        return strncmp(where, "tf_", strlen("tf_")) != 0;
    if (!strcmp(where, "asymmetric"))
        return !strcmp(round, "floor") || (!strcmp(round, "round_prefer_floor") && factor == 2);
    return (!strcmp(where, "half_pixel") || !strcmp(where, "half_pixel_symmetric") ||
            !strcmp(where, "pytorch_half_pixel")) &&
           !strncmp(round, "round_prefer_", strlen("round_prefer_"));
}

const finnc_tensor *fnc_resize_scales(const finnc_node *resize)
{
    const bool is_first = finnc_node_is(resize, "Upsample") || finnc_node_version(resize) < 11;
    const finnc_value *value = finnc_node_input(resize, is_first ? 1 : 2);
    const finnc_tensor *scales = value ? finnc_value_tensor(value) : NULL;
    return scales && finnc_tensor_nelems(scales) == 4 ? scales : NULL;
}
