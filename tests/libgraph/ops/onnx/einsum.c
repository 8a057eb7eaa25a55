#include <support/infer_text.h>

#include <criterion/criterion.h>

#define EINSUM(equation, inputs, names)                                                            \
    "n (" inputs ") => (y) { y = Einsum <equation = \"" equation "\"> (" names ") }"

Test(einsum, axes_keep_their_symbols)
{
    check_shapes(EINSUM("bij,bjk->bik", "float[B,2,K] a, float[B,K,3] b", "a, b"), "FLOAT[B,2,3]");
    check_shapes(EINSUM("...ij,...jk", "float[N,2,3] a, float[1,3,4] b", "a, b"), "FLOAT[N,2,4]");
    check_shapes(EINSUM("i,i->i", "float[N] a, float[M] b", "a, b"), "FLOAT[?]");
    check_shapes(EINSUM("i,i->i", "float[N] a, float[5] b", "a, b"), "FLOAT[5]");
    check_shapes(EINSUM("ii", "double[N,N] a", "a"), "DOUBLE[]");
}

/* An operand that is not known may stretch what is of one element in the others. */
Test(einsum, what_is_not_known_is_not_guessed)
{
    check_shapes(EINSUM("ij,jk", "float[2,3] a, float[] b", "a, b"), "FLOAT[2,?]");
    check_shapes(EINSUM("ij,ij->ij", "float[2,1] a, float[] b", "a, b"), "FLOAT[2,?]");
    check_shapes(EINSUM("i...,i->i", "float[] a, float[1] b", "a, b"), "FLOAT[?]");
    check_shapes(EINSUM("...i->i...", "float[] a", "a"), "FLOAT");
}

Test(einsum, contradictions_have_words)
{
    check_shapes_fail(EINSUM("ij,jk", "float[2,3] a, float[4,5] b", "a, b"),
                      "axis j is of 3 and of 4 elements");
    check_shapes_fail(EINSUM("ij", "float[2,3,4] a", "a"), "its operand is of rank 3");
}
