#include "support/check_pass.h"

#include <criterion/criterion.h>

/* Folding makes the Mul one by 1, the tidying takes it away, and only then the two Adds meet. */
#define NET                                                                                        \
    "g (float[2] x) => (float[2] y) <float[1] a = {2}, float[1] b = {2}, float[1] c = {3}> {"      \
    "    s = Div(a, b) p = Add(x, c) m = Mul(p, s) y = Add(m, c) }"

Test(composed_transformation, goes_on_until_nothing_changes)
{
    check_pass("ComposedTransformation{transformations=[\"CollapseRepeatedAdd\", "
               "\"FoldConstants{exclude_op_types=[]}\"]}",
               NET,
               "g (float[2] x) => (float[2] y {FLOAT32}) <float[1] c = {6}> { y = Add(x, c) }");
}

Test(composed_transformation, refuses_what_is_no_list_of_passes)
{
    check_refused("ComposedTransformation{transformations=\"FoldConstants\"}", NET,
                  "transformations is no list of passes");
    check_refused("ComposedTransformation{transformations=[1]}", NET,
                  "transformations is no list of passes");
    check_refused("ComposedTransformation{transformations=[\"FoldConstant\"]}", NET,
                  "unknown pass FoldConstant");
    /* Two that undo each other. */
    check_refused("ComposedTransformation{transformations=[\"GiveUniqueTensorNames\"]}", NET,
                  "still changes the graph after");
}
