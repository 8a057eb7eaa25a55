#include "window.h"

static int rank_of(const finnc_node *node, size_t i)
{
    const finnc_value *value = finnc_node_input(node, i);
    return value ? finnc_value_rank(value) : -1;
}

/* Spatial axes: those of the data, or else as many as the kernel has; -1 if nobody says. */
static int count_axes(const finnc_node *node, const fnc_window_attrs *attrs, bool has_weights)
{
    const int data = rank_of(node, 0), weights = has_weights ? rank_of(node, 1) : -1;
    int n = -1;
    if (data >= 0)
        return data - 2;
    if (weights >= 0)
        return weights - 2;
    if (attrs->kernel.x && !fnc_to_int((int64_t)attrs->kernel.count, &n))
        n = -1;
    return n;
}

const char *fnc_node_windows(const finnc_node *node, bool has_weights, fnc_windows *w)
{
    int64_t kernel[FINNC_MAX_RANK];
    const fnc_window_attrs attrs = fnc_window_attrs_of(node);
    const int rank = count_axes(node, &attrs, has_weights);
    if (rank < 1 || rank > FINNC_MAX_RANK)
        return "its input is not known to have spatial axes";
    if (has_weights && rank_of(node, 1) >= 0 && rank_of(node, 1) != rank + 2)
        return "its weights have another number of axes than its input";
    for (int i = 0; i < rank && has_weights; i++)
        kernel[i] =
            rank_of(node, 1) < 0 ? -1 : finnc_value_dim(finnc_node_input(node, 1), i + 2).size;
    const char *wrong = fnc_windows_read(&attrs, rank, has_weights ? kernel : NULL, w);
    for (int i = 0; i < rank && !wrong; i++) {
        const finnc_value *x = finnc_node_input(node, 0);
        const int64_t size = rank_of(node, 0) < 0 ? -1 : finnc_value_dim(x, i + 2).size;
        w->in[i] = w->out[i] = -1;
        if (size >= 0)
            wrong = fnc_windows_place(w, i, size);
        else if (w->padding != FNC_AUTO_NONE)
            wrong = "auto_pad goes by the size of its input, which is not known";
    }
    return wrong;
}

bool fnc_pool_may_miss(const finnc_node *pool)
{
    fnc_windows w;
    if (fnc_node_windows(pool, false, &w))
        return true;
    for (int i = 0; i < w.rank; i++)
        if (w.in[i] < 0 ? w.ceil || fnc_windows_may_ever_miss(&w, i)
                        : w.is_cut[i] || fnc_windows_may_miss(&w, i))
            return true;
    return false;
}
