/* Which axis the channels of a MultiThreshold are, as qonnx has it: its data_layout is looked at
 * for no more than the last letter. "NC" puts the channels of a picture last, and "NCHW", which is
 * the default, second whatever the rank. */
#ifndef FNC_THRESHOLD_AXIS_H
#define FNC_THRESHOLD_AXIS_H

#include <finnc/graph.h>

bool fnc_thresholds_are_last(const finnc_node *node);
/* Of data of `rank` axes, which are two or more. */
int fnc_threshold_axis(const finnc_node *node, int rank);

#endif
