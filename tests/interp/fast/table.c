/* Nodes that make what is no number, of sums that are too many to be tried all. */
#include "engines.h"

#include <math.h>

TestSuite(table, .init = setup, .fini = teardown);

#define HEAD "<ir_version: 8, opset_import: [\"\": 14, \"qonnx.custom_op.general\": 1]>"
#define MT   "qonnx.custom_op.general.MultiThreshold"

enum { TERMS = 200 };

/* Sums of 200 elements, all of them `x`, in two channels. */
static void check_sums(const char *constants, const char *nodes, size_t nfast, float x)
{
    char text[4000];
    float elements[TERMS];
    int n = snprintf(text, sizeof text,
                     HEAD "n (float[1,%d] x {INT8}) => (float[1,2] y) <float[2,2] i = {1, 0, 0, 1},"
                          "%s, float[%d,2] w = {1",
                     TERMS, constants, TERMS);
    for (int k = 1; k < 2 * TERMS; k++)
        n += snprintf(text + n, sizeof text - (size_t)n, ",1");
    snprintf(text + n, sizeof text - (size_t)n, "}> { c = MatMul(x, w) %s }", nodes);
    for (int k = 0; k < TERMS; k++)
        elements[k] = x;
    check_elements(text, nfast, 2, (const int64_t[]){1, TERMS}, elements);
}

/* 1e35 times some hundreds is a number, and times some ten thousands infinite. */
Test(table, infinities_that_become_no_number)
{
    check_sums("float[2] a = {1e35, 1}, float[2] z = {0, 1}, float[2,1] t = {-1, 10}",
               "d = Mul(c, a) e = Mul(d, z) f = " MT "(e, t) y = MatMul(f, i)", 4, 1);
    check_sums("float[2] a = {1e35, 1}, float[2,1] t = {-1, 10}",
               "d = Mul(c, a) f = " MT "(d, t) y = MatMul(f, i)", 4, 1);
}

/* Of a sum of 0 alone, between others of which one result comes: another program begins behind it.
 * Of a float, likewise. */
Test(table, a_zero_that_becomes_no_number)
{
    check_sums("float[2] a = {inf, 1}, float[2,1] t = {-inf, 10}",
               "d = Mul(c, a) f = " MT "(d, t) y = MatMul(f, i)", 3, 0);
    check_sums("float[2] a = {0, 1}, float[2,1] t = {-inf, 10}",
               "d = Div(c, a) f = " MT "(d, t) y = MatMul(f, i)", 3, 0);
    check_elements(HEAD "n (float[1,2] x) => (float[1,2] y) <float[2,2] i = {1, 0, 0, 1},"
                        "float[2] a = {0, 1}, float[2,1] t = {-inf, 10}> {"
                        "d = Div(x, a) f = " MT "(d, t) y = MatMul(f, i) }",
                   0, 2, (const int64_t[]){1, 2}, (const float[]){0, 20});
}
