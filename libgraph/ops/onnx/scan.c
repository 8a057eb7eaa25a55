/* Ops that run a subgraph for every slice of a tensor or every item of a sequence. */
#include "../infer.h"

#include <string.h>

static const finnc_graph *find_body(const finnc_infer *in)
{
    const finnc_attr *attr = finnc_node_find_attr(in->node, "body");
    return attr ? finnc_attr_graph(attr, 0) : NULL;
}

static fnc_shape shape_of_output(const finnc_graph *body, size_t o)
{
    const finnc_value *v = body ? finnc_graph_output(body, o) : NULL;
    fnc_shape s = {.elem = v ? finnc_value_elem(v) : FINNC_ELEM_UNDEFINED,
                   .rank = v ? finnc_value_rank(v) : -1};
    for (int i = 0; i < s.rank; i++)
        s.dims[i] = finnc_value_dim(v, i);
    return s;
}

static int64_t entry(const finnc_infer *in, const char *name, size_t i)
{
    size_t count;
    const int64_t *list = finnc_node_ints(in->node, name, &count);
    return list && i < count ? list[i] : 0;
}

/* `axis` of `size` elements put in. */
static finnc_status widen(const finnc_infer *in, fnc_shape *s, int64_t axis, finnc_dim size)
{
    int at;
    if (s->rank < 0 || s->rank == FINNC_MAX_RANK) {
        s->rank = -1;
        return FINNC_OK;
    }
    FINNC_TRY(fnc_infer_axis(in, axis, s->rank + 1, &at));
    memmove(s->dims + at + 1, s->dims + at, (size_t)(s->rank - at) * sizeof *s->dims);
    s->dims[at] = size;
    s->rank++;
    return FINNC_OK;
}

/* How many slices the first scan input has. */
static finnc_dim rounds(const finnc_infer *in, size_t first_scan, int axis)
{
    return axis < finnc_infer_rank(in, first_scan) ? finnc_infer_dim(in, first_scan, axis)
                                                   : fnc_unknown_dim();
}

static finnc_status scan_shapes(finnc_infer *in)
{
    const finnc_graph *body = find_body(in);
    size_t first = in->version < 9 ? 1 : 0, ngiven = finnc_infer_ninputs(in);
    int64_t nscan = fnc_infer_int(in, "num_scan_inputs", 0);
    if (nscan < 1 || (uint64_t)nscan + first > ngiven || !body)
        return FINNC_OK;
    size_t nstates = ngiven - first - (size_t)nscan;
    int axis = 1;
    if (in->version >= 9) {
        int rank = finnc_infer_rank(in, first + nstates);
        if (rank < 0)
            return FINNC_OK;
        FINNC_TRY(fnc_infer_axis(in, entry(in, "scan_input_axes", 0), rank, &axis));
    }
    finnc_dim length = rounds(in, first + nstates, axis);
    for (size_t o = 0; o < finnc_infer_noutputs(in); o++) {
        if (o < nstates) {
            FINNC_TRY(fnc_infer_set_as(in, o, first + o));
            continue;
        }
        fnc_shape s = shape_of_output(body, o);
        FINNC_TRY(widen(in, &s, entry(in, "scan_output_axes", o - nstates), length));
        if (in->version < 9)
            FINNC_TRY(widen(in, &s, 0, rounds(in, first + nstates, 0)));
        FINNC_TRY(fnc_infer_set(in, o, &s));
    }
    return FINNC_OK;
}

const finnc_op fnc_op_onnx_scan = {
    .name = "Scan",
    .summary = "runs a subgraph for every slice of tensors, carrying state",
    .since = {8, 9, 11, 16, 19, 21, 23, 24, 25},
    .in = {{"initial_state_and_scan_inputs",
            "states, then what is sliced; in version 8 lengths before them, which may be absent",
            FINNC_OPTIONAL | FINNC_VARIADIC | FINNC_MIXED, "V"}},
    .out = {{"final_state_and_scan_outputs", "states, then what the slices gave",
             FINNC_VARIADIC | FINNC_MIXED, "V"}},
    .attrs =
        {{"body", FINNC_ATTR_GRAPH, NULL, "a round", FINNC_REQUIRED},
         {"num_scan_inputs", FINNC_ATTR_INT, NULL, "how many inputs are sliced", FINNC_REQUIRED},
         {"scan_input_axes", FINNC_ATTR_INTS, NULL, "along which; 0 if absent", FINNC_SINCE(9)},
         {"scan_input_directions", FINNC_ATTR_INTS, NULL, "1: from the end", FINNC_SINCE(9)},
         {"scan_output_axes", FINNC_ATTR_INTS, NULL, "along which; 0 if absent", FINNC_SINCE(9)},
         {"scan_output_directions", FINNC_ATTR_INTS, NULL, "1: the last one first", FINNC_SINCE(9)},
         {"directions", FINNC_ATTR_INTS, NULL, "of the scan inputs", FINNC_UNTIL(9)}},
    .types = {{"V", FINNC_TYPES_ANY}},
    .traits = FINNC_OP_CONTROL,
    .shapes = scan_shapes};

static finnc_status map_shapes(finnc_infer *in)
{
    const finnc_graph *body = find_body(in);
    for (size_t o = 0; body && o < finnc_infer_noutputs(in); o++) {
        fnc_shape item = shape_of_output(body, o);
        FINNC_TRY(fnc_infer_set_of(in, o, FINNC_KIND_SEQUENCE, &item));
    }
    return FINNC_OK;
}

#define ITEMS FINNC_TYPES_CLASSIC

const finnc_op fnc_op_onnx_sequence_map = {
    .name = "SequenceMap",
    .summary = "runs a subgraph for every item of sequences",
    .since = {17},
    .in = {{"input_sequence", "a sequence", 0, "S"},
           {"additional_inputs", "sequences of as many items, or tensors that every round sees",
            FINNC_OPTIONAL | FINNC_VARIADIC | FINNC_MIXED, "V"}},
    .out = {{"out_sequence", "what the items gave", FINNC_VARIADIC | FINNC_MIXED, "S"}},
    .attrs = {{"body", FINNC_ATTR_GRAPH, NULL, "a round", FINNC_REQUIRED}},
    .types = {{"S", ITEMS | FINNC_TYPES_NO_TENSOR | FINNC_TYPES_SEQUENCE},
              {"V", ITEMS | FINNC_TYPES_SEQUENCE}},
    .traits = FINNC_OP_CONTROL,
    .shapes = map_shapes};
