#include <support/check_pass.h>

#include <criterion/criterion.h>

#define PARAMETERS                                                                                 \
    "<float[2] s = {2, -1}, float[2] b = {1, 0}, float[2] m = {0.5, 3}, float[2] v = {4, 0.25}>"

Test(batch_norm_to_affine, becomes_mul_and_add_per_channel)
{
    check_pass("BatchNormToAffine",
               "n (float[1,2,3,3] x) => (float[1,2,3,3] y)" PARAMETERS
               " { y = BatchNormalization <epsilon = 0.0> (x, s, b, m, v) }",
               "n (float[1,2,3,3] x) => (float[1,2,3,3] y)"
               " <float[1,2,1,1] a = {1, -2}, float[1,2,1,1] c = {0.5, 6}>"
               " { t = Mul(x, a) y = Add(t, c) }");
}

Test(batch_norm_to_affine, works_on_vectors_and_volumes)
{
    check_pass("BatchNormToAffine",
               "n (float[4,2] x) => (float[4,2] y)" PARAMETERS
               " { y = BatchNormalization <epsilon = 0.0> (x, s, b, m, v) }",
               "n (float[4,2] x) => (float[4,2] y)"
               " <float[1,2] a = {1, -2}, float[1,2] c = {0.5, 6}>"
               " { t = Mul(x, a) y = Add(t, c) }");
    check_pass("BatchNormToAffine",
               "n (float[1,2,2,2,2] x) => (float[1,2,2,2,2] y)" PARAMETERS
               " { y = BatchNormalization <epsilon = 0.0> (x, s, b, m, v) }",
               "n (float[1,2,2,2,2] x) => (float[1,2,2,2,2] y)"
               " <float[1,2,1,1,1] a = {1, -2}, float[1,2,1,1,1] c = {0.5, 6}>"
               " { t = Mul(x, a) y = Add(t, c) }");
}

Test(batch_norm_to_affine, uses_the_default_epsilon)
{
    check_pass("BatchNormToAffine",
               "n (float[1,1] x) => (float[1,1] y) <float[1] s = {1}, float[1] b = {0},"
               " float[1] m = {0}, float[1] v = {0.00249}>"
               " { y = BatchNormalization(x, s, b, m, v) }",
               "n (float[1,1] x) => (float[1,1] y)"
               " <float[1,1] a = {20}, float[1,1] c = {0}>"
               " { t = Mul(x, a) y = Add(t, c) }");
}

Test(batch_norm_to_affine, takes_the_axes_put_in_for_it_along)
{
    check_pass("InferShapes, BatchNormToAffine",
               "n (float[4,2] x) => (float[4,2] y)"
               " <float[2] s = {2, -1}, float[2] b = {1, 0}, float[2] m = {0.5, 3},"
               "  float[2] v = {4, 0.25}, int64[1] axes = {2}>"
               " { u = Unsqueeze(x, axes) q = BatchNormalization <epsilon = 0.0> (u, s, b, m, v)"
               "   y = Squeeze(q, axes) }",
               "n (float[4,2] x) => (float[4,2] y)"
               " <float[1,2] a = {1, -2}, float[1,2] c = {0.5, 6}>"
               " { t = Mul(x, a) y = Add(t, c) }");
}

Test(batch_norm_to_affine, axes_where_another_version_has_them_are_none)
{
    check_pass_unrun("BatchNormToAffine",
                     "<opset_import: [\"\": 13]> g (float[4,2] x) => (float[4,2] y)"
                     " <float[2] s = {2, -1}, float[2] b = {1, 0}, float[2] m = {0.5, 3},"
                     "  float[2] v = {4, 0.25}, float[4,2,1] u>"
                     " { u = Unsqueeze <axes = [2]> (x)"
                     "   q = BatchNormalization <epsilon = 0.0> (u, s, b, m, v)"
                     "   y = Squeeze <axes = [2]> (q) }",
                     "<opset_import: [\"\": 13]> g (float[4,2] x) => (float[4,2] y)"
                     " <float[1,2,1] a = {1, -2}, float[1,2,1] c = {0.5, 6}>"
                     " { u = Unsqueeze <axes = [2]> (x) t = Mul(u, a) q = Add(t, c)"
                     "   y = Squeeze <axes = [2]> (q) }");
}

Test(batch_norm_to_affine, says_why_not)
{
    check_remark("BatchNormToAffine",
                 "n (float[1,2,3] x, float[2] s) => (float[1,2,3] y)"
                 " <float[2] b = {1, 0}, float[2] m = {0.5, 3}, float[2] v = {4, 0.25}>"
                 " { y = BatchNormalization(x, s, b, m, v) }",
                 "not a constant");
    check_remark("BatchNormToAffine",
                 "n (float[1,2,3] x) => (float[1,2,3] y, float[2] mean, float[2] var)" PARAMETERS
                 " { y, mean, var = BatchNormalization <training_mode = 1> (x, s, b, m, v) }",
                 "it trains: the statistics are those of the batch");
}

/* Without a word at first, then by outputs, whether somebody uses them or not. */
Test(batch_norm_to_affine, what_trains_in_an_old_version_stays)
{
#define OLD(version, node)                                                                         \
    "<ir_version: 3, opset_import: [\"\" : " version "]> g (float[2,1] x) => (float[2,1] y)"       \
    " <float[1] s = {1}, float[1] b = {0}, float[1] m = {0}, float[1] v = {1}> { " node " }"
    static const char *const trains = "it trains: the statistics are those of the batch";
    check_remark("BatchNormToAffine", OLD("6", "y = BatchNormalization(x, s, b, m, v)"), trains);
    check_remark("BatchNormToAffine", OLD("9", "y, p, q, r, t = BatchNormalization(x, s, b, m, v)"),
                 trains);
    check_remark("BatchNormToAffine", OLD("7", "y, \"\", q = BatchNormalization(x, s, b, m, v)"),
                 trains);
    check_no_remark("BatchNormToAffine", OLD("9", "y = BatchNormalization(x, s, b, m, v)"));
#undef OLD
}

Test(batch_norm_to_affine, parameters_of_another_type_stay)
{
    check_remark("BatchNormToAffine",
                 "g (float16[1,2] x) => (float16[1,2] y) <float[2] s = {1,2}, "
                 "float[2] b = {0,3}, float[2] m = {0,0}, float[2] v = {1,1}> "
                 "{ y = BatchNormalization(x, s, b, m, v) }",
                 "the input is FLOAT16, the scale is FLOAT: arithmetic wants one type");
}
