/* NonMaxSuppression: the best of many boxes that overlap. */
#include "../infer.h"

static finnc_status non_max_suppression_shapes(finnc_infer *in)
{
    finnc_dim dims[2] = {fnc_unknown_dim(), fnc_known(3)}, corners = fnc_known(4);
    FINNC_TRY(fnc_infer_need_rank(in, 0, 3));
    FINNC_TRY(fnc_infer_need_rank(in, 1, 3));
    FINNC_TRY(fnc_infer_same_dim(in, 0, 2, &corners));
    if (finnc_infer_rank(in, 0) == 3) {
        finnc_dim batches = finnc_infer_dim(in, 0, 0), boxes = finnc_infer_dim(in, 0, 1);
        FINNC_TRY(fnc_infer_same_dim(in, 1, 0, &batches));
        FINNC_TRY(fnc_infer_same_dim(in, 1, 2, &boxes));
    }
    return finnc_infer_set_type(in, 0, FINNC_ELEM_INT64, 2, dims);
}

const finnc_op fnc_op_onnx_non_max_suppression = {
    .name = "NonMaxSuppression",
    .summary = "boxes by falling score, without those that overlap a better one",
    .since = {10, 11},
    .in = {{"boxes", "(batch, boxes, 4)", 0, "FLOAT"},
           {"scores", "(batch, classes, boxes)", 0, "FLOAT"},
           {"max_output_boxes_per_class", "of each batch; absent: 0", FINNC_OPTIONAL, "INT64"},
           {"iou_threshold", "more overlap than this is too much; absent: 0", FINNC_OPTIONAL,
            "FLOAT"},
           {"score_threshold", "only better ones; absent: all", FINNC_OPTIONAL, "FLOAT"}},
    .out = {{"selected_indices", "rows of batch, class, box", 0, "INT64"}},
    .attrs = {{"center_point_box", FINNC_ATTR_INT, "0",
               "0: y1, x1, y2, x2 of two corners; 1: x and y of the middle, width, height", 0}},
    .shapes = non_max_suppression_shapes};
