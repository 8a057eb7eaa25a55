/* Sequences: what they are made of, and what comes out of them. */
#include "../infer.h"

/* Wider than the standard has it by bfloat16, which SplitToSequence makes sequences of. */
#define ITEMS     FINNC_TYPES_CLASSIC
#define SEQUENCES (ITEMS | FINNC_TYPES_NO_TENSOR | FINNC_TYPES_SEQUENCE)
#define POSITION  (FINNC_TYPE(INT32) | FINNC_TYPE(INT64))

static finnc_status length_shapes(finnc_infer *in)
{
    return finnc_infer_set_type(in, 0, FINNC_ELEM_INT64, 0, NULL);
}

static finnc_status item_shapes(finnc_infer *in)
{
    fnc_shape item = fnc_infer_item(in, 0);
    return fnc_infer_set(in, 0, &item);
}

static finnc_status construct_shapes(finnc_infer *in)
{
    fnc_shape item = fnc_shape_of(in, 0);
    for (size_t i = 1; i < finnc_infer_ninputs(in); i++) {
        fnc_shape other = fnc_shape_of(in, i);
        item = fnc_shape_common(&item, &other);
    }
    return fnc_infer_set_of(in, 0, FINNC_KIND_SEQUENCE, &item);
}

static finnc_status empty_shapes(finnc_infer *in)
{
    int64_t elem = fnc_infer_int(in, "dtype", FINNC_ELEM_FLOAT);
    fnc_shape item = {.elem = elem > 0 && elem <= FINNC_ELEM_INT2 ? (finnc_elem)elem
                                                                  : FINNC_ELEM_UNDEFINED,
                      .rank = -1};
    return fnc_infer_set_of(in, 0, FINNC_KIND_SEQUENCE, &item);
}

/* An item more may be of another shape, one less cannot. */
static finnc_status insert_shapes(finnc_infer *in)
{
    fnc_shape item = fnc_infer_item(in, 0), other = fnc_shape_of(in, 1);
    item = fnc_shape_common(&item, &other);
    return fnc_infer_set_of(in, 0, FINNC_KIND_SEQUENCE, &item);
}

static finnc_status erase_shapes(finnc_infer *in)
{
    return fnc_infer_set_as(in, 0, 0);
}

const finnc_op fnc_op_onnx_sequence_empty = {
    .name = "SequenceEmpty",
    .summary = "a sequence without items",
    .since = {11},
    .in = {{0}},
    .out = {{"output", "the sequence", 0, "S"}},
    .attrs = {{"dtype", FINNC_ATTR_INT, NULL, "element type of items to come; FLOAT if absent", 0}},
    .types = {{"S", SEQUENCES}},
    .shapes = empty_shapes};

const finnc_op fnc_op_onnx_sequence_construct = {
    .name = "SequenceConstruct",
    .summary = "a sequence of tensors of one element type",
    .since = {11},
    .in = {{"inputs", "the items, in order", FINNC_VARIADIC, "T"}},
    .out = {{"output_sequence", "the sequence", 0, "S"}},
    .types = {{"T", ITEMS}, {"S", SEQUENCES}},
    .shapes = construct_shapes};

const finnc_op fnc_op_onnx_sequence_length = {.name = "SequenceLength",
                                              .summary = "how many items a sequence has",
                                              .since = {11},
                                              .in = {{"input_sequence", "a sequence", 0, "S"}},
                                              .out = {{"length", "one number", 0, "I"}},
                                              .types = {{"S", SEQUENCES}, {"I", FINNC_TYPE(INT64)}},
                                              .shapes = length_shapes};

const finnc_op fnc_op_onnx_sequence_at = {
    .name = "SequenceAt",
    .summary = "one item of a sequence",
    .since = {11},
    .in = {{"input_sequence", "a sequence", 0, "S"},
           {"position", "from 0; negative: from the end", 0, "I"}},
    .out = {{"tensor", "the item", 0, "T"}},
    .types = {{"S", SEQUENCES}, {"I", POSITION}, {"T", ITEMS}},
    .shapes = item_shapes};

