#include "interp/compare/axes.h"

#include <criterion/criterion.h>
#include <stdio.h>

/* "0 3 1 2", or "" where nothing has to be done. */
static const char *order(int rank, const int64_t *to_dims, const char *to, const int64_t *from_dims,
                         const char *from)
{
    static char text[64];
    int perm[FINNC_MAX_RANK], n = 0;
    text[0] = 0;
    if (fnc_axes_differ(rank, to_dims, to, from_dims, from, perm))
        for (int i = 0; i < rank; i++)
            n += sprintf(text + n, "%s%d", i ? " " : "", perm[i]);
    return text;
}

static const int64_t first[] = {1, 2, 3, 4}, last[] = {1, 3, 4, 2}, cube[] = {1, 3, 3, 3};

Test(axes, shapes_tell_which_way)
{
    cr_assert_str_eq(order(4, last, NULL, first, NULL), "0 2 3 1");
    cr_assert_str_eq(order(4, first, NULL, last, NULL), "0 3 1 2");
    cr_assert_str_eq(order(4, first, NULL, first, NULL), "");
    cr_assert_str_eq(order(4, cube, NULL, cube, NULL), "");
    cr_assert_str_eq(order(3, (int64_t[]){1, 5, 6}, NULL, (int64_t[]){1, 6, 5}, NULL), "0 2 1");
    cr_assert_str_eq(order(2, (int64_t[]){5, 6}, NULL, (int64_t[]){6, 5}, NULL), "",
                     "a matrix has no channels to move");
    cr_assert_str_eq(order(4, (int64_t[]){1, 4, 3, 2}, NULL, first, NULL), "",
                     "another order is another thing");
    cr_assert_str_eq(order(4, (int64_t[]){-1, 3, 4, 2}, NULL, first, NULL), "0 2 3 1");
}

Test(axes, layouts_tell_first)
{
    cr_assert_str_eq(order(4, cube, "NHWC", cube, "NCHW"), "0 2 3 1");
    cr_assert_str_eq(order(4, cube, "NHWC", cube, "NHWC"), "");
    cr_assert_str_eq(order(4, cube, "NHWC", cube, NULL), "");
    cr_assert_str_eq(order(2, (int64_t[]){5, 6}, "CN", (int64_t[]){6, 5}, "NC"), "1 0");
    cr_assert_str_eq(order(4, last, "NCHW", first, "NCHW"), "0 2 3 1", "one of them is wrong");
    cr_assert_str_eq(order(4, last, "NHWC", last, "NCHW"), "", "the shapes contradict");
    cr_assert_str_eq(order(4, cube, "NNNN", cube, "NCHW"), "");
    cr_assert_str_eq(order(4, last, "", first, "NCHW"), "0 2 3 1");
}
