/* The table of lowerings: the look-up takes the first row of an op, so a second one would be dead.
 */
#include <criterion/criterion.h>
#include <string.h>

static const char *const rows[] = {
#define LOWERING(row, lower, shape) #row,
#include "interp/fast/lowerings.def"
#undef LOWERING
};

Test(lowerings, no_op_has_two_rows)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (size_t k = 0; k < i; k++)
            cr_expect_str_neq(rows[i], rows[k]);
}
