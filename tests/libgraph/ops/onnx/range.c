#include <support/infer_text.h>

#include <criterion/criterion.h>

Test(range, constants_tell_the_length)
{
    check_shapes("n () => (y) <int32 a = {1}, int32 b = {7}, int32 d = {2}> { y = Range(a, b, d) }",
                 "INT32[3]");
    check_shapes("n () => (y) <float a = {1}, float b = {0}, float d = {-0.25}> {"
                 " y = Range(a, b, d) }",
                 "FLOAT[4]");
    check_shapes("n (int64 b) => (y) <int64 a = {1}, int64 d = {2}> { y = Range(a, b, d) }",
                 "INT64[?]");
    check_shapes_fail("n () => (y) <int32 a = {1}, int32 d = {0}> { y = Range(a, a, d) }",
                      "no range from 1 to 1 by 0");
}
