#include <support/infer_text.h>

#include <criterion/criterion.h>

#define GENERAL "qonnx.custom_op.general."

/* Shifts are made for an input as wide as ibits says. */
Test(general, averages_of_larger_integers_have_no_type)
{
#define AVG_POOL(t, more)                                                                          \
    "n (float[1,2,2,2] x {" t "}) => (y) { [p] y = " GENERAL                                       \
    "QuantAvgPool2d <kernel = 2, stride = 2, obits = 4, " more "> (x) }"
    check_dtypes(AVG_POOL("UINT4", "ibits = 4, signed = 0"), "UINT4");
    check_dtypes(AVG_POOL("BIPOLAR", "ibits = 4, signed = 1"), "INT4");
    check_dtypes(AVG_POOL("FLOAT32", "ibits = 4, signed = 1"), "INT4");
    check_dtypes("n (float[1,2,2,2] x {UINT4}) => (y) { y = " GENERAL
                 "QuantAvgPool2d <kernel = 2, stride = 2, ibits = 4, obits = 1, signed = 0> (x) }",
                 "BINARY");
    check_dtypes(AVG_POOL("UINT8", "ibits = 4, signed = 0"), "FLOAT32");
    check_dtypes(AVG_POOL("INT4", "ibits = 4, signed = 0"), "FLOAT32");
    check_node_passes(AVG_POOL("UINT3", "ibits = 4, signed = 0"));
    check_node_fails(AVG_POOL("UINT8", "ibits = 4, signed = 0"),
                     "p (QuantAvgPool2d): the input is UINT8, attributes ibits and signed say "
                     "UINT4");
}
