#include "ml.h"

finnc_dim fnc_ml_samples(const finnc_infer *in)
{
    int rank = finnc_infer_rank(in, 0);
    return rank == 1 ? fnc_known(1) : rank == 2 ? finnc_infer_dim(in, 0, 0) : fnc_unknown_dim();
}

finnc_dim fnc_ml_features(const finnc_infer *in)
{
    int rank = finnc_infer_rank(in, 0);
    return rank > 0 ? finnc_infer_dim(in, 0, rank - 1) : fnc_unknown_dim();
}

int64_t fnc_ml_count(const finnc_infer *in, const char *name, const char *other)
{
    const finnc_attr *attr = finnc_node_find_attr(in->node, name);
    size_t count = attr ? finnc_attr_count(attr) : 0;
    if (count == 0 && other)
        return fnc_ml_count(in, other, NULL);
    return (int64_t)count;
}

finnc_status fnc_ml_set_scores(finnc_infer *in, size_t o, finnc_elem elem, int64_t width)
{
    fnc_shape s = {.elem = elem, .rank = 2, .dims = {fnc_ml_samples(in), fnc_known(width)}};
    return o < finnc_infer_noutputs(in) ? fnc_infer_set(in, o, &s) : FINNC_OK;
}

finnc_status fnc_ml_set_labels(finnc_infer *in, const char *strings)
{
    bool is_string = fnc_ml_count(in, strings, NULL) > 0;
    fnc_shape s = {.elem = is_string ? FINNC_ELEM_STRING : FINNC_ELEM_INT64,
                   .rank = 1,
                   .dims = {fnc_ml_samples(in)}};
    return fnc_infer_set(in, 0, &s);
}

finnc_status fnc_ml_shapes_float(finnc_infer *in)
{
    fnc_shape s = fnc_shape_of(in, 0);
    s.elem = FINNC_ELEM_FLOAT;
    return fnc_infer_set(in, 0, &s);
}
