#include "support/check_pass.h"

#include <criterion/criterion.h>

Test(infer_data_layouts, begins_at_the_first_input)
{
    check_pass(
        "InferDataLayouts",
        "g (float[1,2,3,4] x) => (float[1,3,4,2] y) { y = Transpose <perm = [0, 2, 3, 1]> (x) }",
        "g (float[1,2,3,4] x {NCHW}) => (float[1,3,4,2] y {NHWC}) {"
        "    y = Transpose <perm = [0, 2, 3, 1]> (x) }");
}
