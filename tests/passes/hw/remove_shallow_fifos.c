#include "layers.h"

#include "support/check_pass.h"

#include <criterion/criterion.h>

#define ONES     "<float[4] p = {1,1,1,1}, float[4] q = {1,1,1,1}"
#define COPY4    COPY(4, 2, "INT2", "")
#define FIFO4(n) HW FIFO(n, "[1,2,2]", "[1,4]", "INT2", "rtl")

Test(remove_shallow_fifos, between_layers_and_at_the_output)
{
    check_pass("RemoveShallowFIFOs{shallow_threshold=2}",
               "g (float[1,4] x {INT2}) => (float[1,4] z {INT2})" ONES
               ", float[1,4] a {INT2}, float[1,4] b {INT2}, float[1,4] c {INT2}> {"
               "    a = " COPY4 "(x, p) b = " FIFO4(2) "(a) c = " COPY4 "(b, q)"
                                                       "    z = " FIFO4(1) "(c) }",
               "g (float[1,4] x {INT2}) => (float[1,4] z {INT2})" ONES ", float[1,4] a {INT2}> {"
               "    a = " COPY4 "(x, p) z = " COPY4 "(a, q) }");
}

Test(remove_shallow_fifos, the_first_and_the_deep_ones_stay)
{
    check_unchanged("RemoveShallowFIFOs{shallow_threshold=2}",
                    "g (float[1,4] x {INT2}) => (float[1,4] z {INT2})" ONES
                    ", float[1,4] a {INT2}, float[1,4] b {INT2}, float[1,4] c {INT2}> {"
                    "    a = " FIFO4(1) "(x) b = " COPY4 "(a, p) c = " FIFO4(3) "(b)"
                                                                                "    z = " COPY4
                                                                                "(c, q) }");
    check_remark("RemoveShallowFIFOs",
                 "g (float[1,4] x {INT2}) => (float[1,4] z {INT2}) { [f] z = " FIFO4(0) "(x) }",
                 "f (StreamingFIFO): it is the first node");
}

Test(remove_shallow_fifos, whoever_else_reads_what_goes_in_is_served)
{
    check_pass("RemoveShallowFIFOs",
               "g (float[1,4] x {INT2}) => (float[1,4] z {INT2}, float[1,4] n)" ONES
               ", float[1,4] a {INT2}> { a = " COPY4 "(x, p) z = " FIFO4(0) "(a) n = Neg(a) }",
               "g (float[1,4] x {INT2}) => (float[1,4] z {INT2}, float[1,4] n)"
               "<float[4] p = {1,1,1,1}> { z = " COPY4 "(x, p) n = Neg(z) }");
}

/* Whoever reads its floats would read integers. */
Test(remove_shallow_fifos, what_makes_floats_of_something_else_stays)
{
    check_remark("RemoveShallowFIFOs",
                 "g (float[1,4] x) => (float[1,4] y) <int64[1,4] a, float[1,4] b {INT2}> {"
                 "    a = Cast<to=7>(x) [f] b = " FIFO4(0) "(a) y = Neg(b) }",
                 "f (StreamingFIFO): a has elements of INT64, b of FLOAT");
    check_remark("RemoveShallowFIFOs",
                 "g (float[1,4] x) => (float[1,4] y) {"
                 "    a = Cast<to=7>(x) [f] b = " FIFO4(0) "(a) y = Neg(b) }",
                 "f (StreamingFIFO): a has elements of a type that InferShapes finds, b of FLOAT");
    check_pass("RemoveShallowFIFOs",
               "g (float[1,4] x {INT2}) => (float[1,4] z {INT2}) <float[4] p = {1,1,1,1}> {"
               "    a = " COPY4 "(x, p) b = " FIFO4(0) "(a) z = Neg(b) }",
               "g (float[1,4] x {INT2}) => (float[1,4] z {INT2}) <float[4] p = {1,1,1,1}> {"
               "    a = " COPY4 "(x, p) z = Neg(a) }");
    /* A LabelSelect gives integers where the model says so. */
#define SELECT                                                                                     \
    HLS "LabelSelect_hls<backend=\"fpgadataflow\", Labels=4, K=1, PE=1, inputDataType=\"INT4\","   \
        " outputDataType=\"UINT8\", numInputVectors=[1]>"
    check_pass("RemoveShallowFIFOs",
               "g (float[1,4] x {INT4}) => (int64[1,1] z {UINT8}) <float[1,1] a {UINT8}> {"
               "    a = " SELECT "(x) z = " HW FIFO(0, "[1,1,1]", "[1,1]", "UINT8", "rtl") "(a) }",
               "g (float[1,4] x {INT4}) => (int64[1,1] z {UINT8}) { z = " SELECT "(x) }");
}
