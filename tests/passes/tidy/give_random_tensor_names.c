#include "support/names.h"

#include <criterion/criterion.h>
#include <string.h>

Test(give_random_tensor_names, random_names_are_the_same_in_every_run)
{
    char first[512], second[512];
    static const char *const text = "g (float[2] x) => (float[2] y) { a = Relu(x) y = Neg(a) }";
    names_after("GiveRandomTensorNames", text, first, sizeof first);
    names_after("GiveRandomTensorNames", text, second, sizeof second);
    cr_expect_str_eq(first, second);
    cr_expect(!strstr(first, " x "), "%s", first);
}
