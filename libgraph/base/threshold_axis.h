/* Which axis the channels of a MultiThreshold are, as qonnx has it: its data_layout is looked at
 * for no more than the last letter. "NC" puts the channels of a picture last, and "NCHW", which is
 * the default, second whatever the rank. It reads nodes by the public interface, compiled where it
 * is included: base itself knows no graph. */
#ifndef FNC_BASE_THRESHOLD_AXIS_H
#define FNC_BASE_THRESHOLD_AXIS_H

#include <finnc/graph.h>

#include <string.h>

static inline bool fnc_thresholds_are_last(const finnc_node *node)
{
    const char *layout = finnc_node_string(node, "data_layout", "NCHW");
    const size_t length = strlen(layout);
    return length > 0 && layout[length - 1] == 'C';
}

/* Of data of `rank` axes, which are two or more. */
static inline int fnc_threshold_axis(const finnc_node *node, int rank)
{
    return fnc_thresholds_are_last(node) ? rank - 1 : 1;
}

#endif
