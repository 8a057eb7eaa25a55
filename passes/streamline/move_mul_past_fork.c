/* MoveOpPastFork, which says why it is right and ends, for Mul. */
#include <pass.h>

const finnc_pass fnc_pass_move_mul_past_fork = {
    .name = "MoveMulPastFork",
    .summary = "gives each user of a value its own Mul to make it",
    .upstream = "finn.transformation.streamline.reorder",
    .flags = FINNC_PASS_STABLE,
    .steps = "MoveOpPastFork{op_name_list=[\"Mul\"]}",
};
