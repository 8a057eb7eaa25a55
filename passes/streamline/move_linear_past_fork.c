/* MoveOpPastFork, which says why it is right and ends, for Add or Mul. */
#include <pass.h>

const finnc_pass fnc_pass_move_linear_past_fork = {
    .name = "MoveLinearPastFork",
    .summary = "gives each user of a value its own Add or Mul to make it",
    .upstream = "finn.transformation.streamline.reorder",
    .flags = FINNC_PASS_STABLE,
    .steps = "MoveOpPastFork{op_name_list=[\"Add\",\"Mul\"]}",
};
