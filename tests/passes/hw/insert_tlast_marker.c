#include "layers.h"

#include "support/check_pass.h"

#include <criterion/criterion.h>

#define MARK(where, more)                                                                          \
    HLS "TLastMarker_hls<backend=\"fpgadataflow\", NumIters=2, StreamWidth=4, ElemWidth=2,"        \
        " Direction=\"" where "\"" more ">"
#define COPY4 COPY(4, 2, "INT2", "")
#define ONE                                                                                        \
    "g (float[1,4] x {INT2}) => (float[1,4] z {INT2}) <float[4] p = {1,1,1,1}> {"                  \
    "    z = " COPY4 "(x, p) }"

Test(insert_tlast_marker, behind_the_last_layer)
{
    check_pass("InsertTLastMarker", ONE,
               "g (float[1,4] x {INT2}) => (float[1,4] z {INT2}) <float[4] p = {1,1,1,1},"
               "    float[1,4] a {INT2}> { a = " COPY4 "(x, p)"
               "    z = " MARK("out", ", DynIters=1, Protocol=\"external\"") "(a) }");
    check_unchanged("InsertTLastMarker", "g (float[1,4] x {INT2}) => (float[1,4] z {INT2}) {"
                                         "    z = " MARK("out", "") "(x) }");
}

Test(insert_tlast_marker, before_the_first_as_well)
{
    check_pass(
        "InsertTLastMarker{both=true, external=false, dynamic=false}", ONE,
        "g (float[1,4] x {INT2}) => (float[1,4] z {INT2}) <float[4] p = {1,1,1,1},"
        "    float[1,4] a {INT2}, float[1,4] b {INT2}> {"
        "    b = " MARK(
            "in",
            ", DynIters=0, Protocol=\"internal\"") "(x)"
                                                   "    a = " COPY4 "(b, p)"
                                                   "    z = " MARK(
                                                       "out",
                                                       ", DynIters=0, Protocol=\"internal\"") "(a) }");
}

Test(insert_tlast_marker, needs_a_layer)
{
    check_refused("InsertTLastMarker", "g (float[1,4] x) => (float[1,4] z) { [n] z = Neg(x) }",
                  "n (Neg): is no hardware layer");
}
