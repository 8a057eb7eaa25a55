/* What ONNX's textual syntax has no words for: a Constant with a sparse tensor. */
#include "support/io_check.h"

#include <criterion/criterion.h>

Test(constant, a_sparse_value_is_made_dense)
{
    static const double want[] = {0, 1.5, 0, 0, 0, -2};
    finnc_ctx *cx = io_begin();
    finnc_model *model =
        io_read(cx, "ir_version: 8 opset_import { version: 13 } graph { name: 'g'"
                    " node { op_type: 'Constant' output: 'y' attribute { name: 'sparse_value'"
                    "  type: SPARSE_TENSOR sparse_tensor { dims: [2, 3]"
                    "   values { dims: 2 data_type: 1 float_data: [1.5, -2] }"
                    "   indices { dims: [2, 2] data_type: 7 int64_data: [0, 1, 1, 2] } } } }"
                    " output { name: 'y' } }");
    finnc_session *session;
    finnc_graph *graph = finnc_model_graph(model);
    cr_assert_eq(finnc_graph_infer_shapes(cx, graph), FINNC_OK, "%s", finnc_ctx_message(cx));
    const finnc_value *y = finnc_graph_find_value(graph, "y");
    cr_expect_eq(finnc_value_elem(y), FINNC_ELEM_FLOAT);
    cr_expect(finnc_value_rank(y) == 2 && finnc_value_dim(y, 1).size == 3);
    cr_assert_eq(finnc_session_create(cx, model, NULL, &session), FINNC_OK);
    cr_assert_eq(finnc_session_run(session), FINNC_OK, "%s", finnc_ctx_message(cx));
    const finnc_tensor *t = finnc_session_fetch(session, "y");
    cr_assert_eq(finnc_tensor_nelems(t), 6);
    for (int i = 0; i < 6; i++)
        cr_expect_eq(finnc_tensor_get(t, i), want[i], "element %d", i);
    finnc_session_destroy(session);
    finnc_model_destroy(model);
    io_end(cx);
}
