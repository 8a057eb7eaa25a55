#include <support/check_pass.h>

#include <criterion/criterion.h>
#include <finnc/model.h>

Test(model, metadata_are_appended_and_replaced)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_model *model = test_read_text(cx, "g (float[1] x) => (float[1] y) { y = Relu(x) }");
    const finnc_graph *graph = finnc_model_graph(model);
    const char *key;
    cr_assert_eq(finnc_model_set_metadata(cx, model, "a", "1"), FINNC_OK);
    cr_assert_eq(finnc_model_set_metadata(cx, model, "b", "2"), FINNC_OK);
    cr_assert_eq(finnc_model_set_metadata(cx, model, "a", "3"), FINNC_OK);
    cr_assert_eq(finnc_model_nmetadata(model), 2);
    cr_expect_str_eq(finnc_model_metadata(model, 0, &key), "3");
    cr_expect_str_eq(key, "a");
    cr_expect_str_eq(finnc_model_metadata(model, 1, &key), "2");
    const uint64_t edits = finnc_graph_edits(graph);
    cr_assert_eq(finnc_model_set_metadata(cx, model, "b", "2"), FINNC_OK);
    cr_expect_eq(finnc_graph_edits(graph), edits); /* it is so already */
    finnc_model_destroy(model);
    finnc_ctx_destroy(cx);
}
