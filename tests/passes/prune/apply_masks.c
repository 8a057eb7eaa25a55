#include "support/check_pass.h"

#include <criterion/criterion.h>

#define NET "g (float[1,4] x) => (float[1,4] y) <float[1,4] a> { a = Relu(x) y = Neg(a) }"

Test(apply_masks, annotates)
{
    check_pass("ApplyMasks{prune_spec={\"x\":{\"1\":[3,0,3]},\"a\":{\"-1\":[],\"0\":[0]}}}", NET,
               "g (float[1,4] x {tensor_sparsity: \"{1: {0, 3}}\"}) => (float[1,4] y)"
               "<float[1,4] a {tensor_sparsity: \"{0: {0}, 1: set()}\"}>"
               "{ a = Relu(x) y = Neg(a) }");
}

Test(apply_masks, reads_what_upstream_s_tool_reads)
{
    check_pass("ApplyMasks{prune_spec=\"{'x' : {1:{3,\\n 1},}, 'a': {1: set(), 0: (0,)} }\"}", NET,
               "g (float[1,4] x {tensor_sparsity: \"{1: {1, 3}}\"}) => (float[1,4] y)"
               "<float[1,4] a {tensor_sparsity: \"{0: {0}, 1: set()}\"}>"
               "{ a = Relu(x) y = Neg(a) }");
}

Test(apply_masks, refuses_what_is_no_mask)
{
    check_refused("ApplyMasks{prune_spec={\"z\":{\"1\":[0]}}}", NET, "no tensor of that name");
    check_refused("ApplyMasks{prune_spec={\"x\":{\"-3\":[0]}}}", NET, "axis -3");
    check_refused("ApplyMasks{prune_spec={\"x\":{\"1\":[-1]}}}", NET, "channel -1");
    check_refused("ApplyMasks{prune_spec=[1]}", NET, "{tensor: {axis: channels}} expected");
    check_refused("ApplyMasks{prune_spec={\"x\":3}}", NET, "{axis: channels} expected");
    check_refused("ApplyMasks{prune_spec={\"x\":{\"one\":[0]}}}", NET, "a whole number expected");
    check_refused("ApplyMasks{prune_spec={\"x\":{\"1\":[0.5]}}}", NET, "expected at character 13");
    check_refused("ApplyMasks{prune_spec=\"{'x': {1: {99999999999999999999}}}\"}", NET, "expected");
    check_refused("ApplyMasks{prune_spec=\"{'x': {1: {0}}} + 1\"}", NET, "nothing more expected");
    check_refused("ApplyMasks{prune_spec=\"{'x: {1: {0}}}\"}", NET, "the end of the name");
}
