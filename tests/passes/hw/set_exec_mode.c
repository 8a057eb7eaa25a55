#include "support/check_pass.h"

#include <criterion/criterion.h>

#define LAYER(variant, attrs)                                                                      \
    "finn.custom_op.fpgadataflow" variant " <backend = \"fpgadataflow\", NumChannels = 2, PE = 1," \
    "    NumOutputStreams = 1, inputDataType = \"INT4\", numInputVectors = [1]" attrs ">"
#define GRAPH(text)                                                                                \
    "g (float[1,2] x {INT4}) => (float[1,2] y {INT4}) <float[1,2] a {INT4}> {" text "}"

/* Abstract layers stay, and what only has the domain. */
Test(set_exec_mode, tells_layers_that_are_bound)
{
    check_pass("SetExecMode{mode=\"cppsim\"}",
               GRAPH("a = " LAYER(".DuplicateStreams", "") "(x) y = " LAYER(
                   ".hls.DuplicateStreams_hls", ", exec_mode = \"rtlsim\"") "(a)"),
               GRAPH("a = " LAYER(".DuplicateStreams", "") "(x) y = " LAYER(
                   ".hls.DuplicateStreams_hls", ", exec_mode = \"cppsim\"") "(a)"));
    check_pass_unrun("SetExecMode{mode=\"rtlsim\"}",
                     GRAPH("a = finn.custom_op.fpgadataflow.hls.Other_hls <backend ="
                           "\"fpgadataflow\"> (x) y = " LAYER(".rtl.FMPadding_rtl", "") "(a)"),
                     GRAPH("a = finn.custom_op.fpgadataflow.hls.Other_hls <backend ="
                           "\"fpgadataflow\"> (x) y = " LAYER(".rtl.FMPadding_rtl",
                                                              ", exec_mode = \"rtlsim\"") "(a)"));
}

Test(set_exec_mode, there_are_two_modes)
{
    check_refused("SetExecMode{mode=\"python\"}", GRAPH("a = Relu(x) y = Relu(a)"),
                  "mode is \"python\", should be cppsim or rtlsim");
}
