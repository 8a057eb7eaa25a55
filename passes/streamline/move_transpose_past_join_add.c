/* MoveIdenticalOpPastJoinOp, which says why it is right and ends, for Transpose and Add. */
#include <pass.h>

const finnc_pass fnc_pass_move_transpose_past_join_add = {
    .name = "MoveTransposePastJoinAdd",
    .summary = "two equal Transposes before an Add become one behind it",
    .upstream = "finn.transformation.streamline.reorder",
    .flags = FINNC_PASS_STABLE,
    .steps = "MoveIdenticalOpPastJoinOp{identical_op_list=[\"Transpose\"], "
             "join_node_list=[\"Add\"]}",
};
