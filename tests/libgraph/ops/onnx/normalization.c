#include <support/infer_text.h>

#include <criterion/criterion.h>

Test(normalization, layers_have_statistics_of_their_own_type)
{
    check_shapes("n (float16[2,N,4] x, float16[4] s) => (y, m, i)"
                 " { y, m, i = LayerNormalization(x, s) }",
                 "FLOAT16[2,N,4]; FLOAT[2,N,1]; FLOAT[2,N,1]");
    check_shapes("n (float[2,N,4] x, float[N,4] s) => (y, m, i)"
                 " { y, m, i = LayerNormalization <axis = 1, stash_type = 16> (x, s) }",
                 "FLOAT[2,N,4]; BFLOAT16[2,1,1]; BFLOAT16[2,1,1]");
    check_shapes_fail("n (float[2,4] x, float[4] s) => (y)"
                      " { y = LayerNormalization <axis = 2> (x, s) }",
                      "axis 2");
}

Test(normalization, root_mean_squares_take_the_type_of_the_scale)
{
    check_shapes("n (float16[2,N] x, float[N] s) => (y) { y = RMSNormalization(x, s) }",
                 "FLOAT[2,N]");
}

Test(normalization, attributes_have_to_fit)
{
    check_shapes_fail("n (float[2,4,3] x, float[4] s) => (y)"
                      " { y = GroupNormalization <num_groups = 3> (x, s, s) }",
                      "4 channels do not divide into 3 groups");
    check_shapes_fail("n (float[2,4] x) => (y) { y = LpNormalization <p = 3> (x) }",
                      "attribute p is 3");
    check_shapes_fail("n (float[2,4] x) => (y) { y = MeanVarianceNormalization(x) }", "axis 2");
    check_shapes_fail("n (float[2,4] x) => (y) { y = LRN <size = 0> (x) }", "attribute size is 0");
}
