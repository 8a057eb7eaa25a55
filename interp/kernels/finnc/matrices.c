/* Matrices and Filters: the same elements under the shapes that a matrix product wants. */
#include "../../kernel.h"

#include <inttypes.h>
#include <string.h>

/* A shape with one more axis of one element, before axis `at`. */
static finnc_status insert_axis(fnc_call *call, size_t i, int at)
{
    const fnc_array *x = &call->in[i];
    int64_t dims[FINNC_MAX_RANK];
    if (x->rank >= FINNC_MAX_RANK || at < 0 || at > x->rank)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "input %zu has rank %d", i, x->rank);
    for (int k = 0; k <= x->rank; k++)
        dims[k] = k == at ? 1 : x->dims[k - (k > at)];
    return fnc_out_reshape(call, i, i, x->rank + 1, dims);
}

static finnc_status matrices(fnc_call *call)
{
    enum { A, B, Y };
    FINNC_TRY(fnc_need_inputs(call, 3));
    const fnc_array *a = &call->in[A], *b = &call->in[B], *y = &call->in[Y];
    bool is_row = a->rank == 1, is_column = b->rank == 1;
    if (is_row)
        FINNC_TRY(insert_axis(call, A, 0));
    else
        FINNC_TRY(fnc_out_share(call, A, fnc_in_tensor(call, A)));
    if (is_column)
        FINNC_TRY(insert_axis(call, B, 1));
    else
        FINNC_TRY(fnc_out_share(call, B, fnc_in_tensor(call, B)));
    if (is_row && is_column)
        return fnc_out_reshape(call, Y, Y, 2, (const int64_t[]){1, 1});
    if (is_row)
        return insert_axis(call, Y, y->rank - 1);
    if (is_column)
        return insert_axis(call, Y, y->rank);
    return fnc_out_share(call, Y, fnc_in_tensor(call, Y));
}

/* The product of the axes from `first` on. */
static int64_t rest_of(const fnc_array *x, int first)
{
    int64_t n = 1;
    for (int i = first; i < x->rank && n > 0; i++)
        if (!fnc_mul_i64(n, x->dims[i], &n))
            return 0; /* there is an empty axis in front */
    return n;
}

static finnc_status filters(fnc_call *call)
{
    enum { W, Y };
    FINNC_TRY(fnc_need_inputs(call, 2));
    const fnc_array *w = &call->in[W], *y = &call->in[Y];
    int64_t group = finnc_node_attr_int(call->node, "group");
    if (w->rank < 2 || y->rank < 2 || group < 1 || w->dims[0] % group || y->dims[1] != w->dims[0])
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "filters of rank %d and results of rank %d in %" PRId64 " groups",
                          w->rank, y->rank, group);
    int64_t each = w->dims[0] / group;
    FINNC_TRY(fnc_out_reshape(call, W, W, 3, (const int64_t[]){group, each, rest_of(w, 1)}));
    return fnc_out_reshape(call, Y, Y, 4,
                           (const int64_t[]){y->dims[0], group, each, rest_of(y, 2)});
}

const fnc_kernel fnc_kernel_finnc_matrices = {.run = matrices, .takes = FNC_TAKES_ALL};
const fnc_kernel fnc_kernel_finnc_filters = {.run = filters, .takes = FNC_TAKES_ALL};
