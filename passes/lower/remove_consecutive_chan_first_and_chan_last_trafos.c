/* A Transpose to channels first and one back behind it are nothing at all. Takes nodes away, so it
 * ends. */
#include "pass.h"

#include "../support/channels.h"

static finnc_verdict there_and_back(finnc_match *m)
{
    int rank, rank2;
    const finnc_node *first = finnc_match_node(m, "p"), *second = finnc_match_root(m);
    if (!fnc_brings_channels(first, FNC_CHANNELS_FIRST) ||
        !fnc_brings_channels(second, FNC_CHANNELS_LAST))
        return FINNC_SKIP;
    fnc_transpose_perm(first, &rank);
    fnc_transpose_perm(second, &rank2);
    if (rank != rank2)
        return finnc_skip(m, "the two do not have the same number of axes");
    const finnc_value *y = finnc_match_value(m, "y");
    if (finnc_value_is_output(y))
        return finnc_skip(m, "it makes the graph output %s", finnc_value_name(y));
    return FINNC_APPLY;
}

const finnc_pass fnc_pass_remove_consecutive_chan_first_and_chan_last_trafos = {
    .name = "RemoveConsecutiveChanFirstAndChanLastTrafos",
    .summary = "a Transpose to channels first goes, and with it the one that turns back",
    .upstream = "qonnx.transformation.channels_last",
    .notes = "All readers of the second get what the first one read; upstream forgets all but one.",
    .flags = FINNC_PASS_STABLE,
    .rules = {{
        .have = "y@Transpose(p:Transpose(x))",
        .want = "x",
        .when = there_and_back,
    }},
};
