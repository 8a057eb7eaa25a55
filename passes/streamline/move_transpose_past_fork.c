/* MoveOpPastFork, which says why it is right and ends, for Transpose. */
#include <pass.h>

const finnc_pass fnc_pass_move_transpose_past_fork = {
    .name = "MoveTransposePastFork",
    .summary = "gives each user of a value its own Transpose to make it",
    .upstream = "finn.transformation.streamline.reorder",
    .flags = FINNC_PASS_STABLE,
    .steps = "MoveOpPastFork{op_name_list=[\"Transpose\"]}",
};
