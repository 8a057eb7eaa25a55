#include "image_vector.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

bool fnc_is_image_vector(const finnc_value *value, char why[128])
{
    const char *layout = finnc_value_layout(value);
    int64_t dims[4];
    if (!layout || strcmp(layout, "NHWC") != 0) {
        snprintf(why, 128, "the layout of the value to flatten is %s, not NHWC",
                 layout && layout[0] ? layout : "not known");
        return false;
    }
    if (!finnc_value_dims(value, 4, dims)) {
        snprintf(why, 128, "the shape of the value to flatten is not known");
        return false;
    }
    if (dims[1] != 1 || dims[2] != 1) {
        snprintf(why, 128, "the image is %" PRId64 " by %" PRId64 ", not one pixel", dims[1],
                 dims[2]);
        return false;
    }
    return true;
}