const finnc_op fnc_op_onnx_sequence_insert = {
    .name = "SequenceInsert",
    .summary = "a sequence with one item more",
    .since = {11},
    .in = {{"input_sequence", "a sequence", 0, "S"},
           {"tensor", "the item", 0, "T"},
           {"position", "before which item; absent: at the end", FINNC_OPTIONAL, "I"}},
    .out = {{"output_sequence", "the longer one", 0, "S"}},
    .types = {{"S", SEQUENCES}, {"T", ITEMS}, {"I", POSITION}},
    .shapes = insert_shapes};

const finnc_op fnc_op_onnx_sequence_erase = {
    .name = "SequenceErase",
    .summary = "a sequence with one item less",
    .since = {11},
    .in = {{"input_sequence", "a sequence", 0, "S"},
           {"position", "which; absent: the last", FINNC_OPTIONAL, "I"}},
    .out = {{"output_sequence", "the shorter one", 0, "S"}},
    .types = {{"S", SEQUENCES}, {"I", POSITION}},
    .shapes = erase_shapes};

/* ---- between tensors and sequences ---- */

static finnc_status concat_shapes(finnc_infer *in)
{
    fnc_shape item = fnc_infer_item(in, 0), y = {.elem = item.elem, .rank = -1};
    bool is_new = finnc_node_attr_int(in->node, "new_axis") != 0;
    int axis;
    if (item.rank < 0 || item.rank + is_new > FINNC_MAX_RANK)
        return fnc_infer_set(in, 0, &y);
    FINNC_TRY(fnc_infer_axis(in, fnc_infer_int(in, "axis", 0), item.rank + is_new, &axis));
    y.rank = item.rank + is_new;
    for (int i = 0, k = 0; i < y.rank; i++) {
        bool is_axis = i == axis;
        y.dims[i] = is_axis ? fnc_unknown_dim() : item.dims[k];
        k += !(is_axis && is_new);
    }
    return fnc_infer_set(in, 0, &y);
}

const finnc_op fnc_op_onnx_concat_from_sequence = {
    .name = "ConcatFromSequence",
    .summary = "the items of a sequence joined to one tensor",
    .since = {11},
    .in = {{"input_sequence", "a sequence", 0, "S"}},
    .out = {{"concat_result", "the tensor", 0, "T"}},
    .attrs = {{"axis", FINNC_ATTR_INT, NULL, "along which", FINNC_REQUIRED},
              {"new_axis", FINNC_ATTR_INT, "0", "1: along an axis that the items lack", 0}},
    .types = {{"S", SEQUENCES}, {"T", ITEMS}},
    .shapes = concat_shapes};

static finnc_status split_shapes(finnc_infer *in)
{
    fnc_shape item = fnc_shape_of(in, 0);
    int axis;
    if (item.rank >= 0) {
        FINNC_TRY(fnc_infer_axis(in, fnc_infer_int(in, "axis", 0), item.rank, &axis));
        if (finnc_infer_has(in, 1)) {
            item.dims[axis] = fnc_unknown_dim();
        } else if (finnc_node_attr_int(in->node, "keepdims")) {
            item.dims[axis] = fnc_known(1);
        } else {
            for (int i = axis; i + 1 < item.rank; i++)
                item.dims[i] = item.dims[i + 1];
            item.rank--;
        }
    }
    return fnc_infer_set_of(in, 0, FINNC_KIND_SEQUENCE, &item);
}

const finnc_op fnc_op_onnx_split_to_sequence = {
    .name = "SplitToSequence",
    .summary = "parts of a tensor along an axis, as a sequence",
    .since = {11, 24},
    .in = {{"input", "a tensor", 0, "T"},
           {"split", "sizes of the parts, or the one size of all; absent: 1", FINNC_OPTIONAL, "I"}},
    .out = {{"output_sequence", "the parts", 0, "S"}},
    .attrs = {{"axis", FINNC_ATTR_INT, "0", "along which", 0},
              {"keepdims", FINNC_ATTR_INT, "1", "without split: keep the axis, of one element", 0}},
    .types = {{"T", FINNC_TYPES_CLASSIC},
              {"I", POSITION},
              {"S", FINNC_TYPES_CLASSIC | FINNC_TYPES_NO_TENSOR | FINNC_TYPES_SEQUENCE}},
    .shapes = split_shapes};
