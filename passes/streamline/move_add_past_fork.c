/* MoveOpPastFork, which says why it is right and ends, for Add. */
#include <pass.h>

const finnc_pass fnc_pass_move_add_past_fork = {
    .name = "MoveAddPastFork",
    .summary = "gives each user of a value its own Add to make it",
    .upstream = "finn.transformation.streamline.reorder",
    .flags = FINNC_PASS_STABLE,
    .steps = "MoveOpPastFork{op_name_list=[\"Add\"]}",
};
