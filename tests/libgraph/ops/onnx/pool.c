#include <support/infer_text.h>

#include <criterion/criterion.h>

Test(pool, there_is_something_to_pool)
{
#define POOL(op, x) "n (float" x " x) => (y) { y = " op "(x) }"
    check_shapes(POOL("GlobalAveragePool", "[2,3,4,N]"), "FLOAT[2,3,1,1]");
    check_shapes_fail(POOL("GlobalAveragePool", "[2,3]"), "a tensor of rank 2");
    check_shapes_fail(POOL("GlobalMaxPool", "[2]"), "a tensor of rank 1");
    check_shapes_fail(POOL("GlobalLpPool", "[2,3]"), "a tensor of rank 2");
}
