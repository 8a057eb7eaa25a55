#include "layers.h"

#include "support/check_pass.h"

#include <criterion/criterion.h>

#define QUEUE(n, style)                                                                            \
    RTL "StreamingFIFO_rtl<backend=\"fpgadataflow\", depth=" #n                                    \
        ", folded_shape=[1,2,2], normal_shape=[1,4], dataType=\"INT2\", impl_style=\"" style       \
        "\", ram_style=\"auto\", slr=1>"
#define ONE(n) "g (float[1,4] x {INT2}) => (float[1,4] z {INT2}) { [f] z = " QUEUE(n, "rtl") "(x) }"

Test(split_large_fifos, into_powers_of_two)
{
    check_pass("SplitLargeFIFOs", ONE(1200),
               "g (float[1,4] x {INT2}) => (float[1,4] z {INT2}) <float[1,4] a {INT2}> {"
               "    a = " QUEUE(1024, "vivado") "(x) z = " QUEUE(176, "rtl") "(a) }");
    check_pass("SplitLargeFIFOs", ONE(513),
               "g (float[1,4] x {INT2}) => (float[1,4] z {INT2}) <float[1,4] a {INT2}> {"
               "    a = " QUEUE(512, "vivado") "(x) z = " QUEUE(1, "rtl") "(a) }");
}

Test(split_large_fifos, no_longer_than_the_longest)
{
    check_pass("SplitLargeFIFOs{max_qsrl_depth=2, max_vivado_depth=8}", ONE(21),
               "g (float[1,4] x {INT2}) => (float[1,4] z {INT2}) <float[1,4] a {INT2},"
               "    float[1,4] b {INT2}, float[1,4] c {INT2}> {"
               "    a = " QUEUE(8, "vivado") "(x) b = " QUEUE(
                   8, "vivado") "(a)"
                                "    c = " QUEUE(4, "vivado") "(b) z = " QUEUE(1, "rtl") "(c) }");
}

Test(split_large_fifos, what_can_be_built_stays)
{
    check_unchanged("SplitLargeFIFOs", ONE(256));
    check_unchanged("SplitLargeFIFOs", ONE(1024));
}

Test(split_large_fifos, refuses_what_nobody_can_build)
{
    check_refused("SplitLargeFIFOs", ONE(4000000000000000000),
                  "f (StreamingFIFO_rtl): a depth of 4000000000000000000 is more than");
    check_refused("SplitLargeFIFOs{max_vivado_depth=0}", ONE(3), "max_vivado_depth 0");
}
