#include "threshold_axis.h"

#include <string.h>

bool fnc_thresholds_are_last(const finnc_node *node)
{
    const char *layout = finnc_node_string(node, "data_layout", "NCHW");
    const size_t length = strlen(layout);
    return length > 0 && layout[length - 1] == 'C';
}

int fnc_threshold_axis(const finnc_node *node, int rank)
{
    return fnc_thresholds_are_last(node) ? rank - 1 : 1;
}
