#include "eval.h"

#include <base/arena.h>

#include <finnc/run.h>

finnc_status fnc_eval_on(finnc_ctx *cx, const finnc_node *node, size_t at, const finnc_tensor *x,
                         finnc_tensor **y)
{
    fnc_arena scratch;
    fnc_arena_init(&scratch, cx);
    const size_t n = finnc_node_ninputs(node);
    const finnc_tensor **inputs = FNC_NEW_ARRAY(&scratch, const finnc_tensor *, n + 1);
    for (size_t i = 0; inputs && i < n; i++) {
        const finnc_value *own = finnc_node_input(node, i);
        inputs[i] = i == at ? x : own ? finnc_value_tensor(own) : NULL;
    }
    const finnc_status status =
        inputs ? finnc_node_eval(cx, node, inputs, n, y, 1) : finnc_no_memory(cx);
    fnc_arena_clear(&scratch);
    return status;
}
