#include "support/check_pass.h"

#include <criterion/criterion.h>

Test(move_pad_attribute_to_tensor, makes_inputs_of_attributes)
{
    check_pass(
        "MovePadAttributeToTensor",
        "<opset_import: [\"\": 11]> g (float[1,2] x) => (float[1,4] y) {"
        "    y = Pad <mode = \"constant\", pads = [0, 1, 0, 1], value = 2.0> (x) }",
        "<opset_import: [\"\": 11]> g (float[1,2] x) => (float[1,4] y)"
        "    <int64[4] p = {0, 1, 0, 1}, float v = {2}> { y = Pad <mode = \"constant\"> (x, p, v) }");
}

Test(move_pad_attribute_to_tensor, says_when_there_are_two_of_them)
{
    check_remark(
        "MovePadAttributeToTensor",
        "<opset_import: [\"\": 11]> g (float[1,2] x) => (float[1,4] y) <int64[4] p = {0, 1, 0, 1}> {"
        "    y = Pad <pads = [0, 1, 0, 1]> (x, p) }",
        "both an attribute and an input");
}

/* Version 2 is as it should be. */
Test(move_pad_attribute_to_tensor, leaves_nodes_of_old_versions)
{
    check_remark("MovePadAttributeToTensor",
                 "<opset_import: [\"\": 10]> g (float[1,2] x) => (float[1,4] y) {"
                 "    y = Pad <pads = [0, 1, 0, 1]> (x) }",
                 "it is of version 2, which has no input for its padding");
}
