#include "support/check_pass.h"

#include <criterion/criterion.h>

static const char *const chain = "g (float[2] x) => (float[2] y) { a = Relu(x) y = Neg(a) }";

Test(insert_identity_on_all_top_level_io, keeps_the_ends_names)
{
    check_pass("InsertIdentityOnAllTopLevelIO", chain,
               "g (float[2] x) => (float[2] y) {"
               "    b = Identity(x) a = Relu(b) c = Neg(a) y = Identity(c) }");
}
