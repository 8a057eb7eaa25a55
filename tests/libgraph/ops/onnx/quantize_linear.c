#include <support/infer_text.h>

#include <criterion/criterion.h>

Test(quantize_linear, the_zero_point_is_of_the_type_that_comes_out)
{
#define QUANTIZE(type)                                                                             \
    "<opset_import: [\"\": 21]> n (float[2] x) => (y) <float s = {1}, int8 z = {0}>"               \
    " { [q] y = QuantizeLinear <output_dtype = " type "> (x, s, z) }"
    check_node_passes(QUANTIZE("0"));
    check_node_passes(QUANTIZE("3"));
    check_node_fails(QUANTIZE("5"),
                     "q (QuantizeLinear): attribute output_dtype is INT16, input 2 (y_zero_point) "
                     "INT8");
}
