/* The kernels, bound to the list of ops: a row that RUNS without a kernel does not link. */
#include "kernel.h"

#include <finnc/op.h>

#define OP(row, state) extern const finnc_op fnc_op_##row;
#include <ops/ops.def>
#undef OP

typedef struct row {
    const finnc_op *op;
    const fnc_kernel *kernel;
} row;

#define BIND_RUNS(row) {&fnc_op_##row, &fnc_kernel_##row},
#define BIND_NO_KERNEL(row)
static const row rows[] = {
#define OP(row, state) BIND_##state(row)
#include <ops/ops.def>
#undef OP
};

const fnc_kernel *fnc_kernel_find(const finnc_node *node)
{
    const finnc_op *op = finnc_node_find_op(node);
    for (size_t i = 0; op && i < sizeof rows / sizeof *rows; i++)
        if (rows[i].op == op)
            return rows[i].kernel;
    return finnc_node_own_kernel(node);
}

bool finnc_node_can_run(const finnc_node *node)
{
    return finnc_op_can_run(finnc_node_find_op(node)) || finnc_node_own_kernel(node);
}
