/* The table of lowerings: the look-up takes the first row of an op, so a second one would be dead;
 * and what it says of ops is no more than their records do. */
#include "support/every_op.h"
#include "support/suite.h"

#include <interp/fast/lower.h>

#include <string.h>

static const char *const rows[] = {
#define LOWERING(row, lower, shape) #row,
#include "interp/fast/lowerings.def"
#undef LOWERING
};

FNC_SUITE(lowerings);

Test(lowerings, no_op_has_two_rows)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (size_t k = 0; k < i; k++)
            cr_expect_str_neq(rows[i], rows[k]);
}

static size_t nmonotone;

static void check_shape(finnc_ctx *c, finnc_model *model, finnc_node *node, size_t data)
{
    (void)model;
    if (!fnc_lower_is_monotone(node, data))
        return;
    nmonotone++;
    cr_expect(test_is_monotone_by_rule(c, node, data),
              "lowerings.def: %s rises or falls with input %zu, its record does not say so",
              finnc_node_op_type(node), data);
}

Test(lowerings, what_is_monotone_is_so_by_its_record)
{
    test_each_op(cx, "y = Identity(t)", check_shape);
    cr_expect_gt(nmonotone, 16);
}
